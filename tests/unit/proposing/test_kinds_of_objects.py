"""Objects of further kinds: a contract is found for the right one, and with it the wrong one is found wrong."""

from pathlib import Path

import pytest

from gradcheck.proposing.facts import read
from tests.unit.proposing.test_kinds_of_programs import told_from_its_twin

GETTERS = """
import numpy as np

class Net:
    def __init__(self, inputs, hidden):
        self.__w1, self.__b1 = np.random.randn(hidden, inputs), np.zeros((hidden, 1))
        self.__w2, self.__b2 = np.random.randn(1, hidden), 0
        self.__a1 = self.__a2 = None

    @property
    def w1(self):
        return self.__w1

    @property
    def b1(self):
        return self.__b1

    @property
    def w2(self):
        return self.__w2

    @property
    def b2(self):
        return self.__b2

    @property
    def a1(self):
        return self.__a1

    def forward(self, x):
        self.__a1 = np.tanh(self.w1 @ x + self.b1)
        self.__a2 = 1 / (1 + np.exp(-self.w2 @ self.a1 - self.b2))
        return self.__a1, self.__a2

    def descend(self, x, y, a1, a2, rate=0.1):
        d2 = (a2 - y) / y.shape[1]
        d1 = self.w2.T @ d2 * (1 - a1 ** 2)
        self.__w1 -= rate * d1 @ x.T
        self.__b1 -= rate * d1.sum(axis=1, keepdims=True)
        self.__w2 -= rate * d2 @ a1.T
        self.__b2 -= rate * d2.sum(axis=1, keepdims=True)

    def train(self, x, y, rounds=500, rate=0.1):
        for _ in range(rounds):
            self.descend(x, y, *self.forward(x), rate)
"""
TWO_SIZES = """
import numpy as np

class Net:
    def __init__(self, n_features, n_classes, hidden_units=32):
        self.w = [np.random.randn(n_features, hidden_units), np.random.randn(hidden_units, n_classes)]
        self.b = [np.zeros((1, hidden_units)), np.zeros((1, n_classes))]

    def backprop(self, x, y, alpha):
        m = np.tanh(x @ self.w[0] + self.b[0])
        e = alpha * 2 * (m @ self.w[1] + self.b[1] - y) / len(x)
        f = e @ self.w[1].T * (1 - m ** 2)
        self.w[0] -= x.T @ f
        self.b[0] -= f.sum(axis=0)
        self.w[1] -= m.T @ e
        self.b[1] -= e.sum(axis=0)
"""
LOOP_IN_A_METHOD = """
import numpy as np

class Net:
    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        self.inodes, self.hnodes, self.onodes, self.lr = inputnodes, hiddennodes, outputnodes, learningrate
        self.wih = np.random.rand(self.hnodes, self.inodes) - 0.5
        self.who = np.random.rand(self.onodes, self.hnodes) - 0.5

    def train(self, inputs_list, targets_list):
        for round in range(30000):
            inputs = np.array(inputs_list, ndmin=2).T
            targets = np.array(targets_list, ndmin=2).T
            hidden = np.tanh(self.wih @ inputs)
            outputs = np.tanh(self.who @ hidden)
            delta = (targets - outputs) * (1 - outputs ** 2)
            errors = self.who.T @ delta
            self.who += self.lr * delta @ hidden.T
            self.wih += self.lr * (errors * (1 - hidden ** 2)) @ inputs.T
"""
LOSS_FIRST = """
import numpy as np

class Linear:
    def __init__(self, inputs, outputs):
        self.w, self.b = np.random.randn(inputs, outputs), np.zeros(outputs)

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, d):
        self.dw, self.db = self.x.T @ d, d.sum(axis=0)
        return d @ self.w.T

class Loss:
    def forward(self, z, y):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        self.p, self.y = e / e.sum(axis=1, keepdims=True), y
        return -np.mean(np.log(self.p[np.arange(len(y)), y]))

    def backward(self):
        d = self.p.copy()
        d[np.arange(len(d)), self.y] -= 1
        return d / len(d)

class Net:
    def __init__(self, sizes, seed=0):
        np.random.seed(seed)
        self.one, self.two = Linear(sizes[0], sizes[1]), Linear(sizes[1], sizes[2])
        self.loss = Loss()

    def forward(self, x, y):
        self.a = np.tanh(self.one.forward(x))
        return self.loss.forward(self.two.forward(self.a), y)

    def backward(self):
        self.one.backward(self.two.backward(self.loss.backward()) * (1 - self.a ** 2))
"""
HANDED = """
import numpy as np

class Fit:
    def __init__(self, X, Y, n_h, learning_rate=0.01):
        self.X, self.Y, self.n_h, self.learning_rate, self.m = X, Y, n_h, learning_rate, len(X)

    def start(self):
        n = self.X.shape[1]
        return {"W1": np.random.randn(n, self.n_h), "b1": np.zeros((1, self.n_h)),
                "W2": np.random.randn(self.n_h, 1), "b2": np.zeros((1, 1))}

    def forward(self, X, parameters):
        A1 = np.tanh(X @ parameters["W1"] + parameters["b1"])
        A2 = A1 @ parameters["W2"] + parameters["b2"]
        return A2, {"A1": A1, "A2": A2}

    def backward(self, parameters, cache):
        dZ2 = 2 * (cache["A2"] - self.Y) / self.m
        dZ1 = dZ2 @ parameters["W2"].T * (1 - cache["A1"] ** 2)
        return {"dW1": self.X.T @ dZ1, "db1": dZ1.sum(axis=0, keepdims=True),
                "dW2": cache["A1"].T @ dZ2, "db2": dZ2.sum(axis=0, keepdims=True)}

    def fit(self):
        parameters = self.start()
        for _ in range(500):
            A2, cache = self.forward(self.X, parameters)
            grads = self.backward(parameters, cache)
            for name in parameters:
                parameters[name] = parameters[name] - self.learning_rate * grads["d" + name]
        return parameters
"""
ZEROS = """
import numpy as np

class Net:
    def __init__(self, inputs, hidden, outputs):
        self.outputs, self.rate = outputs, 0.05
        self.v, self.c = np.random.rand(hidden, inputs) - 0.5, np.random.rand(hidden, 1) - 0.5
        self.w, self.b = np.random.rand(outputs, hidden) - 0.5, np.random.rand(outputs, 1) - 0.5

    def train(self, inputs, labels):
        a = np.tanh(self.v @ inputs + self.c)
        e = np.exp(self.w @ a + self.b)
        wanted = np.eye(self.outputs)[labels].T
        delta = (e / e.sum(axis=0) - wanted) / labels.size
        back = self.w.T @ delta * (1 - a ** 2)
        self.v -= self.rate * back @ inputs.T
        self.c -= self.rate * back.sum(axis=1, keepdims=True)
        self.w -= self.rate * delta @ a.T
        self.b -= self.rate * delta.sum(axis=1, keepdims=True)
"""
FUNCTIONS_GIVEN = """
import numpy as np

def logistic(z):
    return 1 / (1 + np.exp(-z))

def slope(a):
    return a * (1 - a)

class Rete:
    def __init__(self, inputs, n_hidden, n_outputs, targets, f, f_slope, rate=1.0):
        self.inputs, self.targets, self.f, self.f_slope, self.rate = inputs, targets, f, f_slope, rate
        self.w1 = np.random.rand(inputs.shape[1], n_hidden)
        self.w2 = np.random.rand(n_hidden, n_outputs)

    def ahead(self):
        self.a1 = self.f(self.inputs @ self.w1)
        self.a2 = self.f(self.a1 @ self.w2)

    def back(self):
        error = self.a2 - self.targets
        self.cost = np.sum(error ** 2) / 2
        d2 = error * self.f_slope(self.a2)
        d1 = d2 @ self.w2.T * self.f_slope(self.a1)
        self.w2 -= self.rate * self.a1.T @ d2
        self.w1 -= self.rate * self.inputs.T @ d1

rete = Rete(points, many, few, answers, logistic, slope)
"""
HIDDEN_BIAS_ALONE = """
import math

class Net:
    def __init__(self, ni, nh, no):
        self.ni, self.nh, self.no = ni + 1, nh, no
        self.ai, self.ah, self.ao = [1.0] * self.ni, [1.0] * nh, [1.0] * no
        self.wi = [[0.1] * nh for _ in range(self.ni)]
        self.wo = [[0.1] * no for _ in range(nh)]

    def update(self, inputs):
        for i in range(self.ni - 1):
            self.ai[i] = inputs[i]
        for j in range(self.nh):
            self.ah[j] = math.tanh(sum(self.ai[i] * self.wi[i][j] for i in range(self.ni)))
        for k in range(self.no):
            self.ao[k] = math.tanh(sum(self.ah[j] * self.wo[j][k] for j in range(self.nh)))

    def back_propagate(self, targets, rate):
        d = [(t - o) * (1 - o ** 2) for t, o in zip(targets, self.ao)]
        e = [sum(d[k] * self.wo[j][k] for k in range(self.no)) * (1 - self.ah[j] ** 2) for j in range(self.nh)]
        for j in range(self.nh):
            for k in range(self.no):
                self.wo[j][k] += rate * d[k] * self.ah[j]
        for i in range(self.ni):
            for j in range(self.nh):
                self.wi[i][j] += rate * e[j] * self.ai[i]
"""
ROUNDS_KEPT = """
import numpy as np

class Unit:
    def __init__(self, inputs):
        self.w, self.b = np.random.rand(inputs), np.random.rand()

    def fire(self, x):
        self.x, self.o = x, np.tanh(np.dot(x, self.w) + self.b)
        return self.o

class Layer:
    def __init__(self, units, inputs):
        self.units = [Unit(inputs) for _ in range(units)]

    def forward(self, x):
        return np.array([one.fire(x) for one in self.units])

    def backward(self, errors, rate):
        d = np.array([e * (1 - one.o ** 2) for e, one in zip(errors, self.units)])
        back = np.array([one.w for one in self.units]).T @ d
        for one, delta in zip(self.units, d):
            one.w -= rate * delta * one.x
            one.b -= rate * delta
        return back

class Net:
    def __init__(self, sizes, lr=0.1, epochs=10000):
        self.lr, self.epochs = lr, epochs
        self.layers = [Layer(b, a) for a, b in zip(sizes[:-1], sizes[1:])]

    def train(self, inputs, targets):
        for epoch in range(self.epochs):
            for x, y in zip(inputs, targets):
                out = self.layers[1].forward(self.layers[0].forward(x))
                self.layers[0].backward(self.layers[1].backward(out - y, self.lr), self.lr)
"""
BIAS_FIRST = """
import math

def layer(rows, inputs):
    outputs = []
    for row in rows:
        total = row[0]
        for i, value in enumerate(inputs):
            total += row[i + 1] * value
        outputs.append(math.tanh(total))
    return outputs

def train(hidden_weights, output_weights, inputs, targets, learning_rate):
    a = layer(hidden_weights, inputs)
    o = layer(output_weights, a)
    d = [(t - p) * (1 - p * p) for t, p in zip(targets, o)]
    e = [sum(d[k] * row[j + 1] for k, row in enumerate(output_weights)) * (1 - a[j] ** 2) for j in range(len(a))]
    for rows, deltas, values in ((output_weights, d, a), (hidden_weights, e, inputs)):
        for row, delta in zip(rows, deltas):
            row[0] += learning_rate * delta
            for i, value in enumerate(values):
                row[i + 1] += learning_rate * delta * value
    return hidden_weights, output_weights
"""


