"""No privileges, now or later."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterable

from gradcheck.submissions import _system

NOBODY = 65534
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522


def drop(readable: Iterable[str]) -> None:
    """
    Give up what root can do, and every way to get privileges through a program.

    Parameters
    ----------
    readable : iterable of str
        What must stay readable: if nobody's user can't read it, the user stays root, without its capabilities.
    """
    if os.geteuid() == 0 and not _became_nobody([*readable, *filter(os.path.exists, sys.path), sys.prefix]):
        _clear_capabilities()
    _system.prctl(_system.PR_SET_NO_NEW_PRIVS, 1)


def _became_nobody(readable: Iterable[str]) -> bool:
    with contextlib.suppress(OSError):
        groups = os.getgroups()
        os.setgroups([])
        os.seteuid(NOBODY)
        if all(os.access(path, os.R_OK, effective_ids=True) for path in readable):
            os.seteuid(0)
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            return True
        os.seteuid(0)
        os.setgroups(groups)
    return False


def _clear_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _system.call(_CAPSET[_system.MACHINE], header, (ctypes.c_uint32 * 6)())
