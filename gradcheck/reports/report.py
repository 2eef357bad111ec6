"""The report: one value that every format is drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from gradcheck.findings import Finding, Outcome, ParameterReport


@dataclass(frozen=True, kw_only=True)
class SubmissionReport:
    """
    What was found out about one submission, or about the network itself.

    Attributes
    ----------
    path : str
        As given on the command line; the configuration's for a check of the network itself.
    outcome : Outcome
    duration_seconds : float
    parameters : tuple of ParameterReport
        In the order W1 b1 W2 b2; empty where nothing could be compared.
    findings : tuple of Finding
        In the order of the backward pass.
    notes : tuple of str
        What a reader should know: first, where there is no verdict, why.
    steps : dict of str to str
        Each step of the network (`z1 ... b1`) to `right`, `wrong` or `unknown`, as far as it is known.
    source : str
        The submission's text as it was read, for code frames.
    """

    path: str
    outcome: Outcome
    duration_seconds: float = 0.0
    parameters: tuple[ParameterReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    steps: dict[str, str] = field(default_factory=dict)
    source: str = field(default="", repr=False)

    @property
    def passed(self) -> bool:
        """Whether everything is right."""
        return self.outcome is Outcome.PASSED

    def __getitem__(self, name: str) -> ParameterReport:
        for parameter in self.parameters:
            if parameter.name.lower() == name.lower():
                return parameter
        raise KeyError(name)

    def __iter__(self) -> Iterator[ParameterReport]:
        return iter(self.parameters)


@dataclass(frozen=True, kw_only=True)
class Report:
    """
    The result of one check.

    Attributes
    ----------
    config : str
        Path of the configuration.
    seed : int
    submissions : tuple of SubmissionReport
        In the order given; one, for a check of the network itself.
    notes : tuple of str
        What holds for the whole check: which walls stand, what the probes cannot see.
    """

    config: str
    seed: int
    submissions: tuple[SubmissionReport, ...]
    notes: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        """0: everything is right; 1: a gradient is wrong or a submission could not be graded."""
        return 0 if all(submission.passed for submission in self.submissions) else 1

    @property
    def passed(self) -> bool:
        """Whether everything is right."""
        return self.exit_status == 0

    @property
    def summary(self) -> dict[str, int]:
        """How many submissions there are, and how many came to each outcome."""
        counts = Counter(submission.outcome for submission in self.submissions)
        return {"submissions": len(self.submissions)} | {str(outcome): counts[outcome] for outcome in Outcome}
