"""
What happens in the child while a contract is looked for: many ways of calling a submission are tried at once.

This file's own text is part of the `run` of a contract, since the child can't read the project's files: it imports
nothing of the project. The answers go back as the bytes of a compressed text. Nothing here knows what is right:
what comes back are places and shapes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import zlib
from collections.abc import Iterator, Mapping
from types import FrameType, ModuleType
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

AXES = {"X": "n d", "Y": "n k", "W1": "d h", "b1": "h", "W2": "h k", "b2": "k"}
_ROWS = {"X": "nd", "Y": "nk", "W1": "dh", "b1": "nh", "W2": "hk", "b2": "nk"}
MOST_LEAVES = 80
_DEPTH = 5
_LARGEST = 200
_ALL_SECONDS = 0.6
_SECONDS = 0.15  # a trial; what takes longer trains
_BYTES = 6  # that a float64 has room for, exactly
_SCALAR = int | float | np.generic


class _TooLongError(BaseException):
    """Not an `Exception`, so that a submission's own handlers let it pass."""


def _alarm(number: int, frame: FrameType | None) -> None:
    raise _TooLongError("takes too long")


def explore(module: ModuleType, arrays: Mapping[str, Array], sizes: Mapping[str, int], text: str) -> Array:
    """
    Run trials, each in a namespace of its own.

    Parameters
    ----------
    module : module
        The submission.
    arrays : mapping
        `X Y W1 b1 W2 b2` in rows.
    sizes : mapping
        `n d h k`.
    text : str
        JSON: a list of trials, each with `setup`, `run` and `axes`.

    Returns
    -------
    ndarray of float64
        Packed: for each trial a list of leaves, or the error.
    """
    end = time.monotonic() + _ALL_SECONDS
    found: list[dict[str, Any]] = []
    for trial in json.loads(text):
        if time.monotonic() > end:
            found.append({"error": "not tried: the others took too long"})
        else:
            found.append(_tried(module, arrays, sizes, trial))
    return packed(found)


def laid_out(array: Array, rows: str, axes: str, sizes: Mapping[str, int]) -> Array:
    """Lay an array in rows out as a notation says; what it leaves out has size 1."""
    if axes == "labels":
        return array.argmax(axis=1) if array.shape[1] > 1 else array[:, 0].astype(int)
    letters = rows.split()
    full = array.reshape([sizes[letter] for letter in letters])
    kept = [letter for letter in letters if letter in axes.split()]
    bare = full.reshape([sizes[letter] for letter in kept])
    wanted = [letter for letter in axes.split() if letter != "1"]
    turned = bare.transpose([kept.index(letter) for letter in wanted])
    return turned.reshape([1 if letter == "1" else sizes[letter] for letter in axes.split()]).copy()


def packed(value: Any) -> Array:
    """Encode a value as an array, which is all that may leave the child, and may not be large."""
    text = zlib.compress(json.dumps(value).encode())
    length = len(text)
    digits = np.frombuffer(text + bytes(-length % _BYTES), np.uint8).reshape(-1, _BYTES)
    return np.array([length, *(digits @ 256 ** np.arange(_BYTES))], dtype=float)


def unpacked(array: Array) -> Any:
    """Decode what `packed` made, after it came back as float64."""
    length, *numbers = (int(number) for number in array)
    text = b"".join(number.to_bytes(_BYTES, "little") for number in numbers)
    return json.loads(zlib.decompress(text[:length]))


def _tried(
    module: ModuleType, arrays: Mapping[str, Array], sizes: Mapping[str, int], trial: dict[str, Any]
) -> dict[str, Any]:
    """Run one trial."""
    before = dict(vars(module))
    sizes = {**sizes, **trial["pins"]}
    arrays = {name: array[tuple(slice(sizes[axis]) for axis in _ROWS[name])] for name, array in arrays.items()}
    given: dict[str, Any] = {}
    for name, axes in trial["axes"].items():
        if axes is not None:
            given[name] = laid_out(arrays[name], AXES[name], axes, sizes)
    handed = {name: array.tolist() if trial["lists"] else array.copy() for name, array in given.items()}
    names = {**before, **handed, **sizes}
    names |= {"np": np, "submission": module}
    signal.signal(signal.SIGALRM, _alarm)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        exec(trial["fusing"], names)
        given |= {name: names[name].copy() for name in trial["fused"]}
        exec(trial["setup"], names)
        start = {path: np.array(value) for path, value in _leaves(names, module, trial)}
        exec(trial["run"], names)
        found = list(_leaves(names, module, trial))
    except (Exception, SystemExit, _TooLongError) as error:
        return {"error": f"{type(error).__name__}: {error}"[:200]}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        vars(module).clear()
        vars(module).update(before)
    first: dict[int, str] = {}
    for path, value in found:
        first.setdefault(id(value), path)
    return {"leaves": [_described(path, value, start, given, first[id(value)]) for path, value in found]}


def _leaves(names: Mapping[str, Any], module: ModuleType, trial: dict[str, Any]) -> list[tuple[str, Array]]:
    found: list[tuple[str, Array]] = []
    for root in trial["roots"]:
        if root in names:
            for path, array in leaves(root, names[root], module):
                found.append((path, array))
                if len(found) == MOST_LEAVES:
                    return found
    return found


