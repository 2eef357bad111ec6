"""The walls' own parts, where they can be looked at without standing behind them."""

from __future__ import annotations

import errno
import os
import struct
import subprocess
import sys

import pytest

from gradcheck.submissions import _seccomp, walls

ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ME = 1234


def filtered(
    machine: str, number: int, argument: int = 0, second: int = 0, architecture: int | None = None
) -> int:
    """Interpret the filter as the kernel would, on one system call."""
    code = list(struct.iter_unpack("<HBBI", _seccomp.assemble(machine, ME)))
    data = struct.pack("<IIQ6Q", number, architecture or ARCHITECTURES[machine], 0, argument, second, 0, 0, 0, 0)
    register, at = 0, 0
    while True:
        operation, then, otherwise, value = code[at]
        at += 1
        if operation == 0x20:
            (register,) = struct.unpack_from("<I", data, value)
        elif operation == 0x06:
            return int(value)
        else:
            holds = {0x15: register == value, 0x35: register >= value, 0x45: bool(register & value)}[operation]
            at += then if holds else otherwise


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_filter_refuses_what_is_listed_and_nothing_else(machine: str) -> None:
    """Each listed call gives EPERM; reading, writing, mapping and ending are let through."""
    column = list(ARCHITECTURES).index(machine)
    for name, numbers in _seccomp.DENIED.items():
        if numbers[column] is not None:
            assert filtered(machine, numbers[column]) == ERROR | errno.EPERM, name
    harmless = {"x86_64": (0, 1, 9, 12, 231, 257), "aarch64": (56, 63, 64, 94, 214, 222)}[machine]
    assert [filtered(machine, number) for number in harmless] == [ALLOW] * len(harmless)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_filter_looks_at_arguments(machine: str) -> None:
    """Threads may be started and oneself signalled; processes and others may not, nor by other numbers."""
    column = list(ARCHITECTURES).index(machine)
    clone, kill, limits, fcntl = (56, 220)[column], (62, 129)[column], (302, 261)[column], (72, 25)[column]
    assert filtered(machine, clone, 0x10000 | 0x100) == ALLOW
    assert filtered(machine, clone, 17) == ERROR | errno.EPERM
    assert filtered(machine, 435) == ERROR | errno.ENOSYS
    assert filtered(machine, kill, ME) == ALLOW
    for other in (ME + 1, 0, 0xFFFFFFFF):
        assert filtered(machine, kill, other) == ERROR | errno.EPERM
    assert [filtered(machine, limits, process) for process in (0, ME)] == [ALLOW, ALLOW]
    assert filtered(machine, limits, ME + 1) == ERROR | errno.EPERM
    refused = [command for command in range(1100) if filtered(machine, fcntl, 3, command) != ALLOW]
    assert refused == [8, 10, 15]  # those that say who is to be signalled
    assert filtered(machine, 0, architecture=0x40000003) == KILL
    if machine == "x86_64":
        assert filtered(machine, 0x40000000 + 1) == ERROR | errno.EPERM


def test_denied_numbers_are_each_given_once() -> None:
    """No two names share a number on one machine, which would be a slip of the table."""
    for column in (0, 1):
        numbers = [both[column] for both in _seccomp.DENIED.values() if both[column] is not None]
        assert len(numbers) == len(set(numbers))


def test_a_machine_without_a_table_is_refused() -> None:
    """On an unknown machine there is no filter, rather than one of wrong numbers."""
    with pytest.raises(ValueError, match="riscv64"):
        _seccomp.assemble("riscv64", ME)


def test_walls_report_what_stands() -> None:
    """`put_up` names every wall, and an empty reason means that it stands: files are then out of reach."""
    program = (
        "import os\n"
        "from gradcheck.submissions import walls\n"
        "walls.prepare()\n"
        "standing = walls.put_up(walls.Settings(seconds=5, memory=1 << 30))\n"
        "try:\n    open('/etc/passwd').close()\n    read = True\n"
        "except PermissionError:\n    read = False\n"
        "print(standing, '|', read)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    standing, read = done.stdout.split("|")
    assert [name for name in walls.NAMES if name not in standing] == []
    assert ("'landlock': ''" in standing) == (read.strip() == "False")


def test_system_folders_leave_the_repository_out() -> None:
    """What may be read is where libraries are, not where this package's source stands by itself."""
    folders = walls.system_folders()
    assert os.path.dirname(os.__file__) in [os.path.realpath(folder) for folder in folders] or any(
        os.__file__.startswith(folder) for folder in folders
    )
    root = os.path.realpath(os.path.join(os.path.dirname(walls.__file__), "..", ".."))
    installed = root.startswith(os.path.realpath(sys.prefix))
    assert (root in folders) == installed
