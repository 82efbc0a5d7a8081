"""What sounds: beginning, following the mood, ending, and finding each other after a restart."""

from __future__ import annotations

from edge.messages import (
    Ended,
    Mood,
    Pause,
    Played,
    PlayerState,
    Remember,
    Resume,
    Seek,
    Stop,
    Track,
    Volume,
)
from edge.mind import ahead, choosing, feedback, present, volume
from edge.mind.situation import HEARD, ToPlayer, Turn

_QUICK_FADE_S = 0.6
"""Crossfade where the listener asked for the change: soon, but no cut."""


def start(turn: Turn, mood: Mood | None, fade_s: float) -> bool:
    """Choose a song for this mood, or any, and play it; False where there is none."""
    choice = choosing.pick(turn, mood)
    if choice is None:
        return False
    turn.note(chosen_for=mood)
    begin(turn, choice.track, fade_s)
    return True


def start_next(turn: Turn) -> bool:
    """Play what the listener queued, else what fits the mood; False where there is nothing."""
    queued = choosing.from_queue(turn, None)
    if queued is None:
        return start(turn, turn.state.mood, 0.0)
    turn.note(chosen_for=turn.state.mood)
    begin(turn, queued, 0.0)
    return True


def begin(turn: Turn, track: Track, fade_s: float) -> None:
    """Play this song now, over whatever sounds; one that the house bars is never begun."""
    if not choosing.allowed(turn, track):
        return
    _ask_for(turn, track, fade_s)
    present.begun(turn, track)


def _ask_for(turn: Turn, track: Track, fade_s: float, start_s: float = 0.0) -> None:
    turn.note(asked_at=turn.now.at)
    turn.do(ToPlayer(message=present.play_of(track, turn.now.at, fade_s, start_s)))


def end(turn: Turn, reason: str) -> None:
    """Say that the present song is over; what follows is the caller's."""
    if turn.state.track is not None:
        turn.tell("track_ended", track=turn.state.track, reason=reason)
    turn.show(track=None, position_s=None, position_at=None, player="stopped")


def follow_mood(turn: Turn) -> None:
    """Let the music follow the mood, with the patience that the owner set."""
    mood = turn.state.mood
    if mood is None or turn.state.mode != "auto" or turn.situation.quiet is not None:
        turn.note(wanted_since=None)
        return
    if turn.state.track is None:
        start(turn, mood, 0.0)
        return
    if turn.state.player != "playing" or not choosing.calls_for_change(turn, mood):
        turn.note(wanted_since=None)
        return
    since = turn.situation.wanted_since
    since = turn.now.at if since is None else since
    turn.note(wanted_since=since)
    if turn.now.at - since >= turn.situation.rules.patience_s:
        switch(turn, mood, "mood", turn.situation.rules.crossfade_s)


def switch(turn: Turn, mood: Mood | None, reason: str, fade_s: float = _QUICK_FADE_S) -> None:
    """End the present song for this reason and play another one for this mood."""
    if turn.situation.tracks:
        end(turn, reason)
        if not start(turn, mood, fade_s):
            turn.do(ToPlayer(message=Stop()))


def skip(turn: Turn) -> None:
    """The listener wants another song: the next of the queue, else another for the mood."""
    queue_ran = bool(turn.situation.queue_through)
    queued = choosing.from_queue(turn, turn.state.track, skipping=True)
    if queued is None and queue_ran and turn.state.mode == "manual":
        end(turn, "skipped")
        turn.do(ToPlayer(message=Stop()))
        return
    if queued is None:
        switch(turn, turn.state.mood or turn.situation.chosen_for, "skipped")
        return
    end(turn, "skipped")
    begin(turn, queued, _QUICK_FADE_S)


def retaste(turn: Turn) -> None:
    """After a new policy or language: change the song where another fits clearly better."""
    state = turn.state
    if state.mode != "auto" or state.player != "playing" or state.track is None:
        return
    mood = state.mood or turn.situation.chosen_for
    if mood is not None and choosing.better_there(turn, mood):
        switch(turn, mood, "mood")


def ended(turn: Turn, message: Ended) -> None:
    """The player came to the end of a song by itself, or to its end while it faded out."""
    if message.reason == "error":
        _set_aside(turn, message)
    track = turn.state.track
    if track is None or track.id != message.track_id:
        return
    if message.asked_at is not None and message.asked_at < turn.situation.asked_at:
        return  # an earlier time of the same song: it was asked for again before we heard of this
    if message.reason == "finished":
        feedback.finished(turn)
    end(turn, message.reason)
    if message.followed_by is not None and ahead.taken_over(turn, message.followed_by):
        return
    _go_on(turn, track)


