"""Versions of a file share what stands in the same lines of several, and read as they would by themselves."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest

from gradcheck.submissions.reading import tree_of
from gradcheck.submissions.versions import compiled, read_version

CASES = sorted((Path(__file__).parents[3] / "cases" / "correct").rglob("*.py"))
ODD = '''\
"""
About lines that begin like statements:
def nothing(): pass
"""

import numpy as np
try:
    import missing
except ImportError:
    missing = None
else:
    missing.begin()


@staticmethod
@property
def f(x=(
1,
)):
    return """
x = 1
"""


a = [
    1,
]; b = 2
# a comment
if a: b = 1
else: b = 3
c = f(\\
a)
'''


def read(text: str, by: object = read_version) -> str:
    """A tree with all of its places, or the error that there is instead of one."""
    assert callable(by)
    try:
        return ast.dump(by(text), include_attributes=True)
    except SyntaxError as error:
        return f"{error.msg} in line {error.lineno}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_version_reads_as_it_would_by_itself(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    some = random.Random(path.stem)
    for _ in range(8):
        place = some.randrange(len(text))
        put = some.choice(["", "(", "\n", '"""', "x", " ", "#", "\nelse:\n", "@", "\\", "if a:\n b\n"])
        version = text[:place] + put + text[place + some.randrange(3) :]
        assert read(version) == read(version, tree_of)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\f\ndef g(): pass\n", "x = (\n", '"""', "return 1\n", "\0"])
def test_lines_that_only_look_like_statements_are_none(end: str) -> None:
    assert read(ODD + end) == read(ODD + end, tree_of)


def test_what_is_too_deep_is_refused_in_one_part_as_in_the_whole() -> None:
    deep = ODD + "y = " + "-" * 300 + "1\n"
    assert "too deeply" in read(deep)
    assert read(deep) == read(deep, tree_of)


def test_only_what_differs_is_read_again() -> None:
    text = 'import numpy as np\n\n"""\nWords\n"""\n\n\ndef f(x):\n    return x\n\n\nif f(1):\n    y = 1\n\n'
    one, other = (read_version(text + f"def g():\n    return {number}\n") for number in (1, 2))
    assert [a is b for a, b in zip(one.body, other.body, strict=True)] == [
        *(True, True, True),
        False,  # what pruning changes in place
        False,
    ]
    moved = read_version("\n" + text)
    assert not any(node in one.body for node in moved.body)  # it has other places


def test_what_is_compiled_is_told_apart_by_its_file() -> None:
    statement = read_version("def f():\n    return 1\n").body
    one, again, other = (compiled(statement, path, 0, shared=True) for path in ("a.py", "a.py", "b.py"))
    assert one is again
    assert (one.co_filename, other.co_filename) == ("a.py", "b.py")
