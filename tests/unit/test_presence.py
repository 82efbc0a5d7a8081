"""Who is there, as everyone sees it: several people, a newcomer, and an eye that is away."""

from __future__ import annotations

import pytest

from edge.config import Config, EyeConfig
from edge.messages import Event, Face, Gone, Hello, InboxMessage, Mood, Reading, Tick
from edge.mind.mood import Temper
from edge.rules import rules
from tests.readings import face, reading
from tests.unit.test_conductor import Session


def watch(one: Session, seconds: float, *faces: Face, listener: int | None = 0) -> None:
    """Eight looks a second at these faces."""
    for _ in range(round(seconds * 8)):
        who = listener if faces else None
        one.send(Reading(at=one.at, faces=faces, listener=who))
        one.send(Tick())
        one.at += 0.125


def moods(one: Session) -> list[Mood | None]:
    return [event["to"] for event in one.events("mood_changed")]


@pytest.mark.parametrize("whose", ["listener", "room"])
def test_a_newcomer_does_not_reset_the_belief(whose: str) -> None:
    one = Session(temper=Temper(whose=whose))  # type: ignore[arg-type]  # one of the two words
    watch(one, 10, face("happy"))
    before = one.situation.belief.confidence
    watch(one, 0.5, face("happy"), face("sad", side=60))
    assert one.situation.belief.confidence > before - 0.05
    watch(one, 10, face("happy"), face("sad", side=60))
    assert one.state.people == 2
    assert moods(one) == ["happy"]


def test_the_mood_survives_a_change_of_the_listener_until_the_new_one_says_otherwise() -> None:
    one = Session()
    watch(one, 10, face("happy"), face("happy"))
    watch(one, 5, face("happy"), face("happy"), listener=1)
    watch(one, 0.5, face("happy"), face("sad"), listener=1)
    assert moods(one) == ["happy"]
    watch(one, 10, face("happy"), face("sad"), listener=1)
    assert moods(one) == ["happy", "sad"]
    assert [event["to"] for event in one.events("presence_changed")] == ["present"]


def test_faces_without_a_listener_are_people_and_no_mood() -> None:
    one = Session()
    watch(one, 5, face("happy"), face("sad"), listener=None)
    assert (one.state.presence, one.state.people, one.state.mood) == ("present", 2, None)
    assert one.state.player == "stopped"
    watch(one, 3, face("happy"))
    assert one.state.mood == "happy"
    watch(one, 10, face("sad"), listener=None)
    assert one.state.mood == "happy"


def test_the_room_goes_on_when_some_of_it_leave_and_others_come() -> None:
    one = Session(temper=Temper(whose="room"))
    watch(one, 10, face("happy"), face("happy"))
    watch(one, 10, face("happy"))
    watch(one, 10, face("happy"), face("happy"), face("happy"))
    assert one.state.people == 3
    assert moods(one) == ["happy"]
    watch(one, 15, face("sad"), face("sad"))
    assert one.state.people == 2
    assert moods(one) == ["happy", "sad"]
    watch(one, 6)
    assert moods(one) == ["happy", "sad", None]
    assert (one.state.presence, one.state.people) == ("absent", 0)


def test_who_comes_into_an_empty_room_brings_no_one_elses_mood() -> None:
    one = Session()
    watch(one, 20, face("happy"))
    watch(one, 6)
    watch(one, 8, face("sad"))
    assert moods(one) == ["happy", None, "sad"]


def test_an_eye_that_is_soon_back_has_changed_nothing() -> None:
    one = Session()
    watch(one, 10, face("happy"))
    belief = one.situation.belief
    one.effects.clear()
    one.send(Gone(role="eye", pid=7))
    one.wait(4)
    one.send(Hello(protocol=1, role="eye", pid=8))
    one.send(reading(one.at, face("happy")))
    assert one.situation.belief.probabilities == pytest.approx(belief.probabilities, abs=0.05)
    watch(one, 3, face("happy"))
    said = {effect.event_type for effect in one.effects if isinstance(effect, Event)}
    assert said == {"fault", "recovered"}
    assert [event["part"] for event in one.events("fault")] == ["eye"]


def test_a_blind_box_knows_nobody_and_forgets_the_mood() -> None:
    one = Session()
    watch(one, 10, face("happy"))
    one.wait(5.5)
    assert (one.state.camera, one.state.presence, one.state.people) == ("fault", "unknown", None)
    assert one.state.mood is None
    assert one.situation.belief.probabilities == pytest.approx([1 / 7] * 7)
    one.send(reading(one.at, face("sad")))
    assert one.state.presence == "unknown"  # a face is nobody's absence
    watch(one, 3, face("sad"))
    assert moods(one) == ["happy", None, "sad"]
    assert [e["to"] for e in one.events("presence_changed")] == ["present", "unknown", "present"]


def test_an_eye_that_looks_every_ten_seconds_is_not_blind() -> None:
    seldom = rules(Config(eye=EyeConfig(idle_rate=0.1)), None)
    one = Session(blind_s=seldom.blind_s)
    for _ in range(5):
        one.send(Reading(at=one.at))
        one.wait(10)
    assert (one.state.camera, one.state.presence) == ("on", "absent")
    one.wait(30)
    assert one.state.camera == "fault"
    assert rules(Config(), None).blind_s == 5.0


@pytest.mark.parametrize("message", [Tick(), Hello(protocol=1, role="player", pid=1)])
def test_nobody_has_no_mood_whatever_happens(message: InboxMessage) -> None:
    one = Session()
    watch(one, 5, face("happy"))
    watch(one, 6)
    one.send(message)
    state = one.state
    assert (state.mood, state.valence, state.arousal, state.trend) == (None,) * 4
    assert (state.confidence, state.mood_since, state.mood_source) == (None,) * 3
