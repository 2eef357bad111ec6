"""
An edit that makes a wrong program right, proved by running it.

Values lead: an edit is first evaluated on the operands that the program has at that place, and only one that makes
its expression a quantity of the right pass is run as a program. It is kept if more gradients are right and none is
wrong that wasn't; then the next mistake is looked for in the edited program.
"""

from __future__ import annotations

import ast
import difflib
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis.completing import completions
from gradcheck.diagnosis.edits import Edit, edits
from gradcheck.diagnosis.locate import FED, Suspect, suspects
from gradcheck.diagnosis.observing import Observation, scope
from gradcheck.diagnosis.program import Program, Root, item
from gradcheck.diagnosis.quantities import NOTHING, PLAIN
from gradcheck.diagnosis.structure import rearrangements
from gradcheck.diagnosis.trying import Judge, Outcome, Run, Trial, Wrong, outcomes
from gradcheck.diagnosis.weighing import Weights
from gradcheck.network.backward import Override
from gradcheck.network.forward import Network
from gradcheck.probes import Probe
from gradcheck.submissions.job import JobResult

MISTAKES = 4  # more than that in one program is a program to write anew
_TIERS = (1.45, 2.0, 9.0)  # how unlikely an edit may be to be evaluated in the first, second and third round
_LIKELY = ((True, 0), (True, 1))  # whether at suspicious places, and in which round
_COMPLETED = (True, 2)
_REST = ((False, 1), (False, 2))
_RUNS = 800  # versions of the program, in one search
_RUNS_A_BATCH = 40
_CHUNKS = ((0, 4), (4, 12), (16, 40), (56, 100))  # of a batch, what is run in one go
_RUNS_UNSEEN = 150
_RUNS_BLIND = 80
_DETOURS = 3
_FAR_FETCHED = 3  # suspects for which whole new expressions are made
Batch = list[tuple[Edit, float]]


@dataclass(frozen=True)
class Step:
    """
    One edit that was kept.

    Attributes
    ----------
    edit : Edit
        Of the text as the steps before it left it.
    before, after : str
        The text.
    mended : frozenset of str
        Parameters whose gradients it made right on some probe.
    """

    edit: Edit
    before: str
    after: str
    mended: frozenset[str]


@dataclass(frozen=True)
class Repair:
    """
    The edits that were found.

    Attributes
    ----------
    steps : tuple of Step
    text : str
        The text with all of them.
    mended : frozenset of str
        Parameters that were wrong and are right with them on every fresh probe.
    probes : int
        How many fresh probes that is.
    """

    steps: tuple[Step, ...]
    text: str
    mended: frozenset[str]
    probes: int


@np.errstate(all="ignore")  # of a wrong program's values, and of edits that make no sense
def repair(
    text: str,
    path: str,
    contract: Contract,
    network: Network,
    probes: Sequence[Probe],
    fresh: Sequence[Probe],
    run: Run,
    judge: Judge,
    *,
    hints: Sequence[int] = (),
    left: Mapping[str, Override] | None = None,
    single: bool = False,
    budget_seconds: float = 2.0,
) -> Repair | None:
    """
    Look for the smallest edits that make a program right.

    Parameters
    ----------
    text : str
        The submission, as `reading.Source.text`.
    path : str
        Its file, for `Job.path`.
    contract : Contract
    network : Network
    probes : sequence of Probe
        For the search: two are used, one on which nothing crashes and one on which shapes tell.
    fresh : sequence of Probe
        For the proof; none of them among `probes`.
    run : callable (Job) -> JobResult
    judge : callable (probes, JobResult) -> frozenset of str
        Which parameters' gradients are wrong; all, where it didn't run.
    hints : sequence of int, optional
        Lines to look at first, likeliest first.
    left : mapping, optional
        Steps of the network that are wrong and may stay so: what the edit is to make is the pass with them.
    single : bool
        Look for one likely edit that mends everything, and no further.
    budget_seconds : float
        For programs that take long to run; others are given up on after so many runs.

    Returns
    -------
    Repair or None
        None where nothing was found that holds on the fresh probes.
    """
    try:
        trial = Trial.of(path, contract, network, searched(probes), run, judge, left)
        search = _Search(trial, perf_counter() + budget_seconds, tuple(hints))
        steps = search.once(text) if single else search.run(text)
        before = {name for _, name in search.wrong(text)}
    except SyntaxError:
        return None
    if not steps:
        return None
    return _proved(steps, Trial.of(path, contract, network, fresh, run, judge, left), before)


