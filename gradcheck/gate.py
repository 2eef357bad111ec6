"""Many submissions: each for itself, none of them able to stop the others, and none graded twice."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from gradcheck import cluster, workers
from gradcheck.config import Assignment
from gradcheck.findings import Outcome
from gradcheck.gathering import Submission, find_submissions
from gradcheck.guarded import Opened, Verify, guarded
from gradcheck.reports.report import SubmissionReport
from gradcheck.state import State
from gradcheck.submissions.sandbox import MEMORY, Sandbox

__all__ = ["Checked", "Submission", "Work", "check", "find_submissions", "identity"]

OnResult = Callable[[int, SubmissionReport], None]

SEARCH = 60.0  # seconds of looking for one submission's mistakes; ordinary ones take one or two


@dataclass(frozen=True, kw_only=True)
class Work:
    """
    What a worker needs to verify submissions; calling it opens a sandbox with a verifier.

    Attributes
    ----------
    assignment : Assignment
    mode, timeout, memory, hidden
        As `Sandbox`.
    options : mapping
        Further keyword arguments of `Verifier`.
    """

    assignment: Assignment
    mode: str = "auto"
    timeout: float = 10.0
    memory: int = MEMORY
    hidden: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def walls(self) -> str:
        """Say in one line which walls stand; refuse where `strict` misses one."""
        with Sandbox(self.mode, self.timeout, self.memory) as sandbox:
            return str(sandbox.walls)

    @contextlib.contextmanager
    def __call__(self) -> Iterator[Verify]:
        """Open a sandbox, and give the function that verifies one path."""
        from gradcheck.verification import Verifier  # numpy and all: the workers' business

        with Sandbox(self.mode, self.timeout, self.memory, self.hidden) as sandbox:
            yield Verifier(self.assignment, sandbox, **{"search_seconds": SEARCH, **self.options}).verify


def identity(work: Work) -> list[bytes]:
    """
    Everything but the submission that a report depends on, for `State`: versions, configuration, data, options.

    Parameters
    ----------
    work : Work
    """
    files = [path for path in (work.assignment.path, *work.assignment.data) if os.path.isfile(path)]
    versions = [f"{name} {metadata.version(name)}".encode() for name in ("gradcheck", "numpy")]
    options = repr((work.assignment, work.mode, work.timeout, work.memory, sorted(work.options.items())))
    versions.append(sys.version.encode())
    return [*versions, options.encode(errors="surrogateescape"), *(Path(path).read_bytes() for path in files)]


@dataclass(frozen=True)
class Checked:
    """
    What became of the submissions.

    Attributes
    ----------
    reports : tuple of SubmissionReport
        In the order given; after an interruption only those that were done.
    interrupted : bool
    """

    reports: tuple[SubmissionReport, ...]
    interrupted: bool = False


def check(
    submissions: Sequence[Submission | str],
    opened: Opened,
    *,
    jobs: int | None = None,
    on_result: OnResult | None = None,
    state: State | None = None,
    scheduler: str = "",
) -> Checked:
    """
    Verify submissions.

    Parameters
    ----------
    submissions : sequence of Submission or str
        As `find_submissions` gives them, or paths.
    opened : callable
        Gives a context manager of the function that verifies one path; pickled into every worker.
    jobs : int, optional
        How many at a time; all cores by default. One alone runs in this process.
    on_result : callable, optional
        Called with the position and the report of each submission as it is done.
    state : State, optional
        Where finished ones are looked up and kept.
    scheduler : str
        Address of a Dask scheduler, whose workers then do it instead of processes here.
    """
    entries = [entry if isinstance(entry, Submission) else Submission(entry) for entry in submissions]
    done: dict[int, SubmissionReport] = {}
    interrupted = False
    keys: dict[int, str] = {}

    def finish(index: int, report: SubmissionReport, keep: bool = True) -> None:
        # a fault of the grader's may be gone the next time
        if state and keep and report.outcome is not Outcome.GRADER_ERROR:
            state.put(keys[index], report)
        done[index] = report = _light(report)
        if on_result:
            on_result(index, report)

    try:
        todo: deque[tuple[int, str]] = deque()
        for index, entry in enumerate(entries):
            if entry.problem:
                note = f"{os.path.basename(os.path.normpath(entry.path))} {entry.problem}"
                finish(index, SubmissionReport(path=entry.path, outcome=Outcome.UNGRADABLE, notes=(note,)), False)
            elif state and (kept := state.get(keys.setdefault(index, state.key(entry.path)))):
                finish(index, kept, False)
            else:
                todo.append((index, entry.path))
        count = min(jobs or os.cpu_count() or 1, len(todo))
        if scheduler and todo:
            results = cluster.spread(todo, opened, scheduler)
        else:
            results = _here(todo, opened) if count <= 1 else workers.spread(todo, opened, count)
        with contextlib.closing(results):
            for index, report in results:
                finish(index, report)
    except KeyboardInterrupt:
        interrupted = True
    return Checked(tuple(done[index] for index in sorted(done)), interrupted)


def _light(report: SubmissionReport) -> SubmissionReport:
    """Let go of what is drawn for wrong gradients only: ten thousand right ones must fit into memory."""
    if not report.passed:
        return report
    parameters = tuple(
        dataclasses.replace(parameter, errors=None, reference_values=None) for parameter in report.parameters
    )
    return dataclasses.replace(report, parameters=parameters, source="")


def _here(todo: deque[tuple[int, str]], opened: Opened) -> Generator[tuple[int, SubmissionReport], None, None]:
    """Verify one after the other in this process."""
    if not todo:
        return
    with opened() as verify:
        for index, path in todo:
            yield index, guarded(verify, path)
