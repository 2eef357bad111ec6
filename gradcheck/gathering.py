"""Which submissions there are: files, folders and patterns of the command line to one entry a submission."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gradcheck.errors import ConfigError
from gradcheck.submissions import belonging

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
    parts : tuple of str
        Files that were found to belong to it, and are no submissions of their own.
    """

    path: str
    problem: str = ""
    parts: tuple[str, ...] = ()


def find_submissions(
    paths: Iterable[str], contract_file: str, names: frozenset[str] = frozenset()
) -> list[Submission]:
    """
    Find the submissions that paths mean.

    A file is one submission. A folder holds one for each file and for each sub-folder; a sub-folder's is the file
    that the contract names, or the only one in it that may be meant. A file that has none of the names that the
    contract asks for, and imports or is imported by one that has, belongs to that one. Nothing else that might be
    somebody's work is passed over: what can't be graded becomes an entry that says why.

    Parameters
    ----------
    paths : iterable of str
        Files, folders and patterns.
    contract_file : str
        Name of the file that the contract expects.
    names : frozenset of str
        Names that the contract asks a file for; without any no file belongs to another.

    Returns
    -------
    list of Submission
        In the order given, names within a folder sorted; each once.

    Raises
    ------
    ConfigError
        If a path doesn't exist or a pattern matches nothing.
    """
    finder = _Finder(contract_file, names)
    found: dict[str, Submission] = {}
    for path in paths:
        for entry in finder.expanded(path):
            found.setdefault(os.path.abspath(entry.path), entry)
    return list(found.values())


@dataclass(frozen=True)
class _Finder:
    """What the contract tells of a submission's file: its name, and what is in it."""

    contract_file: str
    names: frozenset[str]

    def expanded(self, path: str) -> Iterator[Submission]:
        """Submissions that one path or pattern means."""
        matches = [path] if os.path.lexists(path) else sorted(glob.glob(path, recursive=True))
        if not matches:
            hint = "give a file, a folder or a pattern"
            raise ConfigError(f"`{path}`", "nothing behind it", "submissions", hint)
        for match in matches:
            if not os.path.isdir(match):
                yield _file(match)
            elif entries := list(self.in_folder(match)):
                yield from entries
            else:
                yield Submission(match, "holds no Python file and no notebook")

    def in_folder(self, folder: str) -> Iterator[Submission]:
        """One submission for each entry of a folder, but for what belongs to another one."""
        paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if not _skipped(name)]
        owners = self.owners([*paths, *_packages(paths)])
        single = os.path.join(folder, self.contract_file) in paths  # the folder itself is somebody's
        for path in paths:
            if not _is_own(path):
                yield Submission(path, "is a link; hand in the file itself")
            elif os.path.isdir(path):
                files = list(_gradable(path))
                if not (files and all(file in owners for file in files)) and (files or not single):
                    yield self.sub_folder(path)
            elif path.endswith(SUFFIXES) and path not in owners:
                yield _file(path, tuple(part for part, owner in owners.items() if owner == path))

    def owners(self, paths: list[str]) -> Mapping[str, str]:
        """Files that belong to another one, and that one."""
        readable = [path for path in paths if path.endswith(SUFFIXES) and _is_own(path) and os.path.isfile(path)]
        return belonging.parts(readable, self.contract_file, self.names)

    def sub_folder(self, folder: str) -> Submission:
        """Choose the submission of one sub-folder: the nearest to its top, of the contract's name if possible."""
        named = os.path.join(folder, self.contract_file)
        if os.path.isfile(named) and _is_own(named):
            return _file(named)
        files = list(_gradable(folder))
        candidates = [path for path in files if os.path.basename(path) == self.contract_file] or files
        owners = self.owners(candidates)
        owning = [path for path in candidates if path not in owners]
        if len(owning) > 1:
            owning = [path for path in owning if belonging.offers(belonging.text_of(path), self.names)] or owning
        if len(owning) == 1:
            return _file(owning[0], tuple(path for path in candidates if path != owning[0]))
        if not owning:
            return Submission(folder, "holds no Python file and no notebook")
        names = ", ".join(os.path.relpath(path, folder) for path in owning[:5])
        expected = f"`{self.contract_file}` or one Python file or notebook"
        return Submission(folder, f"holds {names}; expected {expected}")


def _file(path: str, parts: tuple[str, ...] = ()) -> Submission:
    if not path.endswith(SUFFIXES):
        return Submission(path, "is no Python file and no notebook")
    if not os.path.isfile(path):
        return Submission(path, "can't be read as a file")
    if os.path.getsize(path) > LARGEST:
        return Submission(path, f"is larger than {LARGEST >> 20} MB")
    return Submission(path, parts=parts)


def _skipped(name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED


def _is_own(path: str) -> bool:
    """Whether a path is what it seems: whoever makes a link chooses what would be read."""
    return not os.path.islink(path)


def _packages(paths: list[str]) -> Iterator[str]:
    """Files of the folders among some paths that a file among them imports."""
    texts = [belonging.text_of(path) for path in paths if path.endswith(SUFFIXES) and _is_own(path)]
    wanted = frozenset().union(*map(belonging.imports, texts))
    for path in paths:
        if os.path.basename(path) in wanted and os.path.isdir(path) and _is_own(path):
            yield from _gradable(path)


def _gradable(folder: str) -> Iterator[str]:
    """Python files and notebooks of a folder and of those in it, links aside."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _skipped(name))
        for name in sorted(names):
            path = os.path.join(parent, name)
            if name.endswith(SUFFIXES) and not _skipped(name) and os.path.isfile(path) and _is_own(path):
                yield path