def searched(probes: Sequence[Probe]) -> tuple[Probe, ...]:
    """Choose the probe with most sizes equal, where wrong shapes stay silent, and one with few."""
    by_variety = sorted(probes, key=lambda probe: (len(set(probe.sizes.values())), sum(probe.sizes.values())))
    return (by_variety[0], by_variety[-1]) if len(by_variety) > 1 else tuple(by_variety)


def _proved(steps: Sequence[Step], trial: Trial, before: set[str]) -> Repair | None:
    """Run the result on probes that the search hasn't seen."""
    after = {name for _, name in trial.wrong(steps[-1].after)}
    mended = frozenset(before - after)
    claimed = frozenset(name for step in steps for name in step.mended)
    if not mended or after - before or not claimed <= mended:
        return None
    if after and mended <= {
        "a2",
        "loss",
    }:  # what is shown was made to fit, while what is wrong with it is still there
        return None
    return Repair(tuple(steps), steps[-1].after, mended, len(trial.probes))


class _Search:
    """One search: where it stands, and how long it may go on."""

    def __init__(self, trial: Trial, deadline: float, hints: tuple[int, ...]) -> None:
        self.trial, self.deadline, self.hints = trial, deadline, hints
        self.tried: dict[str, Wrong] = {}
        self.passed: set[str] = set()  # versions that a detour led through

    def spent(self) -> bool:
        """Whether the search has to end: by what it ran, the same every time, or, at the latest, by time."""
        return len(self.tried) > _RUNS or perf_counter() > self.deadline

    def run(self, text: str) -> list[Step]:
        """Mend one mistake after another, as long as that helps."""
        steps: list[Step] = []
        look = _Look(self.trial, text, self.hints)
        wrong = self.tried[text] = self.trial.wrong_of(look.result)
        while wrong and len(steps) < MISTAKES and not self.spent():
            found = (
                self.scan(look, wrong, look.likely())
                or self.scan(look, wrong, look.anew(), whole=True)
                or self.detour(look, wrong, look.forward_detours())
                or self.scan(look, wrong, look.blindly())
                or self.scan(look, wrong, look.less_likely())
                or self.detour(look, wrong, look.detours)
                or self.scan(look, wrong, look.rest())
            )
            if not found:
                break
            steps += found
            wrong = self.wrong(steps[-1].after)
            if wrong:
                look = _Look(self.trial, steps[-1].after, self.hints)
        return steps

    def once(self, text: str) -> list[Step]:
        """Mend everything by one edit that is likely, or nothing."""
        look = _Look(self.trial, text, self.hints)
        wrong = self.tried[text] = self.trial.wrong_of(look.result)
        steps = self.scan(look, wrong, look.likely()) if wrong else []
        return steps if steps and not self.wrong(steps[-1].after) else []

    def wrong(self, text: str) -> Wrong:
        """Run a version once."""
        if text not in self.tried:
            self.tried[text] = self.trial.wrong(text)
        return self.tried[text]

    def wrong_all(self, texts: Sequence[str]) -> list[Wrong]:
        """Run versions once, all of them in one go."""
        new = [text for text in dict.fromkeys(texts) if text not in self.tried]
        self.tried.update(zip(new, self.trial.wrong_all(new), strict=True))
        return [self.tried[text] for text in texts]

    def scan(self, look: _Look, wrong: Wrong, batches: Iterable[Batch], whole: bool = False) -> list[Step]:
        """Find the likeliest single edit that mends everything, or else, where that will do, the most."""
        text = look.program.text
        best: tuple[float, Step] | None = None
        for batch in batches:
            texts = [edit.apply(text) for edit, _ in batch]
            for start, size in _CHUNKS:
                if self.spent():
                    break
                chunk = batch[start : start + size]
                for (edit, cost), left in zip(chunk, self.wrong_all(texts[start : start + size]), strict=True):
                    mended = mends(wrong, left)
                    if not mended:
                        continue
                    step = Step(edit, text, edit.apply(text), mended)
                    if not left:
                        return [step]
                    if best is None or (len(left) + 0.3 * cost) < best[0]:
                        best = len(left) + 0.3 * cost, step
            if self.spent():
                break
        return [best[1]] if best and not whole else []

    def detour(self, look: _Look, wrong: Wrong, detours: Batch) -> list[Step]:
        """Take an edit that makes a wrong value right though no gradient shows it, and search on from there."""
        text = look.program.text
        for edit, _ in sorted(detours, key=lambda pair: pair[1])[:_DETOURS]:
            after = edit.apply(text)
            if self.spent() or after in self.passed or not self.wrong(after) <= wrong:
                continue
            self.passed.add(after)
            onward = _Look(self.trial, after, self.hints)
            found = self.scan(onward, wrong, itertools.chain(onward.likely(), onward.anew()))
            if found and not self.wrong(found[-1].after):
                alone = self.without(edit, text, found)
                return [alone] if alone else [Step(edit, text, after, frozenset()), *found]
        return []

    def without(self, detour: Edit, text: str, found: Sequence[Step]) -> Step | None:
        """Do without the edit that led to another one, where that alone mends as much."""
        (step,) = found
        moved = len(detour.replacement) - (detour.end - detour.start)
        start, end = step.edit.start, step.edit.end
        if start >= detour.start + len(detour.replacement):
            start, end = start - moved, end - moved
        elif end > detour.start:  # both change the same: one edit
            return Step(_between(text, step.after), text, step.after, step.mended)
        edit = replace(step.edit, start=start, end=end, root=None)
        after = edit.apply(text)
        mended = mends(self.wrong(text), self.wrong(after))
        return Step(edit, text, after, mended) if self.wrong(after) <= self.wrong(step.after) and mended else None


