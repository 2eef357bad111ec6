"""Small edits of one expression, as a person would make them."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from gradcheck.diagnosis.locate.names import NOT_VALUES
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.repair.arithmetic import SWAPS, derived, factored, operators, transposed, wrapped
from gradcheck.diagnosis.repair.calling import REDUCTIONS, calls, two_swapped
from gradcheck.diagnosis.repair.counting import (
    compared,
    constants,
    counted,
    counters,
    counts,
    fixed_numbers,
    indexed,
    is_asked_for,
    is_counted,
    offsets,
)
from gradcheck.diagnosis.repair.deciding import is_switch
from gradcheck.diagnosis.repair.inserting import relaid
from gradcheck.diagnosis.repair.place import Place, Variants
from gradcheck.diagnosis.repair.writing import (
    ATOM,
    BINARY,
    COMPARE,
    Edit,
    Scope,
    Text,
    as_text,
    augmented,
    binary,
    replaced,
    swapped,
    whole,
)
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_ITEM = re.compile(r"\[[^\[\]]*\]")
_NUMBERED = re.compile(r"\{(\w+)(?: *(?P<sign>[-+]) *(1))?\}")
_TURNED = 1.1
_EXCHANGED = 6  # values of one expression, two of which may stand for each other
_BOUNDS = 8  # of slices of one name that are tried with one another
_COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {  # likeliest first
    ast.Gt: ("<", "<=", ">=", "=="),
    ast.Lt: (">", ">=", "<=", "=="),
    ast.GtE: ("<", "<=", ">", "=="),
    ast.LtE: (">", ">=", "<", "=="),
    ast.Eq: ("!=", ">", "<", "not in"),
    ast.NotEq: ("==", "in"),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
}


class Edits:
    """
    Small edits of one expression: what may stand in each place is worked out once, whatever an edit may cost.

    Parameters
    ----------
    program : Program
    root : Root
        The expression whose value will tell whether an edit is right.
    scope : Scope
    """

    def __init__(self, program: Program, root: Root, scope: Scope) -> None:
        self.program, self.root, self.scope = program, root, scope
        self.outer = program.expression(root)
        self._made: dict[tuple[int, int], Edit] = {}

    def below(self, most: float = float("inf")) -> Iterator[Edit]:
        """Generate those that cost less, each once."""
        statement = self.program.nodes[self.root.statement]
        if isinstance(statement, ast.If) and is_switch(self.outer):
            # of two ways one may be meant for the other; else other lines would be run, which mends none of these
            if most > _TURNED and (statement.orelse or isinstance(statement.body[-1], ast.Return)):
                yield from _turned(self.program, self.root, self.outer)
            return
        seen = {whole(self.program, self.root)}
        for place, (node, variants) in enumerate(self._variants):
            for rank, variant in enumerate(variants):
                if variant[1] >= most:
                    break
                edit = self._edit(node, variant, (place, rank))
                if edit.expression not in seen:
                    seen.add(edit.expression)
                    yield edit
        yield from (edit for edit in self._further if edit.cost < most)

    def _edit(self, node: ast.expr, variant: tuple[Text, float], place: tuple[int, int]) -> Edit:
        """Make an edit of what may stand in a place, once."""
        if place not in self._made:
            self._made[place] = replaced(self.program, self.root, node, *variant)
        return self._made[place]

    @cached_property
    def _variants(self) -> list[tuple[ast.expr, list[tuple[Text, float]]]]:
        """What may stand in each place of the expression, the cheapest first."""
        turns = counters(self.program, self.outer)
        counter = re.compile(rf"\b(?:{'|'.join(turns)})\b") if turns else None
        found: list[tuple[ast.expr, list[tuple[Text, float]]]] = []
        for node in self.program.inside(self.outer):
            own = self.program.segment(node)
            place = Place(program=self.program, scope=self.scope, node=node, whole=node is self.outer)
            nothing = {f"{own} - {own}", f"{own} / {own}", _idle_number(place)}
            variants = [variant for variant in _variants(place) if variant[0].text not in nothing]
            if counter is not None:  # in the first turn it may be worth 0 or 1, and something else in the next
                variants = [variant for variant in variants if not _brings(counter, variant[0].text, place)]
            found.append((node, sorted(variants, key=lambda variant: variant[1])))
        return found

    @cached_property
    def _further(self) -> tuple[Edit, ...]:
        """Those of several places at once."""
        return (
            *_taken_for_another(self.program, self.root, self.scope),
            *_taken_for_each_other(self.program, self.root, self.scope),
            *_updated_otherwise(self.program, self.root),
            *(relaid(self.program, self.root, self.scope) if not self.scope.single else ()),
        )


def _turned(program: Program, root: Root, test: ast.expr) -> Iterator[Edit]:
    """Ask for the opposite of an option: `if deriv:` for `if not deriv:`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield replaced(program, root, test, as_text(program, test.operand), _TURNED)
    elif isinstance(test, ast.Name | ast.Attribute):
        yield replaced(program, root, test, Text(f"not {program.segment(test)}", COMPARE), _TURNED)


