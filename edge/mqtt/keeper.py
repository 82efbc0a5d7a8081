"""Keeps events over a restart of the box while the broker does not have them.

A thread of its own writes: a card may take seconds for it, and neither box's loop nor the session
shall wait. While the broker acknowledges promptly nothing is written at all.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Final

from edge.mqtt.journal import Journal
from edge.mqtt.kept import Kept
from edge.mqtt.outbox import Outbox

FILE: Final = "kept-events"
PROMPT_S: Final = 2.0
"""A broker that is there has this long to take an event."""
ROUND_S: Final = 0.25
SYNC_S: Final = 3.0
"""At least this long between two writes that wait for the card. What the kernel was given outlives
our own death at once."""
_log = logging.getLogger("moodbox.mqtt")


class Keeper:
    """Stands behind an outbox: fills it with what an earlier run has left, then looks after it."""

    def __init__(self, outbox: Outbox, folder: Path, topic: str) -> None:
        self._outbox = outbox
        self._path = folder / FILE
        self._journal = Journal(self._path)
        self._synced_at = -SYNC_S
        self._broken = False
        earlier = self._read(topic)
        self.newest_id = max((kept.name for kept in earlier), default="")
        """Of what an earlier run has left; ids of this one must come after it."""
        outbox.restore(earlier)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt-keeper", daemon=True)

    def __enter__(self) -> Keeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is still to be written; at most a second is waited for the card."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _read(self, topic: str) -> list[Kept]:
        earlier: list[Kept] = []
        try:
            earlier = self._journal.read(topic, time.monotonic(), time.time())
        except OSError as error:
            _log.warning("%s cannot be read: %s", self._path, error.strerror)
        if self._journal.damaged:
            told = "%s: %d damaged lines are left out"
            _log.warning(told, self._path, self._journal.damaged)
        return earlier

    def _run(self) -> None:
        while not self._stop.wait(ROUND_S):
            self._tend(last=False)
        self._tend(last=True)

    def _tend(self, *, last: bool) -> None:
        at = time.monotonic()
        open_, kept = self._outbox.unsent(at, time.time())
        patience_s = PROMPT_S if open_ and not last else 0.0
        saved = [one for one in kept if one.at is None or at - one.at >= patience_s]
        hurry = last or at - self._synced_at >= SYNC_S
        if self._broken and not hurry:
            return
        try:
            self._journal.update(kept, saved)
            if self._journal.dirty and hurry:
                self._synced_at = at
                self._journal.sync()
            self._broken = False
        except OSError as error:
            self._synced_at = at
            if not self._broken:
                _log.warning("%s cannot be written: %s", self._path, error.strerror)
            self._broken = True
