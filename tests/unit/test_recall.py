"""What is kept of the present song, how seldom, and what is made of it after a power cut."""

from __future__ import annotations

from itertools import pairwise

import pytest

from edge.messages import Command, Ended, Hello, Now, Pause, Play, Played, Playing, Resume, Tick
from edge.mind import recall
from edge.mind.situation import KeepPlaying, ToPlayer
from tests.unit.test_ahead import HELLO, asked
from tests.unit.test_conductor import Session

LENGTH_S = 60.0


@pytest.fixture
def session() -> Session:
    one = Session(crossfade_s=0.0)
    one.send(HELLO)
    one.send(Played(at=one.at, state="stopped"))
    one.ask("override", "happy")
    one.ask("play")
    return one


def now(session: Session) -> Now:
    return Now(at=session.at, wall=1_000_000 + session.at)


def kept(session: Session) -> list[Playing | None]:
    return [one.playing for one in session.effects if isinstance(one, KeepPlaying)]


def live(session: Session, seconds: float, length_s: float) -> list[tuple[float, str, float]]:
    """Play on, song after song; when, which song and where each second was."""
    lived = []
    for _ in range(round(seconds)):
        session.at += 1.0
        position = (session.state.position_s or 0.0) + 1.0
        track = session.state.track
        assert track is not None
        if position >= length_s:
            session.send(Ended(at=session.at, track_id=track.id, reason="finished"))
        else:
            session.send(
                Played(at=session.at, state="playing", track_id=track.id, position_s=position)
            )
        session.send(Tick())
        assert session.state.track is not None
        lived.append((session.at, session.state.track.id, session.state.position_s or 0.0))
    return lived


def test_writes_are_seldom_and_the_song_and_its_place_are_known(session: Session) -> None:
    written: list[float] = []
    for _ in range(300):
        before = len(kept(session))
        ((at, track_id, position_s),) = live(session, 1, LENGTH_S)
        if len(kept(session)) > before:
            written.append(at)
        if position_s > 3.0:
            last = kept(session)[-1]
            assert last is not None
            assert last.track_id == track_id
            assert abs(last.position_s - position_s) <= 30.5
    assert len(written) <= 300 / 30 + 1
    assert min(b - a for a, b in pairwise(written)) >= 29.0


def test_a_pause_is_kept_and_then_nothing_more(session: Session) -> None:
    live(session, 40, LENGTH_S)
    session.ask("pause")
    before = len(kept(session))
    for _ in range(200):
        session.at += 1.0
        session.send(Tick())
    assert len(kept(session)) == before + 1
    last = kept(session)[-1]
    assert last is not None
    assert last.paused
    session.ask("stop")
    session.at += 5.0
    session.send(Tick())
    assert kept(session)[-1] is None


@pytest.mark.parametrize("paused", [False, True])
def test_after_a_power_cut_the_same_song_goes_on_there(session: Session, paused: bool) -> None:
    new = Session()
    was = Playing(track_id="sad-2", position_s=37.0, paused=paused)
    new.situation = recall.recalled(new.situation, was, now(new))
    assert new.state.track is not None
    new.send(Tick())
    assert new.state.position_s == 37.0
    new.send(HELLO)
    new.send(Played(at=new.at, state="stopped"))
    (play,) = asked(new)
    assert (play.track_id, play.start_s) == ("sad-2", 37.0)
    pauses = [one for one in new.effects if one == ToPlayer(message=Pause())]
    assert len(pauses) == paused
    assert new.state.player == ("paused" if paused else "playing")


def test_the_queue_goes_on_where_it_was(session: Session) -> None:
    session.send(Command(name="queue", arguments={"track_ids": ("sad-1", "sad-2")}, asked=True))
    live(session, 40, LENGTH_S)
    was = kept(session)[-1]
    assert was is not None
    new = Session()
    new.situation = recall.recalled(new.situation, was, now(new))
    assert new.situation.queue == ("sad-1", "sad-2")
    assert [track.id for track in new.state.up_next] == ["sad-1", "sad-2"]


def test_where_only_the_box_was_cut_the_player_is_right() -> None:
    one = Session()
    was = Playing(track_id="sad-2", position_s=37.0)
    one.situation = recall.recalled(one.situation, was, now(one))
    one.send(Hello(protocol=1, role="player", pid=2))
    one.send(Played(at=one.at, state="playing", track_id="happy-1", position_s=3.0))
    assert one.state.track is not None
    assert one.state.track.id == "happy-1"
    assert not [e for e in one.effects if isinstance(e, ToPlayer) and isinstance(e.message, Play)]


def test_what_is_not_in_the_library_any_more_is_forgotten() -> None:
    one = Session()
    gone = recall.recalled(one.situation, Playing(track_id="gone", position_s=1.0), now(one))
    assert gone == one.situation
    assert recall.recalled(one.situation, None, now(one)) == one.situation


def left_alone() -> Session:
    """Music that is held because its listener has gone."""
    one = Session(crossfade_s=0.0, absent_pause_s=60.0, fresh_s=600.0)
    one.send(HELLO)
    one.send(Played(at=one.at, state="stopped"))
    one.watch("happy", 3)
    track = one.state.track
    assert track is not None
    one.send(Played(at=one.at, state="playing", track_id=track.id, position_s=3.0))
    one.watch(None, 75)
    assert one.state.player == "paused"
    return one


@pytest.mark.parametrize("player_too", [False, True])
def test_music_that_was_held_for_nobody_comes_back_after_a_restart(player_too: bool) -> None:
    before = left_alone()
    was = kept(before)[-1]
    assert was is not None
    assert (was.paused, was.paused_for) == (True, "absence")
    after = Session(crossfade_s=0.0, absent_pause_s=60.0, fresh_s=600.0)
    after.at = before.at + 20.0
    after.situation = recall.recalled(after.situation, was, now(after))
    after.send(Hello(protocol=1, role="player", pid=1))
    state = Played(at=after.at, state="paused", track_id=was.track_id, position_s=was.position_s)
    after.send(Played(at=after.at, state="stopped") if player_too else state)
    after.wait(5)
    assert not after.asked(Resume)
    after.watch("happy", 3)
    assert after.state.player == "playing"
    assert after.state.track is not None
    assert after.state.track.id == was.track_id
    assert after.asked(Resume)


def test_music_that_the_listener_held_waits_for_them_after_a_restart() -> None:
    before = left_alone()
    before.ask("pause")
    before.wait(5)
    was = kept(before)[-1]
    assert was is not None
    assert (was.paused, was.paused_for) == (True, "listener")
    after = Session(crossfade_s=0.0)
    after.situation = recall.recalled(after.situation, was, now(after))
    after.send(Hello(protocol=1, role="player", pid=1))
    after.send(Played(at=after.at, state="paused", track_id=was.track_id, position_s=3.0))
    after.watch("happy", 3)
    assert after.state.player == "paused"
