"""The shipped JSON Schema is the reader's own table, and says of the cases what the reader says."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from gradcheck.config.schema import SCHEMA, Key, Table, json_schema

CASES = Path(__file__).parents[3] / "cases"
SHIPPED = json.loads(files("gradcheck.config").joinpath("schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SHIPPED)


def test_the_shipped_schema_is_up_to_date() -> None:
    """`schema.json` is what the table gives; otherwise call `gradcheck.config.schema.main()`."""
    assert json_schema() == SHIPPED
    jsonschema.Draft202012Validator.check_schema(SHIPPED)


@pytest.mark.parametrize(
    "path", sorted(CASES.rglob("*.toml")), ids=lambda path: path.relative_to(CASES).as_posix()
)
def test_every_configuration_of_the_cases_is_valid(path: Path) -> None:
    """What the reader takes, the schema takes."""
    VALIDATOR.validate(tomllib.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"network": {"features": 4, "hidden": 5}},
        {"network": {"features": 4, "hidden": 5, "outputs": 0}},
        {"network": {"features": 4, "hidden": 5, "outputs": 3, "loss": "squared"}},
        {"network": {"features": 4, "hidden": 5, "outputs": 3}, "probe": {}},
        {"network": {"features": 4, "hidden": 5, "outputs": 3}, "probes": {"sizes": "all"}},
        {"network": {"features": 4, "hidden": 5, "outputs": 3}, "probes": {"sizes": ["n"]}},
        {"network": {"features": 4, "hidden": 5, "outputs": 3}, "submission": {"gradients": {"W3": "x"}}},
        {"network": {"features": 4, "hidden": 5, "outputs": 3}, "submission": {"script": {"inject": {"X": 3}}}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(document: dict[str, object]) -> None:
    """Missing, misspelt and impossible keys are errors in an editor, too."""
    assert list(VALIDATOR.iter_errors(document))


def test_every_key_has_a_sentence() -> None:
    """Nothing can be configured that an editor has no words for."""

    def helps(node: Key | Table) -> list[str]:
        children = node.keys.values() if isinstance(node, Table) else ()
        return [node.help, *(text for child in children for text in helps(child))]

    assert all(text.endswith(".") for text in helps(SCHEMA))
