"""Products of a Jacobian with a tangent, and whole Jacobians: right ones pass, wrong ones fail by input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck import GradcheckError, check_jacobian, check_jvp
from gradcheck.findings import Verdict

RANDOM = np.random.default_rng(0)
X, W = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(3, 2))


def _faults(report: Any) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(finding.fault, finding.parameters) for finding in report.findings]


def test_jvp() -> None:
    """A forward-mode derivative is checked input by input; each alone can be wrong."""

    def product(a: Any, b: Any) -> Any:
        return a * b**2

    def right(tangents: Any, a: Any, b: Any) -> Any:
        return tangents[0] * b**2 + 2 * a * b * tangents[1]

    def wrong(tangents: Any, a: Any, b: Any) -> Any:
        return tangents[0] * b**2 + a * b * tangents[1]

    assert check_jvp(product, right, (X, X + 2.0)).passed
    report = check_jvp(product, wrong, (X, X + 2.0))
    assert _faults(report) == [("gradient-off-by-factor", ("b",))]
    assert report["a"].verdict is Verdict.CORRECT


def test_jacobian() -> None:
    """Jacobians have the output's shape and then the input's; a transposed one is named."""
    assert check_jacobian(lambda x: np.tanh(W.T @ x), lambda x: _tanh_jacobian(x), np.arange(3.0)).passed
    report = check_jacobian(lambda x: np.tanh(W.T @ x), lambda x: _tanh_jacobian(x).T, np.arange(3.0))
    assert report["x"].verdict is Verdict.WRONG_SHAPE
    assert _faults(report) == [("gradient-transposed", ("x",))]


def _tanh_jacobian(x: Any) -> Any:
    return (1 - np.tanh(W.T @ x) ** 2)[:, None] * W.T


def test_jacobian_of_several_inputs() -> None:
    """Each differentiated input has a Jacobian of its own."""

    def both(a: Any, b: Any) -> Any:
        return np.stack([a.sum() * b, b**2])

    def jacobians(a: Any, b: Any) -> Any:
        return {"a": np.stack([np.full(3, b), np.zeros(3)]), "b": np.array([a.sum(), 2 * b])}

    report = check_jacobian(both, jacobians, (np.arange(3.0), 0.5))
    assert report.passed, str(report)
    assert [p.expected_shape for p in report] == [(2, 3), (2,)]


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (lambda: check_jvp(lambda x: "no", lambda t, x: t, X), "no floating-point output"),
        (lambda: check_jacobian(lambda x, w: x @ w, lambda x, w: x, (X, W)), "one array for each of x, w"),
    ],
)
def test_what_prevents_a_check_is_said(check: Any, said: str) -> None:
    """Wrong forms are errors with what was found and expected."""
    with pytest.raises(GradcheckError) as caught:
        check()
    assert said in str(caught.value)
