"""What a program begins and doesn't go on with: loops that do nothing, functions and values that nobody takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import turn_names
from gradcheck.diagnosis.locate.uses import names_read

_FILLING = frozenset(("copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"))
_COMPUTING = (
    frozenset(dir(np)) - _FILLING,
    frozenset(dir(np.ndarray)) - {"fill", "itemset", "put", "resize", "sort"},
)


def unfinished(program: Program) -> list[ast.stmt]:
    """Find all that is, in no order."""
    return [*empty_loops(program), *uncalled_within(program), *untaken(program)]


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


def untaken(program: Program) -> Iterator[ast.stmt]:
    """Values that functions compute and that nobody takes: `y.reshape(-1, 1)`, `w - rate * g`; and `d = d`."""
    for node in program.nodes:
        if not isinstance(program.scope(node), ast.FunctionDef):
            continue
        if isinstance(node, ast.Expr):
            value = node.value
            called = isinstance(value, ast.Call) and _computes(program, value)
            if called or isinstance(value, ast.Attribute | ast.BinOp | ast.Name | ast.Subscript | ast.UnaryOp):
                yield node
        elif isinstance(node, ast.Assign) and [*map(ast.unparse, node.targets)] == [ast.unparse(node.value)]:
            yield node


def _computes(program: Program, call: ast.Call) -> bool:
    """Whether a call does nothing but give a value, for all its name tells: of numpy's, or of an array's."""
    method = call.func
    if not isinstance(method, ast.Attribute) or any(option.arg == "out" for option in call.keywords):
        return False
    functions, methods = _COMPUTING
    if program.segment(method.value) == program.numpy:
        function = getattr(np, method.attr, None)
        return method.attr in functions and not (isinstance(function, np.ufunc) and len(call.args) > function.nin)
    return method.attr in methods and method.attr not in program.definitions
