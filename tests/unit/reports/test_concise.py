"""One line a finding."""

import re

import samples

from gradcheck.reports.concise import render


def test_a_line_a_problem() -> None:
    """Findings have place and name as editors read them, everything else its file; the totals come last."""
    lines = render(samples.classroom()).splitlines()
    assert lines[0].startswith("ann.py:14:11: b1: bias-summed-over-wrong-axis: `b1` is the sum")
    assert "odd.py: b2: missing: the gradient of b2 is missing (KeyError: 'db2')" in lines
    assert "crash.py: crashed: line 9: NameError: name 'sigmiod' is not defined" in lines
    assert lines[-1].startswith("8 submissions: 1 passed")


def test_names_cannot_add_lines() -> None:
    """Three submissions with one problem each are four lines, none of them a command."""
    text = render(samples.hostile())
    assert text.count("\n") == 4
    assert not re.search(r"^\s*::", text, re.MULTILINE)


def test_a_cell_is_part_of_the_place() -> None:
    """In a notebook the cell stands between file and line."""
    finding = samples.finding("nb.ipynb")
    place = samples.replaced(finding.location, cell=3)
    submission = samples.replaced(
        samples.failed("nb.ipynb"), findings=(samples.replaced(finding, location=place),)
    )
    assert render(samples.report(submission)).startswith("nb.ipynb:cell 3:14:11: ")


def test_what_has_no_name_is_said_once() -> None:
    """A finding without parameters is titled by its own words, which are not repeated."""
    finding = samples.replaced(
        samples.finding(),
        fault=None,
        parameters=(),
        confidence="certain",
        message="X is changed: copy it",
        evidence="",
    )
    line = render(samples.report(samples.replaced(samples.failed(), findings=(finding,)))).splitlines()[0]
    assert line.count("X is changed") == 1
    assert line.endswith(": X is changed: copy it")
