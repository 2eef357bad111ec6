"""One factor that all gradients are off by, in a program whose values are no steps of the network: an engine."""

from __future__ import annotations

import pytest
from workbench import PROGRAM, mended, trials

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.looking import Look
from gradcheck.diagnosis.repair.rescaling import renumbered, rescalings
from gradcheck.diagnosis.repair.writing import Scope
from gradcheck.network.forward import Network, Scale

ENGINE = """\
import numpy as np

class Value:
    def __init__(self, data, parents=()):
        self.data, self.parents = np.asarray(data, dtype=float), parents
        self.grad, self.back = np.zeros_like(self.data), lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))
        def back():
            self.grad += out.grad
            other.grad += out.grad.sum(0, keepdims=True) if len(other.data) == 1 else out.grad
        out.back = back
        return out

    def __matmul__(self, other):
        out = Value(self.data @ other.data, (self, other))
        def back():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out.back = back
        return out

    def squash(self):
        s = 1 / (1 + np.exp(-self.data))
        out = Value(s, (self,))
        def back():
            self.grad += out.grad * s * (1 - s)
        out.back = back
        return out

    def power(self, p):
        out = Value(self.data ** p, (self,))
        def back():
            self.grad += p * self.data ** (p - 1) * out.grad
        out.back = back
        return out

    def mean(self):
        out = Value(self.data.mean(), (self,))
        def back():
            self.grad += out.grad * np.ones_like(self.data) / self.data.size
        out.back = back
        return out

    def backward(self):
        order = []
        def visit(node):
            if node not in order:
                for one in node.parents:
                    visit(one)
                order.append(node)
        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.back()

def backward(X, Y, W1, b1, W2, b2):
    given = [Value(one) for one in (W1, b1, W2, b2)]
    h = (Value(X) @ given[0] + given[1]).squash()
    o = (h @ given[2] + given[3]).squash()
    (o + Value(-Y)).power(2).mean().backward()
    return [one.grad for one in given]
"""
MEAN = Network(loss_scale=Scale.parse("1/(n k)"))


@pytest.mark.parametrize("begin", ["1.0", "np.ones_like(self.data)"])
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("np.ones_like(self.data) / self.data.size", "np.ones_like(self.data)"),
        ("np.ones_like(self.data) / self.data.size", "np.ones_like(self.data) / len(self.data)"),
        ("p * self.data ** (p - 1) * out.grad", "self.data ** (p - 1) * out.grad"),
    ],
)
def test_a_factor_is_put_where_something_is_worth_as_much(begin: str, right: str, wrong: str) -> None:
    """In the operation that left it out, not in what everything is made from."""
    engine = ENGINE.replace("self.grad = 1.0", f"self.grad = {begin}")
    assert mended(engine, network=MEAN) is None
    found = mended(engine.replace(right, wrong), network=MEAN)
    assert found is not None
    changed = set(found.text.splitlines()) - set(engine.splitlines())
    assert all(wrong in line for line in changed)


def test_no_place_is_made_up_for_a_factor_that_nothing_is_worth() -> None:
    """Half the gradients of an engine without a power: no edit divides by an array's size that happens to fit."""
    program = Program(ENGINE)
    trial, _ = trials(MEAN)
    roots = program.roots
    scope = Scope(arrays=("self.data",), numpy="np")
    assert list(rescalings(trial, program, roots, lambda _: scope, [0.3])) == []
    assert list(rescalings(trial, program, roots, lambda _: scope, [21.0])) != []


def test_a_number_that_something_is_multiplied_by_makes_up_for_a_number() -> None:
    """Where it stands, divided or multiplied; not for a factor that differs from probe to probe, nor in a sum."""
    program = Program("d = 2 * a\ne = a / 4\nf = a + 2\ng = a ** 2")
    made = {
        edit.apply(program.text).splitlines()[place]
        for edit in renumbered(program, [4.0, 4.0])
        for place in range(4)
    }
    assert made - {*program.text.splitlines()} == {"d = 0.5 * a", "e = a / 16"}
    assert list(renumbered(program, [4.0, 9.0])) == []


