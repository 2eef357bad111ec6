"""Numerical derivatives of any function of arrays: the seam to `gradcheck.differences`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.comparison import TOLERANCES
from gradcheck.differences import METHODS, Derivative, Sides, gradient, one_sided, taylor_order
from gradcheck.errors import GradcheckError
from gradcheck.findings import ParameterReport, Verdict
from gradcheck.functions.nests import Absent, as_array
from gradcheck.functions.subject import Subject, Values
from gradcheck.network.forward import Array

# Far below the spacing of float32, far above that of float64.
_UNSEEN_IN_SINGLE = 1e-10
_SEEN_IN_SINGLE = 1e-3
# Relative shift that leaves a kink on one side, and nearly everything else where it is.
_CLOSE_BY = 1e-6
# In single precision extrapolation chases the noise; one formula at the step that balances it does better.
_SINGLE_METHOD = "central-4"
# `auto` is free to choose: how it came to its choice is nobody's concern.
_INTERNAL_NOTES = ("complex step disagrees",)


@dataclass(frozen=True)
class Numerical:
    """
    The reference for one leaf.

    Attributes
    ----------
    value : ndarray
        dloss/dleaf; for a complex leaf z = x + iy, dloss/dx + i dloss/dy.
    bound : ndarray of float64
        Of the error of each entry.
    method : str
    notes : tuple of str
    single : bool
        Whether the function computes in single precision.
    """

    value: Array
    bound: Array
    method: str = ""
    notes: tuple[str, ...] = ()
    single: bool = False


class Reference:
    """
    Numerical gradients of a subject's loss.

    float32 parameters are differentiated in float64, at exactly the same values, if the loss can be evaluated so.

    Parameters
    ----------
    subject : Subject
    method : str
        As in `gradcheck.differences`.
    seed : int
        Of the directions that `screen` and `order` draw.
    """

    def __init__(self, subject: Subject, method: str = "auto", seed: int = 0) -> None:
        if method not in METHODS:
            raise GradcheckError("`method`", repr(method), f"one of {', '.join(METHODS)}")
        self.subject, self.method, self.seed = subject, method, seed
        self.single = computes_in_single(lambda values: subject.loss_at(values), subject.values)

    def __call__(self, values: Values, position: int) -> Numerical:
        """Differentiate by one of the leaves that are differentiated, at these values."""
        working = [None if array is None else _precision(array, self.single) for array in values]
        index = self.subject.active[position]
        array = working[index]
        assert array is not None

        work = array.reshape(array.shape or (1,))

        def loss(moved: Array) -> Any:
            return self.subject.loss_at([*working[:index], moved.reshape(array.shape), *working[index + 1 :]])

        if not array.size:
            return Numerical(np.zeros(array.shape), np.zeros(array.shape))
        method = _SINGLE_METHOD if self.single and self.method == "auto" else self.method
        found = gradient(lambda: loss(work), work, method, substitute=loss)
        value, bound = found.value.reshape(array.shape), found.bound.reshape(array.shape)
        notes = tuple(f"`{self.subject.leaves[index].name}`: {note}" for note in _told(found))
        return Numerical(value, bound, found.method, notes, self.single)

    def sides(self, values: Values, position: int, indices: Sequence[tuple[int, ...]]) -> list[Sides]:
        """Left and right derivatives by some entries of one leaf; none where it isn't real, double and defined."""
        index = self.subject.active[position]
        array = values[index]
        if array is None or array.dtype.kind != "f" or self.single:
            return []
        working = [None if other is None else _precision(other, single=False) for other in values]
        work = array.astype(np.float64)

        def loss() -> Any:
            return self.subject.loss_at([*working[:index], work, *working[index + 1 :]])

        try:
            return one_sided(loss, work, indices)
        except Exception:  # the user's own code, where it was perhaps never meant to be evaluated
            return []

    def around(self, values: Values, position: int, index: tuple[int, ...]) -> tuple[float, float]:
        """
        Find the least and the greatest derivative by one entry close by.

        Close by is where every entry of one leaf is a little larger, or smaller. A layer of zeros has many kinks
        at once: a shift of its biases goes to one side of all of them.
        """
        slopes = []
        for leaf in self.subject.active:
            for shift in (-_CLOSE_BY, _CLOSE_BY):
                shifted = [None if array is None else _precision(array, single=False) for array in values]
                array = shifted[leaf]
                if array is not None:
                    array += shift * max(1.0, float(np.abs(array).max(initial=0.0)))
                try:
                    slopes.append(self._slope(shifted, self.subject.active[position], index))
                except Exception:  # as in `sides`
                    continue
        return min(slopes, default=np.nan), max(slopes, default=np.nan)

    def _slope(self, values: Values, leaf: int, index: tuple[int, ...]) -> float:
        """Central difference by one entry, at a step that stays close."""
        array = values[leaf]
        assert array is not None
        entry, losses = array[index], []
        step = _CLOSE_BY / 8.0 * max(1.0, abs(float(entry)))
        for signed in (step, -step):
            array[index] = entry + signed
            losses.append(float(self.subject.loss_at(values).real))
        array[index] = entry
        return (losses[0] - losses[1]) / (2.0 * step)

    def screen(self, values: Values, submitted: Sequence[Array | Absent]) -> list[ParameterReport | None]:
        """Compare projections on one Gaussian direction of each leaf; None where they differ."""
        working = [None if array is None else _precision(array, self.single) for array in values]
        return [
            self._projected(working, index, found)
            for index, found in zip(self.subject.active, submitted, strict=True)
        ]

    def _projected(self, working: list[Array | None], index: int, found: Array | Absent) -> ParameterReport | None:
        """Verdict on one leaf by its projection alone."""
        array = working[index]
        if array is None or isinstance(found, Absent) or found.shape != array.shape or found.dtype.kind != "f":
            return None
        direction = np.random.default_rng([self.seed, 4, index]).normal(size=array.shape)

        def moved(shift: Any) -> Any:
            return self.subject.loss_at([*working[:index], array + shift * direction, *working[index + 1 :]])

        slope = along(moved, (), self.method, self.single)
        norm = float(np.linalg.norm(found.ravel()))
        error = abs(float(np.sum(found * direction)) - float(slope.value))
        if not error <= float(slope.bound) + TOLERANCES.roundoff * norm:
            return None
        return ParameterReport(
            name=self.subject.leaves[index].name,
            verdict=Verdict.CORRECT,
            shape=found.shape,
            expected_shape=found.shape,
            entries=found.size,
            wrong_entries=0,
            max_relative_error=error / norm if norm else None,
            tolerance=TOLERANCES.roundoff,
            note="along one Gaussian direction",
        )

    def order(self, position: int, submitted: Array) -> float:
        """Order of the Taylor remainder of one leaf along a Gaussian direction; infinite where there is none."""
        index = self.subject.active[position]
        values = self.subject.values
        array = values[index]
        if array is None or array.dtype.kind == "c" or self.single or not array.size:
            return np.inf
        work = array.astype(np.float64).reshape(array.shape or (1,))
        direction = np.random.default_rng([self.seed, 5]).normal(size=work.shape)

        def loss() -> Any:
            return self.subject.loss_at([*values[:index], work.reshape(array.shape), *values[index + 1 :]])

        try:
            return taylor_order(loss, np.real(submitted).reshape(work.shape), work, direction)
        except Exception:  # the user's own code, where it was perhaps never meant to be evaluated
            return np.inf


