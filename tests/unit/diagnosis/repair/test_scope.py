"""Scope: what is within reach of an expression, told by what names held."""

from __future__ import annotations

from workbench import CONTRACT, NETWORK, PROBES, PROGRAM, judge, run

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.scope import scope
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.writing import Scope

TRIAL = Trial("s.py", CONTRACT, NETWORK, PROBES, run, judge)


def reach(text: str, expression: str, *given: str) -> Scope:
    """What is in reach of an expression, by its text."""
    program = Program(text)
    events = TRIAL.watched(text).probes[0].events
    root = next(one for one in program.roots if program.segment(program.expression(one)) == expression)
    return scope(program, root, Observation(program, events, TRIAL.tables[0]), given=given)


def test_scope_holds_what_is_in_reach() -> None:
    """Arrays, helper functions and the file's kind of product; nothing from other functions."""
    found = reach(PROGRAM, "X.T @ d1")
    assert {"X", "h", "d2", "dh", "d1"} <= set(found.arrays)
    assert "z" not in found.arrays
    assert "sigmoid" in found.functions
    assert (found.numpy, found.product) == ("np", "@")


def test_what_is_imported_and_called_with_one_value_is_in_reach() -> None:
    """Whatever library it is of; what takes more, and what is no function, is not."""
    text = PROGRAM.replace("import numpy as np\n", "import numpy as np\nfrom math import exp, hypot, pi, sqrt\n")
    found = reach(text.replace("dW1 = X.T @ d1", "dW1 = X.T @ d1 * sqrt(1) * hypot(1, 0)"), "d2 @ W2.T")
    assert {"exp", "sqrt"} <= set(found.functions)
    assert not {"hypot", "pi"} & set(found.functions)


def test_what_a_script_is_given_is_in_reach_though_nothing_uses_it() -> None:
    """And is the first thing to try: somebody meant it to be used."""
    found = reach(PROGRAM, "d2 @ W2.T", "targets")
    assert "targets" in found.arrays
    assert "targets" in found.idle
    assert "targets" not in reach(PROGRAM, "d2 @ W2.T").arrays
