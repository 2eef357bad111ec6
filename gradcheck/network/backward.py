"""
The analytic gradients, as one table of named, ordered steps.

A `Trace` computes each step on demand from the steps before it. A fault is one step overridden:
everything downstream recomputes from the wrong value, as it would in the program that has the mistake.

Notes
-----
With delta2 = dloss/dz2 and delta1 = dloss/dz1 the chain rule gives [1]_

    grad_a2 = dloss/da2        delta2 = grad_a2 ⊙ g2'(z2)      w2 = a1ᵀ delta2     b2 = Σ_n delta2
    grad_a1 = delta2 w2ᵀ       delta1 = grad_a1 ⊙ g1'(z1)      w1 = xᵀ delta1      b1 = Σ_n delta1

References
----------
.. [1] D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating
   errors, Nature 323 (1986).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from gradcheck.network.forward import ACTIVATIONS, PARAMETERS, Array, Network, entry_losses, log_softmax_rest

Override = Callable[["Trace"], Any]

DERIVATIVES: Mapping[str, Callable[[Array, Array], Array]] = {
    # of (z, a): each in the form that keeps its digits where the activation saturates
    "sigmoid": lambda z, a: a * ACTIVATIONS["sigmoid"](-z),
    "tanh": lambda z, a: 1.0 / np.cosh(np.clip(z, -350, 350)) ** 2,
    "relu": lambda z, a: (z > 0).astype(float),
    "identity": lambda z, a: np.ones_like(z),
}


def _loss_derivative(t: Trace) -> Array:
    """dloss/da2 (n, k), scaled as the loss is."""
    if t.network.loss == "squared-error":
        return cast(Array, 2 * t.scale * (t.a2 - t.y))
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = t.y / t.a2
        if t.network.loss == "binary-cross-entropy":
            softmax = t.network.output_activation == "softmax"
            rest = np.exp(log_softmax_rest(t.z2)) if softmax else 1.0 - t.a2
            inner = inner - (1.0 - t.y) / rest
    return cast(Array, -t.scale * inner)


def _output_delta(t: Trace) -> Array:
    """dloss/dz2 (n, k); the matched pairs of loss and activation are fused, and so never divide by zero."""
    pair = (t.network.output_activation, t.network.loss)
    if not t.overridden({"grad_a2", "slope2"}):
        if pair == ("sigmoid", "binary-cross-entropy"):
            return cast(Array, t.scale * (t.a2 - t.y))
        if pair == ("sigmoid", "cross-entropy"):
            return cast(Array, -t.scale * t.y * ACTIVATIONS["sigmoid"](-t.z2))
        if pair == ("softmax", "cross-entropy"):
            return cast(Array, t.scale * (t.a2 * t.y.sum(axis=1, keepdims=True) - t.y))
    if t.network.output_activation == "softmax" and not t.overridden({"slope2"}):
        # a_i Σ_j a_j (g_i - g_j) is a_i (g_i - Σ_j a_j g_j) without its cancellation near saturation
        differences = t.grad_a2[:, :, None] - t.grad_a2[:, None, :]
        return cast(Array, t.a2 * np.einsum("nij,nj->ni", differences, t.a2))
    return cast(Array, t.grad_a2 * t.slope2)


def _output_slope(t: Trace) -> Array:
    """g2'(z2) (n, k); of softmax the diagonal of its Jacobian, of which delta2 uses the whole."""
    if t.network.output_activation == "softmax":
        return cast(Array, t.a2 * (1.0 - t.a2))
    return DERIVATIVES[t.network.output_activation](t.z2, t.a2)


