"""Where the mood has been going over the last minutes: rising, falling or steady.

Two averages of valence, one quick and one slow. While valence goes up by r a second, the quick one
lies r · (SLOW_S - QUICK_S) above the slow one, whatever the pace of the readings.
"""

from __future__ import annotations

from math import exp

from edge.messages import Trend, Value

QUICK_S, SLOW_S = 30.0, 150.0
_CLEAR = 0.12
"""So far apart they mean something: a change of 0.06 a minute, or a change of mood just now."""


class Trajectory(Value, frozen=True):
    """Two averages of valence."""

    at: float | None = None
    quick: float = 0.0
    slow: float = 0.0

    @property
    def trend(self) -> Trend | None:
        """None while nothing is known."""
        if self.at is None:
            return None
        ahead = self.quick - self.slow
        return "steady" if abs(ahead) < _CLEAR else "rising" if ahead > 0 else "falling"


def follow(trajectory: Trajectory, at: float, valence: float) -> Trajectory:
    """The trajectory after so much more time at this valence."""
    if trajectory.at is None:
        return Trajectory(at=at, quick=valence, slow=valence)
    seconds = max(0.0, at - trajectory.at)
    return Trajectory(
        at=max(at, trajectory.at),
        quick=_toward(trajectory.quick, valence, seconds / QUICK_S),
        slow=_toward(trajectory.slow, valence, seconds / SLOW_S),
    )


def _toward(average: float, value: float, times: float) -> float:
    return value + (average - value) * exp(-times)
