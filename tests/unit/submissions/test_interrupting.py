"""A limit of time, and one within another."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Callable

import pytest

from gradcheck.submissions.interrupting import held, interrupted_after

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


class Slow:
    """Takes its time when nothing refers to it any more; a finaliser lets no error out."""

    def __del__(self) -> None:
        time.sleep(0.2)


def limited_behind_a_finaliser() -> None:
    """Go on for long after the finaliser that the limit falls into."""
    with interrupted_after(0.1, TimeoutError("limit")):
        Slow()
        time.sleep(5.0)


def test_a_limit_that_a_finaliser_swallows_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends what goes on behind the finaliser, nobody is told of the attempt, and the hook is as it was."""
    told: list[sys.UnraisableHookArgs] = []
    monkeypatch.setattr(sys, "unraisablehook", ours := told.append)
    with pytest.raises(TimeoutError, match="limit"):
        limited_behind_a_finaliser()
    assert sys.unraisablehook is ours
    assert not told


def held_first(done: list[str]) -> None:
    """Be through with what is held after its limit."""
    with interrupted_after(0.05, TimeoutError("limit")):
        with held():
            time.sleep(0.2)
            done.append("held")
        time.sleep(5.0)
        done.append("not held")


def let_in(done: list[str]) -> None:
    """Wait for longer than the limit within what is held."""
    with interrupted_after(0.05, TimeoutError("limit")), held():
        with held(False):
            time.sleep(5.0)
        done.append("waited")


@pytest.mark.parametrize(("limited", "left"), [(held_first, ["held"]), (let_in, [])])
def test_what_is_held_is_done_first(limited: Callable[[list[str]], None], left: list[str]) -> None:
    """A limit comes at the end of what may not be interrupted, or where that only waits."""
    done: list[str] = []
    with pytest.raises(TimeoutError, match="limit"):
        limited(done)
    assert done == left
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def limited_around_what_is_held(done: list[str]) -> None:
    """Have a limit of which most passes while one within it is held."""
    with interrupted_after(0.3, TimeoutError("outer")):
        with contextlib.suppress(TimeoutError), interrupted_after(0.05, TimeoutError("inner")), held():
            time.sleep(0.2)
        done.append("within")
        time.sleep(0.3)
        done.append("behind")
        time.sleep(5.0)


def test_what_is_held_takes_of_the_limit_around() -> None:
    """That goes on meanwhile."""
    done: list[str] = []
    with pytest.raises(TimeoutError, match="outer"):
        limited_around_what_is_held(done)
    assert done == ["within"]
