"""Settings over MQTT: what they answer, what they limit, and that they outlast a restart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.waiting import until
from tests.whole import contract
from tests.whole.caller import Caller
from tests.whole.conftest import House

pytestmark = pytest.mark.whole

GOOD: list[tuple[str, Any]] = [
    ("mode", "manual"), ("mode", "auto"), ("policy", "calm"), ("policy", "match"),
    ("language", "pa"), ("language", "any"), ("volume", 0), ("volume", 100), ("volume", 40),
    ("name", "x"), ("name", "Küche 🎶"), ("name", "n" * 64), ("name", "Moodbox"),
    ("volume_limit", 0), ("volume_limit", 100), ("crossfade_s", 0), ("crossfade_s", 2.5),
    ("crossfade_s", 30), ("patience_s", 0), ("patience_s", 600), ("override_s", 1),
    ("override_s", 604800), ("override_s", 7200), ("quiet_from", "22:30"), ("quiet_to", "06:00"),
    ("quiet_from", "00:00"), ("quiet_to", "23:59"), ("quiet_from", None), ("quiet_to", None),
    ("quiet_volume", 0), ("quiet_volume", 100), ("absent_pause_s", 0), ("absent_pause_s", 86400),
    ("history_days", 0), ("history_days", 3650), ("guest", True), ("guest", False),
]  # fmt: skip
KEPT: dict[str, Any] = {
    "mode": "manual", "policy": "lift", "language": "hi", "volume": 23, "name": "Büro",
    "volume_limit": 70, "crossfade_s": 1.5, "patience_s": 45, "override_s": 900,
    "quiet_from": "23:15", "quiet_to": "06:45", "quiet_volume": 11, "absent_pause_s": 0,
    "history_days": 30, "guest": True,
}  # fmt: skip


def settings(caller: Caller) -> dict[str, Any]:
    data = caller.data("settings.get")
    assert set(data) == {"settings"}
    found: dict[str, Any] = data["settings"]
    return found


@pytest.mark.parametrize("name", contract.SETTINGS)
def test_settings_get_has_it(caller: Caller, name: str) -> None:
    assert name in settings(caller)


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_good_setting_is_in_force(caller: Caller, name: str, value: object) -> None:
    mark = caller.mark()
    answered = caller.data("settings.set", **{name: value})
    assert set(answered) == {"settings"}
    assert answered["settings"][name] == value
    assert settings(caller) == answered["settings"]
    caller.settle()
    assert caller.commands(mark) == [("settings.set", True)]


def test_none_of_them_is_also_an_answer(caller: Caller) -> None:
    assert caller.data("settings.set") == caller.data("settings.get")


def test_the_limit_clamps_and_state_shows_it(caller: Caller) -> None:
    caller.data("settings.set", volume=80, volume_limit=50)
    assert settings(caller)["volume"] == 50
    assert caller.data("volume", level=90) == {"level": 50}
    assert caller.data("volume", delta=5) == {"level": 50}
    caller.set("volume", "100")
    caller.await_state(lambda state: state["volume"] == 50)
    assert caller.data("settings.set", volume=60)["settings"]["volume"] == 50
    caller.data("settings.set", volume_limit=30)
    caller.await_state(lambda state: state["volume"] == 30)
    caller.data("settings.set", volume_limit=100)
    assert settings(caller)["volume"] == 30


def test_quiet_hours_do_not_change_what_is_shown(caller: Caller) -> None:
    caller.data("settings.set", volume=66, quiet_from="00:00", quiet_to="23:59", quiet_volume=5)
    assert settings(caller)["volume"] == 66
    caller.await_state(lambda state: state["volume"] == 66)
    caller.data("settings.set", quiet_from=None, quiet_to=None)


def test_the_name_is_announced(caller: Caller) -> None:
    mark = caller.mark()
    caller.data("settings.set", name="Wohnzimmer")
    until(lambda: caller.since(mark, "info"), 10, "info")
    message = caller.since(mark, "info")[-1]
    assert message.json["name"] == "Wohnzimmer"
    assert message.retain


def test_a_set_is_seen_in_settings_and_the_other_way_round(caller: Caller) -> None:
    caller.set("policy", "calm")
    assert settings(caller)["policy"] == "calm"
    caller.data("settings.set", policy="match", language="de")
    caller.await_state(lambda state: (state["policy"], state["language"]) == ("match", "de"))


def test_an_override_ends_by_itself(caller: Caller) -> None:
    caller.data("settings.set", override_s=1)
    mark = caller.mark()
    caller.set("override", "fear")
    caller.await_state(lambda state: state["override"] == "fear")
    state = caller.await_state(lambda state: state["override"] == "auto", 10)
    assert state["override_until"] is None
    until(lambda: len(caller.events(mark, "mood_changed")) == 2, 10, "both changes")
    assert [event["to"] for event in caller.events(mark, "mood_changed")] == ["fear", "happy"]


def test_the_camera_is_a_setting(caller: Caller) -> None:
    assert caller.data("settings.set", camera="off")["settings"]["camera"] == "off"
    state = caller.await_state(lambda state: state["camera"] == "off")
    assert (state["mood"], state["people"], state["presence"]) == (None, None, "unknown")
    assert caller.data("settings.set", camera="on")["settings"]["camera"] == "on"
    caller.await_state(lambda state: state["camera"] == "on" and state["mood"] == "happy", 20)


def restarted(house: House) -> None:
    mark = house.caller.mark()
    house.box.start()
    until(lambda: house.caller.since(mark, "state"), 20, "the state of the new box")
    until(lambda: house.caller.since(mark, "availability"), 20, "online")


def test_all_settings_outlast_a_kill(house: House) -> None:
    caller = house.caller
    caller.data("settings.set", **KEPT)
    caller.set("override", "sad")
    caller.await_state(lambda state: state["override"] == "sad" and state["mode"] == "manual")
    pause_s = 1.5  # a second may pass until the last change is on the disk
    at = caller.state["at"]
    caller.set("volume", "24")
    caller.await_state(lambda state: state["at"] > at, 5)
    house.box.child("box")
    until(lambda: '"volume":24' in _kept(house).replace(" ", ""), pause_s + 5, "volume on the disk")
    house.box.kill()
    until(lambda: caller.since(0, "availability")[-1].payload == b"offline", 30, "the last will")
    restarted(house)
    now = settings(caller)
    assert {name: now[name] for name in KEPT} == {**KEPT, "volume": 24}
    assert (caller.state["override"], caller.state["override_until"]) == ("auto", None)


def _kept(house: House) -> str:
    return (house.box.state / "settings.json").read_text()


def test_all_settings_outlast_a_clean_end(house: House) -> None:
    caller = house.caller
    caller.data("settings.set", volume=31, camera="off", guest=False, quiet_from=None)
    caller.set("language", "fr")
    caller.settle()
    mark = caller.mark()
    assert house.box.stop() == 0
    until(lambda: caller.since(mark, "availability"), 10, "stopped")
    (last,) = caller.since(mark, "availability")
    assert (last.payload, last.retain, last.qos) == (b"stopped", True, 1)
    assert not caller.events(mark, "fault")
    restarted(house)
    now = settings(caller)
    assert (now["volume"], now["camera"], now["language"]) == (31, "off", "fr")
    assert (now["guest"], now["quiet_from"], now["quiet_to"]) == (False, None, "06:45")
    assert caller.state["camera"] == "off"


def test_event_ids_are_ordered_over_restarts(caller: Caller) -> None:
    ids = [event["id"].encode() for event in caller.events(0)]
    assert ids == sorted(set(ids))
