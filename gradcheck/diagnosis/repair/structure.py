"""
Edits of whole statements: their order, copies, and how a loop collects.

The value of no single expression tells whether these are right; they are few, and run as programs.
"""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence, Set

import numpy as np

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import (
    DEFINITIONS,
    LEAVING,
    UPDATES,
    base,
    defaults,
    step,
    targets,
    turn_names,
    values_given,
)
from gradcheck.diagnosis.locate.uses import (
    changed_in_place,
    changed_in_turns,
    filled,
    given,
    given_within,
    gives,
    made_of_itself,
    names_read,
    read,
    read_but_for_sums,
    reading,
)
from gradcheck.diagnosis.repair.analogous import analogous
from gradcheck.diagnosis.repair.binding import bindings
from gradcheck.diagnosis.repair.fewer import fewer
from gradcheck.diagnosis.repair.forgotten import as_elsewhere, unasked, uncalled, unheeded
from gradcheck.diagnosis.repair.gaps import begins, begins_its_line, end_of_line, indentation
from gradcheck.diagnosis.repair.misplaced import misplaced
from gradcheck.diagnosis.repair.orders import orders
from gradcheck.diagnosis.repair.parallel import parallel
from gradcheck.diagnosis.repair.passes import passed_over
from gradcheck.diagnosis.repair.portions import portions
from gradcheck.diagnosis.repair.rounds import left_undone
from gradcheck.diagnosis.repair.rows import left_out
from gradcheck.diagnosis.repair.sequels import sequels
from gradcheck.diagnosis.repair.sharing import copies
from gradcheck.diagnosis.repair.slips import slips
from gradcheck.diagnosis.repair.turns import begun_at_nothing, carried, is_zero, unbegun, uncounted, unreset
from gradcheck.diagnosis.repair.uneven import is_nothing
from gradcheck.diagnosis.repair.words import kinds, lists, words
from gradcheck.diagnosis.repair.writing import BINARY, Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_PURE = frozenset(dir(np.ndarray)) - {"fill", "put", "sort", "resize", "partition", "itemset"}
_AS_BESIDE = 1.1  # the statements around it do the same
_FROM_NOTHING = 0.5  # more for `-=`: rather a sign is wrong
_BEGUN = 1.05  # it is 0 before the loop, which nobody writes of what is only set there
_FLIPS = 1.2  # a step up for a step down
_ORDER = 1.7
_TOGETHER = 4
_ORDER_TELLS = 1.4  # of statements that give one name several values
_TOO_EARLY = 1.35  # what is made of something that is made anew only then, or by then
_CHANGED = 1.42
_ACROSS = 1.35  # what something is summed up in, made anew in every turn or only once
_INDENTED = 1.3
_EACH_ROW = 1.3
_LEFT = 1.5
_LAST_LINES = 6
_INDICES = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)
_NUMBERS = (1, 2)  # with 0 for a rate an update does nothing, and too early is no longer too early
_SUMS = ("+=", "-=")
_TURNED = 0.9
_NAMED = 2  # times that what a step is made of gets a name


def turned_round(program: Program) -> Iterator[Edit]:
    """Generate `w = w + step` for `w = w - step`, and back; of one after another in a comprehension, too."""
    for node in program.nodes:
        value = node.value if isinstance(node, ast.Assign) and step(node) is not None else None
        if isinstance(node, ast.ListComp) and isinstance(node.elt, ast.BinOp):
            of_turn = getattr(node.elt.left, "id", "") in turn_names(node.generators[0])
            value = node.elt if of_turn and isinstance(node.elt.op, ast.Add | ast.Sub) else None
        if isinstance(value, ast.BinOp):
            symbol, other = ("+", "-") if isinstance(value.op, ast.Add) else ("-", "+")
            _, left = program.parenthesised(value.left)
            at = program.text.find(symbol, left, program.parenthesised(value.right)[0])
            if at >= 0:
                yield Edit(at, at + 1, other, _TURNED)


