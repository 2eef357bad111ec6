"""Suspects: the first wrong value made of right ones comes first, whatever things are called."""

from __future__ import annotations

import ast

import numpy as np

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.suspects import (
    DIVERGED,
    FED,
    PREDICTED,
    RIGHT,
    UNKNOWN,
    Suspect,
    forming,
    suspects,
)
from gradcheck.diagnosis.locate.table import Table
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Network
from gradcheck.submissions import instrumenting, watch

PROGRAM = """\
import numpy as np
def f(z):
    return 1 / (1 + np.exp(-z))
hid = f(x @ w1 + b1)
out = f(hid @ w2 + b2)
q = (out - y) * out * (1 - out)
g2, c2 = hid.T @ q, q.sum(0)
up = q @ w2.T
r = up * hid * (1 - hid)
g1 = x.T @ r
"""
RNG = np.random.default_rng(5)
VALUES = {
    "x": RNG.normal(size=(4, 3)), "w1": RNG.normal(size=(3, 5)), "b1": RNG.normal(size=(1, 5)),
    "w2": RNG.normal(size=(5, 2)), "b2": RNG.normal(size=(1, 2)), "y": RNG.uniform(size=(4, 2)),
}  # fmt: skip
TRACE = Trace(Network(), VALUES)


def observe(text: str) -> tuple[Program, Observation]:
    recorder = watch.Recorder()
    tree = instrumenting.instrument(ast.parse(text))
    exec(
        compile(tree, "s", "exec"),
        {instrumenting.NAME: recorder, **{name: v.copy() for name, v in VALUES.items()}},
    )
    program = Program(text)
    return program, Observation(program, recorder.events(), Table(TRACE))


def ranked(text: str, wrong: Table | None = None, sites: tuple[str, ...] = ()) -> list[tuple[int, Suspect]]:
    program, observation = observe(text)
    found = suspects(program, observation, wrong, sites)
    return [(program.expression(suspect.root).lineno, suspect) for suspect in found]


def test_right_program_has_no_suspect() -> None:
    """Every value of a right program is a right quantity, or is made of and makes right ones."""
    assert {suspect.rank for _, suspect in ranked(PROGRAM)} == {RIGHT}


def test_first_divergence_comes_first() -> None:
    """The expression that is wrong though its operands are right leads the list."""
    line, suspect = ranked(PROGRAM.replace("q @ w2.T", "q @ g2.T"))[0]
    assert (line, suspect.rank) == (8, DIVERGED)


def test_what_left_out_a_step_follows_what_misses_it() -> None:
    """Where a step is left out its value is right for another step; what is made of it diverges."""
    found = ranked(PROGRAM.replace("r = up * hid * (1 - hid)", "r = up * 1"))
    assert found[0][1].rank == DIVERGED
    assert (9, FED) in {(line, suspect.rank) for line, suspect in found}


def test_predicted_wrong_value_comes_before_all() -> None:
    """With an explanation, what has the predicted value is the place."""
    wrong = Table(Trace(Network(), VALUES, {"slope1": lambda t: t.z1 * (1 - t.z1)}))
    text = PROGRAM.replace("r = up * hid * (1 - hid)", "zz = x @ w1 + b1\nr = up * (zz * (1 - zz))")
    line, suspect = ranked(text, wrong, ("slope1", "delta1"))[0]
    assert (line, suspect.rank) == (10, PREDICTED)


def test_names_are_learnt_by_value() -> None:
    """The student's own names are known for what they hold."""
    quantities = {line: suspect.quantity for line, suspect in ranked(PROGRAM)}
    assert (quantities[4], quantities[8], quantities[9]) == ("a1", "grad_a1", "delta1")


def test_helper_that_is_wrong_is_the_place() -> None:
    """A helper called for both layers gives a wrong value for a right one the first time: the mistake is in it."""
    line, suspect = ranked(PROGRAM.replace("1 / (1 + np.exp(-z))", "1 / (2 + np.exp(-z))"))[0]
    assert (line, suspect.rank) == (3, DIVERGED)


