"""Tests of complex step of a black box: where it is trusted, and where not."""

import numpy as np

from gradcheck.differences import gradient


def cube(array):
    """Sum of cubes; its gradient is 3 x²."""
    return (array**3).sum()


def test_an_array_without_axes_is_differentiated_by_complex_step():
    """One number is a parameter as good as any."""
    array = np.array(1.5)
    found = gradient(lambda: cube(array), array, substitute=cube)
    assert found.method == "complex-step"
    assert abs(found.value - 3 * 1.5**2) <= found.bound < 1e-12


def test_complex_step_is_taken_only_where_it_is_faithful():
    """A cast to float or an abs on the way makes `auto` fall back, and say so."""
    array = np.array([0.5, -1.5])
    assert gradient(lambda: cube(array), array, substitute=cube).method == "complex-step"
    for unfaithful in (
        lambda a: (np.abs(a) ** 3).sum(),
        lambda a: cube(np.asarray(a).real),
        lambda a: cube(a.real),
    ):
        found = gradient(lambda f=unfaithful: f(array), array, substitute=unfaithful)
        assert found.method == "richardson"
        assert "does not agree" in found.notes[0]
        named = gradient(lambda f=unfaithful: f(array), array, "complex-step", substitute=unfaithful)
        assert np.isinf(named.bound).all()
