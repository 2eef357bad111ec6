"""A limit of time for what runs in this process."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar

_AGAIN = 0.01  # seconds until the next attempt

_held: ContextVar[bool] = ContextVar("_held", default=False)


@contextlib.contextmanager
def held(yes: bool = True) -> Iterator[None]:
    """
    Keep limits from interrupting what would leave something open or half said: they do so right behind it.

    Parameters
    ----------
    yes : bool
        False lets them in again, where such a thing only waits.
    """
    before = _held.get()
    try:
        _held.set(yes)
        yield
    finally:
        _held.set(before)


@contextlib.contextmanager
def interrupted_after(seconds: float | None, error: BaseException, *, busy: bool = False) -> Iterator[None]:
    """
    Interrupt what takes longer.

    Parameters
    ----------
    seconds : float or None
        None sets no limit, nor does a thread other than the main one or a system without timers.
    error : BaseException
        What is raised then, in the middle of whatever runs.
    busy : bool
        Whether time is counted only while the processor works for this process, however loaded the machine is;
        otherwise it is that of the clock on the wall.
    """
    main = threading.current_thread() is threading.main_thread()
    if seconds is None or not (main and hasattr(signal, "setitimer")):
        yield
        return

    def interrupt(*_: object) -> None:
        if not _held.get():
            raise error
        signal.setitimer(timer, _AGAIN)

    def lost(told: sys.UnraisableHookArgs) -> None:
        """Try again: finalisers and callbacks of the garbage collector let no error out."""
        if told.exc_value is error:
            signal.setitimer(timer, _AGAIN)
        else:
            tell(told)

    number, timer = (signal.SIGPROF, signal.ITIMER_PROF) if busy else (signal.SIGALRM, signal.ITIMER_REAL)
    before, tell = signal.signal(number, interrupt), sys.unraisablehook
    sys.unraisablehook = lost
    around, _ = signal.setitimer(timer, seconds)
    clock = time.process_time if busy else time.monotonic
    started = clock()
    try:
        yield
    finally:
        signal.setitimer(timer, 0.0)
        signal.signal(number, before)
        sys.unraisablehook = tell
        rest = around - (clock() - started)  # of a limit that this one is within
        if around and rest > 0.0:
            signal.setitimer(timer, rest)
        elif around:
            signal.raise_signal(number)
