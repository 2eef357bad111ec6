"""Mistakes in carrying the output's delta back through the weights to the hidden layer."""

from __future__ import annotations

import numpy as np

from gradcheck.faults._fault import Fault, Layer

GRAD_A1 = ("grad_a1",)

_WHY_PROPAGATION = """\
a1 reaches the loss through z2 = a1 w2 + b2 alone, so the chain rule gives

    dloss/da1_ij = Σ_o dloss/dz2_io · ∂z2_io/∂a1_ij = Σ_o delta2_io · w2_jo,     that is  delta2 w2ᵀ

delta2 (n, k) times w2ᵀ (k, h) is (n, h), the shape of a1."""


def _raw(layer: Layer) -> float:
    """Scale of the raw error a2 - y for which it is dloss/da2 of squared error."""
    return layer.trace.scale * (2.0 if layer.network.loss == "squared-error" else 1.0)


FAULTS = (
    Fault(
        name="raw-error-propagated",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.other.incoming @ layer.other.weights.T,
            lambda layer: _raw(layer) * layer.error @ layer.other.weights.T,
        ),
        summary="The output error is propagated, without the output activation's derivative.",
        submitted="is made by propagating the output error through {next_weights}, not {next_delta}",
        expected="What is propagated is {next_delta}: {propagation}.",
        hint="Which quantity of the output layer stands on the *input* side of its activation?",
        why=_WHY_PROPAGATION + "\n\nThe raw error is dloss/da2; the output's g2'(z2) lies between it and z2.",
        tempting="A well-known book writes it so: hidden_errors = W.T @ output_errors.",
        wrong="hidden_error = (a2 - y) @ W2.T",
        right="hidden_error = dz2 @ W2.T               # dz2 = (a2 - y) * a2 * (1 - a2)",
        training="Nothing complains; still trains (95 %).",
        references=("T. Rashid, Make Your Own Neural Network", "Stack Overflow 53287032, 2948401"),
    ),
    Fault(
        name="propagation-missing",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.other.delta,
            lambda layer: _raw(layer) * layer.error,
            lambda layer: layer.other.delta.sum(axis=1, keepdims=True),
        ),
        summary="The output's delta or error is used for the hidden layer without going through W2.",
        submitted="is made with the output's error or {next_delta} itself, not carried through {next_weights}",
        expected="The hidden units share the blame by their weights: {propagation}.",
        hint="How does a hidden unit with a small outgoing weight differ from one with a large weight?",
        why=_WHY_PROPAGATION,
        tempting="With one output or equal widths the shapes agree.",
        wrong="dz1 = error * a1 * (1 - a1)",
        right="dz1 = (dz2 @ W2.T) * a1 * (1 - a1)",
        training="Nothing complains where it broadcasts.",
        references=("Stack Overflow 2948401",),
    ),
    Fault(
        name="stale-weights",
        sites=GRAD_A1,
        term=lambda layer: layer.other.delta @ layer.other.weight_gradient().T,
        summary="W2 has already been updated when the delta is propagated through it.",
        submitted="is made by propagating {next_delta} through {next_weights} after its update, with step {coefficient}",
        expected="Both gradients belong to the same point: {propagation}, with the weights of the forward pass.",
        hint="In which order do you update W2 and use it for the hidden layer?",
        why=_WHY_PROPAGATION
        + """

All gradients are taken at the parameters of the forward pass. After W2 -= lr dW2 the propagated value is
delta2 (w2 - lr dw2)ᵀ: off by lr delta2 dw2ᵀ, which vanishes as lr → 0, and so hides from small learning rates.""",
        tempting="Updating each layer as soon as its gradient is known reads well.",
        wrong="W2 -= lr * dW2; dz1 = (dz2 @ W2.T) * a1 * (1 - a1)",
        right="dz1 = (dz2 @ W2.T) * a1 * (1 - a1); W2 -= lr * dW2",
        training="Nothing complains; costs accuracy (94.31 % against 95.18 %).",
        references=(
            "louisjc/mnist-neural-network#1",
            "kim-marcel/basic_neural_network#7",
            "joelgrus/data-science-from-scratch#31",
        ),
    ),
    Fault(
        name="gradient-of-weights-propagated",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.other.delta @ layer.other.weight_gradient().T,
            lambda layer: layer.other.weight_gradient().sum(axis=1, keepdims=True).T,
            lambda layer: layer.other.weight_gradient().mean(axis=1, keepdims=True).T,
        ),
        summary="The gradient of W2 stands where W2 itself, or the propagated delta, belongs.",
        submitted="is made from the gradient of {next_weights}, not by propagating {next_delta} through the weights",
        expected="The delta goes back through the weights themselves: {propagation}.",
        hint="W2 or dW2: which of the two carried a1 forward to z2?",
        why=_WHY_PROPAGATION
        + "\n\ndw2 has w2's shape, so nothing complains; but it is a1ᵀ delta2, summed over the examples.",
        tempting="The shapes agree, and 'gradient' sounds right in a backward pass.",
        wrong="dz1 = np.sum(dW2.T, axis=0, keepdims=True) * a1 * (1 - a1)",
        right="dz1 = (dz2 @ W2.T) * a1 * (1 - a1)",
        training="Nothing complains.",
        references=(
            "Data Science Stack Exchange 20139, the answer's program",
            "community.deeplearning.ai 402919",
            "jcjohnson/pytorch-examples#5",
        ),
    ),
    Fault(
        name="weights-not-transposed",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.other.delta @ layer.other.weights,
            lambda layer: layer.other.weights.T @ layer.other.delta,
            lambda layer: layer.other.weights @ layer.other.delta,
        ),
        summary="W2 is not transposed, or the factors are in the wrong order.",
        submitted="is made with {next_delta} and {next_weights} multiplied without the transpose or in the wrong order",
        expected="Backwards, the weights are transposed: {propagation}.",
        hint="Write the shapes under both factors. Which axis should be summed away?",
        why=_WHY_PROPAGATION,
        tempting="On a square layer it runs.",
        wrong="da1 = dz2 @ W2",
        right="da1 = dz2 @ W2.T",
        training="An error, but silent where h = k.",
        references=("public code: 3 of 10 places",),
    ),
    Fault(
        name="weights-multiplied-elementwise",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.other.delta * layer.other.weights.T,
            lambda layer: layer.other.delta * layer.other.weights,
            lambda layer: layer.other.delta.sum(axis=1, keepdims=True) * layer.other.weights.sum(axis=1),
        ),
        summary="The delta and W2 are multiplied elementwise, not as matrices.",
        submitted="is made with {next_delta} times {next_weights} elementwise",
        expected="Each hidden unit sums over all outputs: {propagation}, a matrix product.",
        hint="A hidden unit feeds every output. Where is the sum over the outputs?",
        why=_WHY_PROPAGATION,
        tempting="With one output the two products agree.",
        wrong="da1 = np.multiply(dz2, W2.T)",
        right="da1 = np.dot(dz2, W2.T)",
        training="Nothing complains where it broadcasts.",
        references=("community.deeplearning.ai 723602",),
    ),
    Fault(
        name="averaged-delta-propagated",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.other.delta.mean(axis=0, keepdims=True) @ layer.other.weights.T,
            lambda layer: layer.other.delta.sum(axis=0, keepdims=True) @ layer.other.weights.T,
        ),
        summary="The output's delta is averaged or summed over the examples before it is propagated.",
        submitted="is made by propagating the mean or sum of {next_delta} over the examples",
        expected="Each example's delta is propagated on its own: {propagation}.",
        hint="Does every example get its own hidden delta?",
        why=_WHY_PROPAGATION + "\n\nSums over the examples come last, in the parameters' gradients.",
        tempting="The bias's sum is reused.",
        wrong="da1 = dz2.mean(axis=0) @ W2.T",
        right="da1 = dz2 @ W2.T",
        training="Nothing complains; invisible with one example.",
    ),
    Fault(
        name="first-layer-weights-propagated",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.other.delta @ layer.weights.T,
            lambda layer: layer.other.delta @ layer.weights,
        ),
        summary="The delta is propagated through W1 instead of W2.",
        submitted="is made by propagating {next_delta} through {weights}",
        expected="The hidden layer is connected to the output by {next_weights}: {propagation}.",
        hint="Which weights lie between the hidden layer and the output?",
        why=_WHY_PROPAGATION,
        tempting="The line computes something of layer 1.",
        wrong="da1 = dz2 @ W1.T",
        right="da1 = dz2 @ W2.T",
        training="An error on different sizes.",
    ),
    Fault(
        name="activation-propagated",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.other.a @ layer.other.weights.T,
            lambda layer: layer.trace.y @ layer.other.weights.T,
            lambda layer: layer.other.slope @ layer.other.weights.T,
        ),
        summary="The output, the target or the derivative is propagated, not the delta.",
        submitted="is made by propagating the output, the target or the output's derivative through {next_weights}",
        expected="What is propagated is {next_delta}: {propagation}.",
        hint="What should be zero when the network is perfectly right?",
        why=_WHY_PROPAGATION,
        tempting="One name for another.",
        wrong="da1 = a2 @ W2.T",
        right="da1 = dz2 @ W2.T",
        training="Does not learn.",
    ),
    Fault(
        name="weights-normalised-in-propagation",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.other.delta @ (layer.other.weights / layer.other.weights.sum(axis=0)).T,
            lambda layer: (
                layer.other.delta @ (layer.other.weights / layer.other.weights.sum(axis=1, keepdims=True)).T
            ),
            lambda layer: layer.other.delta @ np.abs(layer.other.weights).T,
            lambda layer: layer.other.delta @ np.sign(layer.other.weights).T,
        ),
        summary="The weights are normalised, or stripped of their sign or size, for the way back.",
        submitted="is made by propagating {next_delta} through weights that are normalised, or without their sign or size",
        expected="The derivative of a product is its other factor, as it is: {propagation}.",
        hint="Does the chain rule divide the weights by their sum?",
        why=_WHY_PROPAGATION
        + "\n\nSharing blame 'in proportion' is a picture; the derivative is the weight itself.",
        tempting="Blame is shared in proportion to the weights, some books say.",
        wrong="da1 = dz2 @ (W2 / W2.sum(axis=0)).T",
        right="da1 = dz2 @ W2.T",
        training="Nothing complains.",
        references=("T. Rashid, Make Your Own Neural Network, first version of the error split",),
    ),
    Fault(
        name="hidden-delta-of-another-loss",
        sites=GRAD_A1,
        predictions=(
            lambda layer: layer.trace.scale * layer.error @ layer.other.weights.T,
            lambda layer: (
                _raw(layer) * (layer.error * layer.other.by_output(layer.other.a)) @ layer.other.weights.T
            ),
        ),
        # with a linear output both losses have the same delta, but for a factor
        applies=lambda network, layer: network.output_activation != "identity",
        summary="The hidden layer is given the delta of another loss than the output layer.",
        submitted="is made from the delta of another loss than the output layer's",
        expected="One loss, one {next_delta}: {propagation}.",
        hint="Compute the output's delta once. Is the one you propagate the same as the one in dW2?",
        why=_WHY_PROPAGATION
        + "\n\nOutput layer by cross-entropy (a2 - y), hidden layer by squared error ((a2 - y) a2 (1 - a2)), or the\n"
        "other way round: then no loss has these gradients.",
        tempting="Two tutorials, one program.",
        wrong="dW2 = a1.T @ (a2 - y); da1 = ((a2 - y) * a2 * (1 - a2)) @ W2.T",
        right="dz2 = a2 - y; dW2 = a1.T @ dz2; da1 = dz2 @ W2.T",
        training="Nothing complains; it trains.",
    ),
    Fault(
        name="delta-zero",
        sites=("delta1", "delta2"),
        predictions=(lambda layer: np.zeros_like(layer.delta),),
        summary="Nothing flows back: every gradient made of the delta is zero.",
        submitted="is zero everywhere, as if {delta} were",
        expected="Either {delta} is made zero, or what is made of it never arrives: an update of a copy, a name that"
        " isn't returned.",
        hint="Is the delta zero, or only what becomes of it?",
        why="Every gradient of a layer is a product with its delta, delta = dloss/da ⊙ g'(z), which is zero for no\n"
        "network that is still wrong. Two gradients that are zero together have one reason.",
        tempting="`a * 1 - a` is read as `a * (1 - a)`; `params = dict(params)` is forgotten to be a copy.",
        wrong="dz1 = (dz2 @ W2.T) * (a1 * 1 - a1)",
        right="dz1 = (dz2 @ W2.T) * a1 * (1 - a1)",
        training="The layer keeps its random start; what comes after it still trains.",
    ),
)
