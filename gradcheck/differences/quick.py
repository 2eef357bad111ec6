"""
The quick mode: one random direction per parameter instead of every entry.

A direction with independent entries, uniform and of unit variance, can't cancel an error but by chance, and the
chance is bounded: the density of the projection of an error e is nowhere above 1 / (√6 |e|) [1]_. Gaussian
entries have 1 / √(2π), 2 % less, and take four times as long to draw. (Random signs do cancel: two equal errors
every other time.) A parameter that fails is searched by halves, or differentiated in full.

References
----------
.. [1] K. Ball, Cube slicing in R^n, Proc. AMS 97 (1986): a section of the unit cube by a hyperplane is at most √2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.differences.blackbox import gradient
from gradcheck.differences.derivative import Derivative
from gradcheck.differences.engine import Engine
from gradcheck.differences.line import NOISE_SPACING, adaptive, noise_along
from gradcheck.differences.perturbing import direction_line, restored
from gradcheck.differences.stencils import COMPLEX_STEP, EPSILON
from gradcheck.differences.structured import network_gradients
from gradcheck.network.forward import Array, Network, decay_loss

# Projections agree to this, relative to the submitted gradient's norm; as the full check's round-off tolerance.
TOLERANCE = 1e-10
# Rounding of a projection, in units of the last bit of the sum of its terms' magnitudes.
_ROUNDING = 64.0
# Beyond this many projections a full gradient is the shorter way.
_MOST_PROJECTIONS = 64

# (parameter, direction) -> the loss's derivative along it, and a bound of that one's error
Project = Callable[[str, Array], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class BlockCheck:
    """
    One parameter's projections.

    Attributes
    ----------
    name : str
    submitted, numerical, bound : float
        Projection of the submitted gradient, of the numerical one, and a bound of the latter's error.
    tolerance : float
        What their difference was held against.
    norm : float
        Euclidean norm of the submitted gradient.
    wrong : tuple of index
        The entries that were found wrong, where the search by halves found them.
    resolved : Derivative or None
        The whole numerical gradient, where the search was given up for it.
    """

    name: str
    submitted: float
    numerical: float
    bound: float
    tolerance: float
    norm: float
    wrong: tuple[tuple[int, ...], ...] = ()
    resolved: Derivative | None = None

    @property
    def agrees(self) -> bool:
        """Whether the projections agree; never with a NaN."""
        return abs(self.submitted - self.numerical) <= self.tolerance

    def miss_probability(self, relative_error: float) -> float:
        """
        Bound the probability that an error of this size, relative to the gradient's norm, goes unseen.

        The density of the error's projection is at most 1 / (√6 |e|), over an interval of twice the tolerance.
        """
        size = relative_error * self.norm
        return min(1.0, 2.0 * self.tolerance / (math.sqrt(6.0) * size)) if size > 0 else 1.0


def quick_check(
    loss: Callable[[], Any],
    arrays: Mapping[str, Array],
    submitted: Mapping[str, Array],
    *,
    substitute: Callable[[Mapping[str, Array]], Any] | None = None,
    seed: int = 0,
) -> dict[str, BlockCheck]:
    """
    Check gradients of any loss along one random direction per array.

    Parameters
    ----------
    loss : callable () -> float
        Reads `arrays`.
    arrays : mapping of ndarray
        Perturbed in place and restored bit for bit.
    submitted : mapping of ndarray
        Gradients under test, shaped as the arrays.
    substitute : callable (mapping) -> complex, optional
        The loss of complex arrays, if it carries them faithfully; without it real differences serve.
    seed : int

    Returns
    -------
    dict
        Name to `BlockCheck`.
    """

    def project(name: str, direction: Array) -> tuple[float, float]:
        if substitute is not None:
            moved = {**arrays, name: arrays[name] + 1j * COMPLEX_STEP * direction}
            slope = complex(np.asarray(substitute(moved)).item()).imag / COMPLEX_STEP
            return slope, _ROUNDING * EPSILON * abs(slope)
        with restored(arrays[name]):
            line = direction_line(loss, arrays[name], direction)
            scale = 1.0 / max(1.0, float(np.abs(direction).max(initial=0.0)))
            found = adaptive(line, line(0.0)[0], scale, noise_along(line, scale * NOISE_SPACING))
        return found.value, found.bound

    def full(name: str) -> Derivative:
        one = None if substitute is None else lambda array: substitute({**arrays, name: array})
        return gradient(loss, arrays[name], substitute=one)

    return _check(project, full, submitted, seed)


def network_quick_check(
    network: Network, values: Mapping[str, Array], submitted: Mapping[str, Array], *, seed: int = 0
) -> dict[str, BlockCheck]:
    """
    Check gradients of the two-layer network along one random direction per parameter, by complex step.

    Parameters
    ----------
    network : Network
    values : mapping
        As for `network_gradients`.
    submitted : mapping
        Gradients under test, by parameter, shaped as the parameters.
    seed : int

    Returns
    -------
    dict
        Name to `BlockCheck`.
    """
    engine = Engine(network, values)

    def project(name: str, direction: Array) -> tuple[float, float]:
        return project_network(engine, name, direction)

    def full(name: str) -> Derivative:
        return network_gradients(network, values)[name]

    return _check(project, full, submitted, seed)


def project_network(engine: Engine, name: str, direction: Array) -> tuple[float, float]:
    """Complex step of the loss along a direction of one parameter, and a bound of its rounding error."""
    network, values = engine.network, engine.values
    weighted = direction if name.startswith("b") else (values["x"] if name == "w1" else engine.a1) @ direction
    # imaginary parts, in units of the step; those of z1 move a1 and then z2
    shift = (weighted * engine.slope1) @ values["w2"] if name in ("w1", "b1") else weighted
    terms = engine.scale * engine.slope2 * shift
    total, size = float(terms.sum()), float(np.abs(terms).sum())
    if network.weight_decay and name in ("w1", "w2"):
        decay = decay_loss(network, {**values, name: values[name] + 1j * COMPLEX_STEP * direction})
        total += float(decay.imag) / COMPLEX_STEP
        factor = network.weight_decay * network.weight_decay_scale.value(engine.n, engine.k)
        size += abs(factor) * float(np.abs(values[name] * direction).sum())
    return total, _ROUNDING * EPSILON * (size + abs(total))


def _check(
    project: Project,
    full: Callable[[str], Derivative],
    submitted: Mapping[str, Array],
    seed: int,
) -> dict[str, BlockCheck]:
    random = np.random.Generator(np.random.SFC64(seed))  # drawing is a fifth of the work: the fastest there is
    return {name: _block(project, full, name, np.asarray(array), random) for name, array in submitted.items()}


def _block(
    project: Project, full: Callable[[str], Derivative], name: str, submitted: Array, random: np.random.Generator
) -> BlockCheck:
    """One projection; if it fails, where the error is."""
    check = _project(project, name, submitted, _draw(random, submitted.shape))
    if check.agrees:
        return check
    wrong = _search(project, name, submitted, random)
    values = vars(check)
    if wrong is None:
        return BlockCheck(**{**values, "resolved": full(name)})
    return BlockCheck(**{**values, "wrong": wrong})


def _draw(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Independent entries, uniform, of mean 0 and variance 1."""
    direction = random.random(shape)
    direction -= 0.5
    direction *= math.sqrt(12.0)
    return direction


