"""Small edits of one expression, as a person would make them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from gradcheck.diagnosis.locate.program import NOT_VALUES, Program, Root
from gradcheck.diagnosis.repair.writing import (
    ATOM,
    BINARY,
    COMPARE,
    POWER,
    SIGN,
    SUM,
    Edit,
    Scope,
    Text,
    as_text,
    augmented,
    binary,
    precedence_of,
    replaced,
    whole,
)

_SWAPS = {  # likeliest first
    "+": ("-", "*", "@", "/"),
    "-": ("+", "*", "/", "@"),
    "*": ("@", "/", "+", "-", "**"),
    "/": ("*", "-", "+", "@"),
    "@": ("*", "+", "-"),
    "**": ("*", "@", "+", "-", "/"),
    "//": ("/",),
    "%": ("*",),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {  # likeliest first
    ast.Gt: ("<", "<=", ">=", "=="),
    ast.Lt: (">", ">=", "<=", "=="),
    ast.GtE: ("<", "<=", ">", "=="),
    ast.LtE: (">", ">=", "<", "=="),
    ast.Eq: ("!=", ">", "<"),
    ast.NotEq: ("==",),
}
_COUNT = re.compile(r"(?P<whole>.+)\.(?:size|shape\[\d\])|len\((?P<rows>.+)\)")
_COUNTING = ("range", "xrange", "np.arange", "numpy.arange")
_PRODUCTS = ("dot", "matmul", "multiply", "outer")
_FAMILIES: tuple[tuple[str, ...], ...] = (
    _PRODUCTS,
    ("sum", "mean", "max", "min"),
    ("maximum", "minimum"),
    ("add", "subtract", "multiply"),
    ("exp", "log", "tanh", "sqrt"),
    ("zeros_like", "ones_like"),
    ("hstack", "vstack"),
)
_REDUCTIONS = ("sum", "mean")
_LONGEST = 60  # formula that is taken over, in characters


def edits(program: Program, root: Root, scope: Scope, below: float = float("inf")) -> Iterator[Edit]:
    """
    Generate every small edit of one expression.

    Parameters
    ----------
    program : Program
    root : Root
        The expression whose value will tell whether an edit is right.
    scope : Scope
    below : float
        What an edit may cost.
    """
    outer = program.expression(root)
    seen = {whole(program, root)}
    for node in program.inside(outer):
        for new, cost in _Variants(program, scope, node, node is outer).all():
            if cost >= below:
                continue
            edit = replaced(program, root, node, new, cost)
            if edit.expression not in seen:
                seen.add(edit.expression)
                yield edit
    yield from _taken_for_another(program, root, scope)
    yield from _updated_otherwise(program, root)


def _updated_otherwise(program: Program, root: Root) -> Iterator[Edit]:
    """Another operator in an assignment such as `delta *= slope`."""
    statement = program.nodes[root.statement]
    symbol = BINARY.get(type(statement.op), ("", 0))[0] if isinstance(statement, ast.AugAssign) else ""
    if not symbol or not isinstance(statement, ast.AugAssign) or program.expression(root) is not statement.value:
        return
    end = program.text.find(f"{symbol}=", program.span(statement.target)[1]) + len(symbol)
    target = Text(program.segment(statement.target))
    value = as_text(program, statement.value)
    for place, other in enumerate(_SWAPS[symbol]):
        expression = binary(target, other, value).text
        yield Edit(end - len(symbol), end, other, 1.0 + 0.1 * place, root, expression)


def _taken_for_another(program: Program, root: Root, scope: Scope) -> Iterator[Edit]:
    """Replace a value that is there several times: a * (1 - a) for z * (1 - z), or for s(a) * (1 - s(a))."""
    outer = program.expression(root)
    outer_start, _ = program.parenthesised(outer)
    places: dict[str, list[tuple[int, int]]] = {}
    for node in program.inside(outer):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
            places.setdefault(program.segment(node), []).append(program.span(node))
    for name, spans in places.items():
        if len(spans) < 2 or not (name in scope.arrays or name.endswith(")")):
            continue
        spans.sort()
        start, end = spans[0][0], spans[-1][1]
        for other in scope.arrays:
            text, at = "", start
            for first, last in spans:
                text, at = text + program.text[at:first] + other, last
            whole = program.text[outer_start:start] + text + program.text[end : program.parenthesised(outer)[1]]
            if other != name:
                yield Edit(start, end, text, 1.2 + 0.001 * len(text), root, augmented(program, root, whole))


class _Variants:
    """What one expression might be replaced by."""

    def __init__(self, program: Program, scope: Scope, node: ast.expr, outermost: bool) -> None:
        self.program, self.scope, self.node = program, scope, node
        self.parent = program.parents.get(id(node))
        self.outermost = outermost or getattr(self.parent, "elt", None) is node  # what a comprehension makes, too
        self.own = self.text(node)

    def text(self, node: ast.expr) -> Text:
        """Text of a part, and its precedence."""
        return as_text(self.program, node)

    def all(self) -> Iterator[tuple[Text, float]]:
        """Every replacement, with its cost."""
        node = self.node
        if self._is_called() or isinstance(node, ast.Slice | ast.Starred):
            if isinstance(node, ast.Slice):
                yield from self.slices(node)
            return
        if self._is_counted():
            yield from self.counted(node)
            return
        if isinstance(node, ast.BinOp):
            yield from self.operators(node)
        elif isinstance(node, ast.Call):
            yield from self.calls(node)
        elif isinstance(node, ast.Constant):
            yield from self.constants(node)
        elif isinstance(node, ast.Compare):
            yield from self.comparisons(node)
        elif isinstance(node, ast.Subscript):
            yield from self.subscripts(node)
        elif isinstance(node, ast.UnaryOp):
            yield self.text(node.operand), 0.85
        elif isinstance(node, ast.IfExp):
            yield from ((self.text(part), 1.5) for part in (node.body, node.orelse))
        elif isinstance(node, ast.Tuple):
            parts = [self.program.segment(part) for part in node.elts]
            yield from ((Text(", ".join(other), 0), 1.3) for other in _neighbours_swapped(parts))
        yield from self.counts()
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and self._holds_value():
            yield from self.others()
        if not isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.Dict | ast.Lambda | ast.Slice):
            yield from self.transposed()
            yield from self.wrapped()
            if self._is_term():
                yield from self.factors()

    def _is_called(self) -> bool:
        """Whether this is only the name of what is called, or a module."""
        called = isinstance(self.parent, ast.Call) and self.parent.func is self.node
        return called or (isinstance(self.node, ast.Name) and self.node.id == self.scope.numpy)

    def _is_counted(self) -> bool:
        """Whether this says how far a loop counts."""
        around = [self.node, *self.program.ancestors(self.node)]
        return any(isinstance(one, ast.Call) and self.program.segment(one.func) in _COUNTING for one in around)

    def _holds_value(self) -> bool:
        """Whether this is a whole operand, not the stem of a longer name such as `self` in `self.w`."""
        if isinstance(self.node, ast.Attribute) and self.node.attr == "T":
            return False
        stem = isinstance(self.parent, ast.Attribute | ast.Subscript) and self.parent.value is self.node
        array = self.program.segment(self.node) in (*self.scope.arrays, *self.scope.numbers)
        return array or not stem

    def _is_term(self) -> bool:
        """Whether a factor may be missing here: a whole value, an operand of a sum or an argument."""
        if self.outermost or isinstance(self.parent, ast.Call):
            return True
        if isinstance(self.parent, ast.BinOp):
            return not (isinstance(self.parent.op, ast.Mult | ast.Div) and self.node is self.parent.left)
        return False

    def operators(self, node: ast.BinOp) -> Iterator[tuple[Text, float]]:
        """Another operator, operands swapped, one operand only, another grouping."""
        left, right = self.text(node.left), self.text(node.right)
        symbol = BINARY.get(type(node.op), ("", 0))[0]
        if not symbol:
            return
        for position, other in enumerate(_SWAPS[symbol]):
            if left.text == right.text and other in "-/":
                continue  # nobody means 0, or 1, by that
            odd = 0.2 * position + 0.3 * (symbol == "-" and left.text in ("1", "1.0"))  # most often 1 - a is meant
            yield binary(left, other, right), 0.9 + odd
            if (bare := self._regrouped(node, symbol, other)) is not None:
                yield bare, 0.92 + odd
        if symbol == "-" and right.text == "2":
            yield binary(left, "**", right), 0.95
        if symbol in "*@" and self.scope.product != "@" and not self.scope.single:
            yield self.scope.matrix_product(left, right), 0.95
        if symbol in "-/@**":
            yield binary(right, symbol, left), 1.1
        yield left, 0.95 if symbol == "/" else 1.2
        yield right, 1.25
        if symbol == "*" and isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mult):
            yield self.text(node.left.left), 1.28  # without a derivative, `a * (1 - a)`
        for operand, rest, first in ((node.left, right, True), (node.right, left, False)):
            if isinstance(operand, ast.BinOp) and type(operand.op) in BINARY:
                inner = BINARY[type(operand.op)][0]
                a, b = self.text(operand.left), self.text(operand.right)
                rotated = binary(a, inner, binary(b, symbol, rest)) if first else None
                yield rotated or binary(binary(rest, symbol, a), inner, b), 1.3

    def _regrouped(self, node: ast.BinOp, symbol: str, other: str) -> Text | None:
        """Only another symbol, where what it joins changes with it: `w @ a ** b` becomes `w @ a + b`."""
        if precedence_of(symbol) == precedence_of(other):
            return None
        (start, end), (_, left), (right, _) = map(self.program.parenthesised, (node, node.left, node.right))
        at = self.program.text.find(symbol, left, right)
        if at < 0:
            return None
        return Text(self.program.text[start:at] + other + self.program.text[at + len(symbol) : end])

    def calls(self, node: ast.Call) -> Iterator[tuple[Text, float]]:
        """Another function, arguments swapped or dropped, options changed, or no call at all."""
        source = self.program.segment
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        arguments = [source(argument) for argument in node.args]
        options = [source_of_keyword(self.program, keyword) for keyword in node.keywords]
        called = source(node.func)

        def call(function: str, *parts: str) -> Text:
            return Text(f"{function}({', '.join(parts)})")

        for family in _FAMILIES:
            for other in family if name in family else ():
                if other != name:
                    yield call(called[: -len(name)] + other, *arguments, *options), 0.95
        values = [self.text(argument) for argument in node.args]
        method = isinstance(node.func, ast.Attribute) and source(node.func.value) != self.scope.numpy
        if method and isinstance(node.func, ast.Attribute) and name in (*_PRODUCTS, *_REDUCTIONS):
            values = [self.text(node.func.value), *values]
        if name in _PRODUCTS and len(values) == 2:
            yield binary(values[0], "*", values[1]), 0.9
            if method:
                yield Text(f"{values[1].within(ATOM)}.{name}({values[0].text})"), 1.0
        for swapped in _neighbours_swapped(arguments):
            yield call(called, *swapped, *options), 0.84 if name == "outer" else 1.0
        for index in range(1, len(arguments)):
            yield call(called, *arguments[:index], *arguments[index + 1 :], *options), 1.4
        for index in range(len(options)):
            yield call(called, *arguments, *options[:index], *options[index + 1 :]), 0.9
        for option in self._usual_options(node):
            yield call(called, *arguments, *options, option), 0.95
        yield from ((value, 1.3 + 0.1 * place) for place, value in enumerate(values))
        if name in _REDUCTIONS or name in ("max", "min", "argmax"):
            yield from self._axes(called, arguments, node, method)
        for other in self.scope.functions:
            if other != called and len(arguments) == 1 and (called in self.scope.functions or not method):
                yield call(other, *arguments, *options), 1.0
        yield from self._flags(node, called, arguments, options)

    def _usual_options(self, node: ast.Call) -> list[str]:
        """Options that other calls of the same function have, and this one lacks."""
        given = {keyword.arg for keyword in node.keywords}
        called = ast.unparse(node.func)
        others = (other for other in self.program.nodes if isinstance(other, ast.Call) and other is not node)
        return list(
            dict.fromkeys(
                source_of_keyword(self.program, keyword)
                for other in others
                if other.keywords and ast.unparse(other.func) == called
                for keyword in other.keywords
                if keyword.arg not in given
            )
        )

    def _axes(
        self, called: str, arguments: list[str], node: ast.Call, method: bool
    ) -> Iterator[tuple[Text, float]]:
        """Every axis that a sum can go over, with and without keepdims."""
        own = arguments[: 0 if method else 1]
        given = {keyword.arg: self.program.segment(keyword.value) for keyword in node.keywords}
        for axis in ("0", "1", "-1", ""):
            for keep in ("True", ""):
                options = [f"axis={axis}"] * bool(axis) + [f"keepdims={keep}"] * bool(keep)
                changed = (given.get("axis", "") != axis) + (given.get("keepdims", "") != keep)
                cost = 0.6 + 0.25 * changed + 0.3 * (axis == "-1") + 0.1 * (not axis)
                yield Text(f"{called}({', '.join([*own, *options])})"), cost

    def _flags(
        self, node: ast.Call, called: str, arguments: list[str], options: list[str]
    ) -> Iterator[tuple[Text, float]]:
        """A switch of the student's own function, `sigmoid(z, deriv=True)`, left out."""
        definition = self.program.definitions.get(called.rpartition(".")[2])
        if definition is None:
            return
        given = {keyword.arg for keyword in node.keywords}
        for name, value in _defaults(definition):
            if isinstance(value, bool) and name not in given:
                yield Text(f"{called}({', '.join([*arguments, *options, f'{name}={not value}'])})"), 1.0

    def constants(self, node: ast.Constant) -> Iterator[tuple[Text, float]]:
        """Another number, or the other truth value."""
        value = node.value
        if isinstance(value, bool):
            yield Text(str(not value)), 0.8
        elif isinstance(value, int | float):
            near = dict.fromkeys((0, 1, 2, -1, value + 1, value - 1, 0.5, -value, value * 2, value / 2))
            parent = self.parent
            scales = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult | ast.Div | ast.Pow)
            if scales and node is getattr(parent, "right", None):
                near.pop(1)  # nobody writes `* 1` nor `** 1`
            for place, other in enumerate(n for n in near if n != value):
                number = int(other) if float(other).is_integer() and not isinstance(value, float) else other
                yield Text(str(number), SIGN if other < 0 else ATOM), 1.0 + 0.05 * place
            if self.outermost and not isinstance(self.program.statement(node), ast.If | ast.While | ast.For):
                yield from ((Text(name), 1.3) for name in self.scope.arrays)
                yield from ((binary(self.own, "/", Text(name)), 1.5) for name in self.scope.numbers)
                for name in self.scope.arrays:  # what is divided by a number of examples elsewhere
                    yield binary(self.own, "/", Text(f"{name}.shape[0]")), 2.0
                    yield binary(self.own, "/", Text(f"{name}.shape[1]")), 2.05
            for name in self.scope.arrays if value == 1 else ():  # what is left of a derivative
                yield binary(self.own, "-", Text(name)), 1.5
                yield binary(self.own, "-", Text(f"{name} ** 2", POWER)), 1.55

    def comparisons(self, node: ast.Compare) -> Iterator[tuple[Text, float]]:
        """The comparison the other way round."""
        if len(node.ops) == 1:
            left, right = self.text(node.left), self.text(node.comparators[0])
            for place, symbol in enumerate(_COMPARISONS.get(type(node.ops[0]), ())):
                text = f"{left.within(COMPARE + 1)} {symbol} {right.within(COMPARE + 1)}"
                yield Text(text, COMPARE), 0.85 + 0.05 * place

    def subscripts(self, node: ast.Subscript) -> Iterator[tuple[Text, float]]:
        """The whole instead of the item."""
        counted = isinstance(self.parent, ast.Call) and self.program.segment(self.parent.func) == "len"
        yield self.text(node.value), 1.0 if counted else 1.4

    def slices(self, node: ast.Slice) -> Iterator[tuple[Text, float]]:
        """A slice without one of its bounds."""
        lower, upper = (self.program.segment(part) if part else "" for part in (node.lower, node.upper))
        step = f":{self.program.segment(node.step)}" if node.step else ""
        others = [(lower, ""), ("", upper), ("", ""), (lower or "1", upper), (lower, upper or "-1")]
        others += [("", "-1")] if lower and not upper else [("1", "")] if upper and not lower else []
        for a, b in dict.fromkeys(pair for pair in others if pair != (lower, upper)):
            yield Text(f"{a}:{b}{step}", 0), 1.0

    def counted(self, node: ast.expr) -> Iterator[tuple[Text, float]]:
        """Another whole number to count from or to."""
        if isinstance(node, ast.BinOp) and (symbol := BINARY.get(type(node.op), ("", 0))[0]) in _SWAPS:
            left, right = self.text(node.left), self.text(node.right)
            yield left, 0.9
            yield right, 1.25
            yield from ((binary(left, other, right), 0.95 + 0.1 * i) for i, other in enumerate(_SWAPS[symbol][:2]))
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            near = (0, 1, node.value + 1, node.value - 1)
            yield from (
                (Text(str(other), SIGN if other < 0 else ATOM), 1.0) for other in near if other != node.value
            )
        elif isinstance(node, ast.Call) and self.program.segment(node.func) in _COUNTING:
            arguments = [self.program.segment(argument) for argument in node.args]
            for index in range(len(arguments) if len(arguments) > 1 else 0):
                rest = ", ".join([*arguments[:index], *arguments[index + 1 :]])
                yield Text(f"{self.program.segment(node.func)}({rest})"), 0.95
            return
        yield from self.counts()
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
            yield from ((Text(other), 1.0) for other in self._bounds() if other != self.own.text)
            yield from ((binary(self.own, symbol, Text("1")), 1.1) for symbol in "-+")

    def _bounds(self) -> list[str]:
        """What other loops of the program count to."""
        calls = [one for one in self.program.nodes if isinstance(one, ast.Call)]
        counting = [call for call in calls if self.program.segment(call.func) in _COUNTING and call.args]
        return list(dict.fromkeys(self.program.segment(call.args[-1]) for call in counting))

    def counts(self) -> Iterator[tuple[Text, float]]:
        """Another count of the same array: of its entries, its rows or its columns."""
        found = _COUNT.fullmatch(self.own.text)
        name = found and (found["whole"] or found["rows"])
        if name in self.scope.arrays:
            counts = (f"len({name})", f"{name}.shape[0]", f"{name}.shape[1]", f"{name}.size")
            yield from ((Text(other), 1.0 + 0.01 * place) for place, other in enumerate(counts))

    def others(self) -> Iterator[tuple[Text, float]]:
        """Another value within reach."""
        source = self.own.text
        same, different = (self.scope.arrays, self.scope.numbers)
        if source in self.scope.numbers:
            same, different = different, same
        idle = self.scope.idle
        yield from ((Text(name), 0.7 if name in idle else 1.0) for name in same if name != source)
        yield from ((Text(name), 1.8) for name in different if name != source)
        if source in self.scope.arrays:
            yield from ((Text(f"{function}({source})"), 1.5) for function in self.scope.functions)
        if self._is_summed():
            yield from ((formula, 1.5) for formula in self._formulas())

    def _is_summed(self) -> bool:
        """Whether this is what a sum goes over."""
        call = self.parent
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return False
        return call.func.attr in _REDUCTIONS and self.node in call.args[:1]

    def _formulas(self) -> Iterator[Text]:
        """Products and differences that the same function has elsewhere, which may be a delta without a name."""
        function = self.program.scope(self.node)
        for other in self.program.nodes:
            if isinstance(other, ast.BinOp) and self.program.scope(other) is function:
                text = self.text(other)
                if len(text.text) <= _LONGEST and "\n" not in text.text:
                    yield text

    def transposed(self) -> Iterator[tuple[Text, float]]:
        """A transpose added or taken away, or a column made of what has one axis."""
        node = self.node
        if isinstance(node, ast.Attribute) and node.attr == "T":
            bare = self.text(node.value)
            yield bare, 0.8
            yield Text(f"{bare.within(ATOM)}.reshape(-1, 1)"), 1.6
        elif self.scope.single or (isinstance(self.parent, ast.Attribute) and self.parent.attr in NOT_VALUES):
            return
        else:
            stem = isinstance(self.parent, ast.Subscript) and self.parent.value is node
            plain = isinstance(node, ast.Name | ast.Attribute) and not stem
            yield Text(f"{self.own.within(ATOM)}.T"), 0.85 if plain else 1.1
            if plain:
                yield Text(f"{self.own.within(ATOM)}.reshape(-1, 1)"), 1.6

    def wrapped(self) -> Iterator[tuple[Text, float]]:
        """The value negated, taken from one, summed; the terms that a sum may lack."""
        if not (self.outermost or isinstance(self.parent, ast.BinOp | ast.Call | ast.keyword)):
            return
        divisor = isinstance(self.parent, ast.BinOp) and self.node is self.parent.right
        yield Text(f"-{self.own.within(SIGN)}", SIGN), 1.2 + 0.15 * divisor
        yield binary(Text("1"), "-", self.own), 1.5
        yield binary(Text("1"), "+", self.own), 1.6
        yield binary(Text("1"), "/", self.own), 1.55
        yield binary(Text("-1", SIGN), "/", self.own), 1.6
        yield binary(self.own, "**", Text("2")), 1.6
        if self.scope.numpy and not self.scope.single:
            for function in _REDUCTIONS:
                for options in (", axis=0, keepdims=True", ", axis=1, keepdims=True", ", axis=0", ", axis=1", ""):
                    text = f"{self.scope.numpy}.{function}({self.own.text}{options})"
                    inner = 0.0 if self.outermost else 0.3
                    yield Text(text), 1.3 + inner + 0.2 * (function == "mean") + 0.05 * (not options)
            if isinstance(self.node, ast.Name) and isinstance(self.parent, ast.Assign):  # to put something into
                yield Text(f"{self.scope.numpy}.zeros_like({self.own.text})"), 1.6
        if self.own.text in self.scope.arrays and not self.scope.single:
            yield Text(f"len({self.own.text})"), 1.5
            yield Text(f"{self.own.text}.shape[0]"), 1.5
            yield Text(f"{self.own.text}.shape[1]"), 1.55
        library = [f"{self.scope.numpy}.{name}" for name in ("exp", "tanh", "log") if self.scope.numpy]
        for function in dict.fromkeys([*self.scope.functions, *library]):
            yield Text(f"{function}({self.own.text})"), 1.5
        for name in self.scope.arrays:
            value, turned = Text(name), Text(f"{name}.T")
            yield binary(self.own, "+", value), 1.2 if name in self.scope.idle else 1.8
            yield binary(self.own, "-", value), 1.85
            yield binary(value, "-", self.own), 1.9
            if self.scope.single:
                continue
            yield self.scope.matrix_product(self.own, value), 1.91
            yield self.scope.matrix_product(self.own, turned), 1.92
            yield self.scope.matrix_product(value, self.own), 1.93
            yield self.scope.matrix_product(turned, self.own), 1.94

    def factors(self) -> Iterator[tuple[Text, float]]:
        """A factor that is missing, or in place of this one another."""
        inner = isinstance(self.parent, ast.BinOp) and isinstance(self.parent.op, ast.Mult)
        for factor, cost in factors(self.scope):
            yield from ((text, 1.6 + cost) for text in self.scope.times(self.own, factor))
            if inner:
                yield factor, 1.65 + cost
        for name in self.scope.numbers:  # by a rate nobody divides, but it may happen to be worth 1/2
            yield binary(self.own, "/", Text(name)), 2.1 if name in self.scope.fixed else 1.5
        for name in self.scope.arrays:
            yield binary(self.own, "/", Text(name)), 2.4
            if self.scope.single:
                continue
            yield binary(self.own, "/", Text(f"{name}.shape[0]")), 2.2
            yield binary(self.own, "/", Text(f"{name}.shape[1]")), 2.25
            yield binary(self.own, "/", Text(f"len({name})")), 2.3
            if self.outermost:  # what losses are divided by
                yield binary(self.own, "/", Text(f"(2 * {name}.shape[0])")), 2.35
                yield binary(self.own, "/", Text(f"{name}.size")), 2.35
        if self.outermost or isinstance(self.parent, ast.Call):
            for number in ("2", "0.5"):
                yield binary(Text(number), "*", self.own), 1.5


