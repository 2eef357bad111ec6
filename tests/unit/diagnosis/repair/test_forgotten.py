"""Statements that were forgotten: as another block has them, for a name that nothing uses, or by value alone."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from workbench import PROGRAM, made_by, mended, trials

from gradcheck.config import Contract
from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.forgotten import as_elsewhere, unadded, unasked, uncalled
from gradcheck.diagnosis.repair.proving import repair
from gradcheck.diagnosis.repair.twins import Twins
from gradcheck.network.forward import Network

UNITS = """\
def update(output, hidden, e, d, rate):
    for k, unit in enumerate(output.units):
        for i in range(len(unit.weights)):
            unit.weights[i] -= rate * e[k] * unit.inputs[i]
        unit.bias -= rate * e[k]
    for j, unit in enumerate(hidden.units):
        for i in range(len(unit.weights)):
            unit.weights[i] -= rate * d[j] * unit.inputs[i]
        unit.bias -= rate * d[j]
"""
LAYERS = """\
import numpy as np

class Layer:
    def __init__(self, w, b):
        self.w, self.b = w.copy(), b.copy()

    def forward(self, x):
        self.x = x
        self.a = 1 / (1 + np.exp(-(x @ self.w + self.b)))
        return self.a

    def backward(self, error, rate):
        delta = error * self.a * (1 - self.a)
        passed = delta @ self.w.T
        self.w -= rate * self.x.T @ delta
        self.b -= rate * delta.sum(axis=0, keepdims=True)
        return passed

def backward(X, Y, W1, b1, W2, b2, rate=0.5):
    first, second = Layer(W1, b1), Layer(W2, b2)
    error = second.forward(first.forward(X)) - Y
    first.backward(second.backward(error, rate), rate)
    pairs = (W1, first.w), (b1, first.b), (W2, second.w), (b2, second.b)
    return [(old - new) / rate for old, new in pairs]
"""
MODULES = """\
import numpy as np

class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)

class Linear:
    def __init__(self, w, b):
        self.weight, self.bias = Parameter(w), Parameter(b)

    def forward(self, x):
        self.x = x
        self.a = 1 / (1 + np.exp(-(x @ self.weight.data + self.bias.data)))
        return self.a

    def backward(self, dout):
        dout = dout * self.a * (1 - self.a)
        self.weight.grad += self.x.T @ dout
        self.bias.grad += dout.sum(axis=0, keepdims=True)
        return dout @ self.weight.data.T

def backward(X, Y, W1, b1, W2, b2):
    first, second = Linear(W1, b1), Linear(W2, b2)
    first.backward(second.backward(second.forward(first.forward(X)) - Y))
    return first.weight.grad, first.bias.grad, second.weight.grad, second.bias.grad
"""
NAMED = """\
import numpy as np

class Net:
    def __init__(self, W1, b1, W2, b2):
        self.weights, self.offsets = [W1.copy(), W2.copy()], [b1.copy(), b2.copy()]

    def learn(self, X, Y, rate):
        h = 1 / (1 + np.exp(-(X @ self.weights[0] + self.offsets[0])))
        o = 1 / (1 + np.exp(-(h @ self.weights[1] + self.offsets[1])))
        delta = (o - Y) * o * (1 - o)
        for i, inputs in ((1, h), (0, X)):
            slope = inputs.T @ delta
            total = delta.sum(axis=0, keepdims=True)
            if i:
                delta = delta @ self.weights[1].T * h * (1 - h)
            self.weights[i] -= rate * slope
            self.offsets[i] -= rate * total

def backward(X, Y, W1, b1, W2, b2, rate=0.5):
    net = Net(W1, b1, W2, b2)
    net.learn(X, Y, rate)
    pairs = (W1, net.weights[0]), (b1, net.offsets[0]), (W2, net.weights[1]), (b2, net.offsets[1])
    return [(old - new) / rate for old, new in pairs]
