"""
Writing expressions in the student's own style, with the parentheses they take, and one change of a program's text.

An edit is made of text and not of a tree, so that everything around it stays as the student wrote it. What an edit
costs says how unlikely it is; only the order of the costs matters.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.statements import item

_OWN_NAME = re.compile(r"\b((\w+)[\"']?(?:=|: )\2)\b")
_GIVEN_NAME = re.compile(r"\b(\w+)[\"']?(?:=|: )([^\W\d]\w*)(?=[,)}\]]|$)")
COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = 6, 12, 13, 14, 15, 18
BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
    ast.Mult: ("*", PRODUCT),
    ast.Div: ("/", PRODUCT),
    ast.MatMult: ("@", PRODUCT),
    ast.FloorDiv: ("//", PRODUCT),
    ast.Mod: ("%", PRODUCT),
    ast.Pow: ("**", POWER),
}


class Text(NamedTuple):
    """An expression as text, and how strongly it holds together."""

    text: str
    precedence: int = ATOM

    def within(self, precedence: int) -> str:
        """Give the text, in parentheses if it holds together less strongly than it must."""
        return self.text if self.precedence >= precedence else f"({self.text})"


def binary(left: Text, operator: str, right: Text) -> Text:
    """Join two expressions by an operator, with the parentheses it takes."""
    precedence = precedence_of(operator)
    leftmost = precedence + 1 if operator == "**" else precedence
    rightmost = SIGN if operator == "**" else precedence + (not regroups(operator, right))
    return Text(f"{left.within(leftmost)} {operator} {right.within(rightmost)}", precedence)


def precedence_of(operator: str) -> int:
    return {"+": SUM, "-": SUM, "**": POWER}.get(operator, PRODUCT)


def regroups(operator: str, right: Text) -> bool:
    """Whether a + (b + c) or a * (b * c) says the same without its parentheses."""
    return operator == "+" or (operator == "*" and not set("@%") & set(right.text) and "//" not in right.text)


def alike(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts begin with alike, and how many of the rest they end with alike."""
    shared = os.path.commonprefix  # of characters, as is wanted here
    start = len(shared([one, other]))
    return start, len(shared([one[start:][::-1], other[start:][::-1]]))


def is_name(text: str) -> bool:
    """Whether a text is a name, or that of an attribute."""
    return text.replace(".", "").isidentifier()


def renames(text: str, edit: Edit) -> bool:
    """Whether an edit of a text only takes one name or attribute for another."""
    return is_name(text[edit.start : edit.end]) and is_name(edit.replacement)


def misnames(text: str, edit: Edit) -> bool:
    """Whether an edit of a text gives another name to what goes by its own: `z=a, a=z` for `z=z, a=a`."""
    own = {name for _, name in _OWN_NAME.findall(text[edit.start : edit.end])}
    return any(name in own and value != name for name, value in _GIVEN_NAME.findall(edit.replacement))


@dataclass(frozen=True)
class Scope:
    """
    What an expression could have been made of.

    Attributes
    ----------
    arrays, numbers : tuple of str
        Names, attributes and items within reach that hold arrays and single numbers.
    fixed : mapping of str to float
        Of the numbers what those are worth that are the same on every probe: rates and constants, no sizes.
    functions : tuple of str
        What is called with one argument elsewhere: the student's helpers and the library's.
    numpy : str
        What the file calls numpy, "" if it doesn't.
    product : str
        How the file writes a matrix product: `@`, `np.dot` or `.dot`.
    elementwise : str
        The function that it multiplies with entry by entry, if it has one for that: with `np.matrix` it has to.
    power : str
        The function that it takes powers with entry by entry, where `**` is a product of matrices; `*` where
        there are only products, as of numbers of the file's own.
    single : bool
        Whether it computes one entry at a time: what it is made of are single numbers, `arrays` too.
    idle : tuple of str
        Those of both that nothing is made of: something is missing where they belong.
    """

    arrays: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    fixed: Mapping[str, float] = field(default_factory=dict)
    functions: tuple[str, ...] = ()
    numpy: str = "np"
    product: str = "@"
    elementwise: str = ""
    power: str = ""
    single: bool = False
    idle: tuple[str, ...] = ()

    def times(self, left: Text, right: Text) -> Iterator[Text]:
        """Write an elementwise product: with `*`, where it is one, and with the file's function for it."""
        if self.power in ("", "*"):
            yield binary(left, "*", right)
        if self.elementwise:
            yield Text(f"{self.elementwise}({left.text}, {right.text})")

    def squared(self, value: Text) -> Text:
        """Write a square, entry by entry."""
        if self.power == "*":
            return binary(value, "*", value)
        return Text(f"{self.power}({value.text}, 2)") if self.power else binary(value, "**", Text("2"))

    def matrix_product(self, left: Text, right: Text) -> Text:
        """Write a matrix product as the file does."""
        if self.product == ".dot":
            return Text(f"{left.within(ATOM)}.dot({right.text})")
        if self.product != "@":
            return Text(f"{self.product}({left.text}, {right.text})")
        return binary(left, "@", right)


