"""Numerical gradients of the two-layer network, every parameter entry perturbed, every entry with its bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gradcheck.differences import kinks
from gradcheck.differences.conditioning import SAFETY, Conditioning, conditioning, loss_noise, reach
from gradcheck.differences.derivative import Derivative
from gradcheck.differences.engine import CACHE_NUMBERS, Engine
from gradcheck.differences.extrapolation import ridders
from gradcheck.differences.line import Slope, adaptive_batched
from gradcheck.differences.stencils import COMPLEX_STEP, EPSILON, METHODS, STENCILS, Stencil
from gradcheck.network.forward import ACTIVATIONS, Array, Network, decay_loss, entry_losses

# Levels of the extrapolation: steps halve, so the last is 1/32 of the first.
LEVELS = 6
# First step of the extrapolation, as the movement of a pre-activation. Sigmoids have poles at ±iπ: well inside.
FIRST_STEP = 0.25
# With relu about, steps start small: the extrapolation must not reach across kinks.
FIRST_STEP_AT_KINKS = 2.0**-10
LEVELS_AT_KINKS = 4
_DIRECTIONS = 2
_DISAGREEMENT = "complex step does not agree with real differences"
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
        result = _derivatives(engine, condition, "complex-step", step)
        if agrees_with_real_differences(engine, result):
            return result
        if method == "complex-step":
            notes = (_DISAGREEMENT,)
            return {
                name: replace(d, bound=np.full_like(d.bound, np.inf), notes=notes) for name, d in result.items()
            }
        method, notes = (
            "richardson",
            (f"{_DISAGREEMENT}: adaptive differences instead",),
        )
    result = _derivatives(engine, condition, method, step)
    return {name: replace(d, notes=notes + d.notes) for name, d in result.items()}


def _derivatives(
    engine: Engine, condition: Conditioning, method: str, step: float | None
) -> dict[str, Derivative]:
    """Both layers by one method, as a derivative for each parameter."""
    result = {}
    for layer in (1, 2):
        if method == "complex-step":
            found = _complex_step(engine, condition, layer)
        elif method == "richardson":
            found = _richardson(engine, condition, layer)
        else:
            found = stencil_layer(engine, condition, layer, STENCILS[method], step)
        extra, notes = kinks.allowance(engine, condition, layer, found.reached)
        found = found._replace(bound=found.bound + extra)
        for name, value, bound in layer_parts(engine.network, layer, found):
            result[name] = Derivative(value, bound, method, found.times * value.size, notes)
    return result


def layer_parts(network: Network, layer: int, found: LayerDerivative) -> Iterator[tuple[str, Array, Array]]:
    """Name, value and bound of each parameter of a layer that the network has."""
    for name in network.parameters:
        if _LAYERS[name] == layer:
            yield name, _part(found.value, name), _part(found.bound, name)


class LayerDerivative(NamedTuple):
    """A layer's derivatives: value, bound and the largest shift (d + 1, h) or (h + 1, k); evaluations an entry."""

    value: Array
    bound: Array
    reached: Array
    times: int


def agrees_with_real_differences(engine: Engine, derivatives: Mapping[str, Derivative]) -> bool:
    """
    Cross-check a gradient against adaptive real differences of the loss along Gaussian directions.

    Every parameter moves at once, through both layers. It fails where the difference is beyond both bounds.
    """
    random = np.random.default_rng(0)
    noise = None
    for _ in range(_DIRECTIONS):
        direction = {name: random.standard_normal(d.value.shape) for name, d in derivatives.items()}
        slope, noise = directional_slope(engine, direction, noise)
        expected = sum(float(np.sum(derivatives[name].value * v)) for name, v in direction.items())
        slack = sum(float(np.sum(derivatives[name].bound * np.abs(v))) for name, v in direction.items())
        if not abs(slope.value - expected) <= slope.bound + slack:
            return False
    return True


