"""Writes changed settings to the disk, not oftener than once a second.

Whoever draws a slider sends fifty values: the card takes the first and the last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

EVERY_S: Final = 1.0


class Keeping:
    """What waits to be written; called from box's loop only."""

    def __init__(self, write: Callable[[Mapping[str, Any]], None]) -> None:
        self._write = write
        self._waiting: dict[str, Any] = {}
        self._wrote_at = float("-inf")

    def put(self, changed: Mapping[str, Any], at: float) -> None:
        """Write this, at once where nothing was written lately."""
        self._waiting.update(changed)
        self.tend(at)

    def tend(self, at: float) -> None:
        """Now and then: write what waits."""
        if self._waiting and at - self._wrote_at >= EVERY_S:
            self._wrote_at = at
            self.close()

    def close(self) -> None:
        """Write what waits still."""
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self._write(waiting)
