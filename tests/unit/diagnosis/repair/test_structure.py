"""Whole statements: their order, and how they assign; each kind found where it is a mistake."""

from __future__ import annotations

import ast

import pytest
from workbench import PROGRAM, made_by, mended

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.structure import (
    across_loops,
    copies,
    moves,
    rearrangements,
    turned_round,
)

UPDATES = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    dW1, db1, dW2, db2 = 0 * W1, 0 * b1, 0 * W2, 0 * b2
    delta = (o - Y) * o * (1 - o)
    dW2 += h.T @ delta
    db2 += delta.sum(0, keepdims=True)
    delta = delta @ W2.T * h * (1 - h)
    dW1 += X.T @ delta
    db1 += delta.sum(0, keepdims=True)
    return dW1, db1, dW2, db2
"""
GIVEN = """\
import numpy as np

def step(X, Y, dW1, db1, dW2, db2, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    e = (o - Y) * o * (1 - o)
    d = e @ W2.T * h * (1 - h)
    dW1 += X.T @ d
    db1 += d.sum(0, keepdims=True)
    dW2 += h.T @ e
    db2 += e.sum(0, keepdims=True)

def backward(X, Y, W1, b1, W2, b2):
    grads = 0 * W1, 0 * b1, 0 * W2, 0 * b2
    step(X, Y, *grads, W1, b1, W2, b2)
    return grads
"""


def cost(text: str, after: str) -> float:
    """What the edit costs that makes one text of another."""
    return next(edit.cost for edit in rearrangements(Program(text)) if edit.apply(text) == after)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (UPDATES, "dW1 += X.T", "dW1 -= X.T"),
        (UPDATES, "db2 += delta", "db2 -= delta"),
        (GIVEN, "dW2 += h.T @ e", "dW2 = h.T @ e"),
        (GIVEN, "dW1 += X.T @ d", "dW1 -= X.T @ d"),
    ],
)
def test_an_assignment_is_mended_where_it_stands(text: str, right: str, wrong: str) -> None:
    """A sum that is begun anew or taken away is put right by its sign, not by one of what is added."""
    found = mended(text.replace(right, wrong))
    assert found is not None
    assert found.text == text


def test_a_value_that_is_made_anew_too_early_is_moved() -> None:
    """One name for both deltas: the second is made before the first has been used."""
    lines = UPDATES.splitlines(True)
    late = lines.index("    delta = delta @ W2.T * h * (1 - h)\n")
    wrong = "".join([*lines[: late - 2], lines[late], *lines[late - 2 : late], *lines[late + 1 :]])
    found = mended(wrong)
    assert found is not None
    assert found.text == UPDATES


def test_what_its_neighbours_do_is_likelier() -> None:
    """Among additions a subtraction is odd; so is an argument that is given a value that it isn't made of."""
    wrong = UPDATES.replace("dW1 += X.T", "dW1 -= X.T")
    assert cost(wrong, UPDATES) < cost(wrong, UPDATES.replace("dW1 += X.T", "dW1 *= X.T"))
    begun = GIVEN.replace("dW2 += h.T @ e", "dW2 = h.T @ e")
    made = PROGRAM.replace("dW2 = h.T @ d2", "dW2 += h.T @ d2")
    assert cost(begun, GIVEN) < cost(PROGRAM, made)


BEGUN = """\
def f(d, w):
    g = [0.0] * 3
    for j in w:
        e = 0.0
        for k in d:
            e += d[k] * j[k]
            g[j] = e
"""


def test_a_sum_that_is_0_before_its_loop_is_added_to() -> None:
    """Rather than what is put into a full array, be that zeros, too."""
    wrong = BEGUN.replace("e += d[k]", "e = d[k]")
    assert cost(wrong, BEGUN) < cost(wrong, wrong.replace("g[j] =", "g[j] +="))
    never = wrong.replace("0.0\n", "None\n")
    assert cost(never, never.replace("e = d[k]", "e += d[k]")) > cost(wrong, BEGUN)
    assert cost(wrong.replace("0.0\n", "w[0]\n"), BEGUN.replace("0.0\n", "w[0]\n")) > cost(wrong, BEGUN)


ENGINE = """\
class Node:
    def __init__(self, value, parents):
        self.value, self.parents, self.slope = value, parents, 0.0

def back(order):
    for node in reversed(order):
        for parent, local in node.parents:
            parent.slope += node.slope * local
"""


def test_what_objects_have_as_0_is_added_to_in_a_loop() -> None:
    """As every node of an engine begins; not what they are handed."""
    wrong = ENGINE.replace("slope += node", "slope = node")
    handed = wrong.replace("parents, 0.0", "parents, value")
    assert cost(wrong, ENGINE) < cost(handed, handed.replace("slope = node", "slope += node"))


def test_what_begins_as_0_is_not_multiplied() -> None:
    """It would stay so."""
    wrong = BEGUN.replace("e += d[k]", "e *= d[k]")
    other = BEGUN.replace("0.0\n", "w[0]\n")
    assert cost(wrong, BEGUN) < cost(wrong, wrong.replace("e *= d[k]", "e -= d[k]"))
    assert cost(wrong, BEGUN) < cost(other.replace("e += d[k]", "e *= d[k]"), other)


TURNS = """\
def f(w, d):
    e = [n[0] * d for n in w]
    for i, n in enumerate(w):
        n[0] -= d
    return e
"""


def test_what_is_made_of_what_a_loop_changes_is_moved_before_it() -> None:
    """Be it changed under the name that the loop gives each item."""
    first, *rest = TURNS.splitlines(True)
    wrong = "".join([first, *rest[1:3], rest[0], rest[3]])
    assert TURNS in made_by(moves, wrong)
    assert TURNS not in made_by(moves, wrong.replace("n[0] -= d", "q = d"))
    nested = "n[0][1] -= d"
    assert TURNS.replace("n[0] -= d", nested) in made_by(moves, wrong.replace("n[0] -= d", nested))


def test_what_a_loop_changes_is_not_all_that_its_header_names() -> None:
    """A move before what makes a name anew is not lost to a loop over other attributes of the same object."""
    made = "        self.h = g(self.h)\n"
    loop = "        for w, d in zip(self.ws, gs):\n            w -= d\n"
    used = "        self.e = self.h - self.y\n"
    head = "class A:\n    def f(self, gs):\n        self.h = f(self.x)\n"
    assert f"{head}{used}{made}{loop}" in made_by(moves, f"{head}{made}{loop}{used}")


def test_a_move_is_likelier_where_a_name_has_several_values() -> None:
    """Where a name is made once, its place hardly matters."""
    lines = PROGRAM.splitlines(True)
    dh = lines.index("    dh = d2 @ W2.T\n")
    once = "".join([*lines[: dh - 1], lines[dh], lines[dh - 1], *lines[dh + 1 :]])
    moves = [edit.cost for edit in rearrangements(Program(once)) if "\n" in edit.replacement]
    twice = [edit.cost for edit in rearrangements(Program(UPDATES)) if "\n" in edit.replacement]
    assert min(twice) < min(moves)


SUMS = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    total = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    for x, y in zip(X, Y):
        h = 1 / (1 + np.exp(-(x @ W1 + b1[0])))
        o = 1 / (1 + np.exp(-(h @ W2 + b2[0])))
        d2 = (o - y) * o * (1 - o)
        d1 = np.zeros(len(h))
        for j, d in enumerate(d2):
            d1 += d * W2[:, j]
        d1 *= h * (1 - h)
        total[0] += np.outer(x, d1)
        total[1] += d1
        total[2] += np.outer(h, d2)
        total[3] += d2
    return total
"""
YIELDS = """\
import numpy as np

def gradients(X, Y, p):
    h = 1 / (1 + np.exp(-(X @ p["W1"] + p["b1"])))
    o = 1 / (1 + np.exp(-(h @ p["W2"] + p["b2"])))
    d = (o - Y) * o * (1 - o)
    yield "W2", h.T @ d
    yield "b2", d.sum(0, keepdims=True)
    d = d @ p["W2"].T * h * (1 - h)
    yield "W1", X.T @ d
    yield "b1", d.sum(0, keepdims=True)

def backward(X, Y, W1, b1, W2, b2):
    p = dict(W1=W1.copy(), b1=b1.copy(), W2=W2.copy(), b2=b2.copy())
    for name, g in list(gradients(X, Y, p)):
        p[name] -= g
    return W1 - p["W1"], b1 - p["b1"], W2 - p["W2"], b2 - p["b2"]
"""
TOTAL = "    total = [np.zeros_like(p) for p in (W1, b1, W2, b2)]\n"
ONCE = "        d1 = np.zeros(len(h))\n"


@pytest.mark.parametrize(
    "wrong",
    [
        # made anew for every example
        SUMS.replace(TOTAL, "").replace("zip(X, Y):\n", f"zip(X, Y):\n    {TOTAL}"),
        # made once for all units
        SUMS.replace(ONCE, "").replace("    for x, y", "    d1 = np.zeros(len(b1[0]))\n    for x, y"),
    ],
)
def test_what_is_summed_up_is_made_before_the_loop_or_in_it(wrong: str) -> None:
    """As deep as that, be it too often or too seldom."""
    assert mended(wrong) is not None


def test_a_statement_moves_across_a_loop_and_nothing_else_does() -> None:
    """Its lines, indented as those beside which it comes to stand."""
    wrong = SUMS.replace(TOTAL, "").replace("zip(X, Y):\n", f"zip(X, Y):\n    {TOTAL}")
    found = mended(wrong)
    assert found is not None
    assert found.text == SUMS


def test_statements_that_stand_together_move_up_together() -> None:
    """What is added to two gradients after both were used: each alone mends one of them."""
    text = "g = 1\nw -= g\nv -= h\n\ng += w\nh += v\nprint(w)\n"
    found = {edit.apply(text) for edit in rearrangements(Program(text))}
    assert "g = 1\ng += w\nh += v\nw -= g\nv -= h\n\nprint(w)\n" in found
    shared = "w -= g\nv -= h\ng += w; h += v\n"
    assert "g += w; h += v\nw -= g\nv -= h\n" not in {
        edit.apply(shared) for edit in rearrangements(Program(shared))
    }


def test_statements_that_stand_together_move_across_a_loop_together() -> None:
    """Each array that is made anew for every example spoils one gradient: it is one mistake."""
    apart = "".join(f"    t{i} = np.zeros_like({name})\n" for i, name in enumerate(("W1", "b1", "W2", "b2")))
    right = SUMS.replace(TOTAL, apart).replace("return total", "return t0, t1, t2, t3")
    for index in range(4):
        right = right.replace(f"total[{index}]", f"t{index}")
    assert mended(right) is None
    inside = "".join(f"    {line}\n" for line in apart.splitlines())
    found = mended(right.replace(apart, "").replace("zip(X, Y):\n", f"zip(X, Y):\n{inside}"))
    assert found is not None
    assert found.text == right
    assert len(found.steps) == 1


def test_all_that_is_yielded_is_taken_before_anything_is_changed() -> None:
    """A generator that goes on when what it reads has been updated gives gradients of two points."""
    assert mended(YIELDS) is None
    found = mended(YIELDS.replace("list(gradients(X, Y, p))", "gradients(X, Y, p)"))
    assert found is not None
    assert found.text == YIELDS


@pytest.mark.parametrize("changed", ["weights[0] = 0", "weights *= 2", "weights[1:] += bias"])
def test_what_a_function_changes_is_a_copy_of_its_own(changed: str) -> None:
    """Of what it is given, where it is not to change what others go on with; a docstring stays in front."""
    head = "def muted(weights, bias):\n    'All but the first.'\n"
    rest = f"    {changed}\n    return weights\n"
    right = f"{head}    weights = weights.copy()\n{rest}"
    made = {edit.apply(head + rest) for edit in rearrangements(Program(head + rest))}
    assert right in made
    assert not any("bias.copy()" in text for text in made)


UNITS = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    dW1, db1 = np.zeros(W1.shape), np.zeros(b1.shape)
    for j in range(len(W1[0])):
        for i in range(len(W1)):
            dW1[i, j] += X[:, i] @ d1[:, j]
        db1[0, j] += d1[:, j].sum()
    return dW1, db1, h.T @ d2, d2.sum(0, keepdims=True)
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("        db1[0, j] += d1[:, j].sum()", "            db1[0, j] += d1[:, j].sum()"),  # once for each input
        ("            dW1[i, j] += X[:, i]", "        dW1[i, j] += X[:, i]"),  # for the last input only
    ],
)
def test_a_statement_is_as_deep_as_it_should_be(right: str, wrong: str) -> None:
    """The last of a loop behind it, and the one behind it in the loop; nothing else changes."""
    assert mended(UNITS) is None
    changed = UNITS.replace(right, wrong)
    if "dW1" in right:  # something has to stay in the loop
        changed = changed.replace("i in range(len(W1)):\n", "i in range(len(W1)):\n            k = i\n")
    found = mended(changed)
    assert found is not None
    assert right in found.text


def test_statements_that_share_a_line_keep_their_depth() -> None:
    """Neither `for x in y: z` nor what stands behind a semicolon is moved."""
    text = "for i in x: a = 1; b = 2\nfor j in x:\n    c = 3; d = 4\n"
    assert not [edit for edit in rearrangements(Program(text)) if "\n" in edit.replacement]
    assert not [edit for edit in rearrangements(Program(text)) if edit.replacement.startswith((" ", "d"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import numpy as np\np[:, y] -= 1\n", "p[np.arange(len(p)), y] -= 1"),
        ("import numpy as np\np[y, :] -= 1\n", "p[y, np.arange(p.shape[1])] -= 1"),
        ("import numpy as np\np[:, 1:] -= 1\n", None),
        ("p[:, y] -= 1\n", None),  # without numpy there is nothing to count with
    ],
)
def test_one_item_of_each_row_is_taken(text: str, expected: str | None) -> None:
    """Where all rows are taken with all that any of them asks for."""
    edits = [edit.apply(text) for edit in rearrangements(Program(text)) if "arange" in edit.replacement]
    assert [one.splitlines()[-1] for one in edits] == ([expected] if expected else [])


def test_one_item_is_taken_of_rows_that_are_numbered() -> None:
    """At what the function is handed."""
    text = "def f(self, p, y):\n    p[range(len(y))] -= 1\n"
    made = {edit.apply(text) for edit in rearrangements(Program(text))}
    assert text.replace("len(y))]", "len(y)), y]") in made
    assert not any("self]" in one for one in made)


def test_no_update_leaves_the_loop_that_goes_on_with_it() -> None:
    """One pass would be right without it, and training no more."""
    text = "for i in range(9):\n    g = x @ w\n    d = w.T\n    w = w - g\n    u = d + 1\n    w = w + u\n"
    after = {edit.apply(text) for edit in rearrangements(Program(text))}
    assert not any(line.startswith("w") for new in after for line in new.splitlines())
    summed = {
        edit.apply(text.replace("w = w + u", "s = s + u"))
        for edit in rearrangements(Program(text.replace("w = w + u", "s = s + u")))
    }
    assert any(line.startswith("s") for new in summed for line in new.splitlines())


def test_what_is_added_to_elsewhere_is_likelier_added_to_here() -> None:
    """`self.g = d` in one function, where all others say `self.g += d`; not where none does."""
    text = "def f(s, d):\n    s.g += d\n\ndef h(s, d):\n    s.g = d\n    s.v = d\n"
    costs = {edit.apply(text): edit.cost for edit in rearrangements(Program(text))}
    assert costs[text.replace("s.g = d", "s.g += d")] < costs[text.replace("s.v = d", "s.v += d")]


@pytest.mark.parametrize(
    "text",
    [
        "def f(i):\n    for i in r:\n        t.append(lambda x, /: x + i)\n        t.append(lambda *, k: k + i)\n",
        "def f(i):\n    for i in r:\n        t.append(lambda x=(1): x + i)\n        t.append(lambda: i)\n",
        "for i in r:\n    (y).append(i)\n    y .append(i)\n    y.append(k for k in i)\n    y.insert(0, (i))\n",
        "for i in r:\n    y.append( # one by one\n        (i))\n",
        "def f():\n    for i in r:\n        def h(): return i\n        def k(a=1, /): return i\n",
        "class A:\n    def f(self, x):\n        a, = x\n        (out) = 1\n        b = c = 2\n        n: int = 3\n"
        "    @staticmethod\n    def s(z):\n        out = z\n    def r(self):\n        return self.out, self.a\n",
        "é = 1; ü = é\nfor é in r:\n\tü += é\n\tw = '''\n a\n'''\n\tv += ü\n",
        "def f(a):\n    b = a\n    @wraps(\n        a)\n    def g(): return b\n    b += a\n    return g, b\n",
        "match x:\n    case [a, b]:\n        a += b\n        b += a\nif (n := len(x)) > 3: y = n; z = y\n",
    ],
)
def test_every_text_is_python(text: str) -> None:
    """Whatever stands in one line, or goes on over several."""
    made = [edit.apply(text) for edit in rearrangements(Program(text))]
    assert made
    for new in made:
        ast.parse(new)


def test_no_comment_becomes_code() -> None:
    """Of lines that are moved none is cut off in front."""
    text = "for k in r:\n    a = 0\n#   tune(k)\n    b = 0\n    for i in q:\n        a += i; b += i\n"
    assert any("\na = 0" in f"\n{edit.apply(text)}" for edit in rearrangements(Program(text)))
    assert not any("\ntune(k)" in f"\n{edit.apply(text)}" for edit in rearrangements(Program(text)))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("    delta = delta @ W2.T * h * (1 - h)\n    dW1 += X.T @ delta\n",
         "    dW1 += X.T @ delta\n    delta = delta @ W2.T * h * (1 - h)\n"),
        ("        p -= 0.5 * g\n", "        p = p - 0.5 * g\n"),
    ],
)  # fmt: skip
def test_what_comes_too_early_or_is_a_new_array_only(right: str, wrong: str) -> None:
    """A statement goes behind what makes anew what it is made of; a step is made in place."""
    text = UPDATES.replace(
        "    return dW1, db1, dW2, db2",
        "    W1, b1, W2, b2 = start = [p.copy() for p in (W1, b1, W2, b2)]\n"
        "    for p, g in zip(start, (dW1, db1, dW2, db2)):\n        p -= 0.5 * g\n"
        "    return [2 * (old - new) for old, new in zip(given, start)]",
    ).replace("    h = 1", "    given = [p.copy() for p in (W1, b1, W2, b2)]\n    h = 1")
    assert mended(text) is None
    assert text.count(right) == 1
    found = mended(text.replace(right, wrong))
    assert found is not None
    assert found.text == text


def test_a_copy_goes_before_the_decorator_of_what_comes_first() -> None:
    """And of what can be given by name alone, too."""
    text = "def f(a, *, b):\n    @keep\n    def g():\n        return 1\n    b += a\n    return b\n"
    made = {edit.apply(text) for edit in rearrangements(Program(text))}
    assert text.replace("    @keep", "    b = b.copy()\n    @keep") in made


LAYERWISE = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    W, acts = [W1, W2], [X]
    for w, b in zip(W, [b1, b2]):
        acts.append(1 / (1 + np.exp(-(acts[-1] @ w + b))))
    delta = (acts[-1] - Y) * acts[-1] * (1 - acts[-1])
    gw, gb = [None, None], [None, None]
    for i in (1, 0):
        gw[i] = acts[i].T @ delta
        gb[i] = delta.sum(axis=0, keepdims=True)
        if i > 0:
            delta = (delta @ W[i].T) * acts[i] * (1 - acts[i])
    return gw[0], gb[0], gw[1], gb[1]
"""


def test_what_is_made_too_late_of_something_is_moved_before_that_is_made_anew() -> None:
    """Be it made anew only in some turns."""
    line = "        gb[i] = delta.sum(axis=0, keepdims=True)\n"
    late = LAYERWISE.replace(line, "").replace("    return", f"{line}    return")
    assert mended(LAYERWISE) is None
    found = mended(late)
    assert found is not None
    assert found.text == LAYERWISE


def test_what_is_added_once_leaves_the_loop_that_adds_the_parts() -> None:
    """`g += decay` behind the loop that adds up `g`, and not in each of its turns."""
    inside = "for i in rows:\n    g += x[i] * d[i]\n    g += l * w\n"
    outside = "for i in rows:\n    g += x[i] * d[i]\ng += l * w\n"
    assert outside in {edit.apply(inside) for edit in rearrangements(Program(inside))}


def test_nothing_is_moved_to_where_it_is_not_run() -> None:
    """Behind a `return` a statement that spoils something would be as good as removed."""
    text = UPDATES.replace("    delta = delta @", "    delta /= 3\n    delta = delta @")
    text = text.replace("return dW1", "return delta, dW1")
    moved = [edit.apply(text) for edit in moves(Program(text))]
    assert moved
    assert not any(one.rstrip().endswith("delta /= 3") for one in moved)


def test_two_names_of_one_array_become_names_of_two() -> None:
    """As of a list in a list; numbers are no arrays."""
    assert made_by(copies, "a = b = np.zeros(3)\n") == {"a, b = np.zeros(3), np.zeros(3)\n"}
    assert made_by(copies, "a = [[0] * n] * m\n") == {"a = [[0] * n for _ in range(m)]\n"}
    assert made_by(copies, "a = b = 0\nc = [0] * n\n") == set()


def test_the_last_statements_of_a_loop_leave_it_together() -> None:
    """All that the turns before them don't need; what the next turn goes on with stays."""
    text = "for x in data:\n    g += f(x)\n{0}w -= g\n{0}b -= g\n"
    made = made_by(rearrangements, text.format("    "))
    assert text.format("") in made
    needed = "for x in data:\n    g = f(x, w)\n    w -= g\n    b -= g\n"
    assert needed.replace("    w", "w").replace("    b", "b") not in made_by(rearrangements, needed)


def test_calls_for_their_effect_are_made_in_another_order() -> None:
    """Of functions of the file, next to each other."""
    text = "def f(): pass\ndef g(): pass\n{}\n{}\n"
    assert text.format("g()", "f()") in made_by(rearrangements, text.format("f()", "g()"))
    assert text.format("f()", "print()") not in made_by(rearrangements, text.format("print()", "f()"))


def test_a_condition_leaves_the_function_or_the_turn() -> None:
    """Where something comes behind it, and the function gives nothing that is used."""
    text = "def walk(node):\n    if seen(node):\n        node.n += 1\n{}    walk(node.child)\n"
    assert text.format("        return\n") in made_by(rearrangements, text.format(""))
    given = text + "    return node\n"
    assert given.format("        return\n") not in made_by(rearrangements, given.format(""))
    inner = "def walk(node):\n    def f(): return 1\n    if seen(node):\n        node.n += 1\n{}    f()\n"
    assert inner.format("        return\n") in made_by(rearrangements, inner.format(""))
    loop = "for node in nodes:\n    if seen(node):\n        a = 1\n{}    b = 2\n"
    assert loop.format("        continue\n") in made_by(rearrangements, loop.format(""))


def test_nothing_is_added_to_by_nothing() -> None:
    """`a += 0` for `a = 0` only takes the beginning away."""
    assert not any("+= 0" in text or "-= 0" in text for text in made_by(rearrangements, "a = 0\nb = 0.0\n"))


def test_a_number_in_a_header_is_another_one() -> None:
    """Of the same kind; neither a switch nor what is handed over."""
    text = "def f(x, keep={}, on=True, *, n=None):\n    return x / keep\n\nf(x)\n"
    assert text.format("1.0") in made_by(rearrangements, text.format("2.0"))
    assert text.format("0") in made_by(rearrangements, text.format("1"))
    moved = "def f(x, rate={}):\n    kept = rate\n    x -= kept * x\n    return x\n"
    assert moved.format("2") in made_by(rearrangements, moved.format("1"))
    named = moved.replace("x -= kept * x", "s = kept * x\n    x -= s")
    assert named.format("0") not in made_by(rearrangements, named.format("1"))
    assert moved.format("0") not in made_by(rearrangements, moved.format("1"))  # a step of 0 would hide anything
    assert not any("on=False" in one for one in made_by(rearrangements, text.format("2")))
    twice = "class A:\n    def f(self, a={}): pass\n\nclass B:\n    def f(self, a=3): pass\n"
    assert twice.format("1") in made_by(rearrangements, twice.format("2"))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("g = Matrix.map(o, f)\ne = Matrix.minus(t, o)", "e = Matrix.minus(t, o)\ng = Matrix.map(o, f)"),
        ("o.map(f)\ne = t - o", "e = t - o\no.map(f)"),
        (
            "for i in r:\n    for j in s:\n        w[i][j] += g[i]\ne = [d * w[j][0] for j in r]",
            "e = [d * w[j][0] for j in r]\nfor i in r:\n    for j in s:\n        w[i][j] += g[i]",
        ),
    ],
)
def test_what_may_change_in_place_comes_after_what_needs_it(wrong: str, right: str) -> None:
    """A call that is handed it, and a loop that fills it item by item; numpy's calls change nothing."""
    assert right in made_by(moves, wrong)
    assert "e = t - o\ng = np.exp(o)" not in made_by(moves, "import numpy as np\ng = np.exp(o)\ne = t - o")


