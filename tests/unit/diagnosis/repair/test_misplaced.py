"""What stands in the wrong place: each kind is among the edits where it is a mistake, and mends a program."""

from __future__ import annotations

from functools import partial

import pytest
from workbench import PROGRAM, made_by, mended

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.misplaced import filled_instead, misplaced

texts = partial(made_by, misplaced)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("def f(A1, Z1):\n    return {'A1': Z1}", "def f(A1, Z1):\n    return {'A1': A1}"),
        ("def f(a, z):\n    return Kept(a=z)", "def f(a, z):\n    return Kept(a=a)"),
        ("def f(self, a, z):\n    self.a = z", "def f(self, a, z):\n    self.a = a"),
        ("def f(c, a, z):\n    c['a'] = z", "def f(c, a, z):\n    c['a'] = a"),
        (
            "one = lambda a: 1\ndef two(a): return a\nSLOPES = (two, one)",
            "one = lambda a: 1\ndef two(a): return a\nSLOPES = (one, two)",
        ),
        ("g = [np.ones_like(p) for p in w]", "g = [np.zeros_like(p) for p in w]"),
        ("g = np.empty((n, m))", "g = np.zeros((n, m))"),
        ("import numpy as np\ng = w\ng += d", "import numpy as np\ng = np.zeros_like(w)\ng += d"),
        (
            "import numpy as np\na, b = [p for p in w]\na += d",
            "import numpy as np\na, b = [np.zeros_like(p) for p in w]\na += d",
        ),
        (
            "import numpy as np\nself.m = self.v\nself.m = 0.9 * self.m - d",
            "import numpy as np\nself.m = np.zeros_like(self.v)\nself.m = 0.9 * self.m - d",
        ),
        (
            "a = m.map(f.value)\nd = n.map(f.value)\ne = n.map(f.slope)",
            "a = m.map(f.value)\nd = n.map(f.slope)\ne = n.map(f.slope)",
        ),
        ("d[np.arange(n), y - 1] -= 1", "d[np.arange(n), y] -= 1"),
        ("self.h **= 2\nd = 1 - self.h\n", "d = 1 - (self.h ** 2)\n"),
        ("(-d)[0] = 1", "d[0] = 1"),
        ("self.d.copy()[m] = 0", "self.d[m] = 0"),
        ("t = np.concatenate([a, c, b])", "t = np.concatenate([a, b, c])"),
        ("def f(a, d):\n    a[d < 0] = 0", "def f(a, d):\n    d[a < 0] = 0"),
        ("def f(z):\n    d = 2 * z\n    z[z < 0] = 0", "def f(z):\n    d = 2 * z\n    d[z < 0] = 0"),
        (
            "if a:\n    b = 1\nif c:\n    b = 2\nelse:\n    b = 3",
            "if a:\n    b = 1\nelif c:\n    b = 2\nelse:\n    b = 3",
        ),
        ("d = e\nslope.backward(d)", "d = e\nd = slope.backward(d)"),
        ("np.matmul(d, w)\nself.h *= s", "self.h = np.matmul(d, w)\nself.h *= s"),
        ("np.matmul(self.d, w)", "self.d = np.matmul(self.d, w)"),
        ("(net.forward())", "net = (net.forward())"),
        ("d = e\nd.clip(-1, 1)", "d = e\nd = d.clip(-1, 1)"),
        ("h *= 1 - h\nd = e * h\nw -= h.T @ e\n", "d = e * (h * (1 - h))\nw -= h.T @ e\n"),
        ("h = h * s(h)\nd = e * h\nw -= h.T @ e\n", "d = e * (h * s(h))\nw -= h.T @ e\n"),
        ("g = [[0.0] * m] * n", "g = [[0.0] * m for _ in range(n)]"),
        ("for op in tape:\n    pass", "for op in reversed(tape):\n    pass"),
        ("for op in reversed(tape):\n    pass", "for op in tape:\n    pass"),
        ("for a in p:\n    g.append((a, a))", "for a in p:\n    g.insert(0, (a, a))"),
        ("def back(d):\n    g.append(d.sum(0))", "def back(d):\n    g.insert(0, d.sum(0))"),
        ("for a in p:\n    g.insert(0, f(a))", "for a in p:\n    g.append(f(a))"),
        ("for a, b in zip(p, q):\n    pass", "for a, b in reversed(list(zip(p, q))):\n    pass"),
    ],
)
def test_the_right_place_is_among_the_edits(wrong: str, right: str) -> None:
    """Of a wrong text the right one is made."""
    assert right in texts(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "def f(A1, Z1):\n    return {'A1': A1, 'Z': Z1}",  # its own name, and one that nobody has
        "one = 1\nSLOPES = (one, two)",  # no functions of the file
        "if a:\n    b = 1\nelse:\n    b = 2\nif c:\n    b = 3\nelse:\n    b = 4",  # two questions
        "print(d)",
        "for x in a, b: pass",
        "g = [*x] * n",
        "for x in reversed(): pass",
        "w1 -= r * g1\nw2 -= r * g2",  # as the other layer's already
        "h *= 1 - h\nd = e * h\n",  # nothing else needs it
        "x = 1; h *= 1 - h\nd = e * h\nw -= h.T @ e\n",  # shares its line
        "g = [0.0] * n",  # numbers can't be changed in place
    ],
)
def test_what_is_where_it_belongs_stays(text: str) -> None:
    """No edit is made of it."""
    assert texts(text) == set()


