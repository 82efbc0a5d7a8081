"""Keeps the sum of songs below full scale by turning it down in time, instead of bending it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge.ports import Samples

CEILING = 0.98
"""A little below full scale: what the sound card makes between two samples may be higher."""
_LOOK_S = 0.005
_RELEASE_S = 0.25
"""From silence back to full gain, in a straight line."""
_EMPTY: Samples = np.zeros((0, 2), np.float32)


class Limiter:
    """Holds back the few milliseconds that it looks ahead; what fits passes bit by bit."""

    def __init__(self, rate: int) -> None:
        self._window = max(2, round(_LOOK_S * rate))
        self._slope = 1.0 / (_RELEASE_S * rate)
        self._held: Samples = _EMPTY
        self._known: NDArray[np.float64] = np.ones(2 * self._window - 2)
        """The gains that the latest samples allow."""
        self.idle = True
        """They all allow all of it."""

    @property
    def held(self) -> int:
        """Frames taken and not yet given."""
        return len(self._held)

    def pass_on(self, mix: Samples) -> Samples:
        """The next frames that are decided, at first fewer than were given, then as many."""
        sound = np.concatenate([self._held, mix]) if len(self._held) else mix
        ready = max(0, len(sound) - (self._window - 1))
        self._held = sound[ready:]
        return self._turned_down(sound[:ready], mix)

    def flush(self) -> Samples:
        """What is held back, for nothing comes after it."""
        rest, self._held = self._held, _EMPTY
        if not len(rest):
            return rest
        given = self._turned_down(rest, np.zeros((self._window - 1, 2), np.float32))
        self._known, self.idle = np.ones_like(self._known), True
        return given

    def _turned_down(self, given: Samples, new: Samples) -> Samples:
        """Its gains: the least allowed within the window, and the mean of those over another.

        So the gain has come down smoothly by the time the loud sample is due, and never above
        what that sample allows.
        """
        fits = not len(new) or max(float(new.max()), -float(new.min())) <= CEILING
        if fits and self.idle:
            return given
        peak = np.abs(new).max(axis=1)
        allowed = self._recovering(CEILING / np.maximum(peak, CEILING))
        known = np.concatenate([self._known, allowed])
        self._known = known[-len(self._known) :]
        self.idle = bool(self._known.min() == 1.0)
        if not len(given):
            return given
        window = self._window
        least = np.lib.stride_tricks.sliding_window_view(known, window).min(axis=1)
        sums = np.cumsum(np.concatenate([[0.0], least]))
        gains = (sums[window:] - sums[:-window]) / window
        column = gains[-len(given) :, np.newaxis]
        turned: Samples = (given * np.minimum(column, 1.0)).astype(np.float32)
        return turned

    def _recovering(self, allowed: NDArray[np.float64]) -> NDArray[np.float64]:
        """Back up no faster than the release."""
        rise = self._slope * np.arange(len(allowed) + 1)
        line = np.concatenate([self._known[-1:], allowed]) - rise
        slow: NDArray[np.float64] = (np.minimum.accumulate(line) + rise)[1:]
        return np.minimum(slow, 1.0)
