"""Whether gradients that are right at the given parameters are right at others near them, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.findings import Finding, ParameterReport, Verdict
from gradcheck.functions.behaviour import kept, same
from gradcheck.functions.nests import Absent
from gradcheck.functions.points import Comparison, References, attempt, flipped, usable
from gradcheck.functions.subject import Subject, Values
from gradcheck.functions.verdicts import judge
from gradcheck.network.forward import Array

# (values, submitted) -> for each leaf a verdict, or None where only a whole gradient can tell
Screen = Callable[[Values, Sequence[Array | Absent]], list[ParameterReport | None]]
ONLY_HERE = "right only "

_WRONG = (Verdict.WRONG, Verdict.WRONG_SHAPE)


def nearby(
    subject: Subject,
    parameters: list[ParameterReport],
    here: Comparison,
    elsewhere: Values,
    reference: References,
    screen: Screen | None,
) -> tuple[list[ParameterReport], list[Finding], list[str]]:
    """
    Check gradients that pass again at other values.

    Zeros hide mistakes, be they parameters, as biases at first are, or gradients, as they are at an optimum; and a
    gradient that never changes again is right where it was computed first.

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
    screen : callable, optional
        A faster check: what it is satisfied with needs no whole gradient.

    Returns
    -------
    parameters : list of ParameterReport
    findings : list of Finding
    notes : list of str
    """
    if not all(parameter.verdict.passes for parameter in parameters):
        return parameters, [], []
    there = _compared(subject, elsewhere, reference, screen)
    wrong = {} if there is None else _wrong(parameters, there)
    if there is None or not wrong:
        return parameters, [], []
    stale = [i for i in wrong if same([here.submitted[i]], [there.submitted[i]])]
    hidden = _hidden(parameters, here, wrong)
    if stale and not hidden:
        return parameters, [kept(tuple(parameters[i].name for i in stale))], []
    if not hidden and not _also_flipped(subject, parameters, reference, wrong):
        names = [parameters[i].name for i in wrong]
        return (
            parameters,
            [],
            [f"the gradient of {_listed(names)} is right here, but not at any parameters near these"],
        )
    why = hidden or "at the given parameters"
    judged = [
        replace(wrong[i], note=f"{ONLY_HERE}{why}; shown at other values") if i in wrong else old
        for i, old in enumerate(parameters)
    ]
    where = f", {hidden}," if hidden else ""
    return judged, [], [f"right at the given parameters{where} but wrong at others near them"]


def _compared(subject: Subject, values: Values, reference: References, screen: Screen | None) -> Comparison | None:
    """Both sides at other values; a whole gradient only where the faster check isn't satisfied."""
    if screen is None:
        return attempt(subject, values, reference)
    subject.loss_at(values)
    verdicts = screen(values, subject.gradients_at(values))
    return attempt(subject, values, reference, [i for i, verdict in enumerate(verdicts) if verdict is None])


def _wrong(parameters: Sequence[ParameterReport], there: Comparison) -> dict[int, ParameterReport]:
    """Verdicts on what is wrong at other values, by position."""
    judged = enumerate(zip(parameters, there.submitted, there.reference, strict=True))
    again = {i: judge(p.name, submitted, numerical) for i, (p, submitted, numerical) in judged}
    return {i: report for i, report in again.items() if report.verdict in _WRONG}


def _hidden(parameters: Sequence[ParameterReport], here: Comparison, wrong: dict[int, ParameterReport]) -> str:
    """What may have hidden a mistake at the given parameters; empty for nothing."""
    zeros = [p.name for p, v in zip(parameters, here.values, strict=True) if v.size and not v.any()]
    if zeros:
        return f"where {_listed(zeros)} is zero"
    flat = [parameters[i].name for i in wrong if _vanishes(here, i)]
    return f"where the gradient of {_listed(flat)} is zero" if flat else ""


def _vanishes(here: Comparison, position: int) -> bool:
    """Whether no entry of a gradient is known to be other than zero."""
    numerical = here.reference[position]
    return not bool((np.abs(numerical.value) > 2.0 * numerical.bound).any())


def _also_flipped(
    subject: Subject,
    parameters: Sequence[ParameterReport],
    reference: References,
    wrong: dict[int, ParameterReport],
) -> bool:
    """
    Whether what is wrong elsewhere is so for the same numbers in reverse order, too.

    Formulas may be meant for symmetric or orthogonal matrices, unit vectors or probabilities alone: these stay
    what they are, and nobody is convicted for what isn't.
    """
    values = flipped(subject)
    if values is None or usable(subject, values) is None:
        return False
    again = attempt(subject, values, reference, list(wrong))
    return again is not None and bool(_wrong(parameters, again).keys() & wrong.keys())


def _listed(names: Sequence[str]) -> str:
    """Names as they are quoted."""
    return ", ".join(f"`{name}`" for name in names)
