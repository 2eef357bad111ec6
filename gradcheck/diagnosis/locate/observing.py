"""What a watched run tells of a program: the values of its expressions."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from gradcheck.diagnosis.locate.match import Match
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.table import Table
from gradcheck.network.forward import Array
from gradcheck.submissions.job import Event
from gradcheck.submissions.trees import walk


class Observation:
    """
    One watched run on one probe.

    Parameters
    ----------
    program : Program
    events : sequence of Event
        What the watch saw.
    table : Table
        The right quantities of the probe.
    """

    def __init__(self, program: Program, events: Sequence[Event], table: Table) -> None:
        self.program, self.table = program, table
        self.values: dict[int, list[Array]] = {}
        self.times: dict[int, list[int]] = {}
        for event in events:
            if event.candidate < 0:
                self.values.setdefault(event.node, []).append(event.value)
                self.times.setdefault(event.node, []).append(event.sequence)
        self.first = {node: times[0] for node, times in self.times.items()}
        self._matches: dict[int, Match | None] = {}
        self._each: dict[int, list[Match | None]] = {}

    def turns(self, root: Root) -> list[Array]:
        """Give what a root was worth each time; of a number, which isn't watched, what was assigned with it."""
        constant = isinstance(self.program.expression(root), ast.Constant)
        return self.values.get(root.statement if constant else root.expression, [])

    def match(self, number: int) -> Match | None:
        """Say what a node's value is: the first of a loop's where each is something by itself, or all together."""
        if number not in self._matches:
            self._matches[number] = self._recognise(number) if number in self.values else None
        return self._matches[number]

    def _recognise(self, number: int) -> Match | None:
        alone, values = self._alone[number], self.values[number]
        if all(alone):
            return alone[0]
        series = len(values) > 1 and not self._is_apart(number)
        return self.table.match_series(values) if series else None

    def _is_apart(self, number: int) -> bool:
        """Whether only the last value is a quantity, and no sum that grew: a helper's, which two layers call."""
        *before, last = self._alone[number]
        array = self.values[number][-1].size > 1
        return array and last is not None and not any(before) and number not in self.program.growing

    @cached_property
    def _alone(self) -> dict[int, list[Match | None]]:
        """What each value of each node is by itself; looked up in one go, since a call for each takes long."""
        found = iter(self.table.match_all([value for values in self.values.values() for value in values]))
        return {number: [next(found) for _ in values] for number, values in self.values.items()}

    def matches(self, number: int) -> list[Match | None]:
        """Say what a node's value is each time."""
        if number not in self._each:
            values = self.values.get(number, [])
            alone = self._alone.get(number, [])
            series = len(values) > 1 and not self._is_apart(number)
            self._each[number] = self.table.match_each(values, alone) if series else alone
        return self._each[number]

    def shows(self, quantity: str) -> bool:
        """Whether the program has a quantity somewhere, without a factor."""
        return any(
            match is not None and quantity in match.names and match.itself
            for number in self.values
            for match in self.matches(number)
        )

    def numbers(self) -> Array:
        """Every number of every value, sorted."""
        return np.unique(np.concatenate([value.ravel() for values in self.values.values() for value in values]))

    def ran(self, node: ast.AST) -> bool:
        """Whether anything of a node was evaluated."""
        return any(self.program.number(part) in self.values for part in walk(node))

    def known_before(self, number: int, time: int) -> bool:
        """Whether what a node gave last before some time is known."""
        position = bisect_left(self.times.get(number, ()), time) - 1
        return position >= 0 and self.matches(number)[position] is not None

    def holds_array(self, number: int) -> bool:
        """Whether a node ever had more than a single number."""
        return any(value.size > 1 for value in self.values.get(number, ()))

    def holds_values(self, number: int) -> bool:
        """Whether a node had an array, or what a loop computes of one, entry by entry: no count, no rate."""
        values = self.values.get(number, ())
        if self.holds_array(number):
            return True
        several = {float(value.reshape(-1)[0]) for value in values if value.size}
        return len(several) > 1 and not all(value.is_integer() for value in several)
