"""One mistake drawn for a terminal: the code with the place underlined, the reasons, the edit."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradcheck.findings import Finding, Fix, Location
from gradcheck.reports.cleaning import clean, one_line
from gradcheck.reports.frames import FrameLine, frame
from gradcheck.reports.wording import counted, other_places, place, remarks, title

MINIMUM = 40  # columns below which nothing is laid out


def indented(text: str, style: str = "") -> RenderableType:
    """Set a paragraph in by two columns, every line of it."""
    return Padding(Text(clean(text).strip("\n"), style=style), (0, 0, 0, 2), expand=False)


def draw_finding(finding: Finding, source: str, width: int) -> Iterator[RenderableType]:
    """Show one mistake: what and where, the code, the reasons, the way out."""
    head = Text(title(finding), style="bold red")
    if finding.location is not None:
        head.append(f"  {place(finding.location)}", style="default not bold")
    yield head
    if finding.location is not None:
        yield from _frame(frame(source, finding.location), width)
    yield indented(finding.message)
    if finding.evidence:
        yield indented(finding.evidence, "dim")
    yield from map(indented, remarks(finding))
    if other_places(finding):
        yield indented(f"Or at: {', '.join(_alternative(location) for location in other_places(finding))}.")
    if finding.fix is not None:
        yield from _fix(finding.fix)


def _alternative(location: Location) -> str:
    return f"{place(location)} ({one_line(location.source)})"


def _frame(lines: list[FrameLine], width: int) -> Iterator[Text]:
    """Draw a code frame with line numbers, the place underlined; long lines are cut so that it shows."""
    digits = len(str(lines[-1].number))
    room = max(width, MINIMUM) - digits - 6
    marked = [line for line in lines if line.marked]
    left = max(0, min(min(line.start for line in marked), max(line.end for line in marked) - room))
    for line in lines:
        arrow, style = ("▶", "bold") if line.marked else (" ", "dim")
        text = Text(f" {arrow} {line.number:>{digits}} │ ", style=style, no_wrap=True, overflow="ellipsis")
        yield text.append(line.text[left:], style="default")
        if line.marked:
            carets = Text(no_wrap=True, overflow="crop").append(f"   {'':>{digits}} │ ", style="dim")
            yield carets.append(line.underline[left:], style="bold red")


def _fix(fix: Fix) -> Iterator[RenderableType]:
    """Show an edit as a diff, without the file names that head it; a long line goes on below its beginning."""
    claim = "not verified" if not fix.verified else "verified"
    claim += f" on {counted(fix.probes, 'fresh probe')}" if fix.verified and fix.probes else ""
    yield Text(f"  fix ({claim}):", style="bold")
    lines = Table.grid()
    lines.add_column(width=1)
    lines.add_column(overflow="fold")
    for line in clean(fix.diff or f"+{fix.line}").removesuffix("\n").split("\n"):
        if not line.startswith(("---", "+++", "@@", "\\")):
            mark = line[:1] if line.startswith(("+", "-", " ")) else ""
            style = {"+": "green", "-": "red"}.get(mark, "dim")
            lines.add_row(Text(mark, style), Text(line.removeprefix(mark), style))
    yield Padding(lines, (0, 0, 0, 4), expand=False)
