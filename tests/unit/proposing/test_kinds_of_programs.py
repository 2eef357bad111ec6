"""Programs of further kinds: a contract is found for the right one, and with it the wrong one is found wrong."""

from pathlib import Path

import pytest

from gradcheck.errors import UngradableError
from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.proposing.proposal import Proposal
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

BATCH_OF_COLUMNS = """
import numpy as np

def sig(z):
    return 1 / (1 + np.exp(-z))

class Net:
    def __init__(self, sizes):
        self.w = [np.random.randn(b, a) for a, b in zip(sizes[:-1], sizes[1:])]
        self.b = [np.random.randn(b, 1) for b in sizes[1:]]

    def learn(self, batch, eta):
        sum_w, sum_b = [0 * w for w in self.w], [0 * b for b in self.b]
        for x, y in batch:
            step_w, step_b = self.backprop(x, y)
            sum_w = [one + more for one, more in zip(sum_w, step_w)]
            sum_b = [one + more for one, more in zip(sum_b, step_b)]
        self.w = [w - eta / len(batch) * one for w, one in zip(self.w, sum_w)]
        self.b = [b - eta / len(batch) * one for b, one in zip(self.b, sum_b)]

    def backprop(self, x, y):
        h = sig(self.w[0] @ x + self.b[0])
        o = sig(self.w[1] @ h + self.b[1])
        e = (o - y) * o * (1 - o)
        f = self.w[1].T @ e * h * (1 - h)
        return [f @ x.T, e @ h.T], [f, e]
"""

ONE_AFTER_THE_OTHER = """
from math import exp

class Net:
    def __init__(self, inputs, hidden, outputs):
        self.v = [[0.1] * inputs for _ in range(hidden)]
        self.c = [0.0] * hidden
        self.w = [[0.1] * hidden for _ in range(outputs)]
        self.b = [0.0] * outputs

    def train(self, samples, lr):
        total = 0.0
        for x, target in samples:
            h = [1 / (1 + exp(-sum(v * i for v, i in zip(r, x)) - c)) for r, c in zip(self.v, self.c)]
            o = [1 / (1 + exp(-sum(w * i for w, i in zip(r, h)) - b)) for r, b in zip(self.w, self.b)]
            e = [(p - t) * p * (1 - p) for p, t in zip(o, target)]
            f = [sum(d * r[j] for d, r in zip(e, self.w)) * a * (1 - a) for j, a in enumerate(h)]
            for j, d in enumerate(f):
                self.c[j] -= lr * d
                for i, one in enumerate(x):
                    self.v[j][i] -= lr * d * one
            for k, d in enumerate(e):
                self.b[k] -= lr * d
                for j, one in enumerate(h):
                    self.w[k][j] -= lr * d * one
            total += sum((p - t) ** 2 for p, t in zip(o, target)) / 2
        return total
"""

LAYERS_THAT_SUM_UP = """
import numpy as np

class Linear:
    def __init__(self, inputs, outputs):
        self.w, self.b = np.random.randn(outputs, inputs), np.zeros(outputs)
        self.dw, self.db = np.zeros_like(self.w), np.zeros_like(self.b)
    def __call__(self, x):
        self.x = x
        return x @ self.w.T + self.b
    def backward(self, grad):
        self.dw += grad.T @ self.x
        self.db += grad.sum(axis=0)
        return grad @ self.w

class Net:
    def __init__(self, inputs, hidden, outputs):
        self.one, self.two = Linear(inputs, hidden), Linear(hidden, outputs)
    def __call__(self, x):
        self.h = np.tanh(self.one(x))
        return self.two(self.h)
    def backward(self, grad):
        return self.one.backward(self.two.backward(grad) * (1 - self.h ** 2))

def main():
    angles = np.random.rand(20, 2)
    ends = np.random.rand(20, 2)
    net = Net(2, 6, 2)
    for epoch in range(100):
        out = net(angles)
        for layer in (net.one, net.two):
            layer.dw[:], layer.db[:] = 0, 0
        net.backward(2 * (out - ends) / out.size)
        for layer in (net.one, net.two):
            layer.w -= 0.1 * layer.dw
            layer.b -= 0.1 * layer.db

if __name__ == "__main__":
    main()
"""

