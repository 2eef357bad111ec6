"""
Statements that were forgotten: what is left of the program tells of them.

Two loops that update two layers, or two branches, are often the same line by line: a line that only one of them
has, the other lacks. A name that nothing uses, and a method that nobody calls, were made for something. And where
nothing was done to a parameter, an update like the others' is opened for it, and values tell what to fill in.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import partial

import numpy as np

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.quantities import PLAIN
from gradcheck.diagnosis.locate.scopes import FEW
from gradcheck.diagnosis.locate.statements import LEAVING, base, step, targets, turn_names
from gradcheck.diagnosis.locate.unfinished import uncalled_within
from gradcheck.diagnosis.locate.uses import gives, names_given, names_read, reading
from gradcheck.diagnosis.repair.analogous import WORD, paired, renamed
from gradcheck.diagnosis.repair.beside import beside, siblings, stepped, whole_of, with_another
from gradcheck.diagnosis.repair.gaps import (
    Gap,
    before,
    begins_its_line,
    behind,
    body_of,
    indentation,
    kind,
    put,
    written,
)
from gradcheck.diagnosis.repair.scope import is_pure
from gradcheck.diagnosis.repair.twins import Renaming, Twins
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_AS_ELSEWHERE = 1.35
_UNCALLED = 1.15  # there is no other reason for what does something
_UNSET = 1.1
_DUE = 1.2  # what is lacking is known, and only its value is open
_UNLIKE, _LESS = 0.1, 0.01  # more for what is called otherwise; for each that is a little less likely
_ALIKE = 0.5  # of two blocks' statements
_MISSING = 2  # statements that one block may lack


def as_elsewhere(program: Program) -> Iterator[Edit]:
    """
    Generate the edits that put into a block what another one like it has and it lacks.

    Which of its names stand for which tell the lines that both have, and what stands around them.
    """
    blocks = [block for block in program.blocks if all(begins_its_line(program, one) for one in block)]
    forms = [(block, [_form(program, one) for one in block]) for block in blocks]
    for (block, own), (other, model) in itertools.permutations(forms, 2):
        empty = all(isinstance(one, ast.Pass) for one in block)
        if own == model or not (empty or set(own) & set(model)):
            continue
        matcher = SequenceMatcher(None, own, model, autojunk=False)
        if not empty and matcher.ratio() < _ALIKE:
            continue
        if empty and not _begin_alike(program, program.parents[id(block[0])], program.parents[id(other[0])]):
            continue
        missing = [
            (start if way == "insert" else end, other[first:last])
            for way, start, end, first, last in matcher.get_opcodes()
            if (way == "insert" or (way == "replace" and empty)) and last - first <= _MISSING
        ]
        if not missing:
            continue
        names = _around(program, other[0], block[0])
        for a, b, size in matcher.get_matching_blocks():
            for one, its in zip(other[b : b + size], block[a : a + size], strict=True):
                text = program.segment(one)
                same = {word: word for word in WORD.findall(text)} if text == program.segment(its) else {}
                names = names | paired(one, its) | same
        yield from (_put(program, block, place, some, names) for place, some in missing)


def _form(program: Program, statement: ast.stmt) -> str:
    """What a statement is; beside a function within one, and of that, whatever operators there are."""
    block = program.block(statement)
    if not any(
        isinstance(one, ast.FunctionDef) and isinstance(program.scope(one), ast.FunctionDef) for one in block
    ):
        return program.form(statement)
    if isinstance(statement, ast.FunctionDef):
        return f"def {statement.name}"
    made = statement.value if isinstance(statement, ast.Assign) else None
    called = program.segment(made.func) if isinstance(made, ast.Call) else ""
    return f"{called}({', '.join(map(program.form, targets(statement)))})" if called else program.form(statement)


def uncalled(program: Program) -> Iterator[Edit]:
    """Generate the calls of methods that do something and that nobody calls: `model.zero_grad()`."""
    called = {last_name(node.func) for node in program.nodes if isinstance(node, ast.Call)}
    for methods in program.classes.methods:
        names = {one.name for one in methods}
        idle = [
            one.name
            for one in methods
            if one.name not in called
            and len(one.args.args) == 1
            and not is_pure(one)
            and one.name.strip("_") == one.name
        ]
        if not 0 < len(idle) <= FEW:  # a library's, of which nobody needs everything
            continue
        used = (
            (program.segment(node.value), program.scope(node))
            for node in program.nodes
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in names
        )
        functions = [node for node in program.nodes if isinstance(node, ast.FunctionDef)]
        unused = ((name, one) for one in functions for name in program.scopes.unused(one))
        for (stem, function), name in itertools.product(dict.fromkeys((*used, *unused)), idle):
            within = isinstance(program.parents.get(id(function)), ast.ClassDef)  # rather in a loop that trains
            cost = _UNCALLED + _LESS * within
            for block in program.blocks if stem != "self" else ():
                if program.scope(block[0]) is not function:
                    continue
                for one in block:
                    plain = not isinstance(one, ast.If) and not getattr(one, "decorator_list", [])
                    if begins_its_line(program, one) and plain:
                        yield before(program, one, f"{stem}.{name}()", cost)
                if begins_its_line(program, block[-1]) and not isinstance(block[-1], LEAVING):
                    yield behind(program, block[-1], f"{stem}.{name}()", cost)


def unasked(program: Program) -> Iterator[Edit]:
    """Generate the calls of inner functions that do something and that nobody calls: `visit(self)`."""
    for node in uncalled_within(program):
        outer, block = program.scope(node), program.block(node)
        if is_pure(node) or not isinstance(outer, ast.FunctionDef) or not begins_its_line(program, node):
            continue
        handed = [one.arg for one in outer.args.args]
        own = [one.id for one in names_given(walk(outer)) if program.scope(one) is outer]
        free = max(0, len(node.args.posonlyargs) + len(node.args.args) - len(node.args.defaults))
        names = itertools.permutations(dict.fromkeys((*handed, *own)), free)
        for rank, some in enumerate(itertools.islice(names, FEW)):
            for later, one in enumerate(block[block.index(node) :]):
                if begins_its_line(program, one) and not isinstance(one, LEAVING):
                    cost = _UNCALLED + _LESS * (rank + later)
                    yield behind(program, one, f"{node.name}({', '.join(some)})", cost)


def unheeded(program: Program) -> Iterator[Edit]:
    """`g * c` for the `g` that a function is handed and gives back as it is, and a `c` that it doesn't heed."""
    for node in program.nodes:
        if not isinstance(node, ast.Lambda | ast.FunctionDef):
            continue
        first = body_of(node)[0] if isinstance(node, ast.FunctionDef) else node
        given = first.body if isinstance(first, ast.Lambda) else getattr(first, "value", None)
        if isinstance(first, ast.Lambda | ast.Return) and isinstance(given, ast.Name):
            names = [one.arg for one in node.args.args if one.arg not in ("self", "cls")]
            end = program.span(given)[1]
            for rank, name in enumerate(reversed(names) if given.id in names else ()):
                if name != given.id:
                    yield Edit(end, end, f" * {name}", _AS_ELSEWHERE + _LESS * rank)


