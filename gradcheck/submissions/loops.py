"""Which loop of a script is its training loop."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from gradcheck.submissions.targets import Chain, assigned, may_touch, own_targets, scope_walk, touches

Loop = ast.For | ast.While
_Matches = Callable[[Chain, Chain], bool]


def training_loops(body: Sequence[ast.stmt], parameters: Sequence[Chain], tree: ast.Module) -> list[Loop]:
    """
    List the loops of a scope that assign to a parameter, outermost first.

    Parameters
    ----------
    body : sequence of stmt
        Of the script or of the function.
    parameters : sequence of tuple of str
        The injected parameters; if there are none, every loop counts.
    tree : Module
        Where the functions are that a loop may leave its update to.

    Returns
    -------
    list of For or While
        Those that assign by name; if there are none, those that assign by a computed key; if there are none
        either, those that call a function of the file which does.
    """
    loops = [node for node in scope_walk(body) if isinstance(node, ast.For | ast.While)]
    if not parameters:
        return loops
    for matches in (touches, may_touch):
        found = [loop for loop in loops if _assigns(loop.body, parameters, matches)]
        if found:
            return found
    updating = _updating_functions(tree, parameters)
    return [loop for loop in loops if updating & _called(loop.body)]


def _assigns(body: Iterable[ast.AST], parameters: Sequence[Chain], matches: _Matches) -> bool:
    return any(matches(target, key) for target in assigned(body) for key in parameters)


def _called(body: Iterable[ast.AST]) -> set[str]:
    """Last names of what is called."""
    names = set()
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                names.add(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))
    return names


def _updating_functions(tree: ast.Module, parameters: Sequence[Chain]) -> set[str]:
    """Functions of a file that assign to a parameter, or call one that does."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = {function.name for function in functions if _updates(function, parameters)}
    while True:
        more = {function.name for function in functions if found & _called(function.body)} - found
        if not more:
            return found
        found |= more


def _updates(function: ast.FunctionDef, parameters: Sequence[Chain]) -> bool:
    """Whether a function changes a global parameter, or the same part of some other object (`self.W1`)."""
    if function.name == "__init__":
        return False
    declared = {name for node in scope_walk(function.body) if isinstance(node, ast.Global) for name in node.names}
    arguments = {argument.arg for argument in function.args.args}
    for node in scope_walk(function.body):
        for target in own_targets(node):
            in_place = target[0] in arguments and (len(target) > 1 or isinstance(node, ast.AugAssign))
            for key in parameters:
                if target[0] == key[0] and (target[0] in declared or in_place) and may_touch(target, key):
                    return True
                if len(key) > 1 and len(target) > 1 and may_touch(target[1:], key[1:]):
                    return True
    return False
