"""Tells what sort of picture a file holds, and whether it is whole, before anything decodes it.

Decoders read half a JPEG as half a grey picture and say nothing.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

Content = bytes | memoryview
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""Inside compressed data a 255 is followed by 0, or begins a restart marker."""


def jpeg_size(content: Content) -> tuple[int, int]:
    """Width and height as its head says; 0, 0 where it does not."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return 0, 0


def _jpeg(content: Content) -> bool:
    """Walks from marker to marker up to the end of the first picture; phones append videos."""
    at = 2
    while at + 4 <= len(content):
        marker = content[at + 1]
        if content[at] != 0xFF:
            return False
        if marker in (0x01, 0xFF) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == 0xD9:
            return True
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xDA:
            found = _NEXT_MARKER.search(content, at)
            if found is None:
                return False
            at = found.start()
    return bytes(content[at : at + 2]) == b"\xff\xd9"


def _png(content: Content) -> bool:
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if bytes(content[at + 4 : at + 8]) == b"IEND":
            return True
        at += 12 + length
    return False


def _webp(content: Content) -> bool:
    return int.from_bytes(content[4:8], "little") + 8 <= len(content) + 1


def _bmp(content: Content) -> bool:
    """Its size stands in the head, and in some files is left at nothing."""
    return int.from_bytes(content[2:6], "little") <= len(content)


def _tiff(content: Content) -> bool:
    """Its directory is often the last thing in it."""
    order = "little" if bytes(content[:2]) == b"II" else "big"
    return int.from_bytes(content[4:8], order) + 2 <= len(content)  # type: ignore[arg-type]  # mypy sees no Literal


_KINDS: dict[str, tuple[re.Pattern[bytes], Callable[[Content], bool]]] = {
    "jpeg": (re.compile(rb"\xff\xd8\xff"), _jpeg),
    "png": (re.compile(rb"\x89PNG\r\n\x1a\n"), _png),
    "webp": (re.compile(rb"RIFF....WEBP", re.DOTALL), _webp),
    "bmp": (re.compile(rb"BM"), _bmp),
    "tiff": (re.compile(rb"II\*\0|MM\0\*"), _tiff),
}


def kind_of(content: Content) -> str | None:
    """jpeg, png, webp, bmp or tiff; None where its first bytes are of none of them."""
    for kind, (signature, _) in _KINDS.items():
        if signature.match(content):
            return kind
    return None


def is_whole(content: Content, kind: str) -> bool:
    """Whether nothing is missing at the end, as far as the file itself tells."""
    return _KINDS[kind][1](content)
