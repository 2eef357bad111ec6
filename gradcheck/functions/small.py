"""Entries that are small beside the largest of their parameter, and the mistakes that hide in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradcheck.findings import ParameterReport, Verdict
from gradcheck.functions.nests import Absent
from gradcheck.functions.numerical import Numerical
from gradcheck.functions.points import Comparison, References, attempt, comparable
from gradcheck.functions.subject import Subject, Values
from gradcheck.network.forward import Array

SMALL = "small"

# A reference's error bound relative to the entry, so that its ratio to the one submitted means something.
_KNOWN = 0.05
# Least deviation of that ratio from 1, and how well it has to come back at another point.
_OFF = 0.1
_SAME = 1e-3


def small_entries(
    subject: Subject, parameters: list[ParameterReport], here: Comparison, elsewhere: Values, reference: References
) -> list[ParameterReport]:
    """
    Convict small entries that are off by the same factor at both points.

    Tolerances are relative to the largest entry, since that is what rounding may be relative to. Rounding, though,
    never leaves the same factor twice: whatever does is a mistake, however small.

    Parameters
    ----------
    subject : Subject
    parameters : list of ParameterReport
        Verdicts at the given parameters.
    here : Comparison
        What they are about.
    elsewhere : sequence of arrays
        The other values.
    reference : callable (values, position) -> Numerical

    Returns
    -------
    list of ParameterReport
    """
    factors = {
        position: found
        for position, parameter in enumerate(parameters)
        if parameter.verdict is Verdict.CORRECT
        and (found := _factors(here.submitted[position], here.reference[position]))
    }
    if not factors:
        return parameters
    there = attempt(subject, elsewhere, reference, list(factors))
    if there is None:
        return parameters
    judged = list(parameters)
    for position, found in factors.items():
        again = _factors(there.submitted[position], there.reference[position])
        wrong = [i for i, factor in found.items() if i in again and abs(again[i] - factor) <= _SAME * abs(factor)]
        if wrong:
            judged[position] = _wrong(parameters[position], wrong, here, position, found[wrong[0]])
    return judged


def _factors(submitted: Array | Absent, numerical: Numerical) -> dict[tuple[int, ...], float]:
    """Factors by which entries are off that the reference knows well; none for what isn't real."""
    value, bound = numerical.value, numerical.bound
    if not comparable(submitted, numerical) or numerical.single or submitted.dtype.itemsize < 8:
        return {}
    off = (np.abs(submitted - value) > _OFF * np.abs(value)) & (bound <= _KNOWN * np.abs(value)) & (value != 0)
    places: Sequence[tuple[int, ...]] = [tuple(int(i) for i in index) for index in np.argwhere(off)]
    return {index: float(submitted[index]) / float(value[index]) for index in places}


def _wrong(
    parameter: ParameterReport, wrong: Sequence[tuple[int, ...]], here: Comparison, position: int, factor: float
) -> ParameterReport:
    """The verdict on a parameter with wrong small entries, showing the first of them."""
    submitted, numerical, first = here.submitted[position], here.reference[position], wrong[0]
    assert not isinstance(submitted, Absent)
    scale = float(np.abs(numerical.value).max(initial=0.0))
    error = abs(float(submitted[first]) - float(numerical.value[first]))
    return replace(
        parameter,
        verdict=Verdict.WRONG,
        wrong_entries=len(wrong),
        max_absolute_error=error,
        max_relative_error=error / scale,
        tolerance=2.0 * float(numerical.bound[first]) / scale,
        worst_index=first,
        submitted=float(submitted[first]),
        reference=float(numerical.value[first]),
        error_bound=float(numerical.bound[first]),
        note=f"{SMALL} beside the largest entry, but {factor:.4g} times the right one here and at other values",
    )