def test_a_step_without_its_rate_is_given_one() -> None:
    """As the number that it is: nothing in the program is worth as much."""
    program = Program("def f(w, g):\n    w -= g\n    h = 2 * g\n    return w, h\n")
    found = {edit.apply(program.text) for edit in renumbered(program, [100.0, 100.0])}
    assert program.text.replace("w -= g", "w -= 0.01 * g") in found
    assert not any("0.01" in text for text in (e.apply(program.text) for e in renumbered(program, [0.01, 0.01])))
    assert not list(renumbered(program, [100.0, 50.0]))


def test_a_rate_is_divided_by_how_many_pairs_a_list_has() -> None:
    """A batch of pairs is no array, and has no shape."""
    text = PROGRAM.replace("    return dW1, db1, dW2, db2", "    return step(list(zip(X, Y)), dW1, db1, dW2, db2)")
    text += "\ndef step(batch, *found):\n    rate = 1 / len(batch)\n    return [rate * one for one in found]\n"
    program = Program(text.replace("rate = 1 / len(batch)", "rate = 1"))
    reach = Scope(arrays=("batch",))
    roots = [root for root in program.roots if program.segment(program.expression(root)) == "1"]
    for factor, offered in ((7.0, [text]), (6.5, [])):  # examples on the last probe
        found = rescalings(trials()[0], program, roots, lambda _: reach, [factor])
        assert [edit.apply(program.text) for edit in found] == offered


def test_nothing_is_divided_by_itself() -> None:
    """Where a rate happens to be worth the factor, it is another number that may be divided by it."""
    program = Program(PROGRAM.replace("    return dW1,", "    rate = 0.5\n    dW1 = rate * dW1\n    return dW1,"))
    trial, _ = trials()
    scope = Scope(arrays=(), numbers=("rate",), numpy="np")
    found = {edit.replacement for edit in rescalings(trial, program, program.roots, lambda _: scope, [0.5])}
    assert any("/ rate" in text for text in found)
    assert "rate / rate" not in found


def test_one_size_is_taken_for_another_that_is_worth_the_factor() -> None:
    """Written as it is written there, of the same array before others; a number that is written out is none."""
    right = PROGRAM.replace("* o * (1 - o)", "* o * (1 - o) / len(X)")
    network = Network(loss_scale=Scale.parse("1/(2 n)"))
    assert mended(right, network=network) is None
    found = mended(right.replace("/ len(X)", "/ len(W2)"), network=network)
    assert found is not None
    assert "/ len(" in found.text.replace("len(W2)", "")
    trial, _ = trials()
    program = Program(PROGRAM.replace("* o * (1 - o)", "* o * (1 - o) / 3"))
    scope = Scope(arrays=("X",), numpy="np")
    made = {edit.expression for edit in rescalings(trial, program, program.roots, lambda _: scope, [3 / 7.0])}
    assert "(o - Y) * o * (1 - o) / len(X)" not in made


RATED = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    s = lambda z: 1 / (1 + np.exp(-z))
    new, n = [W1, b1, W2, b2], len(X)
    return [(old - now) * n / 0.5 for old, now in zip(new, step(s, n, X, Y, new, 0.5))]

def step(s, n, X, Y, params, rate):
    W1, b1, W2, b2 = params
    rate = rate / n
    h = s(X @ W1 + b1)
    o = s(h @ W2 + b2)
    e = (o - Y) * o * (1 - o)
    d = e @ W2.T * h * (1 - h)
    return (
        W1 - rate * (X.T @ d),
        b1 - rate * d.sum(0, keepdims=True),
        W2 - rate * (h.T @ e),
        b2 - rate * e.sum(0, keepdims=True),
    )
