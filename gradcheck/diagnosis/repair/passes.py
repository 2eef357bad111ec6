"""What one pass goes through and another one passes over: `d = self.relu.backward(d)`, where forward is called."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.beside import stem_of
from gradcheck.diagnosis.repair.gaps import before, begins_its_line, behind
from gradcheck.diagnosis.repair.writing import Edit

_ROWS = 24  # of a longer program not all are held against all
_COST = 1.15  # the object is there for nothing else


def passed_over(program: Program) -> Iterator[Edit]:
    """
    Generate the calls that a row of them lacks, each beside that of what stands beside it in another row.

    A row calls one method of several objects, one behind the other; a pass may go through them backwards.
    """
    rows = [row for block in program.blocks for row in _rows(program, block)]
    called = [(row, [program.segment(one.value) for _, one in row]) for row in rows]
    for (own, objects), (_, others) in itertools.permutations(called[:_ROWS], 2):
        names = program.scopes.names(program.scope(own[0][0]))
        for place, lacking in enumerate(others):
            near = (*others[max(place - 1, 0) : place], *others[place + 1 : place + 2])
            for other in near if lacking not in objects and stem_of(lacking) in names else ():
                if other in objects:
                    statement, method = own[objects.index(other)]
                    (start, end), (first, last) = program.span(statement), program.span(method.value)
                    text = f"{program.text[start:first]}{lacking}{program.text[last:end]}"
                    yield behind(program, statement, text, _COST)
                    yield before(program, statement, text, _COST)


def _rows(program: Program, block: Sequence[ast.stmt]) -> list[list[tuple[ast.stmt, ast.Attribute]]]:
    """The statements of a block that call a method of the file, and that method, by its name."""
    rows: dict[str, list[tuple[ast.stmt, ast.Attribute]]] = {}
    for statement in block:
        call = statement.value if isinstance(statement, ast.Assign | ast.Expr) else None
        method = call.func if isinstance(call, ast.Call) else None
        if not isinstance(method, ast.Attribute) or not begins_its_line(program, statement):
            continue
        named = isinstance(method.value, ast.Name | ast.Attribute | ast.Subscript)
        if named and method.attr in program.definitions and program.segment(method.value) != "self":
            rows.setdefault(method.attr, []).append((statement, method))
    return list(rows.values())
