"""The door for plain values: exactly what the contract lists comes in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.commands import BY_NAME, LARGEST_SET, NAMES, REQUESTS, SETTINGS, TABLE, parse_set
from edge.messages import MOODS, BadCommand, Command
from edge.mind.adjust import ADJUSTABLE
from edge.mind.wishes import WISHES

BUTTONS = ["play", "pause", "stop", "next", "previous", "like", "dislike"]


@pytest.mark.parametrize(
    ("name", "payload", "value"),
    [
        ("camera", b"on", "on"),
        ("camera", b"off", "off"),
        ("mode", b"auto", "auto"),
        ("mode", b"manual", "manual"),
        ("override", b"auto", "auto"),
        *(("override", mood.encode(), mood) for mood in MOODS),
        ("policy", b"match", "match"),
        ("policy", b"lift", "lift"),
        ("policy", b"calm", "calm"),
        ("language", b"any", "any"),
        ("language", b"hi", "hi"),
        ("language", b"zu", "zu"),
        ("volume", b"0", 0),
        ("volume", b"7", 7),
        ("volume", b"100", 100),
    ],
)
def test_good_values_come_in(name: str, payload: bytes, value: object) -> None:
    assert parse_set(name, payload) == Command(name=name, value=value)


@pytest.mark.parametrize("name", BUTTONS)
@pytest.mark.parametrize("payload", [b"", b"PRESS", b"\xff\x00", b"x" * 70_000])
def test_buttons_take_any_payload(name: str, payload: bytes) -> None:
    assert parse_set(name, payload) == Command(name=name)


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        *((name, b"") for name in NAMES if name not in BUTTONS),
        ("camera", b"ON"),
        ("camera", b"on "),
        ("camera", b" on"),
        ("camera", b"on\n"),
        ("camera", b"true"),
        ("camera", b'"on"'),
        ("mode", b"Auto"),
        ("override", b"joy"),
        ("override", b"null"),
        ("policy", b"match,lift"),
        ("language", b"HI"),
        ("language", b"hin"),
        ("language", b"xx"),
        ("language", b"hi-IN"),
        ("volume", b"101"),
        ("volume", b"-1"),
        ("volume", b"+5"),
        ("volume", b"5.0"),
        ("volume", b"1e1"),
        ("volume", b" 5"),
        ("volume", b"5\n"),
        ("volume", b"0x10"),
        ("volume", b"1_0"),
        ("volume", b"9" * 1000),
        ("volume", "٥".encode()),
        ("volume", b"\xff"),
        ("volume", b"0" * (LARGEST_SET + 1)),
    ],
)
def test_bad_values_stay_outside(name: str, payload: bytes) -> None:
    bad = parse_set(name, payload)
    assert isinstance(bad, BadCommand)
    assert bad.name == name
    assert bad.message.startswith(f"{name} takes ")
    assert len(bad.message) < 250


def test_an_unknown_setting_is_refused_with_the_nearest_right_one() -> None:
    bad = parse_set("volum", b"5")
    assert isinstance(bad, BadCommand)
    assert bad.name == "volum"
    assert "volume" in bad.message


@pytest.mark.parametrize("name", ["", "#", "x" * 60_000, "Volume", "\n", "set"])
def test_an_odd_name_is_refused_briefly(name: str) -> None:
    bad = parse_set(name, b"5")
    assert isinstance(bad, BadCommand)
    assert len(bad.name) <= 64
    assert "\n" not in bad.message
    assert len(bad.message) < 250


def test_there_are_all_languages_and_no_more() -> None:
    words = BY_NAME["language"].words
    assert words[0] == "any"
    assert len(words) == 1 + 183
    assert all(len(word) == 2 and word.islower() for word in words[1:])


def test_every_entry_is_carried_out_and_explained() -> None:
    assert set(WISHES) <= set(REQUESTS)
    assert {one.name for one in SETTINGS} == ADJUSTABLE
    assert {entry.name for entry in TABLE if entry.kind == "button"} <= set(WISHES)
    assert len(NAMES) == len(TABLE)
    for entry in TABLE:
        assert entry.about.endswith(".")
        assert len(entry.takes()) < 80


@settings(max_examples=500, deadline=None)
@given(name=st.sampled_from([*NAMES, "no"]) | st.text(), payload=st.binary(max_size=40))
def test_nothing_gets_past_the_door_unchecked(name: str, payload: bytes) -> None:
    parsed = parse_set(name, payload)
    if isinstance(parsed, BadCommand):
        assert parsed.message
        return
    entry = BY_NAME[parsed.name]
    if entry.kind == "words":
        assert parsed.value in entry.words
        assert parsed.value.encode() == payload
    elif entry.kind == "number":
        assert 0 <= parsed.value <= 100
