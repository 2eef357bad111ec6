"""
The gate's figures, as ratios to processes measured in the same run: `python tests/benchmarks/gate/run.py`.

Prints a Markdown table. `--submissions 10000 --loops 1000` are the full sizes; the defaults are for a glance.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gradcheck.config import read
from gradcheck.findings import Outcome
from gradcheck.gate import Work, check
from gradcheck.reports.report import SubmissionReport

CONFIG = """
[network]
features = 4
hidden = 5
outputs = 3
[submission]
run = "grads = backward(X, Y, W1, b1, W2, b2)"
[submission.gradients]
W1 = "grads['W1']"
b1 = "grads['b1']"
W2 = "grads['W2']"
b2 = "grads['b2']"
"""
RIGHT = """\
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    d2 = (a2 - Y) * a2 * (1 - a2)
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    return {
        "W1": X.T @ d1,
        "b1": d1.sum(axis=0, keepdims=True),
        "W2": a1.T @ d2,
        "b2": d2.sum(axis=0, keepdims=True),
    }
"""
MISTAKES = (
    ("d1.sum(axis=0", "d1.sum(axis=1"),
    (" * a1 * (1 - a1)", ""),
    ("(a2 - Y)", "(Y - a2)"),
    ("X.T @ d1", "X.T @ d1 / len(X)"),
    ("d2.sum(axis=0", "d2.mean(axis=0"),
)
CORES = os.cpu_count() or 1


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=300)
    parser.add_argument("--wrong", type=int, default=40)
    parser.add_argument("--loops", type=int, default=100)
    parser.add_argument("--processes", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "assignment.toml").write_text(CONFIG)
        rows = measured(folder, options)
    print("| | measured | to reach |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def measured(folder: Path, options: argparse.Namespace) -> list[tuple[str, str, str]]:
    """All rows of the table."""
    bare = rate(options.processes, lambda: run("-c", "import numpy"))
    (folder / "test_right.py").write_text(RIGHT + "\n\ndef test_right():\n    assert sigmoid(0) == 0.5\n")
    pytest = rate(options.processes, lambda: run("-m", "pytest", "-q", str(folder / "test_right.py")))
    moments, seconds = graded(folder, [RIGHT] * options.submissions, "strict", 10.0)
    right = options.submissions / seconds
    tenth = max(1, options.submissions // 10)
    first, last = moments[tenth] - moments[0], moments[-1] - moments[-1 - tenth]
    judge = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wrong_texts = [RIGHT.replace(*MISTAKES[number % len(MISTAKES)]) for number in range(options.wrong)]
    _, wrong_seconds = graded(folder, wrong_texts, "strict", 10.0)
    loops = [
        RIGHT
        + (
            "\n\nimport itertools\ndef backward(*a):\n    for _ in itertools.count(): pass\n"
            if n % 20 == 0
            else ""
        )
        for n in range(options.loops)
    ]
    _, loop_seconds = graded(folder, loops, "strict", 2.0)
    limits = 2.0 * -(-options.loops // 20) / CORES
    return [
        ("fresh `import numpy` processes a second", f"{bare:.1f}", ""),
        ("pytest runs a second", f"{pytest:.1f}", ""),
        ("right submissions a second, strict", f"{right:.1f}", "50"),
        ("as a multiple of the processes", f"{right / bare:.1f}", "4"),
        ("as a multiple of pytest", f"{right / pytest:.1f}", ""),
        ("wrong submissions a second, with fix", f"{options.wrong / wrong_seconds:.1f}", "8"),
        ("last tenth's time over the first's", f"{last / first:.2f}", "0.8 to 1.2"),
        ("most memory of the judge, MB", f"{judge:.0f}", "300"),
        ("a class with 5 % endless loops, over its limits", f"{loop_seconds / limits:.2f}", "1.3"),
    ]


def run(*arguments: str) -> None:
    """Run Python."""
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def rate(count: int, job: Callable[[], None]) -> float:
    """How many a second, on all cores."""
    start = time.perf_counter()
    with ThreadPoolExecutor(CORES) as pool:
        for future in [pool.submit(job) for _ in range(count)]:
            future.result()
    return count / (time.perf_counter() - start)


def graded(folder: Path, texts: list[str], mode: str, timeout: float) -> tuple[list[float], float]:
    """Moments at which submissions of these texts were done, and the time of all of them, start included."""
    class_folder = Path(tempfile.mkdtemp(dir=folder))
    paths = []
    for number, text in enumerate(texts):
        path = class_folder / f"{number}" / "backprop.py"
        path.parent.mkdir()
        path.write_text(f"# {number}\n{text}")
        paths.append(str(path))
    work = Work(assignment=read(str(folder / "assignment.toml")), mode=mode, timeout=timeout)
    moments: list[float] = []

    def done(index: int, report: SubmissionReport) -> None:
        moments.append(time.perf_counter())
        assert report.outcome is not Outcome.GRADER_ERROR, report.notes

    start = time.perf_counter()
    check(paths, work, on_result=done)
    return moments, time.perf_counter() - start


if __name__ == "__main__":
    main()
