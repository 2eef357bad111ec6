"""Which rows or columns of a gradient are wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcheck.network.forward import Array

Region = tuple[tuple[int, ...], ...]


def wrong_region(wrong: Array) -> Region | None:
    """
    Find the smallest box of rows and columns that holds everything wrong.

    Parameters
    ----------
    wrong : ndarray of bool, shape (...)

    Returns
    -------
    tuple of tuple of int, or None
        The indices along each axis; None where nothing is wrong, or where the box is more than half of the array
        or hardly filled, so that "a slice is wrong" would say little.
    """
    if not wrong.ndim or not wrong.any():
        return None
    axes = range(wrong.ndim)
    region = tuple(
        tuple(int(i) for i in np.flatnonzero(wrong.any(axis=tuple(other for other in axes if other != axis))))
        for axis in axes
    )
    size = int(np.prod([len(indices) for indices in region]))
    if 2 * size > wrong.size or 2 * int(wrong.sum()) < size:
        return None
    return region


def region_text(region: Region, shape: Sequence[int]) -> str:
    """
    Describe a region.

    Examples
    --------
    >>> region_text(((0,), (0, 1, 2)), (4, 3))
    'row 0 (the first)'
    >>> region_text(((0, 1, 2, 3), (2,)), (4, 3))
    'column 2 (the last)'
    """
    words = ("row", "column") if len(shape) == 2 else tuple(f"axis {axis}, index" for axis in range(len(shape)))
    if len(shape) == 1:
        words = ("entry",)
    parts = [
        f"{word}{_plural(word, indices)} {_indices(indices, size)}"
        for word, indices, size in zip(words, region, shape, strict=True)
        if len(indices) < size
    ]
    return ", ".join(parts)


def _plural(word: str, indices: Sequence[int]) -> str:
    """Ending of a word for so many of them."""
    return "s" if len(indices) > 1 and word in ("row", "column") else ""


def _indices(indices: Sequence[int], size: int) -> str:
    """Indices as a person says them."""
    if len(indices) == 1:
        which = {0: " (the first)", size - 1: " (the last)"}.get(indices[0], "")
        return f"{indices[0]}{which}"
    if tuple(indices) == tuple(range(indices[0], indices[-1] + 1)):
        return f"{indices[0]} to {indices[-1]}"
    return ", ".join(map(str, indices[:6])) + (", ..." if len(indices) > 6 else "")
