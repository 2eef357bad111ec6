"""
Edits of statements that put the right thing in the wrong place: under another's name, into another, or nowhere.

Like those of whole statements they have no value that tells of them; they are few, and run as programs.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator

from gradcheck.diagnosis.locate.names import NOT_VALUES
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.scopes import FEW
from gradcheck.diagnosis.locate.statements import targets, turn_names
from gradcheck.diagnosis.locate.uses import given, made_of_itself, put_into, read, reading
from gradcheck.diagnosis.repair.beside import siblings, stepped, whole_of
from gradcheck.diagnosis.repair.writing import BINARY, Edit, swapped
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_NAMED_OTHERWISE = 0.95  # `"A1": Z1` where there is an A1
_INTO_NOTHING = 1.0
_STEPPED = 1.05
_SWAPPED = 1.2
_MASKED = 1.25
_ALTERNATIVE = 1.3
_KEPT = 1.35  # what a call gives and nothing keeps
_OVERWRITTEN = 1.4  # though it is needed as it was
_PUT_ELSEWHERE = 1.42
_EACH_ITS_OWN = 1.4  # lists in a list that are all the same one
_OTHER_ITEMS = 1.1
_HANDED = 1.15
_BEGUN = 1.2
_BACKWARDS = 1.38
_IN_FRONT = 0.02  # what is put in front is gone through the other way, more often
_ABOVE = 4  # names above a mask that it may have been meant for, the nearest
_ITERATORS = ("zip", "enumerate", "iter", "map", "filter")  # which know no end to begin at
_JOINING = ("concatenate", "hstack", "vstack", "column_stack", "row_stack")
_BEGINNINGS = {"ones": "zeros", "ones_like": "zeros_like", "empty": "zeros", "empty_like": "zeros_like"}
_SILENT = ("print", "append", "insert", "extend", "seed", "write", "show", "plot", "fill", "sort")


def misplaced(program: Program) -> Iterator[Edit]:
    """Generate them, in no order."""
    kinds = (
        named_otherwise,
        order_swapped,
        masked_otherwise,
        put_into_nothing,
        alternatives,
        thrown_away,
        overwritten,
        one_for_all,
        backwards,
        from_the_other_end,
        begun_with_zeros,
        items_otherwise,
        handed_otherwise,
        given_twice,
        filled_instead,
        kept_from_before,
    )
    for kind in kinds:
        yield from kind(program)


def given_twice(program: Program) -> Iterator[Edit]:
    """
    `new[3] -= step` for a second `new[2] -= step`, where nothing is taken from `new[3]`.

    So it is with `b[-1] = g` for `w[-1] = g`, where another takes the place of that before anything reads it.
    """
    steps, replaced = stepped(program), _replaced(program)
    everything = {(program.scope(one), program.segment(one)) for node in program.nodes for one in targets(node)}
    for node in program.nodes:
        for target in targets(node)[:1] if isinstance(node, ast.Assign | ast.AugAssign) else ():
            scope, whole = program.scope(node), program.segment(whole_of(target))
            if steps[scope, whole] < 2 and id(node) not in replaced:
                continue
            entries = program.segment(target).removeprefix(whole)
            for other in (*siblings(program, target), *_of_other_arrays(program, target)):
                if not steps[scope, other.removesuffix(entries)] and (scope, other) not in everything:
                    yield Edit(*program.span(target), other, _STEPPED)


def _replaced(program: Program) -> set[int]:
    """Statements of which one gives what the other gives anew before anything reads it, by their ids."""
    found: set[int] = set()
    for block in program.blocks:
        given_by: dict[str, ast.stmt] = {}
        for statement in block:
            texts = given(statement) if len(targets(statement)) == 1 else set[str]()
            stems = read(statement) - put_into(statement)
            for text in [one for one in given_by if one in stems or one.partition("[")[0] in stems]:
                del given_by[text]
            for text in texts:
                if text in given_by and isinstance(statement, ast.Assign):
                    found |= {id(given_by[text]), id(statement)}
                given_by[text] = statement
    return found


def _of_other_arrays(program: Program, target: ast.expr) -> Iterator[str]:
    """The item at the same place of other arrays that a function puts something into."""
    if isinstance(target, ast.Subscript):
        nodes = (one for node in walk(program.scope(target)) for one in targets(node))
        stems = dict.fromkeys(program.segment(one.value) for one in nodes if isinstance(one, ast.Subscript))
        own, end = program.segment(target.value), program.parenthesised(target.value)[1]
        place = program.text[end : program.span(target)[1]]
        yield from (f"{stem}{place}" for stem in stems if stem != own)


def filled_instead(program: Program) -> Iterator[Edit]:
    """`dW2[i] = g` for `dW1[i] = g`, where `dW2` was made of zeros and nothing is ever put into it."""
    nodes, beginnings = program.nodes, {*_BEGINNINGS, *_BEGINNINGS.values()}
    stems = [(one, whole_of(one)) for node in nodes for one in targets(node)]
    begun = [one for node in nodes if _begins(node, beginnings) for one in targets(node)]
    changed = [
        *(stem for one, stem in stems if stem is not one),
        *(one for node in nodes for one in _changed(node)),
    ]
    made, filled = ({(program.scope(one), program.segment(one)) for one in some} for some in (begun, changed))
    empty = made - filled
    for one, stem in stems:
        if stem is not one:
            own = program.segment(stem)
            others = sorted(name for scope, name in empty if scope is program.scope(one) and name != own)
            yield from (Edit(*program.span(stem), other, _STEPPED) for other in others)


def _begins(node: ast.AST, beginnings: Collection[str]) -> bool:
    """Whether an assignment makes an array that something is to be put into."""
    call = node.value if isinstance(node, ast.Assign) else None
    return isinstance(call, ast.Call) and last_name(call.func) in beginnings


def _changed(node: ast.AST) -> list[ast.expr]:
    """What a statement or a call changes as a whole, or may change: a sum, what is handed to a function."""
    if isinstance(node, ast.Call):
        return [*node.args, *(option.value for option in node.keywords)]
    return [node.target] if isinstance(node, ast.AugAssign) else []


def named_otherwise(program: Program) -> Iterator[Edit]:
    """What an entry, an option or an attribute is called, where another name is put there: `"A1": Z1`."""
    for name, value in _entries(program):
        if name != value.id and name in program.scopes.names(program.scope(value)):
            yield Edit(*program.span(value), name, _NAMED_OTHERWISE)


def _entries(program: Program) -> Iterator[tuple[str, ast.Name]]:
    """Every name that is put under a key, an option's name or an attribute."""
    for node in program.nodes:
        pairs: list[tuple[object, ast.expr | None]] = []
        if isinstance(node, ast.Dict):
            keys = (getattr(key, "value", None) for key in node.keys)
            pairs += zip(keys, node.values, strict=True)
        elif isinstance(node, ast.keyword):
            pairs.append((node.arg, node.value))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute | ast.Subscript):
            target = node.targets[0]
            key = target.attr if isinstance(target, ast.Attribute) else getattr(target.slice, "value", None)
            pairs.append((key, node.value))
        yield from (
            (name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, ast.Name)
        )


