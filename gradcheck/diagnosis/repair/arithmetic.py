"""Other arithmetic: an operator, what is left of an operand, a sign, a sum, a factor that is missing."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gradcheck.diagnosis.locate.names import NOT_VALUES
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.scopes import FEW
from gradcheck.diagnosis.locate.statements import step, targets
from gradcheck.diagnosis.locate.suspects import is_length
from gradcheck.diagnosis.locate.uses import read
from gradcheck.diagnosis.repair.calling import REDUCTIONS, sigmoid, taken_in, taken_together
from gradcheck.diagnosis.repair.counting import is_count
from gradcheck.diagnosis.repair.place import Place, Variants
from gradcheck.diagnosis.repair.writing import (
    ATOM,
    BINARY,
    COMPARE,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Scope,
    Text,
    binary,
    precedence_of,
    swapped,
)
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_IDLE = 0.5  # less for what uses what nothing else does
_LESS = 0.2  # of numbers, which may be rates
_EXPECTED = 0.5  # of entries at a place that is lacking
_ITEM = re.compile(r"\[(\w+)\]$")
_IN_A_ROW = 6  # operands
_ONE_LESS = 1.2
_SLOPE = 0.1  # a derivative, as it is most often written
_FORMULA = 1.4  # of a helper, written anew
_POWER = 1.3  # for a division by a name, which an exponent may have
SWAPS = {  # likeliest first
    "+": ("-", "*", "@", "/"),
    "-": ("+", "*", "/", "@"),
    "*": ("@", "/", "+", "-", "**"),
    "/": ("*", "-", "+", "@"),
    "@": ("*", "+", "-", "/"),
    "**": ("*", "@", "+", "-", "/"),
    "//": ("/",),
    "%": ("*",),
}


def operators(place: Place, node: ast.BinOp) -> Variants:
    """Another operator, operands swapped, one operand only, another grouping."""
    left, right = place.text(node.left), place.text(node.right)
    symbol = BINARY.get(type(node.op), ("", 0))[0]
    if not symbol:
        return
    from_one = symbol == "-" and left.text in ("1", "1.0")
    swaps = {other: 0.9 + 0.2 * position for position, other in enumerate(SWAPS[symbol])}
    if symbol in "-+/" and right.text == "2":
        swaps["**"] = 0.95
    elif symbol == "/" and isinstance(node.right, ast.Name):
        swaps["**"] = _POWER
    for other, cost in swaps.items():
        if left.text == right.text and other in "-/":
            continue  # nobody means 0, or 1, by that
        if "1" in (right.text, left.text if other == "*" else "") and other in ("*", "/", "//", "**"):
            continue  # nor `* 1`
        odd = cost + 0.3 * from_one  # most often 1 - a is meant
        yield binary(left, other, right), odd
        if (bare := _regrouped(place, node, symbol, other)) is not None:
            yield bare, 0.02 + odd
    if symbol in "*@" and place.scope.product != "@" and not place.scope.single:
        yield place.scope.matrix_product(left, right), 0.95
    over_one = symbol == "/" and left.text in ("1", "1.0")  # there is no `a / 1`
    if symbol in ("-", "/", "@", "**") and not over_one:
        yield binary(right, symbol, left), 1.1 + 0.04 * from_one
    if symbol == "-" and left.text in {
        place.program.segment(one) for one in walk(node.right) if isinstance(one, ast.Name)
    }:
        yield binary(Text("1"), "-", right), _ONE_LESS  # `a - a ** 2`, a sigmoid's, for a tanh's
    surplus = symbol == "*" and right.text in place.scope.numbers  # rather than the sum before it a mean
    off_by_one = symbol in "+-" and right.text == "1"
    numbers = [isinstance(operand, ast.Constant) for operand in (node.left, node.right)]
    yield left, 0.89 if off_by_one else 0.94 if surplus or numbers[1] else 0.95 if symbol == "/" else 1.2
    yield right, 0.95 if symbol == "*" and numbers[0] else 1.25
    if symbol == "*" and isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mult):
        yield place.text(node.left.left), 1.28  # without a derivative, `a * (1 - a)`
    yield from taken_in(place, node, symbol)
    yield from taken_together(place, node, symbol)
    if symbol == "*":
        yield from _summed_together(place, node)
    yield from _other_groups(place, node, symbol)
    yield from _other_parentheses(place, node)
    yield from _fewer_parentheses(place, node)


def _other_groups(place: Place, node: ast.BinOp, symbol: str) -> Variants:
    """An operator that joins less of one side: `(a - b) * c * d` for `a - b * c * d`."""
    left, right = place.text(node.left), place.text(node.right)
    parts, symbols = _chain(place, node.left)
    for at, one in enumerate(symbols, start=1):
        joined = binary(_joined(parts[at:], symbols[at:]), symbol, right)
        yield binary(_joined(parts[:at], symbols[: at - 1]), one, joined), 1.3
    parts, symbols = _chain(place, node.right)
    for at in range(1, len(parts)):
        joined = binary(left, symbol, _joined(parts[:at], symbols[: at - 1]))
        yield _joined([joined, *parts[at:]], symbols[at - 1 :]), 1.3


def _other_parentheses(place: Place, node: ast.BinOp) -> Variants:
    """What is joined in a row, with parentheses around a part of it: `a * (1 - a) * b` for `a * 1 - a * b`."""
    if _is_in_a_row(place, node):
        return
    parts, symbols = _row(place, node)
    if not 2 < len(parts) <= _IN_A_ROW:
        return
    own = [part.text if part.precedence >= POWER else f"({part.text})" for part in parts]
    for first, last in itertools.combinations(range(len(parts)), 2):
        products = all(precedence_of(one) == PRODUCT for one in symbols[:last])
        if (first, last) == (0, len(parts) - 1) or products or _grouped_already(symbols, first, last):
            continue
        grouped = [*own[:first], f"({_written(own[first : last + 1], symbols[first:last])})", *own[last + 1 :]]
        rest = [*symbols[:first], *symbols[last:]]
        yield Text(_written(grouped, rest), min(map(precedence_of, rest))), 1.25


def _fewer_parentheses(place: Place, node: ast.BinOp) -> Variants:
    """What is joined in a row, with a sum in it bare: `b - eta / n * g` for `(b - eta) / n * g`."""
    if _is_in_a_row(place, node):
        return
    parts, symbols = _row(place, node)
    own = [part.text if part.precedence >= POWER else f"({part.text})" for part in parts]
    for at, part in enumerate(parts):
        beside = symbols[max(0, at - 1) : at + 1]
        if part.precedence == SUM and any(precedence_of(one) > SUM for one in beside):
            yield Text(_written([*own[:at], part.text, *own[at + 1 :]], symbols), SUM), 1.15


def _is_in_a_row(place: Place, node: ast.BinOp) -> bool:
    """Whether an expression is only a part of a longer row."""
    return isinstance(place.parent, ast.BinOp) and place.program.parenthesised(node) == place.program.span(node)


def _grouped_already(symbols: Sequence[str], first: int, last: int) -> bool:
    """Whether a part of a row is joined before what stands around it, without parentheses."""
    inside = min(map(precedence_of, symbols[first:last]))
    before = precedence_of(symbols[first - 1]) if first else 0
    behind = precedence_of(symbols[last]) if last < len(symbols) else 0
    return "**" not in symbols and inside > before and inside >= behind


def _row(place: Place, node: ast.expr) -> tuple[list[Text], list[str]]:
    """Operands and operators as they stand in the text, one after another; what is in parentheses is one."""
    if not isinstance(node, ast.BinOp) or type(node.op) not in BINARY:
        return [place.text(node)], []
    sides = []
    for side in (node.left, node.right):
        bare = place.program.parenthesised(side) == place.program.span(side)
        sides.append(_row(place, side) if bare else ([place.text(side)], []))
    (left, before), (right, after) = sides
    return [*left, *right], [*before, BINARY[type(node.op)][0], *after]


def _written(parts: Sequence[str], symbols: Sequence[str]) -> str:
    return parts[0] + "".join(f" {symbol} {part}" for symbol, part in zip(symbols, parts[1:], strict=True))


def _chain(place: Place, node: ast.expr) -> tuple[list[Text], list[str]]:
    """What an expression joins from left to right, and by which operators; what is in parentheses is one."""
    if not isinstance(node, ast.BinOp) or type(node.op) not in BINARY:
        return [place.text(node)], []
    bare = place.program.parenthesised(node.left) == place.program.span(node.left)
    parts, symbols = _chain(place, node.left) if bare else ([place.text(node.left)], [])
    return [*parts, place.text(node.right)], [*symbols, BINARY[type(node.op)][0]]


def _joined(parts: Sequence[Text], symbols: Sequence[str]) -> Text:
    """Join expressions by operators, from left to right."""
    whole = parts[0]
    for symbol, part in zip(symbols, parts[1:], strict=True):
        whole = binary(whole, symbol, part)
    return whole


def _summed_together(place: Place, node: ast.BinOp) -> Variants:
    """The sum of products instead of the product of sums, be they functions or methods."""
    sums = [part for part in (node.left, node.right) if isinstance(part, ast.Call)]
    if len(sums) < 2 or last_name(sums[0].func) not in REDUCTIONS:
        return
    operands = [one for call in sums for one in _operands(place, call)]
    if len(operands) < 2:
        return
    around = {_around(place, one, operand) for one, operand in zip(sums, operands, strict=True)}
    if len(around) > 1:
        return
    left, right = map(place.text, operands)
    ((before, after),) = around
    if before in ("sum", "sum("):  # of a generator the parentheses are its own
        yield Text(f"sum(p * q for p, q in zip({left.text}, {right.text}))"), 1.2
    else:
        product = binary(left, "*", right)
        yield Text(before + (product.text if before else product.within(ATOM)) + after), 1.2


def _operands(place: Place, call: ast.Call) -> list[ast.expr]:
    """What is summed by a function, or by a method of its own; nothing where that can't be told."""
    if isinstance(call.func, ast.Attribute) and place.program.segment(call.func.value) != place.scope.numpy:
        return [call.func.value]
    return [one for one in call.args[:1] if not isinstance(one, ast.Starred)]


