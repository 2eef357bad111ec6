"""
What a file's statements change: the names that they set, and those whose objects they fill or change.

What functions change that they call, or hand on to be called, is theirs as well.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Sequence
from functools import cached_property

from gradcheck.submissions.aliases import spread, stands_for
from gradcheck.submissions.definitions import Definitions, Function
from gradcheck.submissions.mentions import reads
from gradcheck.submissions.targets import own_targets, root
from gradcheck.submissions.trees import walk

_MUTATORS = frozenset(
    [
        *("append", "appendleft", "add", "insert", "extend", "update", "setdefault", "pop", "popitem", "remove"),
        *("discard", "clear", "sort", "reverse", "fill", "itemset", "put"),
        *("__setitem__", "__setattr__", "__delitem__", "__delattr__"),
    ]
)
_NAMESPACES = frozenset(["globals", "vars", "locals", "exec", "eval"])
_ANYTHING = "*"  # some name that is worked out when it runs


class Effects:
    """
    What the statements of one file change.

    Parameters
    ----------
    file : Definitions
    """

    def __init__(self, file: Definitions) -> None:
        self._file = file
        self._sets: dict[ast.stmt, frozenset[str]] = {}
        self._changes: dict[Function, frozenset[str]] = {}
        self._open: dict[Function, int] = {}  # those that are being looked at, with how deep that is
        self._interim: dict[
            Function, tuple[frozenset[str], int]
        ] = {}  # those that call an open one, with its depth
        self._reached = 0

    def sets(self, statement: ast.stmt) -> frozenset[str]:
        """Names of the file that a statement sets, or whose objects it changes."""
        if statement in self._sets:
            return self._sets[statement]
        nodes = self._file.scope(statement)
        found = {steps[0] for node in nodes for steps in own_targets(node)}
        found |= {str(node.name) for node in nodes if isinstance(node, ast.MatchAs | ast.MatchStar)}
        found |= self._changed_by(nodes)
        spread(found, self._other_names)
        if found & {_ANYTHING, "sys"}:  # `sys.modules[__name__]` is one more way to say `globals()`
            found |= _words(statement) | self._set_nowhere
        self._file.spend(len(found))
        if not isinstance(statement, ast.If | ast.With | ast.Try):
            self._sets[statement] = frozenset(found)
        return frozenset(found)

    @cached_property
    def _set_nowhere(self) -> frozenset[str]:
        """Names that are read, but that nothing sets by name: a name that is worked out may be one of them."""
        nodes = self._file.nodes
        set_ = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        set_ |= {steps[0] for node in nodes if isinstance(node, ast.stmt) for steps in own_targets(node)}
        return frozenset(reads(self._file, [self._file.tree]) - set_ - {*vars(builtins)})

    @cached_property
    def _other_names(self) -> dict[str, set[str]]:
        """Names of the file to those of which they are, or hold, the same objects: `r = REG`."""
        return stands_for(self._file.walked(self._file.tree.body))

    def _changed_by(self, nodes: Sequence[ast.AST]) -> set[str]:
        """Names whose objects are changed where the nodes of one scope run."""
        found: set[str] = set()
        for node in nodes:
            found |= {steps[0] for steps in own_targets(node) if len(steps) > 1}
            if isinstance(node, ast.Call):
                found |= self._changed_by_call(node)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                found |= self._changed_by_mention(node)
        if found:
            spread(found, stands_for(nodes))
        return found

    def _changed_by_call(self, call: ast.Call) -> set[str]:
        func, first = call.func, root(call.args[0]) if call.args else None
        found: set[str | None] = set()
        if isinstance(func, ast.Attribute) and func.attr in _MUTATORS:
            found.add(root(func.value))
        elif isinstance(func, ast.Name) and func.id in ("setattr", "delattr"):
            found.add(first)
        elif isinstance(func, ast.Name) and func.id in _NAMESPACES:
            found.add(first if func.id == "vars" and call.args else _ANYTHING)
        for function, handed in self._file.called(call):
            changes, names = self._changes_of(function), self._file.named(function)
            if changes:
                keywords = {one.arg: root(one.value) for one in call.keywords}
                by_name = dict(zip(names, handed, strict=False)) | keywords
                found |= {by_name.get(name) if name in names else name for name in changes}
                self._file.spend(len(changes))
        return {name for name in found if name}

    def _changed_by_mention(self, node: ast.Name | ast.Attribute) -> set[str]:
        """What a function changes that may be called under another name: `map(register, names)`."""
        found: set[str] = set()
        name = node.id if isinstance(node, ast.Name) else node.attr
        for function, is_method in self._file.functions.get(name, ()):
            changes, names = self._changes_of(function), self._file.named(function)
            self._file.spend(1 + len(changes))
            found |= changes - {*names}
            if is_method and names[:1] and names[0] in changes:
                found.add(root(node) or "")
        return found - {""}

    def _changes_of(self, function: Function) -> frozenset[str]:
        """
        What a call of a function changes: parameters of its own, and names of the file.

        That of a function which calls one that is being looked at is known for good only once that one's is.
        """
        if function in self._changes:
            return self._changes[function]
        if function in self._open:
            self._reached = min(self._reached, self._open[function])
            return frozenset()
        if function in self._interim:
            changes, reached = self._interim[function]
            self._reached = min(self._reached, reached)
            return changes
        depth = self._open[function] = len(self._open)
        before, self._reached = self._reached, depth
        changes = self._changes_in(function)
        del self._open[function]
        if self._reached < depth:
            self._interim[function] = (changes, self._reached)
        else:
            self._changes[function] = changes
            self._file.spend(len(self._interim))
            self._interim = {one: known for one, known in self._interim.items() if known[1] < depth}
        self._reached = min(before, self._reached)
        return changes

    def _changes_in(self, function: Function) -> frozenset[str]:
        nodes, names = self._file.inside(function), {*self._file.named(function)}
        declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
        targets = {steps for node in nodes for steps in own_targets(node)}
        bound = {steps[0] for steps in targets if len(steps) == 1} - declared
        changed = self._changed_by(nodes) | ({steps[0] for steps in targets} & declared)
        for inner in nodes:  # what it makes may be returned, and called by whoever gets it
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                changed |= self._changes_of(inner) - {*self._file.named(inner)} - names
        return frozenset(changed - (bound - names))


def _words(node: ast.AST) -> set[str]:
    """Words of the texts in a node, and its keywords."""
    found: set[str] = set()
    for inner in walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            found |= set(re.findall(r"[^\W\d]\w*", inner.value))
        elif isinstance(inner, ast.keyword) and inner.arg:
            found.add(inner.arg)
    return found
