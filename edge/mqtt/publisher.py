"""What the box says: makes each message, decides when it is due, and hands it to the outbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from edge.messages import Event, Log, Now, Published, State
from edge.mqtt import homeassistant
from edge.mqtt.event_ids import EventIds
from edge.mqtt.outbox import Outbox
from edge.mqtt.pace import GAP_S, StatePacer
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
from edge.mqtt.uplink import Uplink


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
        self._announced: Json = {}
        self._announce()
        self._keep("info", info_payload(about))

    def start(self) -> None:
        """Begin to look for the broker."""
        if self._uplink is not None:
            self._uplink.start()

    def show(self, state: State, now: Now) -> None:
        payload = state_payload(state, now.wall)
        if self._pacer.due(payload, now.at):
            self._retain("state", payload, GAP_S)

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
            self._announce()
            self._retain("info", info_payload(changed))

    def health(self, payload: Mapping[str, Any] | None) -> None:
        if payload is not None:
            self._retain("health", dict(payload))

    def standing(self) -> tuple[Published, ...]:
        """The newest of each retained topic, for somebody who begins to watch."""
        return tuple(self._standing.values())

    def close(self) -> None:
        if self._uplink is not None:
            self._uplink.close()

    def _announce(self) -> None:
        """To Home Assistant, where it would be told something new; goes out before `info`."""
        if not self._topics.discovery:
            return
        payload = homeassistant.discovery(self._about, self._topics)
        if payload != self._announced:
            self._announced = payload
            self._outbox.retain(homeassistant.topic(self._topics.id), encoded(payload))

    def _retain(self, name: str, payload: Json, gap_s: float = 0.0) -> None:
        self._on_published(self._keep(name, payload, gap_s))

    def _keep(self, name: str, payload: Json, gap_s: float = 0.0) -> Published:
        published = Published(topic=self._topics.of(name), payload=payload)
        self._outbox.retain(published.topic, encoded(payload), gap_s)
        self._standing[name] = published
        return published
