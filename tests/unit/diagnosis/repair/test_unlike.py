"""What one of several that are alike does otherwise: made as the others are, where it is the odd one."""

from __future__ import annotations

import pytest
from workbench import PROGRAM, made_by, mended

from gradcheck.diagnosis.repair.unlike import unlike

ENGINE = """\
def add(self, other, out):
    def back():
        self.grad += out.grad
        other.grad += out.grad
    return back
def mul(self, other, out):
    def back():
        self.grad += other.data * out.grad
        other.grad += self.data * out.grad
    return back
def tanh(self, t, out):
    def back():
        self.grad += (1 - t * t) * out.grad
    return back
"""
LINE = "self.grad += (1 - t * t) * out.grad"


@pytest.mark.parametrize(
    ("odd", "as_others"),
    [
        ("self.grad = (1 - t * t) * out.grad", LINE),
        ("self.grad *= (1 - t * t) * out.grad", LINE),
        ("self.grad += 1 - t * t", LINE),
        ("self.grad += (1 - t * t)", LINE.replace("(1 - t * t)", "(1 - t * t)")),
        ("pass", "self.grad += out.grad"),
    ],
)
def test_a_closure_does_as_others_of_its_name(odd: str, as_others: str) -> None:
    """Of three that all add something of what came from above, the one that doesn't is the odd one."""
    assert made_by(unlike, ENGINE) == set()
    assert made_by(unlike, ENGINE.replace(LINE, odd)) == {ENGINE.replace(LINE, as_others)}


def test_what_several_do_each_in_its_way_is_no_slip() -> None:
    """Two ways of two; what begins a sum; and a function of another name."""
    assert made_by(unlike, ENGINE.replace("self.grad +=", "self.grad =", 2)) == set()
    assert made_by(unlike, ENGINE.replace("self.grad += (1", "(self.grad) = (1")) == set()
    assert made_by(unlike, ENGINE + "def backward(self):\n    self.grad = self.data\n") == set()
    assert made_by(unlike, ENGINE.replace("    return back\n", "    self.grad = 0\n    return back\n")) == set()
    assert made_by(unlike, ENGINE.replace(LINE, "pass").replace("def back", "def onward", 1)) == set()
    alone = ENGINE.replace("def back", "def other").replace("other():\n        " + LINE, "back():\n        pass")
    assert made_by(unlike, alone) == set()


@pytest.mark.parametrize(
    ("odd", "found"),
    [
        ("db2 -= d2", {"db1 += d1\ndb2 += d2\n", "db1 -= d1\ndb2 -= d2\n"}),
        ("db2 += d2", set()),
        ("db2 -= 2 * d2", set()),
        ("db3 -= d3", set()),
    ],
)
def test_what_one_layer_does_otherwise_by_one_operator(odd: str, found: set[str]) -> None:
    """Either may be the one that is meant; more than an operator may be meant so."""
    assert made_by(unlike, f"db1 += d1\n{odd}\n") == found
    assert made_by(unlike, f"db1 += d1\ndef other():\n    {odd}\n") == set()


DIVIDED = """\
def mean(g1, g2, X, D):
    g1 = g1 + X @ D
    g2 = g2 + D
    g1 = g1 / len(X)
    return g1, g2
"""


def test_what_is_there_is_divided_like_the_other() -> None:
    """If it is there by then, and isn't divided: what is made of it later isn't either."""
    line = "    g1 = g1 / len(X)\n"
    assert made_by(unlike, DIVIDED) == {DIVIDED.replace(line, line + line.replace("g1", "g2"))}
    turned = DIVIDED.replace("g1", "g3").replace("g2", "g1").replace("g3", "g2")
    other = line.replace("g1", "g2")
    assert made_by(unlike, turned) == {turned.replace(other, line + other)}
    augmented = DIVIDED.replace("g1 = g1 / len(X)", "g1 /= len(X)")
    assert made_by(unlike, augmented) == {augmented.replace("len(X)\n", "len(X)\n    g2 /= len(X)\n")}
    assert made_by(unlike, DIVIDED.replace(line, line + line.replace("g1", "g2"))) == set()
    assert made_by(unlike, DIVIDED.replace("g1 / len(X)", "g1 * D / len(X)")) == set()
    kept = "class N:\n    def f(self):\n        self.w, self.b = 2, 3\n        self.w /= self.width\n"
    (beside,) = made_by(unlike, kept)
    assert "        self.b /= self.width\n" in beside
    keyed = 'g["W1"] = x\ng["W2"] = y\ng["W1"] /= m\n'
    assert made_by(unlike, keyed) >= {keyed + 'g["W2"] /= m\n'}
    assert (
        made_by(unlike, DIVIDED.replace("    g2 = g2 + D\n", "").replace(line, f"{line}    g2 = g1 + D\n"))
        == set()
    )


