"""The table of formats."""

import csv
import io
import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.errors import ConfigError
from gradcheck.reports.formats import FORMATS, load, render

REPORTS = [
    samples.report(),
    samples.network(),
    samples.report(samples.failed()),
    samples.classroom(),
    samples.hostile(),
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", REPORTS, ids=["empty", "network", "failed", "class", "hostile"])
def test_every_format_draws_every_report(name: str, report: samples.Report) -> None:
    """Each is text that ends its last line, can be written as UTF-8, and is the same the second time."""
    pytest.importorskip("jinja2") if name == "html" else None
    text = render(name, report)
    assert text.endswith("\n")
    assert text.encode("utf-8")
    assert render(name, report) == text


def test_an_unknown_format_is_refused() -> None:
    """The message lists the formats there are."""
    with pytest.raises(ConfigError, match="one of text, concise, json"):
        load("pdf")


def test_formats_are_imported_when_asked_for() -> None:
    """Drawing text imports neither Jinja2 nor XML nor the other formats; asking for them does."""
    program = "import sys; from gradcheck.reports.formats import load; load({!r}); print(*sys.modules)"

    def imported(name: str) -> set[str]:
        run = subprocess.run(
            [sys.executable, "-c", program.format(name)], capture_output=True, text=True, check=True
        )
        return set(run.stdout.split())

    others = {"jinja2", "xml.etree.ElementTree", "gradcheck.reports.sarif"}
    assert not imported("text") & others
    assert imported("junit") & others


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), min_size=1, max_size=60), st.integers(0, 2**31))
def test_no_text_breaks_a_format(text: str, seed: int) -> None:
    """Whatever a submission writes, into whichever field, formats that are read by programs can be read."""
    report = samples.everywhere(text, seed)
    assert json.loads(render("json", report))["submissions"][0]["path"] == text
    for name in ("sarif", "gitlab", "gradescope"):
        json.loads(render(name, report))
    ElementTree.fromstring(render("junit", report).encode())
    assert len(list(csv.reader(io.StringIO(render("csv", report)), strict=True))) == 2
    assert all(line.startswith("::") for line in render("github", report).splitlines())
    assert len(render("concise", report).splitlines()) == 2
    for name in ("text", "concise"):
        shown = render(name, report)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
        assert not re.search(r"^\s*::|##\w*\[", shown, re.MULTILINE)
