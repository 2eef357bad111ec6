"""What leaves everything as it was, and what may not: of each harmless function there is one that isn't."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gradcheck.submissions.harmless import Calls, calls

CASES = Path(__file__).parents[3] / "cases"
ENGINE = """\
import math

class Value:
    def __init__(self, data, children=()):
        self.data, self.grad, self.children = data, 0.0, children
        self._backward = lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out

    def tanh(self):
        return Value(math.tanh(self.data), (self,))

    def backward(self):
        self.grad = 1.0
        self._backward()

class Neuron:
    def __call__(self, x):
        return sum(x, self.bias).tanh()

class Layer:
    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]
"""


@pytest.mark.parametrize(
    ("harmless", "changing"),
    [
        ("def f(x):\n    return x + 1", "def f(x):\n    x += 1\n    return x"),
        ("def f(x):\n    y = [x]\n    y.append(1)\n    return y", "def f(x):\n    x.append(1)\n    return x"),
        (
            "def f(x):\n    t = 0\n    for a in x:\n        t += a\n    return t",
            "def f(t, x):\n    t += x\n    return t",
        ),
        ("def f(x):\n    y = {}\n    y['a'] = x\n    return y", "def f(x):\n    x['a'] = 1\n    return x"),
        (
            "def f(x):\n    return g(x)\ndef g(x):\n    return x",
            "def f(x):\n    return g(x)\ndef g(x):\n    x[0] = 1",
        ),
        ("f = lambda x: x + 1", "f = lambda x: x.pop()"),
        (
            "from numpy import exp\ndef f(x):\n    return exp(x)",
            "from other import exp\ndef f(x):\n    return exp(x)",
        ),
        (
            "import numpy as np\ndef f(x):\n    return np.exp(x)",
            "import numpy as np\ndef f(x):\n    np.exp(x, out=x)",
        ),
        (
            "class f:\n    def __init__(self, x):\n        self.x = x",
            "class f:\n    def __init__(self, x):\n        x.y = self",
        ),
        ("class f:\n    pass", "class f(Base):\n    pass"),
        ("def f(x):\n    y = x\n    return y", "def f(x):\n    y = x\n    y[0] = 1"),
        ("def f(x):\n    y = []\n    return y", "def f(x):\n    y = []\n    y = x\n    y.append(1)"),
        ("def f(x):\n    return x", "def f(x):\n    global x0\n    x0 = 1"),
        ("def f(x):\n    return x", "def f(x):\n    yield x"),
        ("def f(x):\n    return x", "@kept\ndef f(x):\n    return x"),
        ("def f(x):\n    return x", "def f(x):\n    setattr(x, 'a', 1)"),
        ("def f(x):\n    return x", "def f(x):\n    TABLE['f'](x)"),
        ("def f(x):\n    return x", "def f(x):\n    del x.a"),
        (
            "def f(x):\n    y = [0]\n    y[0] = x\n    return y",
            "def f(x):\n    y = [0]\n    y[0] += 1\n    x.g[0] += 1",
        ),
        ("def f(x):\n    return x", "def f(x, act):\n    return act(x)"),
        ("def f(x):\n    return x", "def f(x):\n    for g in TABLE:\n        g(x)"),
        (
            "def f(x):\n    return g(x)\ndef g(x):\n    return x",
            "def f(x):\n    return g(x)\ndef g(x):\n    return x\ng = h",
        ),
        ("def f(x):\n    return x", "def f(x):\n    return getattr(x, 'step')()"),
        ("def f(x):\n    return x", "def f(x):\n    return list(map(lambda v: C.append(v), x))"),
        ("def f(x):\n    return x", "def f(x):\n    x.__init__()"),
        (
            "class A:\n    @property\n    def out(self):\n        return 1\ndef f(x):\n    return x.out",
            "class A:\n    @property\n    def out(self):\n        self.z = 1\ndef f(x):\n    return x.out",
        ),
        (
            "import numpy as np\ndef f(a, b):\n    return np.dot(a, b)",
            "import numpy as np\ndef f(a, b):\n    np.dot(a, b, a)",
        ),
        (
            "import numpy as np\ndef f(a):\n    return a.sum(0)",
            "import numpy as np\ndef f(a):\n    np.add.at(a, 0, 1)",
        ),
        ("def f(a, b):\n    return a.dot(b)", "def f(a, b):\n    a.dot(b, a)"),
        ("def f(x):\n    return x", "def f(x):\n    def g(y=x.append(1)):\n        pass"),
        (
            "def f(x):\n    return x",
            "def f(x):\n    out = []\n    match x:\n        case out:\n            out.append(1)",
        ),
        ("class f:\n    pass", "class f:\n    def __new__(cls):\n        return KEPT"),
        ("def f(x):\n    return sorted(x)", "def f(x, by):\n    return sorted(x, key=by)"),
    ],
)
def test_what_changes_anything_is_told_from_what_does_not(harmless: str, changing: str) -> None:
    assert "f" in calls(ast.parse(harmless)).harmless
    found = calls(ast.parse(changing))
    assert "f" in found.changing
    assert "f" not in found.harmless


def test_the_operators_of_an_engine_do_no_harm_though_what_they_keep_does() -> None:
    """A function that is kept to be called later is no call; a call under the name that it is kept by is one."""
    found = calls(ast.parse(ENGINE))
    assert {"Value", "__add__", "tanh", "Neuron"} <= found.harmless
    assert {"_backward", "backward", "__call__"} <= found.changing


def test_nothing_is_told_of_what_is_too_long_or_taken_from_anywhere() -> None:
    text = "def f(x):\n    return x\n"
    assert calls(ast.parse(text)) == Calls(frozenset(), frozenset({"f"}))
    assert calls(ast.parse(text + "from other import *\n")) == Calls()
    assert calls(ast.parse(text + "x = 1\n" * 3000)) == Calls()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        out = Value(self.data +", "        self.used = True\n        out = Value(self.data +"),
        ("        out._backward = _backward", "        _backward()"),
        ("        self._backward = lambda: None", "        children[0].last = self"),
    ],
)
def test_nothing_is_harmless_where_an_operator_is_not(old: str, new: str) -> None:
    """Nobody sees where those are called."""
    assert ENGINE.count(old) == 1
    assert calls(ast.parse(ENGINE.replace(old, new))).harmless == frozenset()


def test_any_program_can_be_asked() -> None:
    """Every file of the cases: what is harmless is never what changes anything."""
    files = sorted(CASES.rglob("*.py"))
    assert len(files) > 100
    for path in files:
        try:
            tree = ast.parse(path.read_text())
        except SyntaxError:
            continue
        found = calls(tree)
        assert not found.harmless & found.changing
