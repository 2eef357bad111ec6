"""
From gradients that are wrong to findings: explain by value, find the place, prove an edit.

Each step adds to what the one before it found, and stands without the next: an explanation without a place is
still an explanation.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis import messages
from gradcheck.diagnosis.explain import Explained, Explainer, Submitted
from gradcheck.diagnosis.fitting import FLOAT32_TOLERANCE, TOLERANCE
from gradcheck.diagnosis.locate import FED, feeders, forming, suspects
from gradcheck.diagnosis.mending import Patient, Rows, one_by_one
from gradcheck.diagnosis.observing import Observation
from gradcheck.diagnosis.placing import called, places
from gradcheck.diagnosis.program import Program
from gradcheck.diagnosis.quantities import Table
from gradcheck.diagnosis.repair import Repair, Step, diff
from gradcheck.diagnosis.trying import Judge, Run
from gradcheck.faults import layer_of
from gradcheck.findings import Finding, Fix, Location
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array, Network, printed
from gradcheck.probes import Probe
from gradcheck.submissions import axes
from gradcheck.submissions.job import Job, JobResult
from gradcheck.submissions.reading import Source

ALTERNATIVES = 3
_FORWARD = ("z1", "a1", "z2", "a2", "loss")


@dataclass(frozen=True, kw_only=True)
class Examination:
    """
    A submission whose gradients are wrong, and the means to find out why.

    Attributes
    ----------
    source : Source
    contract : Contract
    network : Network
        The one it is held against.
    probes : tuple of Probe
    result : JobResult
        Of a run on `probes`.
    gradients : tuple of mapping, or None
        `w1 b1 w2 b2` to the gradient in rows, one a probe; None where it didn't run.
    forward : tuple of Finding
        What is wrong with the output or the loss that the submission shows.
    wrong : tuple of str
        Parameters whose gradients are wrong, in order.
    wrong_shape : frozenset of str
    explainer : Explainer
        For `network` on `probes`.
    run : callable (Job) -> JobResult
    judge : callable (probes, JobResult) -> frozenset of str
        Which parameters are wrong; all, where it didn't run.
    rows : callable (Probe, ProbeResult) -> mapping
        Gradients of one probe in rows.
    fresh : callable () -> sequence of Probe
        Probes that nothing was found on.
    places, edits : bool
        Whether to look for places, and for edits.
    seconds : float
        How long to look for edits.
    """

    source: Source
    contract: Contract
    network: Network
    probes: tuple[Probe, ...]
    result: JobResult
    gradients: tuple[Mapping[str, Array] | None, ...]
    forward: tuple[Finding, ...]
    wrong: tuple[str, ...]
    wrong_shape: frozenset[str]
    explainer: Explainer
    run: Run
    judge: Judge
    rows: Rows
    fresh: Callable[[], Sequence[Probe]]
    places: bool = True
    edits: bool = True
    seconds: float = 2.0


def examine(case: Examination) -> tuple[Finding, ...]:
    """Find out what is wrong: one finding for each root cause, in the order of the backward pass."""
    with np.errstate(all="ignore"):  # of a wrong program's values
        return tuple(_examined(case))


def _examined(case: Examination) -> Sequence[Finding]:
    watched = watch(case) if case.places else None
    explained: Sequence[Explained] = explain(case, watched) if case.wrong else ()
    evidence = _evidence(case, explained)
    findings: Sequence[Finding] = [
        messages.finding(one, case.network, case.contract, case.wrong, text)
        for one, text in zip(explained, evidence, strict=True)
    ]
    forward = _not_told_by(case.forward, findings)
    if any(one.site == "a2" for one in forward):
        forward, findings, explained = _of_the_forward_pass(forward, findings, explained)
    findings = [*forward, *findings]
    explained = [*(Explained(one.site or "", None) for one in forward), *explained]
    if not case.places:
        return findings
    located = [_located(case, watched, one) if watched else Located() for one in explained]
    findings = [_placed(finding, found) for finding, found in zip(findings, located, strict=True)]
    if not case.edits:
        return findings
    return _mended(case, explained, findings, located)


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


def _mended(
    case: Examination, explained: Sequence[Explained], findings: Sequence[Finding], located: Sequence[Located]
) -> Sequence[Finding]:
    """Look for edits: fault by fault where several spoil one gradient, else by what each edit mends."""
    patient = Patient(
        text=case.source.text,
        path=case.source.path,
        contract=case.contract,
        network=case.network,
        probes=case.probes,
        fresh=case.fresh(),
        run=case.run,
        judge=case.judge,
        rows=case.rows,
    )
    hints = [line for place in located for line in place.lines]
    sure = [place.sure for place in located]
    spoiled = [name for finding in findings for name in _spoiled(finding)]
    deadline = perf_counter() + case.seconds
    if len(set(spoiled)) < len(spoiled):
        single = patient.mend(case.source.text, hints, case.seconds / 2, single=True)
        if single is not None:
            return attach(case, findings, single, sure)
        found, text = one_by_one(patient, explained, [place.lines for place in located], case.seconds / 2)
        if found:
            wrong = patient.wrong(text)
            return [
                _fixed(case, finding, found[index].steps[-1], found[index], located[index].sure)
                if index in found and wrong.isdisjoint(_spoiled(finding))
                else finding
                for index, finding in enumerate(findings)
            ]
    mended = patient.mend(case.source.text, hints, deadline - perf_counter())
    return findings if mended is None else attach(case, findings, mended, sure)


def explain(case: Examination, watched: Watched | None = None) -> tuple[Explained, ...]:
    """Explain the gradients by value, those that have a value on every probe that ran."""
    ran = _telling(case)
    tables = [found for index in ran if (found := case.gradients[index]) is not None]
    names = [name for name in case.network.parameters if all(name in table for table in tables)]
    single = any("float32" in dtype for probe in case.result.probes for dtype in probe.dtypes.values())
    if not ran or not names:
        return ()
    submitted = Submitted(
        probes=tuple(ran),
        gradients={name: tuple(np.asarray(table[name], dtype=float) for table in tables) for name in names},
        wrong_shape=case.wrong_shape,
        tolerance=FLOAT32_TOLERANCE if single else TOLERANCE,
        forward_right=watched is not None and watched.observation.shows("a1") and watched.observation.shows("a2"),
    )
    faults = case.explainer.explain(submitted)
    return tuple(one for one in faults if messages.downstream(one.site, case.wrong) or one.parameters)


def _telling(case: Examination) -> list[int]:
    """Choose the probes to explain by: where some gradients are missing on some, those where all are there."""
    ran = [index for index, found in enumerate(case.gradients) if found is not None]
    whole = [index for index in ran if set(case.network.parameters) <= set(case.gradients[index] or {})]
    return whole or ran


def _evidence(case: Examination, explained: Sequence[Explained]) -> list[str]:
    """On how many probes the explanation reproduces the values."""
    ran = [case.probes[index] for index in _telling(case)]
    sizes = "; ".join(probe.name for probe in ran)
    probes = "1 probe" if len(ran) == 1 else f"{len(ran)} probes"
    return [
        f"reproduced to {max(one.residual, 1e-16):.0e} of the gradient's scale on {probes} ({sizes})"
        if one.fault
        else f"wrong on {probes} ({sizes})"
        for one in explained
    ]


@dataclass(frozen=True)
class Located:
    """
    Where a fault may be.

    Attributes
    ----------
    places : tuple of Location
        The likeliest first.
    sure : bool
        Whether the first is where a value was formed that nothing right has.
    names : str
        What the program calls the quantities around it.
    lines : tuple of int
        The lines of `places` in `Source.text`.
    formed : dict
        For what nothing explains: the deltas that the wrong gradients are made of, if the program forms all of
        them as they ought to be, and what it calls them.
    """

    places: tuple[Location, ...] = ()
    sure: bool = False
    names: str = ""
    lines: tuple[int, ...] = ()
    formed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Watched:
    """
    A run that was watched.

    Attributes
    ----------
    program : Program
    probe : Probe
        The first that the submission ran on.
    observation : Observation
    """

    program: Program
    probe: Probe
    observation: Observation


def watch(case: Examination) -> Watched | None:
    """Watch one run; None where nothing is to be seen."""
    probe = next(probe for probe, found in zip(case.probes, case.gradients, strict=True) if found is not None)
    inputs = axes.inputs(probe, case.contract)
    job = Job(path=case.source.path, contract=case.contract, inputs=(inputs,), source=case.source.text, watch=True)
    result = case.run(job)
    if not result.probes or not result.probes[0].events:
        return None
    program = Program(case.source.text)
    table = Table(Trace(case.network, probe.values))
    return Watched(program, probe, Observation(program, result.probes[0].events, table))


def _located(case: Examination, watched: Watched, one: Explained) -> Located:
    """Rank the places that may have made a fault's value: those that have it, then where values first go wrong."""
    program, observation = watched.program, watched.observation
    table = Table(Trace(case.network, watched.probe.values, one.overrides)) if one.overrides else None
    by_value = table or (observation.table if one.fault else None)  # right values in a wrong shape
    roots, sure = places(program, observation, by_value, one.site) if by_value else ([], False)
    ranked = suspects(program, observation, table, (one.site,))
    likely = [suspect for suspect in ranked if suspect.rank <= FED] if roots else ranked
    if one.fault is None and (shown := _shown(case, one.site)) is not None:
        roots = forming(program, observation, shown)
        last = max((observation.first[root.expression] for root in roots), default=ranked[-1].order)
        likely = [suspect for suspect in ranked if suspect.rank <= FED and suspect.order <= last]
        if not any(observation.match(root.expression) for root in roots):  # else it is one thing taken for another
            roots = [*(suspect.root for suspect in likely), *roots]
    if one.fault is not None and one.fault.factor is not None:  # where a quantity first has a factor, if one tells
        odd = [
            suspect.root for suspect in ranked if (m := observation.match(suspect.root.expression)) and m.scaled
        ]
        roots = [*odd, *roots]
    roots = [*roots, *(suspect.root for suspect in likely[: 4 * ALTERNATIVES])]
    roots += feeders(program, observation, roots[0]) if roots else []
    by_line: dict[int, Location] = {}
    for root in roots:
        start, end = program.span(program.expression(root))
        by_line.setdefault(program.position(start)[0], span(case.source, program, start, end))
    lines = tuple(by_line)[: 1 + ALTERNATIVES]
    kept = tuple(by_line[line] for line in lines)
    formed = {} if one.fault else _formed(program, observation, one)
    return Located(kept, sure, called(program, observation, one.site), lines, formed)