def _idle_number(place: Place) -> str:
    """The number that would do nothing where an operand stands: nobody writes `* 1` or `+ 0`."""
    parent = place.parent
    if isinstance(parent, ast.AugAssign) or (isinstance(parent, ast.BinOp) and place.node is parent.right):
        return {ast.Add: "0", ast.Sub: "0", ast.Mult: "1", ast.Div: "1"}.get(type(parent.op), "")
    return "1" if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult) else ""


def _brings(counter: re.Pattern[str], text: str, place: Place) -> bool:
    """Whether a text brings a counter of turns to where there was none, and nothing is counted."""
    brought = counter.search(_ITEM.sub("", text)) is not None
    return brought and counter.search(place.own.text) is None and not is_asked_for(place)


def _updated_otherwise(program: Program, root: Root) -> Iterator[Edit]:
    """Another operator in an assignment such as `delta *= slope`."""
    statement = program.nodes[root.statement]
    symbol = BINARY.get(type(statement.op), ("", 0))[0] if isinstance(statement, ast.AugAssign) else ""
    if not symbol or not isinstance(statement, ast.AugAssign) or program.expression(root) is not statement.value:
        return
    end = program.text.find(f"{symbol}=", program.span(statement.target)[1]) + len(symbol)
    target = Text(program.segment(statement.target))
    value = as_text(program, statement.value)
    for rank, other in enumerate(SWAPS[symbol]):
        expression = binary(target, other, value).text
        yield Edit(end - len(symbol), end, other, 1.0 + 0.1 * rank, root, expression)


def _taken_for_another(program: Program, root: Root, scope: Scope) -> Iterator[Edit]:
    """Replace a value that is there several times: a * (1 - a) for z * (1 - z), or for s(a) * (1 - s(a))."""
    outer = program.expression(root)
    outer_start, _ = program.parenthesised(outer)
    places: dict[str, list[tuple[int, int]]] = {}
    for node in program.inside(outer):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
            places.setdefault(program.segment(node), []).append(program.span(node))
    several = [(name, sorted(spans)) for name, spans in places.items() if len(spans) > 1]
    pairs = ((name, [*two]) for name, spans in several if len(spans) > 2 for two in itertools.pairwise(spans))
    for name, spans in (*several, *pairs):  # in a term of a sum, perhaps
        if not (name in scope.arrays or name.endswith(")")):
            continue
        start, end = spans[0][0], spans[-1][1]
        for other in scope.arrays:
            text, at = "", start
            for first, last in spans:
                text, at = text + program.text[at:first] + other, last
            whole = program.text[outer_start:start] + text + program.text[end : program.parenthesised(outer)[1]]
            if other != name:
                yield Edit(start, end, text, 1.2 + 0.001 * len(text), root, augmented(program, root, whole))


