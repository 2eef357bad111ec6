"""
Matching a submitted gradient to a prediction, up to coefficients, and giving the coefficients a name.

A prediction is a combination of one or two bases: the wrong (or right) value, and a term with a free scalar. Every
probe is fitted on its own; what holds is decided by how the coefficients move from probe to probe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import isclose, isfinite

import numpy as np

from gradcheck.faults import BY_NAME, CATALOGUE, Fault, layer_of
from gradcheck.network.forward import Array, Network

AXES = ("n", "k", "h", "d")
TOLERANCE = 1e-9
"""Largest residual of a match, relative to the submitted gradient's largest entry: a thousand times the round-off
of a program in float64, and far below what two different formulas agree to by chance."""
FLOAT32_TOLERANCE = 2e-5
"""The same for a submission in float32: a hundred times its round-off."""
ZERO = 1e-13
"""What counts as zero beside the right gradient: the outputs of a softmax minus one-hot targets sum to it."""
_COEFFICIENT_TOLERANCE = 1e-6
_EXACT = 1e-9
"""How well a large whole number has to be met: the larger it is, the more likely some number is near by chance."""


def aligned(submitted: Array, predicted: Array, parameter_shape: tuple[int, ...]) -> Array | None:
    """
    Lay a prediction out as the submitted array, or say that it can't be that.

    Unit axes don't count; and a prediction may have been broadcast against the parameter, as
    `b = b - lr * db` does.
    """
    if predicted.shape == submitted.shape:
        return predicted
    bare = tuple(size for size in submitted.shape if size != 1)
    if tuple(size for size in predicted.shape if size != 1) == bare:
        return predicted.reshape(submitted.shape)
    try:
        shape = np.broadcast_shapes(predicted.shape, parameter_shape)
    except ValueError:
        return None
    if tuple(size for size in shape if size != 1) != bare:
        return None
    return np.broadcast_to(predicted, shape).reshape(submitted.shape)


def fit(submitted: Array, bases: Sequence[Array], natural: float, tolerance: float) -> Array | None:
    """
    Coefficients (len(bases),) with which the bases add up to the submitted array, or None.

    Parameters
    ----------
    submitted : ndarray
    bases : sequence of ndarray, each shaped as `submitted`
    natural : float
        Scale of the right gradient. What is rounding beside it is zero: the coefficient of such a base is NaN.
    tolerance : float
        Relative to the largest entry submitted.
    """
    target = submitted.ravel()
    scale = float(np.abs(target).max(initial=0.0))
    if not np.isfinite(scale):
        return None
    # what is exactly zero was never made: no sum that cancels is that, unless it is a single number
    zero = ZERO * natural if scale or target.size == 1 else 0.0
    coefficients = np.full(len(bases), np.nan)
    real = [index for index, basis in enumerate(bases) if float(np.abs(basis).max(initial=0.0)) > zero]
    if scale <= zero:  # zero is zero times anything: only predictions of zero explain it
        return None if real else coefficients
    if len(real) == 1:  # by far the most common; least squares in closed form
        basis = bases[real[0]].ravel()
        coefficients[real[0]] = factor = float(basis @ target) / float(basis @ basis)
        return coefficients if np.abs(factor * basis - target).max() <= tolerance * scale else None
    if not real:
        return None
    matrix = np.stack([bases[index].ravel() for index in real], axis=1)
    size = np.abs(matrix).max(axis=0)
    found, *_ = np.linalg.lstsq(matrix / size, target, rcond=None)
    if not np.abs(matrix / size @ found - target).max() <= tolerance * scale:
        return None
    coefficients[real] = found / size
    return coefficients


class Telling:
    """
    The two largest entries of a submitted array, which tell at once that most predictions aren't it.

    Parameters
    ----------
    submitted : ndarray
    natural, tolerance : float
        As `fit`.
    """

    def __init__(self, submitted: Array, natural: float, tolerance: float) -> None:
        flat = submitted.ravel()
        order = np.argsort(np.abs(flat))
        self.first, self.second = (int(order[-1]), int(order[-min(2, flat.size)])) if flat.size else (0, 0)
        self.entries = (float(flat[self.first]), float(flat[self.second])) if flat.size else (0.0, 0.0)
        scale = abs(self.entries[0])
        self.is_nothing = not scale > ZERO * natural
        self.margin = 2 * tolerance * scale  # a multiple is off by no more than the tolerance at either entry

    def may_be(self, bases: Array) -> Array:
        """Whether the submitted array may be a multiple of each of others of its shape, (m, size); of NaN, no."""
        if self.is_nothing:
            return np.full(len(bases), True)
        one, other = bases[:, self.first], bases[:, self.second]
        crosswise = np.abs(self.entries[0] * other - self.entries[1] * one)
        return np.asarray(crosswise <= self.margin * (np.abs(one) + np.abs(other)))


def residual(submitted: Array, bases: Sequence[Array], coefficients: Array, natural: float) -> float:
    """
    Largest difference that a fit leaves, relative to the largest entry submitted.

    Where that is rounding and all bases are, it is relative to the right gradient's scale, `natural`.
    """
    scale = natural if np.isnan(coefficients).all() else float(np.abs(submitted).max(initial=0.0))
    factors = np.nan_to_num(coefficients, nan=1.0)
    left = submitted - sum(factor * basis for factor, basis in zip(factors, bases, strict=True))
    return float(np.abs(left).max(initial=0.0)) / scale if scale else 0.0


def settled(coefficients: Array) -> Array:
    """Give a coefficient (probes,) that a probe left open the value that the others agree on, or 1."""
    left_open = np.isnan(coefficients)
    known = coefficients[~left_open]
    agreed = known[0] if known.size and same(known, known[0]) else 1.0
    return np.where(left_open, agreed, coefficients)


@dataclass(frozen=True)
class Named:
    """A factor with a name: the catalogue's entries for it, the first preferred, and how to write it."""

    faults: tuple[Fault, ...]
    text: str


