"""Losses that a file has a function for."""

from pathlib import Path

import pytest

from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

TEXT = """
import numpy as np

def forward(X, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    return H, H @ W2 + b2

def cost(out, Y):
    return np.sum((out - Y) ** 2) / 2

def cost_prime(out, Y):
    return out - Y

def backward(X, Y, W1, b1, W2, b2):
    H, out = forward(X, W1, b1, W2, b2)
    D = cost_prime(out, Y)
    E = D @ W2.T * (1 - H ** 2)
    return X.T @ E, E.sum(0), H.T @ D, D.sum(0)
"""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("", "", ""),
        ("/ 2", "", "the program's own loss is 1 times the summed squared-error"),
        ("def cost(", "def show(", "no loss was seen"),
    ],
)
def test_the_loss_is_the_one_that_the_file_has_a_function_for(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    """Nothing is unsure where it agrees with the gradients; another loss, and none, are said."""
    path = tmp_path / "ann.py"
    assert right in TEXT
    path.write_text(TEXT.replace(right, wrong) if right else TEXT)
    proposal = propose(str(path))
    assert said in proposal.summary
    assert ("unsure" in proposal.toml) is bool(said)
    assert ("loss = cost(" in proposal.toml) is (wrong != "def show(")


def test_what_is_the_same_with_one_output_only_is_said(tmp_path: Path) -> None:
    """A mean over all outputs is another loss than one over examples, though equal where there is one output."""
    path = tmp_path / "ann.py"
    text = TEXT.replace("np.sum((out - Y) ** 2) / 2", "np.mean((out - Y) ** 2) / 2")
    path.write_text(text.replace("return out - Y", "return (out - Y) / len(Y)"))
    proposal = propose(str(path))
    assert "# unsure: the program's own loss is 1/(2 n k) times" in proposal.toml
    assert "(with one output they are the same)" in proposal.toml


def test_the_loss_does_not_hide_a_mistake(tmp_path: Path) -> None:
    """With the loss called beside it a wrong backward pass is as wrong as before."""
    path = tmp_path / "ann.py"
    path.write_text(TEXT.replace("(1 - H ** 2)", "(1 - H)"))
    with Sandbox() as sandbox:
        report = Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path))
    assert report.outcome is Outcome.FAILED
    assert [one.name for one in report if not one.verdict.passes] == ["W1", "b1"]


ENTROPY = """
import numpy as np

def forward(X, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    return H, 1 / (1 + np.exp(-(H @ W2 + b2)))

def mse(out, Y):
    return np.sum((out - Y) ** 2) / 2

def entropy(out, Y):
    return -np.sum(Y * np.log(out) + (1 - Y) * np.log(1 - out))

def backward(X, Y, W1, b1, W2, b2):
    H, out = forward(X, W1, b1, W2, b2)
    D = (out - Y) * out * (1 - out)
    E = D @ W2.T * (1 - H ** 2)
    return X.T @ E, E.sum(0), H.T @ D, D.sum(0)

def train(X, Y, W1, b1, W2, b2):
    print(SHOWN(forward(X, W1, b1, W2, b2)[1], Y))
    return backward(X, Y, W1, b1, W2, b2)
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENTROPY.replace("SHOWN", "entropy").replace("def mse", "def other"), Outcome.FAILED),
        (ENTROPY.replace("SHOWN", "entropy"), Outcome.PASSED),  # it has a function for the other as well
        (ENTROPY.replace("SHOWN", "print").replace("def mse", "def other"), Outcome.PASSED),  # never called
        (ENTROPY.replace("SHOWN", "entropy").replace(" * out * (1 - out)", ""), Outcome.PASSED),
        (ENTROPY.replace("SHOWN", "mse").replace(" * out * (1 - out)", ""), Outcome.PASSED),
    ],
)
def test_a_cross_entropy_that_is_computed_is_what_is_meant(tmp_path: Path, text: str, expected: Outcome) -> None:
    """Squared error is often only printed; nobody computes cross-entropy to descend on something else."""
    path = tmp_path / "ann.py"
    path.write_text(text)
    with Sandbox() as sandbox:
        verdict = Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path))
    assert verdict.outcome is expected
