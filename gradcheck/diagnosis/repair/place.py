"""The place of an edit: an expression, what it stands in, and what is within its reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.writing import Scope, Text, as_text

Variants = Iterator[tuple[Text, float]]
"""What may stand in a place instead, and what each costs."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """
    An expression that may be replaced.

    Attributes
    ----------
    program : Program
    scope : Scope
    node : expr
    whole : bool
        Whether it is all of a root's expression.
    """

    program: Program
    scope: Scope
    node: ast.expr
    whole: bool

    @cached_property
    def parent(self) -> ast.AST | None:
        """What it is directly in."""
        return self.program.parents.get(id(self.node))

    @cached_property
    def outermost(self) -> bool:
        """Whether it is a whole value: a root's, or what a comprehension makes."""
        return self.whole or getattr(self.parent, "elt", None) is self.node

    @cached_property
    def own(self) -> Text:
        """Its text."""
        return self.text(self.node)

    def text(self, node: ast.expr) -> Text:
        """Text of a part, and its precedence."""
        return as_text(self.program, node)

    def formulas_beside(self, kind: type[ast.operator] = ast.operator) -> Iterator[ast.BinOp]:
        """Formulas of a kind that the same function has."""
        formulas, scope = self.program.formulas, self.program.scope
        return (one for one in formulas if isinstance(one.op, kind) and scope(one) is scope(self.node))
