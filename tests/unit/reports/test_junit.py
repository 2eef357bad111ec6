"""JUnit XML, read back by junitparser, and held against the schema of Jenkins' xUnit plugin, unchanged."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import samples
import xmlschema
from junitparser import Error, Failure, JUnitXml

from gradcheck.reports.junit import render

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")
REPORTS = (samples.network(), samples.report(samples.failed()), samples.classroom(3), samples.hostile())


@pytest.mark.parametrize("report", REPORTS, ids=["network", "failed", "class", "hostile"])
def test_reports_keep_to_the_schema(report: samples.Report) -> None:
    """Every report is what Jenkins takes."""
    SCHEMA.validate(render(report))


def test_the_schema_refuses_other_reports() -> None:
    """The schema is no rubber stamp."""
    text = render(samples.classroom())
    assert not SCHEMA.is_valid(text.replace("<testcase classname", "<testcase class"))
    assert not SCHEMA.is_valid(text.replace("<failure ", "<wrong ").replace("</failure>", "</wrong>"))


def cases(report: samples.Report) -> dict[tuple[str, str], list[object]]:
    """Read a report back: suite and case to what is wrong with it."""
    suites = JUnitXml.fromstring(render(report).encode())
    return {(suite.name, case.name): list(case.result) for suite in suites for case in suite}


def test_each_gradient_is_a_case() -> None:
    """A wrong gradient is a failure that tells the finding; a submission without verdict is an error."""
    read = cases(samples.classroom())
    assert read["good.py", "b1"] == []
    (failure,) = read["ann.py", "b1"]
    assert isinstance(failure, Failure)
    assert failure.type == "wrong"
    assert "bias-summed-over-wrong-axis at ann.py:14:11" in str(failure.text)
    (error,) = read["crash.py", "outcome"]
    assert isinstance(error, Error)
    assert error.type == "crashed"


def test_counts_agree() -> None:
    """The counts of suites and of the whole are those of their cases."""
    suites = JUnitXml.fromstring(render(samples.classroom(5)).encode())
    before = (suites.tests, suites.failures, suites.errors)
    suites.update_statistics()
    assert (suites.tests, suites.failures, suites.errors) == before
    assert before == (17 + 20, 5 + 3, 5)


def test_a_finding_beside_the_gradients_is_a_failure() -> None:
    """A finding that spoils no gradient fails a case of its own, so that nothing is lost."""
    finding = samples.replaced(samples.finding(), parameters=(), fault="inputs-changed")
    read = cases(samples.report(samples.replaced(samples.failed(), parameters=(), findings=(finding,))))
    assert [type(result) for result in read["ann.py", "inputs-changed"]] == [Failure]


def test_no_properties_and_only_what_xml_holds() -> None:
    """Readers refuse properties under a case and characters beyond XML; hostile names stay names."""
    text = render(samples.hostile())
    root = ElementTree.fromstring(text)
    assert not root.findall(".//testcase/properties")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]", text)
    assert not re.search(r"^\s*::", text, re.MULTILINE)
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "error", "system-out"
    }  # fmt: skip
