"""A program that ends in an error and has an edit: every format tells both, and counts it once."""

from __future__ import annotations

import json

import pytest
import samples
from junitparser import Error, JUnitXml

from gradcheck.reports import concise, csv_table, github, gitlab, gradescope, html, junit, markdown, sarif, text
from gradcheck.reports.feedback import redact

REPORT = samples.report(samples.revived())
ERROR = "NameError: name 'sigmiod' is not defined"


@pytest.mark.parametrize(
    "render",
    [concise.render, github.render, gitlab.render, sarif.render, markdown.render, html.render, csv_table.render],
)
def test_the_error_and_its_line_are_told(render: samples.Any) -> None:
    """What became of it, and where."""
    told = render(REPORT).replace("&#x27;", "'").replace("&#39;", "'")
    assert "sigmiod" in told
    assert "9" in told
    assert "crashed" in told or "ends in an error" in told


def test_it_is_one_error_and_no_failure() -> None:
    """JUnit counts one case, with the edit; without the finding it is the same case."""
    for report in (REPORT, samples.report(samples.crashed())):
        (suite,) = JUnitXml.fromstring(junit.render(report).encode())
        (case,) = suite
        (error,) = case.result
        assert isinstance(error, Error)
        assert (suite.tests, suite.failures, suite.errors) == (1, 0, 1)
        assert ("a1 = sigmoid(X" in error.text) == bool(report.submissions[0].findings)


def test_a_rule_says_crashed_and_no_points_are_given() -> None:
    """SARIF's rule is that of the outcome; Gradescope has no more tests for it than for any other crash."""
    (result,) = json.loads(sarif.render(REPORT))["runs"][0]["results"]
    assert result["ruleId"] == "crashed"
    graded = json.loads(gradescope.render(REPORT))
    assert graded["score"] == 0
    assert len(graded["tests"]) == len(json.loads(gradescope.render(samples.report(samples.crashed())))["tests"])


def test_the_terminal_shows_the_edit_and_a_class_the_error() -> None:
    """In a class's list the error says more than the finding's title."""
    assert "+    a1 = sigmoid" in text.render(REPORT, width=80, color=False).replace("+     a1", "+    a1")
    assert text.summary(samples.revived(), width=80).plain.endswith(ERROR)


@pytest.mark.parametrize("level", ["verdict", "hint", "cause"])
def test_less_is_told_at_lower_levels(level: str) -> None:
    """The edit at none of them, the place not at the lowest."""
    (submission,) = redact(REPORT, level).submissions
    (finding,) = submission.findings
    assert finding.fix is None
    assert (finding.location is None) == (level == "verdict")
