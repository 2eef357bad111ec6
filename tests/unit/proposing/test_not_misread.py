"""What a program has twice, or what only looks like something else: what is read is its backpropagation."""

from pathlib import Path

import pytest

from gradcheck.config import Assignment
from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.reports.report import Report
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

PARTS = """
import numpy as np

def sig(z):
    return 1 / (1 + np.exp(-z))

def loss(X, Y, *p):
    return 0.5 * np.sum((sig(np.tanh(X @ p[0] + p[1]) @ p[2] + p[3]) - Y) ** 2)

def numerical(X, Y, *p, h=1e-5):
    found = []
    for one in p:
        slopes = np.zeros_like(one)
        for i in np.ndindex(one.shape):
            kept = one[i]
            one[i] = kept + h
            above = loss(X, Y, *p)
            one[i] = kept - h
            slopes[i] = (above - loss(X, Y, *p)) / (2 * h)
            one[i] = kept
        found.append(slopes)
    return found

def formulas(X, Y, W1, b1, W2, b2):
    a = np.tanh(X @ W1 + b1)
    o = sig(a @ W2 + b2)
    e = (o - Y) * o * (1 - o)
    f = e @ W2.T * (1 - a ** 2)
    return [X.T @ f, f.sum(axis=0, keepdims=True), a.T @ e, e.sum(axis=0, keepdims=True)]
"""
BOTH = (
    PARTS
    + """
def both(X, Y, W1, b1, W2, b2):
    return numerical(X, Y, W1, b1, W2, b2), formulas(X, Y, W1, b1, W2, b2)
"""
)
FIRST = (
    PARTS
    + """
def numerical_gradients(X, Y, W1, b1, W2, b2):
    return numerical(X, Y, W1, b1, W2, b2)

def learn(X, Y, W1, b1, W2, b2):
    return formulas(X, Y, W1, b1, W2, b2)
"""
)
METHODS = (
    PARTS
    + """
class Net:
    def __init__(self, d, h, k):
        self.p = {"W1": np.random.randn(d, h), "b1": np.zeros((1, h)),
                  "W2": np.random.randn(h, k), "b2": np.zeros((1, k))}
    def numerical_gradient(self, x, t):
        return dict(zip(self.p, numerical(x, t, *self.p.values())))
    def gradient(self, x, t):
        return dict(zip(self.p, formulas(x, t, **self.p)))
"""
)
GUARD = """
import numpy as np
epsilon = 1e-8
W1, b1 = np.random.randn(4, 6), np.zeros((1, 6))
W2, b2 = np.random.randn(6, 3), np.zeros((1, 3))

def slope(z):
    return (z > epsilon) * 1.0

def gradients(X, Y):
    z = X @ W1 + b1
    a = np.maximum(z, 0)
    e = 2 * (a @ W2 + b2 - Y) / len(X)
    f = e @ W2.T * slope(z)
    return X.T @ f, f.sum(axis=0, keepdims=True), a.T @ e, e.sum(axis=0, keepdims=True)
"""
OBJECTS = """
import numpy as np

def points(n):
    y = np.arange(n) % 3
    return np.random.randn(n, 2) + y[:, None], y

class Layer:
    def __init__(self, i, o):
        self.w, self.c = np.random.randn(i, o), np.zeros((1, o))
        self.speeds = [0, 0]
    def forward(self, x):
        self.x = x
        self.out = x @ self.w + self.c
    def backward(self, g):
        self.dw, self.dc = self.x.T @ g, g.sum(axis=0, keepdims=True)
        self.dx = g @ self.w.T

class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
    def backward(self, g):
        self.dx = g * (1 - self.out ** 2)

class Softmax:
    def forward(self, z, y):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        self.out = e / e.sum(axis=1, keepdims=True)
        return -np.mean(np.log(self.out[range(len(y)), y]))
    def backward(self, y):
        self.dx = self.out.copy()
        self.dx[range(len(y)), y] -= 1
        self.dx /= len(y)

class Scaled:
    lr = 0.01
    def step(self, layer):
        layer.w -= self.lr * layer.dw / (np.abs(layer.dw) + 1e-7)
        layer.c -= self.lr * layer.dc / (np.abs(layer.dc) + 1e-7)

X, y = points(90)
one, tanh, two, end, rule = Layer(2, 9), Tanh(), Layer(9, 3), Softmax(), Scaled()
for epoch in range(100):
    one.forward(X)
    tanh.forward(one.out)
    two.forward(tanh.out)
    print(end.forward(two.out, y))
    end.backward(y)
    two.backward(end.dx)
    tanh.backward(two.dx)
    one.backward(tanh.dx)
    rule.step(one)
    rule.step(two)
"""
MODEL = """
import numpy as np
X, y = np.random.randn(50, 2), np.random.randint(0, 2, 50)
num_examples, reg, epsilon = len(X), 0.01, 0.01

def build(h):
    W1, b1 = np.random.randn(2, h), np.zeros((1, h))
    W2, b2 = np.random.randn(h, 2), np.zeros((1, 2))
    model = {}
    for i in range(100):
        a = np.tanh(X.dot(W1) + b1)
        scores = np.exp(a.dot(W2) + b2)
        delta = scores / scores.sum(axis=1, keepdims=True)
        delta[range(num_examples), y] -= 1
        dW2 = a.T.dot(delta)
        db2 = delta.sum(axis=0, keepdims=True)
        back = delta.dot(W2.T) * (1 - a ** 2)
        dW1 = X.T.dot(back)
        db1 = back.sum(axis=0)
        dW2 += reg * W2
        dW1 += reg * W1
        W1 += -epsilon * dW1
        b1 += -epsilon * db1
        W2 += -epsilon * dW2
        b2 += -epsilon * db2
        model = {'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2}
    return model
"""

