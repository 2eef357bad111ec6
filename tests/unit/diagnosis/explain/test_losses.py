"""Which known loss gradients and values belong to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck.config import Assignment, Sizes
from gradcheck.diagnosis.explain import losses
from gradcheck.network.backward import Trace, gradients
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


def of_delta(network: Network, values: dict[str, np.ndarray], delta2: np.ndarray) -> dict[str, np.ndarray]:
    """The gradients that a derivative by the outputs' pre-activations has."""
    trace = Trace(network, values, {"delta2": lambda t: delta2})
    return {name: trace.gradient(name) for name in network.parameters}


def pulls(values: dict[str, np.ndarray]) -> np.ndarray:
    """How far each output is from its target."""
    return np.asarray(Trace(NETWORK, values).a2 - values["y"])


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("sign", [1, -1])
def test_gradients_of_a_loss_that_nobody_knows_belong_together(decay: float, sign: int) -> None:
    """Some delta yields them all, and draws every output to its target; the rest is weight decay."""
    for values in PROBES:
        found = of_delta(replace(NETWORK, weight_decay=decay), values, sign * pulls(values) ** 3)
        assert losses.belong_together(NETWORK, values, found)


@pytest.mark.parametrize("name", ["w1", "b1", "w2", "b2"])
def test_one_wrong_gradient_does_not_belong_to_the_others(name: str) -> None:
    """Whichever it is, and where one is missing."""
    values = next(probe for probe in PROBES if len(probe["x"]) > 3)
    found = of_delta(NETWORK, values, pulls(values) ** 3)
    assert not losses.belong_together(NETWORK, values, {**found, name: 1.01 * found[name]})
    assert not losses.belong_together(NETWORK, values, {other: found[other] for other in found if other != name})
    assert not losses.belong_together(NETWORK, values, {**found, name: np.nan * found[name]})


def test_no_loss_pushes_outputs_away_from_their_targets() -> None:
    """Of a delta that draws some outputs and pushes others nobody means the loss."""
    values = next(probe for probe in PROBES if len(probe["x"]) > 3)
    delta = pulls(values)
    delta[0] *= -1
    assert not losses.belong_together(NETWORK, values, of_delta(NETWORK, values, delta))


def test_one_factor_that_all_gradients_have_is_found() -> None:
    """Whatever the sizes; not one that changes with them, nor a single gradient's, nor a sign."""
    right = [gradients(OTHERS[0], values) for values in PROBES]
    scaled = [{name: 0.37 * array for name, array in one.items()} for one in right]
    assert losses.constant_factor(NETWORK, PROBES, scaled) == pytest.approx(0.74)  # of a half, the more usual one
    varying = [
        {name: array * (1 + len(values["x"])) for name, array in one.items()}
        for one, values in zip(right, PROBES, strict=True)
    ]
    assert losses.constant_factor(NETWORK, PROBES, varying) is None
    assert losses.constant_factor(NETWORK, PROBES, [{**one, "b1": 0.37 * one["b1"]} for one in right]) is None
    negative = [{name: -0.37 * array for name, array in one.items()} for one in right]
    assert losses.constant_factor(NETWORK, PROBES, negative) is None
