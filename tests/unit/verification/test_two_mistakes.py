"""Two mistakes in one program are two findings, each with its own line and its own edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config import read
from gradcheck.diagnosis.locating import line_of_source
from gradcheck.findings import Outcome
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

CONFIGURATION = """
[network]
features = 4
hidden = 5
outputs = 3
hidden_activation = "tanh"
output_activation = "sigmoid"
loss = "binary-cross-entropy"
loss_scale = "1/(n k)"

[submission]
run = "grads = backward(X, Y, W1, b1, W2, b2)"
[submission.gradients]
W1 = "grads[0]"
b1 = "grads[1]"
W2 = "grads[2]"
b2 = "grads[3]"
"""
RIGHT = """\
import numpy as np

SLOPES = {"tanh": lambda a: 1 - np.square(a), "sigmoid": lambda a: a * (1 - a)}

def sigmoid(z):
    return np.reciprocal(1.0 + np.exp(-z))

def tanh_slope(z):
    t = np.tanh(z)
    return 1 - t ** 2

def error(predicted, y):
    return predicted - y

def loss_slope(predicted, y):
    return error(predicted, y) / (predicted * (1 - predicted)) / y.size

def backward(X, Y, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = np.tanh(z1)
    a2 = sigmoid(a1 @ W2 + b2)
    g = loss_slope(a2, Y)
    d2 = g * SLOPES["sigmoid"](a2)
    d1 = d2 @ W2.T * tanh_slope(z1)
    return X.T @ d1, d1.sum(0, keepdims=True), a1.T @ d2, d2.sum(0, keepdims=True)
"""


def edits(folder: Path, sandbox: Sandbox, *changes: tuple[str, str]) -> list[list[str]]:
    """The lines that each finding's edit puts in, of a program with these changes."""
    text = RIGHT
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "check.toml").write_text(CONFIGURATION)
    (folder / "backprop.py").write_text(text)
    report = Verifier(read(str(folder / "check.toml")), sandbox).verify(str(folder / "backprop.py"))
    found = [one.fix.diff.splitlines() if one.fix else [] for one in report.findings]
    return [[line[1:].strip() for line in diff if line[:1] == "+" and line[:3] != "+++"] for diff in found]


@pytest.mark.parametrize(
    ("one", "other", "mends"),
    [
        # a factor that spoils all, and a slope that nothing names
        (
            ("/ y.size", "/ len(y)"),
            ("1 - t ** 2", "1 + t ** 2"),
            ["return error(predicted, y) / (predicted * (1 - predicted)) / y.size", "return 1 - t ** 2"],
        ),
        # a sign that is made in a helper, and a slope that is left out
        (
            ("return predicted - y", "return y - predicted"),
            (" * tanh_slope(z1)", ""),
            ["return predicted - y"],
        ),
        # a factor, and a slope that takes two names to explain: a1 in its place, negated
        (
            ("/ y.size", "/ len(y)"),
            ("1 - t ** 2", "t - t * 2"),
            ["return error(predicted, y) / (predicted * (1 - predicted)) / y.size"],
        ),
    ],
)
def test_each_of_two_mistakes_has_its_own_edit(
    tmp_path: Path, sandbox: Sandbox, one: tuple[str, str], other: tuple[str, str], mends: list[str]
) -> None:
    """No edit stands under the other's name, and none takes another one back."""
    found = edits(tmp_path, sandbox, one, other)
    assert len(found) == 2
    assert [len(lines) for lines in found] == [1, 1]
    assert {*mends} <= {line for lines in found for line in lines}
    assert edits(tmp_path, sandbox) == []


BEHIND_ONE_ANOTHER = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    m = X.shape[1]
    a1 = np.tanh(X @ W1 + b1)
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    d2 = (a2 - Y) * a2 * (1 - a2)
    dW2 = a1.T @ d2 / m
    db2 = d2.sum(0, keepdims=True) / m
    d1 = d2 @ W2.T * (1 - a1 ** 2)
    return X.T @ d1 / m, d1.sum(0, keepdims=True) / m, dW2, db2
"""


def test_names_and_edits_of_two_mistakes_of_all_gradients_belong_together(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """Neither edit mends anything alone, and values tell one line for both: what is left without one names it."""
    (tmp_path / "check.toml").write_text(CONFIGURATION.replace("1/(n k)", "1/n"))
    (tmp_path / "backprop.py").write_text(BEHIND_ONE_ANOTHER)
    report = Verifier(read(str(tmp_path / "check.toml")), sandbox).verify(str(tmp_path / "backprop.py"))
    found = {one.fault: one.fix.diff if one.fix else "" for one in report.findings}
    assert set(found) == {"squared-error-delta-with-cross-entropy", "divided-by-features-instead-of-examples"}
    assert "+    d2 = a2 - Y\n" in found["squared-error-delta-with-cross-entropy"]
    assert "-    m = X.shape[1]\n" in found["divided-by-features-instead-of-examples"]


LAYERS = """\
import numpy as np

