"""Numerical gradients of the two-layer network, every parameter entry perturbed, every entry with its bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gradcheck.differences.conditioning import SAFETY, Conditioning, conditioning
from gradcheck.differences.derivative import Derivative
from gradcheck.differences.engine import Engine
from gradcheck.differences.stencils import EPSILON, METHODS, STENCILS, Stencil
from gradcheck.network.forward import Array, Network, decay_loss

# A power of two (no rounding when it is divided out) whose square is lost beside any real part.
COMPLEX_STEP = 2.0**-100
# Levels of the extrapolation: steps halve, so the last is 1/32 of the first.
LEVELS = 6
# First step of the extrapolation, as the movement of a pre-activation. Sigmoids have poles at ±iπ: well inside.
FIRST_STEP = 0.25
_LAYERS = {"w1": 1, "b1": 1, "w2": 2, "b2": 2}


def network_gradients(
    network: Network,
    values: Mapping[str, Array],
    method: str = "auto",
    *,
    step: float | None = None,
    memory: int = 1 << 26,
    threads: int | None = None,
) -> dict[str, Derivative]:
    """
    Differentiate the network's loss by every entry of every parameter.

    Parameters
    ----------
    network : Network
    values : mapping
        `x` (n, d), `y` (n, k), `w1` (d, h), `b1` (1, h), `w2` (h, k), `b2` (1, k); read only.
    method : str
        One of `METHODS`. `auto` is complex step where it agrees with real differences, else `richardson`.
    step : float, optional
        For the formulas with a fixed step: how far the pre-activations move at most, dimensionless. By default
        the step that balances truncation and round-off for a function of unit derivatives.
    memory : int
        Budget in bytes for the blocks of perturbed activations.
    threads : int, optional
        By default one per core.

    Returns
    -------
    dict
        Parameter name to `Derivative`, for those that the network has.
    """
    if method not in METHODS:
        raise ValueError(f"method {method!r}, expected one of {', '.join(METHODS)}")
    engine = Engine(network, values, memory=memory, threads=threads)
    condition = conditioning(engine)
    notes: tuple[str, ...] = ()
    if method in ("auto", "complex-step"):
        layers = [_complex_step(engine, condition, layer) for layer in (1, 2)]
        method, count = "complex-step", 1
    elif method == "richardson":
        layers = [_richardson(engine, condition, layer) for layer in (1, 2)]
        count = 2 * LEVELS
    else:
        layers = [_stencil(engine, condition, layer, STENCILS[method], step) for layer in (1, 2)]
        count = 2 * len(STENCILS[method].nodes)
    result = {}
    for name in network.parameters:
        value, bound = (_part(array, name) for array in layers[_LAYERS[name] - 1])
        result[name] = Derivative(value, bound, method, count * value.size, notes)
    return result


def _part(layer: Array, name: str) -> Array:
    """A layer's weights, or its bias, out of the array that has the bias as its last row."""
    return layer[-1:].copy() if name.startswith("b") else layer[:-1].copy()


def _decay(engine: Engine, layer: int) -> tuple[float, Array]:
    """Factor of the squared weights in the loss, and the weights with a zero for the bias."""
    weights = engine.values[f"w{layer}"]
    ones = {"w1": np.ones((1, 1)), "w2": np.zeros((1, 1)), "y": engine.values["y"]}
    factor = float(decay_loss(engine.network, ones))
    return factor, np.concatenate([weights, np.zeros((1, weights.shape[1]))])


def _complex_step(engine: Engine, condition: Conditioning, layer: int) -> tuple[Array, Array]:
    """Im loss(θ + i h) / h for every entry; its only error is rounding."""
    shape = engine.layer_shape(layer)
    value = engine.imaginary_changes(layer, np.full(shape, COMPLEX_STEP)) / COMPLEX_STEP
    factor, weights = _decay(engine, layer)
    decay = factor * 2.0 * weights
    value += decay
    bound = SAFETY * condition.rounding[layer - 1] + 4.0 * EPSILON * (np.abs(decay) + np.abs(value))
    return value, bound + np.finfo(np.float64).tiny / COMPLEX_STEP


