"""Messages in, state and effects out: the box's behaviour without a clock, a camera or a sound."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from edge.messages import (
    MOODS,
    BadCommand,
    Command,
    Ended,
    Event,
    Gone,
    Hello,
    InboxMessage,
    Look,
    Mood,
    Now,
    Part,
    Pause,
    Play,
    Played,
    Reading,
    Rest,
    Resume,
    Settings,
    State,
    Stop,
    Tick,
    Track,
    TracksFound,
    Volume,
)
from edge.mind import conductor
from edge.mind.situation import Effect, KeepRest, Rules, Save, ToEye, ToPlayer
from tests.readings import face, reading

OTHERS: tuple[Mood, ...] = ("angry", "disgust", "fear", "happy", "surprise")
TRACKS = tuple(
    Track(id=f"{mood}-{number}", path=f"/{mood}/{number}", mood=mood, duration_s=60.0)
    for mood in MOODS
    for number in (1, 2)
)


class Session:
    """A box's mind with a hand on the clock."""

    def __init__(self, **rules: Any) -> None:
        self.at = 100.0
        self.dice = 0.0
        self.effects: list[Effect] = []
        self.situation = conductor.begin(Rules(**{"patience_s": 5.0, **rules}), Settings())
        self.send(TracksFound(tracks=TRACKS))

    @property
    def state(self) -> State:
        return self.situation.state

    def send(self, message: InboxMessage) -> list[Effect]:
        now = Now(at=self.at, wall=1_000_000 + self.at)
        self.situation, effects = conductor.handle(self.situation, message, now, self.dice)
        self.effects += effects
        return list(effects)

    def ask(self, name: str, value: Any = None) -> list[Effect]:
        return self.send(Command(name=name, value=value))

    def watch(self, mood: Mood | None, seconds: float) -> None:
        for _ in range(round(seconds * 8)):
            self.send(reading(self.at, *([face(mood)] if mood else [])))
            self.send(Tick())
            self.at += 0.125

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds * 5)):
            self.send(Tick())
            self.at += 0.2

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [e.fields for e in self.effects if isinstance(e, Event) and e.event_type == kind]

    def asked(self, kind: type) -> list[Any]:
        return [
            e.message
            for e in self.effects
            if isinstance(e, ToPlayer | ToEye) and isinstance(e.message, kind)
        ]


@pytest.fixture
def session() -> Session:
    one = Session()
    one.watch("happy", 3)
    return one


def test_nothing_is_known_before_the_first_look() -> None:
    state = Session().state
    assert (state.mood, state.people, state.presence, state.player) == (
        None,
        None,
        "unknown",
        "stopped",
    )


def test_a_face_brings_a_mood_and_its_music(session: Session) -> None:
    state = session.state
    assert (state.mood, state.mood_source, state.presence, state.people) == (
        "happy",
        "camera",
        "present",
        1,
    )
    assert state.confidence is not None
    assert state.confidence > 0.9
    assert state.trend == "steady"
    assert state.track is not None
    assert state.track.mood == "happy"
    assert session.asked(Play)[0].path == state.track.path
    assert session.events("mood_changed")[0] == {
        "from": None,
        "to": "happy",
        "confidence": pytest.approx(0.95, abs=0.05),
    }
    assert [e["to"] for e in session.events("presence_changed")] == ["present"]
    assert session.events("track_started")[0]["track"] == state.track


def test_the_music_follows_after_the_patience(session: Session) -> None:
    session.watch("sad", 5)
    assert session.state.mood == "sad"
    assert session.state.track is not None
    assert session.state.track.mood == "happy"
    session.watch("sad", 4)
    assert session.state.track.mood == "sad"
    assert session.events("track_ended")[-1]["reason"] == "mood"
    assert session.asked(Play)[-1].fade_s == 4.0


def test_a_mood_that_goes_back_in_time_changes_no_song(session: Session) -> None:
    session.watch("sad", 5)
    session.watch("happy", 10)
    assert len(session.asked(Play)) == 1


def test_a_finished_song_is_followed_by_another(session: Session) -> None:
    first = session.state.track
    assert first is not None
    session.send(Ended(at=session.at, track_id=first.id, reason="finished"))
    assert session.state.track is not None
    assert session.state.track.id != first.id
    assert session.state.track.mood == "happy"
    assert session.events("track_ended")[-1] == {"track": first, "reason": "finished"}