def _formed(program: Program, observation: Observation, one: Explained) -> dict[str, str]:
    """Find the deltas that gradients are made of, by value; none unless each of them is there."""
    if not one.site.startswith("delta"):
        return {}
    deltas = sorted({f"delta{layer_of(name)}" for name in one.parameters}, reverse=True)
    found = {delta: name for delta in deltas if (name := _name_of(program, observation, delta))}
    return found if len(found) == len(deltas) else {}


def _name_of(program: Program, observation: Observation, site: str) -> str:
    """What the program assigns the right value of a step to; nothing if it never does."""
    right = np.asarray(getattr(observation.table.trace, site))
    for number, node in enumerate(program.nodes):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            values = observation.values.get(number, [])
            whole = [np.concatenate([value.ravel() for value in values])] if len(values) > 1 else []
            if any(_same_numbers(value, right) for value in [*values, *whole]):
                return program.segment(node.targets[0])
    return ""


def _same_numbers(value: Array, right: Array) -> bool:
    """Whether a value is an array of the right numbers, laid out in rows or in columns."""
    if value.size != right.size:
        return False
    close = TOLERANCE * float(np.abs(right).max(initial=0.0))
    layouts = (right.ravel(), right.T.ravel())
    return any(float(np.abs(value.ravel() - one).max(initial=0.0)) <= close for one in layouts)


