"""What several things have done to them, and one was forgotten."""

from __future__ import annotations

from workbench import made_by

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.uneven import left_unset, of_biases, unevenly

LAYER = """\
import numpy as np


class Layer:
    def __init__(self, d, h):
        self.gw, self.gb = np.zeros((d, h)), np.zeros(h)

    def back(self, g):
        self.gw += self.x.T @ g
        self.gb += g.sum(0)

    def zero(self):
        self.gw[...] = 0
        self.gb[...] = 0


class Net:
    def __init__(self):
        self.one = Layer(4, 5)
        self.two = Layer(5, 3)
        self.loss = Loss()

    def step(self):
        self.one.zero()
        self.two.zero()
        self.loss.start()
"""


def test_what_is_added_to_is_begun_like_what_is_beside_it() -> None:
    """Not where nothing is added to it, nor where it is begun already."""
    wrong = LAYER.replace("        self.gb[...] = 0\n", "")
    assert made_by(unevenly, LAYER) == set()
    assert made_by(unevenly, wrong) == {LAYER}
    assert made_by(unevenly, wrong.replace("self.gb += g", "self.gb = g")) == set()
    anew = wrong.replace("self.gw[...] = 0", "self.gw = np.zeros_like(self.w)")
    assert made_by(unevenly, anew) == {
        anew.replace("like(self.w)\n", "like(self.w)\n        self.gb = np.zeros_like(self.gb)\n")
    }


def test_so_it_is_with_keys() -> None:
    """Each is one thing, and what is put into it with `[...]` is all of it."""
    keyed = LAYER.replace("self.gw", 'self.g["w"]').replace("self.gb", 'self.g["b"]')
    wrong = keyed.replace('        self.g["b"][...] = 0\n', "")
    assert made_by(unevenly, keyed) == set()
    assert made_by(unevenly, wrong) == {keyed}
    assert made_by(unevenly, wrong.replace('self.g["b"] += g', 'self.g["b"] = g')) == set()


def test_what_is_made_alike_is_called_alike() -> None:
    """Before what comes later by its name; what is made otherwise has other methods."""
    assert made_by(unevenly, LAYER.replace("        self.one.zero()\n", "")) == {LAYER}
    assert made_by(unevenly, LAYER.replace("        self.two.zero()\n", "")) == {LAYER}
    assert (
        made_by(
            unevenly,
            LAYER.replace("self.two = Layer", "self.two = Other").replace("        self.two.zero()\n", ""),
        )
        == set()
    )


NEURON = """\
class Neuron:
    def __init__(self):
        self.gw, self.gb = [0.0], 0.0

    def learn(self, x):
        self.gb = self.delta
        for i in range(len(x)):
            self.gw[i] = self.delta * x[i]
"""


def test_what_only_the_beginning_sets_is_set_beside_another() -> None:
    """With what that is made of, before a loop and behind it."""
    made = made_by(left_unset, NEURON.replace("        self.gb = self.delta\n", ""))
    assert NEURON in made
    assert any(text.endswith("x[i]\n        self.gb = self.delta\n") for text in made)
    assert made_by(left_unset, NEURON) == set()


def test_what_has_one_key_is_updated_as_what_has_another() -> None:
    """Rather beside its own layer's; what goes by no key of what it is updated with has its own way."""
    text = "def go(w, v):\n" + "".join(f"    w['{key}'] += v['{key}']\n" for key in ("w1", "b1", "w2", "b2"))
    wrong = text.replace("    w['b1'] += v['b1']\n", "    use(v['b1'], w['b1'])\n")
    likeliest = min(unevenly(Program(wrong)), key=lambda edit: edit.cost)
    assert likeliest.apply(wrong) == wrong.replace("= v['w1']\n", "= v['w1']\n    w['b1'] += v['b1']\n")
    assert made_by(unevenly, text) == set()
    assert made_by(unevenly, "def go(w, x):\n    w['a'] += x\n    use(w['b'])\n") == set()


def test_what_is_added_to_one_of_two_is_added_to_the_other() -> None:
    """With their names exchanged, where others add to both, or only what comes in."""
    text = (
        "class V:\n    def add(self, other):\n        def back():\n            self.grad += out.grad\n"
        "            other.grad += out.grad\n\n    def mul(self, other):\n        def back():\n"
        "            self.grad += other.data * out.grad\n            other.grad += self.data * out.grad\n"
    )
    assert made_by(unevenly, text) == set()
    assert made_by(unevenly, text.replace("            self.grad += out.grad\n", "")) == {text}
    alone = text.replace("self.grad += other.data * out.grad", "self.grad += out.grad")
    assert made_by(unevenly, text.replace("            self.grad += other.data * out.grad\n", "")) == {text, alone}
    assert made_by(unevenly, "def back(one, other):\n    one.grad += other.data\n") == set()


