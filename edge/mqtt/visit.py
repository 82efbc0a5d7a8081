"""A tool's short visit to the broker: reads what is retained, writes or clears it, and goes.

Not the box's own session: it has a name of its own, no will, and says nothing by itself. It speaks
MQTT 3.1.1, as every broker does.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Final, Self

from edge.errors import BrokerError
from edge.mqtt import trust
from edge.mqtt.address import Address
from edge.mqtt.packets import REFUSALS, THREE, connect, length, text

WITHIN_S: Final = 5.0
_SILENT_S: Final = 0.5
"""Brokers may send what is retained a moment after they have answered the subscription."""
_CONNACK, _PUBLISH, _PUBACK, _SUBACK = 0x20, 0x30, 0x40, 0x90
_RETAIN = 0x01


class Visit:
    """An open connection, for one thing after the other."""

    def __init__(self, address: Address, client_id: str) -> None:
        self._buffer = b""
        self._number = 0
        with contextlib.ExitStack() as stack:
            try:
                line = stack.enter_context(
                    socket.create_connection((address.host, address.port), WITHIN_S)
                )
                if address.tls:
                    context = trust.trusting(address)
                    line = stack.enter_context(
                        context.wrap_socket(line, server_hostname=address.host)
                    )
                self._line: socket.socket = line
                self._line.sendall(connect(address, client_id, THREE))
            except TimeoutError:
                raise BrokerError("it does not answer") from None
            except (OSError, ValueError) as error:  # ValueError: a host that can be none
                raise BrokerError(trust.reason(error)) from None
            self._be_let_in()
            self._open = stack.pop_all()

    def retained(self, topics: Sequence[str]) -> dict[str, bytes]:
        """What stands on these topics, as far as this user may read them."""
        asked = b"".join(text(topic) + b"\x01" for topic in topics)
        self._send(0x82, self._next() + asked)
        found: dict[str, bytes] = {}
        deadline, answered = time.monotonic() + WITHIN_S, False
        while time.monotonic() < deadline and len(found) < len(topics):
            quiet_s = _SILENT_S if answered else WITHIN_S
            packet = self._receive(min(quiet_s, deadline - time.monotonic()))
            if packet is None:
                break
            kind, body = packet
            answered = answered or kind == _SUBACK
            if kind & 0xF0 == _PUBLISH:
                topic, payload = self._taken(kind, body)
                if kind & _RETAIN and topic in topics:
                    found[topic] = payload
        if not answered:
            raise BrokerError("it does not answer")
        return found

    def retain(self, messages: Mapping[str, bytes]) -> None:
        """Leave these payloads on these topics; an empty one clears what stands there."""
        for topic, payload in messages.items():
            number = self._next()
            self._send(_PUBLISH | 0x02 | _RETAIN, text(topic) + number + payload)
            self._await(_PUBACK, number)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._line.sendall(b"\xe0\0")  # DISCONNECT
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- inside --------------------------------------------------------------------------------

    def _be_let_in(self) -> None:
        packet = self._receive(WITHIN_S)
        if packet is None:
            raise BrokerError("it does not answer")
        kind, body = packet
        if kind != _CONNACK or len(body) != 2:
            raise BrokerError("what answers there is no MQTT broker")
        if body[1]:
            raise BrokerError(REFUSALS.get(body[1], "it refuses us"))

    def _await(self, wanted: int, number: bytes) -> None:
        deadline = time.monotonic() + WITHIN_S
        while (left_s := deadline - time.monotonic()) > 0:
            packet = self._receive(left_s)
            if packet is None:
                break
            kind, body = packet
            if kind == wanted and body[:2] == number:
                return
            if kind & 0xF0 == _PUBLISH:
                self._taken(kind, body)
        raise BrokerError("it does not answer")

    def _taken(self, kind: int, body: bytes) -> tuple[str, bytes]:
        """Topic and payload of a message, acknowledged where it wants that."""
        (long,) = struct.unpack_from(">H", body)
        topic, rest = body[2 : 2 + long], body[2 + long :]
        if kind & 0x06:
            self._send(_PUBACK, rest[:2])
            rest = rest[2:]
        return topic.decode(errors="replace"), rest

    def _next(self) -> bytes:
        self._number = self._number % 0xFFFF + 1
        return struct.pack(">H", self._number)

    def _send(self, kind: int, body: bytes) -> None:
        try:
            self._line.settimeout(WITHIN_S)
            self._line.sendall(bytes([kind]) + length(len(body)) + body)
        except OSError as error:
            raise BrokerError(trust.reason(error)) from None

    def _receive(self, within_s: float) -> tuple[int, bytes] | None:
        """The next packet; None where none comes in time."""
        deadline = time.monotonic() + within_s
        while (packet := self._whole()) is None:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return None
            try:
                self._line.settimeout(left_s)
                piece = self._line.recv(65536)
            except TimeoutError:
                return None
            except OSError as error:
                raise BrokerError(trust.reason(error)) from None
            if not piece:
                raise BrokerError("it has closed the connection")
            self._buffer += piece
        return packet

    def _whole(self) -> tuple[int, bytes] | None:
        """The first packet of what was read, once it is whole."""
        size = 0
        for place in range(1, min(len(self._buffer), 5)):
            byte = self._buffer[place]
            size |= (byte & 0x7F) << (7 * (place - 1))
            if not byte & 0x80:
                end = place + 1 + size
                if len(self._buffer) < end:
                    return None
                kind, body = self._buffer[0], self._buffer[place + 1 : end]
                self._buffer = self._buffer[end:]
                return kind, body
        return None
