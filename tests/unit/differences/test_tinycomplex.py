"""Tests of the complex numbers with a shared real part."""

import numpy as np
import pytest

from gradcheck.differences.tinycomplex import TinyComplex
from gradcheck.network.forward import ACTIVATIONS

STEP = 2.0**-100
REAL = np.array([[-3.0, -0.5, 0.25], [0.75, 1.5, 40.0]])


def both(function):
    """Imaginary parts of `function` by numpy's own complex numbers and by ours."""
    theirs = function(REAL + 1j * STEP).imag / STEP
    ours = function(TinyComplex(REAL, np.full((4, *REAL.shape), STEP)))
    assert ours.imag.shape == (4, *theirs.shape)
    return theirs, ours.imag[2] / STEP


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "softmax"])
def test_activations_agree_with_numpys_complex_numbers(name):
    """The forward pass's own code gives the same imaginary part on either kind of number."""
    theirs, ours = both(ACTIVATIONS[name])
    np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize(
    "function",
    [
        lambda z: 2.0 * z - z / 3.0 + 1.0,
        lambda z: (1.0 - z) * z / (4.0 + z * z),
        lambda z: 1.0 / (2.0 + z * z) - z,
        lambda z: (z - 0.5) ** 2,
        lambda z: -np.log(3.5 + z) + np.log1p(z * z),
        lambda z: np.sqrt(z * z + 1.0),
        lambda z: z @ np.arange(6.0).reshape(3, 2),
        lambda z: np.ones((5, 2)) @ z,
        lambda z: np.exp(-z).sum(axis=-1, keepdims=True),
        lambda z: np.where(z.real > 0, z, -z),
        lambda z: np.where(z.real > 0, z * z, z),
        lambda z: np.where(z.real > 0, 1.0, z),
    ],
)
def test_arithmetic_agrees_with_numpys_complex_numbers(function):
    """Every operation that is provided for gives numpy's imaginary part."""
    theirs, ours = both(function)
    np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("function", [np.abs, np.maximum.reduce, np.floor, lambda z: z**3, lambda z: np.sum(z)])
def test_what_is_not_faithful_is_refused(function):
    """An operation without a rule raises rather than drop the imaginary part."""
    with pytest.raises(TypeError):
        function(TinyComplex(REAL, REAL))