DESCENT = """
import numpy as np

def sig(z):
    return 1 / (1 + np.exp(-z))

def backward(X, Y, W1, b1, W2, b2):
    a = sig(X @ W1 + b1)
    o = sig(a @ W2 + b2)
    loss = np.sum((o - Y) ** 2) / len(X)
    e = 2 * (o - Y) / len(X) * o * (1 - o)
    f = e @ W2.T * a * (1 - a)
    return loss, X.T @ f, f.sum(axis=0), a.T @ e, e.sum(axis=0)

def train(X, Y, W1, b1, W2, b2, lr=0.1):
    for _ in range(100):
        loss, dW1, db1, dW2, db2 = backward(X, Y, W1, b1, W2, b2)
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
"""
FORGETFUL = """
import numpy as np

class Net:
    def __init__(self, d, h, k):
        self.P1, self.B1 = np.random.randn(d, h), np.zeros(h)
        self.P2, self.B2 = np.random.randn(h, k), np.zeros(k)
    def forward(self, x):
        self.x, self.a = x, np.tanh(x @ self.P1 + self.B1)
        self.o = self.a @ self.P2 + self.B2
        return self.o
    def backward(self, y):
        e = 2 * (self.o - y) / y.size
        self.gP2, self.gB2 = self.a.T @ e, e.sum(axis=0)
        f = e @ self.P2.T * (1 - self.a ** 2)
        self.gP1, self.gB1 = self.x.T @ f, f.sum(axis=0)
"""
LAYERS = """
import numpy as np

class Dense:
    def __init__(self, i, o):
        self.W, self.b = np.random.randn(i, o), np.zeros((1, o))
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g):
        self.dW, self.db = self.x.T @ g, g.sum(axis=0, keepdims=True)
        return g @ self.W.T
    def step(self, lr):
        self.W -= lr * self.dW / (1 + np.abs(self.dW).sum())
        self.b -= lr * self.db / (1 + np.abs(self.db).sum())

class Sigmoid:
    def forward(self, x):
        self.o = 1 / (1 + np.exp(-x))
        return self.o
    def backward(self, g):
        return g * self.o * (1 - self.o)
    def step(self, lr):
        pass

class Network:
    def __init__(self, layers):
        self.layers = layers
    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x
    def fit(self, X, Y, X_val, Y_val, epochs=100, lr=0.1):
        for epoch in range(epochs):
            g = (self.forward(X) - Y) / len(X)
            for layer in reversed(self.layers):
                g = layer.backward(g)
            for layer in self.layers:
                layer.step(lr)
            print(np.mean((self.forward(X_val) - Y_val) ** 2))

X, Y = np.random.randn(300, 2), np.random.rand(300, 3)
net = Network([Dense(2, 16), Sigmoid(), Dense(16, 3), Sigmoid()])
net.fit(X[:200], Y[:200], X[200:], Y[200:], epochs=500)
"""


def checked(folder: Path, text: str) -> tuple[Outcome, set[str], Assignment]:
    """The outcome, the parameters with wrong gradients, and the assignment that was proposed."""
    path = folder / "net.py"
    path.write_text(text)
    assignment = propose(str(path)).assignment
    with Sandbox() as sandbox:
        report = Verifier(assignment, sandbox, feedback="verdict").verify(str(path))
    return report.outcome, {one.name for one in report.parameters if not one.verdict.passes}, assignment


