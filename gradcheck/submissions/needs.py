"""
What a contract's functions are made of: which statements of a file set, fill or change what they read.

A file is gone through backwards from the names that the contract uses: a function needs the names that it reads,
those need what sets or fills them, and so on: `register("s", Sigmoid())` is needed where the `REG` is that
`register` changes. What trains, asks or waits as its text shows is never needed; how long the rest takes is found
by running it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from gradcheck.submissions.definitions import Definitions
from gradcheck.submissions.effects import Effects
from gradcheck.submissions.harm import Harm
from gradcheck.submissions.mentions import reads
from gradcheck.submissions.trees import is_main_guard


class Needs:
    """
    What is needed of one file.

    The judge works this out of text that may be hostile: where that takes too long TooMuchError is raised, and
    RecursionError where functions call each other too deeply.

    Parameters
    ----------
    tree : Module
        As parsed: what is left out of it must still be in it.
    used : collection of str, optional
        Names that whoever loads the file uses; by default what its functions read.
    given : collection of str
        Names of the file that are set from outside, so that what sets them isn't needed.
    refused : collection of int
        Lines of statements that a run found to take too long.
    callers : bool
        Whether its functions may be called by others than `used` tells of: what they read is needed then.
    """

    def __init__(
        self,
        tree: ast.Module,
        used: Collection[str] | None = None,
        given: Collection[str] = (),
        refused: Collection[int] = (),
        *,
        callers: bool = False,
    ) -> None:
        self.tree, self.given, self.refused = tree, frozenset(given), frozenset(refused)
        self.used, self.callers = frozenset(used or ()), callers or used is None
        self._file = Definitions(tree)
        self._effects, self._harm = Effects(self._file), Harm(self._file)

    def wants(self, statement: ast.stmt) -> bool:
        """Whether a statement that would be left out is needed, and nothing in its text speaks against it."""
        return self.may_run(statement) and bool(self.changed(statement))

    def changed(self, statement: ast.stmt) -> frozenset[str]:
        """Needed names that a statement sets, fills or changes."""
        return self._effects.sets(statement) & self.names

    def may_run(self, statement: ast.stmt) -> bool:
        return statement.lineno not in self.refused and self._harm.may_run(statement)

    def trains(self, statement: ast.stmt) -> bool:
        """Whether a statement moves values on again and again, as its text shows."""
        return self._harm.trains(statement)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that is needed."""
        parts: dict[str, list[set[str]]] = {}
        for node, readers in self._parts(self.tree.body):
            read = reads(self._file, readers)
            for name in self._effects.sets(node):
                parts.setdefault(name, []).append(read)
        needed = {*self.used}
        if self.callers:
            functions = [node for several in self._file.functions.values() for node, _ in several]
            needed |= reads(self._file, functions) | {*self._file.classes}
        needed -= self.given
        waiting = [*needed]
        while waiting:
            for read in parts.pop(waiting.pop(), ()):
                self._file.spend(len(read))
                more = read - self.given - needed
                needed |= more
                waiting += more
        return frozenset(needed)

    def _parts(self, body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, list[ast.AST]]]:
        """Statements that may run alone, each as what it sets and what it reads; what harms reads nothing."""
        for statement in body:
            if isinstance(statement, ast.If | ast.With | ast.Try) and not is_main_guard(statement):
                heads = [statement.test] if isinstance(statement, ast.If) else getattr(statement, "items", [])
                if heads:
                    yield statement, [*heads]
                for block in (statement, *getattr(statement, "handlers", ())):
                    for key in ("body", "orelse", "finalbody"):
                        yield from self._parts(getattr(block, key, ()))
            elif not is_main_guard(statement) and self.may_run(statement):
                yield statement, [statement]