ITEMS = """\
def back(net, x, n, m):
    for q in range(n * m):
        net.gw[q] = 0.0
    for j in range(n):
        net.gb1[j] = 0.0
    for o in range(m):
        net.gb2[o] = 0.0
    for j in range(n):
        net.gb1[j] += net.d[j]
        for o in range(m):
            net.gw[j * m + o] += net.d[j] * x[o]
    for o in range(m):
        net.gb2[o] += net.e[o]
"""


def test_what_is_added_to_item_by_item_is_begun_in_loops() -> None:
    """Those that it is added to in; the other layer's loop has it in front, or behind it."""
    assert made_by(unevenly, ITEMS) == set()
    first, second, all_of = (f"    for {loop}\n" for loop in (
        "j in range(n):\n        net.gb1[j] = 0.0",
        "o in range(m):\n        net.gb2[o] = 0.0",
        "q in range(n * m):\n        net.gw[q] = 0.0",
    ))  # fmt: skip
    for begun in (first, second):
        assert ITEMS in made_by(unevenly, ITEMS.replace(begun, ""))
    anew = ITEMS.replace(all_of, "")
    nested = "    for j in range(n):\n        for o in range(m):\n            net.gw[j * m + o] = 0.0\n"
    assert anew.replace(second, second + nested) in made_by(unevenly, anew)
    given = ITEMS.replace(first, "    net.gb1[:] = [0.0] * n\n")
    assert not any("net.gb1[j] = 0.0" in text for text in made_by(unevenly, given))


SUMMED = """\
def step(self, batch):
    sb = [np.zeros(b.shape) for b in self.b]
    sw = [np.zeros(w.shape) for w in self.w]
    for x, y in batch:
        gb, gw = self.back(x, y)
        sb = [s + g for s, g in zip(sb, gb)]
        sw = [s + g for s, g in zip(sw, gw)]
    return sb, sw
"""


def test_what_is_made_beside_another_is_summed_like_it() -> None:
    """In what is begun like the other's sum; not where it is used, nor where nothing is begun so."""
    assert made_by(unevenly, SUMMED) == set()
    line = "        sw = [s + g for s, g in zip(sw, gw)]\n"
    assert made_by(unevenly, SUMMED.replace(line, "")) == {SUMMED}
    assert made_by(unevenly, SUMMED.replace(line, "        use(gw)\n")) == set()
    assert made_by(unevenly, SUMMED.replace(line, "").replace("sw = [np.zeros(w.shape)", "sw = [w")) == set()


def test_what_is_summed_up_and_never_used_is_put_where_its_like_is() -> None:
    """In the attribute beside the other's; not where the function gives that a value anyhow."""
    line = "    self.b = [p - s for p, s in zip(self.b, sb)]\n"
    whole = SUMMED.replace("return sb, sw", "self.w = [p - s for p, s in zip(self.w, sw)]") + line
    assert made_by(unevenly, whole) == set()
    assert whole in made_by(unevenly, whole.replace(line, ""))
    given = whole.replace(line, "    self.b = 0\n")
    assert not any(line in text for text in made_by(unevenly, given))


def test_a_loop_that_gives_nothing_a_value_begins_nothing() -> None:
    """Nor is one taken for around that a function stands in."""
    assert made_by(unevenly, "def f(x):\n    for _ in x:\n        () = ''\n    x[0] += 1\n") == set()
    inner = "for _ in range(3):\n" + "".join(f"    {line}\n" for line in ITEMS.splitlines())
    lacking = inner.replace("        for j in range(n):\n            net.gb1[j] = 0.0\n", "", 1)
    assert inner in made_by(unevenly, lacking)


MOMENTUM = """\
class Layer:
    def step(self, rate):
        self.vW = 0.9 * self.vW - rate * self.gW
        self.vb = 0.9 * self.vb - rate * self.gb
        self.W = self.W + self.vW
"""


def test_an_update_of_what_is_called_alike_is_written_beside_another() -> None:
    """With what ends in its name, if there is that; and no second time."""
    lacking = "        self.b = self.b + self.vb\n"
    text = MOMENTUM + "    def run(self, x):\n        return self.W @ x + self.b\n"
    last = "        self.W = self.W + self.vW\n"
    assert text.replace(last, last + lacking) in made_by(unevenly, text)
    both = text.replace(last, last + lacking)
    assert not any(one.count(lacking) > 1 for one in made_by(unevenly, both))
    assert not any("self.b =" in one for one in made_by(unevenly, text.replace("vb", "velocity")))


LISTS = """\
class Net:
    def __init__(self, d, h):
        self.d, self.h = d, h
        self.gw = [[0.0] * d for _ in range(h)]
        self.gb = [0.0] * h
        self.seen = 0

    def clear(self):
        self.gw = [[0.0] * self.d for _ in range(self.h)]
        self.gb = [0.0] * self.h

    def back(self, e, x):
        for j in range(self.h):
            self.gb[j] += e[j]
            for i in range(self.d):
                self.gw[j][i] += e[j] * x[i]
"""