NAMED_AXES = """
from collections import namedtuple
import numpy as np

Weights = namedtuple("Weights", "W1 b1 W2 b2")
es = np.einsum

def run(p, x):
    h = np.tanh(es("nd,dh->nh", x, p.W1) + p.b1)
    return h, 1 / (1 + np.exp(-es("nh,hk->nk", h, p.W2) - p.b2))

def back(p, x, h, o, y):
    e = (o - y) / len(x)
    f = es("nk,hk->nh", e, p.W2) * (1 - h ** 2)
    return Weights(es("nd,nh->dh", x, f), f.sum(0), es("nh,nk->hk", h, e), e.sum(0))
"""

MATRICES = """
import numpy as np

X = np.matrix('0 0 1 1; 0 1 0 1')
T = np.matrix('0 1 1 0')
W1, b1 = np.matrix(np.random.rand(4, 2)), np.matrix(np.random.rand(4, 1))
W2, b2 = np.matrix(np.random.rand(1, 4)), np.matrix(np.random.rand(1, 1))
for lauf in range(1000):
    A = 1 / (1 + np.exp(-(W1 * X + b1)))
    B = 1 / (1 + np.exp(-(W2 * A + b2)))
    d2 = np.multiply(B - T, np.multiply(B, 1 - B))
    d1 = np.multiply(W2.T * d2, np.multiply(A, 1 - A))
    W2 = W2 - 0.8 * d2 * A.T
    b2 = b2 - 0.8 * d2.sum(axis=1)
    W1 = W1 - 0.8 * d1 * X.T
    b1 = b1 - 0.8 * d1.sum(axis=1)
"""

GLOBAL_LISTS = """
from math import exp

N_ENTRADA, N_OCULTA, N_SALIDA = 2, 3, 1
N_ENTRADA = 2
N_OCULTA = 3
N_SALIDA = 1
pesos1 = [[0.1] * N_OCULTA for _ in range(N_ENTRADA)]
sesgos1 = [0.0] * N_OCULTA
pesos2 = [[0.2] * N_SALIDA for _ in range(N_OCULTA)]
sesgos2 = [0.0] * N_SALIDA

def sigmoide(x):
    return 1 / (1 + exp(-x))

def entrenar(entrada, objetivo, tasa):
    oculta = [sigmoide(sesgos1[j] + sum(entrada[i] * pesos1[i][j] for i in range(N_ENTRADA)))
              for j in range(N_OCULTA)]
    salida = [sigmoide(sesgos2[k] + sum(oculta[j] * pesos2[j][k] for j in range(N_OCULTA)))
              for k in range(N_SALIDA)]
    delta2 = [(salida[k] - objetivo[k]) * salida[k] * (1 - salida[k]) for k in range(N_SALIDA)]
    delta1 = []
    for j in range(N_OCULTA):
        suma = 0.0
        for k in range(N_SALIDA):
            suma += delta2[k] * pesos2[j][k]
        delta1.append(suma * oculta[j] * (1 - oculta[j]))
    for k in range(N_SALIDA):
        sesgos2[k] -= tasa * delta2[k]
        for j in range(N_OCULTA):
            pesos2[j][k] -= tasa * delta2[k] * oculta[j]
    for j in range(N_OCULTA):
        sesgos1[j] -= tasa * delta1[j]
        for i in range(N_ENTRADA):
            pesos1[i][j] -= tasa * delta1[j] * entrada[i]

for entrada, objetivo in [([0, 1], [1]), ([1, 1], [0])]:
    entrenar(entrada, objetivo, 0.7)
"""

LIST_OF_COLUMNS = """
import numpy as np

muster = [np.array([[0.], [1.]]), np.array([[1.], [1.]])]
ziele = [1., 0.]
w1, s1 = np.random.rand(3, 2), np.random.rand(3, 1)
w2, s2 = np.random.rand(1, 3), np.random.rand(1, 1)
for lauf in range(100):
    for nr in range(2):
        e = muster[nr]
        v = 1 / (1 + np.exp(-(w1 @ e + s1)))
        a = 1 / (1 + np.exp(-(w2 @ v + s2)))
        d2 = (a - ziele[nr]) * a * (1 - a)
        d1 = w2.T @ d2 * v * (1 - v)
        w2 -= 0.5 * d2 @ v.T
        s2 -= 0.5 * d2
        w1 -= 0.5 * d1 @ e.T
        s1 -= 0.5 * d1
"""

