"""Tests of the drawing of a sweep."""

import csv
import io
from xml.etree import ElementTree

import pytest

from gradcheck.differences.sweeping import Curve, Sweep
from gradcheck.reports.sweep import render_csv, render_svg, render_text

STEPS = tuple(10.0**e for e in range(-12, 1))


def curve(parameter, method, order):
    """A perfect V: round-off 1e-16 / h and truncation h**order."""
    errors = tuple(1e-16 / h + h**order for h in STEPS)
    return Curve(parameter, method, STEPS, errors, tuple(10 * e for e in errors), 1e-5)


SWEEP = Sweep(
    (curve("w1", "forward", 1), curve("w1", "central", 2), curve("b1", "central", 2)), {"w1": 1e-15, "b1": 1e-15}
)


@pytest.mark.parametrize("width", [70, 80, 120])
def test_the_plot_fits_and_shows_every_method(width):
    """No line is wider than asked for; each parameter has its plot, each method its mark and its best step."""
    text = render_text(SWEEP, width)
    assert max(map(len, text.split("Read it from the right")[0].splitlines())) <= width
    assert "W1:" in text
    assert "b1:" in text
    assert "o forward" in text
    assert "best 2e-08 at h = 1e-08" in text
    assert "truncation" in text


def test_the_plot_has_the_shape_of_a_v():
    """The lowest mark is between the ends."""
    rows = [line[9:] for line in render_text(SWEEP, 80).split("b1:")[1].splitlines() if " |" in line]
    marked = [row for row in rows if row.strip()]
    assert 10 < marked[-1].index("o") < marked[0].rindex("o")


def test_the_csv_has_every_point():
    """One line per parameter, method and step, readable by the csv module."""
    rows = list(csv.DictReader(io.StringIO(render_csv(SWEEP))))
    assert len(rows) == 3 * len(STEPS)
    assert rows[0]["parameter"] == "W1"
    assert float(rows[0]["relative_error"]) == pytest.approx(1e-4)


def test_the_picture_is_well_formed_and_self_contained():
    """Valid XML, two lines and a ring per method, nothing fetched."""
    svg = render_svg(SWEEP)
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}polyline")) == 4
    assert len(root.findall(f"{space}circle")) == 2
    assert "href" not in svg


def test_errors_that_are_zero_or_infinite_can_be_drawn():
    """A perfect or a hopeless step breaks no plot."""
    odd = Curve("w1", "central", STEPS, (float("inf"),) + (0.0,) * 12, (1.0,) * 13, 1e-5)
    sweep = Sweep((odd,), {"w1": 0.0})
    assert render_text(sweep)
    ElementTree.fromstring(render_svg(sweep))
