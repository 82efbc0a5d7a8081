"""What each setting changes, what is kept of it, and that a refused one changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from edge.errors import CommandError
from edge.messages import Look, Now, Volume
from edge.mind.adjust import ADJUSTABLE, GUEST_S, adjust, in_force, see_guest_off, take_over
from edge.mind.situation import Save, Situation, ToEye, ToPlayer, Turn
from tests.door import NOW, START

EACH: dict[str, Any] = {
    "camera": "off", "mode": "manual", "policy": "calm", "language": "hi", "volume": 12,
    "name": "Büro", "volume_limit": 50, "crossfade_s": 1.5, "patience_s": 5, "override_s": 60,
    "quiet_from": "22:00", "quiet_to": "06:30", "quiet_volume": 9, "absent_pause_s": 0,
    "history_days": 7, "repeat": "all", "shuffle": True, "guest": True,
}  # fmt: skip


def after(situation: Situation = START, now: Now = NOW, **changes: Any) -> Turn:
    turn = Turn(situation, now, 0.5)
    adjust(turn, changes)
    return turn


def kept(turn: Turn) -> dict[str, Any]:
    """What is written, in one piece or not at all."""
    saves = [effect.changed for effect in turn.effects if isinstance(effect, Save)]
    assert len(saves) <= 1
    return saves[0] if saves else {}


def told(turn: Turn, kind: type) -> list[Any]:
    return [
        one.message
        for one in turn.effects
        if isinstance(one, ToPlayer | ToEye) and isinstance(one.message, kind)
    ]


def test_every_lasting_setting_is_tried_here() -> None:
    assert set(EACH) == set(in_force(START)) == ADJUSTABLE - {"override"}


@pytest.mark.parametrize("name", EACH)
def test_one_changes_that_one_only(name: str) -> None:
    turn = after(**{name: EACH[name]})
    before, now = in_force(START), in_force(turn.situation)
    assert now[name] == EACH[name]
    assert {key for key in now if now[key] != before[key]} == {name}
    assert set(kept(turn)) == {"guest_until" if name == "guest" else name}


def test_all_at_once_are_one_write() -> None:
    turn = after(**EACH)
    assert in_force(turn.situation) == EACH
    assert set(kept(turn)) == {*EACH, "guest_until"} - {"guest"}


@pytest.mark.parametrize("name", EACH)
def test_the_same_again_is_not_written(name: str) -> None:
    changed = after(**{name: EACH[name]}).situation
    assert not kept(after(changed, **{name: EACH[name]})) or name == "guest"


@pytest.mark.parametrize(
    ("given", "volume"),
    [
        ({"volume": 90, "volume_limit": 50}, 50),
        ({"volume_limit": 30}, 30),
        ({"volume": 10, "volume_limit": 30}, 10),
        ({"volume_limit": 0}, 0),
    ],
)
def test_the_limit_holds(given: dict[str, int], volume: int) -> None:
    turn = after(**given)
    assert (turn.state.volume, in_force(turn.situation)["volume"]) == (volume, volume)
    assert told(turn, Volume)[-1].level == volume
    again = after(turn.situation, volume_limit=100)
    assert again.state.volume == volume


def test_quiet_hours_lower_only_what_is_heard() -> None:
    turn = after(volume=80, quiet_from="00:00", quiet_to="23:59", quiet_volume=5)
    assert turn.state.volume == 80
    assert told(turn, Volume)[-1].level == 5
    assert told(after(turn.situation, quiet_from=None), Volume)[-1].level == 80


def test_the_camera_is_told() -> None:
    turn = after(camera="off")
    assert [look.on for look in told(turn, Look)] == [False]
    assert turn.state.camera == "off"
    assert turn.state.presence == "unknown"


@pytest.mark.parametrize("part", ["camera", "eye"])
def test_a_broken_camera_refuses_before_anything_changes(part: str) -> None:
    off = replace(START, settings=replace(START.settings, camera="off"), faults={part: "it broke"})
    turn = Turn(off, NOW, 0.5)
    with pytest.raises(CommandError, match="it broke") as refused:
        adjust(turn, {"volume": 3, "camera": "on"})
    assert refused.value.code == "camera_unavailable"
    assert turn.situation == off
    assert not turn.effects


def test_a_guest_goes_after_twelve_hours() -> None:
    here = after(guest=True)
    assert kept(here) == {"guest_until": NOW.wall + GUEST_S}
    for seconds, stays in ((GUEST_S - 1, True), (GUEST_S, False)):
        later = Turn(here.situation, replace(NOW, wall=NOW.wall + seconds), 0.5)
        see_guest_off(later)
        assert later.situation.guest is stays
    assert kept(after(here.situation, guest=False)) == {"guest_until": None}


@pytest.mark.parametrize("mood", ["happy", "sad"])
def test_an_override_is_not_kept_and_has_an_end(mood: str) -> None:
    turn = after(after(override_s=60).situation, override=mood)
    assert (turn.state.override, turn.state.mood, turn.state.mood_source) == (
        mood,
        mood,
        "override",
    )
    assert turn.state.override_until == NOW.wall + 60
    assert turn.state.confidence is None
    assert not kept(turn)
    ended = after(turn.situation, override="auto")
    assert (ended.state.override, ended.state.override_until) == ("auto", None)
    assert ended.state.mood is None


def test_the_listener_takes_over_once() -> None:
    turn = Turn(START, NOW, 0.5)
    take_over(turn)
    assert kept(turn) == {"mode": "manual"}
    again = Turn(turn.situation, NOW, 0.5)
    take_over(again)
    assert not again.effects
