"""Two names for one array: copies of what is changed in place, and calls that put nothing into it."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import UPDATES, targets, values_given
from gradcheck.diagnosis.locate.uses import changed_in_place, given, gone_over
from gradcheck.diagnosis.repair.gaps import begins, begins_its_line, body_of, indentation
from gradcheck.diagnosis.repair.writing import BINARY, Edit
from gradcheck.submissions.targets import last_name, root
from gradcheck.submissions.trees import walk

ALIAS = 1.4  # a copy of what is changed in place later on
_PUT = 1.1
_ONE_ROW = 1.1  # many times: nobody means that
_COLLECTIONS = (ast.Dict, ast.List, ast.Set, ast.ListComp, ast.DictComp)
_MAKING = frozenset(("dict", "list", "set", "deque", "defaultdict", "zeros", "OrderedDict"))
_COPYING = frozenset(("array", "copy", "deepcopy", "dict", "list"))
_NAMED = re.compile(r"copy|clone|dup", re.IGNORECASE)
_DRAWN = 1.4  # all that a generator yields before anything is changed


def shared(program: Program) -> list[Edit]:
    """Give the edits that part two names of one array where it is changed: few, and rarely any."""
    calls = (node for node in program.nodes if isinstance(node, ast.Call))
    puts = [edit for call in calls for edit in put_nowhere(program, call)]
    return [
        *puts,
        *_deeper(program),
        *_each_copied(program),
        *_copied_before(program),
        *_own_attributes(program),
        *_one_for_all_objects(program),
        *(edit for edit in copies(program) if edit.cost <= ALIAS),
    ]


def originals(program: Program) -> Iterator[Edit]:
    """Generate what was copied for its copies, each and all of a statement: else only these are changed."""
    copies: dict[ast.stmt | None, list[tuple[ast.expr, ast.expr]]] = {}
    for node in program.nodes:
        own = copied(node) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and own is not None:
            copies.setdefault(program.statement(node), []).append((node, own))
    for found in copies.values():
        outer = [program.span(node) for node, _ in found]
        pairs = sorted(found, key=lambda pair: program.span(pair[0]))
        pairs = [(node, own) for node, own in pairs if not any(_lies_in(program.span(node), one) for one in outer)]
        for some in (pairs, *([pair] for pair in pairs if len(pairs) > 1)):
            (start, end), text = (program.span(some[0][0])[0], program.span(some[-1][0])[1]), ""
            for (first, last), own in ((program.span(node), own) for node, own in some):
                text += program.text[start:first] + program.segment(own)
                start = last
            yield Edit(program.span(some[0][0])[0], end, text, _PUT)


def _lies_in(span: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a stretch of the text is a part of another."""
    return other[0] <= span[0] and span[1] <= other[1] and span != other


def copied(call: ast.Call) -> ast.expr | None:
    """What a call copies, where that has a name; None where it does anything else."""
    method, (own, *rest) = call.func, (*call.args, None)
    if isinstance(method, ast.Attribute) and method.attr == "copy" and own is None:
        own = method.value
    elif last_name(method) not in _COPYING or rest != [None] or any(one.arg != "copy" for one in call.keywords):
        return None
    return own if isinstance(own, ast.Name | ast.Attribute | ast.Subscript) else None


def _deeper(program: Program) -> Iterator[Edit]:
    """`copy.deepcopy(w)` for `copy.copy(w)`, whose rows are still those of `w`."""
    for node in program.nodes:
        name = node.func if isinstance(node, ast.Call) else None
        if isinstance(name, ast.Attribute) and program.segment(name) == "copy.copy":
            yield Edit(*program.span(name), "copy.deepcopy", _PUT)


def _each_copied(program: Program) -> Iterator[Edit]:
    """`{key: value.copy() for key, value in w.items()}` for `dict(w)`, whose arrays are still those of `w`."""
    iterated = (part for one in program.iterated for part in gone_over(program.expression(one)))
    over = {program.segment(one) for one in iterated}
    attributes = {program.segment(one) for one in program.nodes if isinstance(one, ast.Attribute)}
    for node in program.nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            whole = isinstance(node.slice, ast.Slice) and not any(ast.iter_child_nodes(node.slice))
            own, kind = (node.value if whole else None), "slice"
        elif isinstance(node, ast.Call):
            own, kind = copied(node), last_name(node.func)
            if kind not in ("copy", "dict", "list") or _is_printed(program, node):
                continue
        else:
            continue
        text = program.segment(own) if own is not None else ""
        if text and (kind == "dict" or (kind == "copy" and f"{text}.items" in attributes)):
            yield Edit(*program.span(node), f"{{key: value.copy() for key, value in {text}.items()}}", _PUT)
        elif text and (kind == "list" or text in over):
            yield Edit(*program.span(node), f"[one.copy() for one in {text}]", _PUT)


