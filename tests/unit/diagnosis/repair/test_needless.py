"""Statements that had better not be there, and what an edit would only make do nothing."""

from __future__ import annotations

import pytest
from workbench import PROGRAM, edit_at, mended

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.needless import removals, without

DELTA = "    d2 = (o - Y) * o * (1 - o)   # output\n"
HIDDEN = "    d1 = dh * h * (1 - h)\n"


@pytest.mark.parametrize(
    ("after", "surplus"),
    [
        (DELTA, "    d2[np.abs(d2) < 1e-2] = 0\n"),
        (DELTA, "    d2 = np.where(np.abs(d2) < 1e-2, 0, d2)\n"),
        (DELTA, "    d2 = np.clip(d2, -0.01, 0.01)\n"),
        (DELTA, "    d2 = np.around(d2, decimals=3)  # for printing\n"),
        (HIDDEN, "    d1 = np.maximum(d1, 0)\n"),
        (DELTA, "    h *= 2\n"),
        (DELTA, "    h = h ** 2\n"),
        (HIDDEN, "    np.clip(d1, -0.01, 0.01, out=d1)\n"),
    ],
)
def test_what_spoils_a_right_value_is_removed(after: str, surplus: str) -> None:
    """As a whole line, and nothing of it is made to do nothing."""
    found = mended(PROGRAM.replace(after, after + surplus))
    assert found is not None
    assert found.text == PROGRAM


@pytest.mark.parametrize(
    "limited",
    [
        "np.round({}, 3)",
        "({}).round(3)",
        "np.where(np.abs({}) < 1e-2, 0, {})",
        "{} * (h > 0.5)",
        "np.maximum({}, 0)",
    ],
)
def test_limits_are_taken_off(limited: str) -> None:
    """Not moved to where they do nothing on the probes."""
    right = HIDDEN.strip().removeprefix("d1 = ")
    found = mended(PROGRAM.replace(right, limited.format(right, right)))
    assert found is not None
    assert found.text == PROGRAM


def test_limits_stay_where_the_mistake_is_in_what_they_limit() -> None:
    """Of an activation that is kept from 0 and 1 the sign is mended, and it is still kept from them."""
    guarded = PROGRAM.replace(
        "return 1 / (1 + np.exp(-z))", "return np.clip(1 / (1 + np.exp(-z)), 1e-12, 1 - 1e-12)"
    )
    found = mended(guarded.replace("np.exp(-z)", "np.exp(z)"))
    assert found is not None
    assert "1e-12" in found.text


UPDATE = """
def train(X, Y, W, lr):
    d = (X @ W - Y) * 2
    W *= 0.9
    W -= lr * X.T @ d
    d *= 0.5
    for p in net.layers:
        p *= 0.9
        p.W *= 0.9
    x = 1
    return d
"""


def test_an_update_is_never_removed() -> None:
    """Neither a step nor a decay, be the parameters known by name or gone through by a loop."""
    edits = [edit.apply(UPDATE) for edit in removals(Program(UPDATE), {"W", "self.W"}, {"d"})]
    assert edits == [UPDATE.replace("    d *= 0.5\n", "")]


def test_a_step_is_removed_from_what_is_right_before_it() -> None:
    """Of a delta or a gradient, not of what nothing is known of."""
    for right, surplus in (
        (HIDDEN, "    d1 -= 0.01 * W1[0]\n"),
        ("    dW1 = X.T @ d1\n", "    dW1 += 0.1 * W1\n"),
    ):
        found = mended(PROGRAM.replace(right, right + surplus))
        assert found is not None
        assert found.text == PROGRAM
    assert not [*removals(Program("def f(x, w):\n    w -= 0.1 * x\n    return w\n"), {"v"}, ())]


@pytest.mark.parametrize(
    "surplus",
    [
        "    if np.sum(d2 ** 2) < 99:\n        d2 = d2 / 2\n",
        "    for g in (h, d2):\n        np.clip(g, -0.01, 0.01, out=g)\n",
        "    d2[0] = 0\n",
        "    X = X[:3]; Y = Y[:3]; h = h[:3]\n".replace("; ", "\n    "),
    ],
)
def test_what_holds_nothing_else_is_removed_with_it(surplus: str) -> None:
    """A condition or a loop around it: no condition is changed until it is false on the probes."""
    found = mended(PROGRAM.replace(DELTA, DELTA + surplus))
    if surplus.startswith("    X"):  # three statements at once: nothing, rather than something that does nothing
        assert found is None or "X[:3]" not in found.text
        return
    assert found is not None
    assert found.text == PROGRAM


