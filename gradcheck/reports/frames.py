"""Code frames: the lines around a place in a submission, the place underlined."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from gradcheck.findings import Location
from gradcheck.reports.cleaning import clean

CONTEXT = 2


@dataclass(frozen=True)
class FrameLine:
    """
    One line of a code frame.

    Attributes
    ----------
    number : int
        Line number, counted from 1 (within the cell, in a notebook).
    text : str
        Cleaned, tabs expanded.
    start, end : int
        What to underline, in characters of `text`; equal where nothing is.
    """

    number: int
    text: str
    start: int = 0
    end: int = 0

    @property
    def marked(self) -> bool:
        """Whether the place is on this line."""
        return self.end > self.start

    @property
    def underline(self) -> str:
        """Carets under the place, aligned even below wide characters."""
        return " " * _cells(self.text[: self.start]) + "^" * max(1, _cells(self.text[self.start : self.end]))


def frame(source: str, location: Location, context: int = CONTEXT) -> list[FrameLine]:
    """
    Cut the lines around `location` out of `source`.

    Lines of a notebook count within its cell, and a redacted report has no source: then the place is searched for,
    and where it isn't found exactly once, the text of the location itself is shown.
    """
    lines = source.split("\n")
    first = _first_line(lines, location)
    if first is None:
        shown = location.source.split("\n")
        shown[0] = " " * location.column + shown[0]
        return [_line(location.line + i, text, location) for i, text in enumerate(shown)]
    last = first + location.end_line - location.line
    wanted = range(max(0, first - context), min(len(lines), last + context + 1))
    numbered = [(i, i - first + location.line) for i in wanted]
    cut = [_line(number, lines[i], location) for i, number in numbered if number >= 1]
    return _without_blank_edges(cut)


def _without_blank_edges(lines: list[FrameLine]) -> list[FrameLine]:
    """Leave out context that shows nothing."""
    shown = [i for i, line in enumerate(lines) if line.marked or line.text.strip()]
    return lines[shown[0] : shown[-1] + 1]


def _first_line(lines: list[str], location: Location) -> int | None:
    """Find the index in `lines` of the first line of the place."""
    head = location.source.split("\n")[0]
    index = location.line - 1
    if location.cell is None:
        return index if index < len(lines) and lines[index].strip() else None
    hits = [i for i, line in enumerate(lines) if head and line[location.column :].startswith(head)]
    return hits[0] if len(hits) == 1 else None


def _line(number: int, raw: str, location: Location) -> FrameLine:
    """Clean one line; the marks move with the characters that go or widen."""
    text = _shown(raw)
    if not location.line <= number <= location.end_line:
        return FrameLine(number, text)
    start = location.column if number == location.line else len(raw) - len(raw.lstrip())
    end = location.end_column if number == location.end_line else len(raw)
    return FrameLine(
        number, text, len(_shown(raw[:start])), max(len(_shown(raw[:start])) + 1, len(_shown(raw[:end])))
    )


def _shown(raw: str) -> str:
    return clean(raw).replace("\n", " ").expandtabs(4)


def _cells(text: str) -> int:
    """Count the columns of a terminal that `text` takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
