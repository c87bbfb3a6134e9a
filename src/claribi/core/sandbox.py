"""What a child process takes away from itself before it reads anything foreign.

Every wall stands in the kernel (Linux): resource limits, no new privileges, a seccomp filter against
network, new programs and other processes, Landlock against writing (and, where asked, reading) files.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
SECCOMP_RET_KILL, SECCOMP_RET_ALLOW = 0x80000000, 0x7FFF0000
SECCOMP_RET_EPERM = 0x00050000 | errno.EPERM
# Instructions of classic BPF: load a word, jump if equal, jump if at least, return.
BPF_LOAD, BPF_EQUAL, BPF_AT_LEAST, BPF_RETURN = 0x20, 0x15, 0x35, 0x06
X32_SYSCALLS = 0x40000000

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# The calls of x86_64 and aarch64, by name (asm/unistd.h).
DENIED_CALLS = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "io_uring_setup": (425, 425),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "tkill": (200, 130),
    "pidfd_open": (434, 434),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "open_by_handle_at": (304, 265),
}

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_ASK_VERSION, LANDLOCK_PATH_BENEATH = 1, 1
READ_RIGHTS = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, list a directory
WRITE_RIGHTS = 1 << 1 | sum(1 << bit for bit in range(4, 13))  # write, make and remove of every kind
FILE_RIGHTS = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14  # those that mean something on a file
REFER_SINCE, TRUNCATE_SINCE = 2, 3
REFER, TRUNCATE = 1 << 13, 1 << 14


class ChildLimits(msgspec.Struct, frozen=True):
    """What a child may use.

    Attributes:
        address_space_mb: Virtual memory, reservations included.
        writable: Directories it may write below; nowhere else.
    """

    address_space_mb: int = 4096
    open_files: int = 1024
    writable: tuple[str, ...] = ()


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when the one that started it ends, however that happens."""
    _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before the line above
        os._exit(1)


def confine(limits: ChildLimits) -> list[str]:
    """Put up every wall; the names of those that this kernel refuses."""
    space = limits.address_space_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits.open_files, limits.open_files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    refused = []
    if _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        refused.append("no_new_privs")
    if not restrict_files(writable=limits.writable):
        refused.append("landlock")
    if not _deny_calls():
        refused.append("seccomp")
    return refused


def restrict_files(*, writable: Iterable[str | Path], readable: Iterable[str | Path] | None = None) -> bool:
    """Forbid, for good, to write anywhere but below `writable`, and to read but below `readable`.

    Paths that don't exist are left out. Without `readable`, reading stays free. False where the kernel
    has no Landlock.
    """
    version = _libc().syscall(LANDLOCK_CREATE_RULESET, None, 0, LANDLOCK_ASK_VERSION)
    if version < 1:
        return False
    writing = WRITE_RIGHTS | (REFER if version >= REFER_SINCE else 0)
    writing |= TRUNCATE if version >= TRUNCATE_SINCE else 0
    handled = writing | (READ_RIGHTS if readable is not None else 0)
    attributes = struct.pack("=Q", handled)
    ruleset = _libc().syscall(LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    try:
        for path in [*writable, "/dev/null"]:
            _allow(ruleset, path, handled)
        for path in readable or ():
            _allow(ruleset, path, READ_RIGHTS)
        return bool(_libc().syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str | Path, rights: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        granted = rights if Path(path).is_dir() else rights & FILE_RIGHTS
        rule = struct.pack("=Qi", granted, target)
        _libc().syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_PATH_BENEATH, rule, 0)
    finally:
        os.close(target)


def _deny_calls() -> bool:
    machine = platform.machine()
    if machine not in AUDIT_ARCH:
        return False
    column = list(AUDIT_ARCH).index(machine)
    program = _filter(AUDIT_ARCH[machine], [numbers[column] for numbers in DENIED_CALLS.values()])
    code = ctypes.create_string_buffer(b"".join(program))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    return bool(_libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) == 0)


def _filter(architecture: int, denied: Sequence[int]) -> list[bytes]:
    """A BPF program: another architecture's calls kill, denied ones fail with EPERM, the rest pass."""

    def instruction(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
        return struct.pack("HBBI", code, then, otherwise, value)

    last = len(denied)
    return [
        instruction(BPF_LOAD, 4),  # seccomp_data.arch
        instruction(BPF_EQUAL, architecture, 1, 0),
        instruction(BPF_RETURN, SECCOMP_RET_KILL),
        instruction(BPF_LOAD, 0),  # seccomp_data.nr
        instruction(BPF_AT_LEAST, X32_SYSCALLS, last + 1, 0),
        *(instruction(BPF_EQUAL, number, last - i, 0) for i, number in enumerate(denied)),
        instruction(BPF_RETURN, SECCOMP_RET_ALLOW),
        instruction(BPF_RETURN, SECCOMP_RET_EPERM),
    ]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
