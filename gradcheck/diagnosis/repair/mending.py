"""
Edits for several explained faults: one after another, each on its own.

With two faults in one delta no single edit makes a gradient right, so nothing would tell a good edit from a bad
one. But the explanation says what the gradients are with one fault less: that is what an edit is held to.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter

import numpy as np

from gradcheck.diagnosis.explain.explanation import Explained
from gradcheck.diagnosis.explain.fitting import aligned
from gradcheck.diagnosis.explain.ways import evaluate
from gradcheck.diagnosis.repair.proving import Repair, Strategy, repair
from gradcheck.diagnosis.repair.searching import LARGE, Known, Search
from gradcheck.diagnosis.repair.steps import Step, needed, without_one
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.viewing import Hint
from gradcheck.network.backward import Override, Trace
from gradcheck.network.forward import PARAMETERS, Array
from gradcheck.probes import Probe
from gradcheck.submissions.job import JobResult, ProbeResult

Rows = Callable[[Probe, ProbeResult], Mapping[str, Array]]
_AGREE = 1e-8
_MISTAKES = 2  # more than that in one program are rare


@dataclass(frozen=True, kw_only=True)
class Patient:
    """
    A program to be mended, and the means.

    Attributes
    ----------
    text : str
    trial, proof : Trial
        As `repair` takes them.
    rows : callable (Probe, ProbeResult) -> mapping
        Gradients of one probe in rows.
    known : Known
        What searches for all that is wrong have in common.
    proved : dict
        What is wrong with versions on fresh probes.
    """

    text: str
    trial: Trial
    proof: Trial
    rows: Rows
    known: Known = field(default_factory=Known)
    proved: dict[str, frozenset[str]] = field(default_factory=dict)

    def mend(
        self,
        text: str,
        hints: Sequence[Hint],
        seconds: float,
        left: Mapping[str, Override] | None = None,
        only: Collection[str] = PARAMETERS,
        by: Strategy = Search.run,
        named: bool = False,
    ) -> Repair | None:
        """
        Look for edits of one version; with faults left, some gradients are held to what they are with them.

        Where it ends in an error on some of the probes, a fault that is left may be why: there it still may.
        """
        trial, proof = self.trial, self.proof
        if left is not None:
            judge = partial(self.differing, left, only, [*_crashing(trial, text), *_crashing(proof, text)])
            trial, proof = (replace(one, judge=judge, left=left) for one in (trial, proof))
        return repair(
            text,
            trial,
            proof,
            hints=hints,
            by=by,
            named=named,
            known=self.known if left is None else None,
            budget_seconds=seconds,
        )

    def mend_at_least(
        self,
        text: str,
        hints: Sequence[Hint],
        seconds: float,
        left: Mapping[str, Override],
        some: Collection[str],
    ) -> Repair | None:
        """Look for one edit that makes some gradients right, whatever the others are, but spoils none of them."""
        mended = self.mend(text, hints, seconds, left, only=some, by=Search.once, named=True)
        return mended if mended is not None and self.wrong(mended.text) <= self.wrong(text) - {*some} else None

    def fewest(self, steps: Sequence[Step], hints: Sequence[Hint], seconds: float) -> tuple[Step, ...]:
        """
        Mend by fewer steps than some that mend everything: without needless ones, or by one for two.

        What is made once may be wrong at each of its uses.
        """
        left = needed(steps, lambda text: not self.wrong(text))
        deadline = perf_counter() + seconds
        for fewer in (self._one_for_two, self._one_beside):
            left = fewer(left, hints, deadline) if len(left) > _MISTAKES else left
        if len(left) == len(steps):
            return tuple(steps)
        return tuple(replace(one, mended=self.wrong(one.before) - self.wrong(one.after)) for one in left)

    def surest(self, mended: Repair) -> Repair:
        """Mend less than all by those of some steps that come before any which writes something all anew."""
        steps = tuple(itertools.takewhile(lambda one: one.edit.cost < LARGE, mended.steps))
        before, left = self.wrong(self.text), self.wrong(steps[-1].after) if steps else None
        if left is None or len(steps) == len(mended.steps) or not left < before:
            return mended
        return Repair(steps, steps[-1].after, before - left, mended.probes)

    def _one_for_two(self, steps: list[Step], hints: Sequence[Hint], deadline: float) -> list[Step]:
        """Make one edit of two of some steps that take the same for the same, if there is one."""
        for first, second in itertools.combinations(range(len(steps)), 2):
            alike = _exchange(steps[first]) == _exchange(steps[second])
            others = without_one(steps, second) if alike and perf_counter() < deadline else []
            left = without_one(others, first) if others else []
            one = self._by_one_edit(left[-1].after, hints, deadline) if left else None
            if one is not None:
                return [*left, one]
        return steps

    def _one_beside(self, steps: list[Step], hints: Sequence[Hint], deadline: float) -> list[Step]:
        """Make one edit beside one of some steps, and do without the others, if there is one."""
        for kept in range(len(steps)):
            alone = steps
            for place in (one for one in reversed(range(len(steps))) if one != kept):
                alone = without_one(alone, place) if alone else []
            due = alone and perf_counter() < deadline
            one = self._by_one_edit(alone[-1].after, hints, deadline) if due else None
            if one is not None:
                return [*alone, one]
        return steps

    def _by_one_edit(self, text: str, hints: Sequence[Hint], deadline: float) -> Step | None:
        """Mend all that is wrong with a version by one edit, of less than a whole new expression."""
        mended = self.mend(text, hints, deadline - perf_counter(), by=Search.once)
        one = mended.steps[0] if mended is not None and len(mended.steps) == 1 else None
        return one if one is not None and one.edit.cost < LARGE and not self.wrong(one.after) else None

    def differing(
        self,
        left: Mapping[str, Override],
        only: Collection[str],
        crashing: Sequence[Probe],
        probes: Sequence[Probe],
        result: JobResult,
    ) -> frozenset[str]:
        """
        Which of some parameters have gradients that aren't those of the pass with some faults left in it.

        On some of the probes it may end in an error.
        """
        network = self.trial.network
        names = [name for name in network.parameters if name in only]
        differing: set[str] = set()
        for index, probe in enumerate(probes):
            if index >= len(result.probes):
                return frozenset(names)
            if result.probes[index].status != "ok":
                if any(probe is one for one in crashing):
                    continue
                return frozenset(names)
            trace = Trace(network, probe.values, left)
            rows = self.rows(probe, result.probes[index])
            differing |= {name for name in names if not _agrees(rows.get(name), trace, name)}
        return frozenset(differing)

    def wrong(self, text: str) -> frozenset[str]:
        """Parameters that are wrong on fresh probes; each version is run once."""
        if text not in self.proved:
            self.proved[text] = frozenset(name for _, name in self.proof.wrong(text))
        return self.proved[text]


def one_by_one(
    patient: Patient,
    explained: Sequence[Explained],
    spoils: Sequence[frozenset[str]],
    hints: Sequence[Sequence[Hint]],
    again: Callable[[str, Mapping[int, Explained]], Mapping[int, Sequence[Hint]]],
    seconds: float,
) -> tuple[dict[tuple[int, ...], Repair], str]:
    """
    Mend each explained fault while the others are left as they are.

    What is left in the end may be one mistake though it takes several faults to explain it.

    Parameters
    ----------
    patient : Patient
    explained : sequence of Explained
        Each with the override of its own step.
    spoils : sequence of frozenset of str
        The parameters whose gradients each makes wrong.
    hints : sequence of sequence of Hint
        Lines to look at first, for each.
    again : callable (str, mapping of int to Explained) -> mapping of int to sequence of Hint
        The same for what is left, by its place, in a text that others are mended in: there values tell more.
    seconds : float
        For all of them.

    Returns
    -------
    repairs : dict
        By positions in `explained`, of all that it mends; those that were found.
    text : str
        With all of their edits.
    """
    text = patient.text
    told = [place for place, some in enumerate(spoils) if some.intersection(PARAMETERS)]  # of a loss none tells
    waiting = [place for place in told if explained[place].site in explained[place].overrides]
    shaped = [place for place in told if place not in waiting and explained[place].fault is not None]
    remaining = {one.site: one.overrides[one.site] for one in map(explained.__getitem__, waiting)}
    if len(remaining) + len(shaped) < len(told):  # two faults of one step, or one that nothing names
        return {}, text
    found: dict[tuple[int, ...], Repair] = {}
    deadline = perf_counter() + seconds
    hinted = dict(enumerate(hints))

    while waiting:
        before = len(waiting)
        for position in tuple(waiting):
            share = (deadline - perf_counter()) / len(waiting)
            if share <= 0:
                return found, text
            fault = explained[position].fault
            alike = tuple(one for one in waiting if fault is not None and explained[one].fault is fault)
            several = len(alike) > 1 and (found or len(alike) < len(waiting))  # all were tried together by now
            if alike[:1] == (position,) and several:  # one line may serve both layers
                left = {site: by for site, by in remaining.items() if site not in _sites(explained, alike)}
                every = [hint for one in alike for hint in hinted[one]]
                mended = patient.mend(text, every, share * len(alike) / 2, left, by=Search.once, named=True)
                if mended is not None and mended.steps[0].edit.cost < LARGE:
                    found[alike], text, remaining = mended, mended.text, left
                    waiting = [one for one in waiting if one not in alike]
                    hinted |= again(text, _without(explained, waiting, remaining))
                    break
            left = {site: override for site, override in remaining.items() if site != explained[position].site}
            mended = patient.mend(text, hinted[position], share, left)
            alone = spoils[position].difference(*(spoils[one] for one in waiting if one != position))
            if alone and (mended is None or len(mended.steps) > 1):
                # the others may not be quite what they are thought to be: what they don't touch tells as well
                mended = patient.mend_at_least(text, hinted[position], share / 2, left, alone) or mended
            if mended is None:
                continue
            found[position,], text, remaining = mended, mended.text, left
            waiting.remove(position)
            hinted |= again(text, _without(explained, waiting, remaining))
            if len(waiting) > 1 and len({spoils[one] for one in waiting}) == 1:
                every = [hint for one in waiting for hint in hinted[one]]
                mended = patient.mend(text, every, share, by=Search.once, named=True)
                if mended is not None and mended.steps[0].edit.cost < LARGE:  # what writes all anew tells nothing
                    found[tuple(waiting)] = mended
                    return found, mended.text
        if len(waiting) == before:
            break
        # what ended the program on some inputs may be mended now
    if shaped and found and not waiting:  # right values in another shape: once no other is wrong, it shows
        every = [hint for one in shaped for hint in hinted[one]]
        mended = patient.mend(text, every, deadline - perf_counter())
        if mended is not None:
            found[tuple(shaped)], text = mended, mended.text
    return found, text


def _without(
    explained: Sequence[Explained], waiting: Collection[int], remaining: Collection[str]
) -> dict[int, Explained]:
    """What is left, by its place, with no more than the remaining steps wrong."""
    return {
        one: replace(
            explained[one],
            overrides={site: by for site, by in explained[one].overrides.items() if site in remaining},
        )
        for one in waiting
    }


def _exchange(step: Step) -> tuple[str, str]:
    """What an edit takes for what."""
    return step.before[step.edit.start : step.edit.end], step.edit.replacement


def _crashing(trial: Trial, text: str) -> list[Probe]:
    """On which probes a version ends in an error, if it doesn't on all."""
    result = trial.run(trial.job(text))
    failed = [probe.status != "ok" for probe in result.probes]
    return [*itertools.compress(trial.probes, failed)] if not all(failed) else []


def _sites(explained: Sequence[Explained], some: Collection[int]) -> set[str]:
    return {explained[one].site for one in some}


def _agrees(submitted: Array | None, trace: Trace, name: str) -> bool:
    predicted = evaluate(lambda t: t.gradient(name), trace)
    if submitted is None or predicted is None:
        return False
    shaped = aligned(submitted, predicted, trace.values[name].shape)
    if shaped is None:
        return False
    scale = float(np.abs(shaped).max(initial=0.0))
    return bool(np.abs(submitted - shaped).max(initial=0.0) <= _AGREE * scale)
