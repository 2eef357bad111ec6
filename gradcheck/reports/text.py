"""The report for a terminal, or for a log: the same at any width, and complete without colour."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from gradcheck.findings import Outcome, ParameterReport, Verdict
from gradcheck.reports._findings import MINIMUM, draw_finding, indented
from gradcheck.reports._pictures import draw_graph, draw_heat_maps
from gradcheck.reports.cleaning import inert, one_line
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.reports.wording import (
    GRADED,
    comparison,
    further_notes,
    headline,
    index_text,
    is_network,
    number,
    ranked_faults,
    shape_text,
    title,
    totals,
    unexplained_parameters,
    wrong_parameters,
)

Blocks = Iterator[list[RenderableType]]

WIDE = 110
NARROW = 92
BAR = 24
STYLES = {Outcome.PASSED: "bold green", Outcome.FAILED: "bold red"}
OTHER_STYLE = "bold magenta"
# For terminals and logs that are no UTF-8, character by character so that nothing moves.
ASCII = str.maketrans("✓✗▶◀─│⊙·░▒▓█…∶♯", "+x><-|*.1234~.%")


def render(report: Report, width: int = 80, color: bool = False, ascii: bool = False) -> str:
    """
    Draw a report as text.

    Parameters
    ----------
    report : Report
    width : int
        Columns to fill at most; tables drop columns below 110.
    color : bool
        Whether to add terminal colours.
    ascii : bool
        Whether to keep to ASCII.

    Returns
    -------
    str
        Lines, the last one ended too.
    """
    return draw(parts(report, width), width, color, ascii)


def parts(report: Report, width: int = 80) -> list[RenderableType]:
    """Lay a report out as what rich can draw, for the formats that export it."""
    blocks = _one(report, width) if len(report.submissions) == 1 else _many(report, width)
    laid: list[RenderableType] = []
    for block in [*blocks, [_note(note) for note in report.notes]]:
        laid += [*([Text()] if laid and block else []), *block]
    return laid


def summary(submission: SubmissionReport, width: int, column: int = 0) -> Text:
    """Fit one submission into one line, its path into `column` where there is room."""
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append_text(_outcome(submission))
    text.pad_right(max(1, 16 - text.cell_len))
    path = _end(one_line(submission.path), width // 2)
    text.append(path + " " * (column - cell_len(path)), style="default")
    crashed = submission.outcome is Outcome.CRASHED  # then the error says more
    faults = "" if crashed else ", ".join(title(finding) for finding in submission.findings)
    if not submission.passed:
        text.append(f"  {faults or headline(submission)}", style="dim")
    text.truncate(width, overflow="ellipsis")
    return text


def _end(path: str, width: int) -> str:
    """Cut a path at its beginning: it is the end that tells it from the others."""
    shown = path
    while cell_len(shown) > width:
        shown = "…" + shown[2:]
    return shown


def draw(shown: Iterable[RenderableType], width: int, color: bool, ascii: bool) -> str:
    """Turn what rich can draw into a string."""
    stream = io.StringIO()
    console(stream, width, color).print(Group(*shown), end="")
    text = inert("\n".join(line.rstrip() for line in stream.getvalue().split("\n")))
    return text.translate(ASCII).encode("ascii", "backslashreplace").decode() if ascii else text


def console(stream: TextIO, width: int, color: bool, record: bool = False) -> Console:
    """Make a console that draws what it is given, and reads nothing of it as markup."""
    return Console(
        file=stream,
        width=max(width, MINIMUM),
        color_system="standard" if color else None,
        force_terminal=color,
        no_color=not color,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        record=record,
    )


def _one(report: Report, width: int) -> Blocks:
    """Show one submission, or the network itself, with everything that is known."""
    submission = report.submissions[0]
    yield [_header(submission)]
    if submission.parameters:
        subject = "analytic" if is_network(report, submission) else "submitted"
        yield [_table(submission.parameters, subject, width), *_captions(submission.parameters, width)]
    yield [*draw_heat_maps(wrong_parameters(submission), width)]
    yield [*([] if submission.passed else draw_graph(submission.steps))]
    yield from (list(draw_finding(finding, submission.source, width)) for finding in submission.findings)
    yield [_note(note) for note in further_notes(submission)]


def _many(report: Report, width: int) -> Blocks:
    """Show a line for each submission, the details of those that need a person, and the totals."""
    longest = max((cell_len(one_line(submission.path)) for submission in report.submissions), default=0)
    lines = [summary(submission, width, min(longest, width // 2)) for submission in report.submissions]
    yield [*lines]
    for submission, line in zip(report.submissions, lines, strict=True):
        told = len(submission.notes) <= 1 and not line.plain.endswith("…")
        if not submission.passed and (submission.outcome in GRADED or submission.findings or not told):
            sentences = [indented(comparison(parameter)) for parameter in unexplained_parameters(submission)]
            yield [_rule(), _header(submission), *sentences]
            yield from (list(draw_finding(finding, submission.source, width)) for finding in submission.findings)
            yield [_note(note) for note in further_notes(submission)]
    yield [_rule(), *_ranking(report)] if ranked_faults(report.submissions) else []
    yield [Text(totals(report), style="bold")]


def _header(submission: SubmissionReport) -> RenderableType:
    """Say which submission, and what became of it."""
    return Text.assemble(
        (one_line(submission.path), "bold"),
        "  ",
        _outcome(submission),
        "  ",
        headline(submission),
        overflow="fold",
    )


def _outcome(submission: SubmissionReport) -> Text:
    mark = "✓" if submission.passed else "✗" if submission.outcome is Outcome.FAILED else "!"
    return Text(f"{mark} {submission.outcome}", style=STYLES.get(submission.outcome, OTHER_STYLE))


def _table(parameters: tuple[ParameterReport, ...], subject: str, width: int) -> RenderableType:
    """Tabulate the parameters, each where it is worst; a narrow table leaves out what matters least."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for heading, justify, narrowest in _COLUMNS:
        if width >= narrowest:
            table.add_column(heading or subject, justify=justify, no_wrap=bool(heading.strip()), overflow="fold")
    for parameter in parameters:
        cells = zip(_cells(parameter), _COLUMNS, strict=True)
        table.add_row(*(cell for cell, (_, _, narrowest) in cells if width >= narrowest))
    return Padding(table, (0, 0, 0, 2), expand=False)


