"""Names that are, or hold, the same objects as others: `r = REG`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from gradcheck.submissions.targets import chain, own_targets


def stands_for(nodes: Iterable[ast.AST]) -> dict[str, set[str]]:
    """Names that the nodes of one scope give to objects of others, to those."""
    found: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign | ast.For):
            names = _held(node.value if isinstance(node, ast.Assign) else node.iter)
            for steps in own_targets(node):
                found.setdefault(steps[0], set()).update(names)
    return found


def spread(names: set[str], stands_for: Mapping[str, set[str]]) -> None:
    """Add to names what they stand for, in place."""
    waiting = [*names]
    while waiting:
        more = stands_for.get(waiting.pop(), set()) - names
        names |= more
        waiting += more


def _held(value: ast.AST) -> set[str]:
    """Names whose objects a value is, or is a part of, or holds: `r`, `r[0]`, `[r, s]`, `zip(r, s)`."""
    source = chain(value) if isinstance(value, ast.expr) else None
    if source is not None:
        return {source[0]}
    parts: list[ast.expr | None] = []
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        parts += value.elts
    elif isinstance(value, ast.Dict):
        parts += value.values
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        parts += value.args
    return {name for part in parts if part is not None for name in _held(part)}
