"""Repair: programs of many styles are mended by the edit a person would make, and nothing unproved is shown."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from time import perf_counter

import pytest
from workbench import CONTRACT, FRESH, LOOP, NETWORK, PROBES, PROGRAM, edit_at, judge, mended, probe, run, trials

from gradcheck.diagnosis.repair import gathering
from gradcheck.diagnosis.repair.proving import diff, repair, searched
from gradcheck.diagnosis.repair.searching import Known, Search
from gradcheck.diagnosis.repair.steps import Step, net
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.viewing import Hint, View
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.network.forward import PARAMETERS, Network, Scale
from gradcheck.probes import Probe
from gradcheck.submissions import axes
from gradcheck.submissions.job import Job, JobResult

STYLES = Path(__file__).parents[4] / "cases" / "correct" / "styles"


def test_the_programs_are_right() -> None:
    """Without a mistake there is nothing to mend."""
    for text in (PROGRAM, LOOP):
        assert mended(text) is None


@pytest.mark.skipif(shutil.which("patch") is None, reason="applies a diff")
@pytest.mark.parametrize(("before", "after"), [("a\nb", "a\nc"), ("a = '\u2028'\nb\n", "a = '\u2028'\nc\n")])
def test_a_diff_can_be_applied(tmp_path: Path, before: str, after: str) -> None:
    """To a file whose last line has no end, too."""
    (tmp_path / "s.py").write_text(before, encoding="utf-8")
    subprocess.run(["patch", "s.py"], input=diff(before, after, "s.py").encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "s.py").read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("db2 = np.sum(d2, axis=0, keepdims=True)", "db2 = np.sum(d2, axis=1, keepdims=True)"),
        ("db1 = np.sum(d1, axis=0, keepdims=True)", "db1 = np.sum(d1)"),
        ("db2 = np.sum(d2, axis=0, keepdims=True)", "db2 = d2"),
        ("dW1 = X.T @ d1", "dW1 = X @ d1"),
        ("dW2 = h.T @ d2", "dW2 = o.T @ d2"),
        ("dh = d2 @ W2.T", "dh = d2 @ dW2.T"),
        ("dh = d2 @ W2.T", "dh = d2 @ W2"),
        ("d1 = dh * h * (1 - h)", "d1 = dh * h"),
        ("d2 = (o - Y) * o * (1 - o)", "d2 = o - Y * o * (1 - o)"),
        ("d1 = dh * h * (1 - h)", "d1 = dh"),
        ("(o - Y) * o * (1 - o)", "(o - Y) * o * (1 + o)"),
        ("(o - Y) * o * (1 - o)", "(Y - o) * o * (1 - o)"),
        ("(o - Y) * o * (1 - o)", "(o - Y) * sigmoid(o) * (1 - sigmoid(o))"),
        ("(o - Y) * o * (1 - o)", "2 * (o - Y) * o * (1 - o)"),
        ("h @ W2 + b2", "h @ W2"),
        ("np.exp(-z)", "np.exp(z)"),
    ],
)
def test_one_mistake_is_mended_on_its_line(right: str, wrong: str) -> None:
    """The edit is on the line of the mistake, changes that line only, and holds on fresh probes."""
    text = PROGRAM.replace(right, wrong)
    found = mended(text)
    assert found is not None
    (step,) = found.steps
    line = text.count("\n", 0, text.index(wrong))
    assert text.count("\n", 0, step.edit.start) == line
    changed = [i for i, (a, b) in enumerate(zip(text.split("\n"), found.text.split("\n"), strict=True)) if a != b]
    assert changed == [line]
    assert (
        judge(FRESH, run(Job(path="s.py", contract=CONTRACT, inputs=inputs(), source=found.text))) == frozenset()
    )


def inputs() -> tuple[axes.Inputs, ...]:
    return tuple(axes.inputs(one, CONTRACT) for one in FRESH)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("X @ W1 + b1", "b1"),
        ("d1 = dh * h * (1 - h)", "d1 = h"),
        ("dW2 = h.T @ d2", "dW2 = h"),
        ("1 / (1 + np.exp(-z))", "(1 + np.exp(-z))"),
    ],
)
def test_what_is_missing_is_worked_out(right: str, wrong: str) -> None:
    """An operand that is a product by itself is found by what it must be worth, and put in where it was."""
    text = PROGRAM.replace(right, wrong)
    line = PROGRAM.count("\n", 0, PROGRAM.index(right))
    found = mended(
        text, hints=(Hint(line + 1),) if wrong == "dW2 = h" else ()
    )  # which only what is submitted tells
    assert found is not None
    (step,) = found.steps
    assert text.count("\n", 0, step.edit.start) == line
    assert not judge(FRESH, run(Job(path="s.py", contract=CONTRACT, inputs=inputs(), source=found.text)))


@pytest.mark.parametrize(
    "wrong",
    ["m = X.shape[1]", "m = X.size", "m = len(X) ** 2", "m = 1 * len(X) / 2", "m = 1 / len(X)"],
)
def test_number_is_mended_where_it_is_made(wrong: str) -> None:
    """A count or a scale that is wrong is no mistake of the lines that divide by it."""
    mean = Network(loss_scale=Scale(Fraction(1, 2), per_example=True))
    text = PROGRAM.replace("    d2 = (o - Y)", f"    {wrong}\n    d2 = (o - Y) / m")
    found = repair(text, *trials(mean), budget_seconds=20)
    assert found is not None
    assert [text.count("\n", 0, step.edit.start) for step in found.steps] == [8]
    assert text.split("\n")[8] == f"    {wrong}"


def test_one_likely_edit_or_none() -> None:
    """Asked for a single edit that mends everything, two mistakes are left alone."""
    one = PROGRAM.replace("d2 @ W2.T", "d2 @ dW2.T")
    two = one.replace("np.sum(d1, axis=0", "np.sum(d1, axis=1")
    found = [repair(text, *trials(), by=Search.once, budget_seconds=20) for text in (one, two)]
    assert found[0] is not None
    assert found[0].text == PROGRAM
    assert found[1] is None


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("d1 = W2 @ d2 * h * (1 - h)", "d1 = W2 @ d2 * h"), ("np.outer(h, d2)", "np.outer(h, d1)"),
     ("total[3] += d2", "total[3] = d2"), ("np.exp(-z)", "np.exp(z)")],
)  # fmt: skip
def test_loops_over_examples_and_lambdas_are_mended(right: str, wrong: str) -> None:
    """Values that come one example at a time, and functions without a statement of their own, are no obstacle."""
    found = mended(LOOP.replace(right, wrong))
    assert found is not None
    assert found.mended


def test_two_mistakes_are_mended_one_after_the_other() -> None:
    """Each edit makes more gradients right; together they make all."""
    text = PROGRAM.replace("np.sum(d1, axis=0", "np.sum(d1, axis=1").replace("d2 @ W2.T", "d2 @ dW2.T")
    found = mended(text)
    assert found is not None
    assert len(found.steps) == 2
    assert found.text == PROGRAM


def test_weights_updated_too_early_are_used_in_time() -> None:
    """A statement in the wrong place is moved."""
    early = PROGRAM.replace("    dh = d2 @ W2.T\n", "    W2 -= dW2\n    dh = d2 @ W2.T\n")
    found = mended(early)
    assert found is not None
    assert (
        judge(FRESH, run(Job(path="s.py", contract=CONTRACT, inputs=inputs(), source=found.text))) == frozenset()
    )


def test_what_does_not_hold_on_fresh_probes_is_not_shown() -> None:
    """An edit that is right on the probes of the search only is no fix."""

    def lenient(probes: Sequence[Probe], result: JobResult) -> frozenset[str]:
        wrong = judge(probes, result)
        return wrong | {"w1"} if set(probes) & set(FRESH) else wrong

    text = PROGRAM.replace("np.sum(d2, axis=0", "np.sum(d2, axis=1")
    honest = repair(text, *trials(), budget_seconds=20)
    fooled = repair(text, *trials(by=lenient), budget_seconds=20)
    assert honest is not None
    assert fooled is None


def test_what_nothing_mends_gets_no_fix() -> None:
    """A program without a backward pass is beyond small edits."""
    text = "def backward(X, Y, W1, b1, W2, b2):\n    return [W1 * 0, b1 * 0, W2 * 0, b2 * 0]\n"
    assert mended(text, seconds=1.0) is None


def test_search_uses_the_most_equal_and_the_most_different_probe() -> None:
    """One on which shapes stay silent, one on which they tell."""
    assert [one.name for one in searched(PROBES)] == ["1", "2"]


def test_diff_names_the_file_and_touches_one_line() -> None:
    """A unified diff with one line of context."""
    text = diff("a\nb\nc\nd\n", "a\nb\nC\nd\n", "s.py")
    assert text.startswith("--- s.py\n+++ s.py\n")
    assert "-c\n+C\n" in text
    assert "a\n" not in text


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("np.exp(-z)", "np.sqrt(-z)"),
        ("1 / (1 + np.exp(-z))", "1 / (1 + np.log(-z))"),
        ("db2 = np.sum(d2, axis=0, keepdims=True)", "db2 = 0"),
        ("sigmoid(h @ W2 + b2)", "sigmoid(h @ W2 ** b2)"),
        ("(o - Y) * o * (1 - o)", "(o - Y) * o * 1"),
        ("X @ W1 + b1", "W1 + b1"),
    ],
)
def test_what_nobody_would_see_at_first_is_mended(right: str, wrong: str) -> None:
    """Values that are no numbers, plain numbers in the place of arrays, operators that regroup, lost operands."""
    found = mended(PROGRAM.replace(right, wrong))
    assert found is not None
    assert len(found.steps) == 1


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("zip(X, Y)", "zip(Y, X)"),
        ("h = s(x @ W1 + b1[0])", "h = s(x @ W1)"),
        ("total[1] += d1", "total[1] += 1"),
    ],
)
def test_loops_are_mended_where_they_are_wrong(right: str, wrong: str) -> None:
    """What a loop goes over is edited, too, and a number that is added to an array is a suspect."""
    text = LOOP.replace(right, wrong)
    found = mended(text)
    assert found is not None
    (step,) = found.steps
    assert text.count("\n", 0, step.edit.start) == text.count("\n", 0, text.index(wrong))


@pytest.mark.parametrize(
    ("right", "wrong", "odd"),
    [
        ("d2 = (o - Y) * o * (1 - o)", "d2 = (Y - o) * o * (1 - o)", "o - 1"),  # 1 - o is right by itself
        ("dW1 = X.T @ d1", "dW1 = X.T @ -d1", "-X.T"),
    ],
)
def test_of_edits_that_mend_the_same_the_least_odd_is_taken(right: str, wrong: str, odd: str) -> None:
    """A sign can be put right in many a place; the others are told, too."""
    found = mended(PROGRAM.replace(right, wrong))
    assert found is not None
    (step,) = found.steps
    assert step.after == PROGRAM
    assert odd not in step.edit.replacement


def test_three_mistakes_of_one_chain_are_mended() -> None:
    """No gradient becomes right before the last of them is mended: values show the way."""
    wrong = PROGRAM.replace("X @ W1 + b1", "X @ W1").replace("h @ W2 + b2", "h + W2 + b2")
    found = mended(wrong.replace("(o - Y) * o * (1 - o)", "(o - Y) * o"), seconds=60)
    assert found is not None
    assert found.mended == frozenset(PARAMETERS)
    assert not judge(FRESH, run(Job(path="s.py", contract=CONTRACT, inputs=inputs(), source=found.text)))


def test_a_step_that_mends_everything_is_not_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit that no batch had room for is run as a step on the way: with it nothing is wrong any more."""
    monkeypatch.setattr(gathering, "RUNS_A_BATCH", 0)
    found = mended(PROGRAM.replace("d1 = dh * h * (1 - h)", "d1 = dh * h"))
    assert found is not None
    (step,) = found.steps
    assert step.mended == {"w1", "b1"}


