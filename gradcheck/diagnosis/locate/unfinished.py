"""What a program begins and doesn't go on with: loops, functions, values, and containers that stay empty."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

import numpy as np

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import turn_names, values_given
from gradcheck.diagnosis.locate.uses import names_given, names_read
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

# of numpy, beside its ufuncs, and of arrays: what only gives a value
_FUNCTIONS = frozenset((
    "array", "asarray", "atleast_2d", "average", "broadcast_to", "clip", "column_stack",
    "concatenate", "copy", "cumsum", "diag", "dot", "einsum", "expand_dims", "eye", "hstack",
    "kron", "matmul", "max", "mean", "min", "moveaxis", "ones", "ones_like", "outer", "prod",
    "ravel", "repeat", "reshape", "roll", "split", "squeeze", "stack", "std", "sum", "swapaxes",
    "tensordot", "tile", "transpose", "var", "vdot", "vstack", "where", "zeros", "zeros_like",
))  # fmt: skip
_METHODS = frozenset((
    "astype", "clip", "copy", "cumsum", "dot", "flatten", "max", "mean", "min", "prod", "ravel",
    "repeat", "reshape", "round", "squeeze", "std", "sum", "swapaxes", "transpose", "var",
))  # fmt: skip
_VALUES = (ast.Attribute, ast.BinOp, ast.Compare, ast.Lambda, ast.Name, ast.Subscript, ast.UnaryOp)
_CONTAINERS = frozenset(("deque", "dict", "list", "set"))
_SUMS = frozenset(("abs", "max", "min", "sum"))
_ASKING = frozenset(("any", "all", "enumerate", "len", "max", "min", "reversed", "sorted", "sum", "tuple", "zip"))


def unfinished(program: Program) -> list[ast.stmt]:
    """Find all that is, in no order."""
    empty = (program.statement(made) for made, *_ in unfilled(program))
    begun = (empty_loops, uncalled_within, untaken)
    idle = (nothing for _, nothing in idle_closures(program))
    return [*(one for some in begun for one in some(program)), *idle, *filter(None, empty)]


def unfilled(program: Program) -> Iterator[tuple[ast.Name, ast.expr, list[ast.Name]]]:
    """Names of empty containers that functions put nothing into, these, and where it is asked what is in them."""
    for node in program.nodes:
        function = program.scope(node)
        for target, value in values_given(node) if isinstance(function, ast.FunctionDef) else ():
            if not isinstance(target, ast.Name) or not _is_empty(value):
                continue
            inside = [one for one in walk(function) if isinstance(one, ast.Name) and one.id == target.id]
            asking = [*names_read(inside)]
            if asking and len(inside) == len(asking) + 1 and all(_only_asks(program, one) for one in asking):
                yield target, value, asking


def _is_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return last_name(value.func) in _CONTAINERS and not value.args and not value.keywords
    return (isinstance(value, ast.List) and not value.elts) or (isinstance(value, ast.Dict) and not value.keys)


def _only_asks(program: Program, name: ast.Name) -> bool:
    """Whether a container is only gone over where it is read, or asked what is in it."""
    parent = program.parents[id(name)]
    if isinstance(parent, ast.Call):
        return last_name(parent.func) in _ASKING
    return isinstance(parent, ast.Compare | ast.For | ast.comprehension)


def empty_loops(program: Program) -> Iterator[ast.stmt]:
    """The `pass` of each loop that gives names to what it goes through, and does nothing with it."""
    for node in program.nodes:
        if isinstance(node, ast.For) and all(isinstance(one, ast.Pass) for one in node.body):
            names = {
                name for name in turn_names(node) if name.strip("_")
            }  # else it may want nothing but the turns
            if names and not _goes_on_with(program, node, names) and not _generates(program, node.iter):
                yield node.body[0]


def _goes_on_with(program: Program, loop: ast.For, names: Collection[str]) -> bool:
    """Whether what a loop's last turn left is read behind it, before anything else is called so."""
    function, end = program.scope(loop), loop.end_lineno or loop.lineno
    inside = [one for one in walk(function) if isinstance(one, ast.Name) and one.id in names and one.lineno > end]
    given = [one for one in names_given(inside) if program.scope(one) is function]
    reads = (one for one in names_read(inside) if not any(other.lineno <= one.lineno for other in given))
    return any(program.scope(one) is function for one in reads)


def _generates(program: Program, node: ast.expr) -> bool:
    """Whether a loop goes through what a generator of the file yields, be it only to run that to its end."""
    called = {last_name(one.func) for one in walk(node) if isinstance(one, ast.Call)}
    inside = (part for name in called if name in program.definitions for part in walk(program.definitions[name]))
    return any(isinstance(part, ast.Yield | ast.YieldFrom) for part in inside)


def idle_closures(program: Program) -> Iterator[tuple[ast.FunctionDef, ast.Pass]]:
    """Functions within functions that do nothing, where others of their name do something; and their `pass`."""
    functions = [one for one in program.nodes if isinstance(one, ast.FunctionDef)]
    for one in functions:
        nothing = one.body[0] if len(one.body) == 1 else None
        others = (other.body[0] for other in functions if other.name == one.name and other is not one)
        acts = any(not isinstance(first, ast.Pass) for first in others)
        if isinstance(nothing, ast.Pass) and isinstance(program.scope(one), ast.FunctionDef) and acts:
            yield one, nothing


def uncalled_within(program: Program) -> Iterator[ast.FunctionDef]:
    """Functions within functions that nothing asks for but they themselves."""
    for node in program.nodes:
        if not isinstance(node, ast.FunctionDef) or not isinstance(program.scope(node), ast.FunctionDef):
            continue
        if isinstance(program.parents[id(node)], ast.ClassDef) or node.decorator_list:
            continue
        asked = (one for one in names_read(walk(program.scope(node))) if one.id == node.name)
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
            parts = value.elts if isinstance(value, ast.Tuple) else [value]
            if called or all(isinstance(part, _VALUES) for part in parts):
                yield node
        elif isinstance(node, ast.Assign) and [*map(ast.unparse, node.targets)] == [ast.unparse(node.value)]:
            yield node


def _computes(program: Program, call: ast.Call) -> bool:
    """Whether a call does nothing but give a value, for all its name tells: of numpy's, of an array's, a sum."""
    method = call.func
    if isinstance(method, ast.Name) and method.id in _SUMS and method.id not in program.definitions:
        return not any(isinstance(one, ast.Call) for one in program.inside(call) if one is not call)
    if not isinstance(method, ast.Attribute) or any(option.arg == "out" for option in call.keywords):
        return False
    if program.segment(method.value) == program.numpy:
        function = getattr(np, method.attr, None)
        return method.attr in _FUNCTIONS or (isinstance(function, np.ufunc) and len(call.args) <= function.nin)
    of_module = isinstance(method.value, ast.Name) and method.value.id in program.imported
    return method.attr in _METHODS and method.attr not in program.definitions and not of_module
