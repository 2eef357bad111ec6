"""A program that ends in an error on every problem: the edits, if any, with which it runs and is right."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from gradcheck.diagnosis.attaching import fixed_by_all
from gradcheck.diagnosis.examination import Examination
from gradcheck.diagnosis.examining import patient_of
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.diagnosis.repair.searching import Search
from gradcheck.diagnosis.repair.viewing import Hint
from gradcheck.findings import Finding

_SECONDS = 6.0  # at the most: of a program that shows no gradient little is known
_ENDS = "The program ends in an error"
_HINT = "Which of the values there isn't of the kind, or of the shape, that it is taken for?"


def revived(case: Examination) -> Iterator[tuple[Finding, ...]]:
    """
    Look for edits with which a program that ends in an error runs to its end, with every gradient right.

    They are one edit, or one that lets it run and what it led to: what else is wrong shows only then.

    Parameters
    ----------
    case : Examination
        Of which `result` has no gradients.

    Yields
    ------
    tuple of Finding
        One, with its edits; where none is found nothing, for the error itself says as much as there is to say.
    """
    stopped = next((probe for probe in case.result.probes if probe.line is not None), None)
    try:
        program = Program(case.source.text)
    except SyntaxError:
        return
    if stopped is None or stopped.line is None or (statement := _at(program, stopped.line)) is None:
        return
    if isinstance(statement, ast.Raise | ast.Assert):
        return  # it says itself what is wrong, perhaps with the problems and not with the program
    patient = patient_of(case, (), None)
    if not patient.wrong(_without(program, statement)):
        return  # no gradient is made of it: that it runs would say nothing of an edit
    hint, seconds = Hint(stopped.line), min(_SECONDS, case.seconds)
    with np.errstate(all="ignore"):
        mended = patient.mend(case.source.text, [hint], seconds, by=Search.alive)
    if mended is None or patient.wrong(mended.text):
        return
    error = next((line for line in stopped.message.split("\n") if line and not line.startswith(" ")), "")
    finding = Finding(
        fault=None,
        site=None,
        parameters=(),
        confidence="certain",
        message=f"{_ENDS}: {error}",
        evidence=f"on each of {len(case.probes)} probes",
        hint=_HINT,
        verdict=f"{_ENDS}.",
    )
    yield (fixed_by_all(case, finding, mended.steps, mended),)


def _at(program: Program, line: int) -> ast.stmt | None:
    """The innermost statement of a line."""
    found = [
        one for one in program.nodes if isinstance(one, ast.stmt) if one.lineno <= line <= (one.end_lineno or 0)
    ]
    return min(found, key=lambda one: (one.end_lineno or 0) - one.lineno, default=None)


def _without(program: Program, statement: ast.stmt) -> str:
    """The text with NaN in the place of what a statement gives: whether anything is made of it."""
    start, end = program.span(statement)
    if isinstance(statement, ast.Return):
        instead = 'return float("nan")'
    else:
        names = [program.segment(one) for one in targets(statement)]
        instead = "".join(f"{name} = " for name in names) + 'float("nan")'
    return program.text[:start] + instead + program.text[end:]
