"""What an expression may change that is evaluated where a program stands, and putting it back."""

from __future__ import annotations

import ast
import contextlib
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from types import FunctionType, MappingProxyType
from typing import Any

import numpy as np

from gradcheck.submissions.arrays import LARGEST_VALUE

_OBJECTS = 2000  # that are looked through for what a candidate may change
_PLAIN = frozenset((int, float, complex, bool, str, bytes, type(None), np.float64, np.int64))  # never change
CHANGING = (  # methods that change what they belong to: those of what can be changed, and of nothing else
    ({*dir(list), *dir(deque)} - {*dir(tuple), "copy"})
    | ({*dir(set)} - {*dir(frozenset)})
    | ({*dir(dict)} - {*dir(MappingProxyType)})
    | {"fill", "put", "resize", "partition", "shuffle", "itemset", "setflags", "byteswap", "at"}
    | {"copyto", "fill_diagonal", "place", "put_along_axis", "putmask"}
)
UFUNCS = {name: value for name, value in vars(np).items() if isinstance(value, np.ufunc)}
_OPERATORS = frozenset(
    f"__{prefix}{name}__"
    for name in ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "neg", "getitem", "call")
    for prefix in ("", "r", "i")
)
CALLED = re.compile(r"\b(\w+)[\s)]*\(")
_WORD = re.compile(r"\w+")
_GOES_ON = re.compile(r"\b(?:send|next|throw|__next__)\(")
_SPREAD = re.compile(r"[(,\n]\s*\*")


class State:
    """
    What a candidate may change that calls what changes something: objects, their classes, and what they hold.

    Parameters
    ----------
    values : sequence
        From which they are reached.
    module : str, optional
        Whose objects are looked into.
    """

    def __init__(self, values: Sequence[Any], module: str | None) -> None:
        self._saved: list[tuple[Any, Any]] = []
        self._classes: list[tuple[type, dict[str, Any]]] = []
        pending, seen = list(values), set[int]()
        while pending and len(seen) < _OBJECTS:
            value = pending.pop()
            if type(value) in _PLAIN or id(value) in seen or too_large(value):
                continue
            seen.add(id(value))
            if isinstance(value, np.ndarray | list | dict | set | deque):
                self._saved.append((value, value.copy()))
            if isinstance(value, list | tuple | dict | deque):
                pending += value.values() if isinstance(value, dict) else value
            elif isinstance(value, type) and value.__module__ == module:
                held = {name: one for name, one in vars(value).items() if not name.startswith("__")}
                self._classes.append((value, held))
                pending += held.values()
            elif type(value).__module__ == module and isinstance(getattr(value, "__dict__", None), dict):
                pending += (vars(value), type(value))
            else:
                pending += closed_over(value)

    def restore(self) -> None:
        """Put everything back."""
        for value, before in self._saved:
            if isinstance(value, dict):  # a loop may go over it, and end in an error where its keys change
                if [*value] != [*before]:
                    dict.clear(value)
                dict.update(value, before)  # a Counter's own adds up
            elif isinstance(value, list):
                value[:] = before
            elif isinstance(value, set | deque):
                if [*map(id, value)] != [*map(id, before)]:
                    value.clear()
                    (value.update if isinstance(value, set) else value.extend)(before)
            elif value.flags.writeable:
                value[...] = before
        for kind, held in self._classes:
            for name in [one for one in vars(kind) if not one.startswith("__") and one not in held]:
                delattr(kind, name)
            for name, value in held.items():
                if vars(kind).get(name) is not value:
                    setattr(kind, name, value)


def closed_over(value: object) -> list[object]:
    """What a function has from the functions around it, and may change."""
    cells = value.__closure__ if isinstance(value, FunctionType) else None
    found: list[object] = []
    for cell in cells or ():
        with contextlib.suppress(ValueError):  # not given a value yet
            found.append(cell.cell_contents)
    return found


def method_names(own: Mapping[str, Any]) -> set[str]:
    """Names of the functions that a submission defines, and of its classes and their methods."""
    classes = [value for value in own.values() if isinstance(value, type)]
    return {name for name, value in own.items() if callable(value)}.union(*map(vars, classes))


def overloads(own: Mapping[str, Any], harmless: Set[str] = frozenset()) -> bool:
    """Whether a submission has a class that says what operators, items or calls do, other than harmless ones."""
    classes = (value for value in own.values() if isinstance(value, type))
    return any(not (_OPERATORS - harmless).isdisjoint(vars(one)) for one in classes)


def defined(names: Mapping[str, Any]) -> dict[str, Any]:
    """What a submission defines in its module."""
    module = names.get("__name__")
    return {name: value for name, value in names.items() if getattr(value, "__module__", None) == module}


@lru_cache(maxsize=1 << 15)
def may_change(expression: str) -> bool:
    """Whether a candidate calls what changes an object, or puts something into an array: `np.exp(*pair)`."""
    told = any(map(_may_put, CALLED.finditer(expression))) or _SPREAD.search(expression) is not None
    if not told and "out" not in expression:
        return False  # most of them; to parse one takes longer than to compile it
    try:
        tree = ast.parse(f"({expression}\n)", mode="eval")
    except (SyntaxError, ValueError):
        return False
    return any(_puts(node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def iterators(names: Mapping[str, Any]) -> frozenset[str]:
    """Names of generators, and of what is left of other iterators."""
    return frozenset(name for name, value in names.items() if isinstance(value, Iterator))


def goes_on(expression: str, running: frozenset[str]) -> bool:
    """Whether a candidate goes on with an iterator, of which some have names: nothing winds it back."""
    if running and not running.isdisjoint(_WORD.findall(expression)):
        return True
    return _GOES_ON.search(expression) is not None


def _may_put(call: re.Match[str]) -> bool:
    """Whether a call may be one that puts something into what it is handed, as far as its name and commas tell."""
    name = call[1]
    return name in CHANGING or (name in UFUNCS and call.string.count(",", call.end()) >= UFUNCS[name].nin)


def _puts(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    into = name in UFUNCS and len(call.args) > UFUNCS[name].nin
    starred = any(isinstance(one, ast.Starred) for one in call.args)
    return name in CHANGING or into or starred or any(one.arg in (None, "out") for one in call.keywords)


def too_large(value: Any) -> bool:
    """Whether what is made of a value would be too large to keep, and take too long to make."""
    return isinstance(value, np.ndarray) and value.size > LARGEST_VALUE
