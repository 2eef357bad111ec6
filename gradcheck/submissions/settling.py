"""What is needed of an edited file, told by what was worked out of the file itself."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection

from gradcheck.submissions.definitions import Definitions
from gradcheck.submissions.effects import Effects
from gradcheck.submissions.harm import Harm
from gradcheck.submissions.job import Settlement


class Settled:
    """
    What is needed of an edited file, as it was worked out of the file itself, which takes longer than most runs.

    Parameters
    ----------
    tree : Module
        Of the edited file.
    known : Settlement
        Of the file itself.
    refused : collection of int
        Lines of statements that a run found to take too long.
    """

    def __init__(self, tree: ast.Module, known: Settlement, refused: Collection[int] = ()) -> None:
        self.wanted, self.left, self.names = frozenset(known.wanted), frozenset(known.left), frozenset(known.names)
        self.refused = frozenset(refused)
        edited = Definitions(tree)
        self._effects, self._harm = Effects(edited), Harm(edited)

    def wants(self, statement: ast.stmt) -> bool:
        """Whether a statement that would be left out is needed: one that is edited, for the names that it sets."""
        if not self.names or statement.lineno in self.refused:
            return False
        written = digest(statement)
        if written in self.wanted or written in self.left:
            return written in self.wanted
        return bool(self._effects.sets(statement) & self.names) and self._harm.may_run(statement)

    def changed(self, _statement: ast.stmt) -> frozenset[str]:
        """Nothing: what is left out of an edited file is told of the file."""
        return frozenset()

    def trains(self, _statement: ast.stmt) -> bool:
        return False


def digest(statement: ast.stmt) -> str:
    """Short for what a statement says, wherever it stands."""
    return hashlib.sha256(ast.dump(statement).encode()).hexdigest()[:20]
