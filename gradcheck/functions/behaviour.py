"""What a pair of functions does beside computing: change its arguments, keep state, throw dice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.findings import Finding
from gradcheck.functions.nests import Absent, Nest, flatten, rebuild
from gradcheck.functions.subject import Subject, Values
from gradcheck.network.forward import Array

# Sums done in another order differ by rounding; that is no randomness.
_STEADY = {"f2": 1e-2, "f4": 1e-4, "c8": 1e-4}
_STEADY_DOUBLE = 1e-11


@dataclass(frozen=True)
class Behaviour:
    """
    What was seen.

    Attributes
    ----------
    findings : tuple of Finding
    steady_loss, steady_gradients : bool
        Whether calls with the same arguments give the same.
    """

    findings: tuple[Finding, ...]
    steady_loss: bool
    steady_gradients: bool


def observe(subject: Subject, elsewhere: Values | None, first: Sequence[Array | Absent]) -> Behaviour:
    """
    Call both functions a few times and compare.

    Parameters
    ----------
    subject : Subject
    elsewhere : sequence of arrays, optional
        Other values of the parameters, for calls in between.
    first : sequence of ndarray or Absent
        What the very first call of the gradients function returned.
    """
    findings = [*_changes(subject, "loss"), *_changes(subject, "gradients")]
    steady_loss = same([_loss(subject, subject.values)], [_loss(subject, subject.values)])
    if not steady_loss:
        message = "the loss gives another value when it is called again with the same parameters"
        hint = "Where do the random numbers come from? Draw them once, outside."
        findings.append(_finding("loss-not-deterministic", (), message, hint))
    gradient_finding = _gradient_state(subject, elsewhere, first) if steady_loss else None
    if gradient_finding is not None:
        findings.append(gradient_finding)
    return Behaviour(tuple(findings), steady_loss, gradient_finding is None)


def kept(names: tuple[str, ...]) -> Finding:
    """The finding that gradients don't follow the parameters."""
    message = "the gradients stay what they are when the parameters change, and the right ones do not"
    return _finding("state-kept-between-calls", names, message, "Are they computed anew, from the argument?")


def _gradient_state(
    subject: Subject, elsewhere: Values | None, judged: Sequence[Array | Absent]
) -> Finding | None:
    """Compare repeated calls of the gradients function, each after a loss at the same parameters."""

    def after(loss_at: Values) -> list[Array | Absent]:
        _loss(subject, loss_at)
        return subject.gradients_at(subject.values)

    first, second = after(subject.values), after(subject.values)
    names = tuple(subject.leaves[index].name for index in subject.active)
    differing = tuple(n for n, a, b in zip(names, first, second, strict=True) if not same([a], [b]))
    if differing:
        third = after(subject.values)
        hint = "Is it set to zero before each pass?"
        if all(_grows(a, b, c) for a, b, c in zip(first, second, third, strict=True)):
            message = (
                "the gradients add up from call to call: the second call returns more than the first by the same"
            )
            return _finding("gradients-accumulate", differing, message, hint)
        message = "the gradients change when they are computed again at the same parameters"
        return _finding(
            "gradients-not-deterministic", differing, message, "Where do the random numbers come from?"
        )
    differing = tuple(n for n, a, b in zip(names, judged, first, strict=True) if not same([a], [b]))
    if differing:
        message = "the gradients of the first call differ from those of the next ones at the same parameters"
        return _finding("state-kept-between-calls", differing, message, "What does the first call leave behind?")
    if elsewhere is None:
        return None
    third = after(elsewhere)
    differing = tuple(n for n, a, b in zip(names, first, third, strict=True) if not same([a], [b]))
    if differing:
        message = (
            "the gradients depend on where the loss was evaluated last, not on the parameters handed over alone"
        )
        hint = "Is what the forward pass stored computed anew?"
        return _finding("state-kept-between-calls", differing, message, hint)
    return None


def _grows(first: Array | Absent, second: Array | Absent, third: Array | Absent) -> bool:
    """Whether each call adds the same again (or the leaf never changes)."""
    if isinstance(first, Absent) or isinstance(second, Absent) or isinstance(third, Absent):
        return False
    if first.shape != second.shape or second.shape != third.shape:
        return False
    return same([second - first], [third - second])


def _changes(subject: Subject, word: str) -> list[Finding]:
    """What a function does to its argument."""
    function: Callable[[Nest], Any] = subject.loss if word == "loss" else subject.gradients
    argument = rebuild(subject.nest, subject.values)
    before = {leaf.name: _frozen_copy(leaf.original) for leaf in flatten(argument)}
    function(argument)
    after = {leaf.name: leaf.original for leaf in flatten(argument)}
    shown = dict(zip((leaf.name for leaf in flatten(subject.nest)), subject.leaves, strict=True))
    changed = tuple(
        shown[name].name if name in shown else name
        for name, value in before.items()
        if value is not None and name in after and not _identical(value, after[name])
    )
    if not changed:
        return []
    what = "loss" if word == "loss" else "gradients function"
    message = (
        f"the {what} changes its argument: {', '.join(f'`{name}`' for name in changed)} is another after the call"
    )
    hint = "Which statement works in place? `x -= ...` changes the caller's array, `x = x - ...` does not."
    fault = "loss-changes-its-argument" if word == "loss" else "gradients-change-their-argument"
    return [_finding(fault, changed, message, hint)]


def _frozen_copy(value: Any) -> Array | None:
    """Copy an array; None for what can't be changed."""
    return value.copy() if isinstance(value, np.ndarray) else None


def _identical(before: Array, after: Any) -> bool:
    """Whether an array is the same bit for bit."""
    return (
        isinstance(after, np.ndarray)
        and after.dtype == before.dtype
        and after.shape == before.shape
        and after.tobytes() == before.tobytes()
    )


def _loss(subject: Subject, values: Values) -> Array:
    """The loss as an array."""
    return np.asarray(subject.loss_at(values))


def same(first: Sequence[Array | Absent], second: Sequence[Array | Absent]) -> bool:
    """Whether two lists of results agree, up to the order of summation."""
    for a, b in zip(first, second, strict=True):
        if isinstance(a, Absent) or isinstance(b, Absent):
            if isinstance(a, Absent) != isinstance(b, Absent):
                return False
            continue
        if a.shape != b.shape:
            return False
        if not np.array_equal(a, b, equal_nan=True):
            scale = max(float(np.abs(a).max(initial=0.0)), float(np.abs(b).max(initial=0.0)))
            limit = _STEADY.get(a.dtype.str[1:], _STEADY_DOUBLE) * scale
            if not np.abs(a - b).max(initial=0.0) <= limit:
                return False
    return True


def _finding(fault: str, parameters: tuple[str, ...], message: str, hint: str) -> Finding:
    """A finding that needs no reference."""
    return Finding(fault=fault, site=None, parameters=parameters, confidence="certain", message=message, hint=hint)
