"""
From gradients that are wrong to findings: explain by value, find the place, prove an edit.

Each step adds to what the one before it found, and stands without the next: an explanation without a place is
still an explanation.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from gradcheck.diagnosis import messages
from gradcheck.diagnosis.attaching import attach, fixed_by_all, merged
from gradcheck.diagnosis.examination import (
    Examination,
    Watched,
    are_nothing,
    breaking_on,
    explain,
    missing,
    not_finite,
    searched_on,
    telling,
    told,
    version,
    watch,
)
from gradcheck.diagnosis.explain.explanation import Explained
from gradcheck.diagnosis.explain.fitting import describe
from gradcheck.diagnosis.explain.losses import alternatives
from gradcheck.diagnosis.locating import Located, located, placed, proved
from gradcheck.diagnosis.remaining import behind, hidden, on_the_way
from gradcheck.diagnosis.repair.looking import Look
from gradcheck.diagnosis.repair.mending import Patient, one_by_one
from gradcheck.diagnosis.repair.proving import Repair
from gradcheck.diagnosis.repair.searching import Known, Search
from gradcheck.diagnosis.repair.steps import net
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.viewing import Hint
from gradcheck.diagnosis.unrun import cautioned
from gradcheck.findings import Finding
from gradcheck.submissions.loading import settled

_OBJECTS, _ROUNDS = 20_000, 50  # that are made before garbage is looked for, and among older ones, too
_TIMES = 5  # as long as the run under watch a version may go on,
_SHORTEST, _UNKNOWN, _LONGEST = 0.2, 0.5, 1.0  # within these limits in seconds


def examine(case: Examination) -> Iterator[tuple[Finding, ...]]:
    """
    Find out what is wrong: one finding for each root cause, in the order of the backward pass.

    Yields
    ------
    tuple of Finding
        What is known after each step, the last with all that is: what an interruption leaves isn't lost.
    """
    steps = _examined(case)
    while True:
        with np.errstate(all="ignore"), _collecting_rarely():  # the first of a wrong program's values
            findings = next(steps, None)
        if findings is None:
            return
        yield tuple(findings)


@contextlib.contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Have garbage looked for less often: hardly any of the many small objects that a diagnosis makes is some."""
    before = gc.get_threshold()
    gc.set_threshold(max(_OBJECTS, before[0]) if before[0] else 0, max(_ROUNDS, before[1]), before[2])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _examined(case: Examination) -> Iterator[Sequence[Finding]]:
    watched = watch(case) if case.places else None
    explained: Sequence[Explained] = explain(case, watched) if case.wrong else ()
    findings: Sequence[Finding] = told(case, explained)
    # what makes up for another fault in a gradient that is right is no mistake
    real = [not one.fault or not one.spoils or bool(one.spoils & {*case.wrong}) for one in findings]
    findings, explained = list(itertools.compress(findings, real)), list(itertools.compress(explained, real))
    scales = [_is_a_scale(case, one) for one in explained] if case.lenient is not None else []
    if any(scales) and not all(scales):  # another scale is no mistake where any will do
        findings = [one for one, scale in zip(findings, scales, strict=True) if not scale]
        explained = [one for one, scale in zip(explained, scales, strict=True) if not scale]
        case = replace(case, judge=case.lenient or case.judge, lenient=None)
    forward = _not_told_by(case.forward, findings)
    if any(one.site == "a2" for one in forward):
        forward, findings, explained = _of_the_forward_pass(forward, findings, explained)
    findings = [*forward, *findings]
    explained = [*(Explained(one.site or "", None) for one in forward), *explained]
    if broken := not_finite(case):
        known = messages.not_finite(broken, breaking_on(case, broken))
        findings, explained = [known, *findings], [Explained(known.site or "", None, broken), *explained]
    odd = _oddly_shaped(case, explained)
    for name in odd:
        findings, explained = (
            [*findings, messages.another_shape(name)],
            [*explained, Explained(name, None, (name,))],
        )
    if absent := missing(case):
        names = tuple(absent)
        findings = [messages.missing(names, tuple(absent.values())), *findings]
        explained = [Explained(names[0], None, names), *explained]
    yield findings
    if not case.places:
        return
    places = [located(case, watched, one) for one in explained]
    findings = [placed(finding, found) for finding, found in zip(findings, places, strict=True)]
    yield findings
    if case.edits:
        patient = patient_of(case, findings, watched)
        findings = _mended(case, patient, explained, findings, places)
        look = patient.known.looks.get(case.source.text)
        if look is not None:
            findings = [cautioned(case, look.program, look.ran, one) for one in findings]
        yield findings
        fixes = [finding.fix for finding in findings if finding.fix is not None]
        if look is not None and len(fixes) < len(findings):
            led = findings if fixes else on_the_way(case, look, findings)
            findings = [one if one.fix else proved(case, look.program, one, look.proved) for one in led]
            yield findings
        if look is not None and not fixes:
            yield _with_hidden(case, look, findings, odd)
        if fixes and patient.wrong(fixes[-1].replaced):
            yield behind(case, findings)


