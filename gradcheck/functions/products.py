"""Checks of a layer's backward function, and of products with a Hessian."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.errors import GradcheckError
from gradcheck.functions.constants import sizes_around
from gradcheck.functions.examination import examine, examine_loss
from gradcheck.functions.inputs import (
    COTANGENT,
    arguments_of,
    belongs_to,
    by_name,
    gaussian,
    input_names,
    leaf_values,
    renamed,
    words,
)
from gradcheck.functions.nests import Nest, as_array, flatten, match, rebuild
from gradcheck.functions.numerical import Numerical, along
from gradcheck.functions.points import present
from gradcheck.functions.subject import Subject, Values, finite_loss, function_name, make
from gradcheck.network.forward import Array

if TYPE_CHECKING:
    from gradcheck.reports.report import Report


def check_vjp(
    function: Callable[..., Any],
    vjp: Callable[..., Any],
    inputs: Any,
    *,
    cache: bool = False,
    frozen: Sequence[str] = (),
    method: str = "auto",
    seed: int = 0,
    quick: bool = False,
) -> Report:
    """
    Check a layer's backward function: the product of a cotangent with the Jacobian of any function.

    Parameters
    ----------
    function : callable (*inputs) -> array, or nest of arrays
        With `cache`, returns a pair `(output, cache)`.
    vjp : callable (cotangent, *inputs) -> gradients
        One gradient for each input that is differentiated (None for another), as a tuple, as a dictionary by the
        names of the inputs, with a `d` before them or without, or bare where there is only one. With `cache` it is
        called as `vjp(cotangent, cache)`.
    inputs : tuple, or a single array
        Positional arguments of `function`.
    cache : bool
        Whether `function` returns what `vjp` needs.
    frozen : sequence of str
        Names of inputs that are not differentiated, as in the function's signature. Integers never are.
    method, seed, quick
        As in `check_gradients`; the cotangent is drawn from a Gaussian.

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
    >>> def sigmoid(z):
    ...     a = 1 / (1 + np.exp(-z))
    ...     return a, z
    >>> def sigmoid_backward(da, z):
    ...     return da * z * (1 - z)
    >>> check_vjp(sigmoid, sigmoid_backward, np.array([[0.3, -1.2]]), cache=True).passed
    False
    """
    arguments = arguments_of(inputs)
    names = input_names(function, len(arguments))

    def output(*values: Any) -> Any:
        return _pair(function(*values))[0] if cache else function(*values)

    cotangent = _gaussian_like(output(*rebuild(arguments, leaf_values(arguments))), seed)

    def loss(nest: Mapping[str, Any]) -> Any:
        weights, values = nest[COTANGENT], [nest[name] for name in names]
        return _inner(weights, output(*values))

    def gradients(nest: Mapping[str, Any]) -> Any:
        weights, values = nest[COTANGENT], [nest[name] for name in names]
        submitted = vjp(weights, _pair(function(*values))[1]) if cache else vjp(weights, *values)
        return {COTANGENT: None, **by_name(submitted, names, active)}

    given = dict(zip(names, arguments, strict=True))
    nest = {COTANGENT: cotangent, **given}
    subject = make(loss, gradients, nest, frozen=[COTANGENT, *words(frozen)])
    active = [
        name for name in names if any(belongs_to(subject.leaves[index].name, name) for index in subject.active)
    ]
    subject = renamed(subject, function_name(vjp))
    finite_loss(subject, subject.values)
    return examine_loss(subject, method=method, seed=seed, quick=quick, sizes=sizes_around(function, given))


def check_second_order(
    gradients: Callable[[Nest], Any],
    hessian_vector: Callable[[Nest, Nest], Any],
    parameters: Nest,
    *,
    frozen: Sequence[str] = (),
    method: str = "auto",
    seed: int = 0,
) -> Report:
    """
    Check products of a Hessian with a vector against differences of the gradients.

    Parameters
    ----------
    gradients : callable (parameters) -> nest
        dloss/dparameters, right ones: they are what is differentiated here.
    hessian_vector : callable (parameters, direction) -> nest
        Product of the Hessian with `direction`; both of the structure of `parameters`.
    parameters, frozen, method, seed
        As in `check_gradients`; the direction is drawn from a Gaussian.

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
    >>> check_second_order(lambda w: w**3, lambda w, v: 3 * w**2 * v, np.array([0.5, -2.0])).passed
    True
    """
    subject = make(lambda nest: 0.0, lambda nest: hessian_vector(nest, direction), parameters, frozen=frozen)
    random = np.random.default_rng([seed, 2])
    drawn = [None if array is None else gaussian(random, array) for array in subject.values]
    direction = rebuild(parameters, drawn)
    inner = Subject(lambda nest: 0.0, gradients, parameters, subject.leaves)

    def reference(values: Values, position: int) -> Numerical:
        working = [None if array is None else array.astype(np.result_type(array, np.float64)) for array in values]

        def moved(shift: Any) -> list[Array | None]:
            return [None if a is None or d is None else a + shift * d for a, d in zip(working, drawn, strict=True)]

        shape = present(values)[position].shape
        return along(lambda shift: _present(inner.gradients_at(moved(shift))[position]), shape, method)

    subject = renamed(subject, function_name(hessian_vector))
    return examine(subject, reference, seed=seed, sizes=sizes_around(gradients, parameters))


def _pair(returned: Any) -> tuple[Any, Any]:
    """Output and cache."""
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise GradcheckError("the function", f"type {type(returned).__name__}", "a pair (output, cache)")
    return returned


def _gaussian_like(output: Any, seed: int) -> Any:
    """Gaussian numbers in the form of an output."""
    random = np.random.default_rng([seed, 3])
    leaves = flatten(output, "output")
    if all(leaf.array is None for leaf in leaves):
        raise GradcheckError("the function", "no floating-point output", "an array, or a nest of arrays")
    return rebuild(output, [None if leaf.array is None else gaussian(random, leaf.array) for leaf in leaves])


def _inner(weights: Any, output: Any) -> Any:
    """Sum of weight times output over all entries; of complex ones the real part of conj(weight) times output."""
    total: Any = 0.0
    pairs = zip(flatten(weights, "output"), match(weights, output, "output"), strict=True)
    for weight, value in pairs:
        if weight.array is not None:
            array = as_array(value)
            product = weight.array.conj() * array
            total = total + (product.real if weight.array.dtype.kind == "c" else product).sum()
    return total


def _present(found: Any) -> Array:
    """A gradient that has to be there to be differentiated."""
    if not isinstance(found, np.ndarray):
        raise GradcheckError("the gradients function", "no gradient for a parameter", "one for each")
    return found
