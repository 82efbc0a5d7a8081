"""After a power cut: the same song, near where it was, at the price of few small writes.

While a song plays its place is kept at most once in 30 s. So that its beginning is kept too and no
two writes fall close together, a song's length is divided evenly; where that makes the time between
two writes longer than 30 s, the place that is kept lies ahead by the difference, and what is
recalled is never more than 30 s off.
"""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from edge.messages import Now, Playing
from edge.mind import choosing, playback
from edge.mind.house import bar_always
from edge.mind.situation import HEARD, KeepPlaying, Situation, Turn

EVERY_S = 30.0
_QUEUED = 100
_SETTLED_S = 2.0
"""Who looks for a song with the buttons passes others that need not be kept."""


def keep(turn: Turn) -> None:
    """With each tick: keep what plays, where that is due."""
    state, situation = turn.state, turn.situation
    kept, since_s = situation.kept, turn.now.at - situation.kept_at
    track = state.track
    if track is None:
        if kept is not None and since_s >= _SETTLED_S:
            _keep(turn, None)
        return
    position_s = playback.position(turn) or 0.0
    paused = state.player == "paused"
    why: Literal["listener", "absence"] = "absence" if situation.quiet == "absence" else "listener"
    was = None if kept is None else (kept.track_id, kept.paused, kept.paused and kept.paused_for)
    changed = was != (track.id, paused, paused and why)
    ahead_s = 0.0 if paused else _every_s(turn) - EVERY_S
    if changed:
        due = since_s >= _SETTLED_S and (paused or position_s >= _SETTLED_S)
    else:
        stands = kept is not None and kept.position_s == position_s + ahead_s
        due = not paused and not stands and since_s >= EVERY_S + ahead_s
    if due:
        playing = Playing(
            track_id=track.id,
            position_s=position_s + ahead_s,
            paused=paused,
            queue=situation.queue[:_QUEUED],
        )
        if paused:
            playing = replace(playing, paused_for=why, paused_at=turn.now.wall)
        _keep(turn, playing)


def _every_s(turn: Turn) -> float:
    whole = turn.state.track.duration_s if turn.state.track is not None else None
    heard_s = (whole or 0.0) - turn.situation.rules.crossfade_s
    times = int(heard_s / EVERY_S)
    return heard_s / times if times else EVERY_S


def _keep(turn: Turn, playing: Playing | None) -> None:
    turn.note(kept=playing, kept_at=turn.now.at)
    turn.do(KeepPlaying(playing=playing))


def recalled(situation: Situation, playing: Playing | None, now: Now) -> Situation:
    """The situation of a box that was cut off while this played."""
    track = situation.tracks.get(playing.track_id) if playing is not None else None
    if playing is None or track is None or bar_always(track, situation.rules.house) is not None:
        return situation
    whole = track.duration_s
    queue = tuple(name for name in playing.queue if name in situation.tracks)
    late = whole is not None and playing.position_s > whole - _SETTLED_S
    state = replace(
        situation.state,
        track=track,
        player="paused" if playing.paused else "playing",
        position_s=max(0.0, (whole or 0.0) - EVERY_S) if late else playing.position_s,
        up_next=tuple(situation.tracks[name] for name in queue[: choosing.SHOWN]),
    )
    return replace(
        situation,
        state=state,
        queue=queue,
        kept=playing,
        recalled=True,
        quiet=playing.paused_for if playing.paused else None,
        quiet_at=now.at - max(0.0, now.wall - (playing.paused_at or now.wall)),
        chosen_for=track.mood,
        heard=(*(one for one in situation.heard if one != track.id), track.id)[-HEARD:],
    )
