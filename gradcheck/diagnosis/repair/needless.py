"""What had better not be there: statements that spoil a value which was right, masks, clipping and rounding."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.statements import step, targets
from gradcheck.diagnosis.repair.calling import REDUCTIONS
from gradcheck.diagnosis.repair.gaps import begins_its_line, end_of_line
from gradcheck.diagnosis.repair.sharing import put_nowhere
from gradcheck.diagnosis.repair.writing import ATOM, Edit, Text, as_text, is_name, replaced
from gradcheck.submissions.targets import last_name, root
from gradcheck.submissions.trees import walk

_REMOVED = 1.3
_UPDATE = 0.1  # more for an update: rather it is too early
_LIMITS = ("round", "around", "rint", "trunc", "floor", "clip", "where")
_OF_TWO = ("maximum", "minimum", "max", "min")  # limits of two operands; of one they are something else
_MASK = re.compile(r"[\w\])] [<>]=? 0(?![\w.])")
_SQUARED = re.compile(r" \*\* 2(?![\w.]| \*\*)")
_IN_PLACE = ("fill", "sort", "shuffle", "partition", "resize", "put", "clip", "round")


def removals(
    program: Program, parameters: Collection[str], made: Collection[str], about: Edit | None = None
) -> Iterator[Edit]:
    """
    Generate the edits that remove a statement which changes what is there already.

    Parameters
    ----------
    program : Program
    parameters : collection of str
        What the program calls its parameters: their only update is never removed, be it too early.
    made : collection of str
        What it calls quantities that it assigns as they ought to be: of these a step may be removed.
    about : Edit, optional
        Only those of statements that this one changes, at its cost.
    """
    kept = {name for text in parameters for name in (text, text.rpartition(".")[2])}
    for node in program.nodes:
        if isinstance(node, ast.Call) and about is None:
            yield from put_nowhere(program, node)
        if not isinstance(node, ast.Assign | ast.AugAssign | ast.Expr):
            continue
        if about is not None and not about.within(program.span(node)):
            continue
        changed = _changed(program, node)
        looped = {name for one in changed for name in program.scopes.taken(one)}
        names = {text for one in changed for text in (program.segment(one), last_name(one))}
        updates = not names.isdisjoint(kept) or not names.isdisjoint(looped)
        if step(node) is not None:
            updates = not all(_stem(program, one) in made or program.segment(one) in made for one in changed)
        cost = about.cost if about else _REMOVED
        if changed and (not updates or _limits_itself(program, node)):
            yield from removal(program, node, cost)
        elif about is None and step(node) is not None and all(_is_updated_beside(program, one) for one in changed):
            yield from removal(program, node, cost + _UPDATE)


def _is_updated_beside(program: Program, target: ast.expr) -> bool:
    """Whether another function makes a step of what goes by the same name, too: then it may be one too many."""
    functions = _updating(program).get(last_name(target), set())
    return bool(functions - {program.scope(target)})


@lru_cache(maxsize=64)
def _updating(program: Program) -> dict[str, set[ast.AST]]:
    """The functions that make a step of what goes by each name; items go by none."""
    found: dict[str, set[ast.AST]] = {}
    for node in program.nodes:
        for name in map(last_name, targets(node)) if step(node) is not None else ():
            if name:
                found.setdefault(name, set()).add(program.scope(node))
    return found


def removal(program: Program, statement: ast.stmt, cost: float) -> Iterator[Edit]:
    """Remove a statement, with its lines, or what it is all of; nothing where others are on that line."""
    while program.block(statement) == [statement]:
        outer = program.parents[id(statement)]
        if not isinstance(outer, ast.If | ast.For) or outer.orelse:
            return
        statement = outer
    block = program.block(statement)
    place = block.index(statement)
    if place and not begins_its_line(program, statement) and block[place - 1].end_lineno == statement.lineno:
        yield Edit(program.span(block[place - 1])[1], program.span(statement)[1], "", cost)
        return
    end = end_of_line(program, statement)
    last = end == len(program.text)
    if begins_its_line(program, statement) and (last or program.text[end] == "\n"):
        start = program.text.rfind("\n", 0, program.span(statement)[0]) + 1
        yield Edit(start - (last and start > 0), end + (not last), "", cost)


def _stem(program: Program, node: ast.expr) -> str:
    """What an item is one of: of `d[0]` it is `d`."""
    return program.segment(node.value if isinstance(node, ast.Subscript) else node)


def _limits_itself(program: Program, statement: ast.Assign | ast.AugAssign | ast.Expr) -> bool:
    """Whether a statement only rounds or clips what it changes, which is no update of anything."""
    kept = _limited(statement.value)
    return kept is not None and program.segment(kept) in map(program.segment, _changed(program, statement))


def _changed(program: Program, statement: ast.Assign | ast.AugAssign | ast.Expr) -> list[ast.expr]:
    """What a statement makes anew of itself, or changes in place."""
    if isinstance(statement, ast.Expr):
        call = statement.value
        if not isinstance(call, ast.Call):
            return []
        options = [option.value for option in call.keywords if option.arg == "out"]
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if not options and owner is not None and last_name(call.func) in _IN_PLACE:
            module = isinstance(owner, ast.Name | ast.Attribute) and root(owner) in program.imported
            return call.args[:1] if module else [owner]
        return options
    read = {program.segment(one) for one in walk(statement.value) if isinstance(one, ast.expr)}
    again = isinstance(statement, ast.AugAssign)
    return [
        one
        for target in targets(statement)
        if again or program.segment(target) in read or _sets_entries(target, statement.value)
        for one in [target.value if isinstance(target, ast.Subscript) and not again else target]
    ]


def _sets_entries(target: ast.expr, value: ast.expr) -> bool:
    """Whether entries are set that a condition chooses, or to a number: `d[abs(d) < 1e-3] = e`, `d[0] = 0`."""
    chosen = walk(target.slice) if isinstance(target, ast.Subscript) else ()
    return isinstance(target, ast.Subscript) and (
        isinstance(value, ast.Constant) or any(isinstance(part, ast.Compare) for part in chosen)
    )


def without(program: Program, parameters: Collection[str], made: Collection[str], edit: Edit) -> Iterator[Edit]:
    """
    Generate what would be simpler than an edit: to do without the statement, or the limits, that it changes.

    With another threshold, bound or number of digits these may only do nothing any more, or not on the probes.
    """
    yield from removals(program, parameters, made, about=edit)
    bare = _SQUARED.sub("", edit.replacement)
    if bare != edit.replacement:  # of a mask, say
        yield replace(edit, replacement=bare, expression=edit.expression.replace(edit.replacement, bare, 1))
    for node in program.nodes:
        asks = isinstance(node, ast.If) and not node.orelse and edit.within(program.span(node.test))
        if isinstance(node, ast.If | ast.Assign) and (asks or _leaves(program, node, edit)):
            yield from removal(program, node, edit.cost)
        statement = program.statement(node)
        if isinstance(node, ast.expr) and statement is not None:
            own = Root(program.number(statement), program.number(node))
            yield from _without_limits(program, own, node, edit)
            yield from _without_factor(program, own, node, made, edit)
            yield from _without_sum(program, own, node, edit)


def _without_limits(program: Program, own: Root, node: ast.expr, edit: Edit) -> Iterator[Edit]:
    """What an expression limits, without the limits that an edit changes."""
    kept = _limited(node)
    if kept is None or edit.within(program.parenthesised(kept)):
        return
    if edit.within(program.parenthesised(node)):
        yield replaced(program, own, node, as_text(program, kept), edit.cost)


def _without_factor(
    program: Program, own: Root, node: ast.expr, made: Collection[str], edit: Edit
) -> Iterator[Edit]:
    """
    What an expression multiplies or divides by a factor that an edit changes, without that: it may only become 1.

    Only where a factor is made of a quantity of the pass, or a mask: a rate's `decay ** epoch` is 1 in the first
    epoch. What has a name may be a number of examples, which may be 1 on all problems.
    """
    if edit.root is None or not isinstance(node, ast.BinOp):
        return  # one that isn't of a value doesn't make it 1
    divides = isinstance(node.op, ast.Div) and edit.within(program.parenthesised(node.right))
    if divides and not is_name(edit.replacement):
        yield replaced(program, own, node, as_text(program, node.left), edit.cost)
    if not isinstance(node.op, ast.Mult):
        return
    masks = _MASK.search(edit.replacement) is not None
    for kept, factor in ((node.left, node.right), (node.right, node.left)):
        named = {program.segment(part) for part in walk(factor) if isinstance(part, ast.expr)}
        if edit.within(program.parenthesised(factor)) and (masks or not named.isdisjoint(made)):
            yield replaced(program, own, node, as_text(program, kept), edit.cost)


def _without_sum(program: Program, own: Root, node: ast.expr, edit: Edit) -> Iterator[Edit]:
    """What an edit makes of what is summed up, without the sum: it may be one already."""
    summed = _reduced(node)
    if summed is not None and (edit.start, edit.end) == program.span(summed):
        alone = Text(edit.replacement, ATOM if is_name(edit.replacement) else 0)
        yield replaced(program, own, node, alone, edit.cost)


def _leaves(program: Program, statement: ast.stmt, edit: Edit) -> bool:
    """Whether with an edit an assignment gives a name what it is already."""
    if not isinstance(statement, ast.Assign):
        return False
    whole = (edit.start, edit.end) == program.parenthesised(statement.value)
    return whole and [program.segment(one) for one in statement.targets] == [edit.replacement]


def _limited(node: ast.AST) -> ast.expr | None:
    """Give what an expression rounds, clips or masks, if that is what it does: the one part that is no number."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        masks = [isinstance(one, ast.Compare) for one in (node.left, node.right)]
        return None if masks[0] == masks[1] else node.left if masks[1] else node.right
    if not isinstance(node, ast.Call):
        return None
    limits = last_name(node.func) in _LIMITS or (last_name(node.func) in _OF_TWO and len(node.args) == 2)
    if not limits:
        return None
    given = [*node.args, *(option.value for option in node.keywords if option.arg != "out")]
    method = node.func.value if isinstance(node.func, ast.Attribute) else None
    if last_name(node.func) == "where" and len(given) == 3:
        given = given[1:]
    parts = [one for one in given if not _is_number(one)]
    return parts[0] if len(parts) == 1 else method if not parts else None


def _reduced(node: ast.AST) -> ast.expr | None:
    """Give what a call sums up, or averages; once it is another array, that may be done already."""
    if not isinstance(node, ast.Call) or last_name(node.func) not in REDUCTIONS:
        return None
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return node.args[0] if node.args and not _is_number(node.args[0]) else owner


def _is_number(node: ast.expr) -> bool:
    return all(
        isinstance(part, ast.Constant | ast.UnaryOp | ast.unaryop | ast.BinOp | ast.operator)
        for part in walk(node)
    )
