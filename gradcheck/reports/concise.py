"""One line a finding, as editors and `grep` read it: `ann.py:14:11: b1: bias-summed-over-wrong-axis: ...`."""

from __future__ import annotations

from gradcheck.reports.cleaning import inert, one_line
from gradcheck.reports.problems import problems
from gradcheck.reports.report import Report
from gradcheck.reports.wording import place, totals


def render(report: Report) -> str:
    """Draw a report as lines of `path:line:column: title: message`, and the totals last."""
    lines = [
        f"{place(problem.location) if problem.location else one_line(problem.path)}: {one_line(problem.told)}"
        for problem in problems(report)
    ]
    return inert("\n".join([*lines, totals(report)]) + "\n")