def _difference(engine: Engine, layer: int, stencil: Stencil, steps: Array) -> Array:
    """One formula for every entry, at its own step; the weight decay's part is formed without cancellation."""
    factor, weights = _decay(engine, layer)
    total = np.zeros_like(steps)
    for node, weight in zip(stencil.nodes, stencil.weights, strict=True):
        shifts = node * steps
        total += weight * engine.changes(layer, shifts)
        if factor:
            total += weight * np.where(weights == 0.0, 0.0, factor * shifts * (2.0 * weights + shifts))
    return np.divide(total, steps)


def _realised(weights: Array, steps: Array) -> Array:
    """Steps that float arithmetic really takes from these weights."""
    return (weights + steps) - weights


def _steps(engine: Engine, condition: Conditioning, layer: int, movement: float) -> Array:
    """Step of every entry that moves no pre-activation by more than `movement`, as a power of two."""
    reach = condition.reach[layer - 1]
    wanted = movement / np.where(reach > 0, reach, 1.0)
    return np.exp2(np.floor(np.log2(wanted)))


def _stencil(
    engine: Engine, condition: Conditioning, layer: int, stencil: Stencil, step: float | None
) -> tuple[Array, Array]:
    """A fixed formula at h and 2 h: the second tells the truncation error of the first."""
    steps = _steps(engine, condition, layer, step or stencil.step)
    value = _difference(engine, layer, stencil, steps)
    coarse = _difference(engine, layer, stencil, 2.0 * steps)
    roundoff = _roundoff(condition, layer, stencil, steps)
    # coarse - value is (2^p - 1) times the truncation error of `value`, to leading order
    truncation = 2.0 * np.abs(coarse - value) / (2.0**stencil.order - 1.0)
    return value, truncation + roundoff + SAFETY * condition.rounding[layer - 1]


def _roundoff(condition: Conditioning, layer: int, stencil: Stencil, steps: Array) -> Array:
    return SAFETY * condition.loss_noise[layer - 1] * stencil.noise / steps


def _richardson(engine: Engine, condition: Conditioning, layer: int) -> tuple[Array, Array]:
    """Ridders' extrapolation of central differences, the best element of the tableau chosen entry by entry."""
    central = STENCILS["central"]
    steps = _steps(engine, condition, layer, FIRST_STEP)
    return ridders(
        lambda level: _difference(engine, layer, central, steps / 2.0**level),
        lambda level: _roundoff(condition, layer, central, steps / 2.0**level),
        LEVELS,
        SAFETY * condition.rounding[layer - 1],
    )


def ridders(
    difference: Callable[[int], Array], roundoff: Callable[[int], Array], levels: int, floor: Array
) -> tuple[Array, Array]:
    """
    Extrapolate central differences at halving steps to step zero, and choose entry by entry.

    Parameters
    ----------
    difference : callable (int) -> ndarray
        Central differences at the first step divided by 2**level.
    roundoff : callable (int) -> ndarray
        Bound of their round-off error.
    levels : int
    floor : ndarray
        Added to the bound.

    Returns
    -------
    value, bound : ndarray
        The tableau's element with the smallest bound, and that bound: the distance to both elements that
        it was extrapolated from, and the round-off carried along.

    Notes
    -----
    T[m][j] = T[m][j-1] + (T[m][j-1] - T[m-1][j-1]) / (4**j - 1), as in [1]_.

    References
    ----------
    .. [1] C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x), Adv. Eng. Software 4 (1982).
    """
    row: list[tuple[Array, Array]] = []
    best: Array | None = None
    bound: Array = np.array(np.inf)
    for level in range(levels):
        new = [(difference(level), roundoff(level))]
        for j, (coarse, coarse_noise) in enumerate(row, 1):
            fine, fine_noise = new[-1]
            weight = 1.0 / (4.0**j - 1.0)
            value = fine + weight * (fine - coarse)
            noise = (1.0 + weight) * fine_noise + weight * coarse_noise
            change = np.maximum(np.abs(value - fine), np.abs(value - coarse))
            error = change + noise
            better = ~(error >= bound)
            best = value if best is None else np.where(better, value, best)
            bound = np.where(better, error, bound)
            new.append((value, noise))
        row = new
    assert best is not None
    return best, bound + floor
