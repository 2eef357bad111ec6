"""
What the digits of a gradient say about how it was computed.

Float32 arithmetic leaves values with 24 significant bits; a finite difference is a whole multiple of the loss's
last bit, divided by the step; noise has no preferred sign and no relation to the gradient itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.network.forward import Array

# Fewer entries than these can look like anything by chance.
LEAST_FOR_DIFFERENCES = 8
_LEAST_ENTRIES = 3
_LEAST_FOR_NOISE = 8
# Steps that people take: powers of ten, and the roots of 2**-52 that textbooks recommend.
_STEPS = (*(10.0**-e for e in range(3, 9)), 2.0**-26, 2.0 ** (-52 / 3), 1.49e-8)
# What formulas of differences divide by besides the step, powers of two aside: those of fourth order by 12,
# Richardson's extrapolation by 3.
_DIVISORS = (1.0, 3.0)
# Units of last place in the loss that a difference is counted in: losses from 2**-20 to 2**20.
_LAST_BITS = tuple(2.0**e for e in range(-72, -32))
_INTEGER_SLACK = 0.01


def representable(values: Array, dtype: Any) -> bool:
    """Tell whether every value survives a round trip through a narrower type, and not by being round numbers."""
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = np.asarray(values).astype(dtype)
    if not np.array_equal(narrow.astype(np.float64), values):
        return False
    coarse = narrow.astype(np.float64).astype(np.float16).astype(np.float64)
    return not np.array_equal(coarse, values)


def quantisation_step(values: Array) -> float | None:
    """
    Find the step of the finite differences that these values are, if they are any.

    Parameters
    ----------
    values : ndarray

    Returns
    -------
    float or None
        The step, up to the factor 2 that forward and central differences differ by.
    """
    numbers = np.asarray(values, dtype=float).ravel()
    numbers = numbers[numbers != 0.0]
    if numbers.size < _LEAST_ENTRIES or not np.isfinite(numbers).all():
        return None
    counts = {step: min(_counts(numbers * step * divisor) for divisor in _DIVISORS) for step in _STEPS}
    # Dividing by 1e-5 is multiplying by a whole number, so other steps fit, too, but with larger counts.
    step = min(counts, key=lambda step: counts[step])
    return step if np.isfinite(counts[step]) else None


def _counts(differences: Array) -> float:
    """Largest of the whole numbers that these are, in the coarsest last bit that makes them so; else infinity."""
    largest = float(np.abs(differences).max())
    for bit in reversed(_LAST_BITS):
        # The quotient itself was rounded to 53 bits: counts beyond 2**45 can't be seen to be whole.
        if not 64.0 <= largest / bit <= 2.0**45:
            continue
        counts = differences / bit
        if np.abs(counts - np.round(counts)).max() <= _INTEGER_SLACK:
            return largest / bit
    return np.inf


def noise_like(errors: Array, reference: Array) -> bool:
    """Tell whether errors have either sign about equally often, and don't follow the gradient."""
    error, gradient = np.ravel(errors), np.ravel(reference)
    if error.size < _LEAST_FOR_NOISE:
        return False
    positive = float((error > 0).mean())
    norms = float(np.linalg.norm(error) * np.linalg.norm(gradient))
    correlation = abs(float(error @ gradient)) / norms if norms > 0 else 0.0
    return 0.2 <= positive <= 0.8 and correlation <= 0.5
