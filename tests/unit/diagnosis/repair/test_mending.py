"""Edits for several mistakes, one after another: what is left in the end is what is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from workbench import PROGRAM, trials

from gradcheck.diagnosis.explain.explanation import Explained
from gradcheck.diagnosis.repair.mending import Patient, one_by_one
from gradcheck.diagnosis.repair.proving import Repair
from gradcheck.diagnosis.repair.searching import LARGE
from gradcheck.diagnosis.repair.steps import Step
from gradcheck.diagnosis.repair.viewing import Hint
from gradcheck.diagnosis.repair.writing import Edit


def patient_of(text: str) -> Patient:
    """A program that is held to the right gradients."""
    trial, proof = trials()
    return Patient(text=text, trial=trial, proof=proof, rows=lambda probe, result: result.gradients)


def step(before: str, old: str, new: str, within: str = "") -> Step:
    """One edit of a text, said to mend all of a layer."""
    start = before.index(within or old)
    edit = Edit(start, start + len(old), new, 1.0)
    return Step(edit, before, edit.apply(before), frozenset({"w1", "b1"}))


def test_an_edit_without_which_the_others_do_is_left_out() -> None:
    """As one that only seemed to mend something; two that are needed both stay."""
    wrong = PROGRAM.replace("dh * h", "dh + h").replace("h.T @ d2", "h.T @ (2 * d2)")
    patient = patient_of(wrong)
    needless = step(wrong, "keepdims=True)\n    dh", "keepdims=1)\n    dh")
    first = step(needless.after, "dh + h", "dh * h")
    second = step(first.after, "(2 * d2)", "d2")
    left = patient.fewest((needless, first, second), [], 1.0)
    assert [one.edit.replacement for one in left] == ["dh * h", "d2"]
    assert [one.mended for one in left] == [frozenset({"w1", "b1"}), frozenset({"w2"})]
    assert left[-1].after == PROGRAM
    assert patient.fewest((needless, first), [], 1.0) == (needless, first)  # it isn't right with either


def test_two_edits_of_what_is_made_wrong_once_are_one() -> None:
    """Of a name that is used twice, beside another mistake; two mistakes alone are never taken for one."""
    right = PROGRAM.replace("d2 = (o", "act = h\n    d2 = (o").replace("h.T", "act.T").replace("* h *", "* act *")
    wrong = right.replace("act = h", "act = -h").replace("X @ W1 + b1", "X @ W1")
    patient = patient_of(wrong)
    bias = step(wrong, "X @ W1", "X @ W1 + b1")
    used = step(bias.after, "act", "(-act)", within="act.T")
    again = step(used.after, "act", "(-act)", within="act * (1 - h)")
    left = patient.fewest((bias, used, again), [], 20.0)
    assert [one.edit.replacement for one in left] == ["X @ W1 + b1", "h"]
    assert left[-1].after == right
    assert patient.fewest((bias, used), [], 20.0) == (bias, used)


def test_several_edits_of_what_is_made_wrong_once_are_one_beside_another() -> None:
    """In forms that have nothing in common, as each use takes its own."""
    right = PROGRAM.replace("np.sum(d2, axis=0, keepdims=True)", "np.sum(1 * d2, axis=0, keepdims=True)")
    wrong = right.replace("d2 = (o - Y) * o * (1 - o)", "d2 = 1 / ((o - Y) * o * (1 - o))")
    wrong = wrong.replace("X @ W1 + b1", "X @ W1")
    patient = patient_of(wrong)
    product = step(wrong, "h.T @ d2", "h.T @ (1 / d2)")
    bias = step(product.after, "X @ W1", "X @ W1 + b1")
    summed = step(bias.after, "1 * d2", "1 / d2")
    back = step(summed.after, "d2 @ W2.T", "d2 ** -1 @ W2.T")
    left = patient.fewest((product, bias, summed, back), [], 20.0)
    assert [one.edit.replacement for one in left] == ["X @ W1 + b1", "(o - Y) * o * (1 - o)"]
    assert left[-1].after == right.replace("X @ W1", "X @ W1", 1)
    assert patient.fewest((product, bias), [], 20.0) == (product, bias)


def test_what_is_written_all_anew_is_no_part_of_what_is_sure() -> None:
    """Where something stays wrong it may make up for that; what comes before it stands by itself."""
    wrong = PROGRAM.replace("X @ W1 + b1", "X @ W1").replace("dW2 = h.T @ d2", "dW2 = np.cbrt(d2)")
    patient = patient_of(wrong)
    bias = step(wrong, "X @ W1", "X @ W1 + b1")
    anew = step(bias.after, "np.cbrt(d2)", "np.cbrt(d2 + h.T)")
    large = replace(anew, edit=replace(anew.edit, cost=LARGE))
    sure = patient.surest(Repair((bias, large), large.after, frozenset({"w1"}), 2))
    assert (sure.steps, sure.text, sure.mended) == ((bias,), bias.after, {"w1", "b1", "b2"})
    for steps in ((bias, anew), (large, bias), (large,)):
        whole = Repair(steps, steps[-1].after, frozenset({"w1"}), 2)
        assert patient.surest(whole) is whole


def test_the_place_of_what_is_left_is_looked_for_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the text in which a part is mended, from what of it is still wrong there."""
    wrong = PROGRAM.replace("dh * h", "dh + h").replace("(o - Y)", "(Y - o)")
    first = step(wrong, "(Y - o)", "(o - Y)")
    tried: list[tuple[str, list[int]]] = []

    def mend(self: Patient, text: str, hints: Sequence[Hint], *_: Any, **__: Any) -> Repair | None:
        tried.append((text, [one.line for one in hints]))
        return Repair((first,), first.after, frozenset({"w2"}), 2) if text == wrong else None

    def again(text: str, left: Mapping[int, Explained]) -> dict[int, list[Hint]]:
        assert (text, {place: {*one.overrides} for place, one in left.items()}) == (first.after, {1: {"slope1"}})
        return {1: [Hint(13)]}

    monkeypatch.setattr(Patient, "mend", mend)
    steps = {"delta2": lambda trace: trace.step("delta2"), "slope1": lambda trace: trace.step("slope1")}
    explained = [
        Explained("delta2", None, overrides={"delta2": steps["delta2"]}),
        Explained("slope1", None, overrides=steps),
    ]
    spoils = [frozenset({"w1", "b1", "w2", "b2"}), frozenset({"w1", "b1"})]
    found, text = one_by_one(patient_of(wrong), explained, spoils, [[Hint(9)], [Hint(2)]], again, 5.0)
    assert ([*found], text) == ([(0,)], first.after)
    assert tried[0] == (wrong, [9])
    assert (first.after, [13]) in tried
    assert (first.after, [2]) not in tried