def unadded(program: Program, twins: Twins) -> Iterator[Edit]:
    """Generate what is added to something of one layer, and not to the other's: `dw2 += reg * w2` beside w1's."""
    lines = [one for one in program.nodes if isinstance(one, ast.stmt) and begins_its_line(program, one)]
    made = {
        (program.scope(one), program.segment(target)): one
        for one in lines
        if isinstance(one, ast.Assign)
        for target in one.targets
    }
    added = [
        (one, target, _operator(one))
        for one in lines
        if isinstance(one, ast.Assign | ast.AugAssign)
        and (isinstance(one, ast.AugAssign) or step(one) is not None)
        for target in targets(one)
    ]
    forms = {(program.scope(one), program.segment(target), operator) for one, target, operator in added}
    for node, target, operator in added:
        function, whole = program.scope(node), program.segment(base(target))
        for rename in twins.renamings(function):
            other = rename(program.segment(target))
            known = other != program.segment(target) and (function, rename(whole)) in made
            if known and (function, other, operator) not in forms:
                place = max(made[function, rename(whole)], node, key=lambda one: one.lineno)
                yield behind(program, place, _word_for_word(program, node, rename), _DUE)


def _operator(statement: ast.Assign | ast.AugAssign) -> type[object]:
    """What `a += x`, or `a = a + x`, does."""
    return type(getattr(statement, "op", getattr(statement.value, "op", None)))


def _word_for_word(program: Program, statement: ast.stmt, rename: Renaming) -> str:
    """Write a statement with the other layer's names, each by itself: for all of `a.b`, or else for a part."""
    kinds = (ast.Name, ast.Attribute, ast.Subscript)
    (start, end), text = program.span(statement), ""
    spans = [program.span(one) for one in walk(statement) if isinstance(one, kinds)]
    for first, last in sorted(spans, key=lambda span: (span[0], -span[1])):
        if first < start:
            continue  # a part of the one before
        own = program.text[first:last]
        if rename(own) != own or own.replace(".", "").isidentifier():
            text, start = text + program.text[start:first] + rename(own), last
    return text + program.text[start:end]


