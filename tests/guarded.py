"""A mosquitto made of deploy/mosquitto's example and script, as its page says, and guests of it."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.config import MqttConfig
from edge.config.load import load
from edge.config.password import read_password
from edge.messages import BadCommand, Broker, Command, Event, Now, State
from edge.mqtt import event_ids
from edge.mqtt.address import Address, address_of
from edge.mqtt.outbox import Outbox
from edge.mqtt.publisher import MqttPublisher
from edge.mqtt.topics import About, Topics
from edge.mqtt.uplink import Uplink
from tests.broker import BINARY, HOST, Message, free_port, until

ROOT = Path(__file__).resolve().parents[1]
ENROL = ROOT / "deploy" / "mosquitto" / "enrol"


def enrol(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The script, as its user runs it."""
    return subprocess.run(
        [ENROL, folder, *words], capture_output=True, check=False, text=True, timeout=120
    )


class GuardedBroker:
    """The example, on free ports of the loopback interface and with its folders in a test's."""

    def __init__(self, folder: Path, made: Path) -> None:
        assert BINARY, "mosquitto is not installed"
        self.port, self.local_port = free_port(), free_port()
        self.log = folder / "broker.log"
        self._conf = folder / "mosquitto.conf"
        self._made, self._store = made, folder / "store"
        self._store.mkdir(exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        text = (self._made / "broker" / "mosquitto.conf").read_text(encoding="utf-8")
        for old, new in (
            ("/etc/mosquitto/moodbox", str(self._made / "broker" / "moodbox")),
            ("/var/lib/mosquitto/", f"{self._store}/"),
            ("\nlistener 8883\n", f"\nlistener {self.port} {HOST}\n"),
            ("\n#listener 1883 127.0.0.1\n", f"\nlistener {self.local_port} {HOST}\n"),
        ):
            assert old in text, old
            text = text.replace(old, new)
        # Started by root it becomes `mosquitto`, who may not look into a test's folder.
        self._conf.write_text(f"{text}\nuser root\n", encoding="utf-8")
        assert BINARY
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [BINARY, "-c", str(self._conf)], stderr=log, stdout=log
            )
        until(self._answers, 10, "mosquitto answers")

    def _answers(self) -> bool:
        """On the door that comes last."""
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.local_port)) == 0

    def reload(self) -> None:
        """As `systemctl reload mosquitto`."""
        assert self._process
        self._process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


class Home:
    """One enrolled box's or person's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, folder.name

    @property
    def password(self) -> str | None:
        file = self.folder / "mqtt-password"
        return file.read_text().strip() if file.exists() else None

    def context(self, *, certificate: bool = True) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.folder / "mqtt-ca.crt"))
        if certificate and (self.folder / "mqtt.crt").exists():
            context.load_cert_chain(self.folder / "mqtt.crt", self.folder / "mqtt.key")
        return context

    def configured(self, port: int) -> Address:
        """As the box itself would read its configuration."""
        mine = {"mqtt.host": HOST, "mqtt.port": port}
        mqtt: MqttConfig = load(self.folder / "moodbox.toml", overrides=mine).config.mqtt
        return address_of(mqtt, read_password(mqtt, {}))


class Guest:
    """A client of a foreign make that comes in as somebody, hears what it is given, and speaks."""

    def __init__(
        self,
        port: int,
        name: str | None = None,
        password: str | None = None,
        context: ssl.SSLContext | None = None,
        *topics: str,
        client_id: str = "",
    ) -> None:
        self.messages: list[Message] = []
        self.refused = self.left = ""
        self._answers: dict[int, str] = {}
        self._in, self._ready = threading.Event(), threading.Event()
        self._topics = topics
        self._client = client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        if name is not None:
            client.username_pw_set(name, password)
        if context is not None:
            client.tls_set_context(context)
        client.on_connect = self._connected
        client.on_connect_fail = lambda *_: self._fail("no connection")
        client.on_disconnect = lambda _c, _u, _f, reason, _p: self._leave(str(reason))
        client.on_subscribe = lambda *_: self._ready.set()
        client.on_message = lambda _c, _u, message: self._take(message)
        client.on_publish = lambda _c, _u, mid, reason, _p: self._answers.update({mid: str(reason)})
        properties = Properties(PacketTypes.CONNECT)
        properties.MaximumPacketSize = 0x20_0000
        try:
            client.connect(HOST, port, 20, clean_start=not client_id, properties=properties)
            client.loop_start()
        except OSError as error:
            self._fail(str(error))
        until(lambda: self.refused or self._in.is_set(), 10, "an answer")
        if topics and not self.refused:
            assert self._ready.wait(10), "it could not subscribe"

    def _fail(self, why: str) -> None:
        if not self._in.is_set():
            self.refused = why or "refused"

    def _leave(self, why: str) -> None:
        self.left = why
        self._fail(why)

    def _connected(self, client: paho.Client, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        if reason.is_failure:
            self._fail(str(reason))
            return
        self._in.set()
        if self._topics:
            options = SubscribeOptions(qos=1, retainAsPublished=True)
            client.subscribe([(topic, options) for topic in self._topics])

    def _take(self, message: paho.MQTTMessage) -> None:
        payload, at = bytes(message.payload), time.monotonic()
        self.messages.append(Message(at, message.topic, payload, message.retain, message.qos))

    def say(self, topic: str, payload: bytes | str = b"x", *, retain: bool = False) -> str:
        """What the broker says to it: `Success`, `Not authorized` …"""
        mid = self._client.publish(topic, payload, qos=1, retain=retain).mid
        until(lambda: mid in self._answers, 10, f"an answer about {topic}")
        return self._answers[mid]

    def shout(self, topic: str, payload: bytes) -> None:
        """Whatever the broker says to it."""
        self._client.publish(topic, payload, qos=1)

    def on(self, topic: str) -> list[bytes]:
        return [one.payload for one in list(self.messages) if one.topic == topic]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Box:
    """A box's own side of the broker, real from the configuration file to the socket."""

    def __init__(self, folder: Path, home: Home, port: int) -> None:
        self.commands: list[Command | BadCommand] = []
        self.brokers: list[Broker] = []
        self.outbox = Outbox()
        topics = Topics(prefix="moodbox", id=home.name, groups=("downstairs",))
        uplink = Uplink(
            home.configured(port),
            topics,
            self.outbox,
            self.commands.append,
            self.brokers.append,
            announce_s=0.0,
            dice=lambda: 0.1,
        )
        about = About(version="1", id=home.name, name=home.name)
        ids = event_ids.kept_in(folder / home.name, time.time())
        self.publisher = MqttPublisher(topics, about, ids, self.outbox, uplink, lambda _: None)
        self.publisher.start()

    @property
    def met(self) -> bool:
        return bool(self.brokers) and self.brokers[-1].connected

    def show(self, volume: int) -> None:
        self.publisher.show(State(volume=volume), Now(at=time.monotonic(), wall=time.time()))

    def tell(self, command: str) -> None:
        fields = {"command": command, "ok": True}
        self.publisher.tell(Event(event_type="command", wall=time.time(), fields=fields))
