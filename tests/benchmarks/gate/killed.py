"""
A class that is killed again and again, and what is left of it: `python tests/benchmarks/gate/killed.py`.

The real command with `--state` gets SIGKILL at random moments, as often as `--kills` says, until a last run is let
alone. After every kill all results that had been shown must be in the state; at the end the report must be that of
a run that nobody disturbed, durations aside. Ends with status 1 where that isn't so.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from run import CONFIG, MISTAKES, RIGHT

SHOWN = re.compile(r"^done (\S+)$", re.MULTILINE)
# the command, with each result said once it is finished, as the progress bar does on a terminal
COMMAND = """
import sys
from gradcheck import cli, progress
progress.Progress.add = lambda self, index, report: print("done", report.path, file=sys.stderr, flush=True)
cli.main()
"""


def main() -> int:
    """Measure and print; the exit status says whether everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--submissions", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_class(folder, options.submissions)
        whole = report(folder, *command(folder))
        with_state = command(folder, "--state", str(folder / "state"))
        moments = random.Random(options.seed)
        shown: set[str] = set()
        lost, finished = 0, []
        for _ in range(options.kills):
            shown |= killed(with_state, moments.uniform(0.3, 2.5))
            finished.append(kept(folder / "state"))
            lost += max(0, len(shown) - finished[-1])
        same = report(folder, *with_state) == whole
    during = sum(1 for count in finished if 0 < count < options.submissions)
    print("| | measured | to reach |\n|---|---|---|")
    print(f"| kills | {options.kills} | 50 |")
    print(f"| of them with some finished and some not | {during} | |")
    print(f"| results that were shown and not kept | {lost} | 0 |")
    print(f"| final report that of an undisturbed run | {'yes' if same else 'no'} | yes |")
    return int(lost > 0 or not same)


def write_class(folder: Path, count: int) -> None:
    """Write an assignment and so many submissions, one in six of them wrong."""
    (folder / "assignment.toml").write_text(CONFIG)
    (folder / "class").mkdir()
    for number in range(count):
        text = RIGHT.replace(*MISTAKES[number % len(MISTAKES)]) if number % 6 == 0 else RIGHT
        (folder / "class" / f"s{number:04}.py").write_text(f"# {number}\n{text}")


def command(folder: Path, *options: str) -> list[str]:
    """Command line of a run over the class."""
    arguments = ["check", str(folder / "assignment.toml"), str(folder / "class"), "--output-format", "json"]
    return [sys.executable, "-c", COMMAND, *arguments, *options]


def report(folder: Path, *arguments: str) -> Any:
    """Report of an undisturbed run, durations aside."""
    run = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(re.sub(r'"duration_seconds": [0-9.]+', '"duration_seconds": 0', run.stdout))


def killed(arguments: list[str], seconds: float) -> set[str]:
    """Submissions whose results a run showed before it was killed."""
    run = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(seconds)
    run.kill()
    return set(SHOWN.findall(run.communicate()[1]))


def kept(state: Path) -> int:
    """How many reports a state holds."""
    if not state.exists():
        return 0
    with sqlite3.connect(state) as database:
        tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return int(database.execute("SELECT count(*) FROM finished").fetchone()[0]) if tables else 0


if __name__ == "__main__":
    sys.exit(main())
