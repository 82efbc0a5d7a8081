"""The pages of an Ogg file, one after the other, and leaps over those that are alike."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from edge.library.window import Window

_HEAD = 27 + 255
_NEAR_END, _END = 16 * 1024, 128 * 1024
"""Where the last page is looked for; a page has at most 65,307 bytes."""
_MOST = 2000
"""A packet of more pieces than this is made to keep its reader busy."""
_LAST = 4
_LIKELY = 16
"""Pages alike, where there are any: a cover of a megabyte."""


class Page(NamedTuple):
    """One page, without what is in it."""

    place: int
    serial: bytes
    sequence: int
    granule: int
    lacing: bytes
    start: int
    """Where its payload begins."""
    end: int
    """Where the next page begins."""
    ends_stream: bool


def page_at(window: Window, place: int) -> Page | None:
    """The page that begins there; None where none does."""
    return _page(window.at(place, _HEAD), place)


def _page(head: bytes, place: int) -> Page | None:
    if len(head) < 27 or head[:4] != b"OggS":
        return None
    lacing = head[27 : 27 + head[26]]
    start = place + 27 + len(lacing)
    return Page(
        place,
        head[14:18],
        int.from_bytes(head[18:22], "little"),
        int.from_bytes(head[6:14], "little"),
        lacing,
        start,
        start + sum(lacing),
        bool(head[5] & _LAST),
    )


def last_alike(window: Window, page: Page) -> Page:
    """The last of the pages of one size that follow this one, found in a few looks.

    A packet of megabytes stands on pages alike but for the last. A page that stands so many sizes
    further, and is numbered so, has only such pages before it.
    """
    known: Page | None = window.leaps.get(page.place)
    if known is not None:
        return known
    size, step, rising, alike = page.end - page.place, _LIKELY, True, 0
    count = page.start - page.place
    head = window.at(page.place, count)
    while step and page.lacing[-1:] == b"\xff":
        place = page.place + (alike + step) * size
        there = window.at(place, count) if place < window.size else b""
        number = (page.sequence + alike + step).to_bytes(4, "little")
        # All but the kind of page, the number and the checksum.
        same = there[6:18] == head[6:18] and there[18:22] == number and there[26:] == head[26:]
        if same and there[:4] == head[:4]:
            alike += step
            step = step * 2 if rising else step // 2
        else:
            step, rising = step // 2, False
    last = page_at(window, page.place + alike * size) if alike else page
    window.leaps[page.place] = last or page
    return last or page


def tail(window: Window) -> tuple[int, bytes]:
    """The end of the file from its last page on, and where that begins; empty where none is."""
    for count in (_NEAR_END, _END):
        start = max(0, window.size - count)
        data = window.at(start, count)
        last = data.rfind(b"OggS")
        if last >= 0:
            return start + last, data[last:]
    return window.size, b""


def last_page(window: Window) -> Page | None:
    place, data = tail(window)
    return _page(data[:_HEAD], place)


class _Span(NamedTuple):
    """Pieces of a packet on pages alike."""

    start: int
    length: int
    stride: int
    """From one piece to the next in the file."""
    number: int


class Packet:
    """A packet that goes over many pages, read in places."""

    def __init__(self, window: Window, spans: list[_Span], place: int, end: int) -> None:
        self.place, self.end = place, end
        """Of its pages in the file."""
        self._window, self._spans, self._starts = window, spans, [0]
        for span in spans:
            self._starts.append(self._starts[-1] + span.length * span.number)
        self.size = self._starts[-1]

    def read(self, place: int, count: int) -> bytes:
        first = self._spans[0]
        if first.number == 1 and place + count <= first.length:
            return self._window.at(first.start + place, count)
        parts = []
        while count > 0 and place < self.size:
            index = bisect_right(self._starts, place) - 1
            span = self._spans[index]
            piece, skip = divmod(place - self._starts[index], span.length)
            start = span.start + piece * span.stride + skip
            part = self._window.at(start, min(count, span.length - skip))
            if not part:
                break
            parts.append(part)
            place, count = place + len(part), count - len(part)
        return b"".join(parts)


def second_packet(window: Window, first: Page) -> Packet | None:
    """The one that begins on the page after this; it holds the comments."""
    second = page_at(window, first.end)
    spans: list[_Span] = []
    page = second
    while second is not None and page is not None and len(spans) < _MOST:
        if page.end > window.size or page.serial != first.serial:
            return None
        last = last_alike(window, page)
        if last.place > page.place:
            stride = page.end - page.place
            number = (last.place - page.place) // stride
            spans.append(_Span(page.start, page.end - page.start, stride, number))
        count, over = _first_piece(last.lacing)
        spans.append(_Span(last.start, count, count, 1))
        if over:
            return Packet(window, spans, second.place, last.end)
        page = page_at(window, last.end)
    return None


def _first_piece(lacing: bytes) -> tuple[int, bool]:
    """How long the piece is that begins the page, and whether its packet ends there."""
    count = 0
    for segment in lacing:
        count += segment
        if segment < 255:
            return count, True
    return count, False
