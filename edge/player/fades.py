"""Gains on their way: equal power for crossfades, and how loud a volume is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


class Ramp:
    """A gain that moves from where it is to where it shall be, without a step.

    Rising it follows a sine, falling a cosine, so that of two songs fading over each other the
    powers add up to one.
    """

    def __init__(self, value: float) -> None:
        self.value = value
        self._from = value
        self._to = value
        self._at = 0
        self._length = 0

    def to(self, target: float, frames: int) -> None:
        """Be there after so many frames; 0 is at once."""
        self._from, self._to, self._at, self._length = self.value, target, 0, frames
        if not frames:
            self.value = target

    @property
    def target(self) -> float:
        return self._to

    @property
    def remaining(self) -> int:
        """Frames until it is there."""
        return self._length - self._at

    def take(self, frames: int) -> NDArray[np.float32] | float:
        """The gain of each of the next frames, as a column; one for all where it stands still."""
        if self._at == self._length:
            return self.value
        gains = np.full(frames, self._to, np.float32)
        moving = min(frames, self.remaining)
        if moving:
            turn = np.arange(self._at + 1, self._at + moving + 1) * (math.pi / 2 / self._length)
            part = np.sin(turn) if self._to >= self._from else 1.0 - np.cos(turn)
            gains[:moving] = self._from + (self._to - self._from) * part
            self._at += moving
        if frames:
            self.value = self._to if not self.remaining else float(gains[-1])
        return gains[:, np.newaxis]


def loudness(level: int) -> float:
    """The gain of a volume 0–100: half the number sounds half as loud, which is 10 dB less."""
    return float((min(max(level, 0), 100) / 100.0) ** math.log2(math.sqrt(10.0)))


def decibels(gain_db: float) -> float:
    return float(10.0 ** (gain_db / 20.0))
