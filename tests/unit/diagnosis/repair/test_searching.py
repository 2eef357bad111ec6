"""Which edits are tried, and which of several that mend the same is kept."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import inf
from time import perf_counter

import numpy as np
import pytest
from workbench import LOOP, NETWORK, PROGRAM, edit_at, mended, probe, trials

from gradcheck.diagnosis.repair.gathering import Batch
from gradcheck.diagnosis.repair.looking import Look
from gradcheck.diagnosis.repair.proving import repair
from gradcheck.diagnosis.repair.searching import Known, Search
from gradcheck.diagnosis.repair.steps import Step
from gradcheck.diagnosis.repair.viewing import Hint
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.network.forward import Network, Scale

KEPT_NUMBERS = """\
from math import exp
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    n, d, h, k = len(X), len(W1), len(W2), len(W2[0])
    dW1, db1, dW2, db2 = 0 * W1, 0 * b1, 0 * W2, 0 * b2
    for p in range(n):
        hid, back, out, delta = np.zeros(h), np.zeros(h), np.zeros(k), np.zeros(k)
        for j in range(h):
            s = b1[0, j]
            for i in range(d):
                s += X[p, i] * W1[i, j]
            hid[j] = 1 / (1 + exp(-s))
        for o in range(k):
            s = b2[0, o]
            for j in range(h):
                s += hid[j] * W2[j, o]
            out[o] = 1 / (1 + exp(-s))
            e = (out[o] - Y[p, o]) * out[o] * (1 - out[o])
            db2[0, o] += e
            delta[o] = e
            for j in range(h):
                dW2[j, o] += e * hid[j]
        for j in range(h):
            s = 0.0
            for o in range(k):
                s += delta[o] * W2[j, o]
            back[j] = s * hid[j] * (1 - hid[j])
            db1[0, j] += back[j]
            for i in range(d):
                dW1[i, j] += back[j] * X[p, i]
    return dW1, db1, dW2, db2
"""
LOOPS = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    s = lambda z: 1 / (1 + np.exp(-z))
    dW1, db1, t = np.zeros_like(W1), np.zeros_like(b1), [0.0] * W2.shape[1]
    dW2 = [[0.0] * W2.shape[1] for _ in range(len(W2))]
    for x, y in zip(X, Y):
        h = s(x @ W1 + b1[0])
        o = s(h @ W2 + b2[0])
        delta = (o - y) * o * (1 - o)
        d1 = W2 @ delta * h * (1 - h)
        for m in range(len(delta)):
            t[m] += delta[m]
            for j in range(len(h)):
                dW2[j][m] += ?
        dW1 += np.outer(x, d1)
        db1 += d1
    return dW1, db1, np.array(dW2), np.array([t])
"""
KEPT = """\
import numpy as np

class Loss:
    def slope(self, y, out):
        return (out - y) / 1

class Net:
    def __init__(self, weights, biases):
        self.weights, self.biases, self.loss = weights, biases, Loss()

    def forward(self, x):
        a = x
        kept = [a]
        for i, (w, b) in enumerate(zip(self.weights, self.biases)):
            z = a @ w + b
            if i < len(self.weights) - 1:
                a = np.tanh(z)
            else:
                a = z
            kept.append(a)
        return a, kept

    def backward(self, x, y):
        out, kept = self.forward(x)
        d = self.loss.slope(y, out)
        found = []
        for i in reversed(range(len(self.weights))):
            found = [kept[i].T @ d, d.sum(axis=0, keepdims=True), *found]
            if i > 0:
                d = (d @ self.weights[i].T) * (1 - kept[i] ** 2)
        return found

def backward(X, Y, W1, b1, W2, b2):
    return Net([W1, W2], [b1, b2]).backward(X, Y)
"""
LINEAR = Network(hidden_activation="tanh", output_activation="identity")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("kept.append(a)", "kept.append(z)"),  # seen in a slope and in a product, which could be mended each
        ("i < len(self.weights) - 1", "i < len(self.weights)"),  # `return z, kept` would do, but for the `else`
        ("slope(y, out)", "slope(out, y)"),  # the two swapped in `Loss` would do as well
    ],
)
def test_the_edit_is_where_the_mistake_is(right: str, wrong: str) -> None:
    """And not where what comes of it could be made up for."""
    assert mended(KEPT, network=LINEAR) is None
    found = mended(KEPT.replace(right, wrong), network=LINEAR)
    assert found is not None
    assert found.text == KEPT


