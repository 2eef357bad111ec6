"""What statements assign to, compared with injected names."""

import ast

import pytest

from gradcheck.submissions.targets import assigned, may_touch, parse_chain, touches, within


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("W1", ("W1",)),
        ("net.W1", ("net", ".W1")),
        ("params['W1']", ("params", "['W1']")),
        ('params["W1"]', ("params", "['W1']")),
        ("net.layers[0].W", ("net", ".layers", "[0]", ".W")),
        ("params['W' + str(i)]", ("params", "[*]")),
        ("f(x).W1", None),
        ("a +", None),
    ],
)
def test_chains(text, steps):
    """Names are split into steps; quotes don't matter, computed subscripts may be any."""
    assert parse_chain(text) == steps


def test_parts_and_wholes():
    """A part is within its whole; either touches the other; neighbours don't."""
    whole, part, other = (parse_chain(text) for text in ("params", "params['W1']", "params['W2']"))
    assert within(part, whole)
    assert not within(whole, part)
    assert touches(whole, part)
    assert touches(part, whole)
    assert not touches(part, other)
    assert may_touch(parse_chain("params[key]"), part)
    assert not may_touch(other, part)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a = b, c = 1, 2", {"a", "b", "c"}),
        ("for i, (a, *b) in x: c += 1", {"i", "a", "b", "c"}),
        ("with x as a, y as b: pass", {"a", "b"}),
        ("import a.b, c as d\nfrom e import f as g", {"a", "d", "g"}),
        ("if (a := 1): pass", {"a"}),
        ("def a():\n    b = 1\nclass C:\n    d = 1", {"a", "C"}),
        ("a: int = 1", {"a"}),
    ],
)
def test_everything_that_assigns(text, names):
    """Every form of binding is found, and nothing inside functions and classes."""
    assert {steps[0] for steps in assigned(ast.parse(text).body)} == names
