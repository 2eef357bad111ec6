"""Edits of what one loop does otherwise than another that is written as it is: the other layer's."""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.diagnosis.repair.analogous import WORD, matched, renamed
from gradcheck.diagnosis.repair.writing import Edit

_COST = 1.3
_LONGEST = 12  # statements that a loop may have
_MOST = 8  # loops of one form, in a program of two layers


def parallel(program: Program) -> Iterator[Edit]:
    """
    Generate statements of a loop as another one has them, in the words of its own.

    Which words stand for which is told by all that is written alike: `s = w[NI, j]` beside `s = v[NH, k]`.
    """
    alike: dict[tuple[int, ...], list[tuple[ast.For, list[ast.stmt]]]] = {}
    for loop in (one for one in program.nodes if isinstance(one, ast.For)):
        some = _simple(loop)
        if 1 < len(some) <= _LONGEST:
            alike.setdefault(tuple(depth for _, depth in some), []).append((loop, [one for one, _ in some]))
    for loops in alike.values():
        for (own, mine), (other, theirs) in itertools.permutations(loops, 2) if len(loops) <= _MOST else ():
            yield from _as_in(program, own, mine, _words(other, own, [*zip(mine, theirs, strict=True)]), theirs)


def _as_in(
    program: Program, own: ast.For, mine: Sequence[ast.stmt], names: dict[str, str], theirs: Sequence[ast.stmt]
) -> Iterator[Edit]:
    """Each statement of one loop that isn't as another's, in its own words; none if most aren't."""
    models = (renamed(program.segment(model), names) for model in theirs)
    odd = [(one, text) for one, text in zip(mine, models, strict=True) if text != program.segment(one)]
    for one, text in odd if 2 * len(odd) <= len(mine) else ():
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
    counted = Counter(itertools.chain.from_iterable(itertools.starmap(matched, parts)))
    for (word, meant), _ in counted.most_common():
        found.setdefault(word, meant)
    return found


def _parts(statement: ast.stmt) -> list[ast.AST]:
    """The value of a statement, and what it is given to."""
    value = getattr(statement, "value", None)
    return [*([value] if value is not None else []), *targets(statement)]