def order_swapped(program: Program) -> Iterator[Edit]:
    """Functions of the file, or what is put one after another, in the wrong order in a tuple or list."""
    lambdas = (
        node for node in program.nodes if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)
    )
    own = {*program.definitions, *(program.segment(one) for node in lambdas for one in targets(node))}
    for node in program.nodes:
        parts = node.elts if isinstance(node, ast.Tuple | ast.List) else []
        call = program.parents.get(id(node))
        joined = isinstance(call, ast.Call) and program.segment(call.func).rpartition(".")[2] in _JOINING
        for one, other in itertools.pairwise(parts):
            texts = [program.segment(one), program.segment(other)]
            if (joined or {*texts} <= own) and texts[0] != texts[1]:
                yield swapped(program, one, other, _SWAPPED)


def masked_otherwise(program: Program) -> Iterator[Edit]:
    """Where a mask is of one name and put into another: the two the other way round, or into one made above."""
    for block in program.blocks:
        for index, node in enumerate(block):
            target = next((one for one in targets(node) if isinstance(one, ast.Subscript)), None)
            mask = target.slice if target is not None else None
            if target is None or not isinstance(target.value, ast.Name) or not isinstance(mask, ast.Compare):
                continue
            own, (start, end) = target.value.id, program.span(target.value)
            if isinstance(mask.left, ast.Name) and mask.left.id != own:
                yield swapped(program, target.value, mask.left, _MASKED)
            above = [one for statement in block[index - 1 :: -1] if index for one in targets(statement)]
            names = dict.fromkeys(one.id for one in above if isinstance(one, ast.Name) and one.id != own)
            yield from (Edit(start, end, name, _PUT_ELSEWHERE) for name in list(names)[:_ABOVE])


