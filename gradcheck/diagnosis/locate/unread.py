"""Values under names that nothing reads: where they are, or right behind that, they were to be used."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import base, step, targets, turn_names
from gradcheck.diagnosis.locate.suspects import is_length
from gradcheck.diagnosis.locate.uses import changed_in_place, given, names_given, names_read
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_SHORT = 3  # statements of a function: of a longer one, a parameter may be used anywhere
_READING_ALL = frozenset(("eval", "exec", "globals", "locals", "vars"))
Place = ast.stmt | ast.Lambda
_Function = ast.FunctionDef | ast.Lambda | ast.Module
Found = Iterator[tuple[Place, ast.stmt | None]]
"""Where a value was to be used, and where it got its name if that is another place."""


def unread(program: Program, asked: Collection[str] = ()) -> list[Place]:
    """
    Find where values were to be used that have names which nothing reads, or that are overwritten before it does.

    Of a parameter it is the first statement of its function, if that is short, or the lambda; of what a loop takes
    the first of its body; of what is assigned the next one; of what is overwritten the assignment itself.

    Parameters
    ----------
    program : Program
    asked : collection of str
        Names that somebody else reads.

    Returns
    -------
    list of stmt or Lambda
        Those places, the last first; then those where the names got their values.
    """
    shared = _shared(program, asked)
    found = [*_overwritten(program, shared)]
    for function, own, read in _functions(program):
        found += _handed(function, read)
        found += _turned(own, read, shared)
        found += _taken_within(program, own, read)
        found += _made(program, own, read, shared)
    found.sort(key=lambda pair: -pair[0].lineno)
    return [*(use for use, _ in found), *(one for _, one in found if one is not None)]


def made_in_vain(program: Program, asked: Collection[str] = ()) -> Iterator[ast.Assign]:
    """Find the assignments that give a function's names values which nothing reads, as `unread` does."""
    shared = _shared(program, asked)
    for _, own, read in _functions(program):
        yield from (node for _, node in _made(program, own, read, shared))


def _shared(program: Program, asked: Collection[str]) -> set[str]:
    """Names that are read elsewhere, perhaps."""
    declared = (node.names for node in program.nodes if isinstance(node, ast.Global | ast.Nonlocal))
    return {*asked, *(name for names in declared for name in names)}


def _functions(program: Program) -> Iterator[tuple[_Function, list[ast.AST], list[ast.Name]]]:
    """Give each function, and the module, with the nodes that are its own and the names that are read in it."""
    for function in program.nodes:
        if isinstance(function, _Function):
            inside = [*walk(function)]
            if _READING_ALL.isdisjoint(last_name(one.func) for one in inside if isinstance(one, ast.Call)):
                read = [one for one in names_read(inside) if not program.scopes.is_filled(one)]
                yield function, [one for one in inside if program.scope(one) is function], read


def _is_idle(names: Collection[str], read: Iterable[ast.Name]) -> bool:
    """Whether any of some names is never read, and doesn't say so."""
    taken = {one.id for one in read}
    return any(name not in taken and not name.startswith("_") for name in names)


def _handed(function: _Function, read: Iterable[ast.Name]) -> Found:
    """Where a short function was to use a parameter that has no default."""
    if isinstance(function, ast.Module) or getattr(function, "name", "") == "__init__":
        return
    free = function.args.args[: len(function.args.args) - len(function.args.defaults)]
    if not _is_idle({one.arg for one in free} - {"self", "cls"}, read):
        return
    if isinstance(function, ast.Lambda):
        yield function, None
        return
    body = function.body[ast.get_docstring(function) is not None :]
    if 0 < len(body) <= _SHORT and not isinstance(body[0], ast.Raise):
        yield body[0], None


def _turned(own: Iterable[ast.AST], read: Sequence[ast.Name], shared: Collection[str]) -> Found:
    """Where a loop was to use what it takes: not one that only counts, which may want nothing but the turns."""
    for loop in own:
        if not isinstance(loop, ast.For) or last_name(getattr(loop.iter, "func", loop.iter)) == "range":
            continue
        if _is_idle({*turn_names(loop)} - {*shared, *changed_in_place(loop)}, read):
            yield loop.body[0], loop


