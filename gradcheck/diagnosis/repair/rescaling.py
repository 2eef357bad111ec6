"""
Edits that undo the one factor that all gradients are off by, wherever something could be divided by it.

Where a program passes values that are no step of the network, as an engine's operations do, none of them tells
where the factor was left out; but what is worth as much is within reach at few places only. So it is with the
factor that weights decay by.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.proportion import ratio_beside
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.statements import defaults, item, step, targets, values_given
from gradcheck.diagnosis.locate.uses import own_attributes
from gradcheck.diagnosis.repair.evaluating import values_of
from gradcheck.diagnosis.repair.gaps import begins_its_line, behind
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.writing import ATOM, COMPARE, SIGN, Edit, Scope, Text, as_text, binary, replaced
from gradcheck.network.forward import Array
from gradcheck.submissions.targets import last_name

_COST = 1.4
_EXCHANGED, _ALIKE, _OF_SAME = 1.4, 0.4, 0.05
_WORD = re.compile(r"\w+")
_AT_A_PLACE = re.compile(r"\[[^\W\d]\w*\]$")
_NUMBER, _OF_TWO, DECAYED = 1.2, 1.5, 1.2
_DIVIDED = 1.3
_ARRAYS = 6  # within reach, whose sizes are asked for
_CLOSE = 1e-9
_LARGEST = 1e300  # a number that may be multiplied


def rescalings(
    trial: Trial,
    program: Program,
    roots: Sequence[Root],
    reach: Callable[[Root], Scope],
    factors: Sequence[float],
) -> Iterator[Edit]:
    """
    Generate edits that divide a value, or a rate, by what is worth a factor, or multiply it by the inverse.

    Likeliest are those that take one size for another, by which it is divided already.

    Parameters
    ----------
    trial : Trial
        Its last probe is the one that values are asked for on: there sizes differ most.
    program : Program
    roots : sequence of Root
        What may lack the factor.
    reach : callable (Root) -> Scope
    factors : sequence of float
        By which all gradients are too large, one a probe.
    """
    factor, constant = factors[-1], _is_a_number(factors)
    scales = {root: list(_scaling(program, root)) for root in roots}
    sizes = {root: [program.segment(one) for one, _ in some] for root, some in scales.items()}
    owns = {root: program.segment(program.expression(root)) for root in roots}
    wanted = {
        root: (owns[root], *_numbers(reach(root)), *sizes[root], *_of_other_axes(sizes[root])) for root in roots
    }
    told = _told(trial, program, wanted)
    products_alone = "__mul__" in program.definitions and "__truediv__" not in program.definitions
    for root, values in told.items():
        worths = {text: _number(value) for text, value in values.items()}
        yield from _resized(program, root, scales[root], worths, factor)
        if number := worths[owns[root]]:
            scope = reach(root)
            numbers = {text: worth for text in scope.numbers if (worth := worths[text])}
            if constant and owns[root] not in scope.fixed:  # a rate may happen to be worth the number
                numbers = {text: worth for text, worth in numbers.items() if text not in scope.fixed}
            for made in _made_of_two(numbers, (number * factor, number / factor)):
                yield replaced(program, root, program.expression(root), made, _OF_TWO)
    for root, values in told.items():
        parts = [program.expression(root), *_rates(program, root, reach(root))]
        for text, value in values.items():
            if text.startswith("*"):  # what is handed on is several
                continue
            own = _written_so(text)
            half, twice = binary(Text("2"), "/", own), binary(Text("2"), "*", own)
            ways = (("/", own, factor), ("*", own, 1 / factor), ("*", half, 2 * factor), ("/", twice, factor / 2))
            for symbol, other, worth in ways:
                others = (one for one in parts if program.segment(one) != text)  # nobody means 1 by `a / a`
                for part in others if _is_worth(value or (), worth) else ():
                    whole = as_text(program, part)
                    yield replaced(program, root, part, binary(whole, symbol, other), _COST)
                    if symbol == "/" and products_alone:
                        inverse = Text(f"({binary(Text('1'), '/', other).text})")
                        yield replaced(program, root, part, binary(whole, "*", inverse), _COST)


def _written_so(text: str) -> Text:
    """An expression, and how strongly it holds together: `2 * m` is no name."""
    simple = ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.Constant
    return Text(text, ATOM if isinstance(ast.parse(f"({text}\n)", mode="eval").body, simple) else COMPARE)


def _told(
    trial: Trial, program: Program, wanted: Mapping[Root, Iterable[str]]
) -> dict[Root, dict[str, Sequence[Array] | None]]:
    """What expressions within reach come to on the last probe, each asked for once."""
    asked = [(root, list(dict.fromkeys(texts))) for root, texts in wanted.items()]
    told = zip(asked, values_of(trial.alone(-1), program.text, asked), strict=True)
    return {root: dict(zip(texts, values, strict=True)) for (root, texts), values in told}


def _resized(
    program: Program,
    root: Root,
    scales: Sequence[tuple[ast.expr, bool]],
    worths: Mapping[str, float | None],
    factor: float,
) -> Iterator[Edit]:
    """Generate edits that take one number, by which something is multiplied or divided, for another."""
    for node, divides in scales:
        own = program.segment(node)
        meant = (worths[own] or 0.0) * (factor if divides else 1 / factor)
        for text, worth in worths.items() if meant and not _is_none(meant) else ():
            if worth and abs(worth / meant - 1) < _CLOSE and text != own:
                words, other = _WORD.findall(own), _WORD.findall(text)
                alike = _WORD.sub("", text) == _WORD.sub("", own)  # `len(a)` for `len(b)`
                same = alike and words[0] == other[0] != "len"  # `a.shape[0]` for `a.shape[1]`
                yield replaced(program, root, node, Text(text), _EXCHANGED - _ALIKE * alike - _OF_SAME * same)


def _is_a_number(factors: Sequence[float]) -> bool:
    """Whether it is the same factor on every probe."""
    return all(abs(other / factors[0] - 1) <= _CLOSE for other in factors)


def _is_none(factor: float) -> bool:
    """Whether a factor is 1: nobody means that by `n / n`, or by the size of an axis that has one entry."""
    return abs(factor - 1) < _CLOSE


def _made_of_two(numbers: Mapping[str, float], meant: Sequence[float]) -> Iterator[Text]:
    """What two numbers make that is worth one of some: `rate / n`."""
    for one, other, symbol in itertools.product(numbers, numbers, "/*"):
        worth = numbers[one] / numbers[other] if symbol == "/" else numbers[one] * numbers[other]
        if not _is_none(worth) and any(abs(worth / some - 1) < _CLOSE for some in meant):
            yield binary(Text(one), symbol, Text(other))


def _made_of_three(numbers: Mapping[str, float], meant: float) -> Iterator[Text]:
    """The same of three: `rate * decay / n`."""
    for one, other in itertools.combinations(numbers, 2):
        product = binary(Text(one), "*", Text(other))
        for last in numbers:
            if (
                last not in (one, other)
                and abs(numbers[one] * numbers[other] / numbers[last] / meant - 1) < _CLOSE
            ):
                yield binary(product, "/", Text(last))


def decays(trial: Trial, program: Program, root: Root, scope: Scope, observation: Observation) -> Iterator[Edit]:
    """Generate edits that add to a gradient, or an update, what its weights decay by, in numbers within reach."""
    lacking = [*_undecayed(program, root, observation)] if observation.table.trace.decay else []
    if not lacking:
        return
    used = {program.segment(part) for part in program.inside(program.expression(root))}  # come first in a product
    within = dict.fromkeys((*scope.numbers, *scope.idle, *scope.arrays))  # a number may be a quantity by chance
    texts = sorted(within, key=lambda text: text not in used)
    (values,) = values_of(trial, program.text, [(root, texts)])
    numbers = {text: worth for text, some in zip(texts, values, strict=True) if (worth := _number(some))}
    seen = [(text, observation.match(number)) for text, number, _ in program.scopes.atoms if text in scope.arrays]
    weights = dict.fromkeys(text for text, one in seen if one and one.itself and one.name in ("w1", "w2"))
    # at a place that a function is told, which serves both layers
    items = ((text, some) for text, some in zip(texts, values, strict=True) if _AT_A_PLACE.search(text))
    weights |= {text: None for text, some in items if _holds_a_weight(observation, some)}
    weights |= dict.fromkeys(_weights_beside(program, program.expression(root), observation))
    for part, factor in lacking:
        meant = abs(factor)
        rates = [*(Text(text) for text, worth in numbers.items() if abs(worth / meant - 1) < _CLOSE)]
        halves = (text for text, worth in numbers.items() if abs(2 * worth / meant - 1) < _CLOSE)
        rates += (binary(Text("2"), "*", Text(text)) for text in halves)  # of a loss without the half
        rates += _made_of_two(numbers, [meant]) if not rates else []
        rates += _made_of_three(numbers, meant) if not rates else []
        for rate, text in itertools.product(rates, weights):
            term = binary(rate, "*", Text(text))
            decayed = binary(as_text(program, part), "+" if factor > 0 else "-", term)
            yield replaced(program, root, part, decayed, DECAYED)


def _weights_beside(program: Program, node: ast.expr, observation: Observation) -> Iterator[str]:
    """Weights that an object has of which an expression takes something else: `layer.W` beside `layer.dW`."""
    taken = [one for one in program.inside(node) if isinstance(one, ast.Attribute)]
    for outer in (one for one in program.nodes if isinstance(one, ast.ClassDef)) if taken else ():
        own = own_attributes(outer)
        names = {one.attr for one in own}
        weights = dict.fromkeys(one.attr for one in own if _is_a_weight(observation, program.number(one)))
        for one in taken:
            if one.attr in names - weights.keys():
                yield from (f"{program.segment(one.value)}.{name}" for name in weights)


def _is_a_weight(observation: Observation, number: int) -> bool:
    """Whether a value is one of the weights, of whichever layer's object it is first."""
    return _holds_a_weight(observation, observation.values.get(number))


