"""The order of what is handed over: arguments, what is returned, and the names that it is taken apart into."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.writing import Edit, swapped
from gradcheck.submissions.targets import last_name

_AS_NAMED = 1.1  # then more of it is called alike on both sides
_NEIGHBOURS = 1.35
_ROTATED = 1.4
_ORDER = 1.7
_FEW, _SEVERAL, _MANY = 4, 6, 12  # more than that together are data; more arguments take too long
_KEEPING = ("append", "appendleft", "insert", "put", "add")
_CALLED = re.compile(r"\.\w+\(.*\)$", re.DOTALL)  # a method, with what it is handed
_Orders = Iterator[tuple[Sequence[ast.expr], list[list[str]]]]
"""What is handed over together, and what it may be called on the other side."""


def exchanged(texts: Sequence[str], one: int, other: int) -> list[str]:
    """Two of some texts for each other."""
    found = list(texts)
    found[one], found[other] = texts[other], texts[one]
    return found


def agrees_more(before: Sequence[str], after: Sequence[str], names: Iterable[Sequence[str]]) -> bool:
    """Whether texts in another order are called more as some of these names are: `self.a1` as `a1`, or as `z1`."""
    return any(_alike(after, some) > _alike(before, some) for some in names)


def orders(program: Program) -> Iterator[Edit]:
    """
    Two for each other of what is handed over by its place; likeliest where names on both sides agree then.

    Of what a record, or an object, is made of under names, too; and of lists, one behind the other.
    """
    calls = (node for node in program.nodes if isinstance(node, ast.Call))
    for call in calls:
        named = program.parameters.get(last_name(call.func), [])
        found = _exchanges(program, call.args, named, _MANY) if named else ()
        yield from (edit for edit in found if edit.cost == _AS_NAMED)
        if last_name(call.func)[:1].isupper():
            options = {option.arg: option.value for option in call.keywords if option.arg}
            yield from _exchanges(program, [*options.values()], [[*options]], _FEW)
    for node in program.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and _is_listed(node):
            yield swapped(program, node.left, node.right, _NEIGHBOURS)
    for parts, others in (*_unpacked(program), *_returned(program), *_kept(program)):
        yield from _exchanges(program, parts, others, _SEVERAL)


def _is_listed(node: ast.BinOp) -> bool:
    """Whether a list is written out on one side: then the other is one, too."""
    return any(isinstance(side, ast.List | ast.ListComp) for side in (node.left, node.right))


def _exchanges(
    program: Program, parts: Sequence[ast.expr], others: Sequence[Sequence[str]], most: int
) -> Iterator[Edit]:
    if len(parts) > most or any(isinstance(one, ast.Starred) for one in parts):
        return
    texts = [program.segment(one) for one in parts]
    movable = [place for place, part in enumerate(parts) if _may_move(part, texts[place])]
    for one, other in itertools.combinations(movable, 2):
        agree = agrees_more(texts, exchanged(texts, one, other), others)
        cost = _AS_NAMED if agree else _NEIGHBOURS if other == one + 1 else _ORDER
        yield swapped(program, parts[one], parts[other], cost)
    if len(movable) == len(parts) >= _FEW:
        yield from _all_as_named(program, parts, others)
    elif len(movable) == len(parts) == _FEW - 1:  # the first last, or the last first
        yield from (_in_order(program, parts, [*parts[by:], *parts[:by]], _ROTATED) for by in (1, 2))


def _all_as_named(program: Program, parts: Sequence[ast.expr], others: Sequence[Sequence[str]]) -> Iterator[Edit]:
    """All in the order in which the other side names them, where one exchange isn't enough."""
    called = [program.segment(part).rpartition(".")[2] for part in parts]
    for names in ([name.rpartition(".")[2] for name in some] for some in others):
        moved = sum(map(str.__ne__, called, names))
        if sorted(names) == sorted(called) and len({*names}) == len(names) and moved > 2:
            yield _in_order(program, parts, [parts[called.index(name)] for name in names], _AS_NAMED)


