"""
Seccomp: the system calls that a computation has no use for fail, in this process and for good.

A list of what is forbidden, since what numpy and Python use differs from machine to machine. A forbidden call
fails with an error that the program can see, and so a submission that merely tries is not killed for it.

Notes
-----
The filter is a program of the classic Berkeley packet filter over the call's number and arguments [1]_.

References
----------
.. [1] Linux, Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import struct
from collections.abc import Mapping

from gradcheck.submissions import _system

# number on x86_64, number on aarch64 (None: there is no such call)
DENIED: Mapping[str, tuple[int | None, int | None]] = {
    # sockets
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "recvmmsg": (299, 243),
    # programs and processes
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "unshare": (272, 97),
    "setns": (308, 268),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setpriority": (141, 140),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # the file system as a whole
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "quotactl": (179, 60),
    "acct": (163, 89),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "fanotify_init": (300, 262),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    # what belongs to files and is no content: Landlock leaves it alone
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    # the kernel
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "personality": (135, 92),
    # what outlives the process
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
}
_SELF_ONLY = {"kill": (62, 129), "tgkill": (234, 131)}  # first argument: a process
_PRLIMIT = (302, 261)
_FCNTL = (72, 25)
_WHO_IS_SIGNALLED = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: the kernel then sends the signal
_CLONE, _CLONE3 = (56, 220), 435
_CLONE_THREAD = 0x10000
_X32_BIT = 0x40000000

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24
_SECCOMP = (317, 277)
_SET_MODE_FILTER = 1

_Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def install() -> None:
    """
    Install the filter; needs no-new-privileges.

    Raises
    ------
    OSError
        If the kernel has no seccomp, or the numbers of this machine's calls are not known.
    """
    if _system.MACHINE not in _ARCHITECTURES:
        raise OSError(f"no table of system calls for {_system.MACHINE}")
    code = assemble(_system.MACHINE, os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    number = _SECCOMP[_column(_system.MACHINE)]
    _system.call(number, ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(0), ctypes.byref(program))


def prepare() -> None:
    """Assemble once what never changes."""
    _denied(_column(_system.MACHINE))


def _column(machine: str) -> int:
    return list(_ARCHITECTURES).index(machine)


def assemble(machine: str, process: int) -> bytes:
    """
    Make the filter's code.

    Parameters
    ----------
    machine : str
        `x86_64` or `aarch64`.
    process : int
        The only process that may be signalled.
    """
    column = _column(machine)
    program: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":  # the same calls under other numbers
        program += [(_JUMP_ABOVE, 0, 1, _X32_BIT), _refuse(errno.EPERM)]
    # glibc falls back from clone3 to clone, whose flags a filter can see
    program += [(_JUMP_EQUAL, 0, 1, _CLONE3), _refuse(errno.ENOSYS)]
    program += _unless(_CLONE[column], [(_LOAD, 0, 0, _ARGUMENT), (_JUMP_SET, 1, 0, _CLONE_THREAD)])
    for numbers in _SELF_ONLY.values():
        program += _unless(numbers[column], [(_LOAD, 0, 0, _ARGUMENT), (_JUMP_EQUAL, 1, 0, process)])
    own_limits = [(_LOAD, 0, 0, _ARGUMENT), (_JUMP_EQUAL, 2, 0, 0), (_JUMP_EQUAL, 1, 0, process)]
    program += _unless(_PRLIMIT[column], own_limits)
    last = len(_WHO_IS_SIGNALLED) - 1
    commands = [(_JUMP_EQUAL, last - i, int(i == last), command) for i, command in enumerate(_WHO_IS_SIGNALLED)]
    program += _unless(_FCNTL[column], [(_LOAD, 0, 0, _SECOND_ARGUMENT), *commands])
    return _packed(program) + _denied(column)


@functools.cache  # the same for every child of a zygote, and the longest part
def _denied(column: int) -> bytes:
    program: list[_Instruction] = []
    for both in DENIED.values():
        number = both[column]
        if number is not None:
            program += [(_JUMP_EQUAL, 0, 1, number), _refuse(errno.EPERM)]
    return _packed([*program, (_RETURN, 0, 0, _ALLOW)])


def _packed(program: list[_Instruction]) -> bytes:
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _refuse(number: int) -> _Instruction:
    return (_RETURN, 0, 0, _ERROR | number)


def _unless(call: int, condition: list[_Instruction]) -> list[_Instruction]:
    """Refuse a call unless the condition jumps over the refusal."""
    body = [*condition, _refuse(errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    return [(_JUMP_EQUAL, 0, len(body), call), *body]
