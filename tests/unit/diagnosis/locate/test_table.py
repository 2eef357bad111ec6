"""Quantities are recognised by value, whatever they are called, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck.diagnosis.locate.proportion import ratio
from gradcheck.diagnosis.locate.quantities import PLAIN
from gradcheck.diagnosis.locate.table import Table
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array, Network, Scale

SIZES = {"n": 4, "d": 3, "h": 5, "k": 2}


def trace(**sizes: int) -> Trace:
    rng = np.random.default_rng(3)
    n, d, h, k = ({**SIZES, **sizes}[axis] for axis in "ndhk")
    shapes = {"x": (n, d), "w1": (d, h), "b1": (1, h), "w2": (h, k), "b2": (1, k)}
    values: dict[str, Array] = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return Trace(Network(), {**values, "y": rng.uniform(size=(n, k))})


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (lambda t: t.a1, "a1"),
        (lambda t: -t.delta1.T / 7, "delta1"),
        (lambda t: t.y - t.a2, "a2 - y"),
        (lambda t: t.step("b1")[0], "gradient b1"),
        (lambda t: t.step("w1").T.ravel(), "gradient w1"),
        (lambda t: t.w2 - 0.3 * t.step("w2"), "updated w2"),
        (lambda t: np.vstack([t.b1 - t.step("b1"), t.w1 - t.step("w1")]).T, "updated w1 and b1"),
        (lambda t: np.vstack([t.b1, t.w1]), "w1 and b1"),
        (lambda t: t.a1.astype(np.float32), "a1"),
    ],
)
def test_quantity_is_recognised(value: object, name: str) -> None:
    """Factor, sign, orientation, axes of length one and precision don't hide what a value is."""
    t = trace()
    match = Table(t).match(np.asarray(value(t), float))  # type: ignore[operator]
    assert match is not None
    assert name in match.names


def test_factor_is_reported() -> None:
    """The factor is that of the value over the quantity."""
    t = trace()
    match = Table(t).match(-2 * t.delta1)
    assert match is not None
    assert match.factor == pytest.approx(-2)


def test_other_values_are_not_recognised() -> None:
    """A shuffled, a shifted and a slightly wrong quantity are none; nor are zeros and nans."""
    t = trace()
    shuffled = t.delta1.ravel()[::-1].reshape(t.delta1.shape)
    nans = np.full_like(t.a1, np.nan)
    for value in (shuffled, t.a1 + 1e-3, t.delta1 * (1 + 1e-3 * t.a1), 0 * t.a1, nans, np.ones((2, 2, 2))):
        assert Table(t).match(value) is None


def test_single_numbers_match_only_with_factors_that_people_write() -> None:
    """Any two numbers are proportional: of single numbers only plain factors count."""
    t = trace(k=1)
    b2 = t.step("b2")
    found = Table(t).match(b2 / SIZES["n"])
    assert found is not None
    assert "gradient b2" in found.names
    assert Table(t).match(b2 * 1.2345) is None
    first, none, again = Table(t).match_all([b2 / SIZES["n"], b2 * 1.2345, -2 * b2])
    assert first == found
    assert none is None
    assert again is not None
    assert np.isclose(again.factor, -2)


def test_series_of_a_loop_are_recognised() -> None:
    """Rows, columns and entries of a quantity in turn, and the terms of a sum over examples."""
    t = trace()
    table = Table(t)
    assert table.match_series(list(t.delta1)).name == "delta1"  # type: ignore[union-attr]
    assert table.match_series([row[:, None] for row in t.delta1]).name == "delta1"  # type: ignore[union-attr]
    assert table.match_series([np.array(v) for v in t.delta1.T.ravel()]).name == "delta1"  # type: ignore[union-attr]
    terms = [np.outer(x, delta) for x, delta in zip(t.x, t.delta1, strict=True)]
    assert "gradient w1" in table.match_series(terms).names  # type: ignore[union-attr]
    (name,) = table.match_series([*terms[:-1], terms[0]]).names  # type: ignore[union-attr]
    assert name == "terms of gradient w1"
    assert table.match_series([2 * terms[0], *terms[1:]]) is None


def test_a_wrong_pass_has_its_own_quantities() -> None:
    """A table of a trace with an override recognises the wrong values that follow from it."""
    right = trace()
    wrong = right.fork({"slope1": lambda t: t.z1 * (1 - t.z1)})
    assert Table(wrong).match(3 * wrong.delta1).name == "delta1"  # type: ignore[union-attr]
    assert Table(right).match(wrong.delta1) is None