@pytest.mark.parametrize(
    ("right", "wrong", "mend"),
    [
        (
            "    dh = d2 @ W2.T\n    d1 = dh * h * (1 - h)\n",
            "    h *= 1 - h\n    dh = d2 @ W2.T\n    d1 = dh * h\n",
            "    dW2 = h.T @ d2\n    h *= 1 - h\n",
        ),
        (
            "    d1 = dh * h * (1 - h)\n",
            "    d1 = dh\n    np.multiply(d1, h * (1 - h))\n",
            "    d1 = np.multiply(d1, h * (1 - h))\n",
        ),
    ],
)
def test_what_is_misplaced_is_mended(right: str, wrong: str, mend: str) -> None:
    """By one edit that was run."""
    assert right in PROGRAM
    start, end = PROGRAM.index("    dW2 = "), PROGRAM.index("    db2 = ")
    later = PROGRAM[:start] + PROGRAM[end:].replace("    return", PROGRAM[start:end] + "    return")
    assert mended(later) is None
    found = mended(later.replace(right, wrong))
    assert found is not None
    assert len(found.steps) == 1
    assert mend in found.text


UNITS = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    dW1, dW2 = X.T @ d1, h.T @ d2
    db1 = np.zeros_like(b1)
    db2 = np.zeros_like(b2)
    for j in range(b1.shape[1]):
        db1[0, j] = d1[:, j].sum()
    for j in range(b2.shape[1]):
        db2[0, j] = d2[:, j].sum()
    return dW1, db1, dW2, db2
"""


@pytest.mark.parametrize("other", ["b2", "o", "dW2"])
def test_what_is_put_into_another_array_is_put_into_the_one_that_is_empty(other: str) -> None:
    """It was made of zeros for that; with both filled there is no such edit."""
    assert not list(filled_instead(Program(UNITS)))
    found = mended(UNITS.replace("db2[0, j] =", f"{other}[0, j] ="))
    assert found is not None
    assert found.text == UNITS


def test_what_is_given_twice_before_it_is_read_goes_by_a_wrong_name() -> None:
    """Where another, at the same place of another list, is given nothing."""
    text = "def f(d, a, n, l):\n    b, w = [0] * n, [0] * n\n    w[-1] = d\n    w[-1] = a @ d\n    b[-l] = d\n"
    assert text.replace("w[-1] = d", "b[-1] = d") in texts(text)
    read = text.replace("    w[-1] = a", "    c = w[-1]\n    w[-1] = a")
    assert read.replace("w[-1] = d", "b[-1] = d") not in texts(read)
    whole = text.replace("    w[-1] = a", "    w.sort()\n    c = w + w\n    w[-1] = a")
    assert whole.replace("w[-1] = d", "b[-1] = d") not in texts(whole)
    given = text.replace("    b[-l]", "    b[-1] = a\n    b[-l]")
    assert given.replace("w[-1] = d", "b[-1] = d") not in texts(given)


def test_an_item_may_be_put_at_the_place_beside() -> None:
    """Counted from either end, and never beyond it."""
    assert texts("g[-2] = d") >= {"g[-1] = d", "g[-3] = d"}
    assert "g[-1] = d" not in texts("g[0] = d")
    assert not any("-0" in text for text in texts("g[-1] = d"))


def test_functions_handed_on_are_exchanged_where_there_are_few() -> None:
    """Not what a module has, nor what says how large something is, nor an object's many values."""
    assert texts("f(a.dOUT)\ng(a.err)") >= {"f(a.err)\ng(a.err)", "f(a.dOUT)\ng(a.dOUT)"}
    assert texts("f(a.W)\ng(a.T)\nh(a.shape)").isdisjoint({"f(a.T)\ng(a.T)\nh(a.shape)"})
    numpy = "import numpy as np\nf(np.linalg.norm)\ng(np.linalg.inv)"
    assert numpy.replace("norm", "inv") not in texts(numpy)
    many = "\n".join(f"f(a.w{number})" for number in range(5))
    assert many.replace("f(a.w0)", "f(a.w1)") not in texts(many)


def test_nothing_is_put_into_a_module() -> None:
    """All that is run later in the same process would have it."""
    text = "import numpy as np\nsuper().__init__(np.tanh, slope)\n"
    assert not any("np.tanh =" in made for made in texts(text))
    assert any("slope = super" in made for made in texts(text))


def test_what_a_call_leaves_behind_is_set_anew_by_the_next() -> None:
    """Not where what is kept is asked for, as defaults are."""
    text = 'def f(c, x):\n    c.setdefault("x", x)\n    return c["x"]\n'
    assert texts(text) >= {text.replace('c.setdefault("x", x)', 'c["x"] = x')}
    assert not any('c["x"] = x' in made for made in texts(text.replace("    c.s", "    y = c.s")))
    assert not any('["x"] = x' in made for made in texts(text.replace("c.setdefault", "(c or d).setdefault")))
