"""Words that choose: a key of a dict of functions, what a condition asks for."""

from __future__ import annotations

from functools import partial

from workbench import PROGRAM, made_by, mended

from gradcheck.diagnosis.repair.words import kinds, lists, words

TABLE = """\
SLOPES = {"relu": lambda a: a > 0, "logistic": lambda a: a * (1 - a)}
"""
texts = partial(made_by, words)


def test_another_word_is_one_that_the_program_has_for_the_same() -> None:
    """A key of the same dict, or what the same name is compared with; as it is quoted there."""
    text = TABLE + "slope = SLOPES['relu']\n"
    assert texts(text) == {text.replace("['relu']", "['logistic']")}
    text = "def f(z, kind='tanh'):\n    return z if kind == 'tanh' else g(z) if kind == 'relu' else 0\n"
    assert texts(text) == {text.replace("kind='tanh'", "kind='relu'")}


def test_a_functions_name_is_one_of_those_of_its_form() -> None:
    """Of functions with as many parameters, in a program that chooses by their names."""
    text = "def relu(z):\n    return z\n\ndef tanh(z):\n    return 2 * z\n\ndef make(n, seed=1):\n    return n\n\n"
    assert texts(text + "a = forward(x, 'relu')\n") == {text + "a = forward(x, 'tanh')\n"}
    assert texts(text + "a = forward(x, 'make')\n") == set()


def test_a_word_is_written_as_a_literal() -> None:
    """Whatever is in it: no edit breaks the program."""
    text = "def f(z, kind='tanh'):\n    return z if kind == 'tanh' else 1 if kind == \"it's\" else 0\n"
    assert texts(text) == {text.replace("kind='tanh'", 'kind="it\'s"')}


def test_no_word_is_changed_that_doesnt_choose() -> None:
    """What is printed, a key that is set, an array in a dict: that is within reach by itself."""
    assert texts(TABLE + "print('logistics')\n") == set()
    assert texts(TABLE + "kept['relu'] = 1\n") == set()
    assert texts("cache = {'a': a, 'z': z}\nh = cache['z']\n") == set()


def test_a_program_that_takes_the_other_layers_function_is_mended() -> None:
    """Where that is right, nothing is found."""
    right = PROGRAM.replace("def backward", TABLE + "\ndef backward").replace(
        "dh * h * (1 - h)", "dh * SLOPES['logistic'](h)"
    )
    assert mended(right) is None
    found = mended(right.replace("['logistic']", "['relu']"))
    assert found is not None
    assert found.text == right


LAYERS = """\
import numpy as np

class Logistic:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y
    def backward(self, g):
        return g * self.y * (1 - self.y)

class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y
    def backward(self, g):
        return g * (1 - self.y ** 2)

class Dense:
    def __init__(self, w, b):
        self.w, self.b = w, b
    def forward(self, x):
        self.x = x
        return x @ self.w + self.b
    def backward(self, g):
        self.dw, self.db = self.x.T @ g, g.sum(0, keepdims=True)
        return g @ self.w.T

def backward(X, Y, W1, b1, W2, b2):
    one, two = Dense(W1, b1), Dense(W2, b2)
    layers = [one, Logistic(), two, Logistic()]
    a = X
    for layer in layers:
        a = layer.forward(a)
    g = a - Y
    for layer in reversed(layers):
        g = layer.backward(g)
    return one.dw, one.db, two.dw, two.db
"""


def test_a_layer_of_another_kind_is_taken_out_of_a_list() -> None:
    """Where it is right, nothing is found."""
    assert mended(LAYERS) is None
    for old, new in (("one, Logistic()", "one, Tanh()"), ("two, Logistic()", "two, Tanh()")):
        found = mended(LAYERS.replace(old, new), seconds=5.0)
        assert found is not None
        assert found.text == LAYERS


def test_one_is_taken_for_another_that_has_the_same_form() -> None:
    """As many parameters, or the same methods; not what is called with arguments, nor what is only defined."""
    text = "def f(z): return z\ndef g(z): return z\ndef two(a, b): return a\nnet = Net(3, f)\ny = f(3)\n"
    assert made_by(kinds, text) == {text.replace("Net(3, f)", "Net(3, g)")}
    text = """
class Relu:
    def f(self, x): return x
class Tanh:
    def f(self, x): return -x
def main(): pass
def other(): pass
def keyed(a, *, b): pass
def cost(a): return a
def step(loss, cost):
    out, Relu = use(cost), isinstance(loss, Tanh)
    use(keyed)
main()
"""
    assert made_by(kinds, text) == set()
    made = {text.strip() for text in made_by(kinds, LAYERS)}
    assert made == {
        LAYERS.replace("one, Logistic()", "one, Tanh()").strip(),
        LAYERS.replace("two, Logistic()", "two, Tanh()").strip(),
    }


OUTGOING = """\
class Neuron:
    def __init__(self):
        self.incoming, self.outgoing = [], []

    def blame(self):
        return sum(edge.weight * edge.target.delta for edge in self.outgoing)
"""


def test_another_list_of_the_same_object_is_gone_through() -> None:
    """One that it has; of arrays in a name each is within reach by itself."""
    made = made_by(lists, OUTGOING.replace("edge in self.outgoing", "edge in self.incoming"))
    assert made == {OUTGOING}
    assert made_by(lists, "for w in weights:\n    print(w)\n") == set()
