"""Decoded sound between the thread that writes it and the one that reads it; no lock of its own."""

from __future__ import annotations

from collections import deque

import numpy as np

from edge.ports import Samples

_NOTHING: Samples = np.zeros((0, 2), np.float32)


class Reel:
    """Blocks in order. What was read lately is kept, so that it can be put back."""

    def __init__(self, kept: int) -> None:
        """So many frames that were read can be put back at most."""
        self._blocks: deque[Samples] = deque()
        self._past: deque[Samples] = deque()
        self._kept = 0
        self._most_kept = kept
        self.frames = 0
        """That can be read."""
        self.written = 0
        self.taken = 0

    def write(self, block: Samples) -> None:
        if len(block):
            self._blocks.append(block)
            self.frames += len(block)
            self.written += len(block)

    def read(self, frames: int) -> Samples:
        """At most so many."""
        parts: list[Samples] = []
        missing = frames
        while missing and self._blocks:
            block = self._blocks.popleft()
            if len(block) > missing:
                self._blocks.appendleft(block[missing:])
                block = block[:missing]
            parts.append(block)
            missing -= len(block)
        self.frames -= frames - missing
        self.taken += frames - missing
        self._past.extend(parts)
        self._kept += frames - missing
        while self._past and self._kept - len(self._past[0]) >= self._most_kept:
            self._kept -= len(self._past.popleft())
        return np.concatenate(parts) if parts else _NOTHING

    def unread(self, frames: int) -> bool:
        """Put the latest back; False where so many are not kept any more."""
        if frames > self._kept:
            return False
        if frames:
            last = np.concatenate(self._past)
            self._past.clear()
            self._past.append(last[: len(last) - frames])
            self._blocks.appendleft(last[len(last) - frames :])
            self._kept -= frames
            self.frames += frames
            self.taken -= frames
        return True

    def forget(self) -> None:
        """Nothing of what was read can be put back any more."""
        self._past.clear()
        self._kept = 0

    def cut(self, end: int) -> None:
        """Throw away what was written after this frame and not yet read."""
        while self._blocks and self.written > end:
            block = self._blocks.pop()
            keep = max(0, len(block) - (self.written - end))
            self.written -= len(block) - keep
            self.frames -= len(block) - keep
            if keep:
                self._blocks.append(block[:keep])
