"""What the music does when somebody comes and goes.

- Nobody there for `absent_pause_s`: it fades out over `fade_s` and is held; 0: it goes on.
- Somebody comes (`on_arrival`): `play` begins music as soon as their mood is known, and goes on
  with what was held; `resume` only does the latter; `wait` leaves both to the listener.
- Within `fresh_s` the held song goes on where it was, fading in; one still fading out comes back
  up. Later nobody remembers it, and a new one is chosen for the mood of who came.
- The listener's word is above all this. What they paused or stopped, and everything in manual
  mode, waits for them. Music that they ask for while nobody is seen plays until somebody was seen
  and left.
- `unknown` is not `absent`: while the camera is off or blind the music goes on as it is.
"""

from __future__ import annotations

from edge.mind import playback
from edge.mind.situation import Turn


def depart(turn: Turn) -> None:
    """Hold the music once nobody has been there for as long as the owner set."""
    since, rules = turn.situation.absent_since, turn.situation.rules
    if since is None or not rules.absent_pause_s or turn.now.at - since < rules.absent_pause_s:
        return
    if turn.state.player == "playing" and turn.state.mode == "auto":
        playback.pause(turn, rules.fade_s)
        turn.note(quiet="absence", quiet_at=turn.now.at)


def welcome(turn: Turn) -> None:
    """Let music begin or go on for who is there, as far as the owner wants that."""
    quiet, wanted = turn.situation.quiet, turn.situation.rules.on_arrival
    if turn.state.presence != "present" or turn.state.mode != "auto":
        return
    if (quiet == "start" and wanted == "play") or (quiet == "absence" and wanted != "wait"):
        go_on(turn)


def go_on(turn: Turn) -> None:
    """End a quiet that was not the listener's; a long held song gives way once a mood is known."""
    held = turn.state.track is not None
    if not held:
        turn.note(quiet=None)
        playback.follow_mood(turn)
    elif not _forgotten(turn):
        playback.resume(turn, turn.situation.rules.fade_s)
    elif turn.state.mood is not None:
        playback.switch(turn, turn.state.mood, "mood")


def _forgotten(turn: Turn) -> bool:
    rules = turn.situation.rules
    held_s = turn.now.at - turn.situation.quiet_at
    return bool(turn.situation.tracks) and held_s > max(rules.fresh_s, rules.fade_s)


def asked(turn: Turn) -> None:
    """The listener wants music, seen or not: that nobody is seen does not count against it."""
    turn.note(absent_since=None)


def expire(turn: Turn) -> None:
    """A mood set by hand is over: if nobody is there, nobody is from now on."""
    if turn.state.presence == "absent" and turn.situation.absent_since is None:
        turn.note(absent_since=turn.now.at)
