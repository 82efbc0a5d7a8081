"""What Home Assistant is told, against the contract's list of entities."""

from __future__ import annotations

import re
from typing import Any

import pytest

from edge.commands import BY_NAME, TABLE
from edge.languages import ISO_639_1
from edge.messages import MOODS
from edge.mqtt.homeassistant import discovery, slug, topic
from edge.mqtt.topics import About, Topics, encoded

TOPICS = Topics(prefix="home/moodbox", id="Kitchen-1f3c", discovery=True)
ABOUT = About(version="1.2", id="Kitchen-1f3c", name="Küche")
PLATFORMS = {
    "mood": "sensor",
    "presence": "binary_sensor",
    "people": "sensor",
    "title": "sensor",
    "artist": "sensor",
    "player": "sensor",
    "event": "event",
    "camera": "switch",
    "auto_mode": "switch",
    "override": "select",
    "policy": "select",
    "language": "select",
    "volume": "number",
    "play": "button",
    "pause": "button",
    "stop": "button",
    "next": "button",
    "previous": "button",
    "like": "button",
    "dislike": "button",
    "temperature": "sensor",
    "last_fault": "sensor",
}
WORDS = {
    "camera": {"on", "off"},
    "auto_mode": {"auto", "manual"},
    "override": {"auto", *MOODS},
    "policy": {"match", "lift", "calm"},
    "language": {"any", *ISO_639_1},
}


@pytest.fixture
def told() -> dict[str, Any]:
    return discovery(ABOUT, TOPICS)


def test_it_holds_the_contracts_entities_and_no_other(told: dict[str, Any]) -> None:
    assert {key: entity["p"] for key, entity in told["cmps"].items()} == PLATFORMS


def test_every_entity_can_be_told_from_those_of_all_other_boxes(told: dict[str, Any]) -> None:
    for key, entity in told["cmps"].items():
        assert entity["unique_id"] == f"moodbox_Kitchen-1f3c_{key}"
        assert entity["default_entity_id"] == f"{PLATFORMS[key]}.kitchen_1f3c_{key}"
    assert topic("Kitchen-1f3c") == "homeassistant/device/moodbox_Kitchen-1f3c/config"


def test_the_device_has_the_boxs_name_and_version(told: dict[str, Any]) -> None:
    assert told["dev"]["ids"] == ["moodbox_Kitchen-1f3c"]
    assert told["dev"]["name"] == "Küche"
    assert told["dev"]["sw"] == told["o"]["sw"] == "1.2"
    assert told["o"]["name"] == "Moodbox"


@pytest.mark.parametrize(
    ("web", "shown"),
    [("http://10.0.0.7:8765", True), (None, False), ("10.0.0.7:8765", False)],
)
def test_a_panel_is_linked_where_there_is_one(web: str | None, shown: bool) -> None:
    about = About(version="1", id="box", name="Box", web=web)
    assert ("cu" in discovery(about, TOPICS)["dev"]) == shown


def test_whatever_the_table_obeys_goes_to_its_own_topic(told: dict[str, Any]) -> None:
    obeyed = {e["command_topic"] for e in told["cmps"].values() if "command_topic" in e}
    assert obeyed == {TOPICS.of(f"{entry.name}/set") for entry in TABLE}


def test_the_words_and_bounds_are_those_of_the_table(told: dict[str, Any]) -> None:
    cmps = told["cmps"]
    for key in ("camera", "auto_mode"):
        words = (cmps[key]["payload_on"], cmps[key]["payload_off"])
        assert words == (cmps[key]["state_on"], cmps[key]["state_off"])
        assert set(words) == WORDS[key]
    assert (cmps["camera"]["payload_on"], cmps["auto_mode"]["payload_on"]) == ("on", "auto")
    for key in ("override", "policy", "language"):
        assert set(cmps[key]["options"]) == WORDS[key]
        assert tuple(cmps[key]["options"]) == BY_NAME[key].words
    volume = cmps["volume"]
    assert (volume["min"], volume["max"], volume["step"]) == (0, 100, 1)
    assert set(cmps["mood"]["options"]) == set(MOODS)


def test_only_what_it_says_of_itself_is_diagnostic(told: dict[str, Any]) -> None:
    diagnostic = {k for k, e in told["cmps"].items() if e.get("entity_category") == "diagnostic"}
    assert diagnostic == {"temperature", "last_fault"}


def test_it_is_small_enough_for_any_broker(told: dict[str, Any]) -> None:
    assert len(encoded(told)) < 16_000


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("kitchen", "kitchen"),
        ("Kitchen-1f3c", "kitchen_1f3c"),
        ("a__b--c", "a_b_c"),
        ("_a_", "a"),
        ("-_-", "unknown"),
    ],
)
def test_the_slug_is_one_that_home_assistant_takes(box: str, expected: str) -> None:
    assert slug(box) == expected
    assert re.fullmatch(r"(?!.+__)(?!_)[\da-z_]+(?<!_)", slug(box))
