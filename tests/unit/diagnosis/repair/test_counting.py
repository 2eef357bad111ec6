"""Where slices end, and how far loops count."""

from __future__ import annotations

from workbench import LOOP, made_by, mended

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.counting import slice_ends
from gradcheck.diagnosis.repair.edits import Edits
from gradcheck.diagnosis.repair.writing import Scope


def test_a_slice_ends_where_it_is_said_to() -> None:
    """Without the number that is added or taken away; what no slice is made of is left alone."""
    text = "def f(x, lo, size):\n    hi = (lo + size) - 1\n    n = lo - 1\n    return x[lo:hi]\n"
    assert made_by(slice_ends, text) == {text.replace("(lo + size) - 1", "(lo + size)")}
    assert made_by(slice_ends, text.replace("x[lo:hi]", "x[hi]")) == set()
    assert made_by(slice_ends, text.replace(" - 1\n    n", " - size\n    n")) == set()


def test_a_batch_that_ends_too_early_is_mended() -> None:
    """The last example is in none."""
    right = LOOP.replace("zip(X, Y)", "zip(X[:end], Y[:end])").replace(
        "    for x, y", "    end = len(X)\n    for x, y"
    )
    assert mended(right) is None
    found = mended(right.replace("end = len(X)", "end = len(X) - 1"), seconds=10.0)
    assert found is not None
    assert found.text == right


def test_where_a_place_is_counted_from_is_one_further_or_nearer() -> None:
    """The bias stands first in each row; what is no place is no number to count on."""
    text = "for j in range(h):\n    w[g + j] = 0\n    g += n\n    e += m\n"
    program = Program(text)
    made = {edit.apply(text) for root in program.roots for edit in Edits(program, root, Scope()).below()}
    assert {text.replace("g += n", "g += n + 1"), text.replace("g += n", "g += n - 1")} <= made
    assert text.replace("e += m", "e += m + 1") not in made