def test_what_is_begun_when_an_object_is_made_is_begun_anew_beside_others() -> None:
    """With the object's own names for what it was made with; what nothing adds to is not."""
    cleared = "        self.gb = [0.0] * self.h\n"
    assert made_by(unevenly, LISTS) == set()
    assert LISTS in made_by(unevenly, LISTS.replace(cleared, ""))
    unused = LISTS.replace(cleared, "").replace("            self.gb[j] += e[j]\n", "")
    assert not any("self.gb = [0.0] * self.h" in one for one in made_by(unevenly, unused))


def test_a_bias_is_given_what_weights_are_without_the_input() -> None:
    """As an entry of its own list, or as the last one of its row; nothing is done twice."""
    line = "            self.gb[j] += e[j]\n"
    assert LISTS in made_by(of_biases, LISTS.replace(line, ""))
    assert not any("self.gb[j] += e[j]\n            self.gb" in one for one in made_by(of_biases, LISTS))
    row = "for w, e in rows:\n    for i in range(n):\n        w[i] -= rate * e * x[i]\n"
    last = f"{row}    w[-1] -= rate * e\n"
    assert made_by(of_biases, f"{row}print(w[-1])\n") == {f"{last}print(w[-1])\n"}
    assert made_by(of_biases, row) == set()  # it has no last entry of its own
    grouped = LISTS.replace("+= e[j] * x[i]", "+= rate * (e[j] - x[j]) * x[i]").replace(line, "")
    assert any("self.gb[j] += rate * (e[j] - x[j])\n" in one for one in made_by(of_biases, grouped))
    turned = LISTS.replace("self.gw[j][i]", "self.gw[i][j]").replace(line, "")
    assert any(f"{line}            for i" in one for one in made_by(of_biases, turned))
    assert not any("x[j] +=" in one or "e[j] += e" in one for one in made_by(of_biases, LISTS.replace(line, "")))
    assert made_by(of_biases, "for i in r:\n    w[()] += a * x[i]\n") == set()
    assert made_by(of_biases, f"{row}print(w[-1])\n".replace(" * x[i]", "")) == set()


def test_a_sum_begins_with_the_bias_of_its_layer() -> None:
    """As what goes by the same name does in the other one; where nothing does, it begins with nothing."""
    right = """\
def f(b1, b2, w, x):
    for j in range(4):
        s = b1[j]
        s += w[j] * x[j]
    for k in range(3):
        s = b2[k]
        s += w[k] * x[k]
"""
    wrong = right.replace("b1[j]\n", "0.0\n")
    assert right in made_by(unevenly, wrong)
    assert right not in made_by(unevenly, wrong.replace("s = b2[k]", "t = b2[k]"))
    assert right not in made_by(unevenly, wrong.replace("s = b2[k]", "s = b2[0]"))
    backward = (
        right + "    for j in range(4):\n        s = 0.0\n        for k in range(3):\n            s += w[k]\n"
    )
    assert not any("        s = b" in one.replace(right, "") for one in made_by(unevenly, backward))


NET = """\
class Net:
    def __init__(self, x, y):
        self.x, self.y = x, y
        self.output = np.zeros(y.shape)

    def forward(self):
        self.layer1 = s(np.dot(self.x, self.weights1))
        self.output = s(np.dot(self.layer1, self.weights2))

    def back(self):
        self.d2 = (self.output - self.y) * self.weights2
"""


def test_what_only_init_sets_is_made_as_the_layer_before_it_is() -> None:
    """In the words of the next layer, fed what that one made; not where it is set already."""
    wrong = NET.replace("        self.output = s(np.dot(self.layer1, self.weights2))\n", "")
    assert NET in made_by(left_unset, wrong)
    assert made_by(left_unset, NET) == set()


CLOSURES = """\
class Tensor:
    def __mul__(self, other):
        def back(g):
            self.grad += g * other.v
            other.grad += g * self.v

    def __add__(self, row):
        def back(g):
            self.grad += g
            row.grad += g.sum(0)
"""


def test_what_comes_in_is_added_to_both() -> None:
    """To the one that is forgotten what is added to the other, with each for the other, or what comes in alone."""
    wrong = CLOSURES.replace("            self.grad += g\n", "")
    assert CLOSURES in made_by(unevenly, wrong)
    wrong = CLOSURES.replace("            other.grad += g * self.v\n", "").replace("row", "other")
    ordered = CLOSURES.replace(
        "            self.grad += g * other.v\n            other.grad += g * self.v\n",
        "            other.grad += g * self.v\n            self.grad += g * other.v\n",
    ).replace("row", "other")
    assert ordered in made_by(unevenly, wrong)
    assert made_by(unevenly, CLOSURES) == set()
