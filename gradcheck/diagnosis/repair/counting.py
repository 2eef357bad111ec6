"""Other numbers: constants, counts of an array, and how far a loop counts."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets, turn_names
from gradcheck.diagnosis.locate.uses import names_read
from gradcheck.diagnosis.repair.place import Place, Variants
from gradcheck.diagnosis.repair.writing import ATOM, BINARY, POWER, SIGN, Edit, Text, binary
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_COUNT = re.compile(r"(?P<whole>.+)\.(?:size|shape\[\d\])|len\((?P<rows>.+)\)")
_COUNTING = ("range", "xrange", "np.arange", "numpy.arange")
_BOUND = 0.9
_LAYOUTS = 6
_SMALL = 4  # numbers that formulas have
_STEPS = {"+": ("-", "*"), "-": ("+", "*")}  # of what is added to a bound


def constants(place: Place, node: ast.Constant) -> Variants:
    """Another number, or the other truth value."""
    value = node.value
    if isinstance(value, bool):
        if not isinstance(place.parent, ast.Assign):  # a switch: with the other way no line of this one is mended
            yield Text(str(not value)), 0.8
    elif isinstance(value, int | float):
        near = dict.fromkeys((0, 1, 2, -1, value + 1, value - 1, 0.5, -value, value * 2, value / 2))
        parent = place.parent
        if isinstance(parent, ast.BinOp):  # nobody writes `* 1` nor `- 0`, and `0 *` only undoes what is right
            multiplied = not isinstance(parent.op, ast.Add | ast.Sub)
            same = multiplied and (node is parent.right or isinstance(parent.op, ast.Mult))
            for idle in (0, 1) if same else (0,):
                near.pop(idle, None)
        signed = isinstance(parent, ast.UnaryOp)  # there is no `--1`
        for rank, other in enumerate(n for n in near if n != value and not (signed and n < 0)):
            number = int(other) if float(other).is_integer() and not isinstance(value, float) else other
            yield Text(str(number), SIGN if other < 0 else ATOM), 1.0 + 0.05 * rank
        if place.outermost and not isinstance(place.program.statement(node), ast.If | ast.While | ast.For):
            yield from ((Text(name), 1.3) for name in place.scope.arrays)
            yield from ((binary(place.own, "/", Text(name)), 1.5) for name in place.scope.numbers)
            for name in place.scope.arrays:  # what is divided by a number of examples elsewhere
                yield binary(place.own, "/", Text(f"{name}.shape[0]")), 2.0
                yield binary(place.own, "/", Text(f"{name}.shape[1]")), 2.05
        if value == 0 and isinstance(parent, ast.BinOp):  # nobody computes with that: it stands for something
            yield from ((Text(name), 1.3) for name in (*place.scope.arrays, *place.scope.numbers))
        divided = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Div) and node is parent.left
        if divided and value == 1:  # e / (1 + e) is a sigmoid as well
            unused = (name for name in place.scope.numbers if name in place.scope.idle)  # a rate, or the like
            yield from ((Text(name), 1.3) for name in (*place.scope.arrays, *unused))
        for name in place.scope.arrays if value == 1 else ():  # what is left of a derivative
            yield binary(place.own, "-", Text(name)), 1.5
            yield binary(place.own, "-", Text(f"{name} ** 2", POWER)), 1.55


def fixed_numbers(place: Place) -> Variants:
    """How many there are of something, for a number that is always the same: `m = len(x)` for `m = 400`."""
    value = place.node.value if isinstance(place.node, ast.Constant) else None
    written = type(value) is int and value > _SMALL
    divides = isinstance(place.parent, ast.BinOp) and isinstance(place.parent.op, ast.Div | ast.Mult)
    named = place.scope.fixed.get(place.own.text, 0.5).is_integer()  # a rate is hardly ever
    if not (written or named) or not (place.outermost or divides):
        return
    for name in place.scope.arrays:
        for rank, count in enumerate((f"{name}.shape[0]", f"{name}.shape[1]", f"len({name})")):
            yield Text(count), 1.1 + 0.01 * rank


def counts_up(program: Program, node: ast.AST) -> bool:
    """Whether this is a call of `range`, or the like."""
    return isinstance(node, ast.Call) and program.segment(node.func) in _COUNTING


def counters(program: Program, node: ast.AST) -> list[str]:
    """Names within reach of a node that count turns, as `i` of `range` does, or what a `while` asks for."""
    return _counters(program, program.scope(node))


@lru_cache(maxsize=256)
def _counters(program: Program, function: ast.AST) -> list[str]:
    found = []
    for one in walk(function):
        if isinstance(one, ast.For | ast.comprehension) and isinstance(one.iter, ast.Call):
            first = one.target.elts[0] if isinstance(one.target, ast.Tuple) else one.target
            ranges = any(counts_up(program, part) for part in walk(one.iter))
            if (ranges and first is one.target) or last_name(one.iter.func) == "enumerate":
                found.append(last_name(first))
        elif isinstance(one, ast.While):
            found += [part.id for part in walk(one.test) if isinstance(part, ast.Name)]
    return [name for name in dict.fromkeys(found) if name]


def is_asked_for(place: Place) -> bool:
    """Whether this is, or is in, what says which item, how often, or whether: there turns are counted with."""
    path = [place.node, *place.program.ancestors(place.node)]
    return is_counted(place) or _is_index(path) or any(isinstance(one, ast.Compare) for one in path)


def _is_index(path: Sequence[ast.AST]) -> bool:
    """Whether a node, followed by what it is in, says which item of something is meant."""
    return any(isinstance(one, ast.Subscript) and one.slice is part for part, one in itertools.pairwise(path))


def is_counted(place: Place) -> bool:
    """Whether this says how far a loop counts."""
    around = [place.node, *place.program.ancestors(place.node)]
    return any(counts_up(place.program, one) for one in around)


def slice_ends(program: Program) -> Iterator[Edit]:
    """Where a slice begins or ends, without the number that is added to it or taken away: `hi = lo + size - 1`."""
    slices = (one for one in program.nodes if isinstance(one, ast.Slice))
    ends = {
        (program.scope(one), end.id)
        for one in slices
        for end in (one.lower, one.upper)
        if isinstance(end, ast.Name)
    }
    for node in program.nodes:
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub):
            number = isinstance(value.right, ast.Constant)
            if number and any((program.scope(node), program.segment(one)) in ends for one in targets(node)):
                yield Edit(program.parenthesised(value.left)[1], program.parenthesised(value.right)[1], "", _BOUND)


def counted(place: Place, node: ast.expr) -> Variants:
    """Another whole number to count from or to."""
    if isinstance(node, ast.BinOp) and (symbol := BINARY.get(type(node.op), ("", 0))[0]) in _STEPS:
        left, right = place.text(node.left), place.text(node.right)
        yield left, 0.9
        yield right, 1.25
        if symbol == "-":
            yield binary(right, symbol, left), 1.0
        yield from ((binary(left, other, right), 0.95 + 0.1 * i) for i, other in enumerate(_STEPS[symbol]))
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        signed = isinstance(place.parent, ast.UnaryOp)
        near = dict.fromkeys((0, 1, node.value + 1, node.value - 1, -node.value))  # backwards, too
        others = (other for other in near if other != node.value and (other >= 0 or not signed))
        yield from ((Text(str(other), SIGN if other < 0 else ATOM), 1.0) for other in others)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield place.text(node.operand), 1.0
    elif isinstance(node, ast.Call) and counts_up(place.program, node):
        arguments = [place.program.segment(argument) for argument in node.args]
        for index in range(len(arguments) if len(arguments) > 1 else 0):
            rest = ", ".join([*arguments[:index], *arguments[index + 1 :]])
            yield Text(f"{place.program.segment(node.func)}({rest})"), 0.95
        if len(arguments) == 1 and arguments != ["1"] and not node.keywords:  # the first turn's was there before
            yield Text(f"{place.program.segment(node.func)}(1, {arguments[0]})"), 0.95
        if len(arguments) == 2:
            yield Text(f"{place.program.segment(node.func)}({arguments[1]}, {arguments[0]})"), 0.95
        return
    yield from counts(place)
    yield from _counts_of_others(place)
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
        yield from ((Text(other), 1.0) for other in _bounds(place) if other != place.own.text)
        yield from ((binary(place.own, symbol, Text("1")), 1.0) for symbol in "-+")


def indexed(place: Place, node: ast.expr) -> Variants:
    """Of what is asked for by number: this turn's, the one before it, the next."""
    if not _is_index([node, *place.program.ancestors(node)]):
        return
    turns = dict.fromkeys(name for loop in loops_around(place.program, node) for name in turn_names(loop))
    if _is_whole(node):
        yield from ((Text(name), 1.0) for name in turns)
        yield from ((binary(Text(name), symbol, Text("1")), 1.1) for name in turns for symbol in "-+")
    elif isinstance(node, ast.Name):
        yield from ((binary(place.own, symbol, Text("1")), 1.1 if node.id in turns else 1.15) for symbol in "-+")
    elif isinstance(node, ast.BinOp) and getattr(place.parent, "slice", None) is node:
        yield from ((Text(other, 0), 1.1) for other in _other_layouts(place.program, node))


