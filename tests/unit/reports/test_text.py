"""The report for terminals."""

import re

import pytest
import samples
from rich.cells import cell_len

from gradcheck.findings import Outcome
from gradcheck.reports.text import render, summary

REPORTS = {
    "network": samples.network(),
    "failed": samples.report(samples.failed()),
    "unexplained": samples.report(samples.unexplained()),
    "crashed": samples.report(samples.crashed()),
    "class": samples.classroom(),
    "hostile": samples.hostile(),
    "empty": samples.report(),
}


@pytest.mark.parametrize("width", [40, 80, 100, 200])
@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_asked_for(name: str, width: int) -> None:
    """At any width no line goes beyond it, but for the tables, whose numbers are never cut."""
    lines = render(REPORTS[name], width=width).splitlines()
    table = re.compile(r"^  (\S+ +\(|    +shape)")
    assert max(cell_len(line) for line in lines if width >= 80 or not table.match(line)) <= width


@pytest.mark.parametrize("name", REPORTS)
def test_colour_only_adds(name: str) -> None:
    """Without its escapes the coloured report is the plain one: nothing is told by colour alone."""
    colored = render(REPORTS[name], color=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in plain.splitlines()] == render(REPORTS[name]).splitlines()
    assert "\x1b" not in render(REPORTS[name])
    assert name == "empty" or "\x1b" in colored


@pytest.mark.parametrize("name", REPORTS)
def test_ascii_where_asked(name: str) -> None:
    """With `ascii` every character is ASCII, and lines keep their number."""
    text = render(REPORTS[name], ascii=True)
    assert text.isascii()
    assert len(text.splitlines()) == len(render(REPORTS[name]).splitlines())


def test_a_finding_is_shown_whole() -> None:
    """Title, place, code frame, message, evidence and fix are there, in this order."""
    text = render(samples.report(samples.failed()))
    wanted = [
        "b1: bias-summed-over-wrong-axis  ann.py:14:11",
        "▶ 14 │     db1 = np.sum(dz1, axis=1, keepdims=True)",
        "│           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n",
        "it should be the sum over the",
        "On 3 probes it equals",
        "fix (verified on 6 fresh probes):",
        "    -    db1 = np.sum(dz1, axis=1, keepdims=True)",
        "    +    db1 = np.sum(dz1, axis=0, keepdims=True)",
        "note: plotting was left out",
    ]
    positions = [text.find(part) for part in wanted]
    assert -1 not in positions
    assert positions == sorted(positions)


def test_other_places_are_shown_until_one_is_proven() -> None:
    """Alternatives are listed, unless a verified fix has shown which place it is."""
    finding = samples.replaced(samples.finding(), alternatives=(samples.finding("other.py").location,))
    proven = samples.replaced(samples.failed(), findings=(finding,))
    open_ = samples.replaced(proven, findings=(samples.replaced(finding, fix=None),))
    assert "Or at: other.py:14:11 (np.sum" in render(samples.report(open_))
    assert "Or at" not in render(samples.report(proven))


def test_pictures_of_a_failure() -> None:
    """The heat map shows signs and shades, the graph the first wrong quantity."""
    text = render(samples.report(samples.failed()))
    assert re.search(r"b1  error up to 0\.032\n    \+░ -░ \+█ \+░ -█\n", text)
    assert "[✗ b1]  ◀ first wrong" in text
    assert text.count("first wrong") == 1


def test_tables_say_what_was_compared() -> None:
    """The network's own gradients are analytic, a student's are submitted; a wide table has all the numbers."""
    assert "analytic" in render(samples.network())
    assert "analytic" not in render(samples.report(samples.failed()))
    wide = render(samples.report(samples.failed()), width=200)
    assert all(column in wide for column in ("abs. error", "tolerance", "error bound", "wrong entries"))


def test_a_class_ends_with_its_mistakes_and_totals() -> None:
    """A line for each submission comes first, the ranking and the totals last."""
    lines = render(samples.classroom(30)).splitlines()
    assert lines[0].startswith("✓ passed")
    assert sum(line.startswith(("✓ passed", "✗ failed", "! ")) for line in lines) == 38
    assert any(re.match(r" +21  █+ +bias-summed-over-wrong-axis$", line) for line in lines)
    assert any(line.startswith("38 submissions: 11 passed, 22 failed, 1 timeout") for line in lines)


def test_hostile_text_obeys_nothing() -> None:
    """No control character and no CI command gets through, nor is anything read as markup."""
    for color in (False, True):
        text = re.sub(r"\x1b\[[0-9;]*m", "", render(samples.hostile(), color=color))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text)
        assert not re.search(r"^\s*::|##\[", text, re.MULTILINE)
    assert "[bold]x[/bold].py" in render(samples.report(samples.passed("[bold]x[/bold].py")))


def test_a_place_far_to_the_right_is_seen() -> None:
    """A long line is cut on the left, so that what is underlined shows."""
    long = samples.failed()
    source = samples.SOURCE.replace("    db1 = ", "    db1 = 0 * " + "1 * " * 40)
    place = long.findings[0].location
    moved = samples.replaced(place, column=place.column + 164, end_column=place.end_column + 164)
    finding = samples.replaced(long.findings[0], location=moved)
    text = render(samples.report(samples.replaced(long, findings=(finding,), source=source)))
    code, carets = re.findall(r"▶ 14 │ (.*)\n.*│ (.*)\n", text)[0]
    assert code[carets.index("^") : carets.rindex("^") + 1] == "np.sum(dz1, axis=1, keepdims=True)"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_summary_line_is_one_line(outcome: Outcome) -> None:
    """Whatever the outcome and the name, a result fits into one line that names the outcome."""
    line = summary(samples.outcome(outcome, samples.HOSTILE), width=60).plain
    assert "\n" not in line
    assert str(outcome) in line
    assert cell_len(line) <= 60


def test_a_long_path_is_cut_at_its_beginning() -> None:
    """The name of the file is what tells submissions apart."""
    line = summary(samples.crashed("/home/" + "x" * 80 + "/ann.py"), width=60).plain
    assert re.match(r"! crashed +…x+/ann\.py  ", line)
