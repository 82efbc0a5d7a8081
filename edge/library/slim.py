"""A music file without its cover pictures, which cost more to read than all the rest.

What reads tags reads them whole, megabytes of cover included, and more than once. Here the big
pieces are left out, and the lengths that name them are made to fit; the file itself is untouched.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator
from typing import BinaryIO

from edge.library.slim_ogg import ogg_edits
from edge.library.window import Window

_BIG = 48 * 1024
"""A smaller piece is cheaper read than left out."""
_BIG_ATOM = 256 * 1024
"""Around the picture stand tables as well, which grow with the song."""
_MOST = 2000
"""A file of more pieces than this is made to keep its reader busy."""
_PICTURES_ID3 = frozenset((b"APIC", b"PIC", b"GEOB", b"PRIV"))
_PATH_TO_ILST = (b"moov", b"udta", b"meta", b"ilst")

Edit = tuple[int, int, bytes]
"""From this byte up to that one stands this instead."""


class Slim(io.RawIOBase):
    """The file with the edits made, which are in order and do not overlap."""

    def __init__(self, file: BinaryIO, size: int, edits: list[Edit]) -> None:
        super().__init__()
        self._file = file
        self._at = 0
        self._pieces: list[tuple[int, bytes | int, int]] = []  # where, bytes or offset, length
        self._starts: list[int] = []
        self._size = 0
        place = 0
        for start, end, instead in edits:
            self._add(place, start - place)
            self._add(instead, len(instead))
            place = end
        self._add(place, size - place)

    def _add(self, source: bytes | int, length: int) -> None:
        if length > 0:
            self._pieces.append((self._size, source, length))
            self._starts.append(self._size)
            self._size += length

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        place = offset + (0, self._at, self._size)[whence]
        if place < 0:
            raise OSError(22, "a place before the beginning")
        self._at = place
        return place

    def read(self, count: int | None = -1) -> bytes:
        end = self._size if count is None or count < 0 else min(self._size, self._at + count)
        parts = []
        while self._at < end:
            where, source, length = self._pieces[bisect_right(self._starts, self._at) - 1]
            skip = self._at - where
            take = min(length - skip, end - self._at)
            if isinstance(source, bytes):
                part = source[skip : skip + take]
            else:
                self._file.seek(source + skip)
                part = self._file.read(take)
            if not part:
                break
            parts.append(part)
            self._at += len(part)
        return b"".join(parts)


def slim(window: Window) -> BinaryIO | Slim:
    """The file itself where it has no big pictures."""
    head = window.at(0, 64)
    edits: list[Edit] = []
    if head[:3] == b"ID3":
        edits = _id3(window, 0, head)
    elif head[:4] == b"fLaC":
        edits = _flac(window)
    elif head[4:8] == b"ftyp":
        edits = _mp4(window)
    elif head[:4] == b"OggS":
        edits = ogg_edits(window)
    elif head[:4] in (b"RIFF", b"FORM"):
        edits = _iff(window, "little" if head[:4] == b"RIFF" else "big")
    window.file.seek(0)
    return Slim(window.file, window.size, edits) if edits else window.file


def _seven(data: bytes) -> int:
    """A number of which each byte holds seven bits."""
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number


def _as_seven(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _id3(window: Window, start: int, head: bytes) -> list[Edit]:
    """One edit for the whole tag: its header with a new length, and the frames that stay."""
    version, flags, length = head[3], head[5], _seven(head[6:10])
    # Unsynchronised as a whole, its frames cannot be told apart; nobody writes covers so today.
    if length < _BIG or version not in (2, 3, 4) or (flags & 0x80 and version < 4) or flags & 0x40:
        return []
    name, header = (3, 6) if version == 2 else (4, 10)
    kept = []
    place, end = start + 10, start + 10 + length
    for _ in range(_MOST):
        frame = window.at(place, header)
        if place + header > end or frame[:1] in (b"", b"\0"):
            break
        if not frame[:name].isalnum():
            return []
        numbers = frame[name : name + name]
        count = _seven(numbers) if version == 4 else int.from_bytes(numbers, "big")
        if place + header + count > end:
            return []  # an old iTunes counts with eight bits in 2.4, too; mutagen knows how
        if count < _BIG or frame[:name] not in _PICTURES_ID3:
            kept.append(frame + window.at(place + header, count))
        place += header + count
    body = b"".join(kept)
    return [(start, end, head[:6] + _as_seven(len(body)) + body)] if len(body) < length else []


def _flac(window: Window) -> list[Edit]:
    edits: list[Edit] = []
    place, kept = 4, None
    for _ in range(_MOST):
        head = window.at(place, 4)
        if len(head) < 4:
            return []
        end = place + 4 + int.from_bytes(head[1:], "big")
        last, kind = bool(head[0] & 0x80), head[0] & 0x7F
        if kind in (1, 2, 6) and end - place > _BIG and end <= window.size:
            edits.append((place, end, b""))
            if last and kept is not None:
                # The block before it is now the last one.
                edits.append((kept, kept + 1, bytes([window.at(kept, 1)[0] | 0x80])))
        else:
            kept = place
        place = end
        if last:
            return sorted(edits)
    return []


def _mp4(window: Window) -> list[Edit]:
    """The picture's atom goes, and all those around it become shorter by it."""
    around: list[tuple[int, int]] = []
    span = (0, window.size)
    for wanted in _PATH_TO_ILST:
        found = next((a for a in _atoms(window, *span) if a[0] == wanted and a[3] == 8), None)
        if found is None:
            return []
        _, start, end, _ = found
        if end - start < _BIG_ATOM:
            return []
        around.append((start, end - start))
        # `meta` alone has four more bytes before its children.
        span = (start + (12 if wanted == b"meta" else 8), end)
    gone = [
        (start, end, b"")
        for name, start, end, _ in _atoms(window, *span)
        if name == b"covr" and end - start > _BIG
    ]
    less = sum(end - start for start, end, _ in gone)
    if not gone:
        return []
    shorter = [(start, start + 4, (length - less).to_bytes(4, "big")) for start, length in around]
    return [*shorter, *gone]


def _atoms(window: Window, place: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Name, first byte, byte after the last, and length of the header."""
    for _ in range(_MOST):
        if place + 8 > end:
            return
        head = window.at(place, 16)
        length, header = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, header = int.from_bytes(head[8:16], "big"), 16
        after = end if length == 0 else place + length
        if after > end or after < place + header:
            return
        yield head[4:8], place, after, header
        place = after


def _iff(window: Window, order: str) -> list[Edit]:
    place = 12
    for _ in range(_MOST):
        head = window.at(place, 8 + 10)
        if len(head) < 18:
            return []
        length = int.from_bytes(head[4:8], order)  # type: ignore[arg-type]  # one of the two
        if head[:3].lower() == b"id3" and head[8:11] == b"ID3":
            return _iff_id3(window, place, length, head[8:], order)
        place += 8 + length + length % 2
        if place >= window.size:
            return []
    return []


def _iff_id3(window: Window, place: int, length: int, head: bytes, order: str) -> list[Edit]:
    edits = _id3(window, place + 8, head)
    if not edits:
        return []
    start, end, tag = edits[0]
    tag += b"\0" * (len(tag) % 2)
    left = max(0, length - (end - start)) + len(tag)
    return [(place + 4, place + 8, left.to_bytes(4, order)), (start, end, tag)]  # type: ignore[arg-type]