def _around(place: Place, outer: ast.expr, inner: ast.expr) -> tuple[str, str]:
    """The text of an expression before and behind a part of it."""
    text, (start, end) = place.program.text, place.program.span(outer)
    left, right = place.program.parenthesised(inner)
    return text[start:left], text[right:end]


def _regrouped(place: Place, node: ast.BinOp, symbol: str, other: str) -> Text | None:
    """Only another symbol, where what it joins changes with it: `w @ a ** b` becomes `w @ a + b`."""
    if precedence_of(symbol) == precedence_of(other):
        return None
    (start, end), (_, left), (right, _) = map(place.program.parenthesised, (node, node.left, node.right))
    at = place.program.text.find(symbol, left, right)
    if at < 0:
        return None
    return Text(place.program.text[start:at] + other + place.program.text[at + len(symbol) : end])


def transposed(place: Place) -> Variants:
    """A transpose added or taken away, or a column made of what has one axis."""
    node = place.node
    if isinstance(node, ast.Attribute) and node.attr == "T":
        bare = place.text(node.value)
        yield bare, 0.8
        yield Text(f"{bare.within(ATOM)}.reshape(-1, 1)"), 1.6
        yield from _laid_otherwise(place, node.value)
    elif place.scope.single or (isinstance(place.parent, ast.Attribute) and place.parent.attr in NOT_VALUES):
        return
    else:
        stem = isinstance(place.parent, ast.Subscript) and place.parent.value is node
        plain = isinstance(node, ast.Name | ast.Attribute) and not stem
        yield Text(f"{place.own.within(ATOM)}.T"), 0.85 if plain else 1.1
        if plain:
            yield Text(f"{place.own.within(ATOM)}.reshape(-1, 1)"), 1.6