# Heading ("" is filled in), alignment, and the width from which there is room for it.
_COLUMNS: tuple[tuple[str, JustifyMethod, int], ...] = (
    ("  ", "left", 0),
    ("shape", "left", 0),
    ("at", "left", 0),
    ("", "right", 0),
    ("numerical", "right", 0),
    ("abs. error", "right", NARROW),
    ("rel. error", "right", 0),
    ("tolerance", "right", WIDE),
    ("error bound", "right", WIDE),
    ("wrong entries", "right", WIDE),
    ("verdict", "left", 0),
)


def _cells(parameter: ParameterReport) -> list[Text]:
    """Fill one row, column by column."""
    values = (
        shape_text(parameter.shape if parameter.shape is not None else parameter.expected_shape),
        index_text(parameter.worst_index),
        number(parameter.submitted),
        number(parameter.reference),
        number(parameter.max_absolute_error, 2),
        number(parameter.max_relative_error, 2),
        number(parameter.tolerance, 2),
        number(parameter.error_bound, 2),
        f"{parameter.wrong_entries} of {parameter.entries}",
    )
    return [Text(one_line(parameter.name), style="bold"), *map(Text, values), _verdict(parameter)]


def _verdict(parameter: ParameterReport) -> Text:
    passes = parameter.verdict.passes
    mark = "✓" if passes else "?" if parameter.verdict is Verdict.INCONCLUSIVE else "✗"
    return Text(f"{mark} {parameter.verdict}", style="green" if passes else "bold red")


def _captions(parameters: tuple[ParameterReport, ...], width: int) -> Iterator[RenderableType]:
    """Say below the table what it has no column for."""
    tolerances = [p.tolerance for p in parameters if p.tolerance is not None]
    bounds = [p.error_bound for p in parameters if p.error_bound is not None]
    if tolerances and width < WIDE:
        text = f"tolerance {_range(tolerances)} of the largest entry"
        yield indented(text + (f"; numerical values exact to {number(max(bounds), 2)}" if bounds else ""), "dim")
    for parameter in parameters:
        if parameter.note or parameter.verdict in (Verdict.WRONG_SHAPE, Verdict.MISSING):
            yield indented(comparison(parameter))


def _range(values: list[float]) -> str:
    low, high = number(min(values), 2), number(max(values), 2)
    return low if low == high else f"{low} to {high}"


def _rule() -> RenderableType:
    return Rule(style="dim", characters="─")


def _ranking(report: Report) -> Iterator[RenderableType]:
    """Rank the mistakes of a class as bars."""
    ranked = ranked_faults(report.submissions)
    if not ranked:
        return
    yield Text("mistakes, by how many submissions make them", style="bold")
    for name, count in ranked:
        bar = "█" * max(1, round(BAR * count / ranked[0][1]))
        yield Text(f"  {count:>5}  ").append(f"{bar:<{BAR}}", style="red").append(f"  {name}", style="default")


def _note(note: str) -> RenderableType:
    return indented(f"note: {note}", "dim")