@pytest.mark.parametrize(
    ("text", "right", "wrong", "parameters"),
    [
        (BOTH, "(1 - a ** 2)", "(1 - a)", {"W1", "b1"}),
        (FIRST, "(1 - a ** 2)", "(1 - a)", {"W1", "b1"}),
        (METHODS, "(1 - a ** 2)", "(1 - a)", {"W1", "b1"}),
        (GUARD, "* slope(z)", "* z", {"W1", "b1"}),
        (OBJECTS, "one.backward(tanh.dx)", "one.backward(two.dx)", {"W1", "b1"}),
        (MODEL, "dW1 += reg * W1", "dW1 = reg * W1", {"W1"}),
        (DESCENT, "(o - Y) / len(X) * o", "(Y - o) / len(X) * o", {"W1", "b1", "W2", "b2"}),
        (DESCENT, "/ len(X) * o * (1 - o)", "/ len(X)", {"W1", "b1", "W2", "b2"}),
        (FORGETFUL, "self.a @ self.P2 + self.B2", "self.a @ self.P2", {"W1", "b1", "W2", "b2"}),
        (LAYERS, "g * self.o * (1 - self.o)", "g * self.o", {"W1", "b1", "W2", "b2"}),
    ],
    ids=[
        "both returned",
        "differences first",
        "methods",
        "guard",
        "objects with data of their own",
        "model",
        "climbs",
        "slope of its loss",
        "bias",
        "layers",
    ],
)
def test_the_right_one_passes_and_the_wrong_one_fails(
    tmp_path: Path, text: str, right: str, wrong: str, parameters: set[str]
) -> None:
    """Neither the differences that a program checks itself by, nor an update that rescales them, are judged."""
    assert checked(tmp_path, text)[:2] == (Outcome.PASSED, set())
    assert right in text
    assert checked(tmp_path, text.replace(right, wrong))[:2] == (Outcome.FAILED, parameters)


def test_gradients_are_read_under_names_of_one_kind(tmp_path: Path) -> None:
    """Where updates rescale, a wrong gradient is read under the name that the right ones have."""
    _, _, assignment = checked(tmp_path, OBJECTS.replace("one.backward(tanh.dx)", "one.backward(two.dx)"))
    assert assignment.contract is not None
    assert assignment.contract.gradients == {
        "W1": "after('one.dw')",
        "b1": "after('one.dc')",
        "W2": "after('two.dw')",
        "b2": "after('two.dc')",
    }


BATCHES = """
import numpy as np

class Net:
    def __init__(self, d, h, k):
        self.W1, self.b1 = np.random.randn(d, h), np.zeros((1, h))
        self.W2, self.b2 = np.random.randn(h, k), np.zeros((1, k))

    def train(self, X, T, lr=0.1, epochs=5, batch=4):
        for _ in range(epochs):
            for s in range(0, len(X), batch):
                x, t = X[s:s + batch], T[s:s + batch]
                h = 1 / (1 + np.exp(-(x @ self.W1 + self.b1)))
                p = 1 / (1 + np.exp(-(h @ self.W2 + self.b2)))
                e = (p - t) / len(x)
                f = e @ self.W2.T * h * (1 - h)
                self.W1 -= lr * (x.T @ f)
                self.b1 -= lr * f.sum(0, keepdims=True)
                self.W2 -= lr * (h.T @ e)
                self.b2 -= lr * e.sum(0, keepdims=True)
"""
DECAYED = """
import numpy as np

def sig(z):
    return 1 / (1 + np.exp(-z))

def grads(X, Y, W1, b1, W2, b2):
    a = sig(X @ W1 + b1)
    o = sig(a @ W2 + b2)
    e = (o - Y) * o * (1 - o)
    f = e @ W2.T * a * (1 - a)
    return X.T @ f, f.sum(0, keepdims=True), a.T @ e + 0.3 * W2, e.sum(0, keepdims=True)
"""


def outcome(folder: Path, text: str) -> Outcome:
    """Check a program that comes without a configuration."""
    path = folder / "net.py"
    path.write_text(text)
    proposal = propose(str(path))
    with Sandbox("none") as sandbox:
        report = Verifier(proposal.assignment, sandbox, feedback="cause").verify(str(path))
    return proposal.qualified(Report(config="", seed=0, submissions=(report,))).submissions[0].outcome


def test_the_size_of_a_batch_is_told_by_what_is_done_with_it(tmp_path: Path) -> None:
    """Whatever it is called: two steps are no gradient."""
    assert outcome(tmp_path, BATCHES) is Outcome.PASSED
    assert outcome(tmp_path, BATCHES.replace("h * (1 - h)", "h")) is Outcome.FAILED


def test_what_ought_to_decay_nobody_guesses(tmp_path: Path) -> None:
    """Where no loss says it, a gradient without the others' decay is not called wrong; one that is, is."""
    assert outcome(tmp_path, DECAYED) is Outcome.UNGRADABLE
    assert outcome(tmp_path, DECAYED.replace("f.sum(0", "2 * f.sum(0")) is Outcome.FAILED
