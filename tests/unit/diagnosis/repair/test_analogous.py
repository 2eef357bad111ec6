"""An assignment that isn't written as another beside it: that way of writing it is among the edits, and mends."""

from __future__ import annotations

from functools import partial

import pytest
from workbench import PROGRAM, made_by, mended

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.repair.analogous import analogous

texts = partial(made_by, analogous)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("g1 += l * w1\ng2[1:] += l * w2[1:]", "g1[1:] += l * w1[1:]\ng2[1:] += l * w2[1:]"),
        ("d1 = f(z2)\nd2 = f(z2)", "d1 = f(z1)\nd2 = f(z2)"),
        (
            "self.w = [w - eta / n * g for w, g in zip(self.w, gw)]\nself.b = [b for b, g in zip(self.b, gb)]",
            "self.w = [w - eta / n * g for w, g in zip(self.w, gw)]\n"
            "self.b = [b - eta / n * g for b, g in zip(self.b, gb)]",
        ),
        (
            "a.grad += b.data * out.grad\nb.grad += a.data",
            "a.grad += b.data * out.grad\nb.grad += a.data * out.grad",
        ),
        ("W -= lr * dW / n\nc -= lr * dc", "W -= lr * dW / n\nc -= lr * dc / n"),
        ("g = cat([g1.ravel(), g2.ravel(order='F')])", "g = cat([g1.ravel(order='F'), g2.ravel(order='F')])"),
        ("return x.T @ d1, d1.sum(0), d2.sum(1)", "return x.T @ d1, d1.sum(1), d2.sum(1)"),
        (
            "class Node:\n    def square(self):\n        return Node(self.v ** 2, (self,))\n"
            "    def relu(self):\n        return Node(max(self.v, 0), ())\n",
            "class Node:\n    def square(self):\n        return Node(self.v ** 2, (self,))\n"
            "    def relu(self):\n        return Node(max(self.v, 0), (self,))\n",
        ),
        (
            "nb = [n + d for n, d in zip(db, db)]\nnw = [n + d for n, d in zip(nw, dw)]",
            "nb = [n + d for n, d in zip(nb, db)]\nnw = [n + d for n, d in zip(nw, dw)]",
        ),
        ("x = X[order]\ny = Y", "x = X[order]\ny = Y[order]"),
        (
            "def f(self, x):\n    self.b, self.c = b, c\n    y = mul(x, self.v)\n"
            "    z = mul(y, self.w).plus(self.c)",
            "def f(self, x):\n    self.b, self.c = b, c\n    y = mul(x, self.v).plus(self.b)\n"
            "    z = mul(y, self.w).plus(self.c)",
        ),
        ("x = X[order, :]\ny = Y[i:j]", "x = X[order, :]\ny = Y[order, :]"),
        ("p['w1'] = f(q['w1'])\np['w2'] = f(q['w1'])", "p['w1'] = f(q['w1'])\np['w2'] = f(q['w2'])"),
        ("a1, a2 = np.zeros(w1), w2", "a1, a2 = np.zeros(w1), np.zeros(w2)"),
        (
            "g['w1'] = x @ d + 2 * r\ng['w2'] = h @ e + 2 * r * w2",
            "g['w1'] = x @ d + 2 * r * w1\ng['w2'] = h @ e + 2 * r * w2",
        ),
        ("w, b = w, b - lr * db\ndw = 1", "w, b = w - lr * dw, b - lr * db\ndw = 1"),
        ("t = T(first=g.times(n), second=second)", "t = T(first=g.times(n), second=second.times(n))"),
        (
            "return w1 + x @ d1, b1, w2 + h @ d2, b2 + d2.sum(0)",
            "return w1 + x @ d1, b1 + d1.sum(0), w2 + h @ d2, b2 + d2.sum(0)",
        ),
        ("return g1 / n, b1 / n, g2, b2 / n", "return g1 / n, b1 / n, g2 / n, b2 / n"),
        (
            "for f in (a, r, b):\n    y = f(x)\nfor f in (b, a):\n    y = f(x)",
            "for f in (a, r, b):\n    y = f(x)\nfor f in (b, r, a):\n    y = f(x)",
        ),
        ("for f in (a, b):\n    y = f(x)\nf = [a, r, b]", "for f in (a, r, b):\n    y = f(x)\nf = [a, r, b]"),
        ("t = Theta(first.times(n), second)", "t = Theta(first.times(n), second.times(n))"),
        (
            "for i, a in enumerate(x + [1]):\n    f(a)\nfor j, b in enumerate(h):\n    g(b)",
            "for i, a in enumerate(x + [1]):\n    f(a)\nfor j, b in enumerate(h + [1]):\n    g(b)",
        ),
    ],
)
def test_what_is_beside_it_shows_what_it_lacks(wrong: str, right: str) -> None:
    """Of a wrong text the right one is made."""
    assert right in texts(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "h = x.dot(w)\no = softmax(h, 0)",  # neither the other's layer, nor an update
        "W -= lr * dW\nseen += 1",  # another form
        "W -= lr * dW",
        "a, b = f(x)\nc, d = g(x)",
        "return a1, h2, x.T @ d1",  # entries that have nothing in common
    ],
)
def test_what_is_of_another_kind_shows_nothing(text: str) -> None:
    """No edit where two assignments say different things."""
    assert texts(text) == set()


