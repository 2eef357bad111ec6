"""Edits of what a name stands for where it is read: by then it has another value, or was never set."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.scopes import FEW
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.diagnosis.locate.uses import gives, names_given, names_read, reading
from gradcheck.diagnosis.repair.beside import siblings
from gradcheck.diagnosis.repair.gaps import before, begins_its_line
from gradcheck.diagnosis.repair.writing import BINARY, Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_AS_IT_WAS = 1.3
_KEPT_AS = 1.2
_NOT_RETURNED = 1.2
_OVERWRITTEN = 1.2
_IN_VAIN = 1.2
_TWICE = 1.2
_OTHERS = 16  # names of a function that others are taken for
_FUNCTIONS = (ast.Lambda, ast.FunctionDef)
_Function = ast.Lambda | ast.FunctionDef


def bindings(program: Program) -> Iterator[Edit]:
    """Generate them, in no order."""
    yield from as_they_were(program)
    yield from kept_as_attributes(program)
    yield from made_and_not_returned(program)
    yield from overwritten(program)
    yield from handed_back_in_vain(program)
    yield from made_anew_in_vain(program)
    yield from given_twice(program)
    yield from handed_twice(program)


def as_they_were(program: Program) -> Iterator[Edit]:
    """`lambda g, x=x: ...`: a function made in a loop, or before a name changes, reads what it is in the end."""
    for node in program.nodes:
        outer = program.scope(node) if isinstance(node, _FUNCTIONS) else None
        if not isinstance(node, _FUNCTIONS) or not isinstance(outer, _FUNCTIONS):
            continue
        given = Counter(one.id for one in names_given(walk(outer)) if program.scope(one) is outer)
        loops = program.loops(node)
        fewest = 0 if any(program.scope(loop) is outer for loop in loops) else 1
        late = [name for name in _read_from_outside(node) if given[name] > fewest]
        for names in (*([name] for name in late), *([late] if len(late) > 1 else [])):
            yield from _with_defaults(program, node, names)


def _read_from_outside(function: _Function) -> list[str]:
    """Names that a function reads and that are none of its own, in the order of its text."""
    body = function.body if isinstance(function.body, list) else [function.body]
    inside = [one for part in body for one in walk(part)]
    names = [one for one in inside if isinstance(one, ast.Name)]
    own = {one.arg for one in walk(function.args) if isinstance(one, ast.arg)}
    own |= {one.id for one in names_given(inside)}
    own |= {name for one in inside if isinstance(one, ast.Global | ast.Nonlocal) for name in one.names}
    return list(dict.fromkeys(one.id for one in names if one.id not in own))


def _with_defaults(program: Program, function: _Function, names: list[str]) -> Iterator[Edit]:
    """Give a function names as they are when it is made."""
    given = function.args
    if given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg:
        return
    if any(program.text[: program.span(one)[0]].rstrip().endswith("(") for one in given.defaults):
        return  # in parentheses of its own
    defaults = ", ".join(f"{name}={name}" for name in names)
    if given.args:
        last = program.span(given.defaults[-1] if given.defaults else given.args[-1])[1]
        yield Edit(last, last, f", {defaults}", _AS_IT_WAS)
    elif isinstance(function, ast.Lambda):
        start = program.span(function)[0] + len("lambda")
        yield Edit(start, start, f" {defaults}", _AS_IT_WAS)
    elif (start := program.text.find(f"{function.name}()", program.span(function)[0])) >= 0:
        start += len(function.name) + 1
        yield Edit(start, start, defaults, _AS_IT_WAS)


def made_and_not_returned(program: Program) -> Iterator[Edit]:
    """`return grads` for `return params`, where a function makes something that nothing reads."""
    for function in program.definitions.values():
        idle = program.scopes.unused(function)
        returned = [one.value for one in walk(function) if isinstance(one, ast.Return) and one.value]
        parts = [part for one in returned for part in (one.elts if isinstance(one, ast.Tuple) else [one])]
        for part in parts if len(idle) <= FEW else ():
            if isinstance(part, ast.Name):
                yield from (Edit(*program.span(part), name, _NOT_RETURNED) for name in idle)


def overwritten(program: Program) -> Iterator[Edit]:
    """`_, out = forward(x)` for `y, out = forward(x)`: what a function is given gets lost in what it unpacks."""
    for node in program.nodes:
        function = program.scope(node) if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Assign) and isinstance(function, ast.FunctionDef):
            used = {one.id for one in names_read(walk(node.value))}
            lost = {one.arg for one in function.args.args} - used
            for part in getattr(node.targets[0], "elts", ()):
                if isinstance(part, ast.Name) and part.id in lost:
                    yield Edit(*program.span(part), "_", _OVERWRITTEN)


def handed_back_in_vain(program: Program) -> Iterator[Edit]:
    """`p -= step` for `return p - step`, where a function is only ever called, and nobody takes what it gives."""
    calls = [node for node in program.nodes if isinstance(node, ast.Call)]
    dropped = {id(call.func) for call in calls if isinstance(program.parents[id(call)], ast.Expr)}
    named = [one for one in program.nodes if isinstance(one, ast.Name | ast.Attribute)]
    taken = {last_name(one) for one in named if id(one) not in dropped}
    called = {last_name(one) for one in named} - taken
    for function in (one for name, one in program.definitions.items() if name in called):
        given = function.args
        own = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)} - {"self", "cls"}
        for node in (one for one in walk(function) if isinstance(one, ast.Return)):
            changed = node.value
            if not isinstance(changed, ast.BinOp) or not isinstance(changed.op, ast.Add | ast.Sub):
                continue
            bare = program.parenthesised(changed) == program.span(changed) and program.scope(node) is function
            if bare and isinstance(changed.left, ast.Name) and changed.left.id in own:
                start, end = program.span(node)[0], program.parenthesised(changed.right)[0]
                yield Edit(start, end, f"{changed.left.id} {BINARY[type(changed.op)][0]}= ", _IN_VAIN)


def made_anew_in_vain(program: Program) -> Iterator[Edit]:
    """`p *= slope` for `p = p * slope`, where nothing reads what a parameter, or a loop's name, is given."""
    for node in program.nodes:
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        function = program.scope(node)
        if (
            not isinstance(node, ast.Assign)
            or not isinstance(target, ast.Name)
            or not isinstance(function, _FUNCTIONS)
        ):
            continue
        parts = list(walk(function))
        handed = {one.arg for one in function.args.args} | {*program.scopes.taken(node.value)}
        reads = [program.span(one)[0] for one in names_read(parts) if one.id == target.id]
        start, end = program.span(node)
        if target.id not in handed or not reads or not start < max(reads) < end:
            continue
        value = node.value
        bare = program.parenthesised(value) == program.span(value) and "\n" not in program.segment(value)
        own = (
            isinstance(value, ast.BinOp) and type(value.op) in BINARY and program.segment(value.left) == target.id
        )
        if isinstance(value, ast.BinOp) and bare and own:
            symbol = BINARY[type(value.op)][0]
            yield Edit(start, end, f"{target.id} {symbol}= {program.segment(value.right)}", _IN_VAIN)
        else:
            behind = program.text[program.span(target)[1] : end]
            yield Edit(start, end, f"{target.id}[...]{behind}", _IN_VAIN)


