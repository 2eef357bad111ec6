"""Time that the judge takes for one submission."""

from __future__ import annotations

import contextlib
import signal
import threading
import time

import pytest

from gradcheck.verification.patience import GivenUpError, at_most


def _endless() -> None:
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers")
def test_what_takes_longer_is_interrupted() -> None:
    """A loop that keeps every ordinary exception to itself ends, too, and the handler is put back."""
    before = signal.getsignal(signal.SIGALRM)
    start = time.monotonic()
    with pytest.raises(GivenUpError), at_most(0.2):
        _endless()
    assert 0.2 <= time.monotonic() - start < 5.0
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("seconds", [None, 5.0])
def test_what_is_done_in_time_is_left_alone(seconds: float | None) -> None:
    """Nothing is raised later either."""
    with at_most(seconds):
        pass


def test_another_thread_has_no_limit() -> None:
    """Signals reach the main thread only: there the work goes on to its end."""
    done: list[bool] = []

    def work() -> None:
        with at_most(0.01):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
