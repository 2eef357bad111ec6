"""Sizes that a file writes out: constants are what arrays of that shape say, and no longer what they were."""

import ast
from pathlib import Path

import pytest

from gradcheck.errors import UngradableError
from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.proposing.sizes import _of_shape
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

ARRAYS = """
import numpy as np
rng = np.random.default_rng(0)
S, F, G, C = 40, 3, 6, 2
data = rng.normal(size=(S, F))
goal = rng.uniform(size=(S, C))
p, q = rng.normal(size=(F, G)), np.zeros((1, G))
r, s = rng.normal(size=(G, C)), np.zeros((1, C))
f = lambda v: 1 / (1 + np.exp(-v))
for epoch in range(200):
    m = f(data @ p + q)
    o = f(m @ r + s)
    print(np.sum((o - goal) ** 2) / (2 * S))
    e = (o - goal) * o * (1 - o) / S
    g = e @ r.T * m * (1 - m)
    r -= 0.5 * m.T @ e
    s -= 0.5 * e.sum(0, keepdims=True)
    p -= 0.5 * data.T @ g
    q -= 0.5 * g.sum(0, keepdims=True)
"""
LISTS = """
import math, random
N_HID, N_IN, N_OUT = 4, 2, 1
inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
targets = [[0.0], [1.0], [1.0], [0.0]]
w1 = [[random.uniform(-1, 1) for j in range(N_HID)] for i in range(N_IN)]
w2 = [[random.uniform(-1, 1) for k in range(N_OUT)] for j in range(N_HID)]
b1, b2 = [0.0] * N_HID, [0.0] * N_OUT
def f(v):
    return 1.0 / (1.0 + math.exp(-v))
for epoch in range(50):
    cost = 0.0
    for x, t in zip(inputs, targets):
        h = [f(b1[j] + sum(x[i] * w1[i][j] for i in range(N_IN))) for j in range(N_HID)]
        o = [f(b2[k] + sum(h[j] * w2[j][k] for j in range(N_HID))) for k in range(N_OUT)]
        cost += sum(0.5 * (o[k] - t[k]) ** 2 for k in range(N_OUT))
        e = [(o[k] - t[k]) * o[k] * (1 - o[k]) for k in range(N_OUT)]
        g = [sum(e[k] * w2[j][k] for k in range(N_OUT)) * h[j] * (1 - h[j]) for j in range(N_HID)]
        for j in range(N_HID):
            for k in range(N_OUT):
                w2[j][k] -= 0.5 * e[k] * h[j]
            for i in range(N_IN):
                w1[i][j] -= 0.5 * g[j] * x[i]
            b1[j] -= 0.5 * g[j]
        for k in range(N_OUT):
            b2[k] -= 0.5 * e[k]
"""
WRITTEN = """
import numpy as np
data = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
goal = np.array([[0], [1], [1], [0]])
p, q = np.random.rand(3, 5), np.random.rand(5, 1)
f = lambda v: 1 / (1 + np.exp(-v))
for epoch in range(100):
    m = f(data @ p)
    o = f(m @ q)
    cost = np.sum((o - goal) ** 2) / 4
    e = 2 * (o - goal) * o * (1 - o) / 4
    g = e @ q.T * m * (1 - m)
    q -= 0.5 * m.T @ e
    p -= 0.5 * data.T @ g
"""
ONE_FOR_TWO = """
import numpy as np

def fit(points, wanted, size, rate=0.1, rounds=50):
    v, w = np.random.rand(size, 4), np.random.rand(4, size)
    for _ in range(rounds):
        m = np.tanh(points @ v)
        o = m @ w
        print(np.sum((o - wanted) ** 2) / (2 * size))
        e = (o - wanted) / size
        dw = m.T @ e / len(points)
        dv = points.T @ (e @ w.T * (1 - m ** 2)) / len(points)
        v -= rate * dv
        w -= rate * dw
    return v, w
"""
GIVEN = """
import numpy as np

def gradients(points, wanted, v, w, size):
    m = np.tanh(points @ v)
    o = m @ w
    print(np.sum((o - wanted) ** 2) / (2 * size))
    e = (o - wanted) / size
    return points.T @ (e @ w.T * (1 - m ** 2)), m.T @ e
"""


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        (ONE_FOR_TWO, "* (1 - m ** 2)", "* (1 - m)"),
        (WRITTEN, "* m * (1 - m)", "* (1 - m)"),
        (ARRAYS, "* o * (1 - o) / S", "* (1 - o) / S"),
        (LISTS, "* h[j] * (1 - h[j])", "* h[j]"),
    ],
    ids=["one-for-two", "as-written", "arrays", "lists"],
)
def test_constants_are_sizes(tmp_path: Path, text: str, before: str, after: str) -> None:
    """What arrays are made with, or loops count to, is injected with them: right passes, wrong doesn't."""
    path = tmp_path / "ann.py"
    assert before in text
    for version, expected in ((text, Outcome.PASSED), (text.replace(before, after), Outcome.FAILED)):
        path.write_text(version)
        with Sandbox() as sandbox:
            report = Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path))
        assert report.outcome is expected, report


def test_numbers_that_are_written_for_the_data_fix_how_many_examples_there_are(tmp_path: Path) -> None:
    """A division by four is by all of four examples, and not of five."""
    path = tmp_path / "ann.py"
    rounded = WRITTEN.replace("/ 4", "/ len(data)").replace("cost =", "shown = round(epoch, 4)\n    cost =")
    more = WRITTEN.replace("[1, 1, 1]]", "[1, 1, 1], [0, 0, 0]]")
    for text, expected in ((WRITTEN, 4), (more, None), (rounded, None)):
        path.write_text(text)
        assert ("examples = 4" in _proposed(str(path))) is (expected == 4)


def test_a_size_that_is_guessed_accuses_nobody(tmp_path: Path) -> None:
    """What is off by a size that is handed over may have been handed another one; off by its own, it is wrong."""
    path = tmp_path / "ann.py"
    path.write_text(GIVEN)
    with pytest.raises(UngradableError, match="changes with a size which the program is given"):
        propose(str(path))
    own = GIVEN.replace("(2 * size)", "2").replace("/ size", "/ points.shape[1]")
    path.write_text(own)
    with Sandbox() as sandbox:
        report = Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path))
    assert report.outcome is Outcome.FAILED


def test_only_shapes_are_shapes() -> None:
    """What else a call is given says nothing of sizes, and what is turned round says it the other way."""
    told = {
        "rng.normal(0, scale, size=(D, H))": {"D": "d", "H": "h"},
        "np.random.randn(D, H)": {"D": "d", "H": "h"},
        "np.random.randn(H, D).T": {},
        "np.clip(W, lam)": {},
    }
    for text, expected in told.items():
        assert dict(_of_shape(ast.parse(text, mode="eval").body, ["d", "h"])) == expected


def _proposed(path: str) -> str:
    try:
        return propose(path).toml
    except UngradableError:
        return ""
