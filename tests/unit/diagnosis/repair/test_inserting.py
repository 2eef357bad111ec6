"""Statements that are missing: found by what stands beside them and by value; none where nothing is missing."""

from __future__ import annotations

import ast

import pytest
from workbench import LOOP, PROGRAM, mended

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.gaps import kind, written
from gradcheck.diagnosis.repair.inserting import _left_out, _places

KEYED = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    delta = (o - Y) * o * (1 - o)
    g = {"W2": h.T @ delta, "b2": np.sum(delta, axis=0, keepdims=True)}
    delta = delta @ W2.T * h * (1 - h)
    g.update(W1=X.T @ delta, b1=np.sum(delta, axis=0, keepdims=True))
    return g["W1"], g["b1"], g["W2"], g["b2"]
"""
AT_ONCE = """\
import numpy as np

def gradients(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d = (o - Y) * o * (1 - o)
    e = d @ W2.T * h * (1 - h)
    return dict(W1=X.T @ e, b1=e.sum(0, keepdims=True), W2=h.T @ d, b2=d.sum(0, keepdims=True))

def backward(*given):
    g = gradients(*given)
    return g["W1"], g["b1"], g["W2"], g["b2"]
"""
FILLED = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    nabla_w, nabla_b = [0 * W1, 0 * W2], [0 * b1, 0 * b2]
    e = (o - Y) * o * (1 - o)
    nabla_b[-1] = np.sum(e, axis=0, keepdims=True)
    nabla_w[-1] = h.T @ e
    e = e @ W2.T * h * (1 - h)
    nabla_b[0] = np.sum(e, axis=0, keepdims=True)
    nabla_w[0] = X.T @ e
    return nabla_w[0], nabla_b[0], nabla_w[-1], nabla_b[-1]
"""
UPDATED = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    dW1, dW2 = np.zeros_like(W1), np.zeros_like(W2)
    db1, db2 = np.zeros_like(b1), np.zeros_like(b2)
    for x, y in zip(X, Y):
        a1 = 1 / (1 + np.exp(-(x @ W1 + b1[0])))
        a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2[0])))
        e2 = (a2 - y) * a2 * (1 - a2)
        e1 = W2 @ e2 * a1 * (1 - a1)
        dW1 += np.outer(x, e1)
        db1 += e1
        dW2 += np.outer(a1, e2)
        db2 += e2
    return dW1, db1, dW2, db2
"""

TAKEN = """\
import numpy as np

def gradients(X, Y, p):
    A1 = 1 / (1 + np.exp(-(X @ p["W1"] + p["b1"])))
    A2 = 1 / (1 + np.exp(-(A1 @ p["W2"] + p["b2"])))
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dZ1 = dZ2 @ p["W2"].T * A1 * (1 - A1)
    dW1, dW2 = X.T @ dZ1, A1.T @ dZ2
    return {"dW1": dW1, "db1": dZ1.sum(0, keepdims=True), "dW2": dW2, "db2": dZ2.sum(0, keepdims=True)}

def update(p, grads, rate=1.0):
    W1 = p["W1"]
    b1 = p["b1"]
    W2 = p["W2"]
    b2 = p["b2"]

    W1 = W1 - rate * grads["dW1"]
    b1 = b1 - rate * grads["db1"]
    W2 = W2 - rate * grads["dW2"]
    b2 = b2 - rate * grads["db2"]
    return W1, b1, W2, b2

def backward(X, Y, W1, b1, W2, b2):
    p = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return [old - new for old, new in zip((W1, b1, W2, b2), update(p, gradients(X, Y, p)))]
