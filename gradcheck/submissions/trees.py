"""
Syntax trees, walked through quickly.

A version of a program is read in every run of it, and reading it is most of what a run of a script costs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_PLAIN = {  # fields that hold no node, or one of those that say only how another is meant: `ast.Load`, `ast.Add`
    *("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "level", "module", "op", "ops"),
    *("simple", "type_comment"),
}
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def children(node: ast.AST) -> list[ast.AST]:
    """Give the nodes right below one, in order of the source: all but contexts and operators."""
    kind = type(node)
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = tuple(name for name in kind._fields if name not in _PLAIN)
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST)]
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Go through a node and all below it: the same nodes as `children` gives, a level after the other."""
    level = [node]
    while level:
        yield from level
        level = [child for one in level for child in children(one)]


def place(node: ast.AST, line: int = 1) -> None:
    """Give what has no place that of what it is in, in place: as `ast.fix_missing_locations`, to the line."""
    for child in children(node):
        at = getattr(child, "lineno", None)
        if at is None and "lineno" in child._attributes:
            child.lineno = child.end_lineno = line  # type: ignore[attr-defined]
            child.col_offset = child.end_col_offset = 0  # type: ignore[attr-defined]
        place(child, line if at is None else at)


def is_main_guard(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in walk(statement.test)
    )
