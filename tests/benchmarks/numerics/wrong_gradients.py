"""
Count the wrong gradients that pass, and the right ones that are rejected: every peer, three regimes, one run.

    python -m tests.benchmarks.numerics.wrong_gradients
"""

from __future__ import annotations

import sys
import time

from gradcheck.network.backward import gradients
from tests.benchmarks.numerics.peers import CHECKERS
from tests.benchmarks.numerics.problems import REGIMES, problem, wrong_gradients

SIZES = (200, 30, 50, 10)


def main(names):
    print("| checker | " + " | ".join(REGIMES) + " |\n|---|" + "---|" * len(REGIMES))
    for name, check in CHECKERS.items():
        if names and name not in names:
            continue
        cells = []
        for options in REGIMES.values():
            network, values = problem(SIZES, **options)
            start = time.perf_counter()
            right = check(network, values, gradients(network, values))
            passed = [fault for fault, g in wrong_gradients(network, values).items() if check(network, values, g)]
            cells.append(f"{len(passed)} of 18" + ("" if right else ", rejects the right one"))
            print(f"  {name}: {passed} {time.perf_counter() - start:.1f} s", file=sys.stderr)
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
