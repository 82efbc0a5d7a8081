"""The short way in and out of the connection, cut and glued as networks do it."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.mqtt import packets
from edge.mqtt.outbox import Letter
from edge.mqtt.packets import FIVE, THREE
from edge.mqtt.replies import Envelope
from edge.mqtt.stream import Stream
from tests.broker import HOST

Came = tuple[str, bytes, bool, Envelope]
_WELCOME = {FIVE: b"\x20\3\0\0\0", THREE: b"\x20\2\0\0"}


def _readable(connection: object) -> bool:
    return bool(select.select([connection], [], [], 0.003)[0])


class Line:
    """A stream, and the broker's end of it."""

    def __init__(self, version: int = FIVE) -> None:
        self.version = version
        self.came: list[Came] = []
        self.acknowledged: list[tuple[int, int]] = []
        self.stream = Stream(
            "box",
            5.0,
            older=version == THREE,
            on_letter=lambda *one: self.came.append(one),
            on_acknowledged=lambda *one: self.acknowledged.append(one),
        )
        with socket.create_server((HOST, 0)) as listener:
            self.stream.introduce(*listener.getsockname())
            self.broker, _ = listener.accept()
        self.broker.recv(4096)
        self.feed(_WELCOME[version])

    def feed(self, data: bytes, letters: int = 0) -> None:
        """Bytes from the broker; all that they make up is taken in, so many letters at least."""
        self.broker.sendall(data)
        self.take_until(lambda: len(self.came) >= letters)
        self.take()

    def take_until(self, true: Callable[[], bool]) -> None:
        """Take in what comes until that is so."""
        deadline = time.monotonic() + 5.0
        while not true() and time.monotonic() < deadline:
            self.take()

    def take(self) -> None:
        """All that has come."""
        while (there := self.stream.socket()) and (self.stream.ahead or _readable(there)):
            self.stream.read()
            self.stream.flush()

    def sent(self, size: int = 0) -> bytes:
        """What the broker got since it was last asked, so many bytes at least."""
        data, deadline = b"", time.monotonic() + 5.0
        while _readable(self.broker) or (len(data) < size and time.monotonic() < deadline):
            if _readable(self.broker):
                data += self.broker.recv(1 << 20)
        return data

    def close(self) -> None:
        connection = self.stream.socket()
        if connection is not None:
            connection.close()
        self.broker.close()


@pytest.fixture(params=[FIVE, THREE])
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    one = Line(request.param)
    yield one
    one.close()


_messages = st.lists(
    st.tuples(
        st.text(st.characters(codec="utf-8", exclude_characters="\0#+"), min_size=1, max_size=200),
        st.one_of(st.binary(max_size=20), st.binary(min_size=100, max_size=140)),
        st.sampled_from([0, 1]),
        st.booleans(),
        st.one_of(st.none(), st.binary(max_size=9)),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(messages=_messages, cuts=st.lists(st.floats(0.0, 1.0), max_size=4))
def test_however_it_is_cut_all_comes_in_order(
    line: Line,
    messages: list[tuple[str, bytes, int, bool, bytes | None]],
    cuts: list[float],
) -> None:
    line.came.clear()
    line.sent()
    data, expected, owed = b"", [], b""
    for number, (topic, payload, qos, retain, correlation) in enumerate(messages, 1):
        data += packets.publish(
            topic,
            payload,
            line.version,
            number=number,
            qos=qos,
            retain=retain,
            correlation=correlation,
        )
        beside = Envelope(correlation=correlation if line.version == FIVE else None)
        expected.append((topic, payload, retain, beside))
        owed += packets.acknowledgement(number.to_bytes(2)) if qos else b""
    places = sorted({0, len(data), *(round(cut * len(data)) for cut in cuts)})
    for first, last in pairwise(places):
        line.feed(data[first:last], len(expected) if last == len(data) else 0)
    assert line.came == expected
    assert line.sent(len(owed)) == owed


@pytest.mark.parametrize("size", [0, 127 - 9, 128 - 9, 16_383 - 10, 16_384 - 10, 300_000])
def test_a_message_of_any_length_comes_whole(line: Line, size: int) -> None:
    payload = bytes(number % 251 for number in range(size))
    line.feed(packets.publish("a/b/c", payload, line.version) * 2, letters=2)
    assert [one[:2] for one in line.came] == [("a/b/c", payload)] * 2


def test_what_is_acknowledged_is_told_with_its_code(line: Line) -> None:
    codes = [0, 0]
    line.feed(b"\x40\2\0\1" + b"\x40\2\1\0")
    if line.version == FIVE:
        line.feed(b"\x40\3\0\2\x97" + b"\x40\4\0\3\x95\0" + b"\x40\3\0\4\xfe")
        codes += [0x97, 0x95, 0xFE]
    line.take_until(lambda: len(line.acknowledged) == len(codes))
    assert line.acknowledged == list(zip([1, 256, 2, 3, 4], codes, strict=False))


def test_twice_the_same_with_qos_2_is_once(line: Line) -> None:
    sure = bytearray(packets.publish("a", b"x", line.version, number=7, qos=2))
    line.feed(bytes(sure))
    sure[0] |= 8
    line.feed(bytes(sure))
    assert line.sent(8) == b"\x50\2\0\7" * 2
    line.feed(b"\x62\2\0\7", letters=1)
    assert [one[:2] for one in line.came] == [("a", b"x")]
    assert line.sent(4) == b"\x70\2\0\7"


def test_an_acknowledgement_and_an_answer_leave_together(line: Line) -> None:
    line.broker.sendall(packets.publish("a", b"?", line.version, number=9))
    select.select([line.stream.socket()], [], [], 5)
    line.stream.read()
    number = line.stream.pass_on(Letter(topic="b", payload=b"!"))
    assert line.sent() == b""
    line.stream.flush()
    answer = packets.publish("b", b"!", line.version, number=number)
    assert line.sent(4 + len(answer)) == b"\x40\2\0\x09" + answer


def test_what_the_network_does_not_take_waits_its_turn(line: Line) -> None:
    letters = [Letter(topic="a", payload=bytes([number]) * 3_000_000) for number in range(3)]
    whole = b""
    for letter in letters:
        number = line.stream.pass_on(letter)
        line.stream.flush()
        whole += packets.publish("a", letter.payload, line.version, number=number)
    assert line.stream.want_write()
    got = b""
    while len(got) < len(whole) and (came := line.sent(1)):
        got += came
        line.stream.loop_write()
    assert got == whole
    assert not line.stream.want_write()


def test_a_message_longer_than_allowed_is_seen_before_it_is_there(line: Line) -> None:
    line.feed(packets.publish("a", b"x" * 2_000_000, line.version)[:70_000])
    line.take_until(lambda: line.stream.arriving > 0)
    assert line.stream.arriving > 1_900_000
    assert not line.came


@pytest.mark.parametrize("junk", [b"\0\0", b"\x30\0", b"\x32\3\0\1a", b"\x30\xff\xff\xff\xff\xff"])
def test_what_is_no_mqtt_ends_the_connection_or_nothing(line: Line, junk: bytes) -> None:
    line.feed(junk)
    assert not line.came


def test_a_lost_connection_is_lost(line: Line) -> None:
    line.broker.close()
    line.take_until(lambda: line.stream.socket() is None)
    assert line.stream.socket() is None
