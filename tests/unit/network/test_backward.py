"""Faults are steps overridden: what comes after follows, what came before is shared."""

from __future__ import annotations

import numpy as np

from gradcheck.config import Assignment, Sizes
from gradcheck.network.backward import SITES, Trace, gradients
from gradcheck.network.forward import Network, loss
from gradcheck.probes import make

NETWORK = Network()
VALUES = make(Assignment(path="", network=NETWORK, sizes=Sizes(d=4, h=5, k=3)))[0].values


def test_an_override_reaches_everything_downstream_and_nothing_else() -> None:
    """A doubled delta1 doubles W1 and b1, and leaves the output layer."""
    right = gradients(NETWORK, VALUES)
    wrong = Trace(NETWORK, VALUES, {"delta1": lambda t: 2 * t.delta1})
    for name, factor in (("w1", 2), ("b1", 2), ("w2", 1), ("b2", 1)):
        assert np.allclose(wrong.gradient(name), factor * right[name])


def test_an_override_that_asks_for_its_own_step_gets_the_right_value() -> None:
    """No override calls itself."""
    assert np.allclose(
        Trace(NETWORK, VALUES, {"slope1": lambda t: t.slope1}).slope1, Trace(NETWORK, VALUES).slope1
    )


def test_a_fork_shares_what_comes_before_its_override() -> None:
    """Steps before the first override are the same objects; later ones are computed anew."""
    trace = Trace(NETWORK, VALUES)
    for site in SITES:
        trace.step(site)
    child = trace.fork({"grad_a1": lambda t: 0 * t.grad_a1})
    assert child.delta2 is trace.delta2
    assert not child.gradient("w1").any()
    assert trace.gradient("w1").any()


def test_gradients_are_those_of_the_loss() -> None:
    """Moving one weight moves the loss by its gradient: the whole pass, without any other part of the project."""
    step, right = 1e-6, gradients(NETWORK, VALUES)
    for name in NETWORK.parameters:
        moved = []
        for sign in (1, -1):
            values = {key: array.copy() for key, array in VALUES.items()}
            values[name][0, 0] += sign * step
            moved.append(loss(NETWORK, values))
        assert np.isclose((moved[0] - moved[1]) / (2 * step), right[name][0, 0], rtol=1e-5)


def test_weight_decay_is_a_step_of_its_own() -> None:
    """The data's gradient and the decay can be overridden apart, and are added up."""
    decayed = Network(weight_decay=0.5)
    trace = Trace(decayed, VALUES)
    assert np.allclose(trace.gradient("w1"), trace.step("w1") + 0.5 * VALUES["w1"])
    none = Trace(decayed, VALUES, {"decay1": lambda t: 0 * t.w1})
    assert np.allclose(none.gradient("w1"), gradients(NETWORK, VALUES)["w1"])