def _other_layouts(program: Program, node: ast.BinOp) -> list[str]:
    """How other items of what is laid out in one row are counted by the same names: `j * m + k`, `k * n + j`."""
    known = program.scopes.names(program.scope(node)) | program.imported
    found = (text for text, names in _layouts(program).items() if names <= known and text != program.segment(node))
    return [*itertools.islice(found, _LAYOUTS)]


@lru_cache(maxsize=64)
def _layouts(program: Program) -> dict[str, frozenset[str]]:
    """Sums by which items are counted, and the names in each."""
    items = [one.slice for one in program.nodes if isinstance(one, ast.Subscript)]
    counted = [one for one in items if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add)]
    return {program.segment(one): frozenset(part.id for part in names_read(walk(one))) for one in counted}


def offsets(place: Place, node: ast.expr) -> Variants:
    """One more or one less of what a place in a list is counted from: `at += n + 1` for `at += n`."""
    statement = place.program.statement(node)
    names = {last_name(one) for one in targets(statement)} if statement is not None else set[str]()
    added = place.outermost or isinstance(place.parent, ast.BinOp)
    if added and isinstance(node, ast.Name | ast.Attribute) and names & _indices(place.program):
        yield from ((binary(place.own, symbol, Text("1")), 1.1) for symbol in "+-")


