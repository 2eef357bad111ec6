"""No privileges, now or later."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable

from gradcheck.submissions import _system

NOBODY = 65534
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522
_READ_ANYTHING = 1 << 2  # CAP_DAC_READ_SEARCH


def drop(readable: Iterable[str]) -> None:
    """
    Give up what root can do, and every way to get privileges through a program.

    Root becomes nobody: no limit of the number of processes counts for root, and its signals reach everybody.
    Where nobody can't read what is needed (a Python below `/root`), it keeps the one right to read; which files
    that means is Landlock's business.

    Parameters
    ----------
    readable : iterable of str
        What must stay readable, aside from Python's own files.
    """
    if os.geteuid() == 0:
        try:
            _become_nobody([*readable, *filter(os.path.exists, sys.path), sys.prefix])
        except OSError:  # a root that may not change users
            _keep_capabilities(0)
    _system.prctl(_system.PR_SET_NO_NEW_PRIVS, 1)


def _become_nobody(readable: Iterable[str]) -> None:
    os.setgroups([])
    os.seteuid(NOBODY)
    needs_right = not all(os.access(path, os.R_OK, effective_ids=True) for path in readable)
    os.seteuid(0)
    _system.prctl(_system.PR_SET_KEEPCAPS, int(needs_right))
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    _keep_capabilities(_READ_ANYTHING if needs_right else 0)


def _keep_capabilities(kept: int) -> None:
    """Give up all capabilities but these."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    # effective, permitted and inheritable of the first 32, then of the rest
    _system.call(_CAPSET[_system.MACHINE], header, (ctypes.c_uint32 * 6)(kept, kept))