def _is_printed(program: Program, node: ast.expr) -> bool:
    """Whether an expression stands in a text, or is only gone over."""
    around = [node, *program.ancestors(node)]
    looped = isinstance(around[1], ast.For | ast.comprehension) and around[1].iter is node
    return looped or any(isinstance(one, ast.JoinedStr) for one in around)


def _copied_before(program: Program) -> Iterator[Edit]:
    """`h.copy().map(f)` for `h.map(f)`, which may change `h`, where objects have a method for that."""
    classes = [one for one in program.nodes if isinstance(one, ast.ClassDef)]
    methods = [(outer, one) for outer in classes for one in outer.body if isinstance(one, ast.FunctionDef)]
    copying = (one.name for outer, one in methods if _NAMED.search(one.name) and _makes_another(outer, one))
    names = list(dict.fromkeys(copying))
    others = program.definitions.keys() - {*names}
    no_objects = program.imported | {one.name for one in classes}
    for node in program.nodes if names else ():
        called = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        owner = called.value if called is not None and called.attr in others else None
        alone = isinstance(program.parents.get(id(node)), ast.Expr)
        if isinstance(owner, ast.Name | ast.Attribute) and not alone and root(owner) not in no_objects:
            end = program.span(owner)[1]
            yield from (Edit(end, end, f".{name}()", _PUT) for name in names)


def _makes_another(outer: ast.ClassDef, method: ast.FunctionDef) -> bool:
    """Whether a method takes nothing and gives another object of its class."""
    if len(method.args.args) != 1 or method.args.kwonlyargs or method.decorator_list:
        return False
    pairs = [pair for node in walk(method) for pair in values_given(node)]
    made = {target.id: value for target, value in pairs if isinstance(target, ast.Name)}
    for one in walk(method):
        given = one.value if isinstance(one, ast.Return) else None
        value = made.get(given.id) if isinstance(given, ast.Name) else given
        if isinstance(value, ast.Call) and last_name(value.func) in (outer.name, "__class__"):
            return True
    return False


def _own_attributes(program: Program) -> Iterator[Edit]:
    """`self.x = x` for `Layer.x = x`, which all objects of that class have in common."""
    for outer in program.nodes:
        methods = outer.body if isinstance(outer, ast.ClassDef) else []
        for method in methods:
            if not isinstance(method, ast.FunctionDef) or method.decorator_list or not method.args.args:
                continue
            for node in walk(method):
                owner = node.value if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) else None
                kept = isinstance(owner, ast.Name) and isinstance(outer, ast.ClassDef) and owner.id == outer.name
                if owner is not None and kept and program.scope(owner) is method:
                    yield Edit(*program.span(owner), method.args.args[0].arg, _PUT)


def _one_for_all_objects(program: Program) -> Iterator[Edit]:
    """`self.grads = {}` where an object is made, for the one dict that all objects of its class have in common."""
    for outer in program.nodes:
        body = outer.body if isinstance(outer, ast.ClassDef) else []
        makers = [
            one for one in body if isinstance(one, ast.FunctionDef) and one.name == "__init__" and one.args.args
        ]
        first = body_of(makers[-1])[0] if makers else None
        if first is None or not begins_its_line(program, first):
            continue
        start, indent = program.span(first)[0], indentation(program, first)
        for statement in (one for one in body if isinstance(one, ast.Assign) and _makes_a_collection(one.value)):
            names = targets(statement)
            if len(names) == 1 and isinstance(names[0], ast.Name):
                own = f"{makers[-1].args.args[0].arg}.{program.segment(statement)}"
                yield Edit(start, start, f"{own}\n{indent}", _PUT)


def _makes_a_collection(value: ast.expr) -> bool:
    """Whether an expression makes something that is filled later on."""
    called = isinstance(value, ast.Call) and last_name(value.func) in _MAKING
    return called or isinstance(value, _COLLECTIONS)


