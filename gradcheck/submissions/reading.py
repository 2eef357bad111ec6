"""
From a submission's file to the one text that is parsed, run, located in and repaired.

A notebook becomes its code cells in order, one below the other. What isn't Python is blanked line by line, so
that a line of the text is always a line of a cell.
"""

from __future__ import annotations

import ast
import codecs
import difflib
import io
import json
import re
import sys
import tokenize
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gradcheck.errors import UngradableError
from gradcheck.submissions.trees import children

LARGEST_CODE = 1 << 18  # characters; the trees of as many take 160 MB of the judge's memory
_MOST_ESCAPES = 50  # lines of one cell; each costs the judge a parse of the cell

_HARMLESS_CELL_MAGICS = ("%%time", "%%capture")
# possessive: a line of nothing but spaces must not be tried in every division
_ESCAPE = re.compile(r"(\s*+)(?:[%!?].*|[\w.]+\?\??|[\w., ]+=\s*(?:%\w|!).*)\s*$")
_FUTURE = re.compile(r"from __future__ import .*")
_DEEPEST = 240
_LONGEST_SHOWN = 100
_PYTHON_2_MESSAGE = re.compile(
    r"Missing parentheses in call to '(print|exec)|multiple exception types must be|leading zeros"
)
_PYTHON_2_LINE = re.compile(
    r"^\s*(print\b(?!\s*[(=.\[])|exec\s+[\w'\"]|raise\s+\w+\s*,|except\s+[\w.]+\s*,\s*\w+\s*:)|<>|`|\b\d+[lL]\b|\bur['\"]"
)


@dataclass(frozen=True)
class Line:
    """One line of the text: the cell it is of (None in a .py), its number there, and how the file has it."""

    cell: int | None
    number: int
    raw: str
    ending: str = "\n"


@dataclass(frozen=True, kw_only=True)
class Source:
    """
    A submission, read.

    Attributes
    ----------
    path : str
    text : str
        What is parsed and run; lines end in a bare newline.
    notes : tuple of str
        What was left out.
    lines : tuple of Line
        Where each line of the text came from.
    raw : str
        The file as it was decoded.
    encoding : str
        How to encode what `write_back` gives.
    """

    path: str
    text: str
    notes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = field(default=(), repr=False)
    raw: str = field(default="", repr=False)
    encoding: str = "utf-8"

    def place(self, line: int) -> tuple[int | None, int]:
        """Cell (None in a .py) and the line in it, both from 1, of a line of the text."""
        if not self.lines:
            return None, line
        known = self.lines[min(max(line, 1), len(self.lines)) - 1]
        return known.cell, known.number

    def where(self, line: int | None) -> str:
        """Name a line of the text for a person: `ann.py:3`, or `ann.ipynb cell 2 line 3`."""
        name = Path(self.path).name
        if line is None:
            return name
        cell, number = self.place(line)
        return f"{name}:{number}" if cell is None else f"{name} cell {cell} line {number}"

    def edited(self, new_text: str) -> Source:
        """Give the same with another text; a line that is new has the place of what it replaces, or follows."""
        old, new = lines_of(self.text), lines_of(new_text)
        before = self.lines or tuple(Line(None, number, line) for number, line in enumerate(old, start=1))
        lines: list[Line] = []
        for tag, start, stop, new_start, new_stop in _differences(old, new):
            place = before[start:stop] if tag == "equal" else before[max(start - (start == stop), 0) :][:1]
            place = place or (Line(None, 1, ""),)
            lines.extend(place[min(index, len(place) - 1)] for index in range(new_stop - new_start))
        return replace(self, text=new_text, lines=tuple(lines))

    def write_back(self, new_text: str) -> str:
        """
        Carry an edited text back into the file's own form.

        Parameters
        ----------
        new_text : str
            `text` after an edit.

        Returns
        -------
        str
            New content of the file; lines and cells that the edit didn't touch are as they were.
        """
        old, new = lines_of(self.text), lines_of(new_text)
        usual = next((line.ending for line in self.lines if line.ending), "\n")
        kept: list[list[Line]] = [[] for _ in old] or [[]]
        for tag, start, stop, new_start, new_stop in _differences(old, new):
            if tag == "equal":
                for index in range(start, stop):
                    kept[index].append(self.lines[index])
            else:  # an insertion belongs to the line before it, and so to that line's cell
                at = start if stop > start else max(start - 1, 0)
                ending = (self.lines[at].ending if self.lines else "") or usual
                kept[at].extend(Line(None, 0, line, ending) for line in new[new_start:new_stop])
        if any(line.cell is not None for line in self.lines):
            return self._notebook([[line.raw for line in group] for group in kept])
        *lines, last = [line for group in kept for line in group] or [Line(None, 0, "", "")]
        ended = "".join(line.raw + (line.ending or usual) for line in lines)
        return ended + last.raw + (last.ending or usual) * self.raw.endswith(("\n", "\r"))

    def _notebook(self, kept: list[list[str]]) -> str:
        """Put the lines into their cells; a cell whose lines are the same keeps its exact form."""
        notebook = json.loads(self.raw)
        for number, cell in enumerate(code_cells(notebook), 1):
            key = "source" if "source" in cell else "input"
            lines = [
                raw for line, group in zip(self.lines, kept, strict=True) if line.cell == number for raw in group
            ]
            before = _joined(cell[key])
            if lines != (lines_of(before) or [""]):
                text = "\n".join(lines) + "\n" * before.endswith("\n")
                cell[key] = re.findall(r"[^\n]*\n|[^\n]+", text) if isinstance(cell[key], list) else text
        indented = re.search(r"\n([ \t]+)", self.raw)
        indent = indented[1] if indented else None
        text = json.dumps(notebook, indent=indent, ensure_ascii=self.raw.isascii())
        text += "\n" * self.raw.endswith("\n")
        return text.replace("\n", "\r\n") if "\r\n" in self.raw else text


