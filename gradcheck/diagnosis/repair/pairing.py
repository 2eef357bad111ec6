"""
Two small edits at once, for two mistakes that hide each other.

Neither mends anything by itself, so nothing tells which edits to take: but of those that come to the same one is
enough, and what changes nothing, or only ends in an error, is seldom one of them.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.diagnosis.repair.steps import Step, joined
from gradcheck.diagnosis.repair.trying import Ran
from gradcheck.diagnosis.repair.writing import Edit

_LESS_LIKELY = 0.3  # an edit that changes nothing, or with which nothing is computed
_SELDOM = 80  # edits of each of these kinds that are paired with others


def pairs(
    batch: Sequence[tuple[Edit, float]], ran: Sequence[Ran], before: Ran, most: int
) -> list[tuple[Edit, Edit]]:
    """
    Pair edits of different places, the likeliest pairs first.

    Parameters
    ----------
    batch : sequence of (Edit, float)
        Edits of one text, and how unlikely each is.
    ran : sequence of Ran
        What came of each by itself.
    before : Ran
        What came of the text as it is.
    most : int
        How many pairs.

    Returns
    -------
    list of (Edit, Edit)
        The first of each pair stands before the second in the text.
    """
    telling: dict[object, tuple[Edit, float]] = {}
    idle: list[tuple[Edit, float]] = []
    crashed: list[tuple[Edit, float]] = []
    for (edit, cost), one in sorted(zip(batch, ran, strict=True), key=lambda each: each[0][1]):
        if one.computed is None:
            crashed.append((edit, cost + _LESS_LIKELY))
        elif one.computed == before.computed:
            idle.append((edit, cost + _LESS_LIKELY))
        else:
            telling.setdefault(one.computed, (edit, cost))
    leading = [*telling.values()]
    seldom = [*idle[:_SELDOM], *crashed[:_SELDOM]]
    both = itertools.chain(
        itertools.combinations(leading, 2),
        itertools.product(leading, seldom),
        itertools.combinations(crashed[:_SELDOM] if before.computed is None else (), 2),
    )
    found = heapq.nsmallest(most, _apart(both), key=lambda pair: pair[0])
    return [(first, second) for _, first, second in found]


def _apart(both: Iterator[tuple[tuple[Edit, float], tuple[Edit, float]]]) -> Iterator[tuple[float, Edit, Edit]]:
    """Those that don't touch each other, in the order of the text."""
    for pair in both:
        first, second = sorted((edit for edit, _ in pair), key=lambda edit: (edit.start, edit.end))
        if first.end <= second.start and first.start < second.end:
            yield sum(cost for _, cost in pair), first, second


def steps_of(text: str, first: Edit, second: Edit) -> list[Step]:
    """Make two edits of a text, the first before the second in it: one step of what stands side by side."""
    begun, moved = first.apply(text), len(first.replacement) - (first.end - first.start)
    then = replace(second, start=second.start + moved, end=second.end + moved, root=None)
    return joined([Step(first, text, begun, frozenset()), Step(then, begun, then.apply(begun), frozenset())])
