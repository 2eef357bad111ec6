"""The explorer that runs in the child."""

from collections import namedtuple
from types import ModuleType

import numpy as np

from gradcheck.proposing import inside
from gradcheck.proposing.exploring import SIZES, drawn


def test_what_is_packed_comes_back() -> None:
    """A nest of texts and numbers survives the way through an array of float64."""
    value = [{"error": "ö"}, {"leaves": [1, 2.5, None]}]
    assert inside.unpacked(inside.packed(value).astype(float)) == value


def test_leaves_are_expressions_that_give_the_arrays() -> None:
    """Every path, evaluated, is the array it was reported with."""
    pair = namedtuple("pair", "w b")
    root = {"a": [np.ones(2), (np.zeros(3), 4.0)], "p": pair(np.ones(1), [[1, 2], [3, 4]])}
    found = dict(inside.leaves("root", root, ModuleType("m")))
    assert set(found) == {"root['a'][0]", "root['a'][1][0]", "root['a'][1][1]", "root['p'].w", "root['p'].b"}
    assert all(np.array_equal(eval(path, {"root": root}), array) for path, array in found.items())


def test_fingerprints_ignore_order_sign_and_factor_only() -> None:
    """A gradient is known whatever its layout and scale; another array is not."""
    array = np.random.default_rng(1).normal(size=(3, 4))
    first, turned = inside.fingerprint(array), inside.fingerprint(-3 * array.T)
    assert first is not None
    assert turned is not None
    assert np.allclose(first, turned)
    other = inside.fingerprint(array**2)
    assert other is not None
    assert not np.allclose(first, other)


def test_a_trial_that_fails_or_never_ends_is_an_error_and_leaves_no_trace() -> None:
    """One bad trial costs the others nothing, and what it did to the file's globals is undone."""
    module = ModuleType("m")
    vars(module)["n_calls"] = 0
    texts = ["submission.n_calls = 5; raise KeyError", "while True: pass", "result = X * 2"]
    axes = {name: "n d" if name == "X" else None for name in inside.AXES}
    trials = [
        {
            "setup": "",
            "run": run,
            "roots": ["result"],
            "axes": axes,
            "pins": {},
            "lists": False,
            "fusing": "",
            "fused": [],
        }
        for run in texts
    ]
    inputs = drawn(SIZES[0])
    text = __import__("json").dumps(trials)
    answers = inside.unpacked(inside.explore(module, inputs.arrays, inputs.sizes, text))
    assert "KeyError" in answers[0]["error"]
    assert "too long" in answers[1]["error"]
    assert answers[2]["leaves"][0]["path"] == "result"
    assert vars(module)["n_calls"] == 0


def test_layouts_are_those_of_contracts() -> None:
    """The explorer lays arrays out as a contract's axes do."""
    from gradcheck.submissions.axes import to_submission

    inputs = drawn(SIZES[0])
    for name, notation in {"X": "d n", "Y": "labels", "W1": "h d", "b1": "h 1", "b2": "k"}.items():
        laid = inside.laid_out(inputs.arrays[name], inside.AXES[name], notation, inputs.sizes)
        assert np.array_equal(laid, to_submission(name, inputs.arrays[name], notation, inputs.sizes))
