"""Mistakes in the output error: what is subtracted from what, and which loss it is the derivative of."""

from __future__ import annotations

import numpy as np

from gradcheck.faults._fault import Fault, Layer, has, loss_is
from gradcheck.network.forward import Array

_WHY_ERROR = """\
The backward pass starts from dloss/da2. For squared error Σ (a2 - y)² it is 2 (a2 - y), and with the usual
1/2 in front just a2 - y. For binary cross-entropy -Σ y log a2 + (1 - y) log(1 - a2) it is
-(y/a2 - (1 - y)/(1 - a2)) = (a2 - y) / (a2 (1 - a2)), and after the sigmoid's a2 (1 - a2) only a2 - y is left."""


def _pretend_scale(layer: Layer) -> float:
    """Factor of dloss/da2 in front of (a2 - y), for squared error; else the loss scale."""
    return layer.trace.scale * (2.0 if layer.network.loss == "squared-error" else 1.0)


def _classified(layer: Layer) -> Array:
    """Predictions made hard: the largest output of a softmax, or a threshold at 1/2."""
    a2 = layer.trace.a2
    if layer.activation == "softmax":
        return np.asarray(np.eye(a2.shape[1])[a2.argmax(axis=1)])
    return np.asarray((a2 > 0.5).astype(float))


def _column_against_row(layer: Layer) -> Array:
    """(n, 1) minus (n,): an (n, n) array of every prediction against every target."""
    if layer.trace.k != 1:
        raise ValueError("targets are no vector")
    return np.asarray(_pretend_scale(layer) * (layer.trace.a2 - layer.trace.y.ravel()))


def _entropic(network: object, layer: int) -> bool:
    return "entropy" in getattr(network, "loss", "")


