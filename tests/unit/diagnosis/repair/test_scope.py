"""Scope: what is within reach of an expression, told by what names held."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from workbench import CONTRACT, NETWORK, PROBES, PROGRAM, judge, run

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.scope import scope
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.writing import Scope
from gradcheck.submissions.job import Event

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


def test_a_helper_may_change_a_copy_of_its_own() -> None:
    """What changes what it is given, or an object, is none to call for its value."""
    own = "def zeroed(m):\n    m = m.copy()\n    m[0] = 0\n    return m\n\n"
    given = "def spoilt(m):\n    m[0] = 0\n    return m\n\n"
    found = reach(PROGRAM.replace("def backward", own + given + "def backward"), "X.T @ d1")
    assert "zeroed" in found.functions
    assert "spoilt" not in found.functions


@pytest.mark.parametrize(("used", "known"), [("x", False), ("x + 0 * rate", True)])
def test_a_helper_is_given_what_it_needs(used: str, known: bool) -> None:
    """It uses a script's own arrays only if it does so anyway."""
    text = f"""
import numpy as np
rate, other = np.ones(3), np.zeros(3)

def double(x):
    return {used} + 2 * x

y = double(rate + other)
"""
    program = Program(text)
    root = next(one for one in program.roots if isinstance(program.nodes[one.statement], ast.Return))
    given = [number for number, node in enumerate(program.nodes) if isinstance(node, ast.Name)]
    events = [Event(node=number, sequence=number, value=np.arange(3.0)) for number in given]
    found = scope(program, root, Observation(program, events, TRIAL.tables[0]))
    assert ("other" in found.arrays) == known
    assert "x" in found.arrays


OWNER = """
class Layer:
    def __init__(self, act, slope):
        self.act, size = act, 3
        self.slope = slope
        self.size = size

    def forward(self, z):
        return self.act(z)
"""


def test_functions_that_an_object_was_handed_are_in_reach() -> None:
    """Under the names that it keeps them by; what it made itself is none of them."""
    text = PROGRAM + OWNER
    program = Program(text)
    root = next(one for one in program.roots if program.segment(program.expression(one)) == "self.act(z)")
    found = scope(program, root, Observation(program, TRIAL.watched(text).probes[0].events, TRIAL.tables[0]))
    assert "self.slope" in found.functions
    assert "self.size" not in found.functions


HANDED = """
def slope(a):
    return a * (1 - a)

def back(d, kept, rate, act, slope_of, report):
    sizes = [len(one) for one in kept]
    seen = []
    for a in kept:
        seen.append(act(a + 1))
        report(a)
        e = d * slope_of(a) + act(d)
    for i in range(len(sizes) - 1, -1, -1):
        e = e * kept[i]
    return e
"""


def test_what_a_function_is_handed_to_calculate_with_is_in_reach() -> None:
    """Rather than those of the file; so are the items of a list that things are put into, where a loop counts."""
    called = "    back(h, [h, h], 1, sigmoid, slope, len)\n    return dW1"
    text = PROGRAM.replace("    return dW1", called) + HANDED
    found = reach(text, "e * kept[i]")
    assert {"slope_of", "act"} <= {*found.functions}
    assert not {"slope", "report"} & {*found.functions}
    assert "seen[i]" in found.arrays
    assert "sizes[i]" not in found.arrays


def test_what_only_a_loop_gives_values_to_is_gone_behind_it() -> None:
    """Unless somebody uses it there."""
    loop = "def backward(X, Y, W1, b1, W2, b2):\n    for w in (W1, W2):\n        s = w.sum()\n"
    text = PROGRAM.replace("def backward(X, Y, W1, b1, W2, b2):\n", loop)
    assert "w" not in reach(text, "X.T @ d1").arrays
    assert "w" in reach(text, "w.sum()").arrays
    assert "w" in reach(text.replace("dW1 = X.T @ d1", "dW1 = X.T @ d1 + 0 * w.sum()"), "d2 @ W2.T").arrays


LISTS = """
def deltas(errors, both):
    sums, outputs = both
    count = len(errors)
    found = []
    for k in range(len(errors)):
        found.append(errors[k] * outputs[k])
    return found
"""


def test_a_number_of_a_list_that_nothing_uses_is_in_reach_in_a_loop() -> None:
    """At the place that the loop takes; lists that have such items anyway are there already."""
    called = "    deltas(d2[0].tolist(), (o[0].tolist(), o[0].tolist()))\n    return dW1"
    text = PROGRAM.replace("    return dW1", called) + LISTS
    found = reach(text, "errors[k] * outputs[k]").arrays
    assert "sums[k]" in found
    assert not {"sums[k + 1]", "count[k]"} & {*found}
    assert "sums[k]" not in reach(text, "found").arrays


def test_a_parameter_that_nothing_reads_was_handed_over_for_something() -> None:
    """One that is read is not idle."""
    helper = "def slope(delta, h):\n    return h * (1 - h)\n\ndef backward"
    text = PROGRAM.replace("def backward", helper).replace("dh * h * (1 - h)", "dh * slope(dh, h)")
    assert reach(text, "h * (1 - h)").idle == ("delta",)
    assert "delta" not in reach(text.replace("return h", "return delta + h"), "delta + h * (1 - h)").idle


