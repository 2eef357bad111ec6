"""
An edit that makes a wrong program right, proved by running it.

Values lead: an edit is first evaluated on the operands that the program has at that place, and only one that makes
its expression a quantity of the right pass is run as a program. It is kept if more gradients are right and none is
wrong that wasn't; then the next mistake is looked for in the edited program.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from gradcheck.diagnosis.repair.searching import Known, Search
from gradcheck.diagnosis.repair.steps import Step
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.viewing import Hint
from gradcheck.probes import Probe
from gradcheck.submissions.reading import lines_of

Strategy = Callable[[Search, str], list[Step]]
_PROOFS = 4  # tries at something that holds on the fresh probes
_NO_NEWLINE = "\\ No newline at end of file\n"
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
    trial: Trial,
    proof: Trial,
    *,
    hints: Sequence[Hint] = (),
    by: Strategy = Search.run,
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
    trial : Trial
        For the search, on probes that were `searched`.
    proof : Trial
        The same on fresh probes.
    hints : sequence of Hint, optional
        Lines to look at first, likeliest first.
    by : callable (Search, str) -> list of Step
        How far to look: `Search.run`, for several mistakes `Search.severally`; no further than one likely edit a
        layer, `Search.briefly`, or in all, `Search.once`; of what ends in an error by `Search.alive`.
    named : bool
        Whether the gradients say that there is one mistake: then one edit is looked for as long as there is any.
    known : Known, optional
        What an earlier search, with the same steps left, found out; of a text that it looked at its hints stay.
    budget_seconds : float
        For programs that take long to run; others are given up on after so many runs.

    Returns
    -------
    Repair or None
        None where nothing was found that holds on the fresh probes.
    """
    try:
        search = Search(trial, perf_counter() + budget_seconds, tuple(hints), named, known or Known())
        for _ in range(_PROOFS):
            made = by(search, text)
            if not made:
                return None
            steps = search.tidied(made)
            found = _proved(steps, proof, {name for _, name in search.wrong(text)})
            if found is not None:
                return found
            search.reject(made[-1])
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
    if not mended or after - before or claimed & after:
        return None
    if after and mended <= _SHOWN:  # it was made to fit, while what is wrong with it is still there
        return None
    return Repair(tuple(steps), steps[-1].after, mended, len(trial.probes))


def diff(before: str, after: str, file: str) -> str:
    """Unified diff of two texts, as `patch` takes it."""
    return "".join(difflib.unified_diff(_ended(before), _ended(after), file, file, n=1))


def _ended(text: str) -> list[str]:
    """Lines with their ends; where the last has none, a diff has to say so."""
    lines = [f"{line}\n" for line in lines_of(text)]
    return lines if text.endswith("\n") or not lines else [*lines[:-1], lines[-1] + _NO_NEWLINE]
