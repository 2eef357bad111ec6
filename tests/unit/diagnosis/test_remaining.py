"""What is left of a program once some edits are made: of lines that are there alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcheck.config import Assignment, Contract, Sizes
from gradcheck.config.reading import read
from gradcheck.diagnosis.remaining import _unchanged
from gradcheck.network.forward import Network, Scale
from gradcheck.submissions.reading import read_source
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier


def test_a_line_that_is_put_in_has_no_place(tmp_path: Path) -> None:
    """Nor has one that is changed, or that a new one follows: what is told of these is told of others."""
    path = tmp_path / "student.py"
    path.write_text("one = 1\ntwo = 2\nthree = 3\nfour = 4\n")
    case: Any = SimpleNamespace(source=read_source(str(path)))
    then: Any = SimpleNamespace(source=case.source.edited("one = 1\nnew = 5\ntwo = 2\nthree = 33\nfour = 4\n"))
    assert _unchanged(case, then) == {(None, 2), (None, 4)}
    assert _unchanged(case, case) == {(None, line) for line in range(1, 5)}


SOFTMAX = """\
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / np.sum(e)

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    p = softmax(h @ W2 + b2)
    d2 = p - Y
    d1 = d2 @ W2.T * h * (1 - h)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""
CONTRACT = Contract(
    run="g = backward(X, Y, W1, b1, W2, b2)",
    gradients={"W1": "g[0]", "b1": "g[1]", "W2": "g[2]", "b2": "g[3]"},
)


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (
            (),
            [
                (None, ("b2", "b1"), True),
                ("weight-decay-missing", ("W2",), False),
                ("weight-decay-missing", ("W1",), False),
            ],
        ),
        (
            ("X.T @ d1", "np.cbrt(X.T @ d1)"),
            [
                (None, ("b2", "b1"), True),
                ("weight-decay-missing", ("W2",), False),
                (None, ("W1",), False),
            ],
        ),
    ],
)
def test_an_edit_of_a_part_is_shown_with_what_it_leaves(
    second: tuple[str, str] | tuple[()], found: list[tuple[str | None, tuple[str, ...], bool]], tmp_path: Path
) -> None:
    """Though nothing explains both, and no number says how weights decay; be that a riddle, too."""
    path = tmp_path / "program.py"
    path.write_text(SOFTMAX.replace(*second) if second else SOFTMAX)
    network = Network(output_activation="softmax", loss="cross-entropy", loss_scale=Scale(), weight_decay=0.1)
    assignment = Assignment(path="", network=network, sizes=Sizes(d=4, h=5, k=3), contract=CONTRACT)
    with Sandbox("none") as sandbox:
        report = Verifier(assignment, sandbox, repair_seconds=6.0).verify(str(path))
    assert [(one.fault, one.parameters, one.fix is not None) for one in report.findings] == found


def test_what_one_edit_mends_of_both_layers_is_told_once(tmp_path: Path) -> None:
    """With both gradients, though another mistake hid it at first."""
    path = tmp_path / "program.py"
    text = SOFTMAX.replace("W1, b1, W2, b2):", "W1, b1, W2, b2, decay=0.1):").replace(
        "    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)\n",
        "    grads = []\n    for W, a, d in ((W1, X, d1), (W2, h, d2)):\n"
        "        grads += [a.T @ d, d.sum(0, keepdims=True)]\n    return grads\n",
    )
    path.write_text(text)
    network = Network(output_activation="softmax", loss="cross-entropy", loss_scale=Scale(), weight_decay=0.1)
    assignment = Assignment(path="", network=network, sizes=Sizes(d=4, h=5, k=3), contract=CONTRACT)
    with Sandbox("none") as sandbox:
        first, second = Verifier(assignment, sandbox).verify(str(path)).findings
    assert first.fix is not None
    assert second.fault == "weight-decay-missing"
    assert {*second.parameters} == {"W1", "W2"}
    assert second.fix is not None
    assert "decay * W" in second.fix.diff


def test_a_step_that_leads_nowhere_is_taken_back(tmp_path: Path) -> None:
    """What mends a part may be no mistake: another edit in its place mends the rest."""
    case = Path(__file__).parents[3] / "cases" / "programs" / "cheung_hakseup"
    right = case.with_suffix(".py").read_text(encoding="utf-8")
    wrong = right.replace("x @ self.", "x * self.").replace("in reversed(", "in (")
    assert len(wrong) < len(right)
    path = tmp_path / "program.py"
    path.write_text(wrong, encoding="utf-8")
    with Sandbox("none") as sandbox:
        first, second = Verifier(read(str(case.with_suffix(".toml"))), sandbox).verify(str(path)).findings
    assert first.fix is not None
    assert second.fix is not None
    assert second.fix.replaced.replace("(reversed(층들))", "reversed(층들)") == right
