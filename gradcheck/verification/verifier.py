"""
One submission to a report.

The judge is here: references, comparison and diagnosis. Submissions run elsewhere, behind `submissions.sandbox`,
and send numbers.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from gradcheck import comparison, probes
from gradcheck.config import Assignment, Contract, read
from gradcheck.diagnosis.examination import Examination
from gradcheck.diagnosis.examining import examine
from gradcheck.diagnosis.explain import losses
from gradcheck.errors import ConfigError, UngradableError
from gradcheck.findings import Finding, Outcome, ParameterReport, Verdict
from gradcheck.network.forward import LOSSES, Array, Network
from gradcheck.probes import Probe
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.submissions import axes
from gradcheck.submissions.job import TIMED_OUT, Inputs, Job, JobResult, ProbeResult
from gradcheck.submissions.reading import Source, read_source
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import forwards, ownloss
from gradcheck.verification.behaviour import mutating, unrepeatable, without_second_call
from gradcheck.verification.guards import unguarded
from gradcheck.verification.knowledge import blind_spots, steps
from gradcheck.verification.network import check_network
from gradcheck.verification.patience import GivenUpError, at_most
from gradcheck.verification.references import References

_ALONE = 5.0  # seconds of the processor's time that a contract may take to miss the submission; imports are slow
_GUARDED = 1e-2  # of a gradient: the most that a guard is looked for behind
_LOST = {"timeout": Outcome.TIMEOUT, "memory": Outcome.MEMORY, "broken": Outcome.GRADER_ERROR}


class Verifier:
    """
    Verifies submissions of one assignment.

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
        self.probes = probes.make(assignment, self.pins)
        self.references = References()
        self._fresh: tuple[Probe, ...] = ()
        self._narrow: dict[tuple[tuple[str, int], ...], tuple[Probe, ...]] = {}

    def verify(self, path: str) -> SubmissionReport:
        """
        Run one submission, judge it, and say what is wrong with it.

        Parameters
        ----------
        path : str
            Of a .py or .ipynb file.

        Returns
        -------
        SubmissionReport
            Of any outcome; a fault of the submission's is never an exception.
        """
        start = time.perf_counter()
        try:
            report = self._verified(path)
        except UngradableError as error:
            report = SubmissionReport(path=path, outcome=Outcome.UNGRADABLE, notes=(str(error),))
        return replace(report, duration_seconds=round(time.perf_counter() - start, 4))

    def _verified(self, path: str) -> SubmissionReport:
        source = read_source(path)
        result, narrow = self._run(source, self.probes, self._few(self._smaller(self.assignment.network)))
        if result.status == "timeout" and not result.probes:
            self._blame_contract(source)
        crashed = result.status == "done" and all(probe.status == "crashed" for probe in result.probes)
        if crashed and "n" not in probes.fixed_sizes(self.assignment, self.pins):
            alone = probes.single_example(self.assignment, self.pins)
            retried = self.run(source, alone)
            if any(probe.status == "ok" for probe in retried.probes):
                return self._works_for_one_example(path, source, result, alone, retried)
        report = self._judged(path, source, self.probes, result)
        if report.outcome is Outcome.CRASHED:
            return self._works_for_configured_sizes(path, source, report)
        if report.passed:
            return self.held_to_configured(path, source, result, report, narrow)
        return self._as_configured(path, source, report)

    def _blame_contract(self, source: Source) -> None:
        """
        Find out whether the contract's own code ends, where there is no submission that could keep it from that.

        Raises
        ------
        UngradableError
            If it doesn't: without a submission it ought to miss a name at once.
        """
        inputs = (axes.inputs(self.probes[0], self.contract),)
        job = Job(path=source.path, contract=self.contract, inputs=inputs, source="", seconds=_ALONE)
        alone = self.sandbox.run(job)
        why = next((probe.message for probe in alone.probes if TIMED_OUT in probe.message), alone.message)
        if alone.status == "timeout" or TIMED_OUT in why:
            raise UngradableError(
                f"{why}: it is the contract's own code that doesn't end, before any of the file's"
            )

    def held_to_configured(
        self,
        path: str,
        source: Source,
        result: JobResult,
        wide: SubmissionReport,
        tried: JobResult | None = None,
    ) -> SubmissionReport:
        """
        Hold what passes to configured sizes that are smaller than any probe's, too: code may branch on them.

        `tried` is what it does on some probes of these sizes, where that is known.
        """
        network, agreeing = self._network(self.probes, result, range(len(self.probes)))
        small = self._smaller(network)
        if not small:
            return wide
        few = self._few(small)
        if tried is None or small != self._smaller(self.assignment.network):
            inputs = tuple(axes.inputs(probe, self.contract) for probe in few)
            tried = self.sandbox.run(Job(path=source.path, contract=self.contract, inputs=inputs))
        if not self.wrong(network, few, tried):
            return wide
        narrow = probes.make(self.assignment, {**self.pins, **small})
        again = self.run(source, narrow)
        report = self._judged(path, source, narrow, again, (network, agreeing))
        if report.passed or report.outcome is Outcome.GRADER_ERROR:  # a guard, or a reference that knows little
            return wide
        axes_said = " and ".join(f"{axis} = {size}" for axis, size in small.items())
        note = f"right for other sizes, but not for {axes_said}, as configured"
        seen = {*blind_spots(network, narrow)} - {*wide.notes}  # by the other probes
        at = 0 if report.outcome is Outcome.FAILED else 1  # what else stopped it is said first
        rest = (one for one in report.notes[at:] if one not in seen)
        return replace(report, notes=(*report.notes[:at], note, *rest))

    def _few(self, small: Mapping[str, int]) -> tuple[Probe, ...]:
        """Two probes of small sizes, one of them with all others equal; none where no size is."""
        if not small:
            return ()
        key = tuple(small.items())
        if key not in self._narrow:
            made = probes.make(self.assignment, {**self.pins, **small})
            self._narrow[key] = (made[0], made[-1])
        return self._narrow[key]

    def _smaller(self, network: Network) -> dict[str, int]:
        """Configured sizes that are smaller than those of all probes."""
        return probes.smaller(replace(self.assignment, network=network), self.probes, self.pins)

    def _as_configured(self, path: str, source: Source, wide: SubmissionReport) -> SubmissionReport:
        """Judge at the configured width of 1 what fails at others: only what is wrong there, too, is a mistake."""
        fixed = probes.fixed_sizes(self.assignment, self.pins)
        single = {axis: 1 for axis, size in vars(self.assignment.sizes).items() if size == 1 and axis not in fixed}
        if not single:
            return wide
        narrow = probes.make(self.assignment, {**self.pins, **single})
        result = self.run(source, narrow)
        if len(wide.findings) == 1 or all(finding.fix for finding in wide.findings):
            wrong = self._wrong_everywhere(narrow, result)
            if wide.findings and all(wrong & finding.spoils for finding in wide.findings):
                return wide
        report = self._judged(path, source, narrow, result)
        axes_said = " and ".join(f"{axis} = 1" for axis in single)
        if report.passed:
            note = f"right for {axes_said}, as configured, but not for other sizes"
            return replace(report, notes=(note, *report.notes))
        unmended = [sum(finding.fix is None for finding in one.findings) for one in (report, wide)]
        fewer = 0 < len(report.findings) < len(wide.findings)
        return report if fewer and (unmended[0] == 0 or unmended[1] > 0) else wide

    def _wrong_everywhere(self, chosen: Sequence[Probe], result: JobResult) -> frozenset[str]:
        """What is wrong with a submission that ran on every probe; nothing, if it didn't."""
        if len(result.probes) < len(chosen) or any(probe.status != "ok" for probe in result.probes):
            return frozenset()
        network, _ = self._network(chosen, result, range(len(chosen)))
        return self.wrong(network, chosen, result)

    def _wrong_for_all(self, network: Network, chosen: Sequence[Probe], result: JobResult) -> frozenset[str]:
        """What is wrong where no gradient told the loss that is meant: what agrees on no scale of its kind."""
        ran = result.status == "done" and all(probe.status == "ok" for probe in result.probes[: len(chosen)])
        if ran and len(result.probes) >= len(chosen):
            network, _ = self._network(chosen, result, range(len(chosen)), (network.loss,))
        return self.wrong(network, chosen, result)

    def run(self, source: Source, chosen: Sequence[Probe]) -> JobResult:
        """Run a submission on probes, and on the first once more, to see whether it repeats itself."""
        return self._run(source, chosen, ())[0]

    def _run(
        self, source: Source, chosen: Sequence[Probe], more: Sequence[Probe], text: str | None = None
    ) -> tuple[JobResult, JobResult]:
        """As `run`, of the file or of another text; and on more probes, which takes no process of their own."""
        inputs = tuple(axes.inputs(probe, self.contract) for probe in (*chosen, *more, chosen[0]))
        job = Job(path=source.path, contract=self.contract, inputs=inputs, warm=True, source=text)
        result = self.sandbox.run(job)
        first, last = len(chosen), len(chosen) + len(more)
        if more and result.status != "done" and first <= len(result.probes) < last:
            return self.run(source, chosen), replace(result, probes=result.probes[first:])  # it is these that hang
        others = replace(result, probes=result.probes[first:last])
        result = replace(result, probes=(*result.probes[:first], *result.probes[last:]))
        return without_second_call(result, first + 1, self.contract), others

    def fresh(self) -> tuple[Probe, ...]:
        """Probes that nothing was found on, for proofs."""
        if not self._fresh:
            self._fresh = probes.fresh(self.assignment, self.pins)
        return self._fresh

    def _works_for_one_example(
        self, path: str, source: Source, result: JobResult, alone: Sequence[Probe], retried: JobResult
    ) -> SubmissionReport:
        """Report a submission that crashes on several examples and runs on one."""
        report = self._judged(path, source, alone, retried)
        outcome = Outcome.CRASHED if report.outcome is Outcome.PASSED else report.outcome
        note = (
            "it runs with one example (n = 1) and crashes with several; `examples = 1` under [probes] allows that"
        )
        return replace(report, outcome=outcome, notes=(result.probes[0].message, note, *report.notes))

    def _works_for_configured_sizes(self, path: str, source: Source, wide: SubmissionReport) -> SubmissionReport:
        """Report a submission that crashes on all sizes but the configured ones: it has them in its code."""
        fixed = probes.fixed_sizes(self.assignment, self.pins)
        sizes = {axis: size for axis, size in vars(self.assignment.sizes).items() if axis not in fixed}
        narrow = probes.make(self.assignment, {**self.pins, **sizes})
        result = self.run(source, narrow)
        if not sizes or not result.probes or any(probe.status != "ok" for probe in result.probes):
            return wide
        report = self._judged(path, source, narrow, result)
        said = " ".join(f"{axis}={size}" for axis, size in sizes.items())
        note = f'it runs with the configured {said} and crashes on other sizes; `sizes = "configured"` allows that'
        if report.outcome is Outcome.PASSED:
            # what comes after the gradients may be what crashes: an update with another layer's gradient, say
            note += (
                ". The gradients that the contract reads are right there; whether all else is, such as an update"
                " that they are meant for, isn't known: the crash may show a mistake that these sizes hide"
            )
        outcome = Outcome.CRASHED if report.outcome is Outcome.PASSED else report.outcome
        return replace(report, outcome=outcome, notes=(wide.notes[0], note, *report.notes))

    def _judged(
        self,
        path: str,
        source: Source,
        chosen: Sequence[Probe],
        result: JobResult,
        settled: tuple[Network, int] | None = None,
    ) -> SubmissionReport:
        """From what came back to a report; `settled` is what `_network` has told of other probes."""
        notes = tuple(dict.fromkeys((*source.notes, *(note for probe in result.probes for note in probe.notes))))
        base = SubmissionReport(path=path, outcome=Outcome.PASSED, notes=notes, source=source.text)
        ran = [index for index, probe in enumerate(result.probes[: len(chosen)]) if probe.status == "ok"]
        stopped = next((probe for probe in result.probes if probe.status != "ok"), None)
        if not ran or (stopped is not None and stopped.status == "ungradable"):
            return replace(base, outcome=_lost(result), notes=(_why(result, stopped), *notes))
        network, agreeing = settled or self._network(chosen, result, ran)
        found = [self.references.compare_all(network, self.contract, chosen[i], result.probes[i]) for i in ran]
        parameters = tuple(comparison.merge(reports) for reports in zip(*found, strict=True))
        parameters, bare = self._but_for_guards(source, network, chosen, parameters)
        unsteady, changing = unrepeatable(len(chosen), result), mutating(result)
        findings = [*unsteady, *changing]
        failing = [parameter.name for parameter in parameters if not parameter.verdict.passes]
        right_for = partial(self._right_for, source, chosen, result, ran)
        forward = tuple(forwards.findings(network, self.contract, chosen, bare or result, ran, failing, right_for))
        if forward or failing:
            found_out, about_search = self._examined(
                self._case(source, network, agreeing, chosen, result, parameters, forward)
            )
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
            findings=tuple(_shown(finding, path) for finding in findings),
            notes=tuple(dict.fromkeys(notes)),
            steps=steps(network, parameters, findings),
        )

    def _steadied(self, source: Source, chosen: Sequence[Probe], findings: Sequence[Finding]) -> bool:
        """Whether a submission does the same in every run once all findings are mended."""
        fixes = [finding.fix for finding in findings if finding.fix is not None]
        if not fixes or len(fixes) < len(findings):
            return False
        result, _ = self._run(source, chosen, (), fixes[-1].replaced)
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
        inputs = tuple(axes.inputs(probe, self.contract) for probe in chosen)
        result = self.sandbox.run(Job(path=source.path, contract=self.contract, inputs=inputs, source=text))
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

        def run(inputs: Sequence[Inputs]) -> JobResult:
            return self.sandbox.run(Job(path=source.path, contract=self.contract, inputs=tuple(inputs)))

        return ownloss.gradients_agree(self.contract, chosen[ran[0]], submitted, run)

    def _case(
        self,
        source: Source,
        network: Network,
        agreeing: int,
        chosen: Sequence[Probe],
        result: JobResult,
        parameters: Sequence[ParameterReport],
        forward: tuple[Finding, ...],
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
            fresh=self.fresh,
            places=self.feedback != "verdict",
            edits=self.feedback == "fix",
            seconds=self.repair_seconds,
        )

    def _examined(self, case: Examination) -> tuple[Sequence[Finding], tuple[str, ...]]:
        """Look for the mistakes, as long as one submission may take; the verdict doesn't hang on it."""
        known: Sequence[Finding] = case.forward
        try:
            with at_most(self.search_seconds):
                for findings in examine(case):
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

    def _network(
        self, chosen: Sequence[Probe], result: JobResult, ran: Sequence[int], kinds: Sequence[str] = LOSSES
    ) -> tuple[Network, int]:
        """Choose what to judge by: with `loss = "any"` the one that most gradients agree on, and how many do."""
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


def check(config: str, submissions: Sequence[str] = (), mode: str = "auto") -> Report:
    """
    Check a configuration's network, or submissions against it, one after another in this process.

    Parameters
    ----------
    config : str
        Path of the TOML file.
    submissions : sequence of str
        Files; none: the network itself.
    mode : str
        Of the sandbox.
    """
    assignment = read(config)
    if assignment.contract is None:
        return check_network(assignment)
    with Sandbox(mode) as sandbox:
        verifier = Verifier(assignment, sandbox)
        reports = tuple(verifier.verify(path) for path in submissions)
    return Report(config=config, seed=assignment.probes.seed, submissions=reports)
