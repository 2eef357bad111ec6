"""
Where in a program the first wrong value was computed.

A value is right if it is one of the quantities of the right pass. The first place whose value is not, though all
it was made of is, is where the mistake is, or where what an earlier place left out is first missed.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.diagnosis.locate.match import Match
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.proportion import varies
from gradcheck.diagnosis.locate.quantities import INPUTS, NOTHING, PLAIN
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.statements import base, item, targets
from gradcheck.diagnosis.locate.table import Table
from gradcheck.diagnosis.locate.uses import filled, given, names_read
from gradcheck.network.forward import Array
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_UNDONE: dict[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: np.subtract,
    ast.Sub: np.add,
    ast.Mult: np.divide,
    ast.Div: np.multiply,
}
_CLOSE = 1e-9
_RESULTS = ("gradient ", "updated ")
_BESIDE_GRADIENTS = ("", "loss", "a2")  # what else a function gives with them
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
    misused = {root for root in program.roots if _is_misused(program, observation, root)}
    found = [
        Suspect(
            root,
            _rank(program, observation, root, wrong, sites, crash_line, root in misused),
            _order(program, observation, root),
            _quantity(observation, root),
        )
        for root in program.roots
        if _ran(program, observation, root, crash_line)
    ]
    found = _with_feeders(program, observation, found, misused)
    return sorted(found, key=lambda suspect: (suspect.rank, suspect.order))


def forming(program: Program, observation: Observation, value: Array) -> list[Root]:
    """
    Find the expressions that came to a value, or to its transpose: where it was made first.

    But a right quantity was taken for another where it was used last.
    """
    having = [
        root
        for root in program.roots
        for own in observation.values.get(root.expression, ())[-1:] or _constant(program, root)
        if own.size == value.size
        and any(np.allclose(np.ravel(own), np.ravel(laid), rtol=1e-12, atol=0.0) for laid in (value, value.T))
    ]
    taken = any(observation.match(root.expression) for root in having)
    return sorted(having, key=lambda root: _order(program, observation, root), reverse=taken)


def hands_on(program: Program, root: Root) -> bool:
    """Whether something is only returned, passed on or put beside others: it is what was made of it before."""
    node, statement = program.expression(root), program.nodes[root.statement]
    named = isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
    return named and not (isinstance(statement, ast.Assign | ast.AugAssign) and statement.value is node)


def _constant(program: Program, root: Root) -> list[Array]:
    """What an expression is that is only a number: such aren't watched."""
    node = program.expression(root)
    if not isinstance(node, ast.Constant) or not isinstance(node.value, int | float):
        return []
    return [np.array(node.value, dtype=float)]


def feeders(program: Program, observation: Observation, root: Root) -> list[Root]:
    """Find the expressions that gave what another is made of, the last in time first."""
    values = {
        value.tobytes()
        for number in _operands(program, root)
        for value in observation.values.get(number, ())
        if value.size > 1
    }
    found = [
        other
        for other in program.roots
        for number in (other.expression, other.statement)
        if other != root and any(value.tobytes() in values for value in observation.values.get(number, ()))
    ]
    return sorted(dict.fromkeys(found), key=lambda other: -_order(program, observation, other))


def _ran(program: Program, observation: Observation, root: Root, crash_line: int | None) -> bool:
    """Whether an expression was evaluated, or was about to be."""
    node = program.expression(root)
    inside = any(program.number(part) in observation.values for part in program.inside(node))
    among = bool(_constant(program, root)) and observation.ran(program.nodes[root.statement])
    return inside or among or root.statement in observation.values or _holds(program, root, crash_line)


def _holds(program: Program, root: Root, line: int | None) -> bool:
    node = program.expression(root)
    return line is not None and node.lineno <= line <= (node.end_lineno or node.lineno)


