"""A song's id: a hash of its sound alone, which outlives moving, renaming and retagging.

Each container keeps the sound apart from the tags; only the sound is hashed: its length and three
slices, for reading whole songs would take hours on a memory card. Two copies have one id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from edge.library.ogg import last_alike, page_at, tail
from edge.library.window import Window

SLICE = 16 * 1024
"""Bytes hashed at the start, in the middle and at the end of the sound."""
DIGITS = 24
MOST_CHUNKS = 10_000
"""A file of more atoms than this is made to keep its reader busy."""
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_NO_GRANULE = (0, (1 << 64) - 1)

Span = tuple[int, int]
"""First byte, and the byte after the last."""


def song_id(path: Path) -> str:
    """24 hexadecimal digits."""
    with path.open("rb") as file:
        return id_of(Window(file))


def id_of(window: Window) -> str:
    """The same of a file that is open."""
    size = window.size
    start = _after_id3(window, size)
    digest = hashlib.sha256()
    if window.at(start, 4) == b"OggS":
        _hash_ogg(window, start, size, digest.update)
    else:
        span = _sound(window, start, size)
        digest.update(str(span[1] - span[0]).encode())
        _hash_slices(window, span, digest.update)
    return digest.hexdigest()[:DIGITS]


def content_of(window: Window) -> str:
    """Of all that is in the file, tags too: its size and three slices."""
    size = window.size
    digest = hashlib.sha256(str(size).encode())
    _hash_slices(window, (0, size), digest.update)
    return digest.hexdigest()[:DIGITS]


def _sound(window: Window, start: int, size: int) -> Span:
    """Where the sound stands; the whole file where the container is not known."""
    head = window.at(start, 16)
    if head[:4] == b"fLaC":
        return _flac(window, start + 4, size)
    if head[4:8] == b"ftyp":
        found = _chunk(_mp4_atoms(window, start, size), b"mdat")
    elif head[:4] in (b"RIFF", b"FORM"):
        little = head[:4] == b"RIFF"
        found = _chunk(
            _iff_chunks(window, start + 12, size, little), b"data" if little else b"SSND"
        )
    elif head == bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"):
        found = _chunk(_asf_objects(window, start, size), _ASF_DATA)
    else:
        found = None
    return found or (start, max(start, _before_trailing_tags(window, start, size)))


def _hash_slices(window: Window, span: Span, update: Callable[[bytes], None]) -> None:
    start, end = span
    if end - start <= 3 * SLICE:
        update(window.at(start, end - start))
        return
    for place in (start, (start + end - SLICE) // 2, end - SLICE):
        update(window.at(place, SLICE))


def _chunk(chunks: Iterator[tuple[bytes, Span]], wanted: bytes) -> Span | None:
    few = islice(chunks, MOST_CHUNKS)
    return next((span for name, span in few if name == wanted), None)


def _after_id3(window: Window, size: int) -> int:
    """The first byte after all ID3v2 tags at the start."""
    place = 0
    while place < size:
        head = window.at(place, 10)
        if len(head) < 10 or head[:3] != b"ID3":
            break
        length = sum(
            (byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True)
        )
        place += 10 + length + (10 if head[5] & 0x10 else 0)
    # Some writers leave zeros between the tag and the first frame.
    return min(place, size)


def _before_trailing_tags(window: Window, start: int, size: int) -> int:
    """The byte after the sound: before ID3v1 and APEv2 at the end, in whatever order."""
    end = size
    while True:
        if end - start >= 128 and window.at(end - 128, 3) == b"TAG":
            end -= 128
            continue
        footer = window.at(end - 32, 32) if end - start >= 32 else b""
        if footer[:8] != b"APETAGEX":
            return end
        length = int.from_bytes(footer[12:16], "little")
        header = 32 if int.from_bytes(footer[20:24], "little") & 0x80000000 else 0
        if not 32 <= length + header <= end - start:
            return end
        end -= length + header


def _flac(window: Window, place: int, size: int) -> Span:
    """After the last metadata block."""
    while place < size:
        head = window.at(place, 4)
        if len(head) < 4:
            break
        place += 4 + int.from_bytes(head[1:], "big")
        if head[0] & 0x80:
            break
    return min(place, size), _before_trailing_tags(window, min(place, size), size)


def _mp4_atoms(window: Window, place: int, size: int) -> Iterator[tuple[bytes, Span]]:
    while place + 8 <= size:
        head = window.at(place, 16)
        length, start = int.from_bytes(head[:4], "big"), place + 8
        if length == 1:
            length, start = int.from_bytes(head[8:16], "big"), place + 16
        end = size if length == 0 else min(size, place + length)
        if end < start:
            return
        yield head[4:8], (start, end)
        place = end


def _iff_chunks(
    window: Window, place: int, size: int, little: bool
) -> Iterator[tuple[bytes, Span]]:
    while place + 8 <= size:
        head = window.at(place, 8)
        length = int.from_bytes(head[4:], "little" if little else "big")
        yield head[:4], (place + 8, min(size, place + 8 + length))
        place += 8 + length + length % 2


def _asf_objects(window: Window, place: int, size: int) -> Iterator[tuple[bytes, Span]]:
    while place + 24 <= size:
        head = window.at(place, 24)
        length = int.from_bytes(head[16:], "little")
        if length < 24:
            return
        yield head[:16], (place + 24, min(size, place + length))
        place += length


def _hash_ogg(window: Window, start: int, size: int, update: Callable[[bytes], None]) -> None:
    """Payloads only, without comment header: retagging renumbers the pages and shifts them."""
    taken, place = 0, start
    for _ in range(MOST_CHUNKS):
        page = page_at(window, place)
        if page is None:
            break
        if taken == 0 and page.granule in _NO_GRANULE:
            place = last_alike(window, page).end
            continue
        payload = window.at(page.start, min(page.end, size) - page.start)
        update(payload)
        taken += len(payload)
        if taken >= 2 * SLICE:
            break
        place = page.end
    _, end = tail(window)
    if end:
        # The granule of the last page is the length of the song.
        update(end[6:14])
        segments = end[26] if len(end) > 26 else 0
        update(end[27 + segments :])