def test_the_end_of_an_earlier_time_is_not_the_end_of_this_one(session: Session) -> None:
    """The player may come to a song's end just while the listener asks for that song again."""
    (first,) = session.asked(Play)
    session.at += 1.0
    session.send(Command(name="play", arguments={"track_id": first.track_id}))
    again = session.asked(Play)[-1]
    assert again.track_id == first.track_id
    over = Ended(at=session.at, track_id=first.track_id, reason="finished")
    session.send(replace(over, asked_at=first.asked_at))
    assert session.state.track is not None
    assert session.state.player == "playing"
    assert not session.events("track_ended")[1:]
    session.ask("mode", "manual")
    session.send(replace(over, asked_at=again.asked_at))
    assert session.state.player == "stopped"


def test_a_broken_song_is_said_and_left_out(session: Session) -> None:
    first = session.state.track
    assert first is not None
    session.send(Ended(at=session.at, track_id=first.id, reason="error", message="no music in it"))
    assert session.events("fault")[-1] == {"part": "music", "message": "no music in it"}
    assert first.id not in session.situation.tracks
    assert session.state.player == "playing"


def test_stop_means_stop_until_play(session: Session) -> None:
    session.ask("stop")
    assert session.state.track is None
    assert session.state.position_s is None
    assert session.asked(Stop)
    session.watch("sad", 12)
    assert session.state.player == "stopped"
    session.ask("play")
    assert session.state.player == "playing"
    assert session.state.track is not None
    assert session.state.track.mood == "sad"


def test_pause_and_resume(session: Session) -> None:
    session.ask("pause")
    assert session.state.player == "paused"
    assert session.asked(Pause)
    session.watch("sad", 12)
    assert session.state.player == "paused"
    session.ask("play")
    assert session.state.player == "playing"
    assert session.asked(Resume)


def test_next_is_another_song_and_previous_the_one_before(session: Session) -> None:
    first = session.state.track
    session.ask("next")
    assert session.state.track != first
    assert session.events("track_ended")[-1]["reason"] == "skipped"
    session.ask("previous")
    assert session.state.track == first


def test_an_override_holds_whoever_is_there_and_ends(session: Session) -> None:
    session.ask("override", "sad")
    state = session.state
    assert (state.mood, state.confidence, state.mood_source) == ("sad", None, "override")
    assert state.track is not None
    assert state.track.mood == "sad"
    assert state.override_until == pytest.approx(1_000_000 + session.at + 7200)
    session.watch("happy", 10)
    assert session.state.mood == "sad"
    session.at += 7201
    session.send(Tick())
    assert session.state.override == "auto"
    assert session.state.mood != "sad"


def test_a_closed_camera_knows_nothing_and_music_goes_on(session: Session) -> None:
    session.ask("camera", "off")
    state = session.state
    assert (state.camera, state.presence, state.people, state.mood) == (
        "off",
        "unknown",
        None,
        None,
    )
    assert session.asked(Look) == [Look(on=False)]
    assert state.player == "playing"
    session.send(reading(session.at, face("sad")))
    assert session.state.mood is None
    assert Save(changed={"camera": "off"}) in session.effects


def test_a_faulty_camera_is_a_state(session: Session) -> None:
    session.send(Part(part="camera", ok=False, message="no camera found"))
    assert session.state.camera == "fault"
    assert session.state.presence == "unknown"
    assert session.events("fault")[-1] == {"part": "camera", "message": "no camera found"}
    session.send(Part(part="camera", ok=False, message="no camera found"))
    assert len(session.events("fault")) == 1
    session.send(Part(part="camera", ok=True, message="the camera is back"))
    assert session.state.camera == "on"
    assert session.events("recovered")[-1]["part"] == "camera"


def test_a_dead_eye_is_waited_for(session: Session) -> None:
    session.send(Gone(role="eye", pid=7))
    session.wait(2)
    assert session.state.camera == "on"
    assert session.state.mood == "happy"
    session.wait(5)
    assert session.state.camera == "fault"
    assert session.state.presence == "unknown"
    assert session.state.player == "playing"


def test_a_player_that_was_restarted_is_told_what_it_played(session: Session) -> None:
    track = session.state.track
    assert track is not None
    session.send(Played(at=session.at, state="playing", track_id=track.id, position_s=12.0))
    session.send(Gone(role="player", pid=8))
    session.send(Hello(protocol=1, role="player", pid=9))
    session.send(Played(at=session.at, state="stopped"))
    again = session.asked(Play)[-1]
    assert (again.track_id, again.start_s) == (track.id, 12.0)
    assert session.asked(Volume)[-1].level == 40
    assert len(session.events("track_started")) == 1


