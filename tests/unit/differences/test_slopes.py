"""Tests of the slopes that the network's imaginary step is made of."""

import numpy as np
import pytest
from exact import problem

from gradcheck.differences import slopes
from gradcheck.network.forward import ACTIVATIONS, Network, entry_losses

KINDS = [
    {},
    {"output_activation": "softmax", "loss": "cross-entropy"},
    {"output_activation": "softmax"},
    {"output_activation": "tanh", "hidden_activation": "tanh"},
    {"loss": "binary-cross-entropy"},
]


def by_numpy(network, z2, y):
    """Each output moved by itself, in numpy's own complex numbers."""
    slope = np.empty_like(z2)
    for c in range(z2.shape[-1]):
        moved = z2.astype(complex)
        moved[..., c] += 1j * 2.0**-100
        a2 = ACTIVATIONS[network.output_activation](moved)
        slope[..., c] = entry_losses(network, moved, a2, y).imag.sum(axis=-1) * 2.0**100
    return slope


@pytest.mark.parametrize("at_once", [1, 1 << 18])
@pytest.mark.parametrize("options", KINDS)
def test_the_loss_slope_is_numpys_complex_step(options, at_once, monkeypatch):
    """For one network and for a stack of them, coupled or not, however few outputs are moved at once."""
    monkeypatch.setattr(slopes, "_AT_ONCE", at_once)
    network, values = problem(0, **options)
    z2 = np.random.default_rng(0).normal(size=(2, *values["y"].shape))
    expected = by_numpy(network, z2, values["y"])
    np.testing.assert_allclose(slopes.loss_slope(network, z2, values["y"]), expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(slopes.loss_slope(network, z2[0], values["y"]), expected[0], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("precision", [np.float64, np.longdouble])
def test_slopes_keep_the_precision_of_their_argument(precision):
    """Extended precision in, extended precision out: rounding is measured by it."""
    z1 = np.linspace(-3, 3, 7).astype(precision)
    slope = slopes.activation_slope(Network(), z1)
    assert slope.dtype == precision
    true = np.exp(-z1) / (1 + np.exp(-z1)) ** 2
    assert np.abs(slope - true).max() <= 4 * np.finfo(precision).eps


def test_outputs_are_coupled_where_one_moves_anothers_loss():
    """Softmax couples them; sigmoid and squared error do not."""
    assert slopes.coupled(Network(output_activation="softmax", loss="cross-entropy"))
    assert not slopes.coupled(Network())
