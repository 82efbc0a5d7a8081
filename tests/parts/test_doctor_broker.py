"""What a knock at the broker tells, and what `doctor` makes of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge import doctor_broker
from edge.config import BoxConfig, Config, MqttConfig
from edge.config.password import Secret
from edge.mqtt.address import Address
from edge.mqtt.knock import Knock, knock
from edge.mqtt.topics import Topics
from edge.upkeep.doctor import Check
from tests.broker import HOST, Ear, Mosquitto, until

TOPICS = Topics(prefix="moodbox", id="box", groups=("downstairs",))


def knocked(port: int, *, topics: Topics | None = TOPICS, **more: Any) -> Knock:
    word = more.pop("word", None)
    secret = None if word is None else Secret(word)
    address = Address(host=HOST, port=port, password=secret, **more)
    return knock(address, "moodbox-test", topics)


def diagnosed(port: int, *, running: bool = False, by_hand: bool = True, **mqtt: Any) -> Check:
    config = Config(box=BoxConfig(id="box"), mqtt=MqttConfig(host=HOST, port=port, **mqtt))
    return doctor_broker.broker(config, {}, running=running, by_hand=by_hand)


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Somebody on a port who says this to one client after another, and what those said."""
    with socket.create_server((HOST, 0)) as server:
        heard: list[bytes] = []

        def serve() -> None:
            for answer in answers:
                line, _ = server.accept()
                with line:
                    heard.append(line.recv(1000))
                    line.sendall(answer)
                    line.shutdown(socket.SHUT_WR)
                    while line.recv(1000):
                        pass

        thread = threading.Thread(target=serve, name="broker")
        thread.start()
        yield server.getsockname()[1], heard
        thread.join(10)


def test_a_broker_lets_us_in_and_nobody_is_troubled(broker: Mosquitto, ear: Ear) -> None:
    assert knocked(broker.port) == Knock()
    assert knocked(broker.port, username="somebody", word="x" * 300) == Knock()
    assert {message.topic for message in ear.messages} == {"moodbox/box/reply/moodbox-test"}
    assert not any(message.retain for message in ear.messages)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"\x20\x03\x00\x87\x00", "does not let this user in"),
        (b"\x20\x03\x00\x86\x00", "refuses user or password"),
        (b"\x20\x03\x00\x8b\x00", "reason 0x8b"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no MQTT broker"),
        (b"\x15\x03\x01\x00\x02\x02\x16", "set mqtt.tls = true"),
    ],
)
def test_what_a_broker_says_is_told(answer: bytes, says: str) -> None:
    with answering(answer) as (port, heard):
        found = knocked(port, username="me", word="secret")
    assert found.wrong is not None
    assert says in found.wrong
    assert heard[0].startswith(b"\x10")
    assert heard[0].endswith(b"\0\x02me\0\x06secret")


@pytest.mark.parametrize("first", [b"", b"\x20\x02\x00\x01"], ids=["hangs up", "refuses"])
def test_an_old_broker_is_spoken_to_in_its_language(first: bytes) -> None:
    with answering(first, b"\x20\x02\x00\x04") as (port, heard):
        found = knocked(port)
    assert found.wrong == "it refuses user or password"
    assert [said[8] for said in heard] == [5, 4]


def test_whoever_only_hangs_up_is_no_broker() -> None:
    with answering(b"", b"") as (port, _):
        assert "no MQTT broker" in str(knocked(port).wrong)


def test_refused_subscriptions_are_named() -> None:
    """As brokers tell that check them; mosquitto's acl file does not."""
    suback = b"\x90\x07\x00\x01\x00\x87\x00\x87\x00"
    with answering(b"\x20\x03\x00\x00\x00" + suback + b"\x40\x03\x00\x02\x87") as (port, _):
        found = knocked(port)
    assert found.wrong is None
    assert found.refused[0] == f"to hear {TOPICS.subscriptions()[0]}"
    assert "to speak under moodbox/box/" in found.refused


ACL = """
pattern readwrite moodbox/%u/#
pattern read moodbox/group/#
pattern read homeassistant/status
"""


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker with the contract's rules, and no passwords."""
    (tmp_path / "acl").write_text(ACL)
    one = Mosquitto(tmp_path, ("allow_anonymous true", f"acl_file {tmp_path}/acl"))
    one.start()
    yield one
    one.kill()


def test_a_user_that_is_not_named_like_the_box_is_found(guarded: Mosquitto) -> None:
    assert knocked(guarded.port, username="box") == Knock()
    (refused,) = knocked(guarded.port, username="bedroom").refused
    assert refused == "to speak under moodbox/box/"
    check = diagnosed(guarded.port)
    assert check.status == "fail"
    assert "Name the user like the box (box)" in str(check.mend)


def test_another_box_of_the_same_id_is_suspected(broker: Mosquitto, ear: Ear) -> None:
    assert diagnosed(broker.port).status == "ok"
    ear.say("moodbox/box/availability", "online", retain=True)
    check = diagnosed(broker.port)
    assert check.status == "warn"
    assert "a box box is there, though none runs here" in check.message
    assert diagnosed(broker.port, running=True).status == "ok"
    ear.say("moodbox/box/availability", "stopped", retain=True)
    assert diagnosed(broker.port).status == "ok"


def test_a_box_that_examines_itself_sends_nothing(broker: Mosquitto, ear: Ear) -> None:
    assert diagnosed(broker.port, by_hand=False).status == "ok"
    ear.say("end")
    until(lambda: ear.messages, what="what comes last")
    assert [message.topic for message in ear.messages] == ["end"]


def test_what_others_can_read_is_told(broker: Mosquitto, tmp_path: Path) -> None:
    word = tmp_path / "word"
    word.write_text("hunter2\n")
    word.chmod(0o644)
    check = diagnosed(broker.port, username="box", password_file=str(word))
    assert check.status == "warn"
    assert "every user of this machine can read mqtt.password_file" in check.message
    word.chmod(0o640)
    check = diagnosed(broker.port, username="box", password_file=str(word))
    assert check.status == "ok", "a loopback broker needs no encryption"
    assert "hunter2" not in str(check)


def test_a_password_in_the_open_is_told() -> None:
    found = {"refused": (), "ending": (), "online": False}
    address = Address(host="broker.local", username="box", password=Secret("hunter2"))
    check = doctor_broker.told("The broker b:1", address, TOPICS, found, [], running=False)
    assert check.status == "warn"
    assert "our password crosses the network in the open" in check.message
    encrypted = replace(address, tls=True)
    assert doctor_broker.told("b", encrypted, TOPICS, found, [], running=False).status == "ok"


def test_without_a_broker_and_a_network_nothing_is_said() -> None:
    check = doctor_broker.broker(Config(), {}, running=False, by_hand=False)
    assert (check.status, check.mend) == ("skip", None)


def test_files_that_would_not_serve_fail(tmp_path: Path) -> None:
    check = diagnosed(1, tls=True, ca_file=str(tmp_path / "none.pem"))
    assert check.status == "fail"
    assert "none.pem" in check.message
