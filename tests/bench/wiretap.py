"""A wire between a box and its broker that notes which events the broker acknowledged.

A listener at the broker cannot know that: what comes before it has subscribed anew is gone.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from typing import Any, NamedTuple

import msgspec

from tests.odd_broker import HOST, PUBACK, PUBLISH, first_packet


class Carried(NamedTuple):
    """An event as it went over the wire, once the broker had acknowledged it."""

    session: int
    at: float
    event: dict[str, Any]


class Wiretap:
    """Listens where the box looks for its broker, while `open`; counts sessions from 1."""

    def __init__(self, port: int, broker_port: int) -> None:
        self.port = port
        self.acknowledged: list[Carried] = []
        self.sessions = 0
        self.began_at = 0.0
        """When the newest session began."""
        self._broker_port = broker_port
        self._listener: socket.socket | None = None
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()

    def open(self) -> None:
        """The broker is there."""
        self._listener = socket.create_server((HOST, self.port))
        listener = self._listener
        threading.Thread(target=self._accept, args=(listener,), name="tap", daemon=True).start()

    def close(self) -> None:
        """The broker is gone, and every connection with it."""
        with self._lock:
            lines, self._lines = [*self._lines, *filter(None, [self._listener])], []
        self._listener = None
        for one in lines:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                box, _ = listener.accept()
                broker = socket.create_connection((HOST, self._broker_port))
            except OSError:
                return
            for one in (box, broker):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._lines += [box, broker]
                self.sessions += 1
                self.began_at = time.monotonic()
            carry = _Session(self.sessions, box, broker, self.acknowledged)
            threading.Thread(target=carry.run, name="tap-session", daemon=True).start()


class _Session:
    """One connection, carried in both directions."""

    def __init__(
        self, number: int, box: socket.socket, broker: socket.socket, told: list[Carried]
    ) -> None:
        self._number, self._box, self._broker, self._told = number, box, broker, told
        self._waiting: dict[int, dict[str, Any]] = {}
        self._from_box, self._from_broker = bytearray(), bytearray()

    def run(self) -> None:
        poller = select.poll()
        ends = {self._box.fileno(): self._box, self._broker.fileno(): self._broker}
        for file in ends:
            poller.register(file, select.POLLIN)
        with contextlib.suppress(OSError, EOFError):
            while True:
                for file, _ in poller.poll(1000):
                    self._carry(ends[file])
        for end in ends.values():
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _carry(self, end: socket.socket) -> None:
        data = end.recv(65536)
        if not data:
            raise EOFError
        if end is self._box:
            self._broker.sendall(data)
            self._from_box += data
            self._note(self._from_box, self._sent)
        else:
            self._box.sendall(data)
            self._from_broker += data
            self._note(self._from_broker, self._answered)

    def _note(self, buffer: bytearray, take: Any) -> None:
        while (packet := first_packet(buffer)) is not None:
            kind, body, size = packet
            del buffer[:size]
            take(kind, body)

    def _sent(self, kind: int, body: bytes) -> None:
        if kind >> 4 != PUBLISH or not kind & 6:
            return
        (length,) = struct.unpack(">H", body[:2])
        if not body[2 : 2 + length].endswith(b"/event"):
            return
        (mid,) = struct.unpack(">H", body[2 + length : 4 + length])
        rest = body[4 + length :]
        self._waiting[mid] = msgspec.json.decode(rest[rest.index(b"{") :])

    def _answered(self, kind: int, body: bytes) -> None:
        if kind >> 4 == PUBACK:
            event = self._waiting.pop(struct.unpack(">H", body[:2])[0], None)
            if event is not None:
                self._told.append(Carried(self._number, time.monotonic(), event))
