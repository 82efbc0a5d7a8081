"""How far a stream's pictures are behind the camera, when decoding them may take too long."""

from __future__ import annotations

_JUMP_S = 5.0
"""A clock in the stream that jumps further was set, and tells nothing."""


class StreamLag:
    """Compares the stream's own time with ours; the least difference so far counts as none."""

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._least_s = 0.0

    def after(self, position_s: float, now: float) -> float:
        """Seconds that the picture at this place of the stream is late."""
        difference_s = now - position_s
        last_s, self._last_s = self._last_s, position_s
        if last_s is None or not last_s <= position_s <= last_s + _JUMP_S:
            self._least_s = difference_s
        self._least_s = min(self._least_s, difference_s)
        return difference_s - self._least_s
