"""The graph of the backward pass."""

import samples

from gradcheck.reports.graph import graph


def test_the_first_wrong_stands_out() -> None:
    """Of several wrong quantities the first in the order of computation is marked, and only it."""
    nodes = [node for _, row in graph(samples.unexplained().steps) for node in row]
    assert [node.name for node in nodes if node.first] == ["delta2"]
    assert {node.name: node.mark for node in nodes}["W2"] == "✗"
    assert {node.name: node.mark for node in nodes}["b2"] == "?"


def test_nothing_known_is_nothing_drawn() -> None:
    """Without any step known there is no graph; a network without biases has none in it."""
    assert graph({}) == []
    assert graph({"z1": "unknown"}) == []
    without = {step: state for step, state in samples.RIGHT.items() if step not in ("b1", "b2")}
    assert not {node.name for _, row in graph(without) for node in row} & {"b1", "b2"}
