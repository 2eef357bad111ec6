"""The use case: a loss and its hand-written gradients in, a report out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.findings import Finding, Outcome, ParameterReport, Verdict
from gradcheck.functions.behaviour import Behaviour, observe
from gradcheck.functions.explaining import Order, explained, unexplained, with_order
from gradcheck.functions.nests import Absent
from gradcheck.functions.numerical import Reference
from gradcheck.functions.points import Comparison, References, at, moved, present, usable
from gradcheck.functions.subject import Subject, Values
from gradcheck.functions.verdicts import inconclusive, judge
from gradcheck.network.forward import Array
from gradcheck.reports.report import Report, SubmissionReport

# (values, submitted) -> for each leaf a verdict, or None where only a whole gradient can tell
Screen = Callable[[Values, Sequence[Array | Absent]], list[ParameterReport | None]]


def examine_loss(subject: Subject, *, method: str, seed: int, quick: bool, sizes: Mapping[str, int]) -> Report:
    """Compare gradients with the loss that they are gradients of; `quick` as in `check_gradients`."""
    reference = Reference(subject, method, seed)
    screen = reference.screen if quick else None
    return examine(subject, reference, seed=seed, sizes=sizes, screen=screen, order=reference.order)


def examine(
    subject: Subject,
    reference: References,
    *,
    seed: int,
    sizes: Mapping[str, int],
    screen: Screen | None = None,
    order: Order | None = None,
) -> Report:
    """
    Compare submitted gradients with the reference, and explain those that are wrong.

    Parameters
    ----------
    subject : Subject
    reference : callable (values, position) -> Numerical
        The right gradient of one of the leaves that are differentiated.
    seed : int
        Of the second point, where explanations are confirmed.
    sizes : mapping
        Sizes worth recognising in a constant, by what they are.
    screen : callable, optional
        A faster check; if it is satisfied with every leaf, its verdicts stand.
    order : callable, optional
        Order of the Taylor remainder of one leaf: evidence that owes nothing to the reference.
    """
    # The very first call is the one that is judged: what later calls leave behind must not count against it.
    subject.loss_at(subject.values)
    submitted = subject.gradients_at(subject.values)
    elsewhere = usable(subject, moved(subject, np.random.default_rng([seed, 1])))
    behaviour = observe(subject, elsewhere)
    screened = None if screen is None else _screened(subject, screen, submitted, behaviour)
    if screened is not None:
        return _report(subject, seed, screened, behaviour.findings, ())
    references = tuple(reference(subject.values, position) for position in range(len(submitted)))
    here = Comparison(present(subject.values), tuple(submitted), references)
    names = [subject.leaves[index].name for index in subject.active]
    parameters = [judge(n, s, r) for n, s, r in zip(names, here.submitted, here.reference, strict=True)]
    notes = list(dict.fromkeys(note for numerical in here.reference for note in numerical.notes))
    if not behaviour.steady_loss:
        parameters = [inconclusive(parameter) for parameter in parameters]
    elif elsewhere is not None and behaviour.steady_gradients:
        parameters = _beyond_zeros(subject, parameters, here, elsewhere, reference, notes)
    named = explained(subject, parameters, here, elsewhere, reference, sizes, behaviour)
    nameless = unexplained(parameters, named, behaviour)
    findings = [*behaviour.findings, *with_order([*named, *nameless], names, here, order)]
    if not any(numerical.value.any() for numerical in here.reference):
        notes.append("the loss doesn't change with any parameter: does it read its argument?")
    return _report(subject, seed, parameters, findings, notes)


def _report(
    subject: Subject,
    seed: int,
    parameters: Sequence[ParameterReport],
    findings: Sequence[Finding],
    notes: Sequence[str],
) -> Report:
    """The report on one subject."""
    passed = all(parameter.verdict.passes for parameter in parameters) and not findings
    submission = SubmissionReport(
        path=subject.name,
        outcome=Outcome.PASSED if passed else Outcome.FAILED,
        parameters=tuple(parameters),
        findings=tuple(findings),
        notes=tuple(notes),
    )
    return Report(config="", seed=seed, submissions=(submission,))


def _screened(
    subject: Subject, screen: Screen, submitted: Sequence[Array | Absent], behaviour: Behaviour
) -> list[ParameterReport] | None:
    """Verdicts of the faster check, if it is satisfied with everything."""
    if behaviour.findings:
        return None
    verdicts = [verdict for verdict in screen(subject.values, submitted) if verdict is not None]
    return verdicts if len(verdicts) == len(subject.active) else None


def _beyond_zeros(
    subject: Subject,
    parameters: list[ParameterReport],
    here: Comparison,
    elsewhere: Values,
    reference: References,
    notes: list[str],
) -> list[ParameterReport]:
    """Check again elsewhere if a parameter is zero throughout, as biases at first are: zeros hide mistakes."""
    hidden = [p.name for p, v in zip(parameters, here.values, strict=True) if v.size and not v.any()]
    if not hidden or not all(parameter.verdict.passes for parameter in parameters):
        return parameters
    there = at(subject, elsewhere, reference)
    again = [
        judge(parameter.name, submitted, numerical)
        for parameter, submitted, numerical in zip(parameters, there.submitted, there.reference, strict=True)
    ]
    if all(p.verdict in (Verdict.CORRECT, Verdict.IMPRECISE, Verdict.INCONCLUSIVE) for p in again):
        return parameters
    zeros = ", ".join(f"`{name}`" for name in hidden)
    notes.append(f"right at the given parameters, where {zeros} is zero, but wrong at others near them")
    note = f"right only where {zeros} is zero; shown at other values"
    return [
        replace(new, note=note) if new.verdict in (Verdict.WRONG, Verdict.WRONG_SHAPE) else old
        for old, new in zip(parameters, again, strict=True)
    ]
