"""Fewer of the arrays that one thing is done to: biases that decay, and what else is called alike."""

from __future__ import annotations

from functools import partial

import pytest
from workbench import made_by, mended

from gradcheck.diagnosis.repair.fewer import fewer
from gradcheck.network.forward import Network

texts = partial(made_by, fewer)
DECAYING = Network(weight_decay=0.3)
RIGHT = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    h = 1 / (1 + np.exp(-(X @ params["W1"] + params["b1"])))
    o = 1 / (1 + np.exp(-(h @ params["W2"] + params["b2"])))
    d = (o - Y) * o * (1 - o)
    grads = {"W2": h.T @ d, "b2": d.sum(0, keepdims=True)}
    d = d @ params["W2"].T * h * (1 - h)
    grads["W1"], grads["b1"] = X.T @ d, d.sum(0, keepdims=True)
    for name in ("W1", "W2"):
        grads[name] += 0.3 * params[name]
    return grads["W1"], grads["b1"], grads["W2"], grads["b2"]
"""
LOOP = '    for name in ("W1", "W2"):\n        grads[name] += 0.3 * params[name]\n'
KEYS = 'a = p["W1"], p["b1"], p["W2"], p["b2"]\n'


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("    for name in params:\n        grads[name] += 0.3 * params[name]\n", LOOP),
        ("    for name in sorted(params.keys()):\n        grads[name] += 0.3 * params[name]\n", LOOP),
        ('    for name in ["W1", "b1", "W2", "b2"]:\n        grads[name] += 0.3 * params[name]\n', None),
        (
            "    for name, w in params.items():\n        grads[name] += 0.3 * w\n",
            '    for name, w in params.items():\n        if name in ("W1", "W2"): grads[name] += 0.3 * w\n',
        ),
    ],
)
def test_biases_that_decay_are_left_out(wrong: str, right: str | None) -> None:
    """Of a loop over a dict, or over a row; of one statement where a loop gives the values, too."""
    assert mended(RIGHT, network=DECAYING) is None
    found = mended(RIGHT.replace(LOOP, wrong), network=DECAYING, seconds=20.0)
    assert found is not None
    assert found.text == RIGHT.replace(LOOP, right or wrong.replace('["W1", "b1", "W2", "b2"]', '["W1", "W2"]'))


def test_what_is_called_alike_goes_together() -> None:
    """With the commas; a call's arguments only where it takes any number of them."""
    assert texts("row = [w_in, b_in, w_out, b_out]\n") >= {"row = [w_in, w_out]\n", "row = [b_in, b_out]\n"}
    assert texts("row = (w1,\n       b1, w2,\n       b2)\n") >= {"row = (w1, w2)\n", "row = (b1,\n       b2)\n"}
    many = "def ridge(*arrays): ...\ncost = ridge(lam, w1, b1, w2, b2)\n"
    assert many.replace("w1, b1, w2, b2", "w1, w2") in texts(many)
    assert texts(many.replace("*arrays", "lam, w1, b1, w2, b2")) == set()


def test_no_row_is_fewer_without_two_kinds() -> None:
    """What is called alike altogether, or differs each time, what is returned or unpacked."""
    for text in ("row = [w1, w2]\n", "row = [a, b, c, d]\n", "w1, b1, w2, b2 = row\n"):
        assert texts(text) == set()
    assert texts("def f():\n    return w1, b1, w2, b2\n") == set()


def test_a_generator_is_for_keys_of_one_kind() -> None:
    """Its values, and its items under a condition."""
    text = KEYS + "cost = sum((v ** 2).sum() for v in p.values())\n"
    assert text.replace("p.values()", '(p["W1"], p["W2"])') in texts(text)
    text = KEYS + "cost = sum((v * g[k]).sum() for k, v in p.items())\n"
    assert text.replace("p.items()", 'p.items() if k in ("W1", "W2")') in texts(text)


@pytest.mark.parametrize("over", ["layers", "range(2)", "zip(p, q)"])
def test_a_loop_over_something_else_stays(over: str) -> None:
    """Where it asks for no key, or for one that no dict has."""
    text = f"for i in {over}:\n    x[i] = squash(i)\n"
    assert not any("(" in made.replace(over, "").replace("squash(i)", "") for made in texts(KEYS + text))


def test_of_two_keys_it_may_be_one() -> None:
    """Of each layer's own dict, which has one of each kind."""
    own = 'layer["W"] = w\nlayer["b"] = b\n'
    text = own + "for name, v in layer.items():\n    grads[name] += v\n"
    assert text.replace("grads", 'if name == "W": grads') in texts(text)
    text = own + "for v in layer.values():\n    v += 1\n"
    assert text.replace("layer.values()", '(layer["W"],)') in texts(text)
    assert texts(text.replace('layer["b"]', 'layer["W"]')) == set()