"""


@pytest.mark.parametrize("text", [KEYED, AT_ONCE, FILLED, UPDATED, TAKEN])
def test_the_programs_are_right(text: str) -> None:
    """Where nothing is missing, nothing is put in."""
    assert mended(text) is None


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (PROGRAM, "    db1 = np.sum(d1, axis=0, keepdims=True)\n"),
        (KEYED, "    delta = delta @ W2.T * h * (1 - h)\n"),
        (AT_ONCE, ", b1=e.sum(0, keepdims=True)"),
        (AT_ONCE, ", b2=d.sum(0, keepdims=True)"),
        (KEYED, ", b1=np.sum(delta, axis=0, keepdims=True)"),
        (KEYED, ', "b2": np.sum(delta, axis=0, keepdims=True)'),
        (FILLED, "    nabla_b[0] = np.sum(e, axis=0, keepdims=True)\n"),
        (FILLED, "    nabla_w[0] = X.T @ e\n"),
        (UPDATED, "        dW1 += np.outer(x, e1)\n"),
        (UPDATED, "        db2 += e2\n"),
        (TAKEN, '    b1 = b1 - rate * grads["db1"]\n'),
        (TAKEN, '    W2 = W2 - rate * grads["dW2"]\n'),
        (LOOP, "        total[1] += d1\n"),
        (LOOP, "        total[3] += d2\n"),
    ],
)
def test_what_is_missing_is_put_in(text: str, missing: str) -> None:
    """What the other layer has, an entry of a dict or a call, or a name that has to be made anew."""
    wrong = text.replace(missing, "")
    assert wrong != text
    found = mended(wrong)
    assert found is not None
    (step,) = found.steps
    assert step.edit.inserts
    assert wrong.startswith(step.after[: step.edit.start])


def test_an_entry_is_put_where_the_others_of_its_layer_are() -> None:
    """The delta is another one where the other layer's entry stands."""
    found = mended(KEYED.replace(", b1=np.sum(delta, axis=0, keepdims=True)", ""))
    assert found is not None
    assert found.text == KEYED


@pytest.mark.parametrize("line", ["dW1 += np.outer(x, e1)", "db1 += e1", "dW2 += np.outer(a1, e2)", "db2 += e2"])
def test_a_statement_is_put_where_its_neighbours_stand(line: str) -> None:
    """Beside what is like the line beside its twin, and of its layer, though it would do anywhere."""
    found = mended(UPDATED.replace(f"        {line}\n", ""))
    assert found is not None
    assert found.text == UPDATED


def test_a_sum_that_starts_from_something_else_is_no_missing_statement() -> None:
    """What is there is changed, and nothing is put in beside it."""
    found = mended(LOOP.replace("total[1] += d1", "total[1] += d2"))
    assert found is not None
    assert not found.steps[0].edit.inserts


def test_a_statement_is_put_where_a_pass_keeps_its_place() -> None:
    """As exercises have it where code is to be written."""
    right = "        dW1 += np.outer(x, e1)\n"
    found = mended(UPDATED.replace(right, "        pass\n"))
    assert found is not None
    assert found.text == UPDATED.replace(right, f"{right}        pass\n")


def test_items_far_apart_leave_nothing_out() -> None:
    """Only what is beside an item that is there may be missing: of 0 and five millions not all in between."""
    text = "import numpy as np\nt = {}\nt[0] = a\nt[5_000_000] = b\n"
    gaps = [gap.head.strip() for gap in _left_out(Program(text))]
    assert {gap.partition(" ")[0] for gap in gaps} == {"t[1]", "t[4999999]", "t[5000001]"}


def test_an_entry_is_put_into_a_dict_that_is_filled_further_on() -> None:
    """Where the other of its layer is: what it is made of isn't there yet when the dict is made."""
    one_by_one = "g['W1'] = X.T @ delta\n    g['b1'] = np.sum(delta, axis=0, keepdims=True)"
    text = KEYED.replace("g.update(W1=X.T @ delta, b1=np.sum(delta, axis=0, keepdims=True))", one_by_one)
    assert mended(text) is None
    found = mended(text.replace("\n    g['b1'] = np.sum(delta, axis=0, keepdims=True)", "", 1))
    assert found is not None
    assert found.text == text


def test_what_is_only_taken_to_be_updated_has_no_update_yet() -> None:
    """Nor does an update set anything up."""
    program = Program("b = p['b']\nw = w - g\n")
    taken, update = (one for one in program.nodes if isinstance(one, ast.Assign))
    assert (kind(program, taken), "b") in written(program)
    assert (kind(program, update), "b") not in written(program)
    assert (kind(program, taken), "w") not in written(program)


def test_a_sum_of_one_goes_behind_the_loop_that_its_layers_weights_have() -> None:
    """Where the other layer's is in a loop, and of this one there is a single number."""
    text = (
        "def f(a, d, e, x, w1, w2, b1, b2):\n    for p in r:\n"
        "        for j in s:\n            w2[j] = w2[j] + d * a[j]\n"
        "        for j in s:\n            for i in t:\n                w1[i][j] = w1[i][j] + e[j] * x[i]\n"
        "            b1[j] = b1[j] + e[j]\n"
    )
    program = Program(text)
    model = next(one for one in program.nodes if isinstance(one, ast.Assign) and "b1[j]" in ast.unparse(one))
    places = [(program.segment(one), behind) for one, behind in _places(program, model, "b2", twin)]
    own = "for j in s:\n            w2[j] = w2[j] + d * a[j]"
    assert places[0] == (own, True)
    assert (program.segment(program.parents[id(model)]), True) in places
