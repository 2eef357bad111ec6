"""What is said of files that no contract was found for."""

import pytest

from gradcheck.proposing.facts import read
from gradcheck.proposing.refusing import hopeless, refusal, what

NUMPY = "import numpy as np\n"
LAYER = "def f(x, w, v, u):\n    return np.tanh(np.tanh(x @ w) @ v)"


@pytest.mark.parametrize(
    ("text", "said", "may_be_one"),
    [
        ("", "no code", False),
        ('"""Only words."""\nimport os\n', "no code", False),
        ("import keras\nmodel = keras.Sequential()\nmodel.fit(x, y)\n", "the network is `keras`'s", False),
        ("from torch import nn\nclass Net(nn.Module):\n    pass\n", "the network is `torch`'s", False),
        (NUMPY + LAYER + " @ u\n", "more than two layers (in `f` `u` comes after `v`)", False),
        (NUMPY + LAYER.replace("u):", "test):") + " @ test\n", "a two-layer network in `f`", True),
        (NUMPY + LAYER + "\n", "a two-layer network in `f`", True),
        (NUMPY + "def f(x, w):\n    return x @ w\n", "no two layers", True),
        ("def add(a, b):\n    return a + b\n", "no matrix product, no loop within a loop; it defines `add`", True),
    ],
)
def test_a_file_is_said_to_be_what_it_is(text: str, said: str, may_be_one: bool) -> None:
    """Each kind of file has words of its own, and only what may be a network is shown how to go on."""
    found, possible = what(read(text))
    assert said in found
    assert possible is may_be_one
    assert ("[submission.gradients]" in str(refusal("x.py", read(text), {}))) is may_be_one


def test_what_failed_is_told_in_one_line_each() -> None:
    """An exception of several lines does not spill over the list."""
    text = str(refusal("x.py", read(NUMPY + LAYER), {"a function": "ann.py:3\n  in f\nValueError: no"}))
    assert "- a function: ann.py:3 in f ValueError: no\n" in text


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("def add(a, b):\n    return a + b\n", True),
        ("class Money:\n    def twice(self):\n        return self.amount * 2\n", True),
        (NUMPY + LAYER, False),
        ("for i in a:\n    for j in b:\n        s += w[i] * x[j]\n", False),
        ("class Unit:\n    def fire(self, x):\n        return exp(self.w * x)\n", False),
    ],
)
def test_what_is_not_even_tried(text: str, so: bool) -> None:
    """Only files without any product that could be a layer's are refused at once."""
    assert hopeless(read(text)) is so
