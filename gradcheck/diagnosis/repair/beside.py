"""What stands beside what a statement assigns to: other attributes of the same object, other keys, other items."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import step, targets
from gradcheck.diagnosis.locate.uses import kept_attributes
from gradcheck.submissions.trees import walk


def beside(program: Program, target: ast.expr) -> Iterator[tuple[str, str]]:
    """
    An attribute that is assigned to, or a key, and each other one beside it.

    So it is with what it is of, and what is like that: `self.bias` for `self.weight` in `self.weight.grad` if both
    have `data`; and with keys of what has that key, too: beside `g["b1"]` where there are `p["b1"]` and `p["b2"]`.
    """
    within = False  # of what an attribute is taken
    while isinstance(target, ast.Attribute | ast.Subscript):
        of = program.segment(target.value)
        if isinstance(target, ast.Attribute):
            own = program.segment(target)
            others = [
                f"{of}.{name}" for name in _attributes(program, of, target) if name not in program.definitions
            ]
            if within:
                its = _attributes(program, own, target).keys()
                others = [other for other in others if not its.isdisjoint(_attributes(program, other, target))]
        elif isinstance(target.slice, ast.Constant):
            own = program.segment(target.slice)
            items = [
                (program.segment(one.value), program.segment(one.slice))
                for one in program.nodes
                if isinstance(one, ast.Subscript) and type(one.slice) is ast.Constant
            ]
            alike = {of, *(stem for stem, key in items if key == own)}
            others = [key for stem, key in items if stem in alike]
            if type(place := target.slice.value) is int:
                others += [str(other) for other in (place + 1, place - 1) if other >= 0 and place >= 0]
        else:
            others = []
        yield from ((own, other) for other in dict.fromkeys(others) if other != own)
        target, within = target.value, isinstance(target, ast.Attribute)


def siblings(program: Program, target: ast.expr) -> list[str]:
    """What a statement could assign to as well: `g["b2"]` for `g["b1"]`, `b2` for `b1` where there is one."""
    text = program.segment(target)
    others = [with_another(own, other, text) for own, other in beside(program, target)]
    other_layer = twin(text)
    known = other_layer != text and other_layer in program.scopes.names(program.scope(target))
    return list(dict.fromkeys([*others, *[other_layer] * known]))


def stem_of(text: str) -> str:
    """The name that an attribute or an item is of."""
    return re.split(r"\W", text, maxsplit=1)[0]


def stepped(program: Program) -> Counter[tuple[ast.AST, str]]:
    """Count how often each function takes a step of something; of its entries, too."""
    return Counter(
        (program.scope(node), program.segment(whole_of(one)))
        for node in program.nodes
        if step(node) is not None
        for one in targets(node)
    )


def _attributes(program: Program, of: str, place: ast.expr) -> dict[str, None]:
    """Names of the attributes that something has where an expression stands: classes tell what is kept in it."""
    classes = (one for one in program.ancestors(place) if isinstance(one, ast.ClassDef))
    around = next(classes, None) if of.partition(".")[0] == "self" else None
    nodes = program.nodes if around is None else walk(around)
    found = (one for one in nodes if isinstance(one, ast.Attribute))
    asked = dict.fromkeys(one.attr for one in found if program.segment(one.value) == of)
    known = program.scopes.of_classes(program.scope(place)).items() if around is None else ()
    its = [outer for outer, objects in known if of in objects]
    return asked | dict.fromkeys(name for outer in its for name in kept_attributes(outer))


def whole_of(target: ast.expr) -> ast.expr:
    """What a target is entries of, if a name says of which."""
    while isinstance(target, ast.Subscript):
        if isinstance(target.slice, ast.Constant) and target.slice.value is not Ellipsis:
            break
        target = target.value
    return target


def with_another(own: str, other: str, text: str) -> str:
    """Write a text with another attribute or key."""
    return re.sub(rf"(?<![\w.]){re.escape(own)}(?!\w)", lambda _: other, text)
