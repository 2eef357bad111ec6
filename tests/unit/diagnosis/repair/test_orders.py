"""What is handed over by its place: arguments, returned values and the names that they are taken apart into."""

from __future__ import annotations

import pytest
from workbench import PROGRAM, mended

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.orders import orders

PASSING = """\
def forward(x):
    return z, a1, a2

def backward(error, hidden, x):
    pass

z, a1, a2 = forward(x)
backward(a2 - y, hidden, x)
"""


def costs(text: str) -> dict[str, float]:
    """What each text that comes of one costs."""
    program = Program(text)
    return {edit.apply(text): edit.cost for edit in orders(program)}


def test_where_names_agree_again_an_order_is_likeliest() -> None:
    """Of arguments, of what is returned and of names for it; of arguments no other order is made."""
    wrong = [
        PASSING.replace("a2 - y, hidden, x", "a2 - y, x, hidden"),
        PASSING.replace("return z, a1, a2", "return a2, a1, z"),
        PASSING.replace("\nz, a1, a2 =", "\na1, z, a2 ="),
    ]
    for text in wrong:
        found = costs(text)
        assert found[PASSING] == min(found.values()) == 1.1
    assert min(costs(PASSING).values()) > 1.3
    assert not any("backward(hidden" in text for text in costs(PASSING))


def test_values_returned_in_another_order_are_put_back_in_one_edit() -> None:
    """Where the function returns them, or where they are taken apart; and not in what is made of them."""
    both = "    h = sigmoid(X @ W1 + b1)\n    o = sigmoid(h @ W2 + b2)\n"
    right = PROGRAM.replace(both, "    h, o = forward(X, W1, b1, W2, b2)\n")
    right += f"\ndef forward(X, W1, b1, W2, b2):\n{both}    return h, o\n"
    handed = right.replace("forward(X, W1, b1, W2, b2)\n", "forward(X, W1, b1, b2, W2)\n")
    returned = right.replace("return h, o", "return o, h")
    for wrong in (right.replace("h, o = f", "o, h = f"), returned, handed):
        found = mended(wrong)
        assert found is not None
        assert found.text in (right, returned.replace("h, o = f", "o, h = f"))


def test_what_is_kept_together_is_put_in_another_order() -> None:
    """In a list or under a name; the shape of an array is no such pair."""
    assert "seen.append((z, a))\n" in costs("seen.append((a, z))\n")
    assert "self.seen[0] = x, w\n" in costs("self.seen[0] = w, x\n")
    assert costs("a = np.zeros((2, 3))\n") == {}
    assert costs("self.a = h, (x\n  + w)\n") == {}
    assert costs(f"data = {tuple(range(500))}\n") == {}


def test_names_are_compared_at_their_places() -> None:
    """Though something before them is no plain name; where there is a star, no place is known."""
    text = "def f(x):\n    return z, a1, a2\n\nself.z, {} = f(x)\n"
    right, wrong = text.format("a1, a2"), text.format("a2, a1")
    assert costs(wrong)[right] == 1.1
    assert costs(right)[wrong] > 1.1
    starred = text.format("a1, a2, *r")
    assert all(made.endswith("a1, a2, *r = f(x)\n") for made in costs(starred))


def test_fields_of_a_record_are_parameters() -> None:
    """Those that a class declares, and those that its objects are made with; a call of a method is its object."""
    declared = "class T:\n    first: object\n    second: object\n\n\n"
    made = "class T:\n    def __init__(self, first, second):\n        pass\n\n\n"
    for head in (declared, made):
        text = f"{head}t = T({{}})\n"
        assert costs(text.format("second.by(n), first.by(n)")) == {text.format("first.by(n), second.by(n)"): 1.1}
        assert costs(text.format("first.by(n), second.by(n)")) == {}
    base = "class A:\n    def __init__(self, x, y):\n        pass\n\n\nsuper().__init__({})\n"
    assert base.format("x, y") in costs(base.format("y, x"))


def test_what_a_record_is_made_of_by_name_is_exchanged() -> None:
    """Of a class; the options of a function say what they are."""
    assert "g = Slope(w=x.T @ d, b=d.sum(0))\n" in costs("g = Slope(w=d.sum(0), b=x.T @ d)\n")
    assert costs("g = slope(w=d.sum(0), b=x.T @ d)\n") == {}


