"""Loops that are written alike: what one does otherwise than the other."""

from __future__ import annotations

from functools import partial

import pytest
from workbench import made_by

from gradcheck.diagnosis.repair.parallel import parallel

texts = partial(made_by, parallel)
RIGHT = """\
def feed(x):
    for j in range(NH):
        s = wi[at(NI, j)]
        for i in range(NI):
            s += x[i] * wi[at(i, j)]
        ah[j] = squash(s)
    for k in range(NO):
        s = wo[at(NH, k)]
        for j in range(NH):
            s += ah[j] * wo[at(j, k)]
        ao[k] = squash(s)
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("s = wi[at(NI, j)]", "s = 0.0"),
        ("s = wo[at(NH, k)]", "s = 0"),
        ("s += ah[j] * wo[at(j, k)]", "s = ah[j] * wo[at(j, k)]"),
        ("ah[j] = squash(s)", "ah[j] = s"),
    ],
)
def test_a_statement_is_written_as_in_the_other_loop_in_its_own_words(old: str, new: str) -> None:
    assert RIGHT.count(old) == 1
    wrong = RIGHT.replace(old, new)
    assert RIGHT in texts(wrong)


def test_nothing_is_taken_from_a_loop_of_another_kind() -> None:
    """Nor where both are the same already, nor from a loop within, nor in names that aren't known."""
    assert texts(RIGHT) == set()
    assert texts("for i in a:\n    s = i\n    t = f(i)\nfor j in b:\n    u += j\n    v.append(j)\n") == set()
    inner = "for i in a:\n    s = i\n    for j in b:\n        s = j\n        t = s + 1\n"
    assert texts(inner) == set()
    unknown = (
        "def one(a):\n    c = 1\n    for i in a:\n        s = c\n        t = s\n"
        "def two(b):\n    for j in b:\n        s = 0\n        t = s\n"
    )
    assert texts(unknown) == {unknown.replace("s = c", "s = 0")}