LEAKING = """\
def back(y, o, w):
    for k in range(2):
        e = y[k] - o[k]
        d[k] = e * o[k]
    for j in range(3):
        for k in range(2):
            e = e + d[k] * w[j][k]
        h[j] = e * o[j]
"""


def test_a_sum_begins_with_nothing_where_another_loop_left_something() -> None:
    """Unless it is begun there, or before the loop; and what nothing reads behind it may go on."""
    begun = LEAKING.replace("        for k in range(2):\n", "        e = 0\n        for k in range(2):\n")
    assert made_by(unlike, LEAKING) == {begun}
    assert made_by(unlike, begun) == set()
    assert made_by(unlike, "for k in d:\n    for j in k:\n        () = []\n        () = x = []\n") == set()
    assert made_by(unlike, LEAKING.replace("    for j in", "    e = 0\n    for j in")) == set()
    assert made_by(unlike, LEAKING.replace("        h[j] = e * o[j]\n", "")) == set()
    assert made_by(unlike, LEAKING.replace("e = y[k] - o[k]", "f = y[k] - o[k]")) == set()


LAYERS = """\
w1, b1, w2, b2 = weights
def linear(x, w, b=0.0, *, scale=1):
    return x @ w + b
h = tanh(linear(x, w1, b1))
o = linear(h, w2)
"""


def test_a_call_hands_on_as_much_as_the_one_for_the_other_layer() -> None:
    """Of what has a default; a switch, or what is no layer's, may be meant for one alone."""
    assert made_by(unlike, LAYERS) == {LAYERS.replace("(h, w2)", "(h, w2, b2)")}
    assert made_by(unlike, LAYERS.replace("b1))", "True))")) == set()
    assert made_by(unlike, LAYERS.replace("linear(h, w2)", "linear(q for q in h)")) == set()
    assert made_by(unlike, LAYERS.replace("linear(h, w2)", "linear(*h)")) == set()
    assert made_by(unlike, LAYERS.replace("b1))", "b=b1))")) == set()
    assert made_by(unlike, LAYERS.replace("b=0.0, *, scale=1", "*b")) == set()
    assert made_by(unlike, "import numpy as np\nh = np.sum(a1, k1)\no = np.sum(a2)\n") == set()


KEPT = """\
class Net:
    def __init__(self, Lambda=0.0, _rate=1.0):
        self.Lambda = 0.0001
        self.rate = 0.5
        self.seed = 1
"""


def test_a_parameter_that_nothing_takes_is_kept_under_its_name() -> None:
    """An attribute of that name, whatever it is written like; one that is read is taken elsewhere."""
    kept = {KEPT.replace("0.0001", "Lambda"), KEPT.replace("0.5", "_rate")}
    assert made_by(unlike, KEPT) == kept
    assert made_by(unlike, KEPT + "        print(Lambda, _rate)\n") == set()
    assert made_by(unlike, KEPT.replace("= 0.0001", "= Lambda").replace("= 0.5", "= _rate")) == set()


def test_a_slip_that_hides_another_mistake_is_mended_with_it() -> None:
    """As long as it is there, no gradient shows the other one."""
    layered = PROGRAM.replace("def backward", "def linear(x, w, b=0.0):\n    return x @ w + b\n\ndef backward")
    layered = layered.replace("X @ W1 + b1", "linear(X, W1, b1)").replace("h @ W2 + b2", "linear(h, W2)")
    both = layered.replace("h * (1 - h)", "dh * (1 - dh)")
    found = mended(both, seconds=20.0)
    assert found is not None
    assert found.text == layered.replace("linear(h, W2)", "linear(h, W2, b2)")


ANEW = ENGINE.replace("self.grad += ", "self.grad = self.grad + ").replace(
    "other.grad += ", "other.grad = other.grad + "
)


