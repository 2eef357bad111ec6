"""
Fewer of the arrays that one thing is done to: weights decay, biases don't.

Those that are called alike but for a number, `b1` and `b2`, go together out of a row that is written down; and in
a loop over a dict those stay, of which the program tells the keys.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_COST = 1.3
_GUARDED = 0.05  # of one statement in a loop, rather than of the loop
_TOGETHER = 2  # no mistake is made with one of a kind
_KINDS: tuple[Callable[[str], str], ...] = (
    lambda word: re.sub(r"\d", "", word),
    lambda word: word[:1],
    lambda word: word.rpartition("_")[2],
)
_WHOLE, _KEYS, _ITEMS, _VALUES = "", "keys", "items", "values"


def fewer(program: Program) -> Iterator[Edit]:
    """Generate rows without what is called alike, and loops over a dict that are for what is called alike."""
    for node in program.nodes:
        row = _row(program, node)
        yield from (_without(program, row, group) for group in _alike([_word(one) for one in row]))
    over = _Loops(program)
    for node in program.nodes:
        if isinstance(node, ast.For | ast.comprehension):
            yield from over.narrowed(node)


def _row(program: Program, node: ast.AST) -> Sequence[ast.expr]:
    """What is written down one after another and may be fewer."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        given = isinstance(program.parents.get(id(node)), ast.Return | ast.Subscript)
        return () if given or isinstance(getattr(node, "ctx", None), ast.Store) else node.elts
    if not isinstance(node, ast.Call):
        return ()
    called = program.definitions.get(last_name(node.func))
    return node.args if called is not None and called.args.vararg else ()


def _word(node: ast.expr) -> str:
    """What an array is called, or its key."""
    if isinstance(node, ast.Subscript):
        node = node.slice
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return last_name(node)


def _alike(words: Sequence[str]) -> Iterator[frozenset[int]]:
    """Places of words that are of one kind, where there are others."""
    once: set[frozenset[int]] = set()
    for kind in _KINDS:
        kinds = [kind(word) for word in words]
        for one in dict.fromkeys(filter(None, kinds)):
            group = frozenset(place for place, other in enumerate(kinds) if other == one)
            if _TOGETHER <= len(group) <= len(words) - _TOGETHER and group not in once:
                once.add(group)
                yield group


def _without(program: Program, row: Sequence[ast.expr], places: Collection[int]) -> Edit:
    """Leave out some of a row, each with the comma before it, or, of what it begins with, behind it."""
    spans = [program.parenthesised(one) for one in row]
    kept = [place for place in range(len(row)) if place not in places]
    start, end = spans[0][0], spans[-1][1]
    texts = [program.text[spans[kept[0]][0] : spans[kept[0]][1]]]
    texts += [program.text[spans[place - 1][1] : spans[place][1]] for place in kept[1:]]
    return Edit(start, end, "".join(texts), _COST)


@dataclass(frozen=True)
class _Loops:
    """Loops over the dicts of a program."""

    program: Program

    def narrowed(self, loop: ast.For | ast.comprehension) -> Iterator[Edit]:
        """Generate a loop, or what it does, for keys of one kind."""
        container, form = _gone_through(loop.iter)
        key = loop.target.elts[0] if form == _ITEMS and isinstance(loop.target, ast.Tuple) else loop.target
        if not isinstance(container, ast.Name | ast.Attribute) or not isinstance(key, ast.Name):
            return
        asked = self._asked(key, loop)
        start, end = self.program.parenthesised(loop.iter)
        own = self.program.segment(container)
        for group in self._groups([container, *asked]) if asked or form == _VALUES else ():
            some = _tuple(group)
            only = f"if {key.id} == {group[0]}" if len(group) == 1 else f"if {key.id} in {some}"
            if form == _VALUES:
                yield Edit(start, end, _tuple([f"{own}[{one}]" for one in group]), _COST)
            elif form != _ITEMS:
                yield Edit(start, end, some, _COST)
            elif isinstance(loop, ast.comprehension):
                yield Edit(end, end, f" {only}", _COST)
            for statement in loop.body if isinstance(loop, ast.For) and form != _VALUES else ():
                if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
                    at = self.program.span(statement)[0]
                    yield Edit(at, at, f"{only}: ", _COST + _GUARDED)

    def _asked(self, key: ast.Name, loop: ast.For | ast.comprehension) -> list[ast.expr]:
        """What a loop asks for its key."""
        around = loop if isinstance(loop, ast.For) else self.program.parents[id(loop)]
        items = (one for one in walk(around) if isinstance(one, ast.Subscript))
        return [one.value for one in items if isinstance(one.slice, ast.Name) and one.slice.id == key.id]

    def _groups(self, stems: Sequence[ast.expr]) -> Iterator[list[str]]:
        """Keys of one kind, as they are written, of the first of some dicts of which the program tells any."""
        known = (self._keys.get(last_name(stem)) for stem in stems if last_name(stem))
        keys = next(filter(None, known), {})
        words, texts = list(keys), list(keys.values())
        yield from (sorted(texts[place] for place in group) for group in _alike(words))
        yield from ([text] for text in texts if len(texts) == 2)  # of each layer's own dict

    @cached_property
    def _keys(self) -> dict[str, dict[str, str]]:
        """Keys by the name of what they are asked of, as they are written."""
        found: dict[str, dict[str, str]] = {}
        for node in self.program.nodes:
            if isinstance(node, ast.Subscript):
                names, keys = [last_name(node.value)], [node.slice]
            elif isinstance(node, ast.Dict):
                parent = self.program.parents.get(id(node))
                named = parent.targets if isinstance(parent, ast.Assign) else []
                names, keys = [last_name(one) for one in named], [key for key in node.keys if key is not None]
            else:
                continue
            for key in keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    for name in filter(None, names):
                        found.setdefault(name, {}).setdefault(key.value, self.program.segment(key))
        return found


def _tuple(items: Sequence[str]) -> str:
    return f"({', '.join(items)}{',' * (len(items) == 1)})"


def _gone_through(node: ast.expr) -> tuple[ast.expr, str]:
    """What a loop goes through, and which of it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        if node.func.attr in (_KEYS, _ITEMS, _VALUES):
            return node.func.value, node.func.attr
    elif (
        isinstance(node, ast.Call) and last_name(node.func) in ("list", "sorted", "tuple") and len(node.args) == 1
    ):
        return _gone_through(node.args[0])
    return node, _WHOLE
