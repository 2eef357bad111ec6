"""Report files appear whole or not at all, whatever interrupts the writing."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from gradcheck.errors import ConfigError


def write(path: str | Path, text: str) -> None:
    """
    Write `text` to `path` as UTF-8: under another name beside it first, then moved there in one step.

    Raises
    ------
    ConfigError
        If the file can't be written; what was there before is still there.
    """
    target = Path(path)
    try:
        if target.exists() and not target.is_file():  # /dev/stdout, a pipe: nothing to replace
            target.write_text(text, encoding="utf-8", newline="")
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, text)
    except OSError as error:
        raise ConfigError(f"can't write the report `{path}`: {error.strerror or error}") from error


def _replace(target: Path, text: str) -> None:
    """Write beside `target`, then rename over it (over what it points to, if it is a link)."""
    target = target.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
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