def test_what_is_only_defined_changes_nothing() -> None:
    """Nor do methods that arrays have and that leave them as they are."""
    for text in ("class A:\n    def f(self, x): x.push(1)\ny = x + 1", "k = d.dot(w)\ne = d * w"):
        first, _, last = text.rpartition("\n")
        assert f"{last}\n{first}" not in made_by(moves, text)


GATHERED = """\
def f(a, n):
    found = []
    total = 0
    for x in a:
        found.append(x)
        total = add(total, x)
    total = mean(total, n)
    return found, total
"""


def test_what_a_loop_fills_is_made_before_it() -> None:
    """A list that every turn empties holds the last one's alone."""
    wrong = GATHERED.replace("    found = []\n", "").replace("in a:\n", "in a:\n        found = []\n")
    before = "    found = []\n    for x in a"
    assert any(before in text for text in made_by(rearrangements, wrong))
    emptied = wrong.replace("found.append(x)", "found.clear()")
    assert not any(before in text for text in made_by(rearrangements, emptied))
    own = wrong + "\ndef append(a):\n    pass\n"
    assert not any(before in text for text in made_by(rearrangements, own))


def test_what_a_loop_sums_up_by_a_call_is_divided_behind_it() -> None:
    """The next turn goes on with it, but only to add to it."""
    wrong = GATHERED.replace("    total = mean", "        total = mean")
    assert GATHERED in made_by(rearrangements, wrong)
    used = wrong.replace("found.append(x)", "found.append(x * total)")
    assert GATHERED.replace("found.append(x)", "found.append(x * total)") not in made_by(rearrangements, used)


