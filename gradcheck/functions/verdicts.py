"""The verdict on one leaf, whatever its kind of numbers and however little the reference may know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradcheck.comparison import TOLERANCES, compare
from gradcheck.findings import ParameterReport, Verdict
from gradcheck.functions.nests import Absent
from gradcheck.functions.numerical import Numerical
from gradcheck.network.forward import Array

# How little a reference may know, relative to its largest entry, for agreement with it to mean something.
_NOISE_LIMIT = 1e-4
_SINGLE_LIMIT = 1e-2
# One that knows less convicts nobody either, and a noisy one does so for this many error bounds only.
_MARGIN = 10.0


def judge(name: str, submitted: Array | Absent, numerical: Numerical) -> ParameterReport:
    """Verdict on one leaf; complex numbers are compared as pairs."""
    value, bound = numerical.value, numerical.bound
    if isinstance(submitted, Absent):
        return replace(compare(name, None, value, bound, expected_shape=value.shape), note=submitted.reason)
    if value.dtype.kind == "c" and submitted.shape == value.shape:
        pair = np.stack([bound, bound], axis=-1)
        report = compare(
            name,
            _parts(submitted),
            _parts(value),
            pair,
            expected_shape=(*value.shape, 2),
            dtype=str(submitted.dtype),
        )
        worst = None if report.worst_index is None else report.worst_index[:-1]
        wrong = min(report.wrong_entries, value.size)
        return replace(
            report,
            shape=value.shape,
            expected_shape=value.shape,
            entries=value.size,
            wrong_entries=wrong,
            worst_index=worst,
            errors=None,
            reference_values=None,
        )
    if submitted.dtype.kind == "c" and not submitted.imag.any():
        submitted = submitted.real
    report = compare(name, submitted, value, bound, expected_shape=value.shape)
    if report.verdict is Verdict.WRONG and _hardly_known(submitted, numerical):
        note = f"the numerical gradient is known to ±{bound.max():.1e} at best, which convicts nobody"
        return replace(report, verdict=Verdict.INCONCLUSIVE, note=note)
    return _as_far_as_known(report, numerical)


def inconclusive(parameter: ParameterReport) -> ParameterReport:
    """Nothing can be said of values against a loss that doesn't keep still."""
    if parameter.verdict in (Verdict.MISSING, Verdict.WRONG_SHAPE):
        return parameter
    return replace(parameter, verdict=Verdict.INCONCLUSIVE, note="the loss is not deterministic")


def _as_far_as_known(report: ParameterReport, numerical: Numerical) -> ParameterReport:
    """Let pass, as imprecise, what agrees with a reference that knows less than usual, for noise or a kink."""
    scale = float(np.abs(numerical.value).max(initial=0.0))
    accuracy = float(numerical.bound.max(initial=0.0))
    limit = _SINGLE_LIMIT if numerical.single else _NOISE_LIMIT
    if report.verdict is not Verdict.INCONCLUSIVE or not 0 < accuracy <= limit * scale:
        return report
    why = "a loss in float32" if numerical.single else "this loss here, for its noise or a kink nearby,"
    note = f"agrees to ±{accuracy / scale:.0e}, all that {why} can tell"
    return replace(report, verdict=Verdict.IMPRECISE, note=note)


def _hardly_known(submitted: Array, numerical: Numerical) -> bool:
    """Whether a reference is too noisy for its bounds to be taken at their word: they are estimates, too."""
    if not (np.isfinite(submitted).all() and submitted.size):
        return False
    uncertain = float(numerical.bound.max())
    scale = max(float(np.abs(numerical.value).max()), float(np.abs(submitted).max()))
    error = float(np.abs(submitted - numerical.value).max())
    noisy = uncertain > TOLERANCES.bound_limit * scale
    limit = _SINGLE_LIMIT if numerical.single else _NOISE_LIMIT
    return uncertain > limit * scale or (noisy and error <= _MARGIN * uncertain)


def _parts(array: Array) -> Array:
    """Real and imaginary parts in a last axis of their own."""
    return np.stack([array.real, array.imag], axis=-1)
