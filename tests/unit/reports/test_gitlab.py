"""GitLab's Code Quality report."""

import json

import jsonschema
import samples

from gradcheck.reports.gitlab import render

SCHEMA = {  # from GitLab's documentation of the format
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^[a-z-]+$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/]"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"minimum": 1}}},
                },
            },
        },
    },
}


def test_issues_keep_to_the_format() -> None:
    """Every issue has what GitLab asks for, hostile names or not."""
    for report in (samples.network(), samples.classroom(), samples.hostile()):
        jsonschema.validate(json.loads(render(report)), SCHEMA)
    assert json.loads(render(samples.network())) == []


def test_fingerprints_are_unique_and_stay() -> None:
    """No two issues share a fingerprint, and lines added above change none."""
    prints = [issue["fingerprint"] for issue in json.loads(render(samples.classroom(9)))]
    assert len(set(prints)) == len(prints)
    finding = samples.finding()
    place = samples.replaced(finding.location, line=40, end_line=40)
    moved = samples.replaced(samples.failed(), findings=(samples.replaced(finding, location=place),))
    before, after = (json.loads(render(samples.report(each)))[0] for each in (samples.failed(), moved))
    assert before["fingerprint"] == after["fingerprint"]
    assert after["location"]["lines"]["begin"] == 40


def test_the_description_names_the_mistake() -> None:
    """GitLab shows the description only, so the name is in it."""
    assert "bias-summed-over-wrong-axis" in json.loads(render(samples.report(samples.failed())))[0]["description"]
