"""What each command asks for. Whoever sent it, it is carried out here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from edge.commands import COUNT, REQUESTS
from edge.errors import CommandError
from edge.messages import Answer, BadCommand, Command, Log, Place, Problem, Track
from edge.mind import arrivals, choosing, dj, feedback, named, playback, similar, sleep
from edge.mind.adjust import ADJUSTABLE, adjust, in_force, take_over
from edge.mind.ranked import ranked
from edge.mind.situation import Turn

_RESTART_S: Final = 3.0
"""`previous` within the first seconds goes back a song; later it begins this one again."""
_CUT_S: Final = 0.6
"""Crossfade to a song that the listener asked for by name."""

Data = dict[str, Any]
"""What a request is answered."""


def obey(turn: Turn, command: Command) -> None:
    """Carry out a checked command, and say so in one event; a refused one changes nothing."""
    before, effects = turn.situation, list(turn.effects)
    try:
        data = _carry_out(turn, command)
    except CommandError as error:
        turn.situation, turn.effects = before, effects
        if command.asked:
            turn.do(Answer(problem=Problem(code=error.code, message=str(error))))
        else:
            refuse(turn, BadCommand(name=command.name, message=str(error)))
        return
    if command.asked:
        turn.do(Answer(data=data))
    if not (command.asked and REQUESTS[command.name].query):
        turn.tell("command", command=command.name, ok=True)


def refuse(turn: Turn, bad: BadCommand) -> None:
    """Change nothing, and say why."""
    turn.do(Log(level="warning", message=bad.message, part="commands"))
    turn.tell("command", command=bad.name, ok=False)


def _carry_out(turn: Turn, command: Command) -> Data:
    if command.name in ADJUSTABLE and not command.asked:
        adjust(turn, {command.name: command.value})
        return {}
    wish = WISHES.get(command.name)
    return command.value or {} if wish is None else wish(turn, command.arguments)


# --- the music ------------------------------------------------------------------------------------


def _play(turn: Turn, asked: Data) -> Data:
    if "track_id" in asked:
        _play_this(turn, named.permitted(turn, asked["track_id"]))
    elif "mood" in asked:
        _play_mood(turn, asked["mood"])
    else:
        _go_on(turn)
    return {"track": turn.state.track}


def _go_on(turn: Turn) -> None:
    arrivals.asked(turn)
    if turn.state.player == "playing":
        return
    _need_loudspeaker(turn)
    if turn.state.player == "paused":
        playback.resume(turn)
    elif not playback.start_next(turn):
        raise named.no_songs()


def _play_this(turn: Turn, track: Track) -> None:
    _need_loudspeaker(turn)
    arrivals.asked(turn)
    take_over(turn)
    playback.end(turn, "command")
    playback.begin(turn, track, _CUT_S)
    turn.note(chosen_for=turn.state.mood or track.mood)


def _play_mood(turn: Turn, mood: Any) -> None:
    _need_loudspeaker(turn)
    choice = choosing.pick(turn, mood)
    if choice is None:
        raise named.no_songs()
    _play_this(turn, choice.track)
    turn.note(chosen_for=mood)


def _need_loudspeaker(turn: Turn) -> None:
    trouble = turn.situation.faults.get("player")
    if trouble is not None:
        raise CommandError("audio_unavailable", f"Nothing can play now: {trouble}.")


def _pause(turn: Turn, _asked: Data) -> Data:
    fading = turn.situation.quiet == "absence" and turn.state.player == "paused"
    if fading or turn.state.player == "playing":
        playback.pause(turn)
    turn.note(quiet="listener")
    return {"player": turn.state.player}


def _stop(turn: Turn, _asked: Data) -> Data:
    if turn.state.player != "stopped":
        playback.stop(turn)
    turn.note(quiet="listener")
    return {"player": turn.state.player}


def _next(turn: Turn, _asked: Data) -> Data:
    if turn.state.track is not None:
        arrivals.asked(turn)
        feedback.skipped(turn, playback.position(turn) or 0.0)
        playback.skip(turn)
    return {"player": turn.state.player}


def _previous(turn: Turn, _asked: Data) -> Data:
    present = turn.state.track
    if present is None:
        return {"player": turn.state.player}
    arrivals.asked(turn)
    heard = turn.situation.heard
    early = (playback.position(turn) or 0.0) < _RESTART_S
    before = heard[-2] if early and len(heard) > 1 else present.id
    track = choosing.permitted(turn, before) or present
    turn.note(heard=heard[:-2] if track.id != present.id else heard[:-1])
    playback.end(turn, "skipped")
    playback.begin(turn, track, 0.3)
    turn.note(chosen_for=turn.state.mood or turn.situation.chosen_for)
    return {"player": turn.state.player}


def _seek(turn: Turn, asked: Data) -> Data:
    track, position_s = turn.state.track, float(asked["position_s"])
    if track is None:
        raise CommandError("not_found", "Nothing is playing: play a song first.")
    if track.duration_s is not None and position_s > track.duration_s:
        told = f"The song ends at {track.duration_s:.1f} s; seek to an earlier second."
        raise CommandError("out_of_range", told)
    playback.seek(turn, position_s)
    return {"position_s": position_s}


def _volume(turn: Turn, asked: Data) -> Data:
    wanted = asked["level"] if "level" in asked else turn.state.volume + asked["delta"]
    adjust(turn, {"volume": max(0, min(100, wanted))})
    return {"level": turn.state.volume}


def _sleep(turn: Turn, asked: Data) -> Data:
    sleep.ask(turn, asked["minutes"])
    return {"sleep_until": turn.state.sleep_until}


def _queue(turn: Turn, asked: Data) -> Data:
    named.enqueue(turn, asked["track_ids"], append=asked.get("append", False))
    take_over(turn)
    return {"queue": turn.situation.queue}


# --- what the listener says of songs --------------------------------------------------------------


def _feedback(liked: bool) -> Callable[[Turn, Data], Data]:
    def give(turn: Turn, asked: Data) -> Data:
        track = turn.state.track
        if "track_id" in asked:
            track = named.known(turn, asked["track_id"])
        if track is None:
            raise CommandError("not_found", "Nothing is playing: play a song first.")
        if asked.get("undo"):
            feedback.undo(turn, track.id)
        else:
            feedback.said(turn, track, liked)
            turn.tell("feedback", track_id=track.id, liked=liked)
        return {}

    return give


def _place(turn: Turn, asked: Data) -> Data:
    named.known(turn, asked["track_id"])
    turn.do(Place(**asked))
    return {}


# --- what one may ask -----------------------------------------------------------------------------


def _recommend(turn: Turn, asked: Data) -> Data:
    situation = turn.situation
    wish = choosing.wish(situation, asked.get("mood") or turn.state.mood or "neutral")
    if "language" in asked:
        wish = replace(wish, language=asked["language"])
    chosen = dj.recommend(
        situation.tracks,
        situation.shelves,
        wish,
        choosing.record(situation),
        turn.now,
        asked.get("n", COUNT),
    )
    return {"items": ranked(chosen, "song")}


def _similar(turn: Turn, asked: Data) -> Data:
    situation, like = turn.situation, named.known(turn, asked["track_id"])
    count = asked.get("n", COUNT)
    chosen = similar.similar(situation.tracks, situation.shelves, like, turn.now, count)
    return {"items": ranked(chosen, "song")}


def _settings(turn: Turn, asked: Data) -> Data:
    adjust(turn, asked)
    return {"settings": in_force(turn.situation)}


WISHES: Final[dict[str, Callable[[Turn, Data], Data]]] = {
    "play": _play,
    "pause": _pause,
    "stop": _stop,
    "next": _next,
    "previous": _previous,
    "seek": _seek,
    "volume": _volume,
    "like": _feedback(True),
    "dislike": _feedback(False),
    "place": _place,
    "sleep": _sleep,
    "queue": _queue,
    "recommend": _recommend,
    "similar": _similar,
    "settings.get": _settings,
    "settings.set": _settings,
}
"""What the mind alone can do; of the others box has done the work and brings the data."""
