"""A wrong forward pass explains gradients by the cheapest of what it may come with."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config import Assignment, Contract, Sizes
from gradcheck.network.forward import Network
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

PROGRAM = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    z = X @ W1 + b1
    h = ACTIVATION
    o = h @ W2 + b2
    d2 = o - Y
    d1 = d2 @ W2.T * (SLOPE)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""


@pytest.mark.parametrize(
    ("hidden", "activation", "slope", "fault"),
    [
        ("tanh", "z", "1 - np.tanh(z) ** 2", "activation-missing"),
        ("relu", "1 / (1 + np.exp(-z))", "h > 0", "activation-is-sigmoid"),
    ],
)
def test_an_activation_with_the_slope_of_the_right_one_is_one_mistake(
    hidden: str, activation: str, slope: str, fault: str, tmp_path: Path
) -> None:
    """Though the output layer is explained as well with other slopes, which the hidden one would contradict."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.replace("ACTIVATION", activation).replace("SLOPE", slope))
    contract = Contract(
        run="g = backward(X, Y, W1, b1, W2, b2)",
        gradients={"W1": "g[0]", "b1": "g[1]", "W2": "g[2]", "b2": "g[3]"},
    )
    network = Network(hidden_activation=hidden, output_activation="identity")
    assignment = Assignment(path="", network=network, sizes=Sizes(d=4, h=5, k=3), contract=contract)
    with Sandbox("none") as sandbox:
        report = Verifier(assignment, sandbox, feedback="cause").verify(str(path))
    assert [one.fault for one in report.findings] == [fault]
