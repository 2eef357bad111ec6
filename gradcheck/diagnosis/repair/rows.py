"""What a row of a file's functions or objects lacks: a list of layers that an activation was left out of."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.uses import names_read
from gradcheck.diagnosis.repair.gaps import begins_its_line, behind
from gradcheck.diagnosis.repair.words import forms_of
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name

_COST = 1.3
_FEWEST = 2  # in a row
_MOST = 8  # that it may lack
_KEY = re.compile(r"([\"'])\w+[\"'](?=\] *= *)")


def left_out(program: Program) -> Iterator[Edit]:
    """
    Generate what a row of the file's functions or objects lacks: `[Dense(w), Tanh(), Dense(v)]`.

    That is a function or class that nothing names, or another of those that stand in the row by themselves.
    """
    own = dict(forms_of(program))
    idle = own.keys() - {one.id for one in names_read(program.nodes)}
    new = sorted(name if name in program.definitions else f"{name}()" for name in idle)

    def lacking(row: Sequence[ast.expr]) -> Iterator[tuple[int, str]]:
        """What a row may lack, and behind which of its parts: nothing that stands there already."""
        texts = [program.segment(one) for one in row]
        if len(row) < _FEWEST or not any(last_name(getattr(one, "func", one)) in own for one in row):
            return
        plain = (
            text for text, one in zip(texts, row, strict=True) if _is_plain(one) and text.removesuffix("()") in own
        )
        for place, text in itertools.product(range(len(row)), [*new, *dict.fromkeys(plain)][:_MOST]):
            if text not in texts[place : place + 2]:
                yield place, text

    for row in (_row(program, node) for node in program.nodes):
        ends = [program.parenthesised(one)[1] for one in row]
        yield from (Edit(ends[place], ends[place], f", {text}", _COST) for place, text in lacking(row))
    for statements in (some for block in program.blocks for some in _alike(program, block)):
        values = [value for one in statements if (value := _put_in(one)) is not None]
        for place, text in lacking(values):
            made = _with(program, statements[place], values[place], text)
            if all(made.partition("] =")[0] != program.segment(one).partition("] =")[0] for one in statements):
                yield behind(program, statements[place], made, _COST)


def _with(program: Program, statement: ast.stmt, value: ast.expr, text: str) -> str:
    """Write a statement that puts something somewhere with something else, under a word of its own."""
    (start, end), (first, last) = program.span(statement), program.span(value)
    word = text.removesuffix("()")
    head = _KEY.sub(lambda key: f"{key[1]}{word}{key[1]}", program.text[start:first], count=1)
    return f"{head}{text}{program.text[last:end]}"


def _alike(program: Program, block: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Statements one behind another that put something into the same thing each."""
    for stem, some in itertools.groupby(block, lambda one: _stem(program, one)):
        if stem:
            yield list(some)


def _stem(program: Program, statement: ast.stmt) -> str:
    """What a statement puts an object into, under a word or at the end; "" for no such statement."""
    value = _put_in(statement)
    if value is None or not begins_its_line(program, statement):
        return ""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(target, ast.Subscript) and isinstance(getattr(target.slice, "value", None), str):
        return program.segment(target.value)
    if target is not None:
        return ""
    return program.text[program.span(statement)[0] : program.span(value)[0]]


def _put_in(statement: ast.stmt) -> ast.expr | None:
    """The value that `layers["a"] = f(x)` or `net.add(f(x))` puts somewhere."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and len(call.args) == 1:
        return call.args[0]
    return statement.value if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None


def _row(program: Program, node: ast.AST) -> list[ast.expr]:
    """What stands in a list, or is handed to a function of the file that takes any number."""
    if isinstance(node, ast.List) and isinstance(node.ctx, ast.Load):
        return node.elts
    function = program.definitions.get(last_name(node.func)) if isinstance(node, ast.Call) else None
    return node.args if isinstance(node, ast.Call) and function is not None and function.args.vararg else []


def _is_plain(node: ast.expr) -> bool:
    """Whether this is a name, or a call that hands nothing over."""
    return isinstance(node, ast.Name) or (isinstance(node, ast.Call) and not node.args and not node.keywords)
