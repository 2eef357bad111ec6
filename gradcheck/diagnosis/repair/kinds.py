"""What nobody writes where one number is computed at a time: the length of a number, a list in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_OBJECT, _NONSENSE = -1, -2  # instead of the depth of a list, which is 0 for a number
_OF_ARRAYS = ("shape", "size", "T")
_OPERATORS = ("__add__", "__mul__")


class _NonsenseError(Exception):
    """Of an expression that could only end in an error."""


class Kinds:
    """
    Which texts stand for numbers, for lists of which depth, and for objects, as far as a run has shown.

    Parameters
    ----------
    program : Program
    observation : Observation
    """

    def __init__(self, program: Program, observation: Observation) -> None:
        self.program = program
        self._calculates = not program.definitions.keys().isdisjoint(_OPERATORS)  # with objects, too
        stored = (
            one for one in program.nodes if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
        )
        self._own = {*program.definitions, *(one.attr for one in stored)}  # whatever arrays call so
        self._depths: dict[tuple[int, str], set[int]] = {}
        self._broken: set[tuple[int, str]] = set()  # numbers that aren't whole
        self._known: dict[tuple[int, str], tuple[int | None, bool]] = {}
        for text, number, _ in program.scopes.atoms:
            values = observation.values.get(number, ())
            key = id(program.scope(program.nodes[number])), text.replace(" ", "")
            self._depths.setdefault(key, set()).update(value.ndim for value in values)
            if any(value.ndim == 0 and value.item() % 1 != 0 for value in values if value.dtype.kind == "f"):
                self._broken.add(key)

    def makes_sense(self, edit: Edit) -> bool:
        """Whether what an edit writes could be worth something, and something like what stands there."""
        if edit.root is None:
            return True
        function = self.program.scope(self.program.expression(edit.root))
        made, whole = self._told(edit.replacement, function)
        if made == _NONSENSE or (not whole and any(edit.within(span) for span in self._indices)):
            return False
        was, _ = self._told(self.program.text[edit.start : edit.end], function)
        known = made is not None and was is not None and was != _NONSENSE
        # of two lists one may be in the other; with arrays, and by functions, any of them may be calculated with
        alike = made == was or min(made or 0, was or 0) > 0
        return not known or alike or bool(self.program.numpy) or self._is_handed(edit)

    def _is_handed(self, edit: Edit) -> bool:
        """Whether an edit is of a whole argument, or the like."""
        before, after = self.program.text[: edit.start].rstrip(), self.program.text[edit.end :].lstrip()
        return before.endswith(("(", ",")) and after.startswith((")", ","))

    def _told(self, text: str, function: ast.AST) -> tuple[int | None, bool]:
        """How deep a list is that a text gives in a function, and whether it may be a whole number; once."""
        key = id(function), text
        if key not in self._known:
            try:
                node = ast.parse(text.strip(), mode="eval").body
                self._known[key] = self._depth(node, function), not self._is_broken(node, function)
            except SyntaxError:
                self._known[key] = None, True
            except _NonsenseError:
                self._known[key] = _NONSENSE, True
        return self._known[key]

    @cached_property
    def _indices(self) -> list[tuple[int, int]]:
        """Where the program says which item of something is meant."""
        items = (one.slice for one in self.program.nodes if isinstance(one, ast.Subscript))
        plain = (one for one in items if not any(isinstance(part, ast.Call | ast.Tuple) for part in walk(one)))
        return [self.program.span(one) for one in plain]

    def _depth(self, node: ast.expr, function: ast.AST) -> int | None:
        """How deep a list is that an expression gives; None if that is unknown."""
        if isinstance(node, ast.Constant):
            return 0 if isinstance(node.value, int | float) else None
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            return self._named(node, function)
        if isinstance(node, ast.BinOp):
            return self._joined(node, function)
        if isinstance(node, ast.UnaryOp):
            depth = self._depth(node.operand, function)
            if isinstance(node.op, ast.Not):
                return None
            self._calculated(depth)
            return depth
        if isinstance(node, ast.Call):
            depths = [self._depth(argument, function) for argument in node.args]
            counts = last_name(node.func) == "len"
            if counts and depths == [0]:
                raise _NonsenseError
            return 0 if counts else None
        return None

    def _named(self, node: ast.Name | ast.Attribute | ast.Subscript, function: ast.AST) -> int | None:
        """What a name, an attribute or an item stands for."""
        seen = next(filter(None, (self._depths.get(key) for key in self._keys(node, function))), set[int]())
        if len(seen) == 1:
            return next(iter(seen))
        if isinstance(node, ast.Name):
            asked = self.program.scopes.asked(function).get(node.id)
            return _OBJECT if asked and not seen and not self._calculates else None
        stem = self._depth(node.value, function)
        if isinstance(node, ast.Subscript):
            if stem == 0 or self._is_broken(node.slice, function):
                raise _NonsenseError
            return stem - 1 if stem and stem > 0 and not isinstance(node.slice, ast.Slice | ast.Tuple) else None
        counted = node.attr in _OF_ARRAYS and node.attr not in self._own
        if stem == 0 or (not self.program.numpy and (counted or (stem and stem > 0))):
            raise _NonsenseError
        return 0 if counted and node.attr == "size" else None

    def _is_broken(self, node: ast.expr, function: ast.AST) -> bool:
        """Whether something is a number that isn't whole, as no index is."""
        named = isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
        return named and any(key in self._broken for key in self._keys(node, function))

    def _keys(self, node: ast.expr, function: ast.AST) -> Iterator[tuple[int, str]]:
        """What a text is known by: in its function, or else in the module."""
        text = node.id if isinstance(node, ast.Name) else ast.unparse(node).replace(" ", "")
        return ((id(one), text) for one in (function, self.program.nodes[0]))

    def _joined(self, node: ast.BinOp, function: ast.AST) -> int | None:
        """What two operands give; without numpy lists are only put together, or repeated."""
        depths = [self._depth(part, function) for part in (node.left, node.right)]
        together = isinstance(node.op, ast.Add) and 0 not in depths and _OBJECT not in depths
        repeated = (
            isinstance(node.op, ast.Mult)
            and 0 in depths
            and not any(self._is_broken(part, function) for part in (node.left, node.right))
        )
        for depth in depths if not (together or repeated) or _OBJECT in depths else ():
            self._calculated(depth)
        return 0 if depths == [0, 0] else None

    def _calculated(self, depth: int | None) -> None:
        """Nothing is calculated with objects, nor with lists but by numpy."""
        if depth == _OBJECT or (depth and not self.program.numpy):
            raise _NonsenseError
