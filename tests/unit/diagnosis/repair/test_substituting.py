"""Places proved by a right value: the first one that it helps at, whatever is written there; nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from workbench import CONTRACT, LOOP, NETWORK, PROBES, PROGRAM, judge, mended, run

from gradcheck.config import Assignment, Sizes
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.suspects import suspects
from gradcheck.diagnosis.repair import substituting
from gradcheck.diagnosis.repair.substituting import Substitution, substitutions
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

WALRUS = PROGRAM.replace("    d1 = dh * h * (1 - h)\n", "    dW1 = X + (d1 := dh * h * (1 - h)).sum()\n").replace(
    "    dW1 = X.T @ d1\n", ""
)
LISTS = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = [[sum(p) for p in row] for row in zip(h, Y)] and (h @ W2).tolist()
    d2 = (np.array(o) - Y) * np.array(o) * (1 - np.array(o))
    d1 = d2 @ W2.T * h * (1 - h)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""


def proved(text: str) -> list[tuple[int, Substitution]]:
    """Line and substitution, for the second probe, of many sizes."""
    trial, program = Trial("s.py", CONTRACT, NETWORK, PROBES[1:], run, judge), Program(text)
    result = trial.watched(text)
    observation = Observation(program, result.probes[0].events, trial.tables[0])
    wrong = trial.wrong_of(result)
    found = substitutions(trial, program, observation, suspects(program, observation), wrong) if wrong else []
    return [(program.expression(one.root).lineno, one) for one in found]


@pytest.mark.parametrize(
    ("text", "right", "wrong", "line", "quantity"),
    [
        (PROGRAM, "X.T @ d1", "X.T", 14, "gradient w1"),  # of another shape
        (PROGRAM, "sigmoid(h @ W2 + b2)", "h.max() + np.zeros(Y.shape)", 8, "a2"),
        (PROGRAM, "dh * h * (1 - h)", "np.cos(dh) - h", 13, "delta1"),
        (PROGRAM, "1 / (1 + np.exp(-z))", "np.cos(z)", 4, "a1"),  # serves both layers
        (LOOP, "(o - y) * o * (1 - o)", "o ** y", 9, "delta2"),  # one example after another
        (LOOP, "1 / (1 + np.exp(-z))", "np.cos(z)", 4, "a1"),
        (LISTS, "(h @ W2).tolist()", "(h @ W2).tolist()", 5, "a2"),  # stays a list
    ],
)
def test_the_first_place_that_a_right_value_helps_at_is_the_mistake(
    text: str, right: str, wrong: str, line: int, quantity: str
) -> None:
    """No edit has to be thought of for that."""
    assert right in text
    (where, first), *later = proved(text.replace(right, wrong))
    assert (where, first.quantities[0]) == (line, quantity)
    assert all(one.mended <= first.mended for _, one in later)


def test_a_factor_that_the_program_has_elsewhere_is_found_with_it() -> None:
    """A mean over the examples is divided in the delta here, and what stands there now isn't."""
    network = PROGRAM.replace("(o - Y) * o * (1 - o)", "3 * np.cos(o)")
    halves = network.replace("h.T @ d2", "h.T @ d2 / 2").replace("np.sum(d2,", "np.sum(d2 / 2,")
    (line, first), *_ = proved(halves.replace("d2 @ W2.T", "d2 @ W2.T / 2"))
    assert (line, first.quantities, first.mended) == (9, ("delta2",), {"w1", "b1", "w2", "b2"})


def test_what_an_expression_does_beside_its_value_is_done() -> None:
    """A name that is set on the way is still set."""
    found = {line: one.mended for line, one in proved(WALRUS)}
    assert found[13] == {"w1"}


def test_nothing_is_proved_of_a_right_program_or_by_a_half_right_value() -> None:
    """Two mistakes of which each spoils everything leave no place where one value is enough."""
    assert proved(PROGRAM) == []
    both = PROGRAM.replace("dW2 = h.T @ d2", "dW2 = h.T @ np.cos(d2)").replace("X.T @ d1", "X.T @ np.cos(d1)")
    assert all(one.mended < {"w1", "w2"} for _, one in proved(both))


def test_what_only_hands_on_is_no_place() -> None:
    """A wrong gradient is right where it is returned as soon as it is put there, which says nothing."""
    lines = [line for line, _ in proved(PROGRAM.replace("X.T @ d1", "X.T @ np.cos(d1)"))]
    assert lines == [14]


def test_an_edit_is_looked_for_where_the_value_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing may be anything then; and without versions to run nothing is proved."""
    wrong = PROGRAM.replace("X.T @ d1", "X.T")
    found = mended(wrong)
    assert found is not None
    assert "dW1 = X.T @ d1" in found.text
    monkeypatch.setattr(substituting, "_MOST", 0)
    assert proved(wrong) == []


def test_pieces_are_dealt_out_over_the_times() -> None:
    """Whole, row by row or entry by entry; and not at all where they don't come out even."""
    both = [np.arange(6.0).reshape(3, 2), np.arange(12.0).reshape(3, 4)]
    rows = [np.zeros(size) for size in (2, 4, 2, 4, 2, 4)]
    dealt = substituting._pieces(rows, both)
    assert dealt is not None
    assert [one.tolist() for one in dealt[:3]] == [[0.0, 1.0], [0.0, 1.0, 2.0, 3.0], [2.0, 3.0]]
    entries = substituting._pieces([np.zeros(())] * 6, both[:1])
    assert entries is not None
    assert [float(one) for one in entries] == [0, 1, 2, 3, 4, 5]
    assert substituting._pieces(rows[:5], both) is None
    assert substituting._pieces([np.zeros(3)] * 3, both[:1]) is None


