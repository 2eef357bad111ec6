"""Left and right derivatives, each with a bound that holds."""

import numpy as np
import pytest

from gradcheck.differences import one_sided


def test_both_sides_of_a_kink_are_known():
    """Curved on either side of the kink, and restored bit for bit."""
    array = np.array([0.0, -0.0, 0.7])
    before = array.tobytes()
    found = one_sided(lambda: np.exp(np.abs(array)).sum() + np.sin(array[0]), array, [(0,), (1,)])
    assert array.tobytes() == before
    for one, offset in zip(found, (1.0, 0.0), strict=True):
        assert one.differ
        assert abs(one.low - (offset - 1.0)) <= one.bound
        assert abs(one.high - (offset + 1.0)) <= one.bound
        assert one.bound < 1e-8


def test_a_smooth_function_has_the_same_on_both_sides():
    """Curvature, noise and other scales are no kinks; where a short step confirms the bounds they hold."""
    array = np.array([0.3, -1.2, 2.0])
    functions = (
        (np.sin, np.cos),
        (np.exp, np.exp),
        (lambda x: np.sin(1e4 * x), lambda x: 1e4 * np.cos(1e4 * x)),
        (lambda x: 1e8 + x**3, lambda x: 3 * x**2),
    )
    for function, slope in functions:
        for index, one in enumerate(one_sided(lambda f=function: f(array).sum(), array, [(0,), (1,), (2,)])):
            assert not one.differ
            if one.confirmed:
                assert abs(one.left.value - slope(array)[index]) <= one.left.bound
                assert abs(one.right.value - slope(array)[index]) <= one.right.bound


@pytest.mark.parametrize("distance", [1e-5, 1e-4, 1e-2])
def test_a_kink_nearby_is_none_at_the_point(distance):
    """Long steps across a kink may agree with each other: a short one shows that both sides are the same here."""
    array = np.array([distance])
    (one,) = one_sided(lambda: np.abs(array).sum(), array, [(0,)])
    assert not one.differ