def test_a_mistake_that_equal_sizes_hide_is_mended_beside_one_that_shows() -> None:
    """The first probe is square: there only the other mistake does anything, and no edit of this one."""
    network = Network(loss_scale=Scale(Fraction(1, 2), per_example=True))
    right = PROGRAM.replace("* o * (1 - o)", "* o * (1 - o) / Y.shape[0]")
    assert mended(right, network=network) is None
    found = mended(right.replace("/ Y.shape[0]", "/ Y.shape[1]").replace("X.T @ d1", "X.T @ dh"), network=network)
    assert found is not None
    assert found.text == right


def test_an_activation_in_the_place_of_its_derivative() -> None:
    """Of a relu it says where it is more than zero."""
    network = Network(hidden_activation="relu", output_activation=NETWORK.output_activation)
    right = PROGRAM.replace("h = sigmoid(X @ W1 + b1)", "z = X @ W1 + b1\n    h = relu(z)").replace(
        "dh * h * (1 - h)", "dh * (z > 0)"
    )
    right = right.replace("def backward", "def relu(x):\n    return np.maximum(x, 0)\n\ndef backward")
    assert mended(right, network=network) is None
    found = mended(right.replace("(z > 0)", "relu(z)"), network=network)
    assert found is not None
    assert found.text == right


UPDATES = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    e = (Y - o) * o * (1 - o)
    d = e @ W2.T * h * (1 - h)
    back = d
    V1 = W1 + X.T @ back
    c1 = b1 + d.sum(0, keepdims=True)
    V2 = W2 + h.T @ e
    c2 = b2 + e.sum(0, keepdims=True)
    return -(V1 - W1), -(c1 - b1), -(V2 - W2), -(c2 - b2)
"""


def is_plausible(text: str, old: str, new: str) -> bool:
    """Whether an edit of a whole expression is one to be content with."""
    look = Look(trials()[0], text, ())
    after = text.replace(old, new)
    roots = (root for root in look.program.roots if look.program.segment(look.program.expression(root)) == old)
    found = (edit for root in roots for edit in look.small_edits(root, inf))
    return look.preference.is_plausible(next(edit for edit in found if edit.apply(text) == after), True)


def test_updates_that_all_go_one_way_stay_so() -> None:
    """Turning one of them round is no edit to be content with; where one goes another way, it is."""
    turned = UPDATES.replace("back = d\n", "back = -d\n")
    assert not is_plausible(turned, "W1 + X.T @ back", "W1 - X.T @ back")
    assert is_plausible(turned, "-d", "d")
    parted = UPDATES.replace("W2 + h.T", "W2 - h.T")
    assert is_plausible(parted, "W2 - h.T @ e", "W2 + h.T @ e")


def test_where_a_right_value_mends_a_part_little_is_changed() -> None:
    """What is made all anew may do without what another mistake spoils; behind a wrong output anything may."""
    text = PROGRAM.replace("(o - Y) * o * (1 - o)", "(o - Y) * o ** 2").replace("h.T @ d2", "h.T @ d2 * 2")
    look = Look(trials()[0], text, ())
    costs = [cost for batch in look.partly_guided() for _, cost in batch]
    assert costs
    assert max(costs) < 2.0 <= max(cost for batch in look.guided(partly=True) for _, cost in batch)
    assert not [*Look(trials()[0], text.replace("h @ W2 + b2", "h @ W2 - b2"), ()).partly_guided()]


HANDED = """\
import numpy as np

class Layer:
    def forward(self, z):
        self.z, self.a = z, np.tanh(z)
        return self.a

    def slope(self, at):
        return 1 - np.tanh(at) ** 2

def backward(X, Y, W1, b1, W2, b2):
    layer = Layer()
    h = layer.forward(X @ W1 + b1)
    d = h @ W2 + b2 - Y
    e = d @ W2.T * layer.slope(layer.z)
    return X.T @ e, e.sum(0, keepdims=True), h.T @ d, d.sum(0, keepdims=True)
