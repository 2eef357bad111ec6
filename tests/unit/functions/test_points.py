"""The second point is another one, keeps to what the first one promises, and is given up where nothing works."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck.functions.points import moved, usable
from gradcheck.functions.subject import make

NEST = {"a": np.array([1.0, -2.0, 0.0]), "zeros": np.zeros(3), "z": np.array([1.0 + 1.0j]), "n": 3}
RANDOM = np.random.default_rng(0)


def _subject(loss: Any) -> Any:
    return make(loss, lambda p: {name: p[name] for name in ("a", "zeros", "z")}, NEST)


def test_every_entry_moves_and_signs_stay() -> None:
    """Everything differentiated moves, by about its own size; positive stays positive, zero becomes something."""
    a, zeros, z, n = moved(_subject(lambda p: 0.0), RANDOM)
    assert a is not None
    assert zeros is not None
    assert z is not None
    assert n is None
    assert (a != NEST["a"]).all()
    assert a[0] > 0 > a[1]
    assert zeros.all()
    assert z.dtype == np.complex128
    assert z[0] != NEST["z"][0]


@pytest.mark.parametrize("loss", [lambda p: float("nan"), lambda p: 1 // 0])
def test_a_point_where_nothing_works_is_given_up(loss: Any) -> None:
    """A loss that fails or isn't finite there makes the point unusable, and nothing is raised."""
    subject = _subject(loss)
    assert usable(subject, moved(subject, RANDOM)) is None


def test_a_point_where_all_works_is_used() -> None:
    """Where both functions can be evaluated the point is returned as it is."""
    subject = _subject(lambda p: 1.0)
    values = moved(subject, RANDOM)
    assert usable(subject, values) is values
