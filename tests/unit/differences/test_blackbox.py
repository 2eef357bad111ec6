"""Tests of the plain engine: any array, restored bit for bit, and losses that misbehave."""

import numpy as np
import pytest

from gradcheck.differences import METHODS, gradient
from gradcheck.errors import GradcheckError, NonFiniteError


def cube(array):
    """Sum of cubes; its gradient is 3 x²."""
    return (array**3).sum()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_differentiates_and_restores_bit_for_bit(method):
    """The bound holds, and the array is what it was, negative zeros and all."""
    array = np.array([[1.5, -0.25, -0.0], [2.0, 1e-8, -3.0]])
    before = array.tobytes()
    found = gradient(lambda: cube(array), array, method, substitute=cube)
    assert array.tobytes() == before
    assert (np.abs(found.value - 3 * array**2) <= found.bound).all()
    assert found.bound.max() < 1e-4


class Boom(BaseException):
    """Stands in for Ctrl-C."""


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, Boom])
@pytest.mark.parametrize("calls", [1, 2, 5, 40])
def test_an_interruption_leaves_no_trace(error, calls):
    """Wherever the loss raises, the array is restored bit for bit."""
    array = np.arange(6.0).reshape(2, 3)
    before, count = array.tobytes(), 0

    def loss():
        nonlocal count
        count += 1
        if count == calls:
            array[0, 0] = 99.0
            raise error
        return cube(array)

    with pytest.raises(error):
        gradient(loss, array)
    assert array.tobytes() == before


@pytest.mark.parametrize(
    "view",
    [
        lambda whole: whole[::2, 1:],
        lambda whole: whole.T,
        lambda whole: whole[1, 2, ...],
        lambda whole: whole[:0],
        lambda whole: whole[None, :, ::-1],
    ],
)
def test_any_view_will_do(view):
    """Non-contiguous, 0-d and empty views are perturbed where they live."""
    whole = np.random.default_rng(0).normal(size=(3, 4))
    array = view(whole)
    found = gradient(lambda: cube(whole), array)
    assert found.value.shape == array.shape
    np.testing.assert_allclose(found.value, 3 * array**2, rtol=1e-9)


def test_float32_is_differentiated_as_well_as_it_can_be():
    """Steps are larger, realised in float32, and the bound tells of float32's noise."""
    array = np.array([0.5, -1.25, 3.0], dtype=np.float32)
    found = gradient(lambda: cube(array), array)
    error = np.abs(found.value - 3 * array.astype(float) ** 2)
    assert (error <= found.bound).all()
    assert error.max() < 1e-4
    assert found.bound.max() > 1e-9


@pytest.mark.parametrize("seed", [12, 36, 51])
def test_long_steps_that_agree_by_chance_are_not_believed(seed):
    """In single precision, too, an extrapolation's bound holds: steps beyond all structure don't count."""
    random = np.random.default_rng(seed)
    array = random.normal(size=5).astype(np.float32)
    weights = random.normal(size=(5, 4)).astype(np.float32)
    targets = random.normal(size=4).astype(np.float32)

    def loss(x):
        if seed % 2:
            return (1 / (1 + np.exp(-(x @ weights.astype(x.dtype))))).sum()
        return ((np.tanh(x @ weights.astype(x.dtype)) - targets.astype(x.dtype)) ** 2).sum()

    found = gradient(lambda: loss(array), array, "richardson")
    wide = array.astype(float)
    true = gradient(lambda: loss(wide), wide, substitute=lambda moved: loss(moved)).value
    assert (np.abs(found.value - true) <= found.bound).all()


@pytest.mark.parametrize("method", ["richardson", "central", "central-8"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_loss_in_single_precision_is_known_by_its_digits(method, dtype):
    """Whatever the parameter's dtype: a loss that moves in steps of float32 gets that noise, even as a float."""
    array = np.array([0.3, -1.2, 0.8], dtype=dtype)
    for loss, slope in (
        (lambda: np.float32((array.astype(float) ** 2).mean()), 2 * array / 3),
        (lambda: float(np.float32((array.astype(float) ** 2).mean())), 2 * array / 3),
        (lambda: np.float32(1000.0 + np.tanh(array.astype(float)).sum()), 1 / np.cosh(array.astype(float)) ** 2),
    ):
        found = gradient(loss, array, method)
        assert (np.abs(found.value - slope) <= found.bound).all()


def test_a_complex_parameter_gives_re_and_im():
    """dloss/dRe + i dloss/dIm: of |c|² it is 2 c."""
    array = np.array([1.0 + 2.0j, -0.5j])
    found = gradient(lambda: (np.abs(array) ** 2).sum(), array)
    assert (np.abs(found.value - 2 * array) <= found.bound).all()


def test_a_function_on_another_scale_is_followed():
    """An argument that matters at 1e-5 or 1e5 gets steps to match."""
    for scale in (1e-5, 1e5):
        array = np.array([0.7 * scale])
        found = gradient(lambda array=array, scale=scale: np.sin(array / scale).sum(), array)
        assert abs(found.value[0] - np.cos(0.7) / scale) <= found.bound[0]
        assert found.bound[0] * scale < 1e-6


def test_a_kink_is_recognised():
    """Where left and right derivatives differ, the bound spans both; elsewhere it stays sharp."""
    array = np.array([0.0, 1.0, -2.0])
    for method in ("central", "richardson"):
        found = gradient(lambda: np.abs(array).sum(), array, method)
        assert found.bound[0] >= 1.0
        assert found.bound[1:].max() < 1e-6
        assert "[0]" in found.notes[-1]


def test_a_smooth_function_has_no_kink():
    """Curvature is not taken for a kink."""
    array = np.linspace(-2, 2, 9)
    for method in ("central", "central-8", "richardson"):
        assert gradient(lambda: np.exp(array).sum() + cube(array), array, method).notes == ()


def test_a_loss_that_does_not_keep_still_is_noted_and_bounded():
    """The noise is measured: the bound covers it."""
    random, array = np.random.default_rng(0), np.array([2.0, 1.0])
    found = gradient(lambda: cube(array) + 1e-6 * random.normal(), array)
    assert "not deterministic" in found.notes[0]
    assert (np.abs(found.value - 3 * array**2) <= found.bound).all()
    assert found.bound.min() > 1e-7


def test_a_loss_that_changes_its_argument_is_noted_and_survived():
    """The change is seen, undone, and the gradient right."""
    array = np.array([2.0, 1.0])

    def loss():
        value = cube(array)
        array[0] += 1.0
        return value

    found = gradient(loss, array)
    assert "changes the parameter" in found.notes[0]
    np.testing.assert_allclose(found.value, [12.0, 3.0], rtol=1e-9)
    np.testing.assert_array_equal(array, [2.0, 1.0])


def test_an_infinite_loss_is_an_error_that_names_the_place():
    """Nan at the base, or around an entry, can't be differentiated."""
    array = np.array([1.0, 2.0])
    with pytest.raises(NonFiniteError, match="unperturbed"):
        gradient(lambda: float("nan"), array)
    with pytest.raises(NonFiniteError, match=r"\[1\]"):
        gradient(lambda: array[0] if array[1] == 2.0 else np.inf, array)


@pytest.mark.parametrize(
    ("array", "loss"),
    [(np.arange(3), lambda: 1.0), (np.broadcast_to(1.0, 3), lambda: 1.0), (np.ones(3), lambda: np.ones(3))],
)
def test_what_cannot_be_perturbed_is_refused(array, loss):
    """Integers, read-only views and losses that are not one number get a clear error."""
    with pytest.raises(GradcheckError):
        gradient(loss, array)