@lru_cache(maxsize=64)
def _indices(program: Program) -> frozenset[str]:
    """Names that say which item of something is meant, be it of a slice."""
    items = (one.slice for one in program.nodes if isinstance(one, ast.Subscript))
    return frozenset(one.id for item in items for one in walk(item) if isinstance(one, ast.Name))


def loops_around(program: Program, node: ast.AST) -> list[ast.For | ast.comprehension]:
    """The loops in whose turns a node is evaluated, the innermost first; of one comprehension in their order."""
    path = [node, *program.ancestors(node)]
    return [loop for part, one in itertools.pairwise(path) for loop in _turning(part, one)]


def _turning(part: ast.AST, node: ast.AST) -> list[ast.For | ast.comprehension]:
    """The loops in whose turns a part of a node is evaluated: the node itself, or those of a comprehension."""
    if isinstance(node, ast.For):
        return [node] if part is not node.iter else []
    return list(getattr(node, "generators", ())) if not isinstance(part, ast.comprehension) else []


def _is_whole(node: ast.expr) -> bool:
    """Whether this is a whole number that is written out, be it a negative one."""
    number = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    return isinstance(number, ast.Constant) and type(number.value) is int


def compared(place: Place) -> Variants:
    """One less or one more of what is compared: of classes, which may count from 0 or from 1, and of lengths."""
    if not isinstance(place.parent, ast.Compare):
        return
    equal = any(isinstance(one, ast.Eq) for one in place.parent.ops)
    countable = not isinstance(place.node, ast.Constant) or type(place.node.value) is int
    length = place.own.text.startswith("len(")
    if (equal and countable) or length:
        yield from ((text, 0.95 if length else 1.15) for text in (_counted_on(place, -1), _counted_on(place, 1)))


def _counted_on(place: Place, more: int) -> Text:
    """One more than a number, or one less: `n - 2` for `n - 1`."""
    node, left = place.node, place.own
    last = node.right if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) else None
    if isinstance(node, ast.BinOp) and isinstance(last, ast.Constant) and type(last.value) is int:
        left, more = place.text(node.left), more + (last.value if isinstance(node.op, ast.Add) else -last.value)
    return binary(left, "+" if more > 0 else "-", Text(str(abs(more)))) if more else left


def _bounds(place: Place) -> list[str]:
    """What other loops of the program count to."""
    calls = [one for one in place.program.nodes if isinstance(one, ast.Call) and counts_up(place.program, one)]
    return list(dict.fromkeys(place.program.segment(call.args[-1]) for call in calls if call.args))


def is_count(text: str) -> bool:
    """Whether an expression counts an array's entries, rows or columns."""
    return _COUNT.fullmatch(text) is not None


def _counts_of_others(place: Place) -> Variants:
    """As many as there are of another array."""
    text = place.own.text
    found = _COUNT.fullmatch(text)
    start, end = found.span("whole" if found["whole"] else "rows") if found else (0, 0)
    if text[start:end] in place.scope.arrays:
        others = (one for one in place.scope.arrays if one != text[start:end])
        yield from ((Text(text[:start] + one + text[end:]), 1.1 + 0.01 * rank) for rank, one in enumerate(others))


def counts(place: Place) -> Variants:
    """Another count of the same array: of its entries, its rows or its columns."""
    found = _COUNT.fullmatch(place.own.text)
    name = found and (found["whole"] or found["rows"])
    if name in place.scope.arrays:
        every = (f"{name}.shape[0]", f"{name}.shape[1]", f"len({name})", f"{name}.size")
        yield from ((Text(other), 1.0 + 0.01 * rank) for rank, other in enumerate(every))
