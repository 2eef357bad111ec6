"""Edits of what a name stands for where it is read: by then it has another value, or was never set."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from gradcheck.diagnosis.locate.program import Program, targets
from gradcheck.diagnosis.repair.writing import Edit

_AS_IT_WAS = 1.3
_KEPT_AS = 1.2
_FUNCTIONS = (ast.Lambda, ast.FunctionDef)


def bindings(program: Program) -> Iterator[Edit]:
    """Generate them, in no order."""
    yield from as_they_were(program)
    yield from kept_as_attributes(program)


def as_they_were(program: Program) -> Iterator[Edit]:
    """`lambda g, x=x: ...`: a function made in a loop, or before a name changes, reads what it is in the end."""
    for node in program.nodes:
        if not isinstance(node, _FUNCTIONS):
            continue
        outer = program.scope(node)
        if not isinstance(outer, _FUNCTIONS) or node.args.vararg or node.args.kwarg:
            continue
        given = Counter(
            one.id
            for one in ast.walk(outer)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and program.scope(one) is outer
        )
        own = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
        body = node.body if isinstance(node.body, list) else [node.body]
        inside = [one for part in body for one in ast.walk(part) if isinstance(one, ast.Name)]
        own |= {one.id for one in inside if isinstance(one.ctx, ast.Store)}
        in_loop = any(isinstance(one, ast.For | ast.While) for one in program.ancestors(node))
        read = dict.fromkeys(one.id for one in inside if one.id not in own and given[one.id])
        late = [name for name in read if in_loop or given[name] > 1]
        for names in (*([name] for name in late), *([late] if len(late) > 1 else [])):
            yield _with_defaults(program, node, names)


def _with_defaults(program: Program, function: ast.Lambda | ast.FunctionDef, names: list[str]) -> Edit:
    """Give a function names as they are when it is made."""
    arguments = function.args.args
    defaults = ", ".join(f"{name}={name}" for name in names)
    if arguments:
        ends = [program.span(arguments[-1])[1], *(program.span(one)[1] for one in function.args.defaults[-1:])]
        return Edit(max(ends), max(ends), f", {defaults}", _AS_IT_WAS)
    start = program.span(function)[0]
    if isinstance(function, ast.Lambda):
        start += len("lambda")
        return Edit(start, start, f" {defaults}", _AS_IT_WAS)
    start = program.text.index("(", start) + 1
    return Edit(start, start, defaults, _AS_IT_WAS)


def kept_as_attributes(program: Program) -> Iterator[Edit]:
    """`self.out = out = ...` where a method only names what others read as `self.out`."""
    for owner in (node for node in program.nodes if isinstance(node, ast.ClassDef)):
        for method in (one for one in owner.body if isinstance(one, ast.FunctionDef)):
            first = method.args.args[0].arg if method.args.args else ""
            for node in ast.walk(method):
                one = targets(node)[0] if isinstance(node, ast.Assign) and len(targets(node)) == 1 else None
                if isinstance(one, ast.Name) and _is_read(owner, method, first, one.id):
                    start = program.span(one)[0]
                    yield Edit(start, start, f"{first}.{one.id} = ", _KEPT_AS)


def _is_read(owner: ast.ClassDef, method: ast.FunctionDef, first: str, name: str) -> bool:
    """Whether an attribute is read in another method of a class, and not set in this one."""
    of = [one for one in ast.walk(owner) if isinstance(one, ast.Attribute) and one.attr == name]
    own = {id(one) for one in ast.walk(method)}
    set_here = any(id(one) in own and isinstance(one.ctx, ast.Store) for one in of)
    read = any(id(one) not in own and isinstance(one.ctx, ast.Load) for one in of)
    return bool(first) and read and not set_here