def _differences(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Stretches of lines that are the same, and those that are others, as `difflib` names them."""
    return difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def lines_of(text: str) -> list[str]:
    """Lines as Python counts them; `splitlines` begins one after a form feed, too, and at U+2028 in a string."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def read_source(path: str) -> Source:
    """
    Read a submission.

    Parameters
    ----------
    path : str
        A `.py` or an `.ipynb` file.

    Returns
    -------
    Source

    Raises
    ------
    UngradableError
        If the file can't be read, has more code than anybody writes, is Python 2 or has a syntax error; with file
        and line.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UngradableError(f"`{path}` can't be read: {error.strerror}") from None
    raw, encoding, notes = _decode(path, data)
    return (
        _read_notebook(path, raw, encoding)
        if path.endswith(".ipynb")
        else _read_script(path, raw, encoding, notes)
    )


def _decode(path: str, data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Decode as Python would; a file that isn't what it declares is read as Latin-1, which never fails."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace"), "utf-16", ()
    name = Path(path).name
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding), encoding, ()
    except (SyntaxError, UnicodeDecodeError):
        pass
    try:
        text = data.decode("utf-8-sig")
        encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
        return text, encoding, (f"{name} is not what it declares: read as UTF-8",)
    except UnicodeDecodeError:
        text = data.removeprefix(codecs.BOM_UTF8).decode("latin-1")
        return text, "latin-1", (f"{name} is neither UTF-8 nor what it declares: read as Latin-1",)


def _read_script(path: str, raw: str, encoding: str, notes: tuple[str, ...]) -> Source:
    """Check the syntax of a .py file; tabs among spaces are read as eight columns, as they used to be."""
    _refuse_masses(path, len(raw))
    original = _bare(raw)
    lines = original.split("\n")
    text = original
    error = syntax_error(text)
    if isinstance(error, TabError):
        expanded = "\n".join(_expand_indent(line) for line in lines)
        if syntax_error(expanded) is None:
            text, error = expanded, None
            notes += (f"{Path(path).name} mixes tabs and spaces: a tab was read as up to eight spaces",)
    if error is not None:
        raise _refusal(Path(path).name, error, lines)
    *apart, last = re.split(r"(\r\n|\r|\n)", raw)
    pairs = [*zip(apart[::2], apart[1::2], strict=True), *([(last, "")] if last else [])]
    numbered = tuple(Line(None, number, line, ending) for number, (line, ending) in enumerate(pairs, 1))
    return Source(path=path, text=text, notes=notes, lines=numbered, raw=raw, encoding=encoding)


def _refuse_masses(path: str, characters: int) -> None:
    """Stop before a parser takes the memory that all other submissions need, too."""
    if characters > LARGEST_CODE:
        found = f"{Path(path).name} has {characters:,} characters of code"
        raise UngradableError(f"{found}; more than {LARGEST_CODE:,} are not read")


def _expand_indent(line: str) -> str:
    bare = line.lstrip(" \t")
    return line[: len(line) - len(bare)].expandtabs(8) + bare


def tree_of(text: str) -> ast.Module:
    """
    Parse a text that is to be run.

    Raises
    ------
    SyntaxError
        If it isn't Python, or nested too deeply for what reads a tree by recursion.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, "<submission>")
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or "too deeply nested") from None
    depth: int = 0
    level: list[ast.AST] = [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in children(node)]
    if depth > _DEEPEST:
        # Python runs it, but what reads a tree by recursion can't
        raise SyntaxError(f"nested too deeply ({depth} levels): write long sums as loops, or calls of `sum`")
    return tree


