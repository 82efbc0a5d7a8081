"""As many random numbers as a decision needs, from the one that was passed in."""

from __future__ import annotations

from math import cos, log, pi, sqrt

_MASK = (1 << 64) - 1


class Chance:
    """SplitMix64: the same dice give the same numbers, on every machine."""

    def __init__(self, dice: float) -> None:
        """`dice` is a number in 0–1."""
        self._state = int(dice * (1 << 53)) * 0x9E3779B97F4A7C15 & _MASK

    def uniform(self) -> float:
        """0 ≤ x < 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _MASK
        return float((mixed ^ mixed >> 31) >> 11) / (1 << 53)

    def below(self, count: int) -> int:
        """One of 0 … count - 1."""
        return int(self.uniform() * count)

    def normal(self) -> float:
        """Mean 0, standard deviation 1 (Box-Muller)."""
        radius = sqrt(-2.0 * log(1.0 - self.uniform()))
        return radius * cos(2.0 * pi * self.uniform())
