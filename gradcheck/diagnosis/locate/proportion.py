"""Whether one array is another times a number, up to how its axes lie."""

from __future__ import annotations

import numpy as np

from gradcheck.network.forward import Array

TOLERANCE = 1e-6  # float32 programs and guards such as log(a + 1e-8) agree to this; generic values don't


def signatures(rows: Array) -> Array:
    """Give two numbers (m, 2) of each row of (m, size) that neither order, sign nor scale changes."""
    magnitudes = np.abs(rows)
    largest = magnitudes.max(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        magnitudes = magnitudes / largest
    return np.stack([magnitudes.sum(axis=1), (magnitudes**2).sum(axis=1)], axis=1)


def varies(value: Array) -> bool:
    """Whether not all entries are the same."""
    return bool((value != value.flat[0]).any()) if value.size else False


def ratio(value: Array, quantity: Array, *, of_examples: bool = True) -> float | None:
    """
    Find the factor with which value = factor · quantity, up to the order of axes, or that of the examples.

    Parameters
    ----------
    value, quantity : Array
    of_examples : bool
        Whether there is one row, or column, for each example: code may shuffle them.

    Returns
    -------
    float or None
        None where there is none, or where it is 0.
    """
    bare, base = value.squeeze(), quantity.squeeze()
    laid = [base, base.T]
    if bare.ndim != base.ndim or bare.shape not in (base.shape, base.T.shape):
        if 1 not in (bare.ndim, min(value.shape, default=0)):
            return None
        bare, laid = bare.ravel(), [base.ravel(), base.T.ravel()]  # entries one after another
    for one in laid:
        if one.shape != bare.shape:
            continue
        factor = _factor(bare, one)
        if factor is None and of_examples and bare.ndim == 2:
            factor = _shuffled(bare, one) or _shuffled(bare.T, one.T)
        if factor is not None:
            return factor
    return None


def ratio_beside(value: Array, known: Array, quantity: Array) -> float | None:
    """Find the factor with which value = known + factor · quantity, of parameters, whichever way known lies."""
    laid = (one for one in (known, known.T) if one.shape == value.shape)
    factors = (ratio(value - one, quantity, of_examples=False) for one in laid)
    return next((factor for factor in factors if factor is not None), None)


def is_turned(value: Array, factor: float, quantity: Array) -> bool:
    """Whether a value is a quantity times a factor as it lies the other way round, and only so."""
    if value.ndim != 2 or quantity.ndim != 2 or value.shape != quantity.T.shape:
        return False
    margin = TOLERANCE * np.abs(value).max()
    as_is = value.shape == quantity.shape and np.abs(value - factor * quantity).max() <= margin
    return not as_is and bool(np.abs(value - factor * quantity.T).max() <= margin)


def _factor(value: Array, quantity: Array, sign: float = 1.0) -> float | None:
    factor = float((value * quantity).sum() / (quantity * quantity).sum())
    near = np.abs(value - factor * quantity).max() <= TOLERANCE * np.abs(value).max()
    return sign * factor if factor and near else None


def _shuffled(value: Array, quantity: Array) -> float | None:
    return _factor(_sorted(value), _sorted(quantity)) or _factor(_sorted(-value), _sorted(quantity), -1.0)


def _sorted(value: Array) -> Array:
    """Sort the rows of a value (m, w) by their first entries, and those that begin alike by the next."""
    return value[np.lexsort(value.T[::-1])]