SIZES_BY_DEFAULT = """
import numpy as np

class Model:
    def __init__(self, input_dim=18, hidden_dim=64, output_dim=8, seed=42):
        rng = np.random.default_rng(seed)
        self.w1, self.b1 = rng.normal(size=(input_dim, hidden_dim)), np.zeros(hidden_dim)
        self.w2, self.b2 = rng.normal(size=(hidden_dim, output_dim)), np.zeros(output_dim)
        self.batch_size = 50

    def forward(self, X):
        z1 = X @ self.w1 + self.b1
        a1 = np.maximum(0, z1)
        return z1, a1, a1 @ self.w2 + self.b2

    def step(self, X, y, z1, a1, a2, lr):
        d2 = (a2 - y) / self.batch_size
        d1 = d2 @ self.w2.T * (z1 > 0)
        self.w2 -= lr * a1.T @ d2
        self.b2 -= lr * d2.sum(axis=0)
        self.w1 -= lr * X.T @ d1
        self.b1 -= lr * d1.sum(axis=0)
"""


def proposed(folder: Path, text: str) -> tuple[Proposal, Outcome, list[str]]:
    """A proposal, and what the check with it says."""
    path = folder / "net.py"
    path.write_text(text)
    proposal = propose(str(path))
    with Sandbox() as sandbox:
        report = Verifier(proposal.assignment, sandbox, feedback="verdict").verify(str(path))
    return proposal, report.outcome, [one.name for one in report.parameters if one.verdict.value != "correct"]


def told_from_its_twin(folder: Path, text: str, right: str, wrong: str, parameters: list[str]) -> Proposal:
    """The proposal for a program that passes with it, whose wrong twin fails in those that are wrong."""
    assert right in text
    proposal, outcome, named = proposed(folder, text)
    assert (outcome, named) == (Outcome.PASSED, [])
    _, outcome, named = proposed(folder, text.replace(right, wrong))
    assert (outcome, named) == (Outcome.FAILED, parameters)
    return proposal


@pytest.mark.parametrize(
    ("text", "right", "wrong", "parameters"),
    [
        pytest.param(BATCH_OF_COLUMNS, "one + more for one, more in zip(sum_b", "more for one, more in zip(sum_b",
                     ["b1", "b2"], id="sums over a batch of columns"),
        pytest.param(ONE_AFTER_THE_OTHER, "f = [sum(d * r[j]", "f = [sum(d * d * r[j]", ["W1", "b1"],
                     id="updates after each example"),
        pytest.param(LAYERS_THAT_SUM_UP, "(1 - self.h ** 2)", "(1 - self.h)", ["W1", "b1"],
                     id="layers whose backward takes a gradient"),
        pytest.param(NAMED_AXES, "es(\"nh,nk->hk\", h, e)", "es(\"nh,nk->hk\", h, e * o)", ["W2"], id="einsum"),
        pytest.param(MATRICES, "np.multiply(A, 1 - A)", "A",
                     ["W1", "b1"], id="np.matrix"),
        pytest.param(GLOBAL_LISTS, "delta1.append(suma * oculta[j] *", "delta1.append(suma *", ["W1", "b1"],
                     id="globals changed in place"),
        pytest.param(LIST_OF_COLUMNS, "w2.T @ d2 * v * (1 - v)", "w2.T @ d2 * v", ["W1", "b1"],
                     id="a list of columns"),
        pytest.param(SIZES_BY_DEFAULT, "(z1 > 0)", "z1", ["W1", "b1"], id="results handed on, sizes by default"),
    ],
)  # fmt: skip
def test_a_kind_of_program_is_understood(
    tmp_path: Path, text: str, right: str, wrong: str, parameters: list[str]
) -> None:
    """The right one passes, all its parameters compared; the wrong one fails in those that are wrong."""
    proposal = told_from_its_twin(tmp_path, text, right, wrong, parameters)
    assert proposal.assignment.contract is not None
    assert [*proposal.assignment.contract.gradients] == ["W1", "b1", "W2", "b2"]


def test_what_sums_over_examples_is_checked_with_several(tmp_path: Path) -> None:
    """And not only what it calls for one of them, where a sum can't be told from its absence."""
    proposal, _, _ = proposed(tmp_path, BATCH_OF_COLUMNS)
    assert proposal.assignment.contract is not None
    assert "net.learn([*zip(X[..., None], Y[..., None])], 0.7)" in proposal.assignment.contract.run
    assert "examples = 1" not in proposal.toml


def test_no_verdict_without_targets(tmp_path: Path) -> None:
    """A backward pass that takes a gradient, no loss in the file, is not accused of taking targets wrong."""
    alone = LAYERS_THAT_SUM_UP.partition("def main")[0]
    path = tmp_path / "net.py"
    path.write_text(alone)
    with pytest.raises(UngradableError, match="nor are its outputs compared with the targets"):
        propose(str(path))
