"""What the box says: makes each message, decides when it is due, and hands it to the outbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from edge.config import MqttConfig
from edge.config_password import Secret
from edge.messages import BadCommand, Broker, Command, Event, Log, Now, Published, State
from edge.mqtt import event_ids
from edge.mqtt.address import Address
from edge.mqtt.event_ids import EventIds
from edge.mqtt.outbox import Outbox
from edge.mqtt.pace import StatePacer
from edge.mqtt.topics import (
    About,
    Json,
    Topics,
    encoded,
    event_payload,
    info_payload,
    log_payload,
    state_payload,
)
from edge.mqtt.uplink import ANNOUNCE_S, Uplink


class MqttPublisher:
    """The box's voice, called from its one loop; whether a broker listens is no matter to it."""

    def __init__(
        self,
        topics: Topics,
        about: About,
        ids: EventIds,
        outbox: Outbox,
        uplink: Uplink | None,
        on_published: Callable[[Published], None],
    ) -> None:
        self._topics, self._about, self._ids = topics, about, ids
        self._outbox, self._uplink = outbox, uplink
        self._on_published = on_published
        self._pacer = StatePacer()
        self._standing: dict[str, Published] = {}
        self._keep("info", info_payload(about))

    def start(self) -> None:
        """Begin to look for the broker."""
        if self._uplink is not None:
            self._uplink.start()

    def show(self, state: State, now: Now) -> None:
        payload = state_payload(state, now.wall)
        if self._pacer.due(payload, now.at):
            self._retain("state", payload)

    def tell(self, event: Event) -> None:
        payload = event_payload(event, self._ids.next())
        topic = self._topics.of("event")
        self._outbox.add(topic, payload, time.monotonic())
        self._on_published(Published(topic=topic, payload=payload))

    def log(self, line: Log, now: Now) -> None:
        topic = self._topics.of("log")
        self._outbox.log(topic, line, now.at)
        self._on_published(Published(topic=topic, payload=log_payload(line)))

    def introduce(self, about: Mapping[str, Any]) -> None:
        changed = replace(self._about, **about)
        if changed != self._about:
            self._about = changed
            self._retain("info", info_payload(changed))

    def standing(self) -> tuple[Published, ...]:
        """The newest of each retained topic, for somebody who begins to watch."""
        return tuple(self._standing.values())

    def close(self) -> None:
        if self._uplink is not None:
            self._uplink.close()

    def _retain(self, name: str, payload: Json) -> None:
        self._on_published(self._keep(name, payload))

    def _keep(self, name: str, payload: Json) -> Published:
        published = Published(topic=self._topics.of(name), payload=payload)
        self._outbox.retain(published.topic, encoded(payload))
        self._standing[name] = published
        return published


def open_publisher(
    mqtt: MqttConfig,
    password: Secret | None,
    about: About,
    state: Path,
    on_message: Callable[[Command | BadCommand], None],
    on_broker: Callable[[Broker], None],
    on_published: Callable[[Published], None] = lambda _published: None,
    announce_s: float = ANNOUNCE_S,
) -> MqttPublisher:
    """The voice of the box named in `about`; without `mqtt.host` only watchers hear it."""
    topics = Topics(prefix=mqtt.prefix, id=about.id, groups=mqtt.groups)
    outbox = Outbox(paced={topics.of("state")})
    uplink = None
    if mqtt.host:
        address = Address(
            host=mqtt.host,
            port=mqtt.port or (8883 if mqtt.tls else 1883),
            username=mqtt.username,
            password=password,
            tls=mqtt.tls,
            ca_file=mqtt.ca_file,
        )
        uplink = Uplink(address, topics, outbox, on_message, on_broker, announce_s)
    ids = event_ids.kept_in(state, time.time())
    return MqttPublisher(topics, about, ids, outbox, uplink, on_published)
