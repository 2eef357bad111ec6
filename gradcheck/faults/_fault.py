"""What a catalogue entry is, and the view of a trace through which entries predict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradcheck.network.backward import DERIVATIVES, Override, Trace
from gradcheck.network.forward import ACTIVATIONS, Array, Network

_STEMS = {
    "weights": "w",
    "bias": "b",
    "incoming": "grad_a",
    "z": "z",
    "a": "a",
    "slope": "slope",
    "delta": "delta",
}


class Layer:
    """
    One layer of a trace, so that an entry is written once for both.

    Attributes
    ----------
    inputs : ndarray, (n, d) or (n, h)
    weights, bias, z, a : ndarray
        Of this layer.
    incoming : ndarray
        dloss/da, what flows in: shaped as `a`.
    slope, delta : ndarray
        g'(z), and dloss/dz: shaped as `a`.
    """

    def __init__(self, trace: Trace, index: int) -> None:
        self.trace, self.index = trace, index
        self.network = trace.network

    @property
    def inputs(self) -> Array:
        return np.asarray(self.trace.x if self.index == 1 else self.trace.a1)

    def __getattr__(self, name: str) -> Any:
        if name not in _STEMS:
            raise AttributeError(name)
        return getattr(self.trace, f"{_STEMS[name]}{self.index}")

    @property
    def other(self) -> Layer:
        """The other layer."""
        return Layer(self.trace, 3 - self.index)

    @property
    def error(self) -> Array:
        """a2 - y, shape (n, k)."""
        return np.asarray(self.trace.a2 - self.trace.y)

    @property
    def activation(self) -> str:
        """Name of this layer's activation."""
        return self.network.hidden_activation if self.index == 1 else self.network.output_activation

    def by_output(self, value: Array, activation: str | None = None) -> Array:
        """Evaluate the derivative in its form for an activation a, `a (1 - a)` for sigmoid, at any value."""
        name = activation or self.activation
        if name in ("sigmoid", "softmax"):
            return value * (1.0 - value)
        return 1.0 - value**2 if name == "tanh" else self.by_input(value, name)

    def by_input(self, value: Array, activation: str | None = None) -> Array:
        """Evaluate the derivative in its form for a pre-activation z, `σ(z) (1 - σ(z))` for sigmoid, at any value."""
        name = activation or self.activation
        if name == "softmax":
            softmax = ACTIVATIONS["softmax"](value)
            return softmax * (1.0 - softmax)
        return DERIVATIVES[name](value, ACTIVATIONS[name](value))

    def weight_gradient(self) -> Array:
        """Gradient of this layer's weights, without weight decay."""
        return np.asarray(self.trace.step(f"w{self.index}"))


class ParameterLayer(Layer):
    """A layer seen from one of its two gradients, for entries that corrupt either alike."""

    def __init__(self, trace: Trace, site: str) -> None:
        super().__init__(trace, layer_of(site))
        self.site = site

    @property
    def parameter_gradient(self) -> Array:
        """What the gradient at this site would be without an override of its own."""
        return np.asarray(self.trace.right(self.site))

    @property
    def parameter(self) -> Array:
        """The parameter that the gradient at this site is of."""
        return np.asarray(self.weights if self.site.startswith("w") else self.bias)


Prediction = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """
    One catalogue entry.

    Attributes
    ----------
    name : str
        The pattern found, not its remedy; stable once shipped.
    sites : tuple of str
        Steps it may corrupt, as in `network.backward.STEPS`.
    predictions : tuple of callable (Layer) -> array
        The wrong value of the step, in each variation in which people write it.
    term : callable (Layer) -> array, optional
        The wrong value is the right one plus this times a free scalar, the same on every probe.
    factor : callable (sizes) -> float, optional
        The wrong value is the right one times this; `sizes` has `n d h k`.
    applies : callable (Network, int) -> bool
        Whether the entry makes sense for the layer of that number.
    summary : str
        One line.
    submitted : str
        What the submitted value is, completing "your `db1` ..."; see `diagnosis.messages` for the words in braces.
    expected : str
        What it ought to be, a sentence.
    hint : str
        A question that leads there.
    why, tempting : str
        For `gradcheck explain`: the derivation, and why people do it.
    wrong, right : str
        The line as people write it, and mended.
    training : str
        What happens in training if nobody notices.
    references : tuple of str
        Where it was seen.
    """

    name: str
    sites: tuple[str, ...]
    summary: str
    submitted: str
    expected: str
    hint: str
    why: str
    tempting: str
    wrong: str
    right: str
    predictions: tuple[Prediction, ...] = ()
    term: Prediction | None = None
    factor: Callable[[Mapping[str, int]], float] | None = None
    applies: Callable[[Network, int], bool] = lambda network, layer: True
    training: str = ""
    references: tuple[str, ...] = ()

    def overrides(self, site: str) -> tuple[Override, ...]:
        """
        Make the overrides of a step, one a variation; of a fault with a free scalar, its term.

        Each is a function of the trace, as `Trace` takes it.
        """
        if self.factor is not None:
            return (partial(_scaled, site, self.factor),)
        predictions = self.predictions or ((self.term,) if self.term else ())
        return tuple(partial(_through_layer, predict, site) for predict in predictions)


def layer_of(site: str) -> int:
    """Number of the layer that a step belongs to; the loss belongs to the output."""
    return 1 if site.endswith("1") else 2


def _through_layer(predict: Prediction, site: str, trace: Trace) -> Any:
    return predict(ParameterLayer(trace, site))


def _scaled(site: str, factor: Callable[[Mapping[str, int]], float], trace: Trace) -> Any:
    sizes = {"n": trace.n, "d": trace.d, "h": trace.h, "k": trace.k}
    return factor(sizes) * trace.right(site)


def has(*activations: str) -> Callable[[Network, int], bool]:
    """Limit an entry to layers with one of these activations."""

    def applies(network: Network, layer: int) -> bool:
        return (network.hidden_activation if layer == 1 else network.output_activation) in activations

    return applies


def loss_is(*losses: str) -> Callable[[Network, int], bool]:
    """Limit an entry to networks with one of these losses."""
    return lambda network, layer: network.loss in losses


def decays(network: Network, layer: int) -> bool:
    """Limit an entry to networks with weight decay."""
    return network.weight_decay > 0
