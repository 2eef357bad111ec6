"""The Markdown summary."""

import re

import samples
from markdown_it import MarkdownIt

from gradcheck.reports.markdown import LIMIT, fenced, render


def test_the_summary_shows_what_matters() -> None:
    """Totals, ranking, findings and fixes are there; submissions that passed are only counted."""
    text = render(samples.classroom(6))
    assert "14 submissions: 3 passed, 6 failed" in text
    assert "| 5 | <code>bias-summed-over-wrong-axis</code> |" in text
    assert "```diff" in text
    assert "good.py" not in text


def test_it_never_outgrows_its_limit() -> None:
    """A big class is cut between submissions, and how many are left out is said."""
    text = render(samples.classroom(4000))
    assert LIMIT * 0.95 < len(text.encode()) <= LIMIT
    assert re.search(r"\n\d+ more submissions did not pass", text)
    assert text.count("```") % 2 == 0


def test_hostile_names_stay_text() -> None:
    """Rendered, the only elements are ours: no script, link, image or heading of a submission's making."""
    attack = "<script>x</script> [l](javascript:x) ![i](http://x/y.png) **b** `c` | @all\n# h\n```\n- l\n1. x"
    submission = samples.replaced(samples.crashed(attack), notes=(attack, attack))
    for report in (samples.hostile(), samples.report(submission)):
        page = MarkdownIt("commonmark", {"html": True}).enable("table").render(render(report))
        tags = set(re.findall(r"<([a-z0-9]+)", page))
        assert tags <= {
            "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "blockquote",
            "strong", "details", "summary", "ul", "li", "br",
        }  # fmt: skip
        assert page.count("<h2>") == 1
        assert page.count("<h3>") == len(report.submissions)


def test_a_fence_is_longer_than_what_it_holds() -> None:
    """Code with fences of its own can't close ours."""
    assert fenced("a\n````\nb", "python") == "`````python\na\n````\nb\n`````\n"
