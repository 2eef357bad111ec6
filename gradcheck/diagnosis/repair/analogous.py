"""Edits of what is not as another beside it: `b - lr * g` where weights take `lr / n * g`; entries, arguments."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.diagnosis.repair.beside import siblings
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_SAME_ITEMS = 1.15
_OTHER_LAYER, _BESIDE, _HANDED, _WRAPPED, _ALONE_BESIDE = 1.25, 1.3, 1.35, 1.35, 1.5
_BACKWARDS = 0.01
_ALIKE = 0.65  # how much of two texts is the same where one shows what the other lacks
_HANDED_OVER = 8  # ways to hand over what is beside something
_LONGEST = 16  # row in which one entry may be a model for another
WORD = re.compile(r"[^\W\d]\w*")


def analogous(program: Program) -> Iterator[Edit]:
    """Generate edits that write an assignment, an entry or an argument as another one is written."""
    yield from _assignments(program)
    yield from _entries(program)
    yield from _arguments(program)
    yield from _wrapped(program)
    yield from _left_out_of_a_row(program)
    yield from _gone_over_in_part(program)
    yield from _called_beside(program)


def _called_beside(program: Program) -> Iterator[Edit]:
    """
    The method that another of its block has called of an expression of its form: `mul(x, w1).plus(b1)`.

    It is handed what that one is, or what is beside it, as another attribute of the same object is.
    """
    for block in program.blocks:
        values = [one.value for one in block if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call)]
        models = {
            program.form(one.func.value): (one, one.func)
            for one in values
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and not one.keywords
        }
        for own in (one for one in values if program.form(one) in models):
            model, method = models[program.form(own)]
            names = paired(method.value, own)
            others = [
                dict.fromkeys((renamed(program.segment(one), names), *siblings(program, one)))
                for one in model.args
            ]
            end = program.span(own)[1]
            for handed in itertools.islice(itertools.product(*others), _HANDED_OVER):
                yield Edit(end, end, f".{method.attr}({', '.join(handed)})", _BESIDE)


def _gone_over_in_part(program: Program) -> Iterator[Edit]:
    """All that another loop goes over, of which this one takes a part: `for one in hidden + output`."""
    over = [program.expression(root) for root in program.iterated]
    for own, model in itertools.permutations(over, 2):
        chained = isinstance(model, ast.Call) and last_name(model.func) == "chain"
        parts = (model.left, model.right) if isinstance(model, ast.BinOp) else getattr(model, "args", ()) * chained
        if program.segment(own) in map(program.segment, parts):
            names = {one.id for one in walk(model) if isinstance(one, ast.Name)}
            if names <= program.scopes.names(program.scope(own)) | program.imported:
                yield Edit(*program.span(own), program.segment(model), _SAME_ITEMS)
    for own in over:
        yield from _keys_left_out(program, own)


def _keys_left_out(program: Program, own: ast.expr) -> Iterator[Edit]:
    """The other layer's key, or number, in a row that is written out: `("W1", "W2")` for `("W1",)`."""
    row = own.elts if isinstance(own, ast.Tuple | ast.List) else []
    keys = [program.segment(one) for one in row if isinstance(one, ast.Constant)]
    if not keys or len(keys) != len(row):
        return
    known = {program.segment(one) for one in program.nodes if isinstance(one, ast.Constant)}
    start, end = program.span(row[0])[0], program.span(row[-1])[1]
    for at, key in enumerate(keys):
        if (other := twin(key)) not in known - {*keys}:
            continue
        before = twin(keys[at - 1]) if at else ""  # as the other layer's stand behind one another
        place = keys.index(before) + 1 if before in keys else at + (key < other)
        yield Edit(start, end, ", ".join([*keys[:place], other, *keys[place:]]), _SAME_ITEMS)
        if len(keys) == 1:  # it may go backwards
            yield Edit(start, end, ", ".join([other, key] if place else [key, other]), _SAME_ITEMS + _BACKWARDS)


def _left_out_of_a_row(program: Program) -> Iterator[Edit]:
    """What a row of names has between those of another one, forwards or backwards: `for layer in (three, one)`."""
    kinds = (ast.Name, ast.Attribute, ast.Subscript)
    rows = [
        one for one in map(_row, program.nodes) if len(one) > 1 and all(isinstance(part, kinds) for part in one)
    ]
    texts = [[program.segment(part) for part in row] for row in rows]
    for (row, own), model in itertools.product(zip(rows, texts, strict=True), texts):
        for whole in (model, model[::-1]):
            if len(own) < len(model) and [text for text in whole if text in own] == own:
                start, end = program.span(row[0])[0], program.span(row[-1])[1]
                yield Edit(start, end, ", ".join(whole), _BESIDE)


