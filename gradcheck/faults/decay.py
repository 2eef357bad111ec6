"""
Mistakes in the weight-decay term of the weight gradients.

The search fits the coefficient of W to every weight gradient, and looks up here what it is.
"""

from __future__ import annotations

from gradcheck.faults._fault import Fault, decays
from gradcheck.network.forward import Network

DECAYS = ("decay1", "decay2")

_WHY_DECAY = """\
The loss contains λ/2 · (ΣW1² + ΣW2²), whose derivative by W is λ W: added to the data's gradient, once, with
the loss's own λ, for weights and not for biases."""


def _has_none(network: Network, layer: int) -> bool:
    return network.weight_decay == 0


FAULTS = (
    Fault(
        name="weight-decay-missing",
        sites=DECAYS,
        factor=lambda sizes: 0.0,
        applies=decays,
        summary="The loss decays the weights, and the gradient doesn't.",
        submitted="is the gradient of the data's loss alone, without weight decay",
        expected="Add {decay_term}.",
        hint="Which terms has the loss? Does each have its derivative in the gradient?",
        why=_WHY_DECAY,
        tempting="The term is added to the printed loss only.",
        wrong="dW1 = x.T @ dz1",
        right="dW1 = x.T @ dz1 + reg * W1",
        training="Trains, unregularised.",
    ),
    Fault(
        name="weight-decay-doubled",
        sites=DECAYS,
        factor=lambda sizes: 2.0,
        applies=decays,
        summary="The weight-decay term is twice what the loss says.",
        submitted="has twice the loss's weight decay",
        expected="The loss has λ/2 · ΣW²: add {decay_term}.",
        hint="Is there a 1/2 in front of the loss's regularisation term?",
        why=_WHY_DECAY,
        tempting="For a loss λ ΣW² without the 1/2, 2 λ W is right.",
        wrong="dW1 += 2 * reg * W1",
        right="dW1 += reg * W1",
        training="Regularises twice as hard.",
        references=("titu1994/DenseNet#57",),
    ),
    Fault(
        name="weight-decay-halved",
        sites=DECAYS,
        factor=lambda sizes: 0.5,
        applies=decays,
        summary="The weight-decay term is half of what the loss says.",
        submitted="has half the loss's weight decay",
        expected="The term should be {decay_term}: the square's 2 cancels the 1/2.",
        hint="What is the derivative of λ/2 · W²?",
        why=_WHY_DECAY,
        tempting="The 1/2 of the loss is copied into the gradient.",
        wrong="dW1 += reg / 2 * W1",
        right="dW1 += reg * W1",
        training="Regularises half as hard.",
        references=("jingtinghuang/CS231n-Spring-2017#3",),
    ),
    Fault(
        name="weight-decay-subtracted",
        sites=DECAYS,
        factor=lambda sizes: -1.0,
        applies=decays,
        summary="The weight-decay term is subtracted.",
        submitted="has the weight-decay term with the wrong sign",
        expected="Add {decay_term}: the update subtracts the gradient, and so shrinks the weights.",
        hint="Should weight decay make the weights smaller or larger?",
        why=_WHY_DECAY,
        tempting="Decay 'subtracts'; but the update already does.",
        wrong="dW1 = x.T @ dz1 - reg * W1",
        right="dW1 = x.T @ dz1 + reg * W1",
        training="Weights grow without bound.",
        references=("andersbll/nnet#4",),
    ),
    Fault(
        name="weight-decay-not-divided-by-examples",
        sites=DECAYS,
        factor=lambda sizes: float(sizes["n"]),
        applies=decays,
        summary="The weight-decay term lacks the division by n that the loss has.",
        submitted="has n times the loss's weight decay",
        expected="The term should be {decay_term}.",
        hint="Is the regularisation term of your loss divided by the number of examples?",
        why=_WHY_DECAY,
        tempting="Some texts divide it by n, some don't.",
        wrong="dW1 = x.T @ dz1 / n + reg * W1",
        right="dW1 = (x.T @ dz1 + reg * W1) / n",
        training="Regularises n times too hard.",
    ),
    Fault(
        name="weight-decay-divided-by-examples",
        sites=DECAYS,
        factor=lambda sizes: 1 / sizes["n"],
        applies=decays,
        summary="The weight-decay term is divided by n once more than in the loss.",
        submitted="has 1/n times the loss's weight decay",
        expected="The term should be {decay_term}.",
        hint="Is the regularisation term of your loss divided by the number of examples?",
        why=_WHY_DECAY,
        tempting="The whole gradient is divided by n at the end.",
        wrong="dW1 = (x.T @ dz1 + reg * W1) / n",
        right="dW1 = x.T @ dz1 / n + reg * W1",
        training="Regularises n times too little.",
    ),
    Fault(
        name="weight-decay-off-by-factor",
        sites=DECAYS,
        term=lambda layer: layer.weights,
        applies=decays,
        summary="The weight-decay term has another coefficient than the loss.",
        submitted="has weight decay with coefficient {coefficient}",
        expected="The term should be {decay_term}.",
        hint="Which coefficient does the loss have, and which the gradient?",
        why=_WHY_DECAY,
        tempting="Two places hold the coefficient.",
        wrong="dW1 += 0.1 * W1",
        right="dW1 += reg * W1",
        training="Regularises more or less than asked.",
    ),
    Fault(
        name="weight-decay-not-in-loss",
        sites=DECAYS,
        term=lambda layer: layer.weights,
        applies=_has_none,
        summary="The gradient decays the weights, and the loss doesn't.",
        submitted="is the right gradient plus {coefficient} times {weights}",
        expected="The configured loss has no weight decay.",
        hint="Does the loss you were given contain a regularisation term?",
        why=_WHY_DECAY,
        tempting="Regularisation was kept from another exercise.",
        wrong="dW1 = x.T @ dz1 + reg * W1",
        right="dW1 = x.T @ dz1",
        training="Regularises unasked.",
    ),
)
