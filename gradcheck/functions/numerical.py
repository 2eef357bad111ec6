"""Numerical derivatives of any function of arrays: the seam to `gradcheck.differences`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.differences import Derivative, gradient
from gradcheck.errors import GradcheckError
from gradcheck.functions.nests import as_array
from gradcheck.functions.subject import Subject, Values
from gradcheck.network.forward import Array

# Far below the spacing of float32, far above that of float64.
_UNSEEN_IN_SINGLE = 1e-10
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
    quick : bool
        Fewer evaluations, wider bounds.
    """

    def __init__(self, subject: Subject, method: str = "auto", quick: bool = False) -> None:
        self.subject = subject
        self.method = "central" if quick and method == "auto" else method
        self.single = computes_in_single(lambda values: subject.loss_at(values), subject.values)

    def __call__(self, values: Values) -> list[Numerical]:
        """Differentiate by each leaf at these values."""
        working = [None if array is None else _precision(array, self.single) for array in values]
        return [self._one(working, index) for index in self.subject.active]

    def _one(self, working: list[Array | None], index: int) -> Numerical:
        array = working[index]
        assert array is not None

        work = array.reshape(array.shape or (1,))

        def loss(moved: Array) -> Any:
            return self.subject.loss_at([*working[:index], moved.reshape(array.shape), *working[index + 1 :]])

        if not array.size:
            return Numerical(np.zeros(array.shape), np.zeros(array.shape))
        found = gradient(lambda: loss(work), work, self.method, substitute=loss)
        value, bound = found.value.reshape(array.shape), found.bound.reshape(array.shape)
        notes = tuple(f"`{self.subject.leaves[index].name}`: {note}" for note in _told(found))
        return Numerical(value, bound, found.method, notes, self.single)


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

        found = _entry(entry, shift, method, at(shift).dtype.kind == "c")
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
    return not _notices(function, doubled, base, _UNSEEN_IN_SINGLE) and _notices(function, doubled, base, 1e-3)


def _notices(function: Callable[[Values], Any], values: Values, base: Array, size: float) -> bool:
    """Whether any of three random relative changes of this size changes what a function returns."""
    random = np.random.default_rng(0)
    for _ in range(3):
        moved = [
            None if array is None else array * (1.0 + size * random.uniform(0.5, 1.0, array.shape))
            for array in values
        ]
        with np.errstate(all="ignore"):
            if not np.array_equal(as_array(function(moved)), base, equal_nan=True):
                return True
    return False


def _precision(array: Array, single: bool) -> Array:
    """Copy an array in single or in double precision."""
    if array.dtype.kind == "c":
        return array.astype(np.complex64 if single else np.complex128)
    return array.astype(np.float32 if single else np.float64)
