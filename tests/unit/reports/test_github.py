"""GitHub annotations."""

import re

import samples

from gradcheck.reports.github import SHOWN, render

COMMAND = re.compile(r"::(error|notice) ([^:]*)::([^\r\n]*)")


def parsed(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read commands as the runner does: properties up to the next `::`, split at commas."""
    found = []
    for line in text.splitlines():
        match = COMMAND.fullmatch(line)
        assert match is not None, line
        found.append((match[1], dict(pair.split("=", 1) for pair in match[2].split(",")), match[3]))
    return found


def test_an_annotation_is_placed() -> None:
    """Line and column count from 1, the end is exclusive, and the text keeps its lines escaped."""
    (name, properties, message), *_ = parsed(render(samples.report(samples.failed())))
    assert name == "error"
    assert properties == {
        "title": "gradcheck%3A b1%3A bias-summed-over-wrong-axis",
        "file": "ann.py", "line": "14", "endLine": "14", "col": "11", "endColumn": "45",
    }  # fmt: skip
    assert "%0A" in message
    assert "80 %25" in message


def test_columns_go_where_lines_differ() -> None:
    """GitHub wants no columns for a place of several lines."""
    finding = samples.finding()
    place = samples.replaced(finding.location, end_line=15)
    submission = samples.replaced(samples.failed(), findings=(samples.replaced(finding, location=place),))
    assert "col" not in parsed(render(samples.report(submission)))[0][1]


def test_the_most_important_come_first_and_the_rest_is_said() -> None:
    """Ten errors at most, diagnosed findings before outcomes, and a notice of how many are left out."""
    read = parsed(render(samples.classroom(60)))
    assert [name for name, _, _ in read] == ["error"] * SHOWN + ["notice"]
    assert all("bias-summed" in properties["title"] for name, properties, _ in read if name == "error")
    assert "39 more not annotated" in read[-1][2]


def test_names_cannot_forge_annotations() -> None:
    """A hostile submission gets the lines that are its due and no more."""
    text = render(samples.hostile())
    assert len(parsed(text)) == 4
    assert text.count("\n") == 4
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)


def test_paths_are_relative_to_the_repository() -> None:
    """An absolute path below the root loses it."""
    text = render(samples.report(samples.crashed("/repo/a/b.py")), root="/repo")
    assert parsed(text)[0][1]["file"] == "a/b.py"
