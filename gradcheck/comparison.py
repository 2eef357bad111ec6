"""
The verdict on one parameter: its submitted gradient against the numerical one and its error bound.

Shapes come before values. Errors are relative to the parameter's own scale, its largest reference entry: no
absolute tolerance that small gradients could hide under. Every comparison reads `not (error <= tolerance)`, so
that a NaN never passes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.findings import ParameterReport, Verdict
from gradcheck.network.forward import Array
from gradcheck.signatures import LEAST_FOR_DIFFERENCES, noise_like, quantisation_step, representable


@dataclass(frozen=True)
class Tolerances:
    """
    What errors are held against, all relative to the parameter's scale. The one table.

    Attributes
    ----------
    roundoff : float
        Right code in float64 differs by 2**-52 times the number of operations an entry goes through, weighted by
        cancellation: 1e-14 is usual and 1e-12 the worst seen; a hundred times that, and still thousands of times
        below the smallest mistake that a program can make by accident.
    bound_limit : float
        Where the reference's own error bound is larger than `roundoff` but below this, agreement within twice
        the bound (once for each side's rounding) counts as right; beyond it the reference is too noisy.
    guard : float
        `a + 1e-8` in a denominator or logarithm leaves 1e-8 / a, with activations a above 1/30.
    float32 : float
        2**-24 = 6e-8 an operation, growing with the square root of their number: 32 times that.
    difference : float
        The error of a forward difference in units of its step h; its round-off, 2**-52 / h, in units of itself.
    exact : float
        Backpropagation errs by a few units of 2**-52; differences, whose best steps are near 1e-3, by 1e-13.
    difference_limit : float
        The largest error of finite differences that is let pass: a forward step of 1e-5 stays below it.
    """

    roundoff: float = 1e-10
    bound_limit: float = 1e-8
    guard: float = 3e-7
    float32: float = 2e-6
    difference: float = 10.0
    exact: float = 1e-14
    difference_limit: float = 1e-4


TOLERANCES = Tolerances()
_BY_DIFFERENCES = "agrees to the accuracy of finite differences, by which it was computed (step about {:.0e})"
_SATURATED = (
    "units are saturated: what is left of the gradient is less than `1 - a` is exact to in float64;"
    " inputs of a smaller scale would tell"
)
_SEVERITY = (
    Verdict.CORRECT,
    Verdict.IMPRECISE,
    Verdict.INCONCLUSIVE,
    Verdict.MISSING,
    Verdict.WRONG,
    Verdict.WRONG_SHAPE,
)


def compare(
    name: str,
    submitted: Any,
    reference: Array,
    bound: Array,
    *,
    expected_shape: tuple[int, ...],
    dtype: str = "",
    rounding: Array | float = 0.0,
) -> ParameterReport:
    """
    Judge one parameter's gradient on one probe.

    Parameters
    ----------
    name : str
        As printed: `W1`, `b1`, ...
    submitted : array_like or None
        The gradient under test; None where there is none.
    reference, bound : ndarray, shape `expected_shape`
        The numerical gradient, and for every entry a bound of its error.
    expected_shape : tuple of int
        The parameter's shape.
    dtype : str
        Name of the dtype that the submission computed in, where known.
    rounding : ndarray, shape `expected_shape`, optional
        What right code may be off by, as `network.rounding` has it. It excuses nothing: there nobody can tell.

    Returns
    -------
    ParameterReport
    """
    reference = np.asarray(reference).reshape(expected_shape)
    bound = np.broadcast_to(np.asarray(bound, dtype=float), reference.shape).reshape(expected_shape)
    if submitted is None:
        return _valueless(name, Verdict.MISSING, None, expected_shape, "no gradient was given")
    submitted = np.asarray(submitted)
    dtype = dtype or str(submitted.dtype)
    if submitted.shape != tuple(expected_shape):
        note = _shape_note(submitted, reference, bound)
        return _valueless(name, Verdict.WRONG_SHAPE, submitted.shape, expected_shape, note)
    return _compare_values(name, submitted, reference, bound, dtype, np.broadcast_to(rounding, reference.shape))


def tolerance_of(reference: Array, bound: Array) -> Array:
    """Largest error that counts as rounding, for every entry, in the gradient's units."""
    scale = float(np.abs(reference).max(initial=0.0))
    least, most = TOLERANCES.roundoff * scale, TOLERANCES.bound_limit * scale
    known = np.where(np.isnan(bound), np.inf, bound)
    return np.clip(2.0 * known, least, most)


def merge(reports: Iterable[ParameterReport]) -> ParameterReport:
    """
    Take the worst of one parameter's reports over several probes.

    Parameters
    ----------
    reports : iterable of ParameterReport
        Of the same parameter, at least one.

    Returns
    -------
    ParameterReport
        The one with the worst verdict; among those the one with the largest error, where a value that is not
        finite counts as the largest; the first, where they tie.
    """

    def badness(report: ParameterReport) -> tuple[int, float]:
        error = report.max_relative_error
        return _SEVERITY.index(report.verdict), np.inf if error is None else error

    return max(reports, key=badness)


def _compare_values(
    name: str, submitted: Array, reference: Array, bound: Array, dtype: str, rounding: Array
) -> ParameterReport:
    with np.errstate(invalid="ignore", over="ignore"):
        errors = submitted - reference
        size = np.abs(errors)
    scale = float(np.abs(reference).max(initial=0.0))
    tolerance = tolerance_of(reference, bound)
    beyond = ~(size <= tolerance)
    # Nobody is blamed for what lies within the reference's own error, or right code's.
    beyond_bound = beyond & ~(size <= 2.0 * bound + rounding)
    verdict, note = Verdict.CORRECT, ""
    if beyond_bound.any():
        note = _imprecision(submitted, reference, errors, scale, dtype)
        verdict = Verdict.IMPRECISE if note else Verdict.WRONG
        note = note or _not_finite(submitted)
    elif beyond.any() or not np.isfinite(reference).all():
        verdict = Verdict.INCONCLUSIVE
        noisy = f"the numerical gradient is known to {_digits(bound[beyond], scale)} only"
        note = noisy if (size > rounding)[beyond].any() else _SATURATED
    elif note := _differenced(submitted, float(size.max(initial=0.0)), scale):
        verdict = Verdict.IMPRECISE
    worst = _worst_index(size, tolerance)
    largest = float(size.max(initial=0.0))
    finite = bool(np.isfinite(largest))
    return ParameterReport(
        name=name,
        verdict=verdict,
        shape=submitted.shape,
        expected_shape=reference.shape,
        entries=int(reference.size),
        wrong_entries=int((beyond_bound if beyond_bound.any() else beyond).sum()),
        max_absolute_error=largest if finite else None,
        max_relative_error=_relative(largest, scale) if finite else None,
        tolerance=_relative(float(tolerance[worst]), scale) if worst is not None else None,
        worst_index=worst,
        submitted=_number(submitted[worst]) if worst is not None else None,
        reference=_number(reference[worst]) if worst is not None else None,
        error_bound=float(bound[worst]) if worst is not None else None,
        note=note,
        errors=errors,
        reference_values=reference,
    )


def _relative(error: float, scale: float) -> float | None:
    """Error in units of the scale; None where the scale is zero and the error is not."""
    if error == 0.0:
        return 0.0
    return error / scale if scale > 0.0 else None


def _number(value: Any) -> float | None:
    """A real, finite number for a report, or None."""
    number = float(np.real(value))
    return number if np.isfinite(number) else None


def _worst_index(size: Array, tolerance: Array) -> tuple[int, ...] | None:
    """Where the error is largest; the first value that is not finite, if there is one."""
    if size.size == 0:
        return None
    ranked = np.where(np.isfinite(size), size, np.inf)
    return tuple(int(i) for i in np.unravel_index(int(ranked.argmax()), size.shape))


def _not_finite(submitted: Array) -> str:
    count = int((~np.isfinite(submitted)).sum())
    if count == 0:
        return ""
    return f"{count} of {submitted.size} entries {'is' if count == 1 else 'are'} nan or infinite"


def _digits(bound: Array, scale: float) -> str:
    largest = float(bound.max(initial=0.0))
    if scale <= 0.0 or not np.isfinite(largest):
        return f"±{largest:.1e}"
    return f"±{largest / scale:.1e} of its scale"


def _imprecision(submitted: Array, reference: Array, errors: Array, scale: float, dtype: str) -> str:
    """Name the reason why a small error is no mistake; empty where none is found."""
    largest = float(np.abs(errors).max(initial=0.0))
    if not (scale > 0.0 and np.isfinite(largest)):
        return ""
    relative = largest / scale
    if relative <= TOLERANCES.float32 and (dtype == "float32" or representable(submitted, np.float32)):
        return "agrees to float32, in which it was computed"
    # looking for a step takes longer than the rest of the comparison, and most gradients are simply wrong
    step = quantisation_step(submitted) if relative <= TOLERANCES.difference_limit else None
    if step is not None and relative <= TOLERANCES.difference * (step + 2.0**-50 / step):
        return _BY_DIFFERENCES.format(step)
    if relative > TOLERANCES.guard:
        return ""
    if noise_like(errors, reference):
        return f"agrees to {relative:.0e}: noise of the size that float32 arithmetic or finite differences leave"
    return (
        f"agrees to {relative:.0e}, as code with an epsilon guard of about 1e-8, or with float32 on its way, does"
    )


def _differenced(submitted: Array, error: float, scale: float) -> str:
    """Name finite differences so good that they pass for exact, by their digits; empty where they are none."""
    if submitted.size < LEAST_FOR_DIFFERENCES or error <= TOLERANCES.exact * scale:
        return ""
    step = quantisation_step(submitted)
    return "" if step is None else _BY_DIFFERENCES.format(step)


def _shape_note(submitted: Array, reference: Array, bound: Array) -> str:
    """Say what the wrong shape does in an update, and whether the values are right nonetheless."""
    try:
        harmless = np.broadcast_shapes(submitted.shape, reference.shape) == reference.shape
    except ValueError:
        return f"shape {submitted.shape} does not fit the parameter's {reference.shape}: an update fails"
    if not harmless:
        return f"an update would turn the parameter's shape {reference.shape} into another without a word"
    if submitted.size == reference.size:
        size = np.abs(submitted.reshape(reference.shape) - reference)
        if (size <= tolerance_of(reference, bound)).all():
            return "harmless in an update, where broadcasting makes up for it; the values are right"
        return "broadcasting makes up for the shape in an update; the values are wrong, too"
    return "harmful: broadcasting repeats it over the parameter without a word"


def _valueless(
    name: str, verdict: Verdict, shape: tuple[int, ...] | None, expected_shape: tuple[int, ...], note: str
) -> ParameterReport:
    entries = int(np.prod(expected_shape))
    return ParameterReport(
        name=name,
        verdict=verdict,
        shape=shape,
        expected_shape=tuple(expected_shape),
        entries=entries,
        wrong_entries=entries,
        note=note,
    )
