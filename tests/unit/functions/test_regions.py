"""Wrong rows and columns are found where they say something, and described as a person would."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.functions.regions import region_text, wrong_region


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (np.s_[0, :], "row 0 (the first)"),
        (np.s_[5, :], "row 5 (the last)"),
        (np.s_[:, 2], "column 2"),
        (np.s_[1:3, :], "rows 1 to 2"),
        (np.s_[[0, 3], :], "rows 0, 3"),
        (np.s_[2, 3], "row 2, column 3 (the last)"),
    ],
)
def test_a_region_is_found_and_described(place: object, text: str) -> None:
    """The smallest box that holds everything wrong, in words."""
    wrong = np.zeros((6, 4), dtype=bool)
    wrong[place] = True  # type: ignore[index]
    region = wrong_region(wrong)
    assert region is not None
    assert region_text(region, wrong.shape) == text


def test_what_is_everywhere_or_nowhere_is_no_region() -> None:
    """Nothing wrong, too much wrong, and scattered errors are not called a slice."""
    scattered = np.eye(8, dtype=bool)
    for wrong in (np.zeros((3, 3), dtype=bool), np.ones((3, 3), dtype=bool), scattered, np.array(True)):
        assert wrong_region(wrong) is None
