"""What is begun and not gone on with: a loop that does nothing, an inner function that nobody calls."""

from __future__ import annotations

import pytest

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.unfinished import empty_loops, uncalled_within, unfinished, unread, untaken

NESTED = """\
def backward(self):
    order = []

    def visit(v):
        for p in v.parents:
            visit(p)
        order.append(v)

    {}
    return order
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("for x, y in data:\n    pass\n", [2]),
        ("for j in range(n):\n    for k in range(m):\n        pass\n", [3]),
        ("for _ in train():\n    pass\n", []),  # it is run for its turns
        ("for x in data:\n    pass\n    total += x\n", []),
        ("while step():\n    pass\n", []),
        ("for loss in steps:\n    pass\nprint(loss)\n", []),  # the last is what is wanted
        ("for j in w:\n    pass\nfor j in b:\n    db[j] += d[j]\n", [2]),
        ("for j in w:\n    pass\nj = 1\nprint(j)\n", [2]),
        ("def steps():\n    yield 1\n\nfor loss in steps():\n    pass\n", []),
        ("def steps():\n    return [1]\n\nfor loss in steps():\n    pass\n", [5]),
        ("if done:\n    pass\n", []),
    ],
)
def test_a_loop_that_does_nothing_with_what_it_goes_through(text: str, lines: list[int]) -> None:
    """Its `pass`; a loop that only wants the turns is finished."""
    assert [one.lineno for one in empty_loops(Program(text))] == lines


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("self.grad = 1", ["visit"]),
        ("visit(self)", []),
        ("self.hook = visit", []),
        ("each = map(visit, self)", []),
    ],
)
def test_an_inner_function_that_nothing_asks_for(statement: str, names: list[str]) -> None:
    """But it itself; what is handed on may be called elsewhere."""
    assert [one.name for one in uncalled_within(Program(NESTED.format(statement)))] == names


def test_methods_and_what_is_decorated_are_no_inner_functions() -> None:
    """Somebody else knows them."""
    text = "def make():\n    class A:\n        def f(self):\n            pass\n\n"
    text += "    @register\n    def g():\n        pass\n"
    assert list(uncalled_within(Program(text))) == []
    assert [one.name for one in uncalled_within(Program(text.replace("    @register\n", "")))] == ["g"]


@pytest.mark.parametrize(
    ("statement", "dropped"),
    [
        ("y.reshape(-1, 1)", True),
        ("np.matmul(d, w.T)", True),
        ("w - rate * g", True),
        ("self", True),
        ("y = (y)", True),
        ("y = z = y", False),
        ("y, = y", False),
        ("np.matmul(d, w.T, out=h)", False),
        ("np.add(d, e, h)", False),
        ("np.copyto(h, d)", False),
        ("layers.append(d)", False),
        ("np.seterr(all='ignore')", False),
        ("np.savez('a', w)", False),
        ("json.dump(d, f)", False),
        ("layer.backward(d)", False),
        ("y = y.reshape(-1, 1)", False),
        ("'what it does'", False),
    ],
)
def test_a_value_that_nobody_takes(statement: str, dropped: bool) -> None:
    """Of numpy's functions and arrays' methods, and of operators; anything else may do something."""
    text = f"import numpy as np\n\ndef f(self, y):\n    {statement}\n    return y\n"
    assert [one.lineno for one in untaken(Program(text))] == [4] * dropped
    assert [one.lineno for one in unfinished(Program(text))] == [4] * dropped
    assert list(untaken(Program(f"import numpy as np\n{statement}\n"))) == []  # as a notebook shows it


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def f(x, y):\n    'What for.'\n    z = 1\n    return x + z\n", [3]),
        ("def f(x, _y):\n    return x\n", []),
        ("def f(x):\n    raise NotImplementedError\n", []),
        ("class A:\n    def __init__(self, x):\n        self.x = 0\n", []),
        ("def f(x):\n    'Only what for.'\n", []),
        ("def f(x, y):\n    a = x\n    b = a\n    c = b\n    return c\n", []),  # anywhere
        ("slope = property(\n    lambda s: 1\n)\n", [2]),
        ("slope = property(lambda s: s.a)\n", []),
        ("def f(x):\n    d = x - 1\n    e = x\n    return e\n", [3, 2]),
        ("def f(x):\n    d = x - 1\n    d = d * x\n    return x\n", [4, 3]),
        ("def f(d):\n    for one in layers:\n        d = one.back(d)\n", []),  # in its next turn it reads it
        ("def f(x):\n    n = 0\n    for one in x:\n        n += one\n    return 1\n", [5, 2]),
        ("def f(x):\n    w = [0]\n    for one in x:\n        w[0][1] += one\n", [3, 2]),
        ("def f(x):\n    a, b = x\n    return a\n", []),
        ("def f(x):\n    a, b, c = x\n    return a\n", [3, 2]),
        ("def f(xs):\n    for x, y in xs:\n        print(x)\n", [3, 2]),
        ("def f(xs):\n    for p, g in xs:\n        p -= g\n", []),
        ("def f(xs):\n    for epoch in range(9):\n        print(xs)\n", []),
        ("def f(w, g):\n    w = w - g\n", []),  # somebody else looks at it
        ("loss = 1\n", []),
        ("while True:\n    loss = 1\n    wanted = 2\n", [3, 2]),
        ("def f(w, g):\n    w[0] = g\n    w[0] = 2 * g\n    return w\n", [2, 3]),
        ("def f(w, g):\n    w[0] = g\n    w[1] = w[0]\n    w[0] = 2 * g\n    return w\n", []),
        ("def f(w, g):\n    w[0] = g\n    w[1] = 2 * g\n    return w\n", []),
    ],
)
def test_values_that_nothing_reads_were_to_be_used_behind_where_they_are_made(text: str, lines: list[int]) -> None:
    """The last first, and then where they are made; neither turns nor what is put into something is read."""
    assert [one.lineno for one in unread(Program(text), asked=["wanted"])] == lines
