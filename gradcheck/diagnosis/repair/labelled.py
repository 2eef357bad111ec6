"""Errors of which the labels are no part: `d[np.arange(n), y] -= 1` behind what makes them the outputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.diagnosis.locate.uses import put_into
from gradcheck.diagnosis.repair.gaps import begins_its_line, behind
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_COST = 1.2  # of a statement that every program with labels and softmax has
_COUNTING = ("arange", "range")
_AXES = 2


def labelled(program: Program, observation: Observation) -> Iterator[Edit]:
    """
    Generate the statements that take one from each label's output.

    Parameters
    ----------
    program : Program
    observation : Observation
        What it computes: only behind what has the value of the outputs such a statement makes an error of them.

    Yields
    ------
    Edit
        With the index that other items of the labels are taken by, or one that is made for them.
    """
    for node in program.nodes:
        if not isinstance(node, ast.Assign) or len(targets(node)) != 1 or not begins_its_line(program, node):
            continue
        match = observation.match(program.number(node.value))
        text = program.segment(targets(node)[0])
        divisor = _divisor(program, node.value)
        if match is None or "a2" not in match.names or (match.scaled and not divisor):
            continue
        if any(text in put_into(other) for other in program.nodes if program.scope(other) is program.scope(node)):
            continue
        for index in dict.fromkeys((*_taken_by(program, node), *_made(program, observation, node))):
            one = f"1 / {divisor}" if match.scaled else "1"
            yield behind(program, _behind_its_loss(program, node, text), f"{text}[{index}] -= {one}", _COST)


def _divisor(program: Program, value: ast.expr) -> str:
    """What a quotient is divided by, as it is written; "" of anything else."""
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Div):
        return ""
    start, end = program.parenthesised(value.right)
    return program.text[start:end]


def _behind_its_loss(program: Program, node: ast.stmt, text: str) -> ast.stmt:
    """The last statement beside one that takes a logarithm, or items, of what that makes; else that itself."""
    block = program.block(node)
    reading = [
        other
        for other in block[block.index(node) + 1 :]
        for part in walk(other)
        if (isinstance(part, ast.Subscript) and program.segment(part.value) == text)
        or (
            isinstance(part, ast.Call)
            and last_name(part.func) == "log"
            and text in map(program.segment, part.args)
        )
    ]
    return reading[-1] if reading and begins_its_line(program, reading[-1]) else node


def _taken_by(program: Program, node: ast.stmt) -> Iterator[str]:
    """Indices by which an item is taken of each row, or column, as far as a place knows their names."""
    known = program.scopes.names(program.scope(node)) | program.imported | {"len", "range"}
    for one in program.nodes:
        if isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Tuple) and len(one.slice.elts) == _AXES:
            counted = any(
                last_name(part.func) in _COUNTING for part in one.slice.elts if isinstance(part, ast.Call)
            )
            names = {part.id for part in walk(one.slice) if isinstance(part, ast.Name)}
            if counted and names <= known:
                yield program.segment(one.slice)


def _made(program: Program, observation: Observation, node: ast.stmt) -> Iterator[str]:
    """Indices that are made for the labels, by what they are worth."""
    known, labels = program.scopes.names(program.scope(node)), observation.table.trace.values["y"].argmax(axis=1)
    for text, number, used in program.scopes.atoms:
        values = observation.values.get(number, ()) if used <= known else ()
        if values and values[0].ndim == 1 and np.array_equal(values[0], labels):
            rows = f"{program.numpy}.arange(len({text}))" if program.numpy else f"range(len({text}))"
            yield from (f"{rows}, {text}", f"{text}, {rows}")
