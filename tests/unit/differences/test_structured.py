"""Tests of the network's numerical gradients: the choice of method, and the cross-check."""

import numpy as np
import pytest
from exact import problem

from gradcheck.differences import METHODS, network_gradients, structured
from gradcheck.differences.engine import Engine
from gradcheck.network.backward import gradients


@pytest.mark.parametrize("method", METHODS)
def test_every_parameter_gets_a_value_a_bound_and_a_count(method):
    """Shapes are the parameters', and nothing is left unbounded."""
    network, values = problem(0)
    for name, found in network_gradients(network, values, method).items():
        assert found.value.shape == found.bound.shape == values[name].shape
        assert np.isfinite(found.bound).all()
        assert found.evaluations >= values[name].size


def test_a_missing_bias_is_left_out():
    """Only parameters of the network are differentiated, absent from `values` or not."""
    network, values = problem(0, hidden_bias=False, output_bias=False)
    del values["b1"], values["b2"]
    assert list(network_gradients(network, values)) == ["w1", "w2"]


def test_an_unknown_method_is_refused():
    """The message lists what there is."""
    with pytest.raises(ValueError, match="richardson"):
        network_gradients(*problem(0), "backprop")


def test_auto_gives_up_complex_step_where_it_is_wrong(monkeypatch):
    """A complex step that real differences contradict is replaced by them, and a note says so."""
    network, values = problem(0)
    right = Engine.imaginary_changes
    monkeypatch.setattr(Engine, "imaginary_changes", lambda *arguments: 1.001 * right(*arguments))
    found = network_gradients(network, values)
    assert {derivative.method for derivative in found.values()} == {"richardson"}
    assert "does not agree" in found["w1"].notes[0]
    np.testing.assert_allclose(found["w1"].value, gradients(network, values)["w1"], rtol=1e-8)


def test_complex_step_asked_for_by_name_loses_its_bound_where_it_is_wrong(monkeypatch):
    """What can't be vouched for has no finite bound."""
    right = Engine.imaginary_changes
    monkeypatch.setattr(Engine, "imaginary_changes", lambda *arguments: 1.001 * right(*arguments))
    assert np.isinf(network_gradients(*problem(0), "complex-step")["w1"].bound).all()


def test_the_cross_check_passes_what_is_right_and_sees_a_single_wrong_entry():
    """One entry off by a millionth of the gradient's scale fails it."""
    network, values = problem(0)
    engine, found = Engine(network, values), network_gradients(network, values)
    assert structured.agrees_with_real_differences(engine, found)
    found["b1"].value[0, 2] += 1e-6 * np.abs(found["b1"].value).max()
    assert not structured.agrees_with_real_differences(engine, found)


def test_a_feature_that_is_always_zero_has_gradient_zero():
    """A column of zeros moves nothing and divides nothing by zero."""
    network, values = problem(0)
    values["x"][:, 1] = 0.0
    for method in METHODS:
        found = network_gradients(network, values, method)["w1"]
        assert (found.value[1] == 0).all()
        assert np.isfinite(found.bound).all()
