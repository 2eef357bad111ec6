"""Training of further kinds, in loops and without: what is read is the gradient, not what is made of it."""

from pathlib import Path

import pytest

from gradcheck.errors import UngradableError
from gradcheck.findings import Outcome
from gradcheck.proposing import loops
from gradcheck.proposing.facts import read
from tests.unit.proposing.test_kinds_of_programs import proposed, told_from_its_twin

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
ONCE = """
import numpy as np

x = np.array([0.3, 0.5])
target = 0.8
eta = 0.01
w_hidden, c_hidden = np.array([[2.5, 3.0], [2.0, 0.5], [1.5, 1.0]]), np.array([1.5, -1.5, 0.5])
w_output, c_output = np.array([5.0, 2.5, 2.0]), 3.5

m = 1 / (1 + np.exp(-np.dot(w_hidden, x) - c_hidden))
o = 1 / (1 + np.exp(-np.dot(w_output, m) - c_output))
print("output", o)
delta_output = o * (1 - o) * (target - o)
delta_hidden = m * (1 - m) * w_output * delta_output
w_output_new = w_output + eta * delta_output * m
c_output_new = c_output + eta * delta_output
w_hidden_new = w_hidden + eta * np.outer(delta_hidden, x)
c_hidden_new = c_hidden + eta * delta_hidden
print(w_output_new, c_output_new, w_hidden_new, c_hidden_new)
"""
STEPS_ALONE = """
import numpy as np

x = np.array([0.5, 0.1, -0.2])
target = 0.6
learnrate = 0.5
weights_input_hidden = np.array([[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]])
weights_hidden_output = np.array([0.1, -0.3])

hidden = np.tanh(np.dot(x, weights_input_hidden))
output = np.tanh(np.dot(hidden, weights_hidden_output))
error = (target - output) * (1 - output ** 2)
back = error * weights_hidden_output * (1 - hidden ** 2)
del_hidden_output = learnrate * error * hidden
del_input_hidden = learnrate * x[:, None] * back
print(del_hidden_output, del_input_hidden)
"""


@pytest.mark.parametrize(
    ("text", "right", "wrong", "parameters"),
    [
        pytest.param(AVERAGED, "(1 - A ** 2)", "(1 - A)", ["W1"], id="gradients, their averages, steps of both"),
        pytest.param(ONCE, "eta * delta_hidden\n", "eta * delta_hidden * m\n", ["b1"], id="new parameters, once"),
        pytest.param(STEPS_ALONE, "(1 - hidden ** 2)", "(1 - hidden)", ["W1"], id="steps that are not taken"),
    ],
)
def test_a_kind_of_loop_is_understood(
    tmp_path: Path, text: str, right: str, wrong: str, parameters: list[str]
) -> None:
    """The right one passes; the wrong one fails in those that are wrong."""
    told_from_its_twin(tmp_path, text, right, wrong, parameters)


def test_averages_that_differ_are_no_gradients(tmp_path: Path) -> None:
    """Where one parameter alone is moved twice as far, nothing hides that."""
    uneven = AVERAGED.replace("rate * step_W1", "rate * 2 * step_W1")
    assert uneven != AVERAGED
    try:
        _, outcome, _ = proposed(tmp_path, uneven)
    except UngradableError:
        return
    assert outcome is not Outcome.PASSED


def test_what_is_gone_through_once_is_read_by_values_alone(tmp_path: Path) -> None:
    """Where neither weight's step is right nothing says that they are steps, nor where one has no name."""
    both = STEPS_ALONE.replace("(1 - hidden ** 2)", "(1 - hidden)").replace(
        "error * hidden\n", "error * hidden ** 2\n"
    )
    nameless = ONCE.replace("c_hidden_new", "shifted")
    for text in (both, nameless):
        with pytest.raises(UngradableError, match="no contract was found"):
            proposed(tmp_path, text)


def test_what_a_file_calls_is_not_gone_through_once() -> None:
    """A file that calls what trains its network has no straight pass of its own."""
    trained = AVERAGED + "W1, W2 = fit(X, y, 4, 1000, 0.1)\nprint(np.tanh(X @ W1) @ W2)\n"
    called = trained.replace("print(np.tanh(X @ W1) @ W2)\n", "")
    assert [one.straight for one in loops.trainings(read(trained))] == [True, False]
    assert [one.straight for one in loops.trainings(read(called))] == [False]
