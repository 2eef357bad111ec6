"""
What edits make of their expressions, evaluated on the operands alone: there thousands take milliseconds.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np

from gradcheck.diagnosis.locate.match import Match
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.proportion import varies
from gradcheck.diagnosis.locate.quantities import NOTHING, PLAIN
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.table import Table
from gradcheck.diagnosis.repair.counting import is_count
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.writing import Edit, whole
from gradcheck.network.forward import Array
from gradcheck.submissions.job import Evaluation, Event
from gradcheck.submissions.watch import EVALUATIONS_PER_NODE

_Kind = TypeVar("_Kind")
_Key = TypeVar("_Key", bound=tuple[int, ...])
_WORD = re.compile(r"\w+")
_FIRST = 3  # entries that tell a quantity
_MANY = 300  # edits


@dataclass(frozen=True)
class Outcome:
    """
    What an edit makes of its expression.

    Attributes
    ----------
    edit : Edit
    now, then : tuple of Match or None
        What the expression's value is without the edit and with it, one a probe on which it is reached.
    probes : tuple of int
        Which probes these are.
    scales : tuple of float
        Where the expression is one number, be it in every entry: what the edit multiplies it by, one a probe.
    begins_alike : bool
        Whether the first values that the expression has are the same with the edit, or the same repeated.
    """

    edit: Edit
    now: tuple[Match | None, ...]
    then: tuple[Match | None, ...]
    probes: tuple[int, ...]
    scales: tuple[float, ...] = ()
    begins_alike: bool = False

    @property
    def blind(self) -> bool:
        """Whether the expression has no value that can be looked at, neither as it is nor edited."""
        return not self.then and not self.now

    @property
    def makes_sense(self) -> bool:
        """Whether its value becomes a quantity of the right pass wherever it is reached."""
        return bool(self.then) and all(self.then)


Offered = Mapping[Root, Sequence[Edit]]
"""Edits by the expression whose value tells."""


def outcomes(trial: Trial, program: Program, offered: Offered) -> list[Outcome]:
    """
    Evaluate edits on the operands that the program has at their place.

    Many are evaluated on the last probe alone, where sizes differ most, and on the others only what is something
    there.

    Parameters
    ----------
    trial : Trial
    program : Program
    offered : mapping

    Returns
    -------
    list of Outcome
        Without those that fail or change nothing; of edits of one expression with one value only the cheapest.
    """
    last = len(trial.probes) - 1
    if not last or sum(map(len, offered.values())) < _MANY:
        return _outcomes(trial, program, offered)[0]
    first, ended = _outcomes(trial.alone(last), program, offered)
    if not ended:  # what comes behind the error may be reached on others
        return _outcomes(trial, program, offered)[0]
    kept: dict[Root, list[Edit]] = {}
    nothing: list[Outcome] = []
    for one in first:
        if one.edit.root is not None and (one.blind or one.scales or all(one.then)):
            kept.setdefault(one.edit.root, []).append(one.edit)
        else:
            nothing.append(replace(one, probes=(last,)))
    return _outcomes(trial, program, kept)[0] + nothing


def _outcomes(trial: Trial, program: Program, offered: Offered) -> tuple[list[Outcome], bool]:
    """Evaluate edits on every probe of a trial; say whether the program came to its end on all of them."""
    asked: dict[int, list[tuple[Root, Edit | None, str]]] = {}
    for root, edits in offered.items():
        ordered = sorted(edits, key=lambda edit: (_brings_a_sum(program, edit), edit.cost))
        asked.setdefault(root.statement, []).append((root, None, whole(program, root)))
        asked[root.statement] += [(root, edit, edit.expression) for edit in ordered]
    evaluations = tuple(
        Evaluation(node=node, expressions=tuple(expression for _, _, expression in wanted))
        for node, wanted in asked.items()
    )
    if not evaluations:
        return [], True
    result = trial.run(replace(trial.job(program.text), evaluate=evaluations))
    values = [_values(probe.events) for probe in result.probes]
    seen = [_by_part(some) for some in values]
    matches = [_by_part(_matches(table, some)) for table, some in zip(trial.tables, values, strict=False)]
    reached = [{node for node, _ in some} for some in seen]
    found: list[Outcome] = []
    whole_runs = {index for index, probe in enumerate(result.probes) if probe.status == "ok"}
    for node, wanted in asked.items():
        probes = tuple(index for index, nodes in enumerate(reached) if node in nodes)
        # a loop that ends in an error gives a part of its values, which no quantity equals
        telling = tuple(index for index in probes if index in whole_runs) or probes
        taken: dict[Root, set[object]] = {}
        now: dict[Root, _Told] = {}
        for index, (root, edit, _) in enumerate(wanted):
            if not probes and edit is not None:  # nothing of it can be evaluated where it stands
                found.append(Outcome(edit, (), (), ()))
                continue
            then = _Told(
                [seen[probe].get((node, index), {}) for probe in probes],
                [seen[probe].get((node, index), {}) for probe in telling],
                [matches[probe].get((node, index), {}) for probe in telling],
            )
            if edit is None:
                now[root], taken[root] = then, {(False, then.key), (True, then.key)}
            elif not any(now[root].values) and not any(then.values):  # an object, say
                found.append(Outcome(edit, (), (), ()))
            elif (edit.inserts, then.key) not in taken[root] and all(then.everywhere):
                taken[root].add((edit.inserts, then.key))
                part = now[root].part_that_differs(then)
                before, after = now[root].values_of(part), then.values_of(part)
                alike = _begin_alike(before, after)
                # of arrays only what they are divided by tells: anything else may as well be put further down
                counts = is_count(program.text[edit.start : edit.end])
                scales = _scales(before, after, entries=None if counts else 1)
                found.append(Outcome(edit, now[root].match_of(part), then.match_of(part), telling, scales, alike))
    return found, len(whole_runs) == len(trial.probes)


@dataclass(frozen=True)
class _Told:
    """
    What an expression gives, by its parts, where it gives several arrays at once: one that gives one is part 0.

    Attributes
    ----------
    everywhere, values : sequence of mapping
        Its values in order of time, one a probe: on each that reaches it, and on those that tell.
    matches : sequence of mapping
        What these are.
    """

    everywhere: Sequence[Mapping[int, list[Array]]]
    values: Sequence[Mapping[int, list[Array]]]
    matches: Sequence[Mapping[int, Match]]

    @cached_property
    def key(self) -> object:
        """What is the same for the same values."""
        with np.errstate(over="ignore"):  # what edits make may be anything
            return tuple(
                tuple((part, v.shape, v.astype("f4").tobytes()) for part, values in some.items() for v in values)
                for some in self.everywhere
            )

    def values_of(self, part: int) -> list[list[Array] | None]:
        return [some.get(part) for some in self.values]

    def match_of(self, part: int) -> tuple[Match | None, ...]:
        return tuple(some.get(part) for some in self.matches)

    def part_that_differs(self, then: _Told) -> int:
        """Which part tells what becomes of it: one that is no quantity any more, else the first that changes."""
        parts = sorted({part for some in (*self.values, *then.values) for part in some})
        changed = [one for one in parts if self.match_of(one) != then.match_of(one)]
        spoilt = [one for one in changed if all(self.match_of(one)) and not all(then.match_of(one))]
        return next(iter((*spoilt, *changed, *parts)), 0)


def _brings_a_sum(program: Program, edit: Edit) -> bool:
    """Whether an edit brings what something is added to: at first, a sum is worth the same as what is added."""
    own, new = (set(_WORD.findall(text)) for text in (program.text[edit.start : edit.end], edit.replacement))
    return not program.grown.isdisjoint(new - own)


def values_at(trial: Trial, text: str, asked: Mapping[int, Sequence[str]]) -> dict[tuple[int, int], list[Array]]:
    """
    Evaluate expressions before statements, on the first probe.

    Returns
    -------
    dict
        By the statement's number and the expression's place: its values in order of time.
    """
    evaluations = tuple(Evaluation(node=node, expressions=tuple(some)) for node, some in asked.items())
    result = trial.run(replace(trial.job(text), inputs=trial.inputs[:1], evaluate=evaluations))
    found = _values(result.probes[0].events if result.probes else ())
    return {(node, place): values for (node, place, part), values in found.items() if not part}


Asked = Sequence[tuple[Root, Sequence[str]]]
"""Expressions, by the root in whose place each is evaluated."""


def parts(trial: Trial, text: str, asked: Asked) -> list[tuple[Match | None, ...]]:
    """Say what each of some expressions is where a root stands, on the first probe."""
    return _by_root(asked, _matches(trial.tables[0], values_at(trial, text, _by_statement(asked))))


def values_of(trial: Trial, text: str, asked: Asked) -> list[tuple[list[Array] | None, ...]]:
    """Give the values, in order of time, of each of some expressions where a root stands, on the first probe."""
    return _by_root(asked, values_at(trial, text, _by_statement(asked)))


def _by_statement(asked: Asked) -> dict[int, list[str]]:
    at: dict[int, list[str]] = {}
    for root, expressions in asked:
        at.setdefault(root.statement, []).extend(expressions)
    return at


def _by_root(asked: Asked, found: Mapping[tuple[int, int], _Kind]) -> list[tuple[_Kind | None, ...]]:
    """Put what was found by statement and place to the expressions that it was asked of."""
    places = {root.statement: itertools.count() for root, _ in asked}
    return [
        tuple(found.get((root.statement, next(places[root.statement]))) for _ in expressions)
        for root, expressions in asked
    ]


def _scales(
    now: Sequence[list[Array] | None], then: Sequence[list[Array] | None], entries: int | None
) -> tuple[float, ...]:
    """What numbers are multiplied by, be it the same in every entry; empty where nothing does it."""
    pairs = [(a[0].ravel(), b[0].ravel()) for a, b in zip(now, then, strict=True) if a and b]
    fitting = (a.size == b.size == (entries or a.size) and _is_one(a) and _is_one(b) for a, b in pairs)
    if len(pairs) < len(now) or not all(fitting):
        return ()
    scales = tuple(float(b[0] / a[0]) for a, b in pairs)
    return scales if np.isfinite(scales).all() and all(scales) else ()


def _is_one(value: Array) -> bool:
    """Whether all entries of an array are one number, and that isn't 0."""
    return bool(value.size) and bool(value.all()) and not varies(value)