def _go_on(turn: Turn, over: Track) -> None:
    """After a song: what the listener queued, else what the mood asks for."""
    queued = choosing.from_queue(turn, over)
    if queued is not None:
        begin(turn, queued, 0.0)
    elif turn.state.mode == "auto" and turn.situation.quiet is None:
        start(turn, turn.state.mood or turn.situation.chosen_for, 0.0)


def _set_aside(turn: Turn, message: Ended) -> None:
    """A song that cannot be played: not now, and where its file is there, never again.

    One whose disk did not answer stays, and rests like a song that was heard.
    """
    turn.tell("fault", part="music", message=message.message)
    stalled = turn.situation.tracks.get(message.track_id) if message.stalled else None
    if stalled is not None:
        choosing.note_heard(turn, stalled)
    else:
        turn.note(tracks={k: v for k, v in turn.situation.tracks.items() if k != message.track_id})
    if not message.missing:
        turn.note(broken=turn.situation.broken | {message.track_id})
        turn.do(Remember(track_id=message.track_id, what="broken"))
    coming = turn.situation.coming
    if coming is not None and coming.track.id == message.track_id:
        turn.note(coming=None)


def heard(turn: Turn, message: Played) -> None:
    """The player says what sounds; after a restart of either side the two find each other."""
    if turn.situation.player_new:
        turn.note(player_new=False)
        _find_each_other(turn, message)
        return
    if turn.state.track is None or message.track_id != turn.state.track.id:
        return
    if message.state != "stopped":
        at = None if message.held else message.at
        turn.show(position_s=message.position_s, position_at=at)
        ahead.look(turn, message)


def _find_each_other(turn: Turn, message: Played) -> None:
    mine, theirs = turn.state.track, choosing.permitted(turn, message.track_id or "")
    recalled = turn.situation.recalled
    turn.note(recalled=False)
    if message.state != "stopped" and theirs is not None and (mine is None or recalled):
        _adopt(turn, theirs, message)
    elif message.state != "stopped" and mine is not None and mine == theirs:
        _insist(turn, message)
    elif mine is not None:
        turn.note(coming=None)
        _ask_for(turn, mine, 0.0, turn.state.position_s or 0.0)
        if turn.state.player == "paused":
            turn.do(ToPlayer(message=Pause()))
    elif message.state != "stopped":
        turn.do(ToPlayer(message=Stop()))


def _adopt(turn: Turn, track: Track, message: Played) -> None:
    """box was restarted and the music went on: it is ours again, and no new song.

    Where it is not known who paused it, it is left to the listener.
    """
    state: PlayerState = message.state
    mine, quiet = turn.state.track, turn.situation.quiet
    for_nobody = quiet == "absence" and mine is not None and mine.id == track.id
    turn.show(track=track, player=state, position_s=message.position_s, position_at=message.at)
    turn.note(
        chosen_for=turn.situation.chosen_for or track.mood,
        quiet=None if state != "paused" else "absence" if for_nobody else "listener",
        heard=(*turn.situation.heard, track.id)[-HEARD:],
        asked_at=0.0,
    )


def _insist(turn: Turn, message: Played) -> None:
    """The link broke and both know the song: what was asked meanwhile is asked again."""
    turn.note(asked_at=0.0)  # it may play for an earlier wish: its end is the end all the same
    turn.show(position_s=message.position_s, position_at=message.at)
    if message.state != turn.state.player:
        turn.do(ToPlayer(message=Pause() if turn.state.player == "paused" else Resume()))


def pause(turn: Turn, fade_s: float = 0.0) -> None:
    turn.show(player="paused", position_s=position(turn), position_at=turn.now.at)
    turn.do(ToPlayer(message=Pause(fade_s=fade_s)))


def resume(turn: Turn, fade_s: float = 0.0) -> None:
    turn.note(quiet=None)
    turn.show(player="playing", position_at=turn.now.at)
    turn.do(ToPlayer(message=Resume(fade_s=fade_s)))


def stop(turn: Turn) -> None:
    end(turn, "command")
    turn.do(ToPlayer(message=Stop()))


def seek(turn: Turn, position_s: float) -> None:
    """Go on from there; what follows is told to the player anew."""
    turn.show(position_s=position_s, position_at=turn.now.at)
    turn.do(ToPlayer(message=Seek(position_s=position_s)))


def set_volume(turn: Turn, level: int) -> None:
    """Change the volume, never above the owner's limit."""
    turn.show(volume=min(level, turn.situation.rules.volume_limit))
    turn.do(ToPlayer(message=Volume(level=volume.heard_level(turn.situation, turn.now))))


def position(turn: Turn) -> float | None:
    """Where the present song is at this moment."""
    state = turn.state
    if state.position_s is None or state.position_at is None or state.player != "playing":
        return state.position_s
    return state.position_s + max(0.0, turn.now.at - state.position_at)