def _laid_otherwise(place: Place, call: ast.expr) -> Variants:
    """Entries laid out in the shape that a transposed array has, where only the shape is turned by `.T`."""
    if not isinstance(call, ast.Call) or last_name(call.func) != "reshape" or not call.args:
        return
    last = call.args[-1]
    of_array = isinstance(call.func, ast.Attribute) and place.program.segment(call.func.value) != place.scope.numpy
    sizes = last.elts if isinstance(last, ast.Tuple) else call.args if of_array else []
    if len(sizes) == 2:
        (start, end), text = place.program.span(call), place.program.text
        turned = swapped(place.program, sizes[0], sizes[1], 0.0)
        yield Text(text[start : turned.start] + turned.replacement + text[turned.end : end]), 1.0


def wrapped(place: Place) -> Variants:
    """The value negated, taken from one, summed; the terms that a sum may lack."""
    negated = isinstance(place.parent, ast.UnaryOp) and not isinstance(place.parent.op, ast.Not)
    operand = isinstance(place.parent, ast.BinOp | ast.Call | ast.keyword) or _is_summed_by_method(place)
    operand = operand or _is_stacked(place)
    if not (place.outermost or negated or operand):
        return
    divisor = isinstance(place.parent, ast.BinOp) and place.node is place.parent.right
    yield Text(f"-{place.own.within(SIGN)}", SIGN), 1.2 + 0.15 * divisor
    yield binary(Text("1"), "-", place.own), 1.5
    yield binary(Text("1"), "+", place.own), 1.6
    yield binary(Text("1"), "/", place.own), 1.55
    yield binary(Text("-1", SIGN), "/", place.own), 1.6
    if place.own.text not in place.scope.arrays:  # a number of entries
        yield binary(Text("2"), "/", place.own), 1.65
    yield place.scope.squared(place.own), 1.6
    if place.scope.numpy and not place.scope.single:
        for function in REDUCTIONS:
            for options in (", axis=0, keepdims=True", ", axis=1, keepdims=True", ", axis=0", ", axis=1", ""):
                text = f"{place.scope.numpy}.{function}({place.own.text}{options})"
                inner = 0.0 if place.outermost else 0.3
                yield Text(text), 1.3 + inner + 0.2 * (function == "mean") + 0.05 * (not options)
        if place.outermost and is_length(place.node):  # a row of them may be meant
            yield Text(f"{place.scope.numpy}.ones({place.own.text})"), 1.4
        if isinstance(place.node, ast.Name) and isinstance(place.parent, ast.Assign):  # to put something into
            yield Text(f"{place.scope.numpy}.zeros_like({place.own.text})"), 1.6
    if isinstance(place.node, ast.Name | ast.Attribute) and isinstance(place.parent, ast.Assign):
        if place.scope.numpy:  # what a backward pass begins with
            yield Text(f"{place.scope.numpy}.ones_like({place.own.text})"), 1.4
        yield Text("1.0"), 1.45
    if place.own.text in place.scope.arrays and not place.scope.single:
        yield Text(f"len({place.own.text})"), 1.5
        yield Text(f"{place.own.text}.shape[0]"), 1.5
        yield Text(f"{place.own.text}.shape[1]"), 1.55
    modules = [place.scope.numpy] if place.scope.numpy else []
    modules += ["math"] if "math" in place.program.imported else []
    library = [f"{module}.{name}" for module in modules for name in ("exp", "tanh", "log")]
    for function in dict.fromkeys([*place.scope.functions, *library]):
        yield Text(f"{function}({place.own.text})"), 1.5
    for function, name in itertools.product(_unused_functions(place), place.scope.arrays):
        yield Text(f"{function}({place.own.text}, {name})"), 1.4
        yield Text(f"{function}({name}, {place.own.text})"), 1.41
    methods = place.program.idle_methods
    for method in methods if len(methods) <= FEW and isinstance(place.node, ast.BinOp | ast.Call) else ():
        yield Text(f"{place.own.within(ATOM)}.{method}()"), 1.3
    if place.scope.numpy and place.outermost:  # an activation that the file has nowhere else
        yield Text(f"{place.scope.numpy}.maximum({place.own.text}, 0)"), 1.55
        yield sigmoid(place.scope.numpy, place.own), 1.6
        is_exponential = isinstance(place.node, ast.Call) and last_name(place.node.func) == "exp"
        if not place.scope.single and (is_exponential or isinstance(place.node, ast.Name)):
            for axis in (1, 0):  # shares of a whole, as softmax gives them
                whole = Text(f"{place.scope.numpy}.sum({place.own.text}, axis={axis}, keepdims=True)")
                yield binary(place.own, "/", whole), 1.5 + 0.1 * is_exponential
    for module, name in itertools.product(modules[:1], _taken_by_helper(place)):
        yield sigmoid(module, Text(name)), _FORMULA
        yield Text(f"{module}.tanh({name})"), _FORMULA
    for name in place.scope.numbers if place.outermost else ():  # one output's bias
        unused = name in place.scope.idle
        if unused or name not in place.scope.fixed:
            yield binary(place.own, "+", Text(name)), 1.5 - _LESS * unused
    for name in place.scope.arrays:
        value, turned = Text(name), Text(f"{name}.T")
        idle = _IDLE * (name in place.scope.idle)
        yield binary(place.own, "+", value), 1.7 - idle
        yield binary(place.own, "-", value), 1.85 - idle
        yield binary(value, "-", place.own), 1.9 - idle
        if place.scope.single:
            continue
        yield binary(place.own, "+", turned), 1.8 - idle
        laid = (Text(f"{name}{way}") for way in _laid_out(place.program))
        yield from ((binary(place.own, "+", one), 1.75 - idle) for one in laid)
        yield place.scope.matrix_product(place.own, value), 1.91 - idle
        yield place.scope.matrix_product(place.own, turned), 1.92 - idle
        yield place.scope.matrix_product(value, place.own), 1.93 - idle
        yield place.scope.matrix_product(turned, place.own), 1.94 - idle