def _oddly_shaped(case: Examination, explained: Sequence[Explained]) -> list[str]:
    """
    Gradients in a shape of their own, of which nothing explains the values.

    Where its layer's other one has its shape, so has the delta that both are made of: it is a mistake by itself.
    """
    riddles = {
        name for one in explained if one.fault is None and len(one.parameters) > 1 for name in one.parameters
    }
    shaped = {name[-1] for name in {*case.network.parameters} - case.wrong_shape}
    return [name for name in case.network.parameters if name in riddles & case.wrong_shape and name[-1] in shaped]


def _with_hidden(
    case: Examination, look: Look, findings: Sequence[Finding], odd: Collection[str]
) -> list[Finding]:
    """Add what a wrong step hides: by its name, rather than that its gradient has a shape of its own."""
    shapes = [one for one in findings if one.fault is None and one.site in odd and len(one.parameters) == 1]
    rest = [one for one in findings if not any(one is other for other in shapes)]
    found = hidden(case, look, rest)
    shaped = {name for one in shapes for name in one.parameters}
    more = [one for one in found[len(rest) :] if one.fault or not shaped.issuperset(one.parameters)]
    told = {name for one in more for name in one.parameters}
    return [
        *found[: len(rest)],
        *(one for one in shapes if told.isdisjoint(one.parameters)),
        *more,
    ]


def _is_a_scale(case: Examination, one: Explained) -> bool:
    """Whether what explains gradients is a factor that all of them have, as from one known loss to another."""
    if one.site != "delta2" or one.parameters or not one.coefficient:
        return False
    sizes = [case.probes[index].sizes for index in telling(case)]
    own = [case.network.loss_scale.value(size["n"], size["k"]) for size in sizes]
    scales = {other.loss_scale for other in alternatives(case.network) if other.loss == case.network.loss}
    others = ([scale.value(size["n"], size["k"]) for size in sizes] for scale in scales)
    return one.coefficient in {describe(np.array(some) / np.array(own), sizes) for some in others}


def _not_told_by(forward: Sequence[Finding], findings: Sequence[Finding]) -> Sequence[Finding]:
    """A forward pass that differs is the same mistake as a fault of the forward pass that the gradients name."""
    named = any(finding.fault and finding.site in ("z1", "a1", "z2", "a2") for finding in findings)
    return [finding for finding in forward if not (named and finding.site == "a2")]


def _of_the_forward_pass(
    forward: Sequence[Finding], findings: Sequence[Finding], explained: Sequence[Explained]
) -> tuple[Sequence[Finding], Sequence[Finding], Sequence[Explained]]:
    """Gradients that nothing explains follow from a forward pass that is known to be wrong."""
    spoiled = tuple(name for finding in findings if finding.fault is None for name in finding.parameters)
    named = [index for index, finding in enumerate(findings) if finding.fault]
    forward = [replace(one, parameters=spoiled) if one.site == "a2" else one for one in forward]
    return forward, [findings[index] for index in named], [explained[index] for index in named]


def patient_of(case: Examination, findings: Sequence[Finding], watched: Watched | None) -> Patient:
    """The program, and what its versions are held to."""
    told = any(finding.fault for finding in findings) and any(
        gradient.any() for found in case.gradients for gradient in (found or {}).values()
    )  # values in which a mistake was recognised tell the loss; zeros are those of any
    judge = case.judge if case.lenient is None or told else case.lenient
    patience = min(_LONGEST, max(_SHORTEST, _TIMES * watched.seconds)) if watched else _UNKNOWN
    trial = Trial(
        case.source.path,
        case.contract,
        case.network,
        searched_on(case),
        case.run,
        judge,
        patience=patience,
        settled=settled(case.source.path, case.contract, case.result.probes),
        continues=True,
    )
    proof = replace(trial, probes=tuple(case.fresh()), continues=False)
    seen = {case.source.text: watched.beside} if watched and watched.beside else {}
    return Patient(text=case.source.text, trial=trial, proof=proof, rows=case.rows, known=Known(watched=seen))


