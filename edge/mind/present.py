"""The present song: how the player is asked for one, and what follows from its having begun."""

from __future__ import annotations

from edge.messages import Play, Remember, Track
from edge.mind import choosing, level
from edge.mind.situation import Turn


def play_of(track: Track, asked_at: float, fade_s: float, start_s: float = 0.0) -> Play:
    """What to ask of the player: the song at the common loudness, as far as that is known."""
    gain_db = level.of_track(track)
    return Play(
        track_id=track.id,
        path=track.path,
        start_s=start_s,
        fade_s=fade_s,
        gain_db=level.of_guess() if gain_db is None else gain_db,
        asked_at=asked_at,
        level_to=level.TARGET if gain_db is None else None,
    )


def begun(turn: Turn, track: Track) -> None:
    """This song sounds from now on."""
    choosing.note_heard(turn, track)
    turn.note(wanted_since=None, quiet=None, coming=None, recalled=False)
    turn.show(player="playing", track=track, position_s=0.0, position_at=turn.now.at)
    if not turn.situation.guest:
        turn.do(Remember(track_id=track.id, what="played"))
    turn.tell("track_started", track=track)
