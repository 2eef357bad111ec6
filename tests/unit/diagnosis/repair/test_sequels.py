"""What comes after a statement comes after its like, in its terms."""

from __future__ import annotations

from workbench import made_by

from gradcheck.diagnosis.repair.sequels import sequels

PIECES = """
def unpack(params, d, h, k):
    at = 0
    W1 = params[at:at + d * h].reshape(d, h)
    at += d * h
    b1 = params[at:at + h].reshape(1, h)
    at += h
    W2 = params[at:at + h * k].reshape(h, k)
    at += h * k
    print(at)
    return W1, b1, W2
"""


def test_what_follows_one_piece_follows_the_others() -> None:
    """By as much as each of them takes; nothing is added where it is there."""
    wrong = PIECES.replace("    at += h\n", "")
    assert PIECES in made_by(sequels, wrong)
    assert PIECES in made_by(sequels, PIECES.replace("    at += h * k\n", ""))
    assert made_by(sequels, PIECES) == set()


def test_what_is_made_anew_is_no_sequel() -> None:
    """Only what changes something may be missing without an error."""
    text = "x = f(a)\ny = x + 1\nz = f(b)\nprint(z)\n"
    assert made_by(sequels, text) == set()
    assert made_by(sequels, text.replace("y = x + 1", "y += x")) == {
        text.replace("y = x + 1", "y += x").replace("f(b)\n", "f(b)\ny += z\n")
    }


def test_what_makes_no_python_is_no_sequel() -> None:
    """A number can't be added to; what names a place keeps it."""
    text = "i = 0\nb = p[i]\ni += 1\nc = p[0]\nprint(b, c)\n"
    assert made_by(sequels, text) == set()