def test_ratio_refuses_other_shapes() -> None:
    """Arrays of one size and different shapes are no multiples of each other."""
    assert ratio(np.ones((2, 6)), np.ones((3, 4))) is None


def test_entries_in_any_order_are_recognised() -> None:
    """A loop may take the entries of a quantity in its own order, some of them several times; others are none."""
    t = trace()
    entries = [np.array(value) for value in t.a1.T.ravel()[::-1]]
    match = Table(t).match_series([*entries[:7], *entries[:7]])
    assert match is not None
    assert "a1" in match.names
    assert Table(t).match_series([entry + 1e-6 for entry in entries[:7]]) is None
    flags = Table(t).match_series([np.array(float(i % 2)) for i in range(9)])
    assert flags is None or flags.name == PLAIN


def test_values_of_both_layers_are_told_apart() -> None:
    """A helper's values for one layer and the other are recognised each for itself."""
    t = trace()
    rows = [value for example in range(t.n) for value in (t.a1[example], t.a2[example] + 1)]
    matches = Table(t).match_each(rows, Table(t).match_all(rows))
    assert all(match is not None and "a1" in match.names for match in matches[::2])
    assert matches[1::2] == [None] * t.n


def test_loss_is_recognised_and_a_plain_number_is_told_by_its_factor() -> None:
    """Single numbers are recognised up to factors that people write, and no others."""
    t = trace()
    table = Table(t)
    loss, third, odd = (table.match(np.asarray(value)) for value in (t.loss, 1 / t.n, 0.337))
    assert loss is not None
    assert "loss" in loss.names
    assert third is not None
    assert third.name == PLAIN
    assert odd is None


def test_shuffled_examples_are_the_same_quantity() -> None:
    """Rows in another order are recognised, with their factor; columns of another order each are not."""
    t = trace(n=6, d=4, h=5, k=3)
    table, order = Table(t), np.array([3, 1, 5, 0, 4, 2])
    for factor in (1.0, -2.0):
        match = table.match(factor * t.z1[order])
        assert match is not None
        assert "z1" in match.names
        assert match.factor == pytest.approx(factor)
    each_by_itself = np.random.default_rng(0).permuted(t.z1, axis=0)
    assert table.match(each_by_itself) is None


def test_shuffled_columns_are_the_same_quantity() -> None:
    """Whichever way the examples lie; not where rows and columns are in another order both."""
    t = trace(n=6, d=4, h=5, k=3)
    table, order = Table(t), np.array([3, 1, 5, 0, 4, 2])
    for value in (t.z1[order].T, -2.0 * t.delta1[order].T):
        match = table.match(value)
        assert match is not None
        assert {"z1", "delta1"} & {*match.names}
    assert table.match(t.z1[order][:, [1, 0, 2, 4, 3]].T) is None


def test_updates_with_a_bias_are_those_of_layers_that_have_one() -> None:
    """Whatever the other layer has."""
    t = trace(n=4)
    for layer, other in (("1", "output_bias"), ("2", "hidden_bias")):
        one = Trace(replace(t.network, **{other: False}), t.values)
        names = (f"w{layer}", f"b{layer}")
        match = Table(one).match(np.vstack([one.values[name] - one.step(name) for name in names]))
        assert match is not None
        assert match.name == f"updated w{layer} and b{layer}"


def test_derivatives_that_are_all_one_are_told_by_nothing() -> None:
    """Those of an identity: ones may be anything."""
    t = trace(n=4)
    identity = Trace(replace(t.network, hidden_activation="identity"), t.values)
    assert identity.slope1.shape == (4, 5)
    found = Table(identity).match(np.ones((4, 5)))
    assert found is None or "slope1" not in found.names


def test_what_is_right_under_one_of_its_names_is_not_scaled() -> None:
    """Of one example all exponentials are multiples of the outputs; a multiple of all of them is a mistake."""
    t = trace(n=1, k=3)
    softmax = Trace(replace(t.network, output_activation="softmax", loss="cross-entropy"), t.values)
    table = Table(softmax)
    powers = np.exp(softmax.z2 - softmax.z2.max())
    right, wrong = table.match(powers), table.match(3 * powers)
    assert right is not None
    assert wrong is not None
    assert "a2" in right.names
    assert not right.scaled
    assert wrong.scaled


