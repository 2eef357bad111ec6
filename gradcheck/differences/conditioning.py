"""
How far rounding moves the gradient of the network: the round-off part of every error bound.

Each intermediate value carries a rounding error of about its own magnitude times 2**-52; these errors are
carried through to the gradient to first order, as independent (added in squares), and multiplied by `SAFETY`. The
error of an activation's own evaluation is measured, by evaluating it again in extended precision.

Slopes of the activations and losses are complex steps of the forward pass; only magnitudes are read off them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradcheck.differences.engine import Engine
from gradcheck.differences.slopes import activation_slope, loss_slope
from gradcheck.differences.stencils import EPSILON
from gradcheck.network.forward import ACTIVATIONS, Array, entry_losses

# Rounding errors are sums of many small ones, near enough Gaussian: six standard deviations are never
# exceeded in practice (2e-9 an entry), with room for errors that are not quite independent.
SAFETY = 6.0
# Step of the differences that show how a slope changes with its argument; only the magnitude matters.
_CURVATURE_STEP = 1e-3
# Sign patterns tried where the outputs are coupled, and so errors of theirs may cancel.
_PATTERNS = 4
# Points around z2 at which the rounding of the losses is measured.
_NOISE_SAMPLES = 6
# Points nearby at which a slope's rounding is measured, too, lest it be zero by chance.
_MEASURED_NEARBY = 2
# Coupled outputs share the rounding of their sum: their errors are not independent.
_COUPLED = 2.0


@dataclass(frozen=True)
class Conditioning:
    """
    Standard deviations of rounding errors, and the kinks.

    Attributes
    ----------
    rounding : tuple of ndarray
        For each layer, (d + 1, h) and (h + 1, k): that of the gradient's entry, weight decay excluded.
    slope1, slope2 : ndarray, shapes (n, h) and (n, k)
        Magnitudes of da1/dz1 and dloss/dz2.
    error1, error2 : ndarray, shapes (n, h) and (n, k)
        Standard deviations of the rounding errors of z1 and z2.
    """

    rounding: tuple[Array, Array]
    slope1: Array
    slope2: Array
    error1: Array
    error2: Array


def conditioning(engine: Engine) -> Conditioning:
    """Estimate the rounding errors of a network's gradient and of its loss differences."""
    values = engine.values
    x, w1, w2 = values["x"], values["w1"], values["w2"]
    slope1, slope2 = engine.slope1, engine.slope2

    def slope1_at(z1: Array) -> Array:
        return activation_slope(engine.network, z1)

    def slope2_at(z2: Array) -> Array:
        return loss_slope(engine.network, z2, values["y"])

    own1, own2 = _measured(slope1_at, engine.z1, slope1), _measured(slope2_at, engine.z2, slope2)
    error1 = _dot_error(x, w1, engine.z1)
    carried = np.sqrt((slope1 * error1) ** 2 + (EPSILON * engine.a1) ** 2)
    error2 = np.hypot(_dot_error(engine.a1, w2, engine.z2), _quadrature(carried, w2))
    error_slope1 = own1 + _response(slope1_at, engine.z1, error1, 1)
    patterns, dependence = (_PATTERNS, _COUPLED) if engine.coupled else (1, 1.0)
    error_slope2 = own2 + _response(slope2_at, engine.z2, error2, patterns)
    error_slope2 *= dependence
    back = slope2 @ w2.T
    error_back = np.hypot(_quadrature(error_slope2, w2.T), _dot_error(slope2, w2.T, back))
    delta1 = np.abs(back * slope1)
    error_delta1 = np.sqrt((error_back * slope1) ** 2 + (back * error_slope1) ** 2 + (EPSILON * delta1) ** 2)
    inputs1, inputs2 = engine.inputs(1), engine.inputs(2)
    rounding1 = _sum_error(inputs1, delta1, error_delta1)
    carried_inputs = np.concatenate([carried.T, np.zeros((1, engine.n))])
    rounding2 = np.hypot(_sum_error(inputs2, slope2, error_slope2), _quadrature(carried_inputs, slope2))
    return Conditioning(
        rounding=(engine.scale * rounding1, engine.scale * rounding2),
        slope1=np.abs(slope1),
        slope2=engine.scale * np.abs(slope2),
        error1=error1,
        error2=error2,
    )


def reach(engine: Engine, layer: int) -> Array:
    """Furthest that a pre-activation of either layer moves per unit of an entry: (d + 1, h) or (h + 1, k)."""
    inputs = np.abs(engine.inputs(layer)).max(axis=1)[:, None]
    if layer == 2:
        return np.repeat(inputs, engine.k, axis=1)
    outputs = np.abs(engine.slope1).max(axis=0) * np.abs(engine.values["w2"]).max(axis=1)
    return np.asarray(inputs * np.maximum(1.0, outputs))