def test_a_step_is_turned_round() -> None:
    """Where something is made of what it was, and nowhere else."""
    text = "w = w - rate * (g - h)\nv = (v) + g\nu = g - v\nt += g - h\n"
    assert made_by(turned_round, text) == {text.replace("w - rate", "w + rate"), text.replace("(v) +", "(v) -")}


def test_what_clears_many_objects_moves_out_of_a_loop() -> None:
    """A loop that only sets zeros, or a call of nothing; not one that does anything else."""
    loop = "for x in data:\n    {}\n    total += net.step(x)\n"
    cleared = "for one in net:\n        one.g = 0.0"
    assert f"{cleared.replace('        ', '    ')}\n" + loop.replace("    {}\n", "") in made_by(
        across_loops, loop.format(cleared)
    )
    assert "net.clear()\n" + loop.replace("    {}\n", "") in made_by(across_loops, loop.format("net.clear()"))
    for other in (cleared.replace("0.0", "x"), "net.learn(x)"):
        assert made_by(across_loops, loop.format(other)) == set()


def test_a_step_in_a_comprehension_is_turned_round() -> None:
    """Of what goes by turns; a sum of something else has no direction."""
    text = "bs = [b + rate * nb for b, nb in zip(bs, nabla)]\n"
    assert made_by(turned_round, text) == {text.replace("b + rate", "b - rate")}
    assert made_by(turned_round, text.replace("b + rate", "c + rate")) == set()


