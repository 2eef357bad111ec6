"""
Matching a submitted gradient to a prediction, up to coefficients, and giving the coefficients a name.

A prediction is a combination of one or two bases: the wrong (or right) value, and a term with a free scalar. Every
probe is fitted on its own; what holds is decided by how the coefficients move from probe to probe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isclose

import numpy as np

from gradcheck.faults import CATALOGUE, Fault, layer_of
from gradcheck.network.forward import Array, Network

AXES = ("n", "k", "h", "d")
TOLERANCE = 1e-9
"""Largest residual of a match, relative to the submitted gradient's largest entry: a thousand times the round-off
of a program in float64, and far below what two different formulas agree to by chance."""
FLOAT32_TOLERANCE = 2e-5
"""The same for a submission in float32: a hundred times its round-off."""
_COEFFICIENT_TOLERANCE = 1e-6


def aligned(submitted: Array, predicted: Array, parameter_shape: tuple[int, ...]) -> Array | None:
    """
    Lay a prediction out as the submitted array, or say that it can't be that.

    Unit axes don't count; and a prediction may have been broadcast against the parameter, as
    `b = b - lr * db` does.
    """
    if not np.isfinite(predicted).all():
        return None
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


def fit(submitted: Array, bases: Sequence[Array], tolerance: float) -> Array | None:
    """
    Coefficients (len(bases),) with which the bases add up to the submitted array, or None.

    Parameters
    ----------
    submitted : ndarray
    bases : sequence of ndarray, each shaped as `submitted`
    tolerance : float
        Relative to the largest entry submitted.
    """
    scale = float(np.abs(submitted).max(initial=0.0))
    if not np.isfinite(scale):
        return None
    if scale == 0.0:  # zero is zero times anything: only a prediction of zero explains it
        return np.ones(1) if len(bases) == 1 and not bases[0].any() else None
    target = submitted.ravel()
    if len(bases) == 1:  # by far the most common; least squares in closed form
        basis = bases[0].ravel()
        square = float(basis @ basis)
        factor = float(basis @ target) / square if square else 0.0
        close = square > 0 and np.abs(factor * basis - target).max() <= tolerance * scale
        return np.array([factor]) if close else None
    matrix = np.stack([basis.ravel() for basis in bases], axis=1)
    size = np.abs(matrix).max(axis=0)
    if not size.all():
        return None
    coefficients, *_ = np.linalg.lstsq(matrix / size, target, rcond=None)
    residual = np.abs(matrix / size @ coefficients - target).max()
    if not residual <= tolerance * scale:
        return None
    return np.asarray(coefficients / size)


@dataclass(frozen=True)
class Named:
    """A factor with a name: the catalogue's entry for it and how to write it."""

    fault: Fault
    text: str


def same(coefficients: Sequence[float] | Array, others: Sequence[float] | Array | float) -> bool:
    """Whether two sets of coefficients, one a probe, agree."""
    return bool(np.allclose(coefficients, others, rtol=_COEFFICIENT_TOLERANCE, atol=1e-8))


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
    for fault in CATALOGUE:
        if fault.factor is None or site not in fault.sites or not fault.applies(network, layer_of(site)):
            continue
        if same(coefficients, [fault.factor(size) for size in sizes]):
            return Named(fault, describe(coefficients, sizes) or "")
    text = describe(coefficients, sizes)
    if text is None:
        return None
    constant = same(coefficients, coefficients[0])
    name = "gradient-off-by-constant-factor" if constant else "gradient-off-by-size-factor"
    entry = next((fault for fault in CATALOGUE if fault.name == name and site in fault.sites), None)
    return Named(entry, text) if entry else None


def describe(coefficients: Array, sizes: Sequence[Mapping[str, int]]) -> str | None:
    """
    Write a factor as a constant times powers of the sizes: `2`, `-1/n`, `n/d`; None if it is neither.

    A rule with sizes needs two probes that differ in them, and a constant that isn't a simple number needs two
    probes that agree on it: one number alone fits anything.
    """
    for exponents in _exponents(sizes):
        rule = [_power(size, exponents) for size in sizes]
        constants = np.asarray(coefficients) / rule
        if not same(constants, constants[0]):
            continue
        simple = _simple(float(constants[0]))
        if simple is None and (len(sizes) < 2 or any(exponents)):
            continue
        return _written(simple, float(constants[0]), exponents)
    return None


def _exponents(sizes: Sequence[Mapping[str, int]]) -> Iterable[tuple[int, ...]]:
    """Powers of the axes that vary, simplest first."""
    varying = [len({size[axis] for size in sizes}) > 1 for axis in AXES]
    ranges = [(0, -1, 1, -2, 2) if axis == "n" else (0, -1, 1) for axis in AXES]
    powers = product(*(span if moves else (0,) for span, moves in zip(ranges, varying, strict=True)))
    return sorted(powers, key=lambda exponents: sum(map(abs, exponents)))


def _power(size: Mapping[str, int], exponents: Sequence[int]) -> float:
    return float(np.prod([float(size[axis]) ** power for axis, power in zip(AXES, exponents, strict=True)]))


def _simple(constant: float) -> Fraction | None:
    """A constant as a fraction of small numbers, if it is one."""
    fraction = Fraction(constant).limit_denominator(100)
    simple = isclose(float(fraction), constant, rel_tol=_COEFFICIENT_TOLERANCE)
    return fraction if simple and abs(fraction.numerator) <= 1000 else None


def _written(simple: Fraction | None, constant: float, exponents: Sequence[int]) -> str:
    upper, lower = (
        [axis for axis, power in zip(AXES, exponents, strict=True) for _ in range(sign * power)]
        for sign in (1, -1)
    )
    if simple is None:
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