def test_an_item_at_a_place_counted_from_further_on_is_in_reach_of_other_turns() -> None:
    """As another loop takes it, with this loop's name; no place is made up that no loop has."""
    text = (
        "import numpy as np\n\ndef backward(X, Y, W1, b1, W2, b2):\n    n, total = 2, 0.0\n"
        "    d = [float(one) for one in np.arange(5)]\n"
        "    for j in range(3):\n        total += d[n + j] * 2.0\n"
        "    for k in range(3):\n        total += d[k] * 3.0\n    return total\n"
    )
    assert "d[n + k]" in reach(text, "d[k] * 3.0").numbers
    found = reach(text.replace("d[n + j]", "d[j]"), "d[k] * 3.0")
    assert "d[n + k]" not in found.arrays + found.numbers


CLOSED = """

def scaled(out, c, delta):
    t = c * delta

    def back():
        return out * 1

    return back() + 0 * t
"""


def test_what_a_function_within_one_does_not_take_of_it_is_idle() -> None:
    """Where it is little; what it takes is none."""
    text = PROGRAM.replace("return dW1", "scaled(d1, 2.0, d1)\n    return dW1").rstrip() + "\n" + CLOSED
    assert reach(text, "out * 1").idle == ()
    few = text.replace("scaled(out, c, delta)", "scaled(out, c)").replace("scaled(d1, 2.0, d1)", "scaled(d1, 2.0)")
    assert {*reach(few.replace("c * delta", "c * out"), "out * 1").idle} == {"c", "t"}


KEPT = """

class Neuron:
    def keep(self, inputs, delta):
        self.inputs, self.delta, self.grads = inputs, delta, [0.0] * len(inputs)
        return self

    def take(self):
        for i in range(len(self.grads)):
            self.grads[i] = self.delta * 2
        return self.grads
"""


def test_items_of_an_attribute_that_nothing_reads_are_in_reach_in_a_loop() -> None:
    """It was kept for something; of what is read elsewhere there is no telling."""
    called = "[Neuron().keep(list(x), d).take() for x, d in zip(X, d2[:, 0])]\n    return dW1"
    text = PROGRAM.replace("return dW1", called) + KEPT
    assert "self.inputs[i]" in reach(text, "self.delta * 2").arrays
    read = text + "\n    def again(self):\n        return self.inputs\n"
    assert "self.inputs[i]" not in reach(read, "self.delta * 2").arrays


def test_what_a_lambda_does_not_take_of_its_function_is_idle() -> None:
    """As a factor is that the value has and what goes back lacks; what it takes is not."""
    text = (
        "import numpy as np\n\ndef scaled(v, c):\n    return v * c, lambda grad: grad\n\n"
        + PROGRAM.removeprefix("import numpy as np\n").replace(
            "    dh =", "    d2 = scaled(d2, 1.0)[1](d2)\n    dh ="
        )
    )
    assert "c" in reach(text, "grad").idle
    assert "c" not in reach(text.replace("grad: grad", "grad: grad * c"), "grad * c").idle


NEURONS = """\
import numpy as np

class Neuron:
    def __init__(self, w, b):
        self.w, self.b, self.kept = w, b, 0

    def output(self, x):
        self.x = x
        return x @ self.w

    def slope(self):
        return self.x * 2

    def parameters(self):
        return [self.w, self.b]

def other(n):
    return n["out"] + n["delta"]

def backward(X, Y, W1, b1, W2, b2):
    first = Neuron(W1, b1)
    h = first.output(X)
    n = {"out": h, "delta": h}
    for t in range(len(X)):
        d = h[t] * n["delta"][t]
    return W1, b1, W2, b2
"""


def test_what_methods_give_and_keys_and_rows_are_in_reach() -> None:
    """Of an object that is asked for something; by keys that others have; of what goes row by row."""
    found = reach(NEURONS, 'h[t] * n["delta"][t]').arrays
    assert {"first.slope()", 'n["out"]', "X[t]"} <= {*found}
    assert "first.output()" not in found  # it needs something
    wrapped = NEURONS.replace("    def slope", "    @property\n    def slope")
    assert "first.slope()" not in reach(wrapped, 'h[t] * n["delta"][t]').arrays


def test_what_only_a_list_of_parameters_reads_is_idle() -> None:
    """And comes first where something is missing; what a formula reads is not."""
    idle = reach(NEURONS, "x @ self.w").idle
    assert "self.b" in idle
    assert "self.w" not in idle
    used = NEURONS.replace("return self.x * 2", "return self.x * self.b")
    assert "self.b" not in reach(used, "x @ self.w").idle


def test_a_place_that_a_function_is_told_is_one_of_its_lists() -> None:
    """`self.weights[layer]` beside `self.deltas[layer]`, in a method that is called for each layer."""
    text = PROGRAM.replace("    dW1 = X.T @ d1\n", "    dW1 = of_layer([W1, W2], [X, h], [d1, d2], 0)\n")
    helper = "def of_layer(weights, given, deltas, i):\n    return given[i].T @ deltas[i]\n\n"
    found = reach(text.replace("def backward", helper + "def backward"), "given[i].T @ deltas[i]")
    assert "weights[i]" in found.arrays
    assert "weights[i]" not in reach(PROGRAM, "X.T @ d1").arrays


def test_matrices_are_multiplied_and_squared_by_functions() -> None:
    """In a file that has them; elsewhere by operators."""
    found = reach(PROGRAM.replace("dW1 = X.T @ d1", "dW1 = np.asmatrix(X).T @ d1"), "d2 @ W2.T")
    assert (found.elementwise, found.power) == ("np.multiply", "np.power")
    assert reach(PROGRAM, "d2 @ W2.T").power == ""