def test_after_a_broken_link_the_end_of_what_sounds_counts(session: Session) -> None:
    """The player never heard that the song was asked for again, and plays on as it did."""
    (first,) = session.asked(Play)
    session.ask("mode", "manual")
    session.at += 1.0
    session.send(Command(name="play", arguments={"track_id": first.track_id}))
    session.send(Hello(protocol=1, role="player", pid=9))
    session.send(Played(at=session.at, state="playing", track_id=first.track_id, position_s=12.0))
    over = Ended(at=session.at, track_id=first.track_id, reason="finished")
    session.send(replace(over, asked_at=first.asked_at))
    assert session.state.player == "stopped"


def test_a_box_that_was_restarted_adopts_what_sounds() -> None:
    fresh = Session()
    fresh.send(Hello(protocol=1, role="player", pid=9))
    fresh.send(Played(at=fresh.at, state="playing", track_id="fear-2", position_s=30.0))
    assert fresh.state.player == "playing"
    assert fresh.state.track == TRACKS[5]
    assert not fresh.asked(Play)
    assert not fresh.events("track_started")


def test_nobody_for_long_makes_a_pause_and_an_arrival_ends_it(session: Session) -> None:
    session.watch(None, 60)
    assert session.state.presence == "absent"
    assert session.state.mood is None
    assert session.state.player == "playing"
    session.watch(None, 70)
    assert session.state.player == "paused"
    session.watch("happy", 2)
    assert session.state.player == "playing"


def test_volume_is_clamped_to_the_limit() -> None:
    one = Session(volume_limit=60)
    one.ask("volume", 90)
    assert one.state.volume == 60
    assert one.asked(Volume)[-1].level == 60
    assert Save(changed={"volume": 60}) in one.effects


def test_manual_lets_the_song_end_and_stops(session: Session) -> None:
    session.ask("mode", "manual")
    session.watch("sad", 12)
    track = session.state.track
    assert track is not None
    assert track.mood == "happy"
    session.send(Ended(at=session.at, track_id=track.id, reason="finished"))
    assert session.state.player == "stopped"
    assert session.state.track is None


def test_calm_changes_the_song_at_once(session: Session) -> None:
    session.ask("policy", "calm")
    assert session.state.track is not None
    assert session.state.track.mood == "neutral"


def test_like_without_a_track_is_refused_aloud() -> None:
    one = Session()
    one.ask("like")
    assert one.events("command")[-1] == {"command": "like", "ok": False}
    assert not one.events("feedback")


def test_like_is_remembered(session: Session) -> None:
    track = session.state.track
    assert track is not None
    session.ask("like")
    assert session.events("feedback")[-1] == {"track_id": track.id, "liked": True}
    assert session.situation.likes == {track.id: True}


def test_a_bad_command_changes_nothing(session: Session) -> None:
    before = session.situation
    session.send(BadCommand(name="volume", message="volume is a number from 0 to 100"))
    assert session.situation == before
    assert session.events("command")[-1] == {"command": "volume", "ok": False}


@pytest.mark.parametrize("name", ["camera", "mode", "policy", "language", "volume"])
def test_a_value_that_changes_nothing_gives_the_event_only(session: Session, name: str) -> None:
    state = session.state
    effects = session.ask(name, getattr(state, name))
    assert session.state == state
    assert [e for e in effects if isinstance(e, Event)][-1].fields == {"command": name, "ok": True}
    assert not any(isinstance(e, Save) for e in effects)


def test_readings_that_change_nothing_cost_nothing(session: Session) -> None:
    session.watch("happy", 5)
    session.effects.clear()
    session.watch("happy", 5)
    assert session.effects == []


def test_an_empty_room_is_absent_and_no_mood() -> None:
    one = Session()
    one.send(Reading(at=one.at))
    assert one.state.presence == "absent"
    assert one.state.people == 0


def test_a_face_at_rest_counts_from_the_next_reading_on_and_is_kept() -> None:
    one = Session()
    resting = face("sad", 0.5)
    shares = {**resting.probabilities, "neutral": 0.4, **dict.fromkeys(OTHERS, 0.02)}
    resting = replace(resting, probabilities=shares)

    def rest(seconds: float) -> Mood | None:
        for _ in range(round(seconds * 8)):
            one.send(reading(one.at, resting))
            one.at += 0.125
        return one.state.mood

    assert rest(12) == "sad"
    learned = Rest(probabilities=shares, seconds=10.0)
    assert one.send(learned) == [KeepRest(rest=learned)]
    assert rest(30) == "neutral"
    one.watch("sad", 6)
    assert one.state.mood == "sad"
    forgotten = Rest(probabilities=None)
    assert one.send(forgotten) == [KeepRest(rest=forgotten)]
    assert one.situation.rules == Session().situation.rules
