"""Losses that a file has a function for."""

from pathlib import Path

import pytest

from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.reports.report import Report
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


HALF = """
import numpy as np

def fit(X, Y, hidden, rounds=100, rate=0.1):
    W1, b1 = np.random.randn(X.shape[1], hidden), np.zeros(hidden)
    W2, b2 = np.random.randn(hidden, Y.shape[1]), np.zeros(Y.shape[1])
    for i in range(rounds):
        H = np.tanh(X @ W1 + b1)
        P = 1 / (1 + np.exp(-H @ W2 - b2))
        print(-np.sum(Y * np.log(P)) / len(X))
        D = (P - Y) / len(X)
        E = D @ W2.T * (1 - H ** 2)
        W1 -= rate * X.T @ E
        b1 -= rate * E.sum(axis=0)
        W2 -= rate * H.T @ D
        b2 -= rate * D.sum(axis=0)
"""


def test_half_of_a_binary_cross_entropy_accuses_nobody(tmp_path: Path) -> None:
    """What is printed leaves the other half out, and is hardly meant; other mistakes are found all the same."""
    path = tmp_path / "ann.py"
    path.write_text(HALF)
    proposal = propose(str(path))
    assert "binary-cross-entropy" in proposal.toml
    assert not proposal.choice.rests
    for text, outcome, spoiled in (
        (HALF, Outcome.PASSED, set()),
        (HALF.replace("(1 - H ** 2)", "(1 - H)"), Outcome.FAILED, {"W1", "b1"}),
    ):
        path.write_text(text)
        with Sandbox() as sandbox:
            report = Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path))
        assert report.outcome is outcome
        assert {one.name for one in report.parameters if not one.verdict.passes} == spoiled


DECAYED = """
import numpy as np

class Net:
    def __init__(self, d, h, k):
        self.p = {"W1": np.random.randn(d, h), "b1": np.zeros(h), "W2": np.random.randn(h, k), "b2": np.zeros(k)}

    def loss(self, X, y, reg):
        P, n = self.p, len(X)
        H = np.tanh(X @ P["W1"] + P["b1"])
        E = np.exp(H @ P["W2"] + P["b2"])
        Q = E / E.sum(1, keepdims=True)
        cost = -np.log(Q[range(n), y]).sum()
        cost /= n
        cost += reg * (np.sum(P["W1"] ** 2) + np.sum(P["W2"] ** 2))
        D = Q.copy()
        D[range(n), y] -= 1
        D /= n
        G = D @ P["W2"].T * (1 - H ** 2)
        grads = {"W2": H.T @ D + 2 * reg * P["W2"], "b2": D.sum(0)}
        grads |= {"W1": X.T @ G + 2 * reg * P["W1"], "b1": G.sum(0)}
        return cost, grads
"""


@pytest.mark.parametrize(("factor", "expected"), [("2 * reg", Outcome.PASSED), ("reg", Outcome.FAILED)])
def test_gradients_are_held_to_the_decay_of_the_loss_that_is_computed(
    tmp_path: Path, factor: str, expected: Outcome
) -> None:
    """What the sum of squares in the loss is multiplied by tells the weight decay, not the gradients."""
    path = tmp_path / "ann.py"
    path.write_text(DECAYED.replace("2 * reg", factor))
    with Sandbox() as sandbox:
        report = Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path))
    assert report.outcome is expected
    assert {one.name for one in report.parameters if not one.verdict.passes} <= {"W1", "W2"}


@pytest.mark.parametrize("divided", ["", " / n"])
def test_a_sum_that_is_only_divided_later_is_no_loss_of_its_own(tmp_path: Path, divided: str) -> None:
    """Gradients of the sum are said to be another loss's than the mean that the program computes of it."""
    text = TEXT.replace("np.sum((out - Y) ** 2) / 2", "np.sum((out - Y) ** 2) / 2 / len(Y)")
    path = tmp_path / "ann.py"
    path.write_text(text.replace("return out - Y", f"n = len(Y)\n    return (out - Y){divided}"))
    said = "the program's own loss is 1/(2 n) times the summed squared-error; its gradients are those of 1/2 times"
    assert (said in propose(str(path)).summary) is (not divided)


@pytest.mark.parametrize(
    ("added", "passes"),
    [
        ("print(cost + reg * np.sum(P['W1'] ** 2) + reg * np.sum(P['W2'] ** 2))", True),  # printed, too
        ("total = cost * n", True),  # what is added up over batches
        ("", True),
    ],
)
def test_a_loss_that_gradients_agree_with_is_the_one(tmp_path: Path, added: str, passes: bool) -> None:
    """Another regularised number, and a sum over batches that is made of the loss, take nothing away from it."""
    path = tmp_path / "ann.py"
    assert "cost /= n" in DECAYED
    for text, outcome in (
        (DECAYED, Outcome.PASSED),
        (DECAYED.replace("D.sum(0)", "D.sum(0) * n"), Outcome.FAILED),
    ):
        path.write_text(text.replace("        D = Q.copy()", f"        {added}\n        D = Q.copy()"))
        with Sandbox() as sandbox:
            report = Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path))
        assert report.outcome is outcome
        assert {one.name for one in report.parameters if not one.verdict.passes} <= {"b2"}


