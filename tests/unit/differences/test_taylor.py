"""Tests of the Taylor remainder test."""

import numpy as np
import pytest

from gradcheck.differences import taylor_order


@pytest.fixture
def case():
    """A loss, its right gradient, the array and a direction."""
    random = np.random.default_rng(0)
    array = random.normal(size=(3, 4))
    return (
        (lambda: (np.sin(array) * np.exp(array)).sum()),
        np.exp(array) * (np.sin(array) + np.cos(array)),
        array,
        (random.normal(size=(3, 4))),
    )


def test_a_right_gradient_has_order_two(case):
    """The remainder vanishes with the square of the step."""
    assert taylor_order(*case) == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("factor", [1.01, -1.0, 0.0])
def test_a_wrong_gradient_has_order_one(case, factor):
    """The remainder vanishes with the step only."""
    loss, gradient, array, direction = case
    assert taylor_order(loss, factor * gradient, array, direction) == pytest.approx(1.0, abs=0.2)


def test_a_linear_loss_has_no_remainder_and_a_wrong_one_has(case):
    """Infinite order for what is exact, 1 for what is not."""
    _, _, array, direction = case
    assert taylor_order(array.sum, np.ones_like(array), array, direction) == np.inf
    assert taylor_order(array.sum, 2 * np.ones_like(array), array, direction) == pytest.approx(1.0)
