"""Which part of something a statement gives: its other rows, its columns instead, its last item for the first."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.diagnosis.repair.writing import Edit, swapped

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


def _otherwise(program: Program, asked: ast.expr) -> Iterator[Edit]:
    """The axes of what is asked for exchanged, or along one of them what lies at the other end."""
    several = asked.elts if isinstance(asked, ast.Tuple) else [asked]
    if len(several) == 2 and program.segment(several[0]) != program.segment(several[1]):
        yield swapped(program, several[0], several[1], _PORTION)
    for one in several:
        start, end = program.span(one)
        for other in _at_other_end(program, one):
            yield Edit(start, end, other, _PORTION)


def _at_other_end(program: Program, one: ast.expr) -> Iterator[str]:
    text = program.segment(one)
    if not isinstance(one, ast.Slice):
        yield from _ENDS.get(text, ())
    elif text.startswith(":-"):
        yield f"{text[2:]}:"
    elif one.lower is not None and one.upper is None and one.step is None and not text.startswith("-"):
        yield f":-{program.segment(one.lower)}"