class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        self.x = x
        self.y = 1 / (1 + np.exp(-(x @ self.W + self.b)))
        return self.y

    def back(self, grad):
        grad = grad * self.y * (1 - self.y)
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0, keepdims=True)
        return grad @ self.W.T

def backward(X, Y, W1, b1, W2, b2):
    layers = [Dense(W1, b1), Dense(W2, b2)]
    out = layers[1](layers[0](X))
    layers[0].back(layers[1].back((out - Y) / (out - out**2) / Y.size))
    return [one for layer in layers for one in (layer.dW, layer.db)]
"""


def test_a_mistake_is_mended_though_the_other_one_ends_the_program_on_some_problems(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """In a line that serves both layers: each name stands for two steps of the pass."""
    (tmp_path / "check.toml").write_text(CONFIGURATION.replace('"tanh"', '"sigmoid"'))
    verifier = Verifier(read(str(tmp_path / "check.toml")), sandbox, repair_seconds=60.0)
    path = tmp_path / "layers.py"
    path.write_text(LAYERS)
    assert verifier.verify(str(path)).outcome is Outcome.PASSED
    path.write_text(LAYERS.replace("self.x.T @", "self.x @").replace("grad * self.y *", "grad *"))
    report = verifier.verify(str(path))
    assert [(one.fault, one.location.line) for one in report.findings if one.fix and one.location] == [
        ("derivative-half-missing", 13),
        ("weight-gradient-without-transpose", 14),
    ]
    last = report.findings[-1].fix
    assert last is not None
    path.write_text(last.replaced)
    assert verifier.verify(str(path)).outcome is Outcome.PASSED


SIGNED = """\
import numpy as np

def slope_of_loss(a, y):
    return a - y

class Net:
    def __init__(self, W1, b1, W2, b2):
        self.weights, self.biases = [W1, W2], [b1, b2]

    def learn(self, X, Y):
        db, dw = [0.0, 0.0], [0.0, 0.0]
        for x, y in zip(X, Y):
            d, g = self.backward(x, y)
            db = [n + m for n, m in zip(db, d)]
            dw = [n + m for n, m in zip(dw, g)]
        self.weights = [w - 0.5 * n for w, n in zip(self.weights, dw)]
        self.biases = [b - 0.5 * n for b, n in zip(self.biases, db)]

    def backward(self, x, y):
        h = np.tanh(x @ self.weights[0] + self.biases[0][0])
        o = 1 / (1 + np.exp(-(h @ self.weights[1] + self.biases[1][0])))
        e = slope_of_loss(o, y)
        d = (self.weights[1] @ e) * (1 - h ** 2)
        return [d, e], [np.outer(x, d), np.outer(h, e)]

def backward(X, Y, W1, b1, W2, b2):
    net = Net(W1, b1, W2, b2)
    net.learn(X, Y)
    new = net.weights[0], net.biases[0], net.weights[1], net.biases[1]
    return [2 * (p - q) for p, q in zip((W1, b1, W2, b2), new)]
"""


def test_a_sign_is_turned_where_it_is_made_though_another_mistake_hides_a_part_of_it(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """And not in each of the sums, where it would make up for the other one, too."""
    (tmp_path / "check.toml").write_text(CONFIGURATION.replace("1/(n k)", "1"))
    checked = Verifier(read(str(tmp_path / "check.toml")), sandbox)
    (tmp_path / "net.py").write_text(SIGNED)
    assert checked.verify(str(tmp_path / "net.py")).passed
    wrong = SIGNED.replace("return a - y", "return y - a").replace("dw = [n + m for", "dw = [m for")
    (tmp_path / "net.py").write_text(wrong)
    report = checked.verify(str(tmp_path / "net.py"))
    assert report.findings[-1].fix is not None
    assert "return a - y" in report.findings[-1].fix.replaced
    assert "n - m" not in report.findings[-1].fix.replaced


def test_lines_of_an_edited_text_are_found_in_the_source() -> None:
    """None of what was put in; where one stands for another, it is that."""
    source, text = "a\nb\nc\nd\n", "a\nnew\nB\nc\n"
    assert [line_of_source("a\nb\nc\n", "a\nnew\nb\nc\n", line) for line in range(1, 5)] == [1, None, 2, 3]
    assert [line_of_source("a\nb\nc\n", "a\nc\n", line) for line in (1, 2)] == [1, 3]
    assert [line_of_source(source, text, line) for line in (1, 2, 3, 4)] == [1, None, None, 3]
    assert [line_of_source("a\nb\nc", "new\na\nb", line) for line in (1, 2, 3)] == [None, 1, 2]
    assert [line_of_source("a\nb\nc", "a\nB\nc", line) for line in (1, 2, 3)] == [1, 2, 3]


LAYERED = """\
import numpy as np

