"""
Nests: arrays, or lists, tuples and dictionaries of arrays and of further nests.

What a person hands over is taken apart into leaves, and put together again in the same form with other values.
Anything that is no array of real or complex numbers is a leaf too, which nobody differentiates.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from gradcheck.errors import GradcheckError
from gradcheck.network.forward import Array

Nest = Any


class Absent:
    """Stands where a gradient ought to be and is not, with the reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


@dataclass(frozen=True)
class Leaf:
    """
    One value of a nest.

    Attributes
    ----------
    name : str
        Its path: `W1`, `layers[0].b`, or the root's name for a nest that is a single array.
    original : object
        As it was handed over.
    array : ndarray or None
        Its values in a copy, of its own dtype; None for what is not differentiated.
    """

    name: str
    original: Any = field(repr=False)
    array: Array | None = field(repr=False, compare=False)


def flatten(nest: Nest, root: str = "parameters") -> tuple[Leaf, ...]:
    """List the leaves of a nest, in its own order."""
    return tuple(Leaf(name, value, as_inexact(value)) for name, value in _walk(nest, root, ""))


def _walk(nest: Nest, root: str, path: str) -> Iterator[tuple[str, Any]]:
    """Paths and values of the leaves."""
    if isinstance(nest, Mapping):
        for key, value in nest.items():
            yield from _walk(value, root, _join(path, key))
    elif _is_sequence(nest):
        fields = getattr(nest, "_fields", None)
        for index, value in enumerate(nest):
            yield from _walk(value, root, _join(path, fields[index]) if fields else f"{path or root}[{index}]")
    else:
        yield path or root, nest


def _join(path: str, key: object) -> str:
    """Path of an entry: attributes for names, subscripts for the rest."""
    if not isinstance(key, str):
        return f"{path}[{key!r}]"
    if not path:
        return key
    return f"{path}.{key}" if key.isidentifier() else f"{path}[{key!r}]"


def _is_sequence(value: object) -> bool:
    """Whether it is a list or a tuple, and so has leaves of its own."""
    return isinstance(value, list | tuple)


def as_array(value: object) -> Array:
    """
    Convert to numpy whatever offers `__array__` or DLPack, numbers and nested lists of them.

    Raises
    ------
    TypeError, ValueError
        As numpy says it, for anything else.
    """
    if hasattr(value, "detach"):  # a tensor that records gradients refuses to be read otherwise
        value = value.detach()
    if hasattr(value, "__dlpack__") and not hasattr(value, "__array__"):
        return np.from_dlpack(cast(Any, value))
    return np.asarray(value)


def as_inexact(value: object) -> Array | None:
    """Copy real and complex numbers; None for integers, flags, texts and everything else."""
    if isinstance(value, str | bytes | bool | int) or value is None or callable(value):
        return None
    try:
        array = as_array(value)
    except (TypeError, ValueError, RuntimeError):
        return None
    return np.array(array, copy=True, order="K") if array.dtype.kind in "fc" else None


def rebuild(nest: Nest, arrays: Sequence[Array | None]) -> Nest:
    """Put other values into the same form; None leaves a leaf's own value, copied where it can be."""
    return _rebuild(nest, iter(arrays))


def _rebuild(nest: Nest, arrays: Iterator[Array | None]) -> Nest:
    """Rebuild one level, taking the leaves in order."""
    if isinstance(nest, Mapping):
        items = {key: _rebuild(value, arrays) for key, value in nest.items()}
        return items if type(nest) is dict else _same_mapping(nest, items)
    if _is_sequence(nest):
        values = [_rebuild(value, arrays) for value in nest]
        return type(nest)(*values) if hasattr(nest, "_fields") else type(nest)(values)
    array = next(arrays)
    return _own_copy(nest) if array is None else like(nest, array)


def _same_mapping(nest: Mapping[Any, Any], items: dict[Any, Any]) -> Mapping[Any, Any]:
    """A mapping of the same type where its type can be made from a dictionary."""
    try:
        return type(nest)(items)  # type: ignore[call-arg]
    except TypeError:
        return items


def _own_copy(value: Any) -> Any:
    """Copy an array that is not differentiated, so that nobody can change the caller's."""
    return value.copy() if isinstance(value, np.ndarray) else value


