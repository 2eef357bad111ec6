"""
Many submissions: on all cores, each for itself, none of them able to stop the others.

Every worker is a process of its own with its own sandbox; it is handed one submission at a time. A worker that
dies takes that one submission with it, whose outcome is then `grader-error`, and is replaced.
"""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from gradcheck import cluster
from gradcheck.config import Assignment
from gradcheck.findings import Outcome
from gradcheck.gathering import Submission, find_submissions
from gradcheck.guarded import Opened, Verify, grader_error, guarded
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
        workers = min(jobs or os.cpu_count() or 1, len(todo))
        if scheduler and todo:
            results = cluster.spread(todo, opened, scheduler)
        else:
            results = _here(todo, opened) if workers <= 1 else _spread(todo, opened, workers)
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


_Results = Generator[tuple[int, SubmissionReport], None, None]


def _here(todo: deque[tuple[int, str]], opened: Opened) -> _Results:
    """Verify one after the other in this process."""
    if not todo:
        return
    with opened() as verify:
        for index, path in todo:
            yield index, guarded(verify, path)


class _Worker:
    """A process that verifies, and the judge's end of the pipe to it."""

    def __init__(self, opened: Opened) -> None:
        # spawned: a fork would take along the judge's memory and descriptors
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, opened), daemon=True)
        self._process.start()
        theirs.close()
        self.task: tuple[int, str] | None = None

    def give(self, task: tuple[int, str]) -> None:
        """Hand over one submission; a worker that is gone shows when its answer is taken."""
        self.task = task
        with contextlib.suppress(OSError):
            self.connection.send(task[1])

    def take(self) -> SubmissionReport | Exception | None:
        """Give the answer, or None if the worker died over it."""
        try:
            answer: SubmissionReport | Exception = self.connection.recv()
        except (EOFError, OSError):
            return None
        return answer

    def stop(self) -> None:
        """End it, its sandbox too: an idle one goes by itself once the judge has hung up."""
        self.connection.close()
        self._process.join(1.0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(connection: Connection, opened: Opened) -> None:
    """Verify what comes until the judge hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the judge's to answer
    with contextlib.suppress(EOFError, OSError):
        try:
            with opened() as verify:
                while True:
                    connection.send(guarded(verify, connection.recv()))
        except (EOFError, OSError):
            raise
        except Exception as error:  # nothing can be verified at all: the judge raises it
            connection.recv()
            connection.send(error)


@contextlib.contextmanager
def _interruptions() -> Iterator[Connection]:
    """Give what can be read from after Ctrl-C, which so never comes between a result and its being kept."""
    told, tell = multiprocessing.Pipe(duplex=False)
    ours = threading.current_thread() is threading.main_thread()  # where others may not set handlers
    before = signal.signal(signal.SIGINT, lambda *_: tell.send_bytes(b"!")) if ours else None
    try:
        yield told
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)
        told.close()
        tell.close()


def _spread(todo: deque[tuple[int, str]], opened: Opened, count: int) -> _Results:
    """Verify on several workers."""
    workers: list[_Worker] = []
    with contextlib.ExitStack() as stack:
        interruption = stack.enter_context(_interruptions())
        stack.callback(_stop, workers)
        for _ in range(count):
            workers.append(_Worker(opened))
            workers[-1].give(todo.popleft())
        while busy := {worker.connection: worker for worker in workers if worker.task}:
            ready = set(wait([*busy, interruption]))
            if interruption in ready:
                todo.clear()
            for connection, worker in busy.items():
                if connection not in ready:
                    continue
                assert worker.task
                index, path = worker.task
                answer = worker.take()
                if isinstance(answer, Exception):
                    raise answer
                if answer is None:
                    worker.stop()
                    workers[workers.index(worker)] = worker = _Worker(opened)
                    answer = grader_error(path, "its process died")
                worker.task = None
                if todo:
                    worker.give(todo.popleft())
                yield index, answer
            if interruption in ready:
                raise KeyboardInterrupt


def _stop(workers: Sequence[_Worker]) -> None:
    """End all workers, at the same time."""
    for worker in workers:
        worker.connection.close()
    for worker in workers:
        worker.stop()