def _taken_for_each_other(program: Program, root: Root, scope: Scope) -> Iterator[Edit]:
    """Exchange two values: `slope(h) * error` for `slope(error) * h`."""
    outer = program.expression(root)
    start, end = program.parenthesised(outer)
    values = [node for node in program.inside(outer) if program.segment(node) in scope.arrays]
    for pair in itertools.combinations(values, 2) if len(values) <= _EXCHANGED else ():
        one, other = sorted(pair, key=program.span)
        if program.segment(one) == program.segment(other) or program.span(other)[0] < program.span(one)[1]:
            continue
        edit = swapped(program, one, other, 1.6)
        whole = program.text[start : edit.start] + edit.replacement + program.text[edit.end : end]
        cost = edit.cost + 0.001 * len(edit.replacement)
        yield replace(edit, cost=cost, root=root, expression=augmented(program, root, whole))


def _variants(place: Place) -> Variants:
    """Every replacement, with its cost."""
    node = place.node
    if isinstance(node, ast.Slice):
        yield from _slices(place, node)
        return
    if _is_called(place) or isinstance(node, ast.Starred):
        return
    if is_counted(place):
        yield from counted(place, node)
        return
    if isinstance(node, ast.BinOp):
        yield from operators(place, node)
    elif isinstance(node, ast.Call):
        yield from calls(place, node)
        yield from _uncut(place, node)
    elif isinstance(node, ast.Constant):
        yield from constants(place, node)
    elif isinstance(node, ast.Compare):
        yield from _comparisons(place, node)
    elif isinstance(node, ast.BoolOp):
        yield from _conditions(place, node)
    elif isinstance(node, ast.Subscript):
        yield from _subscripts(place, node)
    elif isinstance(node, ast.UnaryOp):
        if getattr(place.parent, "step", None) is not node:  # nobody writes `[::1]`
            yield place.text(node.operand), 0.85
    elif isinstance(node, ast.IfExp):
        yield from ((place.text(part), 1.5) for part in (node.body, node.orelse))
    elif isinstance(node, ast.Tuple | ast.List):
        parts = [place.program.segment(part) for part in node.elts]
        for other in two_swapped(parts):
            listed = ", ".join(other)
            yield Text(f"[{listed}]") if isinstance(node, ast.List) else Text(listed, 0), 1.3
    yield from indexed(place, node)
    yield from offsets(place, node)
    if isinstance(node, ast.Constant | ast.Name | ast.Attribute):
        yield from fixed_numbers(place)
    yield from counts(place)
    yield from compared(place)
    if _is_a_way_out(place):
        yield from _other_ways(place)
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and _holds_value(place):
        yield from _others(place)
    elif isinstance(node, ast.Call | ast.BinOp) and _is_for_a_function(place):  # rather what was made before
        yield from ((Text(name), 1.55) for name in place.scope.arrays if name.isidentifier())
    elif isinstance(node, ast.BinOp) and isinstance(place.parent, ast.BinOp) and place.scope.single:
        yield from ((Text(name), 1.55) for name in place.scope.arrays)  # of entries nothing is written anew
    elif _is_object(place):
        yield from ((Text(name), 1.05) for name in place.scope.arrays if name.isidentifier())
    if not isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.Dict | ast.Lambda | ast.Slice):
        yield from transposed(place)
        yield from wrapped(place)
        if _is_term(place):
            yield from factored(place)
        yield from derived(place)


def _is_a_way_out(place: Place) -> bool:
    """Whether a condition chooses this: `z` and 0 in `np.where(z > 0, z, 0)`, and in `z if z > 0 else 0`."""
    parent = place.parent
    if isinstance(parent, ast.IfExp):
        return place.node is not parent.test
    return isinstance(parent, ast.Call) and last_name(parent.func) == "where" and place.node in parent.args[1:]


def _other_ways(place: Place) -> Variants:
    """A number for a value, as in a derivative, and back."""
    if isinstance(place.node, ast.Constant):
        yield from ((Text(name), 1.2) for name in (*place.scope.arrays, *place.scope.numbers))
    else:
        yield from ((Text(number), 1.2) for number in ("1", "0"))


