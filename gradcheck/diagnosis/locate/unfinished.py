"""What a program begins and doesn't go on with: loops that do nothing, inner functions that nobody calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import turn_names
from gradcheck.diagnosis.locate.uses import names_read


def empty_loops(program: Program) -> Iterator[ast.stmt]:
    """The `pass` of each loop that gives names to what it goes through, and does nothing with it."""
    for node in program.nodes:
        named = isinstance(node, ast.For) and any(name.strip("_") for name in turn_names(node))
        if isinstance(node, ast.For) and named and all(isinstance(one, ast.Pass) for one in node.body):
            yield node.body[0]  # without a name it may want nothing but the turns


def uncalled_within(program: Program) -> Iterator[ast.FunctionDef]:
    """Functions within functions that nothing asks for but they themselves."""
    for node in program.nodes:
        if not isinstance(node, ast.FunctionDef) or not isinstance(program.scope(node), ast.FunctionDef):
            continue
        if isinstance(program.parents[id(node)], ast.ClassDef) or node.decorator_list:
            continue
        asked = (one for one in names_read(program.nodes) if one.id == node.name)
        if all(node in program.ancestors(one) for one in asked):
            yield node
