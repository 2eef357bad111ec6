"""
What submissions returned, to a verdict, and from there to its causes.

The judge is here: references, comparison and diagnosis. Submissions run elsewhere, behind `submissions.sandbox`,
and send numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypedDict

from gradcheck import comparison, probes
from gradcheck.config import Assignment, Contract
from gradcheck.diagnosis.crashing import revived
from gradcheck.diagnosis.examination import Examination
from gradcheck.diagnosis.examining import examine
from gradcheck.diagnosis.explain import losses
from gradcheck.errors import ConfigError
from gradcheck.findings import Finding, Outcome, ParameterReport, Verdict
from gradcheck.network.forward import LOSSES, Array, Network
from gradcheck.probes import Probe
from gradcheck.reports.report import SubmissionReport
from gradcheck.submissions import axes
from gradcheck.submissions.job import Inputs, Job, JobResult, ProbeResult
from gradcheck.submissions.reading import Source
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import forwards, ownloss
from gradcheck.verification.behaviour import mutating, unrepeatable, without_second_call
from gradcheck.verification.guards import unguarded
from gradcheck.verification.knowledge import blind_spots, steps
from gradcheck.verification.patience import GivenUpError, at_most
from gradcheck.verification.references import References

_HURRIED = 2  # how much less time
_GUARDED = 1e-2  # of a gradient: the most that a guard is looked for behind
_LOST = {"timeout": Outcome.TIMEOUT, "memory": Outcome.MEMORY, "broken": Outcome.GRADER_ERROR}


class Options(TypedDict, total=False):
    """What `Judge` takes beside an assignment and a sandbox."""

    feedback: str
    repair_seconds: float
    search_seconds: float | None


class Judge:
    """
    Runs submissions of one assignment on given probes, and judges what they return.

    Parameters
    ----------
    assignment : Assignment
        With a contract.
    sandbox : Sandbox
        Where submissions run.
    feedback : str
        `verdict` spares the search for places, anything below `fix` the search for edits.
    repair_seconds : float
        How long to look for an edit.
    search_seconds : float or None
        How long to look for causes, places and edits altogether; None sets no limit.

    Raises
    ------
    ConfigError
        If the assignment has no contract.
    """

    def __init__(
        self,
        assignment: Assignment,
        sandbox: Sandbox,
        *,
        feedback: str = "fix",
        repair_seconds: float = 20.0,
        search_seconds: float | None = None,
    ) -> None:
        if assignment.contract is None:
            raise ConfigError(assignment.path, "no [submission]", "one that says how a submission is called")
        self.assignment, self.contract, self.sandbox = assignment, assignment.contract, sandbox
        self.feedback = feedback
        self.repair_seconds, self.search_seconds = repair_seconds, search_seconds
        self.pins = axes.pinned(self.contract)
        self.references = References()
        self._fresh: dict[tuple[tuple[str, int], ...], tuple[Probe, ...]] = {}

    def run(self, source: Source, chosen: Sequence[Probe], text: str | None = None) -> JobResult:
        """Run a submission, or another text, on probes, and on the first once more: does it repeat itself?"""
        return self.run_both(source, chosen, (), text)[0]

    def run_both(
        self, source: Source, chosen: Sequence[Probe], more: Sequence[Probe], text: str | None = None
    ) -> tuple[JobResult, JobResult]:
        """As `run`; and on more probes, which takes no process of their own."""
        inputs = (*self._inputs(chosen), *self._inputs(more), *self._inputs(chosen[:1]))
        job = Job(path=source.path, contract=self.contract, inputs=inputs, warm=True, source=text)
        result = self.sandbox.run(job)
        first, last = len(chosen), len(chosen) + len(more)
        if more and result.status != "done" and first <= len(result.probes) < last:
            return self.run(source, chosen), replace(result, probes=result.probes[first:])  # it is these that hang
        others = replace(result, probes=result.probes[first:last])
        result = replace(result, probes=(*result.probes[:first], *result.probes[last:]))
        return without_second_call(result, first + 1, self.contract), others

    def run_once(self, source: Source, chosen: Sequence[Probe], text: str | None = None) -> JobResult:
        """As `run`, without the second call."""
        return self._run_on(source, self._inputs(chosen), text)

    def _run_on(self, source: Source, inputs: Sequence[Inputs], text: str | None = None) -> JobResult:
        return self.sandbox.run(Job(path=source.path, contract=self.contract, inputs=tuple(inputs), source=text))

    def _inputs(self, chosen: Sequence[Probe]) -> tuple[Inputs, ...]:
        return tuple(axes.inputs(probe, self.contract) for probe in chosen)

    def fresh(self, fixed: Mapping[str, int] | None = None) -> tuple[Probe, ...]:
        """Probes that nothing was found on, for proofs, with some sizes fixed; made once."""
        pins = {**self.pins, **(fixed or {})}
        key = tuple(pins.items())
        if key not in self._fresh:
            self._fresh[key] = probes.fresh(self.assignment, pins)
        return self._fresh[key]

    def judged(
        self,
        source: Source,
        chosen: Sequence[Probe],
        result: JobResult,
        settled: tuple[Network, int] | None = None,
        fixed: Mapping[str, int] | None = None,
        hurried: bool = False,
    ) -> SubmissionReport:
        """
        Judge what came back from a run, and say what is wrong with it.

        Parameters
        ----------
        source : Source
        chosen : sequence of Probe
            What it was run on.
        result : JobResult
            Of `run`.
        settled : (Network, int), optional
            What `network` has told of other probes.
        fixed : mapping, optional
            Sizes that the submission can't do without: an edit is proved on fresh probes that have them.
        hurried : bool
            Whether edits are looked for in a part of the time only, as where others may be looked for after these.

        Returns
        -------
        SubmissionReport
        """
        notes = tuple(dict.fromkeys((*source.notes, *(note for probe in result.probes for note in probe.notes))))
        base = SubmissionReport(path=source.path, outcome=Outcome.PASSED, notes=notes, source=source.text)
        ran = [index for index, probe in enumerate(result.probes[: len(chosen)]) if probe.status == "ok"]
        stopped = next((probe for probe in result.probes if probe.status != "ok"), None)
        if not ran or (stopped is not None and stopped.status == "ungradable"):
            return replace(base, outcome=_lost(result), notes=(_why(result, stopped), *notes))
        network, agreeing = settled or self.network(chosen, result, ran)
        found = [self.references.compare_all(network, self.contract, chosen[i], result.probes[i]) for i in ran]
        parameters = tuple(comparison.merge(reports) for reports in zip(*found, strict=True))
        parameters, bare = self._but_for_guards(source, network, chosen, parameters)
        unsteady, changing = unrepeatable(len(chosen), result), mutating(result)
        findings = [*unsteady, *changing]
        failing = [parameter.name for parameter in parameters if not parameter.verdict.passes]
        right_for = partial(self._right_for, source, chosen, result, ran)
        forward = tuple(forwards.findings(network, self.contract, chosen, bare or result, ran, failing, right_for))
        if forward or failing:
            case = self._case(source, network, agreeing, chosen, result, parameters, forward, fixed)
            case = replace(case, seconds=case.seconds / _HURRIED) if hurried else case
            found_out, about_search = self._examined(case, by=examine)
            if unsteady and self._steadied(source, chosen, found_out):
                findings = changing  # it was the same mistake
            findings = [*findings, *found_out]
            notes += about_search
        outcome = _outcome(parameters, findings)
        if outcome is Outcome.PASSED and (result.status != "done" or stopped is not None):
            outcome = _lost(result)
        if result.status != "done" or stopped is not None:
            notes = (_why(result, stopped), *notes)
        if outcome is Outcome.GRADER_ERROR and result.status == "done":
            notes = ("the numerical gradient is too inaccurate here to judge by", *notes)
        notes += (*self._about_loss(network, agreeing), *_qualified(parameters), *blind_spots(network, chosen))
        return replace(
            base,
            outcome=outcome,
            parameters=parameters,
            findings=tuple(_shown(finding, source.path) for finding in findings),
            notes=tuple(dict.fromkeys(notes)),
            steps=steps(network, parameters, findings),
        )

    def revived(
        self, source: Source, chosen: Sequence[Probe], result: JobResult, lost: SubmissionReport
    ) -> SubmissionReport:
        """
        Add to what ends in an error on every probe how it would run, if one edit is all that it takes.

        Where any loss will do, nothing tells which one is meant.
        """
        if self.feedback != "fix" or self.assignment.any_loss:
            return lost
        case = self._case(source, self.assignment.network, 0, chosen, result, (), ())
        found, about_search = self._examined(case, by=revived)
        shown = tuple(_shown(finding, source.path) for finding in found)
        return replace(lost, findings=shown, notes=lost.notes + about_search)

    def _steadied(self, source: Source, chosen: Sequence[Probe], findings: Sequence[Finding]) -> bool:
        """Whether a submission does the same in every run once all findings are mended."""
        fixes = [finding.fix for finding in findings if finding.fix is not None]
        if not fixes or len(fixes) < len(findings):
            return False
        result = self.run(source, chosen, fixes[-1].replaced)
        return result.status == "done" and not unrepeatable(len(chosen), result)

    def _but_for_guards(
        self, source: Source, network: Network, chosen: Sequence[Probe], parameters: tuple[ParameterReport, ...]
    ) -> tuple[tuple[ParameterReport, ...], JobResult | None]:
        """
        Call imprecise what is wrong by little, and right without the guards of divisions and logarithms.

        Returns
        -------
        tuple of ParameterReport
        JobResult or None
            That of the program without its guards, if these are all that is wrong with it.
        """
        failing = [one for one in parameters if not one.verdict.passes]
        small = all((one.max_relative_error or 1.0) < _GUARDED for one in failing)
        if not failing or not small or any(one.verdict is not Verdict.WRONG for one in failing):
            return parameters, None
        text, guard = unguarded(source.text)
        if not guard:
            return parameters, None
        result = self.run_once(source, chosen, text)
        if self.wrong(network, chosen, result):
            return parameters, None
        note = f"agrees but for a guard of {guard:g}: without it, it is right"
        return tuple(
            replace(one, verdict=Verdict.IMPRECISE, note=note) if one in failing else one for one in parameters
        ), result

    def _right_for(
        self, source: Source, chosen: Sequence[Probe], result: JobResult, ran: Sequence[int], other: Network | None
    ) -> bool:
        """Whether the gradients are those of another network; of None, those of the submission's own loss."""
        if other is not None:
            reports = [self.references.compare_all(other, self.contract, chosen[i], result.probes[i]) for i in ran]
            return all(parameter.verdict.passes for found in reports for parameter in found)
        submitted = in_rows(self.contract, chosen[ran[0]], result.probes[ran[0]])
        shapes = {name: chosen[ran[0]].values[name].shape for name in self.assignment.network.parameters}
        if {name: gradient.shape for name, gradient in submitted.items()} != shapes:
            return False
        return ownloss.gradients_agree(self.contract, chosen[ran[0]], submitted, partial(self._run_on, source))

    def _case(
        self,
        source: Source,
        network: Network,
        agreeing: int,
        chosen: Sequence[Probe],
        result: JobResult,
        parameters: Sequence[ParameterReport],
        forward: tuple[Finding, ...],
        fixed: Mapping[str, int] | None = None,
    ) -> Examination:
        """Everything that the diagnosis needs."""
        rows = tuple(
            in_rows(self.contract, probe, one) if one.status == "ok" else None
            for probe, one in zip(chosen, result.probes, strict=False)
        )
        explained = {name for finding in forward for name in finding.parameters}  # by a loss of its own
        failing = [p for p in parameters if not p.verdict.passes and p.name not in explained]
        return Examination(
            source=source,
            contract=self.contract,
            network=network,
            probes=tuple(chosen[: len(rows)]),
            result=result,
            gradients=rows,
            forward=forward,
            wrong=tuple(parameter.name.lower() for parameter in failing),
            wrong_shape=frozenset(p.name.lower() for p in failing if p.verdict is Verdict.WRONG_SHAPE),
            explainer=self.references.explainer(network, chosen),
            run=self.sandbox.run,
            judge=partial(self.wrong, network),
            lenient=None if agreeing else partial(self._wrong_for_all, network),
            rows=partial(in_rows, self.contract),
            fresh=partial(self.fresh, fixed),
            places=self.feedback != "verdict",
            edits=self.feedback == "fix",
            seconds=self.repair_seconds,
        )

    def _examined(
        self, case: Examination, by: Callable[[Examination], Iterator[tuple[Finding, ...]]]
    ) -> tuple[Sequence[Finding], tuple[str, ...]]:
        """Look for the mistakes, as long as one submission may take; the verdict doesn't hang on it."""
        known: Sequence[Finding] = case.forward
        try:
            with at_most(self.search_seconds):
                for findings in by(case):
                    known = findings
        except GivenUpError:
            self.sandbox.close()  # it may have been in the middle of a job
            return known, (f"the search for the cause was given up after {self.search_seconds:g} s",)
        except Exception as error:  # ours: the gradients are no less wrong for it
            what = "no edits" if known else "no diagnosis"
            return known, (f"{what}: gradcheck itself failed over it ({type(error).__name__}: {error})",)
        return known, ()

    def wrong(self, network: Network, chosen: Sequence[Probe], result: JobResult) -> frozenset[str]:
        """
        Parameters whose gradients are wrong on some of the probes; all of them, where it didn't run.

        Where the submission shows its output and its loss, `a2` and `loss` are held to the network's, too.
        """
        wrong: set[str] = set()
        shown = {name for name, text in (("a2", self.contract.output), ("loss", self.contract.loss)) if text}
        for index, probe in enumerate(chosen):
            if index >= len(result.probes) or result.probes[index].status != "ok":
                return frozenset(network.parameters) | shown
            if {"X", "Y"} & set(result.probes[index].mutated):
                return frozenset(network.parameters) | shown
            wrong |= self.references.wrong(network, self.contract, probe, result.probes[index])
            wrong |= forwards.differing(network, self.contract, probe, result.probes[index])
            if self.contract.output and result.probes[index].output is None:
                wrong.add("a2")
        return frozenset(name.lower() for name in wrong)

    def _wrong_for_all(self, network: Network, chosen: Sequence[Probe], result: JobResult) -> frozenset[str]:
        """What is wrong where no gradient told the loss that is meant: what agrees on no scale of its kind."""
        ran = result.status == "done" and all(probe.status == "ok" for probe in result.probes[: len(chosen)])
        if ran and len(result.probes) >= len(chosen):
            network, _ = self.network(chosen, result, range(len(chosen)), (network.loss,))
        return self.wrong(network, chosen, result)

    def network(
        self, chosen: Sequence[Probe], result: JobResult, ran: Sequence[int], kinds: Sequence[str] = LOSSES
    ) -> tuple[Network, int]:
        """
        Choose what to judge by: with `loss = "any"` the loss, one of `kinds`, that most gradients agree on.

        Returns
        -------
        Network
        int
            How many gradients agree on it.
        """
        network = self.assignment.network
        if not self.assignment.any_loss:
            return network, len(network.parameters)
        submitted = [in_rows(self.contract, chosen[i], result.probes[i]) for i in ran]
        return losses.of_gradients(network, [chosen[i].values for i in ran], submitted, kinds)

    def _about_loss(self, network: Network, agreeing: int) -> tuple[str, ...]:
        """Say which loss was taken for the one that is meant."""
        if not self.assignment.any_loss:
            return ()
        some = {0: "no gradient agrees", 1: "1 gradient agrees", len(network.parameters): "all gradients agree"}
        return (f"loss: {losses.named(network)}; {some.get(agreeing, f'{agreeing} gradients agree')} on it",)