def _described(
    path: str, value: Array, start: Mapping[str, Array], given: Mapping[str, Array], alias: str
) -> dict[str, Any]:
    """What the parent wants to know of a leaf."""
    old = start.get(path)
    changed = old is not None and not (old.shape == value.shape and np.array_equal(old, value, equal_nan=True))
    moved = value - old if changed and old is not None and old.shape == value.shape else value
    same = [name for name, array in given.items() if array.shape == value.shape and np.array_equal(array, value)]
    prints = {"value": fingerprint(value), "moved": fingerprint(moved) if changed else None}
    prints |= {
        name: fingerprint(array - value)
        for name, array in given.items()
        if name not in "XY" and array.shape == value.shape and not same
    }
    return {
        "path": path,
        "alias": alias,
        "shape": value.shape,
        "new": old is None,
        "changed": changed,
        "same": same,
        "prints": {key: found for key, found in prints.items() if found is not None},
        "float": value.dtype.kind == "f",
    }


def fingerprint(array: Array) -> tuple[float, float] | None:
    """Two numbers that neither order nor factor changes; None for what is too small to tell, or not finite."""
    values = np.asarray(array, float).ravel()
    if not 2 <= values.size <= _LARGEST or not np.isfinite(values).all() or not values.any():
        return None
    values = values / np.abs(values).max()
    square = float((values**2).sum())
    return float((values**4).sum()) / square**2, abs(float((values**3).sum())) / square**1.5


def leaves(path: str, value: Any, module: ModuleType, depth: int = _DEPTH) -> Iterator[tuple[str, Array]]:
    """
    Walk a nest of containers and objects down to its arrays.

    Parameters
    ----------
    path : str
        Expression that gives `value`.
    value : object
    module : module
        The submission: only objects of its classes are opened.
    depth : int
        How many containers within containers.
    """
    array = _numeric(value)
    if array is not None:
        yield path, array
    elif depth:
        for step, inner in _parts(value, module):
            yield from leaves(path + step, inner, module, depth - 1)


def _numeric(value: Any) -> Array | None:
    """A number, an array or a nest of lists of numbers, as an array."""
    if isinstance(value, np.ndarray | _SCALAR):
        array = np.asarray(value)
        return array if array.dtype.kind in "biuf" and array.size else None
    if isinstance(value, list) and value and _plain(value):
        try:
            array = np.asarray(value)
        except ValueError:
            return None
        return array if array.dtype.kind in "biuf" and array.size else None
    return None


def _plain(value: Any) -> bool:
    """Whether a list holds nothing but numbers, however nested."""
    return all(_plain(part) if isinstance(part, list) else isinstance(part, _SCALAR) for part in value)


def _own(kind: type, module: ModuleType) -> bool:
    """Whether a class is the submission's, or of a file beside it."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None) or ""
    folder = os.path.dirname(getattr(module, "__file__", None) or "-")
    beside = (os.path.dirname(file) + os.sep).startswith(folder + os.sep) and "site-packages" not in file
    return kind.__module__ == module.__name__ or beside


def _parts(value: Any, module: ModuleType) -> Iterator[tuple[str, Any]]:
    """What a container or an object of the submission's holds."""
    if isinstance(value, dict):
        yield from ((f"[{key!r}]", part) for key, part in value.items() if isinstance(key, str | int))
    elif isinstance(value, list | tuple):
        fields = getattr(value, "_fields", None)
        for index, part in enumerate(value):
            yield (f".{fields[index]}" if fields else f"[{index}]"), part
    elif value is module:
        for name, part in list(vars(module).items()):
            if not name.startswith("__") and not isinstance(part, type | ModuleType) and not callable(part):
                yield f".{name}", part
    elif _own(type(value), module):
        names = list(getattr(value, "__dict__", ())) + [
            name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())
        ]
        names += [
            name
            for kind in type(value).__mro__
            for name, part in vars(kind).items()
            if isinstance(part, int | float)
        ]
        computed = [
            name
            for name, part in vars(type(value)).items()
            if isinstance(part, property) or type(part).__name__ == "cached_property"
        ]
        for name in dict.fromkeys([*names, *computed]):
            try:
                part = getattr(value, name)
            except Exception:
                continue
            yield f".{name}", part


def survey(names: Mapping[str, Any], about: Mapping[str, Any]) -> Array:
    """
    List the arrays that a namespace holds, with their values.

    Parameters
    ----------
    names : mapping
        The namespace.
    about : mapping
        Globals of the submission's module.
    """
    module = ModuleType(str(about.get("__name__")))
    module.__file__ = about.get("__file__")
    found: list[dict[str, Any]] = []
    for name, value in list(names.items()):
        if name.startswith("_") or isinstance(value, type | ModuleType | type(survey)):
            continue
        for path, array in leaves(name, value, module):
            if array.size <= _LARGEST and len(found) < 4 * MOST_LEAVES and np.isfinite(array).all():
                found.append({"path": path, "shape": array.shape, "values": array.ravel().astype(float).tolist()})
    return packed(found)
