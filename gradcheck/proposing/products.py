"""
The network in a program's text: two matrix products, one after the other, and what stands in them.

Names tell nothing here: the operand that is no product's result is X or a weight, and on which side the results
of the first product enter the second tells which.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gradcheck.proposing.facts import Facts, Function

_PRODUCTS = ("dot", "matmul")
_SAME = (
    "reshape",
    "astype",
    "copy",
    "asarray",
    "array",
    "asmatrix",
    "mat",
    "atleast_2d",
    "view",
    "ravel",
    "flatten",
)
_DEEPEST = 4


@dataclass
class Value:
    """
    What is known of an expression.

    Attributes
    ----------
    level : int
        How many products it comes after: 0, 1 or 2.
    place : str
        Name of what it is, where it is no more than that.
    turned : bool
        Whether it is transposed.
    raw : bool
        Whether it is a product to which no bias was added yet.
    indexed : bool
        Whether it is a part of `place`.
    negative : bool
        Whether it is negated.
    parts : list of Value
        Of a tuple.
    """

    level: int = 0
    place: str = ""
    turned: bool = False
    raw: bool = False
    indexed: bool = False
    negative: bool = False
    parts: list[Value] = field(default_factory=list)


@dataclass
class Found:
    """
    Places of the network's arrays in one scope.

    Attributes
    ----------
    places : dict
        `X W1 b1 W2 b2` to an expression such as `params['W1']`.
    axes : dict
        `X W1 W2` to their notation.
    targets : list of str
        What the outputs are compared with, the likeliest first.
    indexed : bool
        Whether X is taken row by row, or in batches.
    deeper : list of str
        Weights of products that come after the second layer.
    """

    places: dict[str, str] = field(default_factory=dict)
    axes: dict[str, str] = field(default_factory=dict)
    targets: list[str] = field(default_factory=list)
    indexed: bool = False
    deeper: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether both layers were found."""
        places = [self.places.get(name, "") for name in ("X", "W1", "W2")]
        return all(places) and len(set(places)) == 3


def find(body: Sequence[ast.stmt], facts: Facts) -> Found:
    """
    Look for the network in some statements and the functions that they call.

    Parameters
    ----------
    body : sequence of stmt
    facts : Facts

    Returns
    -------
    Found
        As much as was found.
    """
    reader = _Reader(facts)
    reader.block(body, {}, 0)
    return reader.found


def of(function: Function, facts: Facts) -> Found:
    """Look for the network in a function; what was found is remembered."""
    if function.node not in facts.found:
        facts.found[function.node] = find(function.node.body, facts)
    found: Found = facts.found[function.node]
    return found