def _taken_by_helper(place: Place) -> list[str]:
    """What a helper makes its value of: its one argument, or attributes of its object. Of whole values only."""
    function = place.program.scope(place.node)
    if not place.outermost or not isinstance(function, ast.FunctionDef | ast.Lambda):
        return []
    names = [one.arg for one in walk(function.args) if isinstance(one, ast.arg)]
    handed = [name for name in names if name not in ("self", "cls")]
    own = [name for name in (*place.scope.arrays, *place.scope.numbers) if name.startswith("self.")]
    if handed:
        return handed if len(handed) == 1 else []
    return own[:FEW]


@lru_cache(maxsize=64)
def _laid_out(program: Program) -> tuple[str, ...]:
    """How a program lays out what it adds to something: `[:, None]` of `z + b[:, None]`."""
    sums = (node for node in program.nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add))
    found: dict[str, None] = {}
    for side in (side for node in sums for side in (node.left, node.right)):
        stem = None
        if isinstance(side, ast.Subscript) and isinstance(side.slice, ast.Tuple):
            stem = side.value if any(map(_is_new_axis, side.slice.elts)) else None
        elif isinstance(side, ast.Call) and isinstance(side.func, ast.Attribute) and side.func.attr == "reshape":
            stem = side.func.value
        if isinstance(stem, ast.Name | ast.Attribute | ast.Subscript):
            found[program.text[program.parenthesised(stem)[1] : program.span(side)[1]]] = None
    return tuple(found)


