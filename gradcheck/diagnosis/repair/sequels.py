"""What comes after a statement comes after its like: `at += rows * columns` behind each piece that is cut out."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.uses import given, read
from gradcheck.diagnosis.repair.gaps import begins_its_line, behind
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.reading import syntax_error
from gradcheck.submissions.trees import walk

_SEQUEL = 1.25
_LONGEST = 80  # block that is looked at, from its beginning
_MOST = 4  # parts in which two statements that are alike may differ


def sequels(program: Program) -> Iterator[Edit]:
    """Generate what changes something behind one statement and is missing behind another like it, in its terms."""
    for block in program.blocks:
        alike: dict[tuple[type, type], list[int]] = {}
        for place, one in enumerate(block[:_LONGEST]):
            alike.setdefault((type(one), type(getattr(one, "value", None))), []).append(place)
        for first, then in itertools.pairwise(block[:_LONGEST]):
            if not isinstance(first, ast.Assign | ast.AugAssign) or not _changes(then):
                continue
            for place in alike[type(first), type(first.value)]:
                like = block[place]
                if like in (first, then) or not begins_its_line(program, like):
                    continue
                new = _in_terms_of(program, then, _differing(first, like))
                if new and not _says(block[place + 1 : place + 2], new):
                    yield behind(program, like, new, _SEQUEL)


def _says(statements: Sequence[ast.stmt], text: str) -> bool:
    """Whether a statement is there already, or none is to be made of its text."""
    return syntax_error(text) is not None or ast.unparse(ast.parse(text)) in map(ast.unparse, statements)


def _changes(statement: ast.stmt) -> bool:
    """Whether a statement changes what is there: a sum that goes on, a list that grows."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call) and isinstance(statement.value.func, ast.Attribute)
    return isinstance(statement, ast.AugAssign) or bool(given(statement) & read(statement))


def _differing(one: ast.stmt, other: ast.stmt) -> dict[str, str]:
    """In which parts of their values two statements of one form differ; nothing where that is too much."""
    found: dict[str, str] = {}
    if type(one) is not type(other) or not _compare(one, other, found) or len(found) > _MOST:
        return {}
    value = getattr(one, "value", None)
    return {} if value is None or ast.unparse(value) in found else found


def _compare(one: object, other: object, found: dict[str, str]) -> bool:
    """Note where two trees differ; whether that is in a few expressions, and the same everywhere."""
    if len(found) > _MOST:
        return False
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return all(_compare(a, b, found) for a, b in zip(one, other, strict=True))
    if not isinstance(one, ast.AST) or not isinstance(other, ast.AST):
        return one == other
    if type(one) is type(other):
        within = dict(found)
        if all(_compare(getattr(one, name), getattr(other, name), within) for name in one._fields):
            found |= within
            return True
    if not isinstance(one, ast.expr) or not isinstance(other, ast.expr):
        return False
    new = ast.unparse(other)
    return found.setdefault(ast.unparse(one), new) == new


def _in_terms_of(program: Program, statement: ast.stmt, parts: dict[str, str]) -> str:
    """Write a statement with other parts; "" where it has none of these."""
    start, end = program.span(statement)
    changes: list[tuple[int, int, str]] = []
    for node in walk(statement):  # outer parts come first
        kept = isinstance(getattr(node, "ctx", None), ast.Store) and not isinstance(node, ast.Name)
        if not kept and isinstance(node, ast.expr) and (new := parts.get(ast.unparse(node))) is not None:
            first, last = program.span(node)
            if not any(begin <= first and last <= stop for begin, stop, _ in changes):
                changes.append((first, last, new))
    text = program.text[start:end]
    for first, last, new in sorted(changes, reverse=True):
        text = text[: first - start] + new + text[last - start :]
    return text if changes and "\n" not in text else ""