def _holds_a_weight(observation: Observation, values: Sequence[Array] | None) -> bool:
    """The same of values in order of time."""
    weights = [observation.table.trace.values[name] for name in ("w1", "w2")]
    return any(np.array_equal(one, laid) for one in (values or ())[:1] for w in weights for laid in (w, w.T))


def _undecayed(program: Program, root: Root, observation: Observation) -> Iterator[tuple[ast.expr, float]]:
    """Give what lacks the decay of weights, a gradient or an update, and the factor of the weights in that."""
    trace = observation.table.trace
    outer = program.expression(root)
    turns = [one.elt for one in program.inside(outer) if isinstance(one, ast.ListComp | ast.GeneratorExp)]
    for part in (outer, *turns):
        number = program.number(part)
        match = observation.match(number)
        if match is not None and match.name in ("undecayed w1", "undecayed w2"):
            yield part, trace.decay * match.factor
        for value in observation.values.get(number, ())[:1] if match is None else ():
            for name in ("w1", "w2"):
                moved = ratio_beside(value, trace.values[name], trace.step(name))
                if moved is not None:
                    yield part, trace.decay * moved


def divided(
    trial: Trial,
    program: Program,
    roots: Sequence[Root],
    reach: Callable[[Root], Scope],
    factors: Sequence[float],
) -> Iterator[Edit]:
    """
    Generate `d /= n` behind what changes items of an array, `d[range(n), y] -= 1`, as `rescalings`.

    There no expression is all of it, and what comes to a gradient has no place where it could be divided at once.
    Nor has what is made by one statement and added to by another, as a gradient is to which weights are added.
    """
    filled: dict[Root, tuple[ast.stmt, list[ast.expr]]] = {}
    for root in roots:
        statement = program.nodes[root.statement]
        if isinstance(statement, ast.Assign | ast.AugAssign) and begins_its_line(program, statement):
            target = item(statement)
            stems = [one for one in targets(statement) if _is_made_before(program, statement, one)]
            stems += [target.value] if target is not None else []
            if stems:
                filled[root] = statement, stems
    for root, values in _told(trial, program, {root: _numbers(reach(root)) for root in filled}).items():
        worth = [text for text, value in values.items() if _is_worth(value or (), factors[-1])]
        for text in sorted(worth, key=lambda text: text not in program.text)[:1]:  # as the file writes it
            statement, stems = filled[root]
            yield from (behind(program, statement, f"{program.segment(one)} /= {text}", _DIVIDED) for one in stems)


