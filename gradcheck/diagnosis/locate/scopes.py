"""What code in a function can use: names within its reach, those that it doesn't use, and what they stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property, lru_cache

from gradcheck.diagnosis.locate.classes import Classes
from gradcheck.diagnosis.locate.names import NOT_VALUES, is_named
from gradcheck.diagnosis.locate.statements import targets, turn_names
from gradcheck.diagnosis.locate.tree import Tree
from gradcheck.diagnosis.locate.uses import filled, gone_over, names_given, names_read, own_attributes
from gradcheck.submissions.trees import walk

FEW = 2  # names or methods that are not used tell what was forgotten; more are a habit


class Scopes:
    """
    The functions of a program, and the module, as the places where its names are known.

    Parameters
    ----------
    tree : Tree
    classes : Classes
        Of that program.
    """

    def __init__(self, tree: Tree, classes: Classes) -> None:
        self.tree, self.classes = tree, classes
        self._turns: dict[ast.AST, dict[str, list[ast.AST]]] = {}
        self._asked: dict[ast.AST, dict[str, set[str]]] = {}

    @cached_property
    def atoms(self) -> tuple[tuple[str, int, set[str]], ...]:
        """Every name, attribute, item, parameter: its text, the number its value goes by, the names it takes."""
        return tuple(self._atoms())

    def _atoms(self) -> Iterator[tuple[str, int, set[str]]]:
        for node in self.tree.nodes:
            if isinstance(node, ast.arg):
                yield node.arg, self.tree.number(node), {node.arg}
            if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
                continue
            parts = list(walk(node))
            attribute = isinstance(node, ast.Attribute) and node.attr in NOT_VALUES
            if attribute or any(isinstance(part, ast.Call) for part in parts) or not is_named(node):
                continue
            parent = self.tree.parents.get(id(node))
            target = isinstance(parent, ast.Assign | ast.AugAssign | ast.AnnAssign) and not isinstance(
                node.ctx, ast.Load
            )
            used = {self.classes.selves.get(id(part), part.id) for part in parts if isinstance(part, ast.Name)}
            yield self.tree.segment(node), self.tree.number(parent if target and parent else node), used

    def functions(self, function: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]:
        """Give a function and those that it is defined in, the innermost first; none for the module."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        return [one for one in (function, *self.tree.ancestors(function)) if isinstance(one, kinds)]

    @lru_cache(maxsize=256)  # noqa: B019  (a few programs at a time; asked for each of their expressions)
    def names(self, function: ast.AST) -> frozenset[str]:
        """Names that code in a function can use: its own, those of functions around it, and the module's."""
        parts = [part for one in self.functions(function) for part in walk(one)]
        own = {
            part.id if isinstance(part, ast.Name) else part.arg
            for part in parts
            if isinstance(part, ast.Name | ast.arg)
        }
        own |= {self.classes.selves[id(part)] for part in parts if id(part) in self.classes.selves}
        inherited = {one for name in own for one in self.classes.inherited.get(name, ())}
        return frozenset(own | inherited | self._top_names)

    @cached_property
    def _top_names(self) -> set[str]:
        return {
            node.id
            for node in self.tree.nodes
            if isinstance(node, ast.Name) and isinstance(self.tree.scope(node), ast.Module)
        }

    @cached_property
    def objects(self) -> tuple[str, ...]:
        """The file's own variables of whose attributes it makes use."""
        return tuple(
            dict.fromkeys(
                node.value.id
                for node in self.tree.nodes
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                if node.value.id in self._stored
            )
        )

    @cached_property
    def keyed(self) -> tuple[tuple[str, str, ast.Subscript], ...]:
        """What is taken, or put, by a key that is a text: what it is of, the key as written, and the item."""
        items = (node for node in self.tree.nodes if isinstance(node, ast.Subscript))
        by_text = (one for one in items if isinstance(one.slice, ast.Constant) and type(one.slice.value) is str)
        return tuple((self.tree.segment(one.value), self.tree.segment(one.slice), one) for one in by_text)

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """What things are put into, and attributes of an object itself that some loop goes through."""
        loops = (node for node in self.tree.nodes if isinstance(node, ast.For | ast.comprehension))
        texts = (self.tree.segment(one) for loop in loops for one in gone_over(loop.iter))
        put_into = filled(self.tree.nodes[0])
        return tuple(dict.fromkeys((*(text for text in texts if text.startswith("self.")), *sorted(put_into))))

    def asked(self, function: ast.AST) -> dict[str, set[str]]:
        """Attributes that code in a function, or in those around it, asks each name for."""
        if function not in self._asked:
            found = self._asked[function] = {}
            for node in (part for one in self.functions(function) for part in walk(one)):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    found.setdefault(node.value.id, set()).add(node.attr)
        return self._asked[function]

    @lru_cache(maxsize=256)  # noqa: B019
    def of_classes(self, function: ast.AST) -> dict[ast.ClassDef, list[str]]:
        """The objects that a function asks for something, by each class that has all that they are asked for."""
        asked: dict[str, set[str]] = {}
        for node in walk(function):
            if isinstance(node, ast.Attribute) and isinstance(
                node.value, ast.Name | ast.Attribute | ast.Subscript
            ):
                asked.setdefault(self.tree.segment(node.value), set()).add(node.attr)
        for node in walk(function):  # what goes by another name there
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute | ast.Subscript):
                for name in map(self.tree.segment, targets(node)):
                    asked.setdefault(self.tree.segment(node.value), set()).update(asked.get(name, ()))
        return {
            outer: [text for text, attributes in asked.items() if attributes and attributes <= own]
            for outer, own in self._members.items()
        }

    @cached_property
    def _members(self) -> dict[ast.ClassDef, set[str]]:
        """What the objects of each class can be asked for: attributes and methods."""
        classes = [node for node in self.tree.nodes if isinstance(node, ast.ClassDef)]
        methods = {
            outer: {one.name for one in outer.body if isinstance(one, ast.FunctionDef)} for outer in classes
        }
        return {outer: methods[outer] | {one.attr for one in own_attributes(outer)} for outer in classes}

    @cached_property
    def attributes_read(self) -> set[str]:
        """Names of the attributes that anything is asked for."""
        attributes = (node for node in self.tree.nodes if isinstance(node, ast.Attribute))
        return {node.attr for node in attributes if isinstance(node.ctx, ast.Load)}

    @cached_property
    def _stored(self) -> set[str]:
        return {node.id for node in names_given(self.tree.nodes)}

    @lru_cache(maxsize=256)  # noqa: B019
    def unused(self, function: ast.AST) -> tuple[str, ...]:
        """Names that code in a function gives values to and never uses: what they were made for may be wrong."""
        parts = list(walk(function))
        used = {node.id for node in names_read(parts) if not self.is_filled(node)}
        given = (node.id for node in names_given(parts))
        return tuple(name for name in dict.fromkeys(given) if name not in used and name.strip("_"))

    def is_filled(self, node: ast.expr) -> bool:
        """Whether something is only put into what a name, say, stands for, or into an item of that."""
        inner, parent = node, self.tree.parents[id(node)]
        while isinstance(parent, ast.Subscript) and parent.value is inner and isinstance(parent.ctx, ast.Load):
            inner, parent = parent, self.tree.parents[id(parent)]
        return isinstance(parent, ast.Subscript) and parent.value is inner and isinstance(parent.ctx, ast.Store)

    def dropped(self, node: ast.expr) -> list[str]:
        """Names that comprehensions in an expression, or around it, take from what they go over and don't use."""
        kinds = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
        around = (one for one in (*walk(node), *self.tree.ancestors(node)) if isinstance(one, kinds))
        return [name for one in around for name in self.unused(one)]

    def over(self, node: ast.expr) -> set[str]:
        """Names that only loops of a function give values to, and only they use, and that aren't around a node."""
        around = [node, *self.tree.ancestors(node)]
        turned = self._turned(self.tree.scope(node))
        return {name for name, loops in turned.items() if not any(loop is one for loop in loops for one in around)}

    def _turned(self, function: ast.AST) -> dict[str, list[ast.AST]]:
        """Those names, and the loops that go through their values."""
        if function not in self._turns:
            parts = list(walk(function))
            loops = [one for one in parts if isinstance(one, ast.For | ast.comprehension)]
            held: dict[str, list[ast.AST]] = {}
            for loop in loops:
                for name in turn_names(loop):
                    held.setdefault(name, []).append(
                        loop if isinstance(loop, ast.For) else self.tree.parents[id(loop)]
                    )
            inside = {name: {id(part) for one in some for part in walk(one)} for name, some in held.items()}
            used = (node for node in parts if isinstance(node, ast.Name) and node.id in held)
            outside = {node.id for node in used if id(node) not in inside[node.id]}
            arguments = {part.arg for part in parts if isinstance(part, ast.arg)}
            self._turns[function] = {name: some for name, some in held.items() if name not in outside | arguments}
        return self._turns[function]

    def taken(self, node: ast.expr) -> list[str]:
        """Names that the comprehensions of an expression, and the loops around it, take from what they go over."""
        around = [*walk(node), *self.tree.ancestors(node)]
        loops = [part for part in around if isinstance(part, ast.comprehension | ast.For)]
        return [name for loop in loops for name in turn_names(loop)]
