"""The way to a real mosquitto: coming, going, being killed, and what may be said to the box."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.config.password import Secret
from edge.messages import BadCommand, Broker, Command, Event, Now, State
from edge.mqtt import event_ids
from edge.mqtt.address import Address
from edge.mqtt.outbox import Outbox
from edge.mqtt.publisher import MqttPublisher
from edge.mqtt.topics import About, Topics
from edge.mqtt.uplink import Uplink
from tests.broker import BINARY, HOST, Ear, Mosquitto, free_port, until

ROOT = Path(__file__).resolve().parents[2]
RETAINED = ("availability", "info", "state")

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")


class Box:
    """box's side of the broker, with all that came in."""

    def __init__(
        self,
        folder: Path,
        address: Address,
        announce_s: float,
        dice: Callable[[], float],
    ) -> None:
        self.commands: list[Command | BadCommand] = []
        self.brokers: list[Broker] = []
        topics = Topics(prefix="moodbox", id="box", groups=("downstairs",))
        outbox = Outbox()
        self.uplink = Uplink(
            address, topics, outbox, self.commands.append, self.brokers.append, announce_s, dice
        )
        about = About(version="1", id="box", name="Box")
        ids = event_ids.kept_in(folder, time.time())
        self.publisher = MqttPublisher(topics, about, ids, outbox, self.uplink, lambda _: None)

    @property
    def met(self) -> bool:
        return bool(self.brokers) and self.brokers[-1].connected

    def show(self, **changes: Any) -> None:
        now = Now(at=time.monotonic(), wall=time.time())
        self.publisher.show(State(**changes), now)

    def tell(self, number: int) -> None:
        fields = {"command": str(number), "ok": True}
        self.publisher.tell(Event(event_type="command", wall=time.time(), fields=fields))


MakeBox = Callable[..., Box]


@pytest.fixture
def make_box(tmp_path: Path) -> Iterator[MakeBox]:
    made: list[Box] = []

    def make(
        port: int,
        *,
        start: bool = True,
        announce_s: float = 0.0,
        dice: Callable[[], float] = lambda: 0.1,  # short pauses
        **account: Any,
    ) -> Box:
        address = Address(**{"host": HOST, "port": port, **account})
        box = Box(tmp_path, address, announce_s, dice)
        made.append(box)
        if start:
            box.publisher.start()
        return box

    yield make
    for box in made:
        box.publisher.close()


@pytest.fixture
def box(make_box: MakeBox, broker: Mosquitto) -> Box:
    """A box that is connected to the broker."""
    one = make_box(broker.port)
    until(lambda: one.met, what="the session")
    return one


def told(ear: Ear) -> list[tuple[str, bool]]:
    """The numbers of the events that came, and whether each was a replay."""
    events = [message.json for message in ear.on("event")]
    return [(event["command"], event.get("replayed", False)) for event in events]


def test_it_comes_with_all_that_stands_and_goes_with_stopped(
    make_box: MakeBox, broker: Mosquitto, ear: Ear
) -> None:
    box = make_box(broker.port)
    box.show(volume=7)
    until(lambda: ear.on("state"), what="the state")
    messages = [one for one in ear.messages if not one.topic.endswith("/log")]
    assert [one.topic for one in messages] == [f"moodbox/box/{name}" for name in RETAINED]
    assert all(one.qos == 1 and one.retain for one in messages)
    assert messages[0].payload == b"online"
    assert messages[1].json["id"] == "box"
    assert messages[2].json["volume"] == 7
    box.tell(1)
    until(lambda: told(ear) == [("1", False)], what="the event")
    assert not ear.on("event")[0].retain
    assert ear.on("event")[0].qos == 1
    begin = time.monotonic()
    box.publisher.close()
    assert time.monotonic() - begin < 2.0
    until(lambda: ear.on("availability")[-1].payload == b"stopped", 5, "stopped")
    late = Ear(broker.port)
    until(lambda: len(late.messages) == 3, what="what the broker has kept")
    assert {one.topic.rpartition("/")[2] for one in late.messages} == set(RETAINED)
    late.close()


def test_what_is_said_last_still_arrives_before_stopped(
    make_box: MakeBox, broker: Mosquitto, ear: Ear
) -> None:
    box = make_box(broker.port, announce_s=600.0)
    until(lambda: box.met, what="the session")
    box.show(volume=9)
    box.tell(1)
    box.publisher.close()
    until(lambda: [one.payload for one in ear.on("availability")] == [b"online", b"stopped"])
    assert ear.on("state")[-1].json["volume"] == 9
    assert told(ear) == [("1", False)]


