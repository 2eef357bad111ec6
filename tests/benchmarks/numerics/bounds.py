"""
Hold every error bound against 120-digit arithmetic over many random networks.

    python -m tests.benchmarks.numerics.bounds [networks]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from gradcheck.differences import network_gradients
from gradcheck.network.forward import Scale

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "differences"))
from exact import exact_gradients, problem

KINDS = (
    {},
    {"hidden_activation": "tanh", "output_activation": "identity"},
    {"output_activation": "softmax", "loss": "cross-entropy"},
    {"output_activation": "softmax"},
    {"loss": "binary-cross-entropy", "weight_decay": 0.1},
    {"hidden_activation": "relu"},
)
REGIMES = ({}, {"weights": 8.0}, {"loss_scale": Scale.parse("1/1000")})
METHODS = ("central", "central-4", "central-6", "central-8", "richardson", "complex-step")


def main(networks):
    random = np.random.default_rng(0)
    worst = {method: [] for method in METHODS}
    ratios = {method: [] for method in METHODS}
    violations = dict.fromkeys(METHODS, 0)
    for seed in range(networks):
        n, d, h, k = (int(random.integers(low, 5)) for low in (1, 1, 1, 2))
        network, values = problem(seed, (n, d, h, k), **KINDS[seed % 6], **REGIMES[seed // 6 % 3])
        exact = exact_gradients(network, values)
        for method in METHODS:
            found = network_gradients(network, values, method)
            for name, true in exact.items():
                error, bound = np.abs(found[name].value - true), found[name].bound
                violations[method] += int((error > bound).sum())
                telling = error > 0
                ratios[method] += list((bound[telling] / error[telling]).ravel())
                scale = np.abs(true).max()
                if scale > 0 and not found[name].notes:
                    worst[method].append(error.max() / scale)
    print("| method | entries below the true error | median bound / error | median worst error | largest |")
    print("|---|---|---|---|---|")
    for method in METHODS:
        print(
            f"| {method} | {violations[method]} of {len(ratios[method])} | {np.median(ratios[method]):.0f} "
            f"| {np.median(worst[method]):.0e} | {max(worst[method]):.0e} |"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
