"""An edit of a name moves to the assignment that made it, where that is the only one."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import pytest
from workbench import NETWORK, PROGRAM, edit_at, mended

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.repair.hoisting import (
    helpers,
    hoisted,
    into_asked,
    into_default,
    into_helper,
    into_nothing,
    makers,
    makers_of,
    takers,
)
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.network.forward import Network, Scale

STEPS = """\
import numpy as np

class Net:
    def __init__(self, weights, rate):
        self.weights = weights
        self.rate = rate

    def backward(self, X, Y):
        W1, b1, W2, b2 = self.weights
        h = 1 / (1 + np.exp(-(X @ W1 + b1)))
        o = 1 / (1 + np.exp(-(h @ W2 + b2)))
        error, slope = o - Y, o * (1 - o)
        d2 = error * slope
        back = d2 @ W2.T
        d1 = back * h * (1 - h)
        scale = self.rate * 2
        return [scale * g for g in (X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True))]

def backward(X, Y, W1, b1, W2, b2):
    return Net((W1, b1, W2, b2), 0.5).backward(X, Y)
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("error", "(error - Y)", "error, slope = (o - Y) - Y, o * (1 - o)"),
        ("slope", "o * (1 - o)", "error, slope = o - Y, o * (1 - o)"),
        ("error", "2 * error", "error, slope = 2 * (o - Y), o * (1 - o)"),
    ],
)
def test_what_a_name_lacks_is_put_where_it_was_made(old: str, new: str, line: str) -> None:
    """In the part of a tuple that is its own, with the parentheses that it takes."""
    program, edit = edit_at(STEPS, "d2 = error * slope", old, new)
    moved = hoisted(program, edit)
    assert moved is not None
    made = moved.apply(STEPS).splitlines()[11].strip()
    assert ast.dump(ast.parse(made)) == ast.dump(ast.parse(line))
    assert moved.cost < edit.cost


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (STEPS, "error", "slope"),  # another name was taken for it
        (STEPS, "slope", "o"),
        (STEPS.replace("d2 = error", "error *= 1\n        d2 = error"), "error", "2 * error"),  # made twice
        (
            STEPS.replace("error, slope = o - Y, o * (1 - o)", "error, slope = self.both(o, Y)"),
            "error",
            "2 * error",
        ),
    ],
)
def test_an_edit_stays_where_moving_it_would_be_a_guess(text: str, old: str, new: str) -> None:
    """Another name, a name made twice, and one that a call gives among others."""
    program, edit = edit_at(text, "d2 = error * slope", old, new)
    assert hoisted(program, edit) is None


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("error, slope = o - Y, o * (1 - o)", "error, slope = o, o * (1 - o)", 12),
        ("error, slope = o - Y, o * (1 - o)", "error, slope = o - Y, 1 - o", 12),
        ("back = d2 @ W2.T", "back = W2.T", 14),
        ("scale = self.rate * 2", "scale = -self.rate * 2", 16),
    ],
)
def test_the_line_is_where_the_name_was_made(right: str, wrong: str, line: int) -> None:
    """And not where it is used, nor where an argument is kept, which could be changed as well."""
    text = STEPS.replace(right, wrong)
    found = mended(text)
    assert found is not None
    (step,) = found.steps
    assert text.count("\n", 0, step.edit.start) + 1 == line


def test_what_is_right_where_it_was_made_is_mended_where_it_is_used() -> None:
    """The weights' gradient is made of the delta before the slope: the name is the right quantity until then."""
    text = STEPS.replace("back = d2 @ W2.T", "back = d2 @ W2.T\n        dW1 = X.T @ back").replace(
        "(X.T @ d1,", "(dW1,"
    )
    found = mended(text)
    assert found is not None
    (step,) = found.steps
    assert text.count("\n", 0, step.edit.start) + 1 != 14


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ("", ["error, slope = o - Y, o * (1 - o)"]),
        ("        slope *= 2\n", ["slope *= 2", "error, slope = o - Y, o * (1 - o)"]),
        ("        error[0] = 0\n", ["error[0] = 0", "error, slope = o - Y, o * (1 - o)"]),
    ],
)
def test_what_made_the_names_is_found_the_nearest_first(more: str, lines: list[str]) -> None:
    """Assignments of this function before the statement, and those that change what a name holds."""
    text = STEPS.replace("        d2 = ", more + "        d2 = ")
    program, edit = edit_at(text, "d2 = error * slope", "error", "2 * error")
    assert [program.segment(node) for node in makers(program, edit)] == lines


