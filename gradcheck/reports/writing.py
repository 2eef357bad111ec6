"""Report files appear whole or not at all, whatever interrupts the writing."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from gradcheck.errors import ConfigError


def write(path: str | Path, text: str, encoding: str = "utf-8") -> None:
    """
    Write `text` to `path`: under another name beside it first, then moved there in one step.

    Raises
    ------
    ConfigError
        If the file can't be written, or the text not encoded so; what was there before is still there.
    """
    target = Path(path)
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError as error:
        raise ConfigError(f"can't write `{path}` as {encoding}: {error.reason}") from None
    try:
        if stream := _standard(target):
            stream.write(text)
            stream.flush()
            return
        if target.exists() and not target.is_file():  # /dev/stdout, a pipe: nothing to replace
            target.write_bytes(data)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
    except OSError as error:
        raise ConfigError(f"can't write the report `{path}`: {error.strerror or error}") from error


def refuse_twice(paths: Sequence[str]) -> None:
    """
    See to it that no report is written over another one; a stream or a pipe takes any number.

    Raises
    ------
    ConfigError
        If two of the paths are one file.
    """
    for index, path in enumerate(paths):
        stream = _standard(Path(path)) or (os.path.exists(path) and not os.path.isfile(path))
        if not stream and os.path.realpath(path) in map(os.path.realpath, paths[:index]):
            raise ConfigError("`--output`", f"`{path}` as the file of two reports", "a file for each")


def _standard(target: Path) -> TextIO | None:
    """Give the standard stream that a path means, as `/dev/stdout` does wherever that goes."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or replaced by what is no file
            if os.path.samestat(os.stat(target), os.fstat(stream.fileno())):
                return stream
    return None


def _replace(target: Path, data: bytes) -> None:
    """Write beside `target`, then rename over it (over what it points to, if it is a link)."""
    import tempfile  # here, as it brings modules along that a check without files can start without

    target = target.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    """Read the process's umask, which can only be read by setting it."""
    current = os.umask(0o077)
    os.umask(current)
    return current
