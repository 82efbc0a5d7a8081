"""Comments of the usual FLAC, Vorbis and Opus files, and how long they last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from edge.library.fields import WANTED
from edge.library.ogg import last_page, page_at, second_packet
from edge.library.window import Window

_MOST: Final = 2000
_LONGEST: Final = 16 * 1024
"""A longer comment is a picture or the words of a song."""
_LONGEST_NAME: Final = 40
_STREAMINFO, _COMMENTS = 0, 4

Raw = dict[str, list[str]]
Read = Callable[[int, int], bytes]
"""So many bytes from this place."""


def flac_said(window: Window) -> tuple[Raw, float] | None:
    """None where there is more to it."""
    raw: Raw = {}
    seconds = None
    place = 4
    for _ in range(_MOST):
        head = window.at(place, 4)
        count = int.from_bytes(head[1:], "big")
        kind = head[0] & 0x7F
        if kind == _STREAMINFO:
            facts = int.from_bytes(window.at(place + 14, 8), "big")
            rate, samples = facts >> 44, facts & 0xFFFFFFFFF
            seconds = samples / rate if rate else None
        elif kind == _COMMENTS:
            raw = _comments(window.at, place + 4, place + 4 + count)
        place += 4 + count
        if place > window.size:
            return None
        if head[0] & 0x80:
            break
    return None if seconds is None else (raw, seconds)


def ogg_said(window: Window) -> tuple[Raw, float] | None:
    """Vorbis or Opus alone in its file."""
    first = page_at(window, 0)
    packet = first and second_packet(window, first)
    last = first and last_page(window)
    if first is None or packet is None or last is None:
        return None
    if last.serial != first.serial or last.end != window.size or not last.ends_stream:
        return None  # chained or mixed streams, or cut off
    head, mark = window.at(first.start, 20), packet.read(0, 8)
    if head[:8] == b"OpusHead" and mark == b"OpusTags" and not head[8] >> 4:
        samples, rate = last.granule - int.from_bytes(head[10:12], "little"), 48_000
        start = 8
    elif head[:7] == b"\x01vorbis" and mark[:7] == b"\x03vorbis":
        samples, rate = last.granule, int.from_bytes(head[12:16], "little")
        start = 7
    else:
        return None
    if last.granule >> 63 or not rate:
        return None
    return _comments(packet.read, start, packet.size), samples / rate


def _comments(read: Read, place: int, end: int) -> Raw:
    """By name; ValueError where a comment is longer than what holds it."""
    raw: Raw = {}
    place += 4 + int.from_bytes(read(place, 4), "little")
    many = int.from_bytes(read(place, 4), "little")
    place += 4
    if many > _MOST or place > end:
        raise ValueError("comments that do not fit")
    for _ in range(many):
        count = int.from_bytes(read(place, 4), "little")
        place += 4
        if place + count > end:
            raise ValueError("a comment that does not fit")
        if count <= _LONGEST:
            name, _, text = read(place, count).partition(b"=")
            key = name.decode("ascii", "replace").upper() if len(name) <= _LONGEST_NAME else ""
            if key in WANTED:
                raw.setdefault(key, []).append(text.decode("utf-8", "replace"))
        place += count
    return raw
