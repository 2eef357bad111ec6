"""What is wrong with a program still once some edits are made, explained anew."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from gradcheck.diagnosis.examination import Examination, explain, told, version, watch
from gradcheck.diagnosis.explain.by_value import Explainer
from gradcheck.diagnosis.explain.explanation import Explained
from gradcheck.diagnosis.locate.quantities import SPINE
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.suspects import FED
from gradcheck.diagnosis.locate.suspects import suspects as suspicious
from gradcheck.diagnosis.locating import each_line_once, located, placed, span
from gradcheck.diagnosis.repair.looking import Look
from gradcheck.diagnosis.repair.substituting import with_a_step
from gradcheck.findings import Finding, Location
from gradcheck.submissions.reading import lines_of

_LOSS = Finding(
    fault=None,
    site="loss",
    parameters=(),
    confidence="certain",
    message="The loss is still not the configured one: with the edits made, it is another one.",
    hint="Evaluate your loss by hand for one example, term by term.",
    verdict="The loss is not the configured one.",
)
_WITH_ITS_VALUE = "shown with the right value of {} in the place of `{}`"
_TRIED, _SECONDS = 12, 1.0  # versions with a right value, and how long that may take
_STEPS = 2  # that are lacking, as after a z its activation is
_NEAR = 2  # places beside a finding's own that are as good
_NO_PROOF = "a step of the pass is nowhere: a small edit of `{}` makes it, which alone makes no gradient right"


def behind(case: Examination, findings: Sequence[Finding]) -> list[Finding]:
    """
    Tell what no edit was found for by what is left of it when the edits that were found are made.

    Parameters
    ----------
    case : Examination
    findings : sequence of Finding
        Of which some have edits.

    Returns
    -------
    list of Finding
        Those with edits, and behind them what is left; all as they were where that isn't told any better.
    """
    mended = [one for one in findings if one.fix is not None]
    *_, text = (one.fix.replaced for one in findings if one.fix is not None)  # the last has all edits
    left = remaining(case, text)
    known, still, told_of = ({name for one in some for name in one.spoils} for some in (findings, left, mended))
    untold = known - told_of
    return [*mended, *left] if left and untold <= still and still <= known | {"loss"} else list(findings)


def remaining(case: Examination, text: str) -> list[Finding]:
    """What is wrong with a version, with places of lines that are as they were before it."""
    then = version(case, text)
    if len(then.gradients) < len(case.probes) or not any(found is not None for found in then.gradients):
        return []
    watched = watch(then)
    explained = list(explain(then, watched)) if then.wrong else []
    findings = told(then, explained)
    if "loss" in then.judge(then.probes, then.result) and not any(one.site in ("a2", "loss") for one in findings):
        explained.append(Explained("loss", None))
        findings.append(_LOSS)
    kept = _unchanged(case, then)
    found = []
    for finding, one in zip(findings, explained, strict=True):
        there = located(then, watched, one)
        places = tuple(place for place in there.places if (place.cell, place.line) in kept)
        found.append(placed(finding, replace(there, places=places)))
    return found


def _unchanged(case: Examination, then: Examination) -> set[tuple[int | None, int]]:
    """Lines, by cell and number, that a version has as the program had them, and for which it has no other."""
    before = {case.source.place(number): line for number, line in enumerate(lines_of(case.source.text), start=1)}
    after = [(then.source.place(number), line) for number, line in enumerate(lines_of(then.source.text), start=1)]
    changed = {place for place, line in after if before.get(place) != line}
    return {place for place, _ in after} - changed


def on_the_way(case: Examination, look: Look, findings: Sequence[Finding]) -> list[Finding]:
    """
    Place what nothing explains, and no edit mends, where a step of the pass is missing, and then what that hides.

    An edit that makes the step is known, and proves nothing: but it is a smaller thing than any other there.
    """
    edit = next(iter(look.first_steps), None)
    if edit is None or edit.root is None:
        return list(findings)
    first = span(case.source, look.program, *look.program.span(look.program.expression(edit.root)))
    then = [place for one in remaining(case, edit.apply(case.source.text)) if (place := one.location) is not None]
    explained = {_line(one.location) for one in findings if one.fault and one.location}
    others = [place for place in (first, *then) if _line(place) not in explained]
    said = _NO_PROOF.format(" ".join(first.source.split()))
    # in no loss is a step of the pass missing
    return [
        _also_at(one, others, said) if others and one.fault is None and one.site != "loss" else one
        for one in findings
    ]


def hidden(case: Examination, look: Look, findings: Sequence[Finding]) -> list[Finding]:
    """
    Tell what else is wrong where a step of the pass is missing and no edit makes it: what its right value leaves.

    One probe is looked at. A right value in one place that makes all right shows that nothing else is wrong; one
    that makes no gradient right shows nothing.

    Parameters
    ----------
    case : Examination
    look : Look
        Of the submission.
    findings : sequence of Finding
        Without edits.

    Returns
    -------
    list of Finding
        These, and behind them what is elsewhere.
    """
    named = all(one.fault for one in findings)  # then they explain all that is wrong
    if named or any(one.whole for one in look.proved) or (found := _with_its_first_step(look)) is None:
        return list(findings)
    there = look.trial.probes[found.probe]
    explainer = Explainer(case.network, [there.values])
    alone = replace(case, probes=(there,), explainer=explainer, edits=False)
    source = " ".join(look.program.segment(look.program.expression(found.root)).split())
    said = _WITH_ITS_VALUE.format(found.step, source)
    known = {_line(place) for one in findings for place in (one.location, *one.alternatives[:_NEAR]) if place}
    slope = f"slope{found.step[-1]}"  # another activation has another derivative, and that is no other mistake
    return [
        *findings,
        *(
            replace(one, evidence=f"{said}; {one.evidence}".removesuffix("; "))
            for one in remaining(alone, found.text)
            if one.location and _line(one.location) not in known and one.site != slope
        ),
    ]


@dataclass(frozen=True)
class _WithAStep:
    """A version with the right value of a step in one place, on one probe."""

    probe: int
    root: Root
    step: str
    text: str


def _with_its_first_step(look: Look) -> _WithAStep | None:
    """The version that has most steps of the pass once one of the first that are lacking has its right value."""
    lacking = [name for name in SPINE if name not in look.steps][:_STEPS]
    ran = [index for index, probe in enumerate(look.result.probes) if probe.events]
    ended = [index for index in ran if look.ends(index)] or ran
    if not ended:
        return None
    probe = ended[-1]
    trial, observation = look.trial.alone(probe), look.observations[probe]
    wrong = {name for where, name in look.wrong if where == probe}
    suspects = [one for one in suspicious(look.program, observation) if one.rank <= FED]
    suspects.sort(key=lambda one: one.order)
    most, best, deadline = len(look.steps), None, perf_counter() + _SECONDS
    for step in lacking:
        versions = with_a_step(trial, look.program, observation, suspects, step)
        for root, text in itertools.islice(versions, _TRIED):
            if perf_counter() > deadline:
                return best
            onward = Look(trial, text, ())
            left = {name for _, name in onward.wrong}
            if len(onward.steps) > most and left and left < wrong:
                most, best = len(onward.steps), _WithAStep(probe, root, step, text)
    return best


def _also_at(finding: Finding, places: Sequence[Location], said: str) -> Finding:
    place, *others = each_line_once((*places, finding.location, *finding.alternatives))
    evidence = "; ".join(filter(None, (finding.evidence, said)))
    return replace(finding, location=place, alternatives=tuple(others), evidence=evidence)


def _line(place: Location) -> tuple[int | None, int]:
    return place.cell, place.line
