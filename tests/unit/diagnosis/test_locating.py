"""Which places are taken for run."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locating import _reached

TEXT = "for x in data:\n    (x)\n    y = x\nif never:\n    z = 1\nslope = lambda s: 1\nfor p in w:\n    pass\n"


@pytest.mark.parametrize(
    ("line", "ran", "reached"),
    [
        (2, 1, True),  # the loop that it stands in
        (2, 3, True),  # what stands beside it
        (5, 1, False),
        (5, 4, True),
        (6, 4, True),  # a lambda, by its statement
        (8, 6, True),  # what stands beside the loop that it stands in
        (5, 6, False),  # of a condition only one way is taken
    ],
)
def test_what_has_no_value_was_reached_if_something_around_it_was(line: int, ran: int, reached: bool) -> None:
    """Beside it, or what it stands in."""
    program = Program(TEXT)
    node: Any = next(one for one in program.nodes if isinstance(one, ast.stmt) and one.lineno == line)
    if line == 6:
        node = node.value
    watched: Any = SimpleNamespace(observation=SimpleNamespace(ran=lambda one: one.lineno == ran))
    assert _reached(watched, program, node) is reached
    assert _reached(None, program, node)
