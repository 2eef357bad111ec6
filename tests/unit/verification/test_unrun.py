"""An edit in a helper changes every use of it: those that no probe comes to are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config import read
from gradcheck.reports.wording import explanation
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

CONFIGURATION = """
[network]
features = 4
hidden = 5
outputs = 3
loss = "squared-error"
loss_scale = "1/2"

[submission]
run = "grads = backward(X, Y, W1, b1, W2, b2)"
[submission.gradients]
W1 = "grads[0]"
b1 = "grads[1]"
W2 = "grads[2]"
b2 = "grads[3]"
"""
WRONG = """\
import numpy as np

def slope(a):
    return a * (1 + a)

def mean(values):
    return values.sum(axis=0, keepdims=True)

def backward(X, Y, W1, b1, W2, b2):
    a1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    d2 = (a2 - Y) * slope(a2)
    d1 = d2 @ W2.T * slope(a1)
    return X.T @ d1, mean(d1), a1.T @ d2, mean(d2)

def saliency(X, W1, b1):
    z1 = np.mean(X) @ W1 + b1
    return slope(z1) @ W1.T
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (WRONG, [18]),
        (WRONG.replace("return slope(z1)", "return z1"), []),
        (WRONG.replace("(1 + a)", "(1 - a)").replace("(a2 - Y) *", "(a2 + Y) *"), []),  # no helper is edited
        (WRONG.replace("(1 + a)", "(1 - a)").replace("axis=0", "axis=-2"), []),  # right
        # another one of that name: numpy's
        (WRONG.replace("(1 + a)", "(1 - a)").replace("values.sum(axis=0", "values.mean(axis=0"), []),
        (WRONG.replace("def slope(a):\n    return", "slope = lambda a:"), [17]),
    ],
)
def test_uses_that_were_not_run_are_named(tmp_path: Path, text: str, lines: list[int]) -> None:
    """By their place, in every report; where all uses were run, or no helper is edited, nothing is said."""
    (tmp_path / "assignment.toml").write_text(CONFIGURATION)
    submission = tmp_path / "net.py"
    submission.write_text(text)
    with Sandbox("auto", timeout=20.0) as sandbox:
        report = Verifier(read(tmp_path / "assignment.toml"), sandbox).verify(str(submission))
    fixes = [finding.fix for finding in report.findings]
    assert all(fixes)
    assert [use.line for fix in fixes if fix for use in fix.unrun] == lines
    assert any("which was not run" in explanation(finding) for finding in report.findings) == bool(lines)