def put_into_nothing(program: Program) -> Iterator[Edit]:
    """An item that is put into what nobody keeps, `(-d)[0] = 1` or `d.copy()[0] = 1`: into the array itself."""
    for node in program.nodes:
        for target in targets(node):
            stem = target.value if isinstance(target, ast.Subscript) else None
            kept: list[ast.expr] = [stem.operand] if isinstance(stem, ast.UnaryOp) else []
            if isinstance(stem, ast.Call):
                method = isinstance(stem.func, ast.Attribute) and program.segment(stem.func.value) != program.numpy
                kept = [stem.func.value] if method and isinstance(stem.func, ast.Attribute) else stem.args[:1]
            for one in kept:
                if stem is not None and isinstance(one, ast.Name | ast.Attribute):
                    yield Edit(*program.parenthesised(stem), program.segment(one), _INTO_NOTHING)


def alternatives(program: Program) -> Iterator[Edit]:
    """`elif` for an `if` right behind another: its `else` is that of both."""
    for block in program.blocks:
        for one, other in itertools.pairwise(block):
            if isinstance(one, ast.If) and isinstance(other, ast.If) and not one.orelse and other.orelse:
                start, _ = program.span(other)
                if one.col_offset == other.col_offset and program.text.startswith("if", start):
                    yield Edit(start, start + 2, "elif", _ALTERNATIVE)


def thrown_away(program: Program) -> Iterator[Edit]:
    """What a call gives, under the name of what it was called with, or of what is changed next."""
    for statement in program.nodes:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if (
            not isinstance(statement, ast.Expr)
            or not isinstance(call, ast.Call)
            or last_name(call.func) in _SILENT
        ):
            continue
        stem = [call.func.value] if isinstance(call.func, ast.Attribute) else []
        block = program.block(statement)
        next_one = block[block.index(statement) + 1 :][:1]
        changed = [one.target for one in next_one if isinstance(one, ast.AugAssign)]
        parts = (one for one in (*call.args, *stem, *changed) if isinstance(one, ast.Name | ast.Attribute))
        start, _ = program.span(statement)
        for name in dict.fromkeys(map(program.segment, parts)):
            if name not in ("self", "cls") and name.partition(".")[0] not in program.imported:
                yield Edit(start, start, f"{name} = ", _KEPT)


def overwritten(program: Program) -> Iterator[Edit]:
    """A name's new value only where one statement takes it, where others need what it was: `h *= 1 - h`."""
    for block in program.blocks:
        for index, statement in enumerate(block):
            name, value = _new_value(program, statement)
            readers = [one for one in block[index + 1 :] if name and any(reading(program, one, name))]
            start, end = program.span(statement)
            fewest = 2 if name.isidentifier() else 1  # an attribute has other readers elsewhere
            if len(readers) < fewest or "\n" in program.text[start:end] or block[-1].lineno == statement.lineno:
                continue
            line = program.text.rfind("\n", 0, start) + 1
            if program.text[line:start].strip() or program.text[end:].split("\n", 1)[0].strip():
                continue  # shares its line with another
            for reader in readers:
                yield _only_there(program, (line, end + 1), reader, name, value)


