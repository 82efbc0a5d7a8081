"""A file that is read in places; its beginning at once, for most of what is asked stands there."""

from __future__ import annotations

import os
from typing import Any, BinaryIO

_HEAD = 16 * 1024
_LONGER = 64 * 1024
"""Where the tags stand further back they are fetched by so much."""


class Window:
    """Bytes by their place; past Python's buffer, which would read anew at each leap."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        """For those who want to read it themselves."""
        self._descriptor = file.fileno()
        self.size = os.fstat(self._descriptor).st_size
        self._head = os.pread(self._descriptor, _HEAD, 0)
        self._from, self._more = 0, b""
        self.leaps: dict[int, Any] = {}
        """What `edge.library.ogg` found out already, by place."""

    def at(self, place: int, count: int) -> bytes:
        """So many bytes; fewer where the file ends."""
        end = place + count
        if end <= len(self._head):
            return self._head[place:end]
        start = place - self._from
        if start >= 0 and end - self._from <= len(self._more):
            return self._more[start : start + count]
        return os.pread(self._descriptor, count, place) if count > 0 else b""

    def fetch(self, place: int, count: int) -> None:
        """Much of this is going to be asked for, piece by piece."""
        if place + count > len(self._head):
            self._from = place
            self._more = os.pread(self._descriptor, min(count, _LONGER), place)
