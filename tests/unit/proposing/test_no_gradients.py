"""What isn't known to be gradients gets no verdict: right code isn't called wrong for what its updates do."""

from pathlib import Path

import pytest

from gradcheck.errors import UngradableError
from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

UPDATES = """
import numpy as np

class Net:
    def __init__(self, inputs, hidden, outputs):
        self.p = [np.random.randn(inputs, hidden), np.zeros(hidden), np.random.randn(hidden, outputs),
                  np.zeros(outputs)]
        self.m = [np.zeros_like(p) for p in self.p]
        self.v = [np.zeros_like(p) for p in self.p]

    def fit(self, x, y, lr=0.01, rounds=10):
        for t in range(1, rounds + 1):
            w1, b1, w2, b2 = self.p
            a = 1 / (1 + np.exp(-(x @ w1 + b1)))
            o = 1 / (1 + np.exp(-(a @ w2 + b2)))
            d2 = (o - y) * o * (1 - o)
            d1 = (d2 @ w2.T) * a * (1 - a)
            for j, g in enumerate([x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0)]):
                UPDATE
"""
PLAIN = "self.p[j] = self.p[j] - lr * g"
ADAM = """self.m[j] = 0.9 * self.m[j] + 0.1 * g
                self.v[j] = 0.999 * self.v[j] + 0.001 * g * g
                m, v = self.m[j] / (1 - 0.9 ** t), self.v[j] / (1 - 0.999 ** t)
                self.p[j] = self.p[j] - lr * m / (np.sqrt(v) + 1e-8)"""
LOSSES = """
import numpy as np

def grads(x, y, w1, b1, w2, b2):
    a = np.tanh(x @ w1 + b1)
    o = a @ w2 + b2
    e = o - y
    d2 = DELTA
    d1 = (d2 @ w2.T) * (1 - a ** 2)
    return x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0)
"""


def outcome(tmp_path: Path, text: str) -> Outcome:
    """What checking a program without a configuration comes to."""
    path = tmp_path / "net.py"
    path.write_text(text)
    with Sandbox() as sandbox:
        return Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path)).outcome


def refusal(tmp_path: Path, text: str) -> str:
    """Why there is no verdict."""
    with pytest.raises(UngradableError) as caught:
        outcome(tmp_path, text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("update", "said"),
    [
        (ADAM, "is 0.1 times the gradients of a known loss"),  # its average, which is kept beside the parameters
        ("self.p[j] = self.p[j] - lr * np.clip(g, -0.1, 0.1)", "isn't linear in the targets"),
        ("self.p[j] = self.p[j] - lr * g / np.sqrt(np.sum(g ** 2))", "isn't linear in the targets"),
    ],
)
def test_what_an_update_makes_of_gradients_is_not_judged(tmp_path: Path, update: str, said: str) -> None:
    """The same class with plain steps passes, and with a mistake in them fails."""
    assert said in refusal(tmp_path, UPDATES.replace("UPDATE", update))


@pytest.mark.parametrize(("slope", "expected"), [("a * (1 - a)", Outcome.PASSED), ("a", Outcome.FAILED)])
def test_plain_steps_are_judged(tmp_path: Path, slope: str, expected: Outcome) -> None:
    """What is read of them are gradients, right or wrong."""
    text = UPDATES.replace("UPDATE", PLAIN).replace("a * (1 - a)", slope)
    assert outcome(tmp_path, text) is expected


def test_several_steps_are_no_gradient(tmp_path: Path) -> None:
    """Where the number of steps can't be told to be one, what they come to changes with the learning rate."""
    text = UPDATES.replace("UPDATE", PLAIN).replace("rounds + 1", "4 + 0 * rounds")
    assert "isn't linear in the targets" in refusal(tmp_path, text)
    labelled = text.replace("1 / (1 + np.exp(-(a @ w2 + b2)))", "a @ w2 + b2")
    entropy = "np.exp(o) / np.exp(o).sum(1, keepdims=True); d2[range(len(y)), y] -= 1"
    labelled = labelled.replace("(o - y) * o * (1 - o)", entropy)
    assert "changes with the learning rate" in refusal(tmp_path, labelled)


@pytest.mark.parametrize(
    ("delta", "said"),
    [
        ("4 * e ** 3", "its gradients belong together"),
        ("e * np.arange(1.0, 1.0 + e.shape[1])", "its gradients belong together"),
        ("np.where(e > 0, 2.0, 0.5) * e", "isn't linear in the targets"),
        ("np.sign(e)", "isn't linear in the targets"),
        ("np.clip(e, -0.5, 0.5)", "isn't linear in the targets"),
        ("1.7 * e", "is 1.7 times the gradients of a known loss"),
    ],
)
def test_gradients_of_another_loss_are_not_called_wrong(tmp_path: Path, delta: str, said: str) -> None:
    """They are right for a loss that gradcheck doesn't know, if anybody means it."""
    assert said in refusal(tmp_path, LOSSES.replace("DELTA", delta))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(1 - a ** 2)", "(1 - a)"),  # they no longer belong together
        ("d2.sum(0)", "d2.mean(0)"),
        ("DELTA", "e * o"),  # nor does any loss push an output away from its target
    ],
)
def test_what_is_wrong_for_every_loss_is_called_wrong(tmp_path: Path, right: str, wrong: str) -> None:
    """Whichever loss is meant."""
    delta = "e * np.arange(1.0, 1.0 + e.shape[1])"
    assert outcome(tmp_path, LOSSES.replace(right, wrong).replace("DELTA", delta)) is Outcome.FAILED


RETURNED = "x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0)"


def test_what_is_no_number_is_never_right(tmp_path: Path) -> None:
    """Nor does anything break over it."""
    nothing = "x.T @ d1 * np.nan, d1.sum(0) * np.nan, a.T @ d2 * np.nan, d2.sum(0) * np.nan"
    assert outcome(tmp_path, LOSSES.replace("DELTA", "e").replace(RETURNED, nothing)) is Outcome.FAILED


def test_what_has_no_shape_of_a_parameter_is_no_gradient(tmp_path: Path) -> None:
    """A refusal says what may be done."""
    text = LOSSES.replace("DELTA", "e").replace(RETURNED, "np.ones(2), np.ones(2), np.ones(2), np.ones(2)")
    assert "no contract was found" in refusal(tmp_path, text)
