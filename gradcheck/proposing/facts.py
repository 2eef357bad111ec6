"""What a file says of its functions and classes: their parameters, what they return, how they are called."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from gradcheck.proposing import vocabulary
from gradcheck.submissions.targets import last_name, mangle, scope_walk

Scope = ast.Module | ast.FunctionDef


@dataclass(frozen=True, kw_only=True)
class Function:
    """
    A function or a method.

    Attributes
    ----------
    name : str
    node : FunctionDef
    required : tuple of str
        Parameters without a default, `self` and `cls` left out.
    optional : mapping
        Parameters with a default, and the text of the default.
    returns : tuple of str
        Names of what it returns, one for each part of a tuple; empty where a part has no name.
    """

    name: str
    node: ast.FunctionDef
    required: tuple[str, ...]
    optional: dict[str, str] = field(default_factory=dict)
    returns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Class:
    """A class: its constructor (none: no parameters) and its other methods, plain and computed."""

    name: str
    init: Function | None
    methods: tuple[Function, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """
    What is read from one file.

    Attributes
    ----------
    tree : Module
    functions : tuple of Function
        Of the module's own scope.
    classes : tuple of Class
    results : mapping
        Function to the names that its results are given where it is called, and that it returns itself.
    arguments : mapping
        Function or method to the names of its arguments where it is called; those by keyword are left out.
    numpy : bool
        Whether it imports numpy, or may by a file beside it.
    beside : tuple of str
        Files beside it that it imports from.
    found : dict
        Function to the network that `products.of` found in it.
    """

    tree: ast.Module
    functions: tuple[Function, ...]
    classes: tuple[Class, ...]
    results: dict[str, list[tuple[str, ...]]]
    arguments: dict[str, list[tuple[str, ...]]]
    numpy: bool
    beside: tuple[str, ...] = ()
    found: dict[ast.FunctionDef, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def matrices(self) -> bool:
        """Whether there are `np.matrix` in it, of which `*` is the matrix product."""
        calls = [node.func for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return any(getattr(one, "attr", getattr(one, "id", "")) in ("matrix", "mat", "asmatrix") for one in calls)

    @cached_property
    def getters(self) -> dict[str, str]:
        """Computed attributes that can't be set, and are another one: `W1`, which returns `self.__W1`."""
        methods = [
            (one, ast.unparse(by)) for cls in self.classes for one in cls.methods for by in one.node.decorator_list
        ]
        settable = {one.name for one, by in methods if by.endswith(".setter")}
        found = {}
        for one, by in methods:
            last = one.node.body[-1]
            value = last.value if isinstance(last, ast.Return) else None
            if by == "property" and one.name not in settable and isinstance(value, ast.Attribute):
                found[one.name] = value.attr if ast.unparse(value.value) == "self" else one.name
        return found

    @property
    def defined(self) -> list[str]:
        """Names of its functions and classes, in order."""
        return [*(one.name for one in self.functions), *(one.name for one in self.classes)]

    @property
    def own(self) -> set[str]:
        """The same as a set."""
        return set(self.defined)


