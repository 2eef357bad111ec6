"""Tests of the quick mode: what it sees, what it may miss, what it finds."""

import numpy as np
import pytest
from exact import problem

from gradcheck.differences import network_quick_check, quick_check
from gradcheck.network.backward import gradients
from gradcheck.network.forward import loss

KINDS = [
    {},
    {"output_activation": "softmax", "loss": "cross-entropy"},
    {"weight_decay": 0.3, "hidden_bias": False},
]


@pytest.mark.parametrize("options", KINDS)
def test_right_gradients_agree(options):
    """On every kind of network, with any seed."""
    for seed in range(10):
        network, values = problem(seed, **options)
        checks = network_quick_check(network, values, gradients(network, values), seed=seed)
        assert all(check.agrees for check in checks.values())


def test_a_wrong_entry_is_seen_and_found():
    """One entry off by a millionth fails, and the search by halves names it."""
    network, values = problem(0)
    submitted = gradients(network, values)
    submitted["w1"][2, 3] += 1e-6
    checks = network_quick_check(network, values, submitted)
    assert not checks["w1"].agrees
    assert checks["w1"].wrong == ((2, 3),)
    assert all(checks[name].agrees for name in ("b1", "w2", "b2"))


def test_a_wholly_wrong_block_is_resolved_in_full():
    """Where most entries are wrong the search gives way to the full gradient."""
    network, values = problem(0, (5, 20, 10, 3))
    submitted = gradients(network, values)
    submitted["w1"] = -submitted["w1"]
    check = network_quick_check(network, values, submitted)["w1"]
    assert check.resolved is not None
    np.testing.assert_allclose(check.resolved.value, -submitted["w1"], rtol=1e-9)


@pytest.mark.parametrize("bad", [0.0, np.nan])
def test_nothing_and_nan_never_agree(bad):
    """A gradient of zeros, or with a NaN, fails."""
    network, values = problem(0)
    submitted = gradients(network, values)
    submitted["b2"] = np.full_like(submitted["b2"], bad)
    assert not network_quick_check(network, values, submitted)["b2"].agrees


def test_the_stated_probability_of_missing_an_error_is_the_real_one():
    """Errors of the size where one in five would be missed are missed about that often."""
    network, values = problem(0)
    right = gradients(network, values)["b1"]
    error = np.random.default_rng(1).normal(size=right.shape)
    error *= 4e-10 * np.linalg.norm(right) / np.linalg.norm(error)
    checks = [network_quick_check(network, values, {"b1": right + error}, seed=seed)["b1"] for seed in range(200)]
    missed = np.mean([check.agrees for check in checks])
    stated = np.mean([check.miss_probability(4e-10) for check in checks])
    assert 0.1 < stated < 0.3
    assert abs(missed - stated) < 0.1


@pytest.mark.parametrize("complex_step", [True, False])
def test_a_black_box_is_checked_likewise(complex_step):
    """With and without complex numbers, right passes and wrong fails."""
    network, values = problem(0)
    submitted = gradients(network, values)
    arrays = {name: values[name] for name in submitted}
    before = {name: array.tobytes() for name, array in arrays.items()}
    substitute = (lambda moved: loss(network, {**values, **moved})) if complex_step else None
    submitted["b1"][0, 1] *= 1.001
    checks = quick_check(lambda: loss(network, values), arrays, submitted, substitute=substitute)
    assert [name for name, check in checks.items() if not check.agrees] == ["b1"]
    assert checks["b1"].wrong == ((0, 1),)
    assert before == {name: array.tobytes() for name, array in arrays.items()}
