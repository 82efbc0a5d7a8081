"""Two clients to measure with: as bare as one can be, and as they are usually written."""

from __future__ import annotations

import queue
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.broker import HOST

LONGEST_S = 10.0


class Asker:
    """Publishes, and waits for what it has subscribed to: one thread, one socket, no hand-over."""

    def __init__(self, port: int, *topics: str, no_delay: bool = True, qos: int = 1) -> None:
        self._arrived: deque[tuple[str, bytes]] = deque()
        self._subscribed = 0
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.max_inflight_messages_set(0)
        self._client.on_message = lambda _c, _u, one: self._arrived.append((one.topic, one.payload))
        self._client.on_subscribe = self._count
        self._no_delay = no_delay
        self._client.on_socket_open = self._opened
        self._client.connect(HOST, port, keepalive=60)
        self._wait(self._client.is_connected)
        for topic in topics:
            self._client.subscribe(topic, qos=qos)
        self._wait(lambda: self._subscribed == len(topics))

    def say(self, topic: str, payload: bytes, qos: int = 1) -> None:
        """Send it at once."""
        self._client.publish(topic, payload, qos=qos)

    def round_trip(self, topic: str, payload: bytes, back: str, qos: int = 1) -> float:
        """Seconds from sending it to the message on `back` that follows."""
        began = time.perf_counter()
        self._client.publish(topic, payload, qos=qos)
        deadline = began + LONGEST_S
        while True:
            self.turn(deadline - time.perf_counter())
            while self._arrived:
                if self._arrived.popleft()[0] == back:
                    return time.perf_counter() - began
            if time.perf_counter() > deadline:
                raise AssertionError(f"nothing came on {back}")

    def heard(self) -> list[tuple[str, bytes]]:
        """What came since it was last asked, after one short wait."""
        self.turn(0.05)
        return self.taken()

    def taken(self) -> list[tuple[str, bytes]]:
        """What came since it was last asked."""
        messages = list(self._arrived)
        self._arrived.clear()
        return messages

    def messages(self) -> list[tuple[str, Any]]:
        """The same, read as JSON."""
        return [(topic, msgspec.json.decode(payload)) for topic, payload in self.heard()]

    def turn(self, longest_s: float) -> None:
        """Wait so long for the network, and read what came."""
        connection = self._client.socket()
        assert connection is not None, "the broker closed the connection"
        writing = [connection] if self._client.want_write() else []
        readable, writable, _ = select.select([connection], writing, [], max(longest_s, 0.0))
        if readable:
            self._client.loop_read()
        if writable:
            self._client.loop_write()
        self._client.loop_misc()

    def close(self) -> None:
        self._client.disconnect()

    def _wait(self, true: Any) -> None:
        deadline = time.monotonic() + LONGEST_S
        while not true():
            assert time.monotonic() < deadline, "the broker does not answer"
            self.turn(0.1)

    def _count(self, *_: object) -> None:
        self._subscribed += 1

    def _opened(self, _client: object, _userdata: object, connection: Any) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(self._no_delay))


class UsualAsker:
    """The same with paho's own network thread, as nearly everybody writes it."""

    def __init__(self, port: int, *topics: str) -> None:
        self._arrived: queue.Queue[str] = queue.Queue()
        ready = threading.Semaphore(0)
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.on_message = lambda _c, _u, one: self._arrived.put(one.topic)
        self._client.on_subscribe = lambda *_: ready.release()
        self._client.on_socket_open = lambda _c, _u, connection: connection.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        self._client.connect(HOST, port, keepalive=60)
        self._client.loop_start()
        for topic in topics:
            self._client.subscribe(topic, qos=1)
        for _ in topics:
            assert ready.acquire(timeout=LONGEST_S), "the broker does not answer"

    def round_trip(self, topic: str, payload: bytes, back: str, qos: int = 1) -> float:
        """Seconds from sending it to the message on `back` that follows."""
        began = time.perf_counter()
        self._client.publish(topic, payload, qos=qos)
        while self._arrived.get(timeout=LONGEST_S) != back:
            pass
        return time.perf_counter() - began

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@contextmanager
def listen(port: int, *topics: str, no_delay: bool = True, qos: int = 1) -> Iterator[Asker]:
    asker = Asker(port, *topics, no_delay=no_delay, qos=qos)
    try:
        yield asker
    finally:
        asker.close()