"""


def test_what_a_function_is_handed_stays_in_use() -> None:
    """An edit that does without a parameter, or without what a loop goes through, is none to be content with."""
    wrong = HANDED.replace("layer.slope(layer.z)", "layer.slope(layer.a)")
    assert not is_plausible(wrong, "1 - np.tanh(at) ** 2", "1 - np.tanh(self.z) ** 2")
    look = Look(trials()[0], wrong, ())
    roots = [
        one for one in look.program.roots if look.program.segment(look.program.expression(one)).startswith("1 -")
    ]
    made = {edit.expression: edit for root in roots for edit in look.small_edits(root, inf)}
    kept, left = made["1 - at ** 2"], made["1 - np.tanh(self.z) ** 2"]
    assert left.cost < kept.cost
    assert look.preference.by_oddity([left, kept]) == [kept, left]
    looped = wrong.replace("return X.T @ e,", "both = [X.T @ part for part in (e, d)]\n    return both[0],")
    assert is_plausible(looped, "[X.T @ part for part in (e, d)]", "[X @ part for part in (e, d)]")
    assert not is_plausible(looped, "[X.T @ part for part in (e, d)]", "[X.T @ e for part in (e, d)]")


def test_names_of_comprehensions_within_an_expression_are_within_reach() -> None:
    """They aren't around it, nor are they over."""
    written = "[[(p - q) * p * (1 - p) for p, q in zip(ps, qs)] for ps, qs in zip(o, Y)]"
    right = PROGRAM.replace("(o - Y) * o * (1 - o)", f"np.array({written})")
    for wrong in ("[[p - q * p * (1 - p) for", "[[(p - q) * p * (1 - q) for"):
        found = mended(right.replace("[[(p - q) * p * (1 - p) for", wrong))
        assert found is not None
        assert found.text == right


def test_of_a_sum_and_what_is_added_to_it_the_latter_is_meant() -> None:
    """In the first turn both are worth the same, and that is all that is evaluated of a long loop."""
    right = LOOPS.replace("?", "h[j] * delta[m]")
    line = right[: right.index("h[j] * delta")].count("\n") + 1
    probes = (probe(1, n=4, d=4, h=4, k=4), probe(2, n=7, d=4, h=7, k=5))
    hints = [Hint(line)]
    found = repair(LOOPS.replace("?", "h[j]"), *trials(probes=probes), hints=hints, budget_seconds=20.0)
    assert found is not None
    assert found.text == right


TURNED = """\
import numpy as np

def slope(a, y):
    return a - y

def backward(X, Y, W1, b1, W2, b2):
    s = lambda z: 1 / (1 + np.exp(-z))
    weights, biases = [W1, W2], [b1, b2]
    dw, db = [np.zeros_like(w) for w in weights], [np.zeros_like(b) for b in biases]
    for x, y in zip(X, Y):
        h = s(x @ W1 + b1[0])
        o = s(h @ W2 + b2[0])
        e = slope(o, y) * o * (1 - o)
        d = W2 @ e * h * (1 - h)
        db = [n + m for n, m in zip(db, [d, e])]
        dw = [n + m for n, m in zip(dw, [np.outer(x, d), np.outer(h, e)])]
    return dw[0], db[0], dw[1], db[1]
"""


def test_an_own_derivative_is_put_where_a_helper_is_right_by_itself() -> None:
    """What it gives is the error, as its name says: what is missing is missing where it is called."""
    helpers = "def prime(z):\n    return np.exp(-z) / (1 + np.exp(-z)) ** 2\n\n"
    text = TURNED.replace("def backward", helpers + "def backward")
    text = text.replace("h = s(x @ W1 + b1[0])", "z1 = x @ W1 + b1[0]\n        h = s(z1)")
    text = text.replace("o = s(h @ W2 + b2[0])", "z2 = h @ W2 + b2[0]\n        o = s(z2)")
    text = text.replace("slope(o, y) * o * (1 - o)", "slope(o, y) * prime(z2)").replace("h * (1 - h)", "prime(z1)")
    assert mended(text) is None
    found = mended(text.replace("slope(o, y) * prime(z2)", "slope(o, y)"), seconds=20.0)
    assert found is not None
    assert found.text == text


