"""Mistakes as people make them in programs with states and layers as objects: the very line, the very edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from changed_cases import CASES, changed

from gradcheck.findings import Outcome
from gradcheck.submissions.sandbox import Sandbox

HISTORY, STEPS = "programs/activation_history.py", "programs/dense_tanh_steps.py"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # nobody takes what is computed
        (HISTORY, "        delta = delta * hidden * (1 - hidden)\n", "        delta * hidden * (1 - hidden)\n"),
        (HISTORY, "        delta = delta @ self.W2.T\n", "        delta @ self.W2.T\n"),
        # the other item of a pair is taken, not the pair put together wrongly
        (HISTORY, "hidden = self.history[0][1]", "hidden = self.history[0][0]"),
        (HISTORY, "probabilities = self.history[-1][1]", "probabilities = self.history[-1][0]"),
        # what is done for each layer is forgotten for one
        (
            HISTORY,
            "        act = sigmoid(pre)\n        self.history.append((pre, act))\n",
            "        act = sigmoid(pre)\n",
        ),
        (STEPS, "                layer.bias -= rate * layer.grad_bias\n", ""),
        # an object keeps the right one, too
        (STEPS, "rate * layer.grad_bias", "rate * layer.grad_weights.sum(axis=0)"),
        # an update too many
        (
            STEPS,
            "np.dot(self.inputs.T, grad)\n",
            "np.dot(self.inputs.T, grad)\n        self.weights -= 0.1 * self.grad_weights\n",
        ),
        # a condition too many
        (STEPS, "if isinstance(layer, Dense)", "if isinstance(layer, Dense) and layer is self.layers[0]"),
    ],
)
def test_the_edit_is_the_mistake_undone(tmp_path: Path, sandbox: Sandbox, name: str, old: str, new: str) -> None:
    checked, submission = changed(name, ((old, new),), tmp_path, sandbox)
    report = checked.verify(str(submission))
    assert report.outcome is Outcome.FAILED
    (fix,) = (one.fix for one in report.findings)
    assert fix is not None
    assert fix.replaced == (CASES / name).read_text()


def test_all_entries_of_a_row_are_not_one_of_each(tmp_path: Path, sandbox: Sandbox) -> None:
    """`[:, y]` for `[np.arange(n), y]`, whatever the labels are made by."""
    row = ("delta[np.arange(examples), np", "delta[:, np")
    checked, submission = changed(HISTORY, (row,), tmp_path, sandbox)
    (finding,) = checked.verify(str(submission)).findings
    assert finding.fault == "one-hot-row-filled"
    assert finding.fix is not None
    assert "delta[np.arange(len(delta)), np.argmax(Y, axis=1)] -= 1" in finding.fix.replaced


@pytest.mark.parametrize("returned", ["return 1.0 / (1.0 + np.exp(-v))", "return weight_gradient, bias_gradient"])
def test_what_ends_a_function_that_gives_nothing_is_returned(
    tmp_path: Path, sandbox: Sandbox, returned: str
) -> None:
    checked, submission = changed(HISTORY, ((returned, returned.removeprefix("return ")),), tmp_path, sandbox)
    report = checked.verify(str(submission))
    assert report.outcome is Outcome.CRASHED
    (finding,) = report.findings
    assert finding.fix is not None
    assert finding.fix.replaced == (CASES / HISTORY).read_text()


def test_items_that_spoil_an_array_are_the_place(tmp_path: Path, sandbox: Sandbox) -> None:
    """Where nothing mends it, the line that changes the array, not the first that reads it."""
    labels = ("np.argmax(Y, axis=1)", "Y.astype(int)")
    checked, submission = changed(HISTORY, (labels,), tmp_path, sandbox, seconds=0.01)
    (finding,) = checked.verify(str(submission)).findings
    line = next(n for n, text in enumerate((CASES / HISTORY).read_text().split("\n"), 1) if labels[0] in text)
    assert finding.location is not None
    assert finding.location.line == line
