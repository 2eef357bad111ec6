"""Levels of feedback."""

import html
import json
import re
from xml.etree import ElementTree

import pytest
import samples

from gradcheck.errors import ConfigError
from gradcheck.findings import Outcome
from gradcheck.reports.feedback import LEVELS, redact
from gradcheck.reports.formats import FORMATS, render
from gradcheck.reports.report import SubmissionReport

FAULT = "bias-summed-over-wrong-axis"
SECRETS = {  # what each level is the first to tell
    "hint": ["np.sum(dz1, axis=1"],
    "cause": [FAULT, "is the sum of delta1", "On 3 probes"],
    "fix": ["axis=0, keepdims=True)"],
}
CARRIES_CODE = {"text", "json", "sarif", "html", "markdown", "gradescope"}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_what_is_withheld(name: str, level: str) -> None:
    """No format tells what its level withholds; the numbers are always there."""
    pytest.importorskip("jinja2") if name == "html" else None
    submission = samples.failed()
    submission = samples.replaced(submission, source=samples.SOURCE.replace("dz2.sum(axis=0, keepdims=True)", "q"))
    drawn = render(name, redact(samples.report(submission), level))
    for later in LEVELS[LEVELS.index(level) + 1 :]:
        for secret in SECRETS[later]:
            assert secret not in drawn, (name, level, secret)
    assert "b1" in drawn


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_tells_its_own(level: str) -> None:
    """JSON carries everything a level allows: the test above can fail."""
    drawn = render("json", redact(samples.report(samples.failed()), level))
    for earlier in LEVELS[1 : LEVELS.index(level) + 1]:
        assert all(secret in drawn for secret in SECRETS[earlier] if earlier != "cause" or secret == FAULT)


def test_a_hint_asks() -> None:
    """At `hint` the message is the question, and the line stays."""
    (finding,) = redact(samples.report(samples.failed()), "hint").findings
    assert finding.message == "Which axis of dz1 counts the examples?"
    assert finding.location is not None
    assert finding.fault is None
    drawn = render("text", redact(samples.report(samples.failed()), "hint"))
    assert "b1  ann.py:14:11\n" in drawn
    assert "unexplained" not in drawn


BESIDE = {
    "changed inputs": samples.changing(),
    "without a sentence for it": samples.replaced(
        samples.changing(), findings=(samples.replaced(samples.finding(), parameters=()),)
    ),
    "dice": samples.replaced(samples.passed(), outcome=Outcome.FAILED, findings=(samples.finding(),)),
    "no finding at all": samples.replaced(samples.passed(), outcome=Outcome.FAILED),
    "right until it hangs": samples.replaced(
        samples.passed(), outcome=Outcome.TIMEOUT, notes=("not done after 4 s",)
    ),
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("submission", BESIDE.values(), ids=BESIDE)
def test_what_fails_fails_in_every_format(submission: SubmissionReport, level: str) -> None:
    """Right gradients hide no failure, whatever is told of its cause."""
    report = redact(samples.report(submission), level)
    suite = ElementTree.fromstring(render("junit", report))
    assert suite.findall(".//failure") + suite.findall(".//error")
    graded = json.loads(render("gradescope", report))
    assert graded["score"] < sum(test["max_score"] for test in graded["tests"]) == pytest.approx(4)
    assert [test for test in graded["tests"] if test["status"] == "failed"]
    assert json.loads(render("gitlab", report))
    assert json.loads(render("sarif", report))["runs"][0]["results"]
    assert render("github", report).startswith("::error")
    assert json.loads(render("json", report))["exit_status"] == 1


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_what_else_fails(name: str, level: str) -> None:
    """That inputs are changed is a verdict, which no level withholds; how to find the place is none."""
    pytest.importorskip("jinja2") if name == "html" else None
    drawn = render(name, redact(samples.report(samples.changing(), samples.passed()), level))
    words = re.sub(r"\s+", " ", html.unescape(drawn).replace("\xa0", " "))
    assert "The code changes its argument X in place" in words
    assert level not in ("verdict", "hint") or "Look for" not in words


def test_outcomes_are_never_redacted() -> None:
    """What became of each submission is the same at every level."""
    summaries = {json.dumps(redact(samples.classroom(), level).summary) for level in LEVELS}
    assert len(summaries) == 1


def test_levels_are_named() -> None:
    """Another level is refused by name."""
    with pytest.raises(ConfigError, match="verdict, hint, cause, fix"):
        redact(samples.network(), "all")
