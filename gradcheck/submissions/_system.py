"""System calls that Python has no function for."""

from __future__ import annotations

import ctypes
import os
import platform

MACHINE = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())
# loaded at import: afterwards the child may not be able to
_LIBC = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def call(number: int, *arguments: object) -> int:
    """
    Make a system call.

    Raises
    ------
    OSError
        If it fails, or on systems without.
    """
    if _LIBC is None:
        raise OSError("this system has no such call")
    result = int(_LIBC.syscall(ctypes.c_long(number), *arguments))
    return _checked(result)


def prctl(option: int, value: int = 0) -> None:
    """Change a property of this process."""
    if _LIBC is None or not hasattr(_LIBC, "prctl"):
        raise OSError("this system has no prctl")
    zero = ctypes.c_ulong(0)
    _checked(_LIBC.prctl(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
