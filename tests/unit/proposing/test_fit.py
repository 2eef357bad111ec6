"""Classes that make their parameters where they train: the loop of a method is read like a function's."""

from pathlib import Path

import pytest

from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

CLASSIFIER = """
import numpy as np
from sklearn.datasets import load_breast_cancer

x, y = load_breast_cancer(return_X_y=True)

class Classifier:
    def __init__(self, learning_rate=0.1, num_iterations=1000, hidden_size=100):
        self.learning_rate = learning_rate
        self.num_iterations = num_iterations
        self.hidden_size = hidden_size
        self.w1 = None
        self.w2 = None

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def fit(self, x, y):
        n_samples, n_features = x.shape
        self.w1 = np.random.randn(n_features, self.hidden_size) * 0.01
        self.b1 = np.zeros((1, self.hidden_size))
        self.w2 = np.random.randn(self.hidden_size, 1) * 0.01
        self.b2 = 0
        y = y.reshape(-1, 1)
        for i in range(self.num_iterations):
            a1 = np.tanh(np.dot(x, self.w1) + self.b1)
            a2 = self.sigmoid(np.dot(a1, self.w2) + self.b2)
            dz2 = a2 - y
            dw2 = np.dot(a1.T, dz2) / n_samples
            db2 = np.sum(dz2) / n_samples
            dz1 = np.dot(dz2, self.w2.T) * (1 - a1 ** 2)
            dw1 = np.dot(x.T, dz1) / n_samples
            db1 = np.sum(dz1, axis=0, keepdims=True) / n_samples
            self.w1 -= self.learning_rate * dw1
            self.b1 -= self.learning_rate * db1
            self.w2 -= self.learning_rate * dw2
            self.b2 -= self.learning_rate * db2

model = Classifier(0.1, 5000, 10)
model.fit(x, y)
"""


def checked(folder: Path, text: str) -> tuple[str, Outcome, set[str]]:
    """The contract, and what comes of a check by it."""
    path = folder / "program.py"
    path.write_text(text)
    proposal = propose(str(path))
    with Sandbox("auto", 20.0) as sandbox:
        report = Verifier(proposal.assignment, sandbox, feedback="verdict").verify(str(path))
    return proposal.toml, report.outcome, {one.name for one in report.parameters if not one.verdict.passes}


def test_what_a_method_makes_is_put_in_its_loop(tmp_path: Path) -> None:
    """The object is made with sizes and a rate, and its one output is what it was written for."""
    toml, outcome, wrong = checked(tmp_path, CLASSIFIER)
    assert 'function = "Classifier.fit"' in toml
    assert "net = Classifier(hidden_size=h, learning_rate=0.7)" in toml
    assert (outcome, wrong) == (Outcome.PASSED, set())


@pytest.mark.parametrize(
    ("right", "mistaken", "spoiled"),
    [
        ("np.dot(a1.T, dz2)", "np.dot(a2.T, dz2)", {"W2"}),  # runs with one output only
        ("np.sum(dz1, axis=0, keepdims=True)", "np.sum(dz1)", {"b1"}),
        ("(1 - a1 ** 2)", "(1 - a1)", {"W1", "b1"}),
    ],
)
def test_its_mistakes_are_found(tmp_path: Path, right: str, mistaken: str, spoiled: set[str]) -> None:
    """Those too that one output hides from whoever runs it."""
    assert right in CLASSIFIER
    _, outcome, wrong = checked(tmp_path, CLASSIFIER.replace(right, mistaken))
    assert (outcome, wrong) == (Outcome.FAILED, spoiled)


PRIVATE = """
import numpy as np

class Net:
    def __init__(self, alpha=0.1, epochs=1000):
        self.W1, self.b1 = np.random.rand(2, 2), np.random.rand(2, 1)
        self.W2, self.b2 = np.random.rand(1, 2), np.random.rand(1, 1)
        self.alpha, self.epochs = alpha, epochs

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def __forward(self, x):
        A1 = self.sigmoid(self.W1.dot(x.T) + self.b1)
        return A1, self.W2.dot(A1) + self.b2

    def __back(self, A1, A2, x, y):
        dZ2 = A2 - y
        dZ1 = self.W2.T.dot(dZ2) * A1 * (1 - A1)
        sums = [np.sum(one, axis=1, keepdims=True) / y.size for one in (dZ1, dZ2)]
        return dZ1.dot(x) / y.size, sums[0], dZ2.dot(A1.T) / y.size, sums[1]

    def __update(self, dW1, db1, dW2, db2):
        self.W1 -= self.alpha * dW1
        self.b1 -= self.alpha * db1
        self.W2 -= self.alpha * dW2
        self.b2 -= self.alpha * db2

    def __descend(self, x, y):
        for _ in range(self.epochs):
            A1, A2 = self.__forward(x)
            dW1, db1, dW2, db2 = self.__back(A1, A2, x, y)
            self.__update(dW1, db1, dW2, db2)

    def train(self, x, y):
        self.__descend(x, y)
"""


def test_private_methods_are_called_as_python_calls_them(tmp_path: Path) -> None:
    """Data in rows, everything else in columns: what is handed over is told from how weights lie."""
    toml, outcome, wrong = checked(tmp_path, PRIVATE)
    assert 'function = "Net.__descend"' in toml
    assert "net._Net__descend(X, Y)" in toml
    assert (outcome, wrong) == (Outcome.PASSED, set())
    _, outcome, wrong = checked(tmp_path, PRIVATE.replace("* A1 * (1 - A1)", "* A1"))
    assert (outcome, wrong) == (Outcome.FAILED, {"W1", "b1"})
