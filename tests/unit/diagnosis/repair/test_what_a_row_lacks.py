"""What is there for others and was forgotten for one, and what may be shared without being meant to."""

from __future__ import annotations

import pytest
from workbench import made_by

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.forgotten import unheeded
from gradcheck.diagnosis.repair.passes import passed_over
from gradcheck.diagnosis.repair.rounds import left_undone
from gradcheck.diagnosis.repair.sharing import shared
from gradcheck.diagnosis.repair.slips import slips

PASSES = """class Layer:
    def forward(self, x):
        return x
    def backward(self, d):
        return d
def predict(a, relu, b, x):
    x = a.forward(x)
    x = relu.forward(x)
    x = b.forward(x)
    return x
def gradients(a, relu, b, d):
    d = b.backward(d)
    d = relu.backward(d)
    d = a.backward(d)
"""


@pytest.mark.parametrize("lacking", ["    d = relu.backward(d)\n", "    x = relu.forward(x)\n"])
def test_one_pass_goes_through_what_another_goes_through(lacking: str) -> None:
    assert PASSES in made_by(passed_over, PASSES.replace(lacking, ""))
    assert made_by(passed_over, PASSES) == set()


def test_nothing_is_called_that_a_function_does_not_know() -> None:
    wrong = PASSES.replace("    d = relu.backward(d)\n", "").replace("gradients(a, relu, b", "gradients(a, b")
    assert made_by(passed_over, wrong) == set()


ROUNDS = "a = f(x)\nkept.append(a)\na = g(a)\nkept.append(a)\na = h(a)\nkept.append(a)\n"


def test_what_is_done_each_time_is_done_the_last_time_too() -> None:
    """One that is done in one round of three may be meant so."""
    for place in range(3):
        lines = ROUNDS.splitlines(keepends=True)
        del lines[2 * place + 1]
        assert made_by(left_undone, "".join(lines)) == {ROUNDS}
    assert made_by(left_undone, ROUNDS) == set()
    assert made_by(left_undone, "a = f(x)\nb = g(a)\n") == set()
    assert made_by(left_undone, "a = f(x)\na = g(a)\na = h(a)\nkept.append(a)\n") == set()


def test_what_a_function_gives_back_may_lack_a_factor() -> None:
    assert made_by(unheeded, "scale = lambda g, c: g\n") == {"scale = lambda g, c: g * c\n"}
    assert made_by(unheeded, "scale = lambda g, c: g * c\n") == set()
    assert made_by(unheeded, "def same(self, g):\n    return g\n") == set()


def test_each_array_is_copied() -> None:
    """Not what is copied deeply, nor what is only gone over or printed."""
    copied = "kept = {key: value.copy() for key, value in w.items()}\n"
    assert copied in made_by(shared, "kept = dict(w)\n")
    assert "kept = [one.copy() for one in w]\n" in made_by(shared, "kept = list(w)\n")
    for text in ("kept = copy.deepcopy(w)\n", "for one in list(w):\n    print(one)\n", 'print(f"{dict(w)}")\n'):
        assert made_by(shared, text) == set()


OBJECTS = """class M:
    def copy(self):
        return M(self.data)
    def negate(self):
        return M(-self.data)
    def map(self, f):
        self.data = f(self.data)
        return self
g = h.map(f)
h.map(f)
k = M.map(h, f)
"""


def test_an_object_is_copied_before_a_method_that_may_change_it() -> None:
    """By the method that is there for that alone; not where a call is made for what it changes."""
    assert made_by(shared, OBJECTS) == {OBJECTS.replace("g = h.map", "g = h.copy().map")}


def test_nothing_is_given_to_modules_or_to_what_arrays_are() -> None:
    text = "import numpy as np\ndef f(s, d):\n    np.multiply(s, d)\n    return d\n"
    assert made_by(slips, text) == {text.replace("np.multiply", f"{name} = np.multiply", 1) for name in ("s", "d")}
    assert made_by(slips, "def f(h, k):\n    h.append(1), k.append(2)\n    return h\n") == set()
    assert made_by(slips, "class A:\n    def __init__(self, a):\n        a * 2\n") == {
        "class A:\n    def __init__(self, a):\n        a = a * 2\n"
    }


def test_a_long_program_has_no_more_of_them() -> None:
    """Rows are not all held against all."""
    many = "".join(PASSES.replace("predict", f"p{n}").replace("gradients", f"g{n}") for n in range(60))
    assert len([*passed_over(Program(many.replace("    d = relu.backward(d)\n", "")))]) < 1000