def same(coefficients: Sequence[float] | Array, others: Sequence[float] | Array | float) -> bool:
    """Whether two sets of coefficients, one a probe, agree."""
    one, other = np.asarray(coefficients), np.asarray(others)
    return bool((np.abs(one - other) <= 1e-8 + _COEFFICIENT_TOLERANCE * np.abs(other)).all())


def name_factor(
    network: Network, site: str, coefficients: Array, sizes: Sequence[Mapping[str, int]]
) -> Named | None:
    """
    Name a factor by how it moves between probes, or give None where it follows no rule.

    Parameters
    ----------
    network : Network
    site : str
        The step it is a factor of.
    coefficients : ndarray, (probes,)
    sizes : sequence of mapping
        `n d h k` of each probe.
    """
    text = describe(coefficients, sizes)
    if text is None:
        return None
    known = tuple(
        fault
        for fault in CATALOGUE
        if fault.factor is not None
        and site in fault.sites
        and fault.applies(network, layer_of(site))
        and same(coefficients, [fault.factor(size) for size in sizes])
    )
    if known:
        return Named(known, text)
    name = "constant" if same(coefficients, coefficients[0]) else "size"
    fault = BY_NAME[f"gradient-off-by-{name}-factor"]
    return Named((fault,), text) if site in fault.sites else None


def describe(coefficients: Array, sizes: Sequence[Mapping[str, int]]) -> str | None:
    """
    Write a factor as a constant times powers of the sizes: `2`, `-1/n`, `n/d`; None if it is neither.

    A rule with sizes needs two probes that differ in them, and a constant that isn't a simple number needs two
    probes that agree on it: one number alone fits anything. Rules with a simple constant come first.
    """
    exponents, rules = _rules(tuple(tuple(size[axis] for axis in AXES) for size in sizes))
    constants = np.asarray(coefficients) / rules
    first = constants[:, :1]
    agreeing = (np.abs(constants - first) <= _COEFFICIENT_TOLERANCE * np.abs(first)).all(axis=1)
    found = [(exponents[index], float(constants[index, 0])) for index in np.flatnonzero(agreeing)]
    for powers, constant in found:
        simple = _simple(constant)
        if simple is not None or (len(sizes) > 1 and not any(powers)):
            return _written(simple, constant, powers)
    return _written(None, found[0][1], found[0][0]) if found and len(sizes) > 1 else None


@lru_cache(maxsize=64)
def _rules(sizes: tuple[tuple[int, ...], ...]) -> tuple[list[tuple[int, ...]], Array]:
    """Powers of the axes that vary, simplest first, and what they give on each probe: (rules, probes)."""
    varying = [len(set(column)) > 1 for column in zip(*sizes, strict=True)]
    ranges = [(0, -1, 1, -2, 2) if axis == "n" else (0, -1, 1) for axis in AXES]
    powers = product(*(span if moves else (0,) for span, moves in zip(ranges, varying, strict=True)))
    exponents = sorted(powers, key=lambda one: sum(map(abs, one)))
    table = np.array(sizes, dtype=float)
    return exponents, np.array([np.prod(table ** np.array(one), axis=1) for one in exponents])


def _simple(constant: float) -> Fraction | None:
    """A constant as a fraction of small numbers, or as a whole number or one over it, if it is one."""
    fraction = Fraction(constant).limit_denominator(100)
    simple = isclose(float(fraction), constant, rel_tol=_COEFFICIENT_TOLERANCE)
    if simple and abs(fraction.numerator) <= 1000:
        return fraction
    if not constant or not isfinite(1 / constant):
        return None
    whole, below = Fraction(round(constant)), Fraction(round(1 / constant))
    if whole and isclose(whole, constant, rel_tol=_EXACT):
        return whole
    return 1 / below if below and isclose(below, 1 / constant, rel_tol=_EXACT) else None


def _written(simple: Fraction | None, constant: float, exponents: Sequence[int]) -> str:
    upper, lower = (
        [axis for axis, power in zip(AXES, exponents, strict=True) for _ in range(sign * power)]
        for sign in (1, -1)
    )
    if simple is None and upper and abs(constant) < 1:
        number, over = "-1" if constant < 0 else "1", [f"{abs(1 / constant):.6g}"]  # in the place of a size
    elif simple is None:
        number, over = f"{constant:.6g}", []
    else:
        number = str(simple.numerator)
        over = [str(simple.denominator)] if simple.denominator > 1 else []
    if upper and number in ("1", "-1"):
        number = number[:-1]
    top = number + (" " if number not in ("", "-") and upper else "") + " ".join(upper)
    bottom = over + lower
    if not bottom:
        return top
    return f"{top}/{bottom[0]}" if len(bottom) == 1 else f"{top}/({' '.join(bottom)})"
