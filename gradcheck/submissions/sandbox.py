"""
Where submissions are run: the judge's side.

Everything that is compared stays here. A job goes to a process behind walls, numbers come back, and what
doesn't come back in time is killed from outside.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Self

from gradcheck.errors import SandboxError
from gradcheck.submissions import fresh, walls, wire
from gradcheck.submissions.interrupting import held
from gradcheck.submissions.job import Job, JobResult, ProbeResult
from gradcheck.submissions.process import RESULTS, BrokenSandboxError, Ran, Zygote

MODES = ("auto", "strict", "none")
MEMORY = 1024 << 20
SLACK, LARGER = 1 << 20, 64  # bytes of messages for each input, and times that gradients may exceed their inputs
_GIVEN_UP = ("timeout", "died", "memory", "broken")


@dataclass(frozen=True)
class Walls:
    """
    Which walls stand.

    Attributes
    ----------
    mode : str
        `auto`, `strict` or `none`.
    missing : mapping
        Each wall to why it doesn't stand; empty where it does.
    """

    mode: str
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def standing(self) -> tuple[str, ...]:
        """Names of those that stand."""
        return tuple(name for name, reason in self.missing.items() if not reason)

    def __str__(self) -> str:
        if self.mode == "none":
            return "sandbox: none; submissions can read, write and send whatever you can"
        absent = [f"{name} ({reason})" for name, reason in self.missing.items() if reason]
        text = "sandbox: " + (", ".join(self.standing) or "no wall stands; submissions can do whatever you can")
        return text + ("; missing: " + ", ".join(absent) if absent else "")


class Sandbox:
    """
    Runs jobs, one at a time, in processes that hold nothing worth stealing.

    Parameters
    ----------
    mode : str
        `auto` puts up the walls that this system has, `strict` refuses to run without all of them, `none` puts
        up none.
    timeout : float
        Seconds of wall clock a job.
    memory : int
        Bytes a job, on top of what Python and numpy take.
    hidden : iterable of str
        Files and folders that a submission may not read unless they are its own: the other submissions, and
        the assignment.

    Raises
    ------
    SandboxError
        From `start`: in mode `strict` if a wall is missing, which it names; in every mode if nothing can be run.
    """

    def __init__(
        self, mode: str = "auto", timeout: float = 10.0, memory: int = MEMORY, hidden: Iterable[str] = ()
    ) -> None:
        if mode not in MODES:
            raise SandboxError("the sandbox's mode", repr(mode), " or ".join(MODES))
        self.mode, self.timeout, self.memory = mode, timeout, memory
        self._neighbours = Neighbours(hidden)
        self._runner: Zygote | fresh.Fresh | None = None
        self._walls: Walls | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def walls(self) -> Walls:
        """Which walls stand; their text is one line."""
        self.start()
        assert self._walls is not None
        return self._walls

    def start(self) -> None:
        """Start the process that runs submissions, and find out which walls it can put up."""
        if self._runner is not None:
            return
        try:
            self._runner, bubblewrap = _started(self.mode, self._neighbours.hidden)
            if self._walls is None:
                self._walls = self._tried(bubblewrap)
        except BrokenSandboxError as error:
            self.close()
            raise SandboxError("the sandbox", "broken down", hint=str(error)) from None
        except SandboxError:
            self.close()
            raise

    def close(self) -> None:
        """End that process and everything that it started."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _tried(self, bubblewrap: str) -> Walls:
        """Put the walls up around nothing, and see."""
        if self.mode == "none":
            return Walls("none")
        assert self._runner is not None
        ran = self._runner.run(self._settings("", ()), self.timeout + 10.0)
        missing = ran.frames[-1].header.get("walls") if ran.frames else None
        if not isinstance(missing, dict):
            raise BrokenSandboxError(ran.output.decode(errors="replace")[-500:] or "no walls")
        for name, reason in missing.items():
            if reason and self.mode == "strict":
                hint = f"{walls.PURPOSE[name]}; run with --sandbox auto to do without"
                raise SandboxError(f"the wall `{name}`", f"no way to stand ({reason})", hint=hint)
        return Walls(self.mode, missing | {"bubblewrap": bubblewrap})

    def _settings(self, path: str, required: Iterable[str]) -> bytes:
        readable, listed = self._neighbours.readable(path) if path else ((), ())
        settings = walls.Settings(
            seconds=self.timeout,
            memory=self.memory,
            readable=readable,
            listed=listed,
            required=tuple(name for name in required if name in walls.NAMES),
        )
        return wire.pack({"settings": asdict(settings), "walls": self.mode != "none"})

    def run(self, job: Job) -> JobResult:
        """
        Run one job.

        Returns
        -------
        JobResult
            Whatever the submission does; a fault of the sandbox itself has status `broken`.
        """
        with held():
            return self._run(job)

    def _run(self, job: Job) -> JobResult:
        try:
            self.start()
            assert self._runner is not None
            settings, data = self._settings(job.path, self.walls.standing), wire.pack_job(job)
            if job.continues:
                ran = self._runner.go_on(settings, data, self.timeout, _most(job))
            else:
                ran = self._runner.run(settings + data, self.timeout, _most(job))
        except (BrokenSandboxError, SandboxError) as error:
            self.close()
            return JobResult(status="broken", message=f"the sandbox broke: {error}")
        return self._judged(ran, job.expected)

    def _judged(self, ran: Ran, expected: int) -> JobResult:
        """Read what came: results first, then how it ended."""
        probes: list[ProbeResult] = []
        status, message = "", ""
        try:
            for frame in ran.frames:
                if "end" in frame.header:
                    status, message = str(frame.header["end"]), wire.clean(str(frame.header.get("message", "")))
                    break
                probes.append(wire.unpack_result(frame))
        except wire.WireError as error:
            ran.error = str(error)
        if ran.error:
            status, message = "died", f"the submission {ran.error}"
        elif ran.timed_out:
            status, message = "timeout", f"not done after {self.timeout:g} s"
        elif status == "done" and len(probes) == expected:
            message = ""
        elif status not in _GIVEN_UP:
            status, message = _death(ran.status, self.timeout)
        output = wire.clean(ran.output.decode(errors="replace"), limit=len(ran.output))
        return JobResult(status=status, probes=tuple(probes[:expected]), message=message, output=output)