def test_an_edit_that_fails_the_proof_is_not_the_end() -> None:
    """With probes of one size, a right length is found by chance; what holds on others is found after it."""
    text = PROGRAM.replace("h @ W2 + b2", "h @ W2 + b2 * (len(X) - 4)")
    same = (probe(1, n=5, d=4, h=4, k=4), probe(2, n=5, d=4, h=5, k=3))
    found = repair(text, *trials(probes=same), budget_seconds=30)
    assert found is None or not judge(
        FRESH, run(Job(path="s.py", contract=CONTRACT, inputs=inputs(), source=found.text))
    )


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("d2 = (o - Y) * o * (1 - o)", "d2 = (1 - o)"),
        ("h = sigmoid(X @ W1 + b1)", "h = sigmoid((X @ W1 ** b1))"),
        ("db1 = np.sum(d1, axis=0, keepdims=True)", "db1 = np.sum(d1, keepdims=True)"),
    ],
)
def test_several_factors_groups_and_options_that_are_lost_are_put_back(right: str, wrong: str) -> None:
    """A product of a difference, an operator within parentheses, an option that another call has."""
    found = mended(PROGRAM.replace(right, wrong))
    assert found is not None
    assert not judge(FRESH, run(Job(path="s.py", contract=CONTRACT, inputs=inputs(), source=found.text)))