"""


@pytest.mark.parametrize(
    "line",
    [
        "            unit.weights[i] -= rate * e[k] * unit.inputs[i]",
        "        unit.bias -= rate * e[k]",
        "        unit.bias -= rate * d[j]",
    ],
)
def test_what_another_loop_does_is_put_in_with_this_loops_names(line: str) -> None:
    """Which names stand for which the lines tell that both loops have."""
    alone = "for" in UNITS.splitlines()[UNITS.splitlines().index(line) - 1]
    text = UNITS.replace(f"{line}\n", "            pass\n" if alone else "")
    offered = {edit.apply(text).replace("            pass\n", "") for edit in as_elsewhere(Program(text))}
    assert UNITS in offered


def test_blocks_that_are_alike_lack_nothing() -> None:
    """Nor do those that have nothing in common."""
    assert list(as_elsewhere(Program(UNITS))) == []
    assert list(as_elsewhere(Program("def f(x):\n    y = x\n    return y\n\nfor i in a:\n    b += i\n"))) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (LAYERS, "        self.w -= rate * self.x.T @ delta\n"),
        (LAYERS, "        self.b -= rate * delta.sum(axis=0, keepdims=True)\n"),
        (
            LAYERS.replace("rate * self.x.T @ delta", "rate * (self.x.T @ delta)"),
            "        self.b -= rate * delta.sum(axis=0, keepdims=True)\n",
        ),
        (NAMED, "            self.weights[i] -= rate * slope\n"),
        (NAMED, "            self.offsets[i] -= rate * total\n"),
        (MODULES, "        self.bias.grad += dout.sum(axis=0, keepdims=True)\n"),
    ],
)
def test_an_update_that_is_missing_is_written(text: str, line: str) -> None:
    """Both layers' gradients are zero without it: values tell what it has to be, or a name that nothing uses."""
    assert mended(text) is None
    found = mended(text.replace(line, ""))
    assert found is not None
    (step,) = found.steps
    assert step.edit.inserts
    assert len(found.mended) == 2


ENTRIES = """\
import numpy as np

def gradients(p, X, Y):
    s = lambda z: 1 / (1 + np.exp(-z))
    g = {name: 0 * value for name, value in p.items()}
    for x, y in zip(X, Y):
        h = s(x @ p["W1"] + p["b1"][0])
        every = np.arange(len(h))
        o = s(h @ p["W2"] + p["b2"][0])
        r = (o - y) * o * (1 - o)
        g["b2"] += r
        g["W2"][every] += np.outer(h, r)
        d = p["W2"] @ r * h * (1 - h)
        g["b1"][:, every] += d
        g["W1"][:, every] += np.outer(x, d)
    return g

def backward(X, Y, W1, b1, W2, b2):
    return list(gradients(dict(W1=W1, b1=b1, W2=W2, b2=b2), X, Y).values())
"""
ITEMS = """\
import numpy as np

def step(x, y, params, rate):
    W1, b1, W2, b2 = params
    new = [p.copy() for p in params]
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d = (o - y) * o * (1 - o)
    e = d @ W2.T * h * (1 - h)
    new[0] = new[0] - rate * (x.T @ e)
    new[1] = new[1] - rate * e.sum(axis=0, keepdims=True)
    new[2] = new[2] - rate * (h.T @ d)
    new[3] = new[3] - rate * d.sum(axis=0, keepdims=True)
    return new

def backward(X, Y, *params):
    return [(old - new) / 0.5 for old, new in zip(params, step(X, Y, params, 0.5))]
"""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (ENTRIES, '        g["b2"] += r\n'),  # a key that nothing else has, and only entries of the others
        (ITEMS, "    new[1] = new[1] - rate * e.sum(axis=0, keepdims=True)\n"),  # written out; the next item
        (ITEMS, "    new[3] = new[3] - rate * d.sum(axis=0, keepdims=True)\n"),
    ],
)
def test_a_step_that_is_missing_is_taken_as_the_others_are(text: str, line: str) -> None:
    """Of what has another key or place, of all of it, or of its entries."""
    assert mended(text) is None
    found = mended(text.replace(line, ""))
    assert found is not None
    assert sorted(found.text.splitlines()) == sorted(text.splitlines())


