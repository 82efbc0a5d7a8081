"""What Linux's video devices (V4L2) can be asked, as the kernel's header words it.

Numbers and layouts are those of <linux/videodev2.h> on 64-bit machines, where x86_64 and aarch64
agree. Asked through `fcntl.ioctl`, so that the process that holds a camera needs no OpenCV.
"""

from __future__ import annotations

import errno
import fcntl
import itertools
import struct
from collections.abc import Iterator
from typing import NamedTuple

VIDEO_CAPTURE = 1
"""V4L2_BUF_TYPE_VIDEO_CAPTURE: the kind of queue that cameras have."""
MMAP = 1
"""V4L2_MEMORY_MMAP: the driver's own buffers, shown to us."""
BUFFER_ERROR = 0x40
"""V4L2_BUF_FLAG_ERROR: the picture in this buffer came damaged."""

CAN_CAPTURE = 0x1
CAN_STREAM = 0x04000000
IS_CODEC = 0x8000
"""V4L2_CAP_VIDEO_M2M: turns pictures into others and sees nothing itself."""
_HAS_DEVICE_CAPS = 0x80000000
_CAN_SET_RATE = 0x1000
_PROGRESSIVE = 1

QUERYCAP = 0x80685600
ENUM_FMT = 0xC0405602
G_FMT = 0xC0D05604
S_FMT = 0xC0D05605
REQBUFS = 0xC0145608
QUERYBUF = 0xC0585609
QBUF = 0xC058560F
DQBUF = 0xC0585611
STREAMON = 0x40045612
STREAMOFF = 0x40045613
S_PARM = 0xC0CC5616
ENUM_FRAMESIZES = 0xC02C564A

_CAPABILITY = struct.Struct("16s32s32sIII12x")
_FMTDESC = struct.Struct("III32s4s16x")
_FORMAT = struct.Struct("I4xII4sIII176x")
"""type; width, height, pixelformat, field, bytesperline, sizeimage of v4l2_pix_format."""
_REQUEST = struct.Struct("IIII4x")
_BUFFER = struct.Struct("IIIII4x16x16xIIQI12x")
"""index, type, bytesused, flags, field; sequence, memory, m.offset, length."""
_PARM = struct.Struct("IIIII184x")
"""type; capability, capturemode, and the two numbers of timeperframe."""
_FRAMESIZE = struct.Struct("I4sI6I8x")

_DISCRETE = 1
_USUAL_SIZES = ((320, 240), (640, 480), (1280, 720), (1920, 1080))
_MOST = 64
"""A driver that goes on for ever when asked for its formats or sizes is stopped here."""


class Capability(NamedTuple):
    """Who a device says it is."""

    driver: str
    card: str
    can: int

    @property
    def captures(self) -> bool:
        """Whether it is a camera's picture queue: no codec, no description of pictures."""
        wanted = CAN_CAPTURE | CAN_STREAM
        return self.can & wanted == wanted and not self.can & IS_CODEC


class Format(NamedTuple):
    """What the pictures of a device look like."""

    width: int
    height: int
    pixels: str
    """Four letters: MJPG, YUYV …"""
    row_bytes: int
    most_bytes: int


class Buffer(NamedTuple):
    """One place for a picture in the driver's memory."""

    number: int
    used: int
    flags: int
    offset: int
    length: int


def capability(fd: int) -> Capability:
    """What the device is; OSError where it is no video device."""
    answer = _ask(fd, QUERYCAP, bytes(_CAPABILITY.size))
    driver, card, _bus, _version, whole, own = _CAPABILITY.unpack(answer)
    return Capability(_text(driver), _text(card), own if whole & _HAS_DEVICE_CAPS else whole)


def pixel_formats(fd: int) -> list[str]:
    """The four letters of each format that the device gives, in its own order."""
    found = []
    for index in range(_MOST):
        try:
            answer = _ask(fd, ENUM_FMT, _FMTDESC.pack(index, VIDEO_CAPTURE, 0, b"", b""))
        except OSError:
            break  # EINVAL after the last
        found.append(_text(_FMTDESC.unpack(answer)[4]))
    return found


