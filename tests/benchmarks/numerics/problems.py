"""The network that the peers are measured on, and eighteen wrong gradients of it."""

from __future__ import annotations

import numpy as np

from gradcheck.network.backward import Trace, gradients
from gradcheck.network.forward import Network, Scale


def problem(sizes, *, seed=0, weights=1.0, scale="1/2"):
    """Two sigmoid layers and squared error, with random values; unsaturated unless `weights` is large."""
    n, d, h, k = sizes
    random = np.random.default_rng(seed)
    values = {
        "x": random.normal(size=(n, d)),
        "y": random.uniform(0.1, 0.9, size=(n, k)),
        "w1": weights * random.normal(size=(d, h)) / np.sqrt(d),
        "b1": 0.5 * random.normal(size=(1, h)),
        "w2": weights * random.normal(size=(h, k)) / np.sqrt(h),
        "b2": 0.5 * random.normal(size=(1, k)),
    }
    return Network(loss_scale=Scale.parse(scale)), values


REGIMES = {
    "normal": {"scale": "1/(2 n)"},
    "saturated, weights × 8": {"scale": "1/(2 n)", "weights": 8.0},
    "loss × 1e-3": {"scale": "1/(2000 n)"},
}

# name: overrides of backward steps, or a function of the right gradients
STEP_FAULTS = {
    "hidden derivative missing": {"slope1": lambda t: np.ones_like(t.z1)},
    "output derivative missing": {"slope2": lambda t: np.ones_like(t.z2)},
    "sigma' of an activation": {"slope1": lambda t: (s := 1 / (1 + np.exp(-t.a1))) * (1 - s)},
    "sigma' of the output": {"slope2": lambda t: (s := 1 / (1 + np.exp(-t.a2))) * (1 - s)},
    "derivative applied twice": {"slope1": lambda t: (t.a1 * (1 - t.a1)) ** 2},
    "a1 (1 + a1)": {"slope1": lambda t: t.a1 * (1 + t.a1)},
    "tanh's derivative": {"slope1": lambda t: 1 - t.a1**2},
    "sign of the error": {"grad_a2": lambda t: -2 * t.scale * (t.a2 - t.y)},
    "factor two missing": {"grad_a2": lambda t: t.scale * (t.a2 - t.y)},
    "mean for sum": {"grad_a2": lambda t: 2 * t.scale * (t.a2 - t.y) / t.n},
}
VALUE_FAULTS = {
    "b1 a mean": lambda g, t: g | {"b1": g["b1"] / t.n},
    "b2 a mean": lambda g, t: g | {"b2": g["b2"] / t.n},
    "b1 summed over the wrong axis": lambda g, t: g | {"b1": t.step("delta1").sum(axis=1)[None, : t.h]},
    "b1 of the first example": lambda g, t: g | {"b1": t.step("delta1")[:1]},
    "sign of dW1": lambda g, t: g | {"w1": -g["w1"]},
    "one entry of W1 zero": lambda g, t: (
        g | {"w1": np.where(np.arange(g["w1"].size).reshape(g["w1"].shape) == 7, 0, g["w1"])}
    ),
    "last example left out of W2": lambda g, t: g | {"w2": t.a1[:-1].T @ t.step("delta2")[:-1]},
    "b2 left at zero": lambda g, t: g | {"b2": np.zeros_like(g["b2"])},
}


def wrong_gradients(network, values):
    """Name to gradients, each wrong in one way."""
    right, trace = gradients(network, values), Trace(network, values)
    wrong = {}
    for name, overrides in STEP_FAULTS.items():
        faulty = Trace(network, values, overrides)
        wrong[name] = {parameter: faulty.gradient(parameter) for parameter in network.parameters}
    for name, change in VALUE_FAULTS.items():
        wrong[name] = change(dict(right), trace)
    return wrong
