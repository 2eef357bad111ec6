"""
What a file's statements do that must not be done on loading: train, ask, wait, end, or go on for ever.

Only what their text shows is told, and that of the functions that they call.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from gradcheck.submissions.definitions import Definitions, Function
from gradcheck.submissions.targets import COMPREHENSIONS, root
from gradcheck.submissions.trees import children, walk

_ASKS_OR_ENDS = frozenset(["input", "raw_input", "sleep", "exit", "quit", "_exit"])


class _Verdicts:
    """What is known of functions, and which are being looked at."""

    def __init__(self) -> None:
        self.known: dict[Function, bool] = {}
        self.seen: set[Function] = set()


class Harm:
    """
    Tells which statements of one file do harm.

    Parameters
    ----------
    file : Definitions
    """

    def __init__(self, file: Definitions) -> None:
        self._file = file
        self._harmful, self._catching, self._repeating = _Verdicts(), _Verdicts(), _Verdicts()
        self._training, self._updates = _Verdicts(), _Verdicts()

    def may_run(self, statement: ast.stmt) -> bool:
        """Whether nothing in its text speaks against running a statement."""
        nodes = self._file.scope(statement)
        # what handles whatever is raised handles the bound as well, and nothing bounds what goes on after that
        endless = self._catches(nodes) and self._repeats(nodes)
        return not (endless or self._is_harmful(nodes) or self._is_training(nodes))

    def trains(self, statement: ast.stmt) -> bool:
        """Whether a statement moves values on again and again, as its text shows."""
        return self._is_training(self._file.scope(statement))

    def _is_training(self, nodes: Sequence[ast.AST]) -> bool:
        begun: set[str] | None = None
        for node in nodes:
            repeated = _repeated(node)
            inside = self._file.walked(repeated) if repeated else []
            gathering = _gathering(node, inside)
            if gathering and begun is None:
                begun = _begun(nodes)
                self._file.spend(len(nodes))
            if self._is_update([one for one in inside if gathering.get(one) not in (begun or ())]):
                return True
            if isinstance(node, ast.Call) and self._calls(node, self._training, self._is_training):
                return True
        return False

    def _is_harmful(self, nodes: Sequence[ast.AST]) -> bool:
        """Whether running some nodes asks, waits, ends or goes on for ever."""
        for node in nodes:
            if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
                return True
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in _ASKS_OR_ENDS and name not in self._file.functions:
                    return True
                if self._calls(node, self._harmful, self._is_harmful):
                    return True
        return False

    def _catches(self, nodes: Sequence[ast.AST]) -> bool:
        """Whether whatever is raised may be handled where some nodes run."""
        return any(
            _catches_all(node) or (isinstance(node, ast.Call) and self._calls(node, self._catching, self._catches))
            for node in nodes
        )

    def _repeats(self, nodes: Sequence[ast.AST]) -> bool:
        """Whether some nodes run anything again and again."""
        return any(
            bool(_repeated(node))
            or (isinstance(node, ast.Call) and self._calls(node, self._repeating, self._repeats))
            for node in nodes
        )

    def _is_update(self, nodes: Sequence[ast.AST]) -> bool:
        """Whether running some nodes moves a value on from what it was: repeated, that is training."""
        for node in nodes:
            written_out = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.JoinedStr)
            if isinstance(node, ast.AugAssign) and not isinstance(node.value, written_out):
                return True
            if isinstance(node, ast.Assign) and not _counts(node.value) and self._moves(node):
                return True
            if isinstance(node, ast.Call) and self._calls(node, self._updates, self._is_update):
                return True
        return False

    def _moves(self, node: ast.Assign) -> bool:
        """Whether an assignment reads what it sets."""
        reads = [one for one in walk(node.value) if isinstance(one, ast.Name | ast.Attribute | ast.Subscript)]
        self._file.spend(len(reads))
        names = {one.id for one in reads if isinstance(one, ast.Name)}
        targets = {ast.unparse(target) for target in node.targets if root(target) in names}
        return bool(targets) and any(ast.unparse(one) in targets for one in reads)

    def _calls(self, call: ast.Call, verdicts: _Verdicts, judge: Callable[[Sequence[ast.AST]], bool]) -> bool:
        """Whether a call runs a function of the file of which something holds."""
        return any(self._of(function, verdicts, judge) for function, _ in self._file.called(call))

    def _of(self, function: Function, verdicts: _Verdicts, judge: Callable[[Sequence[ast.AST]], bool]) -> bool:
        """
        Judge a function's body, once.

        One that was seen on the way is somebody else's to judge; that it comes to nothing is known for good only
        once all that were seen came to nothing.
        """
        if function in verdicts.known:
            return verdicts.known[function]
        if function in verdicts.seen:
            return False
        outermost = not verdicts.seen
        verdicts.seen.add(function)
        verdict = judge(self._file.inside(function))
        if verdict:
            verdicts.known[function] = True
        if outermost:
            if not verdict:
                verdicts.known |= dict.fromkeys(verdicts.seen, False)
            verdicts.seen = set()
        return verdict


def _counts(value: ast.expr) -> bool:
    """Whether it is a step by a constant: `i + 1`."""
    return (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.Add | ast.Sub)
        and isinstance(value.right, ast.Constant)
    )


def _gathering(loop: ast.AST, inside: Sequence[ast.AST]) -> dict[ast.AST, str]:
    """What only gathers what a loop goes over, with the name that it does so in: `for s in shape: p *= s`."""
    items = (
        {one.id for one in walk(loop.target) if isinstance(one, ast.Name)} if isinstance(loop, ast.For) else set()
    )
    return {
        node: node.target.id
        for node in (inside if items else ())
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
        if isinstance(node.value, ast.Name) and node.value.id in items
    }


def _begun(scope: Sequence[ast.AST]) -> set[str]:
    """Names that are given a number somewhere, as a sum is to begin with."""
    given = [one for one in scope if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)]
    return {target.id for one in given for target in one.targets if isinstance(target, ast.Name)}


def _catches_all(node: ast.AST) -> bool:
    """Whether it handles whatever is raised."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    return node.type is None or any(
        isinstance(one, ast.Name) and one.id == "BaseException" for one in walk(node.type)
    )


def _repeated(node: ast.AST) -> list[ast.AST]:
    """What a node runs again and again; not what it runs for a few things that are written out."""
    if isinstance(node, ast.While):
        return [node.test, *node.body]
    if isinstance(node, ast.For | ast.AsyncFor):
        return [] if isinstance(node.iter, ast.List | ast.Tuple | ast.Dict | ast.Set) else [*node.body]
    return children(node) if isinstance(node, COMPREHENSIONS) else []
