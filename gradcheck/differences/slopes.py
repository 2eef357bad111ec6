"""
Slopes of the activations and of the loss: complex steps of the forward pass's own code, one for each number.

They work in the precision of their argument, and on stacks of arguments (leading axes), for the error bounds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.differences.tinycomplex import TinyComplex
from gradcheck.network.forward import ACTIVATIONS, Array, Network, entry_losses

# Numbers in flight where each output is moved by itself.
_AT_ONCE = 1 << 18


def coupled(network: Network) -> bool:
    """Whether one entry of z2 moves the losses of the other outputs, too."""
    softmax = network.output_activation == "softmax"
    return softmax or (network.loss != "squared-error" and network.output_activation != "sigmoid")


def activation_slope(network: Network, z1: Array) -> Array:
    """da1/dz1, shaped as `z1` (..., n, h)."""
    slope: Any = ACTIVATIONS[network.hidden_activation](_moved(z1, np.ones_like(z1)))
    return np.asarray(slope.imag)


def loss_slope(network: Network, z2: Array, y: Array) -> Array:
    """d(Σℓ)/dz2, unscaled, shaped as `z2` (..., n, k); where outputs are coupled each is moved by itself."""

    def losses(shift: Array) -> Array:
        z = _moved(z2, shift)
        # the logarithmic losses are computed from z2
        a2 = ACTIVATIONS[network.output_activation](z) if network.loss == "squared-error" else z
        moved: Any = entry_losses(network, z, a2, y)
        return np.asarray(moved.imag)

    if not coupled(network):
        return losses(np.ones_like(z2))
    k = z2.shape[-1]
    units = np.eye(k, dtype=z2.dtype).reshape(k, *(1,) * (z2.ndim - 1), k)
    slopes, step = np.empty_like(z2), max(1, _AT_ONCE // z2.size)
    for first in range(0, k, step):
        shifts = np.broadcast_to(units[first : first + step], (len(units[first : first + step]), *z2.shape))
        slopes[..., first : first + step] = np.moveaxis(losses(shifts).sum(axis=-1), 0, -1)
    return slopes


def _moved(z: Array, shift: Array) -> Any:
    return TinyComplex(z, shift)
