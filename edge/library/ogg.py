"""The pages of an Ogg file, one after the other, and leaps over those that are full."""

from __future__ import annotations

import os
from typing import BinaryIO, NamedTuple

FULL = 27 + 255 + 255 * 255
"""Bytes of the largest page there can be."""
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

    @property
    def full(self) -> bool:
        return self.end - self.place == FULL


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


def last_full(file: BinaryIO, page: Page) -> Page:
    """The last of the full pages that follow this one without a break, found in a few looks.

    A page that stands so many largest pages further, and is numbered so, has only full ones
    before it.
    """
    step = 1
    while step and page.full:
        further = page_at(file, page.place + step * FULL)
        if (
            further is not None
            and further.full
            and further.sequence == page.sequence + step
            and further.serial == page.serial
            and further.granule == page.granule
        ):
            page, step = further, step * 2
        else:
            step //= 2
    return page