def test_batches_are_the_examples_together() -> None:
    """Of one size or several, in rows or in columns, in any order, with the factor of the whole."""
    t = trace(n=7, d=4, h=5, k=3)
    table = Table(t)
    for cuts in ((4,), (3, 5), (2, 4, 6)):
        pieces = np.split(-2 * t.delta1, cuts)
        for batches in (pieces, pieces[::-1], [piece.T for piece in pieces]):
            each = table.match_each(batches, table.match_all(batches))
            assert all(match is not None and "delta1" in match.names for match in each)
            assert all(match.factor == pytest.approx(-2.0) for match in each if match)
    assert table.match_series([t.delta1[:3], t.a1[3:]]) is None
    assert table.match_series([t.delta1[:3], t.delta1[3:, :2]]) is None


def test_the_logarithm_of_a_sum_of_exponentials_is_recognised() -> None:
    """Whole, and with the largest taken out of it; not with that of another example."""
    t = trace(n=4, k=3)
    largest = t.z2.max(axis=1)
    rest = np.log(np.exp(t.z2 - largest[:, None]).sum(axis=1))
    found = [Table(t).match(value) for value in (rest + largest, rest, rest + largest[::-1])]
    assert [match and match.name for match in found] == ["log Σ exp(z2)", "log Σ exp(z2 - max)", None]


def test_shuffled_targets_are_the_targets() -> None:
    """Classes, of which many rows begin alike."""
    t = trace(n=7, k=4)
    t = Trace(t.network, {**t.values, "y": np.eye(4)[[0, 3, 1, 3, 2, 0, 3]]})
    order = np.array([3, 6, 1, 5, 0, 4, 2])
    match = Table(t).match(t.y[order])
    assert match is not None
    assert match.name == "y"
    assert Table(t).match(np.roll(t.y, 1, axis=1)[order]) is None


def test_a_value_over_and_over_with_small_changes_is_recognised() -> None:
    """Finite differences evaluate the same again and again; values that only resemble each other aren't that."""
    t = trace(n=6, d=4, h=5, k=3)
    steps = [sign * 1e-5 * np.eye(6, 5, place) for place in range(3) for sign in (1, -1)]
    match = Table(t).match_series([t.a1 + step for step in steps])
    assert match is not None
    assert match.name == "a1"
    assert match.factor == pytest.approx(1.0)
    assert Table(t).match_series([t.a1 + 1e4 * abs(step) for step in steps]) is None


def test_entries_of_both_layers_are_one_kind() -> None:
    """A helper for single numbers serves both layers by turns."""
    t = trace(n=6, d=4, h=5, k=3)
    match = Table(t).match_entries(np.concatenate([t.a1[0], t.a2[0]]))
    assert match is not None
    assert set(match.names) <= {"a1", "a2"}
    assert Table(t).match_entries(np.concatenate([t.a1[0], t.delta2[0]])) is None
    alone = Table(t).match_entries(np.diagflat(t.slope1[2]))  # of one example, as factors from the left
    assert alone is not None
    assert alone.name == "slope1"
    assert Table(t).match_entries(np.diagflat(t.slope1[2]) + np.eye(5, 5, 1)) is None


def test_decay_has_a_factor() -> None:
    """A weight times a number is decay; an activation times a number is a mistake."""
    t = trace(n=6, d=4, h=5, k=3)
    decayed, scaled = Table(t).match(0.1 * t.w2), Table(t).match(0.1 * t.a1)
    assert decayed is not None
    assert scaled is not None
    assert not decayed.scaled
    assert scaled.scaled


def test_a_quantity_may_lie_the_other_way_round() -> None:
    """Told also where the sizes are the same; a single row has no other way."""
    for t in (trace(), trace(n=4, d=4, h=4, k=4)):
        table = Table(t)
        laid, turned, row = (table.match(value) for value in (2 * t.a1, -t.a1.T, t.b1))
        assert laid is not None
        assert turned is not None
        assert row is not None
        assert [one.turned for one in (laid, turned, row)] == [False, True, False]


def test_products_of_single_numbers_are_terms_of_a_sum() -> None:
    """In whatever order a loop makes them, and for some of the examples only; those of nothing else."""
    t = trace()
    products = [np.array(x * d) for x in t.x[0] for d in t.delta1[0]]
    assert Table(t).match_series(products[:16]).name == "terms of gradient w1"  # type: ignore[union-attr]
    assert Table(t).match_series(products[15::-1]).name == "terms of gradient w1"  # type: ignore[union-attr]
    assert Table(t).match_series([*products[:15], np.array(0.123)]) is None


