"""
Loading a submission and evaluating its contract once, in a fresh child as the gate's workers fork them.

    python tests/benchmarks/loading/measure.py [ROUNDS]

Every program under cases/programs is read, rewritten or pruned, compiled, run on one probe, and its expressions
evaluated: all that a child does after its start. The fastest of the rounds counts.
"""

from __future__ import annotations

import os
import statistics
import struct
import sys
import time
from pathlib import Path

from gradcheck import probes
from gradcheck.config import Contract, read
from gradcheck.submissions import axes, runner
from gradcheck.submissions.job import Inputs, Job, ProbeResult

PROGRAMS = Path(__file__).resolve().parents[3] / "cases" / "programs"
AIM = 30.0


def perform(path: Path, contract: Contract, inputs: Inputs) -> float:
    """Seconds of one run; infinite if it doesn't come to gradients."""
    results: list[ProbeResult] = []
    start = time.perf_counter()
    runner.perform(Job(path=str(path), contract=contract, inputs=(inputs,)), results.append)
    passed = time.perf_counter() - start
    return passed if [result.status for result in results] == ["ok"] else float("inf")


def in_child(path: Path, contract: Contract, inputs: Inputs) -> float:
    """The same in a forked child, in which nothing of an earlier program is left."""
    receiver, sender = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # programs print
        os.write(sender, struct.pack("d", perform(path, contract, inputs)))
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, "rb") as stream:
        seconds = struct.unpack("d", stream.read())[0]
    os.waitpid(child, 0)
    return float(seconds)


def main() -> None:
    """Print the row of the benchmarks' README, and the slowest programs."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    milliseconds: dict[str, float] = {}
    for config in sorted(PROGRAMS.glob("*.toml")):
        path = next((p for end in (".py", ".ipynb") if (p := config.with_suffix(end)).is_file()), None)
        contract = read(str(config)).contract
        if path is None or contract is None:
            continue
        assignment = read(str(config))
        probe = probes.make(assignment, axes.pinned(contract))[0]
        inputs = axes.inputs(probe, contract)
        milliseconds[path.name] = 1000 * min(in_child(path, contract, inputs) for _ in range(rounds))
    times = sorted(milliseconds.values())
    late = sum(one >= AIM for one in times)
    print("| programs | median, ms | 95th percentile | slowest | over 30 ms |\n|---|---|---|---|---|")
    tail = times[int(0.95 * (len(times) - 1))]
    print(f"| {len(times)} | {statistics.median(times):.1f} | {tail:.1f} | {times[-1]:.1f} | {late} |")
    for name in sorted(milliseconds, key=milliseconds.__getitem__)[-3:]:
        print(f"{name}: {milliseconds[name]:.1f} ms")


if __name__ == "__main__":
    main()