def test_what_is_reset_elsewhere_is_added_to() -> None:
    """Once an object has it as 0 more than once, somebody adds to it; a sign is turned where it is made."""
    text = "class A:\n    def __init__(s):\n        s.g = 0.0\n    def back(s, d):\n        s.g = d\n"
    text += "        s.v = d\n"
    reset = text + "    def zero(s):\n        s.g = 0.0\n"

    def cost(new: str, of: str) -> float:
        after = {edit.apply(of): edit.cost for edit in rearrangements(Program(of))}
        return after[of.replace(f"s.{new[2]} = d", f"{new} d")]

    assert cost("s.g +=", reset) < cost("s.g +=", text) == cost("s.v +=", reset)
    assert cost("s.g -=", reset) > cost("s.g +=", reset) + 0.2


def test_what_adds_the_same_in_every_turn_leaves_the_loop() -> None:
    """Wherever it stands in it; what is of this turn stays."""
    loop = "for o in r:\n    for i in s:\n        w[o][i] += e[o] * x[i]\n{}        v[i] += e[o]\n"
    wrong = loop.format("        b[o] += e[o]\n")
    right = loop.format("").replace("    for i", "    b[o] += e[o]\n    for i")
    assert right in made_by(rearrangements, wrong)
    assert not any("    v[i] += e[o]\n    for i" in one for one in made_by(rearrangements, wrong))
    once = "for x in xs:\n    e = x * x\n    total += e\n    print(e)\n"
    assert not any(one.startswith("total += e") for one in made_by(rearrangements, once))
    beside = "for x in xs:\n    n += 1; g(x)\n    h(x)\n"
    assert not any("xs:;" in one for one in made_by(rearrangements, beside))