CHILD = """
import sys, time
from edge.mqtt.address import Address
from edge.mqtt.outbox import Outbox
from edge.mqtt.topics import Topics
from edge.mqtt.uplink import Uplink
topics = Topics(prefix="moodbox", id="box")
Uplink(Address(host="127.0.0.1", port=int(sys.argv[1])), topics, Outbox(), print, print).start()
time.sleep(60)
"""


def test_a_killed_box_is_offline_by_its_last_will(broker: Mosquitto, ear: Ear) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(broker.port)], cwd=ROOT)
    try:
        until(lambda: ear.on("availability"), 30, "the child is online")
    finally:
        child.kill()
        child.wait(10)
    until(lambda: len(ear.on("availability")) == 2, what="the last will")
    will = ear.on("availability")[-1]
    assert (will.payload, will.retain, will.qos) == (b"offline", True, 1)


def test_a_broker_that_is_away_at_the_start_gets_the_kept_events_in_order(
    make_box: MakeBox, tmp_path: Path
) -> None:
    broker = Mosquitto(tmp_path)
    box = make_box(broker.port)
    until(lambda: box.brokers, what="the first failure")
    assert not box.brokers[0].connected
    assert "connection refused" in box.brokers[0].message
    for number in range(5):
        box.tell(number)
    box.show(volume=1)
    box.show(volume=1)
    broker.start()
    ear = Ear(broker.port)
    try:
        until(lambda: box.met, 5, "the session")
        until(lambda: len(ear.on("event")) == 5, what="the events")
        box.tell(5)
        until(lambda: len(ear.on("event")) == 6, what="the live event")
        assert told(ear) == [*((str(number), True) for number in range(5)), ("5", False)]
        ids = [one.json["id"] for one in ear.on("event")]
        assert ids == sorted(set(ids))
        names = [one.topic.rpartition("/")[2] for one in ear.messages]
        assert names.index("availability") < names.index("info") < names.index("state")
        assert names.index("state") < names.index("event")
        assert len(box.brokers) == 2, "being away is told once"
    finally:
        ear.close()
        broker.kill()


def test_a_killed_broker_is_found_again_and_told_everything_anew(
    make_box: MakeBox, broker: Mosquitto
) -> None:
    box = make_box(broker.port, dice=random.random)
    until(lambda: box.met, what="the session")
    box.show(volume=1)
    box.tell(1)
    for round_ in range(3):
        broker.kill()
        until(lambda: not box.met, what="the loss")
        box.tell(10 + round_)
        broker.start()
        back = time.monotonic()
        ear = Ear(broker.port)
        until(lambda ear=ear: {one.topic.rpartition("/")[2] for one in ear.messages} >= {
            *RETAINED, "event",
        }, what="all that stands")  # fmt: skip
        # The longest pause is 2 s; a machine that does other things besides may need as long again.
        assert time.monotonic() - back < 5.0
        assert ear.on("availability")[-1].payload == b"online"
        assert ear.on("state")[-1].json["volume"] == 1
        assert (str(10 + round_), True) in told(ear)
        ear.close()


def test_live_events_queue_behind_the_kept_ones(
    make_box: MakeBox, broker: Mosquitto, ear: Ear
) -> None:
    box = make_box(broker.port, start=False, announce_s=5.0)
    box.tell(1)
    box.tell(2)
    box.publisher.start()
    until(lambda: box.met, what="the session")
    box.tell(3)
    until(lambda: len(ear.on("event")) == 3, what="the events")
    assert told(ear) == [("1", True), ("2", True), ("3", False)]


def test_only_the_last_two_hundred_events_are_kept(
    make_box: MakeBox, broker: Mosquitto, ear: Ear
) -> None:
    box = make_box(broker.port, start=False)
    for number in range(250):
        box.tell(number)
    box.publisher.start()
    until(lambda: len(ear.on("event")) == 200, what="the events")
    assert [number for number, _ in told(ear)] == [str(number) for number in range(50, 250)]


