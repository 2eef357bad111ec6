"""A limit of time, and one within another."""

from __future__ import annotations

import signal
import time

import pytest

from gradcheck.submissions.interrupting import interrupted_after

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="has no timers")


def limited_twice(seconds: float) -> None:
    """Take short breaks, each within a limit of its own, for half a second."""
    with interrupted_after(seconds, TimeoutError("outer")):
        for _ in range(25):
            with interrupted_after(5.0, TimeoutError("inner")):
                time.sleep(0.02)


def test_a_limit_goes_on_behind_one_that_was_within_it() -> None:
    """It ends what takes longer altogether; what ends in time leaves no limit behind."""
    with pytest.raises(TimeoutError, match="outer"):
        limited_twice(0.1)
    limited_twice(5.0)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
