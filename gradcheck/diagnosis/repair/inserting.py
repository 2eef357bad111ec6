"""
Statements that are missing altogether: what one layer has and the other lacks, and a name that is not made anew.

What stands beside a missing statement tells its form; values tell what has to stand in it.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.quantities import adds_up
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.statements import base, item, targets
from gradcheck.diagnosis.locate.uses import gives, made_of_itself, names_read, read, reading
from gradcheck.diagnosis.repair.evaluating import parts
from gradcheck.diagnosis.repair.forgotten import unspent
from gradcheck.diagnosis.repair.gaps import Gap, begins_its_line, indentation, kind, put, written
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.twins import Renaming, Twins
from gradcheck.diagnosis.repair.varying import variations
from gradcheck.diagnosis.repair.weighing import Weights
from gradcheck.diagnosis.repair.writing import ATOM, BINARY, Edit, Scope, Text
from gradcheck.submissions.trees import walk

_VARIED = 0.1  # more than what is written elsewhere as it stands
_SEVERAL = 40
_VARIANTS = 1000  # of one statement that are evaluated
_RELAID, _LESS = 1.3, 0.05


def companions(
    trial: Trial,
    program: Program,
    twins: Twins,
    reach: Callable[[Root], Scope],
    weights: Weights,
    spent: Callable[[], bool] = lambda: False,
) -> Iterator[Edit]:
    """
    Generate what one layer has and the other lacks, with what is likely to be its value.

    Parameters
    ----------
    trial : Trial
    program : Program
    twins : Twins
        What its names are for the other layer.
    reach : callable (Root) -> Scope
        What can be used where an expression stands.
    weights : Weights
        They know which quantities the program has already, and which gradients are wrong.
    spent : callable, optional
        Whether the search has to end: each statement that may be missing takes a run.

    Yields
    ------
    Edit
        An assignment, an entry of a dict or an argument.
    """
    wanted = {*re.findall(r"\w+", " ".join(trial.contract.gradients.values())), *_words_read(program)}
    present = weights.present[0].keys()
    found: dict[tuple[int, str], float] = {}
    for gap in dict.fromkeys(
        (
            *_statements(program, twins, wanted),
            *_pairs(program),
            *_left_out(program),
            *_entries_missing(program, wanted),
            *unspent(program),
        )
    ):
        if spent():
            break
        root = Root(program.number(gap.statement), program.number(gap.value))
        texts = list(itertools.islice(variations(program, gap.value, reach(root), gap.rename), _VARIANTS))
        if gap.using:
            texts = [text for text in texts if re.search(rf"\b{gap.using}\b", text)]
        (matches,) = parts(trial, program.text, [(root, texts)])
        adds = re.search(r"[-+]= *$", gap.head) is not None
        for place, (text, match) in enumerate(zip(texts, matches, strict=True)):
            new = f"{gap.head}{text}{gap.tail}"
            names = match.names if match is not None else ()
            lacking = any(adds_up(name, weights.wrong) for name in names) if adds else not present >= {*names}
            several = isinstance(gap.value, ast.Tuple) and place < _SEVERAL  # have no value together
            if place == 0 or lacking or several:
                cost = gap.cost + _VARIED * (place > 0)
                found[gap.at, new] = min(cost, found.get((gap.at, new), cost))
    yield from (Edit(at, at, new, cost) for (at, new), cost in found.items())


def anew(program: Program, node: ast.expr, value: Text, cost: float, root: Root) -> Edit | None:
    """Assign a value to a name before the statement that uses it, where it is used more than once."""
    statement = program.statement(node)
    outer = program.expression(root)
    if not isinstance(node, ast.Name) or statement is None or not begins_its_line(program, statement):
        return None
    uses = [name for name in names_read(program.nodes) if name.id == node.id]
    if sum(n.lineno >= statement.lineno and program.scope(n) is program.scope(node) for n in uses) < 2:
        return None
    above = [one for one in program.block(statement) if one.lineno < statement.lineno]
    if above and gives(program, above[-1], node.id):
        return None  # that would be in vain: it is what was assigned that is wrong
    start = program.span(statement)[0]
    begin, end = program.span(outer)
    expression = program.text[begin:end]
    for use in sorted(uses, key=lambda n: -program.span(n)[0]):
        first, last = (offset - begin for offset in program.span(use))
        if first >= 0 and last <= len(expression):
            expression = f"{expression[:first]}({value.text}){expression[last:]}"
    made = f"({value.text})" if "\n" in value.text else value.text
    return Edit(start, start, f"{node.id} = {made}\n{indentation(program, statement)}", cost, root, expression)


def relaid(program: Program, root: Root, scope: Scope) -> Iterator[Edit]:
    """Lay a name that is used several times otherwise, before that: `y = y.reshape(-1, 1)`."""
    names = [one for one in program.inside(program.expression(root)) if isinstance(one, ast.Name)]
    for name in {one.id: one for one in names if one.id in scope.arrays}.values():
        for rank, laid in enumerate((f"{name.id}.reshape(-1, 1)", f"{name.id}.T")):
            edit = anew(program, name, Text(laid, ATOM), _RELAID + _LESS * rank, root)
            yield from [edit] if edit is not None else []


def _statements(program: Program, twins: Twins, wanted: Collection[str]) -> Iterator[Gap]:
    """Assignments of one layer that the other lacks."""
    taken = written(program)
    for node in program.nodes:
        if not isinstance(node, ast.Assign | ast.AugAssign) or not begins_its_line(program, node):
            continue
        given = [program.segment(one) for one in targets(node)]
        operator = program.text[program.span(targets(node)[-1])[1] : program.span(node.value)[0]]
        function = program.scope(node)
        empty = twins.empty(function) if isinstance(node, ast.AugAssign) else []
        for rename in twins.renamings(function):
            other = rename(given[0])
            for target in [other] if other != given[0] else empty:
                known = target in empty or _known(target, given[0], wanted)
                if (kind(program, node), target) not in taken and known:
                    head = ", ".join([target, *map(rename, given[1:])]) + operator
                    for statement, behind in _places(program, node, target, rename):
                        yield put(program, statement, node.value, head, behind, rename)


def _places(program: Program, sibling: ast.stmt, target: str, rename: Renaming) -> Iterator[tuple[ast.stmt, bool]]:
    """
    Where a statement may stand that is like another: before some statement, or behind it.

    Where a `pass` keeps the place; where those stand that are like the other's neighbours, of its own layer first;
    next to it, or to the loop that it is in; before it is needed; before what it is made of becomes the other
    layer's; at the end.
    """
    block = program.block(sibling)
    yield from ((other, False) for other in block if isinstance(other, ast.Pass))
    index = block.index(sibling)
    writing = {program.segment(one): other for other in block for one in targets(other)}
    layer = _number(program.segment(targets(sibling)[0]))
    found: list[tuple[bool, ast.stmt, bool]] = []
    for step, behind in ((-1, True), (1, False)):
        beside = block[index + step] if 0 <= index + step < len(block) else None
        for name in map(program.segment, targets(beside) if beside is not None else ()):
            like = writing.get(rename(name))
            if like is not None and like not in (sibling, beside) and begins_its_line(program, like):
                found.append((_number(name) != layer, like, behind))
    yield from ((like, behind) for _, like, behind in sorted(found, key=lambda one: one[0]))
    yield from ((loop, True) for loop in _loops_like(program, block, index, rename))
    yield sibling, True
    loop = program.parents[id(sibling)]
    if isinstance(loop, ast.For):
        yield loop, True
    needed = (other for other in block[index + 1 :] if any(reading(program, other, target)))
    used = read(sibling)
    anew = [other for other in block[:index] if made_of_itself(other) & used]
    for other in (next(needed, None), *anew, block[-1]):
        if other is not None and other is not sibling and begins_its_line(program, other):
            yield other, False


def _loops_like(program: Program, block: Sequence[ast.stmt], index: int, rename: Renaming) -> Iterator[ast.stmt]:
    """Loops beside those around a statement that change what its neighbours change, of the other layer."""
    beside = (block[place] for place in (index - 1, index + 1) if 0 <= place < len(block))
    parts = [part for one in beside for part in walk(one)]
    others = {rename(name) for name in _changed_in(program, parts)} - _changed_in(program, parts)
    around = [*program.ancestors(block[index])]
    loops = [one for one in around if isinstance(one, ast.For)]
    for one in itertools.chain.from_iterable(map(program.block, loops)):
        like = isinstance(one, ast.For) and one not in around
        if like and not others.isdisjoint(_changed_in(program, walk(one))):
            yield one


def _changed_in(program: Program, parts: Iterable[ast.AST]) -> set[str]:
    """Names of what is assigned to, or has items that are."""
    return {program.segment(base(one)) for part in parts for one in targets(part)}


def _number(name: str) -> str:
    """The last number in a name, as that of a layer."""
    return next(iter(re.findall(r"\d+", name)[-1:]), "")


def _items_given(program: Program) -> Iterator[tuple[ast.AST, ast.Subscript, ast.Assign | ast.AugAssign]]:
    """Items that are given a value by a statement on a line of its own, and the functions where."""
    for node in program.nodes:
        if isinstance(node, ast.Assign | ast.AugAssign) and begins_its_line(program, node):
            put_to = item(node)
            if put_to is not None:
                yield program.scope(node), put_to, node


def _pairs(program: Program) -> Iterator[Gap]:
    """Items that one array is given and another lacks, though it has another item that the first has as well."""
    items: dict[ast.AST, dict[str, dict[str, ast.Assign]]] = {}
    for scope, put_to, node in _items_given(program):
        if isinstance(node, ast.Assign):
            held = items.setdefault(scope, {})
            held.setdefault(program.segment(put_to.slice), {})[program.segment(put_to.value)] = node
    for held in items.values():
        for both, other in itertools.permutations(held, 2):
            for lacking in held[both].keys() - held[other].keys():
                for having in held[both].keys() & held[other].keys():
                    form = held[both][lacking]
                    first = form.lineno < held[both][having].lineno
                    yield put(program, held[other][having], form.value, f"{lacking}[{other}] = ", after=not first)


def _left_out(program: Program) -> Iterator[Gap]:
    """Items of one array that are left out among those that are given a value: 1, where there are 0, 2 and 3."""
    items: dict[tuple[ast.AST, str], dict[int, ast.Assign | ast.AugAssign]] = {}
    for scope, put_to, node in _items_given(program):
        index = put_to.slice.value if isinstance(put_to.slice, ast.Constant) else None
        if type(index) is int:
            items.setdefault((scope, program.segment(put_to.value)), {})[index] = node
    for (_, stem), held in items.items():
        for index in (
            sorted({one + step for one in held for step in (-1, 1)} - held.keys() - {-1}) if len(held) > 1 else ()
        ):
            near = min(held, key=lambda other: abs(other - index))
            for form in held.values():
                symbol = "=" if isinstance(form, ast.Assign) else f"{BINARY[type(form.op)][0]}="
                head = f"{stem}[{index}] {symbol} "
                yield put(program, held[near], form.value, head, after=held[near].lineno >= form.lineno)


def _entries_missing(program: Program, wanted: Collection[str]) -> Iterator[Gap]:
    """Entries of a dict or a call for one layer that the other lacks: there, or where its others are."""
    kinds = (ast.Call, ast.Dict)
    found = [(node, _entries(node)) for node in program.nodes if isinstance(node, kinds)]
    given = {
        put_to.slice.value: (put_to, node)
        for _, put_to, node in _items_given(program)
        if isinstance(put_to.slice, ast.Constant) and isinstance(node, ast.Assign)
    }
    everywhere = {key for _, entries in found for key in entries} | given.keys()
    for _, entries in found:
        for key, value in entries.items():
            if twin(key) in everywhere or not _known(twin(key), key, wanted):
                continue
            like = {twin(other) for other in entries if other != key}
            for other, among in found:
                statement = program.statement(other)
                if statement is not None and (among is entries or not like.isdisjoint(among)):
                    key_text = (
                        f"{twin(key)}="
                        if isinstance(other, ast.Call)
                        else f"{_quoted(program, other, twin(key))}: "
                    )
                    yield Gap(statement, value, program.span(list(among.values())[-1])[1], f", {key_text}")
            for put_to, node in (given[other] for other in given.keys() & like):  # the dict is filled further on
                quote = program.segment(put_to.slice)[-1]
                head = f"{program.segment(put_to.value)}[{quote}{twin(key)}{quote}] = "
                yield put(program, node, value, head, after=True)


def _entries(node: ast.Call | ast.Dict) -> dict[str, ast.expr]:
    """Values by the name of an argument, or the key that is a text."""
    if isinstance(node, ast.Call):
        return {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    keys = zip(node.keys, node.values, strict=True)
    return {key.value: value for key, value in keys if isinstance(key, ast.Constant) and type(key.value) is str}


def _quoted(program: Program, node: ast.Dict, key: str) -> str:
    """A key between the quotes that the others have."""
    quote = next((text[-1] for one in node.keys if one and (text := program.segment(one))[-1] in "'\""), '"')
    return f"{quote}{key}{quote}"


def _words_read(program: Program) -> set[str]:
    """Every name, attribute and key that a program reads."""
    read = {n.id for n in names_read(program.nodes)}
    read |= {n.attr for n in program.nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Load)}
    return read | {n.value for n in program.nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _known(other: str, source: str, wanted: Collection[str]) -> bool:
    """Whether another layer's name is one that somebody asks for."""
    return other != source and {name for name in re.findall(r"\w+", other) if name not in source} <= set(wanted)
