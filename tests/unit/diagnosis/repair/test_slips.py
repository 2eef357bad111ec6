"""Slips of the pen: seen where nobody means them, and nowhere else."""

from __future__ import annotations

from functools import partial

from workbench import LOOP, PROGRAM, made_by, mended

from gradcheck.diagnosis.repair.slips import slips


def test_a_slip_of_the_pen_is_seen() -> None:
    """`=-` for `-=`; a minus that stands by itself is meant."""
    assert made_by(slips, "b =- rate * db.sum(0)\n") == {"b -= rate * db.sum(0)\n"}
    assert made_by(slips, "b =+ db\n") == {"b += db\n"}
    assert made_by(slips, "b = -db\nb -= db\n") == set()
    assert made_by(slips, "d = e * (1 * a)\n") == {"d = e * (1 - a)\n", "d = e * (1 / a)\n"}
    assert made_by(slips, "a = 1 * (1 + e)\n") == {"a = 1 / (1 + e)\n"}
    assert made_by(slips, "d = e * (2 * a) * 1 * (1 + a)\n") == set()
    assert made_by(slips, "rate = len(X) / 1.0\n") == {"rate = 1.0 / len(X)\n"}
    for text in ("d = (o - y) / 1", "d = a * len(X) / 1", "d = x.reshape(x.shape[0], -1) / 1", 'f"{len(X) / 1}"'):
        assert made_by(slips, f"{text}\n") == set()
    text = LOOP.replace("total[1] += d1", "total[1] =+ d1")
    found = mended(text, seconds=10.0)
    assert found is not None
    assert found.text == LOOP


def test_a_step_that_is_pasted_twice_is_made_once() -> None:
    """The same to the letter, in one block; two steps with two gradients are none."""
    text = "w -= rate * dw\nb -= rate * db\nw -= rate * dw\n"
    assert made_by(slips, text) == {"w -= rate * dw\nb -= rate * db\n"}
    assert made_by(slips, text.replace("b -= rate", "if on:\n    w -= rate * dw\nb -= rate")) == {
        "w -= rate * dw\nif on:\n    w -= rate * dw\nb -= rate * db\n"
    }
    assert made_by(slips, "w -= rate * dw\nw -= rate * decay\nw = 0 * w\nw = 0 * w\n") == set()
    wrong = LOOP.replace("        total[1] += d1\n", "        total[1] += d1\n" * 2)
    found = mended(wrong, seconds=10.0)
    assert found is not None
    assert found.text == LOOP


MASKED = PROGRAM.replace("    d1 = dh * h * (1 - h)\n", "    d1 = dh.copy()\n    d1 *= h * (1 - h)\n")


def test_what_is_changed_in_vain_was_meant_for_what_is_made_from_it() -> None:
    """Of an array that is read again nothing is known."""
    wrong = MASKED.replace("d1 *=", "dh *=")
    assert made_by(slips, wrong) == {MASKED}
    assert made_by(slips, wrong.replace("return dW1", "print(dh)\n    return dW1")) == set()
    assert made_by(slips, "g = np.copy(d)\nd[z < 0] = 0\n") == {"g = np.copy(d)\ng[z < 0] = 0\n"}
    found = mended(wrong, seconds=10.0)
    assert found is not None
    assert found.text == MASKED


def test_what_the_next_turn_reads_is_not_changed_in_vain() -> None:
    """Unless it is made anew there."""
    text = "for x in data:\n    d = w.copy()\n    w += x @ d\n"
    assert made_by(slips, text) == set()
    assert made_by(slips, "for x in data:\n    w = x\n    d = w.copy()\n    w += 1\n") == {
        "for x in data:\n    w = x\n    d = w.copy()\n    d += 1\n"
    }
    assert made_by(slips, "() = []\n() = d = []\n") == set()


def test_an_attribute_is_spelt_as_it_is_asked_for() -> None:
    """In the file, or from outside; of one that is asked for, too, nothing is known."""
    text = "class Net:\n    def back(self):\n        self.dweigths = 1\n"
    assert made_by(partial(slips, asked=["net.dweights"]), text) == {text.replace("dweigths", "dweights")}
    assert made_by(slips, text + "print(net.dweights)\n") == {text.replace("gth", "ght") + "print(net.dweights)\n"}
    assert made_by(slips, text + "print(net.dweights, net.dweigths)\n") == set()
    assert made_by(partial(slips, asked=["net.bias"]), text) == set()


def test_what_is_never_filled_is_filled_where_it_is_asked_for() -> None:
    """By what it is asked for, or by what stands alone; what is filled, or handed on, is none."""
    text = "def go(v, seen):\n    done = set()\n    if v not in done:\n        go(v, done)\n"
    alone = text.replace("go(v, done)", "walk(v)")
    assert made_by(slips, alone) == {alone.replace("        walk", "        done.add(v)\n        walk")}
    assert made_by(slips, text) == set()
    assert made_by(slips, alone.replace("walk(v)", "done.add(v)")) == set()
    ordered = (
        "def back(root):\n    order = []\n\n    def visit(v):\n        v\n    visit(root)\n    return len(order)\n"
    )
    assert ordered.replace("        v\n", "        order.append(v)\n") in made_by(slips, ordered)


def test_what_stands_alone_was_handed_to_the_function_around_it() -> None:
    """Or to one that nothing calls; in a function that does nothing with it there is no telling."""
    text = "def visit(v):\n    for p in v.parents:\n        (p)\n    order.append(v)\n"
    assert made_by(slips, text) == {text.replace("(p)", "visit(p)")}
    assert made_by(slips, text.replace("(p)", "visit(p)")) == set()


def test_a_power_is_lowered_where_it_is_differentiated() -> None:
    """In the closure of an operation; elsewhere what is multiplied by its own exponent may be meant."""
    closure = "def power(x, p):\n    def back():\n        x.g += p * x.v ** p * up\n    return back\n"
    assert made_by(slips, closure) == {closure.replace("** p", "** (p - 1)")}
    assert made_by(slips, closure.replace("** p", "** q")) == set()
    assert made_by(slips, "def density(k, x):\n    return k * x ** k\n") == set()
    right = closure.replace("** p", "** (p - 1)")
    assert made_by(slips, right) == set()
    assert made_by(slips, right.replace("p * x", "x")) == {right}
    assert made_by(slips, right.replace("p * x", "up * x")) == {right.replace("p * x", "up * p * x")}
    assert made_by(slips, right.replace("p * x", "up / x")) == set()
    assert made_by(slips, right.replace("p * x.v ** (p - 1)", "x.v ** (p-1)")) == {right.replace("p - 1", "p-1")}
    assert made_by(slips, closure.replace("p * x", "p + x")) == set()


def test_what_nothing_reads_was_meant_for_what_it_is_made_of() -> None:
    text = "def f(x):\n    z = first(x)\n    a = tanh(z)\n    return second(a)\n"
    wrong = text.replace("second(a)", "second(z)")
    assert text in made_by(slips, wrong)
    assert not made_by(slips, text)
    assert not made_by(slips, wrong.replace("second(z)", "second(z) if x else a"))
    viewed = wrong.replace("    return", "    a[:] = x\n    return")  # which puts it into something else
    assert not made_by(slips, viewed)
    assert not made_by(lambda program: slips(program, ["local('f', 'a')"]), wrong)
    assert not made_by(slips, wrong.replace("    return", "    z = third(x)\n    return"))
