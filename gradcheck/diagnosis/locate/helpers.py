"""
Helper functions that are right by themselves, whatever they are fed.

`sigmoid_derivative(z1)` with `x * (1 - x)` inside is a mistake of the call, not of the helper: a formula that is a
known one at its own argument is not to blame for what it was given.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.uses import names_read
from gradcheck.network.backward import DERIVATIVES
from gradcheck.network.forward import ACTIVATIONS, Array, Network
from gradcheck.submissions.trees import walk


def _derivative(name: str, value: Array) -> Array:
    return DERIVATIVES[name](value, ACTIVATIONS[name](value))


_BY_OUTPUT: Mapping[str, Callable[[Array], Array]] = {
    "sigmoid": lambda value: value * (1 - value),
    "tanh": lambda value: 1 - value**2,
}


def _formulas(network: Network) -> Iterator[Callable[[Array], Array]]:
    """The activations that a network has, and their derivatives in what these are given and in what they give."""
    for name in {network.hidden_activation, network.output_activation} - {"identity"}:
        yield ACTIVATIONS[name]
        if name in DERIVATIVES:
            yield partial(_derivative, name)
        if name in _BY_OUTPUT:
            yield _BY_OUTPUT[name]


def right_by_itself(program: Program, observation: Observation, root: Root) -> bool:
    """
    Whether an expression is in a helper that is not to blame for its value.

    It is if its value is an activation of the network at the helper's argument, or a derivative, or if the helper,
    called several times, gave a right quantity at least once.
    """
    function = program.scope(program.expression(root))
    if not isinstance(function, ast.FunctionDef):
        return False
    values = observation.values[root.expression]
    if len(values) > 1 and not program.in_loop(program.expression(root), function):
        rights = sum(match is not None for match in observation.table.match_all(values))
        if 0 < rights < len(values):
            return True
    formulas = [*_formulas(observation.table.trace.network)]
    given = _arguments(program, observation, function)
    return any(_is_one_of(formulas, values, one) for one in given)


def _arguments(program: Program, observation: Observation, function: ast.FunctionDef) -> list[list[Array]]:
    """Values that each argument had, where the function reads it."""
    names = {argument.arg for argument in function.args.args}
    read: dict[str, list[Array]] = {}
    for node in names_read(walk(function)):
        if node.id in names:
            values = observation.values.get(program.number(node), [])
            if values and any(value.size > 1 for value in values):
                read.setdefault(node.id, values)
    return list(read.values())


def _is_one_of(
    formulas: Sequence[Callable[[Array], Array]], values: Sequence[Array], given: Sequence[Array]
) -> bool:
    """Whether values are one of some formulas of an argument's, one by one."""
    if len(values) != len(given) or any(a.shape != b.shape for a, b in zip(values, given, strict=True)):
        return False
    with np.errstate(all="ignore"):
        return any(
            all(
                np.allclose(value, formula(one), rtol=1e-9, atol=0.0)
                for value, one in zip(values, given, strict=True)
            )
            for formula in formulas
        )