def test_all_are_put_in_the_order_of_the_other_side_where_two_are_not_enough() -> None:
    """Of what is returned, and of the names that it is taken apart into."""
    right = "def forward(x):\n    return a0, z1, a1, z2, a2\n\na0, z1, a1, z2, a2 = forward(x)\n"
    for side in ("return ", "\n\n"):
        wrong = right.replace(f"{side}a0, z1, a1, z2, a2", f"{side}a0, a1, z1, a2, z2")
        assert costs(wrong)[right] == 1.1
    assert not any("a0, a1, z1, a2, z2" in text for text in costs(right))


def test_lists_are_put_one_behind_the_other_the_other_way() -> None:
    """Where one of them is written out; of other sums the order tells nothing."""
    assert "return [pair] + rest\n" in costs("return rest + [pair]\n")
    assert "return [a for a in b] + rest\n" in costs("return rest + [a for a in b]\n")
    assert costs("return rest + pair\n") == {}


LINEAR = """\
import numpy as np

def linear(a, w, b):
    return a @ w + b, (a, w)

def back(d, kept):
    a, w = kept
    return d @ w.T, a.T @ d, d.sum(0, keepdims=True)

def backward(X, Y, W1, b1, W2, b2):
    s = lambda z: 1 / (1 + np.exp(-z))
    g = {}
    z1, one = linear(X, W1, b1)
    h = s(z1)
    z2, two = linear(h, W2, b2)
    (one, h), (two, o) = [(one, h), (two, s(z2))]
    e, g["w2"], g["b2"] = back((o - Y) * o * (1 - o), two)
    _, g["w1"], g["b1"] = back(e * h * (1 - h), one)
    return g["w1"], g["b1"], g["w2"], g["b2"]
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('e, g["w2"], g["b2"] =', 'g["w2"], e, g["b2"] ='),
        ("(one, h), (two, o) =", "(two, o), (one, h) ="),
        ("(o - Y) * o * (1 - o), two)", "two, (o - Y) * o * (1 - o))"),  # which ends in an error further in
        ("b, (a, w)", "b, (b, w)"),
        ("a, w = kept", "w, a = kept"),
    ],
)
def test_what_stands_in_another_ones_place_is_put_back(right: str, wrong: str) -> None:
    """Keys, several at once, an argument, what is kept for the backward pass; right programs are left alone."""
    assert mended(LINEAR) is None
    found = mended(LINEAR.replace(right, wrong), seconds=15.0)
    assert found is not None
    assert found.text == LINEAR


def test_two_that_are_returned_change_places_rather_than_one_standing_there_twice() -> None:
    """Though nothing asks for the other one."""
    right = PROGRAM.replace("return dW1, db1, dW2, db2", "return dW1, db1, dW2, db2, dh")
    found = mended(right.replace("return dW1, db1, dW2, db2, dh", "return dh, db1, dW2, db2, dW1"), seconds=10.0)
    assert found is not None
    assert found.text == right


def test_what_is_taken_apart_is_called_as_it_was_put_together() -> None:
    """Whoever keeps it; of other names nothing is known."""
    text = "def f(x, w, b):\n    return x @ w + b, (x, w, b)\n\n"
    text += "def g(d, cache):\n    x, b, w = cache\n    return w.T @ d\n"
    wanted = text.replace("x, b, w = cache", "x, w, b = cache")
    costs = {edit.apply(text): edit.cost for edit in orders(Program(text))}
    assert costs[wanted] == min(costs.values())
    other = text.replace("(x, w, b)\n", "(x, w)\n")
    costs = {edit.apply(other): edit.cost for edit in orders(Program(other))}
    assert costs[wanted.replace("(x, w, b)\n", "(x, w)\n")] > min(1.2, max(costs.values()))


def test_the_first_of_three_is_handed_over_last() -> None:
    """And the last first: no exchange of two makes that."""
    text = "def f(a):\n    return dw, db, da\n"
    made = {edit.apply(text) for edit in orders(Program(text))}
    assert text.replace("dw, db, da", "da, dw, db") in made
    assert text.replace("dw, db, da", "db, da, dw") in made
