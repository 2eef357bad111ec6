"""A small network by hand, in the form that people check: the loss, its gradients, and both at given sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Gradients = dict[str, Any]
N, D, H, K = 7, 4, 5, 3
_RANDOM = np.random.default_rng(0)
X, Y = _RANDOM.normal(size=(N, D)), _RANDOM.normal(size=(N, K))
PARAMETERS = {
    "W1": _RANDOM.normal(size=(D, H)),
    "b1": _RANDOM.normal(size=(1, H)),
    "W2": _RANDOM.normal(size=(H, K)),
    "b2": _RANDOM.normal(size=(1, K)),
}


def loss(p: Gradients) -> Any:
    """Mean squared error of a tanh network."""
    return ((np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"] - Y) ** 2).sum() / (2 * N)


def gradients(p: Gradients) -> Gradients:
    """Its right gradients."""
    a1 = np.tanh(X @ p["W1"] + p["b1"])
    delta2 = (a1 @ p["W2"] + p["b2"] - Y) / N
    delta1 = delta2 @ p["W2"].T * (1 - a1 * a1)
    return {
        "W1": X.T @ delta1,
        "b1": delta1.sum(axis=0, keepdims=True),
        "W2": a1.T @ delta2,
        "b2": delta2.sum(axis=0, keepdims=True),
    }


def altered(name: str, change: Callable[[Any, Gradients], Any]) -> Callable[[Gradients], Gradients]:
    """The right gradients with one of them changed: `change(gradient, parameters)`."""

    def wrong(p: Gradients) -> Gradients:
        right = gradients(p)
        return {**right, name: change(right[name], p)}

    return wrong
