"""What is done to several things alike and was forgotten for one: to begin it with zeros, to set or to call it."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import base, step, targets, turn_names, values_given
from gradcheck.diagnosis.locate.uses import made_of_itself, names_read
from gradcheck.diagnosis.repair.analogous import renamed
from gradcheck.diagnosis.repair.beside import beside, siblings, stem_of, whole_of, with_another
from gradcheck.diagnosis.repair.calling import FILLED
from gradcheck.diagnosis.repair.gaps import before, begins_its_line, behind, indentation
from gradcheck.diagnosis.repair.turns import is_zero
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_COST = 1.15  # it is known what is lacking, and of what
_AS_ELSEWHERE = 1.0
_SET, _LESS = 1.3, 0.01
_FEW = 6  # things that may be a bias
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")


def unevenly(program: Program) -> Iterator[Edit]:
    """Generate the statements that one of several things lacks: `b.grad[...] = 0`, `first.zero_grad()`."""
    yield from _begun(program)
    yield from _begun_by_items(program)
    yield from _begun_anew(program)
    yield from _begun_with_nothing(program)
    yield from _stepped(program)
    yield from _left_idle(program)
    yield from _added(program)
    yield from _called(program)


def _begun(program: Program) -> Iterator[Edit]:
    """Beginnings of what is added to, beside those of others that are attributes, or items, of the same thing."""
    added = {_last_part(program, one.target) for one in program.nodes if isinstance(one, ast.AugAssign)}
    for node in program.nodes:
        if not isinstance(node, ast.Assign) or len(targets(node)) != 1 or not begins_its_line(program, node):
            continue
        function, (target,) = program.scope(node), targets(node)
        called = isinstance(node.value, ast.Call) and last_name(node.value.func) in FILLED
        if _is_in_init(program, node) or not (called or isinstance(node.value, ast.Constant)):
            continue
        given = {program.segment(whole_of(one)) for other in walk(function) for one in targets(other)}
        for own, other in beside(program, target):
            whole = with_another(own, other, program.segment(whole_of(target)))
            part = other if other[0] in "\"'" else other.rpartition(".")[2]
            if whole not in given and part in added:
                value = f"{program.numpy}.zeros_like({whole})" if called else program.segment(node.value)
                start, end = program.span(target)[0], program.span(node.value)[0]
                yield behind(program, node, with_another(own, other, program.text[start:end]) + value, _COST)


def _begun_anew(program: Program) -> Iterator[Edit]:
    """Lists of what is added to, made as in `__init__`, in a method that makes others anew."""
    for outer in (node for node in program.nodes if isinstance(node, ast.ClassDef)):
        parts = [*walk(outer)]
        added = {program.segment(base(one.target)) for one in parts if isinstance(one, ast.AugAssign)}
        given = [(node, *pair) for node in parts if isinstance(node, ast.stmt) for pair in values_given(node)]
        given = [one for one in given if isinstance(one[1], ast.Attribute)]
        kept = {value.id: program.segment(target) for _, target, value in given if isinstance(value, ast.Name)}
        lists = [one for one in given if is_nothing(one[2]) and not isinstance(one[2], ast.Call | ast.Constant)]
        begun = [(node, program.segment(target), value) for node, target, value in lists]
        first = {text: value for node, text, value in begun if _is_in_init(program, node)}
        for node, text, _ in begun:
            if _is_in_init(program, node) or not begins_its_line(program, node):
                continue
            anew = {one for other, one, _ in begun if program.scope(other) is program.scope(node)}
            for other in (one for one in first if one in added and one not in anew and text in first):
                yield behind(program, node, f"{other} = {renamed(program.segment(first[other]), kept)}", _COST)


def _begun_by_items(program: Program) -> Iterator[Edit]:
    """Loops that begin what is added to item by item, beside those of others: it is gone over as it is there."""
    for node in program.nodes:
        loop = program.parents.get(id(node))
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        if not isinstance(loop, ast.For) or loop.body != [node] or not begins_its_line(program, loop):
            continue
        function, filled = program.scope(node), [*map(base, targets(node))]
        outermost = [one for one in program.loops(node) if program.scope(one) is function][-1]
        if not filled or not begins_its_line(program, outermost):
            continue
        anew = (other for other in walk(function) if isinstance(other, ast.Assign))
        given = {program.segment(base(one)) for other in anew for one in targets(other)}
        for added in (one for one in walk(function) if isinstance(one, ast.AugAssign)):
            whole, headers = program.segment(base(added.target)), _gone_over(program, added)
            if headers and whole not in given:
                lines = [*headers, f"{program.segment(added.target)} = {program.segment(node.value)}"]
                deep = indentation(program, node).removeprefix(indentation(program, loop))
                indented = (deep * depth + line for depth, line in enumerate(lines))
                model = program.segment(filled[0])
                alike = twin(model) == whole
                place = before if alike and whole < model else behind
                text = f"\n{indentation(program, outermost)}".join(indented)
                yield place(program, outermost, text, _COST + _LESS * (not alike))


def _begun_with_nothing(program: Program) -> Iterator[Edit]:
    """`s = b1[j]` for `s = 0.0`, where what goes by the same name begins with `b2[k]` in another loop."""
    looped = [(node, pair) for node in program.nodes for pair in values_given(node) if program.loops(node)]
    named = [(node, target.id, value) for node, (target, value) in looped if isinstance(target, ast.Name)]
    begun: dict[str, dict[str, None]] = {}
    for node, name, value in named:
        if isinstance(value, ast.Subscript) and program.segment(value.slice) in program.turns(node):
            begun.setdefault(name, {})[program.segment(value.value)] = None
    for node, name, value in named:
        turns = program.turns(node)
        for text in begun.get(name, ()) if is_zero(value) and turns else ():
            of_layer = twin(text)
            known = stem_of(of_layer) in program.scopes.names(program.scope(node)) and of_layer in program.text
            if known and of_layer not in begun[name]:
                yield Edit(*program.span(value), f"{of_layer}[{turns[0]}]", _AS_ELSEWHERE)


def _gone_over(program: Program, added: ast.AugAssign) -> list[str]:
    """The lines that begin the loops in which all items of something are added to, the outermost first."""
    names = {one.id for one in walk(added.target) if isinstance(one, ast.Name)}
    inside = (one for one in program.loops(added)[::-1] if program.scope(one) is program.scope(added))
    loops = [one for one in inside if isinstance(one, ast.For)]
    around = [one for one in loops if names.intersection(turn_names(one))]
    headers = [program.segment(one).partition("\n")[0] for one in around]
    return headers if all(header.endswith(":") for header in headers) else []


def _last_part(program: Program, target: ast.expr) -> str:
    """The name, or the key, of what a target is entries of."""
    whole = whole_of(target)
    return program.segment(whole.slice) if isinstance(whole, ast.Subscript) else last_name(whole)


def _stepped(program: Program) -> Iterator[Edit]:
    """Updates by what goes by the same key, or name, beside that of another: `w["b"] += v["b"]`, `b = b + vb`."""
    for node in program.nodes:
        taken = step(node)
        if not isinstance(node, ast.stmt) or taken is None or not begins_its_line(program, node):
            continue
        (target,), function, text = targets(node), program.scope(node), program.segment(node)
        given = {program.segment(one) for other in walk(function) for one in targets(other)}
        for own, other in beside(program, target):
            alike = with_another(own, other, program.segment(taken)) != program.segment(taken)
            whole = with_another(own, other, text) if alike else _called_alike(program, own, other, node, taken)
            if whole and with_another(own, other, program.segment(target)) not in given:
                ends = {one.rstrip("\"'")[-1] for one in (own, other)}  # of one layer they often end alike
                yield behind(program, node, whole, _COST + _LESS * (len(ends) > 1))


def _called_alike(program: Program, own: str, other: str, statement: ast.stmt, taken: ast.expr) -> str:
    """Write a step for another attribute, with what ends in its name: `self.vb` for `self.vW`; "" without any."""
    one, another = (name.rpartition(".")[2] for name in (own, other))
    known = {last_name(node) for node in program.nodes if isinstance(node, ast.Attribute | ast.Name)}
    words = {*re.findall(rf"\w+{re.escape(one)}\b", program.segment(taken))} if one.isidentifier() else set[str]()
    alike = {word: word.removesuffix(one) + another for word in words}
    if not alike or not known.issuperset(alike.values()):
        return ""
    return _WORD.sub(lambda word: {**alike, one: another}.get(word[0], word[0]), program.segment(statement))


def _left_idle(program: Program) -> Iterator[Edit]:
    """
    What is made like something else, and never used, in what that is used for: `sw = sw + gw` for `gw`.

    It is made in one go with that, or begun in the same form; and so is what it is to be put into, unless that is
    an attribute, or a key, beside the other.
    """
    for function in (one for one in program.nodes if isinstance(one, ast.FunctionDef)):
        given = [one for one in walk(function) if isinstance(one, ast.Assign | ast.AugAssign)]
        made = [[program.segment(part) for part in targets(one)] for one in given]
        idle = _idle(program, function, given) if given else []
        forms: dict[str, set[str]] = {}
        for name, one in ((name, one) for one, names in zip(given, made, strict=True) for name in names if idle):
            forms.setdefault(program.form(one.value), set()).add(name)
        rows = [{*row} for row in made] + [*forms.values()]
        for node, own in zip(given, made, strict=True):
            words = {*_NAME.findall(program.segment(node))}
            if not idle or len(own) > 1 or not made_of_itself(node) or not begins_its_line(program, node):
                continue
            begun = [name for row in forms.values() if own[0] in row for name in sorted(row)]
            beside_it = [one for one in siblings(program, targets(node)[0]) if [one] not in made]
            others = [one for one in dict.fromkeys([*beside_it, *begun]) if one not in {*words, own[0]}]
            for name, row in itertools.product(idle, rows):
                for used in sorted(words & row - {name, own[0]}) if name in row - words else ():
                    text = renamed(program.segment(node), {used: name})
                    yield from (
                        behind(program, node, with_another(own[0], other, text), _COST) for other in others
                    )


def _idle(program: Program, function: ast.AST, given: Iterable[ast.stmt]) -> list[str]:
    """Names that nothing in a function reads, but what they are made of themselves by."""
    own = {id(one): made_of_itself(one) for one in given}
    reads = names_read(walk(function))
    elsewhere = {one.id for one in reads if one.id not in own.get(id(program.statement(one)), set())}
    names = {name for some in own.values() for name in some if name.isidentifier()}
    return [*program.scopes.unused(function), *sorted(names - elsewhere)]


def _added(program: Program) -> Iterator[Edit]:
    """
    What is added to an attribute of one of two that are handed over: `self.grad += other.data * grad`.

    That is what is added to the other's, with each for the other; or only what comes in: `self.grad += grad`.
    """
    added = [one for one in program.nodes if isinstance(one, ast.AugAssign)]
    everywhere = {program.segment(one.target) for one in added}
    for node in added:
        stem = node.target.value if isinstance(node.target, ast.Attribute) else None
        if not isinstance(stem, ast.Name) or not begins_its_line(program, node):
            continue
        around = [one for one in program.ancestors(node) if isinstance(one, ast.FunctionDef)]
        handed = {argument.arg for one in around for argument in one.args.args}
        within = [one for one in walk(node.value) if isinstance(one, ast.Name | ast.Attribute)]
        own = {argument.arg for argument in around[0].args.args} if around else set[str]()
        coming = [program.segment(one) for one in within if last_name(one) in {*own, last_name(node.target)}]
        here = {program.segment(one.target) for one in added if program.scope(one) is program.scope(node)}
        for other in sorted(handed - {stem.id}) if stem.id in handed else ():
            target = with_another(stem.id, other, program.segment(node.target))
            if target in everywhere - here:
                texts = (
                    _exchanged(program.segment(node), stem.id, other),
                    *(f"{target} += {one}" for one in coming),
                )
                yield from (before(program, node, text, _COST) for text in dict.fromkeys(texts))


def _exchanged(text: str, one: str, other: str) -> str:
    """Write a text with each of two names for the other."""
    names = {one: other, other: one}
    return _NAME.sub(lambda word: names.get(word[0], word[0]), text)


def left_unset(program: Program) -> Iterator[Edit]:
    """Generate `self.b = self.delta` beside `self.w[i] = self.delta * x[i]` where only `__init__` sets that."""
    for node in program.nodes:
        if isinstance(node, ast.ClassDef):
            yield from _left_unset_in(program, [*walk(node)])


def _left_unset_in(program: Program, nodes: Iterable[ast.AST]) -> Iterator[Edit]:
    """The same in one class."""
    stored: dict[str, list[ast.stmt]] = {}
    empty = set[str]()
    for node in nodes:
        for target in map(base, targets(node)):
            if isinstance(target, ast.Attribute) and isinstance(node, ast.stmt):
                stored.setdefault(program.segment(target), []).append(node)
        empty |= {program.segment(target) for target, value in values_given(node) if is_nothing(value)}
    begun = [
        one for one in sorted(empty & stored.keys()) if all(_is_in_init(program, node) for node in stored[one])
    ]
    for text, statements in stored.items():
        stem = text.rpartition(".")[0]
        for node in statements:
            if text in begun or not isinstance(node, ast.Assign | ast.AugAssign) or node.value is None:
                continue
            place = next(iter(program.loops(node)[::-1]), node)
            parts = (one for one in walk(node.value) if isinstance(one, ast.Attribute | ast.Name))
            values = dict.fromkeys(program.segment(one) for one in parts if isinstance(one.ctx, ast.Load))
            given = program.text[program.span(targets(node)[-1])[1] : program.span(node.value)[0]].strip(" (")
            for other in begun if begins_its_line(program, place) else ():
                if other.rpartition(".")[0] == stem:
                    plain = [value for value in values if value not in ("self", other)]
                    onward = _of_the_next_layer(program, node.value, text, values)
                    made = [f"{other} {given} {value}" for value in (*plain, *onward)]
                    yield from (behind(program, place, one, _SET) for one in made)
                    if place is not node:
                        yield from (before(program, place, one, _SET) for one in made)


def _of_the_next_layer(program: Program, value: ast.expr, made: str, parts: Iterable[str]) -> Iterator[str]:
    """An expression of the first layer as one of the second, which is fed what that made, for one of its parts."""
    attributes = {one.attr for one in program.nodes if isinstance(one, ast.Attribute)}
    known = attributes | program.scopes.names(program.scope(value))
    text = program.segment(value)
    for part in parts:
        fed = re.sub(rf"(?<![\w.]){re.escape(part)}(?![\w.(])", lambda _: made, text)
        if fed != text and part != made:
            turned = _WORD.sub(lambda word: new if (new := twin(word[0])) in known else word[0], fed)
            yield from (one for one in dict.fromkeys((turned, fed)) if one != text)


def of_biases(program: Program) -> Iterator[Edit]:
    """
    Generate what is done to weights, for a bias, whose input is 1, beside the loop over the inputs.

    It is `w[o][-1] += rate * d[o]` or `b[o] += rate * d[o]` for `w[o][i] += rate * d[o] * x[i]`.
    """
    for node in (one for one in program.nodes if isinstance(one, ast.AugAssign)):
        loop, target = program.parents[id(node)], node.target
        if not isinstance(loop, ast.For) or not isinstance(target, ast.Subscript):
            continue
        turns = {*turn_names(loop)}
        factors = _factors(node.value)
        kept = [part for part in factors if turns.isdisjoint(name.id for name in names_read(walk(part)))]
        if not 0 < len(kept) < len(factors) or not begins_its_line(program, loop):
            continue
        operator = program.text[program.span(target)[1] : program.parenthesised(node.value)[0]]
        step_taken = operator + " * ".join(program.text[slice(*program.parenthesised(part))] for part in kept)
        if "[-1]" in program.text and getattr(target.slice, "id", "") in turns:
            yield behind(program, loop, f"{program.segment(target.value)}[-1]{step_taken}", _SET)
        place = next((text for text in _places_of(program, target) if text not in turns), "")
        read_here = {program.segment(one) for one in walk(node) if isinstance(one, ast.Name | ast.Attribute)}
        others = [one for one in _never_changed(program, program.scope(node)) if one not in read_here]
        for other in others[:_FEW] if place else ():
            yield before(program, loop, f"{other}[{place}]{step_taken}", _SET)


def _places_of(program: Program, entry: ast.Subscript) -> list[str]:
    """The two places that an entry is taken at; none where there is only one."""
    if isinstance(entry.slice, ast.Tuple):
        return [program.segment(one) for one in entry.slice.elts]
    inner = entry.value
    return [program.segment(one.slice) for one in (inner, entry)] if isinstance(inner, ast.Subscript) else []


@lru_cache(maxsize=64)
def _never_changed(program: Program, function: ast.AST) -> list[str]:
    """
    What is to have entries, or has, that are only scaled or set to nothing: names, and attributes.

    What begins with nothing comes first: the others may be data.
    """
    known = [
        program.segment(target)
        for node in program.nodes
        for target, value in values_given(node)
        if is_nothing(value) and not isinstance(value, ast.Constant)
    ]
    items = (one for one in program.nodes if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Load))
    known += [program.segment(one.value) for one in items if isinstance(one.value, ast.Name | ast.Attribute)]
    changed = {program.segment(base(one)) for node in program.nodes for one in _entries_given(node)}
    names = program.scopes.names(function)
    return [one for one in dict.fromkeys(known) if one not in changed and stem_of(one) in names]


def _entries_given(statement: ast.AST) -> list[ast.expr]:
    """Entries that a statement gives a value to, or adds to."""
    scales = isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Mult | ast.Div)
    empties = isinstance(statement, ast.Assign) and is_nothing(statement.value)
    return [one for one in targets(statement) if isinstance(one, ast.Subscript) and not scales and not empties]


def _factors(node: ast.expr) -> list[ast.expr]:
    """What a product is made of."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def is_nothing(value: ast.expr) -> bool:
    """Whether something is begun with that is to have its value yet: zeros, or `None`."""
    if isinstance(value, ast.Call):
        return last_name(value.func) in ("empty", "zeros", "zeros_like")
    while isinstance(value, ast.ListComp) or (isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult)):
        value = value.elt if isinstance(value, ast.ListComp) else value.left
    (value,) = value.elts if isinstance(value, ast.List) and len(value.elts) == 1 else (value,)
    return isinstance(value, ast.Constant) and not value.value


def _is_in_init(program: Program, statement: ast.stmt) -> bool:
    return getattr(program.scope(statement), "name", "") == "__init__"


def _called(program: Program) -> Iterator[Edit]:
    """Calls of a method, beside that of another thing that was made in the same way."""
    made = {
        program.segment(target): program.segment(one.value.func)
        for one in program.nodes
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call)
        for target in one.targets
    }
    order = [*made]
    for node in program.nodes:
        call = node.value if isinstance(node, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if not isinstance(node, ast.stmt) or not begins_its_line(program, node):
            continue
        own, text, around = program.segment(call.func.value), program.segment(node), program.block(node)
        present, known = {program.segment(one) for one in around}, program.scopes.names(program.scope(node))
        for other, maker in made.items():
            lacking = with_another(own, other, text)
            if other == own or maker != made.get(own) or lacking in present or other.split(".")[0] not in known:
                continue
            earlier = order.index(other) < order.index(own)
            yield (before if earlier else behind)(program, node, lacking, _COST)
