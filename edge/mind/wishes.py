"""What each command asks for. Whoever sent it, it is carried out here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from edge.errors import CommandError
from edge.messages import BadCommand, Command, Log, Look
from edge.mind import arrivals, choosing, feedback, playback
from edge.mind.presence import feel, show_camera
from edge.mind.situation import Save, ToEye, Turn

_RESTART_S = 3.0
"""`previous` within the first seconds goes back a song; later it begins this one again."""


def obey(turn: Turn, command: Command) -> None:
    """Carry out a checked command, and say so in one event."""
    try:
        WISHES[command.name](turn, command.value)
    except CommandError as error:
        refuse(turn, BadCommand(name=command.name, message=str(error)))
        return
    turn.tell("command", command=command.name, ok=True)


def refuse(turn: Turn, bad: BadCommand) -> None:
    """Change nothing, and say why."""
    turn.do(Log(level="warning", message=bad.message, part="commands"))
    turn.tell("command", command=bad.name, ok=False)


def _keep(turn: Turn, **changes: Any) -> None:
    settings = replace(turn.situation.settings, **changes)
    if settings != turn.situation.settings:
        turn.note(settings=settings)
        turn.do(Save(settings=settings))


def _camera(turn: Turn, value: str) -> None:
    _keep(turn, camera=value)
    turn.do(ToEye(message=Look(on=value == "on")))
    show_camera(turn)


def _mode(turn: Turn, value: str) -> None:
    _keep(turn, mode=value)
    turn.show(mode=value)
    if value == "auto":
        arrivals.asked(turn)
        arrivals.welcome(turn)
        playback.follow_mood(turn)


def _policy(turn: Turn, value: str) -> None:
    _keep(turn, policy=value)
    turn.show(policy=value)
    playback.retaste(turn)


def _language(turn: Turn, value: str) -> None:
    _keep(turn, language=value)
    turn.show(language=value)
    playback.retaste(turn)


def _volume(turn: Turn, value: int) -> None:
    playback.set_volume(turn, value)
    _keep(turn, volume=turn.state.volume)


def _override(turn: Turn, value: Any) -> None:
    before = turn.state.override
    until = None if value == "auto" else turn.now.wall + turn.situation.rules.override_s
    turn.show(override=value, override_until=until)
    feel(turn)
    if value == "auto" and before != "auto":
        arrivals.expire(turn)
    if value == "auto" or turn.state.mode != "auto":
        return
    arrivals.asked(turn)
    if turn.situation.quiet == "listener":
        return
    if turn.state.track is not None and value != turn.situation.chosen_for:
        playback.switch(turn, value, "mood")  # the listener's own word needs no patience
    elif turn.situation.quiet is not None:
        arrivals.go_on(turn)
    else:
        playback.follow_mood(turn)


def _play(turn: Turn, _value: Any) -> None:
    arrivals.asked(turn)
    if turn.state.player == "playing":
        return
    if turn.state.player == "paused":
        playback.resume(turn)
    elif not playback.start(turn, turn.state.mood, 0.0):
        raise CommandError("not_found", "There are no songs yet: name a folder in [library] paths.")


def _pause(turn: Turn, _value: Any) -> None:
    fading = turn.situation.quiet == "absence" and turn.state.player == "paused"
    if fading or turn.state.player == "playing":
        playback.pause(turn)
    turn.note(quiet="listener")


def _stop(turn: Turn, _value: Any) -> None:
    if turn.state.player != "stopped":
        playback.stop(turn)
    turn.note(quiet="listener")


def _next(turn: Turn, _value: Any) -> None:
    if turn.state.track is not None:
        arrivals.asked(turn)
        feedback.skipped(turn, playback.position(turn) or 0.0)
        playback.skip(turn)


def _previous(turn: Turn, _value: Any) -> None:
    present = turn.state.track
    if present is None:
        return
    arrivals.asked(turn)
    heard = turn.situation.heard
    early = (playback.position(turn) or 0.0) < _RESTART_S
    before = heard[-2] if early and len(heard) > 1 else present.id
    track = choosing.permitted(turn, before) or present
    turn.note(heard=heard[:-2] if track.id != present.id else heard[:-1])
    playback.end(turn, "skipped")
    playback.begin(turn, track, 0.3)
    turn.note(chosen_for=turn.state.mood or turn.situation.chosen_for)


def _feedback(liked: bool) -> Callable[[Turn, Any], None]:
    def give(turn: Turn, _value: Any) -> None:
        track = turn.state.track
        if track is None:
            raise CommandError("not_found", "Nothing is playing: play a song first.")
        feedback.said(turn, track, liked)
        turn.tell("feedback", track_id=track.id, liked=liked)

    return give


WISHES: dict[str, Callable[[Turn, Any], None]] = {
    "camera": _camera,
    "mode": _mode,
    "override": _override,
    "policy": _policy,
    "language": _language,
    "volume": _volume,
    "play": _play,
    "pause": _pause,
    "stop": _stop,
    "next": _next,
    "previous": _previous,
    "like": _feedback(True),
    "dislike": _feedback(False),
}
