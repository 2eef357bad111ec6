"""A Markdown summary, as `GITHUB_STEP_SUMMARY` takes it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from gradcheck.findings import Finding
from gradcheck.reports.cleaning import clean, inert, one_line
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.reports.wording import (
    comparison,
    explanation,
    further_notes,
    headline,
    place,
    ranked_faults,
    title,
    totals,
    wrong_parameters,
)

LIMIT = 1024 * 1024  # bytes that GitHub takes for a step; a longer summary is refused whole
RESERVED = 256
# What Markdown or GitHub would read: emphasis, code, links, cells, mentions, addresses, and lists at the start.
SPECIAL = re.compile(r"[\\`*_\[\]|~@#]|:(?=[:/])|^[-+=:]|(?<=\d)[.)](?=\s)|(?<=www)\.")


def render(report: Report, limit: int = LIMIT) -> str:
    """
    Draw a report as Markdown of at most `limit` bytes.

    The totals and the ranking come first, then submissions that did not pass, as many as there is room for.
    """
    parts = ["## gradcheck\n", f"{totals(report)}\n", *_ranking(report)]
    parts += [f"> {_inline(note)}\n" for note in report.notes]
    troubled = [submission for submission in report.submissions if not submission.passed]
    room = limit - RESERVED - sum(len(part.encode()) + 1 for part in parts)
    shown = 0
    for submission in troubled:
        section = inert("\n".join(_section(submission)))
        room -= len(section.encode()) + 1
        if room < 0:
            break
        parts.append(section)
        shown += 1
    if shown < len(troubled):
        parts.append(f"{len(troubled) - shown} more submissions did not pass; there is no room for them here.\n")
    return "\n".join(parts)


def _ranking(report: Report) -> Iterator[str]:
    ranked = ranked_faults(report.submissions)
    if ranked and len(report.submissions) > 1:
        rows = "\n".join(f"| {count} | {_code(name)} |" for name, count in ranked)
        yield f"| submissions | mistake |\n| ---: | :--- |\n{rows}\n"


def _section(submission: SubmissionReport) -> Iterator[str]:
    """Show one submission that did not pass."""
    yield f"### {_code(submission.path)}: {submission.outcome}\n"
    wrong = wrong_parameters(submission)
    yield from [f"- {_inline(comparison(parameter))}" for parameter in wrong] or [
        f"{_inline(headline(submission))}"
    ]
    yield ""
    for finding in submission.findings:
        yield from _finding(finding)
    yield from (f"> {_inline(note)}\n" for note in further_notes(submission))


def _finding(finding: Finding) -> Iterator[str]:
    where = f" at {_code(place(finding.location))}" if finding.location else ""
    yield f"**{_inline(title(finding))}**{where}\n"
    if finding.location:
        yield fenced(finding.location.source, "python")
    yield "  \n".join(_inline(line) for line in explanation(finding).split("\n")) + "\n"
    if finding.fix:
        claim = "verified" if finding.fix.verified else "not verified"
        yield f"<details><summary>fix, {claim}</summary>\n"
        yield fenced(finding.fix.diff, "diff")
        yield "</details>\n"


def fenced(text: str, language: str) -> str:
    """Fence code, with more backticks than it has itself."""
    body = clean(text).strip("\n")
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{body}\n{fence}\n"


def _code(text: str) -> str:
    """Show a name as code; an element, since backticks can't hold backticks and pipes alike."""
    return f"<code>{_inline(text)}</code>"


def _inline(text: str) -> str:
    """Escape text so that it shows as it is, in a paragraph or in a cell."""
    escaped = html.escape(one_line(text), quote=False)
    return SPECIAL.sub(lambda match: f"&#{ord(match[0])};", escaped.replace("&", "\0")).replace("\0", "&")
