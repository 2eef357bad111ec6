"""The little graph of the backward pass: which quantities are right, which wrong, which come first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcheck.network.forward import printed

# Rows of the picture: a label, then the quantities with the sign that leads to each from those before it.
LAYOUT = (
    ("forward", (("", "z1"), ("→", "a1"), ("→", "z2"), ("→", "a2"), ("→", "loss"))),
    ("output", (("", "grad_a2"), ("⊙", "slope2"), ("→", "delta2"), ("→", "w2"), (",", "b2"))),
    ("hidden", (("", "grad_a1"), ("⊙", "slope1"), ("→", "delta1"), ("→", "w1"), (",", "b1"))),
)
MARKS = {"right": "✓", "wrong": "✗", "unknown": "?"}


@dataclass(frozen=True)
class Node:
    """
    One quantity of the picture.

    Attributes
    ----------
    name : str
        As printed.
    state : str
        `right`, `wrong` or `unknown`.
    join : str
        The sign in front of it.
    first : bool
        Whether it is the first wrong one in the order of the computation.
    """

    name: str
    state: str
    join: str
    first: bool

    @property
    def mark(self) -> str:
        """The sign for its state."""
        return MARKS[self.state]


def graph(steps: Mapping[str, str]) -> list[tuple[str, list[Node]]]:
    """Lay the steps out in rows; empty where nothing is known of any."""
    if not set(steps.values()) - {"unknown"}:
        return []
    order = [step for _, nodes in LAYOUT for _, step in nodes]
    first = next((step for step in order if steps.get(step) == "wrong"), None)
    return [
        (label, [_node(step, join, steps, first) for join, step in nodes if step in steps or step not in "b1b2"])
        for label, nodes in LAYOUT
    ]


def _node(step: str, join: str, steps: Mapping[str, str], first: str | None) -> Node:
    state = steps.get(step, "unknown")
    return Node(printed(step), state if state in MARKS else "unknown", join, step == first)
