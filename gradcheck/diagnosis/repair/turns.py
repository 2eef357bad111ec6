"""What goes from one turn to the next, and what must not: `x = output` in a loop over layers, `self.error = 0`."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import step, targets
from gradcheck.diagnosis.repair.gaps import begins_its_line, body_of, end_of_line, indentation
from gradcheck.diagnosis.repair.writing import Edit

_RESET = 1.25
_CARRIED = 1.3


def unreset(program: Program) -> Iterator[Edit]:
    """Generate the statements that begin anew what an object sums up, as it was begun: `self.error = 0`."""
    sums = [one for one in program.nodes if isinstance(one, ast.Assign | ast.AugAssign) and step(one) is not None]
    kept = {program.segment(one) for node in sums for one in targets(node) if isinstance(one, ast.Attribute)}
    for methods in program.classes.methods:
        for one in (node for method in methods for node in ast.walk(method) if isinstance(node, ast.Assign)):
            text = program.segment(one.targets[0])
            begun = _beginning(program, one, text) if text in kept and step(one) is None else ""
            reading = (other for other in methods if one not in other.body and _reads(program, other, text))
            for method in reading if begun else ():
                yield from _at_both_ends(program, method, begun)


def _beginning(program: Program, statement: ast.Assign, text: str) -> str:
    """The statement that begins a sum anew as another one began it; "" where that was no number and no array."""
    if isinstance(statement.value, ast.Constant):
        return program.segment(statement)
    array = isinstance(statement.value, ast.Call) and program.numpy
    return f"{text} = {program.numpy}.zeros_like({text})" if array else ""


def carried(program: Program) -> Iterator[Edit]:
    """
    Generate what a loop hands to its next turn, where it hands on nothing: `x = output`, `x = layer.forward(x)`.

    So layers come one after another; else each is given what the first is.
    """
    for loop in (node for node in program.nodes if isinstance(node, ast.For)):
        assigned = [one for part in loop.body for node in ast.walk(part) for one in targets(node)]
        given = dict.fromkeys(one.id for one in assigned if isinstance(one, ast.Name))
        if any(_carries(loop, name) for name in given) or not begins_its_line(program, loop.body[-1]):
            continue
        names = [one for part in loop.body for one in ast.walk(part) if isinstance(one, ast.Name)]
        read = {one.id for one in names if isinstance(one.ctx, ast.Load)}
        turns = {one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
        before = [one for one in _given_before(program, loop) if one in read - given.keys() - turns]
        last, indent = end_of_line(program, loop.body[-1]), indentation(program, loop.body[-1])
        for name, other in itertools.product(before, reversed(given)):
            yield Edit(last, last, f"\n{indent}{name} = {other}", _CARRIED)
        for call in (one.value for one in loop.body if isinstance(one, ast.Expr)):
            handed = map(program.segment, call.args if isinstance(call, ast.Call) else ())
            start = program.span(call)[0]
            yield from (Edit(start, start, f"{name} = ", _CARRIED) for name in handed if name in before)


def _given_before(program: Program, loop: ast.For) -> list[str]:
    """Names that a function is handed, or gives values to before a loop."""
    function = program.scope(loop)
    arguments = [
        one.arg for one in ast.walk(function) if isinstance(one, ast.arg) and one.arg not in ("self", "cls")
    ]
    stored = (one for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
    return list(dict.fromkeys((*arguments, *(one.id for one in stored if one.lineno < loop.lineno))))


def _carries(loop: ast.For, name: str) -> bool:
    """Whether a loop uses a name before it gives it another value, as in the turn after that."""
    names = [one for part in loop.body for one in ast.walk(part) if isinstance(one, ast.Name) and one.id == name]
    stored = min((one.lineno for one in names if isinstance(one.ctx, ast.Store)), default=0)
    return any(one.lineno <= stored for one in names if isinstance(one.ctx, ast.Load))


def _reads(program: Program, function: ast.FunctionDef, text: str) -> bool:
    """Whether a function uses an attribute, and not only in adding to it."""
    adding = (one for one in ast.walk(function) if isinstance(one, ast.Assign) and step(one) is not None)
    own = {id(one.value.left) for one in adding if isinstance(one.value, ast.BinOp)}
    used = (one for one in ast.walk(function) if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Load))
    return any(program.segment(one) == text and id(one) not in own for one in used)


def _at_both_ends(program: Program, function: ast.FunctionDef, statement: str) -> Iterator[Edit]:
    """Put a statement last in a function, or first."""
    body = body_of(function)
    first, last = body[0], body[-1]
    if not begins_its_line(program, first) or not begins_its_line(program, last):
        return
    start, indent = program.span(first)[0], indentation(program, first)
    before = program.span(last)[0]
    if isinstance(last, ast.Return):
        yield Edit(before, before, f"{statement}\n{indent}", _RESET)
    else:
        end = end_of_line(program, last)
        yield Edit(end, end, f"\n{indent}{statement}", _RESET)
    yield Edit(start, start, f"{statement}\n{indent}", _RESET)