def _is_made_before(program: Program, statement: ast.stmt, target: ast.expr) -> bool:
    """Whether a statement adds to what another above it in its block made."""
    if not isinstance(statement, ast.AugAssign) or not isinstance(statement.op, ast.Add | ast.Sub):
        return False
    block = program.block(statement)
    above = (one for one in block[: block.index(statement)] if isinstance(one, ast.Assign))
    return program.segment(target) in {program.segment(one) for other in above for one in targets(other)}


def redecayed(
    trial: Trial,
    program: Program,
    roots: Sequence[Root],
    reach: Callable[[Root], Scope],
    factors: Sequence[float],
) -> Iterator[Edit]:
    """
    Generate edits of numbers with a name that undo the factor by which weights decay too much.

    As `rescalings`; a rate that weights are multiplied with by themselves, `1 - rate * decay`, is no factor of
    anything that gradients tell of.
    """
    parts: dict[Root, list[ast.expr]] = {}
    for root in roots:
        outer, numbers = program.expression(root), reach(root).numbers
        named = [part for part in program.inside(outer) if program.segment(part) in numbers]
        whole = [outer] if step(program.nodes[root.statement]) is outer and outer not in named else []
        parts[root] = [*named, *whole] if whole or not program.only_renames(root) else []
    # a rate may be worth what some quantity is, too
    wanted = {root: (*_numbers(reach(root)), *reach(root).arrays) for root, some in parts.items() if some}
    for root, values in _told(trial, program, wanted).items():
        for text, value in values.items():
            for symbol, worth in (("/", factors[-1]), ("*", 1 / factors[-1])):
                for part in parts[root] if _is_worth(value or (), worth) else ():
                    own, other = as_text(program, part), Text(text)
                    if own.text != text:
                        made = binary(own, "/", other) if symbol == "/" else binary(other, "*", own)
                        yield replaced(program, root, part, made, _COST)


