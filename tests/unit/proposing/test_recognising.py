"""Networks and losses by value."""

from dataclasses import replace

import numpy as np
import pytest

from gradcheck.network.backward import gradients
from gradcheck.network.forward import Network, Scale, forward, loss
from gradcheck.proposing import recognising
from gradcheck.proposing.exploring import SIZES, drawn
from gradcheck.submissions.job import Event

VALUES = [{name.lower(): array for name, array in drawn(sizes).arrays.items()} for sizes in SIZES]


def seen(network: Network) -> list[recognising.Seen]:
    """What a watch would see of a network's forward pass."""
    runs = []
    for values in VALUES:
        events = [Event(node=i, sequence=i, value=np.asarray(v)) for i, v in enumerate(forward(network, values))]
        runs.append(recognising.Seen.of(events))
    return runs


@pytest.mark.parametrize("network", list(recognising.networks(True, True)), ids=str)
def test_every_network_is_recognised_as_itself(network: Network) -> None:
    """No network's forward pass is taken for another one's."""
    assert recognising.recognise(seen(network), VALUES, True, True) == network


def test_a_forward_pass_that_lacks_a_bias_is_none_of_those_with_one() -> None:
    """A wrong forward pass is not recognised."""
    assert recognising.recognise(seen(Network(hidden_bias=False)), VALUES, True, True) is None


def test_entries_that_come_one_by_one_are_recognised() -> None:
    """A program without arrays is recognised by its numbers."""
    network = Network(hidden_activation="tanh")
    runs = []
    for values in VALUES:
        numbers = [float(v) for array in forward(network, values) for v in np.ravel(array)]
        runs.append(
            recognising.Seen.of([Event(node=0, sequence=i, value=np.array(v)) for i, v in enumerate(numbers)])
        )
    assert recognising.recognise(runs, VALUES, True, True) == network


def test_zeros_are_no_evidence() -> None:
    """They are seen in most programs, and what is nothing but zero tells no output of a relu."""
    seen = recognising.Seen.of([Event(node=0, sequence=0, value=np.array([0.0, 1.0, 2.0]))])
    assert seen.has(np.array([2.0, 1.0, 0.0]))
    assert not seen.has(np.zeros(1))
    assert not seen.has(np.array([0.0, 3.0, 1.0]))


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_the_loss_of_gradients_is_found_with_its_decay(decay: float) -> None:
    """Right gradients agree with their own loss and weight decay, all of them."""
    network = Network(loss="binary-cross-entropy", loss_scale=Scale.parse("1/n"), weight_decay=decay)
    fit = next(recognising.fits(Network(), VALUES, [gradients(network, values) for values in VALUES]))
    assert (fit.network, fit.agreeing) == (network, 4)


def test_wrong_gradients_agree_with_nothing() -> None:
    """Random arrays are no gradients of any loss."""
    rng = np.random.default_rng(0)
    wrong = [
        {name: rng.normal(size=array.shape) for name, array in gradients(Network(), v).items()} for v in VALUES
    ]
    assert list(recognising.fits(Network(), VALUES, wrong)) == []


def test_the_descent_direction_is_recognised_by_its_sign() -> None:
    """Gradients with the other sign agree, and are told to have it."""
    turned = [{name: -array for name, array in gradients(Network(), values).items()} for values in VALUES]
    fit = next(recognising.fits(replace(Network()), VALUES, turned))
    assert (fit.agreeing, fit.sign) == (4, -1.0)


@pytest.mark.parametrize("per_example", [False, True])
def test_the_weight_decay_in_a_loss_is_found(per_example: bool) -> None:
    """A number that is a loss and the squares of the weights more is that loss with weight decay."""
    network = replace(Network(), weight_decay=0.3, weight_decay_scale=Scale(per_example=per_example))
    events = [[Event(node=7, sequence=0, value=np.asarray(loss(network, values)))] for values in VALUES]
    assert recognising.own_losses(events, VALUES, Network()) == [(7, network)]


def test_a_number_that_is_no_loss_is_none() -> None:
    """What is more than a loss by anything else than weight decay is not taken for one."""
    events = [
        [Event(node=7, sequence=0, value=np.asarray(loss(Network(), values) + index))]
        for index, values in enumerate(VALUES, 1)
    ]
    assert recognising.own_losses(events, VALUES, Network()) == []


def test_weight_decay_that_one_layer_lacks_is_seen_at_the_other() -> None:
    """The layer that has what was handed over tells; the other one's gradient is the one that disagrees."""
    network = replace(Network(), weight_decay=recognising.GIVEN_DECAY)
    submitted = [{**gradients(network, one), "w1": gradients(Network(), one)["w1"]} for one in VALUES]
    fit = next(recognising.fits(Network(), VALUES, submitted))
    assert (fit.network, fit.agreeing) == (network, 3)