REUSED = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    z = X @ W1 + b1
    h = np.maximum(z, 0)
    d = h @ W2 + b2 - Y
    found = [h.T @ d, d.sum(0, keepdims=True)]
    d = d @ W2.T
    d[z < 0] = 0
    return X.T @ d, d.sum(0, keepdims=True), *found
"""
TURNS = """\
import numpy as np

def back(layers, d):
    for slope, inputs, W in layers:
        d = d * slope
        yield inputs.T @ d, d.sum(0, keepdims=True)
        d = d @ W.T

def backward(X, Y, W1, b1, W2, b2):
    z = X @ W1 + b1
    h = np.maximum(z, 0)
    two, one = back([(1, h, W2), (z > 0, X, W1)], h @ W2 + b2 - Y)
    return *one, *two
"""


@pytest.mark.parametrize(("text", "line"), [(REUSED, "    d = d @ W2.T\n"), (TURNS, "        d = d @ W.T\n")])
def test_a_name_is_made_anew_before_it_fails(text: str, line: str) -> None:
    """Where it fails, or last in the loop for the next turn: there it still is what another layer made of it."""
    network = Network(hidden_activation="relu", output_activation="identity")
    assert mended(text, network=network) is None
    found = mended(text.replace(line, ""), network=network)
    assert found is not None
    assert found.text == text


def test_a_second_step_of_one_is_another_ones() -> None:
    """Where that one has none."""
    text = ITEMS.replace("new[3] = new[3] -", "new[2] = new[2] -").replace(
        "new[2] = new[2] - rate * d.sum(axis=0, keepdims=True)", "new[2] -= rate * d.sum(axis=0, keepdims=True)"
    )
    found = mended(text)
    assert found is not None
    assert "new[3] -= rate * d.sum(axis=0, keepdims=True)" in found.text


def test_a_line_of_another_function_keeps_the_names_that_both_have() -> None:
    """Though their parameters stand at other places."""
    program = Program("""\
def one(a, mask, w):
    mask[mask < 0] = 0
    return mask @ a

def other(mask, w):
    mask[mask > 0] = 1
    mask[mask < 0] = 0
    return mask @ w
""")
    offered = {edit.apply(program.text) for edit in as_elsewhere(program)}
    line = "    mask[mask > 0] = 1\n"
    assert program.text.replace("w):\n    mask[mask < 0]", f"w):\n{line}    mask[mask < 0]", 1) in offered


def test_a_method_that_nobody_calls_is_called() -> None:
    """If it does something: what only gives a value is left where it is, and so is what is called already."""
    text = """
class Net:
    def clear(self):
        self.total = 0

    def shown(self):
        return self.total

    def add(self, x):
        self.total += x

def step(net, x):
    net.add(x)
    return net
"""
    made = [edit.apply(text) for edit in uncalled(Program(text))]
    assert made == [
        text.replace("    net.add", "    net.clear()\n    net.add"),
        text.replace("    return net", "    net.clear()\n    return net"),
    ]
    assert list(uncalled(Program(made[0]))) == []


DECAYED = PROGRAM.replace(
    "    return dW1", "    # weights decay\n    dW += 0.3 * W1\n    dW2 += 0.3 * W2\n\n    return dW1"
).replace("dW1", "dW")


@pytest.mark.parametrize("line", ["    dW += 0.3 * W1\n", "    dW2 += 0.3 * W2\n"])
def test_what_is_added_for_one_layer_is_added_for_the_other(line: str) -> None:
    """As the line beside it says it, whatever the other layer's names are; what both have is left alone."""
    network = Network(weight_decay=0.3)
    assert mended(DECAYED, network=network) is None
    found = mended(DECAYED.replace(line, ""), network=network, seconds=5.0)
    assert found is not None
    assert sorted(found.text.splitlines()) == sorted(DECAYED.splitlines())