def test_a_closure_that_writes_sums_out_does_as_others_of_its_name() -> None:
    """`g = g + d` is a sum like `g += d`, and what a call makes of gradients begins none."""
    own = ANEW.replace("(1 - t * t) * out.grad", "cut((1 - t * t) * out.grad)")
    assert made_by(unlike, own) == set()
    assert made_by(unlike, own.replace("self.grad + cut(", "cut(")) == {own}
    chosen = ANEW.replace("self.grad + (1 - t * t) * out.grad", "out.grad if t else 0")
    assert made_by(unlike, chosen) == {
        chosen.replace("out.grad if t else 0", "self.grad + (out.grad if t else 0)")
    }
    chained = ANEW.replace("self.grad + (1 - t * t) * out.grad", "self.grad + (1 - t * t)")
    assert made_by(unlike, chained) == {ANEW.replace("(1 - t * t)", "(1 - t * t)")}


SCALED = """\
def back(self, e):
    for o in range(self.k):
        self.gb[o] += e[o]
        for i in range(self.h):
            self.gw[o][i] += e[o] * self.x[i]
def scale(self, n):
    for o in range(self.k):
        for i in range(self.h):
            self.gw[o][i] /= n
"""
INNER = "        for i in range(self.h):\n            self.gw[o][i] /= n\n"


def test_what_is_added_to_beside_another_is_scaled_as_that_is() -> None:
    """Where its places are known; what is scaled anywhere, or beyond reach, is left alone."""
    assert made_by(unlike, SCALED) == {SCALED.replace(INNER, f"        self.gb[o] /= n\n{INNER}")}
    assert made_by(unlike, SCALED + "    for o in range(self.k):\n        self.gb[o] /= n\n") == set()
    assert made_by(unlike, SCALED.replace("self.gb", "gb")) == set()
    assert made_by(unlike, SCALED.replace("self.gb[o]", "self.gb[p]")) == set()
    assert made_by(unlike, SCALED.replace("/= n", "/= n[i]")) == set()
    alone = SCALED.replace("            self.gw[o][i] += e[o] * self.x[i]\n", "            pass\n")
    assert made_by(unlike, alone) == set()


@pytest.mark.parametrize(
    ("odd", "found"),
    [
        ("w1 = w1 * m + g1", "w1 = w1 * m + (g1 * rate)"),
        ("w1 = w1 + (g1 * rate)", "w1 = w1 * m + (g1 * rate)"),
        ("w1 = w1 * m - g1", None),
        ("w1 = w1 * m + g1 * g1", None),
    ],
)
def test_one_of_two_layers_lacks_a_factor(odd: str, found: str | None) -> None:
    """All else is the same."""
    other = "w2 = w2 * m + (g2 * rate)\n"
    assert made_by(unlike, other + odd) == ({other + found} if found else set())


@pytest.mark.parametrize("product", ["np.dot(w, a)", "w @ a", "w.dot(a)"])
def test_a_bias_that_a_loop_takes_and_never_uses_is_added(product: str) -> None:
    """To the product of the weights that it comes with; not where it is used, or has no name to speak of."""
    loop = f"for b, w in zip(biases, weights):\n    z = {product}\n    a = f(z)\n"
    right = loop.replace(product, f"{product} + b")
    assert made_by(unlike, loop) == {right}
    assert made_by(unlike, right) == set()
    assert made_by(unlike, loop.replace("b, w", "_, w")) == set()
    assert made_by(unlike, "for w, a, d in rows:\n    g.append(a.T @ d)\n") == set()  # w decays, perhaps
    assert made_by(unlike, loop.replace("f(z)", "f(z, b)")) == set()
    assert made_by(unlike, loop.replace(product, product.replace("w", "v"))) == set()
    assert made_by(unlike, f"z = [{product} for w, b in zip(v, c)]\n") == {
        f"z = [{product} + b for w, b in zip(v, c)]\n"
    }


OPERATIONS = """\
class Value:
    def relu(self):
        out = Value(0.0 if self.data < 0 else self.data)

        def back():
            self.grad += out.grad
        return back

    def __add__(self, other):
        out = Value(self.data + other.data)

        def back():
            self.grad += out.grad
        return back
"""


