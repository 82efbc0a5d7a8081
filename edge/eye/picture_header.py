"""What a picture says of itself in its first bytes: kind, size, which way up, whether it is whole.

Read before a decoder sees it, so that a file of a few kilobytes that claims to be gigabytes takes
no memory, and so that a cut-off file can be told from a damaged one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Literal

import msgspec

Kind = Literal["JPEG", "PNG", "WebP", "BMP", "GIF", "TIFF"]
_UPRIGHT = 1
_ORIENTATION = 274
_STEPS = 500_000
"""Through one file: a hostile one is cut into millions of pieces, and each takes its time."""
_WANTED = frozenset({256, 257, 273, _ORIENTATION, 279, 324, 325, 338, 339})
"""TIFF's tags for size, pixels (in strips or tiles), alpha and form."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 16: 8}
"""Bytes of TIFF's whole numbers by type."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's markers that carry the size."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""JPEG's markers without a length."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What can be known without decoding."""

    kind: Kind
    width: int = 0
    """As stored, before it is turned; 0 where the file ends earlier."""
    height: int = 0
    orientation: int = _UPRIGHT
    """EXIF's number, 1–8."""
    whole: bool = True
    """False where the file ends before its picture does."""
    alpha: bool = False
    floating: bool = False
    """Its samples are no whole numbers."""


def read_header(data: bytes) -> Header | None:
    """None where these bytes begin like no picture of a kind we know."""
    for kind, begins, read in _KINDS:
        if begins(data):
            try:
                return read(data)
            except (struct.error, IndexError):
                return Header(kind=kind, whole=False)
    return None


def _jpeg(data: bytes) -> Header:
    at, width, height, orientation = 2, 0, 0, _UPRIGHT
    for _ in range(_STEPS):
        marker = data[at + 1]
        if data[at] != 0xFF:
            break
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in _ALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
        elif marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            orientation = _exif(data[at + 10 : at + 2 + length])
        elif marker == 0xDA:
            # In the pixels 0xFF is never followed by 0xD9, which ends the picture.
            whole = data.find(b"\xff\xd9", at + 2 + length) >= 0
            return Header(
                kind="JPEG", width=width, height=height, orientation=orientation, whole=whole
            )
        at += 2 + length
    return Header(kind="JPEG", width=width, height=height)  # damaged; the decoder says so


def _png(data: bytes) -> Header:
    width, height, _depth, colour = struct.unpack_from(">IIBB", data, 16)
    at, orientation, alpha = 8, _UPRIGHT, colour in (4, 6)
    for _ in range(_STEPS):
        length, name = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if name == b"eXIf":
            orientation = _exif(data[body : body + length])
        alpha = alpha or name == b"tRNS"
        at = body + length + 4
        if at > len(data) or name == b"IEND":
            return Header(
                kind="PNG",
                width=width,
                height=height,
                orientation=orientation,
                alpha=alpha,
                whole=at <= len(data),
            )
    return Header(kind="PNG", width=width, height=height)


def _webp(data: bytes) -> Header:
    (size,) = struct.unpack_from("<I", data, 4)
    whole = len(data) >= min(size + 8, size + (size & 1) + 8)
    first = data[12:16]
    if first == b"VP8X":
        flags = data[20]
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
        orientation = _webp_orientation(data) if flags & 0x08 else _UPRIGHT
        return Header(
            kind="WebP",
            width=width,
            height=height,
            orientation=orientation,
            alpha=bool(flags & 0x10),
            whole=whole and len(data) >= 30,
        )
    if first == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        return Header(
            kind="WebP", width=width, height=height, alpha=bool(bits >> 28 & 1), whole=whole
        )
    width, height = struct.unpack_from("<HH", data, 26)
    return Header(kind="WebP", width=width & 0x3FFF, height=height & 0x3FFF, whole=whole)


