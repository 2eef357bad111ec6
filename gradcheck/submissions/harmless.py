"""
Which functions of a file leave everything as it was: a candidate that calls only those has nothing to undo.

What the text doesn't show to be harmless isn't: nor is a call of what has no name, or one that anything else has.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from gradcheck.submissions.definitions import MOST_STATEMENTS, Function, body
from gradcheck.submissions.library import calculates, is_pure_method
from gradcheck.submissions.targets import bound_name, last_name, scope_walk
from gradcheck.submissions.trees import walk
from gradcheck.submissions.undoing import CHANGING

_MAKERS = ("__init__", "__post_init__")
_DECORATORS = ("dataclass", "property", "staticmethod", "classmethod")
_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Constant)
_IMPORTS = (ast.Import, ast.ImportFrom)
_UNTOLD = (ast.Global, ast.Nonlocal, ast.Delete, ast.Await, ast.Yield, ast.YieldFrom, ast.Match, *_IMPORTS)
CALL = "__call__"  # to call an object is no secret: the text of a call shows that it isn't known


class Calls(NamedTuple):
    """
    Names of a file's functions and classes.

    Attributes
    ----------
    changing, harmless : frozenset of str
        Whose call may change anything, as far as the text tells; and those of which it tells that it doesn't.
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
        None is harmless if an operator, or whatever else is called without its name, may change anything; nor
        in a file that is too long to be worth the effort, or that takes whatever another one has.
    """
    nodes = [*walk(tree)]
    starred = any(isinstance(one, ast.ImportFrom) and one.names[0].name == "*" for one in nodes)
    if starred or sum(isinstance(one, ast.stmt) for one in nodes) > MOST_STATEMENTS:
        return Calls()
    file = _File(nodes)
    changing = {name for name, some in file.functions.items() if any(map(file.changes, some))}
    changing |= {name for name, node in file.classes.items() if not file.is_plain(node)}
    uses = {name: set[str]().union(*map(file.uses, some)) for name, some in file.functions.items()}
    uses |= {name: file.made_by(node) for name, node in file.classes.items()}
    while more := {name for name, used in uses.items() if name not in changing and not used.isdisjoint(changing)}:
        changing |= more
    if any(name.startswith("__") and name.endswith("__") and name != CALL for name in changing):
        return Calls(frozenset(changing))
    return Calls(frozenset(changing), frozenset(uses.keys() - changing))


class _File:
    """The functions and classes of one file, and what it gives their names to besides."""

    def __init__(self, nodes: Sequence[ast.AST]) -> None:
        self._nodes = nodes
        self.classes = {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}

    @cached_property
    def functions(self) -> dict[str, list[Function]]:
        """All functions by the name they are called by; what makes an object by that and its class's."""
        making = {id(one): f"{node.name}.{one.name}" for node in self.classes.values() for one in _making(node)}
        found: dict[str, list[Function]] = {}
        for node in self._nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(making.get(id(node), node.name), []).append(node)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                for target in node.targets:
                    found.setdefault(last_name(target), []).append(node.value)
        return found

    @cached_property
    def _given(self) -> set[str]:
        """Names and attributes that something is given to that is no function of the file's."""
        lambdas = (one for one in self._nodes if isinstance(one, ast.Assign) and isinstance(one.value, ast.Lambda))
        told = {id(target) for one in lambdas for target in one.targets}
        found = {one.arg for one in self._nodes if isinstance(one, ast.arg)}
        for node in self._nodes:
            stored = isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del)
            found |= {last_name(node)} if stored and id(node) not in told else set()
            found |= (
                {bound_name(one) for one in node.names} if isinstance(node, ast.Import | ast.ImportFrom) else set()
            )
            found |= (
                {str(node.name)} if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) else set()
            )
        return found

    @cached_property
    def _modules(self) -> dict[str, str]:
        """Names of numpy and math, and of functions of theirs: `np` is "numpy", `exp` "numpy.exp"."""
        found: dict[str, str] = {}
        for node in self._nodes:
            if isinstance(node, ast.Import):
                found |= {bound_name(one): one.name for one in node.names if one.name in ("numpy", "math")}
            elif isinstance(node, ast.ImportFrom) and node.module in ("numpy", "math"):
                found |= {bound_name(one): f"{node.module}.{one.name}" for one in node.names}
        return found

    @cached_property
    def _computed(self) -> set[str]:
        """Attributes that a function gives."""
        decorated = ((name, one) for name, some in self.functions.items() for one in some)
        return {
            name for name, one in decorated if "property" in map(last_name, getattr(one, "decorator_list", ()))
        }

    def is_plain(self, node: ast.ClassDef) -> bool:
        """Whether the file shows all that an object of a class is made by."""
        known = all(isinstance(one, ast.Name) and one.id in (*self.classes, "object") for one in node.bases)
        made = any(isinstance(one, ast.FunctionDef) and one.name == "__new__" for one in node.body)
        return known and not made and not node.keywords and node.name not in self._given and _is_bare(node)

    def made_by(self, node: ast.ClassDef) -> set[str]:
        """What makes an object of a class."""
        return {*map(last_name, node.bases), *(f"{node.name}.{one.name}" for one in _making(node))}

    def uses(self, function: Function) -> set[str]:
        """What a function reads, and so may call; not a name that it only keeps or returns."""
        nodes = [*_run(function)]
        kept = [node.value for node in nodes if isinstance(node, ast.Assign | ast.Return)]
        parts = {id(part) for one in kept for part in getattr(one, "elts", [one])}
        names = {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in parts}
        called = {last_name(node.func) for node in nodes if isinstance(node, ast.Call)}
        read = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        return names | called | (read & self._computed)

    def changes(self, function: Function) -> bool:
        """Whether a function itself may change anything but what it has made, or what it is to make."""
        if isinstance(function, ast.AsyncFunctionDef) or not _is_bare(function):
            return True
        nodes = [*_run(function)]
        anew = self._made_anew(function, nodes)
        makes = getattr(function, "name", "") in _MAKERS
        first = function.args.args[0].arg if makes and function.args.args else ""
        return any(
            isinstance(node, _UNTOLD)
            or (isinstance(node, ast.AugAssign) and getattr(node.target, "id", "") not in anew)
            or (isinstance(node, ast.Attribute) and _is_put(node) and _stem(node) not in {*anew, first} - {""})
            or (isinstance(node, ast.Subscript) and _is_put(node) and _stem(node) not in anew)
            or (isinstance(node, ast.Call) and not self._is_known(node, anew))
            for node in nodes
        )

    def _is_known(self, call: ast.Call, anew: Collection[str]) -> bool:
        """Whether the text tells what a call runs: a function of the file, or one that changes nothing."""
        name, of = last_name(call.func), getattr(call.func, "value", None)
        if any(isinstance(one, ast.Starred) for one in call.args) or not name:
            return False
        if name in self.functions or name in self.classes:
            return name not in self._given
        if isinstance(call.func, ast.Name):
            own = "" if name in self._given else f"builtins.{name}"
            module, _, function = self._modules.get(name, own).partition(".")
            return bool(function) and calculates(call, module, function)
        module = self._modules.get(getattr(of, "id", ""), "")
        filling = getattr(of, "id", "") in anew and name in CHANGING
        return calculates(call, module, name) if module else filling or is_pure_method(call, name)

    def _made_anew(self, function: Function, nodes: Sequence[ast.AST]) -> set[str]:
        """Names to which a function gives nothing but what it has just made, and adds at most."""
        made = [
            node.targets[0]
            for node in nodes
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
            if isinstance(node.value, _DISPLAYS) or self._makes(node.value)
        ]
        told = {id(one) for one in made}
        told |= {id(node.target) for node in nodes if isinstance(node, ast.AugAssign)}
        stored = (node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        others = {node.id for node in stored if id(node) not in told}
        others |= {str(node.name) for node in nodes if isinstance(node, ast.ExceptHandler)}
        others |= {one.arg for one in walk(function.args) if isinstance(one, ast.arg)}
        return {last_name(one) for one in made} - others

    def _makes(self, value: ast.AST) -> bool:
        """Whether an expression makes an object of a class of the file."""
        return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in self.classes


def _making(node: ast.ClassDef) -> list[ast.FunctionDef]:
    """The methods of a class that make an object."""
    return [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name in _MAKERS]


def _run(function: Function) -> Iterator[ast.AST]:
    """What runs when a function is called: in what it only defines what is evaluated then, and its lambdas."""
    waiting: list[ast.AST] = body(function)
    while waiting:
        found = [*scope_walk(waiting)]
        yield from found
        waiting = []
        for node in found:
            if isinstance(node, ast.Lambda):
                waiting += [node.args, node.body]
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                waiting += [*node.decorator_list, node.args]
            elif isinstance(node, ast.ClassDef):
                waiting += [*node.decorator_list, *node.bases, *node.body]


def _is_put(node: ast.Name | ast.Attribute | ast.Subscript) -> bool:
    return isinstance(node.ctx, ast.Store | ast.Del)


def _stem(node: ast.Attribute | ast.Subscript) -> str:
    """The name of which something is an attribute or an item; "" of anything else."""
    return getattr(node.value, "id", "")


def _is_bare(node: ast.AST) -> bool:
    """Whether a function or class is what it says, whatever decorates it."""
    decorators = getattr(node, "decorator_list", ())
    return all(last_name(getattr(one, "func", one)) in _DECORATORS for one in decorators)