def test_what_spoils_an_array_under_another_name_is_removed() -> None:
    """Rather than that the other name is given to something else; the rest of the line stays."""
    text = PROGRAM.replace(HIDDEN, HIDDEN + "    small = d1; small *= 0.5\n")
    found = mended(text)
    assert found is not None
    assert found.text == PROGRAM.replace(HIDDEN, HIDDEN + "    small = d1\n")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("dW2 = h.T @ d2", "dW2 = 0.5 * (h.T @ d2) * 2 * 3"),
        ("db2 = np.sum(d2, axis=0, keepdims=True)", "db2 = np.sum(d2, axis=0, keepdims=True) * 2"),
    ],
)
def test_a_number_too_many_is_left_out(right: str, wrong: str) -> None:
    """And not made up for by another."""
    found = mended(PROGRAM.replace(right, wrong))
    assert found is not None
    assert "* 3" not in found.text
    assert found.text.count("2") <= PROGRAM.replace(right, wrong).count("2")


def test_what_is_summed_already_is_not_summed_again() -> None:
    """The right array in the place of another one, without the sum that the other one took."""
    found = mended(PROGRAM.replace("return dW1, db1,", "return dW1, dW1.sum(0, keepdims=True),"))
    assert found is not None
    assert found.text == PROGRAM


def test_what_puts_a_value_where_it_spoils_another_is_left_out() -> None:
    """Of a call whose value is used: an error that is squared for the loss is not, and the loss stays."""
    cost = "def cost(o, Y):\n    e = o - Y\n    return 0.5 * np.sum(np.power(e, 2{})), e\n\ndef backward"
    text = PROGRAM.replace("def backward", cost).replace(
        DELTA, "    loss, e = cost(o, Y)\n    d2 = e * o * (1 - o)\n"
    )
    found = mended(text.replace("{}", ", out=e"))
    assert found is not None
    assert found.text == text.replace("{}", "")


@pytest.mark.parametrize("factor", ["np.sign(o - 0.5)", "(o > 0.5)", "np.where(o < 0.5, -1, 1)"])
def test_a_factor_that_spoils_an_array_is_left_out(factor: str) -> None:
    """And not made to be 1 by another number in it."""
    right = "(o - Y) * o * (1 - o)"
    found = mended(PROGRAM.replace(right, f"{right} * {factor}"))
    assert found is not None
    assert found.text == PROGRAM


def test_a_factor_that_happens_to_be_one_stays() -> None:
    """A rate that decays is 1 in the first epoch; once that is mended, it isn't taken out."""
    decays = PROGRAM.replace("dW2 = h.T @ d2", "epoch = 0\n    dW2 = 0.9 ** epoch * (h.T @ d2)")
    found = mended(decays.replace("0.9 ** epoch", "0.9 ** (epoch + 1)"))
    assert found is None or "0.9 **" in found.text


def test_nothing_is_multiplied_by_one() -> None:
    """What does nothing is left out."""
    found = mended(PROGRAM.replace("(o - Y) * o * (1 - o)", "(o - Y) * o * (1 - o) * (1 - h.mean())"))
    assert found is not None
    assert found.text == PROGRAM


def test_a_division_by_what_an_edit_makes_1_goes() -> None:
    """But not one by what has a name, as a number of examples has."""
    text = "a = b / len(x)\n"
    for new, goes in (("x[:1]", True), ("y", False)):
        program, edit = edit_at(text, text.strip(), "x", new)
        assert ("a = b\n" in {one.apply(text) for one in without(program, (), (), edit)}) == goes


def test_a_mask_or_a_square_that_does_nothing_goes() -> None:
    """`x * d` rather than `(x > 0) * d`, and `1 - m` for what is a mask already."""
    program, edit = edit_at("a = p * q * d\n", "a = p * q * d", "p * q", "(p > 0)")
    assert "a = d\n" in {one.apply(program.text) for one in without(program, (), (), edit)}
    program, edit = edit_at("a = p * d\n", "a = p * d", "p", "(1 - m ** 2)")
    found = {one.apply(program.text) for one in without(program, (), (), edit)}
    assert "a = (1 - m) * d\n" in found
    assert "a = d\n" not in found
    program, edit = edit_at("a = p * d\n", "a = p * d", "p", "(1 - m ** 2.5)")
    assert not any("m.5" in one.apply(program.text) for one in without(program, (), (), edit))
    program, edit = edit_at("a = p * q * d\n", "a = p * q * d", "p * q", "(p > 0.8)")
    assert "a = d\n" not in {one.apply(program.text) for one in without(program, (), (), edit)}
