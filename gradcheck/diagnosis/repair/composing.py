"""
Expressions of the values within reach, and which quantity each is.

They are built up as the pass is: from the weights and the inputs a product, with the bias a pre-activation, by the
activation an output, step by step as far as each step is a quantity.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.proportion import TOLERANCE, ratio, signatures, varies
from gradcheck.diagnosis.locate.quantities import GRADIENTS, INPUTS, STEPS, is_part, may_be_missing, passing
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.repair.evaluating import values_at
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.writing import ATOM, PRODUCT, SIGN, Scope, Text, binary
from gradcheck.network.forward import Array

_STEPS = 4  # one after another
_PAIR = 0.1
_ON_THE_WAY = 0.6
_SIGNATURE_TOLERANCE = 1e-5
_ENDS = r"(?![\w.(\[])"  # where a name does


class Made(NamedTuple):
    """An expression that could be put in, with its value where it would stand."""

    text: Text
    value: Array
    cost: float


class Reached(NamedTuple):
    """Which of some values is what multiple of which quantity, what that is worth, and what it costs."""

    position: int
    name: str
    factor: float
    target: Array
    cost: float


class Targets:
    """
    Quantities that something may have to become, by size; of the first example alone, too.

    Parameters
    ----------
    quantities : iterable of (str, ndarray)
        Name and value.
    """

    def __init__(self, quantities: Iterable[tuple[str, Array]]) -> None:
        by_size: dict[int, list[tuple[str, Array, float]]] = {}
        for name, quantity in quantities:
            cost = _ON_THE_WAY if passing(name) else 0.0
            for value in (quantity, quantity[0]) if quantity.ndim == 2 else (quantity,):
                if value.size > 1 and varies(value):
                    by_size.setdefault(value.size, []).append((name, value, cost))
        self._sorted: dict[int, tuple[Array, list[tuple[str, Array, float]]]] = {}
        for size, some in by_size.items():
            told = signatures(np.stack([value.ravel() for _, value, _ in some]))
            order = np.argsort(told[:, 0])
            self._sorted[size] = told[order], [some[index] for index in order]

    def reached(self, values: Array) -> Iterator[Reached]:
        """Find the values (m, ...) that are multiples of a quantity."""
        count, size = len(values), int(np.prod(values.shape[1:]))
        if size not in self._sorted:
            return
        known, targets = self._sorted[size]
        found = signatures(values.reshape(count, size))
        margin = _SIGNATURE_TOLERANCE * size
        low = np.searchsorted(known[:, 0], found[:, 0] - margin)
        high = np.searchsorted(known[:, 0], found[:, 0] + margin)
        for position in np.flatnonzero(high > low):
            for index in range(low[position], high[position]):
                name, target, cost = targets[index]
                near = abs(known[index, 1] - found[position, 1]) <= margin
                factor = ratio(values[position], target) if near else None
                if factor is not None:
                    yield Reached(int(position), name, factor, target, cost)


def by_shape(made: Iterable[Made]) -> dict[tuple[int, ...], list[Made]]:
    """Sort expressions by the shapes of their values; without single numbers, and what is the same everywhere."""
    groups: dict[tuple[int, ...], list[Made]] = {}
    for one in made:
        if one.value.size > 1 and np.isfinite(one.value).all() and varies(one.value):
            groups.setdefault(one.value.shape, []).append(one)
    return groups


def evaluated(trial: Trial, program: Program, root: Root, texts: Sequence[str]) -> dict[str, Array]:
    """Values of expressions where a root stands, the first time that it is reached on the first probe."""
    distinct = list(dict.fromkeys(texts))
    values = values_at(trial, program.text, {root.statement: distinct})
    return {distinct[index]: some[0] for (_, index), some in values.items()}


def composed(
    trial: Trial,
    program: Program,
    root: Root,
    scope: Scope,
    single: Sequence[Made],
    present: Collection[str],
    *,
    whole: bool = False,
) -> Iterator[Made]:
    """
    Build up quantities of several values, one step of the pass at a time.

    Parameters
    ----------
    trial : Trial
    program : Program
    root : Root
        Where they would stand.
    scope : Scope
    single : sequence of Made
        Expressions of one value.
    present : collection of str
        Quantities that the program has already: the steps to an activation that is there aren't worth making.
    whole : bool
        Whether it is to go on to gradients.
    """
    steps_on = [name for name in STEPS if not is_part(name) or may_be_missing(name, present)]
    gradients = GRADIENTS if whole else ()
    targets = Targets(
        (name, value) for name, value in trial.tables[0].quantities() if name in (*INPUTS, *steps_on, *gradients)
    )
    known: dict[_Kind, Made] = {}
    new = _quantities(single, targets, known)
    for _ in range(_STEPS):
        steps = [*_of_two(scope, list(known.values()), new), *_of_one(scope, new)]
        calls = [(Text(f"{name}({one.text.text})"), one.cost) for one in new for name in scope.functions]
        values = evaluated(trial, program, root, [text.text for text, _ in calls]) if calls else {}
        steps += [Made(text, values[text.text], cost + _PAIR) for text, cost in calls if text.text in values]
        new = _quantities(steps, targets, known)
        yield from new
        if not new:
            return


_Kind = tuple[str, tuple[int, ...], bool, bool]  # quantity, shape, whether it lies as usual, and has its sign


def _quantities(made: Iterable[Made], targets: Targets, known: dict[_Kind, Made]) -> list[Made]:
    """Of these, the cheapest way to each quantity that isn't known yet."""
    new: dict[_Kind, Made] = {}
    for shape, some in by_shape(made).items():
        for position, name, factor, target, _ in targets.reached(np.stack([one.value for one in some])):
            one = some[position]
            as_usual = np.allclose(one.value.ravel(), factor * target.ravel(), rtol=TOLERANCE)
            key = (name, shape, as_usual, factor > 0)
            if key not in known and (key not in new or one.cost < new[key].cost):
                new[key] = one
    known.update(new)
    return list({one.text: one for one in new.values()}.values())


