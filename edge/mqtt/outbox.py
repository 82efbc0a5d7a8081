"""What waits for the broker: bounded, the newest of each retained topic and the last events.

Filled by box's thread and emptied by the uplink's, so it has a lock. It is in memory; a file can
stand behind `retain`, `add` and `delivered` without anybody noticing.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from edge.messages import Log, Value
from edge.mqtt.pace import LINES, LogLimit
from edge.mqtt.topics import encoded, log_payload

EVENTS: Final = 200
AGE_S: Final = 24 * 3600.0
ANSWERS: Final = 20_000
"""Answers that wait; ten thousand requests at once get one each."""


class Letter(Value, frozen=True):
    """One message for the broker."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False
    event_id: str | None = None
    correlation: bytes | None = None
    """What the asker wants back with its answer."""


@dataclass
class _Standing:
    """The newest payload of a retained topic."""

    payload: bytes
    gap_s: float
    """At least this long between two of them, also where an old one was just sent anew."""
    due: bool = True
    in_flight: bool = False
    sent_at: float = -math.inf

    def wait_s(self, at: float) -> float:
        return self.sent_at + self.gap_s - at


@dataclass
class _Kept:
    """An event until the broker has it."""

    topic: str
    event: Mapping[str, Any]
    at: float
    replayed: bool = False
    in_flight: bool = False


class Outbox:
    """Keeps letters until the broker has acknowledged them. `at` is CLOCK_MONOTONIC."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standing: dict[str, _Standing] = {}
        self._events: dict[str, _Kept] = {}
        self._lines: deque[Letter] = deque(maxlen=LINES)
        self._answers: deque[Letter] = deque(maxlen=ANSWERS)
        self._limit = LogLimit()
        self._open = False
        self._wake: Callable[[], None] = lambda: None
        self._hurry: Callable[[], None] = lambda: None

    @property
    def hasty(self) -> bool:
        """Whether answers wait."""
        return bool(self._answers)

    # --- from any thread -----------------------------------------------------------------------

    def retain(self, topic: str, payload: bytes, gap_s: float = 0.0) -> None:
        """The newest payload of a retained topic; it replaces the one before."""
        with self._lock:
            standing = self._standing.setdefault(topic, _Standing(payload, gap_s))
            standing.payload, standing.due = payload, True
        self._wake()

    def add(self, topic: str, event: Mapping[str, Any], at: float) -> None:
        """An event, named by its `id`; the oldest makes room."""
        with self._lock:
            self._events[event["id"]] = _Kept(topic, event, at)
            while len(self._events) > EVENTS:
                del self._events[next(iter(self._events))]
        self._wake()

    def answer(self, letter: Letter) -> None:
        """The answer to a request; it goes before all else, and not over the session's end."""
        with self._lock:
            if not self._open:
                return
            self._answers.append(letter)
        self._hurry()

    def log(self, topic: str, line: Log, at: float) -> bool:
        """A log line, if it may leave now; without a broker it is dropped."""
        with self._lock:
            if not self._open or not self._limit.allows(line, at):
                return False
            self._lines.append(Letter(topic=topic, payload=encoded(log_payload(line)), qos=0))
        self._wake()
        return True

    # --- from the uplink's thread --------------------------------------------------------------

    def listen(self, wake: Callable[[], None], hurry: Callable[[], None] | None = None) -> None:
        """Call this whenever something new waits, and `hurry` where that is an answer."""
        self._wake, self._hurry = wake, hurry or wake

    def reopen(self, at: float) -> None:
        """A session began: everything retained is due anew, the kept events are replays."""
        with self._lock:
            self._open = True
            for standing in self._standing.values():
                standing.due, standing.in_flight = True, False
            old = [name for name, kept in self._events.items() if at - kept.at > AGE_S]
            for name in old:
                del self._events[name]
            for kept in self._events.values():
                kept.replayed, kept.in_flight = True, False

    def shut(self) -> None:
        """The session ended: from now on everything is kept."""
        with self._lock:
            self._open = False
            self._lines.clear()
            self._answers.clear()

    def lines(self) -> list[Letter]:
        """Log lines to send now."""
        with self._lock:
            letters = list(self._lines)
            self._lines.clear()
        return letters

    def answers(self, room: int) -> list[Letter]:
        """At most so many answers to send now."""
        with self._lock:
            count = min(max(room, 0), len(self._answers))
            return [self._answers.popleft() for _ in range(count)]

    def due(self, at: float, room: int) -> list[Letter]:
        """At most `room` letters to send now, retained ones first; they are then in flight."""
        with self._lock:
            letters = [*self._due_retained(at), *self._due_events(room)][: max(room, 0)]
            for letter in letters:
                if letter.event_id is not None:
                    self._events[letter.event_id].in_flight = True
                else:
                    standing = self._standing[letter.topic]
                    standing.due, standing.in_flight, standing.sent_at = False, True, at
        return letters

    def _due_retained(self, at: float) -> list[Letter]:
        return [
            Letter(topic=topic, payload=standing.payload, retain=True)
            for topic, standing in self._standing.items()
            if standing.due and not standing.in_flight and standing.wait_s(at) <= 0
        ]

    def _due_events(self, room: int) -> list[Letter]:
        letters: list[Letter] = []
        for name, kept in self._events.items():
            if len(letters) >= room:
                break
            if not kept.in_flight:
                event = {**kept.event, "replayed": True} if kept.replayed else kept.event
                letters.append(Letter(topic=kept.topic, payload=encoded(event), event_id=name))
        return letters

    def delivered(self, letter: Letter) -> None:
        """The broker has it."""
        with self._lock:
            if letter.event_id is not None:
                self._events.pop(letter.event_id, None)
            elif letter.topic in self._standing:
                self._standing[letter.topic].in_flight = False

    def wait_s(self, at: float) -> float | None:
        """Seconds until `due` gives something that it holds back now; None if nothing waits."""
        with self._lock:
            waits = [
                standing.wait_s(at)
                for standing in self._standing.values()
                if standing.due and not standing.in_flight
            ]
            waits += [0.0] * bool(self._answers)
            waits += [0.0 for kept in self._events.values() if not kept.in_flight]
        return max(0.0, min(waits)) if waits else None
