"""The derivatives on either side of a kink, where any value between them is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gradcheck.differences.line import NOISE_SAFETY, Slope, adaptive
from gradcheck.differences.perturbing import Loss, entry_line, measured_noise, real, restored
from gradcheck.network.forward import Array

# Step that confirms a derivative, and how well it does, relative to the jump: curvature is in it, too.
_SHORT = 1e-6
_AGREES = 0.1


class Sides(NamedTuple):
    """Left and right derivative by one entry; `confirmed` by a short step on either side."""

    left: Slope
    right: Slope
    confirmed: bool = True

    @property
    def low(self) -> float:
        """The smaller of the two."""
        return min(self.left.value, self.right.value)

    @property
    def high(self) -> float:
        """The larger of the two."""
        return max(self.left.value, self.right.value)

    @property
    def bound(self) -> float:
        """Of the error of either."""
        return max(self.left.bound, self.right.bound)

    @property
    def differ(self) -> bool:
        """Whether they are apart by more than their errors; nan and infinite bounds are no difference."""
        return self.confirmed and self.high - self.low > 4.0 * self.bound


def one_sided(loss: Loss, array: Array, indices: Sequence[tuple[int, ...]]) -> list[Sides]:
    """
    Differentiate a loss by some entries of an array, on the left and on the right.

    Parameters
    ----------
    loss : callable () -> float
        Reads `array`.
    array : ndarray of float64, shape (...)
        Perturbed in place and restored bit for bit.
    indices : sequence of tuple of int
        The entries.

    Returns
    -------
    list of Sides
        One for each index.
    """
    with restored(array), np.errstate(all="ignore"):
        base, noise = real(loss()), measured_noise(loss, array)
        return [_sides(loss, array, index, base, noise) for index in indices]


def _sides(loss: Loss, array: Array, index: tuple[int, ...], base: float, noise: float) -> Sides:
    """Both derivatives by one entry."""
    line, scale = entry_line(loss, array, index), max(1.0, abs(float(array[index])))
    left, right = (adaptive(line, base, scale, noise, side) for side in (-1, 1))
    short = _SHORT * scale
    # what oscillates, or has its kink further on, agrees with itself at long steps alone
    limit = _AGREES * abs(right.value - left.value) + 2.0 * NOISE_SAFETY * noise / short
    confirmed = all(
        abs((line(step)[0] - base) / step - slope.value) <= limit
        for slope, step in ((left, -short), (right, short))
    )
    return Sides(left, right, confirmed)