def test_gradients_without_the_decay_of_the_loss_rest_on_nothing(tmp_path: Path) -> None:
    """The decay may be a step of its own, or forgotten; with it there is no doubt."""
    path = tmp_path / "ann.py"
    for text, rests in (
        (DECAYED, True),
        (DECAYED.replace(' + 2 * reg * P["W1"]', "").replace(' + 2 * reg * P["W2"]', ""), False),
    ):
        path.write_text(text)
        proposal = propose(str(path))
        assert proposal.choice.rests is rests
        assert ("weight decay, and its gradients have none" in proposal.summary) is not rests


RETURNED = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def loss_and_grads(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    h = np.maximum(0, X @ W1 + b1)
    p = softmax(h @ W2 + b2)
    loss = -np.log(p[range(n), y]).mean()
    ds = p.copy()
    ds[range(n), y] -= 1
    dh = ds @ W2.T
    dh[h <= 0] = 0
    return loss, (X.T @ dh, dh.sum(0), h.T @ ds, ds.sum(0))
"""


@pytest.mark.parametrize(
    ("old", "new", "passes", "unsure"),
    [
        ("", "", False, True),
        (".mean()", ".sum()", True, False),
        ("    dh =", "    ds /= n\n    dh =", True, False),
        (".mean()|    dh =", ".sum()|    ds /= n\n    dh =", False, True),
        ("return loss, (", "print(loss)\n    return None, (", True, True),
    ],
)
def test_a_loss_that_is_returned_with_gradients_is_theirs(
    tmp_path: Path, old: str, new: str, passes: bool, unsure: bool
) -> None:
    """Where one call says both, nobody can tell which of them is meant; what is only printed is a doubt."""
    path = tmp_path / "ann.py"
    text = RETURNED
    for one, other in zip(old.split("|"), new.split("|"), strict=True):
        assert one in text
        text = text.replace(one, other) if one else text
    path.write_text(text)
    proposal = propose(str(path))
    with Sandbox("none") as sandbox:
        checked = Verifier(proposal.assignment, sandbox).verify(str(path))
    assert checked.outcome is Outcome.PASSED
    (report,) = proposal.qualified(Report(config=str(path), seed=0, submissions=(checked,))).submissions
    assert report.outcome is (Outcome.PASSED if passes else Outcome.UNGRADABLE)
    assert proposal.understood is passes
    assert any("the program's own loss is" in note for note in report.notes) is unsure
    if not passes:
        assert "1/n times the summed cross-entropy" in report.notes[0]
        assert " 1 times the summed cross-entropy" in report.notes[0]


LOOP = """
import numpy as np

X, y = np.random.rand(20, 4), np.random.rand(20, 3)
W1, b1, W2, b2 = np.random.rand(4, 5), np.zeros(5), np.random.rand(5, 3), np.zeros(3)
for epoch in range(10):
    h = np.tanh(X @ W1 + b1)
    out = h @ W2 + b2
    loss = np.sum((out - y) ** 2) / (2 * len(X))
    print(epoch, loss)
    d2 = out - y
    d1 = d2 @ W2.T * (1 - h ** 2)
    dW2, db2, dW1, db1 = h.T @ d2, d2.sum(0), X.T @ d1, d1.sum(0)
    W1 -= 0.1 * dW1
    b1 -= 0.1 * db1
    W2 -= 0.1 * dW2
    b2 -= 0.1 * db2
"""


def test_a_mean_loss_printed_beside_gradients_of_the_sum_passes(tmp_path: Path) -> None:
    """What a training script prints is for its reader; the check says that it is another one."""
    path = tmp_path / "ann.py"
    path.write_text(LOOP)
    proposal = propose(str(path))
    assert proposal.choice.rests
    assert "the program's own loss is 1/(2 n) times" in proposal.summary
    assert "check: passed" in proposal.summary


DECAYED_BIASES = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def cost(X, y, W1, b1, W2, b2, lam):
    a = sigmoid(sigmoid(X @ W1 + b1) @ W2 + b2)
    return 0.5 * np.sum((a - y) ** 2) + lam / 2 * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
def grads(X, y, W1, b1, W2, b2, lam=0.1):
    a1 = sigmoid(X @ W1 + b1); a2 = sigmoid(a1 @ W2 + b2)
    d2 = (a2 - y) * a2 * (1 - a2); d1 = d2 @ W2.T * a1 * (1 - a1)
    return X.T @ d1 + lam * W1, d1.sum(0) + lam * b1, a1.T @ d2 + lam * W2, d2.sum(0) + lam * b2
"""


def test_the_loss_says_what_ought_to_decay(tmp_path: Path) -> None:
    """Biases that the loss leaves out are a mistake of the gradients; without the loss nobody could tell."""
    path = tmp_path / "ann.py"
    path.write_text(DECAYED_BIASES)
    proposal = propose(str(path))
    assert "loss = cost(" in proposal.toml
    assert "weight_decay = 0.3" in proposal.toml
    assert proposal.choice.seen
    path.write_text(DECAYED_BIASES.replace("def cost(", "def forward_twice("))
    assert not propose(str(path)).choice.seen
