"""What nobody divides by or in: by the things themselves, where they are to be counted, or without a rest."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.quantities import INPUTS
from gradcheck.diagnosis.repair.hoisting import made_once
from gradcheck.diagnosis.repair.writing import Edit

_COST = 0.8


def divided_by_data(program: Program, observation: Observation, examples: int) -> Iterator[Edit]:
    """
    Generate the edits that count the examples of what a program divides by: `m = len(X)` for `m = X`.

    Parameters
    ----------
    program : Program
    observation : Observation
    examples : int
        How many there were in the run that was observed.
    """
    found = dict.fromkeys(
        _made(program, node.right if isinstance(node, ast.BinOp) else node.value)
        for node in program.nodes
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
    )
    for divisor in found:
        is_shape = isinstance(divisor, ast.Attribute) and divisor.attr == "shape"
        things = divisor.value if isinstance(divisor, ast.Attribute) and is_shape else divisor
        number = program.number(things)
        match = observation.match(number) if isinstance(things, ast.Name | ast.Attribute | ast.Subscript) else None
        if match is None or match.name not in INPUTS or not match.itself:
            continue
        shape = observation.values[number][0].shape
        if len(shape) > 1 and examples in shape:
            text, axis = program.segment(divisor), shape.index(examples)
            counts = [f"{text}[{axis}]"] if is_shape else [f"{text}.shape[{axis}]"]
            if not axis and not is_shape:
                counts.insert(0, f"len({text})")
            yield from (Edit(*program.parenthesised(divisor), count, _COST) for count in counts)


def floored(program: Program, observation: Observation) -> Iterator[Edit]:
    """Generate `g / n` for `g // n`, where g isn't whole: of what is counted the rest may be left on purpose."""
    for node in program.nodes:
        if not isinstance(node, ast.BinOp | ast.AugAssign) or not isinstance(node.op, ast.FloorDiv):
            continue
        left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
        values = observation.values.get(program.number(left), ())
        if any(np.isfinite(value).all() and (value % 1).any() for value in values if np.isrealobj(value)):
            at = program.text.find("//", program.span(left)[1], program.parenthesised(right)[0])
            if at >= 0:
                yield Edit(at, at + 2, "/", _COST)


def _made(program: Program, divisor: ast.expr) -> ast.expr:
    """What a name was given in its function, if that happens once; other expressions as they are."""
    if not isinstance(divisor, ast.Name):
        return divisor
    found = made_once(program, divisor.id, program.scope(divisor))
    return divisor if found is None else found[1]
