"""Kinks at the given parameters: what lies between the left and the right derivative is right there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from gradcheck.comparison import TOLERANCES, tolerance_of
from gradcheck.differences import Sides
from gradcheck.findings import ParameterReport, Verdict
from gradcheck.functions.nests import Absent
from gradcheck.functions.numerical import Numerical
from gradcheck.functions.points import Comparison, References, attempt, comparable
from gradcheck.functions.subject import Subject, Values
from gradcheck.functions.verdicts import judge
from gradcheck.network.forward import Array

Index = tuple[int, ...]
# Where none of these has a kink, a gradient is simply wrong, or the loss noisy: no need to look at all entries.
_SAMPLED = 8
# Relative to the jump, or to the differences among derivatives close by.
_SHARP = 1e-7
_SLACK = 1e-4
_NOTED = 5
_KINK = ": kink within a step"


class Kinks(Protocol):
    """What can be asked about kinks; positions are those among the leaves that are differentiated."""

    def sides(self, values: Values, position: int, indices: Sequence[Index]) -> list[Sides]:
        """Left and right derivatives by some entries of one leaf; an empty list where they are not to be had."""

    def around(self, values: Values, position: int, index: Index) -> tuple[float, float]:
        """The least and the greatest derivative by one entry close by."""


@dataclass(frozen=True)
class Settled:
    """
    A reference with its kinks looked at.

    Attributes
    ----------
    numerical : Numerical
        At a kink, what is nearest to the gradient submitted of all that is right.
    outside : tuple of tuple of int
        Kinks where the gradient submitted is neither between the left and the right derivative, nor between those
        close by.
    """

    numerical: Numerical
    outside: tuple[Index, ...] = ()


def settled(
    name: str, submitted: Array | Absent, numerical: Numerical, kinks: Kinks, values: Values, position: int
) -> Settled:
    """
    Look for kinks where a gradient seems wrong, or can't be told.

    Parameters
    ----------
    name : str
        Of the parameter, for the note.
    submitted : ndarray or Absent
    numerical : Numerical
    kinks : Kinks
    values : sequence of arrays
        Where.
    position : int
        Of the parameter among those that are differentiated.
    """
    places = _doubtful(submitted, numerical)
    found = _found(places, lambda indices: kinks.sides(values, position, indices))
    if isinstance(submitted, Absent) or not found:
        return Settled(numerical)
    value, bound = np.array(numerical.value), np.array(numerical.bound)
    scale = float(np.abs(value).max(initial=0.0))
    sharp = {index: one for index, one in found.items() if _sharp(one, scale)}
    for index, one in found.items():  # what is not sharp is too near a kink, or too noisy, for anything to be said
        bound[index] = max(bound[index], one.high - one.low + one.bound)
    for index, one in sharp.items():
        value[index], bound[index] = np.clip(submitted[index], one.low, one.high), one.bound
    for index in _beyond(sharp, submitted, value, bound):
        if _within(float(submitted[index]), sharp[index], kinks.around(values, position, index)):
            value[index] = submitted[index]
    outside = _beyond(sharp, submitted, value, bound)
    notes = numerical.notes if len(sharp) < len(found) else tuple(n for n in numerical.notes if _KINK not in n)
    notes += _note(name, [index for index in sharp if index not in outside])
    return Settled(replace(numerical, value=value, bound=bound, notes=notes), tuple(outside))


def undecided(
    subject: Subject,
    parameter: ParameterReport,
    one: Settled,
    position: int,
    elsewhere: Values | None,
    reference: References,
) -> ParameterReport:
    """
    Convict nobody at kinks where the gradient isn't wrong at other values.

    What the chain rule makes of several kinks at once (relu'(0) = 0 in a layer of zeros, say) need not lie between
    any derivatives of the loss.
    """
    if parameter.verdict is not Verdict.WRONG or not one.outside:
        return parameter
    if elsewhere is not None:
        there = attempt(subject, elsewhere, reference, [position])
        if there is not None and _is_wrong(parameter.name, there, position):
            return parameter
    note = f"not between the derivatives on the sides of the kink at {_shown(one.outside)}"
    seen = ", but not wrong at other values" if elsewhere is not None else ""
    return replace(parameter, verdict=Verdict.INCONCLUSIVE, note=note + seen)


def _is_wrong(name: str, there: Comparison, position: int) -> bool:
    """Whether a gradient is wrong at other values."""
    return judge(name, there.submitted[position], there.reference[position]).verdict is Verdict.WRONG


def _found(places: Sequence[Index], sides: Callable[[Sequence[Index]], list[Sides]]) -> dict[Index, Sides]:
    """Entries with different derivatives on either side; none, if a sample has none."""
    every = max(1, -(-len(places) // _SAMPLED))
    sample = sides(places[::every])
    if not any(one.differ for one in sample):
        return {}
    derivatives = sample if every == 1 else sides(places)
    return {index: one for index, one in zip(places, derivatives, strict=True) if one.differ}


def _sharp(one: Sides, scale: float) -> bool:
    """Whether there is a kink at this very point, with both derivatives as good as any tolerance asks for."""
    # beside a kink at a distance δ one of the sides has error δ / step: this is 1e-8 of the parameter's scale
    return one.bound <= max(_SHARP * (one.high - one.low), TOLERANCES.bound_limit * scale)


def _beyond(indices: Iterable[Index], submitted: Array, value: Array, bound: Array) -> list[Index]:
    """Entries that are none of what is right there."""
    beyond = ~(np.abs(submitted - value) <= tolerance_of(value, bound))
    return [index for index in indices if beyond[index]]


def _within(value: float, one: Sides, close_by: tuple[float, float]) -> bool:
    """Whether a value beyond either side lies among the derivatives close by, which may be others than those."""
    low, high = close_by
    # curvature and noise are in the derivatives close by
    slack = _SLACK * (high - low)
    if value < one.low:
        return low - slack <= value and low + slack < one.low
    return value <= high + slack and one.high < high - slack


def _doubtful(submitted: Array | Absent, numerical: Numerical) -> list[Index]:
    """Entries of a real gradient that seem wrong, or that the reference hardly knows."""
    value, bound = numerical.value, numerical.bound
    if not comparable(submitted, numerical):
        return []
    unknown = bound > TOLERANCES.bound_limit * float(np.abs(value).max(initial=0.0))
    beyond = np.isfinite(submitted) & ~(np.abs(submitted - value) <= tolerance_of(value, bound))
    return [tuple(int(i) for i in index) for index in np.argwhere(beyond | unknown)]


def _note(name: str, inside: Sequence[Index]) -> tuple[str, ...]:
    """Say where a value between the two derivatives was accepted."""
    if not inside:
        return ()
    return (f"`{name}`: kink at {_shown(inside)}: any value between the derivatives on its sides is accepted",)


def _shown(indices: Sequence[Index]) -> str:
    """The first few indices."""
    more = f" and {len(indices) - _NOTED} more" if len(indices) > _NOTED else ""
    return ", ".join(str(list(index)) for index in indices[:_NOTED]) + more
