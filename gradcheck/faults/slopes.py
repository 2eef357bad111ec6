"""Mistakes in the activation's derivative: what it is fed, which one it is, how often and how it is applied."""

from __future__ import annotations

import numpy as np

from gradcheck.faults._fault import Fault, Layer, Prediction, has
from gradcheck.network.forward import ACTIVATIONS, Array

SLOPES = ("slope2", "slope1")
DELTAS = ("delta2", "delta1")
_SMOOTH = has("sigmoid", "tanh", "softmax")

_WHY_SLOPE = """\
delta = dloss/dz = dloss/da ⊙ g'(z). For the sigmoid, g'(z) = σ(z) (1 - σ(z)); with the activation a = σ(z)
at hand that is a (1 - a). Two right ways, then, to write one number:

    by the pre-activation   s(z) * (1 - s(z))       fed z
    by the activation       a * (1 - a)             fed a"""


def _carried(layer: Layer) -> list[Array]:
    """What may flow in where a program takes a nonlinear function of it: either sign, with or without the scale."""
    scale = layer.trace.scale
    values = (layer.incoming, layer.error) if layer.index == 2 else (layer.incoming, layer.incoming / (2 * scale))
    return [sign * value for value in values for sign in (1.0, -1.0)]


def _nth(position: int, function: Prediction) -> Prediction:
    """One of a family of predictions over `_carried`."""

    def predict(layer: Layer) -> Array:
        return np.asarray(function(layer)(_carried(layer)[position]))

    return predict


_INCOMING_FORMS: tuple[Prediction, ...] = (
    lambda layer: layer.by_output,  # dz = f(da), the asker's own line
    lambda layer: lambda g: g * layer.by_output(g),
    lambda layer: lambda g: layer.by_input(g),
    lambda layer: lambda g: g * layer.by_input(g),
)


def _other_kind(kind: str) -> tuple[Prediction, ...]:
    """Predict another activation's derivative in both its forms."""
    return (
        lambda layer: layer.by_output(layer.a, kind),
        lambda layer: layer.by_input(layer.z, kind),
    )


