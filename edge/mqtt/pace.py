"""How often it speaks: when a state is due, and how many log lines may leave.

Pure: the present moment is passed in, in seconds of CLOCK_MONOTONIC.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from edge.messages import Log

GAP_S: Final = 0.55
"""Between two states: twice a second, also where two moments are read by different clocks."""
REFRESH_S: Final = 60.0
STEP: Final = 0.05
_MOVING: Final = ("confidence", "valence", "arousal")
_RUNNING: Final = ("at", "position_s")

LINES: Final = 10
LINES_IN_S: Final = 60.5
"""Ten lines in any 60 s, with half a second to spare for the way to the broker."""
INFO_EVERY_S: Final = 10.0


class StatePacer:
    """Decides whether the present state is due."""

    def __init__(self) -> None:
        self._last: dict[str, Any] | None = None
        self._at = 0.0

    def due(self, payload: dict[str, Any], at: float) -> bool:
        """True where it must be published now; it is then taken for published."""
        if self._last is not None:
            away_s = at - self._at
            wanted = away_s >= REFRESH_S and payload["player"] == "playing"
            if away_s < GAP_S or not (wanted or _changed(self._last, payload)):
                return False
        self._last, self._at = payload, at
        return True


def _changed(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return any(
        _moved(before[name], value) if name in _MOVING else before[name] != value
        for name, value in after.items()
        if name not in _RUNNING
    )


def _moved(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(before - after) > STEP - 1e-9  # 0.85 - 0.8 is a little less than 0.05


class LogLimit:
    """At most ten lines in any minute, and one of progress in ten seconds."""

    def __init__(self) -> None:
        self._sent: deque[float] = deque(maxlen=LINES)
        self._info: float | None = None

    def allows(self, line: Log, at: float) -> bool:
        """True where the line may leave now; it is then taken for sent."""
        if len(self._sent) == LINES and at - self._sent[0] < LINES_IN_S:
            return False
        if line.level == "info":
            if self._info is not None and at - self._info < INFO_EVERY_S:
                return False
            self._info = at
        self._sent.append(at)
        return True