def _order(program: Program, observation: Observation, root: Root) -> int:
    """When the statement was first run."""
    parts = [program.number(part) for part in program.inside(program.expression(root))]
    seen = [observation.first[number] for number in (*parts, root.statement) if number in observation.first]
    return max(seen) if seen else observation.first.get(_changed(program, observation, root), 1 << 40)


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
    misused: bool,
) -> int:
    if _holds(program, root, crash_line):
        return PREDICTED
    values = observation.values.get(root.expression, [])
    changed = _changed(program, observation, root)
    known = next(
        (m for n in (root.expression, root.statement, changed) if n and (m := observation.match(n))), None
    )
    updates = isinstance(program.nodes[root.statement], ast.AugAssign)
    if known is not None and known.of_loss and updates and observation.holds_array(root.expression):
        return DIVERGED  # what only a loss is made of is added to a gradient
    if misused:
        return DIVERGED
    if known is not None and known.name != PLAIN:
        return FED if known.scaled or _is_half_a_decay(observation, known) else RIGHT
    if wrong is not None and values:
        match = wrong.match(values[-1]) or wrong.match_series(values)
        if match and not set(sites).isdisjoint(name.rpartition(" ")[2] for name in match.names):
            return PREDICTED
    if not values and root.statement not in observation.values:
        return UNKNOWN
    used = [number for number in _operands(program, root) if number != root.expression]
    operands = [number for number in used if observation.holds_array(number)]
    an_entry = not operands and not observation.holds_array(root.expression)
    if an_entry and observation.holds_values(root.expression):
        operands = [number for number in used if observation.holds_values(number)]
    if _breaks_down(observation, root, operands) or _updates_wrongly(program, observation, root, operands):
        return DIVERGED
    if is_length(program.expression(root)):
        return VINDICATED  # wrong if what it feeds is
    empty = bool(values) and all(value.size > 1 and not varies(value) for value in values)
    if not operands or (empty and not isinstance(program.expression(root), ast.BinOp)):
        # numbers, random weights, zeros to add to, ones: wrong if what they feed is
        return UNKNOWN if any(value.size > 1 for value in values) else VINDICATED
    right = all(observation.match(number) or _is_ones(observation, number) for number in operands)
    made_wrong = right or (not an_entry and _diverges(observation, root, operands))  # one number says too little
    return DIVERGED if made_wrong else UNKNOWN


def _is_half_a_decay(observation: Observation, known: Match) -> bool:
    """Whether a value is what weights decay by, halved or doubled: the loss's half or its 2 is missing."""
    decay = observation.table.trace.decay
    times = abs(known.factor) / decay if decay else 0.0
    return known.name in ("w1", "w2") and min(abs(times - 0.5), abs(times - 2)) < _CLOSE


def _is_misused(program: Program, observation: Observation, root: Root) -> bool:
    """Whether a value is right and not what belongs there."""
    forms = (_spoils, _spoils_items, _is_spoiled, _is_out_of_place, _fills_wrongly, _is_of_minus_z)
    return any(form(program, observation, root) for form in forms)


def _is_of_minus_z(program: Program, observation: Observation, root: Root) -> bool:
    """Whether a sigmoid, `1 / (1 + np.exp(z))`, has the sign of z wrong: it gives what the right one leaves."""
    node, known = program.expression(root), observation.match(root.expression)
    inverse = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.left, ast.Constant)
    exponential = any(isinstance(one, ast.Call) and last_name(one.func) == "exp" for one in walk(node))
    return known is not None and known.name in ("1 - a1", "1 - a2") and inverse and exponential


def _spoils(program: Program, observation: Observation, root: Root) -> bool:
    """Whether `a += b` makes what is nothing of two things that are right."""
    statement = program.nodes[root.statement]
    undone = _UNDONE.get(type(statement.op)) if isinstance(statement, ast.AugAssign) else None
    after, by = (observation.values.get(one, ()) for one in (root.statement, root.expression))
    if undone is None or len(after) != len(by) or not after or observation.match(root.statement) is not None:
        return False
    pairs = [*zip(after, by, strict=True)]
    if any(one.size < 2 or other.size < 2 or not _fits(other, one) for one, other in pairs):
        return False
    with np.errstate(all="ignore"):
        before = observation.table.match_all([undone(one, other) for one, other in pairs])
    return all(match is not None and match.name not in (NOTHING, PLAIN) for match in before)


def _spoils_items(program: Program, observation: Observation, root: Root) -> bool:
    """Whether what a statement puts into items of an array makes what is nothing of something that was right."""
    changed = _changed(program, observation, root) if item(program.nodes[root.statement]) is not None else 0
    if changed not in observation.values or observation.match(changed) is not None:
        return False
    before = (observation.match(number) for number in _given_as(program, changed))
    return any(match is not None and match.name not in (NOTHING, PLAIN) for match in before)


def _fits(value: Array, into: Array) -> bool:
    """Whether a value can be added to an array in place; to a list it is appended."""
    sizes = zip(value.shape[::-1], into.shape[::-1], strict=False)
    return value.ndim <= into.ndim and all(own in (1, size) for own, size in sizes)


def _is_spoiled(program: Program, observation: Observation, root: Root) -> bool:
    """Whether a name is given an input that is changed in place, and comes to nothing by that."""
    statement = program.nodes[root.statement]
    if not isinstance(statement, ast.Assign) or _quantity(observation, root) not in INPUTS:
        return False
    names = {ast.unparse(target) for target in targets(statement)}
    return statement.value is program.expression(root) and any(
        isinstance(other := program.nodes[one.statement], ast.AugAssign)
        and ast.unparse(other.target) in names
        and _spoils(program, observation, one)
        for one in program.roots
    )


