"""
The walls that the child puts up around itself before it runs what a submission's author wrote.

Each is a few system calls, all of them irrevocable; on systems that lack one, the reason is said. None of them
needs privileges, and none is a library's.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradcheck.submissions import _landlock, _privileges, _seccomp

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

THREADS = 128  # that a submission may start, more or less: what others start meanwhile counts, too
NAMES = ("limits", "privileges", "landlock", "seccomp")
PURPOSE: Mapping[str, str] = {
    "limits": "memory, processor time, number of threads, size of files",
    "privileges": "no way to gain or use privileges",
    "landlock": "no file outside, no network by TCP, no other process",
    "seccomp": "no sockets, programs, processes or signals to others",
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """
    What the walls leave open.

    Attributes
    ----------
    seconds : float
        Processor time; the wall clock is the judge's.
    memory : int
        Bytes on top of what Python and numpy take.
    readable : tuple of str
        Files and folders that may be read; the submission itself first.
    listed : tuple of str
        Folders whose names may be read.
    required : tuple of str
        Names of the walls without which nothing is run.
    """

    seconds: float
    memory: int
    readable: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def prepare() -> None:
    """Compute beforehand, in the zygote, what is the same for every child."""
    system_folders()
    _tried(_seccomp.prepare)


def put_up(settings: Settings) -> dict[str, str]:
    """
    Put up every wall that this system has, around the calling process, for good.

    Returns
    -------
    dict of str to str
        Name of each wall to why it doesn't stand; empty where it does.
    """
    # limits before the rest, since /proc is out of reach afterwards; seccomp last, since it forbids the others
    builders: dict[str, Callable[[], None]] = {
        "limits": lambda: limit(settings),
        "privileges": lambda: _privileges.drop(settings.readable[:1]),
        "landlock": lambda: _landlock.restrict([*system_folders(), *settings.readable], settings.listed),
        "seccomp": _seccomp.install,
    }
    return {name: _tried(build) for name, build in builders.items()}


def _tried(build: Callable[[], None]) -> str:
    try:
        build()
    except (OSError, ImportError, AttributeError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def limit(settings: Settings) -> None:
    """Set the resource limits."""
    if resource is None:
        raise OSError("this system has no such limits")
    seconds = int(settings.seconds) + 2
    limit_memory(settings)
    for name, value in (
        (resource.RLIMIT_NPROC, _tasks() + THREADS),
        (resource.RLIMIT_FSIZE, 0),  # pipes don't count: results still get through
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _set_limit(name, value)
    # the signal that says so first, since the second one only kills
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def _tasks() -> int:
    """How many threads there are: the limit counts all of a user's, whoever started them."""
    if not sys.platform.startswith("linux"):
        return 1 << 16
    with open("/proc/loadavg") as file:
        return int(file.read().split()[3].partition("/")[2])


def limit_memory(settings: Settings) -> None:
    """Set the limit of the address space."""
    if resource is None:
        raise OSError("this system has no such limits")
    _set_limit(resource.RLIMIT_AS, settings.memory + _address_space())


def memory_only(settings: Settings) -> dict[str, str]:
    """Put up no wall: only keep a mistake from taking the machine's memory, where that can be done."""
    _tried(lambda: limit_memory(settings))
    return {}


def _set_limit(name: int, value: int) -> None:
    hard = resource.getrlimit(name)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(name, (value, value))


def _address_space() -> int:
    """Bytes that Python and numpy take already."""
    if not sys.platform.startswith("linux"):
        return 0
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


@functools.cache  # the same for every child of a zygote, and looking takes time
def system_folders() -> tuple[str, ...]:
    """Where Python and the libraries that it may still load are, and the devices that do no harm."""
    python = [sys.prefix, sys.base_prefix, os.path.dirname(os.path.realpath(sys.executable))]
    # where this package's source stands by itself, the repository around it is nobody's business
    own = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
    imports = [
        os.path.realpath(entry) for entry in sys.path if entry and os.path.realpath(entry) not in (own, os.sep)
    ]
    if own.startswith((os.path.realpath(sys.prefix), os.path.realpath(sys.base_prefix))):
        imports.append(own)
    libraries = [
        "/usr/lib",
        "/usr/lib64",
        "/lib",
        "/lib64",
        "/usr/local/lib",
        "/usr/share/zoneinfo",
        "/etc/ld.so.cache",
    ]
    devices = ["/etc/ld.so.cache", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"]
    every = dict.fromkeys((*python, *imports, *libraries, *devices))
    return tuple(path for path in every if os.path.exists(path))
