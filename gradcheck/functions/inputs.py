"""Inputs of a function, what comes back for them, and what is drawn for them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.errors import GradcheckError
from gradcheck.functions.nests import flatten
from gradcheck.functions.subject import Subject
from gradcheck.network.forward import Array

COTANGENT = "cotangent"


def arguments_of(inputs: Any) -> tuple[Any, ...]:
    """Positional arguments; anything but a tuple is the only one."""
    return inputs if type(inputs) is tuple else (inputs,)


def leaf_values(arguments: tuple[Any, ...]) -> list[Array | None]:
    """Values of all the leaves."""
    return [leaf.array for leaf in flatten(arguments)]


def input_names(function: Callable[..., Any], count: int) -> list[str]:
    """Names of the positional parameters, or `input0`, `input1`, ... where the signature has none to offer."""
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        parameters = {}.values()
    names = [parameter.name for parameter in parameters if parameter.kind in plain][:count]
    if len(names) < count or COTANGENT in names:
        return [f"input{index}" for index in range(count)]
    return names


def words(frozen: Sequence[str]) -> list[str]:
    """A name alone counts as a list of one."""
    return [frozen] if isinstance(frozen, str) else list(frozen)


def belongs_to(leaf: str, name: str) -> bool:
    """Whether a leaf belongs to the input of this name."""
    return leaf == name or leaf.startswith((f"{name}.", f"{name}["))


def by_name(submitted: Any, names: Sequence[str], active: Sequence[str]) -> dict[str, Any]:
    """What was returned for each input, however it was returned."""
    if isinstance(submitted, Mapping):
        found = {name: submitted.get(name, submitted.get(f"d{name}")) for name in names}
        known = {key for name in names for key in (name, f"d{name}")}
        strange = ", ".join(f"`{key}`" for key in submitted if key not in known)
        if strange or all(value is None for value in found.values()):
            keys = f"keys {strange}" if strange else "nothing under any of its keys" if submitted else "no keys"
            raise GradcheckError("what was returned", keys, ", ".join(f"`{name}`" for name in active))
        return found
    if isinstance(submitted, tuple | list):
        for candidates in (names, active):
            if len(submitted) == len(candidates):
                return dict.fromkeys(names) | dict(zip(candidates, submitted, strict=True))
    if len(active) == 1 and not isinstance(submitted, tuple | list):
        return dict.fromkeys(names) | {active[0]: submitted}
    count = f"{len(submitted)} entries" if isinstance(submitted, tuple | list) else type(submitted).__name__
    raise GradcheckError("what was returned", count, f"one array for each of {', '.join(active)}")


def gaussian(random: np.random.Generator, array: Array) -> Array:
    """Gaussian numbers of an array's shape and dtype."""
    drawn = random.normal(size=array.shape)
    if array.dtype.kind == "c":
        return np.asarray(drawn + 1j * random.normal(size=array.shape)).astype(array.dtype)
    return np.asarray(drawn).astype(array.dtype)


def renamed(subject: Subject, name: str) -> Subject:
    """The same under another name."""
    return replace(subject, name=name)
