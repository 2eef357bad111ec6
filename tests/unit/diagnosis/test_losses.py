"""Which known loss gradients and values belong to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck.config import Assignment, Sizes
from gradcheck.diagnosis import losses
from gradcheck.network.backward import gradients
from gradcheck.network.forward import Network, Scale, loss
from gradcheck.probes import make

NETWORK = Network()
PROBES = [
    probe.values for probe in make(Assignment(path="", network=NETWORK, sizes=Sizes(d=4, h=5, k=3), any_loss=True))
]
OTHERS = (
    replace(NETWORK, loss_scale=Scale.parse("1/n")),
    replace(NETWORK, loss_scale=Scale.parse("2/(n k)")),
    replace(NETWORK, loss="binary-cross-entropy", loss_scale=Scale.parse("1/n")),
    replace(NETWORK, loss="cross-entropy", loss_scale=Scale.parse("1")),
)


def test_the_configured_loss_comes_first_and_none_twice() -> None:
    """Alternatives begin with the network itself."""
    every = list(losses.alternatives(NETWORK))
    assert every[0] == NETWORK
    assert len(set(every)) == len(every)


def test_outputs_that_are_no_probabilities_have_no_entropy() -> None:
    """A linear output is offered squared error only."""
    assert {one.loss for one in losses.alternatives(Network(output_activation="identity"))} == {"squared-error"}


@pytest.mark.parametrize("other", OTHERS, ids=losses.named)
def test_gradients_of_another_loss_are_known_by_it(other: Network) -> None:
    """All four agree on the loss that they were made with."""
    found, agreeing = losses.of_gradients(NETWORK, PROBES, [gradients(other, values) for values in PROBES])
    assert (found, agreeing) == (other, 4)


def test_one_wrong_gradient_does_not_change_the_loss() -> None:
    """The loss is what most gradients agree on."""
    tables = [{**gradients(OTHERS[0], values), "b1": np.zeros((1, 1))} for values in PROBES]
    assert losses.of_gradients(NETWORK, PROBES, tables) == (OTHERS[0], 3)


@pytest.mark.parametrize("other", OTHERS, ids=losses.named)
def test_values_of_another_loss_are_known_by_it(other: Network) -> None:
    """A student's own loss is told by its values; one that is none of them is not."""
    values = [float(loss(other, probe)) for probe in PROBES]
    assert losses.of_values(NETWORK, PROBES, values) == other
    assert losses.of_values(NETWORK, PROBES, [1.01 * value + 0.1 for value in values]) is None


def test_gradients_of_the_wrong_sign_tell_their_loss_all_the_same() -> None:
    """None agrees with any loss, but all do with the negative of one."""
    tables = [{name: -value for name, value in gradients(OTHERS[0], values).items()} for values in PROBES]
    assert losses.of_gradients(NETWORK, PROBES, tables) == (OTHERS[0], 0)
