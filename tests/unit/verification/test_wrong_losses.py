"""A loss that is wrong by itself, beside right gradients or with a mistake in them: its line, and an edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config import read
from gradcheck.findings import Outcome
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

CONFIGURATION = """
[network]
features = 4
hidden = 5
outputs = 3
hidden_activation = "relu"
output_activation = "softmax"
loss = "cross-entropy"
loss_scale = "1/n"
weight_decay = 0.25

[submission]
axes = { Y = "labels" }
run = "net = Net(W1, b1, W2, b2, 0.25)\\nloss, grads = net.gradients(X, Y)"
loss = "loss"
[submission.gradients]
W1 = "grads['W1']"
b1 = "grads['b1']"
W2 = "grads['W2']"
b2 = "grads['b2']"
"""
RIGHT = """\
from collections import OrderedDict
import numpy as np

class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0, keepdims=True)
        return dout @ self.W.T

class Relu:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask

class Net:
    def __init__(self, W1, b1, W2, b2, reg):
        self.reg = reg
        self.layers = OrderedDict(first=Affine(W1, b1), relu=Relu(), last=Affine(W2, b2))

    def loss(self, X, y):
        for layer in self.layers.values():
            X = layer.forward(X)
        e = np.exp(X - X.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        W1, W2 = self.layers["first"].W, self.layers["last"].W
        decay = 0.5 * self.reg * np.sum(W1 * W1) + 0.5 * self.reg * np.sum(W2 * W2)
        return -np.sum(np.log(self.p[np.arange(len(y)), y])) / len(y) + decay

    def gradients(self, X, y):
        loss = self.loss(X, y)
        d = self.p.copy()
        d[np.arange(len(y)), y] -= 1
        d = d / len(y)
        for layer in reversed(list(self.layers.values())):
            d = layer.backward(d)
        first, last = self.layers["first"], self.layers["last"]
        grads = {"W1": first.dW + self.reg * first.W, "b1": first.db}
        grads.update(W2=last.dW + self.reg * last.W, b2=last.db)
        return loss, grads
"""
DECAY = "0.5 * self.reg * np.sum(W1 * W1) + 0.5 * self.reg * np.sum(W2 * W2)"


def mended(folder: Path, sandbox: Sandbox, *changes: tuple[str, str]) -> tuple[list[str], bool]:
    """The lines that edits put in, in order, and whether the program with all of them passes."""
    text = RIGHT
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "check.toml").write_text(CONFIGURATION)
    path = folder / "net.py"
    path.write_text(text)
    verifier = Verifier(read(str(folder / "check.toml")), sandbox)
    report = verifier.verify(str(path))
    assert (report.outcome is Outcome.PASSED) == (not changes)
    fixes = [one.fix for one in report.findings if one.fix is not None]
    assert len(fixes) == len(report.findings)
    if fixes:
        path.write_text(fixes[-1].replaced)
    return sorted(fix.line.strip() for fix in fixes), verifier.verify(str(path)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        # a half may as well stand before the one use of what lacks it
        (("0.5 * self.reg * np.sum(W1 * W1) + 0.5 * self.reg", "self.reg * np.sum(W1 * W1) + self.reg"), "0.5 * "),
        ((DECAY, "0.5 * self.reg * np.sum(W1 * W1)"), DECAY),
        (("np.sum(W2 * W2)", "np.sum(W1 * W1)"), "np.sum(W2 * W2)"),
        ((" / len(y) + decay", " + decay"), "return -np."),
        (("np.arange(len(y)), y])) /", "y])) /"), "return -np.sum(np.log(self.p[np.arange(len(y)), y])) / len(y)"),
    ],
)
def test_a_loss_that_is_wrong_has_an_edit(
    tmp_path: Path, sandbox: Sandbox, wrong: tuple[str, str], line: str
) -> None:
    """Gradients are right all the while; so is the program with the edit."""
    (changed,), passes = mended(tmp_path, sandbox, wrong)
    assert line in changed
    assert passes


def test_a_loss_is_mended_beside_a_gradient(tmp_path: Path, sandbox: Sandbox) -> None:
    """Two findings, each with its edit; the right program has none."""
    lines, passes = mended(
        tmp_path, sandbox, (" / len(y) + decay", " + decay"), ('first.W, "b1"', 'first.b, "b1"')
    )
    assert [line[:6] for line in lines] == ["grads ", "return"]
    assert passes
    assert mended(tmp_path, sandbox) == ([], True)
