"""Who watches a simulation's boxes: what came from each, and how long it was on its way."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from random import Random

import msgspec

from tests.bench.asking import Asker
from tests.bench.living_rooms import GROUP, PREFIX, name_of

ECHO = "bench/echo"
NAMES = ("availability", "info", "state", "health", "event")
_ASK_EVERY_S = 0.05


class _State(msgspec.Struct):
    at: str
    volume: int


class _Event(msgspec.Struct):
    id: str
    at: str
    event_type: str
    command: str = ""


class Tally:
    """What came in one stretch of time."""

    def __init__(self) -> None:
        self.messages = 0
        self.bytes = 0
        self.state_s: list[float] = []
        """From the making of a state to its arrival here."""
        self.event_s: list[float] = []
        self.answer_s: list[float] = []
        self.echo_s: list[float] = []


class Watch:
    """Hears everything, and asks now and then."""

    def __init__(self, port: int, boxes: int) -> None:
        self._port, self._boxes, self._dice = port, boxes, Random(1)
        self._asker = _asker(port)
        self.tally = Tally()
        self.online: set[str] = set()
        self.informed: set[str] = set()
        self.shown: dict[str, int] = {}
        """The volume that each box shows."""
        self.obeyed: set[str] = set()
        self._asked: dict[str, float] = {}
        self._ask_at = 0.0
        self._turn = 0

    def close(self) -> None:
        self._asker.close()

    def again(self) -> None:
        """The broker is back: nothing has been heard yet."""
        self._asker = _asker(self._port)
        self.online.clear()
        self.informed.clear()
        self.shown.clear()

    @property
    def unanswered(self) -> int:
        return len(self._asked)

    @property
    def announced(self) -> bool:
        """Whether every box is there with all that stands."""
        return all(len(seen) == self._boxes for seen in (self.online, self.informed, self.shown))

    def all_show(self, level: int) -> bool:
        return set(self.shown.values()) == {level}

    def fresh(self) -> Tally:
        """Count anew."""
        self.tally = Tally()
        return self.tally

    def until(self, true: Callable[[], bool], within_s: float, what: str) -> float:
        """Seconds until it is so."""
        began = time.perf_counter()
        while not true():
            self.listen(0.05)
            assert time.perf_counter() - began < within_s, f"not within {within_s:.0f} s: {what}"
        return time.perf_counter() - began

    def ask(self) -> None:
        """Every 50 ms: a request to some box and, in turns with it, to itself."""
        now = time.perf_counter()
        if now < self._ask_at:
            return
        self._ask_at = now + _ASK_EVERY_S
        self._turn += 1
        payload = b'{"transaction":%d}' % self._turn
        if self._turn % 2:
            box = f"{PREFIX}/{name_of(self._dice.randrange(self._boxes))}"
            self._asked[f"{box}/response/settings.get"] = now
            self._asker.say(f"{box}/request/settings.get", payload)
        else:
            self._asked[ECHO] = now
            self._asker.say(ECHO, payload)

    def command(self, level: int) -> None:
        """One message to all of them."""
        self.obeyed.clear()
        self._asker.say(f"{PREFIX}/group/{GROUP}/volume/set", b"%d" % level)

    def listen(self, longest_s: float) -> None:
        self._asker.turn(longest_s)
        wall, now = time.time(), time.perf_counter()
        for topic, payload in self._asker.taken():
            self._take(topic, payload, wall, now)

    def _take(self, topic: str, payload: bytes, wall: float, now: float) -> None:
        tally, box, _, what = self.tally, *topic.removeprefix(f"{PREFIX}/").partition("/")
        if topic in self._asked:
            took = now - self._asked.pop(topic)
            (tally.echo_s if topic == ECHO else tally.answer_s).append(took)
            return
        tally.messages += 1
        tally.bytes += len(topic) + len(payload)
        if what == "state":
            state = msgspec.json.decode(payload, type=_State)
            self.shown[box] = state.volume
            tally.state_s.append(wall - _wall(state.at))
        elif what == "event":
            event = msgspec.json.decode(payload, type=_Event)
            tally.event_s.append(wall - _wall(event.at))
            if event.command == "volume":
                self.obeyed.add(box)
        elif what == "health":  # the last thing that stands
            self.informed.add(box)
        elif what == "availability" and payload == b"online":
            self.online.add(box)


def _asker(port: int) -> Asker:
    topics = [f"{PREFIX}/+/{name}" for name in (*NAMES, "response/+")]
    return Asker(port, *topics, ECHO, qos=0)


def _wall(at: str) -> float:
    """It has whole milliseconds, cut off: half of one in the mean."""
    return datetime.fromisoformat(at).timestamp() + 0.0005
