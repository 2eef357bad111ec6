"""
Mistakes in a factor: the batch size, a two, a sign.

These entries are found by their factor: the search fits one to every quantity and looks up here what it is.
"""

from __future__ import annotations

from gradcheck.faults._fault import Fault
from gradcheck.network.forward import Network

EVERYWHERE = ("delta2", "w2", "b2", "delta1", "w1", "b1")
BIASES = ("b1", "b2")

_WHY_SCALE = """\
The loss is scale · Σ ℓ over examples and outputs, and its derivative carries the same scale, once, wherever it
is put: in the first delta, or in each of the four gradients, but in all of them."""


def _is_mean(network: Network, layer: int) -> bool:
    return network.loss_scale.per_example


FAULTS = (
    Fault(
        name="bias-mean-instead-of-sum",
        sites=BIASES,
        factor=lambda sizes: 1 / sizes["n"],
        summary="The bias gradient is averaged over the examples where it should be summed.",
        submitted="is 1/n times the right gradient: the mean of {delta} over the examples, not the sum",
        expected="{bias_sum}, where {delta} is dloss/d{z}, with the loss's scale, {loss_scale}, in it.",
        hint="If the weights' gradient sums over the examples, what should the bias's do?",
        why=_WHY_SCALE
        + """

The weight gradient aᵀ delta is a *sum* over the examples. If delta carries the loss's 1/n (or the loss has none),
the bias gradient must be a sum as well; a mean divides by n once more.""",
        tempting="`mean` and `sum` look alike, and with a 1/n elsewhere the mean is right.",
        wrong="db1 = np.mean(dz1, axis=0, keepdims=True)",
        right="db1 = np.sum(dz1, axis=0, keepdims=True)",
        training="Nothing complains: biases learn n times too slowly.",
        references=("public two-layer networks: np.mean(dZ, axis=0)/m",),
    ),
    Fault(
        name="batch-size-division-missing",
        sites=EVERYWHERE,
        applies=_is_mean,
        factor=lambda sizes: float(sizes["n"]),
        summary="The loss is a mean over the examples, and the gradient lacks the 1/n.",
        submitted="is n times the right gradient: the gradient of the sum over the examples, not of the mean",
        expected="The configured loss is {loss_scale} times the sum, so the gradient is, too.",
        hint="Is your loss a sum or a mean over the examples? And your gradient?",
        why=_WHY_SCALE,
        tempting="With a small learning rate it only acts like a larger one.",
        wrong="dW1 = x.T @ dz1",
        right="dW1 = x.T @ dz1 / n",
        training="Acts like a learning rate n times larger: diverges at 1, fine at small rates.",
        references=("hunkim/DeepLearningZeroToAll#173",),
    ),
    Fault(
        name="batch-size-division-twice",
        sites=EVERYWHERE,
        applies=_is_mean,
        factor=lambda sizes: 1 / sizes["n"],
        summary="The gradient is divided by the number of examples once too often.",
        submitted="is 1/n times the right gradient: divided by the number of examples once too often",
        expected="The configured loss is {loss_scale} times the sum: that scale belongs into the gradient once.",
        hint="Count the divisions by n (and the means) between the error and this gradient.",
        why=_WHY_SCALE,
        tempting="Once in the delta and once in each gradient: both lines look right alone.",
        wrong="dz2 = (a2 - y) / n; dW2 = a1.T @ dz2 / n",
        right="dz2 = (a2 - y) / n; dW2 = a1.T @ dz2",
        training="Learns n times too slowly.",
        references=("community.deeplearning.ai 63071",),
    ),
    Fault(
        name="batch-mean-instead-of-sum",
        sites=EVERYWHERE,
        applies=lambda network, layer: not network.loss_scale.per_example,
        factor=lambda sizes: 1 / sizes["n"],
        summary="The loss is a sum over the examples, and the gradient is divided by their number.",
        submitted="is 1/n times the right gradient: the gradient of the mean over the examples, not of the sum",
        expected="The configured loss is {loss_scale} times the sum, without 1/n.",
        hint="Is your loss a sum or a mean over the examples? And your gradient?",
        why=_WHY_SCALE,
        tempting="Most losses are means.",
        wrong="dW1 = x.T @ dz1 / n",
        right="dW1 = x.T @ dz1",
        training="Acts like a learning rate n times smaller.",
    ),
    Fault(
        name="gradient-sign-flipped",
        sites=EVERYWHERE,
        factor=lambda sizes: -1.0,
        summary="The gradient has the wrong sign.",
        submitted="is the right gradient with the opposite sign",
        expected="The gradient is the derivative of the loss, which an update subtracts; its negative belongs to an update that adds.",
        hint="Does your update add or subtract? Which sign does that want?",
        why="dloss/da2 is proportional to a2 - y: positive where the output is too high. One flipped sign climbs the\n"
        "loss; two (y - a2 together with W += ...) are right.",
        tempting="'target minus output' is how people speak of an error.",
        wrong="dz2 = (y - a2) * a2 * (1 - a2); W2 -= lr * a1.T @ dz2",
        right="dz2 = (a2 - y) * a2 * (1 - a2); W2 -= lr * a1.T @ dz2",
        training="Climbs the loss.",
        references=("dennybritz/nn-from-scratch#11", "haifengl/smile#151"),
    ),
    Fault(
        name="factor-of-two-added",
        sites=EVERYWHERE,
        factor=lambda sizes: 2.0,
        summary="The gradient is twice what it should be.",
        submitted="is twice the right gradient",
        expected="The configured loss is {loss_scale} times the summed {loss}{twos}.",
        hint="Where does your gradient have a 2, or an update that is made twice, and does the loss ask for it?",
        why=_WHY_SCALE,
        tempting="d(e²) = 2e, when the loss has a 1/2; or the update is made twice.",
        wrong="dz2 = 2 * (a2 - y) * a2 * (1 - a2)       # with 1/2 in the loss",
        right="dz2 = (a2 - y) * a2 * (1 - a2)",
        training="Acts like twice the learning rate.",
        references=("Coursera, Improving Deep Neural Networks, Gradient Checking",),
    ),
    Fault(
        name="factor-of-two-lost",
        sites=EVERYWHERE,
        factor=lambda sizes: 0.5,
        summary="The gradient is half of what it should be.",
        submitted="is half the right gradient",
        expected="The configured loss is {loss_scale} times the summed {loss}{twos}.",
        hint="Where does your gradient have a 1/2, or lack a 2, and does the loss ask for it?",
        why=_WHY_SCALE,
        tempting="`a2 - y` is right for a loss with 1/2.",
        wrong="loss = np.mean((a2 - y) ** 2); dz2 = (a2 - y) * a2 * (1 - a2) / n",
        right="dz2 = 2 * (a2 - y) * a2 * (1 - a2) / n",
        training="Acts like half the learning rate.",
        references=("public code: np.mean((a2 - y)**2) with (a2 - y)",),
    ),
    *(
        Fault(
            name=f"divided-by-{word}",
            sites=EVERYWHERE,
            factor=factor,
            summary=f"The gradient is divided by the number of {word}, too.",
            submitted=f"is the right gradient divided by {symbol}, the number of {word}",
            expected="The configured loss is {loss_scale} times the sum.",
            hint="Over which axis do you take the mean?",
            why=_WHY_SCALE,
            tempting="`np.mean` without an axis, or `.size`, divides by everything.",
            wrong=wrong,
            right="dW = inputs.T @ dz / n",
            training="Acts like a smaller learning rate.",
        )
        for word, symbol, factor, wrong in (
            ("outputs", "k", lambda sizes: 1 / sizes["k"], "dz2 = 2 * (a2 - y) / y.size"),
            ("hidden-units", "h", lambda sizes: 1 / sizes["h"], "db1 = np.sum(dz1, axis=0) / h"),
            ("features", "d", lambda sizes: 1 / sizes["d"], "dW1 = x.T @ dz1 / x.shape[1]"),
        )
    ),
    *(
        Fault(
            name=f"divided-by-{word}-instead-of-examples",
            sites=EVERYWHERE,
            applies=_is_mean,
            factor=factor,
            summary=f"The gradient is divided by the number of {word}, not of examples.",
            submitted=f"is n/{symbol} times the right gradient: divided by {symbol}, the number of {word}, not by n",
            expected="The configured loss is {loss_scale} times the sum: the mean is over the examples.",
            hint="Which axis of your array counts examples? `shape[0]` or `shape[1]`?",
            why=_WHY_SCALE
            + "\n\nWith examples in rows n is x.shape[0]; with examples in columns it is x.shape[1].",
            tempting="`m = X.shape[1]` is right where examples are columns.",
            wrong=wrong,
            right="m = x.shape[0]",
            training="Equal where the sizes agree; else like another learning rate.",
            references=("public code: X.shape[1] with examples in rows",),
        )
        for word, symbol, factor, wrong in (
            ("features", "d", lambda sizes: sizes["n"] / sizes["d"], "m = x.shape[1]"),
            ("outputs", "k", lambda sizes: sizes["n"] / sizes["k"], "m = y.shape[1]"),
            ("hidden-units", "h", lambda sizes: sizes["n"] / sizes["h"], "m = a1.shape[1]"),
        )
    ),
    Fault(
        name="output-mean-missing",
        sites=EVERYWHERE,
        applies=lambda network, layer: network.loss_scale.per_output,
        factor=lambda sizes: float(sizes["k"]),
        summary="The loss is a mean over the outputs, and the gradient lacks the 1/k.",
        submitted="is k times the right gradient",
        expected="The configured loss is {loss_scale} times the sum, a mean over the outputs, too.",
        hint="Over how many numbers does your loss take its mean?",
        why=_WHY_SCALE,
        tempting="`np.mean` of an (n, k) array divides by n·k, `/ n` in the gradient by n.",
        wrong="loss = np.mean((a2 - y) ** 2); dz2 = 2 * (a2 - y) / n",
        right="dz2 = 2 * (a2 - y) / (n * k)",
        training="Acts like a larger learning rate.",
    ),
    Fault(
        name="gradient-off-by-constant-factor",
        sites=EVERYWHERE,
        summary="The gradient is right but for a factor that is the same on every probe.",
        submitted="is {coefficient} times the right gradient, on every probe",
        expected="The factor ought to be 1.",
        hint="Which constant of your program multiplies this gradient?",
        why=_WHY_SCALE,
        tempting="A learning rate, a step or a constant of another formula stays in.",
        wrong="db1 = 4.0 / m * np.sum(dz1, axis=0, keepdims=True)",
        right="db1 = 1.0 / m * np.sum(dz1, axis=0, keepdims=True)",
        training="Acts like another learning rate.",
        references=("Coursera, Improving Deep Neural Networks, Gradient Checking: 4./m",),
    ),
    Fault(
        name="gradient-off-by-size-factor",
        sites=EVERYWHERE,
        summary="The gradient is right but for a factor made of the problem's sizes.",
        submitted="is {coefficient} times the right gradient{fixed_number}",
        expected="The configured loss is {loss_scale} times the sum.",
        hint="Which sizes do you divide by, and which does the loss divide by?",
        why=_WHY_SCALE,
        tempting="Means, sizes and shapes are easily multiplied once too often.",
        wrong="dz2 = (a2 - y) / y.size / n",
        right="dz2 = (a2 - y) / n",
        training="Acts like another learning rate.",
    ),
)
