"""Heat maps: a matrix of errors cut down to a grid of shaded, signed cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcheck.findings import ParameterReport
from gradcheck.network.forward import Array

LEVELS = 4


@dataclass(frozen=True)
class Cell:
    """
    One entry, or one block of entries, of a matrix of errors.

    Attributes
    ----------
    error : float
        The error that is largest in size within the block, signed.
    level : int
        0 (within tolerance) to `LEVELS`; `LEVELS` is the upper quarter up to the largest error.
    """

    error: float
    level: int

    @property
    def sign(self) -> str:
        """`+` where the submitted value is too large, `-` where too small, `!` where it is no number."""
        if not np.isfinite(self.error):
            return "!"
        return " " if self.level == 0 else "+" if self.error > 0 else "-"


@dataclass(frozen=True)
class HeatMap:
    """
    The errors of one parameter, row by row.

    Attributes
    ----------
    rows : tuple of tuple of Cell
    shape : tuple of int
        Of the whole matrix (vectors are rows).
    block : tuple of int
        How many entries one cell stands for, down and across.
    largest : float
        Largest error in size, nan and infinities aside.
    """

    rows: tuple[tuple[Cell, ...], ...]
    shape: tuple[int, int]
    block: tuple[int, int]
    largest: float


def heat_map(parameter: ParameterReport, rows: int, columns: int) -> HeatMap | None:
    """
    Summarise a parameter's errors in at most `rows` by `columns` cells.

    Returns
    -------
    HeatMap or None
        None where there are no errors to show: shapes differ, or the gradient is a single number.
    """
    if parameter.errors is None or parameter.errors.size <= 1:
        return None
    errors = np.asarray(parameter.errors)
    errors = np.abs(errors) if np.iscomplexobj(errors) else errors.astype(float)
    errors = errors.reshape(1, -1) if errors.ndim < 2 else errors.reshape(errors.shape[0], -1)
    finite = np.abs(errors[np.isfinite(errors)])
    largest = float(finite.max(initial=0.0))
    block = (-(-errors.shape[0] // rows), -(-errors.shape[1] // columns))
    allowed = _allowed(parameter)
    cells = tuple(
        tuple(
            _cell(errors[i : i + block[0], j : j + block[1]], largest, allowed)
            for j in range(0, errors.shape[1], block[1])
        )
        for i in range(0, errors.shape[0], block[0])
    )
    return HeatMap(cells, (errors.shape[0], errors.shape[1]), block, largest)


def _allowed(parameter: ParameterReport) -> float:
    """Absolute error within tolerance: the tolerance is relative to the largest reference entry."""
    if parameter.tolerance is None or parameter.reference_values is None:
        return 0.0
    return parameter.tolerance * float(np.abs(parameter.reference_values).max(initial=0.0))


def _cell(block: Array, largest: float, allowed: float) -> Cell:
    """Summarise one block by its worst entry; what is no number is worse than any."""
    size = np.where(np.isfinite(block), np.abs(block), np.inf)
    error = float(block.flat[int(size.argmax())])
    if not np.isfinite(error):
        return Cell(error, LEVELS)
    if abs(error) <= allowed or largest == 0.0:
        return Cell(error, 0)
    return Cell(error, max(1, int(np.ceil(LEVELS * abs(error) / largest))))
