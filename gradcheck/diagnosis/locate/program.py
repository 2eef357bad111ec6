"""A submission's text and syntax tree side by side: numbers, parents, places, scopes."""

from __future__ import annotations

import ast
import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

FEW = 2  # names or methods that are not used tell what was forgotten; more are a habit
NOT_VALUES = ("T", "shape", "size", "ndim", "dtype")
_NUMBERED = re.compile(r"\b[^\W\d]\w*[12]\w*|(?<=[\"'])\w*[12]\w*(?=[\"'])")
_QUOTED = re.compile(r"'[^']*'")
_NUMPY = frozenset(dir(np))
_OTHER_LAYER = str.maketrans("12", "21")
_LONGEST = 60  # formula, in characters
_LONGEST_ROW = 32  # display whose entries are looked at one by one
_ITERATORS = ("zip", "enumerate", "reversed", "iter", "list")
_GROUPING = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Attribute,
    ast.Subscript,
    ast.Compare,
    ast.Assign,
    ast.AugAssign,
    ast.Return,
)


@dataclass(frozen=True, order=True)
class Root:
    """
    An expression whose value a statement uses whole: what is assigned, returned, passed on, or an entry of these.

    Attributes
    ----------
    statement, expression : int
        Numbers of the nodes, in `ast.walk` order. A lambda is a statement: its body is what it returns.
    """

    statement: int
    expression: int


