"""Two edits at once: which are paired, and in what order."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.diagnosis.repair.pairing import pairs, steps_of
from gradcheck.diagnosis.repair.trying import Ran
from gradcheck.diagnosis.repair.writing import Edit

TEXT = "a = b + c * d"
BEFORE = 1  # what the text computes as it is


def ran(computed: int | None) -> Ran:
    return Ran(frozenset({(0, "w1")}), frozenset(), computed)


def edit(old: str, new: str) -> Edit:
    start = TEXT.index(old)
    return Edit(start, start + len(old), new, 1.0)


PLUS, TIMES, NAME, WIDE = edit("+", "-"), edit("*", "/"), edit("d", "b"), edit("b + c", "c")


def paired(*some: tuple[Edit, float, int | None], before: int | None = BEFORE, most: int = 99) -> list[str]:
    batch = [(one, cost) for one, cost, _ in some]
    found = pairs(batch, [ran(computed) for *_, computed in some], ran(before), most)
    return [steps_of(TEXT, *both)[-1].after for both in found]


def test_the_likeliest_come_first_and_no_more_than_are_asked_for() -> None:
    some = ((PLUS, 1.3, 2), (TIMES, 1.0, 3), (NAME, 1.1, 4))
    assert paired(*some) == ["a = b + c / b", "a = b - c / d", "a = b - c * b"]
    assert paired(*some, most=1) == ["a = b + c / b"]


def test_of_edits_that_compute_the_same_the_likeliest_is_enough() -> None:
    assert paired((PLUS, 1.3, 2), (TIMES, 1.0, 2), (NAME, 1.1, 4)) == ["a = b + c / b"]


def test_no_two_change_the_same() -> None:
    assert paired((PLUS, 1.0, 2), (WIDE, 1.0, 3)) == []
    first, at = Edit(TEXT.index("b"), TEXT.index("b"), "-", 1.0), edit("b", "q")
    assert paired((first, 1.0, 2), (at, 1.1, 3)) == paired((first, 1.1, 2), (at, 1.0, 3)) == ["a = -q + c * d"]
    assert paired((first, 1.0, 2), (replace(first, replacement="2 * "), 1.0, 3)) == []


def test_what_changes_nothing_or_crashes_is_paired_with_what_changes_something() -> None:
    """And seldom first; where the text itself crashes, two that do may be what it takes."""
    some = ((PLUS, 1.0, 2), (TIMES, 1.0, BEFORE), (NAME, 1.0, None))
    assert paired(*some) == ["a = b - c / d", "a = b - c * b"]
    assert paired((PLUS, 1.0, None), (NAME, 1.0, None)) == []
    assert paired((PLUS, 1.0, None), (NAME, 1.0, None), before=None) == ["a = b - c * b"]
    assert paired(*some, (edit("a", "e"), 1.2, 5))[0] == "e = b - c * d"


def test_each_of_two_edits_is_a_step() -> None:
    first, second = steps_of(TEXT, edit("b", "(b)"), NAME)
    assert (first.before, first.after, second.after) == (TEXT, "a = (b) + c * d", "a = (b) + c * b")
    assert second.edit.apply(second.before) == second.after