def _scaling(program: Program, root: Root) -> Iterator[tuple[ast.expr, bool]]:
    """Give what an expression is multiplied or divided by, and whether it is divided."""
    outer, statement = program.expression(root), program.nodes[root.statement]
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Mult | ast.Div):
        yield from [(outer, isinstance(statement.op, ast.Div))] if statement.value is outer else []
    for node in program.inside(outer):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            sides = [side for side in (node.left, node.right) if not isinstance(side, ast.Constant)]
            yield from ((side, side is node.right and isinstance(node.op, ast.Div)) for side in sides)


def renumbered(program: Program, factors: Sequence[float]) -> Iterator[Edit]:
    """
    Generate edits of the numbers that something is multiplied or divided by, where the factor is a number.

    A step that is too long by a factor may lack its rate.
    """
    factor = factors[0]
    if not _is_a_number(factors):
        return
    yield from _set_otherwise(program, factor) if factor > 0 else ()
    for root in program.roots:
        outer = program.expression(root)
        short = factor > 1 and abs(float(rate := f"{1 / factor:.3g}") * factor - 1) < _CLOSE
        scaled = isinstance(outer, ast.BinOp) and isinstance(outer.left, ast.Constant)
        if short and not scaled and step(program.nodes[root.statement]) is outer:
            yield replaced(program, root, outer, binary(Text(rate), "*", as_text(program, outer)), _COST)
        for node in program.inside(program.expression(root)):
            parent = program.parents.get(id(node))
            value = _constant(node)
            if value and isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult | ast.Div):
                divides = isinstance(parent.op, ast.Div) and node is parent.right
                number = _written(value * factor if divides else value / factor)
                if number is not None:
                    yield replaced(program, root, node, number, _NUMBER)


def _set_otherwise(program: Program, factor: float) -> Iterator[Edit]:
    """Generate edits of numbers that get a name, or are its default, and are too large by a factor."""
    named = [value for node in program.nodes for _, value in values_given(node)]
    functions = (node for node in program.nodes if isinstance(node, ast.FunctionDef))
    for node in (*named, *(value for function in functions for _, value in defaults(function))):
        value = _constant(node)
        number = _written(value / factor) if value not in (0, 1) else None  # something begins with those
        if number is not None:
            yield Edit(*program.span(node), number.text, _NUMBER)


def _constant(node: ast.AST) -> float:
    """What a number is worth that is written out; 0 for anything else, and for what can't be multiplied."""
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= _LARGEST:
        return 0.0
    return float(value)


def _written(number: float) -> Text | None:
    """Write a number; None where that takes too many digits for somebody to have meant it."""
    text = f"{number:.6g}"
    if not number or not np.isfinite(number):
        return None
    return Text(text, SIGN if number < 0 else ATOM) if abs(float(text) / number - 1) < _CLOSE else None


def _rates(program: Program, root: Root, scope: Scope) -> Iterator[ast.expr]:
    """Numbers with a name by which something is multiplied, or a function of the file's own, as steps are."""
    for node in program.inside(program.expression(root)):
        own = isinstance(node, ast.Call) and last_name(node.func) in program.definitions
        sides = node.args if isinstance(node, ast.Call) and own else []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            sides = [node.left, node.right]
        yield from (side for side in sides if program.segment(side) in scope.numbers)


def _numbers(scope: Scope) -> Iterator[str]:
    """Numbers within reach, sizes of arrays, and how many there are in what may be a list."""
    yield from scope.numbers
    for name in scope.arrays[:_ARRAYS]:
        yield from (f"{name}.size", f"{name}.shape[0]", f"{name}.shape[1]")
    yield from (f"len({name})" for name in scope.arrays if name.isidentifier())


def _of_other_axes(sizes: Iterable[str]) -> Iterator[str]:
    """Sizes of the same arrays."""
    for size in sizes:
        if size.endswith((".shape[0]", ".shape[1]")):
            yield f"{size[:-2]}{1 - int(size[-2])}]"


def _number(values: Sequence[Array] | None) -> float | None:
    """The one number that an expression is, each time; None if it isn't."""
    numbers = {value.item() for value in values or () if value.size == 1}
    return numbers.pop() if len(numbers) == 1 else None


def _is_worth(values: Sequence[Array], worth: float) -> bool:
    """Whether an expression is this number at least once, unless that is 1: an operation serves many."""
    return abs(worth - 1) > _CLOSE and any(
        value.size == 1 and abs(float(value.ravel()[0]) / worth - 1) < _CLOSE for value in values
    )
