"""The comments of an Ogg file without its cover pictures, which go over a hundred pages."""

from __future__ import annotations

from edge.library.ogg import Packet, page_at, second_packet
from edge.library.window import Window

_BIG = 48 * 1024
"""A smaller comment is cheaper read than left out."""
_MOST = 2000
"""A file of more pieces than this is made to keep its reader busy."""
_FULL_PAYLOAD = 255 * 255

Edit = tuple[int, int, bytes]
"""From this byte up to that one stands this instead."""


def ogg_edits(window: Window) -> list[Edit]:
    """The comments without the big ones, on one page that stands for all of theirs."""
    first = page_at(window, 0)
    packet = first and second_packet(window, first)
    if packet is None or packet.size < _BIG:
        return []
    comments = _small_comments(packet)
    if comments is None or len(comments) >= _FULL_PAYLOAD:
        return []
    lacing = b"\xff" * (len(comments) // 255) + bytes([len(comments) % 255])
    head = window.at(packet.place, 26)
    return [(packet.place, packet.end, head + bytes([len(lacing)]) + lacing + comments)]


def _small_comments(packet: Packet) -> bytes | None:
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
