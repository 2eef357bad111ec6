"""Mistakes in the bias gradients: the sum over the examples, its axis and what is summed."""

from __future__ import annotations

import numpy as np

from gradcheck.faults._fault import Fault
from gradcheck.network.forward import Array

BIASES = ("b1", "b2")


def _sum_of_some(delta: Array) -> Array:
    """The sum over the examples that are left; of none it would be zero, which is another mistake."""
    total = np.asarray(delta.sum(axis=0, keepdims=True))
    return total if len(delta) else np.full_like(total, np.nan)


_WHY_SUM = """\
The one bias b_j is added to the pre-activation of every example i: z_ij = ... + b_j, so ∂z_ij/∂b_j = 1
for each i. The loss hears of b_j through all n examples at once, and the chain rule adds up every way:

    ∂loss/∂b_j = Σ_i ∂loss/∂z_ij · ∂z_ij/∂b_j = Σ_i delta_ij

Why sum: one number was used n times. Why axis 0: with examples in rows, i is the row, and rows are what
must disappear (with examples in columns it is axis 1). Why keepdims: the gradient must have the shape of
the parameter, (1, h), or subtracting it makes NumPy guess. It is the same sum that a weight gradient does
inside its matrix product: aᵀ delta is one row of ones away from 1ᵀ delta."""