def _quadrature(first: Array, second: Array) -> Array:
    """Product of two matrices of standard deviations and factors, terms added in squares."""
    squares: Array = np.square(first) @ np.square(second)
    return np.sqrt(squares)


def _sum_error(inputs: Array, delta: Array, error: Array) -> Array:
    """Error of `inputs @ delta`: `error` of delta carried through, and the rounding of the product."""
    own = EPSILON * _partial_sums(inputs.shape[-1]) * delta
    squares = np.square(inputs) @ (np.square(error) + np.square(own))
    return np.asarray(np.sqrt(squares) + EPSILON * np.abs(inputs @ delta))


def _partial_sums(terms: int) -> float:
    """Rounding of a sum's terms and partial sums, in last bits of the terms; blocked sums grow slowly."""
    return 2.0 + math.sqrt(terms) / 32.0


def _dot_error(first: Array, second: Array, product: Array) -> Array:
    """Rounding error of a product of matrices: of each term, and of partial sums that grow to the result."""
    error: Array = EPSILON * (np.abs(product) + _partial_sums(first.shape[-1]) * _quadrature(first, second))
    return error


def _measured(function: Callable[[Array], Array], z: Array, value: Array) -> Array:
    """Measure the rounding error of a slope's evaluation against extended precision, where there is one."""
    if np.finfo(np.longdouble).eps > EPSILON / 100:
        # No extended precision here: allow for the cancellation of numbers of the row's magnitude.
        row = np.minimum(1.0, np.abs(value).max(axis=-1, keepdims=True))
        return np.asarray(4.0 * EPSILON * np.maximum(np.abs(value), row))
    near = np.repeat(z[None], 1 + _MEASURED_NEARBY, axis=0)
    near[1:] += _CURVATURE_STEP * np.random.default_rng(1).standard_normal((_MEASURED_NEARBY, *z.shape))
    exact = function(near.astype(np.longdouble)).astype(np.float64)
    own: Array = np.abs(function(near) - exact).max(axis=0)
    return own + 2.0 * EPSILON * np.abs(value)


def _response(function: Callable[[Array], Array], z: Array, error: Array, patterns: int) -> Array:
    """How far a slope moves when its argument moves by `error`, as the worst of several sign patterns."""
    largest = float(error.max(initial=0.0)) or 1.0
    signs = np.ones((patterns, *z.shape))
    signs[1:] = np.random.default_rng(0).choice((-1.0, 1.0), size=signs[1:].shape)
    shift = signs * (_CURVATURE_STEP * error / largest)
    above, below = function(np.stack([z + shift, z - shift]))
    worst: Array = np.abs(above - below).max(axis=0)
    return worst * (largest / (2.0 * _CURVATURE_STEP))


def loss_noise(engine: Engine, layer: int) -> Array:
    """
    Estimate the rounding (standard deviation) of Σℓ(moved) - Σℓ: of each loss, and of z2 and a1 where they move.

    Returns
    -------
    ndarray, one row, (1, h) or (1, k)
        For each column of the layer's entries, in units of the loss.
    """
    losses, w2, slope2 = engine.base_losses, engine.values["w2"], engine.slope2
    shifted = EPSILON**2 * (losses**2 + (slope2 * engine.z2) ** 2) + _evaluation_noise(engine) ** 2
    if engine.network.loss == "squared-error":
        # (a2 - y)² carries the rounding of a2, which may be far larger than the difference
        shifted = shifted + (EPSILON * engine.a2) ** 2 * 4.0 * losses
    whole = shifted.sum()
    if layer == 2:
        columns = np.full(engine.k, whole) if engine.coupled else shifted.sum(axis=0)
        return np.asarray(engine.scale * np.sqrt(columns)[None])
    hidden = (EPSILON * (np.abs(engine.a1) + np.abs(engine.z1))) ** 2 * (slope2**2 @ (w2**2).T)
    return np.asarray(engine.scale * np.sqrt(whole + hidden.sum(axis=0))[None])


def _evaluation_noise(engine: Engine) -> Array:
    """
    Rounding of each output's loss in its own evaluation (n, k), measured around z2 against extended precision.

    Near saturation a loss of 1e-5 is the logarithm of 1 + 1e-5, and carries the rounding of 1.
    """
    network, y = engine.network, engine.values["y"]
    activation = ACTIVATIONS[network.output_activation]
    if np.finfo(np.longdouble).eps > EPSILON / 100:
        return EPSILON * np.maximum(1.0, np.abs(engine.base_losses))
    shape = (_NOISE_SAMPLES, *engine.z2.shape)
    z2 = engine.z2 + _CURVATURE_STEP * np.random.default_rng(0).standard_normal(shape)
    wide = z2.astype(np.longdouble)
    error = entry_losses(network, z2, activation(z2), y) - entry_losses(network, wide, activation(wide), y)
    # few samples: three times their root mean square
    return np.asarray(3.0 * np.sqrt(np.square(error.astype(np.float64)).mean(axis=0)))
