"""What eye and a capturing process say to each other; the pictures lie in memory that both see.

Each message is one packet of a Unix socket. From eye: the job as JSON, then an empty wish for each
picture. From the other: how far it has come, a picture's description, or why there is none.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
from typing import Any, NamedTuple

MOST_BYTES = 32 * 1024 * 1024
"""Room for one picture: 3840 × 2160 in RGB is 25 MB. Only what is written takes memory."""
LONGEST = 8192
"""Bytes of a message."""

STARTED, OPENED, FRAME, TROUBLE = b"S", b"O", b"F", b"E"
WISH = b"W"
_FRAME = struct.Struct("=III4sId")


class Frame(NamedTuple):
    """What the picture in the shared memory is."""

    width: int
    height: int
    pixels: str
    """Four letters as V4L2 has them: MJPG, YUYV, RGB3 …"""
    row_bytes: int
    """From one row to the next, of its first plane; 0 where the picture is compressed."""
    used: int
    """Bytes."""
    taken_at: float
    """Seconds of CLOCK_MONOTONIC."""

    def packed(self) -> bytes:
        letters = self.pixels.encode("ascii")
        return FRAME + _FRAME.pack(
            self.width, self.height, self.row_bytes, letters, self.used, self.taken_at
        )


def unpack_frame(message: bytes) -> Frame:
    width, height, row_bytes, letters, used, taken_at = _FRAME.unpack(message[1:])
    return Frame(width, height, letters.decode("ascii"), row_bytes, used, taken_at)


class Job(NamedTuple):
    """Which driver to run, as `module:class`, and what its constructor is given."""

    driver: str
    arguments: dict[str, Any]
    signs: tuple[str, str] | None = None
    """`isolation_signs` of eye, which its own child must show as well; None: it has a network."""

    def packed(self) -> bytes:
        return json.dumps(self).encode()


def unpack_job(message: bytes) -> Job:
    driver, arguments, signs = json.loads(message)
    return Job(driver, arguments, None if signs is None else (signs[0], signs[1]))


def make_memory() -> int:
    """Memory without a name, of fixed size; a file, but never on a disk."""
    memory = os.memfd_create("moodbox-picture", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(memory, MOST_BYTES)
    # Reading what the other end has cut off would end eye.
    fcntl.fcntl(memory, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    return memory


def make_link() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def isolation_signs() -> tuple[str, str]:
    """Which network this process is in, and which filter holds it, as the kernel says."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123 - pathlib would be 2 MB in a process of 10
        lines = [line for line in status if line.startswith(("Seccomp:", "NoNewPrivs:"))]
    return os.readlink("/proc/self/ns/net"), "".join(lines)  # noqa: PTH115 - likewise
