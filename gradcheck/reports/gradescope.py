"""Gradescope's results.json: points for each gradient; always valid, whatever became of the submission."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gradcheck.errors import ConfigError
from gradcheck.findings import Outcome, ParameterReport
from gradcheck.network.forward import PARAMETERS, printed
from gradcheck.reports import text
from gradcheck.reports.cleaning import clean, one_line
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.reports.wording import (
    GRADED,
    beside_gradients,
    comparison,
    explanation,
    headline,
    wrong_parameters,
)

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
    """
    Make a test for each gradient; without a verdict they all have no points.

    What fails beside the gradients is one more test, with the points of an average gradient, and takes them in
    equal parts from the others: every submission is graded out of the same sum.
    """
    reported = {parameter.name: parameter for parameter in submission.parameters}
    names = list(reported) or (list(points) if isinstance(points, Mapping) else [printed(p) for p in PARAMETERS])
    worth = {name: float(points.get(name, 0.0) if isinstance(points, Mapping) else points) for name in names}
    beside = _beside(submission)
    share = 1 / (len(names) + 1) if beside else 0.0
    for name in names:
        parameter = reported.get(name)
        right = parameter is not None and parameter.verdict.passes and _judged(submission)
        output = _output(submission, parameter)
        yield _test(f"gradient of {one_line(name)}", worth[name] * (1 - share), right, output, visibility)
    if beside:
        yield _test("what goes with the gradients", sum(worth.values()) * share, False, beside, visibility)


def _test(name: str, worth: float, passed: bool, output: str, visibility: str) -> dict[str, Any]:
    """Make one test, of all its points or none."""
    return {
        "name": name,
        "score": round(worth, 6) if passed else 0.0,
        "max_score": round(worth, 6),
        "status": "passed" if passed else "failed",
        "output": output,
        "output_format": "text",
        "visibility": visibility,
    }


def _judged(submission: SubmissionReport) -> bool:
    """Whether there is a verdict; a numerical side that can't judge one gradient costs no other its points."""
    return submission.outcome in GRADED or bool(wrong_parameters(submission))


def _beside(submission: SubmissionReport) -> str:
    """Say what makes a submission fail though no gradient's test does; empty where nothing does."""
    if submission.outcome is not Outcome.FAILED:
        return ""
    told = "\n".join(explanation(finding) for finding in beside_gradients(submission))
    return told or ("" if wrong_parameters(submission) else clean(headline(submission)))


def _output(submission: SubmissionReport, parameter: ParameterReport | None) -> str:
    """Say why there are or are not points."""
    if parameter is None or not _judged(submission):
        return clean(f"{submission.outcome}: {headline(submission)}")
    about = [explanation(finding) for finding in submission.findings if parameter.name in finding.parameters]
    return "\n".join([comparison(parameter), *about])
