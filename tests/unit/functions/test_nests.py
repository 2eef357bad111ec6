"""Nests are taken apart and put together again without loss."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.functions.nests import Absent, as_array, flatten, like, match, rebuild

Pair = namedtuple("Pair", "left right")
LEAVES = st.one_of(st.floats(-5, 5), st.integers(-3, 3), st.none(), st.text(max_size=2))
NESTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.tuples(inner, inner),
        st.builds(Pair, inner, inner),
    ),
    max_leaves=8,
)


@given(NESTS)
def test_rebuilding_from_the_own_leaves_gives_the_same(nest: Any) -> None:
    """Apart and together again is the identity, types included."""
    again = rebuild(nest, [leaf.array for leaf in flatten(nest)])
    assert again == nest
    assert type(again) is type(nest)


@given(NESTS)
def test_every_nest_matches_itself(nest: Any) -> None:
    """What has the same structure is matched leaf by leaf, in order."""
    for leaf, found in zip(flatten(nest), match(nest, nest), strict=True):
        assert isinstance(found, Absent) if leaf.original is None else found == leaf.original


def test_arrays_are_copied() -> None:
    """Neither the leaves nor what is rebuilt share memory with the original."""
    original = np.arange(3.0)
    (leaf,) = flatten(original)
    assert leaf.array is not None
    assert not np.shares_memory(leaf.array, original)
    assert not np.shares_memory(rebuild(original, [leaf.array]), leaf.array)


def test_mappings_of_other_types_stay_what_they_are() -> None:
    """An OrderedDict is rebuilt as one."""
    assert isinstance(rebuild(OrderedDict(a=1.0), [np.array(2.0)]), OrderedDict)


@pytest.mark.parametrize(
    ("original", "kind"),
    [(1.0, float), (1j, complex), (np.float32(1), np.float64), (np.array(1.0), np.ndarray)],
)
def test_the_kind_of_a_leaf_is_kept(original: Any, kind: type) -> None:
    """Numbers stay numbers, and zero-dimensional arrays stay arrays."""
    array = np.asarray(original, dtype=complex if kind is complex else float)
    assert isinstance(like(original, array), kind)


def test_anything_with_an_array_interface_is_converted() -> None:
    """`__array__` and DLPack are enough, and what records gradients is detached first."""

    class Tensor:
        def __init__(self, recording: bool) -> None:
            self.recording = recording

        def detach(self) -> Tensor:
            return Tensor(False)

        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            assert not self.recording
            return np.array([1.0, 2.0])

    class Capsule:
        def __dlpack__(self, **options: Any) -> Any:
            return np.array([3.0]).__dlpack__(**options)

        def __dlpack_device__(self) -> Any:
            return (1, 0)

    assert as_array(Tensor(recording=True)).tolist() == [1.0, 2.0]
    assert as_array(Capsule()).tolist() == [3.0]
