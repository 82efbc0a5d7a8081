"""The demo's screen, drawn on paper: what it was told is what it shows."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from edge.demo_screen import Screen, plain
from edge.messages import Published, Reading
from tests.readings import face, reading

TRACK = {"title": "Window Seat", "artist": "Moodbox", "mood": "neutral", "duration_s": 76.0}
STATE: dict[str, Any] = {
    "mood": "sad",
    "confidence": 0.73,
    "valence": -0.29,
    "arousal": -0.07,
    "presence": "present",
    "player": "paused",
    "volume": 40,
    "track": TRACK,
    "position_s": 12.0,
}


def drawn(screen: Screen) -> str:
    paper = io.StringIO()
    Console(file=paper, width=120, height=36, force_terminal=False).print(screen)
    return paper.getvalue()


@pytest.fixture
def screen() -> Screen:
    return Screen("mqtt://127.0.0.1:1883")


def test_before_anything_is_known_it_says_so(screen: Screen) -> None:
    text = drawn(screen)
    assert "mqtt://127.0.0.1:1883" in text
    assert "nothing yet" in text


def test_it_shows_what_is_seen_felt_and_played(screen: Screen) -> None:
    screen.take(reading(1.0, face("sad", 0.7)))
    screen.take(Published(topic="moodbox/a/state", payload=STATE))
    text = drawn(screen)
    assert "70%" in text
    assert "73% sure" in text
    assert "valence -0.29" in text
    assert "Window Seat" in text
    assert "0:12 / 1:16" in text
    assert "sad · paused · Window Seat" in text


def test_an_empty_room_has_no_mood(screen: Screen) -> None:
    screen.take(Reading(at=1.0))
    screen.take(Published(topic="moodbox/a/state", payload={**STATE, "mood": None, "track": None}))
    assert "nobody" in drawn(screen)


def test_a_fault_stands_in_the_title_until_it_is_over(screen: Screen) -> None:
    fault = {"event_type": "fault", "part": "audio", "message": "no loudspeaker"}
    screen.take(Published(topic="moodbox/a/event", payload=fault))
    assert "no loudspeaker" in drawn(screen).splitlines()[1]
    well = {"event_type": "recovered", "part": "audio", "message": "it plays"}
    screen.take(Published(topic="moodbox/a/event", payload=well))
    assert "no loudspeaker" not in drawn(screen).splitlines()[1]


def test_a_plain_terminal_gets_a_line_for_each_event_and_none_for_states() -> None:
    event = {"id": "1", "at": "", "event_type": "track_started", "track": TRACK}
    assert plain(Published(topic="moodbox/a/event", payload=event)) == (
        "event: track_started track=Window Seat"
    )
    assert plain(Published(topic="moodbox/a/state", payload=STATE)) is None
