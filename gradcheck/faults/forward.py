"""Mistakes of the forward pass, seen in the gradients that follow from it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.faults._fault import Fault, Layer, has
from gradcheck.network.forward import ACTIVATIONS, Array, Network

Z = ("z1", "z2")
A = ("a1", "a2")

_WHY_FORWARD = """\
The backward pass may be the exact derivative of the forward pass that it belongs to, and still not be the
gradient of the network that was asked for: z = inputs · w + b, a = g(z), layer by layer."""


def _has_bias(network: Network, layer: int) -> bool:
    return (network.hidden_bias, network.output_bias)[layer - 1]


def _applies_kind(kind: str) -> Callable[[Network, int], bool]:
    """Limit an activation to layers that may have it and don't."""

    def applies(network: Network, layer: int) -> bool:
        asked = (network.hidden_activation, network.output_activation)[layer - 1]
        return asked != kind and (kind != "softmax" or layer == 2)

    return applies


def _applied(kind: str) -> Callable[[Layer], Array]:
    """Predict an activation in place of the one asked for."""
    return lambda layer: ACTIVATIONS[kind](layer.z)


FAULTS = (
    Fault(
        name="bias-missing-in-forward",
        sites=Z,
        predictions=(lambda layer: layer.inputs @ layer.weights,),
        applies=_has_bias,
        summary="The forward pass does not add the bias.",
        submitted="fits a forward pass without {bias}",
        expected="{z} = {inputs} times {weights} plus {bias}.",
        hint="Set the biases to something other than 0 and look at {z}.",
        why=_WHY_FORWARD,
        tempting="Biases start at 0, and while they do nothing is missed.",
        wrong="z2 = a1 @ W2",
        right="z2 = a1 @ W2 + b2",
        training="Invisible while the bias is 0.",
        references=("public code: Z2 = W2.dot(A1)",),
    ),
    Fault(
        name="bias-of-other-layer",
        sites=Z,
        predictions=(lambda layer: layer.inputs @ layer.weights + layer.other.bias,),
        applies=lambda network, layer: network.hidden_bias and network.output_bias,
        summary="The forward pass adds the other layer's bias.",
        submitted="fits a forward pass that adds the other layer's bias",
        expected="{z} = {inputs} times {weights} plus {bias}.",
        hint="Which bias does each layer add?",
        why=_WHY_FORWARD,
        tempting="The two lines are copies of each other.",
        wrong="z2 = a1 @ W2 + b1",
        right="z2 = a1 @ W2 + b2",
        training="Invisible while the biases are 0.",
        references=("public code: a2 = nonlin(a1.dot(w2) + b1)",),
    ),
    Fault(
        name="bias-subtracted-in-forward",
        sites=Z,
        predictions=(
            lambda layer: layer.inputs @ layer.weights - layer.bias,
            lambda layer: layer.inputs @ layer.weights + 2 * layer.bias,
        ),
        applies=_has_bias,
        summary="The forward pass subtracts the bias, or adds it twice.",
        submitted="fits a forward pass that subtracts {bias} or adds it twice",
        expected="{z} = {inputs} times {weights} plus {bias}.",
        hint="Thresholds are subtracted, biases are added. Which does the assignment have?",
        why=_WHY_FORWARD,
        tempting="A neuron's threshold is a bias with the other sign.",
        wrong="z1 = x @ W1 - b1",
        right="z1 = x @ W1 + b1",
        training="Learns another bias.",
    ),
    Fault(
        name="activation-missing",
        sites=A,
        predictions=(lambda layer: layer.z,),
        # a2 = z2 under cross-entropy is `error-of-pre-activation`, whose delta is the only one that has a value
        applies=lambda network, layer: (
            has("sigmoid", "tanh", "relu", "softmax")(network, layer)
            and (layer == 1 or network.loss == "squared-error")
        ),
        summary="The activation is not applied.",
        submitted="fits a forward pass whose {a} is {z}, without the activation",
        expected="{a} = {activation}({z}).",
        hint="What happens to {z} before the next line uses it?",
        why=_WHY_FORWARD,
        tempting="z and a have the same shape.",
        wrong="a1 = x @ W1 + b1",
        right="a1 = sigmoid(x @ W1 + b1)",
        training="A linear network.",
    ),
    Fault(
        name="activation-applied-twice",
        sites=A,
        predictions=(lambda layer: ACTIVATIONS[layer.activation](ACTIVATIONS[layer.activation](layer.z)),),
        applies=has("sigmoid", "tanh", "softmax"),
        summary="The activation is applied twice.",
        submitted="fits a forward pass that applies {activation} twice",
        expected="{a} = {activation}({z}), once.",
        hint="Is what you pass to the activation already an activation?",
        why=_WHY_FORWARD,
        tempting="One line computes a, the next computes it 'again'.",
        wrong="a1 = sigmoid(sigmoid(z1))",
        right="a1 = sigmoid(z1)",
        training="Learns badly.",
    ),
    *(
        Fault(
            name=f"activation-is-{kind}",
            sites=A,
            predictions=(_applied(kind),),
            applies=_applies_kind(kind),
            summary=f"The forward pass applies {kind}, which was not asked for.",
            submitted=f"fits a forward pass that applies {kind}",
            expected="{a} = {activation}({z}).",
            hint="Which activation was asked for in this layer?",
            why=_WHY_FORWARD,
            tempting="Kept from another exercise.",
            wrong=wrong,
            right="a1 = sigmoid(z1)",
            training="Trains; another network.",
        )
        for kind, wrong in (
            ("sigmoid", "a1 = sigmoid(z1)"),
            ("tanh", "a1 = np.tanh(z1)"),
            ("relu", "a1 = np.maximum(0, z1)"),
            ("softmax", "a2 = softmax(z2)"),
        )
    ),
    Fault(
        name="softmax-over-wrong-axis",
        sites=("a2",),
        predictions=(
            lambda layer: ACTIVATIONS["softmax"](layer.z.T).T,
            lambda layer: np.exp(layer.z) / np.exp(layer.z).sum(),
        ),
        applies=has("softmax"),
        summary="The softmax is normalised over the examples, or over everything.",
        submitted="fits a forward pass whose softmax sums to 1 over the examples or over the whole batch",
        expected="Each example's outputs sum to 1: the sum is over the outputs, axis {unit_axis}.",
        hint="Print `a2.sum(axis=0)` and `a2.sum(axis=1)`. Which should be all ones?",
        why=_WHY_FORWARD,
        tempting="`np.sum(np.exp(z))` without an axis is right for one example.",
        wrong="a2 = np.exp(z2) / np.sum(np.exp(z2))",
        right="a2 = np.exp(z2) / np.sum(np.exp(z2), axis=1, keepdims=True)",
        training="Depends on the batch; invisible with one example.",
    ),
)
