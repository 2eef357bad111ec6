"""Mistakes in the weight gradients: which inputs, which delta, which product, which examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.faults._fault import Fault, Layer, ParameterLayer
from gradcheck.network.forward import Array

WEIGHTS = ("w1", "w2")
PARAMETERS = ("w1", "b1", "w2", "b2")

_WHY_WEIGHTS = """\
w_jo multiplies the input a_ij of every example i: ∂z_io/∂w_jo = a_ij. Adding up the ways,

    ∂loss/∂w_jo = Σ_i a_ij delta_io,     that is  inputsᵀ delta

inputsᵀ (h, n) times delta (n, k) is (h, k), the shape of the weights; the sum over examples is inside the product."""


def _one_example(layer: Layer, rows: slice) -> Array:
    """The gradient of some of the examples."""
    product = np.asarray(layer.inputs[rows].T @ layer.delta[rows])
    return product if len(layer.delta[rows]) else np.full_like(product, np.nan)  # zero: that is another mistake


def _without(gradient: Array, rows: Any) -> Array:
    """A copy of a gradient with some rows or columns left at zero."""
    copy = np.array(gradient)
    copy[rows] = 0.0
    return copy if copy.any() else np.full_like(copy, np.nan)  # the only row: that is another mistake


@dataclass(frozen=True)
class _Untrained:
    """Predict the right gradient with some rows or columns left at zero."""

    rows: Any

    def __call__(self, layer: ParameterLayer) -> Array:
        return _without(layer.parameter_gradient, self.rows)


FAULTS = (
    Fault(
        name="activation-of-wrong-layer",
        sites=WEIGHTS,
        predictions=(
            lambda layer: layer.a.T @ layer.delta,
            lambda layer: layer.other.inputs.T @ layer.delta,
            lambda layer: layer.trace.y.T @ layer.delta,
        ),
        summary="Another layer's activation multiplies the delta.",
        submitted="is the transposed values of another layer times {delta}",
        expected="The weights' gradient takes this layer's inputs: {weight_product}.",
        hint="Which values did these weights multiply in the forward pass?",
        why=_WHY_WEIGHTS,
        tempting="a1 and a2 differ by one character.",
        wrong="dW2 = np.dot(a2.T, dz2)",
        right="dW2 = np.dot(a1.T, dz2)",
        training="An error on most sizes; silent where widths agree.",
        references=("public code: 4 of 5 places",),
    ),
    Fault(
        name="pre-activation-in-weight-gradient",
        sites=("w2",),
        predictions=(lambda layer: layer.trace.z1.T @ layer.delta,),
        summary="The pre-activation z1 multiplies the delta in place of the activation a1.",
        submitted="is {z_inputs} transposed times {delta}",
        expected="W2 multiplied the activation: {weight_product}.",
        hint="Did W2 multiply z1 or a1 in the forward pass?",
        why=_WHY_WEIGHTS,
        tempting="z1 and a1 have the same shape.",
        wrong="dW2 = z1.T @ dz2",
        right="dW2 = a1.T @ dz2",
        training="Nothing complains.",
    ),
    Fault(
        name="weight-gradient-transposed",
        sites=WEIGHTS,
        predictions=(lambda layer: layer.delta.T @ layer.inputs,),
        summary="The gradient is the transpose of what it should be.",
        submitted="is the right gradient, transposed",
        expected="A gradient has its parameter's axes: {weight_product}.",
        hint="Compare the shape of the gradient with the shape of the weights.",
        why=_WHY_WEIGHTS,
        tempting="Books that keep examples in columns write delta aᵀ.",
        wrong="dW2 = dz2.T @ a1",
        right="dW2 = a1.T @ dz2",
        training="An error, but silent where the matrix is square.",
        references=("iamtrask/Grokking-Deep-Learning#22, #23",),
    ),
    Fault(
        name="weight-gradient-without-transpose",
        sites=WEIGHTS,
        predictions=(
            lambda layer: layer.inputs @ layer.delta,
            lambda layer: layer.inputs @ layer.delta.T,
            lambda layer: layer.inputs.T @ layer.delta.T,
            lambda layer: layer.delta @ layer.inputs,
        ),
        summary="The inputs are not transposed, or the factors are in the wrong order.",
        submitted="is the inputs times {delta} with a transpose missing or in the wrong place",
        expected="The sum must run over the examples: {weight_product}.",
        hint="Write the shapes under both factors. Which axis is summed away, and which should be?",
        why=_WHY_WEIGHTS,
        tempting="On square arrays it runs.",
        wrong="dW2 = np.dot(a1, dz2)",
        right="dW2 = np.dot(a1.T, dz2)",
        training="An error, but silent where sizes agree.",
        references=("Coursera, Neural Networks and Deep Learning, exercise text",),
    ),
    Fault(
        name="weight-gradient-elementwise",
        sites=WEIGHTS,
        predictions=(
            lambda layer: layer.inputs * layer.delta,
            lambda layer: layer.inputs.T * layer.delta,
            lambda layer: layer.inputs * layer.delta.T,
            lambda layer: layer.inputs.sum(axis=0)[:, None] * layer.delta.sum(axis=0),
            lambda layer: layer.inputs.mean(axis=0)[:, None] * layer.delta.sum(axis=0),
        ),
        summary="Inputs and delta are multiplied elementwise, or summed before they are multiplied.",
        submitted="is an elementwise product of the inputs and {delta}, or the product of their sums",
        expected="Multiply per example, then sum: {weight_product}, a matrix product.",
        hint="Where in your product does the sum over the examples happen?",
        why=_WHY_WEIGHTS + "\n\nA sum of products is not the product of the sums.",
        tempting="The other half of the backward pass is elementwise.",
        wrong="dW1 = x * dz1",
        right="dW1 = x.T @ dz1",
        training="An error on most sizes.",
        references=("community.deeplearning.ai 24805, 119220",),
    ),
    Fault(
        name="weight-gradient-before-derivative",
        sites=WEIGHTS,
        predictions=(lambda layer: layer.inputs.T @ layer.incoming,),
        summary="The gradient by the activation multiplies the inputs, before the activation's derivative.",
        submitted="is the transposed inputs times {incoming}, the gradient by the activation",
        expected="The weights stand before the activation, so it is {weight_product}.",
        hint="Do the weights act before or after the activation?",
        why=_WHY_WEIGHTS,
        tempting="da and dz have the same shape and nearly the same name.",
        wrong="dW1 = x.T @ da1",
        right="dW1 = x.T @ dz1",
        training="Nothing complains.",
    ),
    Fault(
        name="weight-gradient-from-other-delta",
        sites=WEIGHTS,
        predictions=(lambda layer: layer.inputs.T @ layer.other.delta,),
        summary="The other layer's delta multiplies the inputs.",
        submitted="is the transposed inputs times {other_delta}, the other layer's delta",
        expected="Each layer has its own delta: {weight_product}.",
        hint="Which layer do these weights belong to?",
        why=_WHY_WEIGHTS,
        tempting="The two lines are copies of each other.",
        wrong="dW1 = x.T @ dz2",
        right="dW1 = x.T @ dz1",
        training="An error on different widths; silent where h = k.",
    ),
    Fault(
        name="weight-gradient-of-other-layer",
        sites=WEIGHTS,
        predictions=(lambda layer: layer.other.weight_gradient(),),
        summary="It is the gradient of the other layer's weights.",
        submitted="is the right gradient of the other layer's weights",
        expected="Each gradient stands where its parameter does: {weight_product}.",
        hint="In which order are the gradients made, and in which are they returned?",
        why=_WHY_WEIGHTS + "\n\nThe backward pass meets the layers last to first, and so do lists that it fills.",
        tempting="Gradients are appended as they come, from the output to the input, and never reversed.",
        wrong="grads = [dW2, dW1]                      # parameters = [W1, W2]",
        right="grads = [dW1, dW2]",
        training="An error on different widths; silent where they agree.",
    ),
    Fault(
        name="weight-gradient-times-weights",
        sites=WEIGHTS,
        predictions=(lambda layer: layer.weights * layer.weight_gradient(),),
        summary="The gradient is multiplied by the weights themselves.",
        submitted="is the right gradient times {weights}, elementwise",
        expected="The derivative by a weight has the input as its factor, not the weight: {weight_product}.",
        hint="What is the derivative of w·a by w?",
        why=_WHY_WEIGHTS,
        tempting="Something ought to contain W.",
        wrong="dW1 = W1 * (x.T @ dz1)",
        right="dW1 = x.T @ dz1",
        training="Weights near 0 stop learning.",
    ),
    Fault(
        name="weight-gradient-one-example-only",
        sites=WEIGHTS,
        predictions=(
            lambda layer: _one_example(layer, slice(-1, None)),
            lambda layer: _one_example(layer, slice(0, 1)),
        ),
        summary="Only one example counts: the first or the last.",
        submitted="is the gradient of a single example, the first or the last",
        expected="All examples count: {weight_product}.",
        hint="What does the loop do with the gradient of the examples before the last?",
        why=_WHY_WEIGHTS,
        tempting="In the loop `=` looks as right as `+=`.",
        wrong="for i in range(n): dW1 = np.outer(x[i], dz1[i])",
        right="for i in range(n): dW1 += np.outer(x[i], dz1[i])",
        training="Trains, like very noisy stochastic gradient descent.",
        references=("blog.primen.dk, numerical gradient checking",),
    ),
    Fault(
        name="weight-gradient-skips-an-example",
        sites=WEIGHTS,
        predictions=(
            lambda layer: _one_example(layer, slice(None, -1)),
            lambda layer: _one_example(layer, slice(1, None)),
        ),
        summary="The first or the last example is left out.",
        submitted="is the gradient of all examples but the first or the last",
        expected="All examples count: {weight_product}.",
        hint="Where does the loop begin and end?",
        why=_WHY_WEIGHTS,
        tempting="An off-by-one in a range.",
        wrong="for i in range(n - 1): dW1 += np.outer(x[i], dz1[i])",
        right="for i in range(n): dW1 += np.outer(x[i], dz1[i])",
        training="Trains; the relative error is about 1/n.",
        references=("blog.primen.dk, numerical gradient checking",),
    ),
    Fault(
        name="weight-gradient-in-another-shape",
        sites=WEIGHTS,
        summary="The values are right, but the shape is not the weights'.",
        submitted="has the right values in another shape",
        expected="A gradient has its parameter's shape: {weight_product}.",
        hint="Compare `W.shape` with the shape of its gradient.",
        why=_WHY_WEIGHTS + "\n\nAn axis of length 1 too many makes the updated weights an array of more axes.",
        tempting="`x[None]` and `np.tensordot` keep an axis that nobody sees in a print.",
        wrong="dW1 = (x.T @ dz1)[None]",
        right="dW1 = x.T @ dz1",
        training="The weights grow an axis; products broadcast over it, or fail.",
    ),
    Fault(
        name="gradient-zero",
        sites=PARAMETERS,
        predictions=(lambda layer: np.zeros_like(layer.parameter_gradient),),
        summary="The gradient is zero: the parameter is never updated.",
        submitted="is zero everywhere",
        expected="It depends on the loss like every other parameter: {gradient_formula}.",
        hint="Where is this gradient assigned, after it was made?",
        why="A parameter that is never updated keeps its random start. For biases that start at 0 nothing seems amiss.",
        tempting="The update line was copied and one name not changed.",
        wrong="b2 -= lr * db2; W1 -= lr * dW1           # b1 is forgotten",
        right="b2 -= lr * db2; W1 -= lr * dW1; b1 -= lr * db1",
        training="Trains without that parameter.",
        references=("blog.primen.dk: 'the forgotten bias'",),
    ),
    Fault(
        name="unit-never-trained",
        sites=PARAMETERS,
        predictions=tuple(
            _Untrained(rows) for rows in (slice(0, 1), slice(-1, None), np.s_[:, :1], np.s_[:, -1:])
        ),
        summary="The first or last row or column of the gradient is zero.",
        submitted="is right but for its first or last row or column, which is zero",
        expected="Every unit has its gradient.",
        hint="Which entries are exactly zero? Look for a slice or a range that begins at 1 or ends early.",
        why="A slice `[1:]` or `range(h - 1)` leaves one unit's entries at the zero they were made with.",
        tempting="Off-by-one, often from a bias unit that used to be in column 0.",
        wrong="dW1[1:] = (x.T @ dz1)[1:]",
        right="dW1[:] = x.T @ dz1",
        training="Trains (96 %) with one unit left at its random start.",
        references=("blog.primen.dk, numerical gradient checking",),
    ),
    Fault(
        name="parameter-in-place-of-gradient",
        sites=PARAMETERS,
        predictions=(lambda layer: layer.parameter,),
        applies=lambda network, _: not network.weight_decay,  # else nothing tells it from a zero that decays
        summary="What stands where the gradient ought to be is the parameter itself.",
        submitted="is {parameter} itself",
        expected="It should be {gradient_formula}.",
        hint="Which dictionary, list or attribute is returned, or subtracted: that of the parameters or of the gradients?",
        why="w -= rate * w shrinks a parameter whatever the data is: that is weight decay alone, and nothing is learnt.",
        tempting="Parameters and gradients are kept in the same way, under the same keys.",
        wrong="return params",
        right="return grads",
        training="Shrinks towards 0 and learns nothing.",
    ),
    Fault(
        name="gradient-truncated-to-integers",
        sites=PARAMETERS,
        predictions=(
            lambda layer: np.trunc(layer.parameter_gradient),
            lambda layer: np.round(layer.parameter_gradient),
        ),
        summary="The gradient has been cut to whole numbers.",
        submitted="is the right gradient cut or rounded to whole numbers",
        expected="Keep float64: an integer array cuts what is written into it.",
        hint="What is the dtype of the array that you write the gradient into?",
        why="Writing floats into an integer array (`np.zeros_like` of integers, `np.array([0, 0])`) truncates silently.",
        tempting="`np.array([[0, 0], [0, 0]])` is an integer array.",
        wrong="dW1 = np.zeros((d, h), dtype=int); dW1[:] = x.T @ dz1",
        right="dW1 = x.T @ dz1",
        training="Small gradients vanish (39 %).",
    ),
)
