"""A broker that does as it is told, also what no well-behaved one does: MQTT 5, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

HOST = "127.0.0.1"
CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 12, 13, 14

# properties of CONNACK
SERVER_KEEP_ALIVE, SERVER_REFERENCE, RECEIVE_MAXIMUM, TOPIC_ALIAS_MAXIMUM = 0x13, 0x1C, 0x21, 0x22
MAXIMUM_QOS, RETAIN_AVAILABLE, MAXIMUM_PACKET_SIZE = 0x24, 0x25, 0x27


class Published(NamedTuple):
    """A PUBLISH of the box, as it stood on the wire."""

    at: float
    topic: str
    payload: bytes
    qos: int
    retain: bool
    size: int
    connection: int


def packet(kind: int, body: bytes, flags: int = 0) -> bytes:
    return bytes([kind << 4 | flags]) + length(len(body)) + body


def length(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = divmod(number, 128)
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def publish(
    topic: bytes, payload: bytes, *, qos: int = 0, mid: int = 1, flags: int = 0, props: bytes = b""
) -> bytes:
    """A message for the box."""
    head = struct.pack(">H", len(topic)) + topic
    if qos:
        head += struct.pack(">H", mid)
    return packet(PUBLISH, head + length(len(props)) + props + payload, qos << 1 | flags)


class OddBroker:
    """Serves one connection after another; `close` ends it."""

    def __init__(
        self,
        properties: bytes = b"",
        refuse: Callable[[bytes], int] = lambda _connect: 0,
        answer: Callable[[Published], int | None] = lambda _published: 0,
        after_s: float = 0.0,
        silent: bool = False,
    ) -> None:
        """`refuse` gives CONNACK's reason code, `answer` PUBACK's (None: no answer at all)."""
        self.published: list[Published] = []
        self.connects: list[bytes] = []
        self.pings = 0
        self.unacknowledged = 0
        """The most messages that were ever on their way at once."""
        self.received: list[tuple[int, bytes]] = []
        """Kind and body of all other packets."""
        self.disconnects: list[bytes] = []
        self._properties, self._refuse, self._answer = properties, refuse, answer
        self._after_s, self._silent = after_s, silent
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._client: socket.socket | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="odd-broker", daemon=True)
        self._thread.start()

    def names(self) -> list[str]:
        """The last level of each topic, in order."""
        return [one.topic.rpartition("/")[2] for one in list(self.published)]

    def send(self, data: bytes) -> None:
        assert self._client is not None
        self._client.sendall(data)

    def drop(self) -> None:
        """Close the present connection without a word."""
        with contextlib.suppress(OSError, AttributeError):
            self._client.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # suppressed

    def close(self) -> None:
        self._closing = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._closing:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError, EOFError):
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._client = client
                self._serve(client)

    def _serve(self, client: socket.socket) -> None:
        waiting: list[tuple[float, bytes]] = []
        buffer = bytearray()
        client.settimeout(0.02)
        while not self._closing:
            try:
                data = client.recv(65536)
                if not data:
                    return
                buffer += data
            except TimeoutError:
                pass
            while (taken := first_packet(buffer)) is not None:
                kind, body, size = taken
                del buffer[:size]
                if not self._silent:
                    self._take(client, kind, body, size, waiting)
            self.unacknowledged = max(self.unacknowledged, len(waiting))
            while waiting and waiting[0][0] <= time.monotonic():
                client.sendall(waiting.pop(0)[1])

    def _take(
        self,
        client: socket.socket,
        kind: int,
        body: bytes,
        size: int,
        waiting: list[tuple[float, bytes]],
    ) -> None:
        flags = kind & 15
        match kind >> 4:
            case 1:
                self.connects.append(body)
                code = self._refuse(body)
                properties = length(len(self._properties)) + self._properties
                client.sendall(packet(CONNACK, bytes([0, code]) + properties))
                if code:
                    raise EOFError
            case 3:
                self._published(body, flags, size, waiting)
            case 8:
                # one reason code for each subscription; granted as asked
                client.sendall(packet(SUBACK, body[:2] + b"\0" + bytes([2] * _subscriptions(body))))
            case 12:
                self.pings += 1
                client.sendall(packet(PINGRESP, b""))
            case 14:
                self.disconnects.append(body)
                raise EOFError
            case other:
                self.received.append((other, body))
                if other == PUBREC:
                    client.sendall(packet(PUBREL, body[:2], 2))

    def _published(
        self, body: bytes, flags: int, size: int, waiting: list[tuple[float, bytes]]
    ) -> None:
        (name,) = struct.unpack(">H", body[:2])
        topic, rest = body[2 : 2 + name].decode(), body[2 + name :]
        qos = flags >> 1 & 3
        mid, rest = (rest[:2], rest[2:]) if qos else (b"", rest)
        skip = rest[0] + 1  # ours have few properties
        at, number = time.monotonic(), len(self.connects)
        one = Published(at, topic, rest[skip:], qos, bool(flags & 1), size, number)
        self.published.append(one)
        code = self._answer(one)
        if qos and code is not None:
            waiting.append((at + self._after_s, packet(PUBACK, mid + bytes([code]))))


def first_packet(buffer: bytearray) -> tuple[int, bytes, int] | None:
    """First byte, body and whole size of the first packet, once it is there."""
    size, shift, place = 0, 0, 1
    while True:
        if place >= len(buffer):
            return None
        size |= (buffer[place] & 127) << shift
        shift, place = shift + 7, place + 1
        if not buffer[place - 1] & 128:
            break
    if len(buffer) < place + size:
        return None
    return buffer[0], bytes(buffer[place : place + size]), place + size


def _subscriptions(body: bytes) -> int:
    rest, count = body[3 + body[2] :], 0
    while rest:
        (name,) = struct.unpack(">H", rest[:2])
        rest, count = rest[3 + name :], count + 1
    return count
