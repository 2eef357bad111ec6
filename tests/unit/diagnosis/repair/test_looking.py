"""Where no value tells: conditions, headers, calls made for their effect, numbers, and what was never run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from workbench import NETWORK, PROBES, PROGRAM, edit_at, mended, trials

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.table import Table
from gradcheck.diagnosis.repair.looking import Look
from gradcheck.diagnosis.repair.proving import repair
from gradcheck.diagnosis.repair.scope import scope
from gradcheck.diagnosis.repair.writing import Edit, renames
from gradcheck.network.backward import Trace

MASKED = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    keep = (np.random.RandomState(0).rand(*h.shape) < 2.0).astype(int)
    h = h * keep
    deltas = []
    deltas.append((o - Y) * o * (1 - o))
    deltas.insert(0, np.zeros_like(h))
    np.matmul(deltas[1], W2.T, out=deltas[0])
    deltas[0] *= h * (1 - h)
    return X.T @ deltas[0], deltas[0].sum(0, keepdims=True), h.T @ deltas[1], deltas[1].sum(0, keepdims=True)
"""
NUMBERS = """\
import math

def unit(inputs, weights, bias):
    total = bias
    for i in range(len(inputs)):
        total = total + inputs[i] * weights[i]
    grown = math.exp(-total)
    return 1 / (1 + grown)

def backward(X, Y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = 0 * W1, 0 * b1, 0 * W2, 0 * b2
    for x, y in zip(X.tolist(), Y.tolist()):
        h = [unit(x, w, b) for w, b in zip(W1.T.tolist(), b1[0].tolist())]
        for k in range(len(y)):
            o = unit(h, W2[:, k].tolist(), b2[0, k].item())
            off = o - y[k]
            delta = off * o * (1 - o)
            db2[0, k] += delta
            for j in range(len(h)):
                dW2[j, k] += delta * h[j]
                slope = h[j] * (1 - h[j])
                back = delta * W2[j, k].item() * slope
                db1[0, j] += back
                for i in range(len(x)):
                    dW1[i, j] += back * x[i]
    return dW1, db1, dW2, db2
"""
TUPLES = """\
import numpy as np

def forward(A, W, b):
    z = A @ W + b
    return z, 1 / (1 + np.exp(-z))

class Gradients:
    def __init__(self, *parts):
        self.parts = parts

    @property
    def w1(self):
        return self.parts[0]

def backward(X, Y, W1, b1, W2, b2):
    z1, h = forward(X, W1, b1)
    z2, o = forward(h, W2, b2)
    e = o - Y
    e *= o
    rest = o.copy()
    rest -= 1
    e *= -rest
    d = e @ W2.T * h * (1 - h)
    made = Gradients(X.T @ d)
    return made.w1, d.sum(0, keepdims=True), h.T @ e, e.sum(0, keepdims=True)
"""


@pytest.mark.parametrize("text", [MASKED, TUPLES])
def test_the_programs_are_right(text: str) -> None:
    """There is nothing to mend."""
    assert mended(text) is None


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (MASKED, "< 2.0", "> 2.0"),  # a mask of zeros and ones is no quantity
        (MASKED, "insert(0,", "insert(1,"),
        (MASKED, "np.matmul(deltas[1], W2.T, out", "np.matmul(W2.T, deltas[1], out"),
        (TUPLES, "forward(X, W1, b1)", "forward(Y, W1, b1)"),  # a tuple has no value to look at
        (TUPLES, "forward(h, W2, b2)", "forward(h, W2.T, b2)"),
        (TUPLES, "rest -= 1", "rest -= 0"),
        (TUPLES, "return self.parts[0]", "return (-self.parts)[0]"),  # runs after the program has ended
    ],
)
def test_what_has_no_telling_value_is_edited_all_the_same(text: str, right: str, wrong: str) -> None:
    """The mistake is mended on its line."""
    assert right in text
    broken = text.replace(right, wrong)
    found = mended(broken)
    assert found is not None
    (step,) = found.steps
    assert broken.count("\n", 0, step.edit.start) == broken.count("\n", 0, broken.index(wrong))


