"""Tests of the structured engine: it perturbs what it says, and blocks don't show."""

import numpy as np
import pytest
from exact import problem

from gradcheck.differences.engine import Engine
from gradcheck.network.forward import loss

KINDS = [{}, {"output_activation": "softmax", "loss": "cross-entropy"}, {"hidden_activation": "relu"}]


def plain_changes(network, values, layer, shift):
    """What the loss does when each entry is really moved, by the plain forward pass."""
    names = (f"w{layer}", f"b{layer}")
    base, rows = loss(network, values), []
    for name in names:
        changed = np.empty(values[name].shape)
        for index in np.ndindex(changed.shape):
            moved = values[name].copy()
            moved[index] += shift
            changed[index] = loss(network, {**values, name: moved}) - base
        rows.append(changed)
    return np.concatenate(rows)


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("options", KINDS)
def test_a_structured_perturbation_is_a_perturbation(options, layer):
    """Recomputing only what moves gives the loss of the network with that entry moved."""
    network, values = problem(1, **options)
    engine = Engine(network, values)
    changes = engine.changes(layer, np.full(engine.layer_shape(layer), 0.5))
    np.testing.assert_allclose(changes, plain_changes(network, values, layer, 0.5), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("options", KINDS)
def test_memory_and_threads_change_nothing(options, layer):
    """Blocks of a few numbers on several threads give the sums of one block, to rounding."""
    network, values = problem(2, (9, 6, 5, 4), **options)
    whole = Engine(network, values, threads=1)
    shifts = np.full(whole.layer_shape(layer), 2.0**-100)
    expected = whole.imaginary_changes(layer, shifts)
    for memory in (1, 1000, 5000):
        parts = Engine(network, values, memory=memory, threads=2)
        np.testing.assert_allclose(parts.imaginary_changes(layer, shifts), expected, rtol=1e-12)


def test_many_blocks_on_threads_give_the_same_sums(monkeypatch):
    """Where blocks are really shared out, no block's sum is lost."""
    monkeypatch.setattr("gradcheck.differences.engine.PARALLEL_NUMBERS", 1)
    network, values = problem(2, (9, 6, 5, 4))
    shifts = np.full((7, 5), 2.0**-100)
    one = Engine(network, values, threads=1).imaginary_changes(1, shifts)
    many = Engine(network, values, memory=4000, threads=3).imaginary_changes(1, shifts)
    np.testing.assert_allclose(many, one, rtol=1e-12)


def test_a_block_keeps_to_its_budget():
    """However large the problem, no block has more numbers than the budget allows."""
    network, values = problem(0, (300, 40, 20, 10))
    engine = Engine(network, values, memory=100_000, threads=1)
    for units, rows, examples in engine._blocks(1, 5000):
        size = (units.stop - units.start) * (rows.stop - rows.start) * (examples.stop - examples.start) * engine.k
        assert size <= 5000


def test_values_are_not_written_to():
    """The engine reads the parameters only."""
    network, values = problem(0)
    before = {name: value.tobytes() for name, value in values.items()}
    for value in values.values():
        value.setflags(write=False)
    engine = Engine(network, values)
    engine.changes(1, np.full(engine.layer_shape(1), 0.1))
    assert before == {name: value.tobytes() for name, value in values.items()}
