"""What the music does when somebody comes and goes: never against the listener's word."""

from __future__ import annotations

from typing import Any

import pytest

from edge.messages import Ended, Hello, Part, Pause, Play, Played, Resume, TracksFound
from tests.unit.test_conductor import TRACKS, Session


def left(seconds: float, **rules: Any) -> Session:
    """A box that played for somebody happy who left so long ago."""
    one = Session(**rules)
    one.watch("happy", 3)
    one.ask("play")  # for those who do not begin by themselves
    assert one.state.player == "playing"
    nobody(one, seconds)
    return one


def nobody(one: Session, seconds: float) -> None:
    """One look a second is enough for an empty room."""
    for _ in range(round(seconds)):
        one.watch(None, 0.125)
        one.wait(0.8)
        one.at += 0.075


def test_the_music_fades_out_and_is_held_once_nobody_was_there_so_long() -> None:
    one = left(100)
    assert one.state.player == "playing"
    nobody(one, 30)
    assert one.state.player == "paused"
    assert one.asked(Pause) == [Pause(fade_s=3.0)]
    nobody(one, 300)
    assert len(one.asked(Pause)) == 1


def test_never_is_never() -> None:
    one = left(3000, absent_pause_s=0.0)
    assert one.state.player == "playing"
    assert one.asked(Pause) == []


@pytest.mark.parametrize("welcome", ["play", "resume"])
def test_who_is_soon_back_hears_the_same_song_come_up(welcome: str) -> None:
    one = left(600, on_arrival=welcome)
    song, begun = one.state.track, len(one.asked(Play))
    one.watch("sad", 1)
    assert one.state.player == "playing"
    assert one.state.track == song
    assert one.asked(Resume) == [Resume(fade_s=3.0)]
    assert len(one.asked(Play)) == begun


def test_who_comes_back_late_gets_a_song_of_their_present_mood() -> None:
    one = left(2400)
    begun = len(one.asked(Play))
    assert one.state.track is not None
    one.watch("sad", 5)
    assert one.state.track.mood == "sad"
    assert one.state.player == "playing"
    assert one.asked(Resume) == []
    assert len(one.asked(Play)) == begun + 1
    assert one.events("track_ended")[-1]["reason"] == "mood"


def test_late_is_what_the_owner_says() -> None:
    one = left(600, fresh_s=60.0)
    one.watch("sad", 5)
    assert one.asked(Resume) == []
    assert one.state.track is not None
    assert one.state.track.mood == "sad"


def test_who_is_back_during_the_fade_never_loses_the_song() -> None:
    one = left(128, fresh_s=0.0, fade_s=10.0)
    assert one.state.player == "paused"
    one.watch("happy", 1)
    assert one.asked(Resume) == [Resume(fade_s=10.0)]


def test_wait_leaves_it_to_the_listener() -> None:
    one = Session(on_arrival="wait")
    one.watch("happy", 10)
    assert one.state.mood == "happy"
    assert one.state.player == "stopped"
    one.ask("play")
    assert one.state.player == "playing"
    nobody(one, 200)
    assert one.state.player == "paused"
    one.watch("happy", 30)
    assert one.state.player == "paused"
    one.ask("play")
    assert one.state.player == "playing"


def test_resume_begins_nothing_of_its_own() -> None:
    one = Session(on_arrival="resume")
    one.watch("happy", 10)
    assert one.state.player == "stopped"
    one.ask("play")
    one.watch("sad", 20)  # once it plays it follows the mood as ever
    assert one.state.track is not None
    assert one.state.track.mood == "sad"


@pytest.mark.parametrize("wish", ["pause", "stop"])
@pytest.mark.parametrize("absent_s", [0, 128, 400, 4000])
def test_what_the_listener_silenced_stays_silent(wish: str, absent_s: int) -> None:
    one = left(absent_s)
    one.ask(wish)
    one.watch("happy", 10)
    nobody(one, 300)
    one.watch("sad", 30)
    assert one.state.player != "playing"
    one.ask("play")
    assert one.state.player == "playing"


def test_a_listeners_pause_cuts_the_fade_short() -> None:
    one = left(128)
    one.ask("pause")
    assert one.asked(Pause) == [Pause(fade_s=3.0), Pause()]


def test_manual_is_left_alone() -> None:
    one = left(0)
    one.ask("mode", "manual")
    nobody(one, 600)
    assert one.state.player == "playing"
    one = left(600)
    one.ask("mode", "manual")
    one.watch("happy", 10)
    assert one.state.player == "paused"
    one.ask("mode", "auto")
    assert one.state.player == "playing"


def test_unknown_is_not_absent() -> None:
    one = left(60)
    one.ask("camera", "off")
    one.wait(600)
    assert one.state.presence == "unknown"
    assert one.state.player == "playing"
    one = left(60)
    one.send(Part(part="camera", ok=False, message="unplugged"))
    one.wait(600)
    assert one.state.player == "playing"
    one.send(Part(part="camera", ok=True))
    nobody(one, 100)  # from now on it counts again
    assert one.state.player == "playing"
    nobody(one, 30)
    assert one.state.player == "paused"


def test_nobody_at_the_start_is_no_music_until_somebody_comes() -> None:
    one = Session()
    nobody(one, 600)
    assert one.state.mood is None
    assert one.state.player == "stopped"
    one.send(TracksFound(tracks=TRACKS))
    assert one.state.player == "stopped"
    one.watch("fear", 4)
    assert one.state.track is not None
    assert one.state.track.mood == "fear"


def test_a_song_that_ends_as_it_is_paused_brings_no_other() -> None:
    one = left(0)
    track = one.state.track
    assert track is not None
    one.ask("pause")
    one.send(Ended(at=one.at, track_id=track.id, reason="finished"))
    one.watch("happy", 5)
    assert one.state.player == "stopped"


def test_a_link_that_breaks_while_it_is_paused_makes_it_nobodys_pause_but_ours() -> None:
    one = left(300)
    track = one.state.track
    assert track is not None
    one.send(Hello(protocol=1, role="player", pid=9))
    one.send(Played(at=one.at, state="paused", track_id=track.id, position_s=7.0))
    one.watch("happy", 1)
    assert one.state.player == "playing"


def test_a_pause_that_was_lost_with_the_link_is_asked_again() -> None:
    one = left(0)
    track = one.state.track
    assert track is not None
    one.ask("pause")
    one.send(Hello(protocol=1, role="player", pid=9))
    one.send(Played(at=one.at, state="playing", track_id=track.id, position_s=7.0))
    assert one.state.player == "paused"
    assert len(one.asked(Pause)) == 2