FAULTS = (
    Fault(
        name="bias-not-summed-over-examples",
        sites=BIASES,
        predictions=(lambda layer: layer.delta,),
        summary="The delta itself is given as the bias gradient: one row per example.",
        submitted="is {delta} itself, one row per example, not summed",
        expected="The bias gradient is the sum of {delta} over the examples: {bias_sum}.",
        hint="One bias serves all examples. How many numbers should its gradient have, and how many has yours?",
        why=_WHY_SUM
        + """

What a batch of one hides: with n = 1 the sum has one term, and delta itself is right. What happens when it
isn't done: `b = b - lr * db` broadcasts (1, h) against (n, h) and b silently grows to one bias per example,
which memorises the training set and fits no other batch; `b -= lr * db` raises.""",
        tempting="For one example it is right, and derivations are written for one example.",
        wrong="db2 = dz2",
        right="db2 = np.sum(dz2, axis=0, keepdims=True)",
        training="`b = b - lr * db` grows the bias to one row per example: training accuracy can reach 100 %, "
        "by memory; `b -= lr * db` raises an error.",
        references=(
            "Data Science Stack Exchange 20139",
            "community.deeplearning.ai 536725",
            "jimfleming/differentiation#1",
            "nd4j#2424",
        ),
    ),
    Fault(
        name="bias-summed-over-wrong-axis",
        sites=BIASES,
        predictions=(
            lambda layer: layer.delta.sum(axis=1, keepdims=True),
            lambda layer: layer.delta.mean(axis=1, keepdims=True),
        ),
        summary="The delta is summed over the units instead of over the examples.",
        submitted="is {delta} summed over the {units}, axis {unit_axis}: one number per example",
        expected="The bias gradient sums over the examples, axis {example_axis}: {bias_sum}.",
        hint="Which axis of {delta} counts examples, and which counts {units}? Which should be left after the sum?",
        why=_WHY_SUM
        + """

Summed over the other axis, each example's deltas are mixed over the units: n numbers where h are needed.""",
        tempting="Courses that keep examples in columns sum over axis 1; the line is copied to a program in rows.",
        wrong="db1 = np.sum(dz1, axis=1, keepdims=True)",
        right="db1 = np.sum(dz1, axis=0, keepdims=True)",
        training="An (n, 1) array broadcasts into b: one bias per example, 100 % training accuracy by memory.",
        references=("public two-layer networks: 6 of 6 places with the other convention's axis",),
    ),
    Fault(
        name="bias-summed-to-scalar",
        sites=BIASES,
        predictions=(lambda layer: layer.delta.sum(), lambda layer: layer.delta.mean()),
        summary="The delta is summed over everything, giving one number for all biases.",
        submitted="is one number, {delta} summed over the examples and the {units} alike",
        expected="Each unit's bias has its own gradient: {bias_sum}.",
        hint="How many biases does the layer have? How many numbers does `np.sum` without an axis give?",
        why=_WHY_SUM
        + """

Summed over the units as well, every bias gets the sum of all gradients, and all biases move alike.""",
        tempting="`np.sum` without an axis runs, and broadcasting spreads the number over all biases.",
        wrong="db1 = np.sum(dz1) / m",
        right="db1 = np.sum(dz1, axis=0, keepdims=True) / m",
        training="Biases that start equal stay equal; the network still trains to within 2 points (97 %).",
        references=("rasbt/stat453-deep-learning-ss21#5", "public code: 9 of 10 places of `db1 = np.sum(dZ1)`"),
    ),
    Fault(
        name="bias-keepdims-missing",
        sites=BIASES,
        summary="The values are right, but the shape is not the bias's.",
        submitted="has the right values in another shape",
        expected="A gradient has its parameter's shape: {bias_sum}.",
        hint="Compare `b.shape` with the shape of its gradient.",
        why=_WHY_SUM
        + """

Without keepdims the sum has shape (h,). Subtracted from a bias of shape (1, h) that broadcasts to the same
numbers; from a bias of shape (h, 1) it broadcasts to (h, h), a different network.""",
        tempting="`np.sum(dz, axis=0)` prints the right numbers.",
        wrong="db1 = np.sum(dz1, axis=1)           # b1 has shape (h, 1)",
        right="db1 = np.sum(dz1, axis=1, keepdims=True)",
        training="Harmless for (1, h) biases; for (h, 1) biases broadcasting makes an (h, h) bias.",
        references=("community.deeplearning.ai 119220",),
    ),
    Fault(
        name="bias-gradient-from-weight-gradient",
        sites=BIASES,
        predictions=(
            lambda layer: layer.weight_gradient().sum(axis=0, keepdims=True),
            lambda layer: layer.weight_gradient().mean(axis=0, keepdims=True),
        ),
        summary="The weight gradient is summed instead of the delta.",
        submitted="is the gradient of {weights} summed over its inputs",
        expected="The bias gradient sums {delta}, which the inputs have not multiplied: {bias_sum}.",
        hint="Does the bias's gradient depend on the layer's inputs?",
        why="The bias enters z alone, ∂z/∂b = 1, and so its gradient is Σ_i delta_i. The weight gradient is\n"
        "Σ_i a_i delta_i: summing it over the inputs gives Σ_i (Σ_j a_ij) delta_i, each example weighted by its inputs.",
        tempting="dW has just been computed and summing it gives the right shape.",
        wrong="db1 = np.sum(dW1, axis=0, keepdims=True)",
        right="db1 = np.sum(dz1, axis=0, keepdims=True)",
        training="Nothing complains: the shape is right.",
        references=("Deeplearning.ai-Natural-Language-Processing-Specialization#62, #64",),
    ),
    Fault(
        name="bias-gradient-from-other-delta",
        sites=BIASES,
        predictions=(
            lambda layer: layer.other.delta.sum(axis=0, keepdims=True),
            lambda layer: layer.other.delta,
        ),
        summary="The other layer's delta is summed.",
        submitted="is the sum of {other_delta} over the examples, the other layer's delta",
        expected="Each layer's bias gradient sums its own delta: {bias_sum}.",
        hint="Which layer does this bias belong to?",
        why="∂loss/∂b of a layer is Σ_i ∂loss/∂z of that layer; the other layer's delta is the derivative by other\n"
        "pre-activations. Unless both layers have the same width, the shapes disagree.",
        tempting="The two lines are copies of each other.",
        wrong="db1 = np.sum(dz2, axis=0, keepdims=True)",
        right="db1 = np.sum(dz1, axis=0, keepdims=True)",
        training="An error on different widths; silent where h = k.",
    ),
    Fault(
        name="bias-gradient-before-derivative",
        sites=BIASES,
        predictions=(lambda layer: layer.incoming.sum(axis=0, keepdims=True),),
        summary="The gradient by the activation is summed, before the activation's derivative.",
        submitted="is the sum of {incoming}, the gradient by the activation, over the examples",
        expected="The bias is added before the activation, so the sum is of {delta}: {bias_sum}.",
        hint="Is the bias added before or after the activation?",
        why="b enters z, not a: ∂loss/∂b = Σ_i ∂loss/∂a_i · g'(z_i) = Σ_i delta_i.",
        tempting="da and dz have the same shape and nearly the same name.",
        wrong="db1 = np.sum(da1, axis=0, keepdims=True)",
        right="db1 = np.sum(dz1, axis=0, keepdims=True)",
        training="Nothing complains; still trains (97 %).",
    ),
    Fault(
        name="bias-gradient-times-bias",
        sites=BIASES,
        predictions=(lambda layer: layer.bias * layer.delta.sum(axis=0, keepdims=True),),
        summary="The gradient is multiplied by the bias itself.",
        submitted="is the right gradient multiplied by {bias}",
        expected="z contains b once, with factor 1, so ∂z/∂b = 1: {bias_sum}.",
        hint="What is the derivative of `x @ W + b` by b?",
        why="∂(x w + b)/∂b = 1. The weights' gradient has a factor (the input), the bias's has none.",
        tempting="By analogy with weights, something ought to be multiplied.",
        wrong="db1 = b1 * np.sum(dz1, axis=0, keepdims=True)",
        right="db1 = np.sum(dz1, axis=0, keepdims=True)",
        training="Biases that start at 0 stay at 0.",
    ),
    Fault(
        name="bias-gradient-one-example-only",
        sites=BIASES,
        predictions=(
            lambda layer: layer.delta[-1:],
            lambda layer: layer.delta[:1],
        ),
        summary="Only one example's delta is used: the first or the last.",
        submitted="is {delta} of a single example, the first or the last",
        expected="All examples count: {bias_sum}.",
        hint="What does the loop do with the gradient of the examples before the last?",
        why="∂loss/∂b = Σ_i delta_i over all i. A loop that assigns (=) where it should add (+=) keeps the last i only.",
        tempting="In the loop `=` looks as right as `+=`.",
        wrong="for i in range(n): db1 = dz1[i:i+1]",
        right="for i in range(n): db1 += dz1[i:i+1]",
        training="Trains, like very noisy stochastic gradient descent.",
        references=("blog.primen.dk, numerical gradient checking",),
    ),
    Fault(
        name="bias-gradient-skips-an-example",
        sites=BIASES,
        predictions=(
            lambda layer: _sum_of_some(layer.delta[:-1]),
            lambda layer: _sum_of_some(layer.delta[1:]),
        ),
        summary="The first or the last example is left out of the sum.",
        submitted="is the sum of {delta} over all examples but the first or the last",
        expected="All examples count: {bias_sum}.",
        hint="Where does the loop begin and end?",
        why="∂loss/∂b = Σ_i delta_i over all i; `range(n - 1)` or `[1:]` loses one.",
        tempting="An off-by-one in a range.",
        wrong="for i in range(n - 1): db1 += dz1[i]",
        right="for i in range(n): db1 += dz1[i]",
        training="Trains; the relative error is about 1/n.",
        references=("blog.primen.dk, numerical gradient checking",),
    ),
    Fault(
        name="bias-regularised",
        sites=BIASES,
        term=lambda layer: layer.bias,
        summary="Weight decay is applied to the bias, which the loss does not contain.",
        submitted="is the right gradient plus {coefficient} times {bias}",
        expected="{decays}: {bias_sum}.",
        hint="Does the loss contain {bias} anywhere but in {z}?",
        why="The decay term is λ/2 · (ΣW1² + ΣW2²); its derivative by b is 0.",
        tempting="The line is copied from the weights'.",
        wrong="db1 = np.sum(dz1, axis=0, keepdims=True) + reg * b1",
        right="db1 = np.sum(dz1, axis=0, keepdims=True)",
        training="Invisible while the biases are 0; later they are pulled to 0.",
        references=("rasmusbergpalm/DeepLearnToolbox#32", "tf_unet#40"),
    ),
)
