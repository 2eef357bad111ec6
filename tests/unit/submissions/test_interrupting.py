"""A limit of time, and one within another."""

from __future__ import annotations

import signal
import time

import pytest

from gradcheck.submissions.interrupting import interrupted_after

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="has no timers")


def test_a_limit_goes_on_behind_one_that_was_within_it() -> None:
    """It ends what takes longer altogether; what ends in time leaves no limit behind."""
    with pytest.raises(TimeoutError, match="outer"), interrupted_after(0.1, TimeoutError("outer")):
        for _ in range(100):
            with interrupted_after(5.0, TimeoutError("inner")):
                time.sleep(0.02)
    with interrupted_after(0.05, TimeoutError("outer")), interrupted_after(0.04, TimeoutError("inner")):
        pass
    time.sleep(0.1)