ONE_BY_ONE = """\
import math
import numpy as np

def squash(t):
    return 1 / (1 + math.exp(-t))

def layer(values, weights, bias):
    return [squash(sum(v * w for v, w in zip(values, column)) + b) for column, b in zip(weights.T, bias[0])]

def backward(X, Y, W1, b1, W2, b2):
    g = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    for x, y in zip(X, Y):
        h = layer(x, W1, b1)
        o = layer(h, W2, b2)
        d2 = [(a - t) * a * (1 - a) for a, t in zip(o, y)]
        d1 = [sum(W2[j, i] * d for i, d in enumerate(d2)) * a * (1 - a) for j, a in enumerate(h)]
        g[0] += np.outer(x, d1)
        g[1] += d1
        g[2] += np.outer(h, d2)
        g[3] += d2
    return g
"""


def test_single_numbers_are_told_by_the_first_of_them() -> None:
    """A helper for numbers serves both layers, and what it gives for the second depends on the first."""
    assert mended(ONE_BY_ONE) is None
    found = mended(ONE_BY_ONE.replace("math.exp(-t)", "math.exp(t)"))
    assert found is not None
    (step,) = found.steps
    assert "-" in step.edit.replacement
    assert found.mended == frozenset(PARAMETERS)


ENTRIES = """\
def squash(t):
    return 1 / (1 + 2.718281828459045 ** -t)

def backward(X, Y, W1, b1, W2, b2):
    g = [0 * W1, 0 * b1, 0 * W2, 0 * b2]
    for x, y in zip(X, Y):
        h = []
        for j in range(len(b1[0])):
            total = b1[0][j]
            for i in range(len(x)):
                total += x[i] * W1[i][j]
            h.append(squash(total))
        d2 = []
        for k in range(len(b2[0])):
            total = b2[0][k]
            for j in range(len(h)):
                total += h[j] * W2[j][k]
            o = squash(total)
            d2.append((o - y[k]) * o * (1 - o))
        for j in range(len(h)):
            back = 0.0
            for k in range(len(d2)):
                g[2][j][k] += d2[k] * h[j]
                back += d2[k] * W2[j][k]
            d1 = back * h[j] * (1 - h[j])
            g[1][0][j] += d1
            for i in range(len(x)):
                g[0][i][j] += d1 * x[i]
        for k in range(len(d2)):
            g[3][0][k] += d2[k]
    return g
"""


