"""A tool's short visit to the broker: reads what is retained, writes or clears it, and goes.

Not the box's own session: it has a name of its own, no will, and says nothing by itself. It speaks
MQTT 3.1.1, as every broker does.
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
from edge.mqtt.packets import THREE, Packet

WITHIN_S: Final = 5.0
_SILENT_S: Final = 0.5
"""Brokers may send what is retained a moment after they have answered the subscription."""
_RETAIN: Final = 0x01
_SILENCE: Final = "it does not answer"
_NO_BROKER: Final = "what answers there is no MQTT broker"
_REFUSALS: Final = {
    2: "it refuses our client's name",
    3: "it is not ready",
    4: "it refuses user or password",
    5: "it does not let this user in",
}


class Visit:
    """An open connection, for one thing after the other; BrokerError where it fails."""

    def __init__(self, address: Address, client_id: str) -> None:
        self._data = b""
        with contextlib.ExitStack() as stack, _failing():
            place = (address.host, address.port)
            line = stack.enter_context(socket.create_connection(place, WITHIN_S))
            if address.tls:
                context = trust.trusting(address)
                line = stack.enter_context(context.wrap_socket(line, server_hostname=address.host))
            self._line: socket.socket = line
            self._say(packets.connect(address, client_id, THREE))
            self._be_let_in()
            self._open = stack.pop_all()

    def retained(self, topics: Sequence[str]) -> dict[str, bytes]:
        """What stands on these topics, as far as this user may read them."""
        found: dict[str, bytes] = {}
        answered, deadline = False, time.monotonic() + WITHIN_S
        with _failing():
            self._say(packets.subscribe(topics, THREE))
            while not answered or len(found) < len(topics):
                quiet = deadline if not answered else time.monotonic() + _SILENT_S
                packet = self._next(min(quiet, deadline))
                if packet is None:
                    break
                answered |= packet.kind == packets.SUBACK
                if packet.kind == packets.PUBLISH and packet.flags & _RETAIN:
                    topic, payload = packets.topic_and_payload(packet, THREE)
                    found[topic] = payload
        if not answered:
            raise BrokerError(_SILENCE)
        return found

    def retain(self, messages: Mapping[str, bytes]) -> None:
        """Leave these payloads on these topics; an empty one clears what stands there."""
        for topic, payload in messages.items():
            with _failing():
                first, *rest = packets.publish(topic, payload, THREE)
                self._say(bytes([first | _RETAIN, *rest]))
                self._await(packets.PUBACK)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._line.sendall(packets.DISCONNECT)
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- inside --------------------------------------------------------------------------------

    def _be_let_in(self) -> None:
        packet = self._next(time.monotonic() + WITHIN_S)
        if packet is None:
            raise BrokerError(_SILENCE)
        if packet.kind != packets.CONNACK or len(packet.body) != 2:
            raise BrokerError(_NO_BROKER)
        if code := packet.body[1]:
            raise BrokerError(_REFUSALS.get(code, f"it refuses us (reason {code:#04x})"))

    def _await(self, kind: int) -> None:
        """One thing is asked at a time, so that the first answer of this kind is its answer."""
        deadline = time.monotonic() + WITHIN_S
        while (packet := self._next(deadline)) is not None:
            if packet.kind == kind:
                return
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
