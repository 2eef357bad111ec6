"""Which number in a program makes gradients off by a factor: with the right one in its place they are right."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.diagnosis import messages
from gradcheck.diagnosis.examination import Examination
from gradcheck.diagnosis.explain.explanation import Explained
from gradcheck.diagnosis.explain.fitting import FLOAT32_TOLERANCE, describe, fit
from gradcheck.diagnosis.locate.program import Program
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array, printed
from gradcheck.submissions import axes
from gradcheck.submissions.job import Job

FACTORS = ("gradient-off-by-size-factor", "gradient-off-by-constant-factor")
_MEANT = ("n", "k", "n k", "1", "2", "1/n", "1/k", "1/(n k)", "n/2", "1/2")  # likeliest first
_PROBES = 2  # that a number is tried on
_MOST = 12  # numbers that are tried
_BEYOND = 1e300  # that is no size of anything
_PATIENCE = 1.0  # seconds that a program may take with another number on one probe: some never end


@dataclass(frozen=True)
class Numbers:
    """
    Equal numbers in a program that stand for another one.

    Attributes
    ----------
    nodes : tuple of Constant
        In the order of the text.
    evidence : str
        What becomes right with the other one in their place.
    """

    nodes: tuple[ast.Constant, ...] = ()
    evidence: str = ""


def numbers(case: Examination, program: Program, one: Explained) -> Numbers:
    """
    Find the number that makes gradients off by a factor, by putting the one that it ought to be in its place.

    The factor says which that would be, and the run whether it is. Where no single number does, equal ones are
    tried together: `1 / 400` may stand in every line.
    """
    if one.fault is None or one.fault.name not in FACTORS:
        return Numbers()
    spoiled = one.parameters or messages.downstream(one.site, case.wrong)
    positions = [index for index, found in enumerate(case.gradients) if found is not None]
    factors = [_factor(case, spoiled, index) for index in positions]
    if not spoiled or None in factors:
        return Numbers()
    sizes = [case.probes[index].sizes for index in positions]
    table = np.array([factor for factor in factors if factor is not None])
    for text, nodes, right in itertools.islice(_candidates(program, table, sizes), _MOST):
        tried = list(zip(positions, right, strict=True))[:_PROBES]
        if all(not _wrong(case, program, nodes, index, value) & {*spoiled} for index, value in tried):
            named = " ".join(printed(name) for name in case.network.parameters if name in spoiled)
            written = program.segment(nodes[0])
            return Numbers(nodes, f"with {text} in the place of {written}, {named} would be right")
    return Numbers()


def _factor(case: Examination, names: Sequence[str], index: int) -> float | None:
    """The one number that gradients are times the right ones, on one probe."""
    trace, given = Trace(case.network, case.probes[index].values), case.gradients[index] or {}
    if any(name not in given for name in names):
        return None
    submitted, right = (
        np.concatenate([np.asarray(find(name), dtype=float).ravel() for name in names])
        for find in (given.__getitem__, trace.gradient)
    )
    if submitted.shape != right.shape or not submitted.any():
        return None
    found = fit(submitted, [right], float(np.abs(right).max(initial=0.0)), FLOAT32_TOLERANCE)
    return None if found is None or np.isnan(found[0]) else float(found[0])


def _candidates(
    program: Program, factors: Array, sizes: Sequence[Mapping[str, int]]
) -> Iterator[tuple[str, tuple[ast.Constant, ...], Array]]:
    """What numbers may stand for, the likeliest first: its name, which they are, and its values."""
    by_value: dict[float, list[ast.Constant]] = {}
    for node in program.nodes:
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(node, ast.Constant) and isinstance(value, int | float) and 0 < abs(value) < _BEYOND:
            by_value.setdefault(float(value), []).append(node)
    by_value.pop(1.0, None)
    found: list[tuple[int, str, tuple[ast.Constant, ...], Array]] = []
    for value, nodes in by_value.items():
        nodes.sort(key=lambda node: (node.lineno, node.col_offset))
        for right in (value * factors, value / factors):  # it divides, or it multiplies
            text = describe(right, sizes)
            if text in _MEANT:
                found += [(_MEANT.index(text), text, (node,), right) for node in nodes]
                found += [(len(_MEANT), text, tuple(nodes), right)] * (len(nodes) > 1)
    return ((text, some, right) for _, text, some, right in sorted(found, key=lambda each: each[0]))


def _wrong(
    case: Examination, program: Program, nodes: Sequence[ast.Constant], index: int, value: float
) -> frozenset[str]:
    """Which gradients are wrong on a probe with another value in the place of some numbers."""
    text, probe = program.text, case.probes[index]
    written = repr(round(value)) if abs(value - round(value)) < FLOAT32_TOLERANCE else repr(float(value))
    for start, end in sorted((program.span(node) for node in nodes), reverse=True):
        text = f"{text[:start]}({written}){text[end:]}"
    inputs = (axes.inputs(probe, case.contract),)
    job = Job(path=case.source.path, contract=case.contract, inputs=inputs, source=text, seconds=_PATIENCE)
    return case.judge((probe,), case.run(job))
