"""What is left of a program once some edits are made: of lines that are there alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from gradcheck.diagnosis.remaining import _unchanged
from gradcheck.submissions.reading import read_source


def test_a_line_that_is_put_in_has_no_place(tmp_path: Path) -> None:
    """Nor has one that is changed, or that a new one follows: what is told of these is told of others."""
    path = tmp_path / "student.py"
    path.write_text("one = 1\ntwo = 2\nthree = 3\nfour = 4\n")
    case: Any = SimpleNamespace(source=read_source(str(path)))
    then: Any = SimpleNamespace(source=case.source.edited("one = 1\nnew = 5\ntwo = 2\nthree = 33\nfour = 4\n"))
    assert _unchanged(case, then) == {(None, 2), (None, 4)}
    assert _unchanged(case, case) == {(None, line) for line in range(1, 5)}
