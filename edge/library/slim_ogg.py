"""The comments of an Ogg file without its cover pictures, which go over a hundred pages."""

from __future__ import annotations

import os
from bisect import bisect_right
from typing import BinaryIO, NamedTuple

from edge.library.ogg import Page, last_alike, page_at

_BIG = 48 * 1024
"""A smaller comment is cheaper read than left out."""
_MOST = 2000
"""A file of more pieces than this is made to keep its reader busy."""
_FULL_PAYLOAD = 255 * 255

Edit = tuple[int, int, bytes]
"""From this byte up to that one stands this instead."""


def ogg_edits(file: BinaryIO, size: int) -> list[Edit]:
    """The comments without the big ones, on one page that stands for all of theirs."""
    first = page_at(file, 0)
    second = first and page_at(file, first.end)
    if first is None or second is None or second.lacing[-1:] != b"\xff":
        return []  # the comments end on their first page
    spans: list[_Span] = []
    page: Page | None = second
    while page is not None and len(spans) < _MOST and page.end <= size:
        last = last_alike(file, page)
        stride = page.end - page.place
        if last.place > page.place:
            number = (last.place - page.place) // stride
            spans.append(_Span(page.start, page.end - page.start, stride, number))
        count, over = _first_packet(last.lacing)
        spans.append(_Span(last.start, count, count, 1))
        if over:
            return _one_page(file, second, last.end, _Packet(file, spans))
        page = page_at(file, last.end)
    return []


def _first_packet(lacing: bytes) -> tuple[int, bool]:
    """How long the piece is that begins the page, and whether its packet ends there."""
    count = 0
    for segment in lacing:
        count += segment
        if segment < 255:
            return count, True
    return count, False


def _one_page(file: BinaryIO, second: Page, end: int, packet: _Packet) -> list[Edit]:
    comments = _small_comments(packet) if packet.size >= _BIG else None
    if comments is None or len(comments) >= _FULL_PAYLOAD:
        return []
    lacing = b"\xff" * (len(comments) // 255) + bytes([len(comments) % 255])
    head = _at(file, second.place, 26)
    return [(second.place, end, head + bytes([len(lacing)]) + lacing + comments)]


class _Span(NamedTuple):
    """Pieces of a packet on pages alike."""

    start: int
    length: int
    stride: int
    """From one piece to the next in the file."""
    number: int


class _Packet:
    """A packet that goes over many pages, read in places."""

    def __init__(self, file: BinaryIO, spans: list[_Span]) -> None:
        self._file, self._spans, self._starts = file, spans, [0]
        for span in spans:
            self._starts.append(self._starts[-1] + span.length * span.number)
        self.size = self._starts[-1]

    def read(self, place: int, count: int) -> bytes:
        parts = []
        while count > 0 and place < self.size:
            index = bisect_right(self._starts, place) - 1
            span = self._spans[index]
            piece, skip = divmod(place - self._starts[index], span.length)
            start = span.start + piece * span.stride + skip
            part = _at(self._file, start, min(count, span.length - skip))
            if not part:
                break
            parts.append(part)
            place, count = place + len(part), count - len(part)
        return b"".join(parts)


def _small_comments(packet: _Packet) -> bytes | None:
    head = packet.read(0, 8)
    start = 8 if head == b"OpusTags" else 7 if head[:7] == b"\x03vorbis" else 0
    if not start:
        return None
    vendor = int.from_bytes(packet.read(start, 4), "little")
    if vendor > _BIG:
        return None
    place = start + 4 + vendor
    many = int.from_bytes(packet.read(place, 4), "little")
    place += 4
    kept = []
    for _ in range(min(many, _MOST)):
        count = int.from_bytes(packet.read(place, 4), "little")
        if place + 4 + count > packet.size:
            break
        if count < _BIG:
            kept.append(packet.read(place, 4 + count))
        place += 4 + count
    return b"".join(
        (packet.read(0, start + 4 + vendor), len(kept).to_bytes(4, "little"), *kept, b"\x01")
    )


def _at(file: BinaryIO, place: int, count: int) -> bytes:
    return os.pread(file.fileno(), count, place)  # past the buffer, as in ogg.py
