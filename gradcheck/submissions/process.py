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
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from gradcheck.submissions import wire
from gradcheck.submissions.interrupting import held

OUTPUT = 64 << 10  # bytes of a submission's printing that are kept
RESULTS = 256 << 20  # bytes of results of one job that are taken at the most
START = 60.0  # seconds that a zygote may take to import numpy, on a machine that is busy
END = 10.0  # seconds that it may take to kill what runs
_GRACE = 1.0  # seconds that a child may take to end by itself
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

    @property
    def is_done(self) -> bool:
        """Whether the last frame says that a job came to its end."""
        return bool(self.frames) and self.frames[-1].header.get("end") == "done"


@dataclass
class _Child:
    """
    The judge's ends of a running child.

    Attributes
    ----------
    results, output : int
        Where they come from.
    jobs : socket or None
        Where further jobs go to.
    settings : bytes
        What those have in common.
    took : float
        Seconds that its jobs took, all together.
    status : int or None
        Of its exit.
    """

    results: int
    output: int
    jobs: socket.socket | None = None
    settings: bytes = b""
    took: float = 0.0
    status: int | None = None

    def __post_init__(self) -> None:
        for descriptor in (self.results, self.output):
            os.set_blocking(descriptor, False)

    def may_take(self, settings: bytes, timeout: float) -> bool:
        """Whether it may go on with a job: the limit of its processor's time is for all of them together."""
        return self.settings == settings and self.took < timeout / 2

    def hand(self, data: bytes, timeout: float) -> None:
        """Hand it what to run next."""
        assert self.jobs is not None
        self.jobs.settimeout(timeout)
        self.jobs.sendall(data)

    def close(self) -> None:
        """Hand it no more, and take nothing."""
        os.close(self.results)
        os.close(self.output)
        if self.jobs is not None:
            self.jobs.close()


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
        self._child: _Child | None = None
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
        self._leave()
        try:
            with job_file(data) as job:
                child = self._child = self._start(job.fileno())
        except OSError:
            raise self._broken() from None
        with self._left_in_the_end():
            ran = self._collect(child, time.monotonic() + timeout, most)
        self._leave()
        return ran

    def go_on(self, settings: bytes, job: bytes, timeout: float, most: int = RESULTS) -> Ran:
        """
        Have the child of the job before it run a job as well; a new one if it may not, or doesn't come to the end.

        Parameters
        ----------
        settings, job : bytes
            What `child.run` reads; a child goes on with jobs of the same settings.
        timeout, most
            As `run` takes them.
        """
        if self._child is not None and not self._child.may_take(settings, timeout):
            self._leave()
        child, begins = self._child, self._child is None
        if child is None:
            ours, theirs = socket.socketpair()
            with theirs:
                child = self._child = self._start(theirs.fileno(), ours, settings)
        start = time.monotonic()
        with self._left_in_the_end():  # the next one's results must not begin in the middle of this one's
            with contextlib.suppress(OSError):  # it has ended meanwhile, and may have said why
                child.hand(settings + job if begins else job, timeout)
            ran = self._collect(child, start + timeout, most, lasting=True)
        child.took += time.monotonic() - start
        if ran.is_done:
            return ran
        self._leave()
        return ran if begins or ran.timed_out else self.go_on(settings, job, timeout, most)

    def _start(self, job: int, jobs: socket.socket | None = None, settings: bytes = b"") -> _Child:
        """Have a child begin with the jobs that come from a descriptor, whose other end is kept."""
        results, theirs = os.pipe()
        output, printed = os.pipe()
        child = _Child(results, output, jobs, settings)
        try:
            _send(self._control, b"run\n", [job, theirs, printed])
        except OSError:
            child.close()
            raise self._broken() from None
        finally:
            os.close(theirs)
            os.close(printed)
        return child

    @contextlib.contextmanager
    def _left_in_the_end(self) -> Iterator[None]:
        """Leave a child in the middle of its job, where what is within doesn't come to its end; and say why."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(BrokenSandboxError):  # which would be told instead
                self._leave()
            raise

    def _leave(self) -> None:
        """Have the child that waits for another job end."""
        child, self._child = self._child, None
        if child is not None:
            child.close()  # which it takes for the end
            if child.status is None:
                if not select.select([self._control], [], [], _GRACE)[0]:
                    self._kill()
                self._expect("exited", END)

    def _collect(self, child: _Child, deadline: float, most: int, lasting: bool = False) -> Ran:
        """Take what comes until the child has ended, or else the job."""
        ran, reader = Ran(), wire.Reader(most)
        results, open_ends = child.results, {child.results, child.output}
        killed = False
        while ran.status is None and not (lasting and ran.is_done):
            sources: list[Any] = [self._control, *open_ends]
            with held(False):
                ready = select.select(sources, [], [], max(0.0, deadline - time.monotonic()))[0]
            for descriptor in open_ends & set(ready):
                if not self._take(descriptor, descriptor == results, ran, reader):
                    open_ends.discard(descriptor)
            if self._control in ready:
                ran.status = child.status = self._expect("exited", END)
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
        if self._child is not None:
            self._child.close()
            self._child = None
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
