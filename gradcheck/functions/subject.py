"""
A loss and its hand-written gradients, made safe to call.

Every call gets fresh copies, so what the functions do to their arguments can spoil neither the caller's arrays nor
the next evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from gradcheck.errors import GradcheckError, NonFiniteError
from gradcheck.functions.nests import Absent, Leaf, Nest, as_array, as_inexact, flatten, match, rebuild
from gradcheck.network.forward import Array

Values = Sequence[Array | None]


@dataclass(frozen=True)
class Subject:
    """
    What is checked.

    Attributes
    ----------
    loss : callable (nest) -> number
    gradients : callable (nest) -> nest
    nest : nest
        The parameters as they were handed over; never passed on themselves.
    leaves : tuple of Leaf
        Those of `nest`; an `array` of None is not differentiated.
    name : str
        What the report calls it.
    """

    loss: Callable[[Nest], Any]
    gradients: Callable[[Nest], Any]
    nest: Nest
    leaves: tuple[Leaf, ...]
    name: str = ""

    @property
    def active(self) -> tuple[int, ...]:
        """Positions of the leaves that are differentiated."""
        return tuple(index for index, leaf in enumerate(self.leaves) if leaf.array is not None)

    @property
    def values(self) -> tuple[Array | None, ...]:
        """Values of the leaves, None for what is not differentiated."""
        return tuple(leaf.array for leaf in self.leaves)

    def loss_at(self, values: Values) -> Any:
        """
        Evaluate the loss.

        Returns
        -------
        ndarray of shape ()
            Real or complex, finite or not.

        Raises
        ------
        GradcheckError
            If what the loss returns is no single number.
        """
        return number(self.loss(rebuild(self.nest, values)))

    def gradients_at(self, values: Values) -> list[Array | Absent]:
        """
        Evaluate the gradients.

        Returns
        -------
        list
            For each leaf that is differentiated, in order, what was submitted as an array of its own shape,
            or `Absent`.
        """
        submitted = self.gradients(rebuild(self.nest, values))
        if submitted is None:
            raise GradcheckError("the gradients function", "returned None", hint="does it end with `return`?")
        matched = match(self.nest, submitted)
        return [_gradient(self.leaves[index].name, matched[index]) for index in self.active]


def number(value: Any) -> Any:
    """Convert what a loss returned to an array of shape ()."""
    if value is None:
        raise GradcheckError("the loss", "returned None", "one number", "does the function end with `return`?")
    try:
        array = as_array(value)
    except (TypeError, ValueError) as error:
        raise GradcheckError("the loss", f"type {type(value).__name__}", "one number") from error
    if array.dtype.kind not in "fciub":
        raise GradcheckError("the loss", f"type {type(value).__name__}", "one number")
    if array.size != 1:
        raise GradcheckError("the loss", f"shape {array.shape}", "one number", "sum or average it")
    return array.reshape(())


def finite_loss(subject: Subject, values: Values) -> float:
    """
    Evaluate the loss where it has to be a finite real number.

    Raises
    ------
    NonFiniteError
        If it is nan, infinite or complex.
    """
    value = subject.loss_at(values)
    if not np.isfinite(value):
        raise NonFiniteError("the loss at the given parameters", f"value {value}", "a finite number")
    if value.dtype.kind == "c" and value.imag != 0:
        hint = "take its real part, or the square of its absolute value"
        raise GradcheckError("the loss", f"complex value {value}", "a real number", hint)
    return float(value.real)


def _gradient(name: str, submitted: Any) -> Array | Absent:
    """Convert what was submitted for one parameter."""
    if isinstance(submitted, Absent):
        return submitted
    try:
        array = as_array(submitted)
    except (TypeError, ValueError) as error:
        raise GradcheckError(
            f"the gradient of `{name}`", f"type {type(submitted).__name__}", "an array"
        ) from error
    if array.dtype.kind not in "fciub":
        raise GradcheckError(f"the gradient of `{name}`", f"dtype {array.dtype}", "numbers")
    return np.array(array, dtype=array.dtype if array.dtype.kind in "fc" else np.float64, copy=True)


def make(
    loss: Callable[[Nest], Any],
    gradients: Callable[[Nest], Any],
    parameters: Nest,
    *,
    frozen: Sequence[str] = (),
    names: Sequence[str] | Mapping[str, str] | None = None,
    root: str = "parameters",
) -> Subject:
    """
    Take a nest of parameters apart and see to it that there is something to check.

    Raises
    ------
    GradcheckError
        If something isn't callable, `frozen` names what isn't there, `names` doesn't fit, or nothing is left.
    """
    for word, function in (("the loss", loss), ("the gradients function", gradients)):
        if not callable(function):
            hint = "hand over the function itself, not what it returns"
            raise GradcheckError(word, f"type {type(function).__name__}", "a function", hint)
    leaves = _renamed(flatten(parameters, root), names)
    frozen = (frozen,) if isinstance(frozen, str) else tuple(frozen)
    for word in frozen:
        if not any(_below(leaf.name, word) for leaf in leaves):
            raise GradcheckError("`frozen`", f"{word!r}", f"one of {', '.join(leaf.name for leaf in leaves)}")
    leaves = tuple(
        Leaf(leaf.name, leaf.original, None) if any(_below(leaf.name, word) for word in frozen) else leaf
        for leaf in leaves
    )
    if all(leaf.array is None for leaf in leaves):
        raise _nothing_to_check(leaves, root)
    return Subject(loss, gradients, parameters, leaves, function_name(loss))


def _nothing_to_check(leaves: Sequence[Leaf], root: str) -> GradcheckError:
    """Say what there is in place of something to differentiate, and of integers how they become that."""
    odd = [leaf for leaf in leaves if as_inexact(leaf.original) is None]
    kinds = [(leaf.name, _kind(leaf.original)) for leaf in odd[:4]]
    found = ", ".join(kind if name == root else f"`{name}` ({kind})" for name, kind in kinds)
    integers = any(re.fullmatch(r"type int|values of u?int\d+", kind) for _, kind in kinds)
    hint = "integers are left alone: convert them, `W.astype(float)`" if integers else ""
    nothing = "nothing that isn't frozen" if leaves else "nothing in it"
    return GradcheckError(f"`{root}`", found or nothing, "an array of real or complex numbers", hint)


def _kind(value: object) -> str:
    """What something is that can't be differentiated."""
    dtype = getattr(value, "dtype", None)
    return f"type {type(value).__name__}" if dtype is None else f"values of {dtype}"


def _below(name: str, word: str) -> bool:
    """Whether a leaf is the one that a word names, or lies below it."""
    return name == word or (name.startswith(word) and name[len(word)] in ".[")


def _renamed(leaves: tuple[Leaf, ...], names: Sequence[str] | Mapping[str, str] | None) -> tuple[Leaf, ...]:
    """Leaves with the names that the caller wants in the report."""
    if names is None:
        return leaves
    if not isinstance(names, Mapping):
        if len(names) != len(leaves):
            raise GradcheckError("`names`", f"{len(names)} entries", f"{len(leaves)}, one for each parameter")
        names = {leaf.name: name for leaf, name in zip(leaves, names, strict=True)}
    return tuple(Leaf(names.get(leaf.name, leaf.name), leaf.original, leaf.array) for leaf in leaves)


def function_name(function: Any) -> str:
    """Qualified name of a function, without what says where it was defined."""
    inner = getattr(function, "func", function)
    name = cast(str, getattr(inner, "__qualname__", type(inner).__name__))
    return name.rsplit("<locals>.", 1)[-1]
