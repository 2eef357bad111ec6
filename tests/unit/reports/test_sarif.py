"""SARIF, held against the schema that OASIS publishes with the standard (2.1.0, errata 01), unchanged."""

import json
from pathlib import Path

import jsonschema
import pytest
import samples

from gradcheck.faults import CATALOGUE
from gradcheck.reports.sarif import render

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text())
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
REPORTS = (samples.network(), samples.report(samples.failed()), samples.classroom(3), samples.hostile())


@pytest.mark.parametrize("report", REPORTS, ids=["network", "failed", "class", "hostile"])
def test_logs_keep_to_the_schema(report: samples.Report) -> None:
    """Every log is valid SARIF 2.1.0."""
    VALIDATOR.validate(json.loads(render(report)))


def test_the_schema_refuses_other_logs() -> None:
    """The schema is no rubber stamp."""
    log = json.loads(render(samples.report(samples.failed())))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] = 0
    assert not VALIDATOR.is_valid(log)


def test_a_result_is_placed_and_its_rule_explained() -> None:
    """Columns count from 1 and the end is exclusive; the rule is the catalogue's entry."""
    run = json.loads(render(samples.report(samples.failed())))["runs"][0]
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 14, "startColumn": 11, "endLine": 14, "endColumn": 45,
        "snippet": {"text": "np.sum(dz1, axis=1, keepdims=True)"},
    }  # fmt: skip
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "bias-summed-over-wrong-axis"
    assert rule["fullDescription"]["text"]


def test_every_entry_of_the_catalogue_makes_a_rule() -> None:
    """Rules are whole sentences for every fault: no word of a template is left open."""
    found = [samples.replaced(samples.finding(), fault=fault.name) for fault in CATALOGUE]
    log = json.loads(render(samples.report(samples.replaced(samples.failed(), findings=tuple(found)))))
    VALIDATOR.validate(log)
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert len(rules) == len(CATALOGUE)
    assert not [rule for rule in rules if "{" in json.dumps(rule["help"])[1:].replace('{"text"', "")]


def test_addresses_are_quoted() -> None:
    """A name can't become another address."""
    result = json.loads(render(samples.report(samples.crashed("a b/c%#?.py"))))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/c%25%23%3F.py"


def test_what_is_no_gradients_fault_is_under_no_such_rule() -> None:
    """Inputs that are changed are not told as a gradient that differs."""
    run = json.loads(render(samples.report(samples.changing())))["runs"][0]
    assert [result["ruleId"] for result in run["results"]] == ["failed"]
