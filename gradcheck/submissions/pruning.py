"""
Which statements of a file are run when it is loaded without side effects.

Imports, definitions and assignments are; loops, bare calls, the main guard and assignments that call what the file
itself defines are not, but for those that the contract's functions are made of (`needs`). What stands in `if`,
`try` and `with` is judged statement by statement.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from gradcheck.submissions.definitions import TooMuchError
from gradcheck.submissions.job import Settlement
from gradcheck.submissions.needs import Needs
from gradcheck.submissions.settling import Settled, digest
from gradcheck.submissions.targets import root
from gradcheck.submissions.trees import children, is_main_guard, walk

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Global)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


class Needed(Protocol):
    """Tells what others need of the statements that would be left out of a file."""

    def wants(self, statement: ast.stmt, /) -> bool:
        """Whether a statement runs because others need it."""

    def changed(self, statement: ast.stmt, /) -> frozenset[str]:
        """Needed names that a statement sets, fills or changes, as far as that is to be told of it."""

    def trains(self, statement: ast.stmt, /) -> bool:
        """Whether it only trains them."""


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
    needed : frozenset of int
        Lines of the statements that run only because others need them, and not for long.
    changed : dict
        Needed name that a skipped statement would have changed, to its line.
    trained : frozenset of str
        Those of them that it would have trained only: gradients are asked for at any values.
    wanted, left : tuple of stmt
        Statements that run only because others need them, and those of the same kinds that nothing needs.
    names : frozenset of str
        Needed names that the wanted ones set or change.
    """

    tree: ast.Module
    skipped: dict[str, int]
    guarded: frozenset[str]
    needed: frozenset[int] = frozenset()
    changed: dict[str, int] = field(default_factory=dict)
    trained: frozenset[str] = frozenset()
    wanted: tuple[ast.stmt, ...] = ()
    left: tuple[ast.stmt, ...] = ()
    names: frozenset[str] = frozenset()

    def needed_in(self, statement: ast.stmt) -> frozenset[int]:
        """Those of the needed lines that are in one statement."""
        last = statement.end_lineno or statement.lineno
        return frozenset(line for line in self.needed if statement.lineno <= line <= last)

    @property
    def settlement(self) -> Settlement:
        """What edited variants of the file have to know of it."""
        return Settlement(
            wanted=tuple(sorted({digest(statement) for statement in self.wanted})),
            left=tuple(sorted({digest(statement) for statement in self.left})) if self.wanted else (),
            names=tuple(sorted(self.names)),
        )


def prune(tree: ast.Module, needs: Needed | None = None) -> Pruned:
    """
    Drop from a file's tree what must not run when it is loaded.

    Parameters
    ----------
    tree : Module
        As parsed; changed in place.
    needs : Needed, optional
        What is needed of it; by default what its functions read.
    """
    pruner = _Pruner(tree, needs or Needs(tree))
    tree.body = pruner.statements(tree.body)
    return Pruned(
        tree,
        pruner.skipped,
        guarded=frozenset(pruner.skipped) - pruner.elsewhere,
        needed=frozenset(pruner.needed),
        changed=pruner.changed,
        trained=frozenset(pruner.trained),
        wanted=tuple(pruner.wanted),
        left=tuple(pruner.left),
        names=frozenset(pruner.names),
    )


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


class _Pruner:
    """Judges the statements of one file."""

    def __init__(self, tree: ast.Module, needs: Needed) -> None:
        self.tree, self.needs, self.defined = tree, needs, _defined(tree)
        self.wanted: list[ast.stmt] = []
        self.left: list[ast.stmt] = []
        self.names: set[str] = set()
        self.skipped: dict[str, int] = {}
        self.elsewhere: set[str] = set()
        self.needed: set[int] = set()
        self.changed: dict[str, int] = {}
        self.trained: set[str] = set()

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Keep those of a list that run."""
        kept = []
        for statement in body:
            if self.runs(statement):
                kept.append(statement)
            elif self.is_needed(statement):
                self.needed.add(statement.lineno)
                kept.append(statement)
            else:
                self.note(statement)
        return kept

    def runs(self, statement: ast.stmt) -> bool:
        """Judge one statement; a compound one loses the parts that don't run."""
        if isinstance(statement, _DEFINITIONS) or type(statement).__name__ == "TypeAlias":
            return True
        if isinstance(statement, _ASSIGNMENTS):
            return not self.calls(statement)
        if isinstance(statement, ast.If):
            return not is_main_guard(statement) and not self.calls(statement.test) and self.branches(statement)
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
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if isinstance(one, ast.Call) and root(one.func) in self.defined:
                return True
            if not isinstance(one, ast.Lambda | ast.Name | ast.Constant):
                waiting += children(one)
        return False

    def is_needed(self, statement: ast.stmt) -> bool:
        """
        Whether a statement runs because others need it; what is needed and doesn't run is remembered.

        Where that takes too long nothing more is needed.
        """
        try:
            return not (is_main_guard(statement) or _is_print(statement)) and self.looked_at(statement)
        except (TooMuchError, RecursionError):
            self.needs = Settled(self.tree, Settlement())
            return False

    def looked_at(self, statement: ast.stmt) -> bool:
        changed = self.needs.changed(statement)
        if self.needs.wants(statement):
            self.wanted.append(statement)
            self.names |= changed
            return True
        self.left.append(statement)
        for name in changed:
            if name not in self.changed and self.needs.trains(statement):
                self.trained.add(name)
            self.changed.setdefault(name, statement.lineno)
        return False

    def note(self, statement: ast.stmt) -> None:
        """Remember the names that a skipped statement would have set."""
        guard = is_main_guard(statement)
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


def _is_print(statement: ast.stmt) -> bool:
    """Whether it is a bare call of `print`: most of what is left out of a script."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"


def _extends_path(statement: ast.stmt) -> bool:
    """Whether it is a bare call of `sys.path`'s, which is part of importing."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and ast.unparse(statement.value.func) in ("sys.path.append", "sys.path.insert")
    )
