"""Values under names that nothing reads tell where something was to be used."""

from __future__ import annotations

import pytest

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.unread import unread


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
        # the last that is done on a condition is used there, or nowhere
        (
            "def f(x):\n    for i in x:\n        if i:\n            d = i\n        x = x + 1\n    return x\n",
            [4, 4],
        ),
        # of each pair that is taken both are used, or one says that it isn't
        ("def f(x, y):\n    c = y\n    s = [a for a, b in zip(x, y)]\n    c = c + s\n    return c, s\n", [3]),
        ("def f(x, y):\n    c = y\n    s = [a for a, _ in zip(x, y)]\n    c = c + s\n    return c, s\n", []),
        ("def f(x, y):\n    c = y\n    s = [0 for a in zip(x, y)]\n    c = c + s\n    return c, s\n", []),
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
        ("def f(w, g):\n    i = 0\n    w[i] = g\n    i = 1\n    w[i] = g\n    return w, i\n", []),
        ("def f(s, g):\n    s.w[0] = 1\n    s.w[0] = g\n    return s\n", [2, 3]),
        ("def f(s, g):\n    s.w = 1\n    h = run(s)\n    s.w = g\n    return h\n", []),  # that may read it
        ("def f(w, g):\n    w[0] = g\n    w[1] = g.sum()\n    w[0] = 2\n    return w\n", [2, 4]),
        ("class S:\n    def run(self):\n        self.a = 1\n        self.go()\n        self.a = 2\n", [3, 5]),
        (
            "class S:\n    def go(self):\n        return self.a\n    def run(self):\n        self.a = 1\n"
            "        self.go()\n        self.a = 2\n",
            [],
        ),
        ("def f(c, g):\n    e = c\n    c[0] = 1\n    g(e)\n    c[0] = 2\n", []),
        ("def f(g):\n    w = 1\n    g()\n    w = 2\n    return w\n", [2, 4]),
        ("def f(g):\n    global w\n    w = 1\n    g()\n    w = 2\n", []),
        ("def f(g):\n    w = 1\n    w += g\n    w = 2\n    return w\n", []),
        ("def f(x):\n    global kept\n    kept = x\n    return x\n", []),
        ("def f(x):\n    d = x\n    return locals()\n", []),
        ("def f(x, rate=1):\n    return x\n", []),
        ("def f(x):\n    n = x.shape[0]\n    m = len(x)\n    return x\n", []),
        ("def f(x):\n    n = x\n    def g():\n        return n\n    return g\n", []),
        ("def f(n):\n    n += 1\n    n = 0\n    return 1\n", [4, 2, 3]),
    ],
)
def test_values_that_nothing_reads_were_to_be_used_behind_where_they_are_made(text: str, lines: list[int]) -> None:
    """The last first, and then where they are made; a loop's turns and what is only put into are no reading."""
    assert [one.lineno for one in unread(Program(text), asked=["wanted"])] == lines