def undecayed(program: Program, observation: Observation) -> Iterator[Edit]:
    """Generate the statements that make biases 0 in an array that holds them with weights: they don't decay."""
    for node in program.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.BinOp | ast.Call):
            continue
        match = observation.match(program.number(node.value))
        name = program.segment(node.targets[0])
        if match is not None and " and b" in match.name and name.isidentifier():
            for index in ("0", "-1", ":, 0", ":, -1"):
                yield behind(program, node, f"{name}[{index}] = 0", _DUE)


def _begin_alike(program: Program, one: ast.AST, other: ast.AST) -> bool:
    """Whether two loops go over the same kind of thing."""
    if not isinstance(one, ast.For) or not isinstance(other, ast.For):
        return False
    return program.form(one.iter) == program.form(other.iter)


def _around(program: Program, model: ast.stmt, own: ast.stmt) -> dict[str, str]:
    """Names of one place by those of another, told by what both stand in: loops that are alike, their blocks."""
    names: dict[str, str] = {}
    while True:
        outer, its = program.parents[id(model)], program.parents[id(own)]
        if type(outer) is not type(its) or not isinstance(outer, ast.stmt) or not isinstance(its, ast.stmt):
            return names
        if outer is its:
            return names
        names = paired(outer, its) | names
        for one in program.block(outer):
            for other in program.block(its):
                if one is not outer and other is not its and program.form(one) == program.form(other):
                    names = paired(one, other) | names
        model, own = outer, its


def _put(
    program: Program, block: Sequence[ast.stmt], place: int, missing: Sequence[ast.stmt], names: dict[str, str]
) -> Edit:
    """Some statements of another block before one of this, in its names and as deep."""
    start, end = program.span(missing[0])[0], program.span(missing[-1])[1]
    old, new = indentation(program, missing[0]), indentation(program, block[0])
    lines = renamed(program.text[start:end], names).replace(f"\n{old}", f"\n{new}")
    if place:
        return behind(program, block[place - 1], lines, _AS_ELSEWHERE)
    return before(program, block[0], lines, _AS_ELSEWHERE)


def unspent(program: Program) -> Iterator[Gap]:
    """Statements like another one, for what a name was made that nothing uses; of another attribute or key."""
    taken = written(program)
    for node in program.nodes:
        if not isinstance(node, ast.Assign | ast.AugAssign) or not begins_its_line(program, node):
            continue
        function, given = program.scope(node), targets(node)
        others = list(beside(program, given[0])) if len(given) == 1 else []
        unused = program.scopes.unused(function) if others else []
        idle = {name: _made(program, node, name) for name in unused} if len(unused) <= FEW else {}
        for own, other in others if idle else ():
            target = given[0]
            text = with_another(own, other, program.segment(target))
            if (kind(program, node), text) in taken:
                continue
            head = text + program.text[program.span(target)[1] : program.span(node.value)[0]]
            for name, made in idle.items():
                after = made if made is not None and made.lineno > node.lineno else node
                if begins_its_line(program, after):
                    rename = partial(with_another, own, other)
                    yield replace(put(program, after, node.value, head, True, rename), using=name, cost=_DUE)


def openings(program: Program, twins: Twins, observation: Observation, nothing: Collection[str]) -> Iterator[Edit]:
    """
    Generate updates of what nothing was done to, as others are written, with 0 where their arrays stand.

    What ought to stand there, values tell.
    """
    updated = stepped(program)
    found: dict[str, dict[int, Edit]] = {}  # by what is updated, and where
    for node in program.nodes:
        added = step(node)
        if not isinstance(node, ast.stmt) or added is None or not begins_its_line(program, node):
            continue
        target, function = targets(node)[0], program.scope(node)
        own, stem, start = program.segment(target), program.segment(whole_of(target)), program.span(node)[0]
        (first, last), end = _array(program, added, observation), program.parenthesised(added)[1]
        holding = (text for name in sorted(nothing) for text in twins.holding(name, function))
        for other in dict.fromkeys((*holding, *twins.empty(function), *siblings(program, target))):
            whole = other.removesuffix(own.removeprefix(stem))
            if (function, whole) in updated:
                continue
            for rank, text in enumerate(dict.fromkeys((other, whole))):
                statement = f"{with_another(own, text, program.text[start:first])}0{program.text[last:end]}"
                unlike = 1 - SequenceMatcher(None, stem, whole).ratio()
                for place in dict.fromkeys((_around_turns(program, node, target, text), node)):
                    edit = behind(program, place, statement, _DUE + _UNLIKE * unlike + _LESS * rank)
                    found.setdefault(text, {}).setdefault(edit.start, edit)
    for edits in found.values():
        likely = sorted(edits.values(), key=lambda edit: edit.cost)
        yield from (replace(edit, cost=edit.cost + _LESS * rank) for rank, edit in enumerate(likely))