def sizes(fd: int, pixels: str) -> list[tuple[int, int]]:
    """The sizes of one format, smallest first; of a range the usual ones within it."""
    return sorted(set(itertools.islice(_sizes(fd, pixels), _MOST)))


def _sizes(fd: int, pixels: str) -> Iterator[tuple[int, int]]:
    for index in range(_MOST):
        question = _FRAMESIZE.pack(index, pixels.encode("ascii"), 0, *[0] * 6)
        try:
            answer = _ask(fd, ENUM_FRAMESIZES, question)
        except OSError:
            return
        _, _, kind, *numbers = _FRAMESIZE.unpack(answer)
        if kind == _DISCRETE:
            yield numbers[0], numbers[1]
            continue
        least_w, most_w, _, least_h, most_h, _ = numbers
        for width, height in _USUAL_SIZES:
            if least_w <= width <= most_w and least_h <= height <= most_h:
                yield width, height
        return


def present_format(fd: int) -> Format:
    """What it gives now."""
    question = _FORMAT.pack(VIDEO_CAPTURE, 0, 0, b"", 0, 0, 0)
    return _format(_ask(fd, G_FMT, question))


def set_format(fd: int, width: int, height: int, pixels: str) -> Format:
    """Ask for these pictures; what the device will give instead, where it cannot."""
    letters = pixels.encode("ascii")
    return _format(
        _ask(fd, S_FMT, _FORMAT.pack(VIDEO_CAPTURE, width, height, letters, _PROGRESSIVE, 0, 0))
    )


def set_rate(fd: int, rate: int) -> float | None:
    """Ask for so many pictures a second; the rate it will give, None where it does not say."""
    try:
        answer = _ask(fd, S_PARM, _PARM.pack(VIDEO_CAPTURE, _CAN_SET_RATE, 0, 1, rate))
    except OSError:
        return None  # many drivers have one rate and no question for it
    _, _, _, numerator, denominator = _PARM.unpack(answer)
    return denominator / numerator if numerator and denominator else None


def request_buffers(fd: int, count: int) -> int:
    """So many places for pictures, or as many as the driver makes; 0 gives them back."""
    answer = _ask(fd, REQBUFS, _REQUEST.pack(count, VIDEO_CAPTURE, MMAP, 0))
    return int(_REQUEST.unpack(answer)[0])


def query_buffer(fd: int, index: int) -> Buffer:
    """Where one of them lies."""
    return _buffer(_ask(fd, QUERYBUF, _pack_buffer(index)))


def queue(fd: int, index: int) -> None:
    """Hand a place to the driver, to put a picture in."""
    _ask(fd, QBUF, _pack_buffer(index))


def dequeue(fd: int) -> Buffer | None:
    """The next place with a picture in it; None while there is none."""
    try:
        return _buffer(_ask(fd, DQBUF, _pack_buffer(0)))
    except BlockingIOError:
        return None


def start_stream(fd: int) -> None:
    _ask(fd, STREAMON, struct.pack("I", VIDEO_CAPTURE))


def stop_stream(fd: int) -> None:
    _ask(fd, STREAMOFF, struct.pack("I", VIDEO_CAPTURE))


def _ask(fd: int, request: int, question: bytes) -> bytes:
    """One ioctl; the structure as the kernel filled it."""
    while True:
        try:
            return fcntl.ioctl(fd, request, question)
        except OSError as error:
            if error.errno != errno.EINTR:
                raise


def _pack_buffer(index: int) -> bytes:
    return _BUFFER.pack(index, VIDEO_CAPTURE, 0, 0, 0, 0, MMAP, 0, 0)


def _buffer(answer: bytes) -> Buffer:
    index, _, used, flags, _, _, _, offset, length = _BUFFER.unpack(answer)
    return Buffer(index, used, flags, offset, length)


def _format(answer: bytes) -> Format:
    _, width, height, pixels, _, row_bytes, most_bytes = _FORMAT.unpack(answer)
    return Format(width, height, _text(pixels), row_bytes, most_bytes)


def _text(letters: bytes) -> str:
    return letters.partition(b"\0")[0].decode("ascii", "replace").strip()
