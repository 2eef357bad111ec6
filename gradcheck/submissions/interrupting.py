"""A limit of time for what runs in this process."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def interrupted_after(seconds: float | None, error: BaseException) -> Iterator[None]:
    """
    Interrupt what takes longer.

    Parameters
    ----------
    seconds : float or None
        Wall clock; None sets no limit, nor does a thread other than the main one or a system without timers.
    error : BaseException
        What is raised then, in the middle of whatever runs.
    """
    main = threading.current_thread() is threading.main_thread()
    if seconds is None or not (main and hasattr(signal, "setitimer")):
        yield
        return

    def interrupt(*_: object) -> None:
        raise error

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
