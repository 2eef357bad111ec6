"""Names of a file that some of its code reads, without those that functions and comprehensions bind themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gradcheck.submissions.definitions import Definitions, Function, body
from gradcheck.submissions.targets import COMPREHENSIONS, own_targets
from gradcheck.submissions.trees import children, walk


def reads(file: Definitions, nodes: Iterable[ast.AST], bound: frozenset[str] = frozenset()) -> set[str]:
    """Names of the file that some nodes read, when they run or in the functions that they make."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name):
            if node.id not in bound:
                found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            found |= _reads_of(file, node, bound)
        elif isinstance(node, COMPREHENSIONS):
            targets = {
                inner.id for one in node.generators for inner in walk(one.target) if isinstance(inner, ast.Name)
            }
            found |= reads(file, children(node), bound | targets)
        elif not isinstance(node, ast.Constant):
            found |= reads(file, children(node), bound)
    return found


def _reads_of(file: Definitions, node: Function, bound: frozenset[str]) -> set[str]:
    outside = [*node.args.defaults, *(one for one in node.args.kw_defaults if one)]
    declared: set[str] = set()
    own = {*file.named(node)}
    for inner in file.inside(node):
        if isinstance(inner, ast.Global):
            declared |= {*inner.names}
        own |= {steps[0] for steps in own_targets(inner) if len(steps) == 1}
    if not isinstance(node, ast.Lambda):
        outside += [*node.decorator_list, *([node.returns] if node.returns else [])]
        outside += [one.annotation for one in walk(node.args) if isinstance(one, ast.arg) and one.annotation]
    file.spend(len(bound) + len(own))
    return reads(file, outside, bound) | reads(file, body(node), frozenset((bound | own) - declared))
