"""
Edits that complete an expression: what it lacks, worked out from what it ought to be.

Trying every operand on every part of an expression would take too long. But the value that a part has and the
quantity that it may have to be say together what the operand must be worth. So expressions of the values within
reach are made once, in thousands, and looked up by value.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gradcheck.diagnosis.edits import Edit, Scope, Text, as_text, binary, replaced
from gradcheck.diagnosis.program import Program, Root
from gradcheck.diagnosis.quantities import TOLERANCE, ratio, signatures, varies
from gradcheck.diagnosis.trying import Trial
from gradcheck.network.forward import Array
from gradcheck.submissions.job import Evaluation

_COST = 2.2  # more than any edit that changes less
_PAIR = 0.1
_PARTS = 12  # of an expression, the largest first
_SIGNATURE_TOLERANCE = 1e-5
_LIBRARY = ("exp", "log", "tanh")


class _Made(NamedTuple):
    """An expression that could be put in, with its value where it would stand."""

    text: Text
    value: Array
    cost: float


def completions(
    trial: Trial, program: Program, root: Root, scope: Scope, present: Mapping[str, Collection[float]]
) -> Iterator[Edit]:
    """
    Generate the edits that make some part of an expression a right quantity by a whole new operand, or anew.

    Parameters
    ----------
    trial : Trial
        Its first probe is the one that values are looked up on.
    program : Program
    root : Root
    scope : Scope
        What the expression could have been made of.
    present : mapping
        Quantities that the program has already, with their factors: what it lacks is another one.
    """
    factors = {1.0, *(f for name, some in present.items() if "delta" in name or "grad" in name for f in some)}
    targets = [
        laid
        for name, quantity in trial.tables[0].quantities()
        if name not in present and quantity.size > 1 and varies(quantity)
        for laid in _laid(quantity)
    ]
    parts = _parts(program, root, scope)
    single = list(_single(scope))
    texts = [*(program.segment(node) for node in parts), *(text.text for text, _ in single)]
    values = _evaluated(trial, program, root, texts)
    made = [
        _Made(text, values[text.text], cost)
        for text, cost in single
        if text.text in values and varies(values[text.text])
    ]
    library = _Lookup([*made, *_pairs(scope, made)])
    seen = set()
    for node in parts:
        value = values.get(program.segment(node))
        if value is None:
            continue
        for new, cost in _completed(as_text(program, node), value, targets, library, factors):
            edit = replaced(program, root, node, new, _COST + cost)
            if edit.expression not in seen:
                seen.add(edit.expression)
                yield edit


def _parts(program: Program, root: Root, scope: Scope) -> list[ast.expr]:
    """Parts of an expression that are values by themselves."""
    kinds = (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Call)
    found: list[ast.expr] = []
    for node in program.inside(program.expression(root)):
        parent = program.parents.get(id(node))
        called = isinstance(parent, ast.Call) and parent.func is node
        name = isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
        if isinstance(node, kinds) and not called and (not name or program.segment(node) in scope.arrays):
            found.append(node)
    return found[:_PARTS]


def _single(scope: Scope) -> Iterator[tuple[Text, float]]:
    """Expressions of one value within reach."""
    library = [f"{scope.numpy}.{name}" for name in _LIBRARY if scope.numpy]
    functions = dict.fromkeys([*scope.functions, *library])
    for name in scope.arrays:
        value = Text(name)
        rest = binary(Text("1"), "-", value)
        yield value, 0.0
        yield rest, 0.05
        yield binary(value, "*", rest), 0.1
        yield binary(value, "**", Text("2")), 0.1
        yield Text(f"({name} > 0)"), 0.1
        for function in functions:
            yield Text(f"{function}({name})"), 0.1
            yield Text(f"{function}({rest.text})"), 0.15
        if scope.numpy:
            for axis in (0, 1):
                yield Text(f"{scope.numpy}.sum({name}, axis={axis}, keepdims=True)"), 0.15


def _evaluated(trial: Trial, program: Program, root: Root, texts: Sequence[str]) -> dict[str, Array]:
    """Values of expressions where a root stands, the first time that it is reached on the first probe."""
    job = replace(trial.job(program.text), inputs=trial.inputs[:1])
    distinct = tuple(dict.fromkeys(texts))
    result = trial.run(replace(job, evaluate=(Evaluation(node=root.statement, expressions=distinct),)))
    values: dict[str, Array] = {}
    for event in result.probes[0].events if result.probes else ():
        if event.candidate >= 0:
            values.setdefault(distinct[event.candidate], event.value)
    return values


def _pairs(scope: Scope, made: Sequence[_Made]) -> Iterator[_Made]:
    """Products of two of them, elementwise where the shapes agree and as matrices; differences of two values."""
    arrays = [one for one in made if one.value.size > 1]
    plain = [one for one in arrays if one.cost == 0.0]
    for left in arrays:
        for right in arrays:
            if left.value.shape == right.value.shape and left.text.text < right.text.text:
                cost = _PAIR + left.cost + right.cost
                yield _Made(binary(left.text, "*", right.text), left.value * right.value, cost)
    for left in plain:
        for right in plain:
            if left is right:
                continue
            if left.value.shape == right.value.shape:
                yield _Made(binary(left.text, "-", right.text), left.value - right.value, _PAIR)
            if left.value.ndim == right.value.ndim == 2:
                yield from _products(scope, left, right)


def _products(scope: Scope, left: _Made, right: _Made) -> Iterator[_Made]:
    a, b = left.value, right.value
    turned_left, turned_right = Text(f"{left.text.text}.T"), Text(f"{right.text.text}.T")
    for one, p, other, q, cost in (
        (left.text, a, right.text, b, _PAIR),
        (turned_left, a.T, right.text, b, _PAIR + 0.02),
        (left.text, a, turned_right, b.T, _PAIR + 0.02),
    ):
        if p.shape[1] == q.shape[0]:
            yield _Made(scope.matrix_product(one, other), p @ q, cost)


class _Lookup:
    """Expressions by value, up to a factor."""

    def __init__(self, made: Sequence[_Made]) -> None:
        self._made: dict[int, list[_Made]] = {}
        for one in sorted(made, key=lambda one: one.cost):
            if np.isfinite(one.value).all() and one.value.any():
                self._made.setdefault(one.value.size, []).append(one)
        self._signatures = {
            size: signatures(np.stack([one.value.ravel() for one in some])) for size, some in self._made.items()
        }

    def find(self, value: Array) -> Iterator[tuple[Text, float, float]]:
        """Give the expressions that a value is a multiple of: text, factor, cost."""
        if value.size < 2 or value.size not in self._made or not np.isfinite(value).all() or not value.any():
            return
        wanted = signatures(value.reshape(1, -1))
        near = np.abs(self._signatures[value.size] - wanted) <= _SIGNATURE_TOLERANCE * value.size
        for index in np.flatnonzero(near.all(axis=1)):
            one = self._made[value.size][index]
            factor = ratio(value, one.value)
            if factor is not None:
                turned = value.shape != one.value.shape and value.shape == one.value.T.shape
                yield (Text(f"{one.text.within(18)}.T") if turned else one.text), factor, one.cost


def _completed(
    own: Text, value: Array, targets: Sequence[Array], library: _Lookup, factors: Collection[float]
) -> Iterator[tuple[Text, float]]:
    """What a part may become, by what it is worth: something else altogether, or itself with another operand."""
    for target in targets:
        for text, _, cost in library.find(target):
            yield text, 0.1 + cost
        if not _broadcasts(value, target):
            continue
        with np.errstate(all="ignore"):
            for text, _, cost in library.find(target / value):
                yield binary(own, "*", text), cost
            for text, _, cost in library.find(value / target):
                yield binary(own, "/", text), cost + 0.1
        for factor in (*factors, *(-factor for factor in factors)):
            for text, sign, cost in library.find(factor * target - value):
                if abs(abs(sign) - 1) <= 10 * TOLERANCE:
                    yield binary(own, "+" if sign > 0 else "-", text), cost


def _laid(quantity: Array) -> Iterator[Array]:
    """A quantity as a program may have it: as it is, turned, and the first example's of it."""
    yield quantity
    if quantity.ndim == 2:
        yield quantity.T
        yield quantity[0]


def _broadcasts(value: Array, target: Array) -> bool:
    try:
        return np.broadcast_shapes(value.shape, target.shape) == target.shape
    except ValueError:
        return False
