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


BACKWARD = "import numpy as np\n\ndef backward(X, Y):\n    return 1\n"
ASKED = frozenset(["backward"])


def written(folder: Path, **texts: str) -> None:
    """Files with a text; `__` is a slash, names end in .py unless they say otherwise."""
    for name, text in texts.items():
        path = folder / (name.replace("__", "/") + ("" if name.endswith("ipynb") else ".py"))
        path = path.with_name(path.name.replace("_ipynb", ".ipynb"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def taken(folder: Path, names: frozenset[str] = ASKED) -> dict[str, list[str]]:
    """Relative path to the parts, or to the problem, of what is found."""
    entries = find_submissions([str(folder)], "backprop.py", names)
    return {
        os.path.relpath(entry.path, folder): [os.path.relpath(part, folder) for part in entry.parts]
        or [entry.problem] * bool(entry.problem)
        for entry in entries
    }


def test_a_folder_that_is_one_submission(tmp_path: Path) -> None:
    """Helpers, their helpers, packages and tests belong to the file that has what the contract asks for."""
    written(
        tmp_path,
        backprop="from helpers import sigmoid\nimport layers.dense as L\n" + BACKWARD,
        helpers="from . import constants\nsigmoid = 3\n",
        constants="ONE = 1\n",
        layers____init__="",
        layers__dense="class Dense: pass\n",
        test_backprop="from backprop import backward\n\ndef test_it():\n    assert backward(1, 2)\n",
    )
    made(tmp_path, "data/digits.csv")
    parts = ["constants.py", "helpers.py", "test_backprop.py", "layers/dense.py"]
    assert {name: sorted(found) for name, found in taken(tmp_path).items()} == {"backprop.py": sorted(parts)}


def test_a_helper_of_a_class_is_nobodys_submission(tmp_path: Path) -> None:
    """Two use it, one doesn't; who has no `backward` and uses nobody is told so, not passed over."""
    written(tmp_path, ann="import tools\n" + BACKWARD, bob="from tools import *\n" + BACKWARD)
    written(tmp_path, cem=BACKWARD, dot="def back_prop(): pass\n", tools="def sigmoid(): pass\n")
    assert taken(tmp_path) == {"ann.py": ["tools.py"], "bob.py": [], "cem.py": [], "dot.py": []}


def test_nobodys_work_disappears_by_being_imported(tmp_path: Path) -> None:
    """A file with what the contract asks for is a submission, whoever imports it."""
    written(
        tmp_path, ann="import bob, cem\n" + BACKWARD, bob=BACKWARD, cem="import ann\nbackward = ann.backward\n"
    )
    assert list(taken(tmp_path)) == ["ann.py", "bob.py", "cem.py"]
    assert list(taken(tmp_path, frozenset())) == ["ann.py", "bob.py", "cem.py"]


def test_the_main_file_of_a_sub_folder_may_have_any_name(tmp_path: Path) -> None:
    """It is the one with what the contract asks for; two such files are a question that is asked."""
    written(tmp_path, ann__main="import layers\n" + BACKWARD, ann__layers="x = 1\n", ann__plots="y = 2\n")
    notebook = (
        '{"cells": [{"cell_type": "code", "source": [\n  "from layers import x\\n",\n  "def backward():\\n"]}]}'
    )
    written(tmp_path, bob__net_ipynb=notebook, bob__layers="x = 1\n")
    written(tmp_path, cem__one=BACKWARD, cem__two=BACKWARD)
    assert taken(tmp_path) == {
        "ann/main.py": ["ann/layers.py", "ann/plots.py"],
        "bob/net.ipynb": ["bob/layers.py"],
        "cem": ["holds one.py, two.py; expected `backprop.py` or one Python file or notebook"],
    }


def test_links_are_never_read(tmp_path: Path) -> None:
    """What a link points to decides nothing."""
    secret = tmp_path / "secret"
    secret.write_text("import bob\n" + BACKWARD)
    folder = tmp_path / "class"
    written(folder, bob="x = 1\n")
    (folder / "ann.py").symlink_to(secret)
    assert taken(folder) == {"ann.py": ["is a link; hand in the file itself"], "bob.py": []}
