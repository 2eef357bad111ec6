"""Errors of which the labels are no part get it, where the outputs are and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from workbench import PROBES, run

from gradcheck.config import Contract
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.labelled import labelled
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.network.forward import Network, Scale
from gradcheck.probes import Probe

NETWORK = Network(output_activation="softmax", loss="cross-entropy", loss_scale=Scale.parse("1/n"))
CONTRACT = Contract(
    run="g = backward(X, Y.argmax(axis=1), W1, b1, W2, b2)",
    gradients={"W1": "g[0]", "b1": "g[1]", "W2": "g[2]", "b2": "g[3]"},
)
RIGHT = """\
import numpy as np

def backward(X, y, W1, b1, W2, b2):
    n = len(X)
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    e = np.exp(h @ W2 + b2)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[range(n), y]).mean()
    d = p.copy()
    d[range(n), y] -= 1
    d /= n
    g = d @ W2.T * h * (1 - h)
    return X.T @ g, g.sum(0, keepdims=True), h.T @ d, d.sum(0, keepdims=True)
"""
TAKEN = "    d[range(n), y] -= 1\n"


def with_labels(one: Probe) -> Probe:
    n, k = one.values["y"].shape
    return Probe(one.name, {**one.values, "y": np.eye(k)[np.arange(n) % k]}, one.sizes)


def edits_of(text: str) -> set[str]:
    trial = Trial(
        "s.py", CONTRACT, NETWORK, tuple(map(with_labels, PROBES)), run, lambda probes, result: frozenset()
    )
    program = Program(text)
    observation = Observation(program, trial.watched(text).probes[0].events, trial.tables[0])
    return {edit.apply(text) for edit in labelled(program, observation)}


def test_the_labels_are_taken_from_the_outputs() -> None:
    """By the index that the loss takes; not where it is done already."""
    assert RIGHT in edits_of(RIGHT.replace(TAKEN, ""))
    assert not any("d[" in one.replace(TAKEN, "") for one in edits_of(RIGHT))


@pytest.mark.parametrize(
    ("made", "taken"), [("p / n", "d[np.arange(len(y)), y] -= 1 / n"), ("p * 1", "d[np.arange(len(y)), y] -= 1")]
)
def test_an_index_is_made_of_what_holds_the_labels(made: str, taken: str) -> None:
    """Of outputs that are divided already a part is taken."""
    wrong = RIGHT.replace(TAKEN, "").replace("    loss = -np.log(p[range(n), y]).mean()\n", "")
    wrong = wrong.replace("p.copy()", made)
    assert wrong.replace(f"d = {made}\n", f"d = {made}\n    {taken}\n") in edits_of(wrong)


def test_what_is_no_output_gets_no_labels() -> None:
    """Sums of anything else stay as they are."""
    assert not any("h[" in one or "e[" in one for one in edits_of(RIGHT.replace(TAKEN, "")))
