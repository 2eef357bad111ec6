"""
Many submissions on the cores of this machine.

Every worker is a process of its own with its own sandbox; it is handed one submission at a time. A worker that
dies takes that one submission with it, whose outcome is then `grader-error`, and is replaced.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from multiprocessing.connection import Connection, wait

from gradcheck.guarded import Opened, grader_error, guarded
from gradcheck.reports.report import SubmissionReport


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


def spread(
    todo: deque[tuple[int, str]], opened: Opened, count: int
) -> Generator[tuple[int, SubmissionReport], None, None]:
    """
    Verify submissions on several workers.

    Parameters
    ----------
    todo : deque of (int, str)
        Positions and paths; emptied.
    opened : callable
        As `gate.check`; pickled into every worker.
    count : int
        How many workers.

    Yields
    ------
    tuple of int and SubmissionReport
        As they are done.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C, once everything that was done by then has been given.
    """
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
