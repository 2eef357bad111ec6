"""Versions of a file share what stands in the same lines of several, and read as they would by themselves."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable
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


def read(text: str, by: Callable[[str], ast.Module | None] = read_version) -> str:
    """A tree with all of its places, or the error that there is instead of one."""
    try:
        return ast.dump(by(text) or tree_of(text), include_attributes=True)
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
    deep = "x = 1\ny = " + "-" * 300 + "1\n"
    assert "too deeply" in read(deep)
    assert read_version(deep) is None


def body(text: str) -> list[ast.stmt]:
    """The statements of a version that is read by parts."""
    tree = read_version(text)
    assert tree is not None
    return tree.body


def test_only_what_differs_is_read_again() -> None:
    text = 'import numpy as np\n\n"""\nWords\n"""\n\nX = [\n[0, 1],\n]\n\n\nif X:\n    y = 1\n\n'
    class_ = "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        x = 1\n        return x\n"
    one, other = (body(text + class_.replace("x = 1", f"x = {number}")) for number in (1, 2))
    assert [a is b for a, b in zip(one, other, strict=True)] == [
        *(True, True, True),
        False,  # what pruning changes in place
        False,
    ]
    first, second = (some[-1] for some in (one, other))
    assert isinstance(first, ast.ClassDef)
    assert isinstance(second, ast.ClassDef)
    assert [a is b for a, b in zip(first.body, second.body, strict=True)] == [True, False]
    changed = [method.body for method in (first.body[1], second.body[1]) if isinstance(method, ast.FunctionDef)]
    assert [a is b for a, b in zip(*changed, strict=True)] == [False, True]
    assert not any(node in one for node in body("\n" + text))  # it has other places


def test_what_cannot_be_cut_is_read_as_a_whole() -> None:
    """A line that goes on with another, and a file of which the parts are more than they spare."""
    assert read_version("c = f(\\\na)\n") is None
    assert read_version("x = 1\n" * 1000) is None
    assert read_version("x = (\n") is None
    turned = "class N:\n    def f(self):\n        a = 1\n    \\\n   # c\n        b = 2\n"
    assert read(turned) == read(turned, tree_of)


def test_what_is_compiled_is_told_apart_by_its_file() -> None:
    statements = body("def f():\n    return 1\n")
    one, again, other = (compiled(statements, path, 0, shared=True) for path in ("a.py", "a.py", "b.py"))
    assert one is again
    assert (one.co_filename, other.co_filename) == ("a.py", "b.py")
    assert compiled([], "a.py", 0, shared=False).co_filename == "a.py"