def _is_called(place: Place) -> bool:
    """Whether this is only the name of what is called, or a module."""
    called = isinstance(place.parent, ast.Call) and place.parent.func is place.node
    return called or (isinstance(place.node, ast.Name) and place.node.id == place.scope.numpy)


def _holds_value(place: Place) -> bool:
    """Whether this is a whole operand, not the stem of a longer name such as `self` in `self.w`."""
    if isinstance(place.node, ast.Attribute) and place.node.attr == "T":
        return False
    stem = isinstance(place.parent, ast.Attribute | ast.Subscript) and place.parent.value is place.node
    array = place.program.segment(place.node) in (*place.scope.arrays, *place.scope.numbers)
    return array or not stem


def _is_for_a_function(place: Place) -> bool:
    """Whether this is handed to one of the file's functions, be it by `map`."""
    call, source = place.parent, place.program.segment
    return isinstance(call, ast.Call) and any(
        source(one) in place.scope.functions for one in (call.func, *call.args) if one is not place.node
    )


def _is_object(place: Place) -> bool:
    """Whether this is one of several objects of which the same attribute is asked, as `x` is in `x.value`."""
    asked = isinstance(place.parent, ast.Attribute) and place.parent.attr not in NOT_VALUES
    others = ("self", "cls", *place.program.imported, *place.program.parameters)
    own = isinstance(place.node, ast.Name) and place.node.id in others
    return asked and not own and isinstance(place.node, ast.Name | ast.Subscript)


def _is_term(place: Place) -> bool:
    """Whether a factor may be missing here: a whole value, an operand or a term of a sum, an argument."""
    if place.outermost or isinstance(place.parent, ast.Call):
        return True
    if isinstance(place.parent, ast.GeneratorExp | ast.ListComp):
        return place.node is place.parent.elt
    if isinstance(place.parent, ast.BinOp):
        return not (isinstance(place.parent.op, ast.Mult | ast.Div) and place.node is place.parent.left)
    return False


def _conditions(place: Place, node: ast.BoolOp) -> Variants:
    """Any of the conditions where all are to hold, and back; all but one of them, which is one too many."""
    own, other = (" and ", " or ") if isinstance(node.op, ast.And) else (" or ", " and ")
    if "\n" in place.program.segment(node):
        return  # parentheses hold its lines together
    parts = [place.text(part).within(COMPARE) for part in node.values]
    for some in itertools.combinations(parts, len(parts) - 1):
        yield Text(own.join(some), COMPARE if len(some) == 1 else 0), 1.1
    yield Text(other.join(parts), 0), 1.2


def _comparisons(place: Place, node: ast.Compare) -> Variants:
    """The comparison the other way round; what is compared, for whether it is more than something."""
    if place.program.segment(node.left) in place.scope.arrays and isinstance(place.parent, ast.BinOp | ast.Call):
        yield place.text(node.left), 1.2
    if isinstance(place.parent, ast.Subscript):  # a mask, which may have been kept
        own = {place.program.segment(part) for part in walk(node) if isinstance(part, ast.expr)}
        yield from ((Text(name), 1.2) for name in place.scope.arrays if name not in own)
    if len(node.ops) == 1:
        left, right = place.text(node.left), place.text(node.comparators[0])
        symbols = _COMPARISONS.get(type(node.ops[0]), ())
        if isinstance(node.comparators[0], ast.Constant) and isinstance(node.comparators[0].value, str):
            symbols = tuple(sorted(symbols, key=lambda symbol: symbol != "=="))  # words come in no order
        for rank, symbol in enumerate(symbols):
            text = f"{left.within(COMPARE + 1)} {symbol} {right.within(COMPARE + 1)}"
            yield Text(text, COMPARE), 0.85 + 0.05 * rank


