"""The session against brokers that allow little, refuse, keep silent or send nonsense."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests import odd_broker as odd
from tests.broker import until
from tests.odd_broker import OddBroker, Published
from tests.parts.mqtt_box import KeepingBox, keeping_box

RETAINED = ["availability", "info", "state", "health"]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as one:
        yield one


@pytest.fixture
def serve(stack: ExitStack) -> Callable[..., OddBroker]:
    def make(**how: Any) -> OddBroker:
        broker = OddBroker(**how)
        stack.callback(broker.close)
        return broker

    return make


@pytest.fixture
def make_box(stack: ExitStack, tmp_path: Path) -> Callable[..., KeepingBox]:
    return lambda broker, make=Hasty: stack.enter_context(keeping_box(broker.port, tmp_path, make))


class Hasty(KeepingBox):
    """Its pauses before the next attempt are the shortest."""

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(port, folder, dice=lambda: 0.0)


Serve = Callable[..., OddBroker]
MakeBox = Callable[..., KeepingBox]


def numbers(broker: OddBroker) -> list[str]:
    events = [one for one in list(broker.published) if one.topic.endswith("/event")]
    return [str(int(one.payload.split(b'"command":"')[1].split(b'"')[0])) for one in events]


def names_of(broker: OddBroker, connection: int) -> list[str]:
    """The last levels of what came in this session, without log lines."""
    there = [one for one in list(broker.published) if one.connection == connection]
    names = [one.topic.rpartition("/")[2] for one in there]
    return [name for name in names if name != "log"]


def test_a_receive_maximum_of_one_is_kept(serve: Serve, make_box: MakeBox) -> None:
    limit = bytes([odd.RECEIVE_MAXIMUM]) + struct.pack(">H", 1)
    broker = serve(properties=limit, after_s=0.03)
    box = make_box(broker)
    for number in range(20):
        box.tell(number)
    until(lambda: len(numbers(broker)) == 20, what="the events")
    assert broker.names()[:4] == RETAINED
    assert numbers(broker) == [str(number) for number in range(20)]
    assert broker.unacknowledged == 1


def test_what_is_larger_than_the_broker_takes_is_left_out(
    serve: Serve, make_box: MakeBox, caplog: pytest.LogCaptureFixture
) -> None:
    limit = bytes([odd.MAXIMUM_PACKET_SIZE]) + struct.pack(">L", 300)
    broker = serve(properties=limit)
    box = make_box(broker)
    box.tell(1)
    until(lambda: numbers(broker) == ["1"], what="the event")
    box.show(volume=3)
    box.tell(2)
    until(lambda: numbers(broker) == ["1", "2"], what="the next")
    assert max(one.size for one in broker.published) <= 300
    assert len(broker.connects) == 1
    assert caplog.text.count("moodbox/box/state") == 1, "it is said once"


@pytest.mark.parametrize("qos", [0, 1])
def test_a_broker_of_a_lower_quality_of_service_is_spoken_to_in_it(
    serve: Serve, make_box: MakeBox, qos: int
) -> None:
    def refuse(connect: bytes) -> int:
        will_qos = connect[7] >> 3 & 3
        return 0x9B if will_qos > qos else 0

    broker = serve(properties=bytes([odd.MAXIMUM_QOS, qos]), refuse=refuse)
    box = make_box(broker)
    box.tell(1)
    until(lambda: numbers(broker) == ["1"], what="the event")
    assert broker.names()[:4] == RETAINED
    assert {one.qos for one in broker.published} == {qos}
    assert box.met


def test_a_broker_that_retains_nothing_is_spoken_to_without(
    serve: Serve, make_box: MakeBox
) -> None:
    broker = serve(
        properties=bytes([odd.RETAIN_AVAILABLE, 0]),
        refuse=lambda connect: 0x9A if connect[7] & 0x20 else 0,
    )
    box = make_box(broker)
    box.tell(1)
    until(lambda: numbers(broker) == ["1"], what="the event")
    assert broker.names()[:4] == RETAINED
    assert not any(one.retain for one in broker.published)


def test_a_shorter_keep_alive_of_the_broker_holds(serve: Serve, make_box: MakeBox) -> None:
    broker = serve(properties=bytes([odd.SERVER_KEEP_ALIVE]) + struct.pack(">H", 2))
    box = make_box(broker)
    until(lambda: broker.pings >= 2, 20, "the pings")
    assert len(broker.connects) == 1
    assert box.met


def test_no_topic_alias_is_used(serve: Serve, make_box: MakeBox) -> None:
    broker = serve(properties=bytes([odd.TOPIC_ALIAS_MAXIMUM]) + struct.pack(">H", 10))
    box = make_box(broker)
    box.tell(1)
    until(lambda: numbers(broker) == ["1"], what="the event")
    assert all(one.topic for one in broker.published)


@pytest.mark.parametrize("code", [0x80, 0x83, 0x97, 0x89], ids=["any", "its own", "quota", "busy"])
def test_what_is_refused_for_now_is_sent_again_and_nothing_is_lost(
    serve: Serve, make_box: MakeBox, tmp_path: Path, code: int
) -> None:
    full = True

    def answer(published: Published) -> int:
        return code if full and not published.topic.endswith("availability") else 0

    broker = serve(answer=answer)
    box = make_box(broker)
    box.tell(1)
    box.tell(2)
    until(lambda: "event" in broker.names(), what="the first attempt")
    time.sleep(0.5)
    assert len(broker.published) < 12, "it does not insist"
    assert len(broker.connects) == 1
    full = False
    broker.drop()
    until(lambda: len(broker.connects) == 2, what="the next session")
    until(lambda: names_of(broker, 2) == [*RETAINED, "event", "event"], what="all of it")
    assert numbers(broker)[-2:] == ["1", "2"]


@pytest.mark.parametrize("code", [0x87, 0x95], ids=["not allowed", "too large"])
def test_what_is_refused_for_good_is_given_up_and_said_once(
    serve: Serve, make_box: MakeBox, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    broker = serve(answer=lambda one: code if one.topic.endswith("/event") else 0)
    box = make_box(broker)
    for number in range(5):
        box.tell(number)
    until(lambda: len(numbers(broker)) == 5, what="the events")
    until(lambda: box.outbox.depths()["events"] == 0, what="they are given up")
    assert caplog.text.count("the broker refuses moodbox/box/event") == 1


def test_a_broker_that_accepts_and_never_answers_is_left_and_tried_again(
    serve: Serve, make_box: MakeBox
) -> None:
    broker = serve(silent=True)
    box = make_box(broker)
    began = time.monotonic()
    for number in range(300):
        box.tell(number)
    assert time.monotonic() - began < 2.0
    until(lambda: box.brokers, 12, "the word of it")
    assert not box.brokers[-1].connected
    assert "does not answer" in box.brokers[-1].message


def test_a_broker_that_never_acknowledges_holds_nobody_up(serve: Serve, make_box: MakeBox) -> None:
    broker = serve(answer=lambda _published: None)
    box = make_box(broker)
    until(lambda: broker.published, what="something")
    began = time.monotonic()
    for number in range(1000):
        box.tell(number)
        box.show(volume=number % 100)
    assert time.monotonic() - began < 3.0
    time.sleep(0.3)
    assert len(broker.published) <= 20, "no more than fits on the way"
    broker.drop()
    until(lambda: not box.met, what="the loss")
    assert box.outbox.depths()["events"] == 200


@pytest.mark.parametrize("code", [0x9C, 0x9D], ids=["use another server", "server moved"])
@pytest.mark.parametrize("late", [False, True], ids=["at once", "later"])
def test_a_broker_that_sends_elsewhere_is_not_followed(
    serve: Serve, make_box: MakeBox, code: int, late: bool
) -> None:
    stranger = serve()
    place = f"127.0.0.1:{stranger.port}".encode()
    reference = bytes([odd.SERVER_REFERENCE]) + struct.pack(">H", len(place)) + place
    if late:
        broker = serve()
    else:
        broker = serve(properties=reference, refuse=lambda _: code if not box_may else 0)
    box_may = False
    box = make_box(broker)
    if late:
        until(lambda: "health" in broker.names(), what="the session")
        body = bytes([code]) + odd.length(len(reference)) + reference
        broker.send(odd.packet(odd.DISCONNECT, body))
    until(lambda: box.brokers and not box.brokers[-1].connected, what="the refusal")
    word = "another server" if code == 0x9C else "moved"
    assert word in box.brokers[-1].message
    box_may = True
    until(lambda: box.met, 12, "the session, in the end")
    assert not stranger.connects, "nobody is handed our credentials"


def test_a_session_that_is_taken_over_comes_back(serve: Serve, make_box: MakeBox) -> None:
    broker = serve()
    box = make_box(broker)
    until(lambda: "health" in broker.names(), what="the session")
    broker.send(odd.packet(odd.DISCONNECT, b"\x8e\0"))
    until(lambda: box.brokers and not box.brokers[-1].connected, what="the loss")
    # paho reads a reason that comes without properties from 2.2 on
    told = box.brokers[-1].message
    assert "session taken over" in told or "the broker ended it" in told
    until(lambda: len(broker.connects) == 2, what="the next session")


def test_a_packet_that_would_fill_the_memory_is_not_waited_for(
    serve: Serve, make_box: MakeBox
) -> None:
    broker = serve()
    box = make_box(broker)
    until(lambda: "health" in broker.names(), what="the session")
    broker.send(NONSENSE["a length of 256 MiB"])
    until(lambda: not box.met, what="the end of it")
    assert "it sends a packet of 268435455 bytes" in box.brokers[-1].message
    until(lambda: box.met, what="the next session")


NONSENSE = {
    "no packet of MQTT": b"GET / HTTP/1.1\r\n\r\n",
    "a length that never ends": b"\x30\xff\xff\xff\xff\xff",
    "a topic that is no UTF-8": odd.publish(b"moodbox/box/\xff/set", b"1"),
    "an alias that nobody allowed": odd.publish(b"", b"1", props=b"\x23\0\1"),
    "a message too short for its topic": odd.packet(odd.PUBLISH, b"\0\xffab"),
    "a message without anything": odd.packet(odd.PUBLISH, b""),
    "a message of QoS 3": odd.packet(odd.PUBLISH, b"\0\1a\0\1\0x", 6),
    "an acknowledgement of nothing": odd.packet(odd.PUBACK, b"\x7f\xff"),
    "an acknowledgement too short": odd.packet(odd.PUBACK, b"\0"),
    "an unknown reason": odd.packet(odd.PUBACK, b"\0\1\x55"),
    "a property that is none": odd.publish(b"moodbox/box/next/set", b"", props=b"\x7e\1"),
    "a second CONNACK": odd.packet(odd.CONNACK, b"\0\0\0"),
    "a packet of a client": odd.packet(odd.SUBSCRIBE, b"\0\1\0\0\1a\0", 2),
    "AUTH": odd.packet(15, b"\x18\0"),
    "an empty DISCONNECT": odd.packet(odd.DISCONNECT, b""),
    "a length of 256 MiB": b"\x30\xff\xff\xff\x7f\0\1a",
}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_of_the_broker_is_survived(
    serve: Serve, make_box: MakeBox, nonsense: bytes
) -> None:
    broker = serve()
    box = make_box(broker)
    until(lambda: "health" in broker.names(), what="the session")
    broker.send(nonsense)
    time.sleep(0.2)
    if len(broker.connects) == 1:
        broker.drop()
    until(lambda: len(broker.connects) >= 2 and box.met, what="another session")
    box.tell(1)
    until(lambda: numbers(broker)[-1:] == ["1"], what="the event")
    broker.send(odd.publish(b"moodbox/box/next/set", b""))
    until(lambda: box.commands, what="the command")


def test_a_message_of_qos_2_that_comes_twice_is_obeyed_once(
    serve: Serve, make_box: MakeBox
) -> None:
    broker = serve()
    box = make_box(broker)
    until(lambda: "health" in broker.names(), what="the session")
    message = odd.publish(b"moodbox/box/next/set", b"", qos=2, mid=7)
    again = bytes([message[0] | 8]) + message[1:]
    broker.send(message + again)
    until(lambda: box.commands, what="the command")
    broker.send(odd.publish(b"moodbox/box/previous/set", b"", qos=1, mid=8))
    until(lambda: len(box.commands) >= 2, what="the next")
    assert [one.name for one in box.commands] == ["next", "previous"]  # type: ignore[attr-defined]  # commands all


def test_a_gatekeeper_that_hangs_up_while_the_broker_is_away_brings_no_older_mqtt(
    serve: Serve, make_box: MakeBox
) -> None:
    away = False

    def refuse(_connect: bytes) -> int:
        if away:
            raise EOFError  # without a word
        return 0

    broker = serve(refuse=refuse)
    box = make_box(broker)
    until(lambda: box.met, what="the session")
    away = True
    broker.drop()
    until(lambda: len(broker.connects) >= 6, 20, "some attempts")
    away = False
    until(lambda: box.met, what="the next session")
    assert {connect[6] for connect in broker.connects} == {5}


class Stumbling(Hasty):
    """Fails at every other command."""

    def obey(self, command: object) -> None:
        super().obey(command)
        if len(self.commands) % 2:
            raise RuntimeError("stumbled")


def test_a_fault_while_a_message_is_taken_ends_nothing(
    serve: Serve, make_box: MakeBox, caplog: pytest.LogCaptureFixture
) -> None:
    broker = serve()
    box = make_box(broker, Stumbling)
    until(lambda: "health" in broker.names(), what="the session")
    for mid in range(1, 5):
        broker.send(odd.publish(b"moodbox/box/next/set", b"", qos=1, mid=mid))
    until(lambda: len(box.commands) == 4, what="all of them")
    until(lambda: [kind for kind, _ in broker.received] == [odd.PUBACK] * 4, what="their receipts")
    assert len(broker.connects) == 1
    assert "stumbled" in caplog.text


def test_noise_of_every_kind_is_survived(serve: Serve, make_box: MakeBox) -> None:
    broker = serve()
    box = make_box(broker)
    chance = random.Random(8)
    for round_ in range(1, 11):
        until(lambda n=round_: names_of(broker, n)[:4] == RETAINED, 12, "a session")
        kind = chance.randrange(16)
        body = chance.randbytes(chance.choice((0, 1, 2, 3, 5, 30, 300)))
        broker.send(odd.packet(kind, body, chance.randrange(16)) + chance.randbytes(9))
        until(lambda n=round_: len(broker.connects) > n or not time.sleep(0.1), 5, "its reaction")
        if len(broker.connects) == round_:
            broker.drop()
    box.tell(1)
    until(lambda: numbers(broker)[-1:] == ["1"], what="the event")
    assert len(broker.connects) >= 10
