"""
An edit that makes a wrong program right, proved by running it.

Values lead: an edit is first evaluated on the operands that the program has at that place, and only one that makes
its expression a quantity of the right pass is run as a program. It is kept if more gradients are right and none is
wrong that wasn't; then the next mistake is looked for in the edited program.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis.looking import Hint
from gradcheck.diagnosis.searching import Known, Search, Step
from gradcheck.diagnosis.trying import Judge, Run, Trial
from gradcheck.network.backward import Override
from gradcheck.network.forward import Network
from gradcheck.probes import Probe

_PROOFS = 4  # tries at something that holds on the fresh probes
_SHOWN = {"a2", "loss"}  # what a program says of itself beside its gradients


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
    hints: Sequence[Hint] = (),
    left: Mapping[str, Override] | None = None,
    single: bool = False,
    named: bool = False,
    known: Known | None = None,
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
    hints : sequence of Hint, optional
        Lines to look at first, likeliest first.
    left : mapping, optional
        Steps of the network that are wrong and may stay so: what the edit is to make is the pass with them.
    single : bool
        Look for one likely edit that mends everything, and no further.
    named : bool
        Whether the gradients say that there is one mistake: then one edit is looked for as long as there is any.
    known : Known, optional
        What an earlier search with the same hints, and the same steps left, found out.
    budget_seconds : float
        For programs that take long to run; others are given up on after so many runs.

    Returns
    -------
    Repair or None
        None where nothing was found that holds on the fresh probes.
    """
    try:
        trial = Trial.of(path, contract, network, searched(probes), run, judge, left)
        search = Search(trial, perf_counter() + budget_seconds, tuple(hints), named, known or Known())
        proof = Trial.of(path, contract, network, fresh, run, judge, left)
        for _ in range(_PROOFS):
            steps = search.once(text) if single else search.run(text)
            if not steps:
                return None
            found = _proved(steps, proof, {name for _, name in search.wrong(text)})
            if found is not None:
                return found
            search.reject(steps[-1])
    except SyntaxError:
        pass
    return None


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
    if after and mended <= _SHOWN:  # it was made to fit, while what is wrong with it is still there
        return None
    return Repair(tuple(steps), steps[-1].after, mended, len(trial.probes))


def diff(before: str, after: str, file: str) -> str:
    """Unified diff of two texts."""
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), file, file, n=1)
    return "".join(lines)
