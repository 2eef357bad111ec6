"""What a loop hands to its next turn, and what begins anew in each."""

from __future__ import annotations

import pytest

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.turns import begun_at_nothing, carried, unbegun, uncounted, unreset

NEURON = """
class Neuron:
    def __init__(self):
        self.error = 0.0

    def add(self, error):
        self.error = self.error + error

    def learn(self):
        self.slope = self.error * self.out
"""


def test_what_is_summed_up_begins_anew_where_it_is_used() -> None:
    """At either end of the method that uses the sum; what is nowhere added to begins where it does."""
    made = {edit.apply(NEURON) for edit in unreset(Program(NEURON))}
    first, last = "        self.error = 0.0\n        self.slope", "self.out\n        self.error = 0.0\n"
    assert made == {NEURON.replace("        self.slope", first), NEURON.replace("self.out\n", last)}
    assert list(unreset(Program(NEURON.replace("self.error + error", "error")))) == []


ADDING = """
for j in range(m):
    s = 0.0
    for i in range(n):
        s += x[i] * w[i][j]
    z[j] = s
for i in range(n):
    ?
    for j in range(m):
        s += d[j] * w[i][j]
    e[i] = s
"""


def test_what_a_loop_within_a_loop_adds_up_begins_anew_in_each_turn() -> None:
    """As it is begun elsewhere; not where it is begun, nor where nothing is made of the sum in each turn."""
    forgotten = ADDING.replace("    ?\n", "")
    assert {edit.apply(forgotten) for edit in unbegun(Program(forgotten))} == {ADDING.replace("?", "s = 0.0")}
    assert list(unbegun(Program(ADDING.replace("?", "s = b[i]")))) == []
    assert list(unbegun(Program(forgotten.replace("    e[i] = s\n", "")))) == []


CARRYING = """
def forward(layers, x):
    for layer in layers:
        out = layer(x)
        seen.append(out)
        x = out
    for layer in layers:
        x = layer.shown(x)
    return x
"""


@pytest.mark.parametrize(
    "wrong",
    [
        CARRYING.replace("        seen.append(out)\n        x = out\n", "        seen.append(out)\n"),
        CARRYING.replace("        x = layer.shown(x)", "        layer.shown(x)"),
    ],
)
def test_a_loop_hands_on_what_it_makes_to_its_next_turn(wrong: str) -> None:
    """Where it hands on nothing; the one that does is left alone."""
    assert CARRYING in {edit.apply(wrong) for edit in carried(Program(wrong))}
    assert list(carried(Program(CARRYING))) == []


LENGTHENED = """\
def f(net, x):
    for layer in net:
        x = x + [1]
        out = layer(x)
        x = out
    return out
"""


def test_a_name_that_is_only_lengthened_hands_nothing_on() -> None:
    """`x = x + [1]` is made of itself alone; the next layer still needs what this one gives."""
    wrong = LENGTHENED.replace("        x = out\n", "")
    assert LENGTHENED in {edit.apply(wrong) for edit in carried(Program(wrong))}
    assert list(carried(Program(LENGTHENED))) == []


def test_a_sum_that_begins_with_something_begins_at_nothing() -> None:
    """What a loop adds to; what begins at nothing, and what nothing is added to, is left alone."""
    text = "def f(a, b):\n    e = b[1]\n    g = b[0]\n    for x in a:\n        e += x\n    return e, g\n"
    assert {edit.apply(text) for edit in begun_at_nothing(Program(text))} == {text.replace("b[1]", "0.0")}
    assert list(begun_at_nothing(Program(text.replace("b[1]", "0")))) == []


COUNTING = """\
def f(a, total):
    n = 0
    for x in a:
        total = (n * total + x) / (n + 1)
        n += 1
    return total
"""


def test_what_a_loop_counts_with_is_moved_on() -> None:
    """Where nothing changes it, but it is used there, and begins as counts do."""
    wrong = COUNTING.replace("        n += 1\n", "")
    assert {edit.apply(wrong) for edit in uncounted(Program(wrong))} == {COUNTING}
    assert list(uncounted(Program(COUNTING))) == []
    leaving = wrong.replace("(n + 1)\n", "(n + 1)\n        continue\n")
    unused = wrong.replace("n *", "2 *").replace("n +", "2 +")
    for other in (wrong.replace("n = 0", "n = 7"), unused, leaving):
        assert list(uncounted(Program(other))) == []


def test_what_is_only_counted_or_taken_apart_hands_nothing_on() -> None:
    """A size, and a list of which a loop takes the entries, are no layer's input."""
    loop = "    for k in net:\n        out = x[k]\n        for i in range(n):\n            print(i)\n"
    text = f"def f(n, x, net):\n{loop}"
    assert list(carried(Program(text))) == []
    whole = text.replace("x[k]", "g(x)")
    assert any(edit.replacement.endswith("x = out") for edit in carried(Program(whole)))


def test_a_sum_that_the_loop_before_leaves_begins_anew() -> None:
    """At what nothing else reads, as a bias may be, or at nothing; not where the loop goes on with it."""
    begun = "    s = c\n"
    text = (
        "for p in x:\n"
        "    for j in range(m):\n        s = b[j]\n        s = s + p * w[j]\n        h.append(s)\n"
        f"{begun}"
        "    for j in range(m):\n        s = s + h[j] * v[j]\n"
        "    o = f(s)\n"
        "    c = c - o\n"
    )
    wrong = text.replace(begun, "", 1)
    made = {edit.apply(wrong) for edit in unbegun(Program(wrong))}
    assert made == {text, text.replace(begun, "    s = 0.0\n", 1)}
    assert list(unbegun(Program(text))) == []
    outside = wrong.replace("        s = b[j]\n", "").replace("for p in x:\n", "for p in x:\n    s = 0\n")
    assert list(unbegun(Program(outside))) == []