def like(original: object, array: Array) -> Any:
    """
    Copy an array into the kind of object that it came as: number, numpy array, tensor of another library.

    A number or a zero-dimensional array stays one. What is not numpy's is made by its own namespace.
    """
    if isinstance(original, float | complex) and not isinstance(original, np.generic):
        return array.item() if array.dtype in (np.float64, np.complex128) else array[()]
    if isinstance(original, np.generic):
        return array[()]
    if isinstance(original, np.ndarray):
        copied = array.copy(order="K")
        return copied.view(type(original)) if type(original) is not np.ndarray else copied
    namespace: Any = getattr(original, "__array_namespace__", None)
    library: Any = namespace() if namespace else sys.modules.get(type(original).__module__.split(".")[0])
    convert = getattr(library, "asarray", None)
    return array.copy() if convert is None else convert(array.copy())


def match(nest: Nest, submitted: Any, root: str = "parameters") -> list[Any]:
    """
    Find the gradient that goes with each leaf.

    Parameters
    ----------
    nest : nest
        The parameters.
    submitted : nest
        What was returned for them; entries may be named `dW1` for `W1`.

    Returns
    -------
    list
        For each leaf in order what was submitted, or `Absent`.

    Raises
    ------
    GradcheckError
        If the two are not of the same structure.
    """
    return list(_match(nest, submitted, root, ""))


def _match(nest: Nest, submitted: Any, root: str, path: str) -> Iterator[Any]:
    """Walk both at once."""
    where = f"the gradient of `{path}`" if path else "what the gradients function returned"
    if isinstance(nest, Mapping):
        if submitted is None or isinstance(submitted, Absent):
            yield from _absent(nest, submitted)
            return
        if not isinstance(submitted, Mapping):
            raise GradcheckError(where, _kind(submitted), f"a dictionary with {_names(nest)}")
        keys = _keys(nest, submitted, where)
        for key, value in nest.items():
            found = submitted[keys[key]] if key in keys else Absent("nothing was returned under that name")
            yield from _match(value, found, root, _join(path, key))
    elif _is_sequence(nest):
        if submitted is None or isinstance(submitted, Absent):
            yield from _absent(nest, submitted)
            return
        items = _items(submitted)
        if items is None or len(items) != len(nest):
            found = _kind(submitted) if items is None else f"{len(items)} entries"
            hint = "return one gradient for each parameter, in the same order"
            raise GradcheckError(where, found, f"a list of {len(nest)}", hint)
        for index, (value, item) in enumerate(zip(nest, items, strict=True)):
            yield from _match(value, item, root, f"{path or root}[{index}]")
    elif isinstance(submitted, Mapping) or (_is_sequence(submitted) and as_inexact(submitted) is None):
        one = "the gradients of one array" if not path else where
        raise GradcheckError(one, _kind(submitted), "an array", "return the structure that the parameters have")
    else:
        yield Absent("None was returned") if submitted is None else submitted


def _absent(nest: Nest, submitted: Any) -> Iterator[Absent]:
    """Nothing for every leaf below."""
    reason = submitted if isinstance(submitted, Absent) else Absent("None was returned")
    for _ in _walk(nest, "", ""):
        yield reason


def _items(submitted: Any) -> list[Any] | None:
    """Entries of a list, a tuple or an array's first axis; None for anything else."""
    if _is_sequence(submitted):
        return list(submitted)
    array = as_inexact(submitted)
    return list(array) if array is not None and array.ndim else None


def _keys(nest: Mapping[Any, Any], submitted: Mapping[Any, Any], where: str) -> dict[Any, Any]:
    """Which of the submitted keys goes with each parameter: its own name, or that name after a `d`."""
    keys = {key: key for key in nest if key in submitted}
    keys |= {
        key: f"d{key}" for key in nest if key not in keys and f"d{key}" in submitted and f"d{key}" not in nest
    }
    used = set(keys.values())
    strange = [key for key in submitted if key not in used]
    if strange or (nest and not keys):
        hint = "name each gradient as its parameter"
        found = f"keys {_names(strange)}" if strange else "no keys"
        raise GradcheckError(where, found, _names(nest), hint)
    return keys


def _names(keys: Iterable[Any]) -> str:
    """Keys, for a message."""
    return ", ".join(f"`{key}`" for key in keys) or "no keys"


def _kind(value: object) -> str:
    """What something is, for a message."""
    if isinstance(value, Mapping):
        return "a dictionary"
    array = as_inexact(value)
    return f"an array of shape {array.shape}" if array is not None else f"type {type(value).__name__}"
