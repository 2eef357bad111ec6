"""Two names for one array: parted where it is changed, before anything is made up for what that spoils."""

from __future__ import annotations

from workbench import PROGRAM, made_by, mended

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.sharing import originals, shared

FORWARD = "    h = sigmoid(X @ W1 + b1)\n"
KEPT = """\
class A:
    def f(self, x):
        self.z = self.x = x
        self.a = self.z

    def g(self):
        self.a[0] = 1
"""


def test_calls_put_nothing_into_arrays_that_are_used_elsewhere() -> None:
    """By name or by place; a call that is made for that alone keeps it."""
    head = "import numpy as np\n"
    for spoils in ("np.maximum(h, 0, out=h)", "np.maximum(h, 0, h)"):
        assert made_by(shared, f"{head}r = {spoils}\n") == {f"{head}r = np.maximum(h, 0)\n"}
    taken = "from numpy import add\nr = add(a, b{})\n"
    assert made_by(shared, taken.format(", a")) == {taken.format("")}
    assert made_by(shared, f"{head}r = np.add(h, out=z, *r)\n") == {f"{head}r = np.add(h, *r)\n"}
    for text in ("np.maximum(h, 0, h)", "r = np.maximum(h, 0)", "r = clip(h, 0, h)"):
        assert made_by(shared, f"{head}{text}\n") == set()
    for text in ("math.log(h, 10)", "str(h)", "np.add(*h, 1, 2)", "np.exp(h, out=(r), where=m)"):
        assert made_by(shared, f"{head}r = {text}\n") == set()
    assert made_by(shared, "def add(a, b, c):\n    return a\n\nr = add(1, 2, 3)\n") == set()


def test_a_copy_is_taken_of_what_is_changed_later_on() -> None:
    """In the block, or, of an attribute, anywhere; of what is never changed none."""
    text = "def f(w):\n    p = w\n    p *= 2\n"
    assert text.replace("p = w", "p = w.copy()") in made_by(shared, text)
    assert made_by(shared, text.replace("p *= 2", "p = p * 2")) == set()
    assert KEPT.replace("self.a = self.z", "self.a = self.z.copy()") in made_by(shared, KEPT)


def test_names_are_parted_rather_than_formulas_changed() -> None:
    """Though what is made of the spoilt array could be written otherwise."""
    kept = PROGRAM.replace("    dh =", "    r = h.copy()\n    r *= -1\n    r += 1\n    dh =").replace(
        "(1 - h)", "r"
    )
    put = PROGRAM.replace("    o =", "    r = np.minimum(h, 0.5)\n    o =")
    for right, wrong in ((kept, kept.replace("h.copy()", "h")), (put, put.replace("(h, 0.5)", "(h, 0.5, h)"))):
        found = mended(wrong)
        assert found is not None
        assert found.text == right
        assert len(found.steps) == 1


def test_of_a_program_without_such_names_nothing_is_parted() -> None:
    """The list of what to try first is empty."""
    assert shared(Program(PROGRAM)) == []


def test_rows_and_attributes_are_no_longer_shared() -> None:
    """A shallow copy becomes a deep one, what a method keeps on its class is kept on its object."""
    assert made_by(shared, "import copy\np = copy.copy(w)\n") == {"import copy\np = copy.deepcopy(w)\n"}
    text = "class A:\n    def f(self, x):\n        {}.x = x\n"
    assert made_by(shared, text.format("A")) == {text.format("self")}
    assert made_by(shared, text.format("A").replace("    def", "    @staticmethod\n    def")) == set()
    assert made_by(shared, text.format("B")) == made_by(shared, "class A:\n    x = 1\n\nA.x = 2\n") == set()


def test_what_all_objects_have_in_common_is_made_for_each() -> None:
    """Where they are made, behind what says what they are; a number, or what no object is made for, is left."""
    text = 'class A:\n    grads = {}\n\n    def __init__(self, w):\n        """One layer."""\n        self.w = w\n'
    made = '        """One layer."""\n        self.grads = {}\n        self.w = w\n'
    assert made_by(shared, text) == {text.replace('        """One layer."""\n        self.w = w\n', made)}
    assert not made_by(shared, text.replace("{}", "0"))
    assert not made_by(shared, "class A:\n    grads = {}\n\n    def f(self): pass\n")


LAYERS = """\
import numpy as np

class Layer:
    grads = {}

    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        self.a = 1 / (1 + np.exp(-(x @ self.w + self.b)))
        return self.a

    def backward(self, error):
        delta = error * self.a * (1 - self.a)
        self.grads["w"], self.grads["b"] = self.x.T @ delta, delta.sum(0, keepdims=True)
        return delta @ self.w.T

def backward(X, Y, W1, b1, W2, b2):
    first, second = Layer(W1, b1), Layer(W2, b2)
    first.backward(second.backward(second.forward(first.forward(X)) - Y))
    return first.grads["w"], first.grads["b"], second.grads["w"], second.grads["b"]
"""


def test_a_dict_of_a_class_in_which_one_layer_takes_the_others_place() -> None:
    """It is told by two gradients that are another layer's, and mended where it was made."""
    found = mended(LAYERS)
    assert found is not None
    assert found.text == LAYERS.replace(
        "        self.w, self.b", "        self.grads = {}\n        self.w, self.b"
    )


LENT = """\
import numpy as np

class Layer:
    def __init__(self, w, b):
        self.w, self.b = w.copy(), b.copy()

    def variables(self):
        return [self.w, self.b]

    def forward(self, x):
        self.x = x
        self.a = 1 / (1 + np.exp(-(x @ self.w + self.b)))
        return self.a

    def backward(self, error):
        delta = error * self.a * (1 - self.a)
        self.gradients = [self.x.T @ delta, delta.sum(axis=0, keepdims=True)]
        return delta @ self.w.T

def backward(X, Y, W1, b1, W2, b2):
    layers = [Layer(W1, b1), Layer(W2, b2)]
    error = layers[1].forward(layers[0].forward(X)) - Y
    for layer in reversed(layers):
        error = layer.backward(error)
    for layer in layers:
        for variable, gradient in zip(layer.variables(), layer.gradients):
            variable -= gradient
    return W1 - layers[0].w, b1 - layers[0].b, W2 - layers[1].w, b2 - layers[1].b
"""


def test_what_is_copied_is_handed_over_itself() -> None:
    """Each copy of a statement, and all of them; what is made on the way has no other name."""
    text = "def f(self):\n    return [self.w.copy(), np.array(self.b)]\n"
    assert made_by(originals, text) == {
        text.replace("self.w.copy()", "self.w"),
        text.replace("np.array(self.b)", "self.b"),
        text.replace("self.w.copy()", "self.w").replace("np.array(self.b)", "self.b"),
    }
    nested = "p = f(g(a.copy()), np.copy(w[np.array(i)]), b.copy())\n"
    assert "p = f(g(a), w[np.array(i)], b)\n" in made_by(originals, nested)
    assert made_by(originals, "p = (a + b).copy()\nq = np.array(a, dtype=int)\nr = f(a)\n") == set()


def test_an_update_of_copies_is_one_of_what_was_copied() -> None:
    """Every gradient is nothing: no value tells."""
    assert mended(LENT) is None
    found = mended(LENT.replace("[self.w, self.b]", "[self.w.copy(), self.b.copy()]"), seconds=10.0)
    assert found is not None
    assert found.text == LENT