def test_settings_and_buttons_arrive_checked_and_in_order(box: Box, ear: Ear) -> None:
    ear.say("moodbox/box/volume/set", "25")
    ear.say("moodbox/box/volume/set", "loud")
    ear.say("moodbox/group/downstairs/next/set")
    ear.say("moodbox/group/upstairs/next/set")
    ear.say("moodbox/box/volume/set/set", "26")
    ear.say("moodbox/box/request/volume/set", "26")
    ear.say("moodbox/box/request/set", "26")
    ear.say("moodbox/other/volume/set", "26")
    ear.say("moodbox/box/volum/set", "25")
    ear.say("moodbox/box/like/set", b"\xff\xfe")
    until(lambda: len(box.commands) == 5, what="the commands")
    assert box.commands[0] == Command(name="volume", value=25)
    assert isinstance(box.commands[1], BadCommand)
    assert box.commands[2] == Command(name="next")
    assert isinstance(box.commands[3], BadCommand)
    assert box.commands[3].name == "volum"
    assert box.commands[4] == Command(name="like")


def test_a_retained_command_is_never_obeyed_and_said_once(
    make_box: MakeBox, broker: Mosquitto, ear: Ear
) -> None:
    ear.say("moodbox/box/volume/set", "11", retain=True)
    ear.say("moodbox/group/downstairs/next/set", "x", retain=True)
    box = make_box(broker.port)
    until(lambda: len(ear.on("log")) == 2, what="the two lines")
    ear.say("moodbox/box/mode/set", "manual", retain=True)
    until(lambda: len(ear.on("log")) == 3, what="the third line")
    ear.say("moodbox/box/mode/set", "", retain=True)
    ear.say("moodbox/box/volume/set", "", retain=True)
    ear.say("moodbox/box/volume/set", "12")
    until(lambda: box.commands, what="the one that is not retained")
    assert box.commands == [Command(name="volume", value=12)]
    assert len(ear.on("log")) == 3
    assert all(one.json["level"] == "warning" and not one.retain for one in ear.on("log"))


def test_states_keep_their_distance(box: Box, ear: Ear) -> None:
    begin = time.monotonic()
    number = 0
    while time.monotonic() - begin < 2.2:
        number += 1
        box.show(volume=number % 101)
        time.sleep(0.005)
    until(lambda: time.monotonic() - begin > 3.0)
    box.show(volume=number % 101)
    until(lambda: ear.on("state")[-1].json["volume"] == number % 101, what="the last one")
    moments = [one.at for one in ear.on("state")]
    assert 4 <= len(moments) <= 6
    for first in moments:
        assert len([one for one in moments if first <= one < first + 0.95]) <= 2


def test_the_first_packet_is_the_session_of_the_contract(make_box: MakeBox) -> None:
    with socket.create_server((HOST, 0)) as listener:
        make_box(listener.getsockname()[1])
        connection, _ = listener.accept()
        with connection:
            packet = connection.recv(4096)
    begin = packet.index(b"\x00\x04MQTT\x05") + 7
    will_retained, will_qos_1, will, clean_start = 0x20, 0x08, 0x04, 0x02
    assert packet[begin] == will_retained | will_qos_1 | will | clean_start
    assert packet[begin + 1 : begin + 3] == bytes([0, 15])
    assert b"\x11\x00\x00\x00\x00" in packet, "the session ends with the connection"
    assert b"\x00\x0bmoodbox-box" in packet
    assert b"\x00\x18moodbox/box/availability\x00\x07offline" in packet


class Doorman(threading.Thread):
    """Stands before the broker and knows no MQTT 5: answers it as brokers of that age do."""

    def __init__(self, broker: Mosquitto, *, polite: bool) -> None:
        super().__init__(name="doorman", daemon=True)
        self.levels: list[int] = []
        self._broker, self._polite = broker, polite
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            first = client.recv(4096)
            level = first[first.index(b"MQTT") + 4]
            self.levels.append(level)
            if level == 5:
                if self._polite:
                    client.sendall(bytes([0x20, 2, 0, 1]))
                client.close()
                continue
            server = socket.create_connection((HOST, self._broker.port))
            server.sendall(first)
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=_carry, args=(source, target), daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.join(5)