def along(
    function: Callable[[Any], Array], shape: tuple[int, ...], method: str = "auto", single: bool = False
) -> Numerical:
    """
    Differentiate an array-valued function of one number at 0, entry by entry.

    Parameters
    ----------
    function : callable (number) -> ndarray
        Evaluated once for each shift, whatever the number of its entries.
    shape : tuple of int
        Of what it returns.
    method : str
        As in `gradcheck.differences`.
    single : bool
        Whether it computes in single precision.
    """
    seen: dict[tuple[str, bytes], Array] = {}

    def at(shift: Array) -> Array:
        key = (shift.dtype.str, shift.tobytes())
        if key not in seen:
            seen[key] = np.asarray(function(shift[0])).reshape(-1)
        return seen[key]

    shift = np.zeros(1, dtype=np.float32 if single else np.float64)
    size = int(np.prod(shape))
    value: Array = np.zeros(size)
    bound, notes = np.zeros(size), set[str]()
    for index in range(size):

        def entry(moved: Array, index: int = index) -> Any:
            return at(moved)[index]

        chosen = _SINGLE_METHOD if single and method == "auto" else method
        found = _entry(entry, shift, chosen, at(shift).dtype.kind == "c")
        if found.value.dtype.kind == "c":
            value = value.astype(np.complex128)
        value[index], bound[index] = found.value[0], found.bound[0]
        notes.update(_told(found))
    return Numerical(value.reshape(shape), bound.reshape(shape), method, tuple(sorted(notes)), single)