def read(text: str, folder: str = "") -> Facts:
    """
    Read a file.

    Parameters
    ----------
    text : str
        Which parses.
    folder : str
        Of the file: what it imports by name from files beside it counts as its own.
    """
    tree = ast.parse(text)
    for owner in reversed([one for one in ast.walk(tree) if isinstance(one, ast.ClassDef)]):  # inner ones first
        mangle(owner, owner.name)
    nodes = [*scope_walk(tree.body), *(_imported(tree, Path(folder)) if folder else ())]
    functions = tuple(_function(node) for node in nodes if isinstance(node, ast.FunctionDef))
    classes = tuple(_class(node) for node in nodes if isinstance(node, ast.ClassDef))
    classes += tuple(one for node in nodes if isinstance(node, ast.Assign) for one in _named_tuple(node))
    results = dict(_results(tree))
    for function in (*functions, *(method for one in classes for method in one.methods)):
        if function.returns:
            results.setdefault(function.name, []).append(function.returns)
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    arguments: dict[str, list[tuple[str, ...]]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            names = tuple(one.id if isinstance(one, ast.Name) else "" for one in node.args)
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            arguments.setdefault(called, []).append(names)
    beside = [path.name for _, path in _files_beside(tree, Path(folder))] if folder else []
    return Facts(
        tree=tree,
        functions=functions,
        classes=classes,
        results=results,
        arguments=arguments,
        numpy="numpy" in imported or bool(beside),
        beside=tuple(dict.fromkeys(beside)),
    )


def _imported(tree: ast.Module, folder: Path) -> Iterator[ast.AST]:
    """Functions and classes that a file imports by name from files beside it, under the names it gives them."""
    for node, path in _files_beside(tree, folder):
        try:
            beside = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        names = {alias.name: alias.asname or alias.name for alias in node.names}
        for one in scope_walk(beside.body):
            if isinstance(one, ast.FunctionDef | ast.ClassDef) and (one.name in names or "*" in names):
                one.name = names.get(one.name, one.name)
                yield one


def _files_beside(tree: ast.Module, folder: Path) -> Iterator[tuple[ast.ImportFrom, Path]]:
    """Imports by name from files in a folder, and the files."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            path = folder / f"{node.module.replace('.', '/')}.py"
            if path.is_file():
                yield node, path


def _function(node: ast.FunctionDef, method: bool = False) -> Function:
    arguments = [*node.args.posonlyargs, *node.args.args]
    defaults = [ast.unparse(default) for default in node.args.defaults]
    plain = arguments[: len(arguments) - len(defaults)]
    static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in node.decorator_list)
    if method and plain and not static:
        plain = plain[1:]
    names = [argument.arg for argument in plain]
    if node.args.vararg is not None and not arguments[len(plain) + method :]:
        several = unpacked(ast.walk(node), node.args.vararg.arg)
        names += [last_name(part) for part in several.elts] if several is not None else []
    optional = dict(
        zip((argument.arg for argument in arguments[len(arguments) - len(defaults) :]), defaults, strict=True)
    )
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        optional[argument.arg] = ast.unparse(default) if default is not None else "None"
    returned = [one.value for one in scope_walk(node.body) if isinstance(one, ast.Return) and one.value]
    return Function(
        name=node.name,
        node=node,
        required=tuple(names),
        optional=optional,
        returns=_names(returned[-1]) if returned else (),
    )


def _names(value: ast.expr) -> tuple[str, ...]:
    """Names of the parts of a tuple, or of the one value."""
    values = value.elts if isinstance(value, ast.Tuple) else [value]
    return tuple(one.id if isinstance(one, ast.Name) else "" for one in values)


def _class(node: ast.ClassDef) -> Class:
    methods = [(one, _function(one, method=True)) for one in node.body if isinstance(one, ast.FunctionDef)]
    init = next((function for one, function in methods if one.name == "__init__"), None)
    fields = tuple(
        one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    )
    plain = tuple(function for one, function in methods if one.name == "__call__" or not one.name.startswith("__"))
    return Class(name=node.name, init=init, methods=plain, fields=fields)


def _named_tuple(node: ast.Assign) -> Iterator[Class]:
    """The class that `namedtuple` makes."""
    call = node.value
    if (
        isinstance(call, ast.Call)
        and ast.unparse(call.func).rpartition(".")[2] == "namedtuple"
        and len(call.args) > 1
    ):
        try:
            fields = ast.literal_eval(call.args[1])
        except ValueError:
            return
        names = fields.replace(",", " ").split() if isinstance(fields, str) else fields
        for target in node.targets:
            yield Class(name=ast.unparse(target), init=None, methods=(), fields=tuple(map(str, names)))


def _results(tree: ast.Module) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Names that results are given at the places where functions are called."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            called = node.value.func
            name = getattr(called, "id", getattr(called, "attr", ""))
            found.setdefault(name, []).append(_names(node.targets[0]))
    yield from found.items()


HELD = "_held_"
"""Stands for the name of a container in the places of its parts."""


class Container(NamedTuple):
    """
    How a parameter is taken apart.

    Attributes
    ----------
    template : str
        With the parts' names in braces: `[[{w1}, {b1}], [{w2}, {b2}]]`.
    places : dict
        Name of a part to its place, such as `_held_[0][1]`.
    """

    template: str
    places: dict[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """Those of the parts."""
        return tuple(self.places)


def container(function: Function, parameter: str, facts: Facts) -> Container | None:
    """Tell how a parameter is taken apart, if it is."""
    nodes = list(ast.walk(function.node))
    target = unpacked(nodes, parameter)
    if target is not None:
        return Container(_template(target), dict(_places(target, HELD)))
    keys = _keys(nodes, parameter)
    if keys or vocabulary.kind(parameter) == "container":
        keys = list(dict.fromkeys([*_keys(ast.walk(facts.tree), parameter), *keys]))
    strings = [key for key in keys if isinstance(key, str) and key.isidentifier()]
    if len(strings) == len(keys) > 1:
        template = "{{" + ", ".join(f"{key!r}: {{{key}}}" for key in strings) + "}}"
        return Container(template, {key: f"{HELD}[{key!r}]" for key in strings})
    attributes = _attributes(nodes, parameter)
    everywhere = _attributes(ast.walk(facts.tree), parameter)
    for one in facts.classes:
        if attributes and attributes <= {*one.fields} and len(everywhere & {*one.fields}) > 1:
            template = f"{one.name}(" + ", ".join(f"{{{name}}}" for name in one.fields) + ")"
            return Container(template, {name: f"{HELD}.{name}" for name in one.fields})
    kind = vocabulary.kind(parameter)
    alone = [vocabulary.kind(name) for name in function.required].count(kind) == 1
    if kind in ("W", "b") and alone and parameter in _gone_through(facts.tree):
        parts = {f"{parameter}{layer}": f"{HELD}[{layer - 1}]" for layer in (1, 2)}
        return Container("[" + ", ".join(f"{{{name}}}" for name in parts) + "]", parts)
    return None


def named_values(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Names that assignments among some nodes give, and their values: of `a, b = 1, 2` part by part."""
    for node in nodes:
        if isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            yield node.target.id, node.value
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            parts = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                parts = list(zip(target.elts, node.value.elts, strict=False))
            yield from ((one.id, value) for one, value in parts if isinstance(one, ast.Name))


def literals(body: Sequence[ast.AST]) -> dict[str, ast.List]:
    """Names that lists are assigned to, written out."""
    return {name: value for name, value in named_values(scope_walk(body)) if isinstance(value, ast.List)}


def _gone_through(tree: ast.AST) -> set[str]:
    """Names of what is gone through, one part after another: `for W, b in zip(weights, biases)`."""
    loops = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]
    within = [node for loop in loops for node in (loop.args if isinstance(loop, ast.Call) else [loop])]
    stems = [node.value if isinstance(node, ast.Subscript) else node for node in within]
    return {node.id for node in stems if isinstance(node, ast.Name)}


