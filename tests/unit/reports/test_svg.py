"""Pictures of the text report: SVG for documents, a fragment for notebooks."""

import re
from xml.etree import ElementTree

import pytest
import samples

from gradcheck.reports import fragment, svg


@pytest.mark.parametrize(
    "report", [samples.report(samples.failed()), samples.hostile()], ids=["failed", "hostile"]
)
def test_the_picture_is_svg_and_alone(report: samples.Report) -> None:
    """It is well formed, and fetches nothing from anywhere."""
    text = svg.render(report)
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not root.findall(".//{http://www.w3.org/2000/svg}script")
    assert not re.search(r"url\(\s*[\"']?(?!#)|@import|href", text)
    assert text == svg.render(report)


def test_a_notebook_gets_an_escaped_fragment() -> None:
    """A report shows itself in a notebook; markup in it shows as text."""
    shown = samples.report(samples.failed())._repr_html_()
    assert shown.startswith("<pre")
    assert "bias-summed-over-wrong-axis" in shown
    tags = set(re.findall(r"<(/?\w+)", fragment.render(samples.hostile())))
    assert tags == {"pre", "/pre", "span", "/span"}
