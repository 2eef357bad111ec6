"""Code frames."""

from dataclasses import replace

import samples

from gradcheck.findings import Location
from gradcheck.reports.frames import frame

PLACE = samples.finding().location
assert PLACE is not None


def test_the_place_is_marked() -> None:
    """Lines around the place carry their numbers, and the marks cover its text."""
    lines = frame(samples.SOURCE, PLACE)
    marked = next(line for line in lines if line.marked)
    assert [line.number for line in lines] == [12, 13, 14, 15]
    assert marked.text[marked.start : marked.end] == PLACE.source
    assert marked.underline.count("^") == len(PLACE.source)


def test_marks_follow_tabs_and_wide_characters() -> None:
    """Tabs widen and control characters go, and the marks move with them."""
    source = "\tδ = '日本'\x1b[31m + f(x)\n"
    place = Location(file="a.py", line=1, column=17, end_line=1, end_column=21, source="f(x)")
    (line,) = frame(source, place)
    assert line.text[line.start : line.end] == "f(x)"
    assert line.underline.index("^") == line.start + 2


def test_lines_of_a_cell_are_found_by_their_text() -> None:
    """A notebook's place counts lines in its cell; the frame finds it in the whole source."""
    lines = frame(samples.SOURCE, replace(PLACE, cell=3, line=5, end_line=5))
    assert [line.number for line in lines if line.marked] == [5]
    assert lines[0].text == samples.SOURCE.split("\n")[11]


def test_without_source_the_place_itself_is_shown() -> None:
    """A redacted report has no source, and a place may span lines."""
    place = replace(PLACE, end_line=15, end_column=4, source="np.sum(dz1,\n  axis=1)")
    lines = frame("", place)
    assert [line.number for line in lines] == [14, 15]
    assert all(line.marked for line in lines)
