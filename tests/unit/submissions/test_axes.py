"""Arrays go to a submission in its own axes, and come back."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.config import LAYOUTS, Assignment, Contract, Sizes
from gradcheck.network.forward import Network
from gradcheck.probes import make
from gradcheck.submissions import axes

PROBE = make(Assignment(path="", network=Network(), sizes=Sizes(d=4, h=5, k=3)))[0]
GRADIENTS = {"W1": "W1", "b1": "b1", "W2": "W2", "b2": "b2"}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["X", "Y", "W1", "b1", "W2", "b2"])
def test_there_and_back_again(layout: str, name: str) -> None:
    """Each layout's array has the shape its axes mean, and reads back as it was."""
    notation, array = LAYOUTS[layout][name], PROBE.values[name.lower()]
    given = axes.to_submission(name, array, notation, PROBE.sizes)
    assert given.shape == axes.shape(notation, PROBE.sizes)
    assert np.array_equal(axes.to_rows(name, given, notation, PROBE.sizes), array)


@pytest.mark.parametrize("notation", ["h", "1 h", "h 1"])
def test_a_bias_takes_every_form(notation: str) -> None:
    """A vector, a row and a column hold the same numbers."""
    given = axes.to_submission("b1", PROBE.values["b1"], notation, PROBE.sizes)
    assert given.ravel().tolist() == PROBE.values["b1"].ravel().tolist()


def test_what_is_given_is_a_copy() -> None:
    """A submission that overwrites its arguments does not reach the probe."""
    given = axes.to_submission("X", PROBE.values["x"], "n d", PROBE.sizes)
    given[:] = 0
    assert PROBE.values["x"].any()


def test_labels_are_class_numbers() -> None:
    """One-hot rows become the position of their 1; a single output is the class itself."""
    assert axes.labels(np.array([[0.0, 1, 0], [0, 0, 1]])).tolist() == [1, 2]
    assert axes.labels(np.array([[0.0], [1.0]])).tolist() == [0, 1]


def test_an_axis_left_out_is_one_in_every_probe() -> None:
    """`Y = "n"` pins k; a bias without axes its width; labels pin nothing."""
    rows = LAYOUTS["rows"]
    assert axes.pinned(Contract(axes={**rows, "Y": "n"}, gradients=GRADIENTS)) == {"k": 1}
    assert axes.pinned(Contract(axes={**rows, "b1": ""}, gradients=GRADIENTS)) == {"h": 1}
    assert axes.pinned(Contract(axes={**rows, "Y": "labels"}, gradients=GRADIENTS)) == {}


def test_a_wrong_shape_is_refused() -> None:
    """Only the contract's own shape reads back as rows."""
    with pytest.raises(ValueError, match="W1"):
        axes.to_rows("W1", np.zeros((5, 4)), "d h", PROBE.sizes)
    with pytest.raises(ValueError, match="b1"):
        axes.to_rows("b1", np.zeros(5), "1 h", PROBE.sizes)


def test_columns_are_known_as_the_reverse_of_rows() -> None:
    """A gradient of a wrong shape is turned where the contract is."""
    assert axes.reversed_axes("W1", Contract(axes=dict(LAYOUTS["columns"])))
    assert not axes.reversed_axes("W1", Contract())