def _shown(case: Examination, site: str) -> Array | None:
    """What the submission says of its own output, loss or gradient, on the first probe that ran."""
    ran = next(index for index, found in enumerate(case.gradients) if found is not None)
    result = case.result.probes[ran]
    return {"a2": result.output, "loss": result.loss}.get(site, result.gradients.get(printed(site)))


def span(source: Source, program: Program, start: int, end: int) -> Location:
    """Place of a stretch of the text, as its author sees it: a line of a file, or of a notebook's cell."""
    (line, column), (end_line, end_column) = program.position(start), program.position(end)
    cell, first = source.place(line)
    return Location(
        file=source.path,
        cell=cell,
        line=first,
        column=column,
        end_line=source.place(end_line)[1],
        end_column=end_column,
        source=program.text[start:end],
    )


def _placed(finding: Finding, found: Located) -> Finding:
    if found.formed:
        finding = messages.after_the_delta(finding, found.formed)
    if not found.places:
        return finding
    evidence = f"{finding.evidence}; {found.names}" if found.names else finding.evidence
    return replace(finding, location=found.places[0], alternatives=found.places[1:], evidence=evidence)


def attach(case: Examination, findings: Sequence[Finding], mended: Repair, sure: Sequence[bool]) -> list[Finding]:
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
    for step in mended.steps:
        if not step.mended:
            before.append(step)
            continue
        spoiled = {name.lower() for name in step.mended}
        touched = [one for one in left if _overlap(spoiled, _spoiled(one)) > 0]
        if not touched:
            if step is not mended.steps[0]:
                behind.append(_behind(case, step, mended))
            continue
        best = max(touched, key=lambda one: (one.site in _FORWARD, _overlap(spoiled, _spoiled(one))))
        others = {name for one in findings if one is not best for name in _spoiled(one)}
        if not _spoiled(best) <= mended.mended | others:  # it mends a symptom; what comes after builds on it
            before.append(step)
            continue
        for one in touched:
            if one is not best and not _spoiled(one) <= spoiled:
                continue
            left = [other for other in left if other is not one]
            if one is not best:
                best = replace(best, parameters=tuple(dict.fromkeys((*best.parameters, *one.parameters))))
        position = min(
            index for index, one in enumerate(findings) if one.site == best.site and one.fault == best.fault
        )
        done[position] = _fixed(case, best, step, mended, sure[position])
        twin = replace(_unnamed(case, spoiled, _TWO), site=None)
        ahead += [_fixed(case, twin, other, mended, False) for other in before]
        before = []
    kept = {index: one for index, one in enumerate(findings) if any(one is other for other in left)}
    return [*ahead, *(one for _, one in sorted((done | kept).items())), *(behind if done else ())]


