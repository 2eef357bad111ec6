"""A bound on what loading runs of a program only because others need it: tables are filled, nothing is trained."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

LINES = 20_000  # a table of some thousands of entries; the same on every machine
SECONDS = 1.0  # of the processor's time, for the few lines that each take long


class TooLongError(BaseException):
    """What was run goes on for longer than filling a table does."""


@contextmanager
def bounded(folder: str) -> Iterator[None]:
    """
    Count what the block runs, and end it where that gets too much.

    Parameters
    ----------
    folder : str
        Lines of files in it count, and every call.

    Raises
    ------
    TooLongError
        Also where the block itself held it back.
    """
    left, end = LINES, time.process_time() + SECONDS
    over = False

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left, over
        left -= 1
        if over or left < 0 or time.process_time() > end:
            over = True
            raise TooLongError
        return count if frame.f_code.co_filename.startswith(folder) else None

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)
    if over:
        raise TooLongError
