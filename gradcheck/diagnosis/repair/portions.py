"""Which part of something a statement gives or takes: other rows, its last item for the first, the next one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import DEFINITIONS, LEAVING, targets
from gradcheck.diagnosis.locate.uses import given_within
from gradcheck.diagnosis.repair.gaps import begins_its_line, behind
from gradcheck.diagnosis.repair.writing import SIGN, Edit, as_text, swapped
from gradcheck.submissions.trees import walk

_PORTION = 1.3
_ENDS = {"0": ("-1", "1"), "-1": ("0",), "1": ("0", "-1")}  # what is counted from the other end, or from 1


def portions(program: Program) -> Iterator[Edit]:
    """Generate other parts of what is given a value in part: `a[1:] = x` for `a[:-1] = x`."""
    for node in program.nodes:
        for target in targets(node) if isinstance(node, ast.Assign | ast.AugAssign) else ():
            part: ast.AST = target
            while isinstance(part, ast.Subscript):
                yield from _otherwise(program, part.slice)
                part = part.value
    for block in program.blocks:
        yield from _passed_by(program, block)


def _passed_by(program: Program, block: Sequence[ast.stmt]) -> Iterator[Edit]:
    """The step to the next piece of an array, where two are taken from one place: `at += d * h`."""
    taken: dict[str, tuple[ast.stmt, str]] = {}  # what was taken last where a name says, and how much
    for statement in (one for one in block if not isinstance(one, (*DEFINITIONS, *LEAVING))):
        pieces = [one for one in walk(statement) if isinstance(one, ast.Slice)]
        for start, size in filter(None, (_piece(program, one) for one in pieces)):
            if start in taken and begins_its_line(program, taken[start][0]):
                yield behind(program, taken[start][0], f"{start} += {taken[start][1]}", _PORTION)
            taken[start] = statement, size
        for name in given_within(statement):
            taken.pop(name, None)


def _piece(program: Program, asked: ast.Slice) -> tuple[str, str] | None:
    """Where a piece begins, and how much it is: of `at : at + n` both names."""
    if not isinstance(asked.upper, ast.BinOp) or not isinstance(asked.upper.op, ast.Add):
        return None
    start = program.segment(asked.lower) if isinstance(asked.lower, ast.Name) else ""
    size = program.text[slice(*program.parenthesised(asked.upper.right))]
    return (start, size) if start == program.segment(asked.upper.left) and "\n" not in size else None


def _otherwise(program: Program, asked: ast.expr) -> Iterator[Edit]:
    """The axes of what is asked for exchanged, or along one of them what lies at the other end."""
    several = asked.elts if isinstance(asked, ast.Tuple) else [asked]
    if len(several) == 2 and _differ(program, *several):
        yield swapped(program, several[0], several[1], _PORTION)
    for one in several:
        start, end = program.span(one)
        for other in _at_other_end(program, one):
            yield Edit(start, end, other, _PORTION)


def _differ(program: Program, one: ast.expr, other: ast.expr) -> bool:
    """Whether two parts are different texts, with nothing but a comma between them."""
    between = program.text[program.span(one)[1] : program.span(other)[0]]
    return program.segment(one) != program.segment(other) and between.strip() == ","


def _at_other_end(program: Program, one: ast.expr) -> Iterator[str]:
    if not isinstance(one, ast.Slice):
        yield from _ENDS.get(program.segment(one), ())
    elif one.step is not None:
        return
    elif one.lower is None and isinstance(one.upper, ast.UnaryOp) and isinstance(one.upper.op, ast.USub):
        yield f"{program.segment(one.upper.operand)}:"
    elif one.lower is not None and one.upper is None and not isinstance(one.lower, ast.UnaryOp):
        yield f":-{as_text(program, one.lower).within(SIGN)}"