def test_what_a_helper_makes_of_something_wrong_is_no_series() -> None:
    """It is right for one layer and wrong for the other, before it or after it: the helper is not to blame."""
    text = PROGRAM.replace("def f", "def slope(z):\n    return f(z) * (1 - f(z))\ndef f")
    text = text.replace("* out * (1 - out)", "* slope(hid @ w2 + b2)").replace(
        "* hid * (1 - hid)", "* slope(x @ w1 + b1)"
    )
    assert {suspect.rank for _, suspect in ranked(text)} == {RIGHT}
    found = ranked(text.replace("slope(hid @", "slope(np.cos(hid) @"))
    assert (found[0][0], found[0][1].rank) == (8, DIVERGED)
    assert (3, UNKNOWN) in {(line, suspect.rank) for line, suspect in found}
    total = "\ntotal = np.zeros((3, 5))\nfor i in range(4):\n    total += x[i:i + 1].T @ r[i:i + 1]\ng3 = total\n"
    assert {suspect.rank for _, suspect in ranked(text + total) if suspect.quantity == "gradient w1"} == {RIGHT}


def test_what_is_right_may_be_misused() -> None:
    """An input that is added to in place, and what is added; among gradients that are returned, an input."""
    begun = "z = x @ w1\nz += b1\nhid = f(z)"
    assert {suspect.rank for _, suspect in ranked(PROGRAM.replace("hid = f(x @ w1 + b1)", begun))} == {RIGHT}
    wrong = PROGRAM.replace("hid = f(x @ w1 + b1)", begun.replace("x @ w1", "w1") + "\nhid = f(x @ w1 + b1)")
    assert [(line, suspect.rank) for line, suspect in ranked(wrong)[:2]] == [(4, DIVERGED), (5, DIVERGED)]
    text = PROGRAM.replace("g1 = x.T @ r\n", "def last(r):\n    return x.T @ r, RETURNED\ng1, c1 = last(r)\n")
    assert all(suspect.rank > FED for _, suspect in ranked(text.replace("RETURNED", "r.sum(0)")))
    line, suspect = ranked(text.replace("RETURNED", "x"))[0]
    assert (line, suspect.rank, suspect.quantity) == (11, DIVERGED, "x")


def test_what_a_list_grows_by_is_no_sum() -> None:
    """Its rows needn't be as many as those that are there already."""
    text = PROGRAM + "rows = [np.sin(one) for one in q]\nrows += [np.cos(one) for one in (*q, *q)]\n"
    assert [line for line, _ in ranked(text)].count(12) == 1


def test_ones_clear_nobody() -> None:
    """What came to ones by a mistake isn't right because ones are used elsewhere."""
    text = (
        PROGRAM.replace("np.exp(-z)", "np.exp(-np.clip(z, LEAST, 800))")
        + "one = np.ones((4, 5))\ng3 = x.T @ one\n"
    )
    assert 3 not in [line for line, suspect in ranked(text.replace("LEAST", "-800")) if suspect.rank <= FED]
    line, suspect = ranked(text.replace("LEAST", "800"))[0]
    assert (line, suspect.rank) == (3, DIVERGED)


def test_a_call_that_puts_its_value_somewhere_is_judged_by_it() -> None:
    """Whole, as an assignment would be."""
    text = PROGRAM.replace("r = up * hid * (1 - hid)", "r = up * hid\nnp.multiply(r, 1 - hid, out=r)")
    assert {suspect.rank for _, suspect in ranked(text)} == {RIGHT}
    line, suspect = ranked(text.replace("1 - hid, out", "r, out"))[0]
    assert (line, suspect.rank) == (10, DIVERGED)


ENTRIES = """\
g2 = [[0.0] * 2 for _ in range(5)]
g1 = [[0.0] * 5 for _ in range(3)]
for i in range(len(x)):
    for j in range(5):
        for o in range(2):
            g2[j][o] += q[i][o] * hid[i][j]
        for l in range(3):
            g1[l][j] += r[i][j] * x[i][l]
"""