def test_what_is_made_for_nothing_may_have_a_method_that_nobody_calls() -> None:
    """As a loss has, of which nothing else is asked."""
    text = """
class Value:
    def backward(self):
        self.grad = 1

def train(x, w):
    loss = x @ w
    return w.grad
"""
    made = {edit.apply(text) for edit in uncalled(Program(text))}
    assert text.replace("x @ w\n", "x @ w\n    loss.backward()\n") in made


def test_what_nobody_calls_may_be_called_last_in_a_loop() -> None:
    """As it is for what sums up, once a step is taken."""
    text = """
class Net:
    def clear(self):
        self.total = 0

    def step(self):
        self.total += 1

def train(nets):
    for net in nets:
        net.step()
"""
    made = {edit.apply(text) for edit in uncalled(Program(text))}
    assert text.replace("net.step()\n", "net.step()\n        net.clear()\n") in made


JOINED = """\
import numpy as np

def decayed(T):
    out = 0.3 * T
    out[0] = 0
    return out

def backward(X, Y, W1, b1, W2, b2):
    T1, T2 = np.vstack([b1, W1]), np.vstack([b2, W2])
    one = np.ones((len(X), 1))
    x = np.hstack([one, X])
    h = np.hstack([one, 1 / (1 + np.exp(-(x @ T1)))])
    o = 1 / (1 + np.exp(-(h @ T2)))
    e = (o - Y) * o * (1 - o)
    d = (e @ T2.T * h * (1 - h))[:, 1:]
    g1, g2 = x.T @ d + decayed(T1), h.T @ e + decayed(T2)
    return g1[1:], g1[:1], g2[1:], g2[:1]
"""


def test_a_bias_among_the_weights_is_kept_from_decaying() -> None:
    """In the helper that both layers call; without weight decay there is nothing to keep it from."""
    network = Network(weight_decay=0.3)
    assert mended(JOINED, network=network) is None
    found = mended(JOINED.replace("    out[0] = 0\n", ""), network=network)
    assert found is not None
    assert found.text == JOINED
    assert mended(JOINED.replace("0.3 * T", "0 * T")) is None


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("dW1 += np.multiply(W1, 0.3).reshape(W1.shape)", "dW2 += np.multiply(W2, 0.3).reshape(W2.shape)"),
        ("dW1 += {'a': 0.3}[str('a')] * W1", "dW2 += {'a': 0.3}[str('a')] * W2"),
        ("dW1 += 0.3 * W1\n    dW1 /= 1.0", "dW2 += 0.3 * W2"),
    ],
)
def test_each_name_of_a_line_is_the_other_layers(line: str, other: str) -> None:
    """Whatever they stand in; and a second change of the same does not hide the first."""
    text = PROGRAM.replace("    return dW1", f"    {line}\n    return dW1")
    found = mended(text, network=Network(weight_decay=0.3), seconds=6.0)
    assert found is not None
    assert {*found.text.splitlines()} - {*text.splitlines()} == {f"    {other}"}


DENSE = """\
import numpy as np

class Dense:
    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.weights + self.biases

    def backward(self, dvalues):
        self.dweights = self.inputs.T @ dvalues
        self.dbiases = dvalues.sum(axis=0, keepdims=True)
        return dvalues @ self.weights.T

def backward(X, Y, W1, b1, W2, b2):
    one, two = Dense(W1, b1), Dense(W2, b2)
    h = 1 / (1 + np.exp(-one.forward(X)))
    o = 1 / (1 + np.exp(-two.forward(h)))
    dh = two.backward((o - Y) * o * (1 - o))
    one.backward(dh * h * (1 - h))
    return one, two
"""


def test_an_attribute_that_is_asked_for_and_set_nowhere_is_set() -> None:
    """Beside what is called likewise; what it is, values tell. Nothing in the file asks for it."""
    places = {"W1": "one.dweights", "b1": "one.dbiases", "W2": "two.dweights", "b2": "two.dbiases"}
    contract = Contract(run="one, two = backward(X, Y, W1, b1, W2, b2)", gradients=places)
    search, proof = (replace(one, contract=contract) for one in trials())
    assert repair(DENSE, search, proof, budget_seconds=30.0) is None
    wrong = DENSE.replace("        self.dweights = self.inputs.T @ dvalues\n", "")
    found = repair(wrong, search, proof, budget_seconds=30.0)
    assert found is not None
    lines = [line.strip() for line in found.text.split("\n") if line not in wrong.split("\n")]
    assert lines == ["self.dweights = self.inputs.T @ dvalues"]