def rearrangements(program: Program) -> Iterator[Edit]:
    """Generate the edits of statements that people need, likeliest first."""
    found = (
        *slips(program),
        *assignments(program),
        *moves(program),
        *calls_in_turn(program),
        *early_exits(program),
        *other_defaults(program),
        *across_loops(program),
        *indentations(program),
        *items_of_rows(program),
        *copies(program),
        *orders(program),
        *portions(program),
        *misplaced(program),
        *analogous(program),
        *parallel(program),
        *bindings(program),
        *as_elsewhere(program),
        *uncalled(program),
        *unasked(program),
        *unheeded(program),
        *sequels(program),
        *unreset(program),
        *unbegun(program),
        *begun_at_nothing(program),
        *carried(program),
        *uncounted(program),
        *words(program),
        *kinds(program),
        *lists(program),
        *left_out(program),
        *left_undone(program),
        *passed_over(program),
        *fewer(program),
    )
    once: dict[tuple[int, int, str], Edit] = {}
    for edit in sorted(found, key=lambda edit: edit.cost):
        once.setdefault((edit.start, edit.end, edit.replacement), edit)
    yield from once.values()


def assignments(program: Program) -> Iterator[Edit]:
    """`=` for `+=` and back, `+=` for `-=` and back: in loops first, and where there was something already."""
    written: set[tuple[ast.AST, str]] = {
        (function, argument.arg) for function in program.definitions.values() for argument in function.args.args
    }
    sums = [node for node in program.nodes if isinstance(node, ast.AugAssign)]
    adding = {program.scope(node) for node in sums}
    # in the order of the text, of which the last one counts
    summed = [(program.scope(node), program.segment(node.target)) for node in sums]
    attributes = {text: scope for scope, text in summed if not text.isidentifier()}
    begun = Counter(_attributes_begun(program))
    blank: set[tuple[ast.AST, str]] = set()  # what has nothing in it yet
    for node in program.nodes:
        if isinstance(node, ast.AugAssign) and isinstance(node.op, UPDATES):
            start, end = program.span(node.target)[1], program.span(node.value)[0]
            sign = program.text.find("=", start, end)
            beside = _operators_beside(program, node)
            stays_0 = isinstance(node.op, ast.Mult | ast.Div) and last_name(base(node.target)) in program.grown
            for other in ("+=", "-=", "=", "*=", "/="):
                if program.text[sign - 1 : sign + 1] != other and not (other in _SUMS and is_zero(node.value)):
                    alike = other[0] in beside or (other == "+=" and stays_0)
                    flips = {other, program.text[sign - 1 : sign + 1]} == {"+=", "-="}
                    yield Edit(sign - 1, sign + 1, other, _AS_BESIDE if alike else _FLIPS if flips else 1.5)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            written |= {(program.scope(node), program.segment(one)) for one in targets(node)}
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield from _in_place(program, node)
            target = node.targets[0]
            stem = base(target)
            known = (program.scope(node), program.segment(stem)) in written and not given(node) & read(node)
            key = program.scope(node), program.segment(stem)
            written.add(key)
            if target is stem:
                (blank.add if is_nothing(node.value) else blank.discard)(key)
            sign = program.text.find("=", program.span(target)[1])
            summing = program.scope(node) in adding
            elsewhere = attributes.get(program.segment(target), program.scope(node)) is not program.scope(node)
            apart = (1.4 if summing else 1.6) if program.in_loop(node) else 1.8
            cost = _AS_BESIDE if elsewhere else 1.3 if known else apart
            zeros = begun[getattr(target, "attr", "")]  # more than once: it is reset
            of_another = zeros > (0 if program.in_loop(node) else 1)
            sums_up = _is_overwritten(program, node) or _is_beside_sums(program, node)
            cost = min(cost, _AS_BESIDE) if sums_up else cost
            cost = min(cost, _BEGUN) if of_another or _is_begun(program, node) else cost
            steps_down = known and _operators_beside(program, node) == {"-"}
            block = program.block(node)
            above = block[: block.index(node)][-1:]
            if any(given(node) & given(one) - read(node) for one in above):  # else the one before is in vain
                yield Edit(sign, sign + 1, "*=", _AS_BESIDE)
            if not is_zero(node.value):
                yield Edit(sign, sign + 1, "+=", cost)
                steps_up = 0.1 if known and key not in blank else _FROM_NOTHING
                yield Edit(sign, sign + 1, "-=", _AS_BESIDE if steps_down else cost + steps_up)


