"""Numerical gradients of any loss, leaf by leaf: the seam to `gradcheck.differences`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.network.forward import Array


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
        Whether the loss could be evaluated in single precision only.
    """

    value: Array
    bound: Array
    method: str = ""
    notes: tuple[str, ...] = ()
    single: bool = False


def differentiate(
    loss: Callable[[Array], Any], array: Array, method: str = "auto", quick: bool = False
) -> Numerical:
    """
    Differentiate a scalar function of one array.

    Parameters
    ----------
    loss : callable (ndarray) -> number
        Takes arrays of the shape of `array`.
    array : ndarray of float or complex, shape (...)
    method : str
        As in `gradcheck.differences`.
    quick : bool
        Fewer evaluations, wider bounds.
    """
    if array.dtype.kind == "c":
        parts = np.stack([array.real, array.imag]).astype(np.float64)
        both = differentiate(lambda p: loss(p[0] + 1j * p[1]), parts, _real_method(method), quick)
        value = both.value[0] + 1j * both.value[1]
        return Numerical(value, np.hypot(both.bound[0], both.bound[1]), both.method, both.notes)
    return _stub(loss, np.array(array, dtype=np.float64, order="C"))


def _real_method(method: str) -> str:
    """Complex step differentiates by real numbers only."""
    return "central-6" if method in ("auto", "complex-step") else method


def _stub(loss: Callable[[Array], Any], work: Array) -> Numerical:
    """Five-point differences of two steps."""
    value, bound = np.zeros(work.shape), np.zeros(work.shape)
    for index in np.ndindex(work.shape):
        x = work[index]

        def at(shift: float, index: Any = index, x: float = x) -> float:
            work[index] = x + shift
            try:
                return float(np.real(loss(work)))
            finally:
                work[index] = x

        def formula(h: float) -> float:
            return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)

        h = 2.0**-10 * max(1.0, abs(x))
        first, second = formula(h), formula(h / 2)
        value[index], bound[index] = second, abs(first - second) + 1e-13 * (1 + abs(at(0.0))) / h
    return Numerical(value, bound, "central-4")
