"""What is seen while a class is graded on a terminal, and what is left of it after Ctrl-C."""

from __future__ import annotations

import csv
import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

import fcntl
import pty
import termios

CASES = Path(__file__).resolve().parents[2] / "cases"
CONFIG = str(CASES / "thread" / "assignment.toml")
COUNT = 40
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
RESULT = re.compile(r"✓ passed +class/(s\d+\.py)")


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    """So many submissions that take some time each."""
    folder = tmp_path / "class"
    folder.mkdir()
    text = (CASES / "thread" / "the-answers-rule.py").read_text()
    for number in range(COUNT):
        (folder / f"s{number:02}.py").write_text(f"import time\ntime.sleep(0.05)\n{text}\nX = time.sleep(0.05)\n")
    return folder


class Terminal:
    """The command on a terminal of 80 columns, and what it shows."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.seen = ""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        command = [sys.executable, "-m", "gradcheck", "check", *arguments, "--sandbox", "none", "--jobs", "2"]
        environment = os.environ | {"TERM": "xterm", "COLUMNS": "", "NO_COLOR": "1"}
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=folder, start_new_session=True
        )
        os.close(slave)

    def read(self, seconds: float = 0.2) -> bool:
        """Take in what is shown; False at the end of it."""
        if not select.select([self._master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # how Linux says that nobody has the other end
            return False
        self.seen = ESCAPES.sub("", self.seen + data.decode(errors="replace"))
        return bool(data)

    def results(self) -> list[str]:
        """Names of the submissions whose results were shown."""
        return list(dict.fromkeys(RESULT.findall(self.seen)))

    def end(self) -> int:
        """Exit status, and everything shown until then."""
        while self.read(60.0):
            pass
        os.close(self._master)
        return self.process.wait(60.0)


def test_ctrl_c_loses_nothing_that_was_computed(classroom: Path, tmp_path: Path) -> None:
    """Every result that was shown is in every report file; what is missing is said; the status is a signal's."""
    outputs = {"json": tmp_path / "r.json", "csv": tmp_path / "r.csv", "junit": tmp_path / "r.xml"}
    asked = [f"--output={name}={path}" for name, path in outputs.items()]
    terminal = Terminal(classroom.parent, CONFIG, "class", *asked, "--output-format=csv")
    deadline = time.monotonic() + 120.0
    while len(terminal.results()) < 5 and time.monotonic() < deadline:
        assert terminal.read(1.0), terminal.seen
    shown = terminal.results()
    os.killpg(terminal.process.pid, signal.SIGINT)  # as the terminal does: the workers get it, too
    assert terminal.end() == 130
    assert "Traceback" not in terminal.seen
    report = json.loads(outputs["json"].read_text())
    graded = [Path(submission["path"]).name for submission in report["submissions"]]
    assert len(shown) >= 5
    assert set(shown) <= set(graded)
    assert len(graded) < COUNT
    assert f"interrupted: {COUNT - len(graded)} of {COUNT} submissions are not graded" in report["notes"]
    rows = list(csv.DictReader(outputs["csv"].read_text().splitlines()))
    assert [Path(row["submission"]).name for row in rows] == graded
    assert outputs["junit"].read_text().count("<testsuite ") == len(graded)
    assert outputs["csv"].read_text().replace("\n", "\r\n") in terminal.seen  # standard output, too


def test_progress_counts_outcomes_and_shows_results(classroom: Path) -> None:
    """On a terminal results appear as they come, above a bar with a count of each outcome and of the whole."""
    for path in sorted(classroom.iterdir())[6:]:
        path.unlink()
    terminal = Terminal(classroom.parent, CONFIG, "class", "--output-format=concise")
    assert terminal.end() == 0
    assert len(terminal.results()) == 6
    assert re.search(r"━ +\d/6 ", terminal.seen)
    assert re.search(r"\d passed", terminal.seen)


@pytest.mark.parametrize("arguments", [(), ("--no-progress",)])
def test_no_progress_without_a_terminal_or_a_wish_for_it(classroom: Path, arguments: tuple[str, ...]) -> None:
    """In a log there is the report and nothing else."""
    paths = [str(path) for path in sorted(classroom.iterdir())[:2]]
    if arguments:
        terminal = Terminal(classroom.parent, CONFIG, *paths, *arguments, "--output-format=concise")
        assert terminal.end() == 0
        walls, totals = terminal.seen.splitlines()
        assert "sandbox: none" in walls
        assert totals == "2 submissions: 2 passed"
        return
    command = [sys.executable, "-m", "gradcheck", "check", CONFIG, *paths]
    environment = os.environ | {"FORCE_COLOR": "1"}  # is about the report
    run = subprocess.run([*command, "--sandbox=none"], capture_output=True, text=True, check=True, env=environment)
    assert run.stderr == ""