def _most(job: Job) -> int:
    """How many bytes the results of a job may take; gradients aren't much larger than what they belong to."""
    if job.watch or job.evaluate:
        return RESULTS
    handed = sum(array.nbytes for inputs in job.inputs for array in inputs.arrays.values())
    return min(RESULTS, max(1, len(job.variants)) * (SLACK * len(job.inputs) + LARGER * handed))


def _death(status: int | None, timeout: float) -> tuple[str, str]:
    """How a process ended that gave no result."""
    if status is None or status >= 0:
        return "died", "the process ended without a result"
    if -status == getattr(signal, "SIGXCPU", 0):
        return "timeout", f"not done after {timeout:g} s of processor time"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return "died", f"the process was ended by {name}"


def _started(mode: str, closed: Container[str]) -> tuple[Zygote | fresh.Fresh, str]:
    """Start what runs jobs here, and why bubblewrap is not around it (empty where it is)."""
    if not hasattr(os, "fork"):
        return fresh.Fresh(), "not on this system"
    if mode == "none":
        return Zygote(closed=closed), ""
    program = shutil.which("bwrap")
    if program is None:
        return Zygote(closed=closed), "not installed"
    try:
        return Zygote([program, *BUBBLEWRAP], closed), ""
    except BrokenSandboxError as error:
        return Zygote(closed=closed), str(error)


BUBBLEWRAP = (
    # everything read-only, its own processes, no network, and a small place in memory to write to
    *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
    *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--new-session", "--"),
)


def _with_folders(paths: Iterable[str]) -> Iterator[str]:
    """Give paths, and all folders that they are in."""
    for path in paths:
        yield path
        while path != (path := os.path.dirname(path)):
            yield path


class Neighbours:
    """
    What a submission may read beside itself.

    Parameters
    ----------
    hidden : iterable of str
        Files and folders that belong to nobody else: other submissions, the assignment.

    Attributes
    ----------
    hidden : frozenset of str
        Real paths of these, and of every folder that holds one: a folder that may be read may be read down to its
        last file.
    """

    def __init__(self, hidden: Iterable[str]) -> None:
        found = {os.path.realpath(path) for path in hidden}
        self.hidden = frozenset(_with_folders(found))
        self._shared: dict[str, tuple[str, ...]] = {}

    def readable(self, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """
        Find what may be read by the submission at `path`.

        Returns
        -------
        tuple of str
            The file itself, and what its folder holds (helper modules, data), dot-files and hidden ones aside.
        tuple of str
            Folders whose names may be read, without which nothing in them can be imported.
        """
        path = os.path.realpath(path)
        folder = os.path.dirname(path)
        if folder not in self._shared:
            self._shared[folder] = tuple(self._shared_in(folder))
        return (path, *self._shared[folder]), (folder,)

    def _shared_in(self, folder: str) -> Iterable[str]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return
        for entry in entries:
            # a link would open what it points to
            if not (entry.name.startswith(".") or entry.is_symlink() or entry.path in self.hidden):
                yield entry.path