def _taken_within(program: Program, own: Iterable[ast.AST], read: Sequence[ast.Name]) -> Found:
    """Statements with a comprehension that uses a part only of each pair, or of more, that it takes."""
    for node in own:
        taking = [one for one in getattr(node, "generators", ()) if isinstance(one.target, ast.Tuple)]
        names = {name for one in taking for name in turn_names(one)}
        statement = program.statement(node) if names and isinstance(node, ast.expr) else None
        if statement is None:
            continue
        inside = {*walk(node)}
        if _is_idle(names, (one for one in read if one in inside)):
            yield statement, None


def _made(
    program: Program, own: Sequence[ast.AST], read: Iterable[ast.Name], shared: Collection[str]
) -> Iterator[tuple[ast.stmt, ast.Assign]]:
    """Where what is assigned was to be used; at the top of a file only within loops, as somebody may import it."""
    for node in own:
        if not isinstance(node, ast.Assign) or step(node) is not None or is_length(node.value):
            continue
        loops = program.loops(node)
        if isinstance(program.scope(node), ast.Module) and not loops:
            continue
        names = [one.id for one in targets(node) if isinstance(one, ast.Name) and not one.id.startswith("_")]
        since = loops[-1].lineno if loops else node.lineno
        itself = set() if loops else {*walk(node)}  # in the next turn it may read what it made
        taken = {one.id for one in read if one.lineno >= since and one not in itself} | {*shared}
        if 2 * sum(name in taken for name in names) < len(names):  # of a tuple's parts some may be of no use
            yield _behind(program, node, own, names), node


def _behind(program: Program, node: ast.Assign, own: Iterable[ast.AST], names: Collection[str]) -> ast.stmt:
    """
    The statement behind an assignment, or behind what adds to its names.

    The last of a function itself, and the last that is done on a condition: elsewhere it may have no value.
    """
    adding = [one for one in own if isinstance(one, ast.AugAssign) and program.segment(base(one.target)) in names]
    last = max((node, *adding), key=lambda one: one.lineno)
    if isinstance(program.parents[id(last)], ast.If) and program.block(last)[-1] is last:
        return last
    around = [last, *program.loops(last)]
    blocks = ((program.block(one), one) for one in around)
    return next((block[block.index(one) + 1] for block, one in blocks if one is not block[-1]), around[-1])


def _overwritten(program: Program, shared: Collection[str]) -> Found:
    """
    Assignments that another one of the same block makes vain, and these.

    What is called in between may read an attribute or an item, and a name that others share.
    """
    for block in program.blocks:
        for place, one in enumerate(block):
            if not isinstance(one, ast.Assign) or len(targets(one)) != 1:
                continue
            (target,) = targets(one)
            local = isinstance(target, ast.Name) and not isinstance(program.scope(one), ast.Module)
            hidden = local and not {*shared} & given(one)
            parts = () if isinstance(target, ast.Name) else walk(target)
            within = {part.id for part in parts if isinstance(part, ast.Name)}
            for other in block[place + 1 :]:
                again = bool(given(one) & given(other))
                if _takes(program, other, target) or (not hidden and _calls(program, other)):
                    break
                if again:
                    if isinstance(other, ast.Assign):
                        yield one, other
                    break
                if not within.isdisjoint(part.id for part in names_given(walk(other))):
                    break  # another item by then


def _takes(program: Program, statement: ast.stmt, target: ast.expr) -> bool:
    """Whether a statement takes anything of the array that something is put into, or of a name."""
    text = ast.unparse(base(target))
    loads = (node for node in walk(statement) if isinstance(getattr(node, "ctx", None), ast.Load))
    return any(
        isinstance(one, ast.expr) and ast.unparse(one) == text and not program.scopes.is_filled(one)
        for one in loads
    )


def _calls(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement calls what may read anything: a function by its name, or a method of the file's own."""
    called = [one.func for one in walk(statement) if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Name) or last_name(one) in program.definitions for one in called)
