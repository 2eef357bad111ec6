"""Rows of functions or objects that lack one."""

from __future__ import annotations

from functools import partial

import pytest
from workbench import made_by

from gradcheck.diagnosis.repair.rows import left_out

texts = partial(made_by, left_out)
LAYERS = """\
class Dense:
    def __init__(self, w):
        self.w = w

class Tanh:
    def forward(self, x):
        return x

def relu(x):
    return x

def chain(*blocks):
    return blocks

"""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("net = [Dense(a), Dense(b)]\n", "net = [Dense(a), Tanh(), Dense(b)]\n"),
        ("net = chain(Dense(a), Dense(b))\n", "net = chain(Dense(a), relu, Dense(b))\n"),
        (
            "net['one'] = Dense(a)\nnet['two'] = Dense(b)\n",
            "net['one'] = Dense(a)\nnet['Tanh'] = Tanh()\nnet['two'] = Dense(b)\n",
        ),
        ("net.add(Dense(a))\nnet.add(Dense(b))\n", "net.add(Dense(a))\nnet.add(Tanh())\nnet.add(Dense(b))\n"),
        # it stands in the row already, at another place
        ("net = [Dense(a), Dense(b), Tanh()]\n", "net = [Dense(a), Tanh(), Dense(b), Tanh()]\n"),
    ],
)
def test_what_nothing_names_may_belong_into_a_row(wrong: str, right: str) -> None:
    assert LAYERS + right in texts(LAYERS + wrong)


@pytest.mark.parametrize(
    "text",
    [
        "net = [Dense(a)]\n",  # no row
        "net = [a, b]\n",  # nothing of the file's
        "net = dict(Dense(a), Dense(b))\n",  # it may take no more
        "net['one'] = Dense(a)\nold['two'] = Dense(b)\n",
        "net[0] = Dense(a)\nnet[1] = Dense(b)\n",  # under numbers others would have to move
    ],
)
def test_nothing_is_put_into_other_rows(text: str) -> None:
    assert texts(LAYERS + text) == set()


def test_what_has_a_name_elsewhere_is_not_put_in() -> None:
    used = "net = [Dense(a), Dense(b)]\nact = Tanh()\nother = relu(c)\nall = chain()\n"
    assert texts(LAYERS + used) == set()