FAULTS = (
    Fault(
        name="hidden-derivative-missing",
        sites=("slope1",),
        predictions=(lambda layer: np.ones_like(layer.z),),
        applies=has("sigmoid", "tanh", "relu"),
        summary="The hidden layer's delta lacks the activation's derivative.",
        submitted="is made as if {delta} were {incoming}, without the activation's derivative",
        expected="{delta} = {incoming} times {slope_formula}, elementwise.",
        hint="Through which function does the loss depend on the hidden pre-activation?",
        why=_WHY_SLOPE + "\n\nLeft out, the hidden layer is treated as if it were linear.",
        tempting="The error has been propagated, and the shape is already right.",
        wrong="dz1 = dz2 @ W2.T",
        right="dz1 = (dz2 @ W2.T) * a1 * (1 - a1)",
        training="Nothing complains; still learns, badly (72 %).",
        references=("blog.primen.dk: 'the neglected term, my personal pitfall'",),
    ),
    Fault(
        name="output-derivative-missing",
        sites=("slope2",),
        predictions=(lambda layer: np.ones_like(layer.z),),
        applies=has("sigmoid", "tanh", "relu", "softmax"),
        summary="The output's delta lacks the activation's derivative.",
        submitted="is made as if {delta} were {incoming}, without the activation's derivative",
        expected="{delta} = {incoming} times {slope_formula}{elementwise}.",
        hint="With this loss, does the derivative of the output activation cancel?",
        why=_WHY_SLOPE
        + """

For squared error it stays: delta2 = (a2 - y) a2 (1 - a2). Only for cross-entropy does it cancel, because
dloss/da2 = (a2 - y) / (a2 (1 - a2)), and delta2 = a2 - y.""",
        tempting="`a2 - y` is the famous result, for another loss.",
        wrong="dz2 = a2 - y",
        right="dz2 = (a2 - y) * a2 * (1 - a2)",
        training="Nothing complains; of a sigmoid and squared error it is the gradient of binary cross-entropy, and trains.",
        references=(
            "Bot-Academy/NeuralNetworkFromScratch#3",
            "Frixoe/xor-neural-network#1",
            "jiexunsee/Neural-Network-with-Python#1",
            "jorgenkg/python-neural-network#2",
        ),
    ),
    Fault(
        name="derivative-of-pre-activation",
        sites=SLOPES,
        predictions=(lambda layer: layer.by_output(layer.z),),
        applies=_SMOOTH,
        summary="The derivative in its form for an activation is fed the pre-activation: z (1 - z).",
        submitted="is made with {slope_by_output} evaluated at the pre-activation {z}",
        expected="That form takes the activation: {slope_formula}.",
        hint="`{slope_by_output}` is the activation's derivative when x is … what?",
        why=_WHY_SLOPE + "\n\nz (1 - z) is neither: it isn't even bounded, nor positive.",
        tempting="σ'(z) is read as `sigmoid_derivative(z)`, whatever that function does inside.",
        wrong="dz1 = da1 * z1 * (1 - z1)",
        right="dz1 = da1 * a1 * (1 - a1)",
        training="Diverges.",
        references=("kyle8998/Sudo-Productivity#3", "Data Science Stack Exchange 20139, the answer's program"),
    ),
    Fault(
        name="derivative-of-activation",
        sites=SLOPES,
        predictions=(lambda layer: layer.by_input(layer.a),),
        applies=_SMOOTH,
        summary="The derivative in its form for a pre-activation is fed the activation: the activation is applied twice.",
        submitted="is made with g' evaluated at the activation {a} instead of at {z}",
        expected="That form takes the pre-activation: g'({z}), which is {slope_formula}.",
        hint="Your derivative function applies the activation itself. What should it be given?",
        why=_WHY_SLOPE + "\n\ns(a) (1 - s(a)) applies the sigmoid twice; it is always between 0.196 and 0.25.",
        tempting="The other common form takes the activation.",
        wrong="dz1 = da1 * sigmoid_derivative(a1)      # with s(x) * (1 - s(x)) inside",
        right="dz1 = da1 * sigmoid_derivative(z1)",
        training="Nothing complains; learns badly (61 %).",
        references=("dwhitena/gophernet#6", "Data Science Stack Exchange 37545", "public code: 2 of 7 files"),
    ),
    Fault(
        name="derivative-applied-twice",
        sites=SLOPES,
        predictions=(lambda layer: layer.slope**2,),
        applies=lambda network, layer: _SMOOTH(network, layer) and not (layer == 2 and "entropy" in network.loss),
        summary="The activation's derivative is multiplied in twice.",
        submitted="is made with the square of the activation's derivative",
        expected="The derivative comes in once: {slope_formula}.",
        hint="Is the derivative already in what you multiply by it?",
        why=_WHY_SLOPE + "\n\nEach layer contributes one factor g'(z), not two.",
        tempting="The forward pass caches it and the backward pass computes it again.",
        wrong="dz1 = da1 * slope1 * a1 * (1 - a1)",
        right="dz1 = da1 * a1 * (1 - a1)",
        training="Nothing complains; still trains (98 %).",
    ),
    Fault(
        name="derivative-of-incoming-gradient",
        sites=DELTAS,
        predictions=tuple(_nth(i, form) for form in _INCOMING_FORMS for i in range(4)),
        applies=has("sigmoid", "tanh", "softmax", "relu"),
        summary="The derivative is fed the gradient that flows in.",
        submitted="is made with the activation's derivative evaluated at {incoming}, the gradient that flows in",
        expected="{delta} = {incoming} times the derivative where the forward pass was: {slope_formula}.",
        hint="At which point of the activation's curve do you need its slope: where the forward pass was, or elsewhere?",
        why=_WHY_SLOPE
        + """

g' is the slope of the curve at the point where the forward pass was, so it is fed z or a of the forward
pass. The gradient that flows in multiplies the slope; it is never its argument.""",
        tempting="`dh2` stands for 'the derivative at h2', so it looks like something to put into a derivative.",
        wrong="dz2 = dh2 * (1 - dh2)",
        right="dz2 = dh2 * h2 * (1 - h2)",
        training="Nothing complains; learns badly or not at all.",
        references=("Data Science Stack Exchange 20139, the question's program",),
    ),
    Fault(
        name="derivative-half-missing",
        sites=SLOPES,
        predictions=(lambda layer: 1.0 - layer.a,),
        applies=_SMOOTH,
        summary="Only the factor (1 - a) of the derivative is there.",
        submitted="is made with 1 - {a} alone in place of the derivative",
        expected="The derivative is {slope_formula}.",
        hint="Write the activation's derivative down. How many factors (or powers) has it?",
        why=_WHY_SLOPE + "\n\n(1 - a) alone is d log σ/dz. (For tanh it is 1 - a², and the square was lost.)",
        tempting="One factor is lost in copying.",
        wrong="dz1 = da1 * (1 - a1)",
        right="dz1 = da1 * a1 * (1 - a1)",
        training="Nothing complains.",
    ),
    Fault(
        name="activation-in-place-of-derivative",
        sites=SLOPES,
        predictions=(lambda layer: layer.a,),
        applies=_SMOOTH,
        summary="The activation is multiplied in, not its derivative.",
        submitted="is made with the activation {a} in place of its derivative",
        expected="The derivative is {slope_formula}.",
        hint="Which function did you call: the activation, or its derivative?",
        why=_WHY_SLOPE,
        tempting="`sigmoid(z1)` for `sigmoid_derivative(z1)`; a flag `deriv=True` forgotten.",
        wrong="dz1 = da1 * sigmoid(z1)",
        right="dz1 = da1 * sigmoid(z1) * (1 - sigmoid(z1))",
        training="Nothing complains.",
    ),
    *(
        Fault(
            name=f"derivative-of-{kind}",
            sites=SLOPES,
            predictions=_other_kind(kind),
            applies=has(*(name for name in ACTIVATIONS if name not in (kind, "identity", *also))),
            summary=f"The derivative is that of {kind}, which this layer does not use.",
            submitted=f"is made with the derivative of {kind}",
            expected="This layer's activation is {activation}: {slope_formula}.",
            hint="Which activation does this layer use, and which derivative do you take?",
            why=_WHY_SLOPE
            + "\n\nEach activation has its own: sigmoid a (1 - a), tanh 1 - a², relu 1 where z > 0.",
            tempting="Copied from a course whose hidden layer uses another activation.",
            wrong=wrong,
            right="dz1 = da1 * a1 * (1 - a1)               # for a sigmoid layer",
            training="Nothing complains; learns badly (52 %).",
        )
        for kind, also, wrong in (
            ("tanh", (), "dz1 = da1 * (1 - a1 ** 2)"),
            ("sigmoid", ("softmax",), "dz1 = da1 * a1 * (1 - a1)               # on a tanh layer"),
            ("relu", (), "dz1 = da1 * (a1 > 0)                    # on a sigmoid layer: always 1"),
        )
    ),
    Fault(
        name="derivative-times-pre-activation",
        sites=SLOPES,
        predictions=(lambda layer: layer.slope * layer.z, lambda layer: layer.slope * layer.a),
        summary="The derivative is multiplied by the pre-activation or activation as well.",
        submitted="is made with the derivative times {z} or {a}",
        expected="The derivative stands alone: {slope_formula}.",
        hint="In g'(z), is z an argument or a factor?",
        why=_WHY_SLOPE + "\n\ng'(z) is a function of z, not a product with z.",
        tempting="g'(Z1) is read as g' times Z1.",
        wrong="dz1 = da1 * slope(z1) * z1",
        right="dz1 = da1 * slope(z1)",
        training="Nothing complains.",
        references=("community.deeplearning.ai 85937",),
    ),
    Fault(
        name="derivative-of-other-layer",
        sites=SLOPES,
        predictions=(
            lambda layer: layer.by_output(layer.other.a),
            lambda layer: layer.by_output(layer.inputs),
        ),
        summary="The derivative is taken at the other layer's activation.",
        submitted="is made with the derivative at another layer's values",
        expected="It is taken at this layer's own: {slope_formula}.",
        hint="Which layer's activation belongs in this delta?",
        why=_WHY_SLOPE,
        tempting="The lines for both layers are copies of each other.",
        wrong="dz1 = da1 * a2 * (1 - a2)",
        right="dz1 = da1 * a1 * (1 - a1)",
        training="An error on different widths; silent where they agree or broadcast.",
    ),
    Fault(
        name="derivative-without-bias",
        sites=SLOPES,
        predictions=(lambda layer: layer.by_input(layer.z - layer.bias),),
        applies=lambda network, layer: (
            (network.hidden_bias, network.output_bias)[layer - 1] and _SMOOTH(network, layer)
        ),
        summary="The derivative is taken at a pre-activation without the bias.",
        submitted="is made with the derivative at {inputs} times {weights}, without {bias}",
        expected="It is taken at {z}, bias included: {slope_formula}.",
        hint="Is the pre-activation in your derivative the same as in the forward pass?",
        why=_WHY_SLOPE,
        tempting="z is computed anew in the backward pass, and the bias forgotten there.",
        wrong="dz1 = da1 * sigmoid_prime(x @ W1)",
        right="dz1 = da1 * sigmoid_prime(x @ W1 + b1)",
        training="Invisible while the biases are 0.",
    ),
    Fault(
        name="derivative-averaged-over-examples",
        sites=SLOPES,
        predictions=(
            lambda layer: layer.slope.mean(axis=0, keepdims=True),
            lambda layer: layer.slope.sum(axis=0, keepdims=True),
        ),
        applies=has("sigmoid", "tanh", "relu", "softmax"),
        summary="The derivative is averaged or summed over the examples before it is applied.",
        submitted="is made with the derivative averaged or summed over the examples",
        expected="Each example has its own derivative: {slope_formula}.",
        hint="Does every example have the same slope?",
        why=_WHY_SLOPE
        + "\n\nThe product is taken example by example; only a parameter's gradient sums over examples.",
        tempting="Sums over examples are everywhere else.",
        wrong="dz1 = da1 * np.mean(a1 * (1 - a1), axis=0)",
        right="dz1 = da1 * a1 * (1 - a1)",
        training="Nothing complains; invisible with one example.",
    ),
    Fault(
        name="derivative-transposed",
        sites=SLOPES,
        predictions=(lambda layer: layer.slope.T,),
        applies=_SMOOTH,
        summary="The derivative is transposed before it is multiplied in.",
        submitted="is made with the derivative transposed: one example's slope for another's",
        expected="{delta} and {z} have the same axes: {slope_formula}, no transpose.",
        hint="Elementwise products need the same axes in the same order. Which axis of each factor counts examples?",
        why=_WHY_SLOPE,
        tempting="A transpose makes some shape error go away.",
        wrong="dz1 = da1 * (a1 * (1 - a1)).T",
        right="dz1 = da1 * a1 * (1 - a1)",
        training="An error unless n equals the width.",
        references=("community.deeplearning.ai 85937",),
    ),
    Fault(
        name="derivative-matrix-multiplied",
        sites=DELTAS,
        predictions=(
            lambda layer: layer.incoming @ layer.slope.T,
            lambda layer: layer.incoming.T @ layer.slope,
            lambda layer: layer.incoming @ layer.slope,
            lambda layer: layer.incoming @ (1.0 - layer.a.T @ layer.a),
        ),
        applies=has("sigmoid", "tanh"),  # a softmax's derivative is a matrix
        summary="The derivative is multiplied as a matrix, not elementwise.",
        submitted="is made with a matrix product of {incoming} and the derivative",
        expected="{delta} = {incoming} times {slope_formula}, elementwise.",
        hint="Each unit's slope concerns that unit only. Which product keeps units apart?",
        why=_WHY_SLOPE
        + "\n\nEach activation depends on its own pre-activation only, so the product is elementwise.",
        tempting="Everything else in the backward pass is a `dot`.",
        wrong="dz1 = np.dot(da1, slope1.T)",
        right="dz1 = da1 * slope1",
        training="An error on most sizes.",
        references=("community.deeplearning.ai 402919, 110003",),
    ),
    Fault(
        name="incoming-gradient-missing",
        sites=DELTAS,
        predictions=(lambda layer: layer.slope,),
        applies=_SMOOTH,
        summary="The delta is the derivative alone; what flows in is lost.",
        submitted="is made with {delta} equal to the activation's derivative alone",
        expected="{delta} = {incoming} times {slope_formula}.",
        hint="Where does the error enter this delta?",
        why=_WHY_SLOPE + "\n\nWithout dloss/da the delta knows nothing of the targets.",
        tempting="A factor is lost in refactoring.",
        wrong="dz1 = a1 * (1 - a1)",
        right="dz1 = da1 * a1 * (1 - a1)",
        training="Does not learn.",
    ),
)