SWITCHED = """\
import numpy as np

def nonlin(x, deriv=False):
    if deriv == True:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

def backward(X, Y, W1, b1, W2, b2):
    h = nonlin(X @ W1 + b1)
    o = nonlin(h @ W2 + b2)
    d2 = (o - Y) * nonlin(o, deriv=True)
    d1 = d2 @ W2.T * nonlin(h, deriv=True)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""


def test_lines_that_were_never_run_are_run_before_they_are_mended() -> None:
    """A condition that is always met, and a mistake in what it leads to: neither edit mends anything alone."""
    assert mended(SWITCHED) is None
    found = mended(SWITCHED.replace("deriv == True", "deriv <= True").replace("x * (1 - x)", "x * (1 / x)"))
    assert found is not None
    assert len(found.steps) == 2
    assert "x * (1 - x)" in found.text


UNPACKED = """\
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def backward(X, Y, W1, b1, W2, b2):
    n, d = X.shape
    h = sigmoid(X @ W1 + b1)
    o = sigmoid(h @ W2 + b2)
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    dW1, db1, dW2, db2 = 0 * W1, 0 * b1, 0 * W2, 0 * b2
    dW1 += X.T @ d1 / n
    db1 += d1.sum(0, keepdims=True) / n
    dW2 += h.T @ d2 / n
    db2 += d2.sum(0, keepdims=True) / n
    return dW1, db1, dW2, db2
"""


def test_what_puts_the_whole_pass_right_is_mended_before_its_factors() -> None:
    """No gradient shows it: a factor that all of them have is still another one."""
    network = Network(loss_scale=Scale(Fraction(1, 2), True, False))
    assert mended(UNPACKED, network=network) is None
    wrong = UNPACKED.replace("np.exp(-z)", "np.exp(z)").replace("n, d = X.shape", "d, n = X.shape")
    found = mended(wrong, network=network)
    assert found is not None
    assert "n, d = X.shape" in found.text
    assert len(found.steps) == 2


def test_nothing_is_written_anew_to_make_up_for_a_wrong_output() -> None:
    """The operator crashes on most sizes, and with `1 - o` for o one formula would do for both mistakes."""
    wrong = PROGRAM.replace("o = sigmoid(h @ W2 + b2)", "o = 1 / (1 + np.exp(h @ W2 + b2))")
    found = mended(wrong.replace("(o - Y) * o * (1 - o)", "(o - Y) * o @ (1 - o)"))
    assert found is not None
    assert "(o - Y) * o * (1 - o)" in found.text
    assert len(found.steps) == 2


CACHED = """\
import numpy as np

def forward(X, params):
    caches, A = [], X
    L = len(params) // 2
    for l in range(1, L + 1):
        before, A = A, 1 / (1 + np.exp(-(A @ params[f"W{l}"] + params[f"b{l}"])))
        caches.append(((before, params[f"W{l}"]), A))
    return A, caches

def back(dA, cache):
    (before, W), A = cache
    dZ = dA * A * (1 - A)
    return dZ @ W.T, before.T @ dZ, dZ.sum(0, keepdims=True)

def backward(X, Y, W1, b1, W2, b2):
    A, caches = forward(X, {"W1": W1, "b1": b1, "W2": W2, "b2": b2})
    L, grads = len(caches), {}
    grads[f"dA{L - 1}"], grads[f"dW{L}"], grads[f"db{L}"] = back(A - Y, caches[L - 1])
    for l in reversed(range(L - 1)):
        now = back(grads[f"dA{l + 1}"], caches[l])
        grads[f"dA{l}"], grads[f"dW{l + 1}"], grads[f"db{l + 1}"] = now
    return grads["dW1"], grads["db1"], grads["dW2"], grads["db2"]
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("A - Y, caches[L - 1]", "A - Y, caches[L - 2]"),
        ("caches[l])", "caches[l + 1])"),
        ('back(grads[f"dA{l + 1}"]', 'back(grads[f"dA{l}"]'),
        ("range(1, L + 1)", "range(1, L)"),
        (
            "return dZ @ W.T, before.T @ dZ, dZ.sum(0, keepdims=True)",
            "return before.T @ dZ, dZ.sum(0, keepdims=True), dZ @ W.T",
        ),
    ],
)
def test_another_item_is_taken_of_what_is_kept_for_each_layer(right: str, wrong: str) -> None:
    """By its number, by its key, of what is returned together: where it is taken, and not further up or down."""
    assert mended(CACHED) is None
    found = mended(CACHED.replace(right, wrong), seconds=20.0)
    assert found is not None
    assert found.text == CACHED