def test_what_a_loop_computes_entry_by_entry_is_a_value_like_an_array() -> None:
    """Half of a derivative that is lost is put back though only single numbers are there."""
    right, wrong = "(o - y[k]) * o * (1 - o)", "(o - y[k]) * o"
    assert mended(ENTRIES) is None
    found = mended(ENTRIES.replace(right, wrong))
    assert found is not None
    (step,) = found.steps
    assert found.mended == frozenset(PARAMETERS)
    assert "d2.append((o - y[k]) * o * (1 - o))" in step.after


MASKED = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    z = X @ W1 + b1
    h = np.maximum(z, 0)
    d2 = h @ W2 + b2 - Y
    d1 = d2 @ W2.T
    d1[z <= 0] = 0
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""


@pytest.mark.parametrize("mask", ["d1 <= 0", "z >= 0", "z <= 1", "z.T <= 0", "W1 <= 0", "h < 0"])
def test_a_mask_is_told_by_what_it_leaves(mask: str) -> None:
    """What an assignment under a mask makes of its target is a value like any other."""
    relu = replace(NETWORK, hidden_activation="relu", output_activation="identity")
    assert mended(MASKED, network=relu) is None
    found = mended(MASKED.replace("z <= 0", mask), network=relu)
    assert found is not None
    (step,) = found.steps
    assert MASKED.count("\n", 0, step.edit.start) == 7


def test_two_mistakes_in_two_statements_are_two_edits() -> None:
    """However long the replaced parts: each has a line of its own."""
    text = PROGRAM.replace("d2 = (o - Y) * o * (1 - o)", "d2 = (o - Y) + o * (1 - o)").replace(
        "h.T @ d2", "h @ d2"
    )
    found = mended(text)
    assert found is not None
    assert len(found.steps) == 2
    assert found.text == PROGRAM


RECURSIVE = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    if len(X) == 0:
        return 0 * W1, 0 * b1, 0 * W2, 0 * b2
    x, y = X[:1], Y[:1]
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    rest = backward(X[1:], Y[1:], W1, b1, W2, b2)
    return [one + more for one, more in zip((x.T @ d1, d1, h.T @ d2, d2), rest)]
"""


def test_what_stays_zero_keeps_nothing_else_from_being_tried() -> None:
    """However many ways there are of writing zeros."""
    found = mended(RECURSIVE.replace("np.exp(-(x @ W1", "np.exp((x @ W1"))
    assert found is not None
    assert ast.dump(ast.parse(found.text)) == ast.dump(ast.parse(RECURSIVE))


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [("E = o - Y", "E = Y - o", 6), ("p[name] -= g", "p[name] += g", 14)],
)
def test_a_sign_that_all_have_is_turned_where_it_went_wrong(right: str, wrong: str, line: int) -> None:
    """An update along right gradients is turned round, and so is an error that makes them all point down."""
    text = """\
