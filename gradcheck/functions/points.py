"""Points at which gradients are compared: the given one, and another near it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from gradcheck.errors import GradcheckError
from gradcheck.functions.nests import Absent
from gradcheck.functions.numerical import Numerical
from gradcheck.functions.subject import Subject, Values
from gradcheck.network.forward import Array

# (values, position of the leaf among those that are differentiated) -> its right gradient there
References = Callable[[Values, int], Numerical]


@dataclass(frozen=True)
class Comparison:
    """
    Submitted and numerical gradients at one set of parameters.

    Attributes
    ----------
    values, submitted, reference : tuple
        One entry for each leaf that is differentiated.
    """

    values: tuple[Array, ...]
    submitted: tuple[Array | Absent, ...]
    reference: tuple[Numerical, ...]


def comparable(submitted: Array | Absent, numerical: Numerical) -> TypeGuard[Array]:
    """Whether a gradient is real and has the shape that it ought to have, so that entries can be looked at."""
    if isinstance(submitted, Absent) or submitted.shape != numerical.value.shape:
        return False
    return "c" not in (submitted.dtype.kind, numerical.value.dtype.kind)


def present(values: Values) -> tuple[Array, ...]:
    """Values of what is differentiated."""
    return tuple(array for array in values if array is not None)


def at(
    subject: Subject, values: Values, reference: References, positions: Collection[int] | None = None
) -> Comparison:
    """
    Evaluate both sides; the loss first, for gradients that build on its forward pass.

    Gradients at other than the `positions` are known to be right, and serve as their own reference.
    """
    subject.loss_at(values)
    submitted = subject.gradients_at(values)
    references = tuple(
        reference(values, position)
        if positions is None or position in positions or isinstance(own, Absent)
        else Numerical(own, np.zeros(own.shape))
        for position, own in enumerate(submitted)
    )
    return Comparison(present(values), tuple(submitted), references)


def attempt(
    subject: Subject, values: Values, reference: References, positions: Collection[int] | None = None
) -> Comparison | None:
    """As `at`; None where the loss can't be differentiated, as it need not be at values that nobody asked for."""
    try:
        return at(subject, values, reference, positions)
    except GradcheckError:
        return None


def moved(subject: Subject, rng: np.random.Generator) -> Values:
    """Other generic values near the given ones: signs are kept, zeros are left."""

    def move(array: Array | None) -> Array | None:
        if array is None:
            return None
        scale = float(np.sqrt(np.mean(np.abs(array) ** 2))) if array.size else 0.0
        shift = rng.normal(size=array.shape) + (
            1j * rng.normal(size=array.shape) if array.dtype.kind == "c" else 0
        )
        at_zero = 0.3 * (scale or 1.0) * shift
        return np.where(array == 0, at_zero, array * np.exp(0.2 * shift)).astype(array.dtype)

    return tuple(move(array) for array in subject.values)


def flipped(subject: Subject) -> Values | None:
    """The given values, each array in reverse order along all its axes; None where that is no other point."""
    values = tuple(None if array is None else np.flip(array).copy() for array in subject.values)
    pairs = zip(present(values), present(subject.values), strict=True)
    return None if all(np.array_equal(one, other) for one, other in pairs) else values


def usable(subject: Subject, values: Values) -> Values | None:
    """The values, if both functions can be evaluated there."""
    try:
        with np.errstate(all="ignore"):
            loss = subject.loss_at(values)
            gradients = subject.gradients_at(values)
    except Exception:  # it is the user's own code that fails where it was never meant to be evaluated
        return None
    finite = all(isinstance(g, Absent) or np.isfinite(g).all() for g in gradients)
    return values if np.isfinite(loss) and finite else None