def directional_slope(
    engine: Engine, direction: Mapping[str, Array], noise: float | None = None
) -> tuple[Slope, float]:
    """Adaptive real differences of the loss along a direction of some or all parameters, and the loss's noise."""
    network, values = engine.network, engine.values
    steps = {name: direction.get(name, np.zeros_like(values[name])) for name in ("w1", "w2")}
    moved1 = values["x"] @ steps["w1"] + direction.get("b1", 0.0)

    def losses(points: Array) -> Array:
        t = points[:, None, None]
        a1 = ACTIVATIONS[network.hidden_activation](engine.z1 + t * moved1)
        z2 = a1 @ (values["w2"] + t * steps["w2"])
        if network.output_bias:
            z2 += values["b2"] + t * direction.get("b2", 0.0)
        a2 = ACTIVATIONS[network.output_activation](z2)
        entries = entry_losses(network, z2, a2, values["y"])
        total: Array = engine.scale * entries.reshape(len(points), -1).sum(axis=1)
        if network.weight_decay:
            moved = ({**values, **{name: values[name] + t * steps[name] for name in steps}} for t in points)
            total += [decay_loss(network, each) for each in moved]
        return total

    # so that pre-activations move by about one
    scale = 1.0 / max(1.0, float(np.abs(moved1).max(initial=0.0)))
    return adaptive_batched(losses, scale, max(1, CACHE_NUMBERS // engine.z1.size), noise)


def _part(layer: Array, name: str) -> Array:
    """A layer's weights, or its bias, out of the array that has the bias as its last row."""
    return layer[-1:].copy() if name.startswith("b") else layer[:-1].copy()


def _decay(engine: Engine, layer: int) -> tuple[float, Array]:
    """Factor of the squared weights in the loss, and the weights with a zero for the bias."""
    weights = engine.values[f"w{layer}"]
    ones = {"w1": np.ones((1, 1)), "w2": np.zeros((1, 1)), "y": engine.values["y"]}
    factor = float(decay_loss(engine.network, ones))
    return factor, np.concatenate([weights, np.zeros((1, weights.shape[1]))])


def _complex_step(engine: Engine, condition: Conditioning, layer: int) -> LayerDerivative:
    """Im loss(θ + i h) / h for every entry; its only error is rounding."""
    shape = engine.layer_shape(layer)
    value = engine.imaginary_changes(layer, np.full(shape, COMPLEX_STEP)) / COMPLEX_STEP
    factor, weights = _decay(engine, layer)
    decay = factor * 2.0 * weights
    value += decay
    bound = SAFETY * condition.rounding[layer - 1] + 4.0 * EPSILON * (np.abs(decay) + np.abs(value))
    return LayerDerivative(value, bound + np.finfo(np.float64).tiny / COMPLEX_STEP, np.zeros(shape), 1)


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


def _steps(engine: Engine, layer: int, movement: float) -> Array:
    """Step of every entry, a power of two: no pre-activation moves further than `movement`."""
    far = reach(engine, layer)
    wanted = movement / np.where(far > 0, far, 1.0)
    if engine.network.weight_decay:
        wanted = np.minimum(wanted, np.maximum(1.0, np.abs(_decay(engine, layer)[1])))
    return np.exp2(np.floor(np.log2(wanted)))


def stencil_layer(
    engine: Engine, condition: Conditioning, layer: int, stencil: Stencil, step: float | None
) -> LayerDerivative:
    """A fixed formula at h and 2 h: the second tells the truncation error of the first."""
    steps = _steps(engine, layer, step or stencil.step)
    value = _difference(engine, layer, stencil, steps)
    coarse = _difference(engine, layer, stencil, 2.0 * steps)
    truncation = 2.0 * np.abs(coarse - value) / min(2.0**stencil.order - 1.0, 15.0)
    bound = truncation + _roundoff(engine, layer, stencil, steps)
    bound += SAFETY * condition.rounding[layer - 1] + 4.0 * EPSILON * np.abs(value)
    return LayerDerivative(value, bound, 2.0 * max(stencil.nodes) * steps, 2 * len(stencil.nodes))


def _roundoff(engine: Engine, layer: int, stencil: Stencil, steps: Array) -> Array:
    """Bound of the rounding of the losses, and of the weight decay's part."""
    factor, weights = _decay(engine, layer)
    noise = SAFETY * loss_noise(engine, layer) * stencil.noise
    decay = 4.0 * EPSILON * abs(factor) * stencil.noise * (2.0 * np.abs(weights) + max(stencil.nodes) * steps)
    return np.asarray(noise / steps + decay)


def _richardson(engine: Engine, condition: Conditioning, layer: int) -> LayerDerivative:
    """Ridders' extrapolation of central differences, the best element of the tableau chosen entry by entry."""
    central = STENCILS["central"]
    kinky = "relu" in (engine.network.hidden_activation, engine.network.output_activation)
    first, levels = (FIRST_STEP_AT_KINKS, LEVELS_AT_KINKS) if kinky else (FIRST_STEP, LEVELS)
    steps = _steps(engine, layer, first)
    value, bound = ridders(
        lambda level: _difference(engine, layer, central, steps / 2.0**level),
        lambda level: _roundoff(engine, layer, central, steps / 2.0**level),
        levels,
        SAFETY * condition.rounding[layer - 1],
    )
    return LayerDerivative(value, bound, steps, 2 * levels)
