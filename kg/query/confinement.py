"""What a query worker takes from itself before it reads any query.

Two walls against the network: an empty network namespace, and a seccomp filter that denies the calls
which open connections or start programs. Containers often forbid the first; the second is known for
x86-64 and aarch64 only. ``confine`` says which of them stand; the gate stands before both.
"""

from __future__ import annotations

import ctypes
import gc
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterator

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 38, 22
_FILTER = 2
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 1  # EPERM
_LOAD, _EQUAL, _ABOVE, _RETURN = 0x20, 0x15, 0x35, 0x06  # ld, jeq, jge, ret of classic BPF
_X32 = 0x40000000

_ARCHITECTURES: dict[str, tuple[int, tuple[int, ...]]] = {
    # socket, connect, execve, ptrace, io_uring_setup, execveat
    "x86_64": (0xC000003E, (41, 42, 59, 101, 425, 322)),
    "aarch64": (0xC00000B7, (198, 203, 221, 117, 425, 281)),
}
"""machine -> audit number and the numbers of the denied system calls."""


def leave_network() -> bool:
    """Move into a network namespace without interfaces; only while the process has one thread."""
    library = ctypes.CDLL(None, use_errno=True)
    return bool(library.unshare(_CLONE_NEWNET) == 0 or library.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def die_with_parent() -> None:
    """No query outlives the service, no core dump keeps what it read, Ctrl-C is the parent's business."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def begin_one_task() -> None:
    """For a process that ends with its one answer: what it makes lives until then, so cycles are not looked for."""
    die_with_parent()
    gc.disable()


def address_space() -> int:
    """Bytes of address space in use now."""
    return next(growth())


def growth() -> Iterator[int]:
    """The same again and again, from one open file: 2 µs instead of 30."""
    size = os.sysconf("SC_PAGE_SIZE")
    with open("/proc/self/statm", "rb", buffering=0) as file:
        while True:
            yield int(os.pread(file.fileno(), 64, 0).split(maxsplit=1)[0]) * size


def limit_memory(megabytes: int) -> None:
    """Allow this much more address space than is in use now (a store maps far more than it holds)."""
    limit = address_space() + megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def deny_calls() -> bool:
    """Install the filter; False where the machine is another or the kernel forbids it."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return False
    program = _program(*known)
    library = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.c_char_p(header), 0, 0) == 0)


def _program(architecture: int, denied: tuple[int, ...]) -> bytes:
    """seccomp data: the call's number at 0, the architecture at 4."""
    count = len(denied)
    rows = [(_LOAD, 0, 0, 4), (_EQUAL, 0, count + 3, architecture), (_LOAD, 0, 0, 0), (_ABOVE, count + 1, 0, _X32)]
    rows += [(_EQUAL, count - place + 1, 0, number) for place, number in enumerate(denied, 1)]
    # What is left is allowed; a denied number, another architecture or the x32 table jump to the end.
    rows += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _DENY)]
    return b"".join(struct.pack("HBBI", *row) for row in rows)
