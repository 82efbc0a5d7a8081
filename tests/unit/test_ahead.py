"""What the player is told ahead, and what becomes of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from edge.messages import Ahead, Command, Ended, Hello, Play, Played, Remember, Tick, TracksFound
from edge.mind import level
from edge.mind.situation import ToPlayer
from tests.unit.test_conductor import TRACKS, Session

HELLO = Hello(protocol=1, role="player", pid=1)


def told(session: Session) -> list[Ahead]:
    found = [effect.message for effect in session.effects if isinstance(effect, ToPlayer)]
    return [message for message in found if isinstance(message, Ahead)]


def asked(session: Session) -> list[Play]:
    found = [effect.message for effect in session.effects if isinstance(effect, ToPlayer)]
    return [message for message in found if isinstance(message, Play)]


@pytest.fixture
def session() -> Session:
    """Plays a happy song; the box is at the hands of its listener."""
    one = Session()
    one.send(HELLO)
    one.send(Played(at=one.at, state="stopped"))
    one.ask("override", "happy")
    one.ask("play")
    assert one.state.track is not None
    return one


def hear(session: Session, position_s: float, *, held: bool = False) -> None:
    track = session.state.track
    assert track is not None
    session.at += 1.0
    session.send(
        Played(
            at=session.at,
            state="playing",
            track_id=track.id,
            position_s=position_s,
            duration_s=60.0,
            held=held,
        )
    )


def test_the_next_song_is_told_once_and_in_time(session: Session) -> None:
    hear(session, 5.0)
    assert told(session) == []
    for position_s in (42.0, 43.0, 44.0):
        hear(session, position_s)
    (ahead,) = told(session)
    assert session.state.track is not None
    assert ahead.after == session.state.track.id
    assert ahead.play is not None
    assert ahead.play.fade_s == session.situation.rules.crossfade_s
    assert ahead.play.track_id != ahead.after


def test_the_song_that_the_player_has_begun_is_the_present_one(session: Session) -> None:
    hear(session, 45.0)
    (ahead,) = told(session)
    assert ahead.play is not None
    before = len(asked(session))
    over = Ended(
        at=session.at, track_id=ahead.after, reason="finished", followed_by=ahead.play.track_id
    )
    session.send(over)
    assert session.state.track is not None
    assert session.state.track.id == ahead.play.track_id
    assert session.state.player == "playing"
    assert session.situation.heard[-1] == ahead.play.track_id
    assert len(asked(session)) == before
    hear(session, 45.0)
    assert told(session)[-1].after == ahead.play.track_id


def test_another_wish_is_another_song(session: Session) -> None:
    hear(session, 45.0)
    session.ask("policy", "calm")
    hear(session, 46.0)
    assert len(
        {
            ahead.play and ahead.play.track_id
            for ahead in told(session)
            if ahead.after == told(session)[0].after
        }
    ) in {
        1,
        2,
    }
    session.ask("mode", "manual")
    hear(session, 47.0)
    assert told(session)[-1].play is None
    assert session.situation.coming is None


def test_songs_of_an_album_join_with_one_gain(session: Session) -> None:
    present = session.state.track
    assert present is not None
    album = [
        replace(present, album="A", number=1, loudness=-20.0),
        *(
            replace(one, album="A", number=2, loudness=-12.0)
            for one in TRACKS
            if one.mood == "happy" and one.id != present.id
        ),
    ]
    session.send(TracksFound(tracks=tuple(album)))
    session.situation = replace(
        session.situation, state=replace(session.state, track=album[0]), heard=(album[0].id,)
    )
    hear(session, 45.0)
    play = told(session)[-1].play
    assert play is not None
    assert play.track_id == album[1].id
    assert play.fade_s == 0.0
    assert play.level_to is None
    assert play.gain_db == level.of_album(album[0], album)


def test_a_song_of_unknown_loudness_is_measured_by_the_player(session: Session) -> None:
    assert [play.level_to for play in asked(session)] == [level.TARGET]
    assert asked(session)[0].gain_db == level.of_guess()


def test_a_broken_song_told_ahead_makes_room_for_another(session: Session) -> None:
    hear(session, 45.0)
    (first,) = told(session)
    assert first.play is not None
    broken = Ended(at=session.at, track_id=first.play.track_id, reason="error", message="Broken.")
    session.send(broken)
    assert Remember(track_id=first.play.track_id, what="broken") in session.effects
    assert first.play.track_id not in session.situation.tracks
    assert session.state.player == "playing"
    hear(session, 46.0)
    second = told(session)[-1].play
    assert second is not None
    assert second.track_id != first.play.track_id


def test_a_song_whose_drive_is_away_is_not_marked(session: Session) -> None:
    track = session.state.track
    assert track is not None
    away = Ended(at=session.at, track_id=track.id, reason="error", message="Away.", missing=True)
    session.send(away)
    assert not [
        one for one in session.effects if isinstance(one, Remember) and one.what == "broken"
    ]
    assert session.state.track is not None
    assert session.state.track.id != track.id


def test_a_song_whose_disk_did_not_answer_stays_and_rests(session: Session) -> None:
    track = session.state.track
    assert track is not None
    late = Ended(
        at=session.at,
        track_id=track.id,
        reason="error",
        message="Late.",
        missing=True,
        stalled=True,
    )
    session.send(late)
    assert track.id in session.situation.tracks
    assert track.id not in session.situation.broken
    assert session.state.track is not None
    assert session.state.track.id != track.id


def test_a_held_song_stands_still(session: Session) -> None:
    hear(session, 10.0, held=True)
    assert session.state.position_s == 10.0
    assert session.state.position_at is None
    session.send(Tick())
    assert session.state.position_s == 10.0
    hear(session, 10.0)
    assert session.state.position_at == session.at


def test_next_forgets_what_was_told_ahead(session: Session) -> None:
    hear(session, 45.0)
    session.send(Command(name="next"))
    assert session.situation.coming is None
