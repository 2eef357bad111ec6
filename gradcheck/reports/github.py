"""Workflow commands of GitHub Actions, which show as annotations beside the lines."""

from __future__ import annotations

from gradcheck.reports.cleaning import clean
from gradcheck.reports.problems import Problem, problems, relative
from gradcheck.reports.report import Report
from gradcheck.reports.wording import totals

SHOWN = 10  # GitHub shows ten errors a step and drops the rest without a word


def render(report: Report, root: str | None = None) -> str:
    """Draw the ten most important problems as errors; what is left out is said in a notice."""
    ordered = sorted(problems(report), key=lambda problem: problem.rank)
    lines = [_command("error", _properties(problem, root), problem.message) for problem in ordered[:SHOWN]]
    rest = f"; {len(ordered) - SHOWN} more not annotated" if len(ordered) > SHOWN else ""
    lines.append(_command("notice", {"title": "gradcheck"}, totals(report) + rest))
    return "\n".join(lines) + "\n"


def _properties(problem: Problem, root: str | None) -> dict[str, str]:
    """Place a problem; GitHub counts columns from 1, takes them on one line only, and knows no cells."""
    found = {"title": f"gradcheck: {problem.title}", "file": relative(problem.path, root)}
    location = problem.location
    if location is None or location.cell is not None:
        return found
    found |= {"file": relative(location.file, root), "line": str(location.line), "endLine": str(location.end_line)}
    if location.line == location.end_line:
        found |= {"col": str(location.column + 1), "endColumn": str(location.end_column + 1)}
    return found


def _command(name: str, properties: dict[str, str], data: str) -> str:
    pairs = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {pairs}::{_data(data)}"


def _data(text: str) -> str:
    """Escape the text of a command."""
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape the value of a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