def _carry(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(4096):
            target.sendall(data)
    except OSError:
        pass
    finally:
        source.close()
        target.close()


@pytest.mark.parametrize("polite", [True, False], ids=["refuses", "hangs up"])
def test_a_broker_that_knows_no_mqtt_5_is_spoken_to_in_3(
    make_box: MakeBox, broker: Mosquitto, ear: Ear, polite: bool
) -> None:
    doorman = Doorman(broker, polite=polite)
    doorman.start()
    box = make_box(doorman.port)
    until(lambda: box.met, 20, "the session")
    assert doorman.levels[-1] == 4
    assert set(doorman.levels[:-1]) == {5}
    box.show(volume=3)
    until(lambda: ear.on("state"), what="the state")
    ear.say("moodbox/box/next/set")
    until(lambda: box.commands, what="the command")
    box.publisher.close()
    until(lambda: ear.on("availability")[-1].payload == b"stopped", what="stopped")
    doorman.close()


def test_a_frozen_broker_holds_nobody_up(box: Box, broker: Mosquitto) -> None:
    broker.send_signal(signal.SIGSTOP)
    try:
        begin = time.monotonic()
        for number in range(500):
            box.tell(number)
            box.show(volume=number % 101)
        assert time.monotonic() - begin < 3.0
        begin = time.monotonic()
        box.publisher.close()
        assert time.monotonic() - begin < 3.0
    finally:
        broker.send_signal(signal.SIGCONT)


def test_a_twin_of_the_same_id_is_suspected(make_box: MakeBox, broker: Mosquitto, ear: Ear) -> None:
    one, two = make_box(broker.port), make_box(broker.port)
    until(lambda: one.uplink.suspects_twin or two.uplink.suspects_twin, 20, "the suspicion")
    until(lambda: any("same id" in m.json["message"] for m in ear.on("log")), 10, "the line")


def test_a_wrong_password_is_said_and_tried_again(
    make_box: MakeBox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    users = tmp_path / "users"
    users.touch(mode=0o600)
    if subprocess.call(["mosquitto_passwd", "-b", str(users), "ann", "secret-word"]):
        pytest.skip("mosquitto_passwd does not work here")
    users.chmod(0o644)
    broker = Mosquitto(tmp_path, ("allow_anonymous false", f"password_file {users}"))
    broker.start()
    try:
        wrong = make_box(broker.port, username="ann", password=Secret("wrong-word"))
        until(lambda: wrong.brokers, what="the refusal")
        assert not wrong.brokers[0].connected
        assert "not authorized" in wrong.brokers[0].message
        right = make_box(broker.port, username="ann", password=Secret("secret-word"))
        until(lambda: right.met, what="the session")
        assert "-word" not in caplog.text
    finally:
        broker.kill()


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=60)


def certify(folder: Path, *names: str) -> None:
    """An authority `ca`, and a key and certificate of `server` for these names."""
    ec = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    ca = (str(folder / "ca.pem"), str(folder / "ca.key"))
    openssl("req", "-x509", *ec, "-subj", "/CN=ca", "-out", ca[0], "-keyout", ca[1])
    key, csr = str(folder / "server.key"), str(folder / "server.csr")
    openssl("req", *ec[:-2], "-subj", "/CN=server", "-keyout", key, "-out", csr)
    (folder / "names").write_text(f"subjectAltName={','.join(names)}\n")
    signed = ("-CA", ca[0], "-CAkey", ca[1], "-CAcreateserial", "-days", "2")
    out = ("-out", str(folder / "server.pem"), "-extfile", str(folder / "names"))
    openssl("x509", "-req", "-in", csr, *signed, *out)
    for file in folder.glob("server.*"):
        file.chmod(0o644)


@pytest.mark.parametrize("honest", [True, False], ids=["its own name", "another's name"])
def test_with_tls_only_the_certified_broker_is_trusted(
    make_box: MakeBox, tmp_path: Path, honest: bool
) -> None:
    certify(tmp_path, f"IP:{HOST}" if honest else "DNS:elsewhere.example")
    certificates = (f"certfile {tmp_path}/server.pem", f"keyfile {tmp_path}/server.key")
    broker = Mosquitto(tmp_path, ("allow_anonymous true", *certificates))
    broker.start()
    try:
        box = make_box(broker.port, tls=True, ca_file=str(tmp_path / "ca.pem"))
        until(lambda: box.brokers, what="an answer")
        assert box.met == honest
        if not honest:
            assert "certificate is not trusted" in box.brokers[0].message
        strangers = make_box(broker.port, tls=True)
        until(lambda: strangers.brokers, what="an answer")
        assert not strangers.met
    finally:
        broker.kill()


def test_an_address_that_is_none_is_only_a_broker_that_is_away(make_box: MakeBox) -> None:
    for host in ("no.such.host.invalid", "a" * 300, "\0", "..", "ü" * 70):
        box = make_box(free_port(), host=host)
        until(lambda box=box: box.brokers, 20, host)
        assert not box.met
        box.publisher.close()
    assert not [one for one in threading.enumerate() if one.name == "mqtt" and one.is_alive()]
    assert len(list(Path("/proc/self/fd").iterdir())) < 200
