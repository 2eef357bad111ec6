"""
What values alone can tell of a wrong gradient, for any function.

`PATTERNS` is the table: each entry tries to express the submitted gradient by the reference, the parameters and
the other gradients. An explanation is only ever given when it holds, with the same constants, at two points. That
only a slice is wrong is what remains to be said where none of them holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from gradcheck.functions.constants import constant_text
from gradcheck.functions.regions import region_text, wrong_region
from gradcheck.network.forward import Array

Key = tuple[Any, ...]
# Relative to the largest entry: far above the reference's error, far below what any other relation leaves.
TOLERANCE = 1e-6
SINGLE_TOLERANCE = 1e-3
_UNACCOUNTED = 0.1  # of an error: what imprecision beside the mistake may leave of it
_LARGEST_PERMUTED_AXIS = 512


@dataclass(frozen=True)
class Point:
    """
    Gradients at one set of parameters.

    Attributes
    ----------
    values, submitted, reference : mapping
        By the parameter's name; `submitted` lacks what was not returned.
    tolerances : mapping
        By name: relative distance within which two gradients are the same.
    sizes : mapping
        Sizes worth recognising in a constant, by what they are: `X.shape[0]`.
    limits : mapping
        By name: for every entry the largest error that the verdict takes for rounding.
    """

    values: Mapping[str, Array]
    submitted: Mapping[str, Array]
    reference: Mapping[str, Array]
    tolerances: Mapping[str, float]
    sizes: Mapping[str, int]
    limits: Mapping[str, Array] = field(default_factory=dict)

    def same(self, name: str, first: Array, second: Array) -> bool:
        """Whether two arrays of one shape agree, relative to the larger of them."""
        if first.shape != second.shape or not (np.isfinite(first).all() and np.isfinite(second).all()):
            return False
        scale = max(_largest(first), _largest(second))
        return bool(scale > 0 and _largest(first - second) <= self.tolerances[name] * scale)

    def accounts(self, name: str, first: Array, second: Array) -> bool:
        """
        Whether two arrays agree also in the entries that are wrong, where these are small.

        An error in an entry that is small beside the largest one is no larger than what `same` overlooks: what
        leaves it as it is doesn't explain it.
        """
        submitted, reference = self.submitted[name], self.reference[name]
        if not self.same(name, first, second):
            return False
        if name not in self.limits or not first.shape == submitted.shape == reference.shape:
            return True
        error, wrong = np.abs(submitted - reference), self.wrong(name)
        most = np.maximum(self.limits[name], _UNACCOUNTED * error)
        return bool((np.abs(first - second) <= most)[wrong].all())

    def wrong(self, name: str) -> Array:
        """Which entries of a gradient of the right shape are wrong, by the verdict's own measure."""
        beyond: Array = ~(np.abs(self.submitted[name] - self.reference[name]) <= self.limits[name])
        return beyond


@dataclass(frozen=True)
class Explanation:
    """
    One way that a submitted gradient comes about.

    Attributes
    ----------
    fault : str
        Name of the pattern.
    key : tuple
        Its constants, which have to be the same at both points; floats up to tolerance.
    message, hint : str
        What it is, and the question that leads there.
    """

    fault: str
    key: Key
    message: str
    hint: str = ""


Pattern = Callable[[Point, str], Explanation | None]


def explain(point: Point, other: Point | None, name: str) -> list[Explanation]:
    """
    List the patterns that a wrong gradient fits at both points, best first; none where nothing fits.

    Without a second point (the functions can't be evaluated anywhere else) a pattern with a fitted constant needs
    at least three entries to hold for.
    """
    return _confirmed(PATTERNS, point, other, name) or _confirmed((_sliced,), point, other, name)


def _confirmed(patterns: tuple[Pattern, ...], point: Point, other: Point | None, name: str) -> list[Explanation]:
    """Patterns that hold at both points with the same constants."""
    found = [explanation for pattern in patterns if (explanation := pattern(point, name)) is not None]
    if other is None:
        return found[:1] if point.submitted[name].size >= 3 else []
    again = {e.fault: e for pattern in patterns if (e := pattern(other, name)) is not None}
    return [e for e in found if e.fault in again and same_key(e.key, again[e.fault].key)]