import numpy as np

def step(X, Y, p):
    h = 1 / (1 + np.exp(-(X @ p["W1"] + p["b1"])))
    o = 1 / (1 + np.exp(-(h @ p["W2"] + p["b2"])))
    E = o - Y
    e = E * o * (1 - o)
    d = e @ p["W2"].T * h * (1 - h)
    found = {"W1": X.T @ d, "b1": d.sum(0, keepdims=True), "W2": h.T @ e, "b2": e.sum(0, keepdims=True)}
    return found

def update(p, found):
    for name, g in found.items():
        p[name] -= g

def backward(X, Y, W1, b1, W2, b2):
    p = dict(W1=W1.copy(), b1=b1.copy(), W2=W2.copy(), b2=b2.copy())
    update(p, step(X, Y, p))
    return W1 - p["W1"], b1 - p["b1"], W2 - p["W2"], b2 - p["b2"]
"""
    assert mended(text) is None
    text = text.replace(right, wrong)
    found = mended(text)
    assert found is not None
    (step,) = found.steps
    assert text.count("\n", 0, step.edit.start) + 1 == line


def test_a_value_that_nothing_is_made_of_is_put_where_it_belongs() -> None:
    """Its name is given and never used: nothing tells what it is, and it is tried first."""
    text = PROGRAM.replace("return dW1, db1, dW2, db2", "return dW1, db1, h, db2").replace(
        "dW2 = h.T @ d2", "(dW2, rest) = (h.T @ d2, 0)"
    )
    found = mended(text)
    assert found is not None
    assert "return dW1, db1, dW2, db2" in found.text


def test_what_is_mended_is_not_looked_at_any_more() -> None:
    """Lines that were told of for one gradient lead nowhere once that is right."""
    trial = Trial("s.py", CONTRACT, NETWORK, PROBES, run, judge)
    hints = (Hint(10, frozenset({"w2"})), Hint(13, frozenset({"w1"})), Hint(4))
    text = PROGRAM.replace("h.T @ d2", "2 * h.T @ d2").replace("X.T @ d1", "2 * X.T @ d1")
    assert View(trial, text, hints).hints == (10, 13, 4)
    assert View(trial, text.replace("2 * h.T", "h.T"), hints).hints == (13, 4)


EARLY = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2, rate=0.3):
    w1, w2, c1, c2 = W1.copy(), W2.copy(), b1.copy(), b2.copy()
    h = 1 / (1 + np.exp(-(X @ w1 + c1)))
    o = 1 / (1 + np.exp(-(h @ w2 + c2)))
    e = Y - o
    w2 += h.T @ (e * o * (1 - o)) * rate
    c2 += (e * o * (1 - o)).sum(0, keepdims=True) * rate
    w1 += X.T @ (e @ w2.T * h * (1 - h)) * rate
    c1 += ((e * o * (1 - o)) @ W2.T * h * (1 - h)).sum(0, keepdims=True) * rate
    return [(old - new) / rate for old, new in zip((W1, b1, W2, b2), (w1, c1, w2, c2))]
"""


def test_what_is_updated_too_early_may_have_another_mistake_beside_it() -> None:
    """Neither edit shows in a gradient by itself: that nothing is made of updated weights any more tells."""
    found = mended(EARLY)
    assert found is not None
    assert found.mended == {"w1"}
    lines = found.text.splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("    w1 +="))
    assert first < next(index for index, line in enumerate(lines) if line.startswith("    w2 +="))
    assert "e @ w2.T" not in found.text


def test_nobody_divides_by_a_rate() -> None:
    """A rate may happen to be worth 1/2, and what lacks a 2 is no less wrong for that."""
    rated = PROGRAM.replace("b2):", "b2, rate=0.5):").replace(
        "return dW1, db1, dW2, db2", "step = rate * db2\n    return dW1, db1, dW2, step / rate"
    )
    found = mended(rated.replace("dh = d2", "dh = 0.5 * d2 / 1"))
    assert found is not None
    assert "rate" not in found.text.partition("dh =")[2].partition("\n")[0]


