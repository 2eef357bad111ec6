"""Other calls: of another function, with arguments swapped or dropped, with other options, or no call at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import numpy as np

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import defaults
from gradcheck.diagnosis.repair.orders import agrees_more, exchanged
from gradcheck.diagnosis.repair.place import Place, Variants
from gradcheck.diagnosis.repair.scope import is_pure
from gradcheck.diagnosis.repair.writing import ATOM, BINARY, COMPARE, SUM, Text, binary
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

PRODUCTS = ("dot", "matmul", "multiply", "outer")
REDUCTIONS = ("sum", "mean")
FILLED_ALIKE = (("zeros_like", "ones_like"), ("zeros", "ones"))  # functions whose arrays are the same all over
FILLED = frozenset(name for family in FILLED_ALIKE for name in family)
_BUILT_IN = ("sum", "max", "min")
_FEW = 4  # arguments, of which any two may have been taken for each other
_OF_ARRAYS = frozenset(dir(np.ndarray))
_AS_NAMED = 0.7  # arguments in another order, where their names say so
_FAMILIES: tuple[tuple[str, ...], ...] = (
    PRODUCTS,
    ("sum", "mean", "max", "min"),
    ("maximum", "minimum"),
    ("add", "subtract", "multiply"),
    ("exp", "log", "tanh", "sqrt"),
    ("log", "log10", "log2", "log1p"),
    *FILLED_ALIKE,
    ("hstack", "vstack"),
)

_INVERSES = ("inv", "pinv")


def calls(place: Place, node: ast.Call) -> Variants:
    """Another function, arguments swapped or dropped, options changed, or no call at all."""
    source = place.program.segment
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    arguments = [source(argument) for argument in node.args]
    options = [_source_of_keyword(place.program, keyword) for keyword in node.keywords]
    called = source(node.func)

    def call(function: str, *parts: str) -> Text:
        return Text(f"{function}({', '.join(parts)})")

    own = last_name(node.func)
    for family in _FAMILIES if name or own in _BUILT_IN else ():
        for other in family if own in family else ():
            if other != own and (name or other in _BUILT_IN):
                yield call(called.removesuffix(own) + other, *arguments, *options), 0.95
    for other in _methods_beside(place.program, name, len(arguments)) if name in place.program.definitions else ():
        if isinstance(place.parent, ast.Expr) and is_pure(place.program.definitions[other]):
            continue  # what it gives is used by nobody
        yield call(called[: -len(name)] + other, *arguments, *options), 1.0
    values = [place.text(argument) for argument in node.args]
    if name == "square" and len(values) == 1:  # the derivative of what the loss adds up
        yield binary(Text("2"), "*", values[0]), 1.1
    if len(values) == 1 and isinstance(place.parent, ast.BinOp) and isinstance(place.parent.op, ast.Mult):
        yield from _derivatives(place.own, values[0])
    method = isinstance(node.func, ast.Attribute) and source(node.func.value) != place.scope.numpy
    if method and isinstance(node.func, ast.Attribute) and name in (*PRODUCTS, *REDUCTIONS):
        values = [place.text(node.func.value), *values]
    elif method and isinstance(node.func, ast.Attribute) and _is_of_an_array(place, node.func):
        yield place.text(node.func.value), 1.3  # rounded, clipped, laid otherwise
    if name in _INVERSES and len(values) == 1:
        yield Text(f"{values[0].within(ATOM)}.T"), 1.0
    if name == "clip" and len(arguments) == 3 and not method:
        for rank, (other, bound) in enumerate(zip(("maximum", "minimum"), arguments[1:], strict=True)):
            yield call(called.removesuffix(name) + other, arguments[0], bound), 1.0 + 0.1 * rank
    if name == "reshape" and method and isinstance(node.func, ast.Attribute):
        yield Text(f"{place.text(node.func.value).within(ATOM)}.T"), 1.0
    if name in PRODUCTS and len(values) == 2:
        yield binary(values[0], "*", values[1]), 0.9
        if name == "outer":
            yield Text(f"{called.removesuffix('outer')}diag({binary(values[0], '*', values[1]).text})"), 1.2
        if method:
            yield Text(f"{values[1].within(ATOM)}.{name}({values[0].text})"), 1.0
    names = place.program.parameters.get(name, [])
    for swapped in two_swapped(arguments):
        if name == "where" and swapped[0] != arguments[0]:
            continue  # a condition is no value, nor is a value one
        agrees = agrees_more(arguments, swapped, names)
        cost = _AS_NAMED if agrees else 0.84 if name == "outer" else 1.0
        yield call(called, *swapped, *options), cost
    axes = node.args[0] if name == "einsum" and node.args else None
    if isinstance(axes, ast.Constant) and isinstance(axes.value, str):
        yield from ((call(called, repr(one), *arguments[1:], *options), 1.1) for one in _axes_named(axes.value))
    yield from _turned_inside_out(place, node, called, arguments, options)
    for index in range(1, len(arguments)):
        yield call(called, *arguments[:index], *arguments[index + 1 :], *options), 1.4
    for index in range(len(options)):
        yield call(called, *arguments, *options[:index], *options[index + 1 :]), 0.9
    for option in _usual_options(place, node):
        yield call(called, *arguments, *options, option), 0.95
    for rank, value in enumerate(values):
        has_no_own = value.text.isnumeric() and isinstance(place.parent, ast.Attribute)  # no `2.T`
        if not has_no_own and not value.text.startswith("*"):
            yield value, 1.3 + 0.1 * rank
    if name in REDUCTIONS and len(values) == 1:  # of what is squared and summed up, as a penalty is
        summed = node.args[0] if node.args else getattr(node.func, "value", None)
        if isinstance(summed, ast.BinOp) and (isinstance(summed.op, ast.Pow) or _is_square(place, summed)):
            yield place.text(summed.left), 1.3
    if name in REDUCTIONS or name in ("max", "min", "argmax"):
        yield from _axes(place, called, arguments, node, method)
    for other in place.scope.functions:
        if other != called and len(arguments) == 1 and (called in place.scope.functions or not method):
            yield call(other, *arguments, *options), 1.0
    plain = len(arguments) == 1 and not options and not isinstance(node.args[0], ast.Starred)
    if called in place.scope.functions and plain:
        yield from _activations(place, values[0])
    if called == "map" and arguments:  # the function may be another, as that of a call may
        yield from (
            (call(called, one, *arguments[1:]), 1.0) for one in place.scope.functions if one != arguments[0]
        )
    yield from _flags(place, node, called, arguments, options)


def _activations(place: Place, value: Text) -> Variants:
    """An activation in the place of another, that the file may have nowhere else; not in a helper for one."""
    around = getattr(place.program.scope(place.node), "args", place.node)
    handed = {one.arg for one in walk(around) if isinstance(one, ast.arg)}
    if place.scope.numpy and not place.scope.single and value.text not in handed:
        yield Text(f"{place.scope.numpy}.tanh({value.text})"), 1.2
        yield Text(f"{place.scope.numpy}.maximum(0, {value.text})"), 1.25
        yield sigmoid(place.scope.numpy, value), 1.3


def sigmoid(numpy: str, value: Text) -> Text:
    """A sigmoid, written out."""
    grown = Text(f"{numpy}.exp(-{value.within(ATOM)})")
    return binary(Text("1"), "/", binary(Text("1"), "+", grown))


def _is_square(place: Place, node: ast.BinOp) -> bool:
    source = place.program.segment
    return isinstance(node.op, ast.Mult) and source(node.left) == source(node.right)


def _is_of_an_array(place: Place, method: ast.Attribute) -> bool:
    """Whether a method is one of arrays: of what a formula gives, or a name that held one, on one line."""
    known = method.attr in _OF_ARRAYS and method.attr not in place.program.definitions
    text = place.program.segment(method.value)
    made = isinstance(method.value, ast.Call | ast.BinOp | ast.Compare) or text in place.scope.arrays
    return known and made and "\n" not in text


def _derivatives(value: Text, argument: Text) -> Variants:
    """What an activation is multiplied in for by mistake: its derivative, be it of a relu, a sigmoid or tanh."""
    yield Text(f"{argument.within(SUM)} > 0", COMPARE), 1.25
    yield binary(value, "*", binary(Text("1"), "-", value)), 1.3
    yield binary(Text("1"), "-", binary(value, "**", Text("2"))), 1.3


def _methods_beside(program: Program, name: str, count: int) -> Iterator[str]:
    """Other methods of the classes that have one of this name, which take as much: `backward` for `forward`."""
    beside = (
        one for methods in program.classes.methods if any(one.name == name for one in methods) for one in methods
    )
    found = (one.name for one in beside if len(one.args.args) == count + 1 and not one.decorator_list)
    yield from dict.fromkeys(other for other in found if other != name and not other.startswith("__"))


def _axes_named(text: str) -> Iterator[str]:
    """Subscripts with one axis called another, and with the axes of the result the other way round."""
    letters = sorted({letter for letter in text if letter.isalpha()})
    given, arrow, result = text.partition("->")
    for place, letter in enumerate(text):
        if letter.isalpha():
            yield from (text[:place] + other + text[place + 1 :] for other in letters if other != letter)
    if len(result.strip()) > 1:
        yield given + arrow + result.strip()[::-1]


def _turned_inside_out(
    place: Place, node: ast.Call, called: str, arguments: list[str], options: list[str]
) -> Variants:
    """What is called on what: the sum of exponentials for that of a sum, a bias outside, a sum divided."""
    inner = node.args[0] if node.args else None
    if isinstance(inner, ast.Call) and inner.args:
        source = place.program.segment
        rest = [*map(source, inner.args[1:]), *(_source_of_keyword(place.program, one) for one in inner.keywords)]
        own = ", ".join([source(inner.args[0]), *arguments[1:], *options])
        yield Text(f"{source(inner.func)}({', '.join([f'{called}({own})', *rest])})"), 1.2
    last = node.args[-1] if len(node.args) == 2 else None
    if isinstance(last, ast.Call) and len(last.args) == 2:  # `divide(add(a, b), c)` for `add(a, divide(b, c))`
        first, *rest = map(place.program.segment, last.args)
        rest += (_source_of_keyword(place.program, one) for one in last.keywords)
        outer = place.program.segment(last.func)
        if outer != called:
            grouped = f"{called}({', '.join([arguments[0], first, *options])})"
            yield Text(f"{outer}({', '.join([grouped, *rest])})"), 1.0
    at = _value_of(node)
    value = node.args[at] if node.args else None
    if isinstance(value, ast.BinOp) and type(value.op) in BINARY:
        left, right = place.text(value.left), place.text(value.right)
        whole = Text(f"{called}({', '.join([*arguments[:at], left.text, *arguments[at + 1 :], *options])})")
        yield binary(whole, BINARY[type(value.op)][0], right), 1.4


def taken_together(place: Place, node: ast.BinOp, symbol: str) -> Variants:
    """One function of a difference for the difference of two: `(y - o) ** 2` for `y ** 2 - o ** 2`."""
    left, right, source = node.left, node.right, place.program.segment
    if isinstance(left, ast.BinOp) and isinstance(right, ast.BinOp):
        powers = isinstance(left.op, ast.Pow) and isinstance(right.op, ast.Pow)
        if powers and source(left.right) == source(right.right):
            inside = binary(place.text(left.left), symbol, place.text(right.left))
            yield binary(inside, "**", place.text(left.right)), 1.1
    elif isinstance(left, ast.Call) and isinstance(right, ast.Call):
        single = all(len(call.args) == 1 and not call.keywords for call in (left, right))
        if single and source(left.func) == source(right.func):
            inside = binary(place.text(left.args[0]), symbol, place.text(right.args[0]))
            yield Text(f"{source(left.func)}({inside.text})"), 1.1


def taken_in(place: Place, node: ast.BinOp, symbol: str) -> Variants:
    """What stands behind a call, made part of its argument: the bias that an activation is made of."""
    call = node.left
    if not isinstance(call, ast.Call) or not call.args or any(isinstance(one, ast.Starred) for one in call.args):
        return
    source, at = place.program.segment, _value_of(call)
    before, value, behind = call.args[:at], call.args[at], call.args[at + 1 :]
    options = [_source_of_keyword(place.program, one) for one in call.keywords]
    texts = (place.text(value), Text(source(value)))  # `1 - a ** 2` for `diag(1 - a) ** 2`
    for joined in dict.fromkeys(binary(one, symbol, place.text(node.right)).text for one in texts):
        parts = [*map(source, before), joined, *map(source, behind), *options]
        yield Text(f"{source(call.func)}({', '.join(parts)})"), 1.25


def _value_of(call: ast.Call) -> int:
    """Which argument of a call is its value: the first that is no number, nor a word, as in `maximum(0, z)`."""
    bare = (one.operand if isinstance(one, ast.UnaryOp) else one for one in call.args)
    return next((at for at, one in enumerate(bare) if not isinstance(one, ast.Constant)), 0)


def _usual_options(place: Place, node: ast.Call) -> list[str]:
    """Options that other calls of the same function have, or of a method of its name, and this one lacks."""
    given = {keyword.arg for keyword in node.keywords}
    called = last_name(node.func)
    others = (other for other in place.program.nodes if isinstance(other, ast.Call) and other is not node)
    return list(
        dict.fromkeys(
            _source_of_keyword(place.program, keyword)
            for other in others
            if other.keywords and last_name(other.func) == called
            for keyword in other.keywords
            if keyword.arg not in given
        )
    )


def _axes(place: Place, called: str, arguments: list[str], node: ast.Call, method: bool) -> Variants:
    """Every axis that a sum can go over, with and without keepdims."""
    own = arguments[: 0 if method else 1]
    given = {keyword.arg: place.program.segment(keyword.value) for keyword in node.keywords}
    for axis in ("0", "1", "-1", ""):
        for keep in ("True", ""):
            options = [f"axis={axis}"] * bool(axis) + [f"keepdims={keep}"] * bool(keep)
            changed = (given.get("axis", "") != axis) + (given.get("keepdims", "") != keep)
            cost = 0.6 + 0.25 * changed + 0.3 * (axis == "-1") + 0.1 * (not axis)
            yield Text(f"{called}({', '.join([*own, *options])})"), cost


def _flags(place: Place, node: ast.Call, called: str, arguments: list[str], options: list[str]) -> Variants:
    """A switch of the student's own function, `sigmoid(z, deriv=True)`, left out; of any, where one is kept."""
    definitions, name = place.program.definitions, called.rpartition(".")[2]
    kept = isinstance(node.func, ast.Attribute) and name in place.program.kept
    some = [definitions[name]] if name in definitions else definitions.values() if kept else ()
    given = {keyword.arg for keyword in node.keywords}
    switches = dict.fromkeys(one for definition in some for one in _defaults(definition))
    for switch, value in switches:
        if isinstance(value, bool) and switch not in given:
            yield Text(f"{called}({', '.join([*arguments, *options, f'{switch}={not value}'])})"), 1.0


def _source_of_keyword(program: Program, keyword: ast.keyword) -> str:
    """Text of an option in a call."""
    value = program.segment(keyword.value)
    return f"{keyword.arg}={value}" if keyword.arg else f"**{value}"


def two_swapped(parts: Sequence[str]) -> Iterator[list[str]]:
    """The parts in another order, two of them for each other; neighbours first, of many parts these alone."""
    for apart in range(1, len(parts) if len(parts) <= _FEW else 2):
        for place in range(len(parts) - apart):
            if parts[place] != parts[place + apart]:
                yield exchanged(parts, place, place + apart)


def _defaults(definition: ast.FunctionDef) -> Iterator[tuple[str, object]]:
    """Names and constant defaults of a function's parameters."""
    given = defaults(definition)
    return ((name, value.value) for name, value in given if isinstance(value, ast.Constant))
