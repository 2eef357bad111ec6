"""Whole statements: their order, and how they assign; each kind found where it is a mistake."""

from __future__ import annotations

import pytest
from test_repair import PROGRAM, mended

from gradcheck.diagnosis.program import Program
from gradcheck.diagnosis.structure import rearrangements

UPDATES = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    dW1, db1, dW2, db2 = 0 * W1, 0 * b1, 0 * W2, 0 * b2
    delta = (o - Y) * o * (1 - o)
    dW2 += h.T @ delta
    db2 += delta.sum(0, keepdims=True)
    delta = delta @ W2.T * h * (1 - h)
    dW1 += X.T @ delta
    db1 += delta.sum(0, keepdims=True)
    return dW1, db1, dW2, db2
"""
GIVEN = """\
import numpy as np

def step(X, Y, dW1, db1, dW2, db2, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    e = (o - Y) * o * (1 - o)
    d = e @ W2.T * h * (1 - h)
    dW1 += X.T @ d
    db1 += d.sum(0, keepdims=True)
    dW2 += h.T @ e
    db2 += e.sum(0, keepdims=True)

def backward(X, Y, W1, b1, W2, b2):
    grads = 0 * W1, 0 * b1, 0 * W2, 0 * b2
    step(X, Y, *grads, W1, b1, W2, b2)
    return grads
"""


def cost(text: str, after: str) -> float:
    """What the edit costs that makes one text of another."""
    return next(edit.cost for edit in rearrangements(Program(text)) if edit.apply(text) == after)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (UPDATES, "dW1 += X.T", "dW1 -= X.T"),
        (UPDATES, "db2 += delta", "db2 -= delta"),
        (GIVEN, "dW2 += h.T @ e", "dW2 = h.T @ e"),
        (GIVEN, "dW1 += X.T @ d", "dW1 -= X.T @ d"),
    ],
)
def test_an_assignment_is_mended_where_it_stands(text: str, right: str, wrong: str) -> None:
    """A sum that is begun anew or taken away is put right by its sign, not by one of what is added."""
    found = mended(text.replace(right, wrong))
    assert found is not None
    assert found.text == text


def test_a_value_that_is_made_anew_too_early_is_moved() -> None:
    """One name for both deltas: the second is made before the first has been used."""
    lines = UPDATES.splitlines(True)
    late = lines.index("    delta = delta @ W2.T * h * (1 - h)\n")
    wrong = "".join([*lines[: late - 2], lines[late], *lines[late - 2 : late], *lines[late + 1 :]])
    found = mended(wrong)
    assert found is not None
    assert found.text == UPDATES


def test_what_its_neighbours_do_is_likelier() -> None:
    """Among additions a subtraction is odd; so is an argument that is given a value that it isn't made of."""
    wrong = UPDATES.replace("dW1 += X.T", "dW1 -= X.T")
    assert cost(wrong, UPDATES) < cost(wrong, UPDATES.replace("dW1 += X.T", "dW1 *= X.T"))
    begun = GIVEN.replace("dW2 += h.T @ e", "dW2 = h.T @ e")
    made = PROGRAM.replace("dW2 = h.T @ d2", "dW2 += h.T @ d2")
    assert cost(begun, GIVEN) < cost(PROGRAM, made)


def test_a_move_is_likelier_where_a_name_has_several_values() -> None:
    """Where a name is made once, its place hardly matters."""
    lines = PROGRAM.splitlines(True)
    dh = lines.index("    dh = d2 @ W2.T\n")
    once = "".join([*lines[: dh - 1], lines[dh], lines[dh - 1], *lines[dh + 1 :]])
    moves = [edit.cost for edit in rearrangements(Program(once)) if "\n" in edit.replacement]
    twice = [edit.cost for edit in rearrangements(Program(UPDATES)) if "\n" in edit.replacement]
    assert min(twice) < min(moves)
