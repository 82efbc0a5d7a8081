"""Whether a broker would let us in: one CONNECT and its answer, under a name of its own.

Not the box's own session: a second one under its name would end the first, and leave a will.
"""

from __future__ import annotations

import contextlib
import socket
from typing import Final

from edge.mqtt import trust
from edge.mqtt.address import Address
from edge.mqtt.packets import REFUSALS, connect_packet

WITHIN_S: Final = 5.0


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
    return REFUSALS.get(answer[3])


def _read(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = line.recv(count - len(data))
        if not piece:
            break
        data += piece
    return data
