"""Gradescope's results."""

import json

import jsonschema
import pytest
import samples

from gradcheck.errors import ConfigError
from gradcheck.findings import Outcome, Verdict
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


def test_what_fails_beside_the_gradients_costs_an_average_one() -> None:
    """It is a test like the others, out of the same sum; together with a wrong gradient it costs more."""
    (aside,) = samples.changing().findings
    both = samples.replaced(samples.failed(), findings=(*samples.failed().findings, aside))
    scores = [json.loads(render(samples.report(each)))["score"] for each in (samples.changing(), both)]
    assert scores == pytest.approx([3.2, 2.4])
    result = json.loads(render(samples.report(samples.changing()), points={"W1": 6, "b1": 2, "W2": 2}))
    jsonschema.validate(result, SCHEMA)
    assert result["score"] == pytest.approx(8)
    assert result["tests"][-1]["output"].startswith("The code changes its argument X")


def test_without_a_verdict_there_are_no_points() -> None:
    """Gradients that were right until the end was lost earn nothing; where only ours is lost, those judged do."""
    lost = samples.replaced(samples.passed(), outcome=Outcome.TIMEOUT, notes=("not done after 4 s",))
    result = json.loads(render(samples.report(lost)))
    assert result["score"] == 0
    assert {test["output"] for test in result["tests"]} == {"timeout: not done after 4 s"}
    noisy = samples.replaced(samples.correct("b1", (1, 5)), verdict=Verdict.INCONCLUSIVE)
    ours = samples.replaced(samples.passed(), outcome=Outcome.GRADER_ERROR)
    parameters = tuple(noisy if one.name == "b1" else one for one in ours.parameters)
    assert json.loads(render(samples.report(samples.replaced(ours, parameters=parameters))))["score"] == 3


def test_visibility_is_passed_on_and_checked() -> None:
    """The result and each test have the visibility asked for; another is refused."""
    result = json.loads(render(samples.network(), visibility="after_due_date"))
    assert {result["visibility"], *(test["visibility"] for test in result["tests"])} == {"after_due_date"}
    with pytest.raises(ConfigError, match="after_published"):
        render(samples.network(), visibility="secret")
