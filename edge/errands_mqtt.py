"""What `doctor` asks of the broker, in a child: a name server may take its time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from edge.config.password import Secret
from edge.mqtt.address import Address
from edge.mqtt.knock import knock
from edge.mqtt.nearby import brokers
from edge.mqtt.topics import Topics
from edge.mqtt.validity import ends, in_pem

SOON_S: Final = 30 * 86400.0


def broker(argument: dict[str, Any], _in_force: tuple[str, ...]) -> dict[str, Any]:
    """What a knock at the broker brought, and `ending`: sentences about certificates."""
    password = argument["address"].pop("password")
    secret = None if password is None else Secret(password)
    address = Address(**argument["address"], password=secret)
    topics = msgspec.convert(argument["topics"], Topics)
    found = knock(address, f"moodbox-doctor-{os.getpid()}", topics)
    ending = [_soon("its certificate", found.ends)]
    for name in ("ca_file", "cert_file"):
        file = getattr(address, name)
        last = [ends(one) for one in in_pem(Path(file).read_bytes())] if file else []
        known = [moment for moment in last if moment is not None]
        ending.append(_soon(f"mqtt.{name}", min(known, default=None)))
    told: dict[str, Any] = msgspec.to_builtins(found)
    return {**told, "ending": [text for text in ending if text is not None]}


def nearby(within_s: float, _in_force: tuple[str, ...]) -> list[dict[str, Any]]:
    """Brokers that announce themselves on this network: host, port, tls, name."""
    told: list[dict[str, Any]] = msgspec.to_builtins(brokers(within_s))
    return told


def _soon(what: str, last: float | None) -> str | None:
    if last is None or last - time.time() > SOON_S:
        return None
    day = time.strftime("%Y-%m-%d", time.gmtime(last))
    return f"{what} {'ended' if last < time.time() else 'ends'} on {day}"
