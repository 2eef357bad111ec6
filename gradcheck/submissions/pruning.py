"""
Which statements of a file are run when it is loaded without side effects.

Imports, definitions and assignments are; loops, bare calls, the main guard and assignments that call what the
file itself defines are not, but for an object that functions use, of a class that is only set up when it is made.
What stands in `if`, `try` and `with` is judged statement by statement.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gradcheck.submissions.trees import children, walk

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Global)
_REPEATS = (ast.For, ast.While, ast.AsyncFor)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


@dataclass(frozen=True)
class Pruned:
    """
    What is left of a file.

    Attributes
    ----------
    tree : Module
        The statements to run.
    skipped : dict
        Name that a skipped statement would have set, to its line.
    guarded : frozenset of str
        Those of them that are set behind the main guard only.
    """

    tree: ast.Module
    skipped: dict[str, int]
    guarded: frozenset[str]


def prune(tree: ast.Module) -> Pruned:
    """
    Drop from a file's tree what must not run when it is loaded.

    Parameters
    ----------
    tree : Module
        As parsed; changed in place.
    """
    pruner = _Pruner(tree)
    tree.body = pruner.statements(tree.body)
    return Pruned(tree, pruner.skipped, frozenset(pruner.skipped) - pruner.elsewhere)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a node's blocks, at any depth; expressions hold no statements."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(node, block, ()):
            yield inner
            yield from statements(inner)


def _defined(tree: ast.Module) -> frozenset[str]:
    """Names of the functions and classes that a file defines, lambdas with a name included."""
    names: set[str] = set()
    for node in statements(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return frozenset(names)


def _plain_classes(tree: ast.Module) -> frozenset[str]:
    """Classes of a file of which an object is only set up when it is made: nothing is repeated, or called."""
    defined = _defined(tree)
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            makers = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name[:2] == "__"]
            parts = [part for one in makers if one.name in ("__init__", "__new__") for part in walk(one)]
            own = any(isinstance(part, ast.Call) and _root(part.func) in {*defined, "self"} for part in parts)
            if not (node.bases or node.keywords or own or any(isinstance(part, _REPEATS) for part in parts)):
                found.add(node.name)
    return frozenset(found)


def _used_in_functions(tree: ast.Module) -> frozenset[str]:
    """Names that the functions of a file read."""
    waiting: list[ast.AST] = [tree]
    functions: list[ast.AST] = []
    while waiting:  # not into functions: what is in them is gone through once
        below = [child for node in waiting for child in children(node)]
        inside = [isinstance(node, ast.FunctionDef | ast.Lambda) for node in below]
        functions += itertools.compress(below, inside)
        waiting = [node for node, function in zip(below, inside, strict=True) if not function]
    names = [node for one in functions for node in walk(one) if isinstance(node, ast.Name)]
    return frozenset(name.id for name in names if isinstance(name.ctx, ast.Load))


class _Pruner:
    """Judges the statements of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree, self.defined, self.plain = tree, _defined(tree), _plain_classes(tree)
        self.skipped: dict[str, int] = {}
        self.elsewhere: set[str] = set()

    @cached_property
    def used(self) -> frozenset[str]:
        """Names that functions read: few files have anything for which that matters."""
        return _used_in_functions(self.tree)

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Keep those of a list that run."""
        kept = []
        for statement in body:
            if self.runs(statement):
                kept.append(statement)
            else:
                self.note(statement)
        return kept

    def runs(self, statement: ast.stmt) -> bool:
        """Judge one statement; a compound one loses the parts that don't run."""
        if isinstance(statement, _DEFINITIONS) or type(statement).__name__ == "TypeAlias":
            return True
        if isinstance(statement, _ASSIGNMENTS):
            return not self.calls(statement) or self.is_set_up(statement)
        if isinstance(statement, ast.If):
            return not _is_main_guard(statement) and not self.calls(statement.test) and self.branches(statement)
        if isinstance(statement, ast.With):
            return not any(self.calls(item) for item in statement.items) and self.branches(statement)
        if isinstance(statement, ast.Try):
            return self.branches(statement)
        return _extends_path(statement)

    def branches(self, statement: ast.If | ast.With | ast.Try) -> bool:
        """Prune the parts of a compound statement; whether anything is left."""
        handlers = statement.handlers if isinstance(statement, ast.Try) else []
        left = False
        for part, key in [(statement, "body"), *((handler, "body") for handler in handlers)]:
            kept = self.statements(getattr(part, key))
            left = left or bool(kept)
            setattr(part, key, kept or [ast.copy_location(ast.Pass(), statement)])
        for key in ("orelse", "finalbody"):
            if hasattr(statement, key):
                setattr(statement, key, self.statements(getattr(statement, key)))
                left = left or bool(getattr(statement, key))
        return left

    def calls(self, node: ast.AST) -> bool:
        """Whether running a node calls something of the file's own; a lambda's body isn't run."""
        if isinstance(node, ast.Lambda):
            return False
        if isinstance(node, ast.Call) and _root(node.func) in self.defined:
            return True
        return any(self.calls(child) for child in children(node))

    def is_set_up(self, statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
        """Whether an object is made that functions use, and nothing but set up: `act = Sigmoid()`."""
        value, targets = statement.value, statement.targets if isinstance(statement, ast.Assign) else []
        return (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id in self.plain
            and not any(self.calls(part) for part in (*value.args, *value.keywords))
            and all(isinstance(one, ast.Name) and one.id in self.used for one in targets)
            and bool(targets)
        )

    def note(self, statement: ast.stmt) -> None:
        """Remember the names that a skipped statement would have set."""
        guard = isinstance(statement, ast.If) and _is_main_guard(statement)
        for node in walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                name, line = node.id, node.lineno
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name, line = node.name, node.lineno
            else:
                continue
            self.skipped.setdefault(name, line)
            if not guard:
                self.elsewhere.add(name)


def _root(node: ast.expr) -> str | None:
    """Name that a dotted, called or subscripted expression starts from."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_main_guard(statement: ast.If) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in walk(statement.test))


def _extends_path(statement: ast.stmt) -> bool:
    """Whether it is a bare call of `sys.path`'s, which is part of importing."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and ast.unparse(statement.value.func) in ("sys.path.append", "sys.path.insert")
    )