def _new_value(program: Program, statement: ast.stmt) -> tuple[str, str]:
    """Which name a statement gives a new value made of its old one, and what that is; "" for none."""
    given = targets(statement)
    if not isinstance(statement, ast.Assign | ast.AugAssign) or len(given) != 1:
        return "", ""
    if not isinstance(given[0], ast.Name | ast.Attribute):
        return "", ""
    name, value = program.segment(given[0]), program.segment(statement.value)
    if isinstance(statement, ast.AugAssign):
        symbol = BINARY.get(type(statement.op), ("", 0))[0]
        plain = isinstance(statement.value, ast.Name | ast.Call | ast.Constant)
        return (name, f"({name} {symbol} {value if plain else f'({value})'})") if symbol else ("", "")
    return (name, f"({value})") if any(reading(program, statement, name)) else ("", "")


def _only_there(program: Program, gone: tuple[int, int], reader: ast.stmt, name: str, value: str) -> Edit:
    """Take lines away, and put a value in the place of a name in a statement behind them."""
    _, end = program.span(reader)
    text, at = "", gone[1]
    for first, last in sorted(map(program.span, reading(program, reader, name))):
        text, at = text + program.text[at:first] + value, last
    return Edit(gone[0], end, text + program.text[at:end], _OVERWRITTEN)


def one_for_all(program: Program) -> Iterator[Edit]:
    """`[[0.0] * m] * n`, whose rows are one and the same: a comprehension makes each anew."""
    made_anew = (
        ast.List,
        ast.BinOp,
        ast.Call,
        ast.ListComp,
        ast.Dict,
    )  # all else can't be changed, or is one thing
    for node in program.nodes:
        rows = node.left if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) else None
        if isinstance(rows, ast.List) and len(rows.elts) == 1 and isinstance(rows.elts[0], made_anew):
            assert isinstance(node, ast.BinOp)
            text = f"[{program.segment(rows.elts[0])} for _ in range({program.segment(node.right)})]"
            yield Edit(*program.span(node), text, _EACH_ITS_OWN)


def backwards(program: Program) -> Iterator[Edit]:
    """A loop that begins at the other end; one over what is written out begins where its author wants it to."""
    for node in program.nodes:
        if not isinstance(node, ast.For) or isinstance(node.iter, ast.Tuple | ast.List):
            continue
        call = node.iter if isinstance(node.iter, ast.Call) else None
        called, own = program.segment(call.func) if call else "", program.segment(node.iter)
        if call and called == "reversed":
            yield from (Edit(*program.span(call), program.segment(one), _BACKWARDS) for one in call.args)
        else:
            whole = f"list({own})" if called in _ITERATORS else own
            yield Edit(*program.span(node.iter), f"reversed({whole})", _BACKWARDS)


def from_the_other_end(program: Program) -> Iterator[Edit]:
    """What is put one behind another, by a loop or by what it calls, each in front of those before it."""
    for node in program.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.keywords:
            continue
        name, stop = node.func.attr, program.span(node.func)[1]
        if not program.text.startswith("(", stop):
            continue
        if name == "append" and len(node.args) == 1 and not isinstance(node.args[0], ast.GeneratorExp):
            yield Edit(stop - len(name), stop + 1, "insert(0, ", _BACKWARDS + _IN_FRONT)
        elif name == "insert" and len(node.args) == 2 and program.segment(node.args[0]) == "0":
            yield Edit(stop - len(name), program.parenthesised(node.args[1])[0], "append(", _BACKWARDS)


