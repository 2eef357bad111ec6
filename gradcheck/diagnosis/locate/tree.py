"""A text and its syntax tree side by side: numbers, parents, places in the text, blocks."""

from __future__ import annotations

import ast
import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

from gradcheck.diagnosis.locate.statements import turn_names

_QUOTED = re.compile(r"'[^']*'")
_GROUPING = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Attribute,
    ast.Subscript,
    ast.Compare,
    ast.Assign,
    ast.AugAssign,
    ast.Return,
)


class Tree:
    """
    A text, parsed.

    Parameters
    ----------
    text : str
        Python source.

    Raises
    ------
    SyntaxError
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self.nodes = list(ast.walk(self.tree))
        self.numbers = {id(node): number for number, node in enumerate(self.nodes)}
        self.parents = {id(child): node for node in self.nodes for child in ast.iter_child_nodes(node)}
        # not splitlines, which breaks at form feeds, too, where the parser doesn't
        self._lines = [line + "\n" for line in text.split("\n")]
        self._spans: dict[int, tuple[int, int]] = {}
        self._grouped: dict[int, tuple[int, int]] = {}
        self._forms: dict[int, str] = {}
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def number(self, node: ast.AST) -> int:
        """Give a node's index in `ast.walk` order."""
        return self.numbers[id(node)]

    def column(self, line: int, offset: int) -> int:
        """Turn an offset in UTF-8 bytes, as the syntax tree has it, into one in characters."""
        text = self._lines[line - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode())

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        """Start and end of a node, in characters of the text."""
        if id(node) not in self._spans:
            self._spans[id(node)] = self._span(node)
        return self._spans[id(node)]

    def _span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + self.column(node.lineno, node.col_offset)
        return start, self._starts[node.end_lineno - 1] + self.column(node.end_lineno, node.end_col_offset)

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """Text of a node, without parentheses around it."""
        start, end = self.span(node)
        return self.text[start:end]

    def position(self, offset: int) -> tuple[int, int]:
        """Line, counted from 1, and column, from 0, of a character of the text."""
        line = min(bisect_right(self._starts, offset), len(self._lines))
        return line, offset - self._starts[line - 1]

    def parenthesised(self, node: ast.expr) -> tuple[int, int]:
        """Give the span of a node, including the parentheses that only group it."""
        if id(node) not in self._grouped:
            self._grouped[id(node)] = self._parenthesised(node)
        return self._grouped[id(node)]

    def _parenthesised(self, node: ast.expr) -> tuple[int, int]:
        start, end = self.span(node)
        before, after = len(self.text[:start].rstrip()) - 1, end
        while after < len(self.text) and self.text[after].isspace():
            after += 1
        if before < 0 or after >= len(self.text) or self.text[before] + self.text[after] != "()":
            return start, end
        parent = self.parents.get(id(node))
        groups = isinstance(parent, _GROUPING) and not (
            isinstance(parent, ast.Subscript | ast.Attribute) and parent.value is not node
        )
        if isinstance(parent, ast.Call) and node in parent.args:
            groups = self.text.find("(", self.span(parent.func)[1]) < before
        return (before, after + 1) if groups else (start, end)

    def form(self, node: ast.AST) -> str:
        """Say what a statement or an expression is, whatever its names are."""
        if id(node) not in self._forms:
            self._forms[id(node)] = _QUOTED.sub("", ast.dump(node))
        return self._forms[id(node)]

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """From the parent of a node up to the module."""
        while (parent := self.parents.get(id(node))) is not None:
            yield parent
            node = parent

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """Find the innermost statement that a node is part of."""
        if isinstance(node, ast.stmt):
            return node
        return next((a for a in self.ancestors(node) if isinstance(a, ast.stmt)), None)

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """Give the statements among which one stands."""
        return next(block for block in _blocks(self.parents[id(statement)]) if statement in block)

    @cached_property
    def blocks(self) -> tuple[list[ast.stmt], ...]:
        """Every sequence of statements that are run one after another."""
        return tuple(block for node in self.nodes for block in _blocks(node))

    def scope(self, node: ast.AST) -> ast.AST:
        """Find the function that a node runs in, be it a lambda, or the module."""
        return self._scopes.get(id(node), self.tree)

    @cached_property
    def _scopes(self) -> dict[int, ast.AST]:
        """
        The functions, or the module, of all nodes, by what is around them: it comes first in their order.

        But for what has no place of its own, such as `ast.Load`, which is one node everywhere.
        """
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
        found: dict[int, ast.AST] = {}
        for node in self.nodes:
            around = self.parents.get(id(node))
            if around is not None:
                found[id(node)] = around if isinstance(around, kinds) else found.get(id(around), self.tree)
        return found

    def in_loop(self, node: ast.AST, within: ast.AST | None = None) -> bool:
        """Whether a node stands in a loop, of a function or a class if that is said."""
        around = itertools.takewhile(lambda ancestor: ancestor is not within, self.ancestors(node))
        return any(isinstance(ancestor, ast.For | ast.While) for ancestor in around)

    def loops(self, node: ast.AST) -> list[ast.For | ast.While]:
        """The loops around a node, the innermost first."""
        return [one for one in self.ancestors(node) if isinstance(one, ast.For | ast.While)]

    def turns(self, node: ast.AST) -> list[str]:
        """What the loops around a node give a value in each turn, the innermost first."""
        return [name for one in self.loops(node) if isinstance(one, ast.For) for name in turn_names(one)]

    def key(self, value: ast.AST) -> ast.expr | None:
        """Give the key under which a value stands in a dict that is written out."""
        outer = self.parents.get(id(value))
        pairs = zip(outer.keys, outer.values, strict=True) if isinstance(outer, ast.Dict) else ()
        return next((key for key, one in pairs if one is value), None)

    def inside(self, node: ast.AST) -> Iterator[ast.expr]:
        """Expressions of a node that may be edited: no annotations, formats, nor what is stored to."""
        if isinstance(node, ast.expr):
            if isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
                return
            yield node
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.stmt):
                yield from self.inside(child)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            yield block
