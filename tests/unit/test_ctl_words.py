"""Answers for people."""

from __future__ import annotations

import io
from typing import Any

import pytest

from edge.commands import ACTIONS
from edge.ctl import words

TRACK = {"id": "1e9d", "title": "Lemonade Steps", "artist": "Moodbox"}
ITEM = {
    "rank": 1,
    "id": "1e9d",
    "kind": "song",
    "title": "ज़िंदगी",
    "artist": None,
    "album": None,
    "genre": None,
    "language": "hi",
    "duration_s": None,
    "mood": None,
    "valence": None,
    "arousal": None,
    "score": 0.5,
    "reason": "found in title",
}


def told(command: str, data: dict[str, Any], state: Any = None, name: str = "") -> str:
    out = io.StringIO()
    words.tell(command, data, state, out, name)
    return out.getvalue()


@pytest.mark.parametrize(
    ("command", "data", "state", "said"),
    [
        ("play", {"track": TRACK}, None, "playing: Lemonade Steps · Moodbox\n"),
        ("play", {"track": None}, None, "playing\n"),
        ("next", {"player": "playing"}, {"track": TRACK}, "playing: Lemonade Steps · Moodbox\n"),
        ("pause", {"player": "paused"}, None, "paused\n"),
        ("stop", {"player": "stopped"}, {"track": TRACK}, "stopped\n"),
        ("volume", {"level": 30}, None, "volume: 30\n"),
        ("seek", {"position_s": 3723.2}, None, "at 1:02:03\n"),
        ("like", {}, None, "like: done\n"),
        ("sleep", {"sleep_until": None}, None, "no sleep timer is set\n"),
        ("queue", {"queue": []}, None, "the queue is empty\n"),
        ("queue", {"queue": ["a", "b"]}, None, "queued: 2 songs\n"),
        ("history.clear", {"removed": 3}, None, "forgotten: 3 moods and songs\n"),
        ("search", {"items": [], "total": 0}, None, "nothing was found\n"),
        ("search", {"items": [ITEM], "total": 1}, None,
         "1  1e9d  ज़िंदगी      0.50  found in title\n"),
        ("history", {"moods": [], "tracks": [], "truncated": False}, None,
         "nothing is remembered\n"),
        ("settings.set", {"crossfade_s": 3.0, "quiet_from": None, "guest": True}, None,
         "crossfade_s: 3\nquiet_from: null\nguest: true\n"),
        ("lights.dance", {"steps": 3}, None, "steps: 3\n"),
    ],
)  # fmt: skip
def test_an_answer_in_words(command: str, data: Any, state: Any, said: str) -> None:
    assert told(command, data, state) == said


def test_each_box_of_a_group_is_named() -> None:
    assert told("volume", {"level": 3}, name="attic") == "attic: volume: 3\n"


def test_the_history_is_in_order() -> None:
    spans = {
        "moods": [{"mood": "sad", "at": "2026-11-20T22:38:00Z", "until": None}],
        "tracks": [{**TRACK, "at": "2026-11-20T22:30:00Z", "until": "2026-11-20T22:40:00Z"}],
        "truncated": True,
    }
    song, mood, more = told("history", spans).splitlines()
    assert song.endswith("song  Lemonade Steps · Moodbox")
    assert "now" in mood
    assert mood.endswith("mood  sad")
    assert "fewer hours" in more


def test_checks_look_as_doctor_tells_them() -> None:
    check = {"name": "camera", "status": "fail", "message": "None.", "mend": "Plug one in."}
    said = told("diagnostics", {"schema": 1, "ok": False, "checks": [check]})
    assert said.splitlines()[0].split() == ["✗", "camera", "None."]
    assert "→ Plug one in." in said


def test_every_key_that_an_answer_may_hold_has_words() -> None:
    known = {"items", "total", "moods", "tracks", "truncated", "settings", "schema", "ok", "checks"}
    for action in ACTIONS:
        keys = set(filter(None, action.answer.split(", "))) - known
        assert keys <= set(words._LINES), action.name
