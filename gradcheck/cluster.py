"""
Many submissions on more than one machine, by Dask.

Every Dask worker opens its own sandbox, as a worker process here does. It must have this package, and see the
submissions under the same paths. A worker that is lost costs nothing but the submissions it had at hand, which are
verified elsewhere.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from gradcheck.errors import ConfigError
from gradcheck.guarded import Opened, Verify, grader_error, guarded
from gradcheck.reports.report import SubmissionReport

_Task = tuple[int, str]
RETRIES = 3  # times that a submission may lose its worker before it is taken for the reason


class Verifiers:
    """
    A Dask plugin: the verifiers of one worker, one a thread, kept open from task to task.

    Parameters
    ----------
    opened : callable
        Gives a context manager of the function that verifies one path.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def setup(self, worker: Any) -> None:
        """Begin, on the worker."""
        self._stack = contextlib.ExitStack()
        self._free: list[Verify] = []

    def teardown(self, worker: Any) -> None:
        """End every sandbox."""
        self._stack.close()

    def verify(self, path: str) -> SubmissionReport:
        """Verify with a verifier that nobody uses at the moment."""
        try:
            verify = self._free.pop()
        except IndexError:
            verify = self._stack.enter_context(self._opened())
        try:
            return guarded(verify, path)
        finally:
            self._free.append(verify)


def _verified_there(name: str, path: str) -> SubmissionReport:
    """Run on a worker."""
    from distributed import get_worker

    verifiers: Verifiers = get_worker().plugins[name]
    return verifiers.verify(path)


def spread(
    todo: Iterable[_Task], opened: Opened, address: str
) -> Generator[tuple[int, SubmissionReport], None, None]:
    """
    Verify submissions on a cluster.

    Parameters
    ----------
    todo : iterable of (int, str)
        Positions and paths.
    opened : callable
        As `gate.check`; sent to every worker once.
    address : str
        Of the Dask scheduler.

    Yields
    ------
    tuple of int and SubmissionReport
        As they are done.

    Raises
    ------
    ConfigError
        If Dask isn't installed or no scheduler answers.
    """
    try:
        from distributed import Client, KilledWorker, as_completed
        from distributed.diagnostics.plugin import WorkerPlugin
    except ImportError:
        raise ConfigError(
            "`--scheduler`", "no Dask", "the extra `dask`", "pip install 'gradcheck[dask]'"
        ) from None
    # made here, since its base class may not be installed where this module is imported
    plugin = type("VerifiersPlugin", (Verifiers, WorkerPlugin), {"__module__": __name__})(opened)
    name = f"gradcheck-{uuid.uuid4().hex}"
    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        hint = "start one with `dask scheduler`"
        raise ConfigError(f"the scheduler `{address}`", str(error), "an address that answers", hint) from None

    def ran(tasks: Iterable[_Task]) -> Iterator[tuple[_Task, SubmissionReport | None]]:
        """Run tasks; None comes for one that lost its workers."""
        futures = {
            client.submit(_verified_there, name, task[1], pure=False, retries=RETRIES): task for task in tasks
        }
        for future in as_completed(list(futures)):
            failure = future.exception()
            if failure is not None and not isinstance(failure, KilledWorker):
                raise failure
            yield futures.pop(future), None if failure else future.result()

    with client:
        client.register_plugin(plugin, name=name)
        try:
            suspects: list[_Task] = []
            for task, report in ran(todo):
                if report is None:
                    suspects.append(task)
                else:
                    yield task[0], report
            for suspect in suspects:
                # a worker is lost with all that waited there; by itself only the one loses it that is the reason
                for (index, path), report in ran([suspect]):
                    yield index, report or grader_error(path, "it ended every worker that it was given to")
        finally:
            client.unregister_worker_plugin(name)
