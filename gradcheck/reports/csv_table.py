"""A row a submission, for the gradebook."""

from __future__ import annotations

import csv
import io

from gradcheck.reports.cleaning import inert, one_line
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.reports.wording import place, title, wrong_parameters

FORMULA = ("=", "+", "-", "@")


def render(report: Report) -> str:
    """
    Draw a report as CSV, with a column for each gradient's verdict.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, as spreadsheets themselves write
    it: the name of a file must not compute.
    """
    names = list(dict.fromkeys(parameter.name for each in report.submissions for parameter in each.parameters))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    head = ["submission", "outcome", "right", "gradients", *names, "findings", "places", "seconds", "notes"]
    writer.writerow(map(_cell, head))
    for submission in report.submissions:
        writer.writerow(map(_cell, _row(submission, names)))
    return stream.getvalue()


def _row(submission: SubmissionReport, names: list[str]) -> list[str]:
    count = len(submission.parameters)
    verdicts = {parameter.name: str(parameter.verdict) for parameter in submission.parameters}
    return [
        submission.path,
        str(submission.outcome),
        str(count - len(wrong_parameters(submission))),
        str(count),
        *(verdicts.get(name, "") for name in names),
        "; ".join(title(finding) for finding in submission.findings),
        "; ".join(place(finding.location) for finding in submission.findings if finding.location),
        f"{submission.duration_seconds:.3f}",
        "; ".join(submission.notes),
    ]


def _cell(text: str) -> str:
    shown = inert(one_line(text))
    return f"'{shown}" if shown.startswith(FORMULA) else shown