def _project(project: Project, name: str, submitted: Array, direction: Array) -> BlockCheck:
    numerical, bound = project(name, direction)
    flat = submitted.ravel()
    with np.errstate(invalid="ignore"):
        mine, norm = float(flat @ direction.ravel()), float(np.linalg.norm(flat))
    return BlockCheck(name, mine, numerical, bound, max(TOLERANCE * norm, bound), norm)


def _search(
    project: Project, name: str, submitted: Array, random: np.random.Generator
) -> tuple[tuple[int, ...], ...] | None:
    """Find wrong entries by halving the failing sets; None where that takes too many projections."""
    if not np.isfinite(submitted).all():
        return tuple(tuple(int(i) for i in index) for index in np.argwhere(~np.isfinite(submitted)))
    pending, wrong, spent = [np.arange(submitted.size)], [], 0
    while pending:
        suspects = pending.pop()
        if suspects.size == 1:
            wrong.append(tuple(int(i) for i in np.unravel_index(int(suspects[0]), submitted.shape)))
            continue
        middle = suspects.size // 2
        for half in (suspects[:middle], suspects[middle:]):
            if spent == _MOST_PROJECTIONS:
                return None
            direction = np.zeros(submitted.size)
            direction[half] = _draw(random, half.shape)
            spent += 1
            if not _project(project, name, submitted, direction.reshape(submitted.shape)).agrees:
                pending.append(half)
    return tuple(sorted(wrong))
