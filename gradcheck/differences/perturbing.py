"""A loss of one array as a function of one number, and how noisy it is; the array restored bit for bit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradcheck.differences.line import Line, noise_along
from gradcheck.differences.stencils import EPSILON
from gradcheck.errors import GradcheckError
from gradcheck.network.forward import Array

Loss = Callable[[], Any]

_SINGLE = 2.0**-23
_NOISE_DIRECTIONS = 3


@contextmanager
def restored(array: Array) -> Iterator[None]:
    """Put every bit of `array` back at the end, whatever happens."""
    saved = array.copy()
    try:
        yield
    finally:
        array[...] = saved


def number(value: Any) -> Any:
    """A Python number out of whatever the loss returned: a scalar, or an array of one entry."""
    number = np.asarray(value)
    if number.size != 1:
        raise GradcheckError("the loss", f"shape {number.shape}", "one number", "sum it over the examples")
    return number.reshape(()).item()


def real(value: Any) -> float:
    """The real part of what the loss returned."""
    return float(number(value).real)


def entry_line(loss: Loss, array: Array, index: tuple[int, ...], unit: complex = 1.0) -> Line:
    """Build the loss as a function of one entry's shift along the real axis, or along the imaginary one."""
    saved = array[index]

    def line(shift: float) -> tuple[float, float]:
        array[index] = saved + shift * unit
        moved = complex(array[index]) - complex(saved)
        try:
            return real(loss()), (moved / unit).real
        finally:
            array[index] = saved

    return line


def direction_line(loss: Loss, array: Array, direction: Array) -> Line:
    """Build the loss as a function of the shift along one direction."""
    saved = array.copy()

    def line(shift: float) -> tuple[float, float]:
        array[...] = saved + shift * direction
        try:
            return real(loss()), shift
        finally:
            array[...] = saved

    return line


def measured_noise(loss: Loss, array: Array) -> float:
    """Noise of the loss around here, as the largest along a few Gaussian directions."""
    random = np.random.default_rng(0)
    noise = 0.0
    with np.errstate(all="ignore"):
        lines = [direction_line(loss, array, _nearby(random, array)) for _ in range(_NOISE_DIRECTIONS)]
        resolution = _resolution(lines)
        # Far enough for every number on the way to change, near enough for the loss to be smooth.
        spacing = 32.0 * max(float(np.finfo(array.dtype).eps), resolution)
        for line in lines:
            estimate = noise_along(line, spacing, resolution)
            noise = max(noise, estimate if math.isfinite(estimate) else 0.0)
    return noise


def _nearby(random: np.random.Generator, array: Array) -> Array:
    """Draw a direction in which every entry moves on its own scale."""
    return random.standard_normal(array.shape) * np.maximum(np.abs(array), 1e-3)


def _resolution(lines: Sequence[Line]) -> float:
    """Relative spacing of the loss's values: float32's, if all are representable there, moving or not."""
    # thousands of times float32's spacing: what is computed in double precision has other digits, too
    values = [line(distance)[0] for line in lines for distance in (0.0, 2.0**-12, -(2.0**-12))]
    return _SINGLE if all(value == float(np.float32(value)) for value in values) else EPSILON
