"""What goes from one turn to the next, and what must not: `x = output` in a loop over layers, `self.error = 0`."""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Iterator

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import LEAVING, step, targets, turn_names
from gradcheck.diagnosis.locate.uses import given, given_within, names_given, names_read, reading
from gradcheck.diagnosis.repair.gaps import before, begins_its_line, behind, body_of
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.trees import walk

_RESET = 1.25
_CARRIED = 1.3
_PAIRS = 32  # of a name that a loop may hand on, and what it is handed on as
_BEGUN = 1.3
_COUNTED = 1.3
_FIRST = (0, 1)  # what counts begin at
_FEW = 2  # names that a sum may have to begin with


def unreset(program: Program) -> Iterator[Edit]:
    """Generate the statements that begin anew what an object sums up, as it was begun: `self.error = 0`."""
    sums = [one for one in program.nodes if isinstance(one, ast.Assign | ast.AugAssign) and step(one) is not None]
    kept = {program.segment(one) for node in sums for one in targets(node) if isinstance(one, ast.Attribute)}
    for methods in program.classes.methods:
        for one in (node for method in methods for node in walk(method) if isinstance(node, ast.Assign)):
            text = program.segment(one.targets[0])
            begun = _beginning(program, one, text) if text in kept and step(one) is None else ""
            readers = (
                other for other in methods if one not in other.body and _reads_but_to_add(program, other, text)
            )
            for method in readers if begun else ():
                yield from _at_both_ends(program, method, begun)


def unbegun(program: Program) -> Iterator[Edit]:
    """Generate the statements that begin a sum anew in each turn of a loop, where a loop within adds it up."""
    begun_by = [one for one in program.nodes if isinstance(one, ast.Assign) and step(one) is None]
    for block in program.blocks:
        inside = program.in_loop(block[0], program.scope(block[0]))
        for place, loop in enumerate(block):
            if not inside or not isinstance(loop, ast.For) or not begins_its_line(program, loop):
                continue
            sums = {text for part in loop.body if step(part) is not None for text in given(part)}
            sums -= {text for part in loop.body if step(part) is None for text in given(part)}
            before_it = {text for one in block[:place] for text in _left_by(one)}
            for name in sorted(sums - before_it):
                read_then = any(True for one in block[place + 1 :] for _ in reading(program, one, name))
                made = [one for one in begun_by if program.segment(one.targets[0]) == name]
                if read_then and program.scope(made[0] if made else loop) is program.scope(loop):
                    begun = next(
                        (text for one in made if (text := _beginning(program, one, name))), f"{name} = 0.0"
                    )
                    idle = _only_stepped(program, loop) if name.isidentifier() else []
                    for text in (begun, *(f"{name} = {one}" for one in idle if one != name)):
                        yield before(program, loop, text, _RESET)


def _left_by(statement: ast.stmt) -> set[str]:
    """What a statement leaves a value to those behind it; no sum that a loop begins anew in each of its turns."""
    own = statement.body if isinstance(statement, ast.For) else []
    begun = {text for part in own for text in given(part)}
    within = (part for one in own for part in walk(one) if step(part) is not None)
    return given_within(statement) - {text for part in within for text in given(part) & begun}


def _only_stepped(program: Program, loop: ast.For) -> list[str]:
    """Names of a function that nothing reads but their own updates: a sum may have to begin with one of them."""
    function = program.scope(loop)
    own = [one for one in program.nodes if program.scope(one) is function]
    steps = [one for one in own if isinstance(one, ast.Assign | ast.AugAssign) and step(one) is not None]
    stepped = {one.id: node for node in steps for one in targets(node) if isinstance(one, ast.Name)}
    reads = [one for one in names_read(own) if one.id in stepped]
    needed = {one.id for one in reads if program.statement(one) is not stepped[one.id]}
    return [name for name in stepped if name not in needed][:_FEW]


def begun_at_nothing(program: Program) -> Iterator[Edit]:
    """Generate the sums that begin at nothing, where what a loop adds to began with something."""
    for block in program.blocks:
        for place, one in enumerate(block):
            if not isinstance(one, ast.Assign) or not isinstance(one.targets[0], ast.Name) or is_zero(one.value):
                continue
            loops = [node for later in block[place + 1 :] for node in walk(later) if isinstance(node, ast.For)]
            sums = [node for loop in loops for node in walk(loop) if isinstance(node, ast.AugAssign)]
            if any(program.segment(node.target) == one.targets[0].id for node in sums):
                yield Edit(*program.parenthesised(one.value), "0.0", _BEGUN)


