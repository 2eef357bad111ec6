"""Numerical gradients of any loss, by perturbing one array in place."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradcheck.differences.derivative import Derivative
from gradcheck.differences.line import NOISE_SAFETY, Line, Slope, adaptive, fixed, noise_along
from gradcheck.differences.stencils import EPSILON, METHODS, STENCILS
from gradcheck.errors import GradcheckError, NonFiniteError
from gradcheck.network.forward import Array

Loss = Callable[[], Any]
Substitute = Callable[[Array], Any]

COMPLEX_STEP = 2.0**-100
_SINGLE = 2.0**-23
_DIRECTIONS = 3
_SAMPLED_ENTRIES = 24
_NOTED = 5
MUTATION = "the loss changes the parameter that it is given"
# Real differences less certain than this (at a kink, say) can't vouch for complex step.
_TELLING = 1e-3


def gradient(
    loss: Loss,
    array: Array,
    method: str = "auto",
    *,
    step: float | None = None,
    substitute: Substitute | None = None,
) -> Derivative:
    """
    Differentiate a scalar function with respect to one array.

    Parameters
    ----------
    loss : callable () -> float
        Reads `array`; ought to be deterministic and to leave `array` alone, which is noted where it is not so.
    array : ndarray of float64, float32 or complex, shape (...)
        Perturbed in place and restored bit for bit, also after an exception; any view will do.
    method : str
        One of `METHODS`. `auto` is complex step where `substitute` is given and carries complex numbers
        faithfully (it agrees with real differences along Gaussian directions), else `richardson`.
    step : float, optional
        Relative step of the fixed formulas, dimensionless; multiplied by max(1, abs(x)). By default the step
        that balances truncation with the noise of the loss, which is measured.
    substitute : callable (ndarray) -> complex, optional
        The loss with another, complex array in place of `array`. Complex step needs it, since `array` itself
        has no room for imaginary parts.

    Returns
    -------
    Derivative
        Shaped as `array`. Of a complex array: dloss/dRe + i dloss/dIm, the direction of steepest ascent; bounds
        are of the absolute value.

    Raises
    ------
    NonFiniteError
        If the loss is nan or infinite where it is needed; names the index.
    GradcheckError
        If the array can't be perturbed.
    """
    if method not in METHODS:
        raise ValueError(f"method {method!r}, expected one of {', '.join(METHODS)}")
    if array.dtype.kind not in "fc" or not array.flags.writeable:
        found = f"dtype {array.dtype}" if array.flags.writeable else "a read-only view"
        raise GradcheckError("the parameter", found, "a writable array of floats", "pass a copy as float64")
    with restored(array):
        notes = observe(loss, array)
        if MUTATION in notes:
            loss = _protected(loss, array)
        if method in ("auto", "complex-step"):
            answer = _complex_step(loss, array, substitute, method, notes)
            if answer is not None:
                return answer
            if substitute is not None:
                notes += ("complex step does not agree with real differences: adaptive differences instead",)
            method = "richardson"
        return _real_differences(loss, array, method, step, notes)


@contextmanager
def restored(array: Array) -> Iterator[None]:
    """Put every bit of `array` back at the end, whatever happens."""
    saved = array.copy()
    try:
        yield
    finally:
        array[...] = saved


def observe(loss: Loss, array: Array) -> tuple[str, ...]:
    """
    Run the loss twice and say how it misbehaves.

    Returns
    -------
    tuple of str
        A loss that changes `array`, or that gives another value the second time; `array` is put back.
    """
    with restored(array):
        saved = array.tobytes()
        first = _number(loss())
        changed = array.tobytes() != saved
    notes: tuple[str, ...] = (MUTATION,) if changed else ()
    with restored(array):
        second = _number(loss())
    if not (first == second or (first != first and second != second)):
        notes += (f"the loss is not deterministic: {first!r}, then {second!r} at the same point",)
    return notes


def _protected(loss: Loss, array: Array) -> Loss:
    """Wrap a loss that changes `array` so that each evaluation leaves it as it was."""

    def protected() -> Any:
        with restored(array):
            return loss()

    return protected


def _number(value: Any) -> Any:
    """A Python number out of whatever the loss returned: a scalar, or an array of one entry."""
    number = np.asarray(value)
    if number.size != 1:
        raise GradcheckError("the loss", f"shape {number.shape}", "one number", "sum it over the examples")
    return number.reshape(()).item()


def _real(value: Any) -> float:
    number = _number(value)
    return float(number.real)


def entry_line(loss: Loss, array: Array, index: tuple[int, ...], unit: complex = 1.0) -> Line:
    """Build the loss as a function of one entry's shift along the real axis, or along the imaginary one."""
    saved = array[index]

    def line(shift: float) -> tuple[float, float]:
        array[index] = saved + shift * unit
        moved = complex(array[index]) - complex(saved)
        try:
            return _real(loss()), (moved / unit).real
        finally:
            array[index] = saved

    return line