def _is_out_of_place(program: Program, observation: Observation, root: Root) -> bool:
    """Whether a step stands among gradients or new parameters: beside two, or, of a returned input, one."""
    own = _quantity(observation, root)
    if own in (*_BESIDE_GRADIENTS, NOTHING, PLAIN) or own.startswith(_RESULTS):
        return False
    beside = (_quantity(observation, one) for one in program.roots if one.statement == root.statement)
    results = sum(name.startswith(_RESULTS) for name in beside)
    returned = own in INPUTS and isinstance(program.nodes[root.statement], ast.Return)
    return results > (0 if returned else 1)


def _fills_wrongly(program: Program, observation: Observation, root: Root) -> bool:
    """Whether what is right comes to nothing where loops add it up or put it in, and nothing was wrong before."""
    whole = _come_to(program, observation, root)
    if not whole or observation.match(whole) is not None or _quantity(observation, root) in ("", PLAIN, NOTHING):
        return False
    if not _is_used(program, whole):
        return False
    name, began = ast.unparse(program.nodes[whole]), observation.first.get(root.expression, 0)
    before = [
        (time, other, turn)
        for other, node in enumerate(program.nodes)
        if name in (program.segment(node) if isinstance(node, ast.Name | ast.Attribute) else "", *given(node))
        for turn, time in enumerate(observation.times.get(other, ()))
        if time < began
    ]
    if not before:
        return True
    _, other, turn = max(before)
    return observation.matches(other)[turn] is not None or not observation.values[other][turn].any()


def _is_used(program: Program, number: int) -> bool:
    """Whether something is made of what a name stands for, but for more of it: what is printed tells nothing."""
    name = program.nodes[number]
    if not isinstance(name, ast.Name) or isinstance(program.scope(name), ast.Module):
        return True  # a contract may ask for it
    reads = (one for one in names_read(program.nodes) if one.id == name.id)
    used = [program.statement(one) for one in reads if program.scope(one) is program.scope(name)]
    made = (one for one in used if one is not None and not isinstance(one, ast.AugAssign))
    return any(not isinstance(one, ast.Expr) or filled(one) for one in made)


def is_length(node: ast.expr) -> bool:
    """Whether an expression says how long something is, or of what shape."""
    if isinstance(node, ast.Call):
        return last_name(node.func) == "len"
    return last_name(node.value if isinstance(node, ast.Subscript) else node) in ("shape", "size")


def _is_ones(observation: Observation, number: int) -> bool:
    """Whether a value is the column of ones that stands for biases."""
    return all((value == 1).all() for value in observation.values.get(number, ()))


def _breaks_down(observation: Observation, root: Root, operands: Sequence[int]) -> bool:
    """Whether a value is no number though all it was made of are numbers."""
    finite = {
        number: all(np.isfinite(value).all() for value in observation.values.get(number, ()))
        for number in (root.expression, *operands)
    }
    return not finite.pop(root.expression) and all(finite.values())


def _updates_wrongly(program: Program, observation: Observation, root: Root, operands: Sequence[int]) -> bool:
    """Whether a number is added to an array that is right nowhere afterwards."""
    added = not operands and _is_added(program, observation, root)
    return added and observation.match(root.statement) is None


def _is_added(program: Program, observation: Observation, root: Root) -> bool:
    """Whether an expression is a number that is added to an array, or multiplied into it."""
    number = not observation.holds_array(root.expression)
    updates = isinstance(program.nodes[root.statement], ast.AugAssign)
    return number and updates and observation.holds_array(root.statement)


def _changed(program: Program, observation: Observation, root: Root) -> int:
    """Number of what a statement puts an item into, or loops add up with it; 0, that of the module, for none."""
    target = item(program.nodes[root.statement])
    return _come_to(program, observation, root) or (program.number(target.value) if target else 0)


def _come_to(program: Program, observation: Observation, root: Root) -> int:
    """Number of what loops add up, or fill by `w[i][j] += x`, where it was seen once they were done; else 0."""
    statement = program.nodes[root.statement]
    target = statement.target if isinstance(statement, ast.AugAssign) else item(statement)
    if target is None or (isinstance(target, ast.Subscript) and not isinstance(target.value, ast.Subscript)):
        return 0
    number = program.number(base(target))
    return number if number in observation.values else 0


def _diverges(observation: Observation, root: Root, operands: Sequence[int]) -> bool:
    """Whether a value was once wrong though all it was made of was right: in a helper, say, for both layers."""
    times = observation.times.get(root.expression, ())
    return any(
        match is None and all(observation.known_before(number, time) for number in operands)
        for time, match in zip(times, observation.matches(root.expression), strict=True)
    )


