"""
Mutants: right programs with one general change each.

The operators are those of mutation testing at large (operators, operands, names, constants, arguments, calls,
statements), applied wherever they fit; they know nothing of backpropagation nor of what the repair can do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

_SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"}
_FUNCTIONS = (
    ("sum", "mean", "max", "min"),
    ("dot", "multiply", "outer", "matmul"),
    ("exp", "log", "tanh", "sqrt"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
)


@dataclass(frozen=True)
class Mutant:
    """
    One change: what kind, on which line (from 1), and the program with it.

    `beside` are lines that are as right: a statement that is gone stood behind one and before another, and leaves
    an empty line, or where it was alone a `pass`; two that are swapped are on two lines.
    """

    operator: str
    line: int
    text: str
    beside: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[int, ...]:
        """All lines that are right."""
        return (self.line, *self.beside)


class _Text:
    """A program's text, by character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [line + "\n" for line in text.split("\n")]
        self.tree = ast.parse(text)
        self.parents = {c: p for p in ast.walk(self.tree) for c in ast.iter_child_nodes(p)}

    def offset(self, line: int, column: int) -> int:
        characters = len(self.lines[line - 1].encode()[:column].decode())
        return sum(len(one) for one in self.lines[: line - 1]) + characters

    def span(self, node: ast.AST) -> tuple[int, int]:
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def is_alone(self, start: int, end: int) -> bool:
        """Whether nothing else is on the lines of a stretch."""
        first, last = self.text.rfind("\n", 0, start) + 1, self.text.find("\n", end)
        return not (self.text[first:start] + self.text[end : last if last >= 0 else None]).strip()

    def source(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.text[start:end]


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of a program, in the order of its tree."""
    program = _Text(text)
    for node in ast.walk(program.tree):
        for operator, start, end, new in _changes(program, node):
            changed = text[:start] + new + text[end:]
            lines = text.count("\n", 0, start) + 1, *_beside(program, operator, node)
            if changed != text and _parses(changed):
                # of what is gone, what stood behind it comes first, and its own empty line last
                line, *beside = lines if new else lines[::-1]
                yield Mutant(operator, line, changed, tuple(beside))


def _beside(program: _Text, operator: str, node: ast.AST) -> tuple[int, ...]:
    """Lines of the statements that what is gone stood between, or of the other that one is swapped with."""
    if operator not in ("statement removed", "statements swapped"):
        return ()
    parent = program.parents[node]
    block = next(b for name in ("body", "orelse") if node in (b := getattr(parent, name, [])))
    place = block.index(node)
    before, behind = block[max(0, place - 1) : place], block[place + 1 : place + 2]
    if operator != "statement removed":
        before = []
    ends = (line for one in before for line in (one.lineno, one.end_lineno or one.lineno))  # a loop's, say
    return tuple(dict.fromkeys((*ends, *(one.lineno for one in behind))))


def sample(text: str, count: int, seed: int) -> list[Mutant]:
    """Some mutants of a program, spread evenly over the operators."""
    random = Random(seed)
    by_operator: dict[str, list[Mutant]] = {}
    for mutant in mutants(text):
        by_operator.setdefault(mutant.operator, []).append(mutant)
    for some in by_operator.values():
        random.shuffle(some)
    chosen: list[Mutant] = []
    while len(chosen) < count and any(by_operator.values()):
        order = random.sample(sorted(by_operator), len(by_operator))
        chosen += [by_operator[operator].pop() for operator in order if by_operator[operator]]
    return chosen[:count]


def together(text: str, one: Mutant, other: Mutant) -> str | None:
    """Make both changes; None where they are on lines too near each other, or move lines."""
    lines, *changed = (each.split("\n") for each in (text, one.text, other.text))
    if any(len(each) != len(lines) for each in changed):
        return None
    places = [{i for i, (a, b) in enumerate(zip(lines, each, strict=True)) if a != b} for each in changed]
    if places[0] & places[1]:
        return None
    merged = [changed[0][i] if i in places[0] else line for i, line in enumerate(changed[1])]
    return "\n".join(merged) if _parses("\n".join(merged)) else None


def _is_text(node: ast.stmt) -> bool:
    """Whether a statement does nothing, as a docstring does."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _changes(program: _Text, node: ast.AST) -> Iterator[tuple[str, int, int, str]]:
    parent = program.parents.get(node)
    if isinstance(node, ast.BinOp):
        yield from _binary(program, node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "minus removed", *program.span(node), f"({program.source(node.operand)})"
    elif isinstance(node, ast.Call):
        yield from _call(program, node)
    elif isinstance(node, ast.Constant):
        yield from _constant(program, node)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = program.source(node.left), program.source(node.comparators[0])
        for symbol in ("<", ">", "<=", ">=", "=="):
            yield "comparison replaced", *program.span(node), f"{left} {symbol} {right}"
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose removed", program.span(node.value)[1], program.span(node)[1], ""
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        for bound in (node.slice.lower, node.slice.upper):
            if bound is not None:
                yield "bound removed", *program.span(bound), ""
    elif isinstance(node, ast.AugAssign) and type(node.op) in _SYMBOLS:
        start, end = program.span(node.target)[1], program.span(node.value)[0]
        for symbol in ("+=", "-=", "*=", "="):
            yield "assignment replaced", start, end, f" {symbol} "
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield from _names(program, node, parent)
    if isinstance(node, ast.stmt):
        yield from _statements(program, node, parent)


def _binary(program: _Text, node: ast.BinOp) -> Iterator[tuple[str, int, int, str]]:
    start, end = program.span(node)
    left_end, right_start = program.span(node.left)[1], program.span(node.right)[0]
    between = program.text[left_end:right_start]
    symbol = _SYMBOLS.get(type(node.op))
    if symbol is None:
        return
    at = between.find(symbol)
    for other in _SYMBOLS.values():
        if other != symbol:
            yield "operator replaced", left_end + at, left_end + at + len(symbol), other
    yield "operand removed", start, end, f"({program.source(node.left)})"
    yield "operand removed", start, end, f"({program.source(node.right)})"
    swapped = f"(({program.source(node.right)}) {symbol} ({program.source(node.left)}))"
    if symbol not in "+*":
        yield "operands swapped", start, end, swapped
    yield "minus inserted", start, end, f"(-({program.source(node)}))"


def _call(program: _Text, node: ast.Call) -> Iterator[tuple[str, int, int, str]]:
    start, end = program.span(node)
    arguments = [program.source(argument) for argument in node.args]
    options = [program.source(keyword) for keyword in node.keywords]
    function = program.source(node.func)
    if arguments:
        yield "call removed", start, end, f"({arguments[0]})"
    if len(arguments) == 2:
        yield "arguments swapped", start, end, f"{function}({', '.join([*reversed(arguments), *options])})"
    for index in range(len(options)):
        kept = [*arguments, *options[:index], *options[index + 1 :]]
        yield "option removed", start, end, f"{function}({', '.join(kept)})"
    if isinstance(node.func, ast.Attribute):
        name = node.func.attr
        for family in _FUNCTIONS:
            for other in family if name in family else ():
                yield (
                    "function replaced",
                    program.span(node.func)[1] - len(name),
                    program.span(node.func)[1],
                    other,
                )
    own = {
        n.name for n in ast.walk(program.tree) if isinstance(n, ast.FunctionDef) and not n.name.startswith("__")
    }
    last = function.rpartition(".")[2]
    if last in own and len(arguments) == 1:
        for other in sorted(own - {last}):
            at = program.span(node.func)[1]
            yield "function replaced", at - len(last), at, other


def _constant(program: _Text, node: ast.Constant) -> Iterator[tuple[str, int, int, str]]:
    value = node.value
    if isinstance(value, bool):
        yield "constant replaced", *program.span(node), str(not value)
    elif isinstance(value, int | float):
        for other in (value + 1, value - 1, -value, 0, 1, 2):
            if other != value:
                yield "constant replaced", *program.span(node), f"({other})" if other < 0 else str(other)


def _names(
    program: _Text, node: ast.Name | ast.Attribute, parent: ast.AST | None
) -> Iterator[tuple[str, int, int, str]]:
    if isinstance(parent, ast.Call) and parent.func is node:
        return
    if isinstance(parent, ast.Attribute) and parent.attr != "T":
        return
    if isinstance(node, ast.Attribute) and (
        node.attr in ("T", "shape", "size") or not isinstance(node.value, ast.Name)
    ):
        return
    own = program.source(node)
    function: ast.AST | None = node
    while function is not None and not isinstance(function, ast.FunctionDef | ast.Module):
        function = program.parents.get(function)
    reach = set()
    for other in ast.walk(function or program.tree):
        if isinstance(node, ast.Name) and isinstance(other, ast.arg) and other.arg != "self":
            reach.add(other.arg)
        if type(other) is type(node) and not _called(program, other):
            if isinstance(other, ast.Name):
                reach.add(other.id)
            elif isinstance(other, ast.Attribute) and isinstance(other.value, ast.Name):
                same = isinstance(node, ast.Attribute) and program.source(node.value) == other.value.id
                reach |= {program.source(other)} if same and other.attr != "T" else set()
    for other_name in sorted(reach - {own, "np", "self", "numpy", "math"}):
        yield "name replaced", *program.span(node), other_name
    yield "transpose inserted", program.span(node)[1], program.span(node)[1], ".T"
    yield "minus inserted", *program.span(node), f"(-{own})"


def _called(program: _Text, node: ast.AST) -> bool:
    parent = program.parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _statements(program: _Text, node: ast.stmt, parent: ast.AST | None) -> Iterator[tuple[str, int, int, str]]:
    block = next(
        (b for name in ("body", "orelse") if isinstance(b := getattr(parent, name, None), list) and node in b), []
    )
    if not isinstance(node, ast.Assign | ast.AugAssign | ast.Expr) or not block:
        return
    start, end = program.span(node)
    if not _is_text(node):
        others = [one for one in block if one is not node and not _is_text(one)]
        yield "statement removed", start, end, "" if others and program.is_alone(start, end) else "pass"
    index = block.index(node)
    if index + 1 < len(block) and isinstance(block[index + 1], ast.Assign | ast.AugAssign):
        following = block[index + 1]
        next_start, next_end = program.span(following)
        between = program.text[end:next_start]
        if between.strip() == "":
            new = program.source(following) + between + program.source(node)
            yield "statements swapped", start, next_end, new
