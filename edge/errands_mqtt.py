"""What `doctor` asks of the broker, in a child: a name server may take its time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from edge.config.password import Secret
from edge.mqtt.address import Address
from edge.mqtt.knock import knock
from edge.mqtt.nearby import brokers
from edge.mqtt.topics import Topics
from edge.mqtt.validity import Span, in_pem, span


def broker(argument: dict[str, Any], _in_force: tuple[str, ...]) -> dict[str, Any]:
    """What a knock at the broker brought, and `ending`: sentences about certificates."""
    password = argument["address"].pop("password")
    secret = None if password is None else Secret(password)
    address = Address(**argument["address"], password=secret)
    topics = msgspec.convert(argument["topics"], Topics | None)
    found = knock(address, f"moodbox-doctor-{os.getpid()}", topics)
    ending = [_soon("its certificate", found.good)]
    # Of several authorities one is enough; ours is the first, before those that signed it.
    ending.append(_soon("mqtt.ca_file", max(_spans(address.ca_file), key=_end, default=None)))
    ending.append(_soon("mqtt.cert_file", next(_spans(address.cert_file), None)))
    told: dict[str, Any] = msgspec.to_builtins(found)
    return {**told, "ending": [text for text in ending if text is not None]}


def nearby(within_s: float, _in_force: tuple[str, ...]) -> list[dict[str, Any]]:
    """Brokers that announce themselves on this network: host, port, tls, name."""
    told: list[dict[str, Any]] = msgspec.to_builtins(brokers(within_s))
    return told


def _spans(file: str) -> Iterator[Span]:
    for der in in_pem(Path(file).read_bytes()) if file else ():
        if (known := span(der)) is not None:
            yield known


def _end(one: Span) -> float:
    return one.ends


def _soon(what: str, good: Span | None) -> str | None:
    now = time.time()
    if good is None or not good.ends_soon(now):
        return None
    day = time.strftime("%Y-%m-%d", time.gmtime(good.ends))
    return f"{what} {'ended' if good.ends < now else 'ends'} on {day}"
