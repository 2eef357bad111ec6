"""The text report as a piece of HTML, for notebooks; needs no template."""

from __future__ import annotations

import io

from rich.console import Group

from gradcheck.reports.report import Report
from gradcheck.reports.text import console, parts

# A terminal's colours are made for a dark ground.
PRE = '<pre style="background:#0c0c0c;color:#ccc;padding:1em;overflow-x:auto;line-height:1.25">{code}</pre>'


def render(report: Report, width: int = 110) -> str:
    """Draw a report as one preformatted element with its styles inline; everything in it is escaped by rich."""
    recorder = console(io.StringIO(), width, color=True, record=True)
    recorder.print(Group(*parts(report, width)), end="")
    return recorder.export_html(inline_styles=True, code_format=PRE)
