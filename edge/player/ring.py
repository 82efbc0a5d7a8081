"""The ring between the mixing thread and the sound card's: one writes, one reads, none waits."""

from __future__ import annotations

import numpy as np

from edge.ports import Samples


class Ring:
    """Frames on their way to the loudspeaker. Exactly one writer and one reader."""

    def __init__(self, frames: int) -> None:
        self._buffer = np.zeros((frames, 2), np.float32)
        self._written = 0
        self._read = 0
        self.expected = False
        """True while sound is due, so that an empty ring is a gap and not silence."""
        self.gaps = 0
        """How often the loudspeaker asked for sound that was due and not there."""

    def waiting(self) -> int:
        """Frames that were written and not yet taken."""
        return self._written - self._read

    def room(self) -> int:
        return len(self._buffer) - self.waiting()

    def write(self, samples: Samples) -> None:
        """Append; what is more than `room()` is a mistake of the caller."""
        if len(samples) > self.room():
            raise ValueError("more than the ring has room for")
        at = self._written % len(self._buffer)
        first = min(len(samples), len(self._buffer) - at)
        self._buffer[at : at + first] = samples[:first]
        self._buffer[: len(samples) - first] = samples[first:]
        self._written += len(samples)  # last: the reader sees whole frames only

    def fill(self, target: Samples) -> None:
        """Copy what there is, and silence after it. Called by the sound card's thread."""
        count = min(len(target), self.waiting())
        at = self._read % len(self._buffer)
        first = min(count, len(self._buffer) - at)
        target[:first] = self._buffer[at : at + first]
        target[first:count] = self._buffer[: count - first]
        target[count:] = 0.0
        self._read += count
        if count < len(target) and self.expected:
            self.gaps += 1
