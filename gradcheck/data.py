"""Real inputs, targets and parameters, from .npz and .csv files."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from gradcheck.config import Assignment
from gradcheck.errors import DataError
from gradcheck.network.forward import Array

_NAMES = {name.lower(): name for name in ("X", "Y", "W1", "b1", "W2", "b2")}


def load(assignment: Assignment) -> dict[str, Array]:
    """
    Read the files of `[data]`; a later file overrides an earlier one.

    Parameters
    ----------
    assignment : Assignment

    Returns
    -------
    dict
        Some of x (n, d), y (n, k), w1 (d, h), b1 (1, h), w2 (h, k), b2 (1, k), float64.

    Raises
    ------
    DataError
        If a file can't be read, or its arrays don't fit the configured sizes or each other.
    """
    found: dict[str, Array] = {}
    for path in assignment.data:
        suffix = Path(path).suffix.lower()
        if suffix not in (".npz", ".csv"):
            raise DataError(f"data file `{Path(path).name}`", f"the ending {suffix!r}", ".npz or .csv")
        try:
            arrays = _npz(path) if suffix == ".npz" else _csv(path, assignment.sizes.d, assignment.sizes.k)
        except OSError as error:
            raise DataError(f"data file `{path}` can't be read: {error.strerror or error}") from None
        found |= arrays
    if "y" in found and "x" not in found:
        raise DataError("the data", "targets without inputs", "X beside Y")
    return {name: _fitted(assignment, name, array, found) for name, array in found.items()}


def _npz(path: str) -> dict[str, Array]:
    """Arrays of an .npz file by name, whatever their case; pickled ones are refused."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name.lower(): np.asarray(archive[name]) for name in archive.files}
    except ValueError as error:
        raise DataError(f"data file `{path}` can't be read: {error}") from None
    unknown = sorted(set(arrays) - set(_NAMES))
    if unknown:
        raise DataError(f"data file `{path}`", f"an array {unknown[0]!r}", f"some of {', '.join(_NAMES.values())}")
    return arrays


def _csv(path: str, d: int, k: int) -> dict[str, Array]:
    """Features in the first d columns; then k columns of targets, or one of class names."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].lstrip().startswith("#")]
    width = len(rows[0]) if rows else 0
    if width not in (d + k, d + 1):
        found = f"{width} columns"
        raise DataError(f"data file `{path}`", found, f"{d} features and {k} targets, or 1 of class names")
    if not _is_number(rows[0][0]):
        rows = rows[1:]
    for line, row in enumerate(rows, 2):
        if len(row) != width or not all(_is_number(cell) for cell in row[:d]):
            raise DataError(
                f"data file `{path}`, row {line}", ", ".join(row)[:60], f"{width} cells, {d} of them numbers"
            )
    x = np.array([[float(cell) for cell in row[:d]] for row in rows])
    if width == d + k and all(_is_number(cell) for row in rows for cell in row[d:]):
        return {"x": x, "y": np.array([[float(cell) for cell in row[d:]] for row in rows])}
    names = sorted({row[d].strip() for row in rows})
    if len(names) != k:
        raise DataError(f"data file `{path}`", f"{len(names)} classes", f"{k}: network.outputs")
    return {"x": x, "y": np.eye(k)[[names.index(row[d].strip()) for row in rows]]}


def _is_number(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _fitted(assignment: Assignment, name: str, array: Array, found: Mapping[str, Array]) -> Array:
    """Check one array's shape and values."""
    sizes = vars(assignment.sizes)
    n = len(found["x"]) if "x" in found else len(array)
    shapes = {
        "x": (n, sizes["d"]),
        "y": (n, sizes["k"]),
        "w1": (sizes["d"], sizes["h"]),
        "b1": (1, sizes["h"]),
        "w2": (sizes["h"], sizes["k"]),
        "b2": (1, sizes["k"]),
    }
    if not np.issubdtype(array.dtype, np.number) or not np.isfinite(array).all():
        raise DataError(
            f"`{_NAMES[name]}` of the data", f"values of {array.dtype} or not finite", "finite numbers"
        )
    values = array.astype(float)
    if name in ("b1", "b2") and values.ndim == 1:
        values = values.reshape(1, -1)
    if n == 0:
        raise DataError(f"`{_NAMES[name]}` of the data", f"shape {array.shape}", "one example or more")
    if values.shape != shapes[name]:
        hint = "compare [network] with the file" if "x" in found else ""
        raise DataError(f"`{_NAMES[name]}` of the data", f"shape {array.shape}", f"{shapes[name]}", hint)
    return values