def _subscripts(place: Place, node: ast.Subscript) -> Variants:
    """The whole instead of the item, the sum of all items, or the item that is taken of what stands beside it."""
    if isinstance(node.value, ast.Attribute) and place.program.segment(node.value.value) == place.scope.numpy:
        return  # `np.r_` and its like are nothing by themselves
    of_length = isinstance(place.parent, ast.Call) and place.program.segment(place.parent.func) == "len"
    yield place.text(node.value), 1.0 if of_length else 0.95 if isinstance(node.slice, ast.Slice) else 1.4
    stem, one = place.program.segment(node.value), isinstance(node.slice, ast.Constant | ast.UnaryOp)
    if one and place.scope.numpy and not place.scope.single and stem in place.scope.arrays:
        yield Text(f"{stem}.sum(axis=0)"), 1.2
        yield Text(f"{stem}.sum(axis=0, keepdims=True)"), 1.22
    if isinstance(node.slice, ast.Name) and {stem, node.slice.id} <= {*place.scope.arrays} and place.scope.numpy:
        yield Text(f"{stem}[{place.scope.numpy}.arange(len({node.slice.id})), {node.slice.id}]"), 1.2  # of labels
    if isinstance(node.slice, ast.JoinedStr):
        keys = _keys_beside(place.program.segment(node.slice))
        yield from ((Text(f"{place.text(node.value).within(ATOM)}[{key}]"), 0.97) for key in keys)
    yield from _laid_along_the_other_axis(place, node)
    beside = place.parent.elts if isinstance(place.parent, ast.Tuple | ast.List) else ()
    items = (one.slice for one in beside if isinstance(one, ast.Subscript))
    others = (place.program.segment(one) for one in items if not isinstance(one, ast.Constant))
    own = place.program.segment(node.slice)
    yield from ((Text(f"{stem}[{other}]"), 1.05) for other in dict.fromkeys(others) if other != own)


def _uncut(place: Place, node: ast.Call) -> Variants:
    """All of what a call is given the same part of: `zip(x, y)` for `zip(x[1:], y[1:])`."""
    cut = [one for one in node.args if isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Slice)]
    plain = len(cut) == len(node.args) and all(one.arg for one in node.keywords)
    if plain and len(cut) > 1 and len({place.program.segment(one.slice) for one in cut}) == 1:
        given = [place.text(one.value).within(ATOM) for one in cut]
        given += [f"{one.arg}={place.program.segment(one.value)}" for one in node.keywords]
        yield Text(f"{place.text(node.func).within(ATOM)}({', '.join(given)})"), 0.95


def _keys_beside(text: str) -> Iterator[str]:
    """The keys of the numbers before and behind: `f"W{l + 1}"` for `f"W{l}"`."""
    for found in _NUMBERED.finditer(text):
        name, _, more = found.groups()
        for symbol in ("-", "+"):
            own = f"{symbol} 1" if more is None else "" if symbol != found["sign"] else f"{symbol} 2"
            yield f"{text[: found.start()]}{{{f'{name} {own}'.strip()}}}{text[found.end() :]}"


def _laid_along_the_other_axis(place: Place, node: ast.Subscript) -> Variants:
    """`f(z, axis=1)[:, None]` for `f(z, axis=0)[None, :]`: along the other axis, and laid so that it fits."""
    call, parts = node.value, node.slice.elts if isinstance(node.slice, ast.Tuple) else []
    axes = [one.value for one in call.keywords if one.arg == "axis"] if isinstance(call, ast.Call) else []
    if len(parts) == 2 and axes and isinstance(axes[0], ast.Constant) and axes[0].value in (0, 1):
        text, (start, end), (first, last) = place.program.text, *map(place.program.span, (call, axes[0]))
        other = f"{text[start:first]}{1 - axes[0].value}{text[last:end]}"
        yield Text(f"{other}[{', '.join(place.program.segment(one) for one in reversed(parts))}]"), 1.1


def _slices(place: Place, node: ast.Slice) -> Variants:
    """A slice without one of its bounds; between bounds that other slices of the same have."""
    lower, upper = (place.program.segment(part) if part else "" for part in (node.lower, node.upper))
    step = f":{place.program.segment(node.step)}" if node.step else ""
    others = [(lower, ""), ("", upper), ("", ""), (lower or "1", upper), (lower, upper or "-1")]
    others += [("", "-1")] if lower and not upper else [("1", "")] if upper and not lower else []
    bare = {("", "")} if getattr(place.parent, "slice", None) is node and not step else set()  # that is the whole
    for a, b in dict.fromkeys(pair for pair in others if pair not in {(lower, upper), *bare}):
        yield Text(f"{a}:{b}{step}", 0), 1.0
    bounds = _bounds_beside(place)
    for a, b in itertools.permutations(bounds, 2) if len(bounds) <= _BOUNDS else ():
        if (a, b) not in ((lower, upper), *others):
            yield Text(f"{a}:{b}{step}", 0), 1.1


