"""`moodbox mqtt forget` against a real mosquitto: what it clears, and what it leaves alone."""

from __future__ import annotations

import io
import json
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Self

import pytest

from edge import mqtt_tool
from edge.config import MqttConfig
from edge.errors import BrokerError
from edge.mqtt.address import Address
from edge.mqtt.visit import Visit
from tests.broker import BINARY, HOST, Ear, Mosquitto, free_port, until
from tests.parts.tools import environment, moodbox

needs_mosquitto = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
CONFIG = "homeassistant/device/moodbox_attic/config"
LEFT = ("state", "health", "info", "availability")


def forget(port: int, *, json: bool = False, **more: bool) -> tuple[int, str, str]:
    """Exit status, and what was said to stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    request = mqtt_tool.Request(id="attic", json=json, **more)
    code = mqtt_tool.forget(MqttConfig(host=HOST, port=port), {}, request, out, err)
    return code, out.getvalue(), err.getvalue()


def leave(ear: Ear, availability: str = "offline") -> None:
    """What a box leaves, and what its neighbour does."""
    for box in ("attic", "attic-2"):
        ear.say(f"homeassistant/device/moodbox_{box}/config", "{}", retain=True)
        for name in LEFT:
            word = availability if name == "availability" else "{}"
            ear.say(f"moodbox/{box}/{name}", word, retain=True)


def standing(port: int) -> set[str]:
    """All retained topics, as a newcomer finds them."""
    late = Ear(port)
    try:
        late.say("end")
        until(lambda: any(one.topic == "end" for one in late.messages), what="the end")
        return {one.topic for one in late.messages if one.retain}
    finally:
        late.close()


def own(box: str) -> set[str]:
    return {
        f"homeassistant/device/moodbox_{box}/config",
        *(f"moodbox/{box}/{name}" for name in LEFT),
    }


@needs_mosquitto
@pytest.mark.parametrize("word", ["offline", "stopped"])
def test_a_box_that_is_off_is_cleared_and_no_other(broker: Mosquitto, ear: Ear, word: str) -> None:
    leave(ear, word)
    code, said, wrong = forget(broker.port, json=True)
    assert (code, wrong) == (0, "")
    answer = json.loads(said)
    assert set(answer["cleared"]) == set(answer["found"]) == own("attic")
    assert (answer["online"], answer["left"], answer["id"]) == (False, [], "attic")
    assert standing(broker.port) == own("attic-2")


@needs_mosquitto
def test_the_announcement_goes_first_and_well_before_the_rest(broker: Mosquitto, ear: Ear) -> None:
    leave(ear)
    assert forget(broker.port)[0] == 0
    until(lambda: len([m for m in ear.messages if not m.payload]) == 5, what="five empty ones")
    empty = [message for message in ear.messages if not message.payload]
    assert empty[0].topic == CONFIG
    assert empty[1].at - empty[0].at > 0.8


@needs_mosquitto
def test_a_box_that_is_online_is_left_alone_unless_forced(broker: Mosquitto, ear: Ear) -> None:
    leave(ear, "online")
    code, _, wrong = forget(broker.port)
    assert code == 1
    assert "attic is online" in wrong
    assert standing(broker.port) == own("attic") | own("attic-2")
    assert forget(broker.port, force=True)[0] == 0
    assert standing(broker.port) == own("attic-2")


@needs_mosquitto
def test_a_dry_run_tells_and_clears_nothing(broker: Mosquitto, ear: Ear) -> None:
    leave(ear, "online")
    code, said, wrong = forget(broker.port, dry_run=True)
    assert (code, wrong) == (0, "")
    assert set(said.split("\n")) >= own("attic")
    assert standing(broker.port) == own("attic") | own("attic-2")


@needs_mosquitto
def test_where_nothing_stands_it_says_so(broker: Mosquitto) -> None:
    code, said, wrong = forget(broker.port)
    assert (code, wrong) == (0, "")
    assert said.startswith("attic is forgotten, of which this user could see nothing.")
    code, said, wrong = forget(broker.port, dry_run=True)
    assert (code, wrong) == (0, "")
    assert said.startswith("Nothing of attic stands on the broker")


@needs_mosquitto
def test_what_the_user_may_not_clear_is_told(tmp_path: Path) -> None:
    rules = tmp_path / "acl"
    rules.write_text("topic readwrite #\n")
    rules.chmod(0o644)
    broker = Mosquitto(tmp_path, ("allow_anonymous true", f"acl_file {rules}"))
    broker.start()
    try:
        with Visit(Address(host=HOST, port=broker.port), "seed") as visit:
            visit.retain({CONFIG: b"{}", "moodbox/attic/state": b"{}"})
            rules.write_text("topic read #\ntopic write homeassistant/#\n")
            broker.send_signal(signal.SIGHUP)
            until(lambda: not may_write(visit, "moodbox/attic/probe"), what="the new rules")
        code, said, wrong = forget(broker.port, json=True)
        assert code == 1
        assert json.loads(said)["cleared"] == [CONFIG]
        assert set(json.loads(said)["left"]) == own("attic") - {CONFIG}
        assert "this user may not clear it" in wrong
    finally:
        broker.kill()


def may_write(visit: Visit, topic: str) -> bool:
    word = str(time.monotonic()).encode()
    visit.retain({topic: word})
    return visit.retained([topic]).get(topic) == word


def test_without_a_broker_it_is_a_sentence() -> None:
    code, said, wrong = forget(free_port())
    assert (code, said) == (1, "")
    assert wrong.startswith(f"The broker at {HOST}:")
    assert wrong.endswith("cannot be used: connection refused.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--set=mqtt.host=",), "mqtt.host is empty"),
        (("--id=a/b",), "--id is a box's id"),
        (("--set=mqtt.username=me",), "without a password"),
    ],
)
def test_wrong_use_is_refused(words: tuple[str, ...], sentence: str) -> None:
    where = (f"--set=mqtt.host={HOST}", f"--set=mqtt.port={free_port()}")
    done = moodbox("mqtt", "forget", *where, *words, env=environment())
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


class Babbler:
    """A server that answers to what it hears with prepared bytes, one by one, then hangs up."""

    def __init__(self, *connections: tuple[bytes, ...]) -> None:
        self._connections = connections
        self.heard: list[bytes] = []
        self._server = socket.create_server((HOST, 0))
        self.port: int = self._server.getsockname()[1]
        self._server.settimeout(10)
        self._thread = threading.Thread(target=self._serve, name="babbler")

    def _serve(self) -> None:
        for answers in self._connections:
            line, _ = self._server.accept()
            with line:
                line.settimeout(10)
                for answer in answers:
                    self.heard.append(line.recv(4096))
                    for byte in answer:
                        line.sendall(bytes([byte]))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(15)
        self._server.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "closed|no MQTT broker"),
        (b"\x20\x02\x00\x05", "does not let this user in"),
        (b"\x20\x03\x00\x87\x00", "does not let this user in"),
        (b"\x20\x02\x00\x63", "it refuses us"),
    ],
    ids=["another service", "an old refusal", "a refusal", "an unknown refusal"],
)
def test_who_is_no_broker_is_told(answer: bytes, reason: str) -> None:
    with Babbler((answer,)) as babbler, pytest.raises(BrokerError, match=reason):
        Visit(Address(host=HOST, port=babbler.port), "test")


@pytest.mark.parametrize(
    "first", [(b"",), (b"\x20\x02\x00\x01",), (b"\x20\x03\x00\x84\x00",)], ids=["-", "3.1.1", "5"]
)
def test_an_old_broker_is_spoken_to_in_its_way_and_late_packets_in_pieces_are_understood(
    first: tuple[bytes, ...],
) -> None:
    long = b"x" * 300
    message = b"\x00\x01a" + long
    packet = b"\x31" + bytes([len(message) % 128 | 0x80, len(message) // 128]) + message
    old = (b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01" + packet)
    with Babbler(first, old) as babbler:
        with Visit(Address(host=HOST, port=babbler.port), "test") as visit:
            assert visit.retained(["a"]) == {"a": long}
        assert b"MQTT\x05" in babbler.heard[0]
        assert b"MQTT\x04" in babbler.heard[1]


def test_who_hangs_up_twice_is_no_broker() -> None:
    with Babbler((b"",), (b"",)) as babbler, pytest.raises(BrokerError, match="closed"):
        Visit(Address(host=HOST, port=babbler.port), "test")