def _begin_alike(now: Sequence[list[Array] | None], then: Sequence[list[Array] | None]) -> bool:
    """Whether the first values are the same, in the same shape or only repeated."""
    return all(a and b and _is_repeated(a[0], b[0]) for a, b in zip(now, then, strict=True))


def _is_repeated(value: Array, by: Array) -> bool:
    """Whether the second is the first, or the first over and over, as what zeros are added to is."""
    if by.size <= value.size or value.size < 2:
        return bool(np.array_equal(value, by))
    try:
        return bool(np.array_equal(np.broadcast_to(value, by.shape), by))
    except ValueError:
        return False


def _values(events: Iterable[Event]) -> dict[tuple[int, int, int], list[Array]]:
    """Values of each part of each candidate in order of time."""
    values: dict[tuple[int, int, int], list[Array]] = {}
    for event in events:
        if event.candidate >= 0:
            values.setdefault((event.node, event.candidate, event.part), []).append(event.value)
    return values


def _by_part(found: Mapping[tuple[int, int, int], _Kind]) -> dict[tuple[int, int], dict[int, _Kind]]:
    """Put the parts of each candidate together."""
    parted: dict[tuple[int, int], dict[int, _Kind]] = {}
    for (node, candidate, part), one in found.items():
        parted.setdefault((node, candidate), {})[part] = one
    return parted