def test_examples_that_are_repeated_count_once() -> None:
    """Each several times in a row, or all over again; not one more often than another."""
    t = trace()
    table = Table(t)
    for several in (np.repeat(t.a1, 3, axis=0), np.tile(t.a1, (2, 1)), 2 * np.repeat(t.a1, 2, axis=0)):
        assert table.match(several).name == "a1"  # type: ignore[union-attr]
    assert table.match(np.vstack([t.a1, t.a1[::-1] + 1])) is None


def test_a_diagonal_matrix_is_what_it_holds() -> None:
    """One example's derivatives as a matrix, example by example; not a matrix with more in it."""
    t = trace()
    table = Table(t)
    rows = [np.diag(row) for row in t.slope1]
    assert table.match_series(rows).name == "slope1"  # type: ignore[union-attr]
    assert table.match_series([row + 0.1 * np.eye(len(row), k=1) for row in rows]) is None


def test_every_name_has_its_own_factor() -> None:
    """The derivative of a mean is the error over their number: the same value is one of both."""
    t = Trace(replace(Network(), loss_scale=Scale(per_example=True)), trace().values)
    match = Table(t).match(t.a2 - t.y)
    assert match is not None
    assert match.factor_of("a2 - y") == pytest.approx(1)
    assert match.factor_of("grad_a2") == pytest.approx(SIZES["n"] / 2)


def test_more_than_is_asked_for_is_recognised_by_what_comes_first() -> None:
    """Several networks at once by the first; examples all over again by those that were seen the first time."""
    t = trace()
    table = Table(t)
    other = 0.5 * t.a1 + 0.1
    assert table.match(np.stack([t.a1, other])).name == "a1"  # type: ignore[union-attr]
    assert table.match(np.stack([other, t.a1])) is None
    again = np.concatenate([t.delta1, t.delta1[:2]])
    assert table.match(again).name == "delta1"  # type: ignore[union-attr]
    assert table.match(np.concatenate([t.delta1, t.delta1[1:3]])) is None


def test_products_with_a_bias_among_them_are_recognised() -> None:
    """Where biases are a further weight; what is all of one quantity is only that."""
    t = trace()
    table = Table(t)
    with_bias = [*(x * delta for x, delta in zip(t.x[0], t.delta1[0], strict=False)), *t.delta1[0]]
    assert table.match_entries(np.array(with_bias)).name == "terms of gradient w1 and b1"  # type: ignore[union-attr]
    assert table.match_entries(t.delta1[0]).name == "delta1"  # type: ignore[union-attr]
    assert table.match_entries(np.array([*with_bias, 0.123])) is None


def test_a_loop_that_is_cut_short_is_known_by_its_beginning() -> None:
    """With its factor, by rows or by columns; what only begins like it is nothing."""
    one = trace(n=9, k=5)
    table = Table(one)
    error = (one.a2 - one.y).ravel()[:16]
    twice, turned, other = table.match_beginnings([2 * error, (one.a2 - one.y).T.ravel()[:16], error + 1e-3])
    assert twice is not None
    assert "a2 - y" in twice.names
    assert twice.factor_of("a2 - y") == pytest.approx(2.0)
    assert turned is not None
    assert "a2 - y" in turned.names
    assert other is None


def test_steps_of_one_layer_after_the_other_are_known_by_their_beginning() -> None:
    """Of the first layer all are seen, of the next only some; a parameter that nothing moved is none of it."""
    one = trace(n=5, k=3)
    table = Table(one)
    steps = [one.values[name] - 0.5 * np.asarray(one.gradient(name)) for name in ("w2", "w1")]
    seen, still, off = (
        np.concatenate([value.T.ravel() for value in values])[:16]
        for values in (steps, [one.values["w2"], one.values["w1"]], [steps[0] + 1e-3, steps[1]])
    )
    moved, unmoved, wrong = table.match_beginnings([seen, still, off])
    assert moved is not None
    assert "updated w2" in moved.names
    assert unmoved is None or "updated w2" not in unmoved.names
    assert wrong is None


def test_what_comes_into_either_layer_is_one_series() -> None:
    """A neuron of either layer is handed inputs, x or a1, and sums them up: x w1 or a1 w2."""
    t = trace()
    into = [np.array(value) for value in (*(t.x @ t.w1).ravel()[:3], *(t.a1 @ t.w2).ravel()[:3])]
    match = Table(t).match_series(into)
    assert match is not None
    assert {"x w1", "a1 w2"} <= {*match.names}
    assert Table(t).match_series([*into, np.array(0.123)]) is None
