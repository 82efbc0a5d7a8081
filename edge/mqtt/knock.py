"""Whether a broker would let us in, and do what a box needs, under a client's name of its own.

Not the box's own session: a second one under its name would end the first, and leave a will.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Final

from edge.messages import Value
from edge.mqtt import packets, trust
from edge.mqtt.address import Address
from edge.mqtt.packets import FIVE, THREE, Packet
from edge.mqtt.topics import Topics
from edge.mqtt.validity import Span, span

WITHIN_S: Final = 5.0
ECHO_S: Final = 2.0
_NO_BROKER: Final = "what answers there is no MQTT broker"
_LARGEST: Final = 1 << 20
_TLS_ALERT: Final = 0x15
_OLDER: Final = frozenset({1, 0x84})
"""It knows no MQTT 5, says one of 3.1.1, or of 5."""


class Knock(Value, frozen=True):
    """What came of it."""

    wrong: str | None = None
    """Why it cannot be used, for a sentence; None where it would let us in."""
    refused: tuple[str, ...] = ()
    """What we may not do there though we need it, for a sentence each."""
    online: bool = False
    """A box of our id is there now."""
    good: Span | None = None
    """From when until when its certificate is good, where it showed one."""


def knock(address: Address, client_id: str, topics: Topics | None = None) -> Knock:
    """Connect, and with `topics` try them: nothing is kept, and no box hears of it."""
    for version in (FIVE, THREE):
        try:
            with _connected(address) as line:
                visit = _Visit(line, address, version)
                if not visit.enters(client_id):
                    continue
                if visit.wrong is None and topics is not None:
                    visit.try_topics(topics, client_id)
                return visit.told()
        except TimeoutError:
            return Knock(wrong="it does not answer")
        except ConnectionResetError as error:
            hint = "" if address.tls else ", as one does that expects TLS: set mqtt.tls = true"
            return Knock(wrong=f"{trust.reason(error)}{hint}")
        except (OSError, ValueError) as error:  # ValueError: a host that can be none
            return Knock(wrong=trust.reason(error))
    return Knock(wrong=f"{_NO_BROKER}, or one that takes no more clients")


@contextlib.contextmanager
def _connected(address: Address) -> Iterator[socket.socket]:
    with contextlib.ExitStack() as stack:
        place = (address.host, address.port)
        line = stack.enter_context(socket.create_connection(place, WITHIN_S))
        line.settimeout(WITHIN_S)
        if address.tls:
            context = trust.trusting(address)
            line = stack.enter_context(context.wrap_socket(line, server_hostname=address.host))
        yield line
        with contextlib.suppress(OSError):
            line.sendall(packets.DISCONNECT)


class _Visit:
    """One connection, in one version of MQTT."""

    def __init__(self, line: socket.socket, address: Address, version: int) -> None:
        self.wrong: str | None = None
        self._line, self._address, self._version = line, address, version
        shown = line.getpeercert(binary_form=True) if isinstance(line, ssl.SSLSocket) else None
        self._good = span(shown)
        self._refused: list[str] = []
        self._online = False
        self._echo = False
        self._data = self._first = b""

    def enters(self, client_id: str) -> bool:
        """False where the broker may understand the older version instead."""
        self._line.sendall(packets.connect(self._address, client_id, self._version))
        answer = self._next(time.monotonic() + WITHIN_S)
        if answer is None and self._version == FIVE and not self._first:
            return False  # it hung up without a word, as old ones do
        if answer is None or answer.kind != packets.CONNACK or len(answer.body) < 2:
            self.wrong = self._no_broker()
            return True
        code = answer.body[1]
        if code in _OLDER and self._version == FIVE:
            return False
        if code:
            self.wrong = packets.REFUSALS.get(code, f"it refuses us (reason {code:#04x})")
        return True

    def _no_broker(self) -> str:
        if self._first == bytes([_TLS_ALERT]):
            return "it speaks TLS on this port: set mqtt.tls = true"
        return _NO_BROKER if self._first else f"{_NO_BROKER}, or one that takes no more clients"

    def try_topics(self, topics: Topics, client_id: str) -> None:
        """May we be commanded, may we speak, and do we hear ourselves?"""
        reply = topics.of(f"reply/{client_id}")
        own = topics.of("availability")
        asked = [*topics.subscriptions(), own, reply]
        self._line.sendall(packets.subscribe(asked, self._version))
        answer = self._wait_for(packets.SUBACK, reply, own)
        told = packets.codes(answer, self._version) if answer else b""
        for topic, code in zip(asked, told, strict=False):
            if code >= packets.REFUSED:
                self._refused.append(f"to hear {topic}")
        self._line.sendall(packets.publish(reply, b"doctor", self._version))
        answer = self._wait_for(packets.PUBACK, reply, own)
        if answer is None or answer.body[2:3] >= bytes([packets.REFUSED]):
            self._refused.append(f"to speak under {topics.of('')}")
        elif not self._echo and f"to hear {reply}" not in self._refused:
            # Mosquitto grants every subscription, and then does not deliver.
            self._wait_for(None, reply, own)
            if not self._echo:
                self._refused.append(f"to speak and hear under {topics.of('')}")

    def told(self) -> Knock:
        return Knock(self.wrong, tuple(self._refused), self._online, self._good)

    def _wait_for(self, kind: int | None, reply: str, own: str) -> Packet | None:
        """The answer of this kind, or without one our own words; meanwhile all is noted."""
        until = time.monotonic() + ECHO_S
        with contextlib.suppress(TimeoutError):
            while (packet := self._next(until)) is not None:
                if packet.kind == packets.PUBLISH:
                    topic, payload = packets.topic_and_payload(packet, self._version)
                    self._echo |= topic == reply
                    self._online |= topic == own and payload == b"online"
                    if kind is None and self._echo:
                        return packet
                elif packet.kind == kind:
                    return packet
        return None

    def _next(self, until: float) -> Packet | None:
        """None where the line ends or brings no MQTT; TimeoutError where nothing comes in time."""
        while True:
            try:
                found = packets.next_packet(self._data) if self._data else None
            except ValueError:
                return None
            if found is not None:
                packet, self._data = found
                return packet
            self._line.settimeout(max(until - time.monotonic(), 0.001))
            piece = self._line.recv(4096)
            if not piece or len(self._data) > _LARGEST:
                return None
            self._first = self._first or piece[:1]
            self._data += piece