FAULTS = (
    Fault(
        name="squared-error-delta-with-cross-entropy",
        sites=("delta2",),
        predictions=(lambda layer: layer.trace.scale * layer.error * layer.by_output(layer.a),),
        applies=_entropic,
        summary="The delta is that of squared error; the loss is cross-entropy.",
        submitted="is made with the squared error's delta, (a2 - y) times the activation's derivative",
        expected="The configured loss is {loss}: {delta} = {output_delta}, times the loss scale.",
        hint="For this loss, does the derivative of the output activation stay or cancel?",
        why=_WHY_ERROR + "\n\nMultiplying by a2 (1 - a2) once more slows every confident example down.",
        tempting="The squared-error lesson comes first in most courses.",
        wrong="dz2 = (a2 - y) * a2 * (1 - a2)",
        right="dz2 = a2 - y",
        training="Nothing complains; it trains (97 %), slowly where outputs saturate.",
        references=("Data Science Stack Exchange: 'Do we need the sigmoid derivative term in the final layer'",),
    ),
    Fault(
        name="cross-entropy-delta-with-squared-error",
        sites=("delta2",),
        predictions=(
            lambda layer: layer.trace.scale * layer.error,
            lambda layer: 2 * layer.trace.scale * layer.error,
        ),
        applies=lambda network, layer: network.loss == "squared-error" and network.output_activation != "identity",
        summary="The delta is that of cross-entropy, a2 - y; the loss is squared error.",
        submitted="is made with the delta a2 - y, which is cross-entropy's (of a sigmoid or a softmax)",
        expected="With squared error the derivative stays: {delta} = {incoming} times {slope_formula}.",
        hint="Which loss is `a2 - y` the delta of?",
        why=_WHY_ERROR,
        tempting="`a2 - y` is the famous result.",
        wrong="loss = np.mean((a2 - y) ** 2); dz2 = a2 - y",
        right="dz2 = (a2 - y) * a2 * (1 - a2)",
        training="Trains; of a sigmoid or a softmax it minimises cross-entropy, while squared error is printed.",
        references=("public code: 2 of 8 files of one sample",),
    ),
    Fault(
        name="sign-slip-in-cross-entropy",
        sites=("grad_a2",),
        predictions=(
            lambda layer: -layer.trace.scale * (layer.trace.y / layer.a + (1 - layer.trace.y) / (1 - layer.a)),
        ),
        applies=loss_is("binary-cross-entropy"),
        summary="The second term of dloss/da2 has the wrong sign.",
        submitted="is made with dloss/da2 = -(y/a2 + (1 - y)/(1 - a2))",
        expected="d log(1 - a2)/da2 = -1/(1 - a2), so it is -(y/a2 - (1 - y)/(1 - a2)).",
        hint="What is the derivative of log(1 - a), sign included?",
        why=_WHY_ERROR,
        tempting="The minus of the inner derivative is easily lost.",
        wrong="da2 = -(y / a2 + (1 - y) / (1 - a2))",
        right="da2 = -(y / a2 - (1 - y) / (1 - a2))",
        training="Diverges.",
        references=("Mathematics Stack Exchange 2503428",),
    ),
    Fault(
        name="cross-entropy-half-missing",
        sites=("grad_a2",),
        predictions=(
            lambda layer: -layer.trace.scale * layer.trace.y / layer.a,
            lambda layer: layer.trace.scale * (1 - layer.trace.y) / (1 - layer.a),
        ),
        applies=loss_is("binary-cross-entropy"),
        summary="Only one of the two terms of dloss/da2 is there.",
        submitted="is made with one term of the binary cross-entropy's derivative only",
        expected="Both count: -(y/a2 - (1 - y)/(1 - a2)).",
        hint="What does the loss say about an example whose target is 0? And 1?",
        why=_WHY_ERROR,
        tempting="Categorical cross-entropy has one term.",
        wrong="da2 = -y / a2",
        right="da2 = -(y / a2 - (1 - y) / (1 - a2))",
        training="Every output drifts to 1, or to 0.",
    ),
    Fault(
        name="prediction-thresholded",
        sites=("grad_a2", "delta2"),
        predictions=(lambda layer: _pretend_scale(layer) * (_classified(layer) - layer.trace.y),),
        applies=has("sigmoid", "softmax", "tanh"),
        summary="The error is taken of the predicted class, not of the output.",
        submitted="is made with the predicted class (0 or 1) minus the target",
        expected="The error is taken of {a} itself, before any threshold.",
        hint="What is the derivative of a threshold?",
        why=_WHY_ERROR + "\n\nA threshold has derivative 0 wherever it has one; this is the perceptron's rule.",
        tempting="The predictions are at hand, and accuracy is computed from them.",
        wrong="dz2 = (a2 > 0.5) - y",
        right="dz2 = a2 - y",
        training="Reaches 100 % accuracy on easy data while the loss stays above 1.",
    ),
    Fault(
        name="error-of-pre-activation",
        sites=("grad_a2", "delta2"),
        predictions=(lambda layer: _pretend_scale(layer) * (layer.z - layer.trace.y),),
        applies=has("sigmoid", "tanh", "softmax", "relu"),
        summary="The error is taken of the pre-activation z2.",
        submitted="is made with z2 - y, the pre-activation minus the target",
        expected="The loss compares the activation: {a} - y.",
        hint="Which of z2 and a2 does the loss compare with the target?",
        why=_WHY_ERROR,
        tempting="z2 and a2 have the same shape.",
        wrong="dz2 = z2 - y",
        right="dz2 = a2 - y",
        training="Nothing complains.",
    ),
    Fault(
        name="targets-broadcast",
        sites=("grad_a2", "delta2"),
        predictions=(_column_against_row,),
        summary="A column of outputs minus a row of targets: every prediction against every target.",
        submitted="is made with an (n, n) error: (n, 1) outputs minus (n,) targets broadcast",
        expected="Reshape the targets to the outputs' shape before subtracting.",
        hint="Print the shapes of the output, of the targets and of their difference.",
        why="NumPy broadcasts (n, 1) - (n,) to (n, n): entry (i, j) is output i minus target j. Nothing complains.",
        tempting="Labels are naturally a vector.",
        wrong="error = a2 - y                          # (n, 1) - (n,)",
        right="error = a2 - y.reshape(-1, 1)",
        training="Every output learns the mean target.",
        references=("HIPS/Kayak#14", "manzilzaheer/DeepSets#1", "pytorch#16045", "tch-rs#510"),
    ),
    Fault(
        name="one-hot-row-filled",
        sites=("grad_a2", "delta2"),
        predictions=(lambda layer: _pretend_scale(layer) * (layer.a - 1.0),),
        summary="The targets are all ones, as `onehot[:, y] = 1` makes them.",
        submitted="is made with targets that are all 1",
        expected="The targets are those that are given; made of labels, they have one 1 for each example: onehot[np.arange(n), y] = 1.",
        hint="Print the targets of three examples as your code uses them. Are they what was given?",
        why="`onehot[:, y] = 1` sets, in every row, the columns of all classes that occur anywhere in y.",
        tempting="It looks like 'for all rows, the column y'.",
        wrong="onehot[:, y] = 1",
        right="onehot[np.arange(n), y] = 1",
        training="Every output goes to 1.",
    ),
    Fault(
        name="loss-in-place-of-its-derivative",
        sites=("grad_a2", "delta2"),
        predictions=(
            lambda layer: layer.trace.scale * layer.error**2,
            lambda layer: _pretend_scale(layer) * layer.error**2,
            lambda layer: layer.trace.scale * np.sum(layer.error**2),
            lambda layer: np.mean(layer.error**2),
            lambda layer: _pretend_scale(layer) * np.abs(layer.error),
        ),
        summary="The loss itself is propagated, not its derivative.",
        submitted="is made with the squared (or absolute) error in place of its derivative",
        expected="Backpropagation starts from dloss/da2, which for {loss} is {loss_derivative}, times the loss scale.",
        hint="Is what you propagate the loss, or its derivative by a2? Can it be negative?",
        why=_WHY_ERROR + "\n\nA square is never negative, so nothing would tell too high from too low.",
        tempting="The variable is called `error` or `loss`.",
        wrong="error = (a2 - y) ** 2",
        right="error = a2 - y",
        training="Does not learn.",
    ),
    Fault(
        name="error-summed-before-backward",
        sites=("grad_a2", "delta2"),
        predictions=(
            lambda layer: np.full_like(layer.a, _pretend_scale(layer) * layer.error.sum()),
            lambda layer: _pretend_scale(layer) * layer.error.sum(axis=0, keepdims=True) + 0 * layer.a,
            lambda layer: _pretend_scale(layer) * layer.error.sum(axis=1, keepdims=True) + 0 * layer.a,
        ),
        summary="The error is summed or averaged before it is propagated.",
        submitted="is made with one error for several examples or outputs: their sum or mean",
        expected="Each output of each example has an error of its own; sums come in the parameters' gradients.",
        hint="How many errors are there, and how many do you propagate?",
        why=_WHY_ERROR,
        tempting="The loss is a sum over them.",
        wrong="error = np.mean(a2 - y)",
        right="error = a2 - y",
        training="Learns the mean at best.",
    ),
    Fault(
        name="target-missing",
        sites=("grad_a2", "delta2"),
        predictions=(
            lambda layer: _pretend_scale(layer) * layer.a,
            lambda layer: -_pretend_scale(layer) * layer.trace.y,
        ),
        summary="The output or the target stands alone, without their difference.",
        submitted="is made with {a} alone or the target alone",
        expected="The error is the difference {a} - y.",
        hint="What does the network have to do with the targets in your backward pass?",
        why=_WHY_ERROR,
        tempting="A term is lost in refactoring.",
        wrong="dz2 = a2",
        right="dz2 = a2 - y",
        training="Does not learn.",
    ),
)
