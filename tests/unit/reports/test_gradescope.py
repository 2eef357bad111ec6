"""Gradescope's results."""

import json

import jsonschema
import pytest
import samples

from gradcheck.errors import ConfigError
from gradcheck.findings import Outcome
from gradcheck.reports.gradescope import VISIBILITIES, render

TEXT = {"type": "string"}
SCHEMA = {  # from Gradescope's documentation of the autograder
    "type": "object",
    "required": ["score", "tests"],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": TEXT,
        "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "visibility": {"enum": list(VISIBILITIES)},
        "stdout_visibility": {"enum": list(VISIBILITIES)},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "score", "max_score"],
                "properties": {
                    "name": TEXT,
                    "score": {"type": "number", "minimum": 0},
                    "max_score": {"type": "number", "minimum": 0},
                    "status": {"enum": ["passed", "failed"]},
                    "output": TEXT,
                    "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
                    "visibility": {"enum": list(VISIBILITIES)},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize("outcome", list(Outcome))
def test_there_is_always_a_result(outcome: Outcome) -> None:
    """Whatever became of a submission, the result is valid and out of the same points."""
    result = json.loads(render(samples.report(samples.outcome(outcome, samples.HOSTILE))))
    jsonschema.validate(result, SCHEMA)
    assert result["score"] == 0
    assert sum(test["max_score"] for test in result["tests"]) == 4


def test_each_gradient_has_its_points() -> None:
    """Points follow the gradients that are right, all alike or each its own."""
    report = samples.report(samples.failed())
    assert json.loads(render(report))["score"] == 3
    result = json.loads(render(report, points={"W1": 4, "b1": 2, "W2": 3}))
    assert result["score"] == 7
    assert {test["name"]: test["max_score"] for test in result["tests"]}["gradient of b2"] == 0
    assert "bias-summed" in result["output"]


def test_visibility_is_passed_on_and_checked() -> None:
    """The result and each test have the visibility asked for; another is refused."""
    result = json.loads(render(samples.network(), visibility="after_due_date"))
    assert {result["visibility"], *(test["visibility"] for test in result["tests"])} == {"after_due_date"}
    with pytest.raises(ConfigError, match="after_published"):
        render(samples.network(), visibility="secret")