def test_what_loops_fill_entry_by_entry_is_judged_when_they_are_done() -> None:
    """An entry says too little: the whole is wrong, though what goes in is right, or it is as it ought to be."""
    start = PROGRAM[: PROGRAM.index("g2, c2")] + "up = q @ w2.T\nr = up * hid * (1 - hid)\n"
    assert not [line for line, suspect in ranked(start + ENTRIES) if suspect.rank == DIVERGED]
    for right, wrong in (("q[i][o] * hid[i][j]", "hid[i][j]"), ("r[i][j] * x[i][l]", "r[i][j]")):
        text = start + ENTRIES.replace(right, wrong)
        (line, first), *_ = ranked(text)
        assert first.rank == DIVERGED
        assert text.splitlines()[line - 1].endswith(f"+= {wrong}")


def test_how_long_something_is_is_no_value_that_goes_wrong() -> None:
    """A length that is no size of the loss is made of what is right, and isn't to blame."""
    text = PROGRAM.replace("hid.T @ q", "hid.T @ (q + 1)").replace("up =", "m = len(w1)\nup =")
    assert not [
        one for line, one in ranked(text) if text.splitlines()[line - 1] == "m = len(w1)" and one.rank <= FED
    ]


def test_a_whole_number_that_is_added_is_no_length() -> None:
    """It is wrong where it is added to an array that is right."""
    text = PROGRAM.replace("up =", "lam = 3\ng2 += lam\nup =")
    (line, first), *_ = ranked(text)
    assert (text.splitlines()[line - 1], first.rank) == ("g2 += lam", DIVERGED)


STATISTICS = """\
def f(h):
    norm = 0.0
    for i in range(len(h)):
        for j in range(2):
            norm += h[i, j]
    ?
f(hid)
"""


def test_what_is_added_up_and_goes_nowhere_is_no_mistake() -> None:
    """Printed it is a statistic; what is returned may be what is wrong."""
    for use, accused in (("print(norm)", False), ("return norm", True)):
        found = [one for line, one in ranked(PROGRAM + STATISTICS.replace("?", use)) if one.rank == DIVERGED]
        assert bool(found) is accused


def test_a_part_that_is_cut_wrongly_from_what_is_right_is_the_place() -> None:
    """It is made of the whole, and not of itself."""
    text = PROGRAM + "kept = np.hstack((np.ones((4, 1)), hid))[:, :-1]\nwhole = hid\ncut = whole[:, 1:]\n"
    assert (13, DIVERGED) in {(line, suspect.rank) for line, suspect in ranked(text)}


def test_ones_for_the_bias_are_not_to_blame() -> None:
    """What is made of ones and of what is right goes wrong there; zeros may be at fault themselves."""
    for beside, rank in (("ones", DIVERGED), ("zeros", UNKNOWN)):
        text = PROGRAM + f"one = np.{beside}((4, 1))\nboth = np.hstack((one, np.cos(hid)))\n"
        assert (12, rank) in {(line, suspect.rank) for line, suspect in ranked(text)}


def test_array_changed_by_an_item_is_seen() -> None:
    """An assignment to items is judged by what it makes of the array."""
    masked = PROGRAM.replace("r = up * hid", "up[hid < 0.5] = 0\nr = up * hid")
    assert ranked(masked)[0][0] == 9
    assert 9 not in [line for line, suspect in ranked(masked.replace("< 0.5", "< 0")) if suspect.rank == DIVERGED]


def test_numbers_and_fresh_weights_accuse_nobody() -> None:
    """What is made of no array at all is wrong only if what it feeds is."""
    text = "hidden, rate = 200, 0.1\nstart = np.random.default_rng(0).normal(size=(9, 9))\n"
    found = ranked(PROGRAM.replace("def f", text + "def f").replace("q @ w2.T", "q @ g2.T"))
    assert found[0][0] == 10
    assert {line for line, suspect in found if suspect.rank <= FED}.isdisjoint({2, 3})


def test_shown_value_is_traced_to_where_it_was_made_or_taken() -> None:
    """A wrong value was made where it first appears; a right one taken for another, where it was used last."""
    for text, line in ((PROGRAM.replace("x.T @ r", "x.T @ r ** 2"), 10), (PROGRAM + "g3 = hid\n", 11)):
        program, observation = observe(text)
        value = observation.values[program.number(program.tree.body[-1])][-1]
        assert program.expression(forming(program, observation, value)[0]).lineno == line


