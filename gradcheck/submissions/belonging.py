"""
Which files of a folder belong to one submission: those without what the contract asks for that import one with it.

Files are looked at as text, never parsed: whoever reads a class's folder shouldn't work for what lies in it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gradcheck.submissions.reading import cell_texts

LARGEST = 4 << 20
"""Bytes beyond which a file is not looked at; it then belongs to nobody else."""

_LINE = r"(?m)^[ \t]*"
_IMPORT = re.compile(_LINE + r"(?:from[ \t]+\.*([\w.]*)[ \t]+import[ \t]+([\w., \t]+)|import[ \t]+([\w., \t]+))")


def text_of(path: str) -> str:
    """Read a file's code as text; nothing of one that can't be read or is too large."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > LARGEST:  # a pipe would never end
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        return "\n".join(cell_texts(json.loads(text))) if path.endswith(".ipynb") else text
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return ""


def imports(text: str) -> frozenset[str]:
    """First names of the modules that a text imports, relatively too."""
    found: set[str] = set()
    for package, members, modules in _IMPORT.findall(text):
        for name in (package or members or modules).split(","):
            found.add(name.strip().partition(" ")[0].partition(".")[0])
    return frozenset(found - {""})


def offers(text: str, names: Iterable[str]) -> bool:
    """Whether a text defines or assigns one of the names."""
    each = "|".join(re.escape(name) for name in sorted(names))
    if not each:
        return False
    defined = (
        rf"{_LINE}(?:(?:async[ \t]+)?(?:def|class)[ \t]+(?:{each})\b|(?:[^=\n(]*[^=\n(\w.])?(?:{each})\b[^=\n(]*=)"
    )
    return re.search(defined, text) is not None


def parts(paths: Sequence[str], contract_file: str, names: frozenset[str]) -> Mapping[str, str]:
    """
    Find the files that are no submission of their own.

    Parameters
    ----------
    paths : sequence of str
        Python files and notebooks that lie together.
    contract_file : str
        Name of the file that the contract expects: one of that name is a submission whatever is in it.
    names : frozenset of str
        What the contract asks a file for.

    Returns
    -------
    mapping of str to str
        Each file that has none of the names, and imports or is imported by one that has, through others that have
        none if need be; and that one.
    """
    texts = {path: text_of(path) for path in paths}
    owners = [path for path in paths if os.path.basename(path) == contract_file or offers(texts[path], names)]
    edges = neighbours(texts)
    found: dict[str, str] = {}
    for owner in owners:
        reached = [owner]
        for path in reached:
            for other in edges[path]:
                if other not in owners and other not in found:
                    found[other] = owner
                    reached.append(other)
    return found


def neighbours(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """For each file those that it imports and that import it."""
    modules: dict[tuple[str, str], set[str]] = {}
    for path in texts:
        for place in _modules(path):
            modules.setdefault(place, set()).add(path)
    edges: dict[str, set[str]] = {path: set() for path in texts}
    for path, text in texts.items():
        for name in imports(text):
            for other in modules.get((os.path.dirname(path), name), set()) - {path}:
                edges[path].add(other)
                edges[other].add(path)
    return edges


def _modules(path: str) -> Iterator[tuple[str, str]]:
    """Folders from which a file may be imported, each with the first name by which it is."""
    if path.endswith(".py"):
        folder, name = os.path.split(path.removesuffix(".py"))
        while name:
            yield folder, name
            folder, name = os.path.split(folder)
