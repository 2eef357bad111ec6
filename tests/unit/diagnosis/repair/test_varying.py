"""Varying: a formula that stands elsewhere in the program, as it is or with other names."""

from __future__ import annotations

import numpy as np
import pytest
from workbench import PROGRAM, mended

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.repair.varying import counterparts, likenesses, terms, variations
from gradcheck.diagnosis.repair.writing import Scope

HELPER = """\
import numpy as np

def weights(inputs, delta, scale=1.0):
    return scale * np.einsum("ni,nj->ij", inputs, delta)

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    return weights(X, d1), d1.sum(0, keepdims=True), weights(h, d2), d2.sum(0, keepdims=True)
"""
TWICE = """\
import numpy as np

def predict(X, W1, b1, W2, b2):
    hidden = 1 / (1 + np.exp(-(X @ W1 + b1)))
    return 1 / (1 + np.exp(-(hidden @ W2 + b2)))

def backward(X, Y, W1, b1, W2, b2):
    o = predict(X, W1, b1, W2, b2)
    hidden = 1 / (1 + np.exp(-(X @ W1 + b1)))
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * hidden * (1 - hidden)
    return X.T @ d1, d1.sum(0, keepdims=True), hidden.T @ d2, d2.sum(0, keepdims=True)
"""


def root_of(program: Program, text: str) -> Root:
    return next(root for root in program.roots if program.segment(program.expression(root)) == text)


def test_names_are_those_of_the_other_layer_or_any_in_reach() -> None:
    """First all of them turned, then one or two replaced; never what is only called, nor a module."""
    program = Program("a1 = np.tanh(x1 @ W1)\n")
    value = program.expression(root_of(program, "np.tanh(x1 @ W1)"))
    found = list(variations(program, value, Scope(arrays=("x1", "W1", "h"))))
    assert found[0] == "np.tanh(x2 @ W2)"
    assert "np.tanh(h @ W2)" in found
    assert not any(one.startswith("h.") or one.startswith("np.h") for one in found)


def test_the_same_name_elsewhere_is_the_likeliest() -> None:
    """Of the formulas of a program, the one that is given to the same name elsewhere costs least."""
    program = Program(
        TWICE.replace("    hidden = 1 / (1 + np.exp(-(X @ W1 + b1)))\n    d2", "    hidden = b1\n    d2")
    )
    found = list(likenesses(program, root_of(program, "b1"), Scope(arrays=("X", "W1", "b1"))))
    assert min(found, key=lambda edit: edit.cost).replacement == "1 / (1 + np.exp(-(X @ W1 + b1)))"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (HELPER, "weights(X, d1)", "X"),
        (TWICE, "hidden = 1 / (1 + np.exp(-(X @ W1 + b1)))", "hidden = b1"),
        (PROGRAM, "sigmoid(X @ W1 + b1)", "sigmoid(b1)"),
    ],
)  # fmt: skip
def test_what_is_gone_is_taken_from_where_it_is_still_there(text: str, right: str, wrong: str) -> None:
    """Calls of helpers, and a layer's formula that another function has as well."""
    found = mended(text.replace(right, wrong, 1))
    assert found is not None
    assert found.text == text


def test_the_programs_are_right() -> None:
    """Nothing is taken for missing where nothing is."""
    with np.errstate(all="ignore"):
        assert mended(HELPER) is None
        assert mended(TWICE) is None


@pytest.mark.parametrize(
    ("text", "root", "expected"),
    [
        ("db2 = np.sum(d2, axis=0)\ndb1 = np.sum(d2)\n", "np.sum(d2)", "np.sum(d1, axis=0)"),
        ("db2 = np.sum(d2, axis=0)\ndb1, rest = np.sum(d2), 0\n", "np.sum(d2)", None),  # only a part of it
        ("db = np.sum(d2, axis=0)\ndb1 = np.sum(d2)\n", "np.sum(d2)", None),  # no counterpart
        ("g = {'b2': np.sum(d2, axis=0), 'b1': np.sum(d2)}\n", "np.sum(d2)", "np.sum(d1, axis=0)"),
        ("g = {'b2': np.sum(d2, axis=0), 'c': np.sum(d2)}\n", "np.sum(d2)", None),
    ],
)
def test_the_other_layers_counterpart_comes_with_this_layers_names(
    text: str, root: str, expected: str | None
) -> None:
    """What is assigned to the name of the other layer, and to nothing else."""
    program = Program(text)
    found = [edit.replacement for edit in counterparts(program, root_of(program, root), Scope(arrays=("d2",)))]
    assert found == ([expected] if expected else [])


def test_a_sum_has_of_each_layer_what_it_has_of_one() -> None:
    """The term that is there once, or is another one, with the other layer's names; of two alike nothing."""
    scope = Scope(arrays=("W1", "W2", "b2"), numbers=("reg",), numpy="np")

    def made(text: str) -> set[str]:
        program = Program(text)
        return {edit.apply(text) for edit in terms(program, program.roots[-1], scope)}

    both = "loss = reg * np.sum(W1 * W1) + reg * np.sum(W2 * W2)"
    assert both in made("loss = reg * np.sum(W1 * W1)")
    assert both in made("loss = reg * np.sum(W1 * W1) + reg * np.sum(b2 * b2)")
    assert both in made("loss = reg * np.sum(W1 * W1) + np.sum(W2 * W2)")
    assert both in made("loss = reg * np.sum(W1 * W1) + reg * np.sum(W1 * W1)")
    assert made("loss = reg * np.sum(x * x)") == set()
    assert not any(len(one) <= len(both) for one in made(both))