def test_what_takes_the_name_is_found_the_nearest_first() -> None:
    """Statements after it, of the same function, that use what the edited one gives."""
    program, edit = edit_at(STEPS, "d2 = error * slope", "error", "2 * error")
    found = [program.segment(node) for node in takers(program, edit)]
    assert found[0].startswith("back = d2")
    assert all("d2" in one for one in found)
    assert not any(one.startswith("def ") for one in found)


def test_what_takes_the_turns_of_a_loop_is_in_it() -> None:
    """What is made of them behind it, too, but not what stands there otherwise."""
    program = Program(
        "def f(y, a):\n    for i, v in enumerate(-y):\n        a[v, i] = 1\n    b = v\n    return a\n"
    )
    (root,) = program.iterated
    found = takers(program, Edit(0, 0, "", 1.0, root))
    assert [program.segment(one) for one in found] == ["a[v, i] = 1", "b = v"]


def test_what_goes_through_a_list_takes_what_is_put_into_it() -> None:
    """Be it put in by an inner function; and what puts it in makes the list."""
    text = (
        "def f(v):\n    order = []\n    def visit(v):\n        order.append(v)\n    visit(v)\n"
        "    for one in order:\n        one.back()\n"
    )
    program = Program(text)
    statement = next(one for one in program.nodes if isinstance(one, ast.Expr) and one.lineno == 4)
    edit = Edit(
        *program.span(statement), "", 1.0, Root(program.number(statement), program.number(statement.value))
    )
    assert [one.lineno for one in takers(program, edit)] == [6]
    program = Program(text.replace("visit(v)\n    for", "order.append(v)\n    for"))
    loop = next(one for one in program.nodes if isinstance(one, ast.For))
    assert [one.lineno for one in makers_of(program, loop)] == [5]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("self.slope(h)", "self.slope(1 - h)", ["return (1 - z)"]),
        ("(h)", "(z)", ["return (1 - z)"]),
        ("d2 @ W2.T", "d2", []),
        ("Net().backward(X, Y, W1, b1, W2, b2)", "None", ["return X.T"]),
    ],
)
def test_what_helpers_return_whose_calls_are_changed(old: str, new: str, lines: list[str]) -> None:
    """What is handed to one may make up for what is wrong in it."""
    program, start = Program(HELPERS), HELPERS.index(old)
    found = helpers(program, Edit(start, start + len(old), new, 1.0))
    assert [program.segment(one)[: len(line)] for one, line in zip(found, lines, strict=True)] == lines


HELPERS = """\
import numpy as np

class Net:
    def slope(self, z):
        return (1 - z)

    def backward(self, X, Y, W1, b1, W2, b2):
        z = X @ W1 + b1
        h, o = np.tanh(z), np.tanh(z) @ W2 + b2
        d2 = o - Y
        d1 = d2 @ W2.T * self.slope(h)
        return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)

def backward(X, Y, W1, b1, W2, b2):
    return Net().backward(X, Y, W1, b1, W2, b2)
"""


def into(new: str, old: str = "self.slope(h)") -> str | None:
    """The line of the helper after an edit that does without it."""
    program = Program(HELPERS)
    node = next(n for n in program.nodes if isinstance(n, ast.Assign) and program.segment(n).startswith("d1"))
    start = HELPERS.index(old)
    root = Root(program.number(node), program.number(node.value))
    moved = into_helper(program, Edit(start, start + len(old), new, 1.0, root, ""))
    return moved and moved.apply(HELPERS).splitlines()[4].strip()


@pytest.mark.parametrize(
    ("new", "line"),
    [
        ("(1 - h ** 2)", "return 1 - z ** 2"),
        ("(1 - h) * (1 + h)", "return (1 - z) * (1 + z)"),
        ("self.slope(z)", None),  # the helper is not to blame for what it is given
        ("(1 - h * o)", None),  # o it doesn't know
        ("2.0", None),
    ],
)
def test_an_edit_that_does_without_a_helper_goes_into_it(new: str, line: str | None) -> None:
    """In the helper's own names."""
    assert into(new) == line


