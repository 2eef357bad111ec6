"""
The forward pass and the loss of the two-layer network.

Axes: `n` examples, `d` features, `h` hidden units, `k` outputs; examples are in rows. Everything here
carries complex numbers faithfully (no abs, max or cast on the way), so that complex-step differentiation
works on it, and stays finite where activations saturate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

PARAMETERS = ("w1", "b1", "w2", "b2")


def printed(parameter: str) -> str:
    """Name a parameter as reports print it: `w1` is shown as `W1`, `b1` as `b1`."""
    return parameter.replace("w", "W")


def sigmoid(z: Array) -> Array:
    """Logistic function 1 / (1 + exp(-z)), without overflow at either end; real or complex."""
    negative = z.real < 0
    decay = np.exp(np.where(negative, z, -z))
    return np.where(negative, decay, 1.0) / (1.0 + decay)


def softplus(z: Array) -> Array:
    """log(1 + exp(z)) without overflow; its derivative is `sigmoid`."""
    negative = z.real < 0
    result: Array = np.where(negative, 0.0, z) + np.log1p(np.exp(np.where(negative, z, -z)))
    return result


def log_softmax(z: Array) -> Array:
    """Logarithm of the softmax over the last axis, shifted by its largest real part to stay finite."""
    shifted = z - z.real.max(axis=-1, keepdims=True)
    return cast(Array, shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def log_softmax_rest(z: Array) -> Array:
    """log(1 - softmax) over the last axis, summed over the other outputs to keep its digits near 1."""
    k = z.shape[-1]
    shifted = z - z.real.max(axis=-1, keepdims=True)
    others = np.exp(shifted) @ (1.0 - np.eye(k))
    return cast(Array, np.log(others) - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def relu(z: Array) -> Array:
    """Zero where the (real part of the) pre-activation is not positive."""
    return np.where(z.real > 0, z, 0.0)


ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": relu,
    "identity": lambda z: z,
    "softmax": lambda z: np.exp(log_softmax(z)),
}
LOSSES = ("squared-error", "binary-cross-entropy", "cross-entropy")


@dataclass(frozen=True)
class Scale:
    """
    A factor such as `1/(2 n k)` that depends on the sizes of the problem.

    Attributes
    ----------
    coefficient : Fraction
        Dimensionless constant.
    per_example, per_output : bool
        Whether it is divided by `n` and by `k`.
    """

    coefficient: Fraction = Fraction(1)
    per_example: bool = False
    per_output: bool = False

    _PATTERN = re.compile(r"(\d+(?:\.\d+)?)(?:/\(?([^()]*)\)?)?")

    @classmethod
    def parse(cls, text: str) -> Scale:
        """
        Read `1`, `1/2`, `2/n`, `1/(2 n k)` and the like.

        Raises
        ------
        ValueError
            If the text is no number divided by some of a number, `n` and `k`.
        """
        match = cls._PATTERN.fullmatch(re.sub(r"[\s*]", "", text))
        if match is None:
            raise ValueError(text)
        numerator, denominator = Fraction(match[1]), match[2] or ""
        factors = re.findall(r"\d+(?:\.\d+)?|[nk]", denominator)
        if "".join(factors) != denominator or factors.count("n") > 1 or factors.count("k") > 1:
            raise ValueError(text)
        for factor in factors:
            if factor not in "nk":
                numerator /= Fraction(factor)
        return cls(numerator, "n" in factors, "k" in factors)

    def value(self, n: int, k: int) -> float:
        """Evaluate for `n` examples and `k` outputs."""
        return float(self.coefficient) / ((n if self.per_example else 1) * (k if self.per_output else 1))

    def __str__(self) -> str:
        letters = " ".join(
            ([str(self.coefficient.denominator)] if self.coefficient.denominator > 1 else [])
            + ["n"] * self.per_example
            + ["k"] * self.per_output
        )
        if not letters:
            return str(self.coefficient.numerator)
        return f"{self.coefficient.numerator}/" + (f"({letters})" if " " in letters else letters)


@dataclass(frozen=True, kw_only=True)
class Network:
    """
    What is computed, sizes aside: activations, loss and which parameters there are.

    Attributes
    ----------
    hidden_activation, output_activation : str
        Keys of `ACTIVATIONS`; softmax at the output only.
    loss : str
        One of `LOSSES`.
    loss_scale : Scale
        Multiplies the loss summed over examples and outputs.
    weight_decay : float
        Adds weight_decay/2 · (ΣW1² + ΣW2²), times `weight_decay_scale`.
    hidden_bias, output_bias : bool
        Which layers have a bias.
    """

    hidden_activation: str = "sigmoid"
    output_activation: str = "sigmoid"
    loss: str = "squared-error"
    loss_scale: Scale = Scale(Fraction(1, 2))
    weight_decay: float = 0.0
    weight_decay_scale: Scale = Scale()
    hidden_bias: bool = True
    output_bias: bool = True

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that exist, in the order `w1 b1 w2 b2`."""
        absent = {"b1": not self.hidden_bias, "b2": not self.output_bias}
        return tuple(name for name in PARAMETERS if not absent.get(name, False))


