"""Ridders' extrapolation of central differences, for whole arrays of derivatives at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.network.forward import Array

# Two levels may agree by chance, terms of different order cancelling: one level's change is believed to be smaller
# than the last one's by this factor, no more.
_MOST_GAIN = 2.0**-20


def ridders(
    difference: Callable[[int], Array], roundoff: Callable[[int], Array], levels: int, floor: Array
) -> tuple[Array, Array]:
    """
    Extrapolate central differences at halving steps to step zero, and choose entry by entry.

    Parameters
    ----------
    difference : callable (int) -> ndarray
        Central differences at the first step divided by 2**level.
    roundoff : callable (int) -> ndarray
        Bound of their round-off error.
    levels : int
    floor : ndarray
        Added to the bound.

    Returns
    -------
    value, bound : ndarray
        The tableau's element with the smallest bound, and that bound: twice the distance to both elements that
        it was extrapolated from, but no less than `_MOST_GAIN` allows, and the round-off carried along.

    Notes
    -----
    T[m][j] = T[m][j-1] + (T[m][j-1] - T[m-1][j-1]) / (4**j - 1), as in [1]_.

    References
    ----------
    .. [1] C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x), Adv. Eng. Software 4 (1982).
    """
    row: list[tuple[Array, Array]] = []
    least: Array = np.array(0.0)
    best: Array | None = None
    bound: Array = np.array(np.inf)
    for level in range(levels):
        new = [(difference(level), roundoff(level))]
        believed, least = _MOST_GAIN * least, np.array(np.inf)
        for j, (coarse, coarse_noise) in enumerate(row, 1):
            fine, fine_noise = new[-1]
            weight = 1.0 / (4.0**j - 1.0)
            value = fine + weight * (fine - coarse)
            noise = (1.0 + weight) * fine_noise + weight * coarse_noise
            change = np.maximum(np.abs(value - fine), np.abs(value - coarse))
            least = np.minimum(least, change)
            error = 2.0 * np.maximum(change, believed) + noise
            better = ~(error >= bound)
            best = value if best is None else np.where(better, value, best)
            bound = np.where(better, error, bound)
            new.append((value, noise))
        row, least = new, np.where(np.isinf(least), 0.0, least)
    assert best is not None
    return best, bound + floor