def _wrapped(program: Program) -> Iterator[Edit]:
    """
    What a bare name lacks that another one in its place has: `y[order]` beside `x[order]`.

    That is what is assigned beside it, and what other loops go over. What stands in one row with it tells if the
    name does nothing (`w, b = w, b - db`), if it is of the other layer, or where there is only that.
    """
    assigned = [[one.value for one in block if isinstance(one, ast.Assign)] for block in program.blocks]
    looped = [program.expression(root) for root in program.iterated]
    over = [part for one in looped for part in (one.args if isinstance(one, ast.Call) else [one])]
    for values, kinds in (*((some, (ast.Subscript,)) for some in assigned), (over, (ast.Subscript, ast.BinOp))):
        for own, model in itertools.product(values, values):
            if isinstance(own, ast.Name) and isinstance(model, kinds):
                yield from _as_beside(program, own, model, _WRAPPED)
    for values in assigned:
        yield from _items_beside(program, values)
    for row in _rows(program):
        for (name, own), (_, model) in itertools.product(row, row):
            if isinstance(own, ast.Name) and isinstance(model, ast.Subscript | ast.BinOp | ast.Call):
                telling = own.id == name or twin(own.id) in WORD.findall(program.segment(model))
                if telling or len(row) == 2:
                    yield from _as_beside(program, own, model, _WRAPPED if telling else _ALONE_BESIDE)


def _items_beside(program: Program, values: Sequence[ast.expr]) -> Iterator[Edit]:
    """`Y[chosen]` for `Y[i:j]`, where the next to it is `X[chosen]`."""
    for one, other in itertools.pairwise(values):
        if not isinstance(one, ast.Subscript) or not isinstance(other, ast.Subscript):
            continue
        if program.segment(one.value) != program.segment(other.value):
            for own, model in ((one.slice, other.slice), (other.slice, one.slice)):
                if (items := program.segment(model)) != program.segment(own):
                    yield Edit(*program.span(own), items, _SAME_ITEMS)


def _rows(program: Program) -> Iterator[list[tuple[str, ast.expr]]]:
    """What stands in a row, each with what it is given to: the name that is assigned to, or a keyword."""
    for node in program.nodes:
        if isinstance(node, ast.Assign):
            given = map(program.segment, getattr(node.targets[0], "elts", []))
            yield [*zip(given, _row(node.value), strict=False)]
        else:
            options = node.keywords[:_LONGEST] if isinstance(node, ast.Call) else []
            yield [*(("", one) for one in _row(node)), *((one.arg, one.value) for one in options if one.arg)]


def _as_beside(program: Program, own: ast.Name, model: ast.expr, cost: float) -> Iterator[Edit]:
    """
    A name as another expression is: that one with this name for its first, and so for what is called after it.

    `w - rate * dw` is made of `b - rate * db`.
    """
    called = {id(one.func) for one in program.inside(model) if isinstance(one, ast.Call)}
    names = [one for one in program.inside(model) if isinstance(one, ast.Name) and id(one) not in called]
    some = sorted((one for one in names if one.id not in program.imported), key=program.span)
    first = next((one.id for one in some if one.id == twin(own.id)), some[0].id if some else "")
    text = program.segment(model)
    if first and "\n" not in text and all(one.id != own.id for one in names):
        known = program.scopes.names(program.scope(own))
        like = {word: new for word in WORD.findall(text) if (new := word.replace(first, own.id)) in known}
        ways = [renamed(text, like | {first: own.id}), *([twin(text)] if first == twin(own.id) else [])]
        yield from (Edit(*program.span(own), new, cost) for new in dict.fromkeys(ways))


def _row(node: ast.AST) -> list[ast.expr]:
    """What stands beside each other by its place: entries, arguments; nothing that is assigned to, no data."""
    row: list[ast.expr] = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
    stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
    return [] if stored or len(row) > _LONGEST else row


def _entries(program: Program) -> Iterator[Edit]:
    """What stands in a row, as the other layer's in it: `[g1.ravel(), g2.ravel(order="F")]`."""
    for row in map(_row, program.nodes):
        texts = [(part, program.segment(part)) for part in row if not isinstance(part, ast.Constant)]
        models = [(part, new) for part, text in texts if (new := twin(text)) != text]
        for (own, old), (other, text) in itertools.product(texts, models):
            if own is not other and _ALIKE < SequenceMatcher(None, text, old).ratio() < 1:
                yield Edit(*program.span(own), text, _OTHER_LAYER)
    for node in program.nodes:
        keyed = {key: value for key, value in _keyed(program, node) if not isinstance(value, ast.Constant)}
        for key, own in keyed.items():
            model = keyed.get(twin(key), own)
            new = twin(program.segment(model))
            if model is not own and new not in (program.segment(own), program.segment(model)):
                yield Edit(*program.span(own), new, _OTHER_LAYER)


