"""Of edits that mend the same the likeliest is taken; what does something else besides is left alone."""

from __future__ import annotations

from fractions import Fraction

import pytest
from workbench import PROGRAM, mended, trials

from gradcheck.diagnosis.repair.looking import Look
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.network.forward import Network, Scale

MEAN = Network(loss_scale=Scale(Fraction(1, 1), per_example=True))
COUNTED = PROGRAM.replace("    d2 =", "    n = Y.shape[0]\n    e = 2 * (o - Y) / n\n    d2 =").replace(
    "(o - Y) * o", "e * o"
)
KEPT = """\
import numpy as np

class Net:
    def forward(self, X):
        self.X = X
        self.h = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        self.o = 1 / (1 + np.exp(-(self.h @ self.W2 + self.b2)))
        return self.o

    def mean(self, h):
        self.last = self.mean(self.h)
        return self.h.mean(axis=0)

    def predict(self, X):
        return self.forward(X) > 0.5
"""


@pytest.fixture
def look() -> Look:
    """A class whose `predict` leaves what `forward` keeps."""
    trial, _ = trials()
    return Look(trial, KEPT, ())


def test_a_number_of_examples_has_no_factor() -> None:
    """What is divided by it may lack one."""
    assert mended(COUNTED, network=MEAN) is None
    found = mended(COUNTED.replace("2 * (o", "(o"), network=MEAN)
    assert found is not None
    assert "n = Y.shape[0]\n" in found.text


@pytest.mark.parametrize(
    ("old", "new", "stills"),
    [
        ("self.forward(X)", "X", True),
        ("self.forward(X)", "self.forward(X.T)", False),
        ("self.forward(X) > 0.5", "self.forward(X) < 0.5", False),
        ("np.exp(-(X @ self.W1 + self.b1))", "-(X @ self.W1 + self.b1)", False),
        ("self.h.mean(axis=0)", "self.h.sum(axis=0)", False),  # an array's, and not its own
        ("self.mean(self.h)", "self.h", True),
    ],
)
def test_a_call_that_keeps_something_stays(old: str, new: str, stills: bool, look: Look) -> None:
    """Its value may be of no use, and what it keeps is."""
    start = KEPT.rindex(old)
    assert look.stills(Edit(start, start + len(old), new, 1.0)) is stills


def test_what_a_closure_gives_is_made_in_it() -> None:
    """A name that the file gives to what a function returned is as good as that of a function."""
    loss = "def squared(o, Y):\n    def back():\n        return o - Y\n    return back\n\n"
    text = PROGRAM.replace("def backward", loss + "def backward")
    text = text.replace("    d2 = (o - Y)", "    back = squared(o, Y)\n    e = back()\n    d2 = e")
    found = mended(text.replace("return o - Y", "return Y - o"), seconds=10.0)
    assert found is not None
    assert found.text in (text, text.replace("o - Y", "-(Y - o)"))


STEPPED = PROGRAM.replace("    h = sig", "    before = [p.copy() for p in (W1, b1, W2, b2)]\n    h = sig").replace(
    "    return dW1, db1, dW2, db2\n",
    """\
    for p, step in zip((W1, b1, W2, b2), (dW1, db1, dW2, db2)):
        p -= step
    return [before[i] - p for i, p in enumerate((W1, b1, W2, b2))]
""",
)


def test_an_update_rather_than_an_error_is_the_wrong_way_round() -> None:
    """Outputs less targets are what one steps down by."""
    assert mended(STEPPED) is None
    found = mended(STEPPED.replace("p -= step", "p += step"), seconds=10.0)
    assert found is not None
    assert found.text == STEPPED
    trial, _ = trials()
    wrong = STEPPED.replace("p -= step", "p += step")
    start = wrong.index("(o - Y)")
    look = Look(trial, wrong, ())
    root = next(
        one for one in look.program.roots if look.program.segment(look.program.expression(one)).startswith("(o")
    )
    turned = Edit(start, start + 7, "(Y - o)", 1.15, root, "(Y - o) * o * (1 - o)")
    update = next(edit for edit, _ in look.turned)
    assert look.preference.by_oddity([turned, update]) == [update, turned]


def test_what_a_backward_pass_begins_with_is_compared_with_all_else() -> None:
    """A factor that it is given may make up for one anywhere."""
    text = PROGRAM.replace("    d2 = (o - Y)", "    seed = 1.0\n    d2 = seed * (o - Y)")
    look = Look(trials()[0], text.replace("dW1 = X.T", "dW1 = 0.5 * X.T"), ())
    root = next(one for one in look.program.roots if look.program.segment(look.program.expression(one)) == "1.0")
    start = look.program.span(look.program.expression(root))[0]
    assert not look.preference.is_plausible(Edit(start, start + 3, "2", 1.0, root, "2"), named=True)


HELPED = """\
import numpy as np

def bend(z):
    a = 1 / (1 + np.exp(-z))
    return a

def backward(X, Y, W1, b1, W2, b2):
    h = bend(X @ W1 + b1)
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""


OTHER = HELPED.replace("1 / (1 + np.exp(-(h @ W2 + b2)))", "np.tanh(h @ W2 + b2)").replace(
    "o * (1 - o)", "(1 - o ** 2)"
)


@pytest.mark.parametrize(
    ("activation", "wrong", "plausible"),
    [
        ("sigmoid", HELPED.replace("* h * (1 - h)", "* (1 - h)"), False),
        ("tanh", OTHER.replace("* h * (1 - h)", "* (1 - h ** 2)"), True),
    ],
)
def test_a_helper_of_the_network_is_rather_not_changed(activation: str, wrong: str, plausible: bool) -> None:
    """It is right by itself; one of another activation than the network's isn't."""
    network = Network(hidden_activation=activation, output_activation=activation)
    look = Look(trials(network)[0], wrong, ())
    root = next(one for one in look.program.roots if look.program.expression(one).lineno == 4)
    start, end = look.program.span(look.program.expression(root))
    edit = Edit(start, end, "np.tanh(z)", 1.0, root, "np.tanh(z)")
    assert look.preference.is_plausible(edit, named=False) is plausible
