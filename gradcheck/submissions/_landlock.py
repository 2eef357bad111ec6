"""
Landlock: which files may be read; none may be written, and no TCP, and no signal to another process.

Notes
-----
Numbers and structures are those of the kernel's user interface [1]_.

References
----------
.. [1] Linux, Documentation/userspace-api/landlock.rst, include/uapi/linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from gradcheck.submissions import _system

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_NETWORK = 0b11  # bind and connect by TCP, from version 4 on
_SCOPES = 0b11  # abstract unix sockets and signals, from version 6 on


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """
    Version of Landlock that the kernel has.

    Raises
    ------
    OSError
        If it has none.
    """
    return _system.call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))


def restrict(readable: Iterable[str], listed: Iterable[str] = ()) -> None:
    """
    Forbid this process all files but these, which may be read.

    Parameters
    ----------
    readable : iterable of str
        Files and folders; `/dev/null` may be written as well.
    listed : iterable of str
        Folders whose names may be read, and those of the folders in them.

    Raises
    ------
    OSError
        If the kernel has no Landlock.
    """
    abi = version()
    # a kernel refuses what it doesn't know, and a shorter structure means the rest is left alone
    rules = _Ruleset(_FILES[min(abi, 5)], _NETWORK if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _system.call(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR | (_WRITE_FILE if path == os.devnull else 0))
        for path in listed:
            _allow(ruleset, path, _READ_DIR)
        _system.call(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    """Add one rule; a path that is gone or can't be opened is simply not allowed."""
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):  # a rule for a file may not speak of folders
            access &= ~_READ_DIR
        rule = _PathBeneath(access, parent)
        kind = ctypes.c_int(_PATH_BENEATH)
        _system.call(_ADD_RULE, ctypes.c_int(ruleset), kind, ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(parent)