def _mended(
    case: Examination,
    patient: Patient,
    explained: Sequence[Explained],
    findings: Sequence[Finding],
    places: Sequence[Located],
) -> Sequence[Finding]:
    """Look for edits: fault by fault where several spoil one gradient, else by what each edit mends."""
    each = [
        [Hint(line, finding.spoils) for line in place.lines]
        for finding, place in zip(findings, places, strict=True)
    ]
    hints = [hint for some in each for hint in some]
    spoiled = [name for finding in findings for name in finding.spoils]
    deadline = perf_counter() + case.seconds
    found: dict[tuple[int, ...], Repair] = {}
    if len(set(spoiled)) < len(spoiled):
        same = len({place.lines[:1] for place in places}) == 1
        forward = any(finding.site in ("z1", "a1", "z2", "a2") for finding in findings)  # shows further down, too
        text, seconds = case.source.text, case.seconds
        likely = patient.mend(text, hints, seconds / 4, by=Search.behind_slips)
        likely = likely or patient.mend(text, hints, seconds / 3, by=Search.once, named=same or forward)
        likely = likely or patient.mend(text, hints, seconds / 4, by=Search.briefly)
        if likely is not None:
            return attach(case, findings, likely)
        spoils = [one.spoils for one in findings]

        def again(text: str, left: Mapping[int, Explained]) -> dict[int, list[Hint]]:
            then = version(case, text) if left else None
            if then is None or not telling(then):
                return {}
            watched = watch(then)
            return {
                position: [Hint(line, spoils[position]) for line in located(then, watched, one).lines]
                for position, one in left.items()
            }

        found, text = one_by_one(patient, explained, spoils, each, again, case.seconds / 2)
        if found and not patient.wrong(text):
            made = [step for repair in found.values() for step in repair.steps]
            fewest = patient.fewest(made, hints, case.seconds / 4)
            whole = net(fewest)
            if whole is not None or len(fewest) < len(made):
                probes = min(repair.probes for repair in found.values())
                steps = (whole,) if whole is not None else fewest
                return attach(
                    case, findings, Repair(steps, steps[-1].after, patient.wrong(case.source.text), probes)
                )
            return _each_with_its_own(case, patient, findings, found)
    every = all(finding.fault is not None for finding in findings)
    alone = every and len(findings) == 1 and not are_nothing(case, findings[0].spoils)  # what is zero hides others
    mended = patient.mend(
        case.source.text,
        hints,
        deadline - perf_counter(),
        by=Search.severally if every and len(findings) > 1 else Search.run,
        named=alone,
    )
    if mended is not None:
        if not patient.wrong(mended.text):
            steps = patient.fewest(mended.steps, hints, case.seconds / 4)
            mended = replace(mended, steps=steps, text=steps[-1].after)
        else:
            mended = patient.surest(mended)
        return attach(case, findings, mended)
    return _each_with_its_own(case, patient, findings, found)


def _each_with_its_own(
    case: Examination, patient: Patient, findings: Sequence[Finding], found: Mapping[tuple[int, ...], Repair]
) -> Sequence[Finding]:
    """Give findings the edits that were found for each, or for several as one, that leave nothing of it wrong."""
    every = _with_what_they_mend(patient, findings, found)
    whole = {
        some: merged(findings[all_of[0]], [findings[one] for one in all_of[1:]]) for some, all_of in every.items()
    }
    shown = list(found)  # one builds on the other: of what is left out, what comes after it is, too
    while shown:
        text = found[shown[-1]].text
        wrong = patient.wrong(text)
        kept = next((i for i, some in enumerate(shown) if whole[some].spoils & wrong), len(shown))
        if kept == len(shown) and (not wrong or wrong <= patient.wrong(patient.text)):
            break
        shown = shown[: min(kept, len(shown) - 1)]
    told = dict(enumerate(findings))
    for some in shown:
        told[some[0]] = fixed_by_all(case, whole[some], found[some].steps, replace(found[some], text=text))
        for position in every[some][1:]:
            del told[position]
    return [*told.values()]


def _with_what_they_mend(
    patient: Patient, findings: Sequence[Finding], found: Mapping[tuple[int, ...], Repair]
) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Add to the findings that edits were found for what these mend, too, and none was found for."""
    left = {*range(len(findings))} - {one for some in found for one in some}
    every: dict[tuple[int, ...], tuple[int, ...]] = {}
    for some, repair in found.items():
        wrong = patient.wrong(repair.text)
        mended = {one for one in left if findings[one].spoils.isdisjoint(wrong)}
        every[some] = (*some, *sorted(mended))
        left -= mended
    return every
