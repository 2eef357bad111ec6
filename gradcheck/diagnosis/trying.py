"""
Trying edits out: first on the operands alone, where thousands take milliseconds, then as whole programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradcheck.config import Contract
from gradcheck.diagnosis.edits import Edit
from gradcheck.diagnosis.program import Program, Root
from gradcheck.diagnosis.quantities import Match, Table
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array, Network
from gradcheck.probes import Probe
from gradcheck.submissions import axes
from gradcheck.submissions.job import Evaluation, Event, Inputs, Job, JobResult

Run = Callable[[Job], JobResult]
Judge = Callable[[Sequence[Probe], JobResult], frozenset[str]]
Wrong = frozenset[tuple[int, str]]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """
    How to try a version of a submission.

    Attributes
    ----------
    path : str
        Of the submission.
    contract : Contract
    network : Network
    probes : tuple of Probe
        Those that the search uses.
    run : callable (Job) -> JobResult
    judge : callable (probes, JobResult) -> frozenset of str
        Which parameters' gradients are wrong on some of the probes; all, if it didn't run.
    tables : tuple of Table
        The right quantities, one a probe.
    inputs : tuple of Inputs
    """

    path: str
    contract: Contract
    network: Network
    probes: tuple[Probe, ...]
    run: Run
    judge: Judge
    tables: tuple[Table, ...] = field(default=())
    inputs: tuple[Inputs, ...] = field(default=())

    @classmethod
    def of(
        cls, path: str, contract: Contract, network: Network, probes: Sequence[Probe], run: Run, judge: Judge
    ) -> Trial:
        """Make the right quantities and the inputs of every probe."""
        return cls(
            path=path,
            contract=contract,
            network=network,
            probes=tuple(probes),
            run=run,
            judge=judge,
            tables=tuple(Table(Trace(network, probe.values)) for probe in probes),
            inputs=tuple(axes.inputs(probe, contract) for probe in probes),
        )

    def job(self, text: str) -> Job:
        """Ask for a run of one version of the text on every probe."""
        return Job(path=self.path, contract=self.contract, inputs=self.inputs, source=text)

    def watched(self, text: str) -> JobResult:
        """Run one version under watch."""
        return self.run(replace(self.job(text), watch=True))

    def wrong(self, text: str) -> Wrong:
        """Run one version; give the probes, by index, and parameters that are wrong."""
        return self.wrong_of(self.run(self.job(text)))

    def wrong_of(self, result: JobResult) -> Wrong:
        """Give the probes, by index, and parameters that are wrong in a result."""
        return frozenset(
            (index, name)
            for index, probe in enumerate(self.probes)
            for name in self.judge((probe,), replace(result, probes=result.probes[index : index + 1]))
        )


@dataclass(frozen=True)
class Promise:
    """An edit that makes its expression a quantity of the right pass."""

    edit: Edit
    match: Match


def promising(trial: Trial, program: Program, offered: Mapping[Root, Sequence[Edit]]) -> list[Promise]:
    """
    Evaluate edits on the operands that the program has at their place, and keep those that make sense.

    Parameters
    ----------
    trial : Trial
    program : Program
    offered : mapping
        Edits by the expression whose value tells.

    Returns
    -------
    list of Promise
        Of edits of one expression with the same value only the cheapest, and none with the value it has already.
    """
    asked: dict[int, list[tuple[Root, Edit | None, str]]] = {}
    for root, edits in offered.items():
        start, end = program.parenthesised(program.expression(root))
        own = next((edit.expression for edit in edits if edit.expression), "")
        if not own:
            continue
        asked.setdefault(root.statement, []).append((root, None, program.text[start:end]))
        asked[root.statement] += [(root, edit, edit.expression) for edit in edits if edit.expression]
    evaluations = tuple(
        Evaluation(node=node, expressions=tuple(expression for _, _, expression in wanted))
        for node, wanted in asked.items()
    )
    if not evaluations:
        return []
    result = trial.run(replace(trial.job(program.text), evaluate=evaluations))
    seen = [_values(probe.events) for probe in result.probes]
    matches = [_matches(table, values) for table, values in zip(trial.tables, seen, strict=False)]
    reached = [{node for node, _ in values} for values in seen]
    promises: list[Promise] = []
    for node, wanted in asked.items():
        taken: dict[Root, set[object]] = {}
        for index, (root, edit, _) in enumerate(wanted):
            values = [one.get((node, index)) for one in seen]
            key = tuple(tuple((v.shape, v.astype("f4").tobytes()) for v in some or ()) for some in values)
            if key in taken.setdefault(root, set()):
                continue
            taken[root].add(key)
            here = [
                match.get((node, index)) for match, nodes in zip(matches, reached, strict=True) if node in nodes
            ]
            if edit is not None and here and here[0] is not None and all(here):
                promises.append(Promise(edit, here[0]))
    return sorted(promises, key=lambda promise: promise.edit.cost)


def _values(events: Iterable[Event]) -> dict[tuple[int, int], list[Array]]:
    """Values of each candidate in order of time."""
    values: dict[tuple[int, int], list[Array]] = {}
    for event in events:
        if event.candidate >= 0:
            values.setdefault((event.node, event.candidate), []).append(event.value)
    return values


def _matches(table: Table, values: Mapping[tuple[int, int], list[Array]]) -> dict[tuple[int, int], Match]:
    """Recognise every candidate: each of its values, or all of a loop's together."""
    flat = table.match_all([value for some in values.values() for value in some])
    found: dict[tuple[int, int], Match] = {}
    position = 0
    for key, some in values.items():
        each = flat[position : position + len(some)]
        position += len(some)
        # the first value is enough: in a function, what comes later may be computed from what this one made
        whole = each[0] or (table.match_series(some) if len(some) > 1 else None)
        if whole is not None:
            found[key] = whole
    return found