def put_nowhere(program: Program, call: ast.Call) -> Iterator[Edit]:
    """A call whose value is used, without what puts it into an array as well: `np.power(x, 2)`, no `out=x`."""
    if isinstance(program.parents.get(id(call)), ast.Expr) or not call.args:
        return
    owner = program.segment(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    of_numpy = owner == program.numpy if owner else last_name(call.func) in program.imported
    function = vars(np).get(last_name(call.func)) if of_numpy else None
    by_place = isinstance(function, np.ufunc) and len(call.args) == function.nin + 1
    into = [call.args[-1]] if by_place and not any(isinstance(one, ast.Starred) for one in call.args) else []
    into += [option.value for option in call.keywords if option.arg == "out"]
    given = sorted((*call.args, *(option.value for option in call.keywords)), key=program.span)
    for before, put in itertools.pairwise(given):
        start, end = program.parenthesised(before)[1], program.parenthesised(put)[1]
        if put in into and "(" not in program.text[start : program.parenthesised(put)[0]]:
            yield Edit(start, end, "", _PUT)


def copies(program: Program) -> Iterator[Edit]:
    """A copy of what is changed in place: another's array, an argument, all that is yielded; `a = a + b`."""
    changes = cache(changed_in_place)
    for node in program.nodes:
        if isinstance(node, ast.For) and _generates(program, node.iter):
            start, end = program.span(node.iter)
            yield Edit(start, end, f"list({program.text[start:end]})", _DRAWN)
        if isinstance(node, ast.Assign) and len(node.targets) > 1 and _is_made(node.value):
            start, end = program.span(node)
            names = [program.segment(one) for one in node.targets]
            values = [program.segment(node.value)] * len(names)
            yield Edit(start, end, f"{', '.join(names)} = {', '.join(values)}", ALIAS)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute | ast.Subscript):
            end = program.span(node.value)[1]
            later: Iterable[ast.AST] = (one for one in program.block(node) if one.lineno > node.lineno)
            within = [program.tree] if isinstance(node.targets[0], ast.Attribute) else later  # by another method
            changed = any(given(node) & changes(one) for one in within)
            yield Edit(end, end, ".copy()", ALIAS if changed else 1.8)
        elif isinstance(node, ast.AugAssign):
            target, value = program.segment(node.target), program.segment(node.value)
            start, end = program.span(node)
            symbol = BINARY[type(node.op)][0] if isinstance(node.op, UPDATES) else ""
            if symbol:
                whole = value if isinstance(node.value, ast.Name | ast.Call | ast.Constant) else f"({value})"
                yield Edit(start, end, f"{target} = {target} {symbol} {whole}", 2.0)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            yield from _rows_of_their_own(program, node)
        elif isinstance(node, ast.FunctionDef):
            yield from _own_copies(program, node)


def _rows_of_their_own(program: Program, node: ast.BinOp) -> Iterator[Edit]:
    """`[[0] * n for _ in range(m)]` for `[[0] * n] * m`, all of whose rows are the same one."""
    for rows, number in ((node.left, node.right), (node.right, node.left)):
        if isinstance(rows, ast.List) and len(rows.elts) == 1 and _is_made(rows.elts[0]):
            start, end = program.span(node)
            row, count = program.segment(rows.elts[0]), program.segment(number)
            yield Edit(start, end, f"[{row} for _ in range({count})]", _ONE_ROW)


def _is_made(node: ast.expr) -> bool:
    """Whether an expression makes a list or an array, which is another one each time."""
    if isinstance(node, ast.BinOp):
        return _is_made(node.left) or _is_made(node.right)
    return isinstance(node, ast.List | ast.ListComp | ast.Call)


def _own_copies(program: Program, function: ast.FunctionDef) -> Iterator[Edit]:
    """A copy of what a function is given and changes in place."""
    changed = changed_in_place(function)
    first = body_of(function)[0]
    indent = program.text.split("\n")[first.lineno - 1][: first.col_offset]
    if not indent.strip():
        at = sum(len(line) + 1 for line in program.text.split("\n")[: begins(first) - 1])
        for name in (one.arg for one in (*function.args.args, *function.args.kwonlyargs) if one.arg in changed):
            yield Edit(at, at, f"{indent}{name} = {name}.copy()\n", ALIAS)


def _generates(program: Program, node: ast.expr) -> bool:
    """Whether a node calls a generator of the file's own."""
    called = program.segment(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    inside = walk(program.definitions[called]) if called in program.definitions else ()
    return any(isinstance(one, ast.Yield | ast.YieldFrom) for one in inside)
