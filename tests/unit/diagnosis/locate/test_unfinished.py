"""What is begun and not gone on with: a loop that does nothing, an inner function that nobody calls."""

from __future__ import annotations

import ast

import pytest

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.unfinished import (
    empty_loops,
    idle_closures,
    uncalled_within,
    unfilled,
    unfinished,
    untaken,
)

NESTED = """\
def backward(self):
    order = []

    def visit(v):
        for p in v.parents:
            visit(p)
        order.append(v)

    {}
    return order
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("for x, y in data:\n    pass\n", [2]),
        ("for j in range(n):\n    for k in range(m):\n        pass\n", [3]),
        ("for _ in train():\n    pass\n", []),  # it is run for its turns
        ("for x in data:\n    pass\n    total += x\n", []),
        ("while step():\n    pass\n", []),
        ("for loss in steps:\n    pass\nprint(loss)\n", []),  # the last is what is wanted
        ("for j in w:\n    pass\nfor j in b:\n    db[j] += d[j]\n", [2]),
        ("for j in w:\n    pass\nj = 1\nprint(j)\n", [2]),
        ("def steps():\n    yield 1\n\nfor loss in steps():\n    pass\n", []),
        ("def steps():\n    return [1]\n\nfor loss in steps():\n    pass\n", [5]),
        ("if done:\n    pass\n", []),
    ],
)
def test_a_loop_that_does_nothing_with_what_it_goes_through(text: str, lines: list[int]) -> None:
    """Its `pass`; a loop that only wants the turns is finished."""
    assert [one.lineno for one in empty_loops(Program(text))] == lines


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("self.grad = 1", ["visit"]),
        ("visit(self)", []),
        ("self.hook = visit", []),
        ("each = map(visit, self)", []),
    ],
)
def test_an_inner_function_that_nothing_asks_for(statement: str, names: list[str]) -> None:
    """But it itself; what is handed on may be called elsewhere."""
    assert [one.name for one in uncalled_within(Program(NESTED.format(statement)))] == names


def test_methods_and_what_is_decorated_are_no_inner_functions() -> None:
    """Somebody else knows them."""
    text = "def make():\n    class A:\n        def f(self):\n            pass\n\n"
    text += "    @register\n    def g():\n        pass\n"
    assert list(uncalled_within(Program(text))) == []
    assert [one.name for one in uncalled_within(Program(text.replace("    @register\n", "")))] == ["g"]


@pytest.mark.parametrize(
    ("statement", "dropped"),
    [
        ("y.reshape(-1, 1)", True),
        ("np.matmul(d, w.T)", True),
        ("w - rate * g", True),
        ("self", True),
        ("y = (y)", True),
        ("y = z = y", False),
        ("y, = y", False),
        ("np.matmul(d, w.T, out=h)", False),
        ("np.add(d, e, h)", False),
        ("np.copyto(h, d)", False),
        ("layers.append(d)", False),
        ("np.seterr(all='ignore')", False),
        ("np.savez('a', w)", False),
        ("json.dump(d, f)", False),
        ("layer.backward(d)", False),
        ("y = y.reshape(-1, 1)", False),
        ("(lambda: y.back())", True),
        ("y == 1", True),
        ("sum(v * w for v in y)", True),
        ("sum(layer.back(v) for v in y)", False),
        ("show(y)", False),
        ("'what it does'", False),
    ],
)
def test_a_value_that_nobody_takes(statement: str, dropped: bool) -> None:
    """Of numpy's functions and arrays' methods, and of operators; anything else may do something."""
    text = f"import numpy as np\n\ndef f(self, y):\n    {statement}\n    return y\n"
    assert [one.lineno for one in untaken(Program(text))] == [4] * dropped
    assert [one.lineno for one in unfinished(Program(text))] == [4] * dropped
    assert list(untaken(Program(f"import numpy as np\n{statement}\n"))) == []  # as a notebook shows it


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("if v not in done:\n        walk(v)", ["done"]),
        ("for one in reversed(done):\n        use(one)", ["done"]),
        ("done.append(v)\n    return len(done)", []),
        ("fill(done)\n    return len(done)", []),
        ("done = [v]\n    return len(done)", []),
        ("done += [v]\n    return len(done)", []),
        ("return done", []),
    ],
)
def test_a_container_that_nothing_is_put_into(body: str, names: list[str]) -> None:
    """Where it is only asked what is in it, and nobody else has it."""
    for empty in ("[]", "set()", "{}"):
        text = f"def f(v):\n    other, done = 1, {empty}\n    {body}\n"
        assert [one.id for one, *_ in unfilled(Program(text))] == names


def test_a_function_of_the_same_name_elsewhere_is_no_use() -> None:
    """Each operation of an engine has its own `back`."""
    operation = "def {}(a):\n    def back():\n        a.grad += 1\n    {}\n    return a\n"
    text = operation.format("one", "a.back = back") + operation.format("two", "a.done = 1")
    assert [one.lineno for one in uncalled_within(Program(text))] == [7]


CLOSURES = """\
def add(out):
    def back():
        out.grad += 1
    return back

def tanh(out):
    def back():
        pass
    return back
"""


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("", "", [8]),
        ("        out.grad += 1", "        pass", []),
        ("def back():\n        out", "def onward():\n        out", []),
        ("    def back():\n        pass", "    back = None", []),
        ("        pass", "        return", []),
    ],
)
def test_a_closure_that_does_nothing_beside_one_of_its_name(old: str, new: str, lines: list[int]) -> None:
    """Its `pass`, which is begun and not gone on with."""
    program = Program(CLOSURES.replace(old, new, 1))
    assert [nothing.lineno for _, nothing in idle_closures(program)] == lines
    assert [one.lineno for one in unfinished(program) if isinstance(one, ast.Pass)] == lines