def test_zeros_in_place_of_ones_are_one_mistake() -> None:
    """However many gradients they spoil: no value of theirs tells which is meant, so both are run early."""
    right = PROGRAM.replace("    h = sig", "    one = np.ones((len(X), 1))\n    h = sig").replace(
        "+ b1", "+ one @ b1"
    )
    right = right.replace("+ b2", "+ one @ b2").replace("np.sum(d2, axis=0, keepdims=True)", "one.T @ d2")
    assert not trials()[0].wrong(right)
    wrong = right.replace("np.ones((", "np.zeros((")
    early = [edit.apply(wrong) for batch in Look(trials()[0], wrong, ()).headers() for edit, _ in batch]
    assert right in early
    found = mended(wrong)
    assert found is not None
    assert found.text == right


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("o = sigmoid(h @ W2 + b2)", "o = h @ W2 + b2"),
        ("h = sigmoid(X @ W1 + b1)", "h = sigmoid(X @ W1)"),
    ],
)
def test_what_a_name_lacks_is_missing_where_it_was_made(right: str, wrong: str) -> None:
    """Where a name is used, the same edit would do; its line is told as another place."""
    found = mended(PROGRAM.replace(right, wrong))
    assert found is not None
    assert found.text == PROGRAM


@pytest.mark.parametrize(
    ("statement", "changed", "replacement", "odd"),
    [
        ("m = len(X)", "len(X)", "-len(X)", True),
        ("m = len(X)", "len(X)", "1 / len(X)", True),
        ("d2 = m * (o - Y) * o * (1 - o)", "m", "1 / m", False),  # where it is used, that may be what is meant
    ],
)
def test_a_number_of_examples_is_not_made_another_kind(
    statement: str, changed: str, replacement: str, odd: bool
) -> None:
    """Neither negative nor a part, whatever gradients come of it."""
    text = PROGRAM.replace("    d2 = (o", "    m = len(X)\n    d2 = m * (o")
    _, edit = edit_at(text, statement, changed, replacement)
    look = Look(trials()[0], text, ())
    plain = replace(edit, replacement=changed, expression=statement.partition(" = ")[2], cost=edit.cost + 0.2)
    assert (look.preference.by_oddity([edit, plain])[0] is plain) == odd


HANDED_ON = """\
import numpy as np

def forward(X, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    return h, 1 / (1 + np.exp(-(h @ W2 + b2)))

def backward(X, Y, W1, b1, W2, b2):
    h, o = forward(X, W1, b1, W2, b2)
    e = (o - Y) * o * (1 - o)
    d = e @ W2.T * (1 / (1 + np.exp(-(X @ W1 + b1))) * (1 - 1 / (1 + np.exp(-(X @ W1 + b1)))))
    return X.T @ d, d.sum(0, keepdims=True), h.T @ e, e.sum(0, keepdims=True)
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("return h, 1 /", "return h.T, 1 /"),  # what is handed on lies the other way round than anything else
        ("h.T @ e, e", "h @ e, e"),  # and this is an operand, which has to
    ],
)
def test_a_transpose_is_mended_where_it_is_odd(right: str, wrong: str) -> None:
    """Two edits mend either; that which leaves a kept value the other way round isn't taken."""
    assert mended(HANDED_ON) is None
    found = mended(HANDED_ON.replace(right, wrong))
    assert found is not None
    assert found.text == HANDED_ON


def test_a_function_is_not_called_while_it_runs() -> None:
    """What runs once would run again inside of it; what it calls may be called."""
    program = Program(
        PROGRAM.replace("def backward(X, Y, W1, b1, W2, b2):", "def backward(X, Y=0, W1=0, b1=0, W2=0, b2=0):")
    )
    root = next(root for root in program.roots if program.segment(program.expression(root)) == "d2 @ W2.T")
    trace = Trace(NETWORK, PROBES[0].values)
    reach = scope(program, root, Observation(program, (), Table(trace)))
    assert "sigmoid" in reach.functions
    assert "backward" not in reach.functions


STARRED = """\
from numpy import *

def squash(t):
    return 1 / (1 + exp(-t))

def backward(X, Y, W1, b1, W2, b2):
    h = squash(X @ W1 + b1)
    o = squash(h @ W2 + b2)
    e = (o - Y) * o * (1 - o)
    d = e @ W2.T * h * (1 - h)
    return X.T @ d, d.sum(0, keepdims=True), h.T @ e, e.sum(0, keepdims=True)
"""


@pytest.mark.parametrize("imported", ["*", "exp", "sum, exp, tanh"])
def test_what_is_imported_by_its_name_is_at_hand(imported: str) -> None:
    """Though nothing else in the file calls it."""
    right = STARRED.replace("*", imported, 1)
    found = mended(right.replace("exp(-t)", "(-t)"))
    assert found is not None
    assert found.text == right.replace("exp(-t)", "(exp(-t))") or found.text == right


