"""What waits for the broker: bounded, the newest of each retained topic and the last events.

Filled by box's thread and emptied by the uplink's, so it has a lock. It is in memory; what keeps
the events over a restart looks in from outside, by `earlier` and `unsent`.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from edge.messages import Log, Value
from edge.mqtt.kept import CROWD, EVENTS, Kept, KeptEvents
from edge.mqtt.pace import LINES, LogLimit
from edge.mqtt.topics import encoded, log_payload

ANSWERS: Final = 20_000
"""Answers that wait; ten thousand requests at once get one each."""
LATER_S: Final = 10.0
"""What the broker refuses for the moment is offered again after this long."""


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
    fresh: bool = True
    """Not yet sent in this session: nothing behind it goes first."""
    sent_at: float = -math.inf
    held_until: float = -math.inf

    def wait_s(self, at: float) -> float:
        return max(self.sent_at + self.gap_s, self.held_until) - at


class Outbox:
    """Keeps letters until the broker has acknowledged them. `at` is CLOCK_MONOTONIC."""

    def __init__(self, order: Sequence[str] = ()) -> None:
        """Every session begins with what is retained, these topics last and in this order.

        No event goes before the last of them was made and sent.
        """
        self._lock = threading.Lock()
        self._order = tuple(order)
        self._standing: dict[str, _Standing] = {}
        self._events = KeptEvents()
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
            if topic not in self._standing:
                self._standing[topic] = _Standing(payload, gap_s)
                self._standing = dict(sorted(self._standing.items(), key=self._place))
            standing = self._standing[topic]
            standing.payload, standing.due = payload, True
        self._wake()

    def add(self, topic: str, event: Mapping[str, Any], at: float) -> None:
        """An event, named by its `id`; the oldest makes room."""
        kept = Kept(topic, event["id"], encoded(event), at)
        with self._lock:
            self._events.add(kept, CROWD if self._open else EVENTS)
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

    def depths(self) -> dict[str, int]:
        """How much waits, by kind."""
        with self._lock:
            return {
                "retained": sum(one.due or one.in_flight for one in self._standing.values()),
                "events": len(self._events),
            }

    # --- from whoever keeps events over a restart ------------------------------------------------

    def restore(self, earlier: Iterable[Kept]) -> None:
        """Events of an earlier run, which go before all others."""
        with self._lock:
            self._events.restore(earlier)
        self._wake()

    def unsent(self, at: float, wall: float) -> tuple[bool, list[Kept]]:
        """Whether a session is open, and the last events that the broker does not have yet."""
        with self._lock:
            self._events.forget_old(at, wall)
            return self._open, self._events.last()

    # --- from the uplink's thread --------------------------------------------------------------

    def listen(self, wake: Callable[[], None], hurry: Callable[[], None] | None = None) -> None:
        """Call this whenever something new waits, and `hurry` where that is an answer."""
        self._wake, self._hurry = wake, hurry or wake

    def reopen(self, at: float, wall: float = 0.0) -> None:
        """A session began: everything retained is due anew, the kept events are replays."""
        with self._lock:
            self._open = True
            for standing in self._standing.values():
                standing.due, standing.in_flight, standing.fresh = True, False, True
                standing.held_until = -math.inf
            self._events.forget_old(at, wall)
            self._events.replay()

    def shut(self) -> None:
        """The session ended: from now on everything is kept."""
        with self._lock:
            self._open = False
            self._events.trim()
            self._lines.clear()
            self._answers.clear()

    def lines(self) -> list[Letter]:
        """Log lines to send now."""
        if not self._lines:
            return []
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
            letters, all_sent = self._due_retained(at)
            if all_sent:
                letters += [
                    Letter(topic=kept.topic, payload=kept.told(), event_id=kept.name)
                    for kept in self._events.due(at, room - len(letters))
                ]
            letters = letters[: max(room, 0)]
            for letter in letters:
                if letter.event_id is not None:
                    self._events.sent(letter.event_id)
                else:
                    standing = self._standing[letter.topic]
                    standing.due, standing.in_flight, standing.sent_at = False, True, at
                    standing.fresh = False
        return letters

    def delivered(self, letter: Letter) -> None:
        """The broker has it."""
        with self._lock:
            if letter.event_id is not None:
                self._events.delivered(letter.event_id)
            elif letter.topic in self._standing:
                self._standing[letter.topic].in_flight = False

    def again(self, topic: str, at: float) -> None:
        """Send this retained topic once more at that time, unless it is due before."""
        with self._lock:
            standing = self._standing.get(topic)
            if standing is not None and not standing.due:
                standing.due, standing.held_until = True, at
        self._wake()

    def put_off(self, letter: Letter, at: float) -> None:
        """The broker does not take it now; it is due again in a while."""
        with self._lock:
            if letter.event_id is not None:
                self._events.put_off(letter.event_id, at + LATER_S)
            elif letter.topic in self._standing:
                standing = self._standing[letter.topic]
                standing.due, standing.in_flight = True, False
                standing.held_until = at + LATER_S

    def wait_s(self, at: float) -> float | None:
        """Seconds until `due` gives something that it holds back now; None if nothing waits."""
        with self._lock:
            waits: list[float | None] = [0.0] if self._answers else []
            for standing in self._standing.values():
                if standing.due and not standing.in_flight:
                    waits.append(standing.wait_s(at))
                if standing.fresh:
                    break
            else:
                waits.append(self._events.wait_s(at) if self._complete() else None)
        known = [wait for wait in waits if wait is not None]
        return max(0.0, min(known)) if known else None

    # --- inside, under the lock ----------------------------------------------------------------

    def _due_retained(self, at: float) -> tuple[list[Letter], bool]:
        """What of them is to be sent, and whether events may follow at once."""
        letters = []
        for topic, standing in self._standing.items():
            if standing.due and not standing.in_flight and standing.wait_s(at) <= 0:
                letters.append(Letter(topic=topic, payload=standing.payload, retain=True))
            elif standing.fresh:
                return letters, False
        return letters, self._complete()

    def _complete(self) -> bool:
        return not self._order or self._order[-1] in self._standing

    def _place(self, item: tuple[str, _Standing]) -> int:
        topic = item[0]
        return self._order.index(topic) if topic in self._order else -1
