"""What trials leave, and how it is found."""

from pathlib import Path

import numpy as np
import pytest

from gradcheck.proposing import constructing
from gradcheck.proposing.exploring import SIZES, Left, Trial, explore, gathered, scattered
from gradcheck.proposing.layouts import ROWS
from gradcheck.submissions.sandbox import Sandbox

UNITS = (
    "class Unit:\n"
    "    def __init__(self, inputs):\n"
    "        self.weights, self.bias = [0.5] * inputs, 0.0\n"
    "class Net:\n"
    "    rate = 0.1\n"
    "    def __init__(self, d, h, k):\n"
    "        self.hidden = [Unit(d) for _ in range(h)]\n"
    "        self.out = [Unit(h) for _ in range(k)]\n"
)
SHARED = (
    "import numpy as np\n"
    "class Layer:\n"
    "    def __init__(self, W):\n"
    "        self.W = W\n"
    "class Net:\n"
    "    def __init__(self, d, h, k):\n"
    "        self.params = {'one': np.ones((d, h)), 'two': np.ones((h, k))}\n"
    "        self.layers = [Layer(self.params['one']), Layer(self.params['two'])]\n"
)


def made(folder: Path, text: str) -> Left:
    """What `net = Net(d, h, k)` leaves."""
    path = folder / "ann.py"
    path.write_text(text)
    with Sandbox() as sandbox:
        (left,) = explore(
            sandbox, str(path), [Trial(setup="", run="net = Net(d, h, k)", roots=("net",), layout=ROWS)]
        )
    assert not left.error
    return left


def test_what_units_have_each_is_one_array(tmp_path: Path) -> None:
    """Weights of single units are rows of the weights; the class's own numbers are seen, too."""
    left = made(tmp_path, UNITS)
    slots = constructing.slots(left.leaves)
    assert slots.places["W1"] == gathered("net.hidden", ".weights")
    assert slots.places["b2"] == gathered("net.out", ".bias")
    assert slots.axes == {"W1": "h d", "b1": "h", "W2": "k h", "b2": "k"}
    assert constructing.numbers(left.leaves) == {"rate": "net.rate"}


def test_units_are_given_what_is_read_from_them() -> None:
    """The statement that gives an array, and the expression that reads it, are each other's inverse."""

    class Unit:
        bias = 0.0

    names = {"net": [Unit(), Unit()], "np": np, "W": np.array([1.0, 2.0])}
    exec(scattered(gathered("net", ".bias"), "W"), names)
    assert eval(gathered("net", ".bias"), names).tolist() == [1.0, 2.0]
    assert scattered("net.W", "W1") == "net.W = W1"


def test_an_array_under_two_names_is_given_under_both(tmp_path: Path) -> None:
    """Layers that keep references to the arrays of a dictionary get the new ones as well."""
    lines = constructing.assignments(constructing.slots(made(tmp_path, SHARED).leaves))
    assert lines == ["net.layers[0].W = net.params['one'] = W1", "net.layers[1].W = net.params['two'] = W2"]


@pytest.mark.parametrize(
    ("shapes", "axes"),
    [
        ([(2, 3), (1, 3), (3, 1), (1, 1)], {"W1": "d h", "b1": "1 h", "W2": "h k", "b2": "1 k"}),
        ([(3, 2), (3, 1), (1, 3), (1, 1)], {"W1": "h d", "b1": "h 1", "W2": "k h", "b2": "k 1"}),
        ([(2, 3), (3, 4)], {"W1": "d h", "W2": "h k"}),
        ([(2, 3), (4, 5)], {}),
    ],
)
def test_arrays_that_fit_together_are_the_parameters(
    tmp_path: Path, shapes: list[tuple[int, ...]], axes: dict[str, str]
) -> None:
    """Sizes are the file's own: what tells is that the first layer's outputs are the second one's inputs."""
    text = "import numpy as np\nclass Net:\n    def __init__(self, d, h, k):\n"
    text += "".join(f"        self.a{index} = np.ones({shape})\n" for index, shape in enumerate(shapes))
    assert constructing.chained(made(tmp_path, text).leaves).axes == axes


def test_the_sizes_tell_all_axes_apart() -> None:
    """No two axes are equally long, one longer by the bias included, at both sizes together."""
    for one in "ndhk":
        for other in "ndhk":
            if one != other:
                assert any(sizes[one] != sizes[other] for sizes in SIZES)
                assert any(sizes[one] + 1 != sizes[other] for sizes in SIZES)