def _webp_orientation(data: bytes) -> int:
    at = 12
    for _ in range(_STEPS):
        name, length = struct.unpack_from("<4sI", data, at)
        if name == b"EXIF":
            return _exif(data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"))
        at += 8 + length + (length & 1)
        if at + 8 > len(data):
            break
    return _UPRIGHT


def _bmp(data: bytes) -> Header:
    (pixels_at, length) = struct.unpack_from("<II", data, 10)
    if length == 12:  # OS/2's
        width, height, _planes, depth = struct.unpack_from("<HHHH", data, 18)
        packed = 0
    else:
        width, height, _planes, depth, packed = struct.unpack_from("<iiHHI", data, 18)
    width, height = abs(width), abs(height)
    row = (width * depth + 31) // 32 * 4
    whole = bool(packed in (1, 2)) or len(data) >= pixels_at + row * height
    return Header(kind="BMP", width=width, height=height, whole=whole)


def _gif(data: bytes) -> Header:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _gif_colours(flags)
    for _ in range(_STEPS):
        begin = data[at]
        if begin == 0x21:  # an extension
            at = _gif_blocks(data, at + 2)
        elif begin == 0x2C:  # the first picture
            at = _gif_blocks(data, at + 11 + _gif_colours(data[at + 9]))
            return Header(kind="GIF", width=width, height=height, whole=at <= len(data))
        else:
            break
    return Header(kind="GIF", width=width, height=height)


def _gif_colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _gif_blocks(data: bytes, at: int) -> int:
    for _ in range(_STEPS):
        if not data[at]:
            break
        at += 1 + data[at]
    return at + 1


def _tiff(data: bytes) -> Header:
    tags = _tags(data)
    has = {tag: numbers[0] for tag, numbers in tags.items() if numbers}
    ends = [
        start + size
        for start, size in zip(
            tags.get(273, tags.get(324, ())), tags.get(279, tags.get(325, ())), strict=False
        )
    ]
    return Header(
        kind="TIFF",
        width=has.get(256, 0),
        height=has.get(257, 0),
        orientation=_known(has.get(_ORIENTATION, _UPRIGHT)),
        alpha=338 in has,
        floating=has.get(339, 1) == 3,
        whole=bool(ends) and max(ends) <= len(data),
    )


def _exif(data: bytes) -> int:
    """The orientation in a block of EXIF, which is a small TIFF; upright where it is broken."""
    try:
        numbers = _tags(data).get(_ORIENTATION)
    except (struct.error, IndexError):
        return _UPRIGHT
    return _known(numbers[0]) if numbers else _UPRIGHT


def _known(orientation: int) -> int:
    return orientation if 1 <= orientation <= 8 else _UPRIGHT


def _tags(data: bytes) -> dict[int, tuple[int, ...]]:
    """The first folder of a TIFF: its whole numbers by tag."""
    order = "<" if data[:2] == b"II" else ">"
    magic, at = struct.unpack_from(f"{order}HI", data, 2)
    if magic != 42:
        raise IndexError("no TIFF that we read")
    (count,) = struct.unpack_from(f"{order}H", data, at)
    tags: dict[int, tuple[int, ...]] = {}
    for number in range(count):
        place = at + 2 + 12 * number
        tag, form, amount = struct.unpack_from(f"{order}HHI", data, place)
        size = _SIZES.get(form)
        if tag not in _WANTED or tag in tags or size is None or not 0 < amount <= _STEPS:
            continue
        if amount * size <= 4:
            where = place + 8
        else:
            (where,) = struct.unpack_from(f"{order}I", data, place + 8)
        letter = {1: "B", 2: "H", 4: "I", 8: "Q"}[size]
        tags[tag] = struct.unpack_from(f"{order}{amount}{letter}", data, where)
    return tags


_KINDS: tuple[tuple[Kind, Callable[[bytes], bool], Callable[[bytes], Header]], ...] = (
    ("JPEG", lambda data: data[:3] == b"\xff\xd8\xff", _jpeg),
    ("PNG", lambda data: data[:8] == b"\x89PNG\r\n\x1a\n", _png),
    ("WebP", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", _webp),
    ("BMP", lambda data: data[:2] == b"BM" and data[6:10] == b"\0\0\0\0", _bmp),
    ("GIF", lambda data: data[:6] in (b"GIF87a", b"GIF89a"), _gif),
    ("TIFF", lambda data: data[:4] in (b"II*\0", b"MM\0*"), _tiff),
)
