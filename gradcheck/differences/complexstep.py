"""Complex step of a loss that is given as a function of a complex array, tested before it is trusted."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.differences.derivative import Derivative
from gradcheck.differences.line import NOISE_SAFETY, adaptive
from gradcheck.differences.perturbing import Loss, direction_line, measured_noise, number, real
from gradcheck.differences.stencils import COMPLEX_STEP, EPSILON
from gradcheck.errors import GradcheckError, NonFiniteError
from gradcheck.network.forward import Array

Substitute = Callable[[Array], Any]

_DIRECTIONS = 3
_SAMPLED_ENTRIES = 24
# Real differences less certain than this (at a kink, say) can't vouch for complex step.
_TELLING = 1e-3


def complex_step(
    loss: Loss, array: Array, substitute: Substitute | None, method: str, notes: tuple[str, ...]
) -> Derivative | None:
    """Complex step, or None where `auto` may not trust it."""
    usable = substitute is not None and array.dtype.kind == "f"
    if not usable or substitute is None:
        if method == "auto":
            return None
        raise GradcheckError(
            "complex step",
            "no complex loss" if substitute is None else "a complex parameter",
            "a real array and `substitute`",
            "a function of the complex array that gives the loss",
        )
    faithful = is_faithful(loss, array, substitute)
    if not faithful and method == "auto":
        return None
    numbers = array.astype(np.complex128)
    value = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        value[index] = _imaginary_slope(substitute, numbers, index)
    spread, tried = _spread(substitute, array, value)
    bound = spread + 8.0 * EPSILON * (np.abs(value) + float(np.abs(value).max(initial=0.0)))
    if not faithful:
        bound, notes = np.full(array.shape, np.inf), (*notes, "complex step does not agree with real differences")
    return Derivative(value, bound, "complex-step", int(value.size) + tried, notes)


def _imaginary_slope(substitute: Substitute, numbers: Array, index: tuple[int, ...]) -> float:
    saved = numbers[index]
    numbers[index] = saved + 1j * COMPLEX_STEP
    try:
        slope = complex(number(substitute(numbers))).imag / COMPLEX_STEP
    finally:
        numbers[index] = saved
    if not math.isfinite(slope):
        raise NonFiniteError(f"the loss at entry {list(index)}", f"value {slope}", "a finite number")
    return slope


def _spread(substitute: Substitute, array: Array, value: Array) -> tuple[float, int]:
    """Rounding of complex step: how far some entries move when all parameters move by their last bit."""
    random = np.random.default_rng(0)
    chosen = random.permutation(value.size)[:_SAMPLED_ENTRIES]
    worst, tried = 0.0, 0
    for _ in range(_DIRECTIONS):
        last_bit = EPSILON * random.choice((-1.0, 1.0), size=array.shape) * np.abs(array)
        numbers = np.asarray(array + last_bit, dtype=np.complex128)
        for flat in chosen:
            index = tuple(int(i) for i in np.unravel_index(int(flat), value.shape))
            worst = max(worst, abs(_imaginary_slope(substitute, numbers, index) - float(value[index])))
            tried += 1
    return NOISE_SAFETY * worst, tried


def is_faithful(loss: Loss, array: Array, substitute: Substitute) -> bool:
    """
    Test whether a loss carries complex numbers: complex step against real differences, along Gaussian directions.

    Casts to float, abs, maximum and filled real arrays lose the imaginary part, or the loss refuses to run.
    """
    random = np.random.default_rng(1)
    base = real(loss())
    noise = measured_noise(loss, array)
    agreements = 0
    try:
        with np.errstate(all="ignore"):
            for _ in range(_DIRECTIONS):
                direction = random.standard_normal(array.shape)
                with warnings.catch_warnings():
                    warnings.simplefilter("error", np.exceptions.ComplexWarning)
                    moved = substitute(array + 1j * COMPLEX_STEP * direction)
                imaginary = complex(number(moved)).imag / COMPLEX_STEP
                size = max(1.0, float(np.abs(direction).max(initial=0.0)))
                slope = adaptive(direction_line(loss, array, direction), base, 1.0 / size, noise)
                if not slope.bound <= _TELLING * abs(slope.value):
                    continue
                if not abs(imaginary - slope.value) <= slope.bound + 1e-12 * abs(slope.value):
                    return False
                agreements += 1
    except Exception:
        return False
    return agreements > 0