def test_what_no_value_tells_of_is_among_the_untold() -> None:
    """An operator in what is no quantity before the edit nor after; other names only where nothing uses them."""
    filled = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    z = h @ W2 + b2
    spare = 1.0
    o, rows = np.zeros_like(z), np.arange(len(z))
    for k in range(z.shape[1]):
        o[rows, k] = 1.0 - (1.0 + np.exp(-z[rows, k]))
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
"""
    look = Look(trials()[0], filled, ())
    assert not any(look.untold())  # nothing was evaluated yet
    list(look.likely())
    look.elsewhere()
    new = {edit.apply(filled) for batch in look.untold() for edit, _ in batch}
    assert filled.replace("1.0 - (1.0 + np.exp(-z[rows, k]))", "1.0 + 1.0 + np.exp(-z[rows, k])") in new
    assert filled.replace("np.exp(-z[rows, k])", "np.exp(-h[rows, k])") not in new


STEPPING = PROGRAM.replace(
    "    return dW1, db1, dW2, db2",
    "    new = [p.copy() for p in (W1, b1, W2, b2)]\n"
    "    for p, g in zip(new, (dW1, db1, dW2, db2)):\n        p += -1024 * g\n    return new",
)


@pytest.mark.parametrize(("right", "wrong"), [("(o - Y)", "(Y - o)"), ("+= -1024", "+= 1024")])
def test_a_step_down_is_meant_where_a_minus_says_so(right: str, wrong: str) -> None:
    """Then it is the error that has the wrong sign; of an error that points up it is the step."""
    moved = {name: f"({name} - g[{place}]) / 1024" for place, name in enumerate(("W1", "b1", "W2", "b2"))}
    both = [replace(trial, contract=replace(trial.contract, gradients=moved)) for trial in trials()]
    found = repair(STEPPING.replace(right, wrong), *both, budget_seconds=120.0)
    assert found is not None
    assert found.text in (STEPPING, STEPPING.replace("+= -1024", "-= 1024"))


def test_what_makes_something_goes_before_what_only_uses_something_idle() -> None:
    """An edit that gives a right delta is tried with the first, and some of the others are, too."""
    idle = "    kept = o + 0.5\n    slope = o * (1 - o)\n"
    text = PROGRAM.replace("    d2 = (o - Y) * o * (1 - o)", f"{idle}    d2 = (o - Y)")
    first, *_ = Look(trials()[0], text, ()).in_portions(True, 0)
    assert "(o - Y) * slope" in [edit.replacement for edit, _ in first]
    assert sum("kept" in edit.replacement for edit, _ in first) > 3


HANDED = """\
import numpy as np