def direction_line(loss: Loss, array: Array, direction: Array) -> Line:
    """Build the loss as a function of the shift along one direction."""
    saved = array.copy()

    def line(shift: float) -> tuple[float, float]:
        array[...] = saved + shift * direction
        try:
            return _real(loss()), shift
        finally:
            array[...] = saved

    return line


def _measured_noise(loss: Loss, array: Array) -> float:
    """Noise of the loss around here, as the largest along a few Gaussian directions."""
    random = np.random.default_rng(0)
    noise = 0.0
    with np.errstate(all="ignore"):
        lines = [direction_line(loss, array, _nearby(random, array)) for _ in range(_DIRECTIONS)]
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
    """Relative spacing of the loss's values: float32's, if they move, and all are representable there."""
    # thousands of times float32's spacing: what is computed in double precision has other digits, too
    values = [line(distance)[0] for line in lines for distance in (0.0, 2.0**-12, -(2.0**-12))]
    single = all(value == float(np.float32(value)) for value in values)
    return _SINGLE if single and len(set(values)) > 1 else EPSILON


def _real_differences(
    loss: Loss, array: Array, method: str, step: float | None, notes: tuple[str, ...]
) -> Derivative:
    base = _real(loss())
    if not math.isfinite(base):
        raise NonFiniteError("the loss", f"value {base}", "a finite number", "at the unperturbed parameters")
    noise = _measured_noise(loss, array)
    floor = 4.0 * EPSILON
    value = np.zeros(array.shape, dtype=np.complex128 if array.dtype.kind == "c" else np.float64)
    bound = np.zeros(array.shape)
    evaluations, kinks = 0, []
    for index in np.ndindex(array.shape):
        for unit in (1.0, 1j) if array.dtype.kind == "c" else (1.0,):
            slope = _entry(loss, array, index, unit, method, step, base, noise)
            if not math.isfinite(slope.value):
                raise NonFiniteError(
                    f"the loss near entry {list(index)}", "no finite value", "finite values on both sides"
                )
            value[index] = value[index] + slope.value * unit
            bound[index] = math.hypot(bound[index], slope.bound + floor * abs(slope.value))
            evaluations += slope.evaluations
            if slope.kink:
                kinks.append(index)
    return Derivative(value, bound, method, evaluations, notes + kink_notes(kinks))


def _entry(
    loss: Loss,
    array: Array,
    index: tuple[int, ...],
    unit: complex,
    method: str,
    step: float | None,
    base: float,
    noise: float,
) -> Slope:
    """One entry's derivative along the real or imaginary axis."""
    line = entry_line(loss, array, index, unit)
    scale = max(1.0, abs(complex(array[index])))
    with np.errstate(all="ignore"):
        if method == "richardson":
            return adaptive(line, base, scale, noise)
        stencil = STENCILS[method]
        if step is None:
            # the step that is best for derivatives of the loss's own size, and for its measured noise
            relative = noise / max(abs(base), 1e-300)
            step = min(0.1, max(relative, EPSILON) ** (1.0 / (stencil.order + 1)))
        return fixed(line, base, stencil, step * scale, noise)


def kink_notes(kinks: list[tuple[int, ...]]) -> tuple[str, ...]:
    """Say where the left and the right derivative differ."""
    if not kinks:
        return ()
    shown = ", ".join(str(list(index)) for index in kinks[:_NOTED])
    more = f" and {len(kinks) - _NOTED} more" if len(kinks) > _NOTED else ""
    return (f"kink within a step at {shown}{more}: left and right derivatives differ, either may be right",)


def _complex_step(
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
        slope = complex(_number(substitute(numbers))).imag / COMPLEX_STEP
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
    base = _real(loss())
    noise = _measured_noise(loss, array)
    agreements = 0
    try:
        with np.errstate(all="ignore"):
            for _ in range(_DIRECTIONS):
                direction = random.standard_normal(array.shape)
                with warnings.catch_warnings():
                    warnings.simplefilter("error", np.exceptions.ComplexWarning)
                    moved = substitute(array + 1j * COMPLEX_STEP * direction)
                imaginary = complex(_number(moved)).imag / COMPLEX_STEP
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