def _is_new_axis(axis: ast.expr) -> bool:
    return (isinstance(axis, ast.Constant) and axis.value is None) or last_name(axis) == "newaxis"


def _unused_functions(place: Place) -> list[str]:
    """Functions of two arguments that nothing calls, and that don't run here: they were made for something."""
    around = list(place.program.ancestors(place.node))
    return [
        one.name
        for one in place.program.idle
        if len(one.args.args) - len(one.args.defaults) == 2 and not one.args.kwonlyargs
        if one not in around and any(isinstance(part, ast.Return) for part in walk(one))
    ]


def _is_summed_by_method(place: Place) -> bool:
    """Whether this is what a method sums up: `x` in `x.sum(axis=0)`."""
    method = place.parent
    return isinstance(method, ast.Attribute) and method.attr in REDUCTIONS and method.value is place.node


def _is_stacked(place: Place) -> bool:
    """Whether this is one of several that a function is handed as one: `z` in `np.vstack((1, z))`."""
    several = place.parent
    outer = place.program.parents.get(id(several))
    return isinstance(several, ast.Tuple | ast.List) and isinstance(outer, ast.Call) and several in outer.args


def factored(place: Place) -> Variants:
    """A factor that is missing, or in place of this one another."""
    inner = isinstance(place.parent, ast.BinOp) and isinstance(place.parent.op, ast.Mult)
    lacking = _turns_lacking(place) if place.scope.single and place.outermost else set[str]()
    for factor, cost in factors(place.scope):
        expected = factor.precedence == ATOM and not lacking.isdisjoint(_ITEM.findall(factor.text))
        yield from ((text, 1.6 + cost - _EXPECTED * expected) for text in place.scope.times(place.own, factor))
        if inner:
            yield factor, 1.65 + cost
    rates = _rates(place)
    yield from ((binary(Text(rate), "*", place.own), 1.25) for rate in rates)
    for name in place.scope.numbers:  # by a rate nobody divides, but it may happen to be worth 1/2
        usual = 1.5 - 0.2 * (name in place.scope.idle)
        yield binary(place.own, "/", Text(name)), 2.1 if name in place.scope.fixed else usual
    yield from ((binary(place.own, "/", Text(count)), 1.5) for count in _counts_beside(place))
    if isinstance(place.parent, ast.Assign):
        yield from ((binary(factor, "*", place.own), 1.3) for factor in _quotients_beside(place))
    for name in place.scope.arrays:
        yield binary(place.own, "/", Text(name)), 2.4
        if place.scope.single:
            continue
        yield binary(place.own, "/", Text(f"{name}.shape[0]")), 2.2
        yield binary(place.own, "/", Text(f"{name}.shape[1]")), 2.25
        yield binary(place.own, "/", Text(f"len({name})")), 2.3
        if place.outermost:  # what losses are divided by
            yield binary(place.own, "/", Text(f"(2 * {name}.shape[0])")), 2.35
            yield binary(place.own, "/", Text(f"{name}.size")), 2.35
    summed = isinstance(place.parent, ast.BinOp) and isinstance(place.parent.op, ast.Add | ast.Sub)
    if place.outermost or summed or isinstance(place.parent, ast.Call):
        inside = {place.program.segment(part) for part in walk(place.node) if isinstance(part, ast.expr)}
        worth = {name: value for name, value in place.scope.fixed.items() if value in (2, 0.5)}
        rated = _factors_beside(place) - inside if worth else set()
        for number in ("2", "0.5"):
            if float(number) in [place.scope.fixed[rate] for rate in rates]:
                continue  # it is the rate's value: rather that is missing, by its name
            named = [name for name, value in worth.items() if value == float(number) and name in rated]
            yield from ((binary(Text(name), "*", place.own), 1.45) for name in named)
            yield binary(Text(number), "*", place.own), 1.5


