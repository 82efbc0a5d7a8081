"""The seccomp filter that lets a process open AF_UNIX and AF_NETLINK sockets only.

The program is written by hand, because it is forty instructions and saves a dependency. It looks
at the number of each system call and, for `socket`, at the first argument. It holds for all
threads, for all children, and for good.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
import sys
from typing import NamedTuple

from edge.errors import IsolationError

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_TSYNC = 1

_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM

# struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6]
_NUMBER_AT = 0
_ARCH_AT = 4
_FIRST_ARGUMENT_AT = 16 if sys.byteorder == "little" else 20

_X32 = 0x40000000
"""Calls from here on are x86_64's second way in, with numbers of its own."""


class Calls(NamedTuple):
    """The numbers of one architecture's system calls."""

    arch: int
    socket: int
    socketpair: int
    seccomp: int
    refused: tuple[int, ...]
    """Ways round the filter: io_uring (opens sockets too), setns (back into the old network),
    pidfd_getfd (somebody else's socket)."""


MACHINES = {
    "x86_64": Calls(0xC000003E, 41, 53, 317, (425, 308, 438)),
    "aarch64": Calls(0xC00000B7, 198, 199, 277, (425, 268, 438)),
}


def install() -> bool:
    """Whether the filter is in force now, in all threads of this process."""
    calls = MACHINES.get(os.uname().machine)
    if calls is None or sys.maxsize < 2**32:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    code = program(calls)
    instructions = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: unsigned short len; struct sock_filter *filter
    whole = struct.pack("HP", len(code) // 8, ctypes.addressof(instructions))
    answer = libc.syscall(
        ctypes.c_long(calls.seccomp),
        ctypes.c_uint(_SECCOMP_SET_MODE_FILTER),
        ctypes.c_uint(_SECCOMP_FILTER_FLAG_TSYNC),
        ctypes.create_string_buffer(whole, len(whole)),
    )
    if answer > 0:
        raise IsolationError(f"Thread {answer} cannot take the socket filter; no camera is opened.")
    return bool(answer == 0)


def program(calls: Calls) -> bytes:
    """The filter as the kernel takes it, eight bytes an instruction."""
    lines: list[tuple[int, int, str | None, str | None]] = [
        (_LOAD_WORD, _ARCH_AT, None, None),
        (_JUMP_IF_EQUAL, calls.arch, None, "refuse"),  # 32-bit calls have other numbers
        (_LOAD_WORD, _NUMBER_AT, None, None),
        (_JUMP_IF_AT_LEAST, _X32, "refuse", None),
        *((_JUMP_IF_EQUAL, number, "refuse", None) for number in calls.refused),
        (_JUMP_IF_EQUAL, calls.socket, "family", None),
        (_JUMP_IF_EQUAL, calls.socketpair, "family", "allow"),
    ]
    family = len(lines)
    lines += [
        (_LOAD_WORD, _FIRST_ARGUMENT_AT, None, None),
        (_JUMP_IF_EQUAL, socket.AF_UNIX, "allow", None),
        (_JUMP_IF_EQUAL, socket.AF_NETLINK, "allow", None),
    ]
    places = {"family": family, "refuse": len(lines), "allow": len(lines) + 1}
    lines += [(_RETURN, _REFUSE, None, None), (_RETURN, _ALLOW, None, None)]
    return b"".join(
        # struct sock_filter: u16 code; u8 jump if true; u8 jump if false; u32 operand
        struct.pack("HBBI", code, _leap(places, here, yes), _leap(places, here, no), operand)
        for here, (code, operand, yes, no) in enumerate(lines)
    )


def _leap(places: dict[str, int], here: int, target: str | None) -> int:
    """How many instructions to jump over; none where the next one is meant."""
    return 0 if target is None else places[target] - here - 1
