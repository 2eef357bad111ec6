"""Which part of something is given: the other end, the other axis."""

from __future__ import annotations

import pytest
from workbench import made_by

from gradcheck.diagnosis.repair.portions import portions


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("a[:-1, :] = x", "a[1:, :] = x"),
        ("a[1:] = x", "a[:-1] = x"),
        ("p[k][0, :] = 0", "p[k][:, 0] = 0"),
        ("p[k][:, -1] = 0", "p[k][:, 0] = 0"),
        ("a[i + 1:] = x", "a[:-(i + 1)] = x"),
        ("a[: -1] = x", "a[1:] = x"),
        ("g[0] += x", "g[1] += x"),
        ("g[1] += x", "g[0] += x"),
        ("n['w'][1] -= d", "n['w'][-1] -= d"),
        ("w = p[o:o + n]\nb = p[o:o + m]", "w = p[o:o + n]\no += n\nb = p[o:o + m]"),
    ],
)
def test_the_other_part_is_among_the_edits(wrong: str, right: str) -> None:
    """Rows for columns, the first for the last, all but the first for all but the last."""
    assert right in made_by(portions, wrong)


@pytest.mark.parametrize(
    "text",
    [
        "a[:-1:2] = x",
        "a[:-n + 1] = x",
        "a = x[1:]",
        "a[:, :] = x",
        "a[::2] = x",
        "a[i] = x",
        "a[:n] = x",
        "a['k'] = x",
        "w = p[o:o + n]\no += n\nb = p[o:o + m]",
        "w = p[o:o + n]\nb = p[q:q + m]",
        "w = p[o:n]\nb = p[o:m]",
    ],
)
def test_nothing_is_made_of_other_parts(text: str) -> None:
    """What is read, all of it, and items by name have no other part."""
    assert made_by(portions, text) == set()
