"""What stands in each message: names of topics, and the JSON of info, state, events and log lines.

All of it is pure; the contract is `schema` 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from edge.commands import COMMANDS, Asked
from edge.messages import MOODS, Answer, Event, Log, State, Track, Value

SCHEMA: Final = 1
UP_NEXT: Final = 20
HOME_ASSISTANT: Final = "homeassistant/status"
"""Home Assistant says `online` here when it has started."""
OTHER_LEVELS: Final = frozenset({"request", "response", "reply"})
"""Second levels that are no settings, whatever follows them."""
LONGEST_TOPIC: Final = 65_535
"""Bytes that MQTT leaves for one."""

_USUAL: Final = 256
"""Characters: what longer topics mean is not kept in memory."""

Json = dict[str, Any]
Meant = tuple[str | None, str | None]


class Topics(Value, frozen=True):
    """The names of one box's topics."""

    prefix: str
    id: str
    groups: tuple[str, ...] = ()
    discovery: bool = False
    """Announce the box to Home Assistant, and listen for its return."""

    @property
    def client_id(self) -> str:
        return f"{self.prefix}-{self.id}"

    def of(self, name: str) -> str:
        """The full topic of `state`, `event` …"""
        return f"{self.prefix}/{self.id}/{name}"

    def subscriptions(self) -> tuple[str, ...]:
        own = tuple(
            f"{root}{levels}" for root in self._roots() for levels in ("+/set", "request/+")
        )
        return (*own, HOME_ASSISTANT) if self.discovery else own

    def meant(self, topic: str) -> Meant:
        """The setting that a message on this topic is for, or the command that it asks for."""
        return _remembered(self, topic) if len(topic) <= _USUAL else self.meaning(topic)

    def meaning(self, topic: str) -> Meant:
        """The same, thought out anew."""
        first, rest = self._levels(topic)
        if first == "request":
            return None, rest if rest is not None and "/" not in rest else None
        return first if rest == "set" and first not in OTHER_LEVELS else None, None

    def reply(self, command: str, wanted: str | None) -> str | None:
        """Where the answer goes: where the asker wants it, if that is below our own `reply/`.

        None: nowhere, because the name would be none.
        """
        own = self.of("reply/")
        good = wanted is not None and wanted.startswith(own) and wanted != own
        if wanted is not None and good and not any(sign in wanted for sign in "+#\0"):
            return wanted
        topic = self.of(f"response/{command}")
        return topic if len(topic.encode()) <= LONGEST_TOPIC else None

    def _levels(self, topic: str) -> tuple[str | None, str | None]:
        """The first level below one of our roots, and all that follows."""
        for root in self._roots():
            if topic.startswith(root):
                name, slash, rest = topic.removeprefix(root).partition("/")
                return name, rest if slash else None
        return None, None

    def _roots(self) -> tuple[str, ...]:
        return (
            f"{self.prefix}/{self.id}/",
            *(f"{self.prefix}/group/{group}/" for group in self.groups),
        )


@lru_cache(maxsize=128)
def _remembered(topics: Topics, topic: str) -> Meant:
    return topics.meaning(topic)


class ModelFacts(Value, frozen=True):
    """What `info` says of the model that reads emotions."""

    sha256: str
    accuracy: float
    """0–1, on `split`."""
    split: str
    runtime: str | None = None


class About(Value, frozen=True):
    """What `info` says of this box."""

    version: str
    id: str
    name: str
    model: ModelFacts | None = None
    runtime: str | None = None
    """Which library runs the model, as eye tells it."""
    camera: str | None = None
    """Kind of camera."""
    audio: str | None = None
    """Sound driver."""
    web: str | None = None
    """Address of the panel."""


def utc(wall: float) -> str:
    """`2026-11-20T22:38:00.123Z`."""
    return f"{datetime.fromtimestamp(wall, UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def info_payload(about: About) -> Json:
    model = about.model
    facts = None
    if model is not None:
        facts = {
            "sha256": model.sha256,
            "runtime": about.runtime or model.runtime,
            "accuracy": model.accuracy,
            "split": model.split,
        }
    return {
        "schema": SCHEMA,
        "version": about.version,
        "id": about.id,
        "name": about.name,
        "moods": list(MOODS),
        "commands": list(COMMANDS),
        "model": facts,
        "capabilities": {"camera": about.camera, "audio": about.audio, "web": about.web},
    }


def state_payload(state: State, wall: float) -> Json:
    """Every key of the contract, in its order."""
    return {
        "schema": SCHEMA,
        "at": utc(wall),
        "mood": state.mood,
        "confidence": _rounded(state.confidence),
        "valence": _rounded(state.valence),
        "arousal": _rounded(state.arousal),
        "mood_since": _utc_or_null(state.mood_since),
        "mood_source": state.mood_source,
        "trend": state.trend,
        "presence": state.presence,
        "people": state.people,
        "camera": state.camera,
        "mode": state.mode,
        "override": state.override,
        "override_until": _utc_or_null(state.override_until),
        "policy": state.policy,
        "language": state.language,
        "player": state.player,
        "volume": state.volume,
        "track": None if state.track is None else track_payload(state.track),
        "position_s": _rounded(state.position_s),
        "sleep_until": _utc_or_null(state.sleep_until),
        "up_next": [
            {"id": track.id, "title": track.title, "artist": track.artist}
            for track in state.up_next[:UP_NEXT]
        ],
    }


def track_payload(track: Track) -> Json:
    """A track's eight keys."""
    return {
        "id": track.id,
        "title": track.title,
        "artist": track.artist,
        "album": track.album,
        "genre": track.genre,
        "language": track.language,
        "duration_s": _rounded(track.duration_s),
        "mood": track.mood,
    }


def event_payload(event: Event, event_id: str) -> Json:
    fields = {name: _told(name, value) for name, value in event.fields.items()}
    return {"id": event_id, "at": utc(event.wall), "event_type": event.event_type, **fields}


def answer_payload(box: str, asked: Asked, answer: Answer) -> Json:
    """The answer to a request, with what the asker wants echoed."""
    payload: Json = {
        "status": "ok" if answer.problem is None else "error",
        "id": box,
        "transaction": msgspec.Raw(asked.transaction),
    }
    if answer.problem is not None:
        problem = answer.problem
        return {**payload, "error": {"code": problem.code, "message": problem.message}}
    return {**payload, "data": {k: _told(k, v) for k, v in (answer.data or {}).items()}}


def _told(name: str, value: Any) -> Any:
    if isinstance(value, Track):
        return track_payload(value)
    if name == "confidence":
        return _rounded(value)
    return _utc_or_null(value) if name == "sleep_until" else value


def log_payload(line: Log) -> Json:
    return {"level": line.level, "message": line.message, "part": line.part}


def encoded(payload: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8; what is no number becomes null."""
    return msgspec.json.encode(payload)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


def _utc_or_null(wall: float | None) -> str | None:
    return None if wall is None else utc(wall)
