"""
Finished submissions on disk, so that a run that was killed goes on where it stopped.

A report is kept under the digest of everything that it depends on; what has changed is simply not found.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import json
import os
import sqlite3
import types
import typing
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

import numpy as np

from gradcheck.errors import ConfigError
from gradcheck.reports.report import SubmissionReport
from gradcheck.submissions.sandbox import Neighbours

_TABLE = "CREATE TABLE IF NOT EXISTS finished (key TEXT PRIMARY KEY, report TEXT NOT NULL) WITHOUT ROWID"
_APPLICATION = 0x67726164  # "grad": what SQLite keeps in a file's header to say whose it is


def files(path: str) -> tuple[str, ...]:
    """Give what SQLite writes for a database: others' reports, which a submission beside it is not to read."""
    return tuple(path + suffix for suffix in ("", "-wal", "-shm", "-journal"))


class State:
    """
    Reports of finished submissions in a SQLite file.

    Parameters
    ----------
    path : str
        Made if it isn't there.
    about : iterable of bytes
        What every report depends on: version, configuration, options, data.
    hidden : iterable of str
        As `Sandbox`: files beside a submission that are not its own.

    Raises
    ------
    ConfigError
        If the file is no such database, or can't be read or written: here, and from every method.
    """

    def __init__(self, path: str, about: Iterable[bytes] = (), hidden: Iterable[str] = ()) -> None:
        self._neighbours = Neighbours([*hidden, *files(path)])
        self._about = digest(about)
        self._shared: dict[tuple[str, ...], bytes] = {}
        self._path = path
        with self._readable():
            # every report is committed by itself; the write-ahead log outlives the death of this process
            self._database = sqlite3.connect(path, isolation_level=None, timeout=60.0)
            if self._value("PRAGMA schema_version") and self._value("PRAGMA application_id") != _APPLICATION:
                raise sqlite3.DatabaseError("another program's database")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute(f"PRAGMA application_id = {_APPLICATION}")
            self._database.execute(_TABLE)

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """Say of what SQLite can't do which file it is about."""
        try:
            yield
        except sqlite3.Error as error:
            hint = "delete it to grade everything again, or name another file"
            raise ConfigError(f"can't use the state file `{self._path}`: {error}", hint=hint) from None

    def _value(self, query: str, *arguments: str) -> Any:
        """First column of the only row, None where there is no row."""
        row = self._database.execute(query, arguments).fetchone()
        return row and row[0]

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def key(self, path: str) -> str:
        """Digest of all that the report of one submission depends on: its path, too, which the report shows."""
        (own, *beside), _ = self._neighbours.readable(path)
        shared = tuple(beside)
        if shared not in self._shared:
            self._shared[shared] = digest(_contents(shared))
        return digest(
            [self._about, path.encode(errors="surrogateescape"), *_contents([own]), self._shared[shared]]
        ).hex()

    def get(self, key: str) -> SubmissionReport | None:
        """Report that was kept under a key."""
        with self._readable():
            text = self._value("SELECT report FROM finished WHERE key = ?", key)
        if text is None:
            return None
        try:
            return from_json(text)
        except (ValueError, TypeError, KeyError, AttributeError):  # of another make: graded again
            return None

    def put(self, key: str, report: SubmissionReport) -> None:
        """Keep a report; it is on disk when this returns."""
        with self._readable():
            self._database.execute("INSERT OR REPLACE INTO finished VALUES (?, ?)", (key, to_json(report)))


def digest(parts: Iterable[bytes]) -> bytes:
    """SHA-256 of parts, each with its length so that none can pass for two."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "little"))
        total.update(part)
    return total.digest()


def _contents(paths: Iterable[str]) -> Iterator[bytes]:
    """Names and contents of files, and of those in folders."""
    for path in paths:
        files = [path] if not os.path.isdir(path) else sorted(_files(path))
        for file in files:
            yield file.encode(errors="surrogateescape")
            try:
                with open(file, "rb") as source:
                    yield hashlib.file_digest(source, "sha256").digest()
            except OSError:
                yield b"unreadable"


def _files(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(parent, name) for name in names if os.path.isfile(os.path.join(parent, name)))


def to_json(report: SubmissionReport) -> str:
    """Write a report so that `from_json` gives an equal one."""
    return json.dumps(dataclasses.asdict(report), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        # repr of the type and raw bytes: not a digit is lost, nan included
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"dtype": value.dtype.str, "shape": value.shape, "data": data}
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(type(value).__name__)


def from_json(text: str) -> SubmissionReport:
    """
    Read a report that `to_json` wrote.

    Raises
    ------
    ValueError, TypeError or KeyError
        If the text is no such report.
    """
    report = _built(SubmissionReport, json.loads(text))
    assert isinstance(report, SubmissionReport)
    return report


def _built(kind: Any, value: Any) -> Any:
    """Give a JSON value the type that a field declares."""
    origin = typing.get_origin(kind)
    if value is None:
        return None
    if origin in (types.UnionType, typing.Union):
        return _built(next(option for option in typing.get_args(kind) if option is not type(None)), value)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast(Any, kind)(**{name: _built(hints[name], part) for name, part in value.items()})
    if origin is tuple:
        return tuple(_built(typing.get_args(kind)[0], part) for part in value)
    if origin is np.ndarray:
        return np.frombuffer(base64.b64decode(value["data"]), value["dtype"]).reshape(value["shape"]).copy()
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value
