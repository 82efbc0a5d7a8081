"""Names and payloads, against the contract's own example."""

from __future__ import annotations

import json
import math
import re

import pytest

from edge.commands import COMMANDS
from edge.messages import MOODS, Event, Log, State, Track
from edge.mqtt.topics import (
    About,
    ModelFacts,
    Topics,
    encoded,
    event_payload,
    info_payload,
    log_payload,
    state_payload,
    utc,
)

TOPICS = Topics(prefix="home/moodbox", id="kitchen-1f3c", groups=("downstairs", "all"))
SONG = Track(
    id="a1",
    path="/music/secret.ogg",
    title="Hope",
    artist="Ann",
    language="hi",
    duration_s=213.40049,
    mood="happy",
    valence=0.7,
)
STATE_KEYS = [
    "schema", "at", "mood", "confidence", "valence", "arousal", "mood_since", "mood_source",
    "trend", "presence", "people", "camera", "mode", "override", "override_until", "policy",
    "language", "player", "volume", "track", "position_s", "sleep_until", "up_next",
]  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "setting", "command"),
    [
        ("home/moodbox/kitchen-1f3c/volume/set", "volume", None),
        ("home/moodbox/kitchen-1f3c/nonsense/set", "nonsense", None),
        ("home/moodbox/kitchen-1f3c//set", "", None),
        ("home/moodbox/group/downstairs/next/set", "next", None),
        ("home/moodbox/group/all/next/set", "next", None),
        ("home/moodbox/group/upstairs/next/set", None, None),
        ("home/moodbox/kitchen-1f3c/volume/set/set", None, None),
        ("home/moodbox/kitchen-1f3c/a/volume/set", None, None),
        ("home/moodbox/kitchen-1f3c/set", None, None),
        ("home/moodbox/kitchen-1f3c/volume", None, None),
        ("home/moodbox/kitchen-1f3c/volume/SET", None, None),
        ("home/moodbox/kitchen-1f3c/request/set", None, "set"),
        ("home/moodbox/kitchen-1f3c/request/settings.get", None, "settings.get"),
        ("home/moodbox/kitchen-1f3c/request/", None, ""),
        ("home/moodbox/kitchen-1f3c/request", None, None),
        ("home/moodbox/kitchen-1f3c/request/volume/set", None, None),
        ("home/moodbox/group/downstairs/request/next", None, "next"),
        ("home/moodbox/group/upstairs/request/next", None, None),
        ("home/moodbox/kitchen/volume/set", None, None),
        ("moodbox/kitchen-1f3c/volume/set", None, None),
    ],
)
def test_only_the_levels_of_the_contract_are_obeyed(
    topic: str, setting: str | None, command: str | None
) -> None:
    assert TOPICS.meant(topic) == (setting, command)


def test_a_long_topic_means_what_a_short_one_does() -> None:
    name = "x" * 5000
    assert TOPICS.meant(f"home/moodbox/kitchen-1f3c/request/{name}") == (None, name)


def test_it_listens_to_itself_and_to_its_groups() -> None:
    assert TOPICS.subscriptions() == (
        "home/moodbox/kitchen-1f3c/+/set",
        "home/moodbox/kitchen-1f3c/request/+",
        "home/moodbox/group/downstairs/+/set",
        "home/moodbox/group/downstairs/request/+",
        "home/moodbox/group/all/+/set",
        "home/moodbox/group/all/request/+",
    )
    assert TOPICS.of("state") == "home/moodbox/kitchen-1f3c/state"
    assert TOPICS.client_id == "home/moodbox-kitchen-1f3c"


@pytest.mark.parametrize(
    ("wall", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1_795_214_280.1239, "2026-11-20T22:38:00.123Z"),
        (1_795_214_280.0, "2026-11-20T22:38:00.000Z"),
    ],
)
def test_times_are_utc_with_milliseconds(wall: float, text: str) -> None:
    assert utc(wall) == text


def test_before_the_first_look_every_key_is_there() -> None:
    payload = state_payload(State(), 0.0)
    assert list(payload) == STATE_KEYS
    assert payload["schema"] == 1
    assert payload["presence"] == "unknown"
    nulls = {key for key, value in payload.items() if value is None}
    assert nulls == {
        "mood", "confidence", "valence", "arousal", "mood_since", "mood_source", "trend",
        "people",
        "override_until", "track", "position_s", "sleep_until",
    }  # fmt: skip
    assert payload["up_next"] == []


def test_the_whole_state() -> None:
    state = State(
        mood="happy",
        confidence=0.8612345,
        valence=0.81,
        arousal=0.51,
        mood_since=1_795_213_867.004,
        mood_source="camera",
        presence="present",
        people=1,
        camera="on",
        override_until=1_795_214_280.0,
        player="playing",
        track=SONG,
        position_s=12.34567,
        position_at=99.0,
        up_next=(SONG,) * 25,
    )
    payload = json.loads(encoded(state_payload(state, 1_795_214_280.123)))
    assert list(payload) == STATE_KEYS
    assert payload["confidence"] == 0.861
    assert payload["mood_since"] == "2026-11-20T22:31:07.004Z"
    assert payload["override_until"] == "2026-11-20T22:38:00.000Z"
    assert payload["position_s"] == 12.346
    assert payload["track"] == {
        "id": "a1", "title": "Hope", "artist": "Ann", "album": None, "genre": None,
        "language": "hi", "duration_s": 213.4, "mood": "happy",
    }  # fmt: skip
    assert len(payload["up_next"]) == 20
    assert payload["up_next"][0] == {"id": "a1", "title": "Hope", "artist": "Ann"}
    assert "secret" not in json.dumps(payload)


def test_an_event_carries_its_fields_beside_its_name() -> None:
    event = Event(event_type="track_ended", wall=0.5, fields={"track": SONG, "reason": "finished"})
    payload = event_payload(event, "0a-1")
    assert list(payload) == ["id", "at", "event_type", "track", "reason"]
    assert payload["id"] == "0a-1"
    assert payload["at"] == "1970-01-01T00:00:00.500Z"
    assert set(payload["track"]) == {
        "id", "title", "artist", "album", "genre", "language", "duration_s", "mood",
    }  # fmt: skip


def test_info_says_what_the_box_is_and_can() -> None:
    bare = info_payload(About(version="0.1", id="kitchen", name="Küche"))
    assert bare["model"] is None
    assert bare["capabilities"] == {"camera": None, "audio": None, "web": None}
    assert bare["moods"] == list(MOODS)
    assert bare["commands"] == list(COMMANDS)
    full = info_payload(
        About(
            version="0.1",
            id="kitchen",
            name="Küche",
            model=ModelFacts(sha256="ab", accuracy=0.7, split="PrivateTest"),
            runtime="ai-edge-litert 2.3",
            camera="demo",
            audio="pulseaudio",
        )
    )
    assert full["model"] == {
        "sha256": "ab", "runtime": "ai-edge-litert 2.3", "accuracy": 0.7, "split": "PrivateTest",
    }  # fmt: skip
    assert full["capabilities"]["camera"] == "demo"
    assert re.search('"name":"Küche"', encoded(full).decode())


def test_what_is_no_number_is_null_in_json() -> None:
    state = State(player="playing", track=Track(id="x", path="p", duration_s=math.nan))
    payload = json.loads(encoded(state_payload(state, 0.0)))
    assert payload["track"]["duration_s"] is None


def test_a_log_line() -> None:
    line = Log(level="warning", message="no song", part="library")
    assert log_payload(line) == {"level": "warning", "message": "no song", "part": "library"}
