"""Guards: small numbers that are added or compared, and no others."""

from __future__ import annotations

import pytest

from gradcheck.verification.guards import unguarded


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("y = log(a + 1e-8)", "y = log(a + 0.0)"),
        ("y = (z > 1e-7) * d", "y = (z > 0.0) * d"),
        ("y = np.clip(a, 1e-7, 1 - 1e-7)", "y = np.clip(a, 0.0, 1 - 0.0)"),
        ("eps = 1e-6\ny = t / (a + eps)", "eps = 0.0\ny = t / (a + eps)"),
        ("def f(a, eps=1e-6):\n    return log(a + eps)", "def f(a, eps=0.0):\n    return log(a + eps)"),
    ],
)
def test_what_guards_is_left_out(text: str, without: str) -> None:
    """By itself, or by its name, if that stands nowhere else."""
    assert unguarded(text) == (without, pytest.approx(1e-6, rel=1))


@pytest.mark.parametrize(
    "text",
    [
        "dw = x.T @ d + 1e-3",  # too large
        "dw = dw + 1e-5 * w",
        "dw = dw + -1e-5 * w",
        "dw = (1 + 1e-5) * dw",
        "dw = np.multiply(1e-5, w) + dw",
        "dw *= 1e-5",
        "reg: float = 1e-5\ndw = dw + reg * w",
        "eps, reg = 1e-8, 1e-5\ndw = dw + reg * w",
        "own = {'reg': 1e-5}\ndw = dw + own['reg'] * w",
        "dw = backward(x, y, 1e-5)",
        "lr = 1e-5\nw -= lr * dw\nif lr > 0: pass",  # it is compared, and multiplied
        "eps = 1e-6",  # which nothing uses
    ],
)
def test_what_may_be_something_else_stays(text: str) -> None:
    """Weight decay, a learning rate, a factor: without it, a wrong program would pass."""
    assert unguarded(text) == (text, 0)