class Program:
    """
    One version of a submission's source.

    Parameters
    ----------
    text : str
        Python source.

    Raises
    ------
    SyntaxError
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self.nodes = list(ast.walk(self.tree))
        self.numbers = {id(node): number for number, node in enumerate(self.nodes)}
        self.parents = {id(child): node for node in self.nodes for child in ast.iter_child_nodes(node)}
        # not splitlines, which breaks at form feeds, too, where the parser doesn't
        self._lines = [line + "\n" for line in text.split("\n")]
        self._spans: dict[int, tuple[int, int]] = {}
        self._grouped: dict[int, tuple[int, int]] = {}
        self._forms: dict[int, str] = {}
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def number(self, node: ast.AST) -> int:
        """Give a node's index in `ast.walk` order."""
        return self.numbers[id(node)]

    def column(self, line: int, offset: int) -> int:
        """Turn an offset in UTF-8 bytes, as the syntax tree has it, into one in characters."""
        text = self._lines[line - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode())

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        """Start and end of a node, in characters of the text."""
        if id(node) not in self._spans:
            self._spans[id(node)] = self._span(node)
        return self._spans[id(node)]

    def _span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + self.column(node.lineno, node.col_offset)
        return start, self._starts[node.end_lineno - 1] + self.column(node.end_lineno, node.end_col_offset)

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """Text of a node, without parentheses around it."""
        start, end = self.span(node)
        return self.text[start:end]

    def position(self, offset: int) -> tuple[int, int]:
        """Line, counted from 1, and column, from 0, of a character of the text."""
        line = min(bisect_right(self._starts, offset), len(self._lines))
        return line, offset - self._starts[line - 1]

    def parenthesised(self, node: ast.expr) -> tuple[int, int]:
        """Give the span of a node, including the parentheses that only group it."""
        if id(node) not in self._grouped:
            self._grouped[id(node)] = self._parenthesised(node)
        return self._grouped[id(node)]

    def _parenthesised(self, node: ast.expr) -> tuple[int, int]:
        start, end = self.span(node)
        before, after = len(self.text[:start].rstrip()) - 1, end
        while after < len(self.text) and self.text[after].isspace():
            after += 1
        if before < 0 or after >= len(self.text) or self.text[before] + self.text[after] != "()":
            return start, end
        parent = self.parents.get(id(node))
        groups = isinstance(parent, _GROUPING) and not (
            isinstance(parent, ast.Subscript | ast.Attribute) and parent.value is not node
        )
        if isinstance(parent, ast.Call) and node in parent.args:
            groups = self.text.find("(", self.span(parent.func)[1]) < before
        return (before, after + 1) if groups else (start, end)

    def form(self, node: ast.AST) -> str:
        """Say what a statement or an expression is, whatever its names are."""
        if id(node) not in self._forms:
            self._forms[id(node)] = _QUOTED.sub("", ast.dump(node))
        return self._forms[id(node)]

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """From the parent of a node up to the module."""
        while (parent := self.parents.get(id(node))) is not None:
            yield parent
            node = parent

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """Find the innermost statement that a node is part of."""
        if isinstance(node, ast.stmt):
            return node
        return next((a for a in self.ancestors(node) if isinstance(a, ast.stmt)), None)

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """Give the statements among which one stands."""
        return next(block for block in _blocks(self.parents[id(statement)]) if statement in block)

    @cached_property
    def blocks(self) -> tuple[list[ast.stmt], ...]:
        """Every sequence of statements that are run one after another."""
        return tuple(block for node in self.nodes for block in _blocks(node))

    def scope(self, node: ast.AST) -> ast.AST:
        """Find the function that a node runs in, be it a lambda, or the module."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
        return next((a for a in self.ancestors(node) if isinstance(a, kinds)), self.tree)

    @cached_property
    def classes(self) -> tuple[ast.ClassDef, ...]:
        """The classes of the file."""
        return tuple(node for node in self.nodes if isinstance(node, ast.ClassDef))

    @cached_property
    def methods(self) -> tuple[list[ast.FunctionDef], ...]:
        """The functions of every class."""
        return tuple([one for one in node.body if isinstance(one, ast.FunctionDef)] for node in self.classes)

    def in_loop(self, node: ast.AST) -> bool:
        """Whether a node stands in a loop."""
        return any(isinstance(ancestor, ast.For | ast.While) for ancestor in self.ancestors(node))

    @cached_property
    def roots(self) -> tuple[Root, ...]:
        """Every root of the program, in the order of the text."""
        found = [
            Root(self.number(node), self.number(expression))
            for node in self.nodes
            if isinstance(node, ast.stmt | ast.Lambda)
            for whole in _roots(node)
            for expression in (whole, *self._kept(whole))
        ]
        return tuple(sorted(found, key=lambda root: self.span(self.expression(root))))

    def _kept(self, value: ast.expr) -> list[ast.expr]:
        """
        Formulas that a call is handed of which what it gives doesn't tell.

        It makes a function of them that is called later, or they are entries of what it is handed.
        """
        if not isinstance(value, ast.Call):
            return []
        definition = self.definitions.get(last_name(value.func))
        inner = (part for part in ast.walk(definition) if part is not definition) if definition else ()
        later = any(isinstance(part, ast.FunctionDef | ast.Lambda) for part in inner)
        rows = [argument.elts for argument in value.args if isinstance(argument, ast.Tuple | ast.List)]
        handed = [*(value.args if later else ()), *itertools.chain.from_iterable(rows)]
        return [part for part in handed if isinstance(part, ast.BinOp | ast.UnaryOp | ast.Call)]

    @cached_property
    def iterated(self) -> tuple[Root, ...]:
        """What loops and comprehensions go over, each whole."""
        return tuple(
            Root(self.number(statement), self.number(node.iter))
            for node in self.nodes
            if isinstance(node, ast.For | ast.comprehension)
            if (statement := self.statement(node)) is not None
        )

    @cached_property
    def effects(self) -> tuple[Root, ...]:
        """Calls that are made for what they do and not for what they give, each whole."""
        return tuple(
            Root(self.number(node), self.number(node.value))
            for node in self.nodes
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        )

    def expression(self, root: Root) -> ast.expr:
        """Give the node of a root."""
        node = self.nodes[root.expression]
        assert isinstance(node, ast.expr)
        return node

    def only_renames(self, root: Root) -> bool:
        """Whether an expression only gives another name to what its function is handed."""
        node, statement = self.expression(root), self.nodes[root.statement]
        scope = self.scope(node)
        if not isinstance(node, ast.Name) or not isinstance(statement, ast.Assign):
            return False
        return isinstance(scope, ast.FunctionDef) and any(
            isinstance(part, ast.arg) and part.arg == node.id for part in ast.walk(scope.args)
        )

    @cached_property
    def formulas(self) -> tuple[ast.BinOp, ...]:
        """Sums, products and the like that are short enough to be quoted, or written out again elsewhere."""
        found = (node for node in self.nodes if isinstance(node, ast.BinOp))
        return tuple(node for node in found if len(text := self.segment(node)) <= _LONGEST and "\n" not in text)

    @cached_property
    def definitions(self) -> dict[str, ast.FunctionDef]:
        """The functions and methods of the file by name; of two with the same name, the later."""
        return {node.name: node for node in self.nodes if isinstance(node, ast.FunctionDef)}

    @cached_property
    def numpy(self) -> str:
        """Name under which the file knows numpy, "" if it doesn't."""
        imported = (one for node in self.nodes if isinstance(node, ast.Import) for one in node.names)
        return next((one.asname or "numpy" for one in imported if one.name == "numpy"), "")

    @cached_property
    def imported(self) -> frozenset[str]:
        """Names that the file gives to modules and to what it takes from them."""
        names = (one for node in self.nodes if isinstance(node, ast.Import | ast.ImportFrom) for one in node.names)
        return frozenset(one.asname or one.name.partition(".")[0] for one in names)

    def masked(self, root: Root) -> ast.Assign | ast.AugAssign | None:
        """Give the assignment whose mask an expression is, if it is one: of `a[z < 0] = 0` what is in brackets."""
        statement = self.nodes[root.statement]
        put_to = item(statement)
        masks = put_to is not None and put_to.slice is self.expression(root)
        return statement if masks and isinstance(statement, ast.Assign | ast.AugAssign) else None

    @cached_property
    def atoms(self) -> tuple[tuple[str, int, set[str]], ...]:
        """Every name, attribute and item: its text, the number its value goes by, the names it takes."""
        return tuple(self._atoms())

    def _atoms(self) -> Iterator[tuple[str, int, set[str]]]:
        for node in self.nodes:
            if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
                continue
            parts = list(ast.walk(node))
            attribute = isinstance(node, ast.Attribute) and node.attr in NOT_VALUES
            if attribute or any(isinstance(part, ast.Call) for part in parts) or not _is_named(node):
                continue
            parent = self.parents.get(id(node))
            target = isinstance(parent, ast.Assign | ast.AugAssign | ast.AnnAssign) and not isinstance(
                node.ctx, ast.Load
            )
            used = {self._selves.get(id(part), part.id) for part in parts if isinstance(part, ast.Name)}
            yield self.segment(node), self.number(parent if target and parent else node), used

    def functions(self, function: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]:
        """Give a function and those that it is defined in, the innermost first; none for the module."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        return [one for one in (function, *self.ancestors(function)) if isinstance(one, kinds)]

    def names(self, function: ast.AST) -> set[str]:
        """Names that code in a function can use: its own, those of functions around it, and the module's."""
        parts = [part for one in self.functions(function) for part in ast.walk(one)]
        own = {
            part.id if isinstance(part, ast.Name) else part.arg
            for part in parts
            if isinstance(part, ast.Name | ast.arg)
        }
        own |= {self._selves[id(part)] for part in parts if id(part) in self._selves}
        inherited = {one for name in own for one in self._inherited.get(name, ())}
        return own | inherited | self._top_names

    @cached_property
    def _selves(self) -> dict[int, str]:
        """What stands for the object in the methods of each class, by its nodes: it is another one in the next."""
        found: dict[int, str] = {}
        for owner, method in self._owned:
            own = method.args.args[0].arg
            for part in ast.walk(method):
                if own in (getattr(part, "id", None), getattr(part, "arg", None)):
                    found[id(part)] = _self_of(own, owner.name)
        return found

    @cached_property
    def _inherited(self) -> dict[str, list[str]]:
        """The objects of a class are those of the classes that it is made from, too."""
        bases = {owner.name: [last_name(base) for base in owner.bases] for owner in self.classes}
        found: dict[str, list[str]] = {}
        for owner, method in self._owned:
            above = list(bases[owner.name])
            for name in above:  # which grows
                above += [one for one in bases.get(name, ()) if one not in above]
            own = method.args.args[0].arg
            found[_self_of(own, owner.name)] = [_self_of(own, name) for name in above]
        return found

    @cached_property
    def _owned(self) -> tuple[tuple[ast.ClassDef, ast.FunctionDef], ...]:
        """The methods that are handed their object, with their class."""
        return tuple(
            (owner, method)
            for owner, methods in zip(self.classes, self.methods, strict=True)
            for method in methods
            if method.args.args and not any(last_name(one) == "staticmethod" for one in method.decorator_list)
        )

    @cached_property
    def _top_names(self) -> set[str]:
        return {
            node.id
            for node in self.nodes
            if isinstance(node, ast.Name) and isinstance(self.scope(node), ast.Module)
        }

    @cached_property
    def objects(self) -> tuple[str, ...]:
        """The file's own variables of whose attributes it makes use."""
        return tuple(
            dict.fromkeys(
                node.value.id
                for node in self.nodes
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                if node.value.id in self._stored
            )
        )

    @cached_property
    def _stored(self) -> set[str]:
        return {node.id for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}

    def unused(self, function: ast.AST) -> list[str]:
        """Names that code in a function gives values to and never uses: what they were made for may be wrong."""
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        used = {node.id for node in names if isinstance(node.ctx, ast.Load) and not self._is_filled(node)}
        given = (node.id for node in names if isinstance(node.ctx, ast.Store))
        return [name for name in dict.fromkeys(given) if name not in used and name.strip("_")]

    def _is_filled(self, node: ast.Name) -> bool:
        """Whether something is only put into what a name stands for."""
        parent = self.parents[id(node)]
        return isinstance(parent, ast.Subscript) and parent.value is node and isinstance(parent.ctx, ast.Store)

    def dropped(self, node: ast.expr) -> list[str]:
        """Names that comprehensions in an expression, or around it, take from what they go over and don't use."""
        kinds = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
        around = (one for one in (*ast.walk(node), *self.ancestors(node)) if isinstance(one, kinds))
        return [name for one in around for name in self.unused(one)]

    def taken(self, node: ast.expr) -> list[str]:
        """Names that the comprehensions of an expression, and the loops around it, take from what they go over."""
        around = [*ast.walk(node), *self.ancestors(node)]
        loops = [part for part in around if isinstance(part, ast.comprehension | ast.For)]
        return [part.id for loop in loops for part in ast.walk(loop.target) if isinstance(part, ast.Name)]

    def inside(self, node: ast.AST) -> Iterator[ast.expr]:
        """Expressions of a node that may be edited: no annotations, formats, nor what is stored to."""
        if isinstance(node, ast.expr):
            if isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
                return
            yield node
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.stmt):
                yield from self.inside(child)