def _bounds_beside(place: Place) -> list[str]:
    """Bounds of the slices that are taken of the same name: what is packed one after another."""
    program = place.program
    stem = program.segment(place.parent.value) if isinstance(place.parent, ast.Subscript) else ""
    slices = (
        one.slice
        for one in program.nodes
        if isinstance(one, ast.Subscript)
        and isinstance(one.slice, ast.Slice)
        and program.segment(one.value) == stem
    )
    parts = (program.segment(part) if part else "" for one in slices for part in (one.lower, one.upper))
    return list(dict.fromkeys(parts))


def _compared_with(place: Place) -> list[str]:
    """What an expression is compared with: nobody compares that with itself."""
    compared = place.parent if isinstance(place.parent, ast.Compare) else None
    parts = [compared.left, *compared.comparators] if compared is not None else []
    return [place.program.segment(part) for part in parts]


def _others(place: Place) -> Variants:
    """Another value within reach."""
    source = place.own.text
    same, different = (place.scope.arrays, place.scope.numbers)
    if source in place.scope.numbers:
        same, different = different, same
    idle = place.scope.idle
    beside = set(_multiplied_with(place))  # a slope is multiplied in once: rather the factor is left out
    twice = f".{getattr(place.parent, 'attr', '')}"  # nobody asks an attribute for the same again, `a.data.data`
    held = _compared_with(place)
    for name in (name for name in same if name not in (source, *held) and not name.endswith(twice)):
        yield Text(name), (0.7 if name in idle else 1.0) + 0.3 * (name in beside)
    yield from ((Text(name), 1.0 if name in idle else 1.8) for name in different if name != source)
    if source in place.scope.arrays:
        yield from ((Text(f"{function}({source})"), 1.5) for function in place.scope.functions)
    if _is_summed(place):
        yield from ((formula, 1.5) for formula in _formulas(place))
    if not isinstance(place.parent, ast.BinOp) or not isinstance(place.parent.op, ast.Mult):
        yield from ((place.text(product), 1.1) for product in _products_with(place))
    elif source in place.scope.numbers:
        yield from ((place.text(quotient), 1.05) for quotient in _quotients_of(place))


def _multiplied_with(place: Place) -> Iterator[str]:
    """What a factor of a product is multiplied with, factor by factor."""
    node: ast.AST = place.node
    for outer in place.program.ancestors(node):
        if not isinstance(outer, ast.BinOp) or not isinstance(outer.op, ast.Mult):
            return
        yield place.program.segment(outer.left if outer.right is node else outer.right)
        node = outer


def _is_summed(place: Place) -> bool:
    """Whether this is what a sum goes over."""
    call = place.parent
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr in REDUCTIONS and place.node in call.args[:1]


def _products_with(place: Place) -> Iterator[ast.BinOp]:
    """What the same function multiplies this with elsewhere, as a delta is the error times a derivative."""
    source, text = place.program.segment, place.own.text
    yield from (one for one in place.formulas_beside(ast.Mult) if text in (source(one.left), source(one.right)))


def _quotients_of(place: Place) -> Iterator[ast.BinOp]:
    """What the same function divides this by elsewhere, as another step's rate is: `eta / len(batch)`."""
    source, text = place.program.segment, place.own.text
    yield from (one for one in place.formulas_beside(ast.Div) if source(one.left) == text)


def _formulas(place: Place) -> Iterator[Text]:
    """Products and differences that the same function has elsewhere, which may be a delta without a name."""
    yield from (place.text(other) for other in place.formulas_beside())