def syntax_error(text: str) -> SyntaxError | None:
    """What keeps a text from being Python, if anything does."""
    try:
        tree_of(text)
    except SyntaxError as error:
        return error
    return None


def _is_python_2(error: SyntaxError, lines: list[str]) -> bool:
    """Whether a syntax error is one that Python 2 hadn't."""
    if _PYTHON_2_MESSAGE.search(error.msg or ""):
        return True
    number = (error.lineno or 0) - 1
    return 0 <= number < len(lines) and bool(_PYTHON_2_LINE.search(lines[number]))


def _refusal(name: str, error: SyntaxError, lines: list[str]) -> UngradableError:
    """Say that a text isn't Python 3, and where."""
    place = f"{name}:{error.lineno}" if error.lineno else name
    shown = _short(lines[error.lineno - 1].strip()) if error.lineno and error.lineno <= len(lines) else ""
    if _is_python_2(error, lines):
        return UngradableError(f"{place} is Python 2 (`{shown}`): convert it to Python 3, for instance with 2to3")
    version = ".".join(map(str, sys.version_info[:2]))
    return UngradableError(
        f"{place}: syntax error in Python {version}: {error.msg}" + (f": `{shown}`" if shown else "")
    )


def _short(line: str) -> str:
    """A line as a message shows it: of a program that was made, one may fill screens."""
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}..."


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """List the code cells of a notebook of format 4, 3 or 2."""
    sheets = notebook.get("worksheets") or [notebook]
    return [cell for sheet in sheets for cell in sheet.get("cells", []) if cell.get("cell_type") == "code"]


def cell_texts(notebook: dict[str, Any]) -> list[str]:
    """Text of each code cell."""
    return [_joined(cell.get("source", cell.get("input", ""))) for cell in code_cells(notebook)]


def _joined(source: Any) -> str:
    """The text of a cell, with bare newlines."""
    return _bare("".join(source) if isinstance(source, list) else str(source))