def _is_begun(program: Program, node: ast.Assign) -> bool:
    """Whether something is 0 when the loop begins in which a statement gives it."""
    loop = next(iter(program.loops(node)), None)
    beside = program.block(loop) if loop is not None else []
    target = program.segment(node.targets[0])
    before = itertools.takewhile(lambda one: one is not loop, beside)
    made = [one.value for one in before if isinstance(one, ast.Assign) and gives(program, one, target)]
    return bool(made) and is_zero(made[-1])


def _is_overwritten(program: Program, node: ast.Assign) -> bool:
    """Whether each turn of a loop puts an item over that of the turn before, and nothing there reads either."""
    target, stem = node.targets[0], program.segment(base(node.targets[0]))
    if not isinstance(target, ast.Subscript):
        return False
    own = {one.id for one in names_read(walk(target))}
    loops = [one for one in program.loops(node) if isinstance(one, ast.For) and own.isdisjoint(turn_names(one))]
    written = {id(base(one)) for loop in loops for part in walk(loop) for one in targets(part)}
    return any(all(id(one) in written for one in reading(program, loop, stem)) for loop in loops)


def _is_beside_sums(program: Program, node: ast.Assign) -> bool:
    """Whether other items of the same thing are added to beside one that is set: `g["w"] += d; g["b"] = e`."""
    target, stem = node.targets[0], program.segment(base(node.targets[0]))
    sums = [one for one in program.block(node) if isinstance(one, ast.AugAssign) and isinstance(one.op, ast.Add)]
    others = {program.segment(one.target) for one in sums if program.segment(base(one.target)) == stem}
    return isinstance(target, ast.Subscript) and bool(others - {stem, program.segment(target)})


def _attributes_begun(program: Program) -> Iterator[str]:
    """Names of attributes that are 0 when an object is made: `self.data, self.grad = data, 0.0`."""
    pairs = (pair for node in program.nodes for pair in values_given(node))
    yield from (place.attr for place, value in pairs if isinstance(place, ast.Attribute) and is_zero(value))


def _operators_beside(program: Program, node: ast.stmt) -> set[str]:
    """By which operators other statements of a block change something."""
    others = [one for one in program.block(node) if isinstance(one, ast.AugAssign) and one is not node]
    return {BINARY[type(one.op)][0] for one in others if type(one.op) in BINARY}


def _in_place(program: Program, node: ast.Assign) -> Iterator[Edit]:
    """`p -= step` for `p = p - step`, which gives a name another array and leaves the old one as it was."""
    (target,), value, added = node.targets, node.value, step(node)
    bare = program.parenthesised(value) == program.span(value)
    if added is not None and bare and isinstance(value, ast.BinOp):
        start, end = program.span(target)[1], program.parenthesised(added)[0]
        looped = isinstance(target, ast.Name) and target.id in program.scopes.taken(value)
        yield Edit(start, end, f" {BINARY[type(value.op)][0]}= ", _AS_BESIDE if looped else _ORDER)


