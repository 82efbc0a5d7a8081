"""The few MQTT packets, 5 and 3.1.1, that we write and read ourselves.

Those of tools that speak to a broker for a moment, and what the box sends all day long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.messages import Value
from edge.mqtt.address import Address

FIVE: Final = 5
THREE: Final = 4
"""What 3.1.1 calls itself."""
CONNACK, PUBLISH, PUBACK, SUBACK = 2, 3, 4, 9
DISCONNECT: Final = b"\xe0\0"
REFUSED: Final = 0x80
"""Reason codes from here on say no."""
OLDER: Final = frozenset({1, 0x84})
"""It knows no MQTT 5, says one of 3.1.1, or of 5."""
REFUSALS: Final = {
    2: "it refuses our client's name",
    3: "it is not ready",
    4: "it refuses user or password",
    5: "it does not let this user in",
    0x85: "it refuses our client's name",
    0x86: "it refuses user or password",
    0x87: "it does not let this user in",
    0x88: "it is not ready",
    0x89: "it is too busy",
    0x8A: "it has banned us",
    0x97: "it has reached a limit of its own",
    0x9F: "too many connect to it at once",
}
"""Codes of 3.1.1, and reasons of 5, for a sentence."""
_CORRELATION: Final = 0x09
"""The property that brings back what an asker wanted back."""
_LONGEST: Final = 4
"""Bytes of a length."""


class Packet(Value, frozen=True):
    """One packet as it came."""

    kind: int
    flags: int
    body: bytes


def connect(address: Address, client_id: str, version: int) -> bytes:
    """A clean session that ends with the connection, without a will."""
    flags, words = 0x02, [client_id]
    if address.username:
        flags |= 0x80
        words.append(address.username)
        if address.password is not None:
            flags |= 0x40
            words.append(address.password.reveal())
    begin = _text("MQTT") + bytes([version, flags, 0, 10]) + _no_properties(version)
    return _packet(0x10, begin + b"".join(map(_text, words)))


def subscribe(topics: Sequence[str], version: int) -> bytes:
    """QoS 0: nothing that comes needs an answer."""
    asked = b"".join(_text(topic) + b"\0" for topic in topics)
    return _packet(0x82, b"\0\1" + _no_properties(version) + asked)


def publish(
    topic: str,
    payload: bytes,
    version: int,
    *,
    number: int = 2,
    qos: int = 1,
    retain: bool = False,
    correlation: bytes | None = None,
) -> bytes:
    """A message; `number` names it for its acknowledgement."""
    named = number.to_bytes(2) if qos else b""
    properties = _no_properties(version)
    if correlation is not None and version == FIVE:
        one = bytes((_CORRELATION,)) + len(correlation).to_bytes(2) + correlation
        properties = _length(len(one)) + one
    first = PUBLISH << 4 | qos << 1 | retain
    return _packet(first, _text(topic) + named + properties + payload)


def acknowledgement(number: bytes) -> bytes:
    """Of a message with QoS 1, named by these two bytes."""
    return b"\x40\2" + number


def next_packet(data: bytes) -> tuple[Packet, bytes] | None:
    """The first packet and what follows it; None while it is not whole. ValueError: no MQTT."""
    length, shift, at = 0, 0, 1
    while True:
        if at > _LONGEST:
            raise ValueError("a length of more than four bytes")
        if at >= len(data):
            return None
        byte = data[at]
        length |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not byte & 0x80:
            break
    if len(data) < at + length:
        return None
    packet = Packet(kind=data[0] >> 4, flags=data[0] & 15, body=data[at : at + length])
    return packet, data[at + length :]


def codes(suback: Packet, version: int) -> bytes:
    """One for each topic that was asked for."""
    at = 2
    if version == FIVE:
        found = _after_properties(suback.body, at)
        return suback.body[found:]
    return suback.body[at:]


def topic_and_payload(published: Packet, version: int) -> tuple[str, bytes]:
    """Of a PUBLISH with QoS 0."""
    body = published.body
    end = 2 + int.from_bytes(body[:2])
    start = _after_properties(body, end) if version == FIVE else end
    return body[2:end].decode("utf-8", "replace"), body[start:]


def _after_properties(body: bytes, at: int) -> int:
    length, shift = 0, 0
    while at < len(body):
        byte, at = body[at], at + 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    return at + length


def _no_properties(version: int) -> bytes:
    return b"\0" if version == FIVE else b""


def _packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + _length(len(body)) + body


def _text(word: str) -> bytes:
    raw = word.encode()
    return len(raw).to_bytes(2) + raw


def _length(number: int) -> bytes:
    """MQTT's own way: seven bits a byte, the lowest first."""
    out = bytearray()
    while True:
        number, low = divmod(number, 128)
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)