class _Reader:
    """Follows values through statements."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.found = Found()
        self.attributes: dict[str, Value] = {}
        self.first: tuple[Value, Value] | None = None
        self.functions = {one.name: one for one in facts.functions}
        self.methods = {method.name: method for one in facts.classes for method in one.methods}

    def block(self, body: Iterable[ast.stmt], names: dict[str, Value], depth: int) -> Value:
        """Follow statements in order; what they return."""
        returned = Value()
        for statement in body:
            if isinstance(statement, ast.Return) and statement.value:
                returned = self.value(statement.value, names, depth)
            elif isinstance(statement, ast.Assign):
                value = self.value(statement.value, names, depth)
                for target in statement.targets:
                    self.bind(target, value, names)
            elif isinstance(statement, ast.AugAssign):
                self.augmented(statement, names, depth)
            elif isinstance(statement, ast.AnnAssign) and statement.value:
                self.bind(statement.target, self.value(statement.value, names, depth), names)
            elif isinstance(statement, ast.For):
                self.loop(statement, names, depth)
                inner = self.block(statement.body, names, depth)
                returned = inner if inner.level else returned
            elif isinstance(statement, ast.Expr):
                self.value(statement.value, names, depth)
            elif isinstance(statement, ast.While | ast.If | ast.With | ast.Try):
                for part in (
                    statement.body,
                    *(getattr(one, "body", []) for one in getattr(statement, "handlers", [])),
                ):
                    inner = self.block(part, names, depth)
                    returned = inner if inner.level else returned
                self.block(getattr(statement, "orelse", []), names, depth)
        return returned

    def augmented(self, statement: ast.AugAssign, names: dict[str, Value], depth: int) -> None:
        old = self.value(statement.target, names, depth)
        value = self.value(statement.value, names, depth)
        if isinstance(statement.op, ast.Add) and old.raw and value.place and not value.level:
            self.bias(old, value)
        if value.level > old.level or old.raw:
            self.bind(statement.target, Value(level=max(old.level, value.level)), names)

    def loop(self, statement: ast.For, names: dict[str, Value], depth: int) -> None:
        """Names that a loop gives: the rows of what it goes through."""
        over: ast.expr = statement.iter
        target: ast.expr = statement.target
        while isinstance(over, ast.Call) and isinstance(over.func, ast.Name) and over.args:
            called = over.func.id
            if called == "zip" and isinstance(target, ast.Tuple):
                for part, argument in zip(target.elts, over.args, strict=False):
                    self.bind(part, self.part_of(self.value(argument, names, depth)), names)
                return
            if called == "enumerate" and isinstance(target, ast.Tuple) and len(target.elts) == 2:
                over, target = over.args[0], target.elts[1]
            elif called in ("list", "tqdm", "reversed", "sorted"):
                over = over.args[0]
            else:
                break
        self.bind(target, self.part_of(self.value(over, names, depth)), names)

    def part_of(self, value: Value) -> Value:
        return Value(level=value.level, place=value.place, indexed=True)

    def bind(self, target: ast.expr, value: Value, names: dict[str, Value]) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            parts = (
                value.parts if len(value.parts) == len(target.elts) else [Value(value.level)] * len(target.elts)
            )
            for part, inner in zip(target.elts, parts, strict=True):
                self.bind(part, inner, names)
        elif isinstance(target, ast.Name):
            names[target.id] = value if value.place or value.level else replace(value, place=target.id)
        else:
            place = self.place(target, names)
            if place and value.level:
                self.attributes[place] = value

    def place(self, node: ast.expr, names: dict[str, Value]) -> str:
        """Expression that names what a node is, as seen from where the search began."""
        if isinstance(node, ast.Name):
            known = names.get(node.id)
            return known.place if known is not None and not known.level and known.place else node.id
        if isinstance(node, ast.Attribute):
            base = self.place(node.value, names)
            return f"{base}.{self.facts.getters.get(node.attr, node.attr)}" if base else ""
        if isinstance(node, ast.Subscript):
            base = self.place(node.value, names)
            constant = isinstance(node.slice, ast.Constant | ast.UnaryOp)
            return f"{base}[{ast.unparse(node.slice)}]" if base and constant else ""
        return ""

    def value(self, node: ast.expr, names: dict[str, Value], depth: int) -> Value:
        """Follow an expression."""
        if isinstance(node, ast.Name):
            return names.get(node.id) or self.attributes.get(node.id) or Value(place=node.id)
        if isinstance(node, ast.Attribute):
            inner = self.value(node.value, names, depth)
            if node.attr == "T":
                return replace(inner, turned=not inner.turned)
            place = self.place(node, names)
            return self.attributes.get(place) or Value(level=inner.level, place=place)
        if isinstance(node, ast.Subscript):
            return self.subscript(node, names, depth)
        if isinstance(node, ast.Tuple | ast.List):
            parts = [self.value(part, names, depth) for part in node.elts]
            return Value(level=max((part.level for part in parts), default=0), parts=parts)
        if isinstance(node, ast.BinOp):
            return self.operation(node, names, depth)
        if isinstance(node, ast.UnaryOp):
            inner = self.value(node.operand, names, depth)
            negative = inner.negative != isinstance(node.op, ast.USub)
            return replace(inner, negative=negative)
        if isinstance(node, ast.Call):
            return self.call(node, names, depth)
        children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        return Value(level=max((self.value(child, names, depth).level for child in children), default=0))

    def subscript(self, node: ast.Subscript, names: dict[str, Value], depth: int) -> Value:
        inner = self.value(node.value, names, depth)
        place = self.place(node, names)
        if place in self.attributes:
            return self.attributes[place]
        if inner.parts:
            try:
                return inner.parts[int(ast.literal_eval(node.slice))]
            except (ValueError, TypeError, SyntaxError, IndexError):
                pass
        if place:
            return Value(level=inner.level, place=place)
        self.compared(inner, self.value(node.slice, names, depth))
        return Value(level=inner.level, place=inner.place, indexed=True)

    def operation(self, node: ast.BinOp, names: dict[str, Value], depth: int) -> Value:
        left, right = self.value(node.left, names, depth), self.value(node.right, names, depth)
        if isinstance(node.op, ast.MatMult) or (isinstance(node.op, ast.Mult) and self.multiplies(left, right)):
            return self.product(left, right)
        if isinstance(node.op, ast.Add | ast.Sub):
            for one, other in ((left, right), (right, left)):
                # what is taken from a product is no bias, but a target
                added = isinstance(node.op, ast.Add) or (one is left and one.negative)
                if one.raw and not other.level and other.place and added:
                    self.bias(one, other)
        self.compared(left, right)
        return Value(level=max(left.level, right.level))

    def multiplies(self, left: Value, right: Value) -> bool:
        """Whether `*` is a product here: of `np.matrix`, and one of the two that are looked for."""
        low, high = sorted((left.level, right.level))
        places = bool(left.place or left.level) and bool(right.place or right.level)
        return self.facts.matrices and places and low == 0 and high == (self.first is not None)

    def bias(self, product: Value, other: Value) -> None:
        self.found.places.setdefault("b1" if product.level == 1 else "b2", other.place)

    def compared(self, *values: Value) -> None:
        """Note what stands beside the output: the targets may be among it."""
        parts = [part for value in values for part in (value.parts or [value])]
        if any(part.level == 2 for part in parts):
            for part in parts:
                known = self.found.places.values()
                if not part.level and part.place and part.place not in (*self.found.targets, *known):
                    self.found.targets.append(part.place)

    def product(self, left: Value, right: Value) -> Value:
        """Note a product, if it is one of the two."""
        places, low, high = self.found.places, *sorted((left.level, right.level))
        if high == 0 and left.place and right.place and "W1" not in places and self.first is None:
            self.first = left, right
            return Value(level=1, raw=True, negative=left.negative != right.negative)
        if low == 0 and high == 1 and self.first is not None and "W2" not in places:
            weight = right if left.level else left
            if weight.place:
                self.place_all(weight, rows=left.level == 1)
                return Value(level=2, raw=True, negative=left.negative != right.negative)
        weight = right if left.level else left
        if low == 0 and high == 1 and weight.place and weight.place == places.get("W2"):
            return Value(level=2, raw=True)  # the second layer once more, such as in another branch
        if (
            high >= 2
            and not weight.level
            and weight.place
            and weight.place not in (*places.values(), *self.found.targets)
        ):
            self.found.deeper.append(weight.place)
        return Value(level=max(1, high))

    def contracted(self, left: Value, right: Value, one: str, other: str, out: str) -> Value:
        """A product that `einsum` names by its axes, if it is one: else a value that comes after its parts."""
        summed = {*one} & {*other} - {*out}
        if len(summed) != 1 or max(len(one), len(other)) > 2 or {*one} & {*other} & {*out}:
            return Value(level=max(left.level, right.level))
        axis = summed.pop()
        if len(one) == len(other) == 2 and out[:1] == other.replace(axis, ""):
            left, right, one, other = right, left, other, one
        left = replace(left, turned=left.turned != (len(one) == 2 and one[0] == axis))
        right = replace(right, turned=right.turned != (len(other) == 2 and other[-1] == axis))
        return self.product(left, right)

    def place_all(self, second: Value, rows: bool) -> None:
        assert self.first is not None
        x, first = self.first if rows else self.first[::-1]
        self.found.places |= {"X": x.place, "W1": first.place, "W2": second.place}
        self.found.indexed = x.indexed
        self.found.axes = {
            "X": "n d" if rows != x.turned else "d n",
            "W1": "d h" if rows != first.turned else "h d",
            "W2": "h k" if rows != second.turned else "k h",
        }

    def call(self, node: ast.Call, names: dict[str, Value], depth: int) -> Value:
        arguments = [self.value(argument, names, depth) for argument in node.args]
        keywords = {one.arg: self.value(one.value, names, depth) for one in node.keywords if one.arg}
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        owner = self.value(node.func.value, names, depth) if isinstance(node.func, ast.Attribute) else None
        library = owner is not None and owner.place in ("np", "numpy", "xp", "cp", "tf", "scipy")
        terms = subscripts(node)
        if terms is not None and len(arguments) == 3:
            return self.contracted(arguments[1], arguments[2], *terms)
        if name in _PRODUCTS and (
            len(arguments) == 2 or (owner is not None and not library and len(arguments) == 1)
        ):
            return (
                self.product(*arguments[:2])
                if len(arguments) >= 2
                else self.product(owner or Value(), arguments[0])
            )
        if name in ("add", "subtract") and len(arguments) == 2 and arguments[0].raw and arguments[1].place:
            self.bias(*arguments)
        if name in _SAME and ((owner is not None and not library) or arguments):
            return owner if owner is not None and not library else arguments[0]
        if name == "transpose":
            inner = arguments[0] if library and arguments else owner or Value()
            return replace(inner, turned=not inner.turned)
        if name == "append" and owner is not None and arguments:
            owner.parts.append(arguments[0])
            return Value()
        self.compared(*arguments, *keywords.values())
        function = self.functions.get(name) if owner is None else None if library else self.methods.get(name)
        known = [*arguments, *keywords.values(), *([owner] if owner is not None and not library else [])]
        level = max((value.level for value in known), default=0)
        if function is None or depth >= _DEEPEST:
            return Value(level=level)
        inner_names = dict(zip(function.required, arguments, strict=False)) | keywords
        arguments_of = function.node.args.args
        if owner is not None and arguments_of:
            inner_names[arguments_of[0].arg] = owner
        returned = self.block(function.node.body, inner_names, depth + 1)
        return returned if returned.level or returned.parts else Value(level=level)


def subscripts(call: ast.Call) -> tuple[str, str, str] | None:
    """Axes of both operands and of the result, if a call is one of `einsum` with two, whatever it is called."""
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return None
    match = re.fullmatch(r"(\w+),(\w+)->(\w*)", first.value.replace(" ", "").replace("...", ""))
    return (match[1], match[2], match[3]) if match else None
