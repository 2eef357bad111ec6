"""The report: one value that every format is drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from gradcheck.findings import Finding, Outcome, ParameterReport


class WrongGradientError(AssertionError):
    """A check that did not pass, for code that asks for an exception; its text is the report."""


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

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The mistakes of all submissions."""
        return tuple(finding for submission in self.submissions for finding in submission.findings)

    def __getitem__(self, name: str) -> ParameterReport:
        return self._only()[name]

    def __iter__(self) -> Iterator[ParameterReport]:
        return iter(self._only())

    def _only(self) -> SubmissionReport:
        """Return the one submission, of whose parameters the report as a whole can speak."""
        if len(self.submissions) != 1:
            raise KeyError(
                f"one of {len(self.submissions)} submissions has to be picked from `report.submissions`"
            )
        return self.submissions[0]

    def __str__(self) -> str:
        from gradcheck.reports import text

        return text.render(self).rstrip("\n")

    def __repr__(self) -> str:
        if len(self.submissions) == 1:
            return f"<Report on {self.submissions[0].path!r}: {self.submissions[0].outcome}>"
        counts = ", ".join(f"{count} {name}" for name, count in self.summary.items() if count)
        return f"<Report on {self.config!r}: {counts or 'nothing checked'}>"

    def _repr_html_(self) -> str:
        """Draw the report in a notebook."""
        from gradcheck.reports import fragment

        return fragment.render(self)

    def to_json(self, indent: int | None = 1) -> str:
        """Draw the report as JSON; `reports/schema/report.json` is its schema."""
        from gradcheck.reports import json_report

        return json_report.render(self, indent=indent)

    def raise_for_failure(self) -> None:
        """
        Do nothing if everything is right.

        Raises
        ------
        WrongGradientError
            An `AssertionError` with the report as its text, otherwise.
        """
        if not self.passed:
            raise WrongGradientError(f"\n{self}")
