"""
What the child does with a job: walls up, run it, send what comes of it, end.

Where processes cannot be forked, `python -m gradcheck.submissions.child JOB RESULTS` is that child.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from gradcheck.submissions import _system, runner, walls, watch, wire  # noqa: F401  (watch: the runner's, loaded late)
from gradcheck.submissions.job import ProbeResult

_LARGEST_JOB = 1 << 30  # bytes


def run(job: int, results: int, output: int) -> None:
    """
    Run the job that one descriptor holds; results and output go to the other two.

    Parameters
    ----------
    job : int
        A file at its start: a frame of `walls.Settings`, then the job's.
    results, output : int
        Pipes. Frames of results end with one that has the key `end`.
    """
    _isolate(job, results, output)
    with open(job, "rb") as file:
        frames = list(wire.Reader(_LARGEST_JOB).feed(file.read()))
    settings = walls.Settings(**_settings(frames[0]))
    standing = walls.put_up(settings) if frames[0].header["walls"] else walls.memory_only(settings)
    with contextlib.suppress(OSError):  # after the walls: a change of user takes it back
        _system.prctl(_system.PR_SET_PDEATHSIG, signal.SIGKILL)
    missing = [(name, why) for name in settings.required if (why := standing.get(name, "unknown"))]
    if missing:
        end: dict[str, Any] = {
            "end": "broken",
            "message": "the wall `{}` could not be put up: {}".format(*missing[0]),
        }
    elif len(frames) < 2:
        end = {"end": "done", "walls": standing}
    else:
        _forget()
        end = _performed(wire.unpack_job(frames[1]), results)
    with contextlib.suppress(BaseException):  # whatever the submission has put in their place
        sys.stdout.flush()
        sys.stderr.flush()
    _send(results, wire.pack(end))


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
    # bound now: by the end a submission may have put something else in their places
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
