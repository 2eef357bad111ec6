"""Loops over entries of plain lists, no array anywhere: only all the entries of a quantity together tell."""

from __future__ import annotations

import pytest
from workbench import mended

from gradcheck.diagnosis.repair.viewing import Hint

RIGHT = """\
import math

def sig(t):
    return 1.0 / (1.0 + math.exp(-t))

def backward(X, Y, W1, b1, W2, b2):
    b1, b2 = b1[0], b2[0]
    n_in, n_hid, n_out = len(W1), len(W1[0]), len(W2[0])
    gW1 = [[0.0] * n_hid for _ in range(n_in)]
    gb1 = [0.0] * n_hid
    gW2 = [[0.0] * n_out for _ in range(n_hid)]
    gb2 = [0.0] * n_out
    for x, y in zip(X, Y):
        hid = [0.0] * n_hid
        for j in range(n_hid):
            s = b1[j]
            for i in range(n_in):
                s += x[i] * W1[i][j]
            hid[j] = sig(s)
        out = [0.0] * n_out
        for o in range(n_out):
            s = b2[o]
            for j in range(n_hid):
                s += hid[j] * W2[j][o]
            out[o] = sig(s)
        d_out = [(a - t) * a * (1 - a) for a, t in zip(out, y)]
        d_hid = [0.0] * n_hid
        for j in range(n_hid):
            e = 0.0
            for o in range(n_out):
                e += d_out[o] * W2[j][o]
            d_hid[j] = e * hid[j] * (1 - hid[j])
        for o in range(n_out):
            gb2[o] += d_out[o]
            for j in range(n_hid):
                gW2[j][o] += hid[j] * d_out[o]
        for j in range(n_hid):
            gb1[j] += d_hid[j]
            for i in range(n_in):
                gW1[i][j] += d_hid[j] * x[i]
    return gW1, [gb1], gW2, [gb2]
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("s += x[i] * W1[i][j]", "s += x[i]"),
        ("s += x[i] * W1[i][j]", "s += W1[i][j]"),
        ("s = b2[o]", "s = 0.0"),
        ("gW2[j][o] += hid[j] * d_out[o]", "gW2[j][o] += hid[j]"),
        ("d_hid[j] * x[i]", "d_hid[j] * x[j]"),
        ("e += d_out[o] * W2", "e += (out[o] - y[o]) * W2"),
    ],
)
def test_what_lacks_in_a_loop_over_entries_is_found(right: str, wrong: str) -> None:
    """Where values go wrong is seen when the loop is done; what they ought to be, by all of its turns."""
    text = RIGHT.replace(right, wrong)
    line = text[: text.index(wrong)].count("\n") + 1
    found = mended(text, hints=[Hint(line)])
    assert found is not None
    changed = [(a, b) for a, b in zip(text.splitlines(), found.text.splitlines(), strict=True) if a != b]
    assert [text.splitlines().index(before) + 1 for before, _ in changed] == [line]


STEP = """\
import math

import numpy as np

def layer(w, b, inputs):
    sums = [sum(p * v for p, v in zip(row, inputs)) + bias for row, bias in zip(w, b)]
    return [1 / (1 + math.exp(-s)) for s in sums]

def learn(w1, b1, w2, b2, x, t, rate):
    h = layer(w1, b1, x)
    o = layer(w2, b2, h)
    d2 = [(a - y) * a * (1 - a) for a, y in zip(o, t)]
    d1 = []
    for j in range(len(h)):
        e = sum(d2[k] * w2[k][j] for k in range(len(o)))
        d1.append(e * h[j] * (1 - h[j]))
    for k in range(len(o)):
        for j in range(len(h)):
            w2[k][j] -= rate * d2[k] * h[j]
        b2[k] -= rate * d2[k]
    for j in range(len(h)):
        for i in range(len(x)):
            w1[j][i] -= rate * d1[j] * x[i]
        b1[j] -= rate * d1[j]

def backward(X, Y, W1, b1, W2, b2):
    g = [np.zeros_like(one) for one in (W1.T, b1[0], W2.T, b2[0])]
    for x, t in zip(X.tolist(), Y.tolist()):
        own = [one.tolist() for one in (W1.T, b1[0], W2.T, b2[0])]
        learn(*own, x, t, 1.0)
        for total, before, after in zip(g, (W1.T, b1[0], W2.T, b2[0]), own):
            total += before - np.array(after)
    return g[0].T, g[1].reshape(1, -1), g[2].T, g[3].reshape(1, -1)
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        # of the inputs only their number is asked; the loop's own name tells which of them is meant
        ("d1[j] * x[i]", "d1[j] * h[j]"),
        # what a comprehension sums up has one factor, and the other is used nowhere else
        ("sum(d2[k] * w2[k][j] for", "sum(d2[k] for"),
    ],
)
def test_an_entry_is_within_reach_where_a_loop_counts(right: str, wrong: str) -> None:
    """Though it is read nowhere."""
    assert right in STEP
    found = mended(STEP.replace(right, wrong))
    assert found is not None
    assert found.text == STEP


TRAINING = """
def step(W1, W2, gW1, gW2, rate):
    for i in range(len(W1)):
        for j in range(len(W1[0])):
            W1[i][j] -= rate * gW1[i][j]
    return W1, W2 - rate * gW2
"""


def test_weights_that_are_updated_elsewhere_are_no_sums() -> None:
    """Their entries are within reach as ever."""
    text = RIGHT.replace("s += x[i] * W1[i][j]", "s += x[i]") + TRAINING
    line = text[: text.index("s += x[i]")].count("\n") + 1
    found = mended(text, hints=[Hint(line)])
    assert found is not None
    assert found.text == RIGHT + TRAINING


def test_right_loops_need_no_edit() -> None:
    """Nothing is wrong with them."""
    assert mended(RIGHT) is None
