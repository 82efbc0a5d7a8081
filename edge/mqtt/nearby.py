"""Brokers that announce themselves on this network: a suggestion, never a place to log in at.

One question over multicast DNS on every interface, and what is answered directly in a moment. Done
with a socket: a library that also answers, caches and watches would be one more on the device.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import time
from collections.abc import Iterable
from typing import Final

from edge.messages import Value
from edge.mqtt import dns
from edge.mqtt.dns import Record

GROUP: Final = ("224.0.0.251", 5353)
PLAIN, SECURE = "_mqtt._tcp.local", "_secure-mqtt._tcp.local"
_MOST: Final = 8
"""Announcements that are told; a neighbour may send thousands."""
_PACKETS: Final = 64


class Nearby(Value, frozen=True):
    """What somebody says of himself: nobody has checked it."""

    name: str
    host: str
    address: str
    port: int
    tls: bool


def brokers(within_s: float = 1.5) -> list[Nearby]:
    """Those that answer in this time, the encrypted ones first; none where there is no network."""
    found: list[Record] = []
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(one) for one in _asking()]
        until = time.monotonic() + within_s
        for _ in range(_PACKETS):
            left_s = until - time.monotonic()
            ready = select.select(sockets, [], [], left_s)[0] if sockets and left_s > 0 else []
            if not ready:
                break
            for one in ready:
                with contextlib.suppress(OSError):
                    found += dns.records(one.recv(9000))
    return chosen(found)


def chosen(records: Iterable[Record]) -> list[Nearby]:
    """The brokers among all that was said."""
    every = list(dict.fromkeys(records))
    services = {one.name.lower(): one for one in every if one.kind == dns.SRV}
    addresses = {one.name.lower(): one.address for one in reversed(every) if one.kind == dns.A}
    found: list[Nearby] = []
    for one in every:
        kind, service = one.name.lower(), services.get(one.target.lower())
        if one.kind != dns.PTR or kind not in (PLAIN, SECURE) or service is None:
            continue
        name = one.target[: -len(kind) - 1]
        # First its name: names stand in certificates, and outlast a lease.
        address = addresses.get(service.target.lower(), "")
        host = _shown(service.target) or address
        found.append(Nearby(_shown(name), host, address, service.port, kind == SECURE))
    return sorted(dict.fromkeys(found), key=lambda one: (not one.tls, one.name, one.host))[:_MOST]


def _shown(text: str) -> str:
    """Without what could steer a terminal."""
    return "".join(letter for letter in text[:120] if letter.isprintable())


def _asking() -> list[socket.socket]:
    """A socket on each interface, from which the question has been asked."""
    asked: list[socket.socket] = []
    packet = dns.question((PLAIN, SECURE))
    for number, name in socket.if_nameindex():
        if name == "lo":
            continue
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            # By number: an interface may have several addresses, or none.
            interface = struct.pack("4s4si", b"", b"", number)
            one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
            one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
            one.sendto(packet, GROUP)
        except OSError:
            one.close()  # an interface that is down, or knows no multicast
            continue
        asked.append(one)
    return asked
