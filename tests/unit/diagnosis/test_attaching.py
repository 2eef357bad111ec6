"""Which edit mends which mistake: none is told under another's name, and none is lost."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from gradcheck.diagnosis import attaching
from gradcheck.diagnosis.attaching import attach
from gradcheck.diagnosis.examination import Examination
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.repair.proving import Repair
from gradcheck.diagnosis.repair.steps import Step
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.findings import Finding, Location
from gradcheck.submissions.reading import Source

TEXT = "z = x @ w\ne = abs(a - y)\nr = 2 * x.T @ d, -d.sum(0)\n"
NAMES = ("w1", "b1", "w2", "b2")


def case(text: str) -> Examination:
    """As much of an examination as attaching takes."""
    found = {name: np.ones((2, 2)) for name in NAMES}
    network = SimpleNamespace(parameters=NAMES)
    return cast(
        Examination,
        SimpleNamespace(source=Source(path="s.py", text=text), network=network, gradients=(found,), wrong=NAMES),
    )


def step(text: str, old: str, new: str, *mended: str) -> Step:
    start = text.index(old)
    edit = Edit(start, start + len(old), new, 1.0)
    return Step(edit, text, edit.apply(text), frozenset(mended))


def finding(fault: str | None, site: str, line: int, *parameters: str) -> Finding:
    place = Location(file="s.py", line=line, column=0, end_line=line, end_column=1, source="")
    return Finding(fault=fault, site=site, parameters=parameters, confidence="unknown", message="", location=place)


def told(*findings: Finding, steps: tuple[Step, ...]) -> dict[tuple[str, ...], list[str]]:
    """Lines that each finding's edit puts in, by what the finding is about."""
    mended = frozenset(name for one in steps for name in one.mended)
    shown = attach(case(TEXT), findings, Repair(steps, steps[-1].after, mended, 3))
    lines = {(one.fault or "", *one.parameters): one.fix.diff.splitlines() if one.fix else [] for one in shown}
    return {name: [one[1:] for one in diff if one[:1] == "+" and one[:3] != "+++"] for name, diff in lines.items()}


def test_two_mistakes_on_one_line_are_two() -> None:
    """Each with the edit that mends it, though the other's name has its place there, too."""
    first = step(TEXT, "2 * x", "x", "w1")
    second = step(first.after, "-d", "d", "b2")
    found = told(
        finding("gradient-sign-flipped", "b2", 3, "b2"), finding(None, "w1", 3, "W1"), steps=(first, second)
    )
    assert found == {
        ("gradient-sign-flipped", "b2"): ["r = x.T @ d, d.sum(0)"],
        ("", "W1"): ["r = x.T @ d, -d.sum(0)"],
    }