def _bare(text: str) -> str:
    """A text whose lines end in a bare newline."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_notebook(path: str, raw: str, encoding: str) -> Source:
    """Lay the code cells one below the other."""
    name = Path(path).name
    if not raw.strip():
        raise UngradableError(f"{name} is empty")
    try:
        notebook = json.loads(raw)
        _refuse_other_forms(notebook)
        cells = cell_texts(notebook)
        language = _language(notebook)
    except RecursionError:
        raise UngradableError(f"{name} is not a notebook: it is nested too deeply") from None
    except (ValueError, AttributeError, TypeError) as error:
        raise UngradableError(f"{name} is not a notebook: {error}") from None
    _refuse_masses(path, sum(map(len, cells)))
    if "python" not in language:
        raise UngradableError(f"{name} is a notebook in {language}: submit Python")
    notes: list[str] = []
    lines: list[Line] = []
    texts: list[str] = []
    for number, cell in enumerate(cells, 1):
        original = lines_of(cell) or [""]
        cleaned = _clean_cell(name, number, original, notes)
        if any(line.strip() for line in texts):
            cleaned = [_FUTURE.sub("pass", line) for line in cleaned]
        texts += cleaned
        lines += [Line(number, position, line) for position, line in enumerate(original, 1)]
    text = "\n".join(texts) + "\n"
    return Source(path=path, text=text, notes=tuple(notes), lines=tuple(lines), raw=raw, encoding=encoding)


def _refuse_other_forms(notebook: Any) -> None:
    """
    Hold what was read against the form of a notebook, as far as it is read.

    Raises
    ------
    ValueError
        That says what was found, and what was expected.
    """
    _expect(notebook, dict, "at its top")
    sheets = notebook.get("worksheets") or [notebook]
    _expect(sheets, list, "as its `worksheets`")
    for sheet in sheets:
        _expect(sheet, dict, "as a worksheet")
        _expect(sheet.get("cells", []), list, "as its `cells`")
        for number, cell in enumerate(sheet.get("cells", []), 1):
            _expect(cell, dict, f"as cell {number}")
            source = cell.get("source", cell.get("input", ""))
            parts = source if isinstance(source, list) else [source]
            if cell.get("cell_type") == "code" and not all(isinstance(part, str) for part in parts):
                raise ValueError(f"{_short(json.dumps(source))} as the text of cell {number}, expected text")
    _expect(notebook.get("metadata", {}), dict, "as its `metadata`")


def _expect(found: Any, kind: type, where: str) -> None:
    if not isinstance(found, kind):
        expected = "an object" if kind is dict else "a list"
        raise ValueError(f"{_short(json.dumps(found))} {where}, expected {expected}")


def _language(notebook: dict[str, Any]) -> str:
    """The language that a notebook says it is in, or its kernel is for; Python where it says nothing."""
    metadata = notebook.get("metadata", {})
    told = (("language_info", "name"), ("kernelspec", "language"))
    found = [part.get(key) for table, key in told if isinstance(part := metadata.get(table), dict)]
    return next((str(name).lower() for name in found if name), "python")


def _clean_cell(name: str, number: int, lines: list[str], notes: list[str]) -> list[str]:
    """Blank what isn't Python: the whole cell if need be, with a note."""
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    cleaned = list(lines)
    if lines[first].lstrip().startswith("%%"):
        magic = lines[first].split()[0]
        if magic not in _HARMLESS_CELL_MAGICS:
            notes.append(f"{name} cell {number} left out: it is a {magic} cell")
            return [""] * len(lines)
        cleaned[first] = ""
    for _ in range(_MOST_ESCAPES):  # one line at a time: `%` may also begin the rest of an expression
        error = syntax_error("\n".join(cleaned))
        if error is None:
            return cleaned
        at = (error.lineno or 0) - 1
        if not 0 <= at < len(cleaned) or not _ESCAPE.fullmatch(cleaned[at]):
            break
        cleaned[at] = _ESCAPE.sub(r"\1pass", cleaned[at])
    assert error is not None
    if _is_python_2(error, cleaned):
        raise _refusal(f"{name} cell {number} line", error, cleaned)
    notes.append(f"{name} cell {number} left out: line {error.lineno} does not parse ({error.msg})")
    return [""] * len(lines)
