"""What right code may be off by where units are saturated, and no more."""

import numpy as np
import pytest

from gradcheck.comparison import compare
from gradcheck.differences import network_gradients
from gradcheck.findings import Verdict
from gradcheck.network.forward import Array, Network
from gradcheck.network.rounding import rounding


def values(scale: float) -> dict[str, Array]:
    """Inputs of some scale, and parameters of the usual one."""
    rng = np.random.default_rng(3)
    shapes = {"w1": (4, 5), "b1": (1, 5), "w2": (5, 3), "b2": (1, 3)}
    drawn = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return {"x": rng.integers(0, 255, (6, 4)) / 255 * scale, "y": rng.random((6, 3)), **drawn}


def as_people_write_it(v: dict[str, Array]) -> dict[str, Array]:
    """The backward pass with `1 - a ** 2` and `a * (1 - a)`."""
    a1 = np.tanh(v["x"] @ v["w1"] + v["b1"])
    a2 = 1 / (1 + np.exp(-(a1 @ v["w2"] + v["b2"])))
    d2 = (a2 - v["y"]) * a2 * (1 - a2)
    d1 = d2 @ v["w2"].T * (1 - a1**2)
    return {"w1": v["x"].T @ d1, "b1": d1.sum(0, keepdims=True), "w2": a1.T @ d2, "b2": d2.sum(0, keepdims=True)}


def verdicts(scale: float, factor: float = 1.0) -> dict[str, Verdict]:
    """Judge it, each gradient with a factor."""
    network, v = Network(hidden_activation="tanh"), values(scale)
    lost, own = rounding(network, v), as_people_write_it(v)
    return {
        name: compare(
            name,
            factor * own[name],
            found.value,
            found.bound,
            expected_shape=found.value.shape,
            rounding=lost[name],
        ).verdict
        for name, found in network_gradients(network, v).items()
    }


@pytest.mark.parametrize("scale", [1.0, 20.0, 255.0, 1e4])
def test_right_code_is_never_called_wrong_for_the_scale_of_its_data(scale: float) -> None:
    """Where nothing is left of the gradient, nobody can tell."""
    assert set(verdicts(scale).values()) <= {Verdict.CORRECT, Verdict.INCONCLUSIVE}


def test_nobody_can_tell_where_all_units_are_saturated() -> None:
    """The output layer is judged all the same."""
    found = verdicts(255.0)
    assert (found["w1"], found["w2"]) == (Verdict.INCONCLUSIVE, Verdict.CORRECT)


def test_it_excuses_nothing_elsewhere() -> None:
    """A millionth too much is wrong, or told as imprecise, on inputs of the usual scale."""
    assert set(verdicts(1.0).values()) == {Verdict.CORRECT}
    assert not set(verdicts(1.0, factor=1 + 1e-6).values()) & {Verdict.CORRECT, Verdict.INCONCLUSIVE}
    assert set(verdicts(1.0, factor=1.001).values()) == {Verdict.WRONG}
