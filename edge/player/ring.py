"""The ring between the mixing thread and the sound card's: one writes, one reads, none waits."""

from __future__ import annotations

import numpy as np

from edge.ports import Samples

_SOFT = 960
"""Frames over which sound that is given again comes up: it begins in mid-wave."""


class Ring:
    """Frames on their way to the loudspeaker. Exactly one writer and one reader."""

    def __init__(self, frames: int, kept: int = 0) -> None:
        """Besides `frames` that wait, so many that were taken stay, in case nobody heard them."""
        self._buffer = np.zeros((frames + kept, 2), np.float32)
        self._most = frames
        self._kept = kept
        self._written = 0
        self._read = 0
        self._begun = 0
        """Where the present stretch of sound began: before it was silence."""
        self.expected = False
        """True while sound is due, so that an empty ring is a gap and not silence."""
        self.gaps = 0
        """How often the loudspeaker asked for sound that was due and not there."""

    def waiting(self) -> int:
        """Frames that were written and not yet taken."""
        return self._written - self._read

    def room(self) -> int:
        return max(0, self._most - self.waiting())

    def write(self, samples: Samples) -> None:
        """Append; what is more than `room()` is a mistake of the caller."""
        if len(samples) > self.room():
            raise ValueError("more than the ring has room for")
        at = self._written % len(self._buffer)
        first = min(len(samples), len(self._buffer) - at)
        self._buffer[at : at + first] = samples[:first]
        self._buffer[: len(samples) - first] = samples[first:]
        self._written += len(samples)  # last: the reader sees whole frames only

    def spare(self, keep: int) -> int:
        """Frames that wait behind those that the reader may be taking just now."""
        return max(0, self.waiting() - keep)

    def drop(self, frames: int) -> None:
        """Let the newest frames go; no more than `spare` said."""
        self._written -= frames

    def take_back(self, frames: int) -> None:
        """The latest frames were taken, but not heard: give them again. While nobody reads."""
        if not self.expected:
            return
        self._read -= max(0, min(frames, self._kept, self._read - self._begun))
        count = min(_SOFT, self.waiting())
        at = np.arange(self._read, self._read + count) % len(self._buffer)
        self._buffer[at] *= np.linspace(0.0, 1.0, count, dtype=np.float32)[:, np.newaxis]

    def fill(self, target: Samples) -> None:
        """Copy what there is, and silence after it. Called by the sound card's thread."""
        count = min(len(target), self.waiting())
        at = self._read % len(self._buffer)
        first = min(count, len(self._buffer) - at)
        target[:first] = self._buffer[at : at + first]
        target[first:count] = self._buffer[: count - first]
        target[count:] = 0.0
        self._read += count
        if count < len(target):
            self._begun = self._read
            if self.expected:
                self.gaps += 1