def begun_with_zeros(program: Program) -> Iterator[Edit]:
    """Zeros for an array that is begun with ones, with whatever there was, or as another: so sums are begun."""
    assigned = (one for one in program.nodes if isinstance(one, ast.Assign | ast.AugAssign))
    changed = {
        (text if "." in text else (program.scope(one), text)) for one in assigned for text in made_of_itself(one)
    }
    for node in program.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            start, end = program.span(node.func)
            stem, dot, name = program.text[start:end].rpartition(".")
            if name in _BEGINNINGS:
                yield Edit(start, end, f"{stem}{dot}{_BEGINNINGS[name]}", _BEGUN)
        elif isinstance(node, ast.Assign) and program.numpy and (copied := _copied(node.value)) is not None:
            names = [program.segment(one) for one in targets(node)]
            if any(one in changed or (program.scope(node), one) in changed for one in names):
                text = f"{program.numpy}.zeros_like({program.segment(copied)})"
                yield Edit(*program.parenthesised(copied), text, _BEGUN)


def _copied(value: ast.expr) -> ast.expr | None:
    """What an assignment only gives another name; each of several, be it by a comprehension."""
    if isinstance(value, ast.ListComp) and isinstance(value.elt, ast.Name):
        return value.elt if value.elt.id in turn_names(value.generators[0]) else None
    return value if isinstance(value, ast.Name | ast.Attribute) else None


def kept_from_before(program: Program) -> Iterator[Edit]:
    """Generate `cache["x"] = x` for `cache.setdefault("x", x)`, of which only the first call tells anything."""
    for node in program.nodes:
        call = node.value if isinstance(node, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or len(call.args) != 2:
            continue
        plain = isinstance(call.func.value, ast.Name | ast.Attribute | ast.Subscript)
        if call.func.attr == "setdefault" and plain and not any(isinstance(one, ast.Starred) for one in call.args):
            kept, key, value = map(program.segment, (call.func.value, *call.args))
            yield Edit(*program.span(call), f"{kept}[{key}] = {value}", _NAMED_OTHERWISE)


def items_otherwise(program: Program) -> Iterator[Edit]:
    """Other items to put something into: `d[rows, y]` for `d[rows, y - 1]`, `g[-1]` for `g[-2]`."""
    for node in program.nodes:
        slices = (one.slice for one in targets(node) if isinstance(one, ast.Subscript))
        for part in (part for one in slices for part in walk(one)):
            for one in (part.left, part.right) if isinstance(part, ast.BinOp) else ():
                assert isinstance(part, ast.BinOp)
                start, end = program.parenthesised(one)
                yield Edit(*program.span(part), program.text[start:end], _OTHER_ITEMS)
            if isinstance(part, ast.Constant) and type(part.value) is int:
                near = (part.value - 1, part.value + 1)
                least = int(isinstance(program.parents[id(part)], ast.UnaryOp))  # from the end they count from -1
                yield from (Edit(*program.span(part), str(one), _OTHER_ITEMS) for one in near if one >= least)


def handed_otherwise(program: Program) -> Iterator[Edit]:
    """`m.map(f.slope)` for `m.map(f.value)`: another attribute of one thing, where calls are handed both."""
    calls = (node for node in program.nodes if isinstance(node, ast.Call))
    handed: dict[str, list[ast.Attribute]] = {}
    for one in (one for call in calls for one in call.args if isinstance(one, ast.Attribute)):
        of = program.segment(one.value)
        if of != "self" and of.partition(".")[0] not in program.imported and one.attr not in NOT_VALUES:
            handed.setdefault(of, []).append(one)
    for some in handed.values():
        texts = dict.fromkeys(map(program.segment, some))
        for one in some if len(texts) <= FEW + 1 else ():  # more are an object's values, and no functions
            yield from (Edit(*program.span(one), text, _HANDED) for text in texts if text != program.segment(one))
