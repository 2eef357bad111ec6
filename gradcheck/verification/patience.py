"""A limit of time for what the judge itself does: no submission may be so long that nobody else is graded."""

from __future__ import annotations

from contextlib import AbstractContextManager

from gradcheck.submissions.interrupting import interrupted_after


class GivenUpError(BaseException):
    """Time is up; no `except Exception` on the way may go on regardless."""


def at_most(seconds: float | None) -> AbstractContextManager[None]:
    """Raise `GivenUpError` in the middle of what takes longer; see `interrupted_after`."""
    return interrupted_after(seconds, GivenUpError())
