"""Small entries can't hide a mistake beside large ones, and their rounding is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradients
from gradcheck.findings import Verdict

FEATURES = np.random.default_rng(0).normal(size=(6, 3)) * np.array([1e6, 1.0, 1e-6])
POINT = np.array([1e-7, 0.1, 0.1])


def loss(w: Any) -> Any:
    """Squared error of one tanh unit on features of three scales."""
    return 0.5 * ((np.tanh(FEATURES @ w) - 1.0) ** 2).sum()


def gradient(w: Any) -> Any:
    """Its right gradient."""
    a = np.tanh(FEATURES @ w)
    return FEATURES.T @ ((a - 1.0) * (1 - a**2))


@pytest.mark.parametrize("factor", [-1.0, 0.0, 0.5, 3.0])
def test_a_wrong_small_entry_is_seen(factor: float) -> None:
    """A sign, a zero and a factor in an entry that is 1e-12 of the largest."""
    report = check_gradients(loss, lambda w: gradient(w) * np.array([1.0, 1.0, factor]), POINT)
    assert report["parameters"].verdict is Verdict.WRONG
    assert report["parameters"].worst_index == (2,)
    assert report["parameters"].wrong_entries == 1
    assert [finding.fault for finding in report.findings] == [None]


def test_no_pattern_of_the_large_entries_is_told() -> None:
    """The large entry alone would make it a step of gradient descent."""
    report = check_gradients(
        lambda p: 1e9 * p[0] ** 2 + 1e-3 * p[1] ** 2,
        lambda p: np.array([2e9 * p[0], 5e-3 * p[1]]),
        np.array([1.0, 2.0]),
    )
    assert report["parameters"].verdict is Verdict.WRONG
    assert [finding.fault for finding in report.findings] == [None]


def test_right_small_entries_pass() -> None:
    """The right gradient on three scales."""
    assert check_gradients(loss, gradient, POINT)["parameters"].verdict is Verdict.CORRECT


def test_rounding_is_no_mistake() -> None:
    """What is off by another factor at every point, as what a cancellation leaves is, passes."""

    def rounded(w: Any) -> Any:
        right = gradient(w)
        noise = 1e-12 * np.abs(right).max() * np.sin(1e9 * w[1])
        return right + np.array([0.0, 0.0, noise])

    right, found = gradient(POINT)[2], rounded(POINT)[2]
    assert abs(found - right) > 0.1 * abs(right)
    assert check_gradients(loss, rounded, POINT).passed


@pytest.mark.parametrize("seed", range(20))
def test_saturated_units_pass(seed: int) -> None:
    """Slopes computed as 1 - a**2 or a (1 - a) are rounded where units are saturated, and right."""
    random = np.random.default_rng(seed)
    x, weights = random.normal(size=(5, 3)), random.normal(size=(3, 4)) * 10.0 ** random.uniform(0, 1.3)

    def value(w: Any) -> Any:
        return (1 / (1 + np.exp(-(x @ w))) + np.tanh(x @ w)).sum()

    def right(w: Any) -> Any:
        s, a = 1 / (1 + np.exp(-(x @ w))), np.tanh(x @ w)
        return x.T @ (s * (1 - s) + 1 - a**2)

    report = check_gradients(value, right, weights)
    assert report["parameters"].verdict is not Verdict.WRONG, str(report)
