"""What Home Assistant is told of the box: one device and its entities, made of the one table.

All of it is pure. Templates are Jinja's, as Home Assistant runs them: they turn a message into the
text that an entity shows, and `None` there means unknown.
"""

from __future__ import annotations

import re
from typing import Final, get_args

from edge.commands import TABLE, Entry
from edge.messages import MOODS, EventType, PlayerState
from edge.mqtt.topics import About, Json, Topics

_MAKER: Final = "Moodbox"
_LONGEST: Final = 255
"""Characters of a state, at most."""

_ICONS: Final = {
    "mood": "emoticon-outline",
    "people": "account-group",
    "title": "music-note",
    "artist": "account-music",
    "player": "play-circle-outline",
    "event": "bell-outline",
    "camera": "camera-outline",
    "auto_mode": "auto-fix",
    "override": "emoticon-cool-outline",
    "policy": "compass-outline",
    "language": "translate",
    "volume": "volume-high",
    "play": "play",
    "pause": "pause",
    "stop": "stop",
    "next": "skip-next",
    "previous": "skip-previous",
    "like": "thumb-up-outline",
    "dislike": "thumb-down-outline",
    "last_fault": "alert-circle-outline",
}
_KEYS: Final = {"mode": "auto_mode"}
"""What stands under another key than its name in the table: this one is on or off."""
_UNITS: Final = {"volume": "%"}
_TEMPLATES: Final = {
    # On and off alone are known to a switch.
    "camera": "{{ None if value_json.camera == 'fault' else value_json.camera }}",
}


def topic(box: str) -> str:
    """Where the box of this id is announced."""
    return f"homeassistant/device/moodbox_{box}/config"


def discovery(about: About, topics: Topics) -> Json:
    """The announcement of a box with everything that it shows and obeys."""
    device: Json = {
        "ids": [f"moodbox_{topics.id}"],
        "name": about.name,
        "mf": _MAKER,
        "mdl": "Moodbox",
        "sw": about.version,
    }
    if about.web is not None and about.web.startswith(("http://", "https://")):
        device["cu"] = about.web
    return {
        "dev": device,
        "o": {"name": _MAKER, "sw": about.version},
        "availability_topic": topics.of("availability"),
        # Home Assistant ignores words that are neither of its two, and `stopped` would be one.
        "availability_template": "{{ 'online' if value == 'online' else 'offline' }}",
        "cmps": {key: _named(key, entity, topics.id) for key, entity in _entities(topics).items()},
    }


def _named(key: str, entity: Json, box: str) -> Json:
    icon = {"icon": f"mdi:{_ICONS[key]}"} if key in _ICONS else {}
    return {
        **entity,
        "name": key.replace("_", " ").capitalize(),
        "unique_id": f"moodbox_{box}_{key}",
        "default_entity_id": f"{entity['p']}.{slug(box)}_{key}",
        **icon,
    }


def slug(box: str) -> str:
    """The id as it may stand in the name of an entity."""
    return re.sub(r"[^a-z0-9]+", "_", box.lower()).strip("_") or "unknown"


def _entities(topics: Topics) -> dict[str, Json]:
    obeyed = {_KEYS.get(entry.name, entry.name): _obeying(entry, topics) for entry in TABLE}
    state, health = topics.of("state"), topics.of("health")
    return {
        "mood": _chosen(state, "mood", MOODS)
        | {
            "json_attributes_topic": state,
            "json_attributes_template": "{{ {'confidence': value_json.confidence} | tojson }}",
        },
        "presence": {
            "p": "binary_sensor",
            "device_class": "occupancy",
            "state_topic": state,
            "value_template": "{{ None if value_json.presence == 'unknown'"
            " else value_json.presence }}",
            "payload_on": "present",
            "payload_off": "absent",
        },
        "people": {
            "p": "sensor",
            "state_topic": state,
            "value_template": _plain("people"),
            "state_class": "measurement",
        },
        "title": _of_track(state, "title"),
        "artist": _of_track(state, "artist"),
        "player": _chosen(state, "player", get_args(PlayerState)),
        "event": {
            "p": "event",
            "state_topic": topics.of("event"),
            "value_template": "{{ '' if value_json.get('replayed') else value }}",
            "event_types": list(get_args(EventType)),
        },
        **obeyed,
        "temperature": {
            "p": "sensor",
            "device_class": "temperature",
            "entity_category": "diagnostic",
            "state_topic": health,
            "value_template": _plain("temperature_c"),
            "state_class": "measurement",
            "unit_of_measurement": "°C",
        },
        "last_fault": {
            "p": "sensor",
            "entity_category": "diagnostic",
            "state_topic": health,
            "value_template": "{% set faults = (value_json.faults or {}).items() | list %}"
            f"{{{{ (faults[-1] | join(': '))[:{_LONGEST}] if faults else None }}}}",
        },
    }


def _chosen(state: str, name: str, words: tuple[str, ...]) -> Json:
    """A sensor that shows one of these words."""
    return {
        "p": "sensor",
        "device_class": "enum",
        "state_topic": state,
        "value_template": _plain(name),
        "options": list(words),
    }


def _of_track(state: str, name: str) -> Json:
    # An empty text is unknown, too: Home Assistant would go on showing the one before.
    value = f"((value_json.track or {{}}).get('{name}') or '')[:{_LONGEST}] | trim"
    return {
        "p": "sensor",
        "state_topic": state,
        "value_template": f"{{{{ ({value}) or None }}}}",
    }


def _obeying(entry: Entry, topics: Topics) -> Json:
    """A button, number, switch or select for what the table says of it."""
    command = {"command_topic": topics.of(f"{entry.name}/set")}
    if entry.kind == "button":
        return {"p": "button", **command}
    shown = {
        "state_topic": topics.of("state"),
        "value_template": _TEMPLATES.get(entry.name, _plain(entry.name)),
    }
    if entry.kind == "number":
        bounds = {"min": entry.lowest, "max": entry.highest, "step": 1}
        unit = {"unit_of_measurement": _UNITS[entry.name]} if entry.name in _UNITS else {}
        return {"p": "number", **command, **shown, **bounds, **unit, "mode": "slider"}
    if len(entry.words) == 2:
        on, off = entry.words
        words = {"payload_on": on, "payload_off": off, "state_on": on, "state_off": off}
        return {"p": "switch", **command, **shown, **words}
    return {"p": "select", **command, **shown, "options": list(entry.words)}


def _plain(name: str) -> str:
    return f"{{{{ value_json.{name} }}}}"
