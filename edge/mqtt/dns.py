"""The question and the answers of multicast DNS, as far as finding a service needs them; pure."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator, Sequence
from typing import Final

from edge.messages import Value

A, PTR, AAAA, SRV = 1, 12, 28, 33
_IN: Final = 1
_UNICAST: Final = 0x8000
_POINTER: Final = 0xC0
_JUMPS, _RECORDS = 32, 256
"""A hostile packet may point in circles, or promise more than it holds."""
_LONGEST: Final = 255


class Record(Value, frozen=True):
    """One answer. Of the last four only those of its kind are filled."""

    kind: int
    name: str
    target: str = ""
    port: int = 0
    address: str = ""


def question(services: Sequence[str]) -> bytes:
    """Who offers these? Answers are asked for directly, not for all to hear."""
    header = struct.pack(">6H", 0, 0, len(services), 0, 0, 0)
    return header + b"".join(
        _name(service) + struct.pack(">HH", PTR, _IN | _UNICAST) for service in services
    )


def records(packet: bytes) -> list[Record]:
    """All that a response holds of these kinds; nothing where it is damaged from there on."""
    found: list[Record] = []
    try:
        for record in _read(packet):
            found.append(record)  # noqa: PERF402 - what was read before the damage counts
    except (IndexError, ValueError, struct.error):
        pass
    return found


def _read(packet: bytes) -> Iterator[Record]:
    _, flags, questions, *counts = struct.unpack_from(">6H", packet)
    if not flags & 0x8000:
        return  # somebody else's question
    at = 12
    for _ in range(min(questions, _RECORDS)):
        _, at = _name_at(packet, at)
        at += 4
    for _ in range(min(sum(counts), _RECORDS)):
        name, at = _name_at(packet, at)
        kind, _, _, length = struct.unpack_from(">HHIH", packet, at)
        at += 10
        if at + length > len(packet):
            raise ValueError("longer than the packet")
        if kind == PTR:
            yield Record(kind, name, target=_name_at(packet, at)[0])
        elif kind == SRV:
            _, _, port = struct.unpack_from(">HHH", packet, at)
            yield Record(kind, name, target=_name_at(packet, at + 6)[0], port=port)
        elif kind in (A, AAAA):
            address = ipaddress.ip_address(packet[at : at + length])
            yield Record(kind, name, address=str(address))
        at += length


def _name_at(packet: bytes, at: int) -> tuple[str, int]:
    """The name, and where it ends; a name may end with a pointer to another's end."""
    labels: list[str] = []
    after = 0
    for _ in range(_JUMPS):
        length = packet[at]
        if length >= _POINTER:
            after = after or at + 2
            at = (length & ~_POINTER) << 8 | packet[at + 1]
        elif length == 0:
            return ".".join(labels), after or at + 1
        else:
            raw = packet[at + 1 : at + 1 + length]
            labels.append(raw.decode("utf-8", "replace"))
            at += 1 + length
            if sum(map(len, labels)) > _LONGEST:
                raise ValueError("a name that is too long")
    raise ValueError("a name of too many parts")


def _name(text: str) -> bytes:
    parts = [label.encode() for label in text.split(".")]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
