"""A configuration as it was understood reads as the same configuration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck.config import Assignment, Contract, read, shown

CASES = Path(__file__).parents[3] / "cases"
CONFIGURATIONS = sorted(CASES.rglob("*.toml"))


def _without_lines(assignment: Assignment) -> Assignment:
    """Where things stand in the file is all that may differ."""
    contract = assignment.contract and replace(assignment.contract, lines={})
    return replace(assignment, path="", contract=contract)


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.relative_to(CASES).as_posix())
def test_what_is_shown_reads_as_what_was_read(tmp_path: Path, path: Path) -> None:
    """Every configuration of the cases survives being shown and read again."""
    first = read(str(path))
    again = tmp_path / "shown.toml"
    again.write_text(shown(first), encoding="utf-8")
    assert _without_lines(read(str(again))) == _without_lines(first)


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    """The comparison of the test above tells two configurations apart."""
    first = read(str(CASES / "thread" / "assignment.toml"))
    assert first.contract
    other = replace(first, contract=replace(first.contract, run="other()"))
    assert _without_lines(first) != _without_lines(other)


def test_strings_that_toml_finds_hard_are_shown_so_that_they_read_back(tmp_path: Path) -> None:
    """Quotes of every kind, backslashes and line breaks come back as they were."""
    first = read(str(CASES / "thread" / "assignment.toml"))
    runs = (
        'a = "x"\n',
        "a = 'x'\nb = \"y\"",
        "a = '''\n'''\nb = \"\"\"\n\"\"\"",
        "p = 'C:\\\\temp'\nq",
        "é = 'ü\t'",
        "\nleading",
    )
    for run in runs:
        contract = Contract(run=run, gradients={"W1": repr(run), "b1": "b", "W2": "c", "b2": "d"})
        path = tmp_path / "shown.toml"
        path.write_text(shown(replace(first, contract=contract)), encoding="utf-8")
        again = read(str(path)).contract
        assert again
        assert (again.run, again.gradients["W1"]) == (run, repr(run))