class Affine:
    def __init__(self, w, b):
        self.w, self.b = w, b
    def forward(self, x):
        self.x = x
        return x @ self.w + self.b
    def backward(self, g):
        below = g @ self.w.T
        self.dw = self.x.T @ g
        self.db = np.sum(g, axis=0)
        return below

def backward(X, Y, W1, b1, W2, b2):
    one, two = Affine(W1, b1), Affine(W2, b2)
    h = np.tanh(one.forward(X))
    z = two.forward(h)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    one.backward(two.backward((p - Y) / len(X)) * (1 - h ** 2))
    return one.dw, one.db.reshape(b1.shape), two.dw, two.db.reshape(b2.shape)
"""
SOFTMAX = CONFIGURATION.replace('"sigmoid"', '"softmax"').replace("binary-", "").replace("1/(n k)", "1/n")


def test_what_comes_to_nothing_speaks_for_no_mistake_further_up(tmp_path: Path, sandbox: Sandbox) -> None:
    """A softmax's deltas, all summed, come to rounding errors, as much of what a mistake makes does."""
    (tmp_path / "check.toml").write_text(SOFTMAX)
    checked = Verifier(read(str(tmp_path / "check.toml")), sandbox)
    right = LAYERED.replace(".reshape(b1.shape)", "").replace(".reshape(b2.shape)", "")
    wrong = right.replace("np.sum(g, axis=0)", "np.sum(g)").replace("self.x.T @ g", "self.x.T @ below")
    (tmp_path / "net.py").write_text(LAYERED)
    assert checked.verify(str(tmp_path / "net.py")).passed
    (tmp_path / "net.py").write_text(wrong)
    report = checked.verify(str(tmp_path / "net.py"))
    assert [one.fault for one in report.findings] == ["bias-summed-to-scalar", None]
    assert all("1e+00" not in one.evidence and one.fix is not None for one in report.findings)
    assert not any("itself failed" in note for note in report.notes)


DECAYING = """\
import numpy as np

def backward(X, Y, params, lam=0.3):
    h = np.tanh(X @ params["W1"] + params["b1"])
    o = 1 / (1 + np.exp(-(h @ params["W2"] + params["b2"])))
    grads = {}
    d2 = (o - Y) / Y.size
    grads["W2"], grads["b2"] = h.T @ d2, d2.sum(axis=0, keepdims=True)
    d1 = d2 @ params["W2"].T * (1 - h ** 2)
    grads["W1"] = X.T @ d1
    grads["b1"] = d1.sum(axis=0, keepdims=True)
    for name in ("W1", "W2"):
        grads[name] += lam * params[name]
    return [grads[name] for name in ("W1", "b1", "W2", "b2")]
"""
LOOP = '    for name in ("W1", "W2"):\n        grads[name] += lam * params[name]\n'
ITEMS = "    for name, value in params.items():\n        grads[name] += lam * value\n"


@pytest.mark.parametrize("loop", [LOOP.replace('("W1", "W2")', "params"), ITEMS])
def test_two_mistakes_of_one_gradient_keep_their_names(loop: str, tmp_path: Path, sandbox: Sandbox) -> None:
    """Biases decay, and one of them is a mean besides: each edit stands with what it mends, whichever is first."""
    configuration = CONFIGURATION.replace("[submission]", "weight_decay = 0.3\n[submission]")
    called = 'backward(X, Y, {"W1": W1, "b1": b1, "W2": W2, "b2": b2})'
    configuration = configuration.replace('"grads = backward(X, Y, W1, b1, W2, b2)"', f"'grads = {called}'")
    (tmp_path / "check.toml").write_text(configuration)
    checked = Verifier(read(str(tmp_path / "check.toml")), sandbox)
    (tmp_path / "net.py").write_text(DECAYING)
    assert checked.verify(str(tmp_path / "net.py")).passed
    (tmp_path / "net.py").write_text(DECAYING.replace(LOOP, loop).replace("d1.sum(", "d1.mean("))
    report = checked.verify(str(tmp_path / "net.py"))
    named = {one.fault: one.fix.line.strip() for one in report.findings if one.fix is not None}
    assert set(named) == {"bias-regularised", "bias-mean-instead-of-sum"}
    assert "W1" in named["bias-regularised"]
    assert "d1.sum(" in named["bias-mean-instead-of-sum"]