_JOINED: Mapping[str, Callable[[Array, Array], Array]] = {"+": np.add, "-": np.subtract, "*": np.multiply}


def _of_two(scope: Scope, known: Sequence[Made], new: Sequence[Made]) -> Iterator[Made]:
    fresh = {one.text for one in new}
    for left, right in itertools.permutations(known, 2):
        if left.text not in fresh and right.text not in fresh:
            continue
        a, b = left.value, right.value
        cost = _PAIR + left.cost + right.cost
        for symbol, operate in _JOINED.items():
            fits = a.shape == b.shape or (symbol == "+" and _stretches(b.shape, a.shape))
            if fits and (joined := joined_once(left.text, symbol, right.text)):
                with np.errstate(all="ignore"):
                    yield Made(joined, operate(a, b), cost)
        if {a.ndim, b.ndim} <= {1, 2}:
            yield from products(scope, left, right)


def joined_once(left: Text, symbol: str, right: Text) -> Text | None:
    """Join two expressions; None for what takes itself back: nobody writes `h * (d / h)`, nor `b - (b + z)`."""
    own, other = left.within(PRODUCT + 1), right.within(PRODUCT + 1)
    if symbol in "*/":
        divided = re.search(rf"/ {re.escape(own)}{_ENDS}", right.text) is not None
        back = divided or (symbol == "/" and (f"{other} * " in left.text or left == right))
    elif symbol == "-":
        back = right.text in left.text.split(" + ") or left.text in right.text.split(" + ")
    else:
        back = left.text.endswith(f" - {other}")
    return None if back else binary(left, symbol, right)


def _stretches(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    """Whether a value is repeated along its axes to fit another."""
    axes = zip(reversed(shape), reversed(to), strict=False)
    return len(shape) <= len(to) and all(size in (1, other) for size, other in axes)


def _of_one(scope: Scope, new: Sequence[Made]) -> Iterator[Made]:
    for one in new:
        cost = one.cost + _PAIR
        yield Made(binary(Text("1"), "-", one.text), 1 - one.value, cost)
        yield Made(binary(Text("1"), "+", one.text), 1 + one.value, cost)
        if one.text.precedence < ATOM:  # of its parts nothing is turned
            yield Made(Text(f"-{one.text.within(ATOM)}", SIGN), -one.value, cost)
        if scope.numpy:
            with np.errstate(all="ignore"):
                power = np.exp(-one.value)
                negative = Text(f"{scope.numpy}.exp(-{one.text.within(ATOM)})")
                yield Made(negative, power, cost)
                whole = binary(Text("1"), "/", binary(Text("1"), "+", negative))
                yield Made(whole, 1 / (1 + power), cost + _PAIR)


def products(scope: Scope, left: Made, right: Made) -> Iterator[Made]:
    """Matrix products of two values, either transposed; of two vectors the outer one."""
    a, b = left.value, right.value
    cost = _PAIR + left.cost + right.cost
    if a.ndim == b.ndim == 1:
        if scope.numpy:
            yield Made(Text(f"{scope.numpy}.outer({left.text.text}, {right.text.text})"), np.outer(a, b), cost)
        return
    turned_left, turned_right = (Text(f"{one.text.within(ATOM)}.T") for one in (left, right))
    for one, p, other, q, more in (
        (left.text, a, right.text, b, 0.0),
        (turned_left, a.T, right.text, b, 0.02),
        (left.text, a, turned_right, b.T, 0.02),
    ):
        if p.shape[-1] == q.shape[0]:
            yield Made(scope.matrix_product(one, other), p @ q, cost + more)
