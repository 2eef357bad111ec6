"""
Reading many versions of one file: what stands in the same lines of several is parsed, and compiled, once.

A version differs from the others in a line or two, and to parse the rest again is most of what a run of it costs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType

from gradcheck.submissions.reading import tree_of
from gradcheck.submissions.trees import is_main_guard

_MOST = 1 << 9  # most versions of a file have but one definition that others don't have
# lines that may begin a statement of the module; what goes on with one that stands above is part of it
_BEGINS = re.compile(r"^(?!(?:else|elif|except|finally)\b)[^\s#)\]}]", re.MULTILINE)
_TRIPLE = ('"""', "'''")
_CODES: dict[tuple[ast.stmt, str, int], CodeType] = {}


def read_version(text: str) -> ast.Module:
    """
    Parse a version of a file: the same tree as `tree_of` gives, of statements that it may share with others.

    What pruning changes in place is not shared; nothing else may change one.

    Raises
    ------
    SyntaxError
        As `tree_of` does.
    """
    if "\r" in text or "\f" in text:  # which end a line for the parser alone
        return tree_of(text)
    try:
        return ast.Module([statement for part in _parts(text) for statement in _shared(*part)], [])
    except SyntaxError:  # of the whole, with what is told of it; or it was cut where it can't be
        return tree_of(text)


def compiled(statements: list[ast.stmt], path: str, flags: int, shared: bool) -> CodeType:
    """Compile statements; one that versions share once for all of them."""
    key = (statements[0], path, flags)
    shared = shared and not _is_pruned(statements[0])
    if shared and key in _CODES:
        return _CODES[key]
    code: CodeType = compile(ast.Module(statements, []), path, "exec", flags, dont_inherit=True)
    if shared:
        if len(_CODES) >= _MOST:
            _CODES.clear()
        _CODES[key] = code
    return code


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """
    Cut a text where a statement of the module begins: each part, and the lines that are above it.

    What one part leaves open would keep it from being parsed: where each can be, all together are the whole.
    """
    begin, above = 0, 0
    decorated = text.startswith("@")
    for found in _BEGINS.finditer(text):
        at = found.start()
        apart = at and not decorated and not any(text.count(quotes, begin, at) % 2 for quotes in _TRIPLE)
        if apart:
            yield above, text[begin:at]
            above += text.count("\n", begin, at)
            begin = at
        decorated = text[at] == "@"
    yield above, text[begin:]


def _shared(above: int, text: str) -> list[ast.stmt]:
    """The statements of a part in its place: those of the version before, if pruning changes none of them."""
    statements = _parsed(above, text)
    return _parsed.__wrapped__(above, text) if any(map(_is_pruned, statements)) else statements


def _is_pruned(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If | ast.With | ast.Try) and not is_main_guard(statement)


@lru_cache(maxsize=_MOST)
def _parsed(above: int, text: str) -> list[ast.stmt]:
    return tree_of("\n" * above + text).body
