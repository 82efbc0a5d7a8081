"""One song in the mixer, with its own fade and gain."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from edge.player.fades import Ramp
from edge.ports import Samples


class Source(Protocol):
    """A song that gives its samples when asked."""

    def available(self) -> int: ...
    def over(self) -> bool: ...
    def read(self, frames: int) -> Samples: ...
    def unread(self, frames: int) -> bool: ...
    def close(self) -> None: ...


class Voice:
    """One song with its own gain."""

    def __init__(self, source: Source, gain: float, start_s: float) -> None:
        self.source = source
        self.gain = Ramp(gain)
        self.start_s = start_s
        self.fade = Ramp(1.0)
        self.frames = 0
        """Mixed so far."""

    def add_to(self, mix: Samples) -> None:
        samples = self.source.read(len(mix))
        self.frames += len(samples)
        gains = self.fade.take(len(mix)) * self.gain.take(len(mix))
        if isinstance(gains, np.ndarray):
            gains = gains[: len(samples)]
        mix[: len(samples)] += samples * gains

    def gone(self) -> bool:
        return self.source.over() or (self.fade.value == 0.0 and not self.fade.remaining)
