"""deploy/fleet/telegraf.conf, read by a small consumer of its own: every topic and path is there.

Telegraf itself is not asked: no package index that is in reach has it.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest

from tests.bench.asking import listen
from tests.bench.living_rooms import Box, name_of
from tests.broker import BINARY, Mosquitto, until

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
CONF = Path(__file__).resolve().parents[2] / "deploy" / "fleet" / "telegraf.conf"
TYPES = {"float": (int, float), "int": (int,), "string": (str,)}
Point = tuple[str, dict[str, str], dict[str, Any], float | None]


class Sink:
    """One `[[inputs.mqtt_consumer]]`."""

    def __init__(self, conf: dict[str, Any]) -> None:
        share, self.group, self.filter = conf["topics"][0].split("/", 2)
        assert share == "$share"
        self._parsing, self._json = conf["topic_parsing"][0], conf["json_v2"][0]

    def point(self, topic: str, payload: dict[str, Any]) -> Point:
        """As Telegraf's documentation says that it is made."""
        assert paho.topic_matches_sub(self._parsing["topic"], topic)
        levels = topic.split("/")
        names = self._parsing["measurement"].split("/")
        measurement = levels[names.index("measurement")]
        tags = dict(zip(self._parsing["tags"].split("/"), levels, strict=True))
        del tags["_"]
        for tag in self._json.get("tag", []):
            value = self._found(tag, payload)
            if value is not None:
                assert isinstance(value, str), tag
                tags[tag["path"]] = value
        fields = {}
        for field in self._json["field"]:
            value = self._found(field, payload)
            if value is not None:
                assert isinstance(value, TYPES[field["type"]]), field
                fields[field.get("rename", field["path"])] = value
        at = self._json.get("timestamp_path")
        return measurement, tags, fields, at and datetime.fromisoformat(payload[at]).timestamp()

    def _found(self, wanted: dict[str, Any], payload: Any) -> Any:
        for name in wanted["path"].split("."):
            if name not in payload:
                assert wanted.get("optional"), f"{wanted['path']} is not always there"
                return None
            payload = payload[name]
        return payload


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    one = Mosquitto(tmp_path)
    one.start()
    yield one
    one.kill()


def test_every_message_of_a_box_becomes_a_point(broker: Mosquitto) -> None:
    sinks = {
        name: Sink(conf)
        for conf in tomllib.loads(CONF.read_text(encoding="utf-8"))["inputs"]["mqtt_consumer"]
        for name in [conf["topics"][0].rpartition("/")[2]]
    }
    assert set(sinks) == {"state", "event", "health"}
    points: dict[str, list[Point]] = {name: [] for name in sinks}
    shared = [f"$share/{sink.group}/{sink.filter}" for sink in sinks.values()]
    with listen(broker.port, *shared) as asker, listen(broker.port, *shared) as other:
        box = Box(1, broker.port, 0.2, 0.0, prefix="moodbox")
        box.start()
        try:

            def gathered() -> bool:
                for topic, payload in (*asker.messages(), *other.messages()):
                    name = topic.rpartition("/")[2]
                    points[name].append(sinks[name].point(topic, payload))
                return all(points.values())

            until(gathered, 20, "a point of each kind")
        finally:
            box.close()
    for name, found in points.items():
        assert {(kind, tags["box"]) for kind, tags, _, _ in found} == {(name, name_of(1))}
        assert all(fields for _, _, fields, _ in found)
    assert all(abs(time.time() - (at or 0)) < 60 for _, _, _, at in points["state"])
    assert {"mood", "presence", "player"} <= set(points["state"][0][1])
    assert "memory_mb" in points["health"][0][2]