def test_what_comes_again_is_given_the_same_again() -> None:
    """A helper that is called three times for two layers serves both; three other values are no two layers."""
    first, second = np.arange(6.0).reshape(3, 2), np.arange(12.0).reshape(3, 4)
    seen = [first + 1, second + 1, first + 1]
    dealt = substituting._dealt(seen, [first, second])
    assert dealt is not None
    assert [one.tolist() for one in dealt] == [first.tolist(), second.tolist(), first.tolist()]
    assert substituting._dealt([*seen[:2], first + 2], [first, second]) is None


def test_what_is_kept_for_the_way_back_is_a_place() -> None:
    """The output is right, and still an activation is what is wrong."""
    wrong = PROGRAM.replace("    o = sigmoid", "    kept = X @ W1 + b1\n    o = sigmoid").replace(
        "dh * h * (1 - h)", "dh * kept * (1 - kept)"
    )
    assert ("a1",) in [one.quantities for _, one in proved(wrong)]
    found = mended(wrong)
    assert found is not None
    assert "dh * h * (1 - h)" in found.text


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"),
    [
        ("dh * h * (1 - h)", "np.cos(dh) - h", 13, "with the right delta1 in its place, W1 b1 would be right"),
        ("X.T @ d1", "np.cos(X.T) @ d1 - 3", 14, "with the right gradient of W1 in its place, W1 would be right"),
    ],
)
def test_a_finding_without_an_edit_says_what_proves_its_place(
    tmp_path: Path, right: str, wrong: str, line: int, said: str
) -> None:
    """Here the search had no time to find one."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.replace(right, wrong))
    assignment = Assignment(path="", network=NETWORK, sizes=Sizes(d=4, h=5, k=3), contract=CONTRACT)
    with Sandbox("none") as sandbox:
        report = Verifier(assignment, sandbox, repair_seconds=0.0).verify(str(path))
    (finding,) = report.findings
    assert finding.location is not None
    assert finding.fix is None
    assert finding.location.line == line
    assert said in finding.evidence


def test_a_formula_that_serves_both_layers_is_one_mistake(tmp_path: Path) -> None:
    """Two faults by what they do, and no likely edit mends both: the first value that does is in the helper."""
    helper = "\ndef slope(z):\n    return np.exp(-z) / (1 + np.exp(-z))\n\ndef backward"
    text = PROGRAM.replace("\ndef backward", helper).replace("o * (1 - o) ", "slope(h @ W2 + b2) ")
    path = tmp_path / "program.py"
    path.write_text(text.replace("dh * h * (1 - h)", "dh * slope(X @ W1 + b1)"))
    assignment = Assignment(path="", network=NETWORK, sizes=Sizes(d=4, h=5, k=3), contract=CONTRACT)
    with Sandbox("none") as sandbox:
        (finding,) = Verifier(assignment, sandbox).verify(str(path)).findings
    assert finding.location is not None
    assert finding.location.line == 7
    assert finding.fix is not None


def test_what_crashes_is_proved_by_a_right_value_in_its_place() -> None:
    """It has no value of its own, and must not be evaluated."""
    wrong = PROGRAM.replace("    dh = d2 @ W2.T\n    d1 = dh * h * (1 - h)\n", "    d1 = d2 * h * (1 - h)\n")
    assert wrong != PROGRAM
    places = dict(proved(wrong))
    assert places[12].quantities == ("delta1",)
    assert places[12].whole


def test_a_right_value_is_of_the_kind_that_it_takes_the_place_of() -> None:
    """A matrix is multiplied otherwise than an array."""
    matrices = PROGRAM.replace("def backward(X, Y, W1, b1, W2, b2):\n", MATRICES).replace(" @ ", " * ")
    for delta in ("d1", "d2"):
        matrices = matrices.replace(f"np.sum({delta}, axis=0, keepdims=True)", f"{delta}.sum(axis=0)")
    matrices = matrices.replace("(o - Y) * o * (1 - o)", "np.multiply(np.multiply(o - Y, o), 1 - o)")
    matrices = matrices.replace("dh * h * (1 - h)", "np.multiply(np.multiply(dh, h), 1 - h)")
    assert proved(matrices) == []
    wrong = matrices.replace("np.multiply(np.multiply(dh, h), 1 - h)", "np.multiply(dh, np.cos(h))")
    (line, first), *_ = proved(wrong)
    assert "np.cos(h)" in wrong.splitlines()[line - 1]
    assert first.mended == {"w1", "b1"}


MATRICES = """\
def backward(X, Y, W1, b1, W2, b2):
    X, Y, W1, b1, W2, b2 = map(np.asmatrix, (X, Y, W1, b1, W2, b2))
"""
