"""`moodbox mqtt forget`: takes what a box that is off has left on the broker away."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from typing import Final, TextIO

import msgspec

from edge.config import MqttConfig, certificates, password
from edge.errors import BrokerError
from edge.mqtt import homeassistant
from edge.mqtt.address import address_of
from edge.mqtt.topics import Topics
from edge.mqtt.visit import Visit

SCHEMA: Final = 1
_RETAINED: Final = ("state", "health", "info", "availability")
_APART_S: Final = 1.0
"""Home Assistant lets go of the entities meanwhile; it would complain of a state that is empty."""


class Request(msgspec.Struct, frozen=True):
    """Which box to forget, and how to tell of it."""

    id: str
    dry_run: bool = False
    force: bool = False
    json: bool = False


class Forgotten(msgspec.Struct, frozen=True):
    """What stood there, and what of it stands there still."""

    id: str
    online: bool
    found: tuple[str, ...]
    """Topics on which something stood, as far as this user may read them."""
    cleared: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def forget(
    mqtt: MqttConfig, env: Mapping[str, str], request: Request, out: TextIO, err: TextIO
) -> int:
    """Clear discovery and the four retained topics; the exit status.

    ConfigError where password or certificates cannot be read.
    """
    topics = Topics(prefix=mqtt.prefix, id=request.id)
    certificates.check_certificates(mqtt)
    address = address_of(mqtt, password.read_password(mqtt, env))
    try:
        with Visit(address, f"moodbox-forget-{os.getpid()}") as visit:
            done = _forget(visit, topics, request)
    except BrokerError as error:
        where = f"The broker at {address.host}:{address.port}"
        print(f"{where} cannot be used: {error}.", file=err)
        return 1
    if request.json:
        answer = {"schema": SCHEMA, "dry_run": request.dry_run, **msgspec.structs.asdict(done)}
        print(json.dumps(answer), file=out)
    else:
        print(_told(done, request), file=out)
    refused = done.online and not (request.force or request.dry_run)
    if refused:
        print(_online(request.id), file=err)
    elif done.left:
        print(f"The broker keeps {', '.join(done.left)}: this user may not clear it.", file=err)
    return 1 if refused or done.left else 0


def _forget(visit: Visit, topics: Topics, request: Request) -> Forgotten:
    discovery = homeassistant.topic(topics.id)
    rest = tuple(topics.of(name) for name in _RETAINED)
    every = (discovery, *rest)
    there = visit.retained(every)
    online = there.get(topics.of("availability")) == b"online"
    found = tuple(topic for topic in every if topic in there)
    if request.dry_run or (online and not request.force):
        return Forgotten(id=topics.id, online=online, found=found)
    refused = visit.retain({discovery: b""})
    threading.Event().wait(_APART_S)
    refused += visit.retain(dict.fromkeys(rest, b""))
    still = {*refused, *(visit.retained(found) if found else ())}
    left = tuple(topic for topic in every if topic in still)
    # What this user may not read, as a box its own announcement, is cleared all the same.
    cleared = tuple(topic for topic in every if topic not in still)
    return Forgotten(id=topics.id, online=online, found=found, cleared=cleared, left=left)


def _told(done: Forgotten, request: Request) -> str:
    if request.dry_run and done.found:
        return "\n".join(("Would be cleared:", *done.found))
    if request.dry_run or not (done.found or done.cleared):
        return f"Nothing of {done.id} stands on the broker, as far as this user may read."
    if not done.cleared:
        return f"Nothing of {done.id} was cleared."
    was = "" if done.found else ", of which this user could see nothing"
    return "\n".join((f"{done.id} is forgotten{was}. Cleared:", *done.cleared))


def _online(box: str) -> str:
    return (
        f"{box} is online, and would announce itself again at once: stop it first. To hide it from "
        "Home Assistant alone, set mqtt.discovery = false before it starts again. Where it is gone "
        "and the broker does not know, add --force."
    )
