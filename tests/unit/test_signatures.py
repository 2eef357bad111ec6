"""Tests of what digits say about how a gradient was computed."""

import numpy as np
import pytest

from gradcheck.signatures import noise_like, quantisation_step, representable


def differences(step, size=6, seed=0, central=True):
    """Finite differences of a smooth function, as a program makes them."""
    at = np.random.default_rng(seed).normal(size=size)

    def loss(x):
        return 3.0 + np.sin(x) * np.exp(x / 2)

    if central:
        return np.array([(loss(x + step) - loss(x - step)) / (2 * step) for x in at])
    return np.array([(loss(x + step) - loss(x)) / step for x in at])


@pytest.mark.parametrize("step", [1e-4, 1e-5, 1e-6, 1e-7, 2.0**-26])
@pytest.mark.parametrize("central", [True, False])
def test_the_step_of_finite_differences_is_read_off_their_digits(step, central):
    """Multiples of the loss's last bit over the step betray the step, within the factor 2 of either formula."""
    found = quantisation_step(differences(step, central=central))
    assert found is not None
    assert step / 4 <= found <= step * 4


def test_ordinary_numbers_are_not_differences():
    """Of a thousand sets of random numbers none looks like finite differences."""
    random = np.random.default_rng(0)
    assert all(quantisation_step(random.normal(size=4)) is None for _ in range(1000))


@pytest.mark.parametrize("values", [np.zeros(5), np.array([0.1]), np.array([0.1, np.nan, 0.2, 0.3])])
def test_too_little_says_nothing(values):
    """Zeros, single values and NaNs have no step."""
    assert quantisation_step(values) is None


def test_float32_is_recognised_but_round_numbers_are_not():
    """24 significant bits, but not merely because the numbers are simple."""
    values = np.random.default_rng(0).normal(size=5)
    assert representable(values.astype(np.float32).astype(float), np.float32)
    assert not representable(values, np.float32)
    assert not representable(np.array([0.5, 1.0, -2.0]), np.float32)


def test_noise_is_told_from_bias():
    """Errors of either sign are noise; errors that follow the gradient, or are few, are not."""
    random = np.random.default_rng(0)
    gradient = random.normal(size=40)
    assert noise_like(random.normal(size=40), gradient)
    assert not noise_like(1e-8 * gradient, gradient)
    assert not noise_like(np.ones(40), gradient)
    assert not noise_like(random.normal(size=4), gradient[:4])
