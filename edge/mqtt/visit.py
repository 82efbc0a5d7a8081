"""A tool's short visit to the broker: reads what is retained, writes or clears it, and goes.

Not the box's own session: it has a name of its own, no will, and says nothing by itself. In MQTT 5
the broker says what this user may not do; one that knows only 3.1.1 is content with everything.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Self

from edge.errors import BrokerError
from edge.mqtt import packets, trust
from edge.mqtt.address import Address
from edge.mqtt.packets import FIVE, REFUSED, THREE, Packet

WITHIN_S: Final = 5.0
_SILENT_S: Final = 0.5
"""Brokers may send what is retained a moment after they have answered the subscription."""
_RETAIN: Final = 0x01
_SILENCE: Final = "it does not answer"
_NO_BROKER: Final = "what answers there is no MQTT broker"
_OLDER: Final = frozenset({1, 0x84})
"""It knows no MQTT 5, says one of 3.1.1, or of 5."""


class Visit:
    """An open connection, for one thing after the other; BrokerError where it fails."""

    def __init__(self, address: Address, client_id: str) -> None:
        self._version = FIVE
        if not self._enters(address, client_id):
            self._version = THREE
            if not self._enters(address, client_id):
                raise BrokerError(_NO_BROKER)

    def _enters(self, address: Address, client_id: str) -> bool:
        """False where the broker may understand the older version instead."""
        self._data = b""
        with contextlib.ExitStack() as stack, _failing():
            place = (address.host, address.port)
            line = stack.enter_context(socket.create_connection(place, WITHIN_S))
            if address.tls:
                context = trust.trusting(address)
                line = stack.enter_context(context.wrap_socket(line, server_hostname=address.host))
            self._line: socket.socket = line
            self._say(packets.connect(address, client_id, self._version))
            if not self._is_let_in():
                return False
            self._open = stack.pop_all()
        return True

    def retained(self, topics: Sequence[str]) -> dict[str, bytes]:
        """What stands on these topics, as far as this user may read them."""
        found: dict[str, bytes] = {}
        answered, deadline = False, time.monotonic() + WITHIN_S
        with _failing():
            self._say(packets.subscribe(topics, self._version))
            while not answered or len(found) < len(topics):
                quiet = deadline if not answered else time.monotonic() + _SILENT_S
                packet = self._next(min(quiet, deadline))
                if packet is None:
                    break
                answered |= packet.kind == packets.SUBACK
                if packet.kind == packets.PUBLISH and packet.flags & _RETAIN:
                    topic, payload = packets.topic_and_payload(packet, self._version)
                    found[topic] = payload
        if not answered:
            raise BrokerError(_SILENCE)
        return found

    def retain(self, messages: Mapping[str, bytes]) -> tuple[str, ...]:
        """Leave these payloads on these topics; an empty one clears what stands there.

        The topics on which the broker refuses that.
        """
        refused = []
        for topic, payload in messages.items():
            with _failing():
                first, *rest = packets.publish(topic, payload, self._version)
                self._say(bytes([first | _RETAIN, *rest]))
                if self._await(packets.PUBACK).body[2:3] >= bytes([REFUSED]):
                    refused.append(topic)
        return tuple(refused)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._line.sendall(packets.DISCONNECT)
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- inside --------------------------------------------------------------------------------

    def _is_let_in(self) -> bool:
        try:
            packet = self._next(time.monotonic() + WITHIN_S)
        except BrokerError:
            if self._version == FIVE and not self._data:
                return False  # it hung up without a word, as old ones do
            raise
        if packet is None:
            raise BrokerError(_SILENCE)
        if packet.kind != packets.CONNACK or len(packet.body) < 2:
            raise BrokerError(_NO_BROKER)
        code = packet.body[1]
        if code in _OLDER and self._version == FIVE:
            return False
        if code:
            raise BrokerError(packets.REFUSALS.get(code, f"it refuses us (reason {code:#04x})"))
        return True

    def _await(self, kind: int) -> Packet:
        """One thing is asked at a time, so that the first answer of this kind is its answer."""
        deadline = time.monotonic() + WITHIN_S
        while (packet := self._next(deadline)) is not None:
            if packet.kind == kind:
                return packet
        raise BrokerError(_SILENCE)

    def _say(self, packet: bytes) -> None:
        self._line.settimeout(WITHIN_S)
        self._line.sendall(packet)

    def _next(self, until: float) -> Packet | None:
        """The next packet; None where none comes in time."""
        while (found := packets.next_packet(self._data) if self._data else None) is None:
            left_s = until - time.monotonic()
            if left_s <= 0:
                return None
            self._line.settimeout(left_s)
            try:
                piece = self._line.recv(65536)
            except TimeoutError:
                return None
            if not piece:
                raise BrokerError("it has closed the connection")
            self._data += piece
        packet, self._data = found
        return packet


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """What the network raises, in words."""
    try:
        yield
    except TimeoutError:
        raise BrokerError(_SILENCE) from None
    except (OSError, ValueError) as error:  # ValueError: a host that can be none, or no packets
        raise BrokerError(trust.reason(error)) from None
