"""Steps that were kept: those of one place are one, and what a later one makes needless is left out."""

from __future__ import annotations

import pytest
from workbench import mended

from gradcheck.diagnosis.repair.steps import Step, joined, without_one
from gradcheck.diagnosis.repair.writing import Edit

SWITCHED = """\
import numpy as np

def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

def backward(X, Y, W1, b1, W2, b2):
    l1 = nonlin(X @ W1 + b1)
    l2 = nonlin(l1 @ W2 + b2)
    d2 = (l2 - Y) * nonlin(l2, deriv=True)
    d1 = d2 @ W2.T * nonlin(l1, deriv=True)
    return X.T @ d1, d1.sum(axis=0, keepdims=True), l1.T @ d2, d2.sum(axis=0, keepdims=True)
"""


def chain(text: str, *changes: tuple[str, str]) -> list[Step]:
    """Steps that each put one text for another."""
    steps: list[Step] = []
    for old, new in changes:
        edit = Edit(start := text.index(old), start + len(old), new, 1.0)
        steps.append(Step(edit, text, text := edit.apply(text), frozenset({old})))
    return steps


def test_steps_of_one_place_are_one_though_another_comes_between() -> None:
    """Both that change what stands first are one step; the other is made before it."""
    steps = chain("one two\nthree", ("one", "1.5"), ("three", "3"), ("1.5", "1"))
    first, second = joined(steps)
    assert (first.before, first.after) == ("one two\nthree", "one two\n3")
    assert (second.before, second.after) == ("one two\n3", "1 two\n3")
    assert second.mended == {"one", "1.5"}
    apart = chain("one two\nthree", ("one", "1.5"), ("three", "3"), ("two", "2"))
    assert joined(apart) == apart


@pytest.mark.parametrize(("place", "texts"), [(0, ["one 2", "one 2!"]), (1, ["1 two", "1 two!"])])
def test_the_others_are_made_without_one(place: int, texts: list[str]) -> None:
    """Each where it stood, whatever the one that is left out would have moved."""
    steps = chain("one two", ("one", "1"), ("two", "2"))
    end = Edit(3, 3, "!", 1.0)
    steps.append(Step(end, "1 2", "1 2!", frozenset()))
    assert [step.after for step in without_one(steps, place)] == texts


def test_nothing_is_left_of_steps_that_build_on_one() -> None:
    """What changes what another one put in can't be made without it."""
    assert without_one(chain("one two", ("one", "1.5"), ("1.5", "1")), 0) == []


def test_a_default_is_changed_and_not_the_calls() -> None:
    """Beside a mistake that leaves no gradient right, each call would have to be changed."""
    wrong = SWITCHED.replace("deriv=False", "deriv=True").replace("(l2 - Y)", "(l2 + Y)")
    found = mended(wrong, seconds=20.0)
    assert found is not None
    assert found.text == SWITCHED
    assert len(found.steps) == 2


def test_two_that_change_places_in_a_line_are_one_step() -> None:
    """Whatever comes between; two other words of a line stay two, and so do two lines."""
    steps = chain("return two, one\nlast", ("two, ", "one, "), ("last", "first"), (" one\n", " two\n"))
    first, second = joined(steps)
    assert (first.after, second.after) == ("return two, one\nfirst", "return one, two\nfirst")
    assert len(joined(chain("return two, one", ("two", "2"), ("one", "1")))) == 2
    assert len(joined(chain("two\n\none", ("two", "1"), ("one", "two")))) == 2


def test_a_switch_is_asked_for_the_other_way_round() -> None:
    """In the one condition, and not wherever the function is called."""
    for wrong in ("if not deriv:", "if not (deriv):"):
        found = mended(SWITCHED.replace("if deriv:", wrong), seconds=10.0)
        assert found is not None
        assert found.text.replace("(deriv):", "deriv:") == SWITCHED