def test_no_argument_is_taken_over_whose_names_are_not_known() -> None:
    """What one function hands on of its own means nothing in another; nor is anything taken away."""
    assert texts("def node(v, p): return v, p\na = node(1, ())\ndef f(y): return node(2, (y,))\n") == set()


def test_an_update_is_mended_as_the_one_beside_it_is_written() -> None:
    """What is summed over the examples is divided by their number in one of two updates only."""
    right = PROGRAM.replace(
        "    return dW1, db1, dW2, db2\n",
        "    w, b = [0 * W1, 0 * W2], [0 * b1, 0 * b2]\n"
        "    w = [v - g / len(X) for v, g in zip(w, [len(X) * dW1, len(X) * dW2])]\n"
        "    b = [v - g / len(X) for v, g in zip(b, [len(X) * db1, len(X) * db2])]\n"
        "    return -w[0], -b[0], -w[1], -b[1]\n",
    )
    assert mended(right) is None
    found = mended(right.replace("g / len(X) for v, g in zip(b", "g for v, g in zip(b"))
    assert found is not None
    assert found.text == right


def test_a_function_of_numpys_belongs_to_no_layer() -> None:
    """Whatever numbers its name has."""
    assert (
        twin("np.float32(np.atleast_2d(dW2)) + np.log1p(b_1)") == "np.float32(np.atleast_2d(dW1)) + np.log1p(b_2)"
    )


def test_a_loop_goes_over_all_that_another_one_does() -> None:
    """Of which it has a part; not over what it can't know."""
    text = "for one in net.hidden + net.output:\n    one.learn()\nfor one in net.output:\n    one.update()\n"
    assert text.replace("in net.output", "in net.hidden + net.output") in texts(text)
    apart = "def f(a, b):\n    for x in a + b:\n        use(x)\n\ndef g(b):\n    for x in b:\n        use(x)\n"
    assert not any("in a + b" in one.partition("def g")[2] for one in texts(apart))


def test_a_loop_over_keys_that_are_written_out_has_those_of_both_layers() -> None:
    """Where the other one is a key anywhere; of what has no other there is none."""
    text = 'w = {"W1": u, "W2": v}\nfor key in ("W1",):\n    g["d" + key] += c * w[key]\n'
    assert text.replace('("W1",)', '("W1", "W2",)') in texts(text)
    both = text.replace('("W1",)', '("W1", "b1", "W2")').replace('"W2": v', '"W2": v, "b2": u')
    assert both.replace('"b1", "W2")', '"b1", "W2", "b2")') in texts(both)
    one = text.replace('("W1",)', '("W2",)')
    assert {one.replace('("W2",)', row) for row in ('("W1", "W2",)', '("W2", "W1",)')} <= texts(one)
    for other in ('("b1",)', '("W",)', '("W1", "W2")', "(key,)"):
        changed = text.replace('("W1",)', other)
        assert all(one.splitlines()[1] == changed.splitlines()[1] for one in texts(changed))
