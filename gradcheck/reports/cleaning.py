"""Text that others wrote, made fit to be shown: a submission must not steer the terminal it is printed on."""

from __future__ import annotations

import re
import unicodedata

ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]")
# What CI services take for commands in a log: at the start of a line, or anywhere in it.
COMMANDS = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*):(?=:)|#(?=#\w*\[)", re.MULTILINE)
BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")


def clean(text: str) -> str:
    """
    Remove what a terminal or a browser obeys rather than shows; lines and tabs stay.

    Goes: terminal escapes, control characters, and the format characters that reorder text, which could make
    code look other than it is. Lone surrogates (file names that are no UTF-8) become the replacement character.
    """
    text = ESCAPES.sub("", text)
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(_shown(character) for character in text)


def one_line(text: str) -> str:
    """Clean `text` and put it on one line, for a name or a cell of a table."""
    return clean(BREAKS.sub(" ", text)).replace("\t", " ").replace("\n", " ").strip()


def inert(text: str) -> str:
    """
    Disarm what a CI would take for a command in its log (`::error`, `##[group]`), one character a command.

    The character becomes one that looks like it, so that nothing moves.
    """
    return COMMANDS.sub(lambda match: f"{match[1]}∶" if match[0].endswith(":") else "♯", text)


def _shown(character: str) -> str:
    """Show one character, or what stands for it."""
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    hidden = category in ("Cc", "Cf") or character in "\ufffe\uffff"  # the last two XML can't hold
    return "" if hidden and character not in "\n\t" else character