def _matches(table: Table, values: Mapping[_Key, list[Array]]) -> dict[_Key, Match]:
    """Recognise every candidate: by its first value, or all of a loop's together."""
    # the first value is enough: in a function, what comes later may be computed from what this one made
    firsts = dict(zip(values, table.match_all([some[0] for some in values.values()]), strict=True))
    # but where it is only an odd multiple of something, as what one output propagates is of its weights
    vague = [
        key
        for key, match in firsts.items()
        if match is None or match.name == PLAIN or not table.is_plain(match.factor)
    ]
    loops = [key for key in vague if len(values[key]) > 1]
    series = table.match_all_series([values[key] for key in loops])
    firsts.update((key, match) for key, match in zip(loops, series, strict=True) if match is not None)
    # a helper that serves both layers by turns gives no series, but a row of something each time, or its entries
    entries = {key: np.concatenate([value.ravel() for value in values[key][:_FIRST]]) for key in loops}
    firsts.update(
        (key, table.match_entries(values[key][0]) or table.match_entries(entries[key]))
        for key in loops
        if firsts[key] is None
    )
    by_size: dict[int, list[_Key]] = {}
    for key in loops:
        if firsts[key] is None and len(values[key]) == EVALUATIONS_PER_NODE:
            by_size.setdefault(sum(value.size for value in values[key]), []).append(key)
    for keys in by_size.values():
        beginnings = [np.concatenate([value.ravel() for value in values[key]]) for key in keys]
        firsts.update(zip(keys, table.match_beginnings(beginnings), strict=True))
    nothing = Match((NOTHING,), 1.0)
    firsts.update({key: nothing for key, some in values.items() if not any(value.any() for value in some)})
    return {key: match for key, match in firsts.items() if match is not None}
