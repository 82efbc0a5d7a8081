"""Two hundred requests a second: each answered once, with its transaction, and nothing grows."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import msgspec

from edge.bench.report import Result, quantile
from tests.bench.asking import Asker, listen
from tests.bench.home import BOX, Home, anonymous_mb, cpu_s

RATE = 200
IN_FLIGHT = 50
"""So many the contract lets be on their way; more would be answered `busy`."""
GROWTH_MB = 5.0
_ROOT = f"moodbox/{BOX}"
_KINDS = ("settings.get", "volume", "search", "recommend")
_REST_S = 10.0
_WARM_S = 15.0


class Crowd:
    """Sends at a steady rate, and keeps account of what comes back."""

    def __init__(self, asker: Asker, rate: int = RATE) -> None:
        self._asker, self._rate = asker, rate
        self._due: dict[int, float] = {}
        self._count = 0
        self.late: list[float] = []
        """Seconds from when a request was due to its answer, also where it had to wait to leave."""
        self.answers: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.events = 0

    def run(self, seconds: float) -> None:
        """So long, and until the last answer is there."""
        began = time.perf_counter()
        first, last = self._count, self._count + round(seconds * self._rate)
        while self._count < last or self._due:
            due = began + (self._count - first) / self._rate
            now = time.perf_counter()
            if self._count < last and now >= due and len(self._due) < IN_FLIGHT:
                self._send(due)
                continue
            full = len(self._due) >= IN_FLIGHT or self._count >= last
            self._asker.turn(0.05 if full else due - now)
            self._read()
            if now > began + seconds + _REST_S:
                break
        self._until_told(last)

    @property
    def sent(self) -> int:
        return self._count

    def _send(self, due: float) -> None:
        number = self._count
        self._count += 1
        self._due[number] = due
        name = _KINDS[number % len(_KINDS)]
        asked: dict[str, object] = {"transaction": number}
        if name == "volume":
            asked["level"] = 30 + number // len(_KINDS) % 20
        elif name == "search":
            asked["query"] = "rain"
        self._asker.say(f"{_ROOT}/request/{name}", msgspec.json.encode(asked))

    def _read(self) -> None:
        now = time.perf_counter()
        for topic, payload in self._asker.taken():
            told = msgspec.json.decode(payload)
            if topic.endswith("/event"):
                self.events += told["event_type"] == "command" and told["command"] == "volume"
                continue
            number = told["transaction"]
            self.answers[number] += 1
            kind = _KINDS[number % len(_KINDS)]
            if told["status"] != "ok" or not topic.endswith(f"/{kind}"):
                self.wrong.append(f"{topic}: {payload[:200]!r}")
            due = self._due.pop(number, None)
            if due is not None:
                self.late.append(now - due)

    def _until_told(self, sent: int) -> None:
        """Events come behind the answers."""
        deadline = time.perf_counter() + _REST_S
        while self.events < sent // len(_KINDS) and time.perf_counter() < deadline:
            self._asker.turn(0.05)
            self._read()

    def missed(self) -> list[str]:
        """What is not as it should be."""
        found = [f"wrong: {one}" for one in self.wrong[:5]]
        lost = self._count - len(self.answers)
        twice = sum(count > 1 for count in self.answers.values())
        if lost:
            found.append(f"{lost} of {self._count} requests got no answer")
        if twice:
            found.append(f"{twice} got more than one")
        if self.events != self._count // len(_KINDS):
            found.append(f"{self.events} events for {self._count // len(_KINDS)} volumes")
        return found


def measure(here: Home, seconds: float, rate: int = RATE) -> tuple[list[Result], list[str]]:
    """The figures, and what is not as it should be."""
    box = here.process("box")
    with listen(here.broker.port, f"{_ROOT}/response/+", f"{_ROOT}/event") as asker:
        Crowd(asker, rate).run(min(_WARM_S, seconds))
        crowd = Crowd(asker, rate)
        before, busy = anonymous_mb(box), cpu_s(box)
        began = time.perf_counter()
        crowd.run(seconds)
        took = time.perf_counter() - began
        after, busy = anonymous_mb(box), cpu_s(box) - busy
    missed = crowd.missed()
    if after - before > GROWTH_MB:
        missed.append(f"box grew by {after - before:.1f} MB")
    return list(_told(crowd, rate, took, before, after, busy)), missed


def _told(
    crowd: Crowd, rate: int, took: float, before: float, after: float, busy: float
) -> Iterator[Result]:
    name = f"{rate} requests a second"
    yield Result(
        name=f"{name}, answered once", value=len(crowd.answers), unit="requests", n=crowd.sent
    )
    yield Result(name=f"{name}, in fact", value=round(crowd.sent / took, 1), unit="a second")
    for share in (0.5, 0.99, 1.0):
        late = 1000 * quantile(crowd.late, share)
        label = f"p{100 * share:.0f}" if share < 1 else "longest"
        yield Result(name=f"{name}, {label}", value=round(late, 2), unit="ms", n=len(crowd.late))
    yield Result(name="box's processor", value=round(100 * busy / took, 1), unit="% of a core")
    yield Result(name="box's own memory before", value=round(before, 2), unit="MiB")
    yield Result(name="box's own memory after", value=round(after, 2), unit="MiB")