def _operands(program: Program, root: Root) -> list[int]:
    """Numbers of the names, attributes and items that an expression is made of, or the item that it is put to."""
    target = item(program.nodes[root.statement])
    parts = [*program.inside(program.expression(root)), *(program.inside(target.slice) if target else ())]
    return [program.number(part) for part in parts if isinstance(part, ast.Name | ast.Attribute | ast.Subscript)]


def _with_feeders(
    program: Program, observation: Observation, found: Sequence[Suspect], misused: Collection[Root]
) -> list[Suspect]:
    """Raise what feeds a divergence, or makes an odd factor; clear what is unknown but fed something right."""
    fed: dict[int, set[bytes]] = {}  # by statement, which may have several expressions
    vindicated = set[bytes]()
    for suspect in found:
        numbers = _operands(program, suspect.root)
        used = [value for number in numbers for value in observation.values.get(number, ())]
        earlier = _earlier(program, observation, suspect.root)
        if suspect.rank <= DIVERGED or _odd(observation, suspect.root):
            fed.setdefault(suspect.root.statement, set()).update(earlier, (value.tobytes() for value in used))
        elif suspect.rank == RIGHT and _tells(observation, suspect.root):
            # zeros and ones come from anywhere
            telling = (
                value for value in used if varies(value) or (value.size == 1 and abs(value.item()) not in (0, 1))
            )
            vindicated.update(earlier, (value.tobytes() for value in telling))
    feeding = Counter(value for values in fed.values() for value in values)
    return [
        suspect if suspect.root in misused else _moved(program, suspect, observation, feeding, vindicated)
        for suspect in found
    ]


def _earlier(program: Program, observation: Observation, root: Root) -> set[bytes]:
    """What an array was whose item a statement assigns to: the values that its name was given elsewhere."""
    changed = _changed(program, observation, root)
    numbers = _given_as(program, changed) if changed else []
    return {value.tobytes() for number in numbers for value in observation.values.get(number, ())}


def _given_as(program: Program, name: int) -> list[int]:
    """Numbers of the statements that give a name, or an attribute, what it stands for."""
    text = ast.unparse(program.nodes[name])
    nodes = enumerate(program.nodes)
    return [n for n, node in nodes if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == text]


def _odd(observation: Observation, root: Root) -> bool:
    """Whether a value is a right quantity times a factor that nobody would write; that of an update is a rate."""
    match, after = observation.match(root.expression), observation.match(root.statement)
    if match is None or match.exact or "updated" in match.name or (after and "updated" in after.name):
        return False
    return not observation.table.is_plain(match.factor)


def _tells(observation: Observation, root: Root) -> bool:
    """Whether a value, right every time, says that what it is made of is: neither a mere part nor all the same."""
    match = observation.match(root.expression)
    values = observation.values.get(root.expression, ())
    every_time = all(found is not None for found in observation.matches(root.expression))
    return every_time and not (match is not None and match.part) and _vary(values)


def _vary(values: Sequence[Array]) -> bool:
    """Whether values say something: arrays that differ within, or numbers that differ from one to the next."""
    numbers = [float(value.item()) for value in values if value.size == 1 and np.isrealobj(value)]
    return any(varies(value) for value in values) or (len(numbers) > 1 and varies(np.array(numbers)))


def _moved(
    program: Program, suspect: Suspect, observation: Observation, feeding: Counter[bytes], vindicated: set[bytes]
) -> Suspect:
    added = _is_added(program, observation, suspect.root)
    numbers = (suspect.root.expression, suspect.root.statement)[added:]
    own = {value.tobytes() for number in numbers for value in observation.values.get(number, ())}
    own |= {value.tobytes() for value in _constant(program, suspect.root) if not added}
    rank = suspect.rank
    fed = max((feeding[value] for value in own), default=0)
    if rank in (UNKNOWN, VINDICATED) and fed and not observation.holds_array(suspect.root.expression):
        rank = FED  # a number; the same number may serve what is right as well
    elif rank in (DIVERGED, UNKNOWN) and own & vindicated:
        rank = VINDICATED
    elif rank > FED and fed:
        # several things that go wrong are likelier to be fed the wrong value than to be all wrong; not an input
        rank = DIVERGED if fed > 1 and suspect.quantity not in INPUTS else FED
    elif rank == RIGHT and not _tells(observation, suspect.root) and not own & vindicated:
        rank = RIGHT if suspect.quantity == "loss" else FED  # a part that nothing came of
    return Suspect(suspect.root, rank, suspect.order, suspect.quantity)
