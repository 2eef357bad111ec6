"""Learning rates in odd places, and programs of one output: neither makes gradients wrong, nor hides that."""

from pathlib import Path

import pytest

from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

SCRIPT = """
import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
w1, w2 = np.random.rand(2, 2), np.random.rand(2, 1)
s = lambda x: 1 / (1 + np.exp(-x))
for _ in range(5000):
    h = s(X.dot(w1))
    o = s(h.dot(w2))
    e = (y - o) * o * (1 - o)
    back = e.dot(w2.T) * h * (1 - h)
    w2 += h.T.dot(e) * 0.1
    w1 += X.T.dot(back) * 0.1
"""
STEPS = """
import numpy as np

def s(x):
    return 1 / (1 + np.exp(-x))

def initialize(d, h):
    W1, b1 = np.random.rand(d, h), np.random.rand(h)
    W2, b2 = np.random.rand(h, 1), np.random.rand()
    return W1, b1, W2, b2

def backpropagation(X, y, A1, A2, W2, learning_rate):
    dZ2 = A2 - y
    dW2 = np.dot(A1.T, dZ2) * learning_rate
    db2 = np.sum(dZ2) * learning_rate
    dZ1 = np.dot(dZ2, W2.T) * A1 * (1 - A1)
    dW1 = np.dot(X.T, dZ1) * learning_rate
    db1 = np.sum(dZ1, axis=0) * learning_rate
    return dW1, db1, dW2, db2

def train(X, y, learning_rate, epochs):
    W1, b1, W2, b2 = initialize(2, 1)
    for epoch in range(epochs):
        A1 = s(np.dot(X, W1) + b1)
        A2 = s(np.dot(A1, W2) + b2)
        dW1, db1, dW2, db2 = backpropagation(X, y, A1, A2, W2, learning_rate)
        W1 -= dW1
        b1 -= db1
        W2 -= dW2
        b2 -= db2
    return W1, b1, W2, b2
"""
TURNED = """
import numpy as np
W1, b1 = np.random.randn(4, 6), np.zeros((1, 6))
W2, b2 = np.random.randn(6, 3), np.zeros((1, 3))
X, Y = load()
lr = 0.1
for epoch in range(100):
    X, Y = shuffle(X, Y)
    h = np.tanh(X @ W1 + b1)
    o = np.tanh(h @ W2 + b2)
    e = (o - Y.T) * (1 - o ** 2)
    back = e @ W2.T * (1 - h ** 2)
    W2 -= lr * h.T @ e
    b2 -= lr * e.sum(axis=0, keepdims=True)
    W1 -= lr * X.T @ back
    b1 -= lr * back.sum(axis=0, keepdims=True)
""".replace("import numpy as np", "import numpy as np\nfrom sklearn.utils import shuffle\nfrom data import load")


def wrong(folder: Path, text: str) -> tuple[Outcome, set[str]]:
    """What comes of a check without a configuration."""
    path = folder / "program.py"
    path.write_text(text)
    with Sandbox("auto", 20.0) as sandbox:
        report = Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path))
    return report.outcome, {one.name for one in report.parameters if not one.verdict.passes}


@pytest.mark.parametrize("text", [SCRIPT, STEPS, TURNED])
def test_right_programs_pass(tmp_path: Path, text: str) -> None:
    """A number at the end of an update, a rate in the gradients themselves, targets the other way round."""
    assert wrong(tmp_path, text) == (Outcome.PASSED, set())


@pytest.mark.parametrize(
    ("text", "right", "mistaken", "spoiled"),
    [
        (SCRIPT, "e.dot(w2.T) * h * (1 - h)", "e.dot(w2.T) * h", {"W1"}),
        (STEPS, "* A1 * (1 - A1)", "* (1 - A1)", {"W1", "b1"}),
        (STEPS, "np.sum(dZ1, axis=0)", "np.sum(dZ1)", {"b1"}),
        (TURNED, "(1 - h ** 2)", "(1 - h ** 3)", {"W1", "b1"}),
    ],
)
def test_wrong_ones_fail_by_what_is_wrong(
    tmp_path: Path, text: str, right: str, mistaken: str, spoiled: set[str]
) -> None:
    """The rate hides nothing, nor does the one output what it makes no difference to."""
    assert right in text
    assert wrong(tmp_path, text.replace(right, mistaken)) == (Outcome.FAILED, spoiled)
