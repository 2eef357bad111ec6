"""A report as a flat list of problems, for the formats that put a mark beside a line of code."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.findings import Location, Outcome
from gradcheck.reports.cleaning import one_line
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.reports.wording import (
    beside_gradients,
    comparison,
    explanation,
    headline,
    title,
    unexplained_parameters,
)

UNKNOWN_RULE = "wrong-gradient"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """
    One thing that keeps a submission from passing.

    Attributes
    ----------
    path : str
        As the submission was given.
    rule : str
        A fault of the catalogue, `wrong-gradient` where none fits, or the outcome where it is no gradient's.
    title : str
        Half a line.
    message : str
        What is wrong and how it shows; lines.
    location : Location or None
    rank : int
        Its importance, 0 the highest.
    """

    path: str
    rule: str
    title: str
    message: str
    location: Location | None = None
    rank: int = 0

    @property
    def told(self) -> str:
        """Title and message in one; a message that begins with its title says it once."""
        return self.message if self.message.startswith(self.title) else f"{self.title}: {self.message}"


def problems(report: Report) -> list[Problem]:
    """List the problems, submission by submission: findings, then gradients that no finding speaks of."""
    return [problem for submission in report.submissions for problem in submission_problems(submission)]


def submission_problems(submission: SubmissionReport) -> Iterator[Problem]:
    """List the problems of one submission."""
    path, unexplained = submission.path, unexplained_parameters(submission)
    beside = beside_gradients(submission)
    rule = str(Outcome.CRASHED if submission.outcome is Outcome.CRASHED else Outcome.FAILED)
    for finding in submission.findings:
        yield Problem(
            path=path,
            rule=finding.fault or (rule if finding in beside else UNKNOWN_RULE),
            title=title(finding),
            message=_in_cell(finding.location) + explanation(finding),
            location=finding.location,
            rank=0 if finding.fault else 1,
        )
    for parameter in unexplained:
        name = f"{one_line(parameter.name)}: {parameter.verdict}"
        yield Problem(path=path, rule=UNKNOWN_RULE, title=name, message=comparison(parameter), rank=2)
    if not submission.passed and not submission.findings and not unexplained:
        rank = 4 if submission.outcome is Outcome.GRADER_ERROR else 3
        rule = str(submission.outcome)
        yield Problem(path=path, rule=rule, title=rule, message=headline(submission), rank=rank)


def _in_cell(location: Location | None) -> str:
    """Name a notebook's cell, for which formats that count the lines of files have no field."""
    if location is None or location.cell is None:
        return ""
    return f"cell {location.cell}, line {location.line}: "


def relative(path: str, root: str | None = None) -> str:
    """Name a file from the root of the repository (the working directory), with forward slashes."""
    path = one_line(path)
    if os.path.isabs(path):
        path = os.path.relpath(path, root or os.getcwd())
    return posixpath.normpath(path.replace(os.sep, "/"))
