"""How much of a report its reader is told: one place, so that every format obeys the same level."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.errors import ConfigError
from gradcheck.findings import Finding
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.reports.wording import beside_gradients

LEVELS = ("verdict", "hint", "cause", "fix")
QUESTION = "Does this place compute what the chain rule asks for?"
BESIDE = "Something that goes with the gradients is wrong."


def redact(report: Report, level: str) -> Report:
    """
    Leave out of a report what `level` withholds.

    Parameters
    ----------
    report : Report
    level : str
        `verdict`: which gradients are wrong, and the numbers, and what else fails. `hint`: also the place and a
        question. `cause`: also what the mistake is. `fix`: everything.

    Raises
    ------
    ConfigError
        If there is no such level.
    """
    if level not in LEVELS:
        raise ConfigError("`--feedback`", repr(level), f"one of {', '.join(LEVELS)}")
    if level == "fix":
        return report
    return replace(report, submissions=tuple(_redacted(submission, level) for submission in report.submissions))


def _redacted(submission: SubmissionReport, level: str) -> SubmissionReport:
    """Redact one submission; the graph and the source would give the place away at `verdict`."""
    if level == "cause":
        return replace(submission, findings=tuple(replace(f, fix=None) for f in submission.findings))
    if level == "hint":
        return replace(submission, findings=tuple(_hint(f) for f in submission.findings), steps={})
    beside = tuple(_verdict(f) for f in beside_gradients(submission))  # no gradient's own verdict tells of them
    return replace(submission, findings=beside, steps={}, source="")


def _verdict(finding: Finding) -> Finding:
    """Keep that something is wrong, and neither where nor why."""
    return Finding(
        fault=None,
        site=None,
        parameters=finding.parameters,
        confidence="certain",
        message=finding.verdict or BESIDE,
        verdict=finding.verdict,
    )


def _hint(finding: Finding) -> Finding:
    """Keep where a mistake is, and ask instead of telling."""
    return Finding(
        fault=None,
        site=None,
        parameters=finding.parameters,
        confidence=finding.confidence,
        message=" ".join(filter(None, (finding.verdict, finding.hint or QUESTION))),
        hint=finding.hint,
        verdict=finding.verdict,
        location=finding.location,
    )
