"""Which of several edits are shown: those that hold without the ones that are not."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import cast

import pytest
from test_attaching import TEXT, case, finding, step

from gradcheck.diagnosis.examining import _collecting_rarely, _each_with_its_own
from gradcheck.diagnosis.repair.mending import Patient
from gradcheck.diagnosis.repair.proving import Repair
from gradcheck.diagnosis.repair.steps import Step


def repaired(*steps: Step) -> Repair:
    return Repair(steps, steps[-1].after, frozenset(name for one in steps for name in one.mended), 3)


def patient(**wrong: frozenset[str]) -> Patient:
    """One of which it is known what is wrong with a text that has a word in it, the last word that it has."""

    def what(text: str) -> frozenset[str]:
        return [left for word, left in wrong.items() if word in text or word == "before"][-1]

    return cast(Patient, SimpleNamespace(text=TEXT, wrong=what))


FIRST = step(TEXT, "x @ w", "x @ one", "w2")
SECOND = step(FIRST.after, "-d", "two", "w1")
FINDINGS = (finding("a", "w2", 1, "W2"), finding("b", "w1", 3, "W1"))


@pytest.mark.parametrize(
    ("after_one", "after_two", "shown"),
    [
        ({"w1"}, set(), [True, True]),
        ({"w1"}, {"w1"}, [True, False]),  # the second doesn't hold
        ({"w1"}, {"b2"}, [True, False]),  # it spoils what was right
        ({"w1", "w2"}, {"w2"}, [False, False]),  # what doesn't hold is what the second builds on
        ({"w1", "b2"}, {"b2"}, [False, False]),  # neither is to be had without the gradient that the first spoils
    ],
)
def test_no_edit_is_shown_that_needs_one_that_is_not(
    after_one: set[str], after_two: set[str], shown: list[bool]
) -> None:
    """What is shown, and written to the file, is proved as it is."""
    known = patient(before=frozenset({"w1", "w2"}), one=frozenset(after_one), two=frozenset(after_two))
    found = _each_with_its_own(case(TEXT), known, FINDINGS, {(0,): repaired(FIRST), (1,): repaired(SECOND)})
    assert [one.fix is not None for one in found] == shown
    last = [one.fix for one in found if one.fix]
    assert not last or last[-1].replaced == (SECOND if shown[1] else FIRST).after


def test_an_edit_for_several_is_shown_once() -> None:
    """As one finding, of all that it mends."""
    known = patient(before=frozenset({"w1", "w2"}), one=frozenset())
    (whole,) = _each_with_its_own(case(TEXT), known, FINDINGS, {(0, 1): repaired(FIRST)})
    assert whole.parameters == ("W2", "W1")
    assert whole.fix is not None


@pytest.mark.parametrize("threshold", [0, 700, 10**6])
def test_garbage_is_looked_for_less_often_during_a_diagnosis_alone(threshold: int) -> None:
    """And never where somebody has turned that off."""
    before = gc.get_threshold()
    try:
        gc.set_threshold(threshold, *before[1:])
        with _collecting_rarely():
            during = gc.get_threshold()[0]
        assert gc.get_threshold() == (threshold, *before[1:])
        assert during >= threshold
        assert (during == 0) == (threshold == 0)
    finally:
        gc.set_threshold(*before)
