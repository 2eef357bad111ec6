"""What could only end in an error, or be no number, is told before it is run."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.table import Table
from gradcheck.diagnosis.repair.kinds import Kinds
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Network
from gradcheck.submissions import instrumenting, watch

SUM = """\
class Unit:
    def __init__(self):
        self.bias = self.size = 0.5
def work():
    unit = Unit()
    rate = 0.25
    weights = [[0.1, 0.2], [0.3, 0.4]]
    inputs = [0.7, 0.9]
    total = 0.125
    for i in range(2):
        total = total + inputs[i] * weights[i][1] * rate * unit.bias
work()
"""
RNG = np.random.default_rng(3)
SHAPES = {"x": (4, 3), "w1": (3, 5), "b1": (1, 5), "w2": (5, 2), "b2": (1, 2), "y": (4, 2)}
TRACE = Trace(Network(), {name: RNG.uniform(size=shape) for name, shape in SHAPES.items()})


def makes_sense(old: str, new: str, text: str = SUM) -> bool:
    """Whether some part of the last statement could be another one."""
    recorder = watch.Recorder()
    tree = instrumenting.instrument(ast.parse(text))
    exec(compile(tree, "s", "exec"), {instrumenting.NAME: recorder})
    program = Program(text)
    root = next(one for one in program.roots if program.segment(program.expression(one)).startswith("total +"))
    start = text.rindex(old)
    edit = Edit(start, start + len(old), new, 1.0, root, "")
    return Kinds(program, Observation(program, recorder.events(), Table(TRACE))).makes_sense(edit)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("inputs[i]", "weights[i][i]"),
        ("inputs[i]", "inputs[i - 1]"),
        ("inputs", "weights[i]"),
        ("weights", "inputs"),  # of two lists one may be in the other
        ("rate", "len(inputs)"),
        ("rate", "unit.bias"),
        ("rate", "unknown"),
        ("inputs", "(inputs + [1.0])"),
        ("inputs", "(inputs * 2)"),
        ("rate", "unit.size"),
        ("unit.bias", "unit.other"),
    ],
)
def test_what_may_be_a_number_makes_sense(old: str, new: str) -> None:
    """Numbers for numbers, lists for lists, and whatever isn't known."""
    assert makes_sense(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("inputs[i]", "weights[i]"),
        ("rate", "inputs"),
        ("rate", "len(rate)"),
        ("rate", "rate[i]"),
        ("rate", "inputs.shape[0]"),
        ("rate", "(rate + inputs)"),
        ("rate", "-inputs"),
        ("rate", "(unit + 1)"),
        ("unit", "rate"),
        ("weights[i][1]", "weights[i][rate]"),
    ],
)
def test_what_could_only_end_in_an_error_does_not(old: str, new: str) -> None:
    """A list where a number stands, the length of a number, an item of one, sums of lists and of objects."""
    assert not makes_sense(old, new)


def test_an_index_is_a_whole_number() -> None:
    """So is what stands within an index."""
    text = SUM.replace("[1]", "[one]").replace("rate =", "one = 1\n    rate =")
    assert not makes_sense("one", "rate", text)
    assert makes_sense("one", "i", text)


def test_objects_that_calculate_are_numbers_as_well() -> None:
    """An engine's values are added like numbers."""
    engine = SUM.replace("class Unit:\n", "class Unit:\n    def __add__(self, other):\n        return other\n")
    assert makes_sense("rate", "(unit + 1)", engine)
