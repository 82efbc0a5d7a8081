"""What follows the present song, told to the player before it is due.

So an album goes on without a seam, and any other song fades in over the end of the last. The
player says with `followed_by` what it has begun by itself; nothing is assumed.
"""

from __future__ import annotations

from msgspec.structs import replace

from edge.messages import Ahead, Play, Played, Track
from edge.mind import choosing, level, present
from edge.mind.situation import Coming, ToPlayer, Turn

_AHEAD_S = 20.0
"""Long enough to measure a song, short enough that the mood seldom changes meanwhile."""


def look(turn: Turn, message: Played) -> None:
    """With each word of the player: choose what follows in time, and anew where wishes changed."""
    track, whole = turn.state.track, message.duration_s
    if track is None or message.track_id != track.id:
        return
    if turn.situation.quiet is not None:
        cancel(turn)
        return
    if whole is None and track.duration_s is not None:
        whole = track.duration_s
    lead_s = max(_AHEAD_S, turn.situation.rules.crossfade_s + 5.0)
    if whole is None or whole - message.position_s > lead_s or message.state != "playing":
        return
    mood = turn.state.mood or turn.situation.chosen_for
    queued = next(iter(turn.situation.queue), None)
    wishes = (track.id, mood, turn.state.policy, turn.state.language, turn.state.mode, queued)
    coming = turn.situation.coming
    if coming is not None and coming.wishes == wishes:
        return
    chosen = choosing.foreseen(turn, mood)
    if chosen is None:
        cancel(turn)
        return
    turn.note(coming=Coming(track=chosen, mood=mood, wishes=wishes))
    turn.do(ToPlayer(message=Ahead(after=track.id, play=_play(turn, track, chosen))))


def _play(turn: Turn, before: Track, following: Track) -> Play:
    play = present.play_of(following, turn.now.at, turn.situation.rules.crossfade_s)
    if not level.continues(before, following):
        return play
    gain_db = level.of_album(following, turn.situation.tracks.values())
    if gain_db is None:  # then it keeps the gain of the song before it
        return replace(play, fade_s=0.0, level_to=level.TARGET)
    # One gain over the seam; the player brings the present song to it beforehand.
    return replace(play, fade_s=0.0, gain_db=gain_db, level_to=None)


def cancel(turn: Turn) -> None:
    """Nothing follows by itself."""
    if turn.situation.coming is None:
        return
    turn.note(coming=None)
    if turn.state.track is not None:
        turn.do(ToPlayer(message=Ahead(after=turn.state.track.id)))


def taken_over(turn: Turn, track_id: str) -> bool:
    """The player has begun this song by itself: say so; False where nobody knows the song."""
    track = turn.situation.tracks.get(track_id)
    if track is None:
        return False
    if choosing.leads_queue(turn, track_id):
        choosing.from_queue(turn, track)
    coming = turn.situation.coming
    mood = coming.mood if coming is not None and coming.track.id == track_id else track.mood
    turn.note(chosen_for=mood)
    present.begun(turn, track)
    return True
