"""
Time the full check and the quick one beside every peer, as ratios; then memory, scaling and the floor.

    python -m tests.benchmarks.numerics.speed [large|small|scaling|memory]...
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from gradcheck.differences import network_gradients, network_quick_check
from gradcheck.network.backward import gradients
from tests.benchmarks.numerics import peers
from tests.benchmarks.numerics.problems import problem

LARGE = (64, 784, 100, 10)
SMALL = ((128, 64, 32, 10), (7, 4, 5, 3))
# Perturbed entries that the plain loop is timed on; its cost is the same for each, so the rest is multiplication.
SAMPLE = 400


def best(function, repeats):
    """Shortest wall time of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def loop_seconds(network, values):
    """Time of a plain loop of central differences over every entry, from a sample of W1's."""
    work = {name: value.copy() for name, value in values.items()}
    count = sum(values[name].size for name in peers.NAMES)
    indices = [divmod(i, values["w1"].shape[1]) for i in range(min(SAMPLE, values["w1"].size))]
    seconds = best(lambda: [peers._entry(network, work, "w1", index, 1e-5) for index in indices], 2)
    return seconds * count / len(indices)


def floor_seconds(sizes, repeats=3):
    """One np.exp pass over the perturbed outputs, in blocks that stay in cache."""
    n, d, h, k = sizes
    outputs = (d + 1) * h * n * k + (h + 1) * k * n
    block = np.random.default_rng(0).normal(size=1 << 14)
    out = np.empty_like(block)
    return best(lambda: [np.exp(block, out=out) for _ in range(outputs // block.size)], repeats)


def large():
    """784-100-10: the loop, torch full and fast, the floor."""
    network, values = problem(LARGE)
    right = gradients(network, values)
    rounds = {"full": [], "quick": [], "fast": [], "floor": []}
    for _ in range(5):  # by turns: other work on the machine slows all of them
        rounds["full"].append(best(lambda: network_gradients(network, values), 2))
        rounds["quick"].append(best(lambda: network_quick_check(network, values, right), 9))
        rounds["fast"].append(best(lambda: peers.torch_fast(network, values, right), 2))
        rounds["floor"].append(floor_seconds(LARGE, 1))
    full, quick, fast, floor = (min(times) for times in rounds.values())
    print("| 784-100-10, n = 64 | seconds | times ours, full | times ours, quick |\n|---|---|---|---|")
    rows = {
        "gradcheck, every entry with its bound": lambda: full,
        "gradcheck, quick": lambda: quick,
        "torch gradcheck, fast mode": lambda: fast,
        "one np.exp pass over the perturbed outputs": lambda: floor,
        "gradcheck, central differences": lambda: best(lambda: network_gradients(network, values, "central"), 1),
        "plain loop of central differences": lambda: loop_seconds(network, values),
        "torch gradcheck": lambda: best(lambda: peers.torch_full(network, values, right), 1),
    }
    for name, measured in rows.items():
        seconds = measured()
        print(f"| {name} | {seconds:.3g} | {seconds / full:.3g} | {seconds / quick:.3g} |", flush=True)


def small():
    """Every peer's full check on two smaller networks."""
    for sizes in SMALL:
        network, values = problem(sizes)
        right = gradients(network, values)
        full = best(lambda network=network, values=values: network_gradients(network, values), 9)
        n, d, h, k = sizes
        print(f"\n| {d}-{h}-{k}, n = {n} | seconds | times ours |\n|---|---|---|")
        print(f"| gradcheck, every entry with its bound | {full:.3g} | 1 |", flush=True)
        for name, check in peers.FULL.items():
            seconds = best(lambda check=check, n=network, v=values, r=right: check(n, v, r), 1 if n > 7 else 3)
            print(f"| {name} | {seconds:.3g} | {seconds / full:.3g} |", flush=True)


def scaling():
    """Cost per parameter at n = 16, k = 4 from a thousand parameters to a million."""
    print("\n| parameters | microseconds each |\n|---|---|")
    for d, h in ((48, 20), (100, 96), (400, 248), (2000, 500)):
        network, values = problem((16, d, h, 4))
        count = sum(values[name].size for name in peers.NAMES)
        seconds = best(lambda n=network, v=values: network_gradients(n, v), 3)
        print(f"| {count} | {1e6 * seconds / count:.3g} |", flush=True)


def memory():
    """Peak memory at 784-300-10, n = 256, beyond what numpy and the values take."""
    print("\n| 784-300-10, n = 256 | MB |\n|---|---|")
    for name in ("values only", "gradcheck"):
        # not getrusage's ru_maxrss, which a child inherits from its parent
        code = f"from tests.benchmarks.numerics.speed import peak; peak({name == 'gradcheck'})"
        print(
            f"| {name} | {subprocess.check_output([sys.executable, '-c', code], text=True).strip()} |", flush=True
        )


def peak(run):
    """Print this process's peak memory in MB, after the check or without it."""
    network, values = problem((256, 784, 300, 10))
    if run:
        network_gradients(network, values)
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) // 1024)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or ("large", "small", "scaling", "memory"):
        {"large": large, "small": small, "scaling": scaling, "memory": memory}[chosen]()
