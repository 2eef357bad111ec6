"""Numerical gradients of any loss, by perturbing one array in place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcheck.differences.complexstep import Substitute, complex_step
from gradcheck.differences.derivative import Derivative
from gradcheck.differences.line import Slope, adaptive, fixed
from gradcheck.differences.perturbing import Loss, entry_line, measured_noise, number, real, restored
from gradcheck.differences.stencils import EPSILON, METHODS, STENCILS
from gradcheck.errors import GradcheckError, NonFiniteError
from gradcheck.network.forward import Array

_NOTED = 5
MUTATION = "the loss changes the parameter that it is given"


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
            answer = complex_step(loss, array, substitute, method, notes)
            if answer is not None:
                return answer
            if substitute is not None:
                notes += ("complex step does not agree with real differences: adaptive differences instead",)
            method = "richardson"
        return _real_differences(loss, array, method, step, notes)


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
        first = number(loss())
        changed = array.tobytes() != saved
    notes: tuple[str, ...] = (MUTATION,) if changed else ()
    with restored(array):
        second = number(loss())
    if not (first == second or (first != first and second != second)):
        notes += (f"the loss is not deterministic: {first!r}, then {second!r} at the same point",)
    return notes


def _protected(loss: Loss, array: Array) -> Loss:
    """Wrap a loss that changes `array` so that each evaluation leaves it as it was."""

    def protected() -> Any:
        with restored(array):
            return loss()

    return protected


def _real_differences(
    loss: Loss, array: Array, method: str, step: float | None, notes: tuple[str, ...]
) -> Derivative:
    base = real(loss())
    if not math.isfinite(base):
        raise NonFiniteError("the loss", f"value {base}", "a finite number", "at the unperturbed parameters")
    noise = measured_noise(loss, array)
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
