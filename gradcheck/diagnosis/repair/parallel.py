"""Edits of what one loop does otherwise than another that is written as it is: the other layer's."""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.diagnosis.repair.analogous import WORD, matched, renamed
from gradcheck.diagnosis.repair.writing import Edit

_COST = 1.3
_LONGEST = 12  # statements that a loop may have


def parallel(program: Program) -> Iterator[Edit]:
    """
    Generate statements of a loop as another one has them, in the words of its own.

    Which words stand for which is told by all that is written alike: `s = w[NI, j]` beside `s = v[NH, k]`.
    """
    loops = [(one, some) for one in program.nodes if isinstance(one, ast.For) and (some := _simple(one))]
    for (own, mine), (other, theirs) in itertools.permutations(loops, 2):
        alike = [depth for _, depth in mine] == [depth for _, depth in theirs]
        if not alike or not 1 < len(mine) <= _LONGEST or _holds(own, other) or _holds(other, own):
            continue
        names = _words(other, own, [(one, model) for (one, _), (model, _) in zip(mine, theirs, strict=True)])
        models = (renamed(program.segment(model), names) for model, _ in theirs)
        odd = [(one, text) for (one, _), text in zip(mine, models, strict=True) if text != program.segment(one)]
        for one, text in odd if 2 * len(odd) <= len(mine) else ():  # else it is a loop of another kind
            known = program.scopes.names(program.scope(one)) | program.imported | program.definitions.keys()
            if {*WORD.findall(text)} <= known | {*WORD.findall(program.segment(own))}:
                yield Edit(*program.span(one), text, _COST)


def _simple(loop: ast.For, depth: int = 0) -> list[tuple[ast.stmt, int]]:
    """Statements that hold no others, and how deep in loops each stands; none where there is anything else."""
    found: list[tuple[ast.stmt, int]] = []
    for one in loop.body:
        if isinstance(one, ast.For):
            within = _simple(one, depth + 1)
            if not within:
                return []
            found += within
        elif isinstance(one, ast.Assign | ast.AugAssign | ast.Return | ast.Expr):
            found.append((one, depth))
        else:
            return []
    return found


def _words(other: ast.AST, own: ast.AST, statements: Iterable[tuple[ast.stmt, ast.stmt]]) -> dict[str, str]:
    """Which word stands for which of another loop: what most of its places say, be it `s = x` or `s += x`."""
    parts = [(other, own)]
    for one, model in statements:
        parts += zip(_parts(model), _parts(one), strict=False)
    found: dict[str, str] = {}
    for (word, meant), _ in Counter(
        itertools.chain.from_iterable(itertools.starmap(matched, parts))
    ).most_common():
        found.setdefault(word, meant)
    return found


def _parts(statement: ast.stmt) -> list[ast.AST]:
    """The value of a statement, and what it is given to."""
    value = getattr(statement, "value", None)
    return [*([value] if value is not None else []), *targets(statement)]


def _holds(outer: ast.AST, inner: ast.AST) -> bool:
    return any(node is inner for node in ast.walk(outer))
