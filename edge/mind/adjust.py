"""What each setting changes. Whoever sets it, over whatever way, it is carried out here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from edge.errors import CommandError
from edge.messages import Look
from edge.mind import arrivals, playback, volume
from edge.mind.presence import feel, show_camera
from edge.mind.quiet import clock, minutes
from edge.mind.situation import Situation, ToEye, Turn

GUEST_S: Final = 12 * 3600.0


def adjust(turn: Turn, given: Mapping[str, Any]) -> None:
    """Change these settings; CommandError before anything is changed."""
    if not given:
        return
    before = turn.situation
    if given.get("camera") == "on" and before.settings.camera == "off":
        _refuse_without_camera(before)
    for name, change in _CHANGES.items():  # in this order: a limit before what it limits
        if name in given:
            change(turn, given[name])
    was, now = in_force(before), in_force(turn.situation)
    changed = {name: now[name] for name in now if now[name] != was[name]}
    if "guest" in changed:
        changed["guest_until"] = turn.situation.settings.guest_until
        del changed["guest"]
    if changed:
        turn.keep(**changed)


def in_force(situation: Situation) -> dict[str, Any]:
    """Every setting that lasts, as `settings.get` tells it."""
    settings, rules, state = situation.settings, situation.rules, situation.state
    hours = rules.quiet_hours
    return {
        "camera": settings.camera,
        "mode": settings.mode,
        "policy": settings.policy,
        "language": settings.language,
        "volume": state.volume,
        "name": rules.name,
        "volume_limit": rules.volume_limit,
        "crossfade_s": rules.crossfade_s,
        "patience_s": rules.patience_s,
        "override_s": rules.override_s,
        "quiet_from": clock(hours.first),
        "quiet_to": clock(hours.end),
        "quiet_volume": hours.volume,
        "absent_pause_s": rules.absent_pause_s,
        "history_days": rules.history_days,
        "repeat": situation.repeat,
        "shuffle": situation.shuffle,
        "guest": situation.guest,
    }


def take_over(turn: Turn) -> None:
    """The listener chooses the songs from now on."""
    if turn.state.mode != "manual":
        adjust(turn, {"mode": "manual"})


def see_guest_off(turn: Turn) -> None:
    """With each tick: a guest is forgotten after twelve hours, also where nobody said goodbye."""
    until = turn.situation.settings.guest_until
    if turn.situation.guest and (until is None or turn.now.wall >= until):
        adjust(turn, {"guest": False})


def _refuse_without_camera(situation: Situation) -> None:
    for part in ("camera", "eye"):
        trouble = situation.faults.get(part)
        if trouble is not None:
            raise CommandError("camera_unavailable", f"The camera cannot be opened: {trouble}.")


def _camera(turn: Turn, value: str) -> None:
    _set(turn, camera=value)
    turn.do(ToEye(message=Look(on=value == "on")))
    show_camera(turn)


def _mode(turn: Turn, value: str) -> None:
    _set(turn, mode=value)
    turn.show(mode=value)
    if value == "auto":
        arrivals.asked(turn)
        arrivals.welcome(turn)
        playback.follow_mood(turn)


def _policy(turn: Turn, value: str) -> None:
    _set(turn, policy=value)
    turn.show(policy=value)
    playback.retaste(turn)


def _language(turn: Turn, value: str) -> None:
    _set(turn, language=value)
    turn.show(language=value)
    playback.retaste(turn)


def _volume(turn: Turn, value: int) -> None:
    playback.set_volume(turn, value)
    _set(turn, volume=turn.state.volume)


def _volume_limit(turn: Turn, value: int) -> None:
    _rule(turn, volume_limit=value)
    _volume(turn, turn.state.volume)


def _guest(turn: Turn, value: bool) -> None:
    _set(turn, guest_until=turn.now.wall + GUEST_S if value else None)
    turn.note(guest=value)


def _of_queue(name: str) -> Callable[[Turn, Any], None]:
    def change(turn: Turn, value: Any) -> None:
        _set(turn, **{name: value})
        turn.note(**{name: value})

    return change


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


def _quiet(field: str) -> Callable[[Turn, Any], None]:
    def change(turn: Turn, value: Any) -> None:
        of = minutes(value) if isinstance(value, str) else value
        _rule(turn, quiet_hours=replace(turn.situation.rules.quiet_hours, **{field: of}))
        volume.retell(turn)

    return change


def _simple(name: str) -> Callable[[Turn, Any], None]:
    return lambda turn, value: _rule(turn, **{name: value})


def _set(turn: Turn, **changes: Any) -> None:
    turn.note(settings=replace(turn.situation.settings, **changes))


def _rule(turn: Turn, **changes: Any) -> None:
    turn.note(rules=replace(turn.situation.rules, **changes))


_CHANGES: Final[dict[str, Callable[[Turn, Any], None]]] = {
    "name": _simple("name"),
    "guest": _guest,
    "repeat": _of_queue("repeat"),
    "shuffle": _of_queue("shuffle"),
    "history_days": _simple("history_days"),
    "crossfade_s": _simple("crossfade_s"),
    "patience_s": _simple("patience_s"),
    "override_s": _simple("override_s"),
    "absent_pause_s": _simple("absent_pause_s"),
    "quiet_from": _quiet("first"),
    "quiet_to": _quiet("end"),
    "quiet_volume": _quiet("volume"),
    "volume_limit": _volume_limit,
    "volume": _volume,
    "camera": _camera,
    "mode": _mode,
    "policy": _policy,
    "language": _language,
    "override": _override,
}
ADJUSTABLE: Final = frozenset(_CHANGES)