def _turns_lacking(place: Place) -> set[str]:
    """What loops around give a value and the place of an entry takes, but not its value: `w[j][k]` of `d[k]`."""
    program, statement = place.program, place.program.statement(place.node)
    if not isinstance(statement, ast.Assign | ast.AugAssign):
        return set()
    given = targets(statement)
    names = {one.id for one in given if isinstance(one, ast.Name)}
    users = [one for one in program.block(statement) if names and names & read(one)]
    entries = [one for each in (statement, *users) for one in targets(each) if isinstance(one, ast.Subscript)]
    taken = {name.id for one in entries for name in walk(one) if isinstance(name, ast.Name)}
    turns = {*program.turns(statement)}
    return turns & taken - {name.id for name in walk(place.node) if isinstance(name, ast.Name)}


def _counts_beside(place: Place) -> dict[str, None]:
    """How many examples or entries there are of something, as far as the same function divides by it elsewhere."""
    divided = (one.right for one in place.formulas_beside(ast.Div))
    return dict.fromkeys(text for one in divided if is_count(text := place.program.segment(one)))


def _quotients_beside(place: Place) -> Iterator[Text]:
    """What the same function begins other products with, where that is a part of a number: `1 / m * np.sum(d)`."""
    quotients = (one.left for one in place.formulas_beside(ast.Mult))
    parts = (one for one in quotients if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div))
    found = {place.program.segment(one): one for one in parts if isinstance(one.left, ast.Constant)}
    yield from map(place.text, found.values())


