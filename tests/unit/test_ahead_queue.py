"""What is told ahead where the listener queued songs."""

from __future__ import annotations

from edge.messages import Ahead, Ended, Played
from edge.mind import named
from edge.mind.situation import Turn
from tests.unit.test_conductor import TRACKS, Session


def near_the_end(session: Session) -> None:
    track = session.state.track
    assert track is not None
    played = Played(
        at=session.at, state="playing", track_id=track.id, position_s=55.0, duration_s=60.0
    )
    session.send(played)


def playing() -> Session:
    session = Session()
    session.watch("happy", 3)
    near_the_end(session)
    return session


def enqueue(session: Session, *names: str) -> None:
    from edge.messages import Now

    turn = Turn(session.situation, Now(at=session.at, wall=session.at), 0.0)
    named.enqueue(turn, names)
    session.situation = turn.situation


def test_the_queue_is_told_ahead_of_what_the_mood_would_choose() -> None:
    session = playing()
    enqueue(session, "sad-1", "sad-2")
    near_the_end(session)
    told = session.asked(Ahead)[-1]
    assert told.play is not None
    assert told.play.track_id == "sad-1"


def test_what_the_player_took_over_leaves_the_queue() -> None:
    session = playing()
    enqueue(session, "sad-1", "sad-2")
    near_the_end(session)
    track = session.state.track
    assert track is not None
    session.send(Ended(at=session.at, track_id=track.id, reason="finished", followed_by="sad-1"))
    assert session.state.track is not None
    assert session.state.track.id == "sad-1"
    assert session.situation.queue == ("sad-2",)


def test_what_was_not_queued_leaves_the_queue_alone() -> None:
    session = playing()
    told = session.asked(Ahead)[-1]
    assert told.play is not None
    follower = next(track for track in TRACKS if track.id == told.play.track_id)
    before = session.state.track
    assert before is not None
    session.send(
        Ended(at=session.at, track_id=before.id, reason="finished", followed_by=follower.id)
    )
    assert session.state.track == follower
    assert session.situation.queue == ()
