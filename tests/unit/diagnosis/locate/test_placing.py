"""Placing: where a fault's predicted value was made."""

from __future__ import annotations

import ast

import numpy as np

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.placing import places
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.table import Table
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Network
from gradcheck.submissions import instrumenting, watch

RNG = np.random.default_rng(8)
VALUES = {
    "x": RNG.normal(size=(1, 3)), "w1": RNG.normal(size=(3, 5)), "b1": RNG.normal(size=(1, 5)),
    "w2": RNG.normal(size=(5, 2)), "b2": RNG.normal(size=(1, 2)), "y": RNG.uniform(size=(1, 2)),
}  # fmt: skip
PROGRAM = """\
import numpy as np
f = lambda z: 1 / (1 + np.exp(-z))
h = f(x @ w1 + b1)[0]
o = f(h @ w2 + b2)[0]
q = (o - y[0]) * o * (1 - o)
r = [0.0] * 5
for j in range(5):
    for i in range(2):
        r[j] += q[i] * w2[j, i]
b = [0.0] * 5
for j in range(5):
    b[j] -= 0.1 * r[j]
"""


def lines(text: str, overridden: str, site: str) -> list[int]:
    """Lines of the places of a step, where another one has its value."""
    recorder = watch.Recorder()
    tree = instrumenting.instrument(ast.parse(text))
    exec(
        compile(tree, "s", "exec"),
        {instrumenting.NAME: recorder, **{name: v.copy() for name, v in VALUES.items()}},
    )
    program = Program(text)
    observation = Observation(program, recorder.events(), Table(Trace(Network(), VALUES)))
    wrong = Table(Trace(Network(), VALUES, {overridden: lambda t: np.ones_like(getattr(t, f"z{overridden[-1]}"))}))
    return [program.expression(root).lineno for root in places(program, observation, wrong, site)]


def test_what_a_sum_is_made_of_and_what_it_comes_to_are_two_things() -> None:
    """The delta without its slope is what is subtracted turn by turn, whatever that comes to."""
    assert lines(PROGRAM, "slope1", "slope1") == [12]
    assert lines(PROGRAM.replace("r[j]\n", "r[j] * h[j] * (1 - h[j])\n"), "slope1", "slope1") == []


def test_what_only_has_another_name_lacks_something_there() -> None:
    """`q = e`, for there it is taken for a delta; where it has no other name, it is where it was made."""
    made = PROGRAM.replace("q = (o - y[0]) * o * (1 - o)", "e = o - y[0]\nq = e")
    assert made != PROGRAM
    assert lines(made, "slope2", "slope2")[:2] == [6, 5]
    assert lines(made.replace("e = o - y[0]\nq = e", "q = o - y[0]\nr = q[0]"), "slope2", "slope2")[0] == 5
