"""At a kink what lies between the derivatives on its sides is right, and what doesn't is not let pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradients
from gradcheck.findings import Verdict

POINT = np.array([0.0, 1.0, -2.0])
X = np.random.default_rng(0).normal(size=(6, 3))
MIXED = np.random.default_rng(1).normal(size=(6, 2))
ZEROS = {"W": np.zeros((3, 2)), "b": np.zeros(2)}


def relu(p: Any) -> Any:
    """Sum of the positive parts."""
    return np.maximum(p, 0).sum()


@pytest.mark.parametrize("slope", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("point", [POINT, np.zeros(3), np.array(0.0)])
def test_every_subgradient_passes(slope: float, point: Any) -> None:
    """The left derivative, the right one, and what lies between, with a note that says so."""
    report = check_gradients(relu, lambda p: np.where(p == 0, slope, p > 0), point)
    assert report["parameters"].verdict is Verdict.CORRECT, str(report)
    assert "between the derivatives on its sides" in report.submissions[0].notes[-1]
    assert not any("within a step" in note for note in report.submissions[0].notes)


@pytest.mark.parametrize("slope", [-1e-6, 1.0 + 1e-6, 7.0])
def test_what_lies_outside_does_not_pass(slope: float) -> None:
    """Just beyond either derivative is no subgradient; right at all other values, it is left open why."""
    report = check_gradients(relu, lambda p: np.where(p == 0, slope, p > 0), POINT)
    assert report["parameters"].verdict is Verdict.INCONCLUSIVE
    assert "not wrong at other values" in report["parameters"].note


def test_what_is_wrong_at_other_values_too_is_wrong_at_a_kink() -> None:
    """A factor is told although all entries are at kinks."""
    report = check_gradients(relu, lambda p: 3.0 * (p >= 0), np.zeros(3))
    assert report["parameters"].verdict is Verdict.WRONG
    assert [finding.fault for finding in report.findings] == ["gradient-off-by-factor"]


def test_an_entry_without_a_kink_is_held_against_its_derivative() -> None:
    """A kink in one entry excuses no other."""
    report = check_gradients(relu, lambda p: np.array([0.0, 0.5, 0.0]), POINT)
    assert report["parameters"].verdict is Verdict.WRONG
    assert report["parameters"].worst_index == (1,)


@pytest.mark.parametrize("targets", [np.ones((6, 2)), MIXED], ids=["ones", "mixed"])
@pytest.mark.parametrize("at_zero", [0.0, 1.0])
def test_a_layer_of_zeros(targets: Any, at_zero: float) -> None:
    """Many kinks at once: what relu'(0) = 0 or 1 makes of them passes, and three times that is wrong."""

    def loss(p: Any) -> Any:
        return ((np.maximum(X @ p["W"] + p["b"], 0) - targets) ** 2).sum()

    def gradients(p: Any, factor: float = 1.0) -> Any:
        z = X @ p["W"] + p["b"]
        delta = 2 * factor * (np.maximum(z, 0) - targets) * np.where(z == 0, at_zero, z > 0)
        return {"W": X.T @ delta, "b": delta.sum(axis=0)}

    assert check_gradients(loss, gradients, ZEROS).passed
    wrong = check_gradients(loss, lambda p: gradients(p, 3.0), ZEROS)
    assert Verdict.WRONG in {parameter.verdict for parameter in wrong}


@pytest.mark.parametrize("at_zero", [0.0, 1.0])
@pytest.mark.parametrize(
    "positive_part", [lambda z: np.maximum(z, 0), lambda z: np.where(np.real(z) > 0, z, 0.0)], ids=["max", "where"]
)
def test_a_small_kink_beside_a_large_gradient_convicts_nobody(at_zero: float, positive_part: Any) -> None:
    """Complex step sees one side of a kink alone; it is the other that was submitted."""

    def loss(p: Any) -> Any:
        return 1e5 * (p[0] ** 2) + positive_part(p[1:]).sum()

    def gradient(p: Any) -> Any:
        return np.array([2e5 * p[0], *np.where(p[1:] == 0, at_zero, p[1:] > 0)])

    point = np.array([1.0, 0.0, 2.0])
    assert check_gradients(loss, gradient, point).passed
    wrong = check_gradients(loss, lambda p: gradient(p) * np.array([1.0, 1.0, 1.1]), point)
    assert wrong["parameters"].verdict is Verdict.WRONG


def test_the_largest_of_equals() -> None:
    """Any share of the slope may go to either of two equal maxima, and no more than all of it."""
    point = np.array([1.0, 2.0, 2.0])
    assert check_gradients(np.max, lambda p: (p == p.max()) * 1.0, point).passed
    assert check_gradients(np.max, lambda p: (p == p.max()) / (p == p.max()).sum(), point).passed
    assert not check_gradients(np.max, lambda p: (p == p.max()) * 1.5, point).passed


def test_a_loss_that_is_not_defined_on_both_sides_is_let_be() -> None:
    """Looking for kinks asks for other values than the check itself; a loss that refuses them is no error."""

    def loss(p: Any) -> Any:
        if np.abs(p - 30).max() > 0.2:
            raise ValueError("out of range")
        return (np.abs(p) ** 2).sum()

    report = check_gradients(loss, lambda p: 3 * p, np.array([30.0]), method="central")
    assert report["parameters"].verdict is Verdict.WRONG