def _between(text: str, after: str) -> Edit:
    """Make one edit of all that differs."""
    shared = os.path.commonprefix  # of characters, as is wanted here
    start = len(shared([text, after]))
    same = len(shared([text[start:][::-1], after[start:][::-1]]))
    return Edit(start, len(text) - same, after[start : len(after) - same], 1.0)


def mends(wrong: Wrong, left: Wrong) -> frozenset[str]:
    """
    Give the parameters that an edit mends, none if it spoils any.

    What is mended on the first probe where something is wrong must be right on every other where the edit changes
    anything: a program with two mistakes may still crash there.
    """
    if not left < wrong:
        return frozenset()
    probes = sorted({probe for probe, _ in wrong})
    before, after = (
        {probe: {name for where, name in some if where == probe} for probe in probes} for some in (wrong, left)
    )
    first = next(probe for probe in probes if before[probe] != after[probe])
    mended = before[first] - after[first]
    if first != probes[0] or any(mended & after[probe] for probe in probes if before[probe] != after[probe]):
        return frozenset()
    return frozenset(mended)


def improves(outcome: Outcome) -> bool:
    """Whether an edit makes a quantity of what was none, or only a part of one, or one with a wrong factor."""
    vague = all(match is None or match.part or match.scaled for match in outcome.now)
    vacuous = (NOTHING, PLAIN)
    return vague and all(match and not match.part and match.name not in vacuous for match in outcome.then)


