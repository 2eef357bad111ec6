"""Completing: what an expression lacks is worked out from what it must be worth, and nothing is made up."""

from __future__ import annotations

import pytest
from workbench import CONTRACT, NETWORK, PROBES, PROGRAM, judge, mended, run

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.completing import completions
from gradcheck.diagnosis.repair.scope import scope
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.weighing import Weights
from gradcheck.network.forward import Network

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a wrong program's values


def completed(text: str, line: int) -> set[str]:
    """The lines that the expression on a line may become."""
    trial = Trial("s.py", CONTRACT, NETWORK, PROBES, run, judge)
    program = Program(text)
    result = trial.watched(text)
    seen = [
        Observation(program, one.events, table) for one, table in zip(result.probes, trial.tables, strict=True)
    ]
    root = next(root for root in program.roots if program.expression(root).lineno == line)
    present = Weights(trial.carried(result), seen).present[0]
    found = completions(trial, program, root, scope(program, root, seen[0]), present)
    return {edit.apply(text).split("\n")[line - 1].partition("#")[0].strip() for edit in found}


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("X @ W1 + b1", "b1", "h = sigmoid(b1 + X @ W1)"),
        ("dh * h * (1 - h)", "h * (1 - h)", "d1 = h * (1 - h) * dh"),
        ("dh = d2 @ W2.T", "dh = d2", "dh = d2 @ W2.T"),
        ("(o - Y) * o * (1 - o)", "o * (1 - o)", "d2 = o * (1 - o) * (o - Y)"),
        ("dW1 = X.T @ d1", "dW1 = X", "dW1 = X.T @ d1"),
    ],
)
def test_what_is_missing_is_found_by_its_value(right: str, wrong: str, expected: str) -> None:
    """A product, a difference or a factor is put back in one edit."""
    assert right in PROGRAM
    line = PROGRAM[: PROGRAM.index(right)].count("\n") + 1
    assert expected in completed(PROGRAM.replace(right, wrong), line)


def test_what_is_there_already_is_not_made_again() -> None:
    """In a right program no step is lacking, so nothing is put in the place of a gradient."""
    line = PROGRAM[: PROGRAM.index("dW2 =")].count("\n") + 1
    assert not any("X" in new or "d1" in new for new in completed(PROGRAM, line))


def test_values_that_are_only_near_are_no_reason() -> None:
    """An operand is right to the last digits or it isn't the one."""
    line = PROGRAM[: PROGRAM.index("dh =")].count("\n") + 1
    near = PROGRAM.replace("dh = d2 @ W2.T", "V = W2 * 1.001 + 1e-4\n    dh = d2")
    assert "dh = d2 @ V.T" not in completed(near, line + 1)
    assert "dh = d2 @ W2.T" in completed(near, line + 1)


def test_lookup_is_silent_on_nothing() -> None:
    """A program that crashes before the expression gives no values, and no edits."""
    assert completed(PROGRAM.replace("    h = sig", "    raise ValueError\n    h = sig"), 8) == set()


def test_the_derivatives_of_a_softmax_lack_a_product_of_its_outputs() -> None:
    """For each example by itself: where only the diagonal is there."""
    whole = "p[:, :, None] * (np.eye(p.shape[1]) - p[:, None, :])"
    text = PROGRAM.replace(
        "o = sigmoid(h @ W2 + b2)", "e = np.exp(h @ W2 + b2)\n    p = e / e.sum(1, keepdims=True)"
    )
    text = text.replace("(o - Y) * o * (1 - o)", "np.einsum('nk,nkj->nj', p - Y, J)").replace(
        "    d2 =", "    J = {}\n    d2 ="
    )
    network = Network(output_activation="softmax")
    assert mended(text.format(whole), network=network) is None
    found = mended(text.format("p[:, :, None] * np.eye(p.shape[1])"), network=network, seconds=20.0)
    assert found is not None
    assert "- p[:, :, None] * p[:, None, :]" in found.text
