"""A limit of time for what the judge itself does: no submission may be so long that nobody else is graded."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


class GivenUpError(BaseException):
    """Time is up; no `except Exception` on the way may go on regardless."""


@contextlib.contextmanager
def at_most(seconds: float | None) -> Iterator[None]:
    """
    Interrupt what takes longer.

    Parameters
    ----------
    seconds : float or None
        Wall clock; None sets no limit, nor does a thread other than the main one or a system without timers.

    Raises
    ------
    GivenUpError
        In the middle of whatever runs then.
    """
    main = threading.current_thread() is threading.main_thread()
    if seconds is None or not (main and hasattr(signal, "setitimer")):
        yield
        return

    def give_up(*_: object) -> None:
        raise GivenUpError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
