"""One version of a submission's source: its tree, with its classes, scopes and roots, and what it defines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from gradcheck.diagnosis.locate.classes import Classes
from gradcheck.diagnosis.locate.roots import Called, Root, used_whole
from gradcheck.diagnosis.locate.scopes import Scopes
from gradcheck.diagnosis.locate.statements import base, item, targets
from gradcheck.diagnosis.locate.tree import Tree
from gradcheck.diagnosis.locate.uses import given, names_given
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_ASSIGNING = (ast.Assign, ast.AugAssign)
_LONGEST = 60  # formula, in characters


class Program(Tree):
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

    @cached_property
    def classes(self) -> Classes:
        """Its classes."""
        return Classes(self)

    @cached_property
    def scopes(self) -> Scopes:
        """Its functions and the module, as the places where names are known."""
        return Scopes(self, self.classes)

    @cached_property
    def roots(self) -> tuple[Root, ...]:
        """Every root of the program, in the order of the text."""
        called = Called(self.definitions, {node.id for node in names_given(self.nodes)})
        found = [
            Root(self.number(node), self.number(expression))
            for node in self.nodes
            if isinstance(node, ast.stmt | ast.Lambda)
            for expression in used_whole(node, called)
        ]
        return tuple(sorted(found, key=lambda root: self.span(self.expression(root))))

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

    @cached_property
    def growing(self) -> frozenset[int]:
        """Nodes that stand for what something is added to, time after time, and such statements."""
        names = {self.segment(one) for one in self._sums}
        named = [node for node in self.nodes if isinstance(node, ast.Name | ast.Attribute | ast.Subscript)]
        values = (part for one in self._adding if isinstance(one, ast.Assign) for part in walk(one.value))
        found = (*self._adding, *values, *(node for node in named if self.segment(node) in names))
        return frozenset(self.number(node) for node in found)

    @cached_property
    def grown(self) -> frozenset[str]:
        """Names of sums that begin at nothing, and of what is filled so; of attributes their own alone."""
        begun = {last_name(to) for node in self.nodes for to in targets(node) if self._begins_at_nothing(node)}
        return frozenset(name for one in self._sums if (name := last_name(one)) in begun and name)

    @property
    def _sums(self) -> Iterator[ast.expr]:
        """What such statements add to; where that is an item, what it is an item of, too."""
        return (one for node in self._adding for target in targets(node) for one in (target, base(target)))

    @cached_property
    def _adding(self) -> list[ast.Assign | ast.AugAssign]:
        """Statements such as `s += a`, `s = s + a`, `s = add(s, a)`; not `s = s[0]`, nor `s = s.T`."""
        return [node for node in self.nodes if isinstance(node, _ASSIGNING) and self._takes_itself(node)]

    def _begins_at_nothing(self, node: ast.AST) -> bool:
        """Whether an assignment makes zeros, be it in lists."""
        parts = list(walk(node.value)) if isinstance(node, ast.Assign) else []
        zeros = (part for part in parts if isinstance(part, ast.Constant) and part.value == 0)
        calls = (last_name(part.func) for part in parts if isinstance(part, ast.Call))
        written = any(isinstance(self.parents[id(one)], ast.Assign | ast.List | ast.Tuple) for one in zeros)
        return written or any(name.startswith("zeros") for name in calls)

    def _takes_itself(self, node: ast.Assign | ast.AugAssign) -> bool:
        """Whether an assignment makes what it assigns to of all that this was."""
        if isinstance(node, ast.AugAssign):
            return True
        names, pieces = given(node), (ast.Subscript, ast.Attribute)
        parts = (one for one in walk(node.value) if isinstance(one, ast.Name | ast.Attribute | ast.Subscript))
        return any(ast.unparse(one) in names and not isinstance(self.parents[id(one)], pieces) for one in parts)

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
            isinstance(part, ast.arg) and part.arg == node.id for part in walk(scope.args)
        )

    def masked(self, root: Root) -> ast.Assign | ast.AugAssign | None:
        """Give the assignment whose mask an expression is, if it is one: of `a[z < 0] = 0` what is in brackets."""
        statement = self.nodes[root.statement]
        put_to = item(statement)
        masks = put_to is not None and put_to.slice is self.expression(root)
        return statement if masks and isinstance(statement, ast.Assign | ast.AugAssign) else None

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
    def idle(self) -> tuple[ast.FunctionDef, ...]:
        """Functions of the module that nothing in the file asks for; a contract may."""
        asked = {node.id for node in self.nodes if isinstance(node, ast.Name)}
        functions = (node for node in self.tree.body if isinstance(node, ast.FunctionDef))
        return tuple(one for one in functions if one.name not in asked)

    @cached_property
    def idle_methods(self) -> tuple[str, ...]:
        """Methods without arguments that give something and that nothing in the file asks any object for."""
        asked = {node.attr for node in self.nodes if isinstance(node, ast.Attribute)}
        results = (one for one in self.nodes if isinstance(one, ast.Return) and one.value is not None)
        giving = {id(self.scope(one)) for one in results}
        methods = (one for some in self.classes.methods for one in some if id(one) in giving)
        plain = (one for one in methods if not one.decorator_list and not one.args.kwonlyargs)
        names = dict.fromkeys(one.name for one in plain if len(one.args.args) == 1)
        return tuple(name for name in names if name not in asked and not name.startswith("_"))

    @cached_property
    def parameters(self) -> dict[str, list[list[str]]]:
        """Names of what may be called, function or class, with those of its parameters, but for the object."""
        found: dict[str, list[list[str]]] = {}
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
                outer = self.parents.get(id(node))
                makes = [outer.name] if node.name == "__init__" and isinstance(outer, ast.ClassDef) else []
                for name in (node.name, *makes):
                    found.setdefault(name, []).append(names[1:] if names[:1] in (["self"], ["cls"]) else names)
            elif isinstance(node, ast.ClassDef):
                fields = [self.segment(part.target) for part in node.body if isinstance(part, ast.AnnAssign)]
                found.setdefault(node.name, []).extend([fields] if fields else [])
        return found

    @cached_property
    def kept(self) -> frozenset[str]:
        """Names of the attributes that anything is kept under."""
        attributes = (node for node in self.nodes if isinstance(node, ast.Attribute))
        return frozenset(node.attr for node in attributes if isinstance(node.ctx, ast.Store))

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
