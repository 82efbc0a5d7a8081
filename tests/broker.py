"""A private mosquitto on a free loopback port, and a stranger's client that listens to it."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.subscribeoptions import SubscribeOptions

HOST = "127.0.0.1"
BINARY = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def until(true: Callable[[], Any], within_s: float = 10.0, what: str = "it") -> None:
    """Wait for it; fail where it does not happen in time."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Mosquitto:
    """A real broker that can be started, killed, frozen and started again on the same port."""

    def __init__(self, folder: Path, lines: Sequence[str] = ("allow_anonymous true",)) -> None:
        assert BINARY, "mosquitto is not installed"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._config = folder / f"mosquitto-{self.port}.conf"
        own = (f"listener {self.port} {HOST}", "persistence false", "user root", "log_dest none")
        self._config.write_text("\n".join([*own, *lines, ""]))

    def start(self) -> None:
        assert BINARY
        self._process = subprocess.Popen(
            [BINARY, "-c", str(self._config)], stderr=subprocess.DEVNULL
        )
        until(self._answers, 10, "mosquitto answers")

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def send_signal(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)

    def kill(self) -> None:
        """As `kill -9`: everything retained is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class Message(NamedTuple):
    """One message as it came."""

    at: float
    topic: str
    payload: bytes
    retain: bool
    qos: int

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.payload)


class Ear:
    """A foreign client: hears everything, in order, and can speak."""

    def __init__(self, port: int, topic: str = "#") -> None:
        self.messages: list[Message] = []
        self._topic = topic
        self.port = port
        self._ready = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.on_connect = self._connected
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = lambda _c, _u, message: self._take(message)
        self._client.reconnect_delay_set(1, 1)
        self._client.connect_async(HOST, port, keepalive=20)
        self._client.loop_start()
        assert self._ready.wait(10), "the ear could not subscribe"

    def _connected(self, client: paho.Client, *_rest: object) -> None:
        client.subscribe(self._topic, options=SubscribeOptions(qos=2, retainAsPublished=True))

    def _take(self, message: paho.MQTTMessage) -> None:
        payload = bytes(message.payload)
        now = time.monotonic()
        self.messages.append(Message(now, message.topic, payload, message.retain, message.qos))

    def say(self, topic: str, payload: bytes | str = b"", *, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def flood(self, topic: str, payloads: Sequence[str]) -> None:
        """All at once, without waiting for anybody."""
        for payload in payloads:
            self._client.publish(topic, payload, qos=0)

    def on(self, name: str) -> list[Message]:
        """What came on topics that end so."""
        return [message for message in list(self.messages) if message.topic.endswith(f"/{name}")]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