"""


@pytest.mark.parametrize("wrong", ["n", "n * n"])
def test_a_rate_is_made_of_two_numbers(wrong: str) -> None:
    """Where the steps have one factor, and that is what two numbers within reach come to."""
    assert mended(RATED) is None
    found = mended(RATED.replace("rate = rate / n\n", f"rate = {wrong}\n"), seconds=10.0)
    assert found is not None
    assert found.text == RATED


@pytest.mark.parametrize(("function", "offered"), [("scaled", True), ("np.full", False)])
def test_a_rate_is_divided_where_a_function_of_the_files_own_is_handed_it(function: str, offered: bool) -> None:
    trial, _ = trials()
    text = PROGRAM.replace("dW2 = h.T @ d2", f"rate = 2.0\n    dW2 = {function}(rate, h.T @ d2)")
    program = Program(text + "\ndef scaled(by, a):\n    return by * a\n")
    scope = Scope(arrays=("X",), numbers=("rate",), numpy="np")
    made = {edit.expression for edit in rescalings(trial, program, program.roots, lambda _: scope, [7.0])}
    assert (f"{function}(rate / len(X), h.T @ d2)" in made) == offered
    assert f"{function}(rate, h.T @ d2) / len(X)" in made


def test_nobody_means_one_by_a_size() -> None:
    """`n / n` for a rate that is to be doubled, or the size of an axis of one entry."""
    trial, _ = trials()
    program = Program(PROGRAM.replace("d2 = (o - Y)", "rate, n = 0.5, len(X)\n    d2 = (o - Y) * rate"))
    scope = Scope(arrays=("X", "b2"), numbers=("n",), numpy="np")
    made = {edit.expression for edit in rescalings(trial, program, program.roots, lambda _: scope, [0.5])}
    assert made
    assert not any("n / n" in one or "b2.shape[0]" in one for one in made)


def test_the_seed_of_a_backward_pass_is_one() -> None:
    """And not the loss itself."""
    engine = ENGINE.replace("self.grad = 1.0", "self.grad = np.ones_like(self.data)")
    found = mended(engine.replace("self.grad = np.ones_like(self.data)", "self.grad = self.data"), network=MEAN)
    assert found is not None
    assert found.text in (engine, ENGINE)


@pytest.mark.parametrize(("rate", "scale"), [("lam / n", "1/n"), ("lam", "1")])
def test_what_a_weight_decays_by_is_added_in_the_programs_own_numbers(rate: str, scale: str) -> None:
    """Though nothing else reads the rate."""
    network = Network(weight_decay=0.3, weight_decay_scale=Scale.parse(scale))
    right = f"""\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    return gradients(X, Y, [(W1, b1), (W2, b2)], 0.3)

def gradients(X, Y, layers, lam):
    n, kept, grads = len(X), [X], []
    for w, b in layers:
        kept.append(1 / (1 + np.exp(-(kept[-1] @ w + b))))
    d = (kept[-1] - Y) * kept[-1] * (1 - kept[-1])
    for (w, b), a in zip(layers[::-1], kept[-2::-1]):
        grads = [a.T @ d + {rate} * w, d.sum(0, keepdims=True), *grads]
        d = d @ w.T * a * (1 - a)
    return grads
"""
    assert mended(right, network=network) is None
    found = mended(right.replace(f" + {rate} * w", ""), network=network, seconds=6.0)
    assert found is not None
    assert found.text == right


LAYERS = """\
import numpy as np

class Layer:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        self.out = 1 / (1 + np.exp(-(x @ self.W + self.b)))
        return self.out

    def backward(self, d):
        d = d * self.out * (1 - self.out)
        self.dW, self.db = self.x.T @ d, d.sum(0, keepdims=True)
        return d @ self.W.T

def backward(X, Y, W1, b1, W2, b2, decay=0.3):
    layers = [Layer(W1, b1), Layer(W2, b2)]
    out = X
    for one in layers:
        out = one.forward(out)
    d = out - Y
    for one in layers[::-1]:
        d = one.backward(d)
    grads = []
    for one in layers:
        grads += [one.dW + decay * one.W, one.db]
    return grads