def _attributes(nodes: Iterable[ast.AST], name: str) -> set[str]:
    """What is asked of something by that name."""
    return {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    }


def unpacked(nodes: Iterable[ast.AST], parameter: str) -> ast.Tuple | ast.List | None:
    """What a name is unpacked into: `W1, b1, W2, b2 = params`."""
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == parameter:
            target = node.targets[0]
            starred = any(isinstance(one, ast.Starred) for one in ast.walk(target))
            if isinstance(target, ast.Tuple | ast.List) and not starred and len(dict(_places(target, HELD))) > 1:
                return target
    return None


def _keys(nodes: Iterable[ast.AST], parameter: str) -> list[object]:
    """Constants by which a name is subscripted, in order."""
    return list(
        dict.fromkeys(
            node.slice.value
            for node in nodes
            if isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id == parameter
            and isinstance(node.slice, ast.Constant)
        )
    )


def _template(target: ast.expr) -> str:
    """Lists all the way down: a tuple could not be changed in place."""
    if isinstance(target, ast.Tuple | ast.List):
        return f"[{', '.join(_template(part) for part in target.elts)}]"
    name = last_name(target)
    return "{" + name + "}" if name else "None"


def _places(target: ast.expr, place: str) -> Iterator[tuple[str, str]]:
    """Names that a target gives, and where their values are."""
    if isinstance(target, ast.Tuple | ast.List):
        for index, part in enumerate(target.elts):
            yield from _places(part, f"{place}[{index}]")
    elif last_name(target):
        yield last_name(target), place