def moves(program: Program) -> Iterator[Edit]:
    """
    An assignment moved down behind the last use of the old value, or up before the first use of the new one; or
    down behind what makes anew what it is made of, or up before that.

    Those that stand together are moved together, too. Only statements on lines of their own are moved.
    """
    count = Counter((program.scope(node), text) for node in program.nodes for text in given(node))
    for block in program.blocks:
        firsts: dict[int, int] = {}  # where each could go up to
        anew = [_given_again(program, statement, count) for statement in block]
        reads = [read(statement) for statement in block]
        handed = [_handed(program, statement) for statement in block]
        for index, statement in enumerate(block):
            written = given(statement)
            again = any(count[program.scope(statement), text] > 1 for text in written) or written & reads[index]
            cost = _ORDER_TELLS if again else _ORDER
            readers = [
                place for place, names in enumerate(reads) if written and place != index and written & names
            ]
            later = [place for place in readers if place > index]
            if later:
                if not _is_over(program, statement):
                    yield from _move(program, block, index, later[-1] + 1, cost)
                if len(later) > 1:
                    yield from _move(program, block, index, later[0] + 1, cost)
            yield from _move_behind_readers(program, block, index, reads)
            used = reads[index] - written
            yield from _move_behind_makers(program, block, index, used, later)
            yield from _move_before_remaker(program, block, index, used, anew)
            yield from _move_before_changer(program, block, index, used, handed)
            vain = written & given(block[index - 1]) - reads[index] if index else set[str]()
            if vain and isinstance(statement, ast.Assign) and index + 1 < len(block):
                yield from _move(program, block, index, index + 2, _TOO_EARLY)  # too early to put it back, say
            earlier = [place for place in readers if place < index]
            if earlier:
                firsts[index] = earlier[0]
                yield from _move(program, block, index, earlier[0], cost)
                if len(earlier) > 1:
                    yield from _move(program, block, index, earlier[-1], cost)
        yield from _moves_together(program, block, firsts)


def _is_over(program: Program, statement: ast.stmt) -> bool:
    """Whether what a statement gives is gone when its function ends: behind its last use it would do nothing."""
    function = program.scope(statement)
    outer = {name for node in walk(function) for name in getattr(node, "names", ()) if isinstance(name, str)}
    names = targets(statement) if isinstance(statement, ast.Assign) else []
    own = bool(names) and all(isinstance(one, ast.Name) and one.id not in outer for one in names)
    return own and isinstance(function, ast.FunctionDef) and not program.in_loop(statement)


def _move_behind_readers(
    program: Program, block: list[ast.stmt], index: int, reads: Sequence[set[str]]
) -> Iterator[Edit]:
    """A loop moved down behind what reads an array that it changes item by item, and that is not of this block."""
    made = set().union(*map(given, block))
    changed = changed_in_turns(block[index]) - made
    later = [place for place in range(index + 1, len(block)) if changed & reads[place]]
    if later:
        yield from _move(program, block, index, later[-1] + 1, _TOO_EARLY)


def _move_behind_makers(
    program: Program, block: list[ast.stmt], index: int, used: Set[str], readers: Sequence[int]
) -> Iterator[Edit]:
    """A statement moved down behind those that make anew what it is made of, behind the last of them first."""
    before = min(readers, default=len(block))
    makers = [place for place in range(index + 1, before) if used & given(block[place])]
    for place in dict.fromkeys((*makers[-1:], *makers[:1])):
        yield from _move(program, block, index, place + 1, _TOO_EARLY)


def _move_before_remaker(
    program: Program, block: list[ast.stmt], index: int, used: Set[str], anew: Sequence[set[str]]
) -> Iterator[Edit]:
    """A statement moved up before the one that gives what it is made of another value, be it not always."""
    place = next((one for one in range(index - 1, -1, -1) if used & anew[one]), None)
    if place is not None:
        yield from _move(program, block, index, place, _TOO_EARLY)


def _move_before_changer(
    program: Program, block: list[ast.stmt], index: int, used: Set[str], handed: Sequence[set[str]]
) -> Iterator[Edit]:
    """A statement moved up before a call that is handed what it is made of, and may change that in place."""
    place = next((one for one in range(index - 1, -1, -1) if used & handed[one]), None)
    movable = not isinstance(block[index], DEFINITIONS)
    if place is not None and movable and not given(block[place]) & used:
        yield from _move(program, block, index, place, _CHANGED)


def _handed(program: Program, statement: ast.stmt) -> set[str]:
    """What the methods that a statement calls are called on and handed, but for those that change nothing."""
    found: set[str] = set()
    for call in walk(statement) if not isinstance(statement, DEFINITIONS) else ():
        method = call.func if isinstance(call, ast.Call) else None
        if isinstance(call, ast.Call) and isinstance(method, ast.Attribute):
            definition = program.definitions.get(method.attr)
            harmless = method.attr in _PURE or (definition is not None and not changed_in_place(definition))
            if not harmless and program.segment(method).partition(".")[0] not in ("", program.numpy):
                found |= {ast.unparse(one) for one in (method.value, *call.args)}
    return found - program.imported


