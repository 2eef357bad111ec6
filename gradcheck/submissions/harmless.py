"""
Which functions of a file leave everything as it was: a candidate that calls only those has nothing to undo.

What the text doesn't show to be harmless isn't.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from gradcheck.submissions.definitions import Function, body
from gradcheck.submissions.targets import bound_name, scope_walk
from gradcheck.submissions.trees import walk
from gradcheck.submissions.undoing import puts

_MAKERS = ("__init__", "__post_init__")
_ANYTHING = frozenset(("setattr", "delattr", "exec", "eval", "globals", "locals", "vars", "next", "iter", "super"))
_DECORATORS = ("dataclass", "property", "staticmethod", "classmethod")
_CALCULATING = ("numpy", "math", "__future__")  # modules that change nothing but what they are handed
_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Constant)


class Calls(NamedTuple):
    """
    Names of a file by which something may be called.

    Attributes
    ----------
    changing, harmless : frozenset of str
        Whose call may change anything, as far as the text tells; and those of which it tells that it doesn't.
        Of both a file may have names that the text doesn't tell of.
    """

    changing: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()


def calls(tree: ast.Module) -> Calls:
    """
    Tell which calls change something that was there before.

    Parameters
    ----------
    tree : Module
        As parsed.

    Returns
    -------
    Calls
        None is harmless if an operator, or whatever else is called without its name, may change anything.
    """
    nodes = [*walk(tree)]
    classes = {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}
    functions = [*_functions(nodes)]
    changing = {name for name, function in functions if _changes(function, classes)}
    changing |= {name for name, node in classes.items() if not _is_plain(node, classes)}
    changing |= {bound_name(one) for node in nodes for one in _imported(node)}
    mentions = [(name, _mentions(function)) for name, function in functions]
    mentions += [(name, {*map(_last, node.bases), *_makers(node)}) for name, node in classes.items()]
    mentions += [(name, _mentions(value)) for name, value in _kept(nodes)]
    while more := {name for name, others in mentions if name not in changing and not others.isdisjoint(changing)}:
        changing |= more
    unnamed = any(name.startswith("__") and name.endswith("__") for name in changing)
    known = set() if unnamed else {*classes, *(name for name, _ in functions)}
    return Calls(frozenset(changing), frozenset(known - changing))


def _functions(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, Function]]:
    """Every function, by the name that it is called by; what makes an object is that of its class."""
    making = {id(one): f"{node.name}.{one.name}" for node in nodes for one in _making(node)}  # type: ignore[attr-defined]
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield making.get(id(node), node.name), node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            yield from ((_last(target), node.value) for target in node.targets)


def _making(node: ast.AST) -> list[ast.FunctionDef]:
    """The methods of a class that make an object."""
    methods = node.body if isinstance(node, ast.ClassDef) else []
    return [one for one in methods if isinstance(one, ast.FunctionDef) and one.name in _MAKERS]


def _makers(node: ast.ClassDef) -> Iterator[str]:
    return (f"{node.name}.{one.name}" for one in _making(node))


def _imported(node: ast.AST) -> list[ast.alias]:
    """What is imported from where things may be changed."""
    if isinstance(node, ast.ImportFrom):
        return [] if (node.module or "").partition(".")[0] in _CALCULATING else node.names
    named = node.names if isinstance(node, ast.Import) else []
    return [one for one in named if one.name.partition(".")[0] not in _CALCULATING]


def _kept(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """What is kept under a name, which may be a function: `out.back = back`."""
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(
            node.value, ast.Name | ast.Attribute | ast.IfExp | ast.Lambda
        ):
            yield from ((_last(target), node.value) for target in node.targets)


def _last(node: ast.AST) -> str:
    """The name that something is called by: `back` of `out.back`."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _is_plain(node: ast.ClassDef, classes: Collection[str]) -> bool:
    """Whether the file shows all that an object of a class is made by."""
    known = all(isinstance(one, ast.Name) and one.id in (*classes, "object") for one in node.bases)
    return known and not node.keywords and _is_bare(node)


def _is_bare(node: ast.AST) -> bool:
    """Whether a function or class is what it says, whatever decorates it."""
    decorators = getattr(node, "decorator_list", ())
    return all(_last(getattr(one, "func", one)) in _DECORATORS for one in decorators)


def _mentions(function: ast.AST) -> set[str]:
    """Names and attributes that a function reads, and so may call; what it only keeps or returns it doesn't."""
    nodes = [*_run(function)]
    kept = [node.value for node in nodes if isinstance(node, ast.Assign | ast.Return) and node.value is not None]
    parts = {id(part) for one in kept for part in (one.elts if isinstance(one, ast.Tuple) else [one])}
    found = (
        node for node in nodes if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
    )
    return {_last(node) for node in found if id(node) not in parts}


def _run(function: ast.AST) -> Iterable[ast.AST]:
    """What runs when a function is called; of a value, all that is in it."""
    if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return scope_walk(body(function))
    return walk(function)


def _changes(function: Function, classes: Collection[str]) -> bool:
    """Whether a function itself changes anything but what it has made, be it the object that it is to make."""
    nodes = [*_run(function)]
    first = function.args.args[0].arg if getattr(function, "name", "") in _MAKERS and function.args.args else ""
    anew = _made_anew(nodes, classes) - {one.arg for one in walk(function.args) if isinstance(one, ast.arg)}
    for node in nodes:
        if isinstance(node, ast.Global | ast.Nonlocal | ast.Delete | ast.Await | ast.Yield | ast.YieldFrom):
            return True
        if isinstance(node, ast.AugAssign) and getattr(node.target, "id", "") not in anew:
            return True
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            of = getattr(node.value, "id", "")
            if of not in anew and not (of == first and isinstance(node, ast.Attribute)):
                return True
        if isinstance(node, ast.Call):
            stem = node.func.value if isinstance(node.func, ast.Attribute) else None
            if _last(node.func) in _ANYTHING | {""} or (puts(node) and getattr(stem, "id", "") not in anew):
                return True
    return isinstance(function, ast.AsyncFunctionDef) or not _is_bare(function)


def _made_anew(nodes: Iterable[ast.AST], classes: Collection[str]) -> set[str]:
    """Names to which a function gives nothing but what it has just made, and adds at most."""
    made = [
        node.targets[0]
        for node in nodes
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and (isinstance(node.value, _DISPLAYS) or _last(getattr(node.value, "func", node)) in classes)
    ]
    made += [node.target for node in nodes if isinstance(node, ast.AugAssign)]
    told = {id(one) for one in made}
    stored = (node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return {_last(one) for one in made} - {node.id for node in stored if id(node) not in told}
