"""Checks of what is linear in a tangent: products of a Jacobian with one, and the Jacobian itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.errors import GradcheckError
from gradcheck.functions.constants import sizes_around
from gradcheck.functions.examination import examine
from gradcheck.functions.inputs import (
    arguments_of,
    belongs_to,
    by_name,
    gaussian,
    input_names,
    renamed,
    words,
)
from gradcheck.functions.nests import as_inexact, rebuild
from gradcheck.functions.numerical import Numerical, along, computes_in_single
from gradcheck.functions.subject import Values, function_name, make
from gradcheck.network.forward import Array

if TYPE_CHECKING:
    from gradcheck.reports.report import Report


def check_jvp(
    function: Callable[..., Any],
    jvp: Callable[..., Any],
    inputs: Any,
    *,
    frozen: Sequence[str] = (),
    method: str = "auto",
    seed: int = 0,
) -> Report:
    """
    Check a forward-mode derivative: the product of the Jacobian of any function with a tangent.

    Each input is given a Gaussian tangent by turns, the others' being zero, and has a row in the report.

    Parameters
    ----------
    function : callable (*inputs) -> array
    jvp : callable (tangents, *inputs) -> array
        The tangent of the output; `tangents` has an array for each input that is differentiated, bare where there
        is only one.
    inputs, frozen, method, seed
        As in `check_vjp`.

    Returns
    -------
    Report

    Raises
    ------
    GradcheckError
        If the check can't be done.

    Examples
    --------
    >>> import numpy as np
    >>> check_jvp(np.sin, lambda t, x: t * np.cos(x), np.array([0.5, 2.0])).passed
    True
    """
    linear = Linear(function, inputs, frozen)
    random = np.random.default_rng([seed, 2])
    tangents = [gaussian(random, array) for array in linear.arrays]

    def submitted(values: Sequence[Array], index: int) -> Any:
        given = [t if i == index else np.zeros_like(t) for i, t in enumerate(tangents)]
        return jvp(tuple(given) if len(given) > 1 else given[0], *linear.full(values))

    def reference(values: Sequence[Array], index: int, single: bool) -> Numerical:
        return linear.along(values, index, tangents[index], method, single)

    return linear.examine(submitted, reference, function_name(jvp), seed)


def check_jacobian(
    function: Callable[..., Any],
    jacobian: Callable[..., Any],
    inputs: Any,
    *,
    frozen: Sequence[str] = (),
    method: str = "auto",
    seed: int = 0,
) -> Report:
    """
    Check whole Jacobians.

    Parameters
    ----------
    function : callable (*inputs) -> array
    jacobian : callable (*inputs) -> array, tuple or dict of arrays
        For each input that is differentiated d(output)/d(input), of the output's shape followed by the input's.
    inputs, frozen, method, seed
        As in `check_vjp`.

    Returns
    -------
    Report

    Raises
    ------
    GradcheckError
        If the check can't be done.

    Examples
    --------
    >>> import numpy as np
    >>> matrix = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> check_jacobian(lambda x: matrix @ x, lambda x: matrix, np.array([0.5, -1.0])).passed
    True
    """
    linear = Linear(function, inputs, frozen)

    def submitted(values: Sequence[Array], index: int) -> Any:
        found = by_name(jacobian(*linear.full(values)), linear.inputs, linear.active_inputs)
        return found.get(linear.inputs_of_leaf[index])

    def reference(values: Sequence[Array], index: int, single: bool) -> Numerical:
        array = values[index]
        units = np.eye(array.size).reshape(array.size, *array.shape)
        columns = [linear.along(values, index, unit, method, single) for unit in units]
        if not columns:
            shape = (*linear.shape, *array.shape)
            return Numerical(np.zeros(shape), np.zeros(shape))
        shape = (*linear.shape, *array.shape)
        value = np.stack([column.value for column in columns], axis=-1).reshape(shape)
        bound = np.stack([column.bound for column in columns], axis=-1).reshape(shape)
        notes = dict.fromkeys(note for column in columns for note in column.notes)
        return Numerical(value, bound, method, tuple(notes), single)

    return linear.examine(submitted, reference, function_name(jacobian), seed)


class Linear:
    """A function of several inputs, of which some leaves move: what products with its Jacobian have in common."""

    def __init__(self, function: Callable[..., Any], inputs: Any, frozen: Sequence[str]) -> None:
        self.function = function
        self.arguments = arguments_of(inputs)
        self.inputs = input_names(function, len(self.arguments))
        nest = dict(zip(self.inputs, self.arguments, strict=True))
        whole = make(function, function, nest, frozen=words(frozen))
        self.leaves = whole.leaves
        self.active = whole.active
        self.names = [self.leaves[index].name for index in self.active]
        self.arrays = [array for array in whole.values if array is not None]
        self.inputs_of_leaf = [next(i for i in self.inputs if belongs_to(name, i)) for name in self.names]
        self.active_inputs = list(dict.fromkeys(self.inputs_of_leaf))
        self.shape = self.output(self.arrays).shape

    def full(self, values: Sequence[Array]) -> tuple[Any, ...]:
        """All arguments, with these values of the leaves that move."""
        slots: list[Array | None] = [None] * len(self.leaves)
        for index, value in zip(self.active, values, strict=True):
            slots[index] = value
        return tuple(rebuild(self.arguments, slots))

    def output(self, values: Sequence[Array]) -> Array:
        """What the function returns, as one array."""
        array = as_inexact(self.function(*self.full(values)))
        if array is None:
            raise GradcheckError(
                "the function", "no floating-point output", "one array of real or complex numbers"
            )
        return array

    def along(self, values: Sequence[Array], index: int, tangent: Array, method: str, single: bool) -> Numerical:
        """Derivative of the output when one leaf moves along a tangent."""
        working = [np.asarray(v, dtype=None if single else np.result_type(v, np.float64)) for v in values]

        def moved(shift: Any) -> Array:
            return self.output([*working[:index], working[index] + shift * tangent, *working[index + 1 :]])

        return along(moved, self.shape, method, single)

    def examine(
        self,
        submitted: Callable[[Sequence[Array], int], Any],
        reference: Callable[[Sequence[Array], int, bool], Numerical],
        name: str,
        seed: int,
    ) -> Report:
        """Compare leaf by leaf."""
        single = computes_in_single(lambda values: self.output([v for v in values if v is not None]), self.arrays)

        def ordered(nest: Mapping[str, Any]) -> list[Array]:
            return [nest[name] for name in self.names]

        subject = make(
            lambda nest: np.real(self.output(ordered(nest))).sum(),
            lambda nest: {name: submitted(ordered(nest), index) for index, name in enumerate(self.names)},
            dict(zip(self.names, self.arrays, strict=True)),
        )
        sizes = sizes_around(self.function, dict(zip(self.inputs, self.arguments, strict=True)))

        def references(values: Values, position: int) -> Numerical:
            arrays = [value for value in values if value is not None]
            return reference(arrays, position, single)

        return examine(renamed(subject, name), references, seed=seed, sizes=sizes)
