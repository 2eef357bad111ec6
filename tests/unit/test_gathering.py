"""Which submissions there are: nobody's work is passed over, and nothing is graded twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradcheck.errors import ConfigError
from gradcheck.gathering import Submission, find_submissions


def made(folder: Path, *names: str) -> None:
    """Empty files of these names."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def found(folder: Path, *paths: str, file: str = "backprop.py") -> dict[str, str]:
    """Relative path to the problem, of what is found."""
    entries = find_submissions([str(folder / path) for path in paths or ("",)], file)
    return {os.path.relpath(entry.path, folder): entry.problem for entry in entries}


def test_a_folder_holds_one_submission_an_entry(tmp_path: Path) -> None:
    """Files, notebooks and sub-folders of several makes, in the order of their names."""
    made(
        tmp_path, "ann.py", "bob.ipynb", "cem/backprop.py", "cem/helper.py", "dot/solution.py", "eve/deep/nn.ipynb"
    )
    made(
        tmp_path, ".git/x.py", "__pycache__/ann.py", "__init__.py", "README.md", "gus/a/b.py", "gus/a/backprop.py"
    )
    made(tmp_path, "dot/.ipynb_checkpoints/solution.ipynb", "dot/__pycache__/solution.py")
    expected = [
        "ann.py",
        "bob.ipynb",
        "cem/backprop.py",
        "dot/solution.py",
        "eve/deep/nn.ipynb",
        "gus/a/backprop.py",
    ]
    assert found(tmp_path) == dict.fromkeys(expected, "")
    assert list(found(tmp_path)) == expected


def test_the_contracts_name_decides(tmp_path: Path) -> None:
    """Of several files in a sub-folder the contract's is the submission."""
    made(tmp_path, "ann/one.py", "ann/two.py")
    assert found(tmp_path, file="two.py") == {"ann/two.py": ""}


def test_what_cannot_be_graded_is_an_entry_that_says_why(tmp_path: Path) -> None:
    """Empty and ambiguous folders, other files and links are entries with a problem."""
    made(tmp_path, "ann/one.py", "ann/two.py", "bob/notes.txt", "secret.toml")
    (tmp_path / "cem.py").symlink_to(tmp_path / "secret.toml")
    problems = found(tmp_path, "", "secret.toml")
    assert "one.py, two.py; expected `backprop.py`" in problems["ann"]
    assert "no Python file" in problems["bob"]
    assert "link" in problems["cem.py"]
    assert "no Python file" in problems["secret.toml"]


def test_what_would_block_or_fill_the_judge_is_not_read(tmp_path: Path) -> None:
    """A pipe, and a file beyond all reason, are entries with a problem, whatever they are called."""
    os.mkfifo(tmp_path / "ann.py")
    with open(tmp_path / "bob.py", "wb") as file:
        file.truncate(1 << 40)
    problems = found(tmp_path)
    assert "can't be read" in problems["ann.py"]
    assert "larger than" in problems["bob.py"]


def test_an_empty_folder_is_an_entry(tmp_path: Path) -> None:
    """A folder of nothing is said to hold nothing."""
    assert find_submissions([str(tmp_path)], "backprop.py") == [
        Submission(str(tmp_path), "holds no Python file and no notebook")
    ]


def test_patterns_and_repetitions(tmp_path: Path) -> None:
    """Patterns that no shell has expanded are, and each submission comes once, where it came first."""
    made(tmp_path, "a.py", "b.py", "sub/c.py", "odd[1].py")
    assert list(found(tmp_path, "b.py", "*.py")) == ["b.py", "a.py", "odd[1].py"]
    assert list(found(tmp_path, "odd[1].py")) == ["odd[1].py"]
    assert list(found(tmp_path, "**/c.py")) == ["sub/c.py"]


@pytest.mark.parametrize("path", ["nobody.py", "*.ipynb"])
def test_a_path_that_is_not_there_is_an_error(tmp_path: Path, path: str) -> None:
    """What was asked for and isn't there stops the check: it is the caller's slip."""
    with pytest.raises(ConfigError, match="nothing behind it"):
        find_submissions([str(tmp_path / path)], "backprop.py")