def test_a_slip_is_mended_before_another_mistake_that_hides_it() -> None:
    """With neither alone anything is right."""
    wrong = PROGRAM.replace("return 1 / (1 +", "return 1 * (1 +").replace(
        "(o - Y) * o * (1 - o)", "(o - Y) * (1 - o)"
    )
    found = mended(wrong)
    assert found is not None
    assert "return 1 / (1 +" in found.text
    assert len(found.steps) == 2


def test_what_is_run_beside_all_else_takes_nothing_of_what_may_be_run() -> None:
    """What comes behind it has as many runs left as without it."""
    trial, _ = trials()
    text = PROGRAM.replace("1 / (1 + np.exp(-z))", "np.cbrt(z)")
    search = Search(trial, perf_counter() + 60, (), False, Known())
    look, before = search.look(text), search.most
    assert not search.beside(look, look.wrong, look.cheaply(few=True))
    assert search.tried
    assert search.most - len(search.tried) == before


DUALS = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))

    def rate(first, second):
        moved = (first * h * (1 - h)) @ W2 + second
        return np.sum((o - Y) * moved * o * (1 - o))

    def unit(width, j, column):
        t = np.zeros((len(X), width))
        t[:, j] = column
        return t

    n, k = W2.shape
    one = np.ones(len(X))
    dW1 = [[rate(unit(n, j, x), 0) for j in range(n)] for x in X.T]
    db1 = [[rate(unit(n, j, one), 0) for j in range(n)]]
    dW2 = [[rate(np.zeros_like(h), unit(k, j, a)) for j in range(k)] for a in h.T]
    db2 = [[rate(np.zeros_like(h), unit(k, j, one)) for j in range(k)]]
    return [np.array(g) for g in (dW1, db1, dW2, db2)]
"""


def test_what_two_lines_call_is_mended_before_both_of_them() -> None:
    """A sign in a helper looks like one in each of its calls."""
    assert mended(DUALS) is None
    found = mended(DUALS.replace("(1 - h)) @ W2", "(h - 1)) @ W2"))
    assert found is not None
    (step,) = found.steps
    assert DUALS[: step.edit.start].count("\n") == 7


def test_a_factor_of_several_gradients_is_undone_beside_another_mistake() -> None:
    """Where all of them come from, and not in each; the other one has no factor."""
    network = Network(loss_scale=Scale.parse("1/n"))
    right = PROGRAM.replace("    h = sig", "    n = len(X)\n    h = sig").replace("o * (1 - o)", "o * (1 - o) / n")
    wrong = right.replace(" / n", "").replace("X.T @ d1", "X.T @ dh")
    look = Look(trials(network)[0], wrong, ())
    assert look.weights.shared
    assert not look.weights.uniform
    assert any("/ n" in edit.replacement for batch in look.likely() for edit, _ in batch)
    found = mended(wrong, network=network)
    assert found is not None
    assert len(found.steps) == 2
    assert "X.T @ d1" in found.text


def test_no_batch_is_made_when_the_time_is_over() -> None:
    """To make one may take longer than to run it."""
    asked: list[str] = []

    def batches() -> Iterator[Batch]:
        for name in "ab":
            asked.append(name)
            yield []

    wrong = PROGRAM.replace("dh * h", "dh + h")
    for seconds, made in ((60, ["a", "b"]), (-1, [])):
        asked.clear()
        search = Search(trials()[0], perf_counter() + seconds, (), False, Known())
        look = search.look(wrong)
        assert search.scan(look, look.wrong, batches()) == []
        assert asked == made


def test_where_it_goes_number_by_number_the_hint_comes_first() -> None:
    """What a line told by values lacks is found there before edits elsewhere are evaluated."""
    right = KEPT_NUMBERS
    wrong = right.replace("s * hid[j] * (1 - hid[j])", "s * hid[j]")
    line = 1 + wrong[: wrong.index("s * hid[j]")].count("\n")
    for hints, found in (((Hint(line, frozenset({"w1", "b1"})),), True), ((), False)):
        search = Search(trials()[0], perf_counter() + 60, hints, False, Known())
        look = search.look(wrong)
        assert look.by_numbers
        assert bool(search.number_by_number(look, look.wrong)) == found


STACKED = """\
import numpy as np

def s(z):
    return 1 / (1 + np.exp(-z))

def backward(X, Y, W1, b1, W2, b2):
    z = X @ W1 + b1
    h = np.hstack((s(z),))
    o = s(h @ W2 + b2)
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * s(z) * (1 - s(z))
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""


