"""A gradient in a shape of its own is a mistake by itself, whatever its values are."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config import Assignment, Contract, Sizes
from gradcheck.network.forward import Network
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

RIGHT = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    dW2, db2 = h.T @ d2, d2.sum(axis=0, keepdims=True)
    d1 = d2 @ W2.T * h * (1 - h)
    return X.T @ d1, d1.sum(axis=0, keepdims=True), dW2, db2
"""
RIDDLE = RIGHT.replace("(o - Y) * o * (1 - o)", "np.cbrt(o - Y) * np.cos(o)")
CONTRACT = Contract(
    run="g = backward(X, Y, W1, b1, W2, b2)",
    gradients={"W1": "g[0]", "b1": "g[1]", "W2": "g[2]", "b2": "g[3]"},
)


@pytest.mark.parametrize(
    ("shape", "names", "line"),
    [
        (("d2.sum(axis=0, keepdims=True)", "d2.sum(axis=0)"), ("b2",), 7),
        (("h.T @ d2", "d2.T @ h"), ("W2",), 7),
        (("d1.sum(axis=0, keepdims=True)", "np.cbrt(d1.sum(axis=0))"), ("b1",), 9),
        (("h.T @ d2", "h.T @ d2"), None, 0),
        # both of a layer: what they are made of has another shape
        (("h.T @ d2, d2.sum(axis=0, keepdims=True)", "d2.T @ h, d2.sum(axis=0)"), None, 0),
    ],
)
def test_it_is_told_beside_what_nothing_explains(
    shape: tuple[str, str], names: tuple[str, ...] | None, line: int, tmp_path: Path
) -> None:
    """With the line that makes it; not where its layer's other one has another shape as well."""
    path = tmp_path / "program.py"
    path.write_text(RIDDLE.replace(*shape))
    assignment = Assignment(path="", network=Network(), sizes=Sizes(d=4, h=5, k=3), contract=CONTRACT)
    with Sandbox("none") as sandbox:
        report = Verifier(assignment, sandbox, repair_seconds=0.0).verify(str(path))
    told = [one for one in report.findings if "another shape" in one.message]
    assert [one.parameters for one in told] == ([] if names is None else [names])
    assert [one.location.line for one in told if one.location] == ([] if names is None else [line])
    assert report.findings[0].fault is None
