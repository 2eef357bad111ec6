"""The text report as a picture, for documents."""

from __future__ import annotations

import io
import re

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Group

from gradcheck.reports.cleaning import one_line
from gradcheck.reports.report import Report
from gradcheck.reports.text import console, parts

# Without the fonts that rich would have the reader fetch from elsewhere.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def render(report: Report, width: int = 100) -> str:
    """Draw a report as SVG, in the frame of a terminal."""
    recorder = console(io.StringIO(), width, color=True, record=True)
    recorder.print(Group(*parts(report, width)), end="")
    return recorder.export_svg(title=f"gradcheck check {one_line(report.config)}", code_format=FORMAT) + "\n"