def _given_again(program: Program, statement: ast.stmt, count: Counter[tuple[ast.AST, str]]) -> set[str]:
    """What a statement, or one in it, gives a value that is given one elsewhere, too; or changes in turns."""
    function = program.scope(statement)
    written = given_within(statement)
    return {name for name in written if count[function, name] > 1} | changed_in_turns(statement)


def _moves_together(program: Program, block: list[ast.stmt], firsts: dict[int, int]) -> Iterator[Edit]:
    """A few statements that stand together, moved up before the first use of any of them."""
    for number in range(2, _TOGETHER + 1):
        for index in firsts:
            run = range(index, index + number)
            before = min((firsts[one] for one in run if one in firsts), default=index)
            if all(one in firsts for one in run) and before < index:
                yield from _move(program, block, index, before, _ORDER_TELLS, number)


def early_exits(program: Program) -> Iterator[Edit]:
    """`return` or `continue` where the lines of a condition end, and what comes behind it is then run as well."""
    giving = {program.scope(node) for node in program.nodes if isinstance(node, ast.Return) and node.value}
    for node in program.nodes:
        if not isinstance(node, ast.If) or program.block(node)[-1] is node:
            continue
        outer = next(one for one in program.ancestors(node) if isinstance(one, (*DEFINITIONS, ast.Module)))
        words = ["return"] * (isinstance(outer, ast.FunctionDef) and outer not in giving)
        words += ["continue"] * program.in_loop(node, outer)
        for last in (node.body[-1], *node.orelse[-1:]):
            if not isinstance(last, (*LEAVING, ast.If)) and begins_its_line(program, last):
                at = end_of_line(program, last)
                yield from (Edit(at, at, f"\n{indentation(program, last)}{word}", _LEFT) for word in words)


def other_defaults(program: Program) -> Iterator[Edit]:
    """Another number in a header, where nothing is handed over: `keep=1.0` for `keep=2.0`."""
    steps = (part for node in program.nodes if (part := step(node)) is not None)
    rates = {last_name(part) for one in steps for part in walk(one) if isinstance(part, ast.expr)}
    for _ in range(_NAMED):  # a step may have a name
        named = (pair for node in program.nodes for pair in values_given(node) if last_name(pair[0]) in rates)
        rates |= {last_name(one) for _, value in named for one in walk(value) if isinstance(one, ast.expr)}
    for function in (node for node in program.nodes if isinstance(node, ast.FunctionDef)):
        kept = [pair for one in walk(function) for pair in values_given(one)]
        for name, node in defaults(function):
            number = node.value if isinstance(node, ast.Constant) else None
            if type(number) in (int, float):
                known_as = {name, *(last_name(place) for place, value in kept if last_name(value) == name)}
                others = [one for one in (_NUMBERS if known_as & rates else (0, *_NUMBERS)) if one != number]
                texts = [str(one if isinstance(number, int) else float(one)) for one in others]
                yield from (Edit(*program.span(node), text, _ORDER_TELLS) for text in texts)


def across_loops(program: Program) -> Iterator[Edit]:
    """What a loop adds to, made before the loop instead of in each of its turns, and the other way round."""
    for block in program.blocks:
        for index, loop in enumerate(block):
            if not isinstance(loop, ast.For | ast.While) or loop.body[0].lineno == loop.lineno:
                continue
            changed = made_of_itself(loop) | filled(loop, program.definitions)
            before = [one for one in block[:index] if _begins(one, changed)]
            for some in _runs(block, before):
                yield from _moved_across(program, some, loop.body[0])
            made = given_within(loop)
            if isinstance(loop, ast.For):
                made.update(turn_names(loop))
            within = [one for one in loop.body[:-1] if _begins(one, changed) and not read(one) & made]
            for some in _runs(loop.body, within):
                yield from _moved_across(program, some, loop)


