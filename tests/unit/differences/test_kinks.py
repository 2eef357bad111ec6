"""Tests of kinks: a correct gradient is never beyond the bound there."""

import numpy as np
import pytest
from exact import problem

from gradcheck.comparison import compare
from gradcheck.differences import METHODS, network_gradients
from gradcheck.findings import Verdict
from gradcheck.network.backward import DERIVATIVES, Trace, gradients


def at_a_kink(**options):
    """A network whose hidden unit 2 has pre-activation 0, to the last bit, on example 1."""
    network, values = problem(5, hidden_activation="relu", **options)
    values["x"][1] = np.array([1.0, 0.0, 0.0, 0.0])
    values["b1"][0, 2] = -values["w1"][0, 2]
    return network, values


@pytest.mark.parametrize("method", METHODS)
def test_either_derivative_at_a_kink_is_within_the_bound(method):
    """relu'(0) = 0 and relu'(0) = 1 are both right, and so never called wrong; other entries stay sharp."""
    network, values = at_a_kink()
    found = network_gradients(network, values, method)
    one = Trace(network, values, {"slope1": lambda t: (t.z1 >= 0).astype(float)})
    for submitted in (gradients(network, values), {name: one.gradient(name) for name in network.parameters}):
        for name, array in submitted.items():
            report = compare(
                name, array, found[name].value, found[name].bound, expected_shape=array.shape, dtype="float64"
            )
            assert report.verdict is not Verdict.WRONG
    assert any("kink" in note for note in found["w1"].notes)
    assert found["w1"].bound[0, 2] > 1e-3
    if method != "central-8":  # whose long reach finds kinks elsewhere, too
        assert found["w1"].bound[0, 0] < 1e-3


@pytest.mark.parametrize("method", ["complex-step", "central", "richardson"])
def test_a_kink_of_the_output_is_allowed_for(method):
    """Relu at the output: its kink spoils both layers, and both bounds span it."""
    network, values = problem(5, output_activation="relu")
    values["b2"][0, 1] -= (Trace(network, values).z2)[3, 1]
    values["b2"][0, 1] -= (Trace(network, values).z2)[3, 1]
    found = network_gradients(network, values, method)
    for slope in (lambda t: (t.z2 >= 0).astype(float), lambda t: (t.z2 > 1e-12).astype(float)):
        trace = Trace(network, values, {"slope2": slope})
        for name in network.parameters:
            assert (np.abs(found[name].value - trace.gradient(name)) <= found[name].bound).all()


def test_a_mistake_elsewhere_is_still_wrong():
    """A kink widens the bound of its own entries only."""
    network, values = at_a_kink()
    found = network_gradients(network, values)
    assert DERIVATIVES["relu"](np.zeros(1), np.zeros(1)) == 0
    submitted = gradients(network, values)["w1"]
    submitted[0, 0] *= 1.01
    report = compare("W1", submitted, found["w1"].value, found["w1"].bound, expected_shape=submitted.shape)
    assert report.verdict is Verdict.WRONG
    assert report.wrong_entries == 1
