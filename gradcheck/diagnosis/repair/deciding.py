"""
What no value tells of: what decides which statements are run, over what a loop goes, and what is put where.

An edit of these can't be evaluated where it stands. There are few of them, and they are run as programs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.repair.counting import counts_up


def is_condition(program: Program, root: Root) -> bool:
    """Whether an expression decides what is run, or which items are assigned to."""
    return program.masked(root) is not None or isinstance(program.nodes[root.statement], ast.If | ast.While)


def is_switch(test: ast.expr) -> bool:
    """Whether a condition only asks for an option: `not self.training`, `kind == "tanh"`."""
    if isinstance(test, ast.UnaryOp):
        return is_switch(test.operand)
    if isinstance(test, ast.BoolOp):
        return all(map(is_switch, test.values))
    compared = (test.left, *test.comparators) if isinstance(test, ast.Compare) else ()
    named = any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in compared)
    return named or isinstance(test, ast.Name | ast.Attribute)


def deciding(program: Program) -> dict[Root, set[tuple[int, int]]]:
    """
    Find the parts of expressions that decide: conditions and headers first.

    Returns
    -------
    dict
        By expression: where such parts begin and end in the text, with the parentheses that group them.
    """
    conditions = [root for root in program.roots if is_condition(program, root)]
    roots = dict.fromkeys((*conditions, *program.iterated, *program.effects, *program.roots))
    found = {root: {program.parenthesised(part) for part in _parts(program, root)} for root in roots}
    return {root: places for root, places in found.items() if places}


def _parts(program: Program, root: Root) -> Iterator[ast.expr]:
    """All of a condition, a header or a number that is added; comparisons, ranges; calls for their effect."""
    node = program.expression(root)
    inside = list(program.inside(node))
    added = isinstance(program.nodes[root.statement], ast.AugAssign) and isinstance(node, ast.Constant)
    if root in program.effects:  # the other arguments have values
        yield node
        yield from (part for part in inside if isinstance(part, ast.Constant))
    elif added or is_condition(program, root) or root in program.iterated:
        yield from inside
    else:
        for part in inside:
            decides = isinstance(part, ast.Compare) or counts_up(program, part)
            yield from program.inside(part) if decides else ()
