"""
Edits that complete an expression: what it lacks, worked out from what it ought to be.

Trying every operand on every part of an expression would take too long. But the value that a part has and the
quantity that it may have to be say together what the operand must be worth. So expressions of the values within
reach are made once, in thousands, and looked up by value.
"""

from __future__ import annotations

import ast
import heapq
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.proportion import varies
from gradcheck.diagnosis.locate.quantities import may_be_missing
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.repair.composing import (
    Made,
    Targets,
    by_shape,
    composed,
    evaluated,
    joined_once,
    products,
)
from gradcheck.diagnosis.repair.inserting import anew
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.writing import ATOM, Edit, Scope, Text, as_text, binary, replaced
from gradcheck.network.forward import Array

_COST = 2.2  # more than any edit that changes less
_PAIR = 0.1
_PLAIN = 0.1  # a name, or a piece of what it names
_PASSING = 0.25
_ANEW = 0.3
_NOT_BARE = set("*(>")
_WAYS = 16  # to one quantity that are looked at
_PARTS = 12  # of an expression, the largest first
_LIBRARY = ("exp", "log", "tanh")


def completions(
    trial: Trial,
    program: Program,
    root: Root,
    scope: Scope,
    present: Collection[str],
    *,
    whole: bool = False,
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
    present : collection of str
        Quantities that the program has already: what it lacks is another one.
    whole : bool
        Whether a gradient may have to be made from the beginning.
    """
    targets = Targets(pair for pair in trial.tables[0].quantities() if may_be_missing(pair[0], present))
    parts = _parts(program, root, scope)
    single, terms = list(_single(scope)), list(dict.fromkeys(_terms(program, scope)))
    texts = [*(program.segment(node) for node in parts), *(text.text for text, _ in (*single, *terms))]
    values = evaluated(trial, program, root, texts)
    joined = list(_pieces(trial, scope, values))
    values |= evaluated(trial, program, root, [text.text for text, _ in joined]) if joined else {}
    single += joined
    made, added = (
        [Made(text, values[text.text], cost) for text, cost in some if text.text in values]
        for some in (single, terms)
    )
    made = [one for one in made if varies(one.value)]
    built = list(composed(trial, program, root, scope, made, present, whole=whole))
    library = _Library([*made, *built, *added, *_pairs(scope, made, built)])
    seen = set()
    # a name that is returned, or an entry, only passes on what was made elsewhere
    passes_on = isinstance(program.expression(root), ast.Name) and not isinstance(
        program.nodes[root.statement], ast.Assign
    )
    handed_on = _PASSING * passes_on
    for node in parts:
        value = values.get(program.segment(node))
        if value is None:
            continue
        for new, cost in _cheapest(_completed(as_text(program, node), value, targets, library)):
            edit = replaced(
                program, root, node, new, _COST + cost + handed_on * (node is program.expression(root))
            )
            if edit.expression not in seen:
                seen.add(edit.expression)
                yield edit
                before = anew(program, node, new, _COST + cost + _ANEW, root)
                if before is not None:
                    yield before


def _parts(program: Program, root: Root, scope: Scope) -> list[ast.expr]:
    """Parts of an expression that are values by themselves."""
    kinds = (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Call)
    whole = program.expression(root)
    if isinstance(whole, ast.Constant):
        return [whole]
    found: list[ast.expr] = []
    for node in program.inside(whole):
        parent = program.parents.get(id(node))
        called = isinstance(parent, ast.Call) and parent.func is node
        name = isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and node is not whole
        number = isinstance(node, ast.Constant) and isinstance(parent, ast.BinOp)
        if number or (
            isinstance(node, kinds) and not called and (not name or program.segment(node) in scope.arrays)
        ):
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
        yield rest, _PLAIN
        yield binary(value, "*", rest), 0.1
        yield binary(value, "**", Text("2")), 0.1
        yield Text(f"({name} > 0)"), 0.1
        for function in functions:
            yield Text(f"{function}({name})"), 0.1
            yield Text(f"{function}({rest.text})"), 0.15
        if scope.numpy:
            for axis in (0, 1):
                for kept, more in ((", keepdims=True", 0.0), ("", 0.01)):
                    yield Text(f"{scope.numpy}.sum({name}, axis={axis}{kept})"), 0.15 + more


def _terms(program: Program, scope: Scope) -> Iterator[tuple[Text, float]]:
    """What a sum may lack: a number times an array, and what stands elsewhere, for this layer or the other."""
    for number, name in itertools.product(scope.numbers, scope.arrays):
        yield binary(Text(number), "*", Text(name)), 0.15
    for text in (as_text(program, node) for node in program.formulas):
        yield text, 0.1
        yield text._replace(text=twin(text.text)), 0.1


def _pieces(trial: Trial, scope: Scope, values: Mapping[str, Array]) -> Iterator[tuple[Text, float]]:
    """Arrays that hold weights and biases together, or activations and ones, without either."""
    for name in scope.arrays:
        match = trial.tables[0].match(values[name]) if name in values else None
        if match is not None and " and " in match.name:
            yield from ((Text(f"{name}[{piece}]"), 0.05) for piece in ("1:", ":-1", ":, 1:", ":, :-1"))


def _pairs(scope: Scope, made: Sequence[Made], built: Sequence[Made]) -> Iterator[Made]:
    """Products of two of them, elementwise where the shapes agree and as matrices; differences of two values."""
    arrays = [one for one in made if one.value.size > 1]
    plain = [one for one in arrays if one.cost < _PLAIN]
    for left, other in itertools.permutations(plain, 2):
        if left.value.shape == other.value.shape:
            yield Made(binary(left.text, "-", other.text), left.value - other.value, _PAIR)
        if {left.value.ndim, other.value.ndim} <= {1, 2}:
            yield from products(scope, left, other)
    for one in plain:
        if one.value.ndim == 2:  # for each example, as in the derivatives of a softmax
            column, row = (Text(f"{one.text.within(ATOM)}[{axes}]") for axes in (":, :, None", ":, None, :"))
            product = one.value[:, :, None] * one.value[:, None, :]
            yield Made(binary(column, "*", row), product, 2 * _PAIR)
    for left, other in itertools.combinations_with_replacement([*arrays, *built], 2):
        if left.value.shape == other.value.shape:
            cost = _PAIR + left.cost + other.cost
            yield Made(binary(left.text, "*", other.text), left.value * other.value, cost)
    bare = [one for one in arrays if one.cost <= _PLAIN and _NOT_BARE.isdisjoint(one.text.text)]
    for left, other in itertools.permutations(bare, 2):
        if left.value.shape == other.value.shape:
            cost = _PAIR + left.cost + other.cost
            with np.errstate(all="ignore"):
                yield Made(binary(left.text, "/", other.text), left.value / other.value, cost)


class _Library:
    """The expressions that could be put in, those of one shape together."""

    def __init__(self, made: Iterable[Made]) -> None:
        self.groups = by_shape(made)
        self.stacks = {shape: np.stack([one.value for one in some]) for shape, some in self.groups.items()}


_OPERATIONS: Mapping[str, tuple[Callable[[Array, Array], Array], float]] = {
    "*": (np.multiply, 0.0),
    "+": (np.add, 0.0),
    "-": (np.subtract, 0.02),
    "/": (np.divide, 0.1),
}
_TURNED = {"-": 0.05, "/": 0.1}  # with the part on the right


class _Completion(NamedTuple):
    """What a part may become, what that costs, and which quantity it would be."""

    text: Text
    cost: float
    quantity: str


def _cheapest(found: Iterable[_Completion]) -> Iterator[tuple[Text, float]]:
    """The cheapest ways to each quantity: of thousands that are worth the same only a few are ever run."""
    by_quantity: dict[str, list[_Completion]] = {}
    for one in found:
        by_quantity.setdefault(one.quantity, []).append(one)
    for some in by_quantity.values():
        for one in heapq.nsmallest(_WAYS, some, key=lambda one: one.cost):
            yield one.text, one.cost


def _completed(own: Text, value: Array, targets: Targets, library: _Library) -> Iterator[_Completion]:
    """What a part may become, by what it is worth: something else altogether, or itself with another operand."""
    for shape, made in library.groups.items():
        stack = library.stacks[shape]
        for position, name, _, _, way in targets.reached(stack):
            yield _Completion(made[position].text, 0.1 + way + made[position].cost, name)
        if value.ndim > len(shape) or not _broadcast(value.shape, shape) or own.text == "0":
            continue
        for symbol, (operate, cost) in _OPERATIONS.items():
            with np.errstate(all="ignore"):
                values = operate(value, stack)
            for position, name, _, _, way in targets.reached(values):
                joined = joined_once(own, symbol, made[position].text)
                if joined:
                    yield _Completion(joined, cost + way + made[position].cost, name)
            if symbol in _TURNED:
                with np.errstate(all="ignore"):
                    values = operate(stack, value)
                for position, name, _, _, way in targets.reached(values):
                    joined = joined_once(made[position].text, symbol, own)
                    if joined:
                        yield _Completion(joined, _TURNED[symbol] + way + made[position].cost, name)


def _broadcast(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    try:
        np.broadcast_shapes(one, other)
    except ValueError:
        return False
    return True