@dataclass(frozen=True)
class Edit:
    """
    One change of the text.

    Attributes
    ----------
    start, end : int
        Characters of the text that are replaced.
    replacement : str
    cost : float
        How unlikely it is.
    root : Root or None
        The expression it is part of.
    expression : str
        That expression after the edit; "" where its value can't be had without running the program.
    """

    start: int
    end: int
    replacement: str
    cost: float
    root: Root | None = None
    expression: str = ""

    @property
    def inserts(self) -> bool:
        """Whether it only puts something in, as a statement of its own."""
        return self.start == self.end

    def within(self, span: tuple[int, int]) -> bool:
        """Whether it changes nothing outside a stretch of the text."""
        return span[0] <= self.start and self.end <= span[1]

    def covers(self, span: tuple[int, int]) -> bool:
        """Whether a stretch of the text is within what it changes."""
        return self.start <= span[0] and span[1] <= self.end

    def trimmed(self, text: str) -> tuple[int, int]:
        """Give the stretch of the text that it changes, without blanks around it."""
        changed = text[self.start : self.end]
        if not changed.strip():
            return self.start, self.end
        return self.start + len(changed) - len(changed.lstrip()), self.end - len(changed) + len(changed.rstrip())

    def apply(self, text: str) -> str:
        """Edit the text."""
        return text[: self.start] + self.replacement + text[self.end :]


def replaced(program: Program, root: Root, node: ast.expr, new: Text, cost: float) -> Edit:
    """Put an expression in the place of a part of a root, in the parentheses that it needs there."""
    outer_start, outer_end = program.parenthesised(program.expression(root))
    start, end = program.parenthesised(node)
    needed = _needed(program, node)
    text = new.within(needed - (needed == PRODUCT + 1 and _is_multiplied(program, node, new)))
    if "\n" in text and (start, end) != program.span(node):
        text = f"({text})"  # parentheses held the lines together
    new_whole = program.text[outer_start:start] + text + program.text[end:outer_end]
    # of two edits that do the same, the shorter, and the one that leaves more as it was
    size = 0.002 * abs(len(text) - (end - start)) + 0.001 * (end - start)
    return Edit(start, end, text, cost + size, root, augmented(program, root, new_whole))


def swapped(program: Program, one: ast.expr, other: ast.expr, cost: float) -> Edit:
    """Put two expressions, the first further up, each in the place of the other; what is between them stays."""
    (start, middle), (begin, end) = program.span(one), program.span(other)
    between = program.text[middle:begin]
    return Edit(start, end, f"{program.segment(other)}{between}{program.segment(one)}", cost)


def _is_multiplied(program: Program, node: ast.expr, new: Text) -> bool:
    """Whether something is multiplied by this expression, and by its factors just as well."""
    parent = program.parents.get(id(node))
    return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult) and regroups("*", new)


def whole(program: Program, root: Root) -> str:
    """Give the text of a root as it is, to be evaluated like an edit's `expression`."""
    start, end = program.parenthesised(program.expression(root))
    return augmented(program, root, program.text[start:end])


def augmented(program: Program, root: Root, value: str) -> str:
    """Give the expression to evaluate: of a mask, or a value multiplied into a target, the target's new value."""
    statement = program.nodes[root.statement]
    put_to = item(statement)
    if (masked := program.masked(root)) is not None and put_to is not None and program.numpy:
        target, new = program.segment(put_to.value), program.segment(masked.value)
        if isinstance(masked, ast.AugAssign):
            new = f"{target} {BINARY.get(type(masked.op), ('*', 0))[0]} ({new})"
        return f"{program.numpy}.where({value}, {new}, {target})"
    if not isinstance(statement, ast.AugAssign) or isinstance(statement.op, ast.Add | ast.Sub):
        return value
    symbol = BINARY.get(type(statement.op), ("*", 0))[0]
    return f"({program.segment(statement.target)}) {symbol} ({value})"


def _needed(program: Program, node: ast.expr) -> int:
    """Precedence that an expression must have where this one stands."""
    parent = program.parents.get(id(node))
    if isinstance(parent, ast.BinOp):
        symbol, precedence = BINARY.get(type(parent.op), ("", ATOM))
        if node is parent.left:
            return precedence + (symbol == "**")
        return SIGN if symbol == "**" else precedence + (symbol != "+")
    if isinstance(parent, ast.UnaryOp):
        return SIGN
    if isinstance(parent, ast.Compare):
        return COMPARE + 1
    stem = isinstance(parent, ast.Attribute | ast.Subscript) and parent.value is node
    if stem or (isinstance(parent, ast.Call) and parent.func is node):
        return ATOM
    return 0


def as_text(program: Program, node: ast.expr) -> Text:
    """Text of a part of a program, and its precedence."""
    source = program.segment(node)
    if isinstance(node, ast.BinOp):
        return Text(source, BINARY.get(type(node.op), ("", 0))[1])
    if isinstance(node, ast.UnaryOp):
        return Text(source, SIGN)
    if isinstance(node, ast.Compare):
        return Text(source, COMPARE)
    if isinstance(node, ast.IfExp | ast.Lambda | ast.BoolOp | ast.NamedExpr | ast.Starred):
        return Text(source, 0)
    if isinstance(node, ast.Tuple):
        return Text(source, ATOM if source.startswith("(") else 0)
    return Text(source)