def test_what_is_no_number_is_the_place() -> None:
    """A logarithm of something negative is found, though everything after it is no number either."""
    with np.errstate(invalid="ignore"):
        first = ranked(PROGRAM.replace("np.exp(-z)", "np.log(-abs(z))"))[0]
    assert first[1].rank == DIVERGED


def test_a_step_that_is_written_out_is_looked_at_by_itself() -> None:
    """As that of `w -= step` is; a sum of other things has none."""
    program = Program("w[i] = w[i] - rate * e * x\nw -= rate * f\nv = w - rate * g\n")
    texts = {program.segment(program.expression(root)) for root in program.roots}
    assert {"rate * e * x", "rate * f"} <= texts
    assert "rate * g" not in texts


def test_rows_of_numbers_are_data() -> None:
    """Nobody looks for a mistake in each of a thousand entries."""
    assert len(Program(f"data = {list(range(1000))}\n").roots) == 1
    assert len(Program("data = [1, 2, x]\n").roots) == 3


def test_a_step_among_gradients_is_out_of_place() -> None:
    """Where two others are gradients; beside a single one it may be kept for something."""
    text = PROGRAM.replace("g1 = x.T @ r\n", "g1, c1, g2, c2 = ENTRY, r.sum(0), hid.T @ q, q.sum(0)\n")
    assert all(suspect.rank > FED for _, suspect in ranked(text.replace("ENTRY", "x.T @ r")))
    line, suspect = ranked(text.replace("ENTRY", "r"))[0]
    assert (line, suspect.rank, suspect.quantity) == (10, DIVERGED, "delta1")
    assert all(suspect.rank > FED for _, suspect in ranked(PROGRAM + "kept = r, x.T @ r\n"))


def test_half_a_decay_is_suspicious() -> None:
    """And twice one; the decay itself isn't, nor any other multiple of the weights."""
    found = {}
    for factor in (0.15, 0.3, 0.6, 0.4):
        program, observation = observe(PROGRAM + f"decayed = {factor} * w1\n")
        observation.table = Table(Trace(Network(weight_decay=0.3), VALUES))
        ranks = {program.segment(program.expression(one.root)): one.rank for one in suspects(program, observation)}
        found[factor] = ranks[f"{factor} * w1"]
    assert found[0.15] == found[0.6] == FED
    assert found[0.3] > FED < found[0.4]


def test_what_is_left_of_one_is_no_activation() -> None:
    """A sigmoid of -z gives a value that derivatives have, too; `1 - a` is right as it stands."""
    by_line = dict(ranked(PROGRAM.replace("hid = f(x @ w1 + b1)", "hid = 1 / (1 + np.exp(x @ w1 + b1))")))
    assert by_line[4].rank == DIVERGED
    right = dict(
        ranked(PROGRAM.replace("up * hid * (1 - hid)", "up * hid * rest").replace("up =", "rest = 1 - hid\nup ="))
    )
    assert right[8].quantity == "1 - a1"
    assert right[8].rank == RIGHT


NUMBERS = """\
import math
for t in range(4):
    a1, a2, d1 = [], [], []
    for j in range(5):
        z = b1[0][j]
        for i in range(3):
            z += x[t][i] * w1[i][j]
        a1.append(1 / (1 + math.exp(-z)))
    for k in range(2):
        z = b2[0][k]
        for j in range(5):
            z += a1[j] * w2[j][k]
        a2.append(1 / (1 + math.exp(-z)))
    d2 = [(a2[k] - y[t][k]) * a2[k] * (1 - a2[k]) for k in range(2)]
    for j in range(5):
        e = 0
        for k in range(2):
            e += d2[k] * w2[j][k]
        d1.append(e * a1[j] * (1 - a1[j]))
"""


def test_number_by_number_what_came_of_right_numbers_is_right() -> None:
    """A sum that comes to nothing is suspected at what is added, though that is a quantity by itself."""
    assert not any(suspect.rank <= DIVERGED for _, suspect in ranked(NUMBERS))
    wrong = NUMBERS.replace("e += d2[k] * w2[j][k]", "e += w2[j][k]")
    first, *_ = found = ranked(wrong)
    assert (first[0], first[1].rank) == (18, DIVERGED)
    before = [suspect.rank for line, suspect in found if line in (7, 12)]
    assert min(before) > DIVERGED  # their sums came to right activations
