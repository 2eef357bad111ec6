"""Constants told by name: 2, 1/2, -1, and the sizes of the arrays around."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from gradcheck.functions.nests import flatten

_TOLERANCE = 1e-5
_SIMPLE = tuple(Fraction(*pair) for pair in ((1, 1), (2, 1), (1, 2), (4, 1), (1, 4)))


def constant_text(constant: float | complex, sizes: Mapping[str, int]) -> str:
    """
    Write a constant with what it is.

    Parameters
    ----------
    constant : float or complex
    sizes : mapping
        Sizes by what they are: `X.shape[0]`.

    Examples
    --------
    >>> constant_text(1 / 7, {"X.shape[0]": 7})
    '1/7 (7 = X.shape[0])'
    >>> constant_text(-0.5, {})
    '-1/2'
    """
    if isinstance(constant, complex):
        return f"{constant:.4g}"
    sign, magnitude = ("-" if constant < 0 else ""), abs(constant)
    for simple in _SIMPLE[:3]:
        if _equal(magnitude, float(simple)):
            return f"{sign}{simple}"
    for simple in _SIMPLE:
        for size in sorted(set(sizes.values())):
            for factor in (simple * size, simple / size) if size > 1 else ():
                if _equal(magnitude, float(factor)):
                    which = [label for label, value in sizes.items() if value == size]
                    return f"{sign}{factor} ({size} = {' = '.join(which[:2])})"
    fraction = Fraction(magnitude).limit_denominator(20)
    if fraction and _equal(magnitude, float(fraction)):
        return f"{sign}{fraction}"
    return f"{constant:.6g}"


def _equal(first: float, second: float) -> bool:
    """Whether two positive constants are the same number."""
    return abs(first - second) <= _TOLERANCE * second


def sizes_around(function: Callable[..., Any], parameters: Any) -> dict[str, int]:
    """
    List the sizes of the parameters and of the arrays that a function reads, by what they are.

    Arrays are looked for in the function's closure, in the globals that it names, among its defaults and, for a
    method, in its object; functions that it calls by name are looked through in the same way.
    """
    sizes: dict[str, int] = {}
    for leaf in flatten(parameters):
        _add(sizes, leaf.name, leaf.array)
    for name, value in _around(function, depth=2):
        _add(sizes, name, value)
    return sizes


def _add(sizes: dict[str, int], name: str, value: Any) -> None:
    """Note the sizes of one array."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and all(isinstance(size, int | np.integer) for size in shape):
        sizes.update({f"{name}.shape[{axis}]": int(size) for axis, size in enumerate(shape)})


def _around(function: Any, depth: int) -> list[tuple[str, Any]]:
    """Name and value of what a function reads beside its arguments."""
    if isinstance(function, functools.partial):
        return [*function.keywords.items(), *_around(function.func, depth)]
    found: list[tuple[str, Any]] = []
    if isinstance(function, MethodType):
        found += [(f"self.{name}", value) for name, value in vars(function.__self__).items()]
        function = function.__func__
    if not isinstance(function, FunctionType):
        return found
    closure = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    found += [(name, cell.cell_contents) for name, cell in closure if _filled(cell)]
    found += [
        (name, function.__globals__[name]) for name in function.__code__.co_names if name in function.__globals__
    ]
    inner = [value for _, value in found if isinstance(value, FunctionType | MethodType)]
    return found + [item for value in inner if depth for item in _around(value, depth - 1)]


def _filled(cell: Any) -> bool:
    """Whether a closure's cell has its value already."""
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True