def test_of_edits_that_mend_as_much_one_leaves_the_steps_right_that_others_spoil() -> None:
    """`z` is used once more: what makes it the activation mends the same two gradients."""
    both = (
        STACKED.replace("(s(z),)", "(z,)")
        .replace("X.T @ d1", "np.cos(X.T @ d1)")
        .replace("d1.sum(0, keepdims=True)", "2 * b1")
    )
    search = Search(trials()[0], perf_counter() + 60, (), False, Known())
    early = edit_at(both, "z = X @ W1 + b1", "X @ W1 + b1", "s(X @ W1 + b1)")[1]
    late = edit_at(both, "h = np.hstack((z,))", "z,", "s(z),")[1]
    left = search.wrong(late.apply(both))
    assert left == search.wrong(early.apply(both)) < search.wrong(both)
    assert search.by_what_is_left(both, left, [early, late])[0] == late


def test_one_factor_of_all_gradients_is_one_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though an edit of one gradient comes first, and each could have one of its own."""
    trial, _ = trials(Network(loss_scale=Scale.parse("1")))
    search = Search(trial, perf_counter() + 60.0, (), named=False, known=Known())
    look = search.look(PROGRAM)
    one, all_of_them = (
        Edit(PROGRAM.index(value), PROGRAM.index(value), "2 * ", 1.0) for value in ("h.T @ d2", "(o - Y)")
    )
    batches: list[Batch] = [[(one, one.cost)], [(all_of_them, all_of_them.cost)]]
    monkeypatch.setattr(Look, "small", lambda _: iter(batches[:1]))
    monkeypatch.setattr(Look, "likely", lambda _: iter(batches))
    assert [step.edit for step in search.at_first(look, look.wrong)] == [all_of_them]
    unlike = search.look(PROGRAM.replace("(o - Y)", "2 * (o - Y)").replace("h.T @ d2", "(h.T @ d2) / 2"))
    assert not unlike.weights.uniform


@np.errstate(all="ignore")
def test_a_pair_mends_what_is_wrong_rather_than_to_keep_it_from_being_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a branch that is all wrong, another condition would make nothing of it; nor is there time for ever."""
    silenced = PROGRAM.replace(
        "    d2 = (o - Y) * o * (1 - o)   # output\n",
        "    if len(X) > 1:\n        d2 = np.cos(o - Y) * 7.3\n    else:\n        d2 = (o - Y) * o * (1 - o)\n",
    ).replace("dh * h * (1 - h)", "dh * h * (1 + h)")
    hidden = PROGRAM.replace("h.T @ d2", "h.T - d2").replace("(o - Y)", "(o + Y)")
    for text, changes, steps in (
        (silenced, (("len(X) > 1", "len(X) < 1"), ("1 + h", "1 - h")), 0),
        (hidden, (("h.T - d2", "h.T @ d2"), ("o + Y", "o - Y")), 2),
    ):
        some = [Edit(text.index(old), text.index(old) + len(old), new, 1.0) for old, new in changes]
        monkeypatch.setattr(Look, "small_ones", [(one, one.cost) for one in some])
        search = Search(trials()[0], perf_counter() + 60.0, (), named=False, known=Known())
        look = search.look(text)
        whole = some[0].apply(some[1].apply(text))
        assert not search.wrong(whole)
        found = search.paired(look, look.wrong)
        assert len(found) == steps
        assert not found or found[-1].after == whole == PROGRAM
        search.deadline = perf_counter()
        assert search.paired(look, look.wrong) == []


def test_what_mends_a_part_is_made_before_ways_that_may_lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two statements, each of which mends a gradient by itself; without that such ways are gone."""
    gone: list[Look] = []

    def ahead(_: Search, look: Look, wrong: object) -> list[Step]:
        gone.append(look)
        return []

    monkeypatch.setattr(Search, "ahead", ahead)
    wrong = LOOP.replace("total[0] +=", "total[0] =").replace("total[3] +=", "total[3] =")
    found = mended(wrong)
    assert found is not None
    assert found.text == LOOP
    assert [step.mended for step in found.steps] in ([{"w1"}, {"b2"}], [{"b2"}, {"w1"}])
    assert gone == []
    monkeypatch.setattr(Search, "in_part", lambda *_: [])
    mended(wrong)
    assert gone