def same_key(first: Key, second: Key) -> bool:
    """Whether two sets of constants agree, numbers up to tolerance."""
    return len(first) == len(second) and all(_same_constant(a, b) for a, b in zip(first, second, strict=True))


def _same_constant(first: Any, second: Any) -> bool:
    """Whether two constants agree."""
    if isinstance(first, float | complex) and isinstance(second, float | complex):
        return bool(abs(first - second) <= 1e-4 * max(abs(first), abs(second)))
    return bool(first == second)


def _largest(array: Array) -> float:
    """Largest magnitude, 0 for no entries."""
    return float(np.abs(array).max(initial=0.0))


def _multiple(point: Point, name: str, array: Array, basis: Array) -> float | complex | None:
    """The constant c with array = c · basis, if there is one other than zero."""
    if array.shape != basis.shape or not basis.size:
        return None
    norm = np.vdot(basis, basis).real
    if not norm > 0 or not np.isfinite(array).all():
        return None
    c = np.vdot(basis, array) / norm
    if c == 0 or not point.accounts(name, array, c * basis):
        return None
    return complex(c) if abs(np.imag(c)) > 1e-6 * abs(c) else float(np.real(c))


# --- same shape


def _zero(point: Point, name: str) -> Explanation | None:
    """All entries are zero."""
    submitted, reference = point.submitted[name], point.reference[name]
    if submitted.shape != reference.shape or submitted.any() or not reference.any():
        return None
    hint = "Is it ever assigned, or still what it was initialised to?"
    return Explanation("gradient-is-zero", (), f"the gradient of `{name}` is zero everywhere", hint)


def _factor(point: Point, name: str) -> Explanation | None:
    """The right gradient times a constant."""
    c = _multiple(point, name, point.submitted[name], point.reference[name])
    if c is None or abs(c - 1) <= point.tolerances[name]:
        return None
    if abs(c + 1) <= point.tolerances[name]:
        text = f"the gradient of `{name}` is the right one times -1"
        return Explanation("gradient-sign-flipped", (c,), text, "Which way round is the difference?")
    text = f"the gradient of `{name}` is the right one times {constant_text(c, point.sizes)}"
    return Explanation("gradient-off-by-factor", (c,), text, "Where does the loss divide, and does the gradient?")


def _conjugated(point: Point, name: str) -> Explanation | None:
    """The complex conjugate, as other conventions have it."""
    submitted, reference = point.submitted[name], point.reference[name]
    if reference.dtype.kind != "c" or point.same(name, reference, reference.conj()):
        return None
    if not point.accounts(name, submitted, reference.conj()):
        return None
    text = f"the gradient of `{name}` is the complex conjugate of dloss/dx + i dloss/dy for z = x + iy"
    return Explanation("gradient-conjugated", (), text, "Which convention for complex gradients is followed?")


def _transposed(point: Point, name: str) -> Explanation | None:
    """The transpose of the right gradient."""
    submitted, reference = point.submitted[name], point.reference[name]
    if reference.ndim < 2 or min(reference.shape) < 2 or not point.accounts(name, submitted, reference.T):
        return None
    if point.same(name, reference, reference.T) if reference.shape == reference.T.shape else False:
        return None
    hint = "Which of the two factors of the product comes first?"
    return Explanation(
        "gradient-transposed", (), f"the gradient of `{name}` is the transpose of the right one", hint
    )


