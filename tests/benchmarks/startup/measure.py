"""
Start-up times as ratios, so that they mean the same on any machine.

    python tests/benchmarks/startup/measure.py [ROUNDS]

Every pair is measured alternately and the fastest run of each side counts: what is above it is the machine's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NETWORK = Path(__file__).resolve().parents[3] / "cases" / "networks" / "sigmoid.toml"
PYTHON = sys.executable


def seconds(command: list[str], folder: str) -> float:
    """Wall-clock time of one run."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    return time.perf_counter() - start


def fastest(commands: list[list[str]], rounds: int) -> list[float]:
    """Fastest run of each command, measured by turns; the first round only warms up."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_nothing.py").write_text("def test_nothing(): pass\n")
        times = [[seconds(command, folder) for command in commands] for _ in range(rounds + 1)]
    return [min(column) for column in zip(*times[1:], strict=True)]


def plugin_milliseconds(rounds: int) -> float:
    """What loading the plugin costs inside a process that has pytest, in milliseconds."""
    code = (
        "import pytest, time; start = time.perf_counter(); import gradcheck.pytest_plugin; "
        "print(time.perf_counter() - start)"
    )
    runs = [
        subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True) for _ in range(rounds)
    ]
    return 1000 * min(float(run.stdout) for run in runs)


def main() -> None:
    """Print the table of the benchmarks' README."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    pytest = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    pairs = [
        (
            "`gradcheck --help`",
            [PYTHON, "-m", "gradcheck", "--help"],
            "`import click`",
            [PYTHON, "-c", "import click"],
            1.5,
        ),
        (
            "`gradcheck check sigmoid.toml`",
            [PYTHON, "-m", "gradcheck", "check", str(NETWORK)],
            "`import numpy, click, rich`",
            [PYTHON, "-c", "import numpy, click, rich"],
            2.0,
        ),
        ("`pytest`, plugin installed", pytest, "`pytest -p no:gradcheck`", [*pytest, "-p", "no:gradcheck"], None),
    ]
    print("| what | ms | held against | ms | ratio | aim |\n|---|---|---|---|---|---|")
    for name, command, other_name, other, aim in pairs:
        first, second = fastest([command, other], rounds)
        held = f"<= {aim}" if aim else "< 5 ms more"
        print(
            f"| {name} | {1000 * first:.0f} | {other_name} | {1000 * second:.0f} | {first / second:.2f} | {held} |"
        )
    print(f"| the plugin's own import, in pytest | {plugin_milliseconds(rounds):.1f} | | | | < 5 ms |")


if __name__ == "__main__":
    main()
