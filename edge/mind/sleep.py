"""The sleep timer: after so many minutes the music fades out, and waits for the listener."""

from __future__ import annotations

from edge.mind import ahead, playback
from edge.mind.situation import Turn

_FADE_S = 20.0


def ask(turn: Turn, minutes: float) -> None:
    """Sleep so many minutes from now; 0 takes it back."""
    if minutes <= 0:
        turn.note(sleep_at=None)
        turn.show(sleep_until=None)
        return
    turn.note(sleep_at=turn.now.at + 60.0 * minutes)
    turn.show(sleep_until=turn.now.wall + 60.0 * minutes)


def look(turn: Turn) -> None:
    """With each tick: fade so that it is quiet when it shall be."""
    at = turn.situation.sleep_at
    if at is None or turn.now.at < at - _FADE_S:
        return
    turn.note(sleep_at=None)
    turn.show(sleep_until=None)
    if turn.state.player == "playing":
        ahead.cancel(turn)
        playback.pause(turn, max(0.5, min(_FADE_S, at - turn.now.at)))
    turn.note(quiet="listener")
