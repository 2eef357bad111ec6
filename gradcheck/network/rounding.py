"""
What right code may be off by in float64, where it subtracts numbers that are nearly the same.

`1 - a` and `a2 - y` are exact to an ulp of 1, whatever is left of them. Where a layer is saturated, that is more
than all of its gradient, and nobody can be blamed for it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array, Network

_ULPS = 8.0
"""Of 1, that a slope or an error is off by: `a * (1 - a)`, or `1 - a ** 2`, and the exponential before it."""
_BENT = ("sigmoid", "tanh")


@np.errstate(all="ignore")
def rounding(network: Network, values: Mapping[str, Array]) -> dict[str, Array]:
    """
    Bound what cancellation leaves in the gradients of right code.

    With an absolute error of eps in the slopes and in `a2 - y`, to first order and by the triangle inequality:

        |Δdelta2| <= eps |grad_a2|        |Δdelta1| <= |Δdelta2| |w2|ᵀ ⊙ |slope1| + eps |grad_a1|

    and so on to the parameters as the gradients are made of the deltas.

    Parameters
    ----------
    network : Network
    values : mapping
        `x` (n, d), `y` (n, k), `w1` (d, h), `b1` (1, h), `w2` (h, k), `b2` (1, k).

    Returns
    -------
    dict
        For every parameter of the network an array of its shape, in the gradient's units.
    """
    trace = Trace(network, values)
    unit = _ULPS * np.finfo(float).eps
    ends = np.abs(trace.grad_a2)
    error2 = unit * np.where(np.isfinite(ends), ends, abs(trace.scale))  # of a fused pair `a2 - y` is what is left
    error1 = error2 @ np.abs(trace.w2).T * np.abs(trace.slope1)
    if network.hidden_activation in _BENT:
        error1 = error1 + unit * np.abs(trace.grad_a1)
    found = {
        "w1": np.abs(trace.x).T @ error1,
        "b1": error1.sum(axis=0, keepdims=True),
        "w2": np.abs(trace.a1).T @ error2,
        "b2": error2.sum(axis=0, keepdims=True),
    }
    return {name: np.nan_to_num(found[name], nan=0.0, posinf=0.0) for name in network.parameters}