def gradients(x, y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    e = (o - y) * o * (1 - o)
    d = e @ W2.T * h * (1 - h)
    return x.T @ d, d.sum(0, keepdims=True), h.T @ e, e.sum(0, keepdims=True)

def backward(X, Y, *params):
    return [0 + g for g in gradients(X, Y, *params)]
"""


def test_what_a_function_is_handed_is_mended_where_it_is_handed_over() -> None:
    """Rather than where it is used, though that would do as well."""
    assert mended(HANDED) is None
    found = mended(HANDED.replace("gradients(X, Y,", "gradients(X, -Y,"), seconds=10.0)
    assert found is not None
    assert found.text == HANDED


def test_what_ends_at_once_makes_no_step_of_the_pass() -> None:
    """And what is right makes every one; an activation with a factor is none."""
    trial, _ = trials()
    assert Look(trial, PROGRAM, ()).steps == {"z1", "a1", "z2", "a2", "delta2", "delta1"}
    assert Look(trial, PROGRAM.replace("    h = ", "    raise ValueError\n    h = "), ()).steps == set()
    halved = PROGRAM.replace("return 1 / (1 +", "return 0.5 / (1 +")
    assert not Look(trial, halved, ()).steps & {"a1", "a2"}


def test_what_says_how_long_something_is_leads_to_no_step() -> None:
    """Though one that the program lacks could be written there."""
    text = PROGRAM.replace("    h = sigmoid(X @ W1 + b1)\n", "    n = Y.size\n    h = sigmoid(b1)\n")
    look = Look(trials()[0], text, ())
    assert [*look.less_likely(), *look.rest()]
    changed = {look.program.segment(look.program.expression(edit.root)) for edit, _ in look.spine if edit.root}
    assert changed
    assert "Y.size" not in changed


def test_small_edits_of_everything_are_offered_of_some_functions_alone() -> None:
    """The cheapest first, names last; a portion where few are asked for, unless it goes number by number."""
    look = Look(trials()[0], PROGRAM, ())
    everything = [edit for batch in look.cheaply() for edit, _ in batch]
    few = [edit for batch in look.cheaply(few=True) for edit, _ in batch]
    within = [edit for batch in look.cheaply(within={"sigmoid"}) for edit, _ in batch]
    assert len(everything) > len(few) > len(within) > 0
    assert few == everything[: len(few)]
    assert {look.program.position(edit.start)[0] for edit in within} == {4}
    assert not any(renames(PROGRAM, edit) for edit in few)
    assert any(renames(PROGRAM, edit) for edit in everything)
    assert not look.by_numbers


def test_a_program_that_goes_number_by_number_is_told_by_its_values() -> None:
    """There, all is offered at once."""
    look = Look(trials()[0], NUMBERS, ())
    assert look.by_numbers
    assert len([*look.cheaply(few=True)]) == len([*look.cheaply()]) > 1


def test_the_functions_that_are_called_where_an_edit_is() -> None:
    """Of the file's own, in the innermost statement."""
    look = Look(trials()[0], PROGRAM, ())
    called = {text: PROGRAM.index(text) for text in ("h @ W2", "h.T @ d2", "1 + np.exp")}
    found = {text: look.calls_at(Edit(start, start + 1, "", 1.0)) for text, start in called.items()}
    assert found == {"h @ W2": {"sigmoid"}, "h.T @ d2": set(), "1 + np.exp": set()}


def test_no_edit_of_arrays_is_run_where_it_goes_number_by_number() -> None:
    """There they are twice as many otherwise; of arrays they are offered."""
    look, arrays = (Look(trials()[0], text, ()) for text in (NUMBERS, PROGRAM))
    made, other = ([edit.replacement for batch in one.cheaply() for edit, _ in batch] for one in (look, arrays))
    assert not any(".T" in one or "@" in one for one in made)
    assert any(".T" in one for one in other)


def test_no_statement_is_asked_for_once_the_time_is_over() -> None:
    """Each that may be missing takes a run."""
    trial, _ = trials()
    text = PROGRAM.replace("    db1 = np.sum(d1, axis=0, keepdims=True)\n", "    db1 = 0 * b1\n")
    look = Look(trial, text, ())
    assert look.lacking
    late = Look(trial, text, ())
    late.spent = lambda: True
    assert not late.lacking


def test_what_a_name_lacks_is_tried_first_where_it_is_made() -> None:
    """And where it is used, too, since other uses may be right."""
    text = PROGRAM.replace("o = sigmoid(h @ W2 + b2)", "z = (b2)\n    o = sigmoid(z)")
    _, used = edit_at(text, "o = sigmoid(z)", "z", "z + h @ W2")
    trial, _ = trials()
    made, *rest = Look(trial, text, ()).ways([(used, used.cost)])
    assert made.apply(text) == text.replace("z = (b2)", "z = (b2 + h @ W2)")
    assert rest == [used]


def test_there_are_no_slips_in_code_that_is_never_run() -> None:
    """Nor in a condition's other way; in the one that is taken, be it the last, there are."""
    wrong = PROGRAM.replace("d1 = dh * h * (1 - h)", "d1 = dh * h * (1 * h)")
    assert Look(trials()[0], wrong, ()).slips
    asked = PROGRAM.replace(
        "    d1 = dh * h * (1 - h)\n", "    if {0}:\n        d1 = {1}\n    else:\n        d1 = {2}\n"
    )
    right, slip = "dh * h * (1 - h)", "dh * h * (1 * h)"
    for condition, ways, runs in (
        ("len(X)", (slip, right), True),
        ("not len(X)", (right, slip), True),
        ("len(X)", (right, slip), False),
        ("not len(X)", (slip, right), False),
    ):
        text = asked.replace("{0}", condition).replace("{1}", ways[0]).replace("{2}", ways[1])
        assert bool(Look(trials()[0], text, ()).slips) == runs
    training = "\nif __name__ == '__main__':\n    W = W - (1 * g)\n"
    assert Look(trials()[0], PROGRAM + training, ()).slips == []
