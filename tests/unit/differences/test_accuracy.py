"""Every method against 120-digit arithmetic: how accurate the values are, and that the bounds hold."""

import numpy as np
import pytest
from exact import exact_gradients, problem

from gradcheck.differences import gradient, network_gradients
from gradcheck.network.forward import Scale, loss

# worst entry's error relative to the parameter's scale
ACCURACY = {
    "forward": 1e-4,
    "central": 1e-8,
    "central-4": 1e-9,
    "central-6": 1e-10,
    "central-8": 1e-11,
    "richardson": 1e-11,
    "complex-step": 1e-14,
    "auto": 1e-14,
}
KINDS = [
    {},
    {"hidden_activation": "tanh", "output_activation": "identity"},
    {"output_activation": "softmax", "loss": "cross-entropy", "loss_scale": Scale.parse("1/n")},
    {"output_activation": "softmax"},
    {"loss": "binary-cross-entropy", "weight_decay": 0.1, "hidden_bias": False},
    {"hidden_activation": "relu", "output_bias": False},
]
REGIMES = [{}, {"weights": 8.0}, {"loss_scale": Scale.parse("1/1000")}]


@pytest.mark.parametrize("method", ACCURACY)
@pytest.mark.parametrize("number", range(len(KINDS)))
def test_the_network_is_differentiated_to_the_methods_accuracy(number, method):
    """Every method keeps its promise on every kind of network, entry by entry, and its bound holds."""
    network, values = problem(number, **KINDS[number])
    found = network_gradients(network, values, method)
    for name, true in exact_gradients(network, values).items():
        error = np.abs(found[name].value - true)
        assert (error <= found[name].bound).all()
        if not found[name].notes:  # at a kink there is nothing to be accurate about
            assert error.max() <= ACCURACY[method] * np.abs(true).max()


@pytest.mark.parametrize("method", ["complex-step", "richardson", "central"])
def test_bounds_hold_and_are_not_wasteful(method):
    """Over random small networks, saturated and tiny-loss ones included, no error exceeds its bound."""
    ratios = []
    for seed in range(24):
        network, values = problem(seed, (3, 2, 3, 2), **(KINDS[seed % len(KINDS)] | REGIMES[seed % 3]))
        found = network_gradients(network, values, method)
        for name, true in exact_gradients(network, values).items():
            error, bound = np.abs(found[name].value - true), found[name].bound
            assert (error <= bound).all(), (seed, name)
            # entries that are right to the last bit say nothing about the bound
            telling = error > 0
            ratios.append((bound[telling] / error[telling]).ravel())
    assert np.median(np.concatenate(ratios)) <= 100


def test_two_levels_that_agree_by_chance_are_not_believed():
    """Where the terms of fourth and sixth order cancel, an extrapolation's change says nothing of its error."""
    options = {"loss": "binary-cross-entropy", "weight_decay": 0.1, "loss_scale": Scale.parse("1/1000")}
    network, values = problem(988, (2, 3, 4, 2), **options)
    found = network_gradients(network, values, "richardson")["w1"]
    assert (np.abs(found.value - exact_gradients(network, values)["w1"]) <= found.bound).all()


@pytest.mark.parametrize("method", ["central", "central-8", "richardson", "complex-step"])
def test_a_black_box_is_differentiated_as_accurately(method):
    """The plain engine is as good as the structured one, and its bounds hold."""
    network, values = problem(3)
    for name, true in exact_gradients(network, values).items():
        found = gradient(
            lambda: loss(network, values),
            values[name],
            method,
            substitute=lambda array, name=name: loss(network, {**values, name: array}),
        )
        error = np.abs(found.value - true)
        assert (error <= found.bound).all()
        assert error.max() <= 10 * ACCURACY[method] * np.abs(true).max()


def test_a_wrong_reference_would_be_seen():
    """The truth here is a truth: a gradient off by one part in 1e12 is beyond complex step's bound."""
    network, values = problem(0)
    found = network_gradients(network, values)["w2"]
    true = exact_gradients(network, values)["w2"] * (1 + 1e-12)
    assert (np.abs(found.value - true) > found.bound).any()