STEPS: Mapping[str, Override] = {
    "z1": lambda t: t.x @ t.w1 + t.b1,
    "a1": lambda t: ACTIVATIONS[t.network.hidden_activation](t.z1),
    "z2": lambda t: t.a1 @ t.w2 + t.b2,
    "a2": lambda t: ACTIVATIONS[t.network.output_activation](t.z2),
    "loss": lambda t: t.scale * entry_losses(t.network, t.z2, t.a2, t.y).sum(),
    "grad_a2": _loss_derivative,
    "slope2": _output_slope,
    "delta2": _output_delta,
    "w2": lambda t: t.a1.T @ t.delta2,
    "decay2": lambda t: t.decay * t.w2,
    "b2": lambda t: t.delta2.sum(axis=0, keepdims=True),
    "grad_a1": lambda t: t.delta2 @ t.w2.T,
    "slope1": lambda t: DERIVATIVES[t.network.hidden_activation](t.z1, t.a1),
    "delta1": lambda t: t.grad_a1 * t.slope1,
    "w1": lambda t: t.x.T @ t.delta1,
    "decay1": lambda t: t.decay * t.w1,
    "b1": lambda t: t.delta1.sum(axis=0, keepdims=True),
}
SITES = tuple(STEPS)
_ORDER = {site: position for position, site in enumerate(SITES)}
_INPUTS = frozenset(("x", "y", *PARAMETERS))
_DECAY = {"w1": "decay1", "w2": "decay2"}


class Trace:
    """
    One forward and backward pass, each step computed when it is first asked for.

    Inputs (`x y w1 b1 w2 b2`) and steps (`z1 ... delta1`) are attributes; a gradient, whose step is
    named as its parameter, is `gradient("w1")`.

    Parameters
    ----------
    network : Network
    values : mapping
        `x` (n, d), `y` (n, k), `w1` (d, h), `b1` (1, h), `w2` (h, k), `b2` (1, k), float64. An absent
        bias counts as zero.
    overrides : mapping, optional
        Step name to function of the trace, in place of the right step.
    """

    def __init__(
        self,
        network: Network,
        values: Mapping[str, Array],
        overrides: Mapping[str, Override] | None = None,
    ) -> None:
        self.network: Network = network
        self.values = values
        self.overrides = dict(overrides or {})
        self._steps: dict[str, Any] = {}
        self._overriding: set[str] = set()
        self.n, self.d = values["x"].shape
        self.h, self.k = values["w2"].shape
        self.scale: float = network.loss_scale.value(self.n, self.k)
        self.decay: float = network.weight_decay * network.weight_decay_scale.value(self.n, self.k)

    def __getattr__(self, name: str) -> Any:
        if name in _INPUTS:
            absent = name in ("b1", "b2") and name not in self.values
            value = np.zeros((1, self.h if name == "b1" else self.k)) if absent else self.values[name]
        elif name in STEPS:
            value = self.step(name)
            if name in self._overriding:  # what is asked for here is not what others will get
                return value
        else:
            raise AttributeError(name)
        self.__dict__[name] = value  # found there from now on: explanations ask hundreds of thousands of times
        return value

    def step(self, site: str) -> Any:
        """Value of one step, overridden or not; an override that asks for its own step gets the right value."""
        if site in self._overriding:
            return self.right(site)
        if site not in self._steps:
            self._overriding.add(site)
            try:
                self._steps[site] = self.overrides.get(site, STEPS[site])(self)
            finally:
                self._overriding.discard(site)
        return self._steps[site]

    def right(self, site: str) -> Any:
        """Value that the step would have here without its own override."""
        return STEPS[site](self)

    def gradient(self, parameter: str) -> Any:
        """Gradient of the loss by one parameter, weight decay included; shaped as the parameter."""
        data = self.step(parameter)
        if parameter not in _DECAY or (self.decay == 0 and _DECAY[parameter] not in self.overrides):
            return data
        return data + self.step(_DECAY[parameter])

    def overridden(self, sites: set[str]) -> bool:
        """Whether any of these steps is overridden."""
        return not sites.isdisjoint(self.overrides)

    def fork(self, overrides: Mapping[str, Override]) -> Trace:
        """
        Override further steps, sharing every step that comes before the first of them.

        The order of `STEPS` is an order of computation, so what precedes an override can't depend on it.
        """
        child = Trace.__new__(Trace)
        for name in ("network", "values", "n", "d", "h", "k", "scale", "decay"):
            child.__dict__[name] = self.__dict__[name]
        child.overrides = {**self.overrides, **overrides}
        first = min((_ORDER[site] for site in overrides), default=len(SITES))
        child._steps = {site: value for site, value in self._steps.items() if _ORDER[site] < first}
        child._overriding = set()
        return child


def gradients(network: Network, values: Mapping[str, Array]) -> dict[str, Array]:
    """Compute the analytic gradient of every parameter the network has, shaped as the parameter."""
    trace = Trace(network, values)
    return {name: trace.gradient(name) for name in network.parameters}
