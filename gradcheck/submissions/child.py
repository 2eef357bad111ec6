"""
What the child does with a job: walls up, run it, send what comes of it; so with others that follow; end.

Where processes cannot be forked, `python -m gradcheck.submissions.child JOB RESULTS` is that child.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

from gradcheck.submissions import _system, runner, walls, watch, wire  # noqa: F401  (watch: the runner's, loaded late)
from gradcheck.submissions.job import ProbeResult

_LARGEST_JOB = 1 << 30  # bytes, or of all that one process runs
_CHUNK = 1 << 20


def run(job: int, results: int, output: int) -> None:
    """
    Run the jobs that come from one descriptor; results and output go to the other two.

    Parameters
    ----------
    job : int
        A file at its start, or a socket: a frame of `walls.Settings`, then one for each job, of one submission.
    results, output : int
        Pipes. Frames of the results of each job end with one that has the key `end`.
    """
    _isolate(job, results, output)
    frames = _frames(job)
    first = next(frames)
    settings = walls.Settings(**_settings(first))
    standing = walls.put_up(settings) if first.header["walls"] else walls.memory_only(settings)
    with contextlib.suppress(OSError):  # after the walls: a change of user takes it back
        _system.prctl(_system.PR_SET_PDEATHSIG, signal.SIGKILL)
    missing = [(name, why) for name in settings.required if (why := standing.get(name, "unknown"))]
    if missing:
        broken = "the wall `{}` could not be put up: {}".format(*missing[0])
        _send(results, wire.pack({"end": "broken", "message": broken}))
        return
    _forget()
    frame = next(frames, None)
    if frame is None:
        _send(results, wire.pack({"end": "done", "walls": standing}))
    while frame is not None:
        end = _performed(wire.unpack_job(frame), results)
        with contextlib.suppress(BaseException):  # whatever the submission has put in their place
            sys.stdout.flush()
            sys.stderr.flush()
        _send(results, wire.pack(end))
        if end["end"] != "done" or not _is_alone():  # what goes on must not meet another job
            return
        frame = next(frames, None)


def _is_alone() -> bool:
    """Whether no thread is left of a job, and no process."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except (OSError, AttributeError):  # there is none, or can be none
        return len(sys._current_frames()) == 1
    return False


def _frames(descriptor: int) -> Iterator[wire.Frame]:
    """Give the frames that come from a file, as they come."""
    reader = wire.Reader(_LARGEST_JOB)
    while data := os.read(descriptor, _CHUNK):
        yield from reader.feed(data)


def _settings(frame: wire.Frame) -> dict[str, Any]:
    values = dict(frame.header["settings"])
    return values | {name: tuple(values[name]) for name in ("readable", "listed", "required")}


def _isolate(job: int, results: int, output: int) -> None:
    """Keep these descriptors and no other; no terminal."""
    if hasattr(os, "setsid"):
        with contextlib.suppress(OSError):
            os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for standard in (1, 2):
        os.dup2(output, standard)
    first = 3
    for kept in sorted((job, results)):
        os.closerange(first, kept)
        first = kept + 1
    os.closerange(first, 4096)


def _forget() -> None:
    """Leave no way to this package's own gradients but pasting them; what is loaded already holds none."""
    sys.meta_path.insert(0, _NotHere())


class _NotHere:
    """Refuses to import this package."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] == "gradcheck":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _performed(job: Any, results: int) -> dict[str, str]:
    # bound before it runs: by the end a submission may have put something else in their places
    pack, send = wire.pack_result, _send

    def emit(result: ProbeResult) -> None:
        send(results, pack(result))

    return _guarded(lambda: runner.perform(job, emit))


def _guarded(perform: Callable[[], None]) -> dict[str, str]:
    try:
        perform()
    except MemoryError:
        return {"end": "memory", "message": "ran out of memory"}
    except (SystemExit, KeyboardInterrupt) as error:
        return {"end": "died", "message": f"ended the process by {type(error).__name__}"}
    except BaseException as error:
        return {"end": "broken", "message": f"the runner failed: {type(error).__name__}: {error}"}
    return {"end": "done"}


def _send(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def main(arguments: list[str]) -> None:
    """Run the job in the first file; results go to the second."""
    job, results = arguments
    binary = getattr(os, "O_BINARY", 0)
    try:
        source = os.open(job, os.O_RDONLY | binary)
        run(source, os.open(results, os.O_WRONLY | os.O_CREAT | binary), os.dup(1))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
