"""Biases that are part of the weights, and parameters that are one vector."""

import numpy as np
import pytest

from gradcheck.proposing.layouts import FLAT, ROWS, Layout, flats, fused

ARRAYS = {"W1": np.arange(6.0).reshape(2, 3), "b1": np.full((1, 3), 7.0)}
ARRAYS |= {"W2": np.arange(12.0).reshape(3, 4), "b2": np.full((1, 4), 8.0)}
SIZES = {"d": 2, "h": 3, "k": 4}


def laid_out(layout: Layout) -> dict[str, np.ndarray]:
    """The arrays in a layout's axes."""
    return {
        name: array.T if layout.axes[name] in ("h d", "k h", "h 1", "k 1") else array
        for name, array in ARRAYS.items()
    }


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("index", range(4))
def test_what_is_put_together_is_taken_apart(turned: bool, index: int) -> None:
    """Each bias comes out of the weights as it went in, and so do the weights; layers without keep theirs."""
    axes = {**ROWS.axes, **({"W1": "h d", "W2": "k h"} if turned else {})}
    layout = list(fused(Layout(axes)))[index]
    given = laid_out(layout)
    names: dict[str, object] = {**given, "np": np}
    exec(layout.fusing, names)
    for name, array in given.items():
        whole = f"W{name[1]}" if name in layout.biases else name
        assert np.array_equal(eval(layout.part(name, whole), names), array)
    assert (names["W1"] is given["W1"]) == (layout.layers == "2")


@pytest.mark.parametrize("layout", list(flats()), ids=lambda one: f"{one.axes['W1']} {one.fused or 'apart'}")
def test_one_vector_is_taken_apart(layout: Layout) -> None:
    """Every parameter is a piece of the vector, and only in its own layout."""
    given = laid_out(layout)
    if not layout.fused:
        given |= {"b1": given["b1"].ravel(), "b2": given["b2"].ravel()}
    names: dict[str, object] = {**given, "np": np, **SIZES}
    exec(layout.fusing, names)
    pieces = layout.pieces(FLAT)
    for name, array in given.items():
        found = eval(layout.part(name, pieces.get(name, pieces[f"W{name[1]}"])), names)
        assert np.array_equal(found, array), name
    assert np.size(names[FLAT]) == sum(array.size for array in ARRAYS.values())
