"""JUnit's XML: a suite for each submission, a test case for each of its gradients."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from gradcheck.findings import Finding, Outcome, ParameterReport, Verdict
from gradcheck.reports.cleaning import clean, inert, one_line
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.reports.wording import (
    GRADED,
    beside_gradients,
    comparison,
    explanation,
    further_notes,
    headline,
    mistake,
    place,
    title,
    wrong_parameters,
)


def render(report: Report) -> str:
    """
    Draw a report as JUnit XML.

    `failure` is a gradient that is wrong, `error` what could not be graded. A finding that spoils no gradient is a
    test case of its own.
    """
    root = ElementTree.Element("testsuites", name="gradcheck")
    for submission in report.submissions:
        root.append(_suite(submission))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", f"{sum(submission.duration_seconds for submission in report.submissions):.3f}")
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(submission: SubmissionReport) -> ElementTree.Element:
    seconds = f"{submission.duration_seconds:.3f}"
    suite = ElementTree.Element("testsuite", name=one_line(submission.path), time=seconds)
    cases = list(_cases(submission)) or [_case(submission, str(submission.outcome))]
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", str(sum(case.find("error") is not None for case in cases)))
    suite.set("skipped", "0")
    notes = further_notes(submission)
    if notes:
        ElementTree.SubElement(suite, "system-out").text = inert(clean("\n".join(notes)))
    return suite


def _cases(submission: SubmissionReport) -> Iterator[ElementTree.Element]:
    """Make a case for each gradient, for each finding beside them, and for an outcome without verdict."""
    for parameter in submission.parameters:
        case = _case(submission, one_line(parameter.name))
        if not parameter.verdict.passes:
            about = [finding for finding in submission.findings if parameter.name in finding.parameters]
            case.append(_wrong(parameter, about))
        yield case
    beside, crashed = beside_gradients(submission), submission.outcome is Outcome.CRASHED
    for finding in () if crashed else beside:
        case = _case(submission, title(finding))
        case.append(_complaint("failure", mistake(finding) or "finding", title(finding), _told(finding)))
        yield case
    unsaid = not submission.passed and not wrong_parameters(submission) and not submission.findings
    if unsaid or submission.outcome not in GRADED:
        case = _case(submission, "outcome")
        tag = "failure" if submission.outcome in GRADED else "error"
        told = "\n".join([*submission.notes, *(map(_told, beside) if crashed else ())])
        case.append(_complaint(tag, str(submission.outcome), headline(submission), told))
        yield case


def _case(submission: SubmissionReport, name: str) -> ElementTree.Element:
    return ElementTree.Element("testcase", classname=one_line(submission.path), name=name, time="0.000")


def _wrong(parameter: ParameterReport, findings: list[Finding]) -> ElementTree.Element:
    kind = "error" if parameter.verdict is Verdict.INCONCLUSIVE else "failure"
    told = [comparison(parameter), *map(_told, findings)]
    return _complaint(kind, str(parameter.verdict), comparison(parameter), "\n\n".join(told))


def _told(finding: Finding) -> str:
    """Tell a finding in lines."""
    where = f" at {place(finding.location)}" if finding.location else ""
    fix = f"\nfix:\n{finding.fix.diff}" if finding.fix else ""
    return f"{title(finding)}{where}\n{explanation(finding)}{fix}"


def _complaint(tag: str, kind: str, message: str, text: str) -> ElementTree.Element:
    element = ElementTree.Element(tag, message=one_line(message), type=kind)
    element.text = inert(clean(text))
    return element
