"""
The process that has numpy warm and forks a child for a job, or a search: `python -m gradcheck.submissions.zygote`.

It holds no reference, no tolerance and no seed, and it never reads a job: the descriptors that it is handed go to
the child, so that no submission finds another's in its memory. One child runs at a time, forked while there was
none; it ends with its job, or with the last one of a search in versions of one file.

On its control socket come `run` (with three descriptors: job, results, output) and `kill`; it answers `ready`,
and `exited` with the status of the child.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np

from gradcheck.submissions import _system, child, walls, warming

PATIENCE = 5.0  # seconds to end what a submission left behind


def main(arguments: list[str]) -> None:
    """Serve the control socket whose descriptor is the only argument, until it is closed."""
    control = socket.socket(fileno=int(arguments[0]))
    control.set_inheritable(False)
    _warm()
    with contextlib.suppress(OSError):  # elsewhere than on Linux
        _system.prctl(_system.PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to answer
    _answer(control, "ready", os.getpid())
    _serve(control)


def _warm() -> None:
    """Do once what would cost every child time, and what the first use in a child could not do any more."""
    rng = np.random.default_rng(0)
    np.random.seed(0)
    rng.normal(size=(3, 4)) @ np.random.rand(4, 2)
    walls.prepare()
    warming.warm()
    gc.collect()
    gc.freeze()  # what is here already is not touched by a child's collector, and so its pages stay shared


def _answer(control: socket.socket, word: str, value: int) -> None:
    control.sendall(f"{word} {value}\n".encode())


def _serve(control: socket.socket) -> None:
    wake, woken = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    running: int | None = None
    spare = _Spare()
    while True:
        sources: list[Any] = [control, wake]
        ready = select.select(sources, [], [])[0]
        if wake in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(wake, 512)
        if control in ready:
            message, descriptors, _, _ = socket.recv_fds(control, 512, 8)
            if not message:
                _end(running)
                return
            for word in message.split():
                if word == b"kill":
                    _end(running, reap=False)
                elif word == b"run":
                    running = spare.run(descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
        if running is not None:
            status = _status(running)
            if status is not None:
                _end(running)
                running = None
                _answer(control, "exited", status)
                spare = _Spare()


class _Spare:
    """A child that is forked and warmed while no job runs, and waits for one."""

    def __init__(self) -> None:
        self._handing, waiting = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            _become_child(waiting)
        waiting.close()

    def run(self, descriptors: list[int]) -> int:
        """Hand the job over to a child, and tell its process number."""
        try:
            socket.send_fds(self._handing, [b"run"], descriptors)
        except OSError:  # killed for want of memory, say
            self._handing.close()
            return _Spare().run(descriptors)
        self._handing.close()
        return self._pid


def _become_child(waiting: socket.socket) -> NoReturn:
    status = 1
    try:
        os.closerange(3, waiting.fileno())  # of the control socket, too: its end is how the judge sees a zygote's
        os.closerange(waiting.fileno() + 1, 4096)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        warming.warm()
        message, descriptors, _, _ = socket.recv_fds(waiting, 16, 8)
        if message:
            child.run(*descriptors)
        status = 0
    finally:
        os._exit(status)


def _status(pid: int) -> int | None:
    """Exit status of a process (negative: the signal that ended it), None while it runs; reaps nothing else."""
    try:
        found, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status) if found else None


def _end(running: int | None, reap: bool = True) -> None:
    """Kill a child's whole group; and with `reap`, everything else that it left behind."""
    if running is not None:
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(running, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while reap and time.monotonic() < deadline:
        try:
            found, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not found:
            for pid in _children():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.001)


def _children() -> Iterable[int]:
    """Processes that this one has to reap, orphans of submissions among them."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []


if __name__ == "__main__":
    main(sys.argv[1:])