def test_what_one_step_takes_back_of_another_is_left_out() -> None:
    """Of two signs and a factor, the factor; steps that change lines of their own stay as they are."""
    texts = [
        "a = x + y\nb = z\n",
        "a = x - y\nb = z\n",
        "a = x - y\nb = z * u\n",
        "a = x + y\nb = z * u\n",
    ]
    steps = [
        Step(Edit(0, 0, "", 1.0), before, after, frozenset((name,)))
        for before, after, name in zip(texts, texts[1:], ("w1", "b1", "w1"), strict=False)
    ]
    alone = net(steps)
    assert alone is not None
    assert (alone.before, alone.after, alone.mended) == (texts[0], texts[-1], {"w1", "b1"})
    assert alone.edit.apply(texts[0]) == texts[-1]
    assert net(steps[:2]) is None


TWICE = """\
import numpy as np

def forward(X, W1, b1, W2, b2):
    z = X @ W1 + b1
    h = 1 / (1 + np.exp(-z))
    return z, h, 1 / (1 + np.exp(-(h @ W2 + b2)))

def backward(X, Y, W1, b1, W2, b2):
    z, h, o = forward(X, W1, b1, W2, b2)
    d2 = (o - Y) * o * (1 - o)
    slope = h * (1 - h)
    d1 = d2 @ W2.T * slope
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""


def test_what_is_handed_on_is_not_made_the_same_as_what_is_beside_it() -> None:
    """`return h, h, o` would mend it, too; it is where one is taken for the other that it is wrong."""
    found = mended(TWICE.replace("slope = h * (1 - h)", "slope = z * (1 - z)"))
    assert found is not None
    assert found.text == TWICE
    wrong = TWICE.replace("return z, h,", "return z, z,")  # here it is, and an edit takes it back
    found = mended(wrong)
    assert found is not None
    assert found.text == TWICE


@pytest.mark.parametrize(
    ("texts", "one"),
    [
        (("a = y\n", "a = y - x\n", "a = x - y\n"), True),
        (("a = x + y * z\n", "a = x - y * z\n", "a = x - y / z\n"), False),
    ],
)
def test_steps_at_one_place_are_one(texts: tuple[str, ...], one: bool) -> None:
    """What is put in and then turned is one edit; two places of one line are two."""
    edits = (
        (Edit(4, 5, "y - x", 1.9), Edit(4, 9, "x - y", 1.0))
        if one
        else (Edit(6, 7, "-", 1.0), Edit(10, 11, "/", 1.0))
    )
    steps = [
        Step(edit, text, edit.apply(text), frozenset(("w1",))) for edit, text in zip(edits, texts, strict=False)
    ]
    assert [step.after for step in steps] == list(texts[1:])
    assert (net(steps) is not None) is one


def test_a_move_does_not_swallow_what_is_mended_within() -> None:
    """A statement that is moved over others, and a slip in one of these, are two."""
    texts = (
        "w -= g\nd = a * w\nb = d.mean(0)\n",
        "d = a * w\nb = d.mean(0)\nw -= g\n",
        "d = a * w\nb = d.sum(0)\nw -= g\n",
    )
    edits = (Edit(0, len(texts[0]), texts[1], 1.4), Edit(16, 20, "sum", 0.9))
    assert [edit.apply(text) for edit, text in zip(edits, texts, strict=False)] == list(texts[1:])
    steps = [
        Step(edit, text, edit.apply(text), frozenset(("w1",))) for edit, text in zip(edits, texts, strict=False)
    ]
    assert net(steps) is None


def test_of_two_signs_the_one_that_the_rest_has_too_is_mended() -> None:
    """Both make as many gradients right; with the first what is left has only a factor too many."""
    text = PROGRAM.replace("(o - Y)", "(Y - o)").replace("dW1 = X.T @ d1", "dW1 = X.T @ d1 * 3")
    _, above = edit_at(text, "d2 = (Y - o) * o * (1 - o)", "(Y - o)", "(o - Y)")
    _, below = edit_at(text, "dW2 = h.T @ d2", "h.T @ d2", "-h.T @ d2")
    search = Search(trials()[0], perf_counter() + 60, (), named=False, known=Known())
    assert search.by_what_is_left(text, frozenset({(0, "w1")}), [below, above]) == [above, below]
    assert search.by_what_is_left(text, frozenset({(0, "w2")}), [below, above]) == [
        below,
        above,
    ]  # right with either


LOSS = """\
import numpy as np

class Error:
    def value(self, o, y):
        self.difference = o - y
        return np.mean(self.difference ** 2)

    def slope(self):
        return 2 * self.difference / self.difference.size

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    error = Error()
    loss = error.value(o, Y)
    d = error.slope()
    d2 = d * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""


