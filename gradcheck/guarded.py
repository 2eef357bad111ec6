"""One submission, with whatever goes wrong in the judge itself kept to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from gradcheck.findings import Outcome
from gradcheck.reports.report import SubmissionReport

Verify = Callable[[str], SubmissionReport]
Opened = Callable[[], AbstractContextManager[Verify]]


def guarded(verify: Verify, path: str) -> SubmissionReport:
    """Verify one submission; an exception in here is ours, and never the student's."""
    started = time.perf_counter()
    try:
        return verify(path)
    except Exception as error:
        return grader_error(path, f"{type(error).__name__}: {error}", time.perf_counter() - started)


def grader_error(path: str, why: str, seconds: float = 0.0) -> SubmissionReport:
    """Make the report of a submission that we failed on."""
    note = f"gradcheck itself failed on this submission: {why}"
    return SubmissionReport(path=path, outcome=Outcome.GRADER_ERROR, duration_seconds=seconds, notes=(note,))
