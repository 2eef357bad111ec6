"""What a wrong step of the pass hides is told, though no edit mends that: by its right value in the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbench import CONTRACT, LOOP, NETWORK, PROGRAM

from gradcheck.config import Assignment, Sizes
from gradcheck.findings import Finding
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier


def found(text: str, tmp_path: Path) -> list[Finding]:
    """Findings of a program for which the search has no time."""
    path = tmp_path / "program.py"
    path.write_text(text)
    assignment = Assignment(path="", network=NETWORK, sizes=Sizes(d=4, h=5, k=3), contract=CONTRACT)
    with Sandbox("none") as sandbox:
        return [*Verifier(assignment, sandbox, repair_seconds=0.0).verify(str(path)).findings]


WRONG_OUTPUT = PROGRAM.replace("sigmoid(h @ W2 + b2)", "np.cos(h @ W2 + b2)")


@pytest.mark.parametrize(
    ("right", "wrong", "line", "fault"),
    [
        ("np.sum(d1, axis=0, keepdims=True)", "np.sum(d1, keepdims=True)", 15, "bias-summed-to-scalar"),
        ("X.T @ d1", "X.T @ dh", 14, "weight-gradient-before-derivative"),
        ("d2 @ W2.T", "d2 @ np.cos(W2.T)", 12, None),
    ],
)
def test_behind_a_wrong_output_another_mistake_is_told(
    right: str, wrong: str, line: int, fault: str | None, tmp_path: Path
) -> None:
    """Though nothing is right with it, and no edit is found: the right output in its place leaves the other."""
    first, second = found(WRONG_OUTPUT.replace(right, wrong), tmp_path)
    assert first.location is not None
    assert second.location is not None
    assert (first.location.line, second.location.line, second.fault) == (8, line, fault)
    assert second.fix is None
    assert second.evidence.startswith("shown with the right value of ")


@pytest.mark.parametrize(
    "text",
    [
        WRONG_OUTPUT,
        PROGRAM.replace("1 / (1 + np.exp(-z))", "np.cos(z)"),  # serves both layers
        PROGRAM.replace("d2 @ W2.T", "d2 @ np.cos(W2.T)"),
        PROGRAM.replace("X @ W1", "np.abs(X) @ W1"),
        PROGRAM.replace("h @ W2", "np.log(1 + h) @ W2"),
        PROGRAM.replace("1 / (1 + np.exp(-z))", "np.cbrt(z) + 0.3 * np.sin(z) ** 2"),
        PROGRAM.replace("sigmoid(X @ W1 + b1)", "np.tanh(X @ W1 + b1)").replace("h * (1 - h)", "(1 - h * h)"),
        PROGRAM.replace("sigmoid(X @ W1 + b1)", "np.maximum(X @ W1 + b1, 0)").replace("h * (1 - h)", "(h > 0)"),
        LOOP.replace("(o - y) * o * (1 - o)", "np.cos(o - y)"),
    ],
)
def test_one_mistake_without_an_edit_is_told_once(text: str, tmp_path: Path) -> None:
    """With its right value nothing is wrong any more, or only what comes with another activation."""
    assert text not in (PROGRAM, LOOP)
    assert len(found(text, tmp_path)) == 1


def test_what_has_a_name_hides_nothing(tmp_path: Path) -> None:
    """It explains all that is wrong, though a right value in the wrong place would leave something."""
    text = PROGRAM.replace(
        "    h = sigmoid(X @ W1 + b1)\n    o = sigmoid(h @ W2 + b2)\n",
        "    kept = [X]\n    for W, b in ((W1, b1), (W2, b2)):\n        z = kept[-1] @ W + b\n"
        "        kept.append(np.tanh(z) if W is W1 else sigmoid(z))\n    h, o = kept[1:]\n",
    )
    (only,) = found(text, tmp_path)
    assert only.fault == "activation-is-tanh"