def given_twice(program: Program) -> Iterator[Edit]:
    """`g["w1"] = ...` for a `g["w2"] = ...` that is given another value before anything reads it."""
    for block in program.blocks:
        made = [one for one in block if isinstance(one, ast.Assign)]
        for place, one in enumerate(block):
            target = targets(one)[0] if isinstance(one, ast.Assign) and len(targets(one)) == 1 else None
            again = _given_again(program, block[place + 1 :], program.segment(target)) if target else None
            if target is None or again is None:
                continue
            own = program.segment(target)
            for other in dict.fromkeys((twin(own), *siblings(program, target))):
                if other != own and not any(gives(program, node, other) for node in made):
                    yield from (Edit(*program.span(each), other, _IN_VAIN) for each in (again, target))


def handed_twice(program: Program) -> Iterator[Edit]:
    """Another name of the function's for one that is there twice: `zip(total, parts)` for `zip(parts, parts)`."""
    for node in program.nodes:
        given = [one for one in node.args if isinstance(one, ast.Name)] if isinstance(node, ast.Call) else []
        times = Counter(one.id for one in given)
        twice = [one for one in given if times[one.id] > 1]
        if not twice:
            continue
        function = program.scope(node)
        inside = list(walk(function))
        handed = [one.arg for one in inside if isinstance(one, ast.arg)]
        others = dict.fromkeys((*handed, *(one.id for one in names_given(inside))))
        if len(others) <= _OTHERS:
            yield from (
                Edit(*program.span(one), name, _TWICE) for one in twice for name in others if name != one.id
            )


def _given_again(program: Program, statements: Sequence[ast.stmt], text: str) -> ast.expr | None:
    """What gives something another value, if nothing reads it before; the target itself."""
    for one in statements:
        if any(reading(program, one, text)):
            return None
        if isinstance(one, ast.Assign) and gives(program, one, text):
            return one.targets[0] if len(targets(one)) == 1 else None
    return None


def kept_as_attributes(program: Program) -> Iterator[Edit]:
    """
    `self.out = out = ...` where a method only names what others read as `self.out`.

    And `self.x = x` first in a method that is handed what others read as `self.x` and none sets.
    """
    for every in program.classes.methods:
        methods = [one for one in every if _takes_self(one)]
        attributes = {id(method): _own_attributes(method) for method in methods}
        read = Counter(name for found in attributes.values() for name in found[ast.Load])
        stored = {name for found in attributes.values() for name in found[ast.Store]}
        for method in methods:
            own = attributes[id(method)]
            object_name, *handed = (one.arg for one in method.args.args)
            described = ast.get_docstring(method) is not None and len(method.body) > 1
            first = method.body[described]
            for name in handed if begins_its_line(program, first) else ():
                if name in read and name not in stored:
                    yield before(program, first, f"{object_name}.{name} = {name}", _KEPT_AS)
            assignments = (node for node in walk(method) if isinstance(node, ast.Assign))
            for node in assignments:
                target = node.targets[0]
                if not isinstance(target, ast.Name) or len(node.targets) > 1 or program.scope(node) is not method:
                    continue
                name = target.id
                if read[name] > (name in own[ast.Load]) and name not in own[ast.Store]:
                    start = program.span(node)[0]
                    yield Edit(start, start, f"{object_name}.{name} = ", _KEPT_AS)


def _takes_self(method: ast.FunctionDef) -> bool:
    """Whether a method is one of an object."""
    kinds = {one.id for one in method.decorator_list if isinstance(one, ast.Name)}
    return bool(method.args.args) and kinds.isdisjoint(("staticmethod", "classmethod"))


def _own_attributes(method: ast.FunctionDef) -> dict[type, set[str]]:
    """Which attributes of its object a method reads and sets."""
    first = method.args.args[0].arg
    found: dict[type, set[str]] = {ast.Load: set(), ast.Store: set(), ast.Del: set()}
    for one in walk(method):
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == first:
            found[type(one.ctx)].add(one.attr)
    return found