def _keyed(program: Program, node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What stands under a key, or a keyword."""
    if isinstance(node, ast.Dict):
        yield from ((program.segment(key), one) for key, one in zip(node.keys, node.values, strict=True) if key)
    elif isinstance(node, ast.Call):
        yield from ((one.arg, one.value) for one in node.keywords if one.arg)


def _arguments(program: Program) -> Iterator[Edit]:
    """More of what its functions and classes are given elsewhere: `Node(a, (self,))` for `Node(a, ())`."""
    defined = {node.name for node in program.nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    given: dict[tuple[str, int], list[ast.expr]] = {}
    for node in program.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in defined:
            for place, argument in enumerate(node.args):
                given.setdefault((node.func.id, place), []).append(argument)
    for arguments in given.values():
        texts = dict.fromkeys(map(program.segment, arguments))
        for argument in (one for one in arguments if isinstance(one, ast.Tuple | ast.List)):
            known = program.scopes.names(program.scope(argument))
            own = {*map(program.segment, argument.elts)}
            more = (text for text in texts if own < {*WORD.findall(text)} <= known)
            yield from (Edit(*program.span(argument), text, _HANDED) for text in more)


def _assignments(program: Program) -> Iterator[Edit]:
    """
    An assignment, be it to a part only, as another of its block.

    Its names are those of the other layer, or, of updates, those that stand in both at the same places. What has
    an update's form ought to be one.
    """
    for block in program.blocks:
        some = [(one, stem) for one in block if (stem := _stem(program, one))]
        updates = {id(one) for one, stem in some if _updates(program, one, stem)}
        for (own, stem), (other, model) in itertools.permutations(some, 2):
            other_layer = stem == twin(model) != model
            update = id(other) in updates and (id(own) in updates or program.form(own) == program.form(other))
            if not other_layer and (stem == model or not update):
                continue
            text, old = program.segment(other), program.segment(own)
            if other_layer:
                new, cost = twin(text), _OTHER_LAYER
            else:
                names = _of_one_kind(paired(other, own), text, old)
                new, cost = renamed(text, names) if renamed(model, names) == stem else old, _BESIDE
            if new != old and (other_layer or SequenceMatcher(None, new, old).ratio() > _ALIKE):
                yield Edit(*program.span(own), new, cost)
            if other_layer:
                yield from _operands_as_beside(program, own, other)


def _operands_as_beside(program: Program, own: ast.stmt, other: ast.stmt) -> Iterator[Edit]:
    """One operand as the other layer has it: `x.T @ d + reg * w1`, for nothing else need be called alike."""
    mine, theirs = (getattr(one, "value", None) for one in (own, other))
    if isinstance(mine, ast.BinOp) and isinstance(theirs, ast.BinOp) and type(mine.op) is type(theirs.op):
        for part, model in ((mine.left, theirs.left), (mine.right, theirs.right)):
            start, end = program.parenthesised(part)
            new = twin(program.text[slice(*program.parenthesised(model))])
            if new not in (program.text[start:end], program.segment(part)):
                yield Edit(start, end, new, _OTHER_LAYER)


def _stem(program: Program, statement: ast.stmt) -> str:
    """The name that a statement assigns to, be it with a key that is a word, or to items of; "" for several."""
    given = targets(statement) if isinstance(statement, ast.Assign | ast.AugAssign) else []
    if len(given) != 1:
        return ""
    (target,) = given
    if isinstance(target, ast.Subscript) and not isinstance(getattr(target.slice, "value", None), str):
        target = target.value
    return program.segment(target)


def _updates(program: Program, statement: ast.stmt, stem: str) -> bool:
    """Whether what is assigned is made of what was there before."""
    value = statement.value if isinstance(statement, ast.Assign) else statement
    read = any(program.segment(part) == stem for part in program.inside(value))
    return read or isinstance(statement, ast.AugAssign)


def paired(one: ast.AST, other: ast.AST) -> dict[str, str]:
    """Words that stand for each other: they are at the same places, as far as two trees have the same form."""
    found: dict[str, str] = {}
    for a, b in matched(one, other):
        if a != b:
            found.setdefault(a, b)
    return found


def matched(one: ast.AST, other: ast.AST) -> Iterator[tuple[str, str]]:
    """Generate the words at the same places of two trees, as far as they have the same form, be they the same."""
    if type(one) is not type(other) or type(getattr(one, "op", None)) is not type(getattr(other, "op", None)):
        return
    parts = [zip(*pair, strict=False) for pair in zip(_parts(one), _parts(other), strict=True)]
    for a, b in itertools.chain.from_iterable(parts):
        if isinstance(a, ast.AST) and isinstance(b, ast.AST):
            yield from matched(a, b)
        elif isinstance(a, str) and isinstance(b, str):
            yield a, b


def _of_one_kind(names: dict[str, str], text: str, old: str) -> dict[str, str]:
    """Add words that differ as those do which belong together, `dW` and `db` for `W` and `b`; and each other's."""
    own = {*WORD.findall(old)}
    like = (
        (word, word.replace(one, other))
        for word in WORD.findall(text)
        for one, other in names.items()
        if one in word
    )
    return {other: one for one, other in names.items()} | {word: new for word, new in like if new in own} | names


def _parts(node: ast.AST) -> list[list[object]]:
    """What each field of a node holds."""
    fields = [value for _, value in ast.iter_fields(node)]
    return [value if isinstance(value, list) else [value] for value in fields]


def renamed(text: str, names: dict[str, str]) -> str:
    """Write a text with other words in the place of some."""
    return WORD.sub(lambda word: names.get(word[0], word[0]), text)