class Forward(NamedTuple):
    """The forward quantities: z1, a1 of shape (n, h); z2, a2 of shape (n, k)."""

    z1: Array
    a1: Array
    z2: Array
    a2: Array


def forward(network: Network, values: Mapping[str, Array]) -> Forward:
    """
    Run the network.

    Parameters
    ----------
    network : Network
    values : mapping
        `x` (n, d), `w1` (d, h), `b1` (1, h), `w2` (h, k), `b2` (1, k); a bias the network lacks may be absent.
    """
    z1 = values["x"] @ values["w1"]
    if network.hidden_bias:
        z1 = z1 + values["b1"]
    a1 = ACTIVATIONS[network.hidden_activation](z1)
    z2 = a1 @ values["w2"]
    if network.output_bias:
        z2 = z2 + values["b2"]
    return Forward(z1, a1, z2, ACTIVATIONS[network.output_activation](z2))


def entry_losses(network: Network, z2: Array, a2: Array, y: Array) -> Array:
    """
    Loss of each output of each example, unscaled: shape (n, k), as `a2` and `y`.

    Logarithms are taken of `z2` and not of `a2` where the activation allows it, so that a saturated
    output gives a finite loss and not log(0).

    Notes
    -----
    squared-error: (a2 - y)²; binary-cross-entropy: -(y log a2 + (1 - y) log(1 - a2));
    cross-entropy: -y log a2 [1]_.

    References
    ----------
    .. [1] C. M. Bishop, Pattern Recognition and Machine Learning, sec. 5.2.
    """
    if network.loss == "squared-error":
        return (a2 - y) ** 2
    sigmoidal = network.output_activation == "sigmoid"
    log_a2 = -softplus(-z2) if sigmoidal else log_softmax(z2)
    if network.loss == "cross-entropy":
        return -y * log_a2
    log_rest = -softplus(z2) if sigmoidal else log_softmax_rest(z2)
    return -(y * log_a2 + (1.0 - y) * log_rest)


def decay_loss(network: Network, values: Mapping[str, Array]) -> Any:
    """Weight-decay part of the loss: weight_decay/2 · (ΣW1² + ΣW2²), scaled."""
    if network.weight_decay == 0:
        return 0.0
    n, k = values["y"].shape
    factor = network.weight_decay * network.weight_decay_scale.value(n, k) / 2
    return factor * ((values["w1"] ** 2).sum() + (values["w2"] ** 2).sum())


def loss(network: Network, values: Mapping[str, Array]) -> Any:
    """
    Evaluate the loss: loss_scale · Σ ℓ(a2, y) + weight decay.

    Parameters
    ----------
    network : Network
    values : mapping
        As for `forward`, and `y` (n, k).

    Returns
    -------
    float, or complex if any parameter is complex
    """
    _, _, z2, a2 = forward(network, values)
    y = values["y"]
    scale = network.loss_scale.value(*y.shape)
    return scale * entry_losses(network, z2, a2, y).sum() + decay_loss(network, values)