def test_no_edit_of_anything_but_the_call_goes_into_a_helper() -> None:
    """An argument, or what the call is multiplied by."""
    assert into("h ** 2", old="h)") is None
    assert into("2 * d2", old="d2 @ W2.T") is None


def test_arguments_in_another_order_are_each_others_names() -> None:
    """All at once: a name that has just been put in is not another argument."""
    text = "def f(a, b):\n    return a - b\n\ndef g(a, b):\n    c = f(b, a)\n    return c\n"
    program = Program(text)
    node = next(n for n in program.nodes if isinstance(n, ast.Assign))
    start = text.index("f(b, a)")
    root = Root(program.number(node), program.number(node.value))
    moved = into_helper(program, Edit(start, start + len("f(b, a)"), "b * a", 1.0, root, ""))
    assert moved is not None
    assert "return a * b" in moved.apply(text)


def test_the_line_is_the_helpers_where_its_formula_is_wrong() -> None:
    """Rather than that of the call, which a person would leave as it is."""
    relu = replace(NETWORK, hidden_activation="relu", output_activation="identity")
    text = HELPERS.replace("return (1 - z)", "return np.maximum(z, 0)").replace("np.tanh(z)", "np.maximum(z, 0)")
    found = mended(text, network=relu)
    assert found is not None
    (step,) = found.steps
    assert text.count("\n", 0, step.edit.start) == 4


def test_what_is_made_wrong_once_is_mended_once() -> None:
    """The number of examples is used in four places, and made wrong in one."""
    network = Network(loss_scale=Scale.parse("1/(2n)"))
    right = PROGRAM.replace("    dW2 =", "    m = len(X)\n    dW2 =")
    for name in ("dW2", "db2", "dW1", "db1"):
        right = re.sub(rf"( {name} = .*)", r"\1 / m", right)
    assert mended(right, network=network) is None
    found = mended(right.replace("m = len(X)", "m = X"), network=network)
    assert found is not None
    assert len(found.steps) == 1
    assert found.text == right


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("(h - h ** 2)", "(h - h / 2)"), ("(h - h ** 2)", "(h - 2 ** h)")],
)
def test_a_part_of_a_product_is_mended_where_it_was_made(right: str, wrong: str) -> None:
    """It is no step by itself: rather a small edit there than a new delta made of other things."""
    text = STEPS.replace("back = d2 @ W2.T", "back = (h - h ** 2) * (1 + 0 * h)").replace(
        "d1 = back * h * (1 - h)", "d1 = back * (d2 @ W2.T)"
    )
    assert mended(text) is None
    found = mended(text.replace(right, wrong))
    assert found is not None
    changed = set(found.text.splitlines()) - set(text.replace(right, wrong).splitlines())
    assert all("back =" in line for line in changed)


def test_what_a_call_puts_its_result_into_was_made_there() -> None:
    """As what an assignment gives."""
    program = Program("a = f(x)\nnp.subtract(1, a, out=a)\nd = e * a\n")
    edit = Edit(0, 0, "", 1.0, Root(program.number(program.tree.body[2]), 0))
    assert [one.lineno for one in makers(program, edit)] == [2]


@pytest.mark.parametrize(
    ("helper", "new", "returned"),
    [
        ("def slope(t):\n    g = sigmoid(t); return g\n", "slope(z) * (1 - slope(z))", "return g * (1 - g)"),
        ("def slope(t):\n    return (1)\n", "slope(z) - np.tanh(z) ** 2", "return 1 - np.tanh(t) ** 2"),
        ("def slope(t):\n    z = sigmoid(t); return z\n", "slope(z) * (1 - slope(z))", "return z * (1 - z)"),
    ],
)
def test_more_of_what_a_helper_gives_is_made_in_it(helper: str, new: str, returned: str) -> None:
    """In its own names, those of its variables and of what the file imports; not with what it doesn't know."""
    text = f"import numpy as np\n{helper}def f(z, d):\n    return slope(z)\n"
    program, start = Program(text), text.rindex("slope(z)")
    value = next(one for one in program.roots if program.segment(program.expression(one)) == "slope(z)")
    moved = into_helper(program, Edit(start, start + len("slope(z)"), new, 1.0, value, new))
    assert moved is not None
    assert returned in moved.apply(text)
    assert into_helper(program, Edit(start, start + len("slope(z)"), f"d * ({new})", 1.0, value, new)) is None


