"""
The functions and classes of one file, and what a call of them runs.

The file's text may be hostile: all that is done to read it is counted, and bounded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from gradcheck.submissions.targets import root, scope_walk
from gradcheck.submissions.trees import walk

MOST_STATEMENTS = 2_000  # of a file; what is larger needs nothing
MOST_EFFORT = 100_000  # of some microseconds each; a file of two hundred lines takes some thousands
_MAKERS = ("__new__", "__init__", "__post_init__", "__init_subclass__")

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class TooMuchError(Exception):
    """It takes too long to work out what a file needs."""


class Definitions:
    """
    What one file defines, looked up and walked through for an effort that is bounded in all.

    Parameters
    ----------
    tree : Module
        As parsed.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._effort = 0
        # by the nodes themselves and not by their ids, which others have once a node is gone
        self._scopes: dict[ast.AST, list[ast.AST]] = {}
        self._parameters: dict[Function, list[str]] = {}

    def spend(self, effort: int) -> None:
        """Count what is done, so that it ends at the same place on every machine."""
        self._effort += effort
        if self._effort > MOST_EFFORT:
            raise TooMuchError

    @cached_property
    def nodes(self) -> list[ast.AST]:
        nodes = [*walk(self.tree)]
        if sum(isinstance(node, ast.stmt) for node in nodes) > MOST_STATEMENTS:
            raise TooMuchError
        return nodes

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self.nodes if isinstance(node, ast.ClassDef)}

    @cached_property
    def functions(self) -> dict[str, list[tuple[Function, bool]]]:
        """All functions by name, lambdas with a name included, each with whether it is a method."""
        found: dict[str, list[tuple[Function, bool]]] = {}
        methods = {id(node) for one in self.classes.values() for node in one.body}
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(node.name, []).append((node, id(node) in methods))
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append((node.value, False))
        return found

    def scope(self, statement: ast.stmt) -> list[ast.AST]:
        """What is in the scope of a statement."""
        if isinstance(statement, ast.If | ast.With | ast.Try):  # pruning takes out parts of these
            return self.walked([statement])
        if statement not in self._scopes:
            self._scopes[statement] = self.walked([statement])
        return self._scopes[statement]

    def inside(self, function: Function) -> list[ast.AST]:
        """What is in the scope of a function."""
        key = function if isinstance(function, ast.Lambda) else function.args  # as a statement it is in another
        if key not in self._scopes:
            self._scopes[key] = self.walked(body(function))
        return self._scopes[key]

    def walked(self, nodes: Iterable[ast.AST]) -> list[ast.AST]:
        found = [*scope_walk(nodes)]
        self.spend(len(found))
        return found

    def named(self, function: Function) -> list[str]:
        """Names of a function's parameters."""
        if function not in self._parameters:
            self._parameters[function] = _parameters(function)
        return self._parameters[function]

    def called(self, call: ast.Call) -> Iterator[tuple[Function, list[str | None]]]:
        """Functions of the file that a call may run, with the names whose objects are handed over in order."""
        func = call.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if name not in self.functions and name not in self.classes:
            return
        arguments = [root(argument) for argument in call.args]
        for function, is_method in self.functions.get(name, ()):
            owner = [root(func.value)] if isinstance(func, ast.Attribute) and is_method else []
            self.spend(1 + len(arguments))
            yield function, [*owner, *arguments]
        for maker in self._makers(name, set()):
            self.spend(1 + len(arguments))
            yield maker, [None, *arguments]

    def _makers(self, name: str, seen: set[str]) -> Iterator[Function]:
        """What runs when an object of a class is made, that of the classes it is made of included."""
        if name in self.classes and name not in seen:
            seen.add(name)
            self.spend(len(self.classes[name].body))
            for node in self.classes[name].body:
                if isinstance(node, ast.FunctionDef) and node.name in _MAKERS:
                    yield node
            for base in self.classes[name].bases:
                yield from self._makers(root(base) or "", seen)


def body(function: Function) -> list[ast.AST]:
    return [function.body] if isinstance(function, ast.Lambda) else [*function.body]


def _parameters(function: Function) -> list[str]:
    """Names of a function's parameters, those that are given by their place first and in order."""
    a = function.args
    rest = [one for one in (a.vararg, a.kwarg) if one is not None]
    return [one.arg for one in (*a.posonlyargs, *a.args, *a.kwonlyargs, *rest)]
