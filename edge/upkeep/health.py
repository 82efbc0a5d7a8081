"""Heartbeats: every part of a process beats, and the watchdog is fed only while all are fresh."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from edge.ports import Supervisor

LATE_S = 10.0
"""A part that has not beaten for this long is taken for stuck."""


class Heartbeats:
    """When each part of this process last showed that it is alive."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}

    def beat(self, part: str) -> None:
        self._last[part] = self._clock()

    def stuck(self) -> list[str]:
        """The parts that are late."""
        now = self._clock()
        return sorted(part for part, at in self._last.items() if now - at > LATE_S)


class Watch:
    """Feeds the supervisor's watchdog from a thread of its own while nothing is stuck."""

    def __init__(self, beats: Heartbeats, supervisor: Supervisor, every_s: float = 2.0) -> None:
        self._beats = beats
        self._supervisor = supervisor
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            stuck = self._beats.stuck()
            if stuck:
                self._supervisor.status(f"stuck: {', '.join(stuck)}")
            else:
                self._supervisor.alive()