@pytest.mark.parametrize("again", ["", "f = slope\n"])
def test_what_a_lambda_gives_is_mended_in_it(again: str) -> None:
    """Where its name is given to nothing else."""
    text = f"f = lambda m: m.sum(-1)\n{again}db = f(dz)\n"
    program = Program(text)
    statement = program.tree.body[-1]
    assert isinstance(statement, ast.Assign)
    root, start = Root(program.number(statement), program.number(statement.value)), text.rindex("f(dz)")
    moved = into_helper(program, Edit(start, start + len("f(dz)"), "f(dz).T", 1.0, root, "f(dz).T"))
    if again:
        assert moved is None
    else:
        assert moved is not None
        assert moved.apply(text) == text.replace("m.sum(-1)", "m.sum(-1).T")
        assert moved.cost < 1.0


@pytest.mark.parametrize(
    ("call", "new", "expected"),
    [
        ("f(x)", "f(x, twice=False)", "def f(x, n=1, twice=False): return x\n"),
        ("f(x)", "f(x, n=2)", "def f(x, n=2, twice=True): return x\n"),
        ("f(x)", "f(y, twice=False)", None),  # another argument as well
        ("f(x)", "f(x, twice=y)", None),  # what is there only at the call
        ("g(x)", "g(x, twice=False)", None),  # not of the file
    ],
)
def test_an_option_is_moved_to_its_default(call: str, new: str, expected: str | None) -> None:
    """Where the edit does nothing else to the call of a function that is known."""
    program = Program(text := f"def f(x, n=1, twice=True): return x\nz = {call}\n")
    start = text.rindex(call)
    moved = into_default(program, Edit(start, start + len(call), new, 1.0))
    assert (moved and moved.apply(text)) == (expected and f"{expected}z = {call}\n")


@pytest.mark.parametrize(
    ("asked", "new", "expected"),
    [
        ('how == "mean"', 'how != "mean"', 'def f(x, *, how="mean", n=1):'),
        ('how != "mean"', 'how == "mean"', None),  # what else it may be isn't told
        ('how == "mean"', 'x == "mean"', None),
        ('x == "mean"', 'x != "mean"', None),  # it has no default
        ("how == n", "how != n", None),
    ],
)
def test_what_is_asked_of_an_option_is_its_default(asked: str, new: str, expected: str | None) -> None:
    """Where the question would be turned round."""
    text = f'def f(x, *, how="sum", n=1):\n    return x / 2 if {asked} else x\n'
    program, start = Program(text), text.index(asked)
    statement = next(one for one in program.nodes if isinstance(one, ast.Return))
    root = Root(program.number(statement), program.number(statement.value))
    moved = into_asked(program, Edit(start, start + len(asked), new, 1.0, root))
    assert (moved and moved.apply(text).partition("\n")[0]) == expected


REGULARISED = """\
class Layer:
    def __init__(self, w, l2=0.0, bias_l2=0.01, decays=True):
        self.l2 = l2
        self._bias_l2 = bias_l2
        self.decays = decays

    def backward(self, n=3):
        {}
"""


@pytest.mark.parametrize(
    ("removed", "old", "new"),
    [
        ("self.db += self._bias_l2 * self.b", "bias_l2=0.01", "bias_l2=0"),
        ("if self.decays: self.db += self.b", "decays=True", "decays=False"),
        ("self.db += n * self.b", "n=3", "n=0"),
        ("self.db += self.l2 * self.b", "", ""),  # it is nothing by then
        ("self.db += self.rate * self.b", "", ""),
        ("self.db += bias_l2 * self.b", "", ""),  # another function's
    ],
)
def test_what_is_surplus_may_be_nothing_by_default(removed: str, old: str, new: str) -> None:
    """Of a number that has a default, be it kept in an attribute; what changes a statement takes nothing away."""
    text = REGULARISED.format(removed)
    program, start = Program(text), text.index(removed)
    moved = into_nothing(program, Edit(start, start + len(removed), "", 1.0))
    assert (moved.apply(text) if moved else text) == text.replace(old, new)
    assert into_nothing(program, Edit(start, start + len(removed), "self.db += 1", 1.0)) is None
    root = Root(0, 0)
    assert into_nothing(program, Edit(start, start + len(removed), "", 1.0, root)) is None  # a part of a value
