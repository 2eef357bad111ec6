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

_MOST = 1 << 11  # parts that are kept; most versions of a file have but one that others don't have
_LINES, _INDENTED = 500, 8  # of a longer file, and of what is deeper in it, the parts are more than they spare
_BEGINS = r"(?!(?:else|elif|except|finally)\b)(?:[^\W\d]|@)"  # what goes on with a statement is part of it
_BLOCK = re.compile(r"(?:def|class)\b.*:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*(?=([ \t]+)[^\s#])")
_TRIPLE = ('"""', "'''")
_CODES: dict[tuple[ast.stmt, str, int] | None, CodeType] = {}


def read_version(text: str) -> ast.Module | None:
    """
    Parse a version of a file: the same tree as `tree_of` gives, of statements that it may share with others.

    A block ends with its last statement, without a `;` behind it. What pruning changes in place is not shared;
    nothing else may change one.

    Returns
    -------
    Module or None
        None where the text has to be read as a whole, if at all.
    """
    if "\r" in text or "\f" in text or text.count("\n") > _LINES:  # the first two end a line for the parser alone
        return None
    try:
        return ast.Module([statement for part in _parts(text) for statement in _shared(*part)], [])
    except SyntaxError:  # or it was cut where it can't be
        return None


def compiled(statements: list[ast.stmt], path: str, flags: int, shared: bool) -> CodeType:
    """Compile statements; one that versions share once for all of them."""
    key = (statements[0], path, flags) if shared and not _is_pruned(statements[0]) else None
    if key in _CODES:
        return _CODES[key]
    code: CodeType = compile(ast.Module(statements, []), path, "exec", flags, dont_inherit=True)
    if key is not None:
        if len(_CODES) >= _MOST:
            _CODES.clear()
        _CODES[key] = code
    return code


def _parts(text: str, above: int = 0, indent: str = "") -> Iterator[tuple[int, str, str]]:
    """
    Cut a block where a statement of it begins: the lines above each part, its text, and the block's indent.

    What one part leaves open would keep it from being parsed: where each can be, all together are the whole.
    """
    begin = 0
    decorated = text.startswith(f"{indent}@")
    for found in _begins(indent).finditer(text):
        at = found.start()
        apart = at and not decorated and not any(text.count(quotes, begin, at) % 2 for quotes in _TRIPLE)
        if apart:
            yield above, text[begin:at], indent
            above += text.count("\n", begin, at)
            begin = at
        decorated = text[at + len(indent)] == "@"
    yield above, text[begin:], indent


@lru_cache
def _begins(indent: str) -> re.Pattern[str]:
    """Lines that may begin a statement of a block."""
    return re.compile(f"^{indent}{_BEGINS}", re.MULTILINE)


def _shared(above: int, text: str, indent: str) -> list[ast.stmt]:
    """The statements of a part in its place: those of the version before, if pruning changes none of them."""
    statements = _parsed(above, text, indent)
    return _parsed.__wrapped__(above, text, indent) if any(map(_is_pruned, statements)) else statements


def _is_pruned(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If | ast.With | ast.Try) and not is_main_guard(statement)


@lru_cache(maxsize=_MOST)
def _parsed(above: int, text: str, indent: str) -> list[ast.stmt]:
    """The statements of one part of a block, in their places; of a definition, of each part of its own block."""
    head = _BLOCK.match(text, len(indent)) if len(indent) < _INDENTED else None
    if head is None:
        return _statements(above, text, indent)
    (definition,) = _statements(above, f"{text[: head.end()]}{head[1]}pass", indent)
    assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
    inner = _parts(text[head.end() :], above + text.count("\n", 0, head.end()), head[1])
    body = [statement for part in inner for statement in _parsed(*part)]
    ends = {"end_lineno": body[-1].end_lineno, "end_col_offset": body[-1].end_col_offset}
    return [type(definition)(**{**vars(definition), **ends, "body": body})]


def _statements(above: int, text: str, indent: str) -> list[ast.stmt]:
    """Parse some lines of a block: below a header, where they are indented."""
    if not indent:
        return tree_of("\n" * above + text).body
    header, *others = tree_of("\n" * (above - 1) + f"with _:\n{text}").body  # which nothing below goes on with
    if others or not isinstance(header, ast.With):
        raise SyntaxError("not of one block")
    return header.body
