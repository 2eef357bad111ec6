"""What entries of the catalogue make of a gradient, kept for a whole class."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.diagnosis.explain.ways import Ways
from gradcheck.network.forward import Array, Network


def ways() -> Ways:
    """Of one problem whose sizes all differ."""
    rng = np.random.default_rng(0)
    shapes = {"x": (7, 4), "w1": (4, 5), "b1": (1, 5), "w2": (5, 3), "b2": (1, 3)}
    values: dict[str, Array] = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return Ways(Network(), [{**values, "y": rng.uniform(size=(7, 3))}])


def test_every_entry_is_a_row_in_the_shape_that_was_submitted() -> None:
    """NaN where it has another; in the order of the entries; made once."""
    some = ways()
    right = some.forward()[0]
    rows = some.laid(right, "w1", 0, (4, 5))
    assert rows.shape == (len(some.of_gradient("w1")), 20)
    assert np.isfinite(rows).all(axis=1).any()
    assert some.laid(right, "w1", 0, (4, 5)) is rows
    every = tuple(some.single(2, right))
    plain = some.laid_each(every, "b2", 0, (1, 3))
    assert np.array_equal(plain[0], some.traces(right, 0)[0].gradient("b2")[0])
    assert len(plain) == len(every)


def test_a_shape_that_nothing_has_takes_no_memory() -> None:
    """However large an array a submission sends."""
    some = ways()
    rows = some.laid(some.forward()[0], "w1", 0, (1 << 20, 1 << 16))
    assert np.isnan(rows[:, 0]).all()
    assert rows.strides == (0, 0)


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What doesn't fit is worked out again, and is the same."""
    kept = ways()
    rows = kept.laid(kept.forward()[0], "w1", 0, (4, 5))
    monkeypatch.setattr("gradcheck.diagnosis.explain.ways._NUMBERS", 100)
    some = ways()
    first, again = (some.laid(some.forward()[0], "w1", 0, (4, 5)) for _ in range(2))
    assert again is not first
    assert np.array_equal(first, again, equal_nan=True)
    assert np.array_equal(first, rows, equal_nan=True)
