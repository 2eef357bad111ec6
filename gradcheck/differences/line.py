"""Derivatives along a line: a function of one number, its noise measured, its kinks looked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from gradcheck.differences.stencils import EPSILON, Stencil
from gradcheck.network.forward import Array

# f(t) -> (value of the loss at t, the t that float arithmetic really gave)
Line = Callable[[float], tuple[float, float]]

# Noise is estimated from a handful of values: allow for one that came out too small.
NOISE_SAFETY = 8.0
_NOISE_POINTS = 9
# Distance of those points, in units of that on which the loss varies: smooth, and every number on the way moves.
NOISE_SPACING = 2.0**-46
_MOST_LEVELS = 12
# Levels that a smooth function needs in double precision: worth evaluating at once.
_USUAL_LEVELS = 6
# First step of the extrapolation, in the same units.
_FIRST = 0.1
# Where no level of the extrapolation converges, the function varies on another scale: try these, too.
_RESTARTS = (1.0, 1e-3, 1e-6, 30.0)
_CONVERGED = 1e-9
# In the presence of noise three or four levels are all there is; the last one has the first round-off times this.
_NOISY = 16.0


class Slope(NamedTuple):
    """A derivative along a line; `kink` says that the left and the right derivative differ."""

    value: float
    bound: float
    evaluations: int
    kink: bool = False


def loss_noise(losses: Sequence[float], resolution: float = EPSILON) -> float:
    """
    Estimate the standard deviation of a loss's rounding errors from values at equally spaced, close points.

    Parameters
    ----------
    losses : sequence of float
        At nine points or so; whatever is smooth in them drops out of higher differences.
    resolution : float
        Relative spacing of the numbers that the loss is computed in.

    Returns
    -------
    float
        At least the rounding of the loss itself.

    Notes
    -----
    The k-th difference of noise of variance σ² has variance σ² (2k)! / (k!)² [1]_.

    References
    ----------
    .. [1] J. J. Moré, S. M. Wild, Estimating computational noise, SIAM J. Sci. Comput. 33 (2011).
    """
    differences = [float(loss) for loss in losses]
    floor = resolution / 2.0 * max(map(abs, differences), default=0.0)
    estimates = []
    for k in range(1, len(losses) - 2):
        differences = [after - before for before, after in pairwise(differences)]
        if k >= 2:
            mean = sum(difference * difference for difference in differences) / len(differences)
            estimates.append(math.sqrt(mean / math.comb(2 * k, k)))
    # Low orders still contain the function, the last few are of too few values: the smallest of the rest, doubled.
    return max(floor, 2.0 * min(estimates, default=floor))


def noise_along(line: Line, spacing: float, resolution: float = EPSILON) -> float:
    """Noise of the loss along a line, from nine points `spacing` apart."""
    return loss_noise([line(point)[0] for point in _noise_points(spacing)], resolution)


def _noise_points(spacing: float) -> list[float]:
    return [m * spacing for m in range(-(_NOISE_POINTS // 2), _NOISE_POINTS // 2 + 1)]


def fixed(line: Line, base: float, stencil: Stencil, step: float, noise: float) -> Slope:
    """One formula at `step`, and at twice that for its truncation error."""
    slopes, bends = [], []
    for size in (step, 2.0 * step):
        total = 0.0
        unit = size
        bend = 0.0
        for node, weight in zip(stencil.nodes, stencil.weights, strict=True):
            value, realised = line(node * size)
            # a difference quotient by the realised step, so that a rounded step costs no accuracy
            total += weight * node * (value - base) / realised
            bend += (value - base) / size if abs(node) == 1.0 else 0.0
            unit = min(unit, abs(realised / node))
        slopes.append(total)
        bends.append(abs(bend))
    value, coarse = slopes
    truncation = truncation_bound(value, coarse, stencil.order)
    roundoff = NOISE_SAFETY * noise * (stencil.noise + 1.0) / step
    kink = stencil.order > 1 and _is_kink(bends, 2.0 * NOISE_SAFETY * noise / step)
    return Slope(value, truncation + roundoff + (max(bends) if kink else 0.0), 2 * len(stencil.nodes), kink)


def truncation_bound(value: float, coarse: float, order: int) -> float:
    """
    Twice the truncation error that a formula shows against itself at twice the step.

    Capped at a gain of 15: what converges faster than that gets no credit, for a kink never does.
    """
    return 2.0 * abs(coarse - value) / min(2.0**order - 1.0, 15.0)


def _is_kink(bends: Sequence[float], noise: float) -> bool:
    """Tell whether the left and the right slope, at h and at 2 h, differ by about the same amount."""
    fine, coarse = bends
    return fine > 4.0 * noise and fine > 0.7 * coarse


def adaptive(line: Line, base: float, scale: float, noise: float, side: int = 0) -> Slope:
    """
    Extrapolate differences at halving steps, from several first steps until one converges.

    Parameters
    ----------
    line : callable
        The loss along the line; a value that is not finite only shortens the step.
    base : float
        The loss at 0.
    scale : float
        The t on which the loss is expected to vary.
    noise : float
        Standard deviation of the loss's rounding errors.
    side : int
        1 or -1 for the derivative on that side alone; 0 for central differences.

    Returns
    -------
    Slope
        The extrapolation's element with the smallest bound; infinite where no step gave a finite loss.
    """
    best = Slope(math.nan, math.inf, 0)
    evaluations = 0
    for restart in _RESTARTS:
        found = _extrapolate(line, base, _FIRST * scale * restart, noise, side)
        evaluations += found.evaluations
        # Long steps may agree by chance: what a convergence at shorter ones contradicts has not converged.
        contradicted = restart > 1.0 and abs(found.value - best.value) > best.bound
        if found.bound < best.bound and not contradicted:
            best = found
        roundoff = NOISE_SAFETY * noise / (_FIRST * scale)
        if best.bound <= max(_CONVERGED * abs(best.value), _NOISY * roundoff):
            break
    return best._replace(evaluations=evaluations)


def adaptive_batched(
    losses: Callable[[Array], Array], scale: float, batch: int, noise: float | None = None
) -> tuple[Slope, float]:
    """
    Differentiate a loss that can be evaluated at many points at once, as `adaptive` does.

    Parameters
    ----------
    losses : callable (ndarray of shape (points,)) -> ndarray, same shape
    scale : float
        The t on which the loss is expected to vary.
    batch : int
        Most points for one evaluation.
    noise : float, optional
        Standard deviation of the loss's rounding errors; measured, where it is not known from another direction.

    Returns
    -------
    Slope
    noise : float
    """
    spacing = scale * NOISE_SPACING
    points = [0.0] if noise is not None else _noise_points(spacing)
    for level in range(_USUAL_LEVELS):
        points += [_FIRST * scale / 2.0**level, -_FIRST * scale / 2.0**level]
    known: dict[float, float] = {}
    for first in range(0, len(points), batch):
        some = points[first : first + batch]
        known.update(zip(some, losses(np.array(some)).tolist(), strict=True))

    def line(t: float) -> tuple[float, float]:
        if t not in known:
            known[t] = float(losses(np.array([t]))[0])
        return known[t], t

    noise = noise_along(line, spacing) if noise is None else noise
    return adaptive(line, known[0.0], scale, noise), noise


def _extrapolate(line: Line, base: float, first: float, noise: float, side: int) -> Slope:
    """Ridders' tableau from one first step; stops when the round-off of smaller steps can only harm."""
    best, best_bound = math.nan, math.inf
    # central differences have even powers of the step in their error, one-sided ones all; and twice the round-off
    ratio, difference = (2.0, 2.0) if side else (4.0, 1.0)
    row: list[tuple[float, float]] = []
    bends: list[float] = []
    evaluations = 0
    for level in range(_MOST_LEVELS):
        step = first / 2.0**level
        quotient, bend = _quotient(line, base, step, side)
        evaluations += 1 if side else 2
        if not math.isfinite(quotient):
            row, bends = [], []
            continue
        roundoff = NOISE_SAFETY * difference * noise / step
        bends.append(bend)
        new = [(quotient, roundoff)]
        for j, (coarse, coarse_noise) in enumerate(row, 1):
            fine, fine_noise = new[-1]
            weight = 1.0 / (ratio**j - 1.0)
            value = fine + weight * (fine - coarse)
            carried = (1.0 + weight) * fine_noise + weight * coarse_noise
            # doubled: two levels may be nearer to each other than to the truth
            bound = 2.0 * max(abs(value - fine), abs(value - coarse)) + carried
            if bound < best_bound:
                best, best_bound = value, bound
            new.append((value, carried))
        row = new
        if roundoff > best_bound:
            break
    kink = len(bends) > 2 and _is_kink((bends[-1], bends[-3]), 4.0 * roundoff)
    return Slope(best, best_bound + (bends[-1] if kink else 0.0), evaluations, kink)


def _quotient(line: Line, base: float, step: float, side: int) -> tuple[float, float]:
    """Difference quotient, and how far the right one and the left one are apart; nan where there is none."""
    if side:
        value, moved = line(side * step)
        return ((value - base) / moved if moved else math.nan), 0.0
    (right, forward), (left, backward) = line(step), line(-step)
    if not (math.isfinite(right) and math.isfinite(left)) or forward == 0.0 or backward == 0.0:
        return math.nan, math.nan
    bend = abs((right - base) / forward - (left - base) / backward)
    return (right - left) / (forward - backward), bend