def _entry(entry: Callable[[Array], Any], shift: Array, method: str, is_complex: bool) -> Derivative:
    """Differentiate one entry; of a complex one both parts, by real differences."""
    if not is_complex:
        return gradient(lambda: entry(shift), shift, method, substitute=entry)
    method = "richardson" if method in ("auto", "complex-step") else method
    real = gradient(lambda: entry(shift).real, shift, method)
    imaginary = gradient(lambda: entry(shift).imag, shift, method)
    bound = np.hypot(real.bound, imaginary.bound)
    return Derivative(real.value + 1j * imaginary.value, bound, method, real.evaluations + imaginary.evaluations)


def _told(found: Derivative) -> tuple[str, ...]:
    """Notes worth a reader's time."""
    return tuple(note for note in found.notes if not note.startswith(_INTERNAL_NOTES))


def computes_in_single(function: Callable[[Values], Any], values: Values) -> bool:
    """
    Tell whether a function computes in float32, whatever the dtypes of its arguments say.

    It does if it refuses float64, returns less, or does not notice changes that only float64 can hold.
    """
    doubled = [None if array is None else _precision(array, single=False) for array in values]
    given = [None if array is None else array.dtype for array in values]
    same = given == [None if array is None else array.dtype for array in doubled]
    refuses: tuple[type[Exception], ...] = () if same else (Exception,)
    try:
        base = np.asarray(as_array(function(doubled)))
    except GradcheckError:
        raise
    except refuses:  # another library's way of saying that it doesn't mix precisions
        return True
    if base.dtype.itemsize < (16 if base.dtype.kind == "c" else 8) and base.dtype.kind in "fc":
        return True
    if _change(function, doubled, base, _UNSEEN_IN_SINGLE) > 0:
        return False
    # Beside a large constant float64 doesn't hold small changes either: unnoticed has to mean something.
    expected = _change(function, doubled, base, _SEEN_IN_SINGLE) * _UNSEEN_IN_SINGLE / _SEEN_IN_SINGLE
    return expected > float(np.spacing(np.abs(base).max(initial=0.0)))


def _change(function: Callable[[Values], Any], values: Values, base: Array, size: float) -> float:
    """Largest change of what a function returns under three random relative changes of this size."""
    random = np.random.default_rng(0)
    largest = 0.0
    for _ in range(3):
        moved = [
            None if array is None else array * (1.0 + size * random.uniform(0.5, 1.0, array.shape))
            for array in values
        ]
        with np.errstate(all="ignore"):
            found = as_array(function(moved))
            if not np.array_equal(found, base, equal_nan=True):
                change = float(np.abs(found - base).max(initial=0.0)) if found.shape == base.shape else np.inf
                largest = max(largest, change if change >= 0.0 else np.inf)
    return largest


def _precision(array: Array, single: bool) -> Array:
    """Copy an array in single or in double precision."""
    if array.dtype.kind == "c":
        return array.astype(np.complex64 if single else np.complex128)
    return array.astype(np.float32 if single else np.float64)