TAPE = """\
import numpy as np

class Node:
    def __init__(self, value, *parents):
        self.value, self.parents, self.grad = value, parents, 0

    def backward(self, grad):
        order = []
        self.grad = grad

        def visit(node):
            for parent, _ in node.parents:
                visit(parent)
            order.append(node)

        visit(self)
        for node in reversed(order):
            for parent, back in node.parents:
                parent.grad = parent.grad + back(node.grad)

def times(a, b):
    ways = (a, lambda g: g @ b.value.T), (b, lambda g: a.value.T @ g)
    return Node(a.value @ b.value, *ways)

def plus(a, b):
    return Node(a.value + b.value, (a, lambda g: g), (b, lambda g: g.sum(0, keepdims=True)))

def sigmoid(a):
    s = 1 / (1 + np.exp(-a.value))
    return Node(s, (a, lambda g: g * s * (1 - s)))

def backward(X, Y, *values):
    W1, b1, W2, b2 = parameters = [Node(value) for value in values]
    out = sigmoid(plus(times(sigmoid(plus(times(Node(X), W1), b1)), W2), b2))
    out.backward(out.value - Y)
    return [one.grad for one in parameters]
"""


def test_an_inner_function_that_nobody_calls_is_called() -> None:
    """With what its function is handed or has made; first right behind it."""
    assert mended(TAPE) is None
    wrong = TAPE.replace("        visit(self)\n", "")
    calls = sorted(unasked(Program(wrong)), key=lambda edit: edit.cost)
    assert "visit(self)" in calls[0].replacement
    assert any("visit(grad)" in edit.replacement for edit in calls)
    assert list(unasked(Program(TAPE))) == []
    found = mended(wrong, seconds=20.0)
    assert found is not None
    assert found.text.replace("\n\n", "\n") == TAPE.replace("\n\n", "\n")


def test_an_operation_of_an_engine_has_what_all_others_have() -> None:
    """Whatever it computes: of functions with one within them it is the outline that is compared."""
    operation = (
        "    def {}(self, other):\n        out = Value(self.data {} other.data)\n\n        def back():\n"
        "            self.grad += {}\n\n        out.back = back\n        return out\n\n"
    )
    text = (
        "class Value:\n"
        + operation.format("add", "+", "out.grad")
        + operation.format("mul", "*", "other.data * out.grad")
    )
    wrong = text[::-1].replace("        out.back = back\n"[::-1], "", 1)[::-1]
    without_blanks = {one.replace("\n\n", "\n") for one in made_by(as_elsewhere, wrong)}
    assert text.replace("\n\n", "\n") in without_blanks
    assert not made_by(as_elsewhere, text)


OTHER_LAYER = cast(Twins, SimpleNamespace(renamings=lambda function: [twin]))


def test_what_is_added_to_one_layers_is_added_to_the_others_however_it_is_written() -> None:
    """Behind a semicolon, too; not where it is added already, nor to what isn't made."""
    for sum_ in ("g1[1:] += r * w1[1:];", "g1[1:] = g1[1:] + r * w1[1:];", "g1 = g1 + r * w1"):
        text = f"def f(d1, d2, w1, w2, r):\n    g1 = d1\n    g2 = d2\n    {sum_}\n    return g1, g2\n"
        other = sum_.replace("g1", "g2").replace("w1", "w2").rstrip(";")
        right = text.replace(f"{sum_}\n", f"{sum_}\n    {other}\n")
        assert {edit.apply(text) for edit in unadded(Program(text), OTHER_LAYER)} == {right}
        assert [*unadded(Program(right), OTHER_LAYER)] == []
        unmade = text.replace("    g2 = d2\n", "")
        assert [*unadded(Program(unmade), OTHER_LAYER)] == []