def _permuted(point: Point, name: str) -> Explanation | None:
    """The right slices in another order along one axis."""
    submitted, reference = point.submitted[name], point.reference[name]
    if submitted.shape != reference.shape or point.same(name, submitted, reference):
        return None
    for axis in range(reference.ndim):
        order = _order(point, name, np.moveaxis(submitted, axis, 0), np.moveaxis(reference, axis, 0))
        if order is not None and point.accounts(name, submitted, np.take(reference, order, axis)):
            how = "reversed" if order == tuple(range(len(order)))[::-1] else f"in the order {_short(order)}"
            text = f"the gradient of `{name}` has the right slices along axis {axis}, but {how}"
            return Explanation("gradient-permuted", (axis, order), text, "What order are the entries stored in?")
    return None


def _order(point: Point, name: str, submitted: Array, reference: Array) -> tuple[int, ...] | None:
    """Which slice of the reference each slice submitted is; None if they are not a permutation."""
    count = len(reference)
    if not 2 <= count <= _LARGEST_PERMUTED_AXIS:
        return None
    rows, right = submitted.reshape(count, -1), reference.reshape(count, -1)
    limit = point.tolerances[name] * max(_largest(reference), 1e-300)
    close = np.array([np.abs(right - row).max(axis=1, initial=0.0) <= limit for row in rows])
    if not ((close.sum(axis=0) == 1).all() and (close.sum(axis=1) == 1).all()):
        return None
    return tuple(int(i) for i in close.argmax(axis=1))


def _short(order: tuple[int, ...]) -> str:
    """The first few of many."""
    return ", ".join(map(str, order[:8])) + (", ..." if len(order) > 8 else "")


def _times_parameter(point: Point, name: str) -> Explanation | None:
    """The right gradient multiplied by the parameter, entry by entry."""
    value = point.values[name]
    if point.submitted[name].shape != value.shape or value.size < 2:
        return None
    if not point.accounts(name, point.submitted[name], point.reference[name] * value):
        return None
    text = f"the gradient of `{name}` is the right one multiplied by `{name}` itself, entry by entry"
    return Explanation(
        "gradient-multiplied-by-parameter", (), text, "Does the parameter occur in its own derivative?"
    )


def _parameter_term(point: Point, name: str) -> Explanation | None:
    """A constant times some parameter too much or too little."""
    submitted, reference = point.submitted[name], point.reference[name]
    if submitted.shape != reference.shape:
        return None
    for other, value in point.values.items():
        c = _multiple(point, name, reference - submitted, value)
        if c is None:
            continue
        decay = " (weight decay?)" if other == name else ""
        if np.real(c) > 0:
            text = f"the gradient of `{name}` lacks {constant_text(c, {})} · `{other}`{decay}"
            return Explanation(
                "gradient-lacks-parameter-term", (other, c), text, "Does every term of the loss appear?"
            )
        extra = f"the gradient of `{name}` has {constant_text(-c, {})} · `{other}` too much{decay}"
        return Explanation("gradient-has-extra-parameter-term", (other, c), extra, "Is that term in the loss?")
    return None


def _update_returned(point: Point, name: str) -> Explanation | None:
    """The parameter, or the parameter after a step of gradient descent, in place of a gradient."""
    submitted, value = point.submitted[name], point.values[name]
    if submitted.shape != value.shape or point.same(name, value, point.reference[name]):
        return None
    if point.accounts(name, submitted, value):
        text = f"what was returned for `{name}` is the parameter itself"
        return Explanation("parameter-instead-of-gradient", (0.0,), text, "What does the function return?")
    c = _multiple(point, name, value - submitted, point.reference[name])
    if c is None:
        return None
    text = f"what was returned for `{name}` is the parameter after a step of {constant_text(c, {})}"
    return Explanation("update-instead-of-gradient", (c,), text, "Is it the gradient that the function returns?")


# --- any shape


def _another(point: Point, name: str) -> Explanation | None:
    """The gradient of another parameter."""
    submitted = point.submitted[name]
    for other, reference in point.reference.items():
        if other != name and point.accounts(name, submitted, reference):
            text = f"what was returned for `{name}` is the gradient of `{other}`"
            return Explanation(
                "gradient-of-another-parameter", (other,), text, "Is each gradient under its own name?"
            )
    return None