def factors(scope: Scope) -> Iterator[tuple[Text, float]]:
    """What may be multiplied in: values, numbers, and derivatives in the forms that people write."""
    for name in scope.numbers:
        yield Text(name), 0.2
    for name in scope.arrays:
        value = Text(name)
        rest = binary(Text("1"), "-", value)
        yield from ((text, 0.1) for text in scope.times(value, rest))
        for function in scope.functions:
            yield Text(f"{function}({name})"), 0.15
        yield Text(f"1 - {name} ** 2", SUM), 0.15
        yield value, -0.3 if name in scope.idle else 0.2
        yield rest, 0.2
        yield Text(f"{name} > 0", COMPARE), 0.2


def source_of_keyword(program: Program, keyword: ast.keyword) -> str:
    """Text of an option in a call."""
    value = program.segment(keyword.value)
    return f"{keyword.arg}={value}" if keyword.arg else f"**{value}"


def _neighbours_swapped(parts: Sequence[str]) -> Iterator[list[str]]:
    """The parts in another order, two that stand side by side for each other."""
    for place in range(len(parts) - 1):
        if parts[place] != parts[place + 1]:
            yield [*parts[:place], parts[place + 1], parts[place], *parts[place + 2 :]]


def _defaults(definition: ast.FunctionDef) -> Iterator[tuple[str, object]]:
    """Names and constant defaults of a function's parameters."""
    names = [argument.arg for argument in definition.args.args]
    for name, value in zip(reversed(names), reversed(definition.args.defaults), strict=False):
        if isinstance(value, ast.Constant):
            yield name, value.value
