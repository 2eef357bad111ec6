"""The judge's end of a zygote: start it, hand it jobs, watch the clock, take in what comes, end it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from gradcheck.submissions import wire

OUTPUT = 64 << 10  # bytes of a submission's printing that are kept
RESULTS = 256 << 20  # bytes of results of one job that are taken at the most
START = 60.0  # seconds that a zygote may take to import numpy, on a machine that is busy
END = 10.0  # seconds that it may take to kill what runs
_CHUNK = 1 << 20

# nothing of the judge's environment, where tokens live, but what finding Python's packages needs
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT")
_SET = {
    # one thread: threads neither survive a fork nor are allowed by the walls, and jobs share the cores
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"),
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "MPLBACKEND": "Agg",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
}


class BrokenSandboxError(Exception):
    """The zygote did not do what it always does: not a submission's fault."""


@dataclass
class Ran:
    """
    What a child did.

    Attributes
    ----------
    frames : list of Frame
        Whole frames that came.
    output : bytes
        What it printed, up to a limit.
    status : int or None
        Exit status, negative for a signal; None where it isn't known.
    timed_out : bool
    error : str
        What was wrong with the bytes that came.
    """

    frames: list[wire.Frame] = field(default_factory=list)
    output: bytes = b""
    status: int | None = None
    timed_out: bool = False
    error: str = ""


def environment(closed: Container[str] = ()) -> dict[str, str]:
    """
    Make the environment of every process that runs submissions.

    Parameters
    ----------
    closed : container of str
        Real paths of folders that nothing may be imported from, since what can be imported can be read: those that
        hold somebody's work. Many a CI has its whole checkout in PYTHONPATH.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ} | _SET
    own = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))  # is needed, and never readable
    entries = [path for path in kept.pop("PYTHONPATH", "").split(os.pathsep) if path]
    left = [path for path in entries if (real := os.path.realpath(path)) == own or real not in closed]
    return kept | ({"PYTHONPATH": os.pathsep.join(left)} if left else {})


def job_file(data: bytes) -> BinaryIO:
    """Make a file without a name that holds a job."""
    if hasattr(os, "memfd_create"):
        file: BinaryIO = os.fdopen(os.memfd_create("job"), "w+b", buffering=0)
    else:
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  (the caller closes it)
    file.write(data)
    file.seek(0)
    return file


class Zygote:
    """
    A running zygote.

    Parameters
    ----------
    wrapper : sequence of str
        Command in front of Python: bubblewrap and its arguments, or nothing.
    closed : container of str
        As `environment`.

    Raises
    ------
    BrokenSandboxError
        If it doesn't come up.
    """

    def __init__(self, wrapper: Sequence[str] = (), closed: Container[str] = ()) -> None:
        self._control, theirs = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (goes with this object)
        self._said = b""
        command = [*wrapper, sys.executable, "-P", "-m", "gradcheck.submissions.zygote", str(theirs.fileno())]
        try:
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                env=environment(closed),
                start_new_session=True,
            )
        except OSError as error:
            self._control.close()
            self._errors.close()
            raise BrokenSandboxError(str(error)) from None
        finally:
            theirs.close()
        self._expect("ready", START)

    def run(self, data: bytes, timeout: float, most: int = RESULTS) -> Ran:
        """
        Have a child run a job to its end, or to the end of its time.

        Parameters
        ----------
        data : bytes
            What `child.run` reads.
        timeout : float
            Seconds of wall clock.
        most : int
            Bytes of results that are taken; a child that sends more is ended.

        Raises
        ------
        BrokenSandboxError
            If the zygote is gone or doesn't answer; it has been ended then.
        """
        results, theirs = os.pipe()
        output, printed = os.pipe()
        try:
            with job_file(data) as job:
                _send(self._control, b"run\n", [job.fileno(), theirs, printed])
        except OSError:
            raise self._broken() from None
        finally:
            os.close(theirs)
            os.close(printed)
        try:
            return self._collect(results, output, time.monotonic() + timeout, most)
        finally:
            os.close(results)
            os.close(output)

    def _collect(self, results: int, output: int, deadline: float, most: int) -> Ran:
        ran, reader = Ran(), wire.Reader(most)
        open_ends = {results, output}
        killed = False
        for descriptor in open_ends:
            os.set_blocking(descriptor, False)
        while ran.status is None:
            sources: list[Any] = [self._control, *open_ends]
            ready = select.select(sources, [], [], max(0.0, deadline - time.monotonic()))[0]
            for descriptor in open_ends & set(ready):
                if not self._take(descriptor, descriptor == results, ran, reader):
                    open_ends.discard(descriptor)
            if self._control in ready:
                ran.status = self._expect("exited", END)
            elif (ran.error and not killed) or time.monotonic() >= deadline:
                if killed:
                    self.close()
                    raise BrokenSandboxError("a submission could not be ended")
                ran.timed_out = not ran.error
                killed, deadline = True, time.monotonic() + END
                self._kill()
        for descriptor in open_ends:  # what was still in the pipes
            while self._take(descriptor, descriptor == results, ran, reader):
                pass
        return ran

    def _take(self, descriptor: int, is_result: bool, ran: Ran, reader: wire.Reader) -> bool:
        """Read once; False at the end of what there is."""
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return False
        if not is_result:
            ran.output += data[: OUTPUT - len(ran.output)]
        elif not ran.error:
            try:
                ran.frames.extend(reader.feed(data))
            except wire.WireError as error:
                ran.error = str(error)
        return bool(data)

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            self._control.sendall(b"kill\n")

    def _expect(self, word: str, patience: float) -> int:
        """Wait for an answer."""
        self._control.settimeout(patience)
        try:
            found, value = self._line()
            if found != word:
                raise ValueError(found)
            return int(value)
        except (OSError, ValueError):
            raise self._broken() from None

    def _line(self) -> list[str]:
        data = b""
        while not data.endswith(b"\n"):
            byte = self._control.recv(1)
            if not byte:
                raise OSError("closed")
            data += byte
        return data.decode().split()

    def _broken(self) -> BrokenSandboxError:
        """End it, and say what it said last."""
        self.close()
        lines = wire.clean(self._said.decode(errors="replace")).strip().splitlines()
        return BrokenSandboxError(lines[-1] if lines else "the process that runs submissions ended")

    def close(self) -> None:
        """End the zygote and everything that it started."""
        self._control.close()  # a healthy one kills its child and goes
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if not self._errors.closed:
            self._errors.seek(0)
            self._said = self._errors.read(OUTPUT)
            self._errors.close()


def _send(control: socket.socket, message: bytes, descriptors: list[int]) -> None:
    control.settimeout(END)
    socket.send_fds(control, [message], descriptors)
