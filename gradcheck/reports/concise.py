"""One line a finding, as editors and `grep` read it: `ann.py:14:11: b1: bias-summed-over-wrong-axis: ...`."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.reports.cleaning import inert, one_line
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.reports.wording import comparison, headline, place, title, totals, wrong_parameters


def render(report: Report) -> str:
    """Draw a report as lines of `path:line:column: message`, and the totals last."""
    lines = [line for submission in report.submissions for line in _lines(submission)]
    return inert("\n".join([*lines, totals(report)]) + "\n")


def _lines(submission: SubmissionReport) -> Iterator[str]:
    """Give a line for each finding, and for each wrong gradient that no finding speaks of."""
    path = one_line(submission.path)
    explained = {name for finding in submission.findings for name in finding.parameters}
    for finding in submission.findings:
        where = place(finding.location) if finding.location else path
        yield f"{where}: {title(finding)}: {one_line(finding.message)}"
    for parameter in wrong_parameters(submission):
        if parameter.name not in explained:
            yield f"{path}: {comparison(parameter)}"
    if not submission.passed and not submission.parameters and not submission.findings:
        yield f"{path}: {submission.outcome}: {headline(submission)}"
