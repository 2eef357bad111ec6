"""Which edit mends which mistake: every edit that was found is shown, and every mistake once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from gradcheck.diagnosis.examination import Examination, explain, told
from gradcheck.diagnosis.locating import ALTERNATIVES, span
from gradcheck.diagnosis.program import Program
from gradcheck.diagnosis.repair import Repair, Step, diff
from gradcheck.diagnosis.writing import Edit
from gradcheck.findings import Finding, Fix, Location
from gradcheck.network.forward import printed
from gradcheck.submissions import axes
from gradcheck.submissions.job import Job

_FORWARD = ("z1", "a1", "z2", "a2", "loss")


def attach(case: Examination, findings: Sequence[Finding], mended: Repair) -> list[Finding]:
    """
    Give each finding the edit that mends what it spoils.

    What one edit mends as a whole is one mistake, be it in a line that serves both layers, or in one that it
    takes several entries of the catalogue to explain.
    """
    left = list(findings)
    done: dict[int, Finding] = {}
    behind: list[Finding] = []
    before: list[Step] = []  # edits without which the next one mends nothing
    ahead: list[Finding] = []
    partly: dict[int, list[Step]] = {}  # edits of a named mistake that don't mend all that it spoils yet
    for step in mended.steps:
        if not step.mended:
            before.append(step)
            continue
        spoiled = {name.lower() for name in step.mended}
        touched = [one for one in left if _overlap(spoiled, spoiled_by(one)) > 0]
        if not touched:
            of = next((index for index in partly if spoiled <= spoiled_by(findings[index])), None)
            if of is not None:
                partly[of].append(step)
                done[of] = _fixed_by_all(case, findings[of], partly[of], mended)
            elif spoiled <= _missing(case):
                ahead.append(fixed(case, _unnamed(case, spoiled, _MISSING), step, mended))
            elif step is not mended.steps[0]:
                behind.append(_behind(case, step, mended))
            continue
        best = max(touched, key=lambda one: (one.site in _FORWARD, _overlap(spoiled, spoiled_by(one))))
        elsewhere = {name for one in findings if one is not best for name in spoiled_by(one)}
        if not spoiled_by(best) <= mended.mended | elsewhere:  # it mends a symptom; what comes after builds on it
            before.append(step)
            continue
        steps = [*before, step]
        for one in touched:
            if one is not best and not spoiled_by(one) <= spoiled:
                continue
            own = [each for each in steps if one.location is not None and _line(each) == one.location.line]
            if one is not best and len(own) == 1 and len(steps) > 1:  # of several edits that are needed, its own
                done[findings.index(one)] = fixed(case, one, own[0], mended)
                steps.remove(own[0])
                left = [other for other in left if other is not one]
                continue
            left = [other for other in left if other is not one]
            if one is not best:
                best = replace(best, parameters=tuple(dict.fromkeys((*best.parameters, *one.parameters))))
        position = min(
            index for index, one in enumerate(findings) if one.site == best.site and one.fault == best.fault
        )
        if not spoiled_by(best) <= mended.mended:  # the rest of it is another mistake's as well
            named = tuple(name for name in best.parameters if name.lower() in mended.mended)
            best = replace(best, parameters=named)
        if best.fault and len(steps) > 1:
            done[position] = _fixed_by_all(case, best, steps, mended)
        else:
            *others, last = steps
            done[position] = fixed(case, best, last, mended)
            twin = replace(_unnamed(case, spoiled, _TWO), site=None)
            ahead += [fixed(case, twin, other, mended) for other in others]
        if best.fault and not spoiled_by(findings[position]) <= spoiled:
            partly[position] = steps
        before = []
    kept = {index: one for index, one in enumerate(findings) if any(one is other for other in left)}
    return [*ahead, *(one for _, one in sorted((done | kept).items())), *(behind if done else ())]


_TWO = "A mistake that spoils the same gradients as another one: neither edit is enough without the other."
_MISSING = "There is no such gradient: it is not put where the contract looks for it."
_BEHIND = "Another mistake, which shows only once the ones before it are mended."


def _missing(case: Examination) -> set[str]:
    """Parameters that no run gave a gradient of."""
    given = {name for found in case.gradients if found is not None for name in found}
    return set(case.network.parameters) - given


def _unnamed(case: Examination, spoiled: Collection[str], message: str) -> Finding:
    """A mistake that an edit shows, and that no entry of the catalogue has been found to explain."""
    return Finding(
        fault=None,
        site=next((name for name in ("a2", "loss", *case.network.parameters) if name in spoiled), None),
        parameters=tuple(printed(name) for name in case.network.parameters if name in spoiled),
        confidence="unknown",
        message=message,
    )


def _behind(case: Examination, step: Step, mended: Repair) -> Finding:
    """Say what an edit mends that shows only once those before it are made: the gradients are explained anew."""
    inputs = tuple(axes.inputs(probe, case.contract) for probe in case.probes)
    result = case.run(Job(path=case.source.path, contract=case.contract, inputs=inputs, source=step.before))
    wrong = case.judge(case.probes, result)
    rows = tuple(
        case.rows(probe, one) if one.status == "ok" else None
        for probe, one in zip(case.probes, result.probes, strict=False)
    )
    names = tuple(name for name in case.network.parameters if name in wrong)
    then = replace(case, result=result, gradients=rows, wrong=names, wrong_shape=frozenset(), forward=())
    found = told(then, explain(then))
    spoiled = {name.lower() for name in step.mended}
    other = _unnamed(case, spoiled, _BEHIND)
    best = max(found, key=lambda one: _overlap(spoiled, spoiled_by(one)), default=other)
    chosen = best if spoiled_by(best) <= spoiled else other
    return fixed(case, chosen, step, mended)


def spoiled_by(finding: Finding) -> set[str]:
    """What is wrong because of a mistake: gradients, or what it says of the forward pass or the loss itself."""
    names = {name.lower() for name in finding.parameters}
    return names | {finding.site} if finding.site in ("a2", "loss") and not finding.fault else names


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def fixed(case: Examination, finding: Finding, step: Step, mended: Repair) -> Finding:
    """Put the edit into a finding, and the place that it changes; then those where other edits would do."""
    before = Program(step.before)
    edited = span(case.source, before, *_changed(before, step.edit))
    line = step.after.splitlines()[_line(step) - 1]
    fix = Fix(
        line=line,
        diff=diff(step.before, step.after, case.source.path),
        verified=True,
        probes=mended.probes,
        replaced=mended.text,
    )
    known = [place for place in (finding.location, *finding.alternatives) if place is not None]
    instead = [span(case.source, before, *_changed(before, edit)) for edit in step.instead]
    by_line: dict[tuple[int | None, int], Location] = {}
    for place in (edited, *instead, *known):
        by_line.setdefault((place.cell, place.line), place)
    _, *others = by_line.values()
    return replace(finding, location=edited, alternatives=tuple(others[:ALTERNATIVES]), fix=fix)


def _line(step: Step) -> int:
    """The line that an edit changes, or puts in, counted in the text before it."""
    return step.before.count("\n", 0, step.edit.start) + 1 + step.edit.replacement.startswith("\n")


def _fixed_by_all(case: Examination, finding: Finding, steps: Sequence[Step], mended: Repair) -> Finding:
    """Put several edits into a finding that is one mistake: its place is the first that values tell as well."""
    known = {place.line for place in (finding.location, *finding.alternatives) if place is not None}
    each = [fixed(case, finding, step, mended) for step in steps]
    first = next((one for one in each if one.location and one.location.line in known), each[-1])
    assert first.fix is not None
    return replace(first, fix=replace(first.fix, diff=diff(steps[0].before, steps[-1].after, case.source.path)))


def _changed(before: Program, edit: Edit) -> tuple[int, int]:
    """The stretch to underline: the expression that the edit is part of, or the edit itself."""
    if edit.root is None and edit.inserts and edit.replacement.startswith("\n"):
        line = before.text.find("\n", edit.start) + 1  # what is put in pushes it down
        at = line + len(before.text[line:]) - len(before.text[line:].lstrip(" \t")) if line else edit.start
        return at, at
    if edit.root is None:
        return edit.start, edit.end
    start, end = before.span(before.expression(edit.root))
    return min(start, edit.start), max(end, edit.end)
