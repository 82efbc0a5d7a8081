"""What a box publishes by itself: topics, QoS, retention and every key, as a stranger gets them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.broker import Message
from tests.waiting import until
from tests.whole import contract
from tests.whole.caller import Caller
from tests.whole.conftest import House

pytestmark = pytest.mark.whole
RETAINED = ("availability", "info", "state", "health")


@pytest.fixture
def late(house: House) -> Caller:
    """Somebody who came after all was said."""
    one = Caller(house.broker.port)
    until(lambda: len({m.topic for m in one.messages}) >= len(RETAINED), 10, "retained topics")
    one.close()
    return one


def kept(caller: Caller, name: str) -> Message:
    """What the broker had; a live one may have followed."""
    return caller.since(0, name)[0]


@pytest.mark.parametrize("name", RETAINED)
def test_it_is_kept_for_those_who_come_late(late: Caller, name: str) -> None:
    message = kept(late, name)
    assert message.retain
    assert message.qos == 1


@pytest.mark.parametrize("name", RETAINED)
def test_it_was_sent_with_the_retain_flag(caller: Caller, name: str) -> None:
    assert all(message.retain and message.qos == 1 for message in caller.since(0, name))


@pytest.mark.parametrize("name", ["event", "log", "response/search"])
def test_a_moment_is_not_kept(late: Caller, name: str) -> None:
    assert not late.since(0, name)


def test_it_is_online(late: Caller) -> None:
    assert kept(late, "availability").payload == b"online"


def test_availability_comes_first(caller: Caller) -> None:
    assert caller.messages[0].topic == "moodbox/kitchen/availability"


def test_info_precedes_state(caller: Caller) -> None:
    names = [message.topic.rpartition("/")[2] for message in caller.messages]
    assert names.index("info") < names.index("state")


def test_info_has_the_box(late: Caller) -> None:
    info = kept(late, "info").json
    assert info["schema"] == 1
    assert info["id"] == "kitchen"
    assert isinstance(info["version"], str)
    assert isinstance(info["name"], str)
    assert set(info["moods"]) == contract.MOODS


@pytest.mark.parametrize("command", contract.COMMANDS)
def test_info_lists_the_command(late: Caller, command: str) -> None:
    assert command in kept(late, "info").json["commands"]


def test_info_has_the_model(late: Caller) -> None:
    model = kept(late, "info").json["model"]
    assert re.fullmatch("[0-9a-f]{64}", model["sha256"])
    assert isinstance(model["runtime"], str)
    assert 0 <= model["accuracy"] <= 1
    assert isinstance(model["split"], str)


def test_info_has_the_capabilities(late: Caller) -> None:
    abilities = kept(late, "info").json["capabilities"]
    assert abilities["camera"] == "demo"
    assert abilities["audio"] is None or isinstance(abilities["audio"], str)
    assert abilities["web"] is None or isinstance(abilities["web"], str)


@pytest.mark.parametrize("key", contract.HEALTH)
def test_health_has_the_key(late: Caller, key: str) -> None:
    health = kept(late, "health").json
    assert key in health
    assert contract.HEALTH[key](health[key])


def test_health_follows_the_first_state(caller: Caller) -> None:
    names = [message.topic.rpartition("/")[2] for message in caller.messages]
    assert names.index("state") < names.index("health")


@pytest.mark.parametrize("key", contract.STATE)
def test_the_first_state_has_the_key(caller: Caller, key: str) -> None:
    state = caller.since(0, "state")[0].json
    assert key in state
    assert contract.STATE[key](state[key])


@pytest.mark.parametrize("key", contract.STATE)
def test_the_present_state_has_the_key(late: Caller, key: str) -> None:
    state = kept(late, "state").json
    assert key in state
    assert contract.STATE[key](state[key])


@pytest.mark.parametrize(
    "key", ["mood", "confidence", "valence", "arousal", "mood_since", "mood_source", "people"]
)
def test_before_the_first_look_it_is_null(caller: Caller, key: str) -> None:
    assert caller.since(0, "state")[0].json[key] is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("presence", "unknown"),
        ("player", "stopped"),
        ("mode", "auto"),
        ("override", "auto"),
        ("override_until", None),
        ("policy", "match"),
        ("language", "any"),
        ("volume", 40),
        ("track", None),
        ("position_s", None),
        ("sleep_until", None),
    ],
)
def test_a_new_box_begins_with(caller: Caller, key: str, value: object) -> None:
    assert caller.since(0, "state")[0].json[key] == value


def test_somebody_who_looks_happy_is_seen(caller: Caller) -> None:
    state = caller.await_state(lambda state: state["mood"])
    assert state["mood"] == "happy"
    assert state["mood_source"] == "camera"
    assert state["presence"] == "present"
    assert state["people"] == 1
    assert 0 < state["confidence"] <= 1
    assert state["valence"] > 0


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("mood_changed", {"from": None, "to": "happy"}),
        ("presence_changed", {"from": "unknown", "to": "present", "people": 1}),
        ("scan_finished", {"added": 10, "changed": 0, "removed": 0, "total": 10}),
    ],
)
def test_the_beginning_is_told_in_events(
    caller: Caller, kind: str, fields: dict[str, object]
) -> None:
    event = caller.event(0, kind)
    assert {key: event[key] for key in fields} == fields


def test_the_song_is_told_in_an_event(caller: Caller) -> None:
    def started() -> list[dict[str, Any]]:
        return [one["track"] for one in caller.events(0, "track_started")]

    playing = caller.state["track"]
    until(lambda: playing in started(), 10, "the song's event")
    assert all(set(track) == set(contract.TRACK) for track in started())


def test_live_events_are_not_marked_as_replayed(caller: Caller) -> None:
    live = [event for event in caller.events(0) if event["event_type"] == "track_started"]
    assert not [event for event in live if "replayed" in event]


def test_event_ids_are_ordered(caller: Caller) -> None:
    caller.set("pause", "")
    caller.set("play", "")
    caller.settle()
    ids = [event["id"].encode() for event in caller.events(0)]
    assert len(ids) == len(set(ids)) > 3
    assert ids == sorted(ids)


def test_only_topics_of_the_contract_are_used(caller: Caller) -> None:
    names = {message.topic.removeprefix("moodbox/kitchen/") for message in caller.messages}
    known = {"availability", "info", "state", "event", "health", "log"}
    assert not {name for name in names if name not in known and not name.startswith("response/")}