def _in_order(program: Program, parts: Sequence[ast.expr], ordered: Sequence[ast.expr], cost: float) -> Edit:
    """All parts in another order, what is between them where it was."""
    starts, ends = zip(*map(program.span, parts), strict=True)
    between = [program.text[end:start] for end, start in zip(ends, starts[1:], strict=False)] + [""]
    texts = map(program.segment, ordered)
    return Edit(starts[0], ends[-1], "".join(itertools.chain(*zip(texts, between, strict=True))), cost)


def _may_move(part: ast.expr, text: str) -> bool:
    """Whether an expression may stand elsewhere as it is written; of targets, names, keys and several at once."""
    if isinstance(getattr(part, "ctx", None), ast.Store):
        keyed = isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant)
        return keyed or isinstance(part, ast.Name | ast.Attribute | ast.Tuple)
    return "\n" not in text and not isinstance(part, ast.Yield)


def _unpacked(program: Program) -> _Orders:
    """What something is taken apart into, with what a function of the file returns for them."""
    returned: dict[str, list[list[str]]] = {}
    for name, values in _tuples_returned(program):
        returned.setdefault(name, []).append([program.segment(one) for one in values.elts])
    for node in program.nodes:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = node.value if isinstance(node, ast.Assign) else None
        parts: list[ast.expr] = getattr(target, "elts", [])
        if isinstance(node, ast.For) or (value is not None and not isinstance(value, ast.Tuple)):
            function = last_name(value.func) if isinstance(value, ast.Call) else ""
            yield parts, returned.get(function, []) if function else _put_together(program, parts)


def _put_together(program: Program, parts: Sequence[ast.expr]) -> list[list[str]]:
    """The same names as they are put together elsewhere, in an order of their own: `cache = (x, w, b)`."""
    names = sorted(map(program.segment, parts))
    tuples = (one for one in program.nodes if isinstance(one, ast.Tuple) and isinstance(one.ctx, ast.Load))
    found = ([program.segment(part) for part in one.elts] for one in tuples)
    return [texts for texts in found if parts and sorted(texts) == names]


def _returned(program: Program) -> _Orders:
    """What functions of the file return together, with the names that it is taken apart into."""
    taken: dict[str, list[list[str]]] = {}
    for node in program.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            names = [program.segment(one) for one in getattr(node.targets[0], "elts", ())]
            taken.setdefault(last_name(node.value.func), []).append(names)
    for name, values in _tuples_returned(program):
        yield values.elts, taken.get(name, [])


def _kept(program: Program) -> _Orders:
    """What is kept together for later: `cache.append((z, a))`, `self.cache = x, w`."""
    for node in program.nodes:
        whole: list[ast.expr] = []
        if isinstance(node, ast.Call) and last_name(node.func) in _KEEPING:
            whole = node.args
        elif isinstance(node, ast.Assign) and isinstance(
            node.targets[0], ast.Name | ast.Attribute | ast.Subscript
        ):
            whole = [node.value]
        yield from ((one.elts, []) for one in whole if isinstance(one, ast.Tuple))


def _tuples_returned(program: Program) -> Iterator[tuple[str, ast.Tuple]]:
    """Every tuple that is returned, with the name of its function."""
    for node in program.nodes:
        function = program.scope(node) if isinstance(node, ast.Return) else None
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            yield getattr(function, "name", ""), node.value


def _alike(texts: Sequence[str], names: Sequence[str]) -> int:
    """How far two series are called alike: `self.a1` or `a1.copy()` as `a1`, and, less so, as `z1`."""
    pairs = [(_CALLED.sub("", text).rpartition(".")[2], name) for text, name in zip(texts, names, strict=False)]
    same = sum(text == name.rpartition(".")[2] != "" for text, name in pairs)
    return 2 * same + sum(text[-1:].isdigit() and text[-1] == name[-1:] for text, name in pairs)