def twin(source: str) -> str:
    """Write a text for the other layer: 1 for 2 in its names and keys, and 2 for 1; `log1p` is no layer's."""
    return _NUMBERED.sub(lambda name: name[0] if name[0] in _NUMPY else name[0].translate(_OTHER_LAYER), source)


def _self_of(name: str, owner: str) -> str:
    return f"{name} of {owner}"


def last_name(node: ast.AST) -> str:
    """The name itself, or the attribute's; "" for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_named(node: ast.expr) -> bool:
    """Whether an attribute or item is that of a name, and not of an expression."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            yield block


def targets(statement: ast.AST) -> list[ast.expr]:
    """What an assignment, plain, annotated or augmented, assigns to: the parts of a tuple one by one."""
    if isinstance(statement, ast.Assign):
        return [p for one in statement.targets for p in (one.elts if isinstance(one, ast.Tuple) else [one])]
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return []
    return [statement.target] if isinstance(statement, ast.AugAssign | ast.AnnAssign) else []


def item(statement: ast.AST) -> ast.Subscript | None:
    """Find the item that a statement assigns to, if it does."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    return target if isinstance(target, ast.Subscript) else None


def _holds(called: ast.expr) -> bool:
    """Whether a call only puts its arguments together: a dict, a record, whose class has a capital, or a copy."""
    name = last_name(called)
    return name in ("dict", "replace", "_replace") or name[:1].isupper()


def _roots(statement: ast.stmt | ast.Lambda) -> Iterator[ast.expr]:
    put_to = item(statement)
    if put_to is not None and isinstance(put_to.slice, ast.Compare | ast.UnaryOp):
        yield put_to.slice  # a mask
    if isinstance(statement, ast.Lambda):
        yield from _parts(statement.body)
    elif isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return) and statement.value:
        yield from _parts(statement.value)
        if not isinstance(statement, ast.AugAssign) and (added := step(statement)) is not None:
            yield added
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call | ast.Yield):
        yield from _handed_over(statement.value)
    elif isinstance(statement, ast.For):
        yield from _looped_over(statement.iter)
    elif isinstance(statement, ast.If | ast.While):
        yield statement.test


def step(statement: ast.AST) -> ast.expr | None:
    """Give what `w -= step` or `w = w - step` adds or takes away; None of what is no such update."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add | ast.Sub):
        return statement.value
    value, given = getattr(statement, "value", None), targets(statement)
    if not isinstance(statement, ast.Assign) or len(given) != 1:
        return None
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add | ast.Sub):
        return None
    return value.right if ast.unparse(value.left) == ast.unparse(given[0]) else None


def _looped_over(value: ast.expr) -> Iterator[ast.expr]:
    """Give what a loop takes its turns from: each of the things that `zip` and `enumerate` go through."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _ITERATORS:
        for argument in value.args:
            yield from _looped_over(argument)
    else:
        yield from _parts(value)


def _handed_over(value: ast.expr) -> Iterator[ast.expr]:
    """Give the arguments of a call made for its effect, for each is a value by itself."""
    if isinstance(value, ast.Yield):
        yield from _parts(value.value) if value.value else ()
    elif isinstance(value, ast.Call):
        for argument in [*value.args, *(keyword.value for keyword in value.keywords)]:
            yield from _parts(argument)


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """Entries of a display one by one, anything else whole: a long one is data that somebody wrote out."""
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) <= _LONGEST_ROW:
        for part in value.elts:
            yield from _parts(part)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from _parts(part)
    elif isinstance(value, ast.Call) and _holds(value.func):
        for part in (*value.args, *(keyword.value for keyword in value.keywords)):
            yield from _parts(part)
    elif not isinstance(value, ast.Lambda):
        yield value