_TWO = "A mistake that spoils the same gradients as another one: neither edit is enough without the other."
_BEHIND = "Another mistake, which shows only once the ones before it are mended."


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
    ran = [one if one.status == "ok" else None for one in result.probes]
    rows = tuple(
        None if one is None else case.rows(probe, one)
        for probe, one in itertools.zip_longest(case.probes, ran[: len(case.probes)])
    )
    names = tuple(name for name in case.network.parameters if name in wrong)
    then = replace(case, result=result, gradients=rows, wrong=names, wrong_shape=frozenset(), forward=())
    explained = explain(then)
    found = [
        messages.finding(one, case.network, case.contract, names, text)
        for one, text in zip(explained, _evidence(then, explained), strict=True)
    ]
    spoiled = {name.lower() for name in step.mended}
    other = _unnamed(case, spoiled, _BEHIND)
    best = max(found, key=lambda one: _overlap(spoiled, _spoiled(one)), default=other)
    chosen = best if _spoiled(best) <= spoiled else other
    return _fixed(case, chosen, step, mended, False)


def _spoiled(finding: Finding) -> set[str]:
    """What is wrong because of a mistake: gradients, or what it says of the forward pass or the loss itself."""
    names = {name.lower() for name in finding.parameters}
    return names | {finding.site} if finding.site in ("a2", "loss") and not finding.fault else names


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _fixed(case: Examination, finding: Finding, step: Step, mended: Repair, sure: bool) -> Finding:
    """Put the edit into a finding, and the place that it changes, unless the place is known better."""
    before = Program(step.before)
    edited = span(case.source, before, *_changed(before, step))
    line = step.after.splitlines()[before.position(step.edit.start)[0] - 1]
    fix = Fix(
        line=line,
        diff=diff(step.before, step.after, case.source.path),
        verified=True,
        probes=mended.probes,
        replaced=mended.text,
    )
    known = [place for place in (finding.location, *finding.alternatives) if place is not None]
    first = known[0] if sure and known else edited
    others = [place for place in (edited, *known) if (place.cell, place.line) != (first.cell, first.line)]
    alternatives = tuple({(place.cell, place.line): place for place in others}.values())[:ALTERNATIVES]
    if (first.cell, first.line) == (edited.cell, edited.line):
        first = edited
    return replace(finding, location=first, alternatives=alternatives, fix=fix)


def _changed(before: Program, step: Step) -> tuple[int, int]:
    """The stretch to underline: the expression that the edit is part of, or the edit itself."""
    if step.edit.root is None:
        return step.edit.start, max(step.edit.end, step.edit.start)
    start, end = before.span(before.expression(step.edit.root))
    return min(start, step.edit.start), max(end, step.edit.end)
