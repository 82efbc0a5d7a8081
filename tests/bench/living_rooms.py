"""Boxes without eye, player and library: the real session, and a state that changes as at home.

    python -m tests.bench.living_rooms PORT FIRST COUNT EVERY_S ANNOUNCE_S

Each box has its two threads, the uplink's and its loop's, as in the product. Ends when its standard
input does.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any, Final, Literal

from msgspec.structs import replace

from edge.messages import MOODS, Answer, BadCommand, Command, Event, Now, State, Track
from edge.mqtt.address import Address
from edge.mqtt.event_ids import EventIds
from edge.mqtt.outbox import Outbox
from edge.mqtt.publisher import MqttPublisher
from edge.mqtt.topics import About, Topics
from edge.mqtt.uplink import Uplink
from tests.broker import HOST

PREFIX, GROUP = "fleet", "all"
EVENT_SHARE, TRACK_SHARE = 0.1, 0.025
"""Of the changes: a new mood, a new song. One every five seconds: a mood in 50 s, a song in 200."""
_AGAIN_S = 0.6
_HEALTH_S = 60.0
_HEALTH = {
    "looks_per_s": 7.9,
    "stage_ms": {"capture": 1.2, "find": 3.4, "read": 1.9},
    "memory_mb": {"box": 52.1, "eye": 161.7, "player": 74.9},
    "temperature_c": 51.2,
    "throttled": False,
    "restarts": {"eye": 0, "player": 0},
    "queues": {"inbox": 0, "retained": 0, "events": 0},
    "faults": {},
}
_STACK = 256 * 1024
"""Address space of a thread; a thousand of them are in one machine here."""
Asked = tuple[Command, Callable[[Answer], None]]
Item = Command | BadCommand | Asked | Literal["end"]
_END: Final = "end"


def name_of(number: int) -> str:
    return f"room-{number:05}"


def _track(number: int) -> Track:
    return Track(
        id=f"{number:024x}",
        path="",
        title=f"Song number {number}",
        artist=f"Band {number % 30}",
        album=f"Album {number % 60}",
        genre="Ambient",
        duration_s=200.0,
        mood=MOODS[number % len(MOODS)],
    )


_SONGS = tuple(_track(number) for number in range(300))


class Room:
    """Somebody's living room: who is there, in what mood, hearing what."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self.state = State(
            mood="neutral",
            confidence=0.7,
            valence=0.0,
            arousal=0.0,
            mood_since=time.time(),
            mood_source="camera",
            presence="present",
            people=1,
            camera="on",
            player="playing",
            track=dice.choice(_SONGS),
            position_s=0.0,
            up_next=tuple(dice.sample(_SONGS, 5)),
        )

    def change(self) -> list[tuple[str, dict[str, Any]]]:
        """The next change, and the events that it brings."""
        dice, before, what = self._dice, self.state, self._dice.random()
        if what < EVENT_SHARE:
            mood = dice.choice([mood for mood in MOODS if mood != before.mood])
            self.state = replace(before, mood=mood, mood_since=time.time())
            told = {"from": before.mood, "to": mood, "confidence": before.confidence}
            return [("mood_changed", told)]
        if what < EVENT_SHARE + TRACK_SHARE:
            track, coming = before.up_next[0], (*before.up_next[1:], dice.choice(_SONGS))
            self.state = replace(before, track=track, up_next=coming)
            ended = {"track": before.track, "reason": "finished"}
            return [("track_ended", ended), ("track_started", {"track": track})]
        up = (before.confidence or 0.0) < 0.7  # an uncertain face, then a plain one
        self.state = replace(before, confidence=0.7 + (0.15 if up else -0.15))
        return []


class Box:
    """One of them, and its loop."""

    def __init__(
        self, number: int, port: int, every_s: float, announce_s: float, prefix: str = PREFIX
    ) -> None:
        self._dice = Random(number)
        self._room, self._every_s = Room(self._dice), every_s
        self._well_at = float("-inf")
        self._inbox: queue.Queue[Item] = queue.Queue(1000)
        topics = Topics(prefix=prefix, id=name_of(number), groups=(GROUP,))
        outbox = Outbox(order=[topics.of(name) for name in ("info", "state", "health")])
        uplink = Uplink(
            Address(host=HOST, port=port),
            topics,
            outbox,
            self._inbox.put,
            lambda _broker: None,
            announce_s,
            self._dice.random,
            on_request=self._ask,
        )
        about = About(version="1", id=topics.id, name="Living room")
        ids = EventIds(0, time.time(), lambda _run: None)
        self._publisher = MqttPublisher(topics, about, ids, outbox, uplink, lambda _: None)
        self._thread = threading.Thread(target=self._run, name="loop", daemon=True)

    def start(self) -> None:
        self._publisher.start()
        self._thread.start()

    def close(self) -> None:
        self._inbox.put(_END)
        self._thread.join(5.0)
        self._publisher.close()

    def _ask(self, command: Command, answer: Callable[[Answer], None]) -> bool:
        self._inbox.put((command, answer))
        return True

    def _run(self) -> None:
        change_at = time.monotonic() + self._dice.random() * self._every_s
        while True:
            now = time.monotonic()
            longest_s = change_at - now
            if longest_s <= 0:
                longest_s = self._dice.expovariate(1.0 / self._every_s)
                change_at = now + longest_s
                for kind, fields in self._room.change():
                    self._tell(kind, fields)
            item = self._show_and_wait(longest_s)
            if item is not None and not self._take(item):
                return

    def _tell_health(self) -> None:
        """As long as a real one; every minute."""
        if time.monotonic() - self._well_at >= _HEALTH_S:
            self._well_at = time.monotonic()
            self._publisher.health({**_HEALTH, "uptime_s": round(self._well_at)})

    def _show_and_wait(self, longest_s: float) -> Item | None:
        """What came meanwhile."""
        for wait_s in (min(longest_s, _AGAIN_S), longest_s - _AGAIN_S):
            # Once more after a while: the pacer may have held it back.
            self._publisher.show(self._room.state, Now(at=time.monotonic(), wall=time.time()))
            self._tell_health()
            with contextlib.suppress(queue.Empty):
                return self._inbox.get(timeout=max(0.001, wait_s))
        return None

    def _take(self, item: Item) -> bool:
        """False where it is the end."""
        match item:
            case (_, answer):
                settings = {"volume": self._room.state.volume, "mode": self._room.state.mode}
                answer(Answer(data={"settings": settings}))
            case Command(name="volume", value=level):
                self._room.state = replace(self._room.state, volume=level)
                self._tell("command", {"command": "volume", "ok": True})
            case "end":
                return False
        return True

    def _tell(self, kind: Any, fields: dict[str, Any]) -> None:
        self._publisher.tell(Event(event_type=kind, wall=time.time(), fields=fields))


def main() -> None:
    port, first, count = map(int, sys.argv[1:4])
    threading.stack_size(_STACK)
    logging.getLogger("moodbox").setLevel(logging.ERROR)  # they lose the broker on purpose
    every_s, announce_s = map(float, sys.argv[4:6])
    boxes = [Box(n, port, every_s, announce_s) for n in range(first, first + count)]
    for box in boxes:
        box.start()
    sys.stdin.read()
    with ThreadPoolExecutor(len(boxes)) as pool:
        list(pool.map(Box.close, boxes))


if __name__ == "__main__":
    main()
