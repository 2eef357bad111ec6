"""The report as a value in Python."""

import json

import pytest
import samples

from gradcheck.reports.report import WrongGradientError


def test_a_report_of_one_speaks_for_it() -> None:
    """Parameters are reached by name in any case and by iterating, findings directly."""
    report = samples.report(samples.failed())
    assert report["b1"].verdict == "wrong"
    assert report["B1"] is report["b1"]
    assert [parameter.name for parameter in report] == ["W1", "b1", "W2", "b2"]
    assert [finding.fault for finding in report.findings] == ["bias-summed-over-wrong-axis"]


def test_a_report_of_many_asks_which() -> None:
    """A parameter of several submissions would be ambiguous; their findings are not."""
    report = samples.report(samples.failed(), samples.passed())
    with pytest.raises(KeyError, match="2 submissions"):
        report["b1"]
    assert len(report.findings) == 1


def test_the_ways_to_look_at_it() -> None:
    """Str is the text report, repr one line, JSON the document."""
    report = samples.classroom()
    assert "bias-summed-over-wrong-axis" in str(report)
    assert "\n" not in repr(report)
    assert "2 failed" in repr(report)
    assert repr(samples.network()) == "<Report on 'network.toml': passed>"
    assert json.loads(report.to_json())["summary"]["submissions"] == 8


def test_a_failure_is_raised_with_the_report() -> None:
    """Only a check that did not pass raises, an AssertionError whose text is the report."""
    samples.network().raise_for_failure()
    with pytest.raises(WrongGradientError, match=r"1 of 4 gradients wrong: b1"):
        samples.report(samples.failed()).raise_for_failure()
    assert issubclass(WrongGradientError, AssertionError)
