"""The README's Python runs: a block that holds tests is run by pytest, with the outcome that the text promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

FOLDER = Path(__file__).resolve().parent
DOCUMENTS = [FOLDER / "tutorial.md", FOLDER.parent.parent / "README.md"]
FENCE = re.compile(r"^```(?:python|py)(?P<info>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> list[tuple[str, str]]:
    """Code and info string of each Python block."""
    return [(match["code"], match["info"].strip()) for match in FENCE.finditer(text)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_python_blocks_run(document: Path, pytester: pytest.Pytester) -> None:
    """Each block runs after those before it; tests in a block marked `fails` fail, all others pass."""
    before = ""
    for code, info in blocks(document.read_text()):
        if "def test_" not in code:
            exec(compile(before + code, str(document), "exec"), {"__name__": "document"})
            before += code
            continue
        pytester.makepyfile(test_block=before + code)
        outcomes = pytester.runpytest_subprocess("-q").parseoutcomes()
        tests = len(re.findall(r"^def test_", code, re.MULTILINE))
        assert outcomes == {"failed" if "fails" in info else "passed": tests}, code


def test_blocks_are_found() -> None:
    """Python blocks are found with their info strings, and others are left alone."""
    text = "a\n```python fails\nx = 1\n```\nb\n```sh\nls\n```\n```py\ny = 2\n```\n"
    assert blocks(text) == [("x = 1\n", "fails"), ("y = 2\n", "")]


def test_the_tutorial_has_both_outcomes() -> None:
    """The tutorial shows a test that fails and the same one passing."""
    infos = [info for code, info in blocks(DOCUMENTS[0].read_text()) if "def test_" in code]
    assert infos == ["fails", ""]


README = DOCUMENTS[1].read_text()
SANDBOX = re.compile(r"^  note: sandbox.*\n(?:  \S.*\n)*", re.MULTILINE)  # the walls that stand are the machine's


def printed_by(command: list[str]) -> str:
    """What a command of the README prints, at the width and without the colour that the README has."""
    surroundings = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80"}
    ran = subprocess.run(
        [sys.executable, "-m", "gradcheck", *command],
        capture_output=True, text=True, env=surroundings, cwd=FOLDER.parent.parent, check=False,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    return ran.stdout


def test_the_report_is_that_of_a_real_run() -> None:
    """The first command prints what the README shows, edits included, but for the walls of the machine."""
    shown = re.search(r"^```text\n(cases/.*?)^```$", README, re.MULTILINE | re.DOTALL)
    command = re.search(r"\.venv/bin/gradcheck (check cases\S+ cases\S+)$", README, re.MULTILINE)
    assert shown
    assert command
    assert SANDBOX.sub("", shown[1]).strip() == SANDBOX.sub("", printed_by(command[1].split())).strip()
    assert "fix (verified" in shown[1]
