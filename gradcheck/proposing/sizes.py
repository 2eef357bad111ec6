"""Sizes that a file writes out: constants, and names that data which isn't there would have set."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence

from gradcheck.proposing import vocabulary
from gradcheck.proposing.facts import Facts, literals, named_values
from gradcheck.proposing.usage import is_count
from gradcheck.submissions.targets import scope_walk

_FEW = 2  # numbers up to that are written for other reasons
_COUNTED = ("range", "arange", "zeros", "ones", "empty", "full")


def sizes(
    facts: Facts, body: Sequence[ast.stmt], places: Mapping[str, str], axes: Mapping[str, str]
) -> dict[str, str]:
    """
    Find the names of sizes in a training loop.

    Parameters
    ----------
    facts : Facts
    body : sequence of stmt
        Of one pass.
    places : mapping
        Parameter, or `X`, to where the program has it.
    axes : mapping
        The same to its axes, as far as products tell them.

    Returns
    -------
    dict
        Name to what is injected: a size, or examples in their order.
    """
    used = {node.id for statement in body for node in ast.walk(statement) if isinstance(node, ast.Name)}
    found = dict(_by_axes(facts, places, axes) if "X" in axes else _by_words(facts, used))
    return {name: size for name, size in found.items() if name in used}


def _by_words(facts: Facts, used: Collection[str]) -> Iterator[tuple[str, str]]:
    """What names say, in a program that computes number by number."""
    given = dict.fromkeys(name for name, _ in named_values(scope_walk(facts.tree.body)))
    counts = [name for name in given if name in used and vocabulary.kind(name) == "size"]
    examples = [name for name in counts if is_count(name, "2")]
    yield from ((name, "n") for name in examples)
    yield from vocabulary.sizes([name for name in counts if name not in examples]).items()
    for name, value in literals(facts.tree.body).items():  # the order in which examples are taken
        if [ast.unparse(one) for one in value.elts] == [str(i) for i in range(len(value.elts))]:
            yield name, "list(range(n))"


def _by_axes(facts: Facts, places: Mapping[str, str], axes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the shapes of X and of the parameters say, and the arrays that are made with them."""
    x, letters = places["X"], axes["X"].split()
    letters_of = {place: axes[role].split() for role, place in places.items() if role in axes}
    for name, value in named_values(scope_walk(facts.tree.body)):
        text = ast.unparse(value)
        if text == f"len({x})":
            yield name, letters[0]
        elif text in (f"{x}.shape[0]", f"{x}.shape[1]"):
            yield name, letters[int(text[-2])]
        elif text.isdigit() and is_count(name, text):
            yield name, "n"
        yield from _of_shape(value, letters_of.get(name, []))
    for node in scope_walk(facts.tree.body):
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == f"{x}.shape":
            pairs = zip(getattr(node.targets[0], "elts", ()), letters, strict=False)
            yield from ((one.id, letter) for one, letter in pairs if isinstance(one, ast.Name))


def made_with(
    body: Sequence[ast.stmt], places: Mapping[str, str], axes: Mapping[str, str]
) -> dict[str, list[str]]:
    """Names of sizes with which a function makes the parameters itself, and the axes that each stands for."""
    letters_of = {place: axes[role].split() for role, place in places.items() if role in axes}
    found: dict[str, list[str]] = {}
    for name, value in named_values(scope_walk(body)):
        for size, letter in _of_shape(value, letters_of.get(name, [])):
            found.setdefault(size, []).append(letter)
    return {name: list(dict.fromkeys(letters)) for name, letters in found.items()}


def _of_shape(value: ast.expr, letters: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names of sizes in what makes an array of so many axes: `normal(size=(N, D))`, `randn(D, H)`."""
    turned = any(isinstance(node, ast.Attribute) and node.attr in ("T", "transpose") for node in ast.walk(value))
    for call in ast.walk(value):
        if turned or not isinstance(call, ast.Call):
            continue
        given = [*call.args, *(option.value for option in call.keywords if option.arg in ("size", "shape"))]
        shapes = [one.elts for one in given if isinstance(one, ast.Tuple)]
        if ast.unparse(call.func).rpartition(".")[2] in ("rand", "randn"):
            shapes.append(call.args)
        for shape in shapes:
            if len(shape) == len(letters) and all(isinstance(one, ast.Name | ast.Constant) for one in shape):
                pairs = zip(shape, letters, strict=True)
                yield from (
                    (one.id, letter) for one, letter in pairs if isinstance(one, ast.Name) and letter.isalpha()
                )


def examples_written(facts: Facts, body: Sequence[ast.stmt]) -> int:
    """How many examples data that is written out has, if a number in a loop is that: `/ 4`, `range(4)`; or 0."""
    lengths = [
        len(part.elts)
        for _, value in named_values(scope_walk(facts.tree.body))
        for part in (value.args[:1] if isinstance(value, ast.Call) else [value])
        if isinstance(part, ast.List) and all(isinstance(row, ast.List) for row in part.elts)
    ]
    said = {number for node in scope_walk(body) for number in _counted(node) if number > _FEW}
    return next((count for count in lengths if lengths.count(count) > 1 and count in said), 0)


def axes_written(body: Sequence[ast.stmt]) -> dict[str, int]:
    """How many axes arrays have that are written out, and numbers none: `x = np.array([0.5, 0.1])` has one."""
    found = {name: _axes(value) for name, value in named_values(body)}
    return {name: count for name, count in found.items() if count is not None}


def _axes(value: ast.expr) -> int | None:
    if isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords:
        called = ast.unparse(value.func).rpartition(".")[2]
        return _axes(value.args[0]) if called in ("array", "asarray") else None
    if isinstance(value, ast.List | ast.Tuple) and value.elts:
        inner = _axes(value.elts[0])
        return None if inner is None else inner + 1
    number = value.operand if isinstance(value, ast.UnaryOp) else value
    return 0 if isinstance(number, ast.Constant) and isinstance(number.value, int | float) else None


def _counted(node: ast.AST) -> Iterator[int]:
    """Whole numbers that something is divided by, multiplied with, counted to or made as large as."""
    within: Sequence[ast.expr] = ()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        within = (node.left, node.right)
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult | ast.Div):
        within = (node.value,)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _COUNTED:
        within = [part for one in node.args for part in (one.elts if isinstance(one, ast.Tuple) else [one])]
    yield from (one.value for one in within if isinstance(one, ast.Constant) and type(one.value) is int)
