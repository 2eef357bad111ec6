"""
Where in a program the first wrong value was computed.

A value is right if it is one of the quantities of the right pass. The first place whose value is not, though all
it was made of is, is where the mistake is, or where what an earlier place left out is first missed.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gradcheck.diagnosis.observing import Observation
from gradcheck.diagnosis.program import Program, Root
from gradcheck.diagnosis.quantities import Table

PREDICTED, DIVERGED, FED, UNKNOWN, VINDICATED, RIGHT = range(6)


@dataclass(frozen=True)
class Suspect:
    """
    One expression that may be the mistake.

    Attributes
    ----------
    root : Root
    rank : int
        How suspicious it is: it has the predicted wrong value (`PREDICTED`), is wrong though made of right
        values (`DIVERGED`), feeds one that is (`FED`), is unknown and so is what it is made of (`UNKNOWN`), is
        unknown but something right was made of it (`VINDICATED`), or is a right quantity (`RIGHT`).
    order : int
        When it was first computed.
    quantity : str
        What its value is, "" if unknown.
    """

    root: Root
    rank: int
    order: int
    quantity: str = ""


def suspects(
    program: Program,
    observation: Observation,
    wrong: Table | None = None,
    sites: Collection[str] = (),
    crash_line: int | None = None,
) -> list[Suspect]:
    """
    Rank the expressions of a program by how likely the mistake is there.

    Parameters
    ----------
    program : Program
    observation : Observation
        A watched run.
    wrong : Table, optional
        Quantities of the pass with the faults that explain the gradients.
    sites : collection of str
        Steps that those faults corrupt.
    crash_line : int, optional
        Where the run ended by an error.

    Returns
    -------
    list of Suspect
        The likeliest first.
    """
    found = [
        Suspect(
            root,
            _rank(program, observation, root, wrong, sites, crash_line),
            _order(program, observation, root),
            _quantity(observation, root),
        )
        for root in program.roots
        if _ran(program, observation, root, crash_line)
    ]
    found = _with_feeders(program, observation, found)
    return sorted(found, key=lambda suspect: (suspect.rank, suspect.order))


def _ran(program: Program, observation: Observation, root: Root, crash_line: int | None) -> bool:
    """Whether an expression was evaluated, or was about to be."""
    node = program.expression(root)
    inside = any(program.number(part) in observation.values for part in program.inside(node))
    constant = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    among = constant and any(
        program.number(part) in observation.values for part in ast.walk(program.nodes[root.statement])
    )
    return inside or among or root.statement in observation.values or _holds(program, root, crash_line)


def _holds(program: Program, root: Root, line: int | None) -> bool:
    node = program.expression(root)
    return line is not None and node.lineno <= line <= (node.end_lineno or node.lineno)


def _order(program: Program, observation: Observation, root: Root) -> int:
    """When the statement was first run."""
    parts = [program.number(part) for part in program.inside(program.expression(root))]
    seen = [observation.first[number] for number in (*parts, root.statement) if number in observation.first]
    return max(seen, default=1 << 40)


def _quantity(observation: Observation, root: Root) -> str:
    match = observation.match(root.expression)
    return match.name if match else ""


def _rank(
    program: Program,
    observation: Observation,
    root: Root,
    wrong: Table | None,
    sites: Collection[str],
    crash_line: int | None,
) -> int:
    if _holds(program, root, crash_line):
        return PREDICTED
    values = observation.values.get(root.expression, [])
    known = observation.match(root.expression) or observation.match(root.statement)
    if known is not None:
        return FED if known.scaled else RIGHT
    if wrong is not None and values:
        match = wrong.match(values[-1]) or wrong.match_series(values)
        if match and not set(sites).isdisjoint(name.rpartition(" ")[2] for name in match.names):
            return PREDICTED
    if not values and root.statement not in observation.values:
        return FED if isinstance(program.expression(root), ast.Constant) else UNKNOWN
    operands = [number for number in _operands(program, root) if observation.holds_array(number)]
    return DIVERGED if all(observation.match(number) for number in operands) else UNKNOWN


def _operands(program: Program, root: Root) -> list[int]:
    """Numbers of the names, attributes and items that an expression is made of."""
    return [
        program.number(part)
        for part in program.inside(program.expression(root))
        if isinstance(part, ast.Name | ast.Attribute | ast.Subscript)
    ]


def _with_feeders(program: Program, observation: Observation, found: Sequence[Suspect]) -> list[Suspect]:
    """Raise what feeds a divergence; clear what is unknown but fed something right."""
    feeding, vindicated = set[bytes](), set[bytes]()
    for suspect in found:
        values = {
            value.tobytes()
            for number in _operands(program, suspect.root)
            for value in observation.values.get(number, ())
        }
        if suspect.rank <= DIVERGED:
            feeding |= values
        elif suspect.rank == RIGHT:
            vindicated |= values
    return [_moved(suspect, observation, feeding, vindicated) for suspect in found]


def _moved(suspect: Suspect, observation: Observation, feeding: set[bytes], vindicated: set[bytes]) -> Suspect:
    numbers = (suspect.root.expression, suspect.root.statement)
    own = {value.tobytes() for number in numbers for value in observation.values.get(number, ())}
    rank = suspect.rank
    if rank in (DIVERGED, UNKNOWN) and own & vindicated:
        rank = VINDICATED
    elif rank > FED and own & feeding:
        rank = FED
    return Suspect(suspect.root, rank, suspect.order, suspect.quantity)
