"""Text that others wrote."""

import re

import pytest
import samples

from gradcheck.reports.cleaning import clean, inert, one_line


def test_nothing_is_left_to_obey() -> None:
    """Escapes, control characters, bidirectional overrides and lone surrogates go; text, lines and tabs stay."""
    text = clean("a\x1b[31mb\x1b]0;title\x07c\x00\r\n\td\u202ee\udc80\x9b\ufffe")
    assert text == "abc\n\tde\ufffd"


@pytest.mark.parametrize("text", ["plain", "σ'(z) ⊙ δ", "日本\n\tx"])
def test_honest_text_is_untouched(text: str) -> None:
    """What needs no cleaning comes back as it was."""
    assert clean(text) == text


def test_one_line_is_one() -> None:
    """Every kind of line break becomes a space."""
    assert one_line("a\nb\r\nc\u2028d\x85e\tf ") == "a b c d e f"
    assert "\n" not in one_line(samples.HOSTILE)


@pytest.mark.parametrize(
    "text", ["::error::x", "  ::set-output name=a::b", "a\n::error::", "##[group]x", "a ##vso[task]"]
)
def test_commands_of_a_ci_are_parted(text: str) -> None:
    """No line is a workflow command any more, and slices such as x[::2] stay as they are."""
    assert not re.search(r"^\s*::|##\w*\[", inert(text), re.MULTILINE)
    assert inert("x[::2] # ok") == "x[::2] # ok"
