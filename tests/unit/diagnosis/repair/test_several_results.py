"""What gives several arrays at once tells an edit as well as one array does."""

from __future__ import annotations

import numpy as np
import pytest
from workbench import PROGRAM, mended

from gradcheck.submissions import arrays, watch
from gradcheck.submissions.job import Evaluation

BOTH = PROGRAM.replace(
    """\
    h = sigmoid(X @ W1 + b1)
    o = sigmoid(h @ W2 + b2)
""",
    """\
    FORWARD
""",
).replace(
    "def backward",
    """\
def forward(X, W1, b1, W2, b2):
    h = sigmoid(X @ W1 + b1)
    return GIVEN

def backward""",
)
FORMS = {
    "h, o = forward(X, W1, b1, W2, b2)": "h, sigmoid(h @ W2 + b2)",
    "o, (h, _) = forward(X, W1, b1, W2, b2)": "sigmoid(h @ W2 + b2), (h, None)",
    "kept = forward(X, W1, b1, W2, b2)\n    h, o = kept['h'], kept['o']": "{'h': h, 'o': sigmoid(h @ W2 + b2)}",
}


@pytest.mark.parametrize("call", FORMS)
@pytest.mark.parametrize("wrong", ["X.T", "b1", "Y"])
def test_a_call_that_gives_several_is_mended(call: str, wrong: str) -> None:
    """By what it is given: of a tuple, one within another, and of a dict."""
    right = BOTH.replace("FORWARD", call).replace("GIVEN", FORMS[call])
    assert mended(right) is None
    found = mended(right.replace("= forward(X, ", f"= forward({wrong}, "), seconds=6.0)
    assert found is not None
    assert found.text == right


def test_the_arrays_of_a_result_are_told_apart() -> None:
    """In their order; what holds anything else, or too much, is none: the rest of it would not be seen."""
    one, two = np.ones((2, 3)), np.zeros(3)
    assert [part.shape for part in arrays.results((one, two))] == [(2, 3), (3,)]
    assert [part.shape for part in arrays.results({"a": one, "b": (two, None, "relu"), "c": [two, one]})] == [
        (2, 3), (3,), (3,), (2, 3),
    ]  # fmt: skip
    assert arrays.results((one, object())) == []
    assert arrays.results((one,) * 17) == []
    assert [part.shape for part in arrays.results((one, np.zeros((0, 3)), two))] == [(2, 3), (3,)]
    assert arrays.results(one) == []
    around: dict[str, object] = {"a": one}
    around["self"] = around
    assert arrays.results(around) == []


def test_each_of_them_is_reported() -> None:
    """Counted from 1; one array alone is part 0."""
    recorder = watch.Recorder([Evaluation(node=3, expressions=("(a, 2 * a)", "a"))])
    space = {"look": recorder.evaluate, "a": np.ones(2)}
    exec("look(3)", space)
    found = [(event.candidate, event.part, event.value.tolist()) for event in recorder.events()]
    assert found == [(0, 1, [1.0, 1.0]), (0, 2, [2.0, 2.0]), (1, 0, [1.0, 1.0])]
