"""What a name stands for when it is read: the right one is among the edits, and mends a program."""

from __future__ import annotations

from functools import partial

import pytest
from workbench import PROGRAM, made_by, mended

from gradcheck.diagnosis.repair.binding import bindings

CLASS = """\
class Net:
    def forward(self, x):
        out = f(x)
        return out

    def backward(self):
        return self.out
"""
TAPE = """\
def forward(X, W1, b1, W2, b2):
    tape, out = [], X
    for w, b in ((W1, b1), (W2, b2)):
        tape.append(lambda g, w=w, x=out: (x.T @ g, g.sum(0, keepdims=True), g @ w.T))
        out = 1 / (1 + np.exp(-(out @ w + b)))
        tape.append(lambda g, a=out: g * a * (1 - a))
    return out, tape

def backward(X, Y, W1, b1, W2, b2):
    o, tape = forward(X, W1, b1, W2, b2)
    g = tape[3](o - Y)
    dW2, db2, g = tape[2](g)
    dW1, db1, _ = tape[0](tape[1](g))
    return dW1, db1, dW2, db2
"""


texts = partial(made_by, bindings)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (CLASS, CLASS.replace("out = f(x)", "self.out = out = f(x)")),
        (
            "def f(p):\n    for w in p:\n        t.append(lambda: w)",
            "def f(p):\n    for w in p:\n        t.append(lambda w=w: w)",
        ),
        (
            "def f(x):\n    back = lambda g, k=1: g * x\n    x = h(x)\n    x = h(x)\n    return back",
            "def f(x):\n    back = lambda g, k=1, x=x: g * x\n    x = h(x)\n    x = h(x)\n    return back",
        ),
        (
            "def f(p):\n    for w in p:\n        def back():\n            return w\n        t.append(back)",
            "def f(p):\n    for w in p:\n        def back(w=w):\n            return w\n        t.append(back)",
        ),
        (
            "def f(p):\n    for w, b in p:\n        t.append(lambda g: w + b)",
            "def f(p):\n    for w, b in p:\n        t.append(lambda g, w=w, b=b: w + b)",
        ),
        (
            "def f(params):\n    grads = {}\n    grads['w'] = g(params)\n    return params",
            "def f(params):\n    grads = {}\n    grads['w'] = g(params)\n    return grads",
        ),
        ("def f(x, y):\n    y, a = g(x)\n    return a - y", "def f(x, y):\n    _, a = g(x)\n    return a - y"),
    ],
)
def test_the_right_value_is_among_the_edits(wrong: str, right: str) -> None:
    """Of a wrong text the right one is made."""
    assert right in texts(wrong)


@pytest.mark.parametrize(
    "text",
    [
        CLASS.replace("out = f(x)", "out = self.out = f(x)"),
        CLASS.replace("return self.out", "return out"),
        "def f(x, y):\n    z, a = g(x)\n    return a - y",
        "def f(w, b):\n    w, b = step(w, b)\n    return w, b",
        "def f(x):\n    w = 1\n    return lambda g: g * w * x",  # neither changes any more
        "for w in p:\n    f(lambda: w)",  # of the module, which isn't run again
        "def f(p):\n    for w in p:\n        t.append(lambda w: w)",
        "def f(p):\n    g = {}\n    g['w'] = p\n    h(g)\n    return p",  # what was made is used
    ],
)
def test_what_is_bound_as_it_should_be_stays(text: str) -> None:
    """No edit where the name stands for what it ought to."""
    assert texts(text) == set()


@pytest.mark.parametrize(
    ("right", "wrong"), [("w=w, x=out: (x.T @", "w=w: (out.T @"), ("a=out: g * a *", "a=out: g * out *")]
)
def test_a_name_that_changes_before_it_is_read_is_kept_as_it_was(right: str, wrong: str) -> None:
    """A closure in a loop reads what the last turn left."""
    text = f"import numpy as np\n\n{TAPE}"
    assert mended(text) is None
    found = mended(text.replace(right, wrong))
    assert found is not None
    assert "out=out" in found.text or right in found.text


def test_an_activation_that_a_method_only_names_is_kept() -> None:
    """The backward pass reads the attribute, which is still what it was at first."""
    head, body = PROGRAM.split("def backward(X, Y, W1, b1, W2, b2):\n")
    forward, backward = body.split("    d2 =")
    text = f"""{head}class Net:
    def __init__(self, Y):
        self.o = 0 * Y

    def forward(self, X, W1, b1, W2, b2):
{forward.replace("    h =", "        h = self.h =").replace("    o =", "        o =")}        return o

    def backward(self, X, Y, W2):
        h, o = self.h, self.o
        d2 ={backward.replace("    d", "        d").replace("    return", "        return")}

def backward(X, Y, W1, b1, W2, b2):
    net = Net(Y)
    net.forward(X, W1, b1, W2, b2)
    return net.backward(X, Y, W2)
"""
    found = mended(text)
    assert found is not None
    assert "self.o = o = sigmoid" in found.text
    assert mended(found.text) is None


IN_VAIN = """\
def change(p, g):
    return p - 0.1 * (g + p)

def train(p, g):
    change(p, g)
"""