"""


HALVED = LAYERS.replace("decay * one.W", "2 * half * one.W").replace("decay", "half")


@pytest.mark.parametrize(
    ("text", "decay", "times"),
    [(LAYERS, " + decay * one.W", 0.3), (HALVED, " + 2 * half * one.W", 0.6)],  # a loss of `half * w ** 2`
)
def test_an_object_has_the_weights_of_which_it_has_the_gradient(text: str, decay: str, times: float) -> None:
    """Though nothing else reads them there; they decay by a number, or twice a number."""
    network = Network(weight_decay=times)
    assert mended(text, network=network) is None
    found = mended(text.replace(decay, ""), network=network, seconds=10.0)
    assert found is not None
    assert found.text == text


def test_a_number_that_gets_a_name_makes_up_for_a_number() -> None:
    """Or is a default; neither a sign, nor what something begins with, nor what would take many digits."""
    text = "def f(x, a=0.5, b=1, c=True):\n    rate = 3\n    total = 0\n    return a * x\n"
    made = {edit.apply(text) for edit in renumbered(Program(text), (2.0, 2.0))}
    assert {text.replace("0.5", "0.25"), text.replace("3", "1.5")} <= made
    assert not any("b=0.5" in one or "total = 0.0" in one for one in made)
    assert not any(
        "rate = -3" in one for edit in renumbered(Program(text), (-1.0, -1.0)) for one in [edit.apply(text)]
    )
    assert not [*renumbered(Program(f"x = 5e-324\ny = 1{'0' * 400}\n"), (4.0, 4.0))]
    assert not any("a=0.1666" in edit.apply(text) for edit in renumbered(Program(text), (3.0, 3.0)))


NIELSEN = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    net = Net([W1, W2], [b1, b2])
    net.update(X, Y, 0.5, 0.3, len(X))
    return [(old - new) / 0.5 for old, new in zip((W1, b1, W2, b2), net.parameters())]

class Net:
    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases

    def parameters(self):
        return self.weights[0], self.biases[0], self.weights[1], self.biases[1]

    def update(self, X, Y, eta, lmbda, n):
        kept = [X]
        for w, b in zip(self.weights, self.biases):
            kept.append(1 / (1 + np.exp(-(kept[-1] @ w + b))))
        d = (kept[2] - Y) * kept[2] * (1 - kept[2])
        e = d @ self.weights[1].T * kept[1] * (1 - kept[1])
        nabla_w, nabla_b = (kept[0].T @ e, kept[1].T @ d), (e.sum(0, keepdims=True), d.sum(0, keepdims=True))
        self.weights = [(1 - eta * (lmbda / n)) * w - eta * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - eta * nb for b, nb in zip(self.biases, nabla_b)]
"""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("(1 - eta * lmbda) * w", "(1 - eta * lmbda / n) * w"),
        ("(1 - lmbda / n) * w", "(1 - eta * lmbda / n) * w"),
        ("w", None),
    ],
)
def test_weights_decay_by_what_the_update_says(wrong: str, right: str | None) -> None:
    """A number that nothing reads divides the rate; what an update forgets altogether takes three numbers."""
    network = Network(weight_decay=0.3, weight_decay_scale=Scale.parse("1/n"))
    assert mended(NIELSEN, network=network) is None
    text = NIELSEN.replace("(1 - eta * (lmbda / n)) * w", wrong)
    found = mended(text, network=network, seconds=20.0)
    assert found is not None
    if right is not None:
        by = found.text[found.text.index("[(1 - ") + 1 : found.text.index(" * w - eta * nw")]
        assert found.text == NIELSEN.replace("(1 - eta * (lmbda / n))", by)
        names = {"eta": 0.5, "lmbda": 0.25, "n": 8}  # in whichever order they are multiplied and divided
        assert eval(by, names) == eval(right.removesuffix(" * w"), names)
    else:
        assert found.text == text.replace("eta * nw for", "eta * nw - eta * lmbda / n * w for")


def test_a_factor_that_weights_decay_by_needs_no_array() -> None:
    """It may be a number by itself, which weights are multiplied with in place."""
    network = Network(weight_decay=0.3)
    right = NIELSEN.replace(
        "        self.weights = [(1 - eta * (lmbda / n)) * w",
        "        shrink = 1 - eta * lmbda\n        self.weights = [shrink * w",
    )
    assert mended(right, network=network) is None
    found = mended(right.replace("eta * lmbda", "lmbda"), network=network, seconds=20.0)
    assert found is not None
    assert found.text == right