def test_an_item_is_added_to_like_the_others_beside_it() -> None:
    """Of the same thing, in the same block; what stands alone is set."""
    right = 'def f(g, d):\n    g["w"] += d * d\n    g["b"] += d\n'
    wrong = right.replace('"b"] +=', '"b"] =')
    assert cost(wrong, right) < 1.2
    alone = wrong.replace('    g["w"] += d * d\n', "    h = d\n")
    assert cost(alone, alone.replace('"b"] =', '"b"] +=')) > 1.2


OVERWRITTEN = """\
def f(d, rows):
    g = [0.0] * 3
    for x in rows:
        for j in range(3):
            g[j] += x[j] * d[j]
    return g
"""


def test_what_the_next_turn_overwrites_is_rather_added_to() -> None:
    """An entry that nothing in the loop reads; what is read there, or has its own entry, is meant so."""
    wrong = OVERWRITTEN.replace("g[j] +=", "g[j] =")
    assert cost(wrong, OVERWRITTEN) < 1.2
    kept = wrong.replace("for x in rows", "for j, x in rows").replace("        for j in range(3):\n    ", "")
    assert cost(kept, kept.replace("g[j] =", "g[j] +=")) > 1.2
    used = wrong.replace("d[j]\n", "d[j]\n        print(g)\n")
    assert cost(used, used.replace("g[j] =", "g[j] +=")) > 1.2


def test_what_is_put_back_at_once_is_put_back_later() -> None:
    """And where the value before is in vain, it may have been meant to be multiplied; not where it is read."""
    right = "def f(p, old, step):\n    p[0] = old - step\n    down = g(p)\n    p[0] = old\n    return down\n"
    wrong = right.replace("    down = g(p)\n    p[0] = old\n", "    p[0] = old\n    down = g(p)\n")
    assert right in made_by(moves, wrong)
    assert "d = e @ w\nd *= h" in made_by(rearrangements, "d = e @ w\nd = h")
    assert "d = e @ w\nd *= d * h" not in made_by(rearrangements, "d = e @ w\nd = d * h")


def test_an_update_by_a_sum_belongs_behind_the_loop_that_makes_it() -> None:
    """Though the loop reads what it updates; not an update by what each turn makes: so some people train."""
    summed = "for x in data:\n    d = x @ w\n    g += d\n    w = w - lr * g\n"
    assert summed.replace("    w = w", "w = w") in made_by(rearrangements, summed)
    each = summed.replace("g += d", "g = d")
    assert each.replace("    w = w", "w = w") not in made_by(rearrangements, each)
