"""Real data is read, or refused by name, found and expected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradcheck import data
from gradcheck.config import Assignment, Sizes
from gradcheck.errors import DataError
from gradcheck.network.forward import Network

CASES = Path(__file__).resolve().parents[2] / "cases" / "networks"


def _load(*paths: Path, sizes: Sizes | None = None) -> dict[str, np.ndarray]:
    sizes = sizes or Sizes(d=2, h=3, k=2)
    return data.load(Assignment(path="", network=Network(), sizes=sizes, data=tuple(map(str, paths))))


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_iris_is_150_examples_of_three_classes() -> None:
    """Class names become one-hot columns, in alphabetical order, fifty each."""
    found = _load(CASES / "iris.csv", sizes=Sizes(d=4, h=5, k=3))
    assert found["x"].shape == (150, 4)
    assert found["y"].sum(axis=0).tolist() == [50, 50, 50]


def test_numbers_in_the_target_columns_are_targets(tmp_path: Path) -> None:
    """A header and comments are passed over."""
    found = _load(_write(tmp_path / "a.csv", "# source\na,b,c,d\n1,2,0.5,0.25\n3,4,1,0\n"))
    assert found["x"].tolist() == [[1, 2], [3, 4]]
    assert found["y"].tolist() == [[0.5, 0.25], [1, 0]]


def test_arrays_go_by_name_whatever_their_case_and_later_files_override(tmp_path: Path) -> None:
    """A vector is a bias's row; the second file's x is the one that counts."""
    np.savez(tmp_path / "a.npz", X=np.ones((4, 2)), B1=np.arange(3.0))
    np.savez(tmp_path / "b.npz", x=np.zeros((5, 2)))
    found = _load(tmp_path / "a.npz", tmp_path / "b.npz")
    assert found["b1"].shape == (1, 3)
    assert found["x"].shape == (5, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,2,3,4,5\n", "5 columns"),
        ("1,2,a\n3,4,a\n", "1 classes"),
        ("1,2,a\n3,x,b\n", "row 3"),
        ("", "0 columns"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Columns, classes and cells are told."""
    with pytest.raises(DataError, match=said):
        _load(_write(tmp_path / "a.csv", text))


@pytest.mark.parametrize(
    "arrays",
    [
        {"X": np.ones((4, 3))},
        {"X": np.ones((4, 2)), "Y": np.ones((5, 2))},
        {"W1": np.full((2, 3), np.nan)},
        {"W1": np.array([["a"]])},
        {"weights": np.ones(2)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Shapes, values and names that the configuration has no place for."""
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError):
        _load(tmp_path / "a.npz")


def test_no_examples_are_no_data(tmp_path: Path) -> None:
    """Arrays of the right width without a row, and a table of nothing but its header."""
    np.savez(tmp_path / "a.npz", X=np.ones((0, 2)), Y=np.ones((0, 2)))
    for path in (tmp_path / "a.npz", _write(tmp_path / "a.csv", "a,b,c,d\n")):
        with pytest.raises(DataError, match="one example or more"):
            _load(path)


def test_files_that_can_not_be_read_are_refused(tmp_path: Path) -> None:
    """A missing file, another ending, and pickled objects, which would run code."""
    np.savez(tmp_path / "objects.npz", X=np.array([{}], dtype=object))
    for path in (tmp_path / "missing.csv", _write(tmp_path / "a.txt", ""), tmp_path / "objects.npz"):
        with pytest.raises(DataError):
            _load(path)
