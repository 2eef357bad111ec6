"""Scope: what is within reach of an expression, told by what names held."""

from __future__ import annotations

import ast

import numpy as np

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.table import Table
from gradcheck.diagnosis.repair.scope import scope
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Network
from gradcheck.submissions import watch

PROGRAM = """\
import numpy as np
def f(z):
    return 1 / (1 + np.exp(-z))
hid = f(x @ w1 + b1)
out = f(hid @ w2 + b2)
q = (out - y) * out * (1 - out)
g2, c2 = hid.T @ q, q.sum(0)
up = q @ w2.T
r = up * hid * (1 - hid)
g1 = x.T @ r
"""
RNG = np.random.default_rng(5)
VALUES = {
    "x": RNG.normal(size=(4, 3)), "w1": RNG.normal(size=(3, 5)), "b1": RNG.normal(size=(1, 5)),
    "w2": RNG.normal(size=(5, 2)), "b2": RNG.normal(size=(1, 2)), "y": RNG.uniform(size=(4, 2)),
}  # fmt: skip


def test_scope_holds_what_is_in_reach() -> None:
    """Arrays, helper functions and the file's kind of product; nothing from other functions."""
    recorder = watch.Recorder()
    exec(compile(watch.instrument(ast.parse(PROGRAM)), "s", "exec"), {watch.NAME: recorder, **VALUES})
    program = Program(PROGRAM)
    observation = Observation(program, recorder.events(), Table(Trace(Network(), VALUES)))
    root = next(r for r in program.roots if program.segment(program.expression(r)) == "x.T @ r")
    found = scope(program, root, observation)
    assert {"x", "hid", "q", "up", "r"} <= set(found.arrays)
    assert "z" not in found.arrays
    assert "f" in found.functions
    assert (found.numpy, found.product) == ("np", "@")


def test_what_is_imported_and_called_with_one_value_is_in_reach() -> None:
    """Whatever library it is of; what takes more, and what is no function, is not."""
    text = "from scipy.special import expit, comb\nfrom math import exp, pi\n"
    text += "a = expit(x)\nb = comb(x, x)\nc = b * pi\n"
    program = Program(text)
    observation = Observation(program, [], Table(Trace(Network(), VALUES)))
    found = scope(program, program.roots[-1], observation)
    assert {"expit", "exp"} <= set(found.functions)
    assert not {"comb", "pi"} & set(found.functions)