def _not_reduced(point: Point, name: str) -> Explanation | None:
    """A sum or a mean over some axes has been forgotten."""
    submitted, reference = point.submitted[name], point.reference[name]
    if submitted.size <= reference.size:
        return None
    for axes in _axes(submitted.ndim):
        for word, reduced in (("summed", submitted.sum(axis=axes)), ("averaged", submitted.mean(axis=axes))):
            if reduced.size == reference.size and point.same(name, reduced.ravel(), reference.ravel()):
                text = f"the gradient of `{name}` is not yet {word} over {_axes_text(axes)}"
                hint = "Over which axis was the parameter broadcast in the forward pass?"
                return Explanation(f"gradient-not-{word}", (axes,), text, hint)
    return None


def _reduced(point: Point, name: str) -> Explanation | None:
    """A sum or a mean over axes that ought to have stayed."""
    submitted, reference = point.submitted[name], point.reference[name]
    if submitted.size > reference.size:
        return None
    for axes in _axes(reference.ndim):
        if all(reference.shape[axis] == 1 for axis in axes):
            continue
        for word, reduced in (
            ("summed", reference.sum(axis=axes, keepdims=True)),
            ("averaged", reference.mean(axis=axes, keepdims=True)),
        ):
            spread = submitted.shape == reference.shape and point.accounts(
                name, submitted, np.broadcast_to(reduced, reference.shape)
            )
            if spread or (submitted.size == reduced.size and point.same(name, submitted.ravel(), reduced.ravel())):
                text = f"the gradient of `{name}` is {word} over {_axes_text(axes)}, which it ought to keep"
                hint = "Which axes does the parameter itself have?"
                return Explanation(f"gradient-{word}-over-too-many-axes", (axes,), text, hint)
    return None


def _reshaped(point: Point, name: str) -> Explanation | None:
    """The right values in another shape."""
    submitted, reference = point.submitted[name], point.reference[name]
    if submitted.shape == reference.shape or submitted.size != reference.size:
        return None
    if not point.same(name, submitted.ravel(), reference.ravel()):
        return None
    text = f"the gradient of `{name}` has the right values in shape {submitted.shape} for {reference.shape}"
    return Explanation("gradient-of-wrong-shape", (), text, "What shape has the parameter? Think of keepdims.")


def _axes(ndim: int) -> Iterator[tuple[int, ...]]:
    """All choices of axes, single ones first."""
    for count in range(1, ndim + 1):
        yield from combinations(range(ndim), count)


def _axes_text(axes: tuple[int, ...]) -> str:
    """Axes, for a message."""
    return f"axis {axes[0]}" if len(axes) == 1 else "axes " + " and ".join(map(str, axes))


def _sliced(point: Point, name: str) -> Explanation | None:
    """Some rows or columns are wrong, and all else is right."""
    submitted, reference = point.submitted[name], point.reference[name]
    if submitted.shape != reference.shape or not np.isfinite(submitted).all():
        return None
    wrong = np.abs(submitted - reference) > point.tolerances[name] * _largest(reference)
    if not wrong.any() and name in point.limits:
        wrong = point.wrong(name)
    region = wrong_region(wrong)
    if region is None:
        return None
    there = np.ix_(*region)
    how = "it is zero there" if not submitted[there].any() else "the rest is right"
    c = _multiple(point, name, submitted[there], reference[there])
    if c is not None and submitted[there].size > 1:
        how = f"there it is the right one times {constant_text(c, point.sizes)}"
    text = f"the gradient of `{name}` is wrong in {region_text(region, reference.shape)} only; {how}"
    hint = "What does the loop or the slice leave out?"
    return Explanation("gradient-wrong-in-slice", tuple(map(tuple, region)), text, hint)


PATTERNS: tuple[Pattern, ...] = (
    _zero,
    _factor,
    _conjugated,
    _transposed,
    _another,
    _not_reduced,
    _reduced,
    _reshaped,
    _permuted,
    _update_returned,
    _parameter_term,
    _times_parameter,
)
