"""Finished submissions on disk."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gradcheck.errors import ConfigError
from gradcheck.findings import Finding, Fix, Location, Outcome, ParameterReport, Verdict
from gradcheck.reports.report import SubmissionReport
from gradcheck.state import State, from_json, to_json

PLACE = Location(file="ann.py", line=3, column=4, end_line=3, end_column=9, source="a @ δ", cell=2)
REPORT = SubmissionReport(
    path="ann.py",
    outcome=Outcome.FAILED,
    duration_seconds=0.1,
    parameters=(
        ParameterReport(
            name="W1",
            verdict=Verdict.WRONG,
            shape=(2, 1),
            expected_shape=(2, 1),
            entries=2,
            wrong_entries=1,
            max_relative_error=float("inf"),
            worst_index=(1, 0),
            submitted=0.1 + 0.2,
            errors=np.array([[np.nan], [-0.0]]),
        ),
        ParameterReport(
            name="b1", verdict=Verdict.MISSING, shape=None, expected_shape=(1, 2), entries=2, wrong_entries=2
        ),
    ),
    findings=(
        Finding(
            fault=None,
            site="w1",
            parameters=("W1",),
            confidence="unknown",
            message="m",
            location=PLACE,
            alternatives=(PLACE,),
            fix=Fix(line="x", diff="-\n+", verified=True, probes=3),
        ),
    ),
    notes=("a note",),
    steps={"z1": "right"},
    source="print('σ')",
)


def test_a_report_comes_back_equal() -> None:
    """Every field, to the last bit, pictures included."""
    copy = from_json(to_json(REPORT))
    assert copy == REPORT
    assert type(copy.outcome) is Outcome
    before, after = REPORT.parameters[0].errors, copy.parameters[0].errors
    assert before is not None
    assert after is not None
    assert after.tobytes() == before.tobytes()
    assert after.shape == before.shape


def test_what_a_report_depends_on_changes_the_key(tmp_path: Path) -> None:
    """The file, what lies beside it, the configuration and the path each make another key; nothing else does."""
    (tmp_path / "ann.py").write_text("1")
    (tmp_path / "bob.py").write_text("1")
    (tmp_path / "helper.py").write_text("1")
    hidden = [str(tmp_path / name) for name in ("ann.py", "bob.py")]

    def key(name: str = "ann.py", about: bytes = b"config") -> str:
        return State(str(tmp_path / "state.db"), [about], hidden).key(str(tmp_path / name))

    first = key()
    assert key() == first
    assert key("bob.py") != first
    assert key(about=b"other") != first
    (tmp_path / "bob.py").write_text("2")
    assert key() == first
    (tmp_path / "helper.py").write_text("2")
    second = key()
    assert second != first
    (tmp_path / "ann.py").write_text("2")
    assert key() != second


def test_what_was_put_is_found_by_the_next_run(tmp_path: Path) -> None:
    """A report outlives the object, without being closed; another key finds nothing."""
    path = str(tmp_path / "state.sqlite")
    State(path).put("key", REPORT)
    assert State(path).get("key") == REPORT
    assert State(path).get("other") is None


def test_a_report_of_another_make_is_not_used(tmp_path: Path) -> None:
    """What can't be read is graded again rather than trusted."""
    state = State(str(tmp_path / "state.sqlite"))
    state._database.execute("INSERT INTO finished VALUES ('key', '{\"unknown\": 1}')")
    assert state.get("key") is None


def _foreign(path: Path) -> None:
    """Make another program's database, which even has a table of the same name."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE finished (grade INTEGER)")
        database.commit()


def _text(path: Path) -> None:
    path.write_text("important " * 100)


def _cut_off(path: Path) -> None:
    """Lose the second half of a state, as a full disk or a broken copy does."""
    state = State(str(path))
    for number in range(100):
        state.put(str(number), REPORT)
    state.close()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2 // 512 * 512])


@pytest.mark.parametrize("make", [_text, _foreign, Path.mkdir])
def test_a_file_that_is_no_state_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Somebody's other file is neither used nor written to; the message names it."""
    other = tmp_path / "notes.txt"
    make(other)
    before = other.read_bytes() if other.is_file() else b""
    with pytest.raises(ConfigError, match=r"notes\.txt"):
        State(str(other))
    assert (other.read_bytes() if other.is_file() else b"") == before
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_damaged_state_says_so(tmp_path: Path) -> None:
    """A state that has lost a part is an error with the file's name and a way out, and no traceback."""
    path = tmp_path / "state.sqlite"
    _cut_off(path)

    def use() -> None:
        state = State(str(path))
        for number in range(100):
            state.get(str(number))
            state.put(str(number), REPORT)

    with pytest.raises(ConfigError, match=r"state\.sqlite.*delete it"):
        use()
