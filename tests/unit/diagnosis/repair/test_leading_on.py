"""Of two mistakes that hide each other, one is mended first though no gradient is right with it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from workbench import PROGRAM, mended, trials

from gradcheck.diagnosis.repair.looking import Look
from gradcheck.diagnosis.repair.steps import Step, joined
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.network.forward import Network, Scale

CORRECT = Path(__file__).parents[4] / "cases" / "correct"
STEPPED = (CORRECT / "rows" / "complex_step.py").read_text()
EXAMPLES = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = (np.zeros_like(one) for one in (W1, b1, W2, b2))
    for x, y in zip(X, Y):
        h = 1 / (1 + np.exp(-(x @ W1 + b1[0])))
        o = 1 / (1 + np.exp(-(h @ W2 + b2[0])))
        e = (o - y) * o * (1 - o)
        dW2 += np.outer(h, e)
        db2 += e
        d = W2 @ e * h * (1 - h)
        dW1 += np.outer(x, d)
        db1 += d
    return dW1, db1, dW2, db2
"""


@pytest.mark.parametrize(
    ("program", "first", "second"),
    [
        # with the name right, the gradient is right up to a factor
        (PROGRAM, ("dW2, db2\n", "dW2, h\n"), ("np.sum(d2", "np.mean(d2")),
        # the loss is right, and no gradient
        (STEPPED, ("np.sum(", "np.mean("), ("] += 1e", "] -= 1e")),
        # a line crashes on what a loop hands it
        (EXAMPLES, ("zip(X, Y)", "zip(Y, X)"), ("(1 - h)", "(1 + h)")),
        # what crashes makes the gradient where the program goes on
        (PROGRAM, ("dW1 = X.T @ d1", "dW1 = d1 @ X.T"), ("return dW1,", "d2 = d1\n    return -dW1,")),
    ],
)
def test_both_are_mended(program: str, first: tuple[str, str], second: tuple[str, str]) -> None:
    """By an edit each."""
    assert first[0] in program
    assert second[0] in program
    found = mended(program.replace(*first).replace(*second), seconds=20.0)
    assert found is not None
    told = found.text.replace("d2 = d1\n    ", "").replace(
        "for y, x in zip(Y, X)", "for x, y in zip(X, Y)"
    )  # as good
    assert told == program


def test_what_revives_makes_what_the_program_lacks() -> None:
    """Not any quantity of the right pass: those that are there already tell nothing."""
    text = PROGRAM.replace("dW1 = X.T @ d1", "dW1 = d1 @ X.T")
    look = Look(trials()[0], text, ())
    assert look.crashed is not None
    made = [edit.expression for edit, _ in look.reviving]
    assert made[0] == "X.T @ d1"
    assert "X @ W1" not in made
    assert not Look(trials()[0], PROGRAM, ()).reviving


def test_steps_that_change_the_same_place_are_one() -> None:
    """Unlike steps at two places, or at one that another step lies between."""
    texts = ("a + b\nc", "a - b\nc", "a - d\nc", "a - d\ne")
    edits = (Edit(2, 3, "-", 1.0), Edit(4, 5, "d", 1.0), Edit(6, 7, "e", 1.0))
    steps = [
        Step(edit, text, edit.apply(text), frozenset({name}))
        for edit, text, name in zip(edits, texts, ("w1", "b1", "w2"), strict=False)
    ]
    assert [step.after for step in steps] == list(texts[1:])
    assert joined(steps) == steps
    again = Step(Edit(2, 5, "* d", 1.0), texts[1], "a * d\nc", frozenset({"b1"}))
    (whole,) = joined([steps[0], again])
    assert (whole.before, whole.after, whole.mended) == (texts[0], "a * d\nc", {"w1", "b1"})


@pytest.mark.parametrize(
    ("wrong", "other"),
    [
        ("1 / (1 + np.exp((x @ W1 + b1[0])))", ("(o - y) * o", "(o - y) * y")),
        ("1 / (1 + np.exp(x @ W1 + b1[0]))", ("* o * (1 - o)", "* y * (1 - o)")),
    ],
)
def test_the_rest_of_one_in_a_derivative_is_no_activation(wrong: str, other: tuple[str, str]) -> None:
    """Of z with the wrong sign `1 - h` is what h ought to be: h is where it is mended, beside another mistake."""
    right = "1 / (1 + np.exp(-(x @ W1 + b1[0])))"
    assert right in EXAMPLES
    assert other[0] in EXAMPLES
    found = mended(EXAMPLES.replace(right, wrong).replace(*other), seconds=20.0)
    assert found is not None
    assert found.text == EXAMPLES


def test_what_crashes_is_mended_behind_another_mistake() -> None:
    """Nothing is evaluated there: that a right value helps is all that tells."""
    right = "    dh = d2 @ W2.T\n    d1 = dh * h * (1 - h)\n"
    wrong = PROGRAM.replace(right, "    d1 = d2 * h * (1 - h)\n").replace("np.sum(d2", "np.mean(d2")
    assert wrong.count("\n") < PROGRAM.count("\n")
    found = mended(wrong, seconds=20.0)
    assert found is not None
    assert found.text == PROGRAM.replace(right, "    d1 = d2 @ W2.T * h * (1 - h)\n")


COROUTINES = """\
import numpy as np

def dense(p, g, W, b):
    x = yield
    dy = yield x @ p[W] + p[b]
    g[W] = x.T @ dy
    g[b] = dy.sum(0, keepdims=True)
    yield dy @ p[W].T

def sigmoid():
    y = 1 / (1 + np.exp(-(yield)))
    dy = yield y
    yield dy * y * (1 - y)

def error(t):
    r = (yield) - t
    dy = yield r
    yield dy * r / len(t)

def backward(X, Y, *parameters):
    p, g, x, d = dict(zip("abcd", parameters)), {}, X, 1.0
    stack = [dense(p, g, "a", "b"), sigmoid(), dense(p, g, "c", "d"), sigmoid(), error(Y)]
    for one in stack:
        next(one)
        x = one.send(x)
    for one in reversed(stack):
        d = one.send(d)
    return [g[name] for name in "abcd"]
"""


def test_gradients_that_share_a_factor_are_mended_beside_others_that_have_none() -> None:
    """The loss's 1/n is missing; what the hidden layer has is no multiple of anything."""
    network = Network(loss_scale=Scale(Fraction(1, 2), per_example=True))
    wrong = COROUTINES.replace("dy * r / len(t)", "dy * r").replace("dy @ p[W].T", "dy @ p[W].T ** 2")
    assert mended(COROUTINES, seconds=20.0, network=network) is None
    found = mended(wrong, seconds=20.0, network=network)
    assert found is not None
    assert found.mended == {"w1", "b1", "w2", "b2"}


def test_what_leads_on_mends_what_it_mends() -> None:
    """Each of two edits its own gradients, though it took both of them to find the first."""
    program = (CORRECT / "rows" / "apply_along_axis.py").read_text()
    wrong = program.replace("(o - Y) * o * (1 - o)", "((o - Y) * o)").replace("reshape(1, -1)", "reshape(-1, 1)")
    found = mended(wrong, seconds=20.0)
    assert found is not None
    assert [one.mended for one in found.steps] == [{"w1", "w2"}, {"b1", "b2"}]
