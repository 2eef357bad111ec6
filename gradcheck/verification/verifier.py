"""One submission to a report: which sizes it is run at, and what to make of it where they disagree."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Unpack

from gradcheck import probes
from gradcheck.config import Assignment, read
from gradcheck.errors import UngradableError
from gradcheck.findings import Finding, Outcome
from gradcheck.network.forward import Network
from gradcheck.probes import Probe
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.submissions import axes
from gradcheck.submissions.job import TIMED_OUT, Job, JobResult
from gradcheck.submissions.reading import Source, read_source
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification.judging import Judge, Options
from gradcheck.verification.knowledge import blind_spots
from gradcheck.verification.network import check_network

_ALONE = 5.0  # seconds of the processor's time that a contract may take to miss the submission; imports are slow


class Verifier:
    """
    Verifies submissions of one assignment.

    Parameters
    ----------
    assignment : Assignment
        With a contract.
    sandbox : Sandbox
        Where submissions run.
    **options
        Further keyword arguments of `Judge`.
    """

    def __init__(self, assignment: Assignment, sandbox: Sandbox, **options: Unpack[Options]) -> None:
        self.assignment, self.sandbox = assignment, sandbox
        self.judge = Judge(assignment, sandbox, **options)
        self.contract, self.pins = self.judge.contract, self.judge.pins
        self.probes = probes.make(assignment, self.pins)
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
        result, narrow = self.judge.run_both(
            source, self.probes, self._few(self._smaller(self.assignment.network))
        )
        if result.status == "timeout" and not result.probes:
            self._blame_contract(source)
        crashed = result.status == "done" and all(probe.status == "crashed" for probe in result.probes)
        if crashed and "n" not in probes.fixed_sizes(self.assignment, self.pins):
            alone = probes.single_example(self.assignment, self.pins)
            retried = self.judge.run(source, alone)
            if any(probe.status == "ok" for probe in retried.probes):
                report = self._works_for_one_example(source, result, alone, retried)
                if report.outcome is Outcome.CRASHED:
                    return self.judge.revived(source, self.probes, result, report)
                if _ended(alone, retried) or all(finding.fix for finding in report.findings):
                    return report
                # it may have run by chance, where sizes agree that aren't meant to
                revived = self.judge.revived(source, self.probes, result, report)
                return revived if revived.findings else report
        single = self._single()
        tried = None  # what it does at the configured width of 1, once that is known
        if single and self._wrong_everywhere(self.probes, result):
            tried = self.judge.run(source, self._of_sizes(single))
            right = self._right_as_configured(source, single, tried)
            if right is not None:
                return right
        report = self.judge.judged(source, self.probes, result, hurried=bool(single))
        if report.outcome is Outcome.CRASHED:
            sized = self._works_for_configured_sizes(source, report)
            return self.judge.revived(source, self.probes, result, report) if sized is report else sized
        if report.passed:
            return self.held_to_configured(source, result, report, narrow)
        if not single:
            return report
        return self._as_configured(source, report, single, tried or self.judge.run(source, self._of_sizes(single)))

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
        source: Source,
        result: JobResult,
        wide: SubmissionReport,
        tried: JobResult | None = None,
    ) -> SubmissionReport:
        """
        Hold what passes to configured sizes that are smaller than any probe's, too: code may branch on them.

        `tried` is what it does on some probes of these sizes, where that is known.
        """
        network, agreeing = self.judge.network(self.probes, result, range(len(self.probes)))
        small = self._smaller(network)
        if not small:
            return wide
        few = self._few(small)
        if tried is None or small != self._smaller(self.assignment.network):
            tried = self.judge.run_once(source, few)
        if not self.judge.wrong(network, few, tried):
            return wide
        narrow = self._of_sizes(small)
        again = self.judge.run(source, narrow)
        report = self.judge.judged(source, narrow, again, (network, agreeing))
        if report.passed or report.outcome is Outcome.GRADER_ERROR:  # a guard, or a reference that knows little
            return wide
        note = f"right for other sizes, but not for {_listed(small)}, as configured"
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
            made = self._of_sizes(small)
            self._narrow[key] = (made[0], made[-1])
        return self._narrow[key]

    def _smaller(self, network: Network) -> dict[str, int]:
        """Configured sizes that are smaller than those of all probes."""
        return probes.smaller(replace(self.assignment, network=network), self.probes, self.pins)

    def _single(self) -> dict[str, int]:
        """Sizes that are configured as 1 and that probes are free to vary."""
        fixed = probes.fixed_sizes(self.assignment, self.pins)
        return {axis: 1 for axis, size in vars(self.assignment.sizes).items() if size == 1 and axis not in fixed}

    def _of_sizes(self, sizes: Mapping[str, int]) -> tuple[Probe, ...]:
        return probes.make(self.assignment, {**self.pins, **sizes})

    def _right_as_configured(
        self, source: Source, single: Mapping[str, int], result: JobResult
    ) -> SubmissionReport | None:
        """Report a submission that is right at the configured width of 1, and wrong at others: it may be."""
        narrow = self._of_sizes(single)
        if not _ended(narrow, result) or self._wrong_everywhere(narrow, result):
            return None
        report = self.judge.judged(source, narrow, result, fixed=single)
        return _right_for(single, report) if report.passed else None

    def _as_configured(
        self, source: Source, wide: SubmissionReport, single: Mapping[str, int], result: JobResult
    ) -> SubmissionReport:
        """Judge at the configured width of 1 what fails at others: only what is wrong there, too, is a mistake."""
        narrow = self._of_sizes(single)
        if wide.findings and all(finding.fix for finding in wide.findings):
            wrong = self._wrong_everywhere(narrow, result)
            if all(wrong & finding.spoils for finding in wide.findings):
                return wide
        report = self.judge.judged(source, narrow, result, fixed=single)
        if report.passed:
            return _right_for(single, report)
        unmended = [sum(finding.fix is None for finding in one.findings) for one in (report, wide)]
        fixes = [[finding.fix for finding in one.findings if finding.fix] for one in (report, wide)]
        fewer = 0 < len(report.findings) < len(wide.findings)
        if fixes[0] and (not fixes[1] or unmended[0] == 0 < unmended[1]):  # it may be meant for nothing else
            again = self.judge.run(source, narrow, fixes[0][-1].replaced)
            whole = _ended(narrow, again) and not self._wrong_everywhere(narrow, again)
            said = "with these edits it is right" if whole else "this is said of it"
            note = f"{said} for {_listed(single)}, as configured; others are not known"
            return replace(report, notes=(note, *report.notes))
        return report if fewer and (unmended[0] == 0 or unmended[1] > 0) else wide

    def _wrong_everywhere(self, chosen: Sequence[Probe], result: JobResult) -> frozenset[str]:
        """What is wrong with a submission that ran on every probe; nothing, if it didn't."""
        if not _ended(chosen, result):
            return frozenset()
        network, _ = self.judge.network(chosen, result, range(len(chosen)))
        return self.judge.wrong(network, chosen, result)

    def _works_for_one_example(
        self, source: Source, result: JobResult, alone: Sequence[Probe], retried: JobResult
    ) -> SubmissionReport:
        """Report a submission that crashes on several examples and runs on one."""
        report = self.judge.judged(source, alone, retried, fixed={"n": 1})
        fixes = [finding.fix for finding in report.findings if finding.fix]
        left = self._left_wrong(source, fixes[-1].replaced) if fixes else frozenset()
        if left and (rest := self._rest_of(source, fixes[-1].replaced)):
            report = replace(report, findings=(*report.findings, *rest))
        elif left != frozenset():  # what mends it ought to hold for several, too
            every = (*alone, *self.probes)
            several = self.judge.judged(source, every, self.judge.run(source, every), hurried=True)
            if several.findings and all(finding.fix for finding in several.findings):
                report = several
            elif left:  # it is right with one example only, where a sum is no other than a mean
                report = replace(report, findings=tuple(replace(one, fix=None) for one in report.findings))
        outcome = Outcome.CRASHED if report.outcome is Outcome.PASSED else report.outcome
        note = (
            "it runs with one example (n = 1) and crashes with several; `examples = 1` under [probes] allows that"
        )
        notes = dict.fromkeys((result.probes[0].message, note, *report.notes))
        return replace(report, outcome=outcome, notes=tuple(notes))

    def _rest_of(self, source: Source, text: str) -> tuple[Finding, ...]:
        """What else is to be mended in a version that runs with several examples; nothing if not all can be."""
        edited = source.edited(text)
        report = self.judge.judged(edited, self.probes, self.judge.run(source, self.probes, text), hurried=True)
        fixes = [finding.fix for finding in report.findings if finding.fix]
        whole = bool(fixes) and len(fixes) == len(report.findings)
        return report.findings if whole and self._left_wrong(source, fixes[-1].replaced) == frozenset() else ()

    def _left_wrong(self, source: Source, text: str) -> frozenset[str] | None:
        """What is wrong with a version of a submission; None if nothing is, but that it crashes on some probes."""
        result = self.judge.run(source, self.probes, text)
        ended = [
            (probe, one) for probe, one in zip(self.probes, result.probes, strict=False) if one.status == "ok"
        ]
        some = replace(result, probes=tuple(one for _, one in ended))
        wrong = self._wrong_everywhere([probe for probe, _ in ended], some) if ended else frozenset()
        return wrong if wrong or len(ended) == len(self.probes) else None

    def _works_for_configured_sizes(self, source: Source, wide: SubmissionReport) -> SubmissionReport:
        """Report a submission that crashes on all sizes but the configured ones: it has them in its code."""
        fixed = probes.fixed_sizes(self.assignment, self.pins)
        sizes = {axis: size for axis, size in vars(self.assignment.sizes).items() if axis not in fixed}
        narrow = self._of_sizes(sizes)
        result = self.judge.run(source, narrow)
        if not sizes or not result.probes or any(probe.status != "ok" for probe in result.probes):
            return wide
        report = self.judge.judged(source, narrow, result, fixed=sizes)
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


def _ended(chosen: Sequence[Probe], result: JobResult) -> bool:
    """Whether a submission came to its end on every probe."""
    return len(result.probes) >= len(chosen) and all(probe.status == "ok" for probe in result.probes)


def _right_for(sizes: Mapping[str, int], report: SubmissionReport) -> SubmissionReport:
    note = f"right for {_listed(sizes)}, as configured, but not for other sizes"
    return replace(report, notes=(note, *report.notes))


def _listed(sizes: Mapping[str, int]) -> str:
    return " and ".join(f"{axis} = {size}" for axis, size in sizes.items())


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
