"""What is right at the given parameters alone is found, and what is meant for some parameters alone is let be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradients
from gradcheck.findings import Verdict

TARGET = np.array([1.0, 2.0, 3.0])


def distance(p: Any) -> Any:
    """Squared distance from the target."""
    return ((p - TARGET) ** 2).sum()


@pytest.mark.parametrize("offset", [0.0, 1e-9])
@pytest.mark.parametrize("target", [TARGET, np.ones(3)])
def test_at_an_optimum_the_gradient_is_checked_elsewhere(target: Any, offset: float) -> None:
    """A factor times zero is zero: only other values tell it, and the report says that they did."""

    def loss(p: Any) -> Any:
        return ((p - target) ** 2).sum()

    assert check_gradients(loss, lambda p: 2 * (p - target), target + offset).passed
    report = check_gradients(loss, lambda p: 3 * (p - target), target + offset)
    assert report["parameters"].verdict is Verdict.WRONG
    assert [finding.fault for finding in report.findings] == ["gradient-off-by-factor"]
    assert not any("read its argument" in note for note in report.submissions[0].notes)


def test_a_right_gradient_at_an_optimum_goes_without_a_remark_on_the_loss() -> None:
    """The loss is flat there and nowhere else, so nobody asks whether it reads its argument."""
    notes = check_gradients(distance, lambda p: 2 * (p - TARGET), TARGET).submissions[0].notes
    assert not any("read its argument" in note for note in notes)


def test_what_is_right_at_one_point_alone_is_wrong() -> None:
    """A part of the gradient that is computed once, at the first parameters, is wrong at all others."""
    first: dict[str, Any] = {}

    def partly(p: Any) -> Any:
        return 3 * p * first.setdefault("p", p.copy())

    report = check_gradients(lambda p: (p**3).sum(), partly, TARGET)
    assert report["parameters"].verdict is Verdict.WRONG
    assert "others near them" in report.submissions[0].notes[0]


@pytest.mark.parametrize(
    ("loss", "gradient", "point"),
    [
        (lambda a: np.linalg.slogdet(a)[1], np.linalg.inv, np.array([[2.0, 0.3], [0.3, 1.0]])),
        (lambda u: u[0] / np.sqrt((u * u).sum()), lambda u: np.eye(2)[0] - u * u[0], np.array([0.6, 0.8])),
        (lambda p: p[0] * p[1] / p.sum(), lambda p: p[::-1] - p[0] * p[1], np.array([0.3, 0.7])),
    ],
    ids=["symmetric", "unit", "probabilities"],
)
def test_formulas_for_special_parameters_convict_nobody(loss: Any, gradient: Any, point: Any) -> None:
    """What holds for symmetric matrices, unit vectors or probabilities alone passes at one, with a note."""
    report = check_gradients(loss, gradient, point)
    assert report.passed, str(report)
    assert "not at any parameters near these" in report.submissions[0].notes[-1]
    assert not check_gradients(loss, lambda p: 1.001 * gradient(p), point).passed
