"""
Between the project's axes (examples in rows, biases (1, h) and (1, k)) and those of a contract.

A contract's notation lists an array's axes in order: "d n", "1 h", "h", "" (a number). An axis that the
array ought to have and leaves out is 1 in every probe.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.config import ARRAYS, Contract
from gradcheck.network.forward import Array
from gradcheck.probes import Probe
from gradcheck.submissions.job import Inputs

CANONICAL = {"X": "n d", "Y": "n k", "W1": "d h", "b1": "h", "W2": "h k", "b2": "k"}


def to_submission(name: str, array: Array, axes: str, sizes: Mapping[str, int]) -> Array:
    """
    Lay one array out as the contract wants it.

    Parameters
    ----------
    name : str
        `X Y W1 b1 W2` or `b2`.
    array : ndarray
        In rows: X (n, d), Y (n, k), W1 (d, h), b1 (1, h), W2 (h, k), b2 (1, k).
    axes : str
        The contract's notation.
    sizes : mapping
        `n d h k`.

    Returns
    -------
    ndarray
        A fresh, contiguous copy; for `labels` the class numbers, int64.
    """
    if axes == "labels":
        return labels(array)
    letters = CANONICAL[name].split()
    present = [letter for letter in axes.split() if letter != "1"]
    full = array.reshape([sizes[letter] for letter in letters])
    dropped = tuple(position for position, letter in enumerate(letters) if letter not in present)
    kept = [letter for letter in letters if letter in present]
    ordered = np.transpose(full.squeeze(axis=dropped), [kept.index(letter) for letter in present])
    return np.array(ordered.reshape(shape(axes, sizes)), order="C")


def shape(axes: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Shape that a notation means for these sizes."""
    return tuple(1 if letter == "1" else sizes[letter] for letter in axes.split())


def labels(y: Array) -> Array:
    """Class numbers (n,) of targets (n, k); with one output the target itself is the class."""
    return (y[:, 0] if y.shape[1] == 1 else y.argmax(axis=1)).astype(np.int64)


def to_rows(name: str, array: Array, axes: str, sizes: Mapping[str, int]) -> Array:
    """
    Bring a gradient of the contract's shape back to rows: the inverse of `to_submission`.

    Raises
    ------
    ValueError
        If `array` hasn't the shape that `axes` means.
    """
    if array.shape != shape(axes, sizes):
        raise ValueError(f"{name}: {array.shape} is not {axes!r}")
    present = [letter for letter in axes.split() if letter != "1"]
    letters = CANONICAL[name].split()
    bare = array.reshape([sizes[letter] for letter in present])
    kept = [letter for letter in letters if letter in present]
    ordered = np.transpose(bare, [present.index(letter) for letter in kept])
    rows = tuple(sizes[letter] for letter in letters)
    return ordered.reshape((1, *rows) if len(rows) == 1 else rows)


def reversed_axes(name: str, contract: Contract) -> bool:
    """Whether the contract stores this array the other way round than rows do; a bias follows X."""
    if name in ("b1", "b2"):
        name = "X"
    present = [letter for letter in contract.axes[name].split() if letter != "1"]
    if name == "X" and len(present) < 2:  # one example: a column vector means columns
        return contract.axes[name].endswith(" 1")
    return present == CANONICAL[name].split()[::-1]


def pinned(contract: Contract) -> dict[str, int]:
    """Axes that are 1 in every probe, because some array ought to have them and leaves them out."""
    absent = set()
    for name in ARRAYS:
        if contract.axes[name] != "labels" and name in ("X", "Y", *contract.gradients):
            absent |= set(CANONICAL[name].split()) - set(contract.axes[name].split())
    return dict.fromkeys(sorted(absent), 1)


def inputs(probe: Probe, contract: Contract) -> Inputs:
    """What a submission is given of one probe: fresh arrays in the contract's axes; absent biases are zeros."""
    arrays = {
        name: to_submission(name, probe.values[name.lower()], contract.axes[name], probe.sizes)
        for name in ARRAYS
        if name.lower() in probe.values
    }
    return Inputs(arrays=arrays, sizes=probe.sizes)
