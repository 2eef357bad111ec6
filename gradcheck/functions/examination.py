"""The use case: a loss and its hand-written gradients in, a report out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradcheck.findings import Finding, Outcome, ParameterReport
from gradcheck.functions.behaviour import Behaviour, observe
from gradcheck.functions.explaining import Order, explained, unexplained, with_order
from gradcheck.functions.kinks import Kinks, Settled, settled, undecided
from gradcheck.functions.nearby import Screen, nearby
from gradcheck.functions.nests import Absent
from gradcheck.functions.numerical import Reference
from gradcheck.functions.points import Comparison, References, moved, present, usable
from gradcheck.functions.small import small_entries
from gradcheck.functions.subject import Subject, Values
from gradcheck.functions.verdicts import inconclusive, judge
from gradcheck.network.forward import Array
from gradcheck.reports.report import Report, SubmissionReport


def examine_loss(subject: Subject, *, method: str, seed: int, quick: bool, sizes: Mapping[str, int]) -> Report:
    """Compare gradients with the loss that they are gradients of; `quick` as in `check_gradients`."""
    reference = Reference(subject, method, seed)
    return examine(
        subject,
        reference,
        seed=seed,
        sizes=sizes,
        quick=quick,
        screen=reference.screen,
        order=reference.order,
        kinks=reference,
    )


def examine(
    subject: Subject,
    reference: References,
    *,
    seed: int,
    sizes: Mapping[str, int],
    quick: bool = False,
    screen: Screen | None = None,
    order: Order | None = None,
    kinks: Kinks | None = None,
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
    quick : bool
        Whether the verdicts of `screen` stand if it is satisfied with every leaf.
    screen : callable, optional
        A faster check.
    order : callable, optional
        Order of the Taylor remainder of one leaf: evidence that owes nothing to the reference.
    kinks : Kinks, optional
        What the loss does at kinks.
    """
    # The very first call is the one that is judged: what later calls leave behind must not count against it.
    subject.loss_at(subject.values)
    submitted = subject.gradients_at(subject.values)
    elsewhere = usable(subject, moved(subject, np.random.default_rng([seed, 1])))
    behaviour = observe(subject, elsewhere, submitted)
    screened = (
        _screened(subject, screen, submitted, elsewhere, behaviour) if quick and screen is not None else None
    )
    if screened is not None:
        return _report(subject, seed, screened, behaviour.findings, ())
    names = [subject.leaves[index].name for index in subject.active]
    references = [reference(subject.values, position) for position in range(len(submitted))]
    at_kinks = [
        Settled(right) if kinks is None else settled(name, found, right, kinks, subject.values, position)
        for position, (name, found, right) in enumerate(zip(names, submitted, references, strict=True))
    ]
    here = Comparison(present(subject.values), tuple(submitted), tuple(one.numerical for one in at_kinks))
    parameters = [judge(n, s, r) for n, s, r in zip(names, here.submitted, here.reference, strict=True)]
    if behaviour.steady_loss and behaviour.steady_gradients:
        parameters = [
            undecided(subject, parameter, one, position, elsewhere, reference)
            for position, (parameter, one) in enumerate(zip(parameters, at_kinks, strict=True))
        ]
    notes = list(dict.fromkeys(note for numerical in here.reference for note in numerical.notes))
    found: list[Finding] = []
    if not behaviour.steady_loss:
        parameters = [inconclusive(parameter) for parameter in parameters]
    elif elsewhere is not None and behaviour.steady_gradients:
        parameters = small_entries(subject, parameters, here, elsewhere, reference)
        parameters, found, more = nearby(subject, parameters, here, elsewhere, reference, screen)
        notes += more
    named = explained(subject, parameters, here, elsewhere, reference, sizes, behaviour)
    nameless = unexplained(parameters, named, behaviour)
    findings = [*behaviour.findings, *found, *with_order([*named, *nameless], names, here, order)]
    if _unmoved(subject, here, elsewhere):
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
    subject: Subject,
    screen: Screen,
    submitted: Sequence[Array | Absent],
    elsewhere: Values | None,
    behaviour: Behaviour,
) -> list[ParameterReport] | None:
    """Verdicts of the faster check, if it is satisfied with everything, here and elsewhere."""
    if behaviour.findings:
        return None
    verdicts = [verdict for verdict in screen(subject.values, submitted) if verdict is not None]
    if len(verdicts) < len(subject.active):
        return None
    if elsewhere is not None:
        subject.loss_at(elsewhere)
        if None in screen(elsewhere, subject.gradients_at(elsewhere)):
            return None
    return verdicts


def _unmoved(subject: Subject, here: Comparison, elsewhere: Values | None) -> bool:
    """Whether the loss is flat here, as far as it is known, and no other at the other point."""
    for submitted, numerical in zip(here.submitted, here.reference, strict=True):
        uncertain = float(numerical.bound.max(initial=0.0))
        claimed = 0.0 if isinstance(submitted, Absent) else float(np.abs(submitted).max(initial=0.0))
        if numerical.value.any() or 0.0 < claimed < uncertain:
            return False
    return elsewhere is None or bool(subject.loss_at(elsewhere) == subject.loss_at(subject.values))
