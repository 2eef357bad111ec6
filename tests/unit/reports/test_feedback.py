"""Levels of feedback."""

import json

import pytest
import samples

from gradcheck.errors import ConfigError
from gradcheck.reports.feedback import LEVELS, redact
from gradcheck.reports.formats import FORMATS, render

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


def test_outcomes_are_never_redacted() -> None:
    """What became of each submission is the same at every level."""
    summaries = {json.dumps(redact(samples.classroom(), level).summary) for level in LEVELS}
    assert len(summaries) == 1


def test_levels_are_named() -> None:
    """Another level is refused by name."""
    with pytest.raises(ConfigError, match="verdict, hint, cause, fix"):
        redact(samples.network(), "all")
