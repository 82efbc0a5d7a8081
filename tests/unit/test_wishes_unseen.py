"""What the listener asks for while nobody is seen counts; nothing else brings music then."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.messages import Command, Ended, Hello, Mood, Part, Play, Played, Resume, Tick
from edge.mind.situation import ToPlayer
from tests.readings import face, reading
from tests.unit.test_arrivals import left, nobody
from tests.unit.test_conductor import Session


def test_what_is_asked_for_from_afar_plays_until_somebody_came_and_left() -> None:
    one = left(300)
    one.ask("play")
    nobody(one, 1000)
    assert one.state.player == "playing"
    one.watch("happy", 3)
    nobody(one, 200)
    assert one.state.player == "paused"


def test_an_override_counts_though_nobody_is_there_and_ends() -> None:
    one = Session(override_s=1000.0)
    nobody(one, 10)
    one.ask("override", "sad")
    assert one.state.track is not None
    assert one.state.track.mood == "sad"
    nobody(one, 900)
    assert one.state.player == "playing"
    nobody(one, 300)  # it ended after 1000 s, and then nobody was there for 120 s
    assert one.state.mood is None
    assert one.state.player == "paused"


@pytest.mark.parametrize("mood", ["happy", "sad"])
def test_an_override_wakes_what_was_held(mood: Mood) -> None:
    one = left(400)
    one.ask("override", mood)
    assert one.state.player == "playing"
    assert one.state.track is not None
    assert one.state.track.mood == mood


def test_an_override_does_not_play_against_a_stop() -> None:
    one = left(0)
    one.ask("stop")
    one.ask("override", "sad")
    nobody(one, 300)
    assert one.state.player == "stopped"


def test_an_override_plays_for_nobody_no_longer_than_any_other_mood() -> None:
    one = left(0)
    one.ask("override", "sad")
    one.watch("happy", 1)
    nobody(one, 130)
    assert one.state.mood == "sad"
    assert one.state.player == "paused"
    track = one.state.track
    assert track is not None
    one.send(Ended(at=one.at, track_id=track.id, reason="finished"))  # its last note was the fade's
    nobody(one, 10)
    assert one.state.player == "stopped"
    one.watch("happy", 2)
    assert one.state.player == "playing"


def test_play_for_nobody_known_takes_no_mood_for_granted() -> None:
    played = set()
    for dice in (0.0, 0.3, 0.6, 0.9):
        one = Session()
        one.dice = dice
        one.watch(None, 1)
        one.ask("play")
        assert one.state.mood is None
        assert one.state.track is not None
        played.add(one.state.track.mood)
        one.send(Ended(at=one.at, track_id=one.state.track.id, reason="finished"))
        assert one.state.player == "playing"
    assert len(played) > 2


ASKED = ("play", "pause", "stop", "next", "previous")
happenings = st.one_of(
    st.tuples(st.just("see"), st.sampled_from(["happy", "sad", "", "", ""])),
    st.tuples(st.just("wait"), st.sampled_from([1, 7, 130, 2000])),
    st.tuples(st.just("camera"), st.sampled_from(["well", "ill"])),
    st.tuples(st.just("song"), st.just("ends")),
    st.tuples(st.just("mode"), st.sampled_from(["auto", "manual"])),
    st.tuples(st.just("override"), st.sampled_from(["auto", "sad"])),
    *(st.tuples(st.just(name), st.just("")) for name in ASKED),
)


class Witness(Session):
    """Notes what was begun by itself, and how things stood then."""

    def __init__(self, on_arrival: str) -> None:
        self.quieted = False
        super().__init__(on_arrival=on_arrival, fresh_s=600.0)

    def happen(self, what: str, how: str) -> None:
        if what == "see":
            for _ in range(48):
                self.watch_one(how)
        elif what == "wait":
            for _ in range(int(how)):
                self.expect(Tick())
                self.at += 1.0
        elif what == "camera":
            self.expect(Part(part="camera", ok=how == "well", message="a word"))
        elif what == "song":
            track = self.state.track
            if track is not None and self.state.player == "playing":
                self.send(Ended(at=self.at, track_id=track.id, reason="finished"))
        else:
            self.quieted = what in {"pause", "stop"} or (
                self.quieted and what not in {"play", "next", "previous"}
            )
            self.send(Command(name=what, value=how or None))
            assert not (self.quieted and self.state.player == "playing")

    def watch_one(self, mood: str) -> None:
        self.expect(reading(self.at, *([face(mood)] if mood else [])))  # type: ignore[arg-type]
        self.at += 0.125

    def expect(self, message: Any) -> None:
        """Nobody asked: music may begin for somebody present only, and not against their word."""
        before = self.state
        begun = [
            effect.message
            for effect in self.send(message)
            if isinstance(effect, ToPlayer) and isinstance(effect.message, Play | Resume)
        ]
        if begun and before.player != "playing":
            assert self.state.presence == "present"
            assert before.mode == "auto"
            assert not self.quieted
            assert self.situation.rules.on_arrival != "wait"
        if begun:
            assert len(begun) == 1


@given(st.sampled_from(["play", "resume", "wait"]), st.lists(happenings, max_size=12))
def test_whatever_happens_no_music_begins_by_itself_for_nobody(
    on_arrival: str, happened: list[tuple[str, Any]]
) -> None:
    one = Witness(on_arrival)
    for what, how in happened:
        one.happen(what, how)


def test_a_box_that_was_restarted_pauses_what_it_found_playing_for_nobody() -> None:
    one = Session()
    one.send(Hello(protocol=1, role="player", pid=9))
    one.send(Played(at=one.at, state="playing", track_id="fear-2", position_s=30.0))
    nobody(one, 110)
    assert one.state.player == "playing"
    nobody(one, 20)
    assert one.state.player == "paused"
    one.watch("fear", 1)
    assert one.state.player == "playing"


def test_a_box_that_was_restarted_leaves_what_it_found_paused_to_the_listener() -> None:
    one = Session()
    one.send(Hello(protocol=1, role="player", pid=9))
    one.send(Played(at=one.at, state="paused", track_id="fear-2", position_s=30.0))
    one.watch("happy", 10)
    assert one.state.player == "paused"


def test_an_override_said_twice_wakes_what_was_held() -> None:
    one = left(0)
    one.ask("override", "sad")
    nobody(one, 200)
    assert one.state.player == "paused"
    one.ask("override", "sad")
    assert one.state.player == "playing"
