"""Trying versions of a submission out: what is wrong with each that is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis.locate.members import gradient_of
from gradcheck.diagnosis.locate.proportion import ratio, ratio_beside
from gradcheck.diagnosis.locate.table import Table
from gradcheck.network.backward import Override, Trace
from gradcheck.network.forward import Array, Network, loss, printed
from gradcheck.probes import Probe
from gradcheck.submissions import axes
from gradcheck.submissions.job import Inputs, Job, JobResult, Settlement

Run = Callable[[Job], JobResult]
Judge = Callable[[Sequence[Probe], JobResult], frozenset[str]]
Wrong = frozenset[tuple[int, str]]
_CLOSE = 1e-6


@dataclass(frozen=True)
class Ran:
    """
    What came of one of many versions.

    Attributes
    ----------
    left : frozenset of (int, str)
        What is wrong with it.
    multiples : frozenset of str
        Which gradients are right up to a factor.
    computed : int, optional
        The same for versions that compute the same on one probe; None of those that end in an error.
    """

    left: Wrong
    multiples: frozenset[str]
    computed: int | None


@dataclass(frozen=True)
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
    left : mapping, optional
        Steps that are wrong and may stay so.
    patience : float
        Seconds that a version may take on one probe: some never end.
    settled : Settlement, optional
        What of the file is needed beside its definitions, as a job has it: the same for every version.
    continues : bool
        Whether one process may run many versions, as a job has it.
    """

    path: str
    contract: Contract
    network: Network
    probes: tuple[Probe, ...]
    run: Run
    judge: Judge
    left: Mapping[str, Override] | None = None
    patience: float = 1.0
    settled: Settlement | None = None
    continues: bool = False

    def alone(self, probe: int) -> Trial:
        """The same on one of the probes."""
        return replace(self, probes=(self.probes[probe],))

    @cached_property
    def inputs(self) -> tuple[Inputs, ...]:
        """What the program is given, one a probe."""
        return tuple(axes.inputs(probe, self.contract) for probe in self.probes)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The right quantities, one a probe."""
        return tuple(Table(Trace(self.network, probe.values, self.left)) for probe in self.probes)

    def job(self, text: str) -> Job:
        """Ask for a run of one version of the text on every probe."""
        return Job(
            path=self.path,
            contract=self.contract,
            inputs=self.inputs,
            source=text,
            settled=self.settled,
            continues=self.continues,
        )

    def watched(self, text: str) -> JobResult:
        """Run one version under watch."""
        return self.run(replace(self.job(text), watch=True))

    def carried(self, result: JobResult) -> dict[str, tuple[float | None, ...]]:
        """
        Give the factor of each submitted gradient over the right one, one a probe; None where there is none.

        Of a weight that decays it may be that of the rest. That of the loss, where it is shown, is among them.
        """
        losses = [
            float(np.float64(number) / loss(self.network, asked.values))
            if (number := probe.loss_number) is not None
            else None
            for probe, asked in zip(result.probes, self.probes, strict=False)
        ]
        return {"loss": tuple(losses)} | {
            name: tuple(
                _factor(probe.gradients[printed(name)], table.trace, name)
                if printed(name) in probe.gradients
                else None
                for probe, table in zip(result.probes, self.tables, strict=False)
            )
            for name in self.network.parameters
        }

    def decays(self, result: JobResult) -> tuple[float, ...]:
        """Say how many times too much both weights decay, one a probe; () if nothing, or more, is wrong."""
        found: list[float] = []
        for probe, table in zip(result.probes, self.tables, strict=False):
            given = (probe.gradients.get(printed(name)) for name in ("w1", "w2"))
            first, second = (_decay(one, table.trace, name) for one, name in zip(given, ("w1", "w2"), strict=True))
            if first is None or second is None or abs(first - second) > _CLOSE * abs(first):
                return ()
            found.append(first)
        return tuple(found) if any(abs(one - 1) > _CLOSE for one in found) else ()

    def distances(self, result: JobResult) -> dict[str, float]:
        """Say how far each submitted gradient is from the right one, in sizes of that, on all probes together."""
        return {
            name: sum(
                _distance(probe.gradients.get(printed(name)), table.trace, name)
                for probe, table in zip(result.probes, self.tables, strict=False)
            )
            for name in self.network.parameters
        }

    def wrong(self, text: str) -> Wrong:
        """Run one version; give the probes, by index, and parameters that are wrong."""
        return self.wrong_of(self.run(self.job(text)))

    def better(self, texts: Sequence[str], than: Wrong, first: int) -> list[Ran]:
        """
        Run many versions, on every probe those alone that are better on one where something is wrong.

        Of the others it is taken that on the other probes they are as wrong as what they are to be better than.
        """
        before = {one for one in than if one[0] == first}
        results = self._run_all(texts, (first,))
        given = [_given(one) for one in results]  # many change nothing, or the same as another one does
        told = {
            key: Ran(
                self.wrong_of(one, (first,)) | (than - before), self.multiples(one, first), _computed(one, key)
            )
            for key, one in dict(zip(given, results, strict=True)).items()
        }
        found = [told[key] for key in given]
        if len(self.probes) > 1:
            promising = [index for index, one in enumerate(found) if one.left < than]
            again = self._run_all([texts[index] for index in promising], range(len(self.probes)))
            for index, result in zip(promising, again, strict=True):
                found[index] = replace(found[index], left=self.wrong_of(result))
        return found

    def multiples(self, result: JobResult, place: int) -> frozenset[str]:
        """Parameters of which a result of one probe has the right gradient with some factor, or most of it."""
        given = result.probes[0].gradients if result.probes else {}
        trace = self.tables[place].trace
        pairs = ((name, given.get(printed(name))) for name in self.network.parameters)
        arrays = ((name, one) for name, one in pairs if one is not None and one.size > 1)  # a number always is one
        return frozenset(
            name for name, one in arrays if _factor(one, trace, name) or _is_most_of(one, trace, name)
        )

    def _run_all(self, texts: Sequence[str], places: Sequence[int]) -> list[JobResult]:
        """Run versions in one process, or, where one of them ends it, in as few as that takes."""
        found: list[JobResult] = []
        inputs = tuple(self.inputs[place] for place in places)
        while len(found) < len(texts):
            job = replace(self.job(""), inputs=inputs, variants=tuple(texts[len(found) :]), seconds=self.patience)
            result = self.run(job)
            done = len(result.probes) // len(inputs)
            for index in range(done):
                probes = result.probes[index * len(inputs) : (index + 1) * len(inputs)]
                found.append(replace(result, probes=probes, status="done"))
            if len(found) < len(texts) and result.status != "done":
                found.append(replace(result, probes=()))
            elif not done:
                break
        return found + [JobResult(status="broken")] * (len(texts) - len(found))

    def comes_to_its_end(self, text: str, probe: int) -> bool:
        """Whether a version ends on a probe, and not in an error."""
        return self.come_to_their_end([text], probe)[0]

    def come_to_their_end(self, texts: Sequence[str], probe: int) -> list[bool]:
        """The same of many versions."""
        results = self._run_all(texts, (probe,))
        return [bool(result.probes) and result.probes[0].status == "ok" for result in results]

    def wrong_of(self, result: JobResult, places: Sequence[int] | None = None) -> Wrong:
        """Give the probes, by index, and parameters that are wrong in a result of these probes, or of all."""
        return frozenset(
            (place, name)
            for index, place in enumerate(range(len(self.probes)) if places is None else places)
            for name in self.judge((self.probes[place],), replace(result, probes=result.probes[index : index + 1]))
        )


def mends(wrong: Wrong, left: Wrong) -> frozenset[str]:
    """
    Give the parameters that an edit mends, none if it spoils any.

    What is mended on the first probe where the edit changes anything must be right on every other where it does: a
    program with two mistakes may still crash there.
    """
    if not left < wrong:
        return frozenset()
    probes = sorted({probe for probe, _ in wrong})
    before, after = (
        {probe: {name for where, name in some if where == probe} for probe in probes} for some in (wrong, left)
    )
    first = next(probe for probe in probes if before[probe] != after[probe])
    mended = before[first] - after[first]
    if any(mended & after[probe] for probe in probes if before[probe] != after[probe]):
        return frozenset()
    return frozenset(mended)


def _given(result: JobResult) -> object:
    """All that a result of one probe is judged by."""
    return result.status, *(
        (
            *(probe.status, probe.mutated, *sorted(probe.dtypes.items())),
            *((name, one.shape, one.tobytes()) for name, one in sorted(probe.gradients.items())),
            *(None if one is None else (one.shape, one.tobytes()) for one in (probe.output, probe.loss)),
        )
        for probe in result.probes[:1]
    )


def _computed(result: JobResult, given: object) -> int | None:
    """A number for all that a result of one probe is judged by; None if it ended in an error."""
    return hash(given) if result.probes and result.probes[0].status == "ok" else None


def _distance(submitted: Array | None, trace: Trace, name: str) -> float:
    """Relative distance of a gradient, laid either way: infinite if none was submitted, 0 if none is known."""
    right = gradient_of(trace, name)
    if right is None:
        return 0.0
    laid = [one for one in (right, right.T) if submitted is not None and one.shape == submitted.shape]
    return min((float(np.linalg.norm(submitted - one) / np.linalg.norm(one)) for one in laid), default=np.inf)


def _decay(submitted: Array | None, trace: Trace, name: str) -> float | None:
    """Find the factor of a weight's decay in its submitted gradient, where the rest is right; None of none."""
    if submitted is None or not trace.decay or gradient_of(trace, name) is None:
        return None
    return ratio_beside(submitted, trace.step(name), trace.decay * trace.values[name])


def _is_most_of(submitted: Array, trace: Trace, name: str) -> bool:
    """Whether a gradient, laid either way, has more right entries than others, as where a loop leaves some out."""
    right = gradient_of(trace, name)
    if right is None:
        return False
    close = _CLOSE * float(np.abs(right).max(initial=0.0))
    laid = (one for one in (right, right.T) if one.shape == submitted.shape)
    return any(2 * int((np.abs(submitted - one) <= close)[one != 0].sum()) > one.size for one in laid)


def _factor(submitted: Array, trace: Trace, name: str) -> float | None:
    """Find the factor of a gradient over the right one, or of what is left of it without the weight's decay."""
    right = gradient_of(trace, name)
    if right is None:
        return None
    factor = ratio(submitted, right, of_examples=False)
    if factor is not None or not trace.decay or not name.startswith("w"):
        return factor
    return ratio_beside(submitted, trace.decay * trace.values[name], trace.step(name))