FILLED = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    n = len(X)
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    d = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d[range(n)] -= Y
    d /= n
    e = d @ W2.T
    e[range(n)] *= h * (1 - h)
    return X.T @ e, np.sum(e, axis=0, keepdims=True), h.T @ d, np.sum(d, axis=0, keepdims=True)
"""


DECAYING_IN_PLACE = """\
import numpy as np

def collect(grads, at, n, a, d, W):
    grads[at] = a.T @ d
    grads[at] += 0.3 * W
    grads[at] /= n

def backward(X, Y, W1, b1, W2, b2):
    n = len(X)
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    grads = [None, None]
    collect(grads, 0, n, X, d1, W1)
    collect(grads, 1, n, h, d2, W2)
    return grads[0], d1.mean(axis=0, keepdims=True), grads[1], d2.mean(axis=0, keepdims=True)
"""


def test_what_is_filled_is_divided_as_a_whole() -> None:
    """Behind what changes its items: no expression is all of it."""
    network = Network(loss="binary-cross-entropy", loss_scale=Scale.parse("1/n"))
    assert mended(FILLED, network=network) is None
    found = mended(FILLED.replace("    d /= n\n", ""), network=network, seconds=20.0)
    assert found is not None
    assert found.text == FILLED


def test_what_weights_are_added_to_is_divided_with_them() -> None:
    """Both terms lack the number, and a function serves both layers: one statement, behind the sum."""
    network = Network(loss_scale=Scale.parse("1/(2n)"), weight_decay=0.3, weight_decay_scale=Scale.parse("1/n"))
    right = DECAYING_IN_PLACE
    assert mended(right, network=network) is None
    found = mended(right.replace("    grads[at] /= n\n", ""), network=network, seconds=20.0)
    assert found is not None
    assert found.text == right
    counted = right.replace("grads[at] /= n", "grads[at] /= len(a)").replace("at, n,", "at,")
    counted = counted.replace("0, n,", "0,").replace("1, n,", "1,").replace("at] = ", "at] = 0 * len(a) + ")
    found = mended(counted.replace("    grads[at] /= len(a)\n", ""), network=network, seconds=20.0)
    assert found is not None
    assert found.text == counted


NUMBERS = """\
import numpy as np

class Grown:
    def __init__(self, value, back):
        self.value, self.back = value, back

    def __mul__(self, factor):
        return Grown(self.value * factor, lambda g: self.back(g * factor))

def backward(X, Y, W1, b1, W2, b2):
    s = lambda z: 1 / (1 + np.exp(-z))
    h = s(X @ W1 + b1)
    o = s(h @ W2 + b2)

    def back(g):
        d2 = g * (o - Y) * o * (1 - o)
        d1 = d2 @ W2.T * h * (1 - h)
        return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)

    loss = sum([], Grown(0.5 * np.sum((o - Y) ** 2), back)) * (1 / len(X))
    return loss.back(1.0)
"""


def test_what_can_only_be_multiplied_is_multiplied_by_the_inverse() -> None:
    """An object of the file's own that has no division; where it has one, that is shorter."""
    network = Network(loss_scale=Scale.parse("1/(2n)"))
    assert mended(NUMBERS, network=network) is None
    look = Look(trials(network)[0], NUMBERS.replace(" * (1 / len(X))", ""), ())
    made = {edit.apply(look.program.text) for edit, _ in look.scaled_back}
    assert NUMBERS in made
    divides = NUMBERS.replace(
        "\ndef backward", "    def __truediv__(self, n):\n        return self * (1 / n)\n\ndef backward"
    )
    look = Look(trials(network)[0], divides.replace(" * (1 / len(X))", ""), ())
    made = {edit.apply(look.program.text) for edit, _ in look.scaled_back}
    assert divides not in made
    assert divides.replace(" * (1 / len(X))", " / len(X)") in made
