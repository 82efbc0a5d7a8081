"""The pages of an Ogg file, one after the other, and leaps over those that are alike."""

from __future__ import annotations

import os
from typing import BinaryIO, NamedTuple

_HEAD = 27 + 255


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


def page_at(file: BinaryIO, place: int) -> Page | None:
    """The page that begins there; None where none does."""
    # Past Python's buffer: comments with a picture fill a hundred pages, each far from the next.
    head = os.pread(file.fileno(), _HEAD, place)
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
    )


def last_alike(file: BinaryIO, page: Page) -> Page:
    """The last of the pages of one size that follow this one, found in a few looks.

    A packet of megabytes stands on pages alike but for the last. A page that stands so many sizes
    further, and is numbered so, has only such pages before it.
    """
    size, step = page.end - page.place, 1
    while step and page.lacing[-1:] == b"\xff":
        further = page_at(file, page.place + step * size)
        if (
            further is not None
            and further.lacing == page.lacing
            and further.sequence == page.sequence + step
            and further.serial == page.serial
            and further.granule == page.granule
        ):
            page, step = further, step * 2
        else:
            step //= 2
    return page