TAPE = """\
import numpy as np

def passing(tape, value, slope):
    tape.append(lambda g: g * slope)
    return value

def linear(tape, grads, x, W, b):
    def back(g):
        grads.append((x.T @ g, g.sum(0, keepdims=True)))
        return g @ W.T
    tape.append(back)
    return x @ W + b

def sigmoid(tape, z):
    s = 1 / (1 + np.exp(-z))
    return passing(tape, s, s * (1 - s))

def backward(X, Y, W1, b1, W2, b2):
    total = [0, 0, 0, 0]
    for x, y in zip(np.array_split(X, 2), np.array_split(Y, 2)):
        tape, grads = [], []
        h = sigmoid(tape, linear(tape, grads, x, W1, b1))
        g = sigmoid(tape, linear(tape, grads, h, W2, b2)) - y
        for back in reversed(tape):
            g = back(g)
        (dW2, db2), (dW1, db1) = grads
        total = [t + d for t, d in zip(total, (dW1, db1, dW2, db2))]
    return total
"""


FOLDED = """\
from functools import reduce
import numpy as np

def step(state, layer):
    g, done = state
    W, x, a = layer
    delta = g * a * (1 - a)
    return delta @ W.T, [x.T @ delta, delta.sum(0, keepdims=True), *done]

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    _, found = reduce(step, [(W2, h, o), (W1, X, h)], (o - Y, []))
    return found
"""


@pytest.mark.parametrize("wrong", ["Y - o", "np.square(o - Y)"])
def test_what_a_fold_begins_with_is_a_value_by_itself(wrong: str) -> None:
    """Of which what the fold gives doesn't tell."""
    assert mended(FOLDED) is None
    found = mended(FOLDED.replace("(o - Y, [])", f"({wrong}, [])"))
    assert found is not None
    assert found.text == FOLDED


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("passing(tape, s, s * (1 - s))", "passing(tape, s, s - (1 - s))"),  # what it gives now tells nothing
        ("lambda g: g * slope", "lambda g: g * value * slope"),
        ("g @ W.T", "-g @ W.T"),
    ],
)
def test_batches_on_a_tape_are_mended_where_they_are_wrong(right: str, wrong: str) -> None:
    """Functions that are made to be called later, of examples that come in several batches."""
    assert mended(TAPE) is None
    found = mended(TAPE.replace(right, wrong))
    assert found is not None
    assert found.text == TAPE


def test_a_factor_that_is_left_out_is_not_put_into_the_loss() -> None:
    """Nor where a function of the file's is called, but where that makes what it gives."""
    network = replace(NETWORK, loss_scale=Scale.parse("1/(n k)"))
    assert mended(LOSS, network=network) is None
    found = mended(LOSS.replace("2 * self", "self"), network=network)
    assert found is not None
    assert "self.difference = o - y\n" in found.text
    assert "d = error.slope()\n" in found.text


@pytest.mark.parametrize(
    "update",
    [
        "W2 -= 0.1 * dW2",
        "W2 -= rate * dW2",
        "W2 = W2 - 0.1 * dW2",
        "W2 = W2 - rate * dW2",
        "W2 -= rate * (h.T @ d2)",
    ],
)
def test_an_update_that_comes_too_early_is_moved_and_not_turned_off(update: str) -> None:
    """With a step of 0, or `dW2 - dW2`, the gradients would be right, too: and nothing would be learnt."""
    text = PROGRAM.replace("    dh =", f"    {update}\n    dh =").replace(
        "W2, b2):\n", "W2, b2, rate=0.1):\n    W2 = W2.copy()\n"
    )
    found = mended(text)
    assert found is not None
    assert text.count(update) == found.text.count(update) == 1


@pytest.mark.parametrize(
    "asked",
    ["if len(X) > 1:", "if X.shape[1] != 1:"],
)
def test_no_edit_of_a_condition_hides_what_is_wrong(asked: str) -> None:
    """What is only kept from being run is still wrong; it is removed with what asks for it."""
    line = "    d1 = dh * h * (1 - h)\n"
    text = PROGRAM.replace(line, f"{line}    {asked}\n        d1 = d1 * (1 - h)\n")
    found = mended(text)
    assert found is not None
    assert found.text == PROGRAM


def test_of_edits_that_mend_as_much_the_one_that_brings_the_rest_nearer_is_taken() -> None:
    """Twice too much in all, and another mistake beside it: the factor is where all of them get it."""
    wrong = PROGRAM.replace("(o - Y) *", "2 * (o - Y) *").replace("dW1 = X.T @ d1", "dW1 = X.T @ (d1 * d1)")
    found = mended(wrong)
    assert found is not None
    assert found.text == PROGRAM


