"""The announcement to Home Assistant through a real mosquitto: when it comes, and when not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.messages import Broker, Event, Now, State
from edge.mqtt import event_ids, homeassistant
from edge.mqtt.address import Address
from edge.mqtt.outbox import Outbox
from edge.mqtt.publisher import MqttPublisher
from edge.mqtt.topics import About, Topics
from edge.mqtt.uplink import Uplink
from tests.broker import BINARY, HOST, Ear, Message, Mosquitto, until

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")

CONFIG = homeassistant.topic("box")

MakeBox = Callable[..., MqttPublisher]


@pytest.fixture
def make_box(tmp_path: Path, broker: Mosquitto) -> Iterator[MakeBox]:
    made: list[MqttPublisher] = []

    def make(*, discovery: bool = True, announce_s: float = 0.0) -> MqttPublisher:
        topics = Topics(prefix="moodbox", id="box", discovery=discovery)
        outbox, brokers = Outbox(), list[Broker]()
        address = Address(host=HOST, port=broker.port)
        uplink = Uplink(address, topics, outbox, print, brokers.append, announce_s, lambda: 0.5)
        ids = event_ids.kept_in(tmp_path, time.time())
        about = About(version="1", id="box", name="Box")
        box = MqttPublisher(topics, about, ids, outbox, uplink, lambda _: None)
        box.show(State(), Now(at=0.0, wall=0.0))
        box.tell(Event(event_type="command", wall=0.0, fields={"command": "next", "ok": True}))
        made.append(box)
        box.start()
        until(lambda: brokers, what="the session")
        return box

    yield make
    for box in made:
        box.close()


def announced(ear: Ear) -> list[Message]:
    return [message for message in ear.messages if message.topic == CONFIG]


def test_it_comes_after_availability_and_before_the_rest(make_box: MakeBox, ear: Ear) -> None:
    make_box()
    until(lambda: ear.on("event"), what="the kept event")
    topics = [m.topic for m in ear.messages if not m.topic.endswith("/log")]
    names = ("availability", "", "info", "state", "event")
    assert topics == [f"moodbox/box/{name}" if name else CONFIG for name in names]
    (config,) = announced(ear)
    assert config.retain
    assert config.qos == 1
    assert config.json["dev"]["name"] == "Box"


def test_a_new_name_is_announced_and_nothing_else_is(make_box: MakeBox, ear: Ear) -> None:
    box = make_box()
    until(lambda: announced(ear), what="the announcement")
    box.introduce({"camera": "demo"})
    box.introduce({"name": "Kitchen"})
    until(lambda: ear.on("info") and ear.on("info")[-1].json["name"] == "Kitchen", what="the name")
    assert [one.json["dev"]["name"] for one in announced(ear)] == ["Box", "Kitchen"]


@pytest.mark.parametrize("retain", [False, True], ids=["live", "retained"])
def test_home_assistants_return_brings_it_again(make_box: MakeBox, ear: Ear, retain: bool) -> None:
    make_box(announce_s=1.0)
    until(lambda: announced(ear), what="the announcement")
    before = time.monotonic()
    ear.say("homeassistant/status", "offline", retain=retain)
    ear.say("homeassistant/status", "online", retain=retain)
    until(lambda: len(announced(ear)) == 2, what="another one")
    first, again = announced(ear)
    assert again.payload == first.payload
    assert again.at - before > 0.4  # half a second, says the die


def test_a_retained_status_from_before_is_heard_too(make_box: MakeBox, ear: Ear) -> None:
    ear.say("homeassistant/status", "online", retain=True)
    make_box(announce_s=0.2)
    until(lambda: announced(ear), what="the announcement")


def test_where_it_is_not_wanted_nothing_is_announced(make_box: MakeBox, ear: Ear) -> None:
    box = make_box(discovery=False)
    ear.say("homeassistant/status", "online")
    box.introduce({"name": "Kitchen"})
    until(lambda: ear.on("info") and ear.on("info")[-1].json["name"] == "Kitchen", what="the name")
    assert announced(ear) == []