def test_a_change_that_nobody_takes_is_made_in_place() -> None:
    """Only where every call's result is dropped, and of what the function is handed."""
    right = IN_VAIN.replace("return p - 0.1", "p -= 0.1")
    assert right in texts(IN_VAIN)
    taken = IN_VAIN.replace("    change(p, g)", "    p = change(p, g)")
    assert taken.replace("return p - 0.1", "p -= 0.1") not in texts(taken)
    own = IN_VAIN.replace("return p - 0.1", "return rate - 0.1")
    assert not any("rate -=" in text for text in texts(own))
    handed_on = IN_VAIN + "    map(change, p)\n"
    assert not any("p -=" in text for text in texts(handed_on))
    enclosed = IN_VAIN.replace("return p - 0.1 * (g + p)", "return (p - 0.1 * g)")
    assert not any("p -=" in text for text in texts(enclosed))
    inner = "def change(p, g):\n    def less(x):\n        return p - x\n    g[0] = less(g)\n\nchange(1, 2)\n"
    assert not any("p -=" in text for text in texts(inner))


def test_what_a_parameter_is_given_in_vain_is_put_into_it() -> None:
    """By the operator, or as a whole; not where something reads it afterwards, nor what is no parameter."""
    head = "def slope(z, delta):\n    "
    assert texts(f"{head}delta = delta * (1 - z)\n") >= {f"{head}delta *= 1 - z\n"}
    assert texts(f"{head}delta = (1 - z) * delta\n") >= {f"{head}delta[...] = (1 - z) * delta\n"}
    for kept in ("delta = delta * (1 - z)\n    return delta", "d = delta * (1 - z)", "delta = z * (1 - z)"):
        assert not any("*=" in one or "[...]" in one for one in texts(f"{head}{kept}\n"))


def test_a_helper_that_changes_only_its_own_name_is_mended() -> None:
    """In the helper, where the slope is: not by another one where it is called."""
    helper = "def times_slope(h, d):\n    d *= h * (1 - h)\n\ndef backward"
    right = PROGRAM.replace("def backward", helper).replace(
        "d1 = dh * h * (1 - h)", "d1 = dh\n    times_slope(h, d1)"
    )
    assert mended(right) is None
    found = mended(right.replace("d *= h * (1 - h)", "d = d * (h * (1 - h))"))
    assert found is not None
    assert "    d *= h * (1 - h)\n" in found.text


def test_what_is_given_twice_is_the_other_layers_once() -> None:
    """A name, or a key: where nothing reads it in between, and nothing else makes the other one."""
    text = "g['w2'] = h @ e\ng['b2'] = e\ng['w2'] = x @ d\n"
    assert {text.replace("g['w2'] = x", "g['w1'] = x"), text.replace("g['w2'] = h", "g['w1'] = h")} <= texts(text)
    text = "dw2 = h @ e\ndw2 = x @ d\ndw1 += r\n"
    assert text.replace("dw2 = x", "dw1 = x") in texts(text)
    for fine in ("d2 = f(x)\nd2 = d2 + 1\n", "d2 = f(x)\ny = g(d2)\nd2 = h(x)\n", "d2 = 1\nd1 = 2\nd2 = 3\n"):
        assert not any("d1 = f" in one or "d1 = h" in one or "d1 = 3" in one for one in texts(fine))


@pytest.mark.parametrize("line", ["dW1 = X.T @ d1", "db1 = np.sum(d1, axis=0, keepdims=True)"])
def test_a_program_that_gives_one_layers_name_twice_is_mended(line: str) -> None:
    """By the name alone, though it ends in an error without it."""
    found = mended(PROGRAM.replace(line, line.replace("1 =", "2 =")), seconds=10.0)
    assert found is not None
    assert found.text == PROGRAM


SUMMED = """\
import numpy as np

def one(x, y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    e = (o - y) * o * (1 - o)
    d = e @ W2.T * h * (1 - h)
    return x.T @ d, d, h.T @ e, e

def backward(X, Y, *params):
    total = None
    for x, y in zip(X, Y):
        parts = one(x[None], y[None], *params)
        total = parts if total is None else [t + p for t, p in zip(total, parts)]
    return total
"""


def test_one_of_two_that_are_the_same_is_another_name() -> None:
    """Nobody goes through one list twice, or adds the last part to itself."""
    assert mended(SUMMED) is None
    found = mended(SUMMED.replace("zip(total, parts)", "zip(parts, parts)"), seconds=20.0)
    assert found is not None
    assert found.text == SUMMED


KEEPING = """\
class Dense:
    def forward(self, x):
        "Keep what goes in."
        self.x = x
        return x @ self.w

    def backward(self, d):
        return self.x.T @ d
"""


def test_what_a_method_is_handed_is_kept_for_another_one() -> None:
    """Behind its docstring; not what some method keeps, or none asks for."""
    assert KEEPING in texts(KEEPING.replace("        self.x = x\n", ""))
    assert not any("self.d = d" in text or text.count("self.x = x") > 1 for text in texts(KEEPING))