def test_rows_that_are_one_row_become_rows_of_their_own() -> None:
    """Every row of the sum had the sum of all rows."""
    right = "first = [[0.0] * len(b1[0]) for _ in range(len(W1))]\n"
    text = LOOP.replace("    for x, y", f"    {right}    for x, y").replace(
        "        total[0] += np.outer(x, d1)\n",
        "        for i in range(len(x)):\n            for j in range(len(d1)):\n"
        "                first[i][j] += x[i] * d1[j]\n",
    )
    text = text.replace("    return total", "    return [np.array(first), *total[1:]]")
    found = mended(text.replace(right, "first = [[0.0] * len(b1[0])] * len(W1)\n"))
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("d2 = (o - Y) * o * (1 - o)", "d2 = (o - Y) * o"),
        ("d1 = dh * h * (1 - h)", "d1 = dh * h"),
    ],
)
def test_what_a_crash_hides_is_mended_with_it(right: str, wrong: str) -> None:
    """Neither edit makes any gradient right by itself, wherever the program ends in an error."""
    assert right in PROGRAM
    broken = PROGRAM.replace(right, wrong).replace("h.T @ d2", "h @ d2")
    found = mended(broken)
    assert found is not None
    assert found.text == PROGRAM


def test_what_a_call_only_hands_on_is_a_value_by_itself() -> None:
    """Its operand is an attribute that nothing else asks that object for."""
    engine = (STYLES / "operator_overloading.py").read_text()
    assert mended(engine) is None
    wrong = engine.replace("self._then(self.value + row.value, back)", "self._then(self.value, back)")
    assert wrong != engine
    found = mended(wrong)
    assert found is not None
    assert found.text == engine


LAYERS = """\
import numpy as np

class Net:
    def __init__(self, *parameters):
        self.weights, self.biases = list(parameters[::2]), list(parameters[1::2])

    def backprop(self, x, y):
        activations = [x]
        for b, w in zip(self.biases, self.weights):
            activations.append(1 / (1 + np.exp(-(activations[-1] @ w + b))))
        nabla_b = [0 * b for b in self.biases]
        nabla_w = [0 * w for w in self.weights]
        delta = (activations[-1] - y) * activations[-1] * (1 - activations[-1])
        nabla_b[-1] = delta.sum(0, keepdims=True)
        nabla_w[-1] = activations[-2].T @ delta
        for l in range(2, 3):
            a = activations[-l]
            delta = delta @ self.weights[-l + 1].T * a * (1 - a)
            nabla_b[-l] = delta.sum(0, keepdims=True)
            nabla_w[-l] = activations[-l - 1].T @ delta
        return nabla_w[0], nabla_b[0], nabla_w[1], nabla_b[1]

def backward(X, Y, W1, b1, W2, b2):
    return Net(W1, b1, W2, b2).backprop(X, Y)
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("delta @ self.weights[-l + 1].T * a * (1 - a)", "delta"),  # no name that another loop left behind
        ("nabla_b[-1] = delta.sum", "nabla_w[-1] = delta.sum"),  # which the next line gives anew
        ("nabla_w[-1] = activations", "nabla_w[-2] = activations"),
    ],
)
def test_lists_of_layers_are_mended_by_their_items(right: str, wrong: str) -> None:
    """Those that are written nowhere else, too."""
    assert mended(LAYERS) is None
    assert right in LAYERS
    found = mended(LAYERS.replace(right, wrong, 1))
    assert found is not None
    assert all(part in found.text for part in ("self.weights[-l + 1].T", "nabla_b[-1] =", "nabla_w[-1] ="))
    (step,) = found.steps
    assert step.before.count("\n", 0, step.edit.start) == LAYERS.count("\n", 0, LAYERS.index(right))


BY_WORDS = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    z = h @ W2 + b2
    rows, o = np.arange(len(X)), np.zeros_like(z)
    for k in range(z.shape[1]):
        o[rows, k] = 1.0 / (1.0 + np.exp(-z[rows, k]))
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    grads = {"W1": X.T @ d1, "b1": d1, "W2": h.T @ d2, "b2": d2}
    grads = {name: g if name[0] == "W" else g.sum(0, keepdims=True) for name, g in grads.items()}
    return grads["W1"], grads["b1"], grads["W2"], grads["b2"]
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [('name[0] == "W"', 'name[0] > "W"'), ("1.0 / (1.0 + np.exp(-z", "1.0 - (1.0 + np.exp(-z")],
)
def test_what_no_value_tells_of_is_tried_where_it_is_small(right: str, wrong: str) -> None:
    """A condition within an expression, an operator in an entry; words are equal, or not, and come in no order."""
    assert mended(BY_WORDS) is None
    found = mended(BY_WORDS.replace(right, wrong, 1))
    assert found is not None
    assert found.text == BY_WORDS
