"""Checks of products with Jacobians and Hessians, and of whole Jacobians."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.errors import GradcheckError
from gradcheck.functions.constants import sizes_around
from gradcheck.functions.examination import examine, examine_loss
from gradcheck.functions.nests import Nest, as_array, as_inexact, flatten, match, rebuild
from gradcheck.functions.numerical import Numerical, along, computes_in_single
from gradcheck.functions.subject import Subject, Values, finite_loss, function_name, make
from gradcheck.network.forward import Array

if TYPE_CHECKING:
    from gradcheck.reports.report import Report

COTANGENT = "cotangent"


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
    arguments = _arguments(inputs)
    names = _input_names(function, len(arguments))

    def output(*values: Any) -> Any:
        return _pair(function(*values))[0] if cache else function(*values)

    cotangent = _gaussian_like(output(*rebuild(arguments, _values(arguments))), seed)

    def loss(nest: Mapping[str, Any]) -> Any:
        weights, values = nest[COTANGENT], [nest[name] for name in names]
        return _inner(weights, output(*values))

    def gradients(nest: Mapping[str, Any]) -> Any:
        weights, values = nest[COTANGENT], [nest[name] for name in names]
        submitted = vjp(weights, _pair(function(*values))[1]) if cache else vjp(weights, *values)
        return {COTANGENT: None, **_by_name(submitted, names, active)}

    given = dict(zip(names, arguments, strict=True))
    nest = {COTANGENT: cotangent, **given}
    subject = make(loss, gradients, nest, frozen=[COTANGENT, *_words(frozen)])
    active = [name for name in names if any(_of(subject.leaves[index].name, name) for index in subject.active)]
    subject = _named(subject, function_name(vjp))
    finite_loss(subject, subject.values)
    return examine_loss(subject, method=method, seed=seed, quick=quick, sizes=sizes_around(function, given))


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
    linear = _Linear(function, inputs, frozen)
    random = np.random.default_rng([seed, 2])
    tangents = [_gaussian(random, array) for array in linear.arrays]

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
    linear = _Linear(function, inputs, frozen)

    def submitted(values: Sequence[Array], index: int) -> Any:
        found = _by_name(jacobian(*linear.full(values)), linear.inputs, linear.active_inputs)
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
    drawn = [None if array is None else _gaussian(random, array) for array in subject.values]
    direction = rebuild(parameters, drawn)
    inner = Subject(lambda nest: 0.0, gradients, parameters, subject.leaves)

    def reference(values: Values) -> list[Numerical]:
        working = [None if array is None else array.astype(np.result_type(array, np.float64)) for array in values]

        def moved(shift: Any) -> list[Array | None]:
            return [None if a is None or d is None else a + shift * d for a, d in zip(working, drawn, strict=True)]

        def leaf(position: int) -> Numerical:
            shape = working[subject.active[position]].shape  # type: ignore[union-attr]
            return along(lambda shift: _present(inner.gradients_at(moved(shift))[position]), shape, method)

        return [leaf(position) for position in range(len(subject.active))]

    subject = _named(subject, function_name(hessian_vector))
    return examine(subject, reference, seed=seed, sizes=sizes_around(gradients, parameters))


class _Linear:
    """A function of several inputs, of which some leaves move: what products with its Jacobian have in common."""

    def __init__(self, function: Callable[..., Any], inputs: Any, frozen: Sequence[str]) -> None:
        self.function = function
        self.arguments = _arguments(inputs)
        self.inputs = _input_names(function, len(self.arguments))
        nest = dict(zip(self.inputs, self.arguments, strict=True))
        whole = make(function, function, nest, frozen=_words(frozen))
        self.leaves = whole.leaves
        self.active = whole.active
        self.names = [self.leaves[index].name for index in self.active]
        self.arrays = [array for array in whole.values if array is not None]
        self.inputs_of_leaf = [next(i for i in self.inputs if _of(name, i)) for name in self.names]
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

        def references(values: Values) -> list[Numerical]:
            arrays = [value for value in values if value is not None]
            return [reference(arrays, index, single) for index in range(len(self.names))]

        return examine(_named(subject, name), references, seed=seed, sizes=sizes)


def _arguments(inputs: Any) -> tuple[Any, ...]:
    """Positional arguments; anything but a tuple is the only one."""
    return inputs if type(inputs) is tuple else (inputs,)


def _values(arguments: tuple[Any, ...]) -> list[Array | None]:
    """Values of all the leaves."""
    return [leaf.array for leaf in flatten(arguments)]


def _input_names(function: Callable[..., Any], count: int) -> list[str]:
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


def _words(frozen: Sequence[str]) -> list[str]:
    """A name alone counts as a list of one."""
    return [frozen] if isinstance(frozen, str) else list(frozen)


def _of(leaf: str, name: str) -> bool:
    """Whether a leaf belongs to the input of this name."""
    return leaf == name or leaf.startswith((f"{name}.", f"{name}["))


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
    return rebuild(output, [None if leaf.array is None else _gaussian(random, leaf.array) for leaf in leaves])


def _gaussian(random: np.random.Generator, array: Array) -> Array:
    """Gaussian numbers of an array's shape and dtype."""
    drawn = random.normal(size=array.shape)
    if array.dtype.kind == "c":
        return np.asarray(drawn + 1j * random.normal(size=array.shape)).astype(array.dtype)
    return np.asarray(drawn).astype(array.dtype)


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


def _by_name(submitted: Any, names: Sequence[str], active: Sequence[str]) -> dict[str, Any]:
    """What was returned for each input, however it was returned."""
    if isinstance(submitted, Mapping):
        found = {name: submitted.get(name, submitted.get(f"d{name}")) for name in names}
        if all(value is None for value in found.values()):
            keys = ", ".join(f"`{key}`" for key in submitted)
            raise GradcheckError("what was returned", f"keys {keys}", ", ".join(f"`{name}`" for name in active))
        return found
    if isinstance(submitted, tuple | list):
        for candidates in (names, active):
            if len(submitted) == len(candidates):
                return dict.fromkeys(names) | dict(zip(candidates, submitted, strict=True))
    if len(active) == 1 and not isinstance(submitted, tuple | list):
        return dict.fromkeys(names) | {active[0]: submitted}
    count = f"{len(submitted)} entries" if isinstance(submitted, tuple | list) else type(submitted).__name__
    raise GradcheckError("what was returned", count, f"one array for each of {', '.join(active)}")


def _present(found: Any) -> Array:
    """A gradient that has to be there to be differentiated."""
    if not isinstance(found, np.ndarray):
        raise GradcheckError("the gradients function", "no gradient for a parameter", "one for each")
    return found


def _named(subject: Subject, name: str) -> Subject:
    """The same under another name."""
    return Subject(subject.loss, subject.gradients, subject.nest, subject.leaves, name)
