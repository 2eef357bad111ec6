"""Tests of derivatives along a line and of the noise estimate."""

import math

import numpy as np
import pytest

from gradcheck.differences.line import adaptive, fixed, loss_noise
from gradcheck.differences.stencils import STENCILS


@pytest.mark.parametrize("sigma", [1e-3, 1e-8, 1e-13])
def test_the_noise_is_found_and_the_function_is_not(sigma):
    """Noise on a smooth function is estimated within a factor of ten."""
    t = np.linspace(-1e-6, 1e-6, 9)
    estimates = [
        loss_noise(list(1.0 + 3.0 * t + np.random.default_rng(seed).normal(size=9) * sigma)) for seed in range(20)
    ]
    assert sigma / 10 < np.median(estimates) < sigma * 10


def test_a_noiseless_loss_still_rounds():
    """The estimate is never below the loss's own last bit."""
    assert loss_noise([5.0] * 9) >= 2.0**-53 * 5.0


@pytest.mark.parametrize("name", STENCILS)
def test_a_formula_is_exact_for_polynomials_of_its_order(name):
    """Weights are right: x^p is differentiated without truncation error."""
    stencil = STENCILS[name]
    for power in range(1, stencil.order + 1):
        slope = fixed(lambda t, p=power: ((1 + t) ** p, t), 1.0, stencil, 0.1, 1e-16)
        assert slope.value == pytest.approx(power, rel=1e-11)


def test_adaptive_steps_around_infinite_values():
    """A loss that is infinite a long step away is still differentiated, with shorter ones."""

    def line(t):
        return (math.log(0.01 + t) if t > -0.01 else math.inf), t

    slope = adaptive(line, math.log(0.01), 1.0, 1e-16)
    assert abs(slope.value - 100.0) <= slope.bound < 1e-6


def test_no_finite_value_gives_no_bound():
    """Where nothing can be said, nothing is said."""
    assert adaptive(lambda t: (math.nan, t), 0.0, 1.0, 1e-16).bound == math.inf
