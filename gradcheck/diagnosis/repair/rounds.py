"""What is done each time that the same names are given, and was forgotten once: `kept.append(a)` for one layer."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.diagnosis.locate.uses import names_read
from gradcheck.diagnosis.repair.gaps import begins_its_line, behind
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_COST = 1.15  # it is there already, word for word


def left_undone(program: Program) -> Iterator[Edit]:
    """Generate the calls that are made for what they do, each behind the names that it wasn't made for."""
    for block in program.blocks:
        names = [{one.id for one in targets(statement) if isinstance(one, ast.Name)} for statement in block]
        given = set[str]().union(*names)
        texts = [program.segment(statement) for statement in block]
        for text in dict.fromkeys(program.segment(one) for one in block if _does_something(program, one)):
            read = {one.id for one in names_read(walk(block[texts.index(text)]))} & given
            rounds = _rounds(names, read) if read else []
            if not rounds:
                continue
            ends = [*(first for first, _ in rounds[1:]), len(block)]
            lacking = [last for (_, last), end in zip(rounds, ends, strict=True) if text not in texts[last:end]]
            if len(lacking) == 1 < len(rounds) and begins_its_line(program, block[lacking[0]]):
                yield behind(program, block[lacking[0]], text, _COST)


def _does_something(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement is but a call, of a method or of a function of the file."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    return isinstance(call.func, ast.Attribute) or last_name(call.func) in program.definitions


def _rounds(given: Sequence[Set[str]], names: Set[str]) -> list[tuple[int, int]]:
    """The first and the last statement of each round in which all of some names are given."""
    rounds: list[tuple[int, int, set[str]]] = []
    for place, some in enumerate(given):
        own = {*(some & names)}
        if own and rounds and own.isdisjoint(rounds[-1][2]):
            first, _, before = rounds[-1]
            rounds[-1] = (first, place, before | own)
        elif own:
            rounds.append((place, place, own))
    return [(first, last) for first, last, some in rounds if some == names]