def _begins(statement: ast.stmt, changed: Set[str]) -> bool:
    """Whether a statement makes what a loop adds to, or clears many objects, as a call may."""
    if isinstance(statement, ast.For):
        return all(isinstance(one, ast.Assign) and _is_nothing(one.value) for one in statement.body)
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call):
        return isinstance(call.func, ast.Attribute) and not call.args and not call.keywords
    return isinstance(statement, ast.Assign) and bool(given(statement) & changed)


def _is_nothing(node: ast.expr) -> bool:
    """Whether this is the number 0, or an array of zeros."""
    return is_zero(node) or (isinstance(node, ast.Call) and last_name(node.func) in ("zeros", "zeros_like"))


def _runs(block: Sequence[ast.stmt], some: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Each of some statements of a block by itself, and those that stand together."""
    yield from ([one] for one in some)
    for chosen, run in itertools.groupby(block, key=lambda one: any(one is other for other in some)):
        together = list(run)
        if chosen and len(together) > 1:
            yield together


def indentations(program: Program) -> Iterator[Edit]:
    """The last statements of a loop behind it, any sum before it, and the one behind it in the loop."""
    for block in program.blocks:
        for loop, behind in zip(block, [*block[1:], None], strict=True):
            if not isinstance(loop, ast.For | ast.While) or loop.orelse or loop.body[0].lineno == loop.lineno:
                continue
            reads = [read_but_for_sums(one) for one in loop.body[:-1]]
            sums = {text for one in loop.body if step(one) is not None for text in given(one)}
            for number in range(1, min(_LAST_LINES, len(loop.body) - 1) + 1):
                last, before = loop.body[-number:], set[str]().union(*reads[: len(loop.body) - number])
                changed = {name for one in last for name in given_within(one)}
                too_early = any(read(one) & (sums - changed) for one in last)  # the sum isn't complete
                if too_early or before.isdisjoint(changed):  # else the next turn goes on with it
                    yield from _indented(program, last, loop)
            if behind is not None:
                yield from _indented(program, [behind], loop.body[0])
            yield from _taken_out(program, loop)


def _taken_out(program: Program, loop: ast.For | ast.While) -> Iterator[Edit]:
    """What adds the same in every turn of a loop before it."""
    turns = turn_names(loop) if isinstance(loop, ast.For) else []
    for one in loop.body if turns and len(loop.body) > 1 and begins_its_line(program, loop) else ():
        adds = isinstance(one, ast.AugAssign) and isinstance(one.op, ast.Add | ast.Sub)
        alone = begins_its_line(program, one) and program.text[end_of_line(program, one) :][:1] in ("", "\n")
        if not adds or not alone:
            continue
        words = {name.id for name in names_read(walk(one))}
        changed = set().union(*(given_within(other) for other in loop.body if other is not one))
        if words.isdisjoint([*turns, *changed]):
            (start, _), (begin, end) = map(program.span, (loop, one))
            rest = program.text[start:begin].rstrip()
            yield Edit(start, end, f"{program.segment(one)}\n{indentation(program, loop)}{rest}", _INDENTED)


def _indented(program: Program, statements: Sequence[ast.stmt], like: ast.stmt) -> Iterator[Edit]:
    """Statements that follow each other as deep as another, where they stand."""
    lines = program.text.split("\n")
    first, last = statements[0].lineno - 1, statements[-1].end_lineno or statements[-1].lineno
    old, new = (lines[one.lineno - 1][: one.col_offset] for one in (statements[0], like))
    beside = [one for one in program.block(statements[0]) if one.lineno <= last and (one.end_lineno or 0) > first]
    if old.strip() or new.strip() or len(beside) > len(statements):
        return  # shares its line with another
    if any(isinstance(one, (*DEFINITIONS, ast.Break, ast.Continue)) for one in statements):
        return
    moved = [new + line.removeprefix(old) if line.startswith(old) else line for line in lines[first:last]]
    offset = sum(len(line) + 1 for line in lines[:first])
    yield Edit(offset, offset + len("\n".join(lines[first:last])), "\n".join(moved), _INDENTED)


def calls_in_turn(program: Program) -> Iterator[Edit]:
    """A call that is made for what it does, behind the next one: what each of them changes, nothing tells."""
    for block in program.blocks:
        for index, (one, other) in enumerate(itertools.pairwise(block)):
            alike = program.segment(one) == program.segment(other)
            if _acts(program, one) and _acts(program, other) and not alike:
                yield from _move(program, block, index, index + 2, _ORDER_TELLS)


def _acts(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement is but a call of a function of the file."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and last_name(call.func) in program.definitions


def items_of_rows(program: Program) -> Iterator[Edit]:
    """One item of each row, `p[np.arange(len(p)), y]`, for what any row asks for, `p[:, y]`, or whole rows."""
    for node in program.nodes:
        rows = node.slice if isinstance(node, ast.Subscript) else None
        if isinstance(rows, ast.Call) and last_name(rows.func) in ("range", "arange"):
            end = program.parenthesised(rows)[1]
            functions = program.scopes.functions(program.scope(node))[:1]
            handed = [argument.arg for function in functions for argument in function.args.args]
            yield from (Edit(end, end, f", {name}", _EACH_ROW) for name in handed if name not in ("self", "cls"))
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple) or not program.numpy:
            continue
        for part, other in itertools.permutations(node.slice.elts, 2) if len(node.slice.elts) == 2 else ():
            everything = isinstance(part, ast.Slice) and not (part.lower or part.upper or part.step)
            taken = {*program.scopes.taken(node)} & {one.id for one in walk(other) if isinstance(one, ast.Name)}
            if everything and isinstance(other, _INDICES) and not taken:
                start, end = program.span(part)
                stem = program.segment(node.value)
                count = f"len({stem})" if part is node.slice.elts[0] else f"{stem}.shape[1]"
                yield Edit(start, end, f"{program.numpy}.arange({count})", _EACH_ROW)


def _moved_across(program: Program, statements: Sequence[ast.stmt], before: ast.stmt) -> Iterator[Edit]:
    """Move statements that stand together before one of another block, as deep as that."""
    lines = program.text.split("\n")
    first, last = statements[0].lineno - 1, statements[-1].end_lineno or statements[-1].lineno
    if any(lines[one.lineno - 1][: one.col_offset].strip() for one in (*statements, before)):
        return  # shares its line with another
    old, new = (lines[one.lineno - 1][: one.col_offset] for one in (statements[0], before))
    if not all(line.startswith(old) or not line.strip() for line in lines[first:last]):
        return  # a comment, or a line that goes on, begins further left
    moved = [new + line.removeprefix(old) if line.strip() else line for line in lines[first:last]]
    at = before.lineno - 1
    start, stop = min(first, at), max(last, at)
    whole = [*lines[last:at], *moved] if at >= last else [*moved, *lines[at:first]]
    offset = sum(len(line) + 1 for line in lines[:start])
    length = sum(len(line) + 1 for line in lines[start:stop]) - 1
    yield Edit(offset, offset + length, "\n".join(whole), _ACROSS)


def _move(
    program: Program, block: list[ast.stmt], index: int, before: int, cost: float, number: int = 1
) -> Iterator[Edit]:
    """Move one statement of a block, or several, so that they stand before another, where they are run."""
    if any(isinstance(one, LEAVING) for one in block[:before][-1:]):
        return
    statements = block[index : index + number]
    if any(isinstance(one, LEAVING) for one in statements):
        return
    lines = program.text.split("\n")
    first, last = begins(statements[0]) - 1, (statements[-1].end_lineno or statements[-1].lineno) - 1
    own = [other for other in block if begins(other) - 1 <= last and (other.end_lineno or 0) - 1 >= first]
    if len(own) > number or any(lines[one.lineno - 1][: one.col_offset].strip() for one in statements):
        return  # shares its line with another
    moved = lines[first : last + 1]
    low, high = min(index, before), max(index + number, before)
    start = begins(block[low]) - 1
    stop = (block[high - 1].end_lineno or 0) - 1
    new = [*lines[last + 1 : stop + 1], *moved] if before > index else [*moved, *lines[start:first]]
    offset = sum(len(line) + 1 for line in lines[:start])
    length = sum(len(line) + 1 for line in lines[start : stop + 1]) - 1
    yield Edit(offset, offset + length, "\n".join(new), cost)
