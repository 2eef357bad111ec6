"""Composing: steps of the pass are built up from what is within reach, and nothing from what isn't."""

from __future__ import annotations

import pytest
from workbench import CONTRACT, NETWORK, PROBES, PROGRAM, judge, mended, run

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.composing import Made, composed, evaluated, joined_once
from gradcheck.diagnosis.repair.scope import scope
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.writing import SUM, Text

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a wrong program's values


def built(text: str, beginning: str, *names: str) -> set[str]:
    """What is built up of some names before a line."""
    trial = Trial("s.py", CONTRACT, NETWORK, PROBES, run, judge)
    program = Program(text)
    watched = trial.watched(text)
    seen = Observation(program, watched.probes[0].events, trial.tables[0])
    line = text.count("\n", 0, text.index(beginning)) + 1
    root = next(root for root in program.roots if program.expression(root).lineno == line)
    values = evaluated(trial, program, root, names)
    single = [Made(Text(name), value, 0.0) for name, value in values.items()]
    return {one.text.text for one in composed(trial, program, root, scope(program, root, seen), single, ())}


def test_an_output_is_built_up_step_by_step() -> None:
    """A product, the bias, the activation by the student's own function, the error."""
    found = built(PROGRAM.replace("sigmoid(h @ W2 + b2)", "0 * Y"), "o = ", "h", "W2", "b2", "Y")
    assert {"h @ W2", "h @ W2 + b2", "sigmoid(h @ W2 + b2)", "sigmoid(h @ W2 + b2) - Y"} <= found


def test_without_the_weights_there_is_no_output() -> None:
    """What can't be reached isn't made up."""
    found = built(PROGRAM.replace("sigmoid(h @ W2 + b2)", "0 * Y"), "o = ", "h", "b2", "Y")
    assert not any("sigmoid" in one for one in found)


@pytest.mark.parametrize("left", ["Y", "1", "b2", "1 / (1 + 1)"])
def test_whatever_is_left_of_an_output_it_is_made_anew(left: str) -> None:
    """A layer's formula that is gone is found though nothing of it is left."""
    wrong = PROGRAM.replace("o = sigmoid(h @ W2 + b2)", f"o = {left}")
    found = mended(wrong)
    assert found is not None
    (step,) = found.steps
    assert step.before.count("\n", 0, step.edit.start) == PROGRAM.count("\n", 0, PROGRAM.index("o = sigmoid"))


def test_the_error_is_made_of_a_product_that_has_no_name() -> None:
    """The outputs are no name of the program: they are worked out, and subtracted from."""
    linear = PROGRAM.replace("o = sigmoid(h @ W2 + b2)", "o = h @ W2 + b2").replace("o * (1 - o)", "1")
    found = built(linear, "d2 = ", "h", "W2", "b2", "Y")
    assert "h @ W2 + b2" in found


@pytest.mark.parametrize(
    ("left", "symbol", "right", "expected"),
    [
        ("b", "-", "b + z", None),
        ("z", "-", "b + z", None),
        ("b + z", "-", "b", None),
        ("z - b", "+", "b", None),
        ("z", "-", "bz + b", "z - (bz + b)"),
        ("z - b", "+", "a", "z - b + a"),
        ("h", "*", "d / h", None),
        ("d", "*", "d / h", "d * d / h"),
        ("y - a2", "+", "a", "y - a2 + a"),
        ("h", "*", "d / h2", "h * d / h2"),
    ],
)
def test_nothing_is_taken_back_in_what_is_joined(left: str, symbol: str, right: str, expected: str | None) -> None:
    """`b - (b + z)` has a simpler form; names that only begin alike are others."""
    one, other = (Text(text, SUM) if " + " in text or " - " in text else Text(text) for text in (left, right))
    joined = joined_once(one, symbol, other)
    assert (joined and joined.text) == expected


def test_what_has_the_other_sign_is_negated_as_a_whole() -> None:
    """`-(h @ W2 + b2)`, and no part of it."""
    found = built(PROGRAM, "o = ", "h", "W2", "b2")
    assert "-(h @ W2 + b2)" in found
    assert not any("-h" in one or "-W2" in one for one in found)