def uncounted(program: Program) -> Iterator[Edit]:
    """Generate the `count += 1` of a loop that uses a number which is 0 or 1 before it, and never changes."""
    given = Counter((program.scope(name), name.id) for name in names_given(program.nodes))
    for block in program.blocks:
        loops = [(place, one) for place, one in enumerate(block) if isinstance(one, ast.For)]
        for place, loop in loops:
            read = {name.id for part in loop.body for name in names_read(walk(part))}
            last = loop.body[-1]
            if isinstance(last, LEAVING) or not begins_its_line(program, last):
                continue
            for one in block[:place]:
                value = one.value if isinstance(one, ast.Assign) else None
                begun = isinstance(value, ast.Constant) and type(value.value) is int and value.value in _FIRST
                names = [target.id for target in targets(one) if isinstance(target, ast.Name)] if begun else []
                for name in (text for text in names if text in read and given[program.scope(one), text] == 1):
                    yield behind(program, last, f"{name} += 1", _COUNTED)


def is_zero(node: ast.expr) -> bool:
    """Whether this is the number 0, however it is written."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and not node.value


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
        assigned = [one for part in loop.body for node in walk(part) for one in targets(node)]
        every = dict.fromkeys(one.id for one in assigned if isinstance(one, ast.Name))
        given = {name: None for name in every if not _is_made_of_itself_alone(program, loop, name)}
        if any(_carries(loop, name) for name in given) or not begins_its_line(program, loop.body[-1]):
            continue
        read = {one.id for part in loop.body for one in names_read(walk(part)) if _is_whole(program, one)}
        made_before = [
            one for one in _given_before(program, loop) if one in read - given.keys() - {*turn_names(loop)}
        ]
        pairs = [*itertools.product(made_before, reversed(given))]
        for name, other in pairs[:_PAIRS]:  # what is made last is tried first
            yield behind(program, loop.body[-1], f"{name} = {other}", _CARRIED)
        for call in (one.value for one in loop.body if isinstance(one, ast.Expr)):
            handed = map(program.segment, call.args if isinstance(call, ast.Call) else ())
            start = program.span(call)[0]
            yield from (Edit(start, start, f"{name} = ", _CARRIED) for name in handed if name in made_before)


def _is_whole(program: Program, name: ast.Name) -> bool:
    """Whether a name stands for all that it is, and for no item of it, nor for how far a loop goes."""
    parent = program.parents.get(id(name))
    calls = (one for one in program.ancestors(name) if isinstance(one, ast.Call))
    bound = any(program.segment(one.func) == "range" for one in calls)
    return not bound and not (isinstance(parent, ast.Subscript) and parent.value is name)


def _given_before(program: Program, loop: ast.For) -> list[str]:
    """Names that a function is handed, or gives values to before a loop."""
    function = program.scope(loop)
    arguments = [one.arg for one in walk(function) if isinstance(one, ast.arg) and one.arg not in ("self", "cls")]
    given = names_given(walk(function))
    return list(dict.fromkeys((*arguments, *(one.id for one in given if one.lineno < loop.lineno))))


def _is_made_of_itself_alone(program: Program, loop: ast.For, name: str) -> bool:
    """Whether all that a loop makes of a name is made of it and of constants, as `x = x + [1]` is."""
    assignments = [node for part in loop.body for node in walk(part) if isinstance(node, ast.Assign)]
    own = [node for node in assignments if name in map(program.segment, targets(node))]
    read = [{one.id for one in names_read(walk(node.value))} for node in own]
    return bool(own) and all(names == {name} for names in read)


def _carries(loop: ast.For, name: str) -> bool:
    """Whether a loop uses a name before it gives it another value, as in the turn after that."""
    parts = [one for part in loop.body for one in walk(part)]
    given = min((one.lineno for one in names_given(parts) if one.id == name), default=0)
    return any(one.lineno <= given for one in names_read(parts) if one.id == name)


def _reads_but_to_add(program: Program, function: ast.FunctionDef, text: str) -> bool:
    """Whether a function uses an attribute, and not only in adding to it."""
    adding = (one for one in walk(function) if isinstance(one, ast.Assign) and step(one) is not None)
    own = {id(one.value.left) for one in adding if isinstance(one.value, ast.BinOp)}
    return any(id(one) not in own for one in reading(program, function, text))


def _at_both_ends(program: Program, function: ast.FunctionDef, statement: str) -> Iterator[Edit]:
    """Put a statement last in a function, or first."""
    body = body_of(function)
    first, last = body[0], body[-1]
    if not begins_its_line(program, first) or not begins_its_line(program, last):
        return
    at_the_end = before if isinstance(last, ast.Return) else behind
    yield at_the_end(program, last, statement, _RESET)
    yield before(program, first, statement, _RESET)
