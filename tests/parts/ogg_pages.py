"""Ogg taken apart and put together page by page, for files that no encoder here would write."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_HEAD = 27


def ogg_pages(data: bytes) -> list[bytes]:
    pages = []
    while data:
        count = data[26]
        size = _HEAD + count + sum(data[_HEAD : _HEAD + count])
        pages.append(data[:size])
        data = data[size:]
    return pages


def packets(page: bytes) -> list[bytes]:
    """Those that end on this page."""
    count = page[26]
    lacing, body = page[_HEAD : _HEAD + count], page[_HEAD + count :]
    found, size = [], 0
    for value in lacing:
        size += value
        if value < 255:
            found.append(body[:size])
            body, size = body[size:], 0
    return found


def ogg_page(held: Sequence[bytes], *, granule: int, serial: bytes, number: int) -> bytes:
    lacing = b"".join(b"\xff" * (len(one) // 255) + bytes([len(one) % 255]) for one in held)
    head = b"OggS\0\0" + struct.pack("<q", granule) + serial + struct.pack("<I", number)
    return _summed(head + bytes(4) + bytes([len(lacing)]) + lacing + b"".join(held))


def renumbered(page: bytes, number: int) -> bytes:
    return _summed(page[:18] + struct.pack("<I", number) + page[22:])


def _summed(page: bytes) -> bytes:
    page = page[:22] + bytes(4) + page[26:]
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
            value &= 0xFFFFFFFF
    return page[:22] + struct.pack("<I", value) + page[26:]