@pytest.mark.parametrize(
    ("formula", "slope"),
    [
        ("0.0 if self.data < 0 else self.data", "(out.data > 0) * "),
        ("np.maximum(self.data, 0)", "(out.data > 0) * "),
        ("math.tanh(self.data)", "(1 - out.data ** 2) * "),
        ("1 / (1 + np.exp(-self.data))", "out.data * (1 - out.data) * "),
        ("np.exp(self.data)", "out.data * "),
        ("self.data + other.data", None),
    ],
)
def test_an_operation_that_bends_passes_nothing_on_as_it_is(formula: str, slope: str | None) -> None:
    """Its closure lacks the derivative; that of a sum doesn't, nor one that has something there already."""
    wrong = OPERATIONS.replace("0.0 if self.data < 0 else self.data", formula)
    expected = {wrong.replace("self.grad += out.grad", f"self.grad += {slope}out.grad", 1)} if slope else set()
    assert made_by(unlike, wrong) == expected
    assert made_by(unlike, wrong.replace("+= out.grad", "+= slope * out.grad", 1)) == set()


@pytest.mark.parametrize(
    "right",
    [
        OPERATIONS.replace("+= out", "+= (out.data > 0) * out", 1).replace(
            "        out = Value(self.data + other",
            "        o = o if o else V(o)\n        out = Value(self.data + o",
        ),
        OPERATIONS.replace("            self.grad", "            if self.data > 0:\n                self.grad", 1),
        OPERATIONS.replace(
            "            self.grad", "            out.grad[self.data < 0] = 0\n            self.grad", 1
        ),
        OPERATIONS.replace("0.0 if self.data < 0 else self.data", "math.log(1 + math.exp(self.data))"),
        OPERATIONS.replace(
            "0.0 if self.data < 0 else self.data", "(exp(2 * self.data) - 1) / (exp(2 * self.data) + 1)"
        ),
        OPERATIONS.replace("0.0 if self.data < 0 else self.data", "max(0.1 * self.data, self.data)"),
        "class Run:\n    def fit(self, out):\n        while self.epoch < 9:\n"
        "            def back():\n                self.total += out.loss\n",
    ],
)
def test_what_an_operation_does_otherwise_is_left_to_it(right: str) -> None:
    """Other formulas, what the closure does besides, and what is no operation: there no slip is seen."""
    assert made_by(unlike, right) == set()


AVERAGED = """\
def f(w, b, gw, gb, d, x, n):
    for j in range(n):
        gb[j] += d[j]
        for i in range(n):
            gw[i][j] += x[i] * d[j]
    for j in range(n):
        gb[j] /= n
        b[j] -= gb[j]
        for i in range(n):
            gw[i][j] /= n
            w[i][j] -= gw[i][j]
"""


def test_what_is_summed_like_another_is_divided_where_it_is_used() -> None:
    """Before that, and once; what is only updated by it is no sum."""
    assert made_by(unlike, AVERAGED) == set()
    assert made_by(unlike, AVERAGED.replace("        gb[j] /= n\n", "")) == {AVERAGED}
    at_once = AVERAGED.partition("    for j in range(n):\n        gb[j] /= n")[0].replace("d[j]\n", "d[j]\n", 1)
    at_once += "            gw[i][j] /= n\n"
    (found,) = made_by(unlike, at_once)
    assert found == at_once.replace("gb[j] += d[j]\n", "gb[j] += d[j]\n        gb[j] /= n\n")


STEPS = """\
def train(x, rate, bias):
    bias += rate * x
    for i in x:
        w[i] = w[i] + rate * (d * i)
        v[i] += rate * d * i
        b += rate * d
"""


def test_all_steps_are_taken_at_one_rate() -> None:
    """Where three others are; what is multiplied by it, too, is right, and so is a step without a factor."""
    for old, new in (("w[i] + rate", "w[i] + bias"), ("rate * d\n", "bias * d\n"), ("v[i] += rate", "v[i] += x")):
        assert STEPS.count(old) == 1
        assert made_by(unlike, STEPS.replace(old, new)) >= {STEPS}
    right = (STEPS, STEPS.replace("rate * (d", "bias * (rate"), STEPS.replace("bias += rate * x", "bias += x"))
    few = STEPS.replace("        v[i] += rate * d * i\n", "").replace("rate * d\n", "bias * d\n")
    assert [made_by(unlike, text) for text in (*right, few)] == [set()] * 4
