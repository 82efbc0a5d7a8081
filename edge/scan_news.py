"""How far a scan is, as a line for the log now and then."""

from __future__ import annotations

from typing import Final

from edge.messages import Log, ScanTold

EVERY_S: Final = 10.0
_PART: Final = "library"


class ScanNews:
    """Tells of scans that take long; a short one is told by its end alone."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._next = 0.0

    def line(self, told: ScanTold, at: float) -> Log | None:
        """What is to be said now, if anything."""
        if not told.running:
            self._since = None
            return None
        if self._since is None:
            self._since, self._next = at, at + 1.0
        if at < self._next:
            return None
        self._next = at + EVERY_S
        return Log(level="info", message=_words(told), part=_PART)


def _words(told: ScanTold) -> str:
    seen = told.read + told.same
    of = "" if told.files is None else f" of {told.files:,}"
    return f"Scanning the music: {seen:,}{of} files, {told.read:,} of them new or changed."
