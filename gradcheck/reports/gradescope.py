"""Gradescope's results.json: points for each gradient; always valid, whatever became of the submission."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gradcheck.errors import ConfigError
from gradcheck.findings import ParameterReport
from gradcheck.network.forward import PARAMETERS, printed
from gradcheck.reports import text
from gradcheck.reports.cleaning import clean, one_line
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.reports.wording import comparison, explanation, headline

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")


def render(report: Report, points: float | Mapping[str, float] = 1.0, visibility: str = "visible") -> str:
    """
    Draw a report as Gradescope's JSON.

    Parameters
    ----------
    report : Report
        Of one submission, as Gradescope calls a grader; of more, the names of the tests carry the path.
    points : float or mapping of str to float
        For each gradient, or by its name (`{"W1": 2, "b1": 1}`; names that are absent are worth nothing).
    visibility : str
        Of the whole result and of each test: one of `VISIBILITIES`.

    Raises
    ------
    ConfigError
        If there is no such visibility.
    """
    if visibility not in VISIBILITIES:
        raise ConfigError("gradescope's visibility", repr(visibility), f"one of {', '.join(VISIBILITIES)}")
    several = len(report.submissions) > 1
    tests = [
        test | {"name": f"{one_line(submission.path)}: {test['name']}" if several else test["name"]}
        for submission in report.submissions
        for test in _tests(submission, points, visibility)
    ]
    result = {
        "score": sum(test["score"] for test in tests),
        "execution_time": round(sum(submission.duration_seconds for submission in report.submissions), 3),
        "output": text.render(report, width=100),
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    return json.dumps(result, indent=1) + "\n"


def refusal(message: str) -> str:
    """Draw what kept a check from being done: no points, and why."""
    result = {
        "score": 0.0,
        "output": clean(message),
        "output_format": "text",
        "visibility": "visible",
        "tests": [],
    }
    return json.dumps(result, indent=1) + "\n"


def _tests(
    submission: SubmissionReport, points: float | Mapping[str, float], visibility: str
) -> Iterator[dict[str, Any]]:
    """Make a test for each gradient; where none could be looked at, they all have no points."""
    reported = {parameter.name: parameter for parameter in submission.parameters}
    names = list(reported) or (list(points) if isinstance(points, Mapping) else [printed(p) for p in PARAMETERS])
    for name in names:
        parameter = reported.get(name)
        worth = float(points.get(name, 0.0) if isinstance(points, Mapping) else points)
        right = parameter is not None and parameter.verdict.passes
        yield {
            "name": f"gradient of {one_line(name)}",
            "score": worth if right else 0.0,
            "max_score": worth,
            "status": "passed" if right else "failed",
            "output": _output(submission, parameter),
            "output_format": "text",
            "visibility": visibility,
        }


def _output(submission: SubmissionReport, parameter: ParameterReport | None) -> str:
    """Say why there are or are not points."""
    if parameter is None:
        return clean(f"{submission.outcome}: {headline(submission)}")
    about = [explanation(finding) for finding in submission.findings if parameter.name in finding.parameters]
    return "\n".join([comparison(parameter), *about])
