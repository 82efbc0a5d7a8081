"""What the contract says of every message, so that each one that comes can be held against it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.broker import Message

MOODS = {"angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
REASONS = {"finished", "skipped", "mood", "command", "error"}
CODES = {
    "too_large", "unknown_command", "bad_json", "bad_payload", "unknown_setting", "out_of_range",
    "not_found", "busy", "camera_unavailable", "audio_unavailable", "internal",
}  # fmt: skip
COMMANDS = (
    "play", "pause", "stop", "next", "previous", "seek", "volume", "like", "dislike", "place",
    "sleep", "queue", "recommend", "similar", "search", "library.scan", "history",
    "history.clear", "settings.get", "settings.set", "diagnostics",
)  # fmt: skip
SETTINGS = (
    "camera", "mode", "policy", "language", "volume", "name", "volume_limit", "crossfade_s",
    "patience_s", "override_s", "quiet_from", "quiet_to", "quiet_volume", "absent_pause_s",
    "history_days", "guest",
)  # fmt: skip

Fits = Callable[[Any], bool]


def number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def text(value: object) -> bool:
    return isinstance(value, str)


def moment(value: object) -> bool:
    return isinstance(value, str) and TIME.fullmatch(value) is not None


def one_of(*words: object) -> Fits:
    return lambda value: value in words and not isinstance(value, bool)


def null_or(fits: Fits) -> Fits:
    return lambda value: value is None or fits(value)


def between(low: float, high: float, fits: Fits = number) -> Fits:
    return lambda value: fits(value) and low <= value <= high


def yes_or_no(value: object) -> bool:
    return isinstance(value, bool)


mood = one_of(*MOODS)
TRACK: dict[str, Fits] = {
    "id": text, "title": null_or(text), "artist": null_or(text), "album": null_or(text),
    "genre": null_or(text), "language": null_or(text), "duration_s": null_or(number),
    "mood": null_or(mood),
}  # fmt: skip
RANKED: dict[str, Fits] = {
    **TRACK, "rank": whole, "kind": one_of("song", "film"), "valence": null_or(number),
    "arousal": null_or(number), "score": null_or(number), "reason": null_or(text),
}  # fmt: skip


def by_name(value: object) -> bool:
    return isinstance(value, dict)


def track(value: object) -> bool:
    return isinstance(value, dict) and set(value) == set(TRACK) and not lacks(value, TRACK)


def next_ones(value: object) -> bool:
    keys = {"id", "title", "artist"}
    return isinstance(value, list) and len(value) <= 20 and all(set(one) >= keys for one in value)


STATE: dict[str, Fits] = {
    "schema": one_of(1), "at": moment, "mood": null_or(mood),
    "confidence": null_or(between(0, 1)), "valence": null_or(between(-1, 1)),
    "arousal": null_or(between(-1, 1)), "mood_since": null_or(moment),
    "mood_source": one_of("camera", "override", None),
    "presence": one_of("present", "absent", "unknown"), "people": null_or(whole),
    "camera": one_of("on", "off", "fault"), "mode": one_of("auto", "manual"),
    "override": one_of("auto", *MOODS), "override_until": null_or(moment),
    "policy": one_of("match", "lift", "calm"), "language": text,
    "player": one_of("playing", "paused", "stopped"), "volume": between(0, 100, whole),
    "track": null_or(track), "position_s": null_or(number), "sleep_until": null_or(moment),
    "up_next": next_ones,
}  # fmt: skip
EVENTS: dict[str, dict[str, Fits]] = {
    "mood_changed": {
        "from": null_or(mood), "to": null_or(mood), "confidence": null_or(between(0, 1)),
    },
    "presence_changed": {
        "from": STATE["presence"], "to": STATE["presence"], "people": null_or(whole),
    },
    "track_started": {"track": track},
    "track_ended": {"track": track, "reason": one_of(*REASONS)},
    "feedback": {"track_id": text, "liked": null_or(yes_or_no)},
    "command": {"command": text, "ok": yes_or_no},
    "fault": {"part": text, "message": text},
    "recovered": {"part": text, "message": text},
    "scan_finished": {"added": whole, "changed": whole, "removed": whole, "total": whole},
}  # fmt: skip
HEALTH: dict[str, Fits] = {
    "uptime_s": null_or(number), "looks_per_s": null_or(number), "stage_ms": null_or(by_name),
    "memory_mb": null_or(by_name), "temperature_c": null_or(number),
    "throttled": lambda value: value is None or isinstance(value, bool | list | str | int),
    "restarts": null_or(by_name), "queues": null_or(by_name), "faults": null_or(by_name),
}  # fmt: skip
LOG: dict[str, Fits] = {
    "level": one_of("info", "warning", "error", "critical"), "message": text, "part": text,
}  # fmt: skip


def lacks(value: Mapping[str, Any], wanted: Mapping[str, Fits]) -> list[str]:
    """The keys that are missing or hold what they may not."""
    return [key for key, fits in wanted.items() if key not in value or not fits(value[key])]


def strict_json(payload: bytes) -> Any:
    """RFC 8259 and no more: no NaN, no repeated keys, UTF-8."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs), "a repeated key"
        return dict(pairs)

    return json.loads(payload.decode(), parse_constant=refuse, object_pairs_hook=once)


def wrong(message: Message, name: str) -> list[str]:
    """What is wrong with one message, in the contract's eyes; `name` is its topic under the box."""
    kept = name in {"availability", "info", "state", "health"}
    found = [] if message.retain == kept else [f"retain is {message.retain}"]
    if message.qos != (0 if name == "log" else 1):
        found.append(f"QoS {message.qos}")
    if name == "availability":
        return found + ([] if message.payload in {b"online", b"stopped", b"offline"} else ["word"])
    value = strict_json(message.payload)
    if name == "state":
        found += lacks(value, STATE) + _wrong_together(value)
    elif name == "event":
        common: dict[str, Fits] = {"id": lambda one: text(one) and one.isascii(), "at": moment}
        found += lacks(value, common) + lacks(value, EVENTS.get(value["event_type"], {"?": text}))
    elif name == "health":
        found += lacks(value, HEALTH)
    elif name == "log":
        found += lacks(value, LOG)
    elif name.startswith(("response/", "reply/")):
        found += _wrong_answer(value, message)
    elif name != "info":
        found.append("a topic that the contract does not know")
    return found


def _wrong_together(state: Mapping[str, Any]) -> list[str]:
    fields = ("mood", "valence", "arousal", "mood_since", "mood_source")
    found = [] if len({state[one] is None for one in fields}) == 1 else ["half a mood"]
    if (state["player"] == "stopped") != (state["track"] is None):
        found.append("stopped and track")
    if (state["track"] is None) != (state["position_s"] is None):
        found.append("track and position_s")
    return found


def _wrong_answer(answer: Mapping[str, Any], message: Message) -> list[str]:
    found = [] if len(message.payload) <= 256 * 1024 else ["longer than 256 KiB"]
    if not {"status", "id", "transaction"} <= set(answer):
        return [*found, f"keys {sorted(answer)}"]
    if answer["status"] == "ok":
        return found + ([] if isinstance(answer.get("data"), dict) else ["data"])
    error = answer.get("error", {})
    sentence = text(error.get("message")) and error["message"].endswith((".", "?"))
    return found + ([] if error.get("code") in CODES and sentence else [f"error {error}"])
