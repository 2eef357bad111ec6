"""Which loops count, and where a script without one has its pass."""

import ast

import pytest

from gradcheck.submissions.loops import straight_pass, training_loops
from gradcheck.submissions.targets import parse_chain


def lines(text, *parameters, firsts=()):
    """Lines of the loops that count."""
    tree = ast.parse(text)
    found = training_loops(
        tree.body, [parse_chain(name) for name in parameters], [(name,) for name in firsts], tree
    )
    return [loop.lineno for loop in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for a in b:\n    W1 += 1", [1]),
        (
            "for a in b:\n    x = 1\nwhile 1:\n    for c in d:\n        W1[0] = 1\nfor e in f:\n    W1 = 1",
            [3, 6, 4],
        ),
        ("for a in b:\n    def f():\n        W1 = 1", []),
        ("def f():\n    for a in b:\n        W1 = 1", []),
        ("for a in b:\n    x = W1", []),
        ("if x:\n    with y:\n        for a in b:\n            W1 = 1", [3]),
        ("def f():\n    global W1\n    W1 = 1\ndef g(): f()\nfor a in b:\n    x()\nfor a in b:\n    g()", [7]),
        ("def f():\n    nonlocal W1\n    W1 = 1\nfor a in b:\n    f()", [4]),
        ("def f(W1):\n    W1 = 1\nfor a in b:\n    f(1)", []),
        ("def f(W1):\n    W1 -= 1\nfor a in b:\n    f(1)", [3]),
        ("for a in b:\n    for p in [W1, W2]:\n        p -= 1", [1, 2]),
    ],
)
def test_loops_that_assign_to_a_parameter(text, expected):
    """By name first; else by what they call, or under another name."""
    assert lines(text, "W1") == expected


def test_keys_attributes_and_first_names():
    """Computed keys count if no constant one does; then names whose first values are asked for; none means all."""
    text = "for a in b:\n    p[a] = 1\nfor a in b:\n    p['W1'] = 1\n"
    assert lines(text, "p['W1']") == [3]
    assert lines(text, "p['W2']") == [1]
    assert lines("for a in b:\n    dW = 1", "W1", firsts=["dW"]) == [1]
    assert lines("class N:\n    def f(self):\n        self.W = 1\nfor a in b:\n    n.f()", "n.W") == [4]
    assert lines("for a in b: pass") == [1]


def test_the_pass_of_a_script_without_a_loop():
    """It begins behind what sets injected names anew, where one is read; updates set none anew."""
    keys = [("X",), ("W1",)]
    body = ast.parse("X = 1\nW1 = f()\nW1 *= 2\nopen(n)\nz = X @ W1\nW1 -= z\nW1 = W1 - z\nW1 = g(W1)").body
    assert straight_pass(body, keys, keys[1:]) == 4
    assert straight_pass(ast.parse("a = 1").body, keys, keys[1:]) == 1
