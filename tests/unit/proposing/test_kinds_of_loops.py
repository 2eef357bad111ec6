"""Training loops of further kinds: what is read is the gradient, and not what an optimiser makes of it."""

from pathlib import Path

import pytest

from gradcheck.errors import UngradableError
from gradcheck.findings import Outcome
from tests.unit.proposing.test_kinds_of_programs import proposed

AVERAGED = """
import numpy as np

def fit(X, y, hidden, rounds, rate, keep=0.9, share=0.7):
    W1, W2 = np.random.randn(X.shape[1], hidden), np.random.randn(hidden, y.shape[1])
    g_W1, g_W2 = np.zeros_like(W1), np.zeros_like(W2)
    for epoch in range(1, rounds + 1):
        A = np.tanh(X @ W1)
        out = A @ W2
        if epoch % (rounds // 10) == 0:
            print(np.sum((out - y) ** 2) / (2 * len(X)))
        delta = (out - y) / len(X)
        dW2 = A.T @ delta
        dW1 = X.T @ (delta @ W2.T * (1 - A ** 2))
        g_W1 = keep * g_W1 + (1 - keep) * dW1
        g_W2 = keep * g_W2 + (1 - keep) * dW2
        step_W1 = (1 - share) * dW1 + share * g_W1
        step_W2 = (1 - share) * dW2 + share * g_W2
        W1 -= rate * step_W1
        W2 -= rate * step_W2
    return W1, W2
"""


@pytest.mark.parametrize(
    ("text", "right", "wrong", "parameters"),
    [
        pytest.param(AVERAGED, "(1 - A ** 2)", "(1 - A)", ["W1"], id="gradients, their averages, and steps of both"),
    ],
)
def test_a_kind_of_loop_is_understood(
    tmp_path: Path, text: str, right: str, wrong: str, parameters: list[str]
) -> None:
    """The right one passes; the wrong one fails in those that are wrong."""
    assert right in text
    _, outcome, named = proposed(tmp_path, text)
    assert (outcome, named) == (Outcome.PASSED, [])
    _, outcome, named = proposed(tmp_path, text.replace(right, wrong))
    assert (outcome, named) == (Outcome.FAILED, parameters)


def test_averages_that_differ_are_no_gradients(tmp_path: Path) -> None:
    """Where one parameter alone is moved twice as far, nothing hides that."""
    uneven = AVERAGED.replace("rate * step_W1", "rate * 2 * step_W1")
    assert uneven != AVERAGED
    try:
        _, outcome, _ = proposed(tmp_path, uneven)
    except UngradableError:
        return
    assert outcome is not Outcome.PASSED