def _factors_beside(place: Place) -> set[str]:
    """What the same function multiplies or divides, by a name: as rates are, and no count of layers."""
    products = (
        one
        for one in walk(place.program.scope(place.node))
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult | ast.Div)
    )
    sides = ((one.left, one.right) if isinstance(one.op, ast.Mult) else (one.left,) for one in products)
    return {place.program.segment(side) for some in sides for side in some}


def _rates(place: Place) -> list[str]:
    """Numbers that other steps have and this one, if it is one, lacks."""
    statement = next((one for one in place.program.ancestors(place.node) if isinstance(one, ast.stmt)), None)
    if statement is None or step(statement) is not place.node:
        return []
    others = (
        other for node in place.program.nodes if (other := step(node)) is not None and other is not place.node
    )
    named = dict.fromkeys(
        place.program.segment(part)
        for other in others
        for part in walk(other)
        if isinstance(part, ast.Name | ast.Attribute)
    )
    own = {place.program.segment(part) for part in walk(place.node) if isinstance(part, ast.Name | ast.Attribute)}
    return [name for name in named if name in place.scope.fixed and name not in own]


def derived(place: Place) -> Variants:
    """A derivative in another form, in place of what a product has that is made of one value alone."""
    node, source = place.node, place.program.segment
    in_a_product = (isinstance(place.parent, ast.BinOp) and isinstance(place.parent.op, ast.Mult)) or (
        isinstance(place.parent, ast.Call) and source(place.parent.func) == place.scope.elementwise
    )
    if not in_a_product or not isinstance(node, ast.BinOp | ast.Call | ast.Compare):
        return
    reach = {*place.scope.arrays, *place.scope.numbers}
    named = [part for part in walk(node) if isinstance(part, ast.Name | ast.Attribute | ast.Subscript)]
    made_of = {text for part in named if (text := source(part)) in reach}
    if len(made_of) == 1:
        yield from ((form, 1.27) for form in derivatives(place.scope, Text(made_of.pop())))


def derivatives(scope: Scope, value: Text) -> Iterator[Text]:
    """A derivative in the forms that people write, of what an activation gave or is given."""
    rest = binary(Text("1"), "-", value)
    yield from scope.times(value, rest)
    yield from (Text(f"{function}({value.text})") for function in scope.functions)
    yield binary(Text("1"), "-", scope.squared(value))
    yield Text(f"{value.within(SUM)} > 0", COMPARE)


def factors(scope: Scope) -> Variants:
    """What may be multiplied in: values, numbers, and derivatives in the forms that people write."""
    for name in scope.numbers:
        yield Text(name), 0.2 - _IDLE * (name in scope.idle)
    for name in scope.arrays:
        value, idle = Text(name), _IDLE * (name in scope.idle)
        rest = binary(Text("1"), "-", value)
        yield from ((text, _SLOPE) for text in scope.times(value, rest))
        for function in scope.functions:  # rather one that the file has than the same written out
            cost = 0.15 if function.startswith(f"{scope.numpy}.") else 0.05
            yield Text(f"{function}({name})"), cost - idle
        yield binary(Text("1"), "-", scope.squared(value)), _SLOPE - idle
        yield value, 0.2 - idle
        yield rest, 0.2 - idle
        yield Text(f"{name} > 0", COMPARE), _SLOPE - idle
