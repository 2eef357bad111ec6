"""Two mistakes of which one hides the other further down: each is mended where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbench import CONTRACT, NETWORK, PROGRAM

from gradcheck.config import Assignment, Sizes
from gradcheck.findings import Finding
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

FLIPPED = PROGRAM.replace("(o - Y)", "(Y - o)")


def found(text: str, tmp_path: Path) -> list[Finding]:
    """Findings of a program."""
    path = tmp_path / "program.py"
    path.write_text(text)
    assignment = Assignment(path="", network=NETWORK, sizes=Sizes(d=4, h=5, k=3), contract=CONTRACT)
    with Sandbox("none") as sandbox:
        return [*Verifier(assignment, sandbox).verify(str(path)).findings]


def lines(findings: list[Finding]) -> list[int]:
    """Where each is, with its edit."""
    return [one.location.line for one in findings if one.location is not None and one.fix is not None]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "hidden"),
    [
        ("dh = d2 @ W2.T", "dh = -d2 @ W2.T", 12, ("W1", "b1")),
        ("dW1 = X.T @ d1", "dW1 = X.T @ (-d1)", 14, ("W1",)),
    ],
)
def test_what_another_mistake_undoes_is_mended_too(
    right: str, wrong: str, line: int, hidden: tuple[str, ...], tmp_path: Path
) -> None:
    """Rather than in each gradient that it spoils; it is said why nothing shows of it as yet."""
    first, second = found(FLIPPED.replace(right, wrong), tmp_path)
    assert lines([first, second]) == [9, line]
    assert second.parameters == hidden
    assert "As the program stands, another mistake undoes this one." in second.message
    assert "another mistake" not in first.message


def test_what_no_other_mistake_undoes_stays_where_it_is(tmp_path: Path) -> None:
    """Two signs of the same layer, of a delta that is right: turning that round would spoil it."""
    text = PROGRAM.replace("h.T @ d2", "h.T @ -d2").replace("np.sum(d2,", "np.sum(-d2,")
    (only,) = found(text, tmp_path)
    assert only.fix is not None
    assert only.fix.replaced == PROGRAM
    assert "another mistake" not in only.message


@pytest.mark.parametrize(
    ("changes", "mended"),
    [
        # an error with the sign that updates add, whose minus one layer has and the other lacks
        ((("X.T @ d1", "-X.T @ d1"), ("= np.sum(d1,", "= -np.sum(d1,"), ("(o - Y)", "(Y - o)")), "-"),
        # a delta that is right up to a factor that stands further down
        (
            (
                ("(o - Y)", "2 * (o - Y)"),
                ("h.T @ d2", "-h.T @ d2 / 2"),
                ("sum(d2,", "sum(-d2 / 2,"),
                ("= d2 @", "= d2 / 2 @"),
            ),
            "",
        ),
    ],
)
def test_what_has_the_right_sign_is_left_alone(
    changes: tuple[tuple[str, str], ...], mended: str, tmp_path: Path
) -> None:
    """Of two signs of one layer neither is made up for in the other, which is right."""
    text = PROGRAM
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (only,) = found(text, tmp_path)
    assert only.parameters == ("W2", "b2")
    assert only.fix is not None
    lines = [one for one in only.fix.diff.splitlines() if one[:1] == "+" and one[:3] != "+++"]
    assert all(("-" in one.replace("o - Y", "")) is bool(mended) for one in lines)
    assert "another mistake" not in only.message


LOOPED = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    kept, a = [], X
    for W, b in ((W1, b1), (W2, b2)):
        kept.append(a)
        a = 1 / (1 + np.exp(-(a @ W + b)))
    d, found = (a - Y) * a * (1 - a), []
    for W, seen in ((W2, kept[1]), (W1, kept[0])):
        found += [d.sum(0, keepdims=True), seen.T @ d]
        d = d @ W.T * seen * (1 - seen)
    return found[::-1]
"""


def test_where_one_line_serves_both_layers_neither_sign_is_made_up_for(tmp_path: Path) -> None:
    """There is nothing else to be mended, as one edit more would spoil the other layer."""
    assert not found(LOOPED, tmp_path)
    wrong = LOOPED.replace("(a - Y)", "(Y - a)").replace("d = d @ W.T", "d = -d @ W.T")
    first, second = found(wrong, tmp_path)
    assert lines([first, second]) == [8, 11]
    assert second.fix is not None
    assert second.fix.replaced == LOOPED
    assert "another mistake undoes this one" in second.message
