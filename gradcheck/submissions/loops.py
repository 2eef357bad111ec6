"""Which loop of a script is its training loop."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence

from gradcheck.submissions.targets import (
    SCOPES,
    Chain,
    assigned,
    may_touch,
    own_targets,
    scope_walk,
    touches,
    within,
)
from gradcheck.submissions.trees import children, walk

Loop = ast.For | ast.While
_Matches = Callable[[Chain, Chain], bool]


def training_loops(
    body: Sequence[ast.stmt], parameters: Sequence[Chain], firsts: Sequence[Chain], tree: ast.Module
) -> list[Loop]:
    """
    List the loops of a scope that assign to a parameter, outermost first, in order of the source.

    Parameters
    ----------
    body : sequence of stmt
        Of the script or of the function.
    parameters : sequence of tuple of str
        The injected parameters; if there are none, every loop counts.
    firsts : sequence of tuple of str
        Names of which the contract reads what they are first assigned in the pass.
    tree : Module
        Where the functions are that a loop may leave its update to.

    Returns
    -------
    list of For or While
        Those that assign by name; if there are none, those that assign by a computed key, then those that assign
        a name of `firsts`, then those that call a function of the file which updates, then those that change in
        place what may be a parameter under another name.
    """
    loops = list(_outermost_first(body))
    if not parameters:
        return loops
    rules = _rules(body, parameters, firsts, tree)
    return next((found for rule in rules if (found := [loop for loop in loops if rule(loop)])), [])


def _rules(
    body: Sequence[ast.stmt], parameters: Sequence[Chain], firsts: Sequence[Chain], tree: ast.Module
) -> Iterator[Callable[[Loop], bool]]:
    """By what a loop is a training loop, the surest first; the whole file is only looked at if it has to be."""
    yield lambda loop: _assigns(loop.body, parameters, touches)
    yield lambda loop: _assigns(loop.body, parameters, may_touch)
    yield lambda loop: _assigns(loop.body, firsts, touches)
    updating = _updating_functions(tree, parameters)
    yield lambda loop: bool(updating & _called(loop.body))
    derived = _derived(body, {key[0] for key in parameters})
    yield lambda loop: _changes_in_place(loop.body, derived)


def _outermost_first(body: Sequence[ast.AST]) -> Iterator[Loop]:
    """Loops of a scope: those in no other loop, then those in one, and so on."""
    level = list(_loops_at_top(body))
    while level:
        yield from level
        level = [inner for loop in level for inner in _loops_at_top([*loop.body, *loop.orelse])]


def _loops_at_top(nodes: Iterable[ast.AST]) -> Iterator[Loop]:
    """Loops that are in no other loop."""
    for node in nodes:
        if isinstance(node, ast.For | ast.While):
            yield node
        elif not isinstance(node, SCOPES):
            yield from _loops_at_top(children(node))


def _assigns(body: Iterable[ast.AST], parameters: Sequence[Chain], matches: _Matches) -> bool:
    return any(matches(target, key) for target in assigned(body) for key in parameters)


def _called(body: Iterable[ast.AST]) -> set[str]:
    """Last names of what is called."""
    names: set[str] = set()
    for statement in body:
        for node in walk(statement):
            if isinstance(node, ast.Call):
                names.add(str(getattr(node.func, "attr", None) or getattr(node.func, "id", "")))
    return names


def _updating_functions(tree: ast.Module, parameters: Sequence[Chain]) -> set[str]:
    """Functions of a file that assign to a parameter, or call one that does."""
    functions = [node for node in walk(tree) if isinstance(node, ast.FunctionDef)]
    found = {function.name for function in functions if _updates(function, parameters)}
    while True:
        more = {function.name for function in functions if found & _called(function.body)} - found
        if not more:
            return found
        found |= more


def _updates(function: ast.FunctionDef, parameters: Sequence[Chain]) -> bool:
    """Whether a function changes an outer parameter, or the same part of some other object (`self.W1`)."""
    if function.name == "__init__":
        return False
    outer = [node for node in scope_walk(function.body) if isinstance(node, ast.Global | ast.Nonlocal)]
    declared = {name for node in outer for name in node.names}
    arguments = {argument.arg for argument in function.args.args}
    for node in scope_walk(function.body):
        for target in own_targets(node):
            in_place = target[0] in arguments and (len(target) > 1 or isinstance(node, ast.AugAssign))
            for key in parameters:
                if target[0] == key[0] and (target[0] in declared or in_place) and may_touch(target, key):
                    return True
                # a method may be that of an object within the object: `self.W` of `net.layers[0].W`
                if len(key) >= len(target) > 1 and may_touch(target[1:], key[-len(target) + 1 :]):
                    return True
    return False


def _derived(body: Sequence[ast.AST], names: set[str]) -> set[str]:
    """Names that may stand for one of `names`, or for something made of them."""
    while True:
        more = {
            target[0]
            for node in scope_walk(body)
            if isinstance(node, ast.Assign | ast.For)
            and _names(node.iter if isinstance(node, ast.For) else node.value) & names
            for target in own_targets(node)
        } - names
        if not more:
            return names
        names = names | more


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in walk(node) if isinstance(inner, ast.Name)}


def _changes_in_place(body: Sequence[ast.AST], names: set[str]) -> bool:
    """Whether a loop's body has `p -= ...` or `p[...] = ...` of one of the names."""
    return any(
        target[0] in names and (isinstance(node, ast.AugAssign) or len(target) > 1)
        for node in scope_walk(body)
        for target in own_targets(node)
    )


def straight_pass(statements: Sequence[ast.stmt], keys: Sequence[Chain], parameters: Sequence[Chain]) -> int:
    """
    Find where the pass of a script without a loop begins.

    Parameters
    ----------
    statements : sequence of stmt
    keys, parameters : sequence of tuple of str
        All injected names, and those of parameters.

    Returns
    -------
    int
        Index of the first statement that reads an injected name and has none behind it that sets one anew; an
        update of a parameter by a sum or difference sets none anew.
    """
    setting = [index for index, statement in enumerate(statements) if sets_anew(statement, keys, parameters)]
    roots = {key[0] for key in keys}
    for index in range(setting[-1] + 1 if setting else 0, len(statements)):
        read = {node.id for node in scope_walk([statements[index]]) if isinstance(node, ast.Name)}
        if read & roots:
            return index
    return len(statements)


def sets_anew(statement: ast.stmt, keys: Sequence[Chain], parameters: Sequence[Chain]) -> bool:
    """Whether a statement, or one in it, sets an injected name otherwise than by updating a parameter."""
    for node in scope_walk([statement]):
        for target in own_targets(node):
            touched = [key for key in keys if within(target, key)]
            if touched and not (touched[0] in parameters and _is_update(node, target[0])):
                return True
    return False


def _is_update(node: ast.AST, root: str) -> bool:
    """Whether an assignment adds to, or subtracts from, what it assigns to."""
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Add | ast.Sub)
    if not isinstance(node, ast.Assign) or root not in _names(node.value):
        return False
    return not isinstance(node.value, ast.BinOp) or isinstance(node.value.op, ast.Add | ast.Sub)
