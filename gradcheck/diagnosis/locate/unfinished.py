"""What a program begins and doesn't go on with: loops that do nothing, functions and values that nobody takes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from gradcheck.diagnosis.locate.names import last_name
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import base, step, targets, turn_names
from gradcheck.diagnosis.locate.uses import changed_in_place, given, names_given, names_read

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


_SHORT = 3  # statements of a function: of a longer one, a parameter may be used anywhere


def unfinished(program: Program) -> list[ast.stmt]:
    """Find all that is, in no order."""
    return [*empty_loops(program), *uncalled_within(program), *untaken(program)]


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
    inside = [
        one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id in names and one.lineno > end
    ]
    given = [one for one in names_given(inside) if program.scope(one) is function]
    reads = (one for one in names_read(inside) if not any(other.lineno <= one.lineno for other in given))
    return any(program.scope(one) is function for one in reads)


def _generates(program: Program, node: ast.expr) -> bool:
    """Whether a loop goes through what a generator of the file yields, be it only to run that to its end."""
    called = {last_name(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    inside = (
        part for name in called if name in program.definitions for part in ast.walk(program.definitions[name])
    )
    return any(isinstance(part, ast.Yield | ast.YieldFrom) for part in inside)


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


def unread(program: Program, asked: Collection[str] = ()) -> list[ast.stmt | ast.Lambda]:
    """
    Find where values have names that nothing reads: right behind it, or there, they were to be used.

    Of a parameter it is the first statement of its function, if that is short, or the lambda; of what a loop takes
    the first of its body; of what is assigned the next one.

    Parameters
    ----------
    program : Program
    asked : collection of str
        Names that somebody else reads.

    Returns
    -------
    list of stmt or Lambda
        What stands behind, the last first; then where the names got their values.
    """
    found: list[tuple[ast.stmt | ast.Lambda, ast.stmt | None]] = []
    for function in program.nodes:
        if isinstance(function, ast.FunctionDef | ast.Lambda | ast.Module):
            inside = [*ast.walk(function)]
            read = [one for one in names_read(inside) if not program.scopes.is_filled(one)]
            if isinstance(function, ast.FunctionDef | ast.Lambda) and getattr(function, "name", "") != "__init__":
                parameters = {one.arg for one in function.args.args} - {"self", "cls"}
                if _idle(parameters, read):
                    found += ((one, None) for one in _beginning(function))
            whole = not isinstance(function, ast.Module)  # there, only loops that train use what they make
            for node in (one for one in inside if program.scope(one) is function):
                if isinstance(node, ast.For):
                    taken = {*asked, *changed_in_place(node)}
                    if not _counts(node) and _idle({*turn_names(node)} - taken, read):
                        found.append((node.body[0], node))
                elif isinstance(node, ast.Assign) and (whole or program.in_loop(node)):
                    others = [*read, *(ast.Name(one) for one in asked)]
                    found += ((one, node) for one in _behind_unread(program, node, inside, others))
    found += _overwritten(program)
    found.sort(key=lambda pair: -pair[0].lineno)
    return [*(behind for behind, _ in found), *(one for _, one in found if one is not None)]


def _idle(given: Collection[str], read: Iterable[ast.Name]) -> bool:
    """Whether any of some names is never read, and doesn't say so."""
    names = {one.id for one in read}
    return any(name not in names and not name.startswith("_") for name in given)


def _beginning(function: ast.FunctionDef | ast.Lambda) -> list[ast.stmt] | list[ast.Lambda]:
    """The first statement of a short function that does something; a lambda itself."""
    if isinstance(function, ast.Lambda):
        return [function]
    body = function.body[ast.get_docstring(function) is not None :]
    return [one for one in body[:1] if len(body) <= _SHORT and not isinstance(one, ast.Raise)]


def _behind_unread(
    program: Program, node: ast.Assign, inside: Sequence[ast.AST], read: Iterable[ast.Name]
) -> Iterator[ast.stmt]:
    """The statement behind one whose names nothing takes, or behind what adds to them; at the end that one."""
    names = [one.id for one in targets(node) if isinstance(one, ast.Name) and not one.id.startswith("_")]
    around = _outermost(program, node)
    since, own = (
        around[-1].lineno,
        {*ast.walk(node)} if len(around) == 1 else set(),
    )  # in the next turn it reads it
    taken = {one.id for one in read if one not in own and getattr(one, "lineno", since) >= since}
    if step(node) is not None or 2 * sum(name in taken for name in names) >= len(names):  # not all need be read
        return
    adding = [
        one for one in inside if isinstance(one, ast.AugAssign) and program.segment(base(one.target)) in names
    ]
    last = _outermost(program, adding[-1] if adding else node)
    blocks = ((program.block(one), one) for one in last)
    yield next((block[block.index(one) + 1] for block, one in blocks if one is not block[-1]), last[-1])


def _outermost(program: Program, node: ast.stmt) -> list[ast.stmt]:
    """A statement, and the loops around it."""
    return [node, *(one for one in program.ancestors(node) if isinstance(one, ast.For | ast.While))]


def _overwritten(program: Program) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """Assignments that another one of the same block makes vain, and these."""
    for block in program.blocks:
        for place, one in enumerate(block):
            if not isinstance(one, ast.Assign) or len(targets(one)) != 1:
                continue
            (target,) = targets(one)
            stem = next(ast.walk(base(target)), target)
            for other in block[place + 1 :]:
                if _reads(program, other, stem):
                    break
                if isinstance(other, ast.Assign) and given(one) & given(other):
                    yield one, other
                    break


def _reads(program: Program, statement: ast.stmt, stem: ast.AST) -> bool:
    """Whether a statement takes anything of what a name, or an attribute, stands for."""
    text = ast.unparse(stem)
    return any(
        ast.unparse(one) == text and not (isinstance(one, ast.Name) and program.scopes.is_filled(one))
        for one in ast.walk(statement)
        if isinstance(one, ast.Name | ast.Attribute) and isinstance(one.ctx, ast.Load)
    )


def _counts(loop: ast.For) -> bool:
    """Whether a loop goes through numbers: it may want nothing but the turns."""
    return isinstance(loop.iter, ast.Call) and last_name(loop.iter.func) == "range"


def _first(function: ast.FunctionDef) -> ast.stmt | None:
    """The first statement of a function that says more than what it is for."""
    said = ast.get_docstring(function) is not None
    return next(iter(function.body[said:]), None)


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
    if program.segment(method.value) == program.numpy:
        function = getattr(np, method.attr, None)
        return method.attr in _FUNCTIONS or (isinstance(function, np.ufunc) and len(call.args) <= function.nin)
    of_module = isinstance(method.value, ast.Name) and method.value.id in program.imported
    return method.attr in _METHODS and method.attr not in program.definitions and not of_module
