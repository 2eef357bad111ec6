"""The JSON report and its schema."""

import json
from importlib.resources import files

import jsonschema
import pytest
import samples

from gradcheck.reports.feedback import LEVELS, redact
from gradcheck.reports.json_report import render, to_dict

SCHEMA = json.loads(files("gradcheck.reports").joinpath("schema/report.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
REPORTS = (samples.network(), samples.report(samples.failed()), samples.classroom(), samples.hostile())


@pytest.mark.parametrize("report", REPORTS, ids=["network", "failed", "class", "hostile"])
@pytest.mark.parametrize("level", LEVELS)
def test_reports_keep_to_the_schema(report: samples.Report, level: str) -> None:
    """Every report is valid at every level of feedback, and strict JSON: no NaN, no Infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    VALIDATOR.validate(json.loads(render(redact(report, level)), parse_constant=refuse))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("seed"),
        lambda d: d.update(extra=1),
        lambda d: d["submissions"][0].update(outcome="lost"),
        lambda d: d["submissions"][0]["parameters"][0].update(submitted="NaN"),
        lambda d: d["submissions"][0]["findings"][0]["location"].update(line=0),
    ],
)
def test_the_schema_refuses_what_is_no_report(spoil: object) -> None:
    """The schema is no rubber stamp."""
    document = to_dict(samples.report(samples.failed()))
    spoil(document)  # type: ignore[operator]
    assert not VALIDATOR.is_valid(document)


def test_the_documented_example() -> None:
    """The documented keys and conventions: columns from 0, shapes as lists, what is no number by its name."""
    document = to_dict(samples.report(samples.failed()))
    assert document["exit_status"] == 1
    assert document["summary"]["failed"] == 1
    (submission,) = document["submissions"]
    assert submission["parameters"][1]["worst_index"] == [0, 2]
    assert submission["findings"][0]["location"]["column"] == 10
    assert submission["findings"][0]["fix"]["verified"] is True
    assert to_dict(samples.hostile())["submissions"][0]["parameters"][0]["submitted"] == "nan"


def test_text_survives_the_round_trip() -> None:
    """Names come back exactly as they were, hostile ones included; JSON needs no cleaning."""
    assert json.loads(render(samples.hostile()))["submissions"][0]["path"] == samples.HOSTILE