@pytest.mark.parametrize(
    ("text", "right", "wrong", "parameters"),
    [
        pytest.param(GETTERS, "(1 - a1 ** 2)", "(1 - a1)", ["W1", "b1"], id="private attributes behind getters"),
        pytest.param(TWO_SIZES, "(1 - m ** 2)", "(1 - m)", ["W1", "b1"], id="two sizes, the third by default"),
        pytest.param(LOOP_IN_A_METHOD, "self.who.T @ delta", "self.who.T @ (targets - outputs)", ["W1"],
                     id="a loop in a method"),
        pytest.param(LOSS_FIRST, "d.sum(axis=0)", "d.mean(axis=0)", ["b1", "b2"], id="targets kept by forward"),
        pytest.param(HANDED, "dZ1.sum(axis=0, keepdims=True)", "dZ2.sum(axis=0, keepdims=True)", ["b1"],
                     id="methods that are handed the parameters"),
        pytest.param(ZEROS, "delta.sum(axis=1, keepdims=True)", "delta.sum()", ["b2"], id="an update of zeros"),
        pytest.param(FUNCTIONS_GIVEN, "return a * (1 - a)", "return a * (1 + a)", ["W1", "W2"],
                     id="functions that a class is given"),
        pytest.param(HIDDEN_BIAS_ALONE, "rate * e[j] * self.ai[i]", "rate * e[j] * self.ah[j]", ["W1", "b1"],
                     id="a bias in the hidden weights alone"),
        pytest.param(ROUNDS_KEPT, ".T @ d\n", ".T @ errors\n", ["W1", "b1"],
                     id="rounds that an object keeps, units in layers in lists"),
        pytest.param(BIAS_FIRST, "* (1 - a[j] ** 2)", "* (1 - a[j])", ["W1", "b1"], id="biases first in rows"),
    ],
)  # fmt: skip
def test_a_kind_of_object_is_understood(
    tmp_path: Path, text: str, right: str, wrong: str, parameters: list[str]
) -> None:
    """The right one passes; the wrong one fails in those that are wrong."""
    told_from_its_twin(tmp_path, text, right, wrong, parameters)


def test_what_is_computed_is_not_taken_for_another_attribute() -> None:
    """A getter that hands out something else than an attribute, or that can be set, is what it is."""
    assert read(GETTERS).getters["w2"] == "_Net__w2"
    computed = GETTERS.replace("        return self.__w2\n", "        return 2 * self.__w2\n")
    settable = (
        GETTERS
        + """
    @w2.setter
    def w2(self, value):
        self.__w2 = 2 * value
"""
    )
    assert "w2" not in read(computed).getters
    assert "w2" not in read(settable).getters