class _Look:
    """What one version of the program offers: suspicious expressions, and edits of them."""

    def __init__(self, trial: Trial, text: str, hints: tuple[int, ...]) -> None:
        self.trial, self.program, self.hints = trial, Program(text), hints
        self.result = trial.watched(text)
        self.observations = [
            Observation(self.program, probe.events, table)
            for probe, table in zip(self.result.probes, trial.tables, strict=False)
        ]
        self.detours: Batch = []
        self.forward: set[Edit] = set()  # detours that mend the forward pass
        self.offered: dict[Root, list[Edit]] = {}
        self.unseen: Batch = []
        self.blind: Batch = []
        self.weights = Weights(trial.carried(self.result), self.observations)

    def ranked(self) -> list[Suspect]:
        """Suspects of the probe on which most ran, likeliest first."""
        if not self.observations:
            return []
        found = suspects(self.program, self.observations[0], crash_line=_crash(self.result))
        return sorted(found, key=lambda suspect: self._hinted(suspect))

    def _hinted(self, suspect: Suspect) -> float:
        line = self.program.expression(suspect.root).lineno
        return 0.1 * min(9, self.hints.index(line)) if line in self.hints else suspect.rank + 1

    def likely(self) -> Iterator[Batch]:
        """Small edits that make their expression a right quantity, at suspicious places."""
        return (self._promising(suspicious, tier) for suspicious, tier in _LIKELY)

    def conditions(self) -> Iterator[tuple[Edit, float]]:
        """Small edits of conditions, whose value says nothing by itself."""
        for root in self.program.roots:
            if self.is_condition(root) and self.observations:
                reach = scope(self.program, root, self.observations[0])
                small = (edit for edit in edits(self.program, root, reach) if edit.cost < _TIERS[0])
                yield from ((edit, edit.cost) for edit in small)

    def is_condition(self, root: Root) -> bool:
        """Whether an expression decides what is run, or which items are assigned to."""
        statement = self.program.nodes[root.statement]
        put_to = item(statement)
        mask = put_to is not None and put_to.slice is self.program.expression(root)
        return mask or isinstance(statement, ast.If | ast.While)

    def is_given(self, root: Root) -> bool:
        """Whether an expression is an array that is the same whatever the inputs are: random weights, data."""
        values = [observation.values.get(root.expression, []) for observation in self.observations]
        first = [value.tobytes() for value in values[0] if value.size > 1]
        return len(values) > 1 and bool(first) and all([v.tobytes() for v in some] == first for some in values[1:])

    def less_likely(self) -> Iterator[Batch]:
        """Small edits elsewhere, and whole new operands at suspicious places."""
        yield self._promising(False, 0)
        yield from self.anew()

    def anew(self) -> Iterator[Batch]:
        """Whole new operands at suspicious places."""
        yield self._completed

    @cached_property
    def _completed(self) -> Batch:
        return self._promising(*_COMPLETED)

    def lacks(self, outcome: Outcome) -> bool:
        """Whether an edit makes what the program has nowhere yet, or of what is nearly that."""
        present = [self.weights.present[probe] for probe in outcome.probes]
        new = all(match and match.name not in has for match, has in zip(outcome.then, present, strict=True))
        return new or all(outcome.now)

    def forward_detours(self) -> Batch:
        """Edits that make a wrong value of the forward pass right: without them nothing after it can be."""
        return [(edit, cost) for edit, cost in self.detours if edit in self.forward]

    def blindly(self) -> Iterator[Batch]:
        """Cheap edits of what can't be evaluated by itself: conditions, whole statements."""
        blind = [*self.blind, *self.conditions(), *((edit, edit.cost) for edit in rearrangements(self.program))]
        yield sorted(blind, key=lambda pair: pair[1])[:_RUNS_BLIND]

    def rest(self) -> Iterator[Batch]:
        """All that is left."""
        for suspicious, tier in _REST:
            yield self._promising(suspicious, tier)
        unseen = sorted([*self.blind, *self.unseen], key=lambda pair: pair[1])
        for start in range(0, len(unseen), _RUNS_UNSEEN):
            yield unseen[start : start + _RUNS_UNSEEN]

    @cached_property
    def groups(self) -> dict[bool, list[Suspect]]:
        """Suspects that are suspicious, and the others."""
        groups: dict[bool, list[Suspect]] = {True: [], False: []}
        for suspect in self.ranked():
            if self.is_condition(suspect.root) or self.is_given(suspect.root):
                continue
            # a number is wrong by what is multiplied or divided by it
            number = not self.observations[0].holds_array(suspect.root.expression)
            groups[number or suspect.rank <= FED or self._hinted(suspect) < 1].append(suspect)
        return groups

    def _promising(self, suspicious: bool, tier: int) -> Batch:
        """Edits of a group that make their expression a right quantity, likeliest first."""
        wanted: dict[Root, list[Edit]] = {}
        group, offered = self.groups[suspicious], self.offered
        if (suspicious, tier) == (True, len(_TIERS) - 1):
            group = group[:_FAR_FETCHED]
        for suspect in group:
            root = suspect.root
            if root not in offered:
                reach = scope(self.program, root, self.observations[0])
                offered[root] = list(edits(self.program, root, reach))
            if tier == len(_TIERS) - 1:
                reach = scope(self.program, root, self.observations[0])
                offered[root] += completions(self.trial, self.program, root, reach, self.weights.present[0])
            lowest = _TIERS[tier - 1] if tier else 0.0
            wanted[root] = [edit for edit in offered[root] if lowest <= edit.cost < _TIERS[tier]]
        ranks = {suspect.root: suspect for suspect in group}
        weighed: Batch = []
        for outcome in outcomes(self.trial, self.program, wanted):
            edit = outcome.edit
            assert edit.root is not None
            suspect = ranks[edit.root]
            weight = self.weights.weigh(outcome)
            if weight is not None:
                weighed.append((edit, weight + 0.2 * min(suspect.rank, self._hinted(suspect))))
                if improves(outcome):
                    self.detours.append((edit, weight))
                    if all(match.forward for match in outcome.then if match) and self.lacks(outcome):
                        self.forward.add(edit)
            elif outcome.blind:
                self.blind.append((edit, edit.cost + 0.3 * suspect.rank))
            elif not any(outcome.then) and not all(outcome.now):
                self.unseen.append((edit, edit.cost + 0.3 * suspect.rank))
        return sorted(weighed, key=lambda pair: pair[1])[:_RUNS_A_BATCH]


def _crash(result: JobResult) -> int | None:
    """Line on which a probe crashed, if one did."""
    return next((probe.line for probe in result.probes if probe.status == "crashed"), None)


def diff(before: str, after: str, file: str) -> str:
    """Unified diff of two texts."""
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), file, file, n=1)
    return "".join(lines)
