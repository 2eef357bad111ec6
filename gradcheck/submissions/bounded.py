"""A bound on what loading runs of a program only because others need it: tables are filled, nothing is trained."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

LINES = 20_000  # a table of some thousands of entries; the same on every machine
SECONDS = 1.0  # of the processor's time, for the few lines that each take long
_HERE = os.path.dirname(__file__) + os.sep  # where the watch is


class TooLongError(BaseException):
    """What was run goes on for longer than filling a table does."""


@contextmanager
def bounded(folder: str) -> Iterator[None]:
    """
    Count what the block runs, and end it where that gets too much.

    Parameters
    ----------
    folder : str
        Lines of files in it count, and the calls that they make. What a library does in such a call takes time
        only, and what watches a program doesn't count: a watched run ends where the judged one does.

    Raises
    ------
    TooLongError
        Also where the block itself held it back. Python traces nothing more once this was raised: what catches it
        must not be run in the first place.
    """
    left, end = LINES, time.process_time() + SECONDS
    over = False

    def own(frame: FrameType | None) -> bool:
        file = frame.f_code.co_filename if frame is not None else ""
        return file.startswith(folder + os.sep) and "site-packages" not in file and not file.startswith(_HERE)

    def count(frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal left, over
        is_own = own(frame)
        left -= is_own or (own(frame.f_back) and not frame.f_code.co_filename.startswith(_HERE))
        if left < 0 or time.process_time() > end:
            over = True
            raise TooLongError
        return count if is_own else None

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)
    if over:
        raise TooLongError