def test_a_step_of_the_forward_pass_that_only_the_loss_shows_has_its_name() -> None:
    """At the place that values tell; anywhere else it is the loss that was mended."""
    every = ("W1", "b1", "W2", "b2")
    second = step(TEXT.replace("x @ w", "x @ w + b"), "abs(a - y)", "a - y", *NAMES)
    first = step(TEXT, "x @ w", "x @ w + b", "loss")
    loss, delta = finding(None, "loss", 2), finding("loss-in-place-of-its-derivative", "grad_a2", 2, *every)
    forward = finding("bias-missing-in-forward", "z1", 1, *every)
    found = told(loss, forward, delta, steps=(first, second))
    assert found["bias-missing-in-forward", *every] == ["z = x @ w + b"]
    assert found["loss-in-place-of-its-derivative", *every] == ["e = a - y"]
    elsewhere = told(loss, finding("bias-missing-in-forward", "z1", 3, *every), delta, steps=(first, second))
    assert elsewhere.get(("bias-missing-in-forward", *every)) != ["z = x @ w + b"]


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ("", {"gradient-off-by-factor": [3, 1]}),
        ("gradient-sign-flipped", {"gradient-off-by-factor": [1], "gradient-sign-flipped": [3]}),
        ("gradient-off-by-factor", {"gradient-off-by-factor": [3], "": [1]}),
    ],
)
def test_what_takes_two_edits_is_one_mistake_or_two(
    left: str, expected: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one, with both places, unless the gradients have a name once the first edit is made, or still have."""
    first = step(TEXT, "x @ w", "x.T @ w")
    second = step(first.after, "-d", "d", "b2")
    then = [finding(left, "b2", 3, "b2")] if left else []
    monkeypatch.setattr(attaching, "_told_before", lambda case, step: then if step is second else [])
    shown = attach(
        case(TEXT),
        [finding("gradient-off-by-factor", "b2", 3, "b2")],
        Repair((first, second), second.after, frozenset({"b2"}), 3),
    )
    places = {one.fault or "": [one.location, *one.alternatives] for one in shown}
    assert places.keys() == expected.keys()
    for name, lines in expected.items():
        assert [place.line for place in places[name] if place is not None][: len(lines)] == lines


def test_what_several_steps_came_to_shows_where_its_names_were_made() -> None:
    """As one edit does; and underlines the expression that it is in."""
    text = "z = w\na = f(z)\nr = x.T @ a\n"
    only = step(text, "z)", "x @ w)", "w1")
    (shown,) = attach(case(text), [finding(None, "w1", 3, "W1")], Repair((only,), only.after, only.mended, 3))
    assert shown.location is not None
    assert (shown.location.line, shown.location.column, shown.location.end_column) == (2, 4, 8)
    assert {place.line for place in shown.alternatives} == {1, 3}


def test_a_finding_is_of_no_more_than_its_edits_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rest is another finding's as well, and stays wrong."""
    monkeypatch.setattr(attaching, "_told_before", lambda case, step: [])
    first = step(TEXT, "-d", "d", "b2")
    second = step(first.after, "2 * x", "x", "w2")
    findings = [
        finding("batch-size-division-missing", "delta2", 3, "W1", "b1", "W2", "b2"),
        finding("hidden-derivative-missing", "slope1", 1, "W1", "b1"),
    ]
    shown = attach(case(TEXT), findings, Repair((first, second), second.after, frozenset({"b2", "w2"}), 3))
    assert [(one.parameters, one.fix is not None) for one in shown] == [
        (("W2", "b2"), True),
        (("W1", "b1"), False),
    ]


def test_what_others_edits_mend_altogether_is_no_mistake_of_its_own() -> None:
    """Two names for one edit, where another mistake has to be mended first; what stays wrong keeps its finding."""
    first, second = step(TEXT, "abs(a - y)", "a - y", "w1", "b1"), step(TEXT, "-d", "d", "w2")
    second = step(first.after, "-d", "d", "w2")
    names = ("W1", "b1", "W2")
    findings = (
        finding("one-hot-row-filled", "delta2", 2, *names),
        finding("gradient-sign-flipped", "w2", 3, "W2"),
        finding("derivative-half-missing", "delta2", 1, *names),
        finding("bias-not-summed", "b2", 1, "b2"),
    )
    found = told(*findings, steps=(first, second))
    assert ("derivative-half-missing", *names) not in found
    assert found["bias-not-summed", "b2"] == []
    assert found["gradient-sign-flipped", "W2"] == ["r = 2 * x.T @ d, d.sum(0)"]


def test_a_step_of_the_forward_pass_is_shown_though_it_mends_no_gradient_yet() -> None:
    """With its name, wherever values tell its place; whatever is written to the file is shown."""
    every = ("W1", "b1", "W2", "b2")
    first = step(TEXT, "x @ w", "g(x @ w)", "a2", "loss")
    second = step(first.after, "abs(a - y)", "a - y", *NAMES)
    named = finding("activation-is-tanh", "a2", 3, *every)
    flipped = finding("gradient-sign-flipped", "delta2", 2, *every)
    found = told(named, flipped, steps=(first, second))
    assert found["activation-is-tanh", *every] == ["z = g(x @ w)"]
    assert found["gradient-sign-flipped", *every] == ["e = a - y"]
    mended = Repair((first, second), second.after, frozenset({"a2", "loss", *NAMES}), 3)
    shown = attach(case(TEXT), [finding(None, "delta2", 2, *every)], mended)
    put_in = {line for one in shown if one.fix for line in one.fix.diff.splitlines() if line.startswith("+")}
    assert {"+z = g(x @ w)", "+e = a - y"} <= put_in


def test_what_is_moved_has_its_place_where_it_stands() -> None:
    """Not where the lines begin that it is moved across."""
    text = "for x in data:\n    g = 0\n    g += x\n"
    only = step(text, text[:-1], "g = 0\nfor x in data:\n    g += x", "w1")
    (shown,) = attach(case(text), [finding(None, "w1", 3, "W1")], Repair((only,), only.after, only.mended, 3))
    assert shown.location is not None
    assert (shown.location.line, shown.location.source) == (2, "g = 0")


def lines_of_places(text: str, one: Step) -> list[int]:
    """Lines of the places of a finding that an edit belongs to, the edit's own first."""
    (shown,) = attach(case(text), [finding(None, "w1", 9, "W1")], Repair((one,), one.after, frozenset({"w1"}), 3))
    return [place.line for place in (shown.location, *shown.alternatives) if place is not None]


def test_what_a_new_statement_is_made_of_is_a_place() -> None:
    """It might stand right behind that; and last what it follows is one."""
    text = "d = y - a\ne = d @ w\nb = e.sum(0)\nc = d.sum(0)\nprint(b)\n\n\n\nlast = 1\n"
    at = text.index("\nprint")
    edit = Edit(at, at, "\nv = x.T @ e", 1.0)
    assert lines_of_places(text, Step(edit, text, edit.apply(text), frozenset({"w1"}))) == [5, 2, 9, 4]


def test_what_is_begun_and_not_gone_on_with_is_a_place_beside_an_edit() -> None:
    """A value that nobody takes, though it is made up for elsewhere."""
    text = "def f(d, a):\n    d * a\n    e = d\n    g = 1\n    return e, g\n\n\n\nlast = 1\n"
    assert lines_of_places(text, step(text, "e = d", "e = d * a", "w1"))[:2] == [3, 2]


def test_what_a_statement_is_moved_past_is_a_place_if_that_changes_it() -> None:
    """Either of the two may be what is misplaced; what stands between and has no part in it isn't."""
    text = "w -= rate * g\nprint(rate)\nd = e @ w.T\nc = 1\n\n\n\n\nlast = 1\n"
    moved = step(text, text[: text.index("c = 1")], "d = e @ w.T\nw -= rate * g\nprint(rate)\n", "w1")
    assert lines_of_places(text, moved)[:2] == [3, 1]


def test_an_edit_within_a_long_expression_has_its_place_on_its_own_line() -> None:
    """And not where the expression begins."""
    text = "v = (m * v\n     - (1 - m) * g)\n\n\n\n\n\n\nlast = 1\n"
    program = Program(text)
    node = next(one for one in program.nodes if isinstance(one, ast.Assign))
    start, root = text.index("(1 - m) * g"), Root(program.number(node), program.number(node.value))
    edit = Edit(start, start + len("(1 - m) * g"), "g", 1.0, root)
    assert lines_of_places(text, Step(edit, text, edit.apply(text), frozenset({"w1"})))[0] == 2


SHARED = "def f(x, w):\n    z = x @ w\n    w[-1] = 0\n    w = w * 2\n    return z + w\n"


def test_a_copy_is_for_what_changes_the_callers_array() -> None:
    """There the place is, and the copy beside it; a name that is made anew changes nothing of the caller's."""
    at = SHARED.index("z = x")
    for text, lines in ((SHARED, [3, 2]), (SHARED.replace("w[-1] = 0", "w = w"), [2])):
        edit = Edit(at, at, "w = w.copy()\n    ", 1.0)
        one = Step(edit, text, edit.apply(text), frozenset({"w1"}))
        (found,) = attach(case(text), [finding(None, "w1", 2, "W1")], Repair((one,), one.after, one.mended, 3))
        assert found.location is not None
        assert [place.line for place in (found.location, *found.alternatives)][: len(lines)] == lines
        assert found.fix is not None
        assert "+    w = w.copy()" in found.fix.diff


IDLE = "def f(d, w, h):\n    e = w.T\n    g = d @ w.T\n    s = 1 - h\n    return s, g\n"


def test_what_an_edit_uses_that_nothing_used_is_a_place() -> None:
    """It may have been made for that, and wrongly; what is used anyhow is none."""
    for name, lines in (("e", [4, 2]), ("g", [4])):
        one = step(IDLE, "1 - h", f"(1 - h) * (d @ {name})", "w1")
        (found,) = attach(case(IDLE), [finding(None, "w1", 4, "W1")], Repair((one,), one.after, one.mended, 3))
        assert found.location is not None
        assert [place.line for place in (found.location, *found.alternatives)][: len(lines)] == lines
        assert (2 in [place.line for place in found.alternatives]) is (name == "e")


SPREAD = "def f(a, b, m):\n    a = a / m\n{}    c = a + b\n    d = m\n    return c, d\n"


@pytest.mark.parametrize(("between", "places"), [("", {3, 9}), ("\n    # what is left\n", {5, 2})])
def test_a_new_statement_before_blank_lines_has_the_one_it_follows_for_a_place(
    between: str, places: set[int]
) -> None:
    """Either side of the gap may be looked at; without one, next comes where values tell the mistake."""
    text = SPREAD.format(between)
    end = text.index("a / m") + len("a / m")
    put_in = Step(edit := Edit(end, end, "\n    d = b / m", 1.0), text, edit.apply(text), frozenset({"w1"}))
    assert {*lines_of_places(text, put_in)[:2]} == places