def in_rows(contract: Contract, probe: Probe, result: ProbeResult) -> Mapping[str, Array]:
    """Gradients of one probe in rows; those of a wrong shape as they are, transposed where the contract is."""
    rows = {}
    for name, array in result.gradients.items():
        try:
            rows[name.lower()] = axes.to_rows(name, array, contract.axes[name], probe.sizes)
        except ValueError:
            rows[name.lower()] = array.T if axes.reversed_axes(name, contract) else array
    return rows


def _outcome(parameters: Sequence[ParameterReport], findings: Sequence[Finding]) -> Outcome:
    verdicts = {parameter.verdict for parameter in parameters if not parameter.verdict.passes}
    if verdicts == {Verdict.INCONCLUSIVE}:
        return Outcome.GRADER_ERROR
    return Outcome.FAILED if verdicts or findings else Outcome.PASSED


def _lost(result: JobResult) -> Outcome:
    """Outcome of a submission that came to no verdict."""
    if result.status in _LOST:
        return _LOST[result.status]
    ungradable = any(probe.status == "ungradable" for probe in result.probes)
    return Outcome.UNGRADABLE if ungradable else Outcome.CRASHED


def _why(result: JobResult, stopped: ProbeResult | None) -> str:
    """What a reader is told of a run that didn't come to its end."""
    if stopped is not None and result.status == "done":
        return stopped.message
    return result.message or (stopped.message if stopped else "") or "the submission ended without a result"


def _qualified(parameters: Sequence[ParameterReport]) -> tuple[str, ...]:
    """Say once what makes gradients imprecise."""
    noted: dict[str, list[str]] = {}
    for parameter in parameters:
        if parameter.verdict is Verdict.IMPRECISE and parameter.note:
            noted.setdefault(parameter.note, []).append(parameter.name)
    return tuple(f"{', '.join(names)}: {note}" for note, names in noted.items())


def _shown(finding: Finding, path: str) -> Finding:
    """Places name the file as it was given."""
    location = finding.location and replace(finding.location, file=path)
    others = tuple(replace(one, file=path) for one in finding.alternatives)
    return replace(finding, location=location, alternatives=others)