def unset(program: Program, asked: Iterable[str]) -> Iterator[Edit]:
    """
    Generate `self.dw = 0` where a method sets what is called likewise, of what is asked for and set nowhere.

    What ought to stand there, values tell.
    """
    absent, _ = unset_attributes(program, asked)
    found = [
        (node, target)
        for node in program.nodes
        if isinstance(node, ast.Assign) and begins_its_line(program, node)
        for target in targets(node)
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
        if getattr(program.scope(node), "name", "") != "__init__"
    ]
    for name in absent if len(absent) <= FEW else ():
        likely = sorted(found, key=lambda one: -_ends_alike(one[1].attr, name))[:FEW]
        for rank, (node, target) in enumerate(likely):
            yield behind(program, node, f"{program.segment(target.value)}.{name} = 0", _UNSET + _LESS * rank)


def _ends_alike(one: str, other: str) -> int:
    """How many letters two names have in common at both ends."""
    ways = ((one, other), (one[::-1], other[::-1]))
    return sum(
        len([*itertools.takewhile(lambda pair: pair[0] == pair[1], zip(*way, strict=False))]) for way in ways
    )


def unset_attributes(program: Program, asked: Iterable[str]) -> tuple[list[str], list[ast.Attribute]]:
    """
    Names of attributes that are asked for and set nowhere; and those that are set though nothing asks for them.

    Expressions from outside the file may ask, too.
    """
    outside = [node for text in asked for node in walk(ast.parse(text.strip(), mode="eval"))]
    attributes = [
        node
        for node in (*program.nodes, *outside)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") not in program.imported
    ]
    stored = [node for node in attributes if isinstance(node.ctx, ast.Store)]
    read = dict.fromkeys(node.attr for node in attributes if not isinstance(node.ctx, ast.Store))
    known = {*(node.attr for node in stored), *program.definitions, *dir(np), *dir(np.ndarray)}
    return [name for name in read if name not in known], [node for node in stored if node.attr not in read]


def remakings(program: Program, crash_line: int | None) -> Iterator[Edit]:
    """
    Generate the places where a name ought to be made anew before it is used in an expression that failed.

    What it ought to be there, values tell: `d = d` is put before that, or last in the loop around it; or behind
    what reads it last, as what it is made of may be updated by then.
    """
    failed = next((one for block in program.blocks for one in block if one.lineno == crash_line), None)
    if failed is None or not begins_its_line(program, failed):
        return
    function = program.scope(failed)
    own = {one.id for one in names_given(program.nodes) if program.scope(one) is function}
    looped = {*program.turns(failed)}
    changed = [failed.target] if isinstance(failed, ast.AugAssign) else []
    names = [one.id for one in (*changed, *names_read(walk(failed))) if isinstance(one, ast.Name)]
    block = program.block(failed)
    above = block[: block.index(failed)]
    for name in (one for one in dict.fromkeys(names) if one in own - looped):
        yield before(program, failed, f"{name} = {name}", _DUE)
        readers = [one for one in above if any(reading(program, one, name))]
        if readers and readers[-1] is not above[-1] and begins_its_line(program, readers[-1]):
            yield behind(program, readers[-1], f"{name} = {name}", _DUE)
        if program.in_loop(failed) and begins_its_line(program, block[-1]):
            yield behind(program, block[-1], f"{name} = {name}", _DUE)


def _around_turns(program: Program, statement: ast.stmt, target: ast.expr, other: str) -> ast.stmt:
    """The outermost loop over the entries of what a statement assigns to, where another has no such entries."""
    names = {one.id for one in names_read(walk(target))} - {*WORD.findall(other)}
    loops = [one for one in program.ancestors(statement) if isinstance(one, ast.For)]
    over = [one for one in loops if not names.isdisjoint(turn_names(one))]
    return over[-1] if over and program.scope(over[-1]) is program.scope(statement) else statement


def _array(program: Program, value: ast.expr, observation: Observation) -> tuple[int, int]:
    """Where the array stands in a product, without the numbers that it is multiplied with or divided by."""

    def is_number(node: ast.expr) -> bool:
        match = observation.match(number := program.number(node))
        return not observation.holds_array(number) and (match is None or match.name == PLAIN)

    start, end = program.parenthesised(value)
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult | ast.Div) and is_number(value.right):
        value = value.left
        start, end = program.parenthesised(value)
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult | ast.Div | ast.MatMult):
        if isinstance(value.op, ast.Mult) and is_number(value.left):
            return program.parenthesised(value.right)[0], end
        value = value.left
    return start, end


def _made(program: Program, beside: ast.stmt, name: str) -> ast.stmt | None:
    """The last statement beside another that gives a name its value."""
    given = (one for one in program.block(beside) if gives(program, one, name))
    return max(given, key=lambda one: one.lineno, default=None)
