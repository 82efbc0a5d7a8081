"""What every publisher does, whether a broker listens, is away, or was never named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.messages import Broker, Event, Log, Now, Published, State, Track
from edge.mqtt import event_ids
from edge.mqtt.address import Address
from edge.mqtt.outbox import Outbox
from edge.mqtt.publisher import MqttPublisher
from edge.mqtt.topics import About, Topics
from edge.mqtt.uplink import Uplink
from edge.ports import Publisher
from tests.broker import HOST, Ear, Mosquitto, free_port, until

TOPICS = Topics(prefix="moodbox", id="box")


class Case:
    """A publisher, what watchers heard of it, and what the broker did."""

    def __init__(self, folder: Path, port: int | None, ear: Ear | None) -> None:
        self.watched: list[Published] = []
        self.brokers: list[Broker] = []
        self.ear = ear
        outbox, uplink = Outbox(), None
        if port is not None:
            address = Address(host=HOST, port=port)
            uplink = Uplink(address, TOPICS, outbox, print, self.brokers.append, announce_s=0.0)
        about = About(version="1", id="box", name="Box")
        ids = event_ids.kept_in(folder, time.time())
        self.concrete = MqttPublisher(TOPICS, about, ids, outbox, uplink, self.watched.append)
        self.publisher: Publisher = self.concrete
        self.concrete.start()
        if ear is not None:
            until(lambda: self.brokers, what="the session")

    def heard(self, name: str, count: int) -> list[Any]:
        """What watchers heard on this topic, after checking that the broker heard the same."""
        payloads = [one.payload for one in self.watched if one.topic == TOPICS.of(name)]
        assert len(payloads) == count
        if self.ear is not None:
            ear = self.ear
            until(lambda: ear.on(name) and ear.on(name)[-1].json == payloads[-1], what=name)
        return payloads


@pytest.fixture(params=["no broker", "an absent broker", "a broker"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    if request.param == "a broker":
        broker: Mosquitto = request.getfixturevalue("broker")
        one = Case(tmp_path, broker.port, request.getfixturevalue("ear"))
    else:
        one = Case(tmp_path, free_port() if request.param == "an absent broker" else None, None)
    yield one
    one.publisher.close()


def now(at: float = 0.0) -> Now:
    return Now(at=1000.0 + at, wall=1_795_214_280.0 + at)


def test_a_state_is_told_when_it_is_due(case: Case) -> None:
    case.publisher.show(State(volume=1), now())
    case.publisher.show(State(volume=1), now(10))
    case.publisher.show(State(volume=2), now(11))
    case.publisher.show(State(volume=3), now(11.1))
    assert [one["volume"] for one in case.heard("state", 2)] == [1, 2]
    case.publisher.show(State(volume=3), now(12))
    assert case.heard("state", 3)[-1]["volume"] == 3


def test_events_are_told_at_once_and_in_order(case: Case) -> None:
    song = Track(id="a", path="/secret/a.ogg")
    for reason in ("finished", "skipped", "mood"):
        fields = {"track": song, "reason": reason}
        case.publisher.tell(Event(event_type="track_ended", wall=0.0, fields=fields))
    told = case.heard("event", 3)
    assert [one["reason"] for one in told] == ["finished", "skipped", "mood"]
    assert [one["id"] for one in told] == sorted({one["id"] for one in told})
    assert "path" not in told[0]["track"]


def test_info_is_told_when_it_changes(case: Case) -> None:
    case.publisher.introduce({"camera": "demo", "runtime": "one 1.0"})
    case.publisher.introduce({"camera": "demo"})
    case.publisher.introduce({"audio": "pulseaudio"})
    (_, newest) = case.heard("info", 2)
    assert newest["capabilities"] == {"camera": "demo", "audio": "pulseaudio", "web": None}
    assert newest["model"] is None


def test_health_is_told_where_it_is_due(case: Case) -> None:
    case.publisher.health(None)
    case.publisher.health({"uptime_s": 1, "faults": {}})
    assert case.heard("health", 1) == [{"uptime_s": 1, "faults": {}}]


def test_a_log_line_is_told(case: Case) -> None:
    line = Log(level="warning", message="no song", part="library")
    case.publisher.log(line, Now(at=time.monotonic(), wall=0.0))
    assert case.heard("log", 1) == [{"level": "warning", "message": "no song", "part": "library"}]


def test_a_newcomer_gets_the_newest_of_what_stands(case: Case) -> None:
    case.publisher.show(State(volume=1), now())
    case.publisher.show(State(volume=2), now(10))
    standing = {one.topic: one.payload for one in case.publisher.standing()}
    assert set(standing) == {TOPICS.of("info"), TOPICS.of("state")}
    assert standing[TOPICS.of("state")]["volume"] == 2


@pytest.mark.parametrize(
    "speak",
    [
        lambda p, n: p.show(State(volume=n % 100), now(float(n))),
        lambda p, _: p.tell(Event(event_type="fault", wall=0.0, fields={"part": "eye"})),
        lambda p, n: p.log(Log(level="error", message="x", part="y"), now(float(n))),
        lambda p, n: p.introduce({"camera": str(n)}),
        lambda p, n: p.health({"uptime_s": n}),
    ],
    ids=["show", "tell", "log", "introduce", "health"],
)
def test_it_never_keeps_the_box_waiting(
    case: Case, speak: Callable[[Publisher, int], None]
) -> None:
    begin = time.monotonic()
    for number in range(1000):
        speak(case.publisher, number)
    assert time.monotonic() - begin < 5.0


def test_it_may_be_closed_twice_and_spoken_to_after(case: Case) -> None:
    case.publisher.close()
    case.publisher.close()
    case.publisher.show(State(), now())
    case.publisher.tell(Event(event_type="fault", wall=0.0, fields={}))
    case.publisher.log(Log(level="error", message="x", part="y"), now())
    case.publisher.introduce({"camera": "demo"})


def test_it_may_be_closed_before_it_has_begun(tmp_path: Path) -> None:
    outbox = Outbox()
    uplink = Uplink(Address(host=HOST, port=free_port()), TOPICS, outbox, print, print)
    ids = event_ids.kept_in(tmp_path, 0.0)
    about = About(version="1", id="box", name="Box")
    publisher = MqttPublisher(TOPICS, about, ids, outbox, uplink, print)
    publisher.close()
    publisher.close()
