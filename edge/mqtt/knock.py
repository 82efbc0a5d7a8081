"""Whether a broker would let us in: one CONNECT and its answer, under a name of its own.

Not the box's own session: a second one under its name would end the first, and leave a will.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from typing import Final

from edge.mqtt import trust
from edge.mqtt.address import Address

WITHIN_S: Final = 5.0
_REFUSALS: Final = {
    2: "it refuses our client's name",
    3: "it is not ready",
    4: "it refuses user or password",
    5: "it does not let this user in",
}
"""MQTT 3.1.1's codes; 1 means that it speaks another version only, so that it is there."""


def knock(address: Address, client_id: str) -> str | None:
    """What is wrong, for a sentence; None where the broker answers and would let us in."""
    try:
        with contextlib.ExitStack() as stack:
            place = (address.host, address.port)
            line = stack.enter_context(socket.create_connection(place, WITHIN_S))
            line.settimeout(WITHIN_S)
            if address.tls:
                context = trust.trusting(address.ca_file)
                line = stack.enter_context(context.wrap_socket(line, server_hostname=address.host))
            line.sendall(connect_packet(address, client_id))
            answer = _read(line, 4)
            with contextlib.suppress(OSError):
                line.sendall(b"\xe0\0")  # DISCONNECT
    except TimeoutError:
        return "it does not answer"
    except (OSError, ValueError) as error:  # ValueError: a host that can be none
        return trust.reason(error)
    if len(answer) < 4 or answer[0] != 0x20:
        return "what answers there is no MQTT broker"
    return _REFUSALS.get(answer[3])


def connect_packet(address: Address, client_id: str) -> bytes:
    """MQTT 3.1.1, a clean session, no will."""
    flags, words = 0x02, [client_id]
    if address.username:
        flags |= 0x80
        words.append(address.username)
        if address.password is not None:
            flags |= 0x40
            words.append(address.password.reveal())
    body = _text("MQTT") + bytes([4, flags, 0, 10]) + b"".join(map(_text, words))
    return b"\x10" + _length(len(body)) + body


def _text(word: str) -> bytes:
    raw = word.encode()
    return struct.pack(">H", len(raw)) + raw


def _length(number: int) -> bytes:
    """MQTT's own way: seven bits a byte, the lowest first."""
    out = bytearray()
    while True:
        number, low = divmod(number, 128)
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def _read(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = line.recv(count - len(data))
        if not piece:
            break
        data += piece
    return data
