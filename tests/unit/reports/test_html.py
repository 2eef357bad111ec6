"""The page of HTML; what a browser makes of it is a functional test."""

import base64
import hashlib
import re
import sys
from html.parser import HTMLParser

import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.errors import ConfigError

pytest.importorskip("jinja2", reason="the extra `html` is not installed")

from gradcheck.reports.html import INLINE, render

VOID = {"meta", "rect", "path", "input", "wbr"}


class Page(HTMLParser):
    """Reads a page: elements, attributes and text, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


REPORTS = {
    "network": samples.network(),
    "failed": samples.report(samples.failed()),
    "unexplained": samples.report(samples.unexplained()),
    "class": samples.classroom(5),
    "big class": samples.classroom(INLINE),
    "hostile": samples.hostile(),
    "empty": samples.report(),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_is_whole_and_alone(name: str) -> None:
    """Elements nest, ids are unique, labels have texts, and nothing is fetched from anywhere."""
    page = Page(render(REPORTS[name]))
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for tag, attributes in page.tags:
        assert not {"src", "style", "srcset", "onclick", "onload"} & set(attributes), (tag, attributes)
        assert tag not in ("link", "iframe", "object", "img", "base")
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.parametrize("name", ["failed", "class", "big class"])
def test_the_policy_allows_our_script_and_style_only(name: str) -> None:
    """The hashes of the policy are those of the script and the style that are there."""
    text = render(REPORTS[name])
    policy = next(a["content"] for _, a in Page(text).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    for pattern, directive in ((r"<style>(.*?)</style>", "style-src"), (r"<script>(.*?)</script>", "script-src")):
        (body,) = re.findall(pattern, text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy


def test_hostile_text_is_text() -> None:
    """A submission's markup and script show as they were written, and are no elements."""
    text = render(samples.hostile())
    page = Page(text)
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert "<script>alert(1)</script>" in page.text
    assert "alert(1)" in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", text)


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=60), st.integers(0, 2**31))
def test_no_text_breaks_the_page(text: str, seed: int) -> None:
    """Whatever a submission writes, into whichever field, elements nest and the script is the only one."""
    page = Page(render(samples.everywhere(text + "</pre></svg></script>\"'><i>", seed)))
    assert page.open == []
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "i" not in {tag for tag, _ in page.tags}


def test_sections_of_a_big_class_wait() -> None:
    """Beyond a limit sections are text until opened, and no submission's text can end them early."""
    attack = samples.replaced(samples.failed("</script><b>x"), source="</script>" * 20)
    more = [samples.passed(f"{i}.py") for i in range(INLINE)]
    page = Page(render(samples.report(attack, *more)))
    held = [attributes for tag, attributes in page.tags if attributes.get("type") == "text/template"]
    assert len(held) == INLINE + 1
    assert page.open == []
    assert not [tag for tag, _ in page.tags if tag == "b"]


def test_everything_of_a_finding_is_there() -> None:
    """Place, marked code, message, evidence and fix; heat map and graph with words for who can't see them."""
    text = render(samples.report(samples.failed()))
    page = Page(text)
    for part in (
        "ann.py:14:11", "it should be the sum over the examples", "On 3 probes",
        "Fix, verified on 6 fresh probes", "first wrong", "plotting was left out",
    ):  # fmt: skip
        assert part in page.text
    assert "<mark>np.sum(dz1, axis=1, keepdims=True)</mark>" in text
    assert "<ins>+    db1 = np.sum(dz1, axis=0, keepdims=True)</ins>" in text
    labels = [a["aria-label"] for tag, a in page.tags if tag == "svg" and a.get("role") == "img"]
    assert labels == ["errors of b1: 3 too large, 2 too small"]
    assert "b1 wrong" in re.sub(r"\s+", " ", page.text)


def test_backticks_become_code_and_odd_ones_stay() -> None:
    """Code in messages looks like code, whatever is in it."""
    from gradcheck.reports.html import _ticked

    assert _ticked("`a<b` is `c") == "<code>a&lt;b</code> is `c"
    assert _ticked("<i>") == "&lt;i&gt;"
    assert _ticked("a `b` c") == "a <code>b</code> c"


def test_a_class_is_ranked() -> None:
    """The mistakes of a class come most frequent first, with their counts."""
    text = re.sub(r"<[^>]*>|\s+", " ", render(samples.classroom(9)))
    assert re.search(r"Mistakes of the class.*bias-summed-over-wrong-axis +7 .*unexplained +1 ", text)


def test_pictures_are_shown_as_they_are() -> None:
    """SVG of our own making, such as a step sweep, is put in unescaped."""
    assert "<figure class=\"picture\"><svg id='v'/></figure>" in render(
        samples.network(), pictures=("<svg id='v'/>",)
    )


def test_without_jinja_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra is an error of the check with the command that mends it."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ConfigError, match=r"pip install \"gradcheck\[html\]\""):
        render(samples.network())
