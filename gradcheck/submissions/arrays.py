"""Values of a program as arrays: numbers, arrays, nests of numbers, and objects that hold one of these."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from gradcheck.network.forward import Array

EVENTS_PER_NODE = 64
_LAYERS = 4
_RESULTS, _NESTED = 16, 3  # arrays that a function may give at once, in tuples and dicts that hold others
LARGEST_VALUE = 100_000
_DIMENSIONS = 4  # of lists in lists: one that holds itself has no end
_MADE = 1 << 9  # flag of classes that programs make
_READERS: Mapping[type, Callable[[Any], Any]] = {int: float, float: float, bool: float}


def as_arrays(value: Any) -> list[Array]:
    """Copy a value, or each of the few arrays that a list holds: one for each layer, say, and not rows of one."""
    several = isinstance(value, list) and 0 < len(value) <= _LAYERS
    if several and all(isinstance(one, np.ndarray) and one.ndim for one in value):
        return [array for one in value if (array := as_array(one)) is not None]
    array = as_array(value)
    return [] if array is None else [array]


def results(value: Any) -> list[Array]:
    """
    Copy the arrays that a tuple or dict holds, be it in tuples, dicts and lists of its own: several results.

    Returns
    -------
    list of ndarray of float64
        Empty for anything else, and where that isn't all there is: it holds what is no array, number, word or
        None, or too many.
    """
    try:
        found = [*itertools.islice(_results(value), _RESULTS + 1)] if isinstance(value, tuple | dict) else []
    except ValueError:
        return []
    return found if len(found) <= _RESULTS else []


def _results(value: Any, depth: int = _NESTED) -> Iterator[Array]:
    """The same, or a ValueError where that isn't all there is."""
    array = as_array(value)
    nothing = value is None or isinstance(value, str) or (isinstance(value, np.ndarray) and not value.size)
    if array is not None:
        yield array
    elif isinstance(value, tuple | list | dict) and depth and len(value) <= _RESULTS:
        for one in value.values() if isinstance(value, dict) else value:
            yield from _results(one, depth - 1)
    elif not nothing:
        raise ValueError("holds what is no array")


def _held(value: Any, depth: int = 2) -> Any:
    """
    What an object holds that stands for it; in lists, too.

    It is the only array, or nest of numbers, that it holds beside its shape, as a matrix of one's own does; else
    the first thing but a shape of what can be computed with, as an engine's values can.
    """
    if isinstance(value, list) and depth and 0 < len(value) <= EVENTS_PER_NODE:
        first = _held(value[0], depth - 1)
        return value if first is value[0] else [_held(one, depth - 1) for one in value]
    kind = type(value)
    if kind in _READERS or not kind.__flags__ & _MADE or isinstance(value, np.ndarray | np.generic):
        return value
    try:
        held = [*vars(value).values()]
    except Exception:  # of the submission's own making
        return value
    arrays = [one for one in held if isinstance(one, np.ndarray | list)]
    if len(arrays) == 1 and len(held) > 1:
        shape = _shape(arrays[0])
        if all(one is arrays[0] or _is_size(one, shape) for one in held):
            return arrays[0]
    computes = hasattr(kind, "__mul__")
    return (
        next((one for one in held if one is not None and not isinstance(one, tuple)), value) if computes else value
    )


def _is_size(value: Any, shape: tuple[int, ...]) -> bool:
    """Whether something is a shape, or one of its sizes."""
    sizes = value if type(value) is tuple else (value,)
    return all(type(one) is int for one in sizes) and (value == shape or (len(sizes) == 1 and sizes[0] in shape))


def _shape(value: Any) -> tuple[int, ...]:
    """The shape of an array or of lists in lists, by the first of each."""
    if isinstance(value, np.ndarray):
        return tuple(value.shape)
    sizes: list[int] = []
    while isinstance(value, list) and value and len(sizes) < _DIMENSIONS:
        sizes.append(len(value))
        value = value[0]
    return tuple(sizes)


def as_array(value: Any) -> Array | None:
    """
    Copy what is a number, an array or a nest of numbers into a float64 array, be they objects that hold them.

    Returns
    -------
    ndarray of float64, shape (...), or None
        None for what is none of these, such as a tuple of arrays, and for what is too large to keep.
    """
    value = _held(value)
    if type(value) in _READERS:
        return np.array(value, dtype=float) if abs(value) < 1e300 else None
    if isinstance(value, tuple) and value and isinstance(value[0], np.ndarray):
        return None  # several things, though their shapes may be the same
    if isinstance(value, list | tuple):
        if not 0 < len(value) <= EVENTS_PER_NODE or not isinstance(
            value[0], int | float | list | tuple | np.ndarray | np.generic
        ):
            return None
        try:
            value = np.asarray(value)
        except (ValueError, TypeError):
            return None
    if not isinstance(value, np.ndarray | np.generic) or value.dtype.kind not in "biufc":
        return None
    if not 0 < value.size <= LARGEST_VALUE:
        return None
    return np.array(value.real, dtype=float, subok=False)
