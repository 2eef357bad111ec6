"""Which submissions there are: files, folders and patterns of the command line to one entry a submission."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradcheck.errors import ConfigError

SUFFIXES = (".py", ".ipynb")
LARGEST = 16 << 20  # bytes; notebooks hold pictures, but a list of lists takes thirty times its size in memory
_SKIPPED = {"__pycache__", "__init__.py"}


@dataclass(frozen=True)
class Submission:
    """
    One entry to grade.

    Attributes
    ----------
    path : str
        The file, below the path that was given; a folder or another file where there is a problem.
    problem : str
        Why there is nothing to grade; empty for a submission.
    """

    path: str
    problem: str = ""


def find_submissions(paths: Iterable[str], contract_file: str) -> list[Submission]:
    """
    Find the submissions that paths mean.

    A file is one submission. A folder holds one for each file and for each sub-folder; a sub-folder's is the file
    that the contract names, or the only Python file or notebook in it. Nothing that might be somebody's work is
    passed over: what can't be graded becomes an entry that says why.

    Parameters
    ----------
    paths : iterable of str
        Files, folders and patterns.
    contract_file : str
        Name of the file that the contract expects.

    Returns
    -------
    list of Submission
        In the order given, names within a folder sorted; each once.

    Raises
    ------
    ConfigError
        If a path doesn't exist or a pattern matches nothing.
    """
    found = (entry for path in paths for entry in _expanded(path, contract_file))
    return list({os.path.abspath(entry.path): entry for entry in found}.values())


def _expanded(path: str, contract_file: str) -> Iterator[Submission]:
    matches = [path] if os.path.lexists(path) else sorted(glob.glob(path, recursive=True))
    if not matches:
        hint = "give a file, a folder or a pattern"
        raise ConfigError(f"`{path}`", "nothing behind it", "submissions", hint)
    for match in matches:
        if not os.path.isdir(match):
            yield _file(match)
        elif entries := list(_in_folder(match, contract_file)):
            yield from entries
        else:
            yield Submission(match, "holds no Python file and no notebook")


def _file(path: str) -> Submission:
    if not path.endswith(SUFFIXES):
        return Submission(path, "is no Python file and no notebook")
    if not os.path.isfile(path):
        return Submission(path, "can't be read as a file")
    too_large = os.path.getsize(path) > LARGEST
    return Submission(path, f"is larger than {LARGEST >> 20} MB" if too_large else "")


def _in_folder(folder: str, contract_file: str) -> Iterator[Submission]:
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if _skipped(name):
            continue
        if os.path.islink(path):
            # whoever hands it in chooses where it points, and it is the judge who would read there
            yield Submission(path, "is a link; hand in the file itself")
        elif os.path.isdir(path):
            yield _sub_folder(path, contract_file)
        elif name.endswith(SUFFIXES):
            yield _file(path)


def _skipped(name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED


def _sub_folder(folder: str, contract_file: str) -> Submission:
    """Choose the submission of one sub-folder: the nearest to its top, of the contract's name if possible."""
    named = os.path.join(folder, contract_file)
    if os.path.isfile(named) and not os.path.islink(named):
        return _file(named)
    files = list(_gradable(folder))
    candidates = [path for path in files if os.path.basename(path) == contract_file] or files
    if len(candidates) == 1:
        return _file(candidates[0])
    if not candidates:
        return Submission(folder, "holds no Python file and no notebook")
    names = ", ".join(os.path.relpath(path, folder) for path in candidates[:5])
    return Submission(folder, f"holds {names}; expected `{contract_file}` or one Python file or notebook")


def _gradable(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _skipped(name))
        for name in sorted(names):
            path = os.path.join(parent, name)
            if (
                name.endswith(SUFFIXES)
                and not _skipped(name)
                and os.path.isfile(path)
                and not os.path.islink(path)
            ):
                yield path
