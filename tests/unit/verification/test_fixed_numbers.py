"""A number in the place of the batch size is one mistake, at the number."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config import read
from gradcheck.findings import Finding
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

CONFIGURATION = """
[network]
features = 4
hidden = 5
outputs = 3
loss = "binary-cross-entropy"
loss_scale = "1/n"

[submission]
run = "grads = backward(X, Y, W1, b1, W2, b2)"
[submission.gradients]
W1 = "grads[0]"
b1 = "grads[1]"
W2 = "grads[2]"
b2 = "grads[3]"
"""
PROGRAM = """\
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def backward(X, Y, W1, b1, W2, b2):
    m = len(X)
    a1 = sigmoid(X @ W1 + b1)
    d2 = sigmoid(a1 @ W2 + b2) - Y
    d1 = d2 @ W2.T * a1 * (1 - a1)
    dW1 = X.T @ d1 / m
    db1 = d1.sum(axis=0, keepdims=True) / m
    dW2 = a1.T @ d2 / m
    db2 = d2.sum(axis=0, keepdims=True) / m
    return dW1, db1, dW2, db2
"""


def _found(folder: Path, text: str, feedback: str = "cause") -> list[Finding]:
    (folder / "assignment.toml").write_text(CONFIGURATION)
    (folder / "net.py").write_text(text)
    with Sandbox("none") as sandbox:
        verifier = Verifier(read(folder / "assignment.toml"), sandbox, feedback=feedback, repair_seconds=2.0)
        report = verifier.verify(str(folder / "net.py"))
    return [*report.findings]


@pytest.mark.parametrize("number", ["5", "32", "209", "400", "60000"])
@pytest.mark.parametrize("line", ["    m = len(X)", "import numpy as np"])
def test_a_fixed_batch_size_is_found_where_it_is(tmp_path: Path, number: str, line: str) -> None:
    """Inside the function or on top of the module, for a number of any size; and what it stands for is said."""
    text = PROGRAM.replace("    m = len(X)\n", "") if line.startswith("import") else PROGRAM
    new = f"    m = {number}" if line.startswith(" ") else f"{line}\nm = {number}"
    (found,) = _found(tmp_path, text.replace(line, new))
    assert found.fault == "gradient-off-by-size-factor"
    assert f"n/{number} times" in found.message
    assert f"{number}, a fixed number, stands in the place of n" in found.message
    assert f"with n in the place of {number}, W1 b1 W2 b2 would be right" in found.evidence
    assert found.location is not None
    assert found.location.source.rpartition(" ")[2] == number


def test_the_place_of_a_number_is_kept_where_other_values_would_do_as_well(tmp_path: Path) -> None:
    """What else would mend all of it, put right, is no reason to point away from the number."""
    (found,) = _found(tmp_path, PROGRAM.replace("m = len(X)", "m = 400"), feedback="fix")
    assert found.location is not None
    assert found.location.line == 7


def test_the_same_number_in_every_line_is_one_mistake(tmp_path: Path) -> None:
    """The first of them is the place, the others are beside it."""
    (found,) = _found(tmp_path, PROGRAM.replace("/ m", "/ 400"))
    assert found.location is not None
    assert [found.location.line, *(place.line for place in found.alternatives)] == [11, 12, 13, 14]


def test_a_number_is_not_blamed_for_a_factor_that_it_does_not_make(tmp_path: Path) -> None:
    """A 400 that does nothing stays unnamed, though the factor is n/400."""
    text = PROGRAM.replace("m = len(X)", "unused = 400\n    m = 8 * 50")
    (found,) = _found(tmp_path, text)
    assert "n/400 times" in found.message
    assert "in the place of 400" not in found.evidence
    assert found.location is None or found.location.line != 7


def test_a_factor_without_a_rule_is_one_mistake(tmp_path: Path) -> None:
    """All four gradients are off by what depends on the data: nobody makes five mistakes that agree so."""
    text = PROGRAM.replace("m = len(X)", "m = len(X) * np.abs(X).mean()")
    (found,) = _found(tmp_path, text)
    assert (found.fault, found.parameters) == (None, ("W1", "b1", "W2", "b2"))
    assert "times one number, the same for all of them" in found.message
