"""MQTT 3.1.1's packets, as far as the tools need them who speak to a broker for a moment."""

from __future__ import annotations

import struct
from typing import Final

from edge.mqtt.address import Address

REFUSALS: Final = {
    2: "it refuses our client's name",
    3: "it is not ready",
    4: "it refuses user or password",
    5: "it does not let this user in",
}
"""MQTT 3.1.1's codes; 1 means that it speaks another version only, so that it is there."""


def connect_packet(address: Address, client_id: str) -> bytes:
    """MQTT 3.1.1, a clean session, no will."""
    flags, words = 0x02, [client_id]
    if address.username:
        flags |= 0x80
        words.append(address.username)
        if address.password is not None:
            flags |= 0x40
            words.append(address.password.reveal())
    body = text("MQTT") + bytes([4, flags, 0, 10]) + b"".join(map(text, words))
    return b"\x10" + length(len(body)) + body


def text(word: str) -> bytes:
    """A text after its length."""
    raw = word.encode()
    return struct.pack(">H", len(raw)) + raw


def length(number: int) -> bytes:
    """MQTT's own way: seven bits a byte, the lowest first."""
    out = bytearray()
    while True:
        number, low = divmod(number, 128)
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)
