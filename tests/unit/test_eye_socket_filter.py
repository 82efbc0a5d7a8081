"""What the filter's program answers, run here on both architectures by a small interpreter."""

from __future__ import annotations

import struct

import pytest

from edge.eye import socket_filter

MACHINES = sorted(socket_filter.MACHINES)
UNIX, INET, NETLINK = 1, 2, 16
ALLOWED, REFUSED = 0x7FFF0000, 0x00050001


def answer(program: bytes, number: int, arch: int, first_argument: int = 0) -> int:
    """What the kernel would be told about this call."""
    data = struct.pack("<IIQ6Q", number, arch, 0, first_argument, *[0] * 5)
    accumulator, line = 0, 0
    while True:
        code, if_true, if_false, operand = struct.unpack_from("HBBI", program, 8 * line)
        line += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, operand)
            case 0x15:
                line += if_true if accumulator == operand else if_false
            case 0x35:
                line += if_true if accumulator >= operand else if_false
            case 0x06:
                return int(operand)
            case _:
                pytest.fail(f"instruction {code:#x} is not known here")


@pytest.mark.parametrize("machine", MACHINES)
def test_only_two_families_of_sockets_are_allowed(machine: str) -> None:
    calls = socket_filter.MACHINES[machine]
    program = socket_filter.program(calls)
    for call in (calls.socket, calls.socketpair):
        for family in range(64):
            expected = ALLOWED if family in (UNIX, NETLINK) else REFUSED
            assert answer(program, call, calls.arch, family) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_the_high_half_of_the_argument_does_not_matter(machine: str) -> None:
    """The kernel takes the family as an int, and so does the filter."""
    calls = socket_filter.MACHINES[machine]
    program = socket_filter.program(calls)
    assert answer(program, calls.socket, calls.arch, INET | 1 << 32) == REFUSED
    assert answer(program, calls.socket, calls.arch, UNIX | 1 << 32) == ALLOWED


@pytest.mark.parametrize("machine", MACHINES)
def test_all_other_calls_pass_but_the_ways_round(machine: str) -> None:
    calls = socket_filter.MACHINES[machine]
    program = socket_filter.program(calls)
    for number in set(range(500)) - {calls.socket, calls.socketpair}:
        expected = REFUSED if number in calls.refused else ALLOWED
        assert answer(program, number, calls.arch) == expected
    assert len(calls.refused) == 3


@pytest.mark.parametrize("machine", MACHINES)
def test_other_ways_into_the_kernel_are_refused(machine: str) -> None:
    calls = socket_filter.MACHINES[machine]
    program = socket_filter.program(calls)
    i386, arm = 0x40000003, 0x40000028
    for arch in (i386, arm):
        assert answer(program, calls.socket, arch, UNIX) == REFUSED
    x32 = 0x40000000
    assert answer(program, x32 + calls.socket, calls.arch, UNIX) == REFUSED
    assert answer(program, x32, calls.arch) == REFUSED


def test_each_machines_numbers_are_its_own() -> None:
    """As the kernel's tables have them (arch/x86/entry/syscalls, asm-generic/unistd.h)."""
    x86, arm = socket_filter.MACHINES["x86_64"], socket_filter.MACHINES["aarch64"]
    assert (x86.socket, x86.socketpair, x86.seccomp) == (41, 53, 317)
    assert (arm.socket, arm.socketpair, arm.seccomp) == (198, 199, 277)
    assert x86.refused == (425, 308, 438)
    assert arm.refused == (425, 268, 438)
