"""Tests of the loss along a line, and of the noise measured there."""

import numpy as np
import pytest

from gradcheck.differences.perturbing import direction_line, entry_line, measured_noise, restored


def test_an_entry_moves_by_what_the_array_can_hold():
    """In float32 a step is rounded; the line says to what, and leaves nothing behind."""
    array = np.array([1.0, 2.0], dtype=np.float32)
    value, moved = entry_line(lambda: array.sum(), array, (0,))(1e-4)
    assert moved == float(np.float32(1.0 + 1e-4)) - 1.0 != 1e-4
    assert value == pytest.approx(3.0001)
    assert array.tolist() == [1.0, 2.0]


def test_a_direction_moves_all_entries_and_puts_them_back():
    """To the bit, negative zeros included."""
    array = np.array([1.0, -0.0])
    before = array.tobytes()
    assert direction_line(lambda: array.sum(), array, np.array([1.0, 3.0]))(0.5) == (3.0, 0.5)
    assert array.tobytes() == before


def test_the_noise_is_that_of_the_precision_computed_in():
    """Seven digits against sixteen; a sum of one entry carries a last bit of noise, or a few."""
    array = np.array([0.7, 1.3, -0.2])
    double = measured_noise(lambda: np.exp(array).sum(), array)
    single = measured_noise(lambda: np.float32(np.exp(array).sum()), array)
    assert 2.0**-54 < double < 2.0**-46
    assert 2.0**-25 < single < 2.0**-18


def test_an_array_is_restored_after_an_exception():
    """Whatever was done to it."""
    array = np.arange(3.0)

    def spoil():
        with restored(array):
            array[:] = np.nan
            raise RuntimeError

    with pytest.raises(RuntimeError):
        spoil()
    assert array.tolist() == [0.0, 1.0, 2.0]
