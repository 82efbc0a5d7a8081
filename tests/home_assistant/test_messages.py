"""What a real Home Assistant makes of each message of the contract, said by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from edge.languages import ISO_639_1
from edge.messages import MOODS, Event, State, Track
from edge.mqtt.homeassistant import discovery, topic
from edge.mqtt.topics import About, Topics, encoded, event_payload, state_payload
from tests.broker import HOST, Ear, Mosquitto, until
from tests.home_assistant.house import HomeAssistant

TOPICS = Topics(prefix="home/moodbox", id="Attic-1f3c", discovery=True)
ABOUT = About(version="1.2", id="Attic-1f3c", name="Attic 1f3c", web="http://127.0.0.1:8765")
SONG = Track(id="a", path="/a.ogg", title="Song", artist="Ann")
STATE = State(
    mood="happy",
    confidence=0.86,
    presence="present",
    people=1,
    camera="on",
    player="playing",
    track=SONG,
)
HEALTH: dict[str, Any] = {"uptime_s": 7.0, "temperature_c": None, "faults": {}}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto) -> Iterator[HomeAssistant]:
    one = HomeAssistant(tmp_path_factory.mktemp("home") / "config")
    one.start()
    try:
        assert one.do("connect", host=HOST, port=broker.port) == "create_entry"
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module", autouse=True)
def announced(home: HomeAssistant, ear: Ear) -> None:
    announce(ear, ABOUT)
    ear.say(TOPICS.of("availability"), "online", retain=True)
    show(ear, STATE)
    tell(ear, HEALTH)
    until(lambda: len(home.do("entities")) == 22, 30, "all entities")
    home.becomes("switch.attic_1f3c_camera", "on")


def announce(ear: Ear, about: About) -> None:
    ear.say(topic(TOPICS.id), encoded(discovery(about, TOPICS)), retain=True)


def show(ear: Ear, state: State) -> None:
    ear.say(TOPICS.of("state"), encoded(state_payload(state, 1e9)), retain=True)


def tell(ear: Ear, health: dict[str, Any]) -> None:
    ear.say(TOPICS.of("health"), encoded(health), retain=True)


def is_(home: HomeAssistant, key: str, state: str) -> None:
    """Which entity shows it is known by its unique id."""
    home.becomes(home.do("entities")[f"moodbox_Attic-1f3c_{key}"]["entity_id"], state)


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_is_shown(home: HomeAssistant, ear: Ear, mood: Any) -> None:
    show(ear, replace(STATE, mood=mood))
    is_(home, "mood", mood)


def test_without_a_mood_it_is_unknown(home: HomeAssistant, ear: Ear) -> None:
    show(ear, replace(STATE, mood=None, confidence=None, people=None))
    is_(home, "mood", "unknown")
    is_(home, "people", "unknown")
    assert home.attributes("sensor.attic_1f3c_mood")["confidence"] is None


@pytest.mark.parametrize(
    ("presence", "shown"), [("present", "on"), ("absent", "off"), ("unknown", "unknown")]
)
def test_presence(home: HomeAssistant, ear: Ear, presence: Any, shown: str) -> None:
    show(ear, replace(STATE, presence=presence))
    is_(home, "presence", shown)


@pytest.mark.parametrize("camera", ["off", "on", "fault"])
def test_the_camera(home: HomeAssistant, ear: Ear, camera: Any) -> None:
    show(ear, replace(STATE, camera=camera))
    is_(home, "camera", "unknown" if camera == "fault" else camera)


@pytest.mark.parametrize("player", ["playing", "paused", "stopped"])
def test_the_player(home: HomeAssistant, ear: Ear, player: Any) -> None:
    show(ear, replace(STATE, player=player, track=None if player == "stopped" else SONG))
    is_(home, "player", player)
    is_(home, "title", "unknown" if player == "stopped" else "Song")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("x" * 255, "x" * 255),
        ("x" * 256, "x" * 255),
        ("ज़िंदगी " * 90, ("ज़िंदगी " * 90)[:255].strip()),
        ("💿" * 300, "💿" * 255),
        ('"{{ 1 + 1 }}" {% raw %} \\n', '"{{ 1 + 1 }}" {% raw %} \\n'),
        ("1979", "1979"),
        ("  padded  ", "padded"),
        ("   ", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
    ids=["255", "256", "Hindi", "emoji", "a template", "a number", "padded", "blank", "-", "null"],
)
def test_titles_and_artists(home: HomeAssistant, ear: Ear, title: str | None, shown: str) -> None:
    show(ear, replace(STATE, track=replace(SONG, title="before", artist="before")))
    is_(home, "artist", "before")
    show(ear, replace(STATE, track=replace(SONG, title=title, artist=title)))
    is_(home, "title", shown)
    is_(home, "artist", shown)


def test_every_language_that_the_box_can_have_is_shown(home: HomeAssistant, ear: Ear) -> None:
    for code in ("any", *sorted(ISO_639_1)):
        show(ear, replace(STATE, language=code))
        home.becomes("select.attic_1f3c_language", code)


@pytest.mark.parametrize("volume", [0, 1, 99, 100])
def test_every_volume_is_shown(home: HomeAssistant, ear: Ear, volume: int) -> None:
    show(ear, replace(STATE, volume=volume))
    is_(home, "volume", str(volume))


@pytest.mark.parametrize("word", ["offline", "stopped", "nonsense"])
def test_whoever_is_not_online_is_unavailable(home: HomeAssistant, ear: Ear, word: str) -> None:
    ear.say(TOPICS.of("availability"), word, retain=True)
    for key in ("mood", "camera", "play", "event", "volume", "temperature"):
        is_(home, key, "unavailable")
    ear.say(TOPICS.of("availability"), "online", retain=True)
    is_(home, "camera", "on")


def test_what_is_pressed_is_what_the_contract_says(home: HomeAssistant, ear: Ear) -> None:
    def said(name: str) -> list[bytes]:
        return [one.payload for one in ear.messages if one.topic == TOPICS.of(f"{name}/set")]

    for service, entity, more in (
        ("switch.turn_off", "switch.attic_1f3c_auto_mode", {}),
        ("switch.turn_on", "switch.attic_1f3c_auto_mode", {}),
        ("number.set_value", "number.attic_1f3c_volume", {"value": 40}),
        ("select.select_option", "select.attic_1f3c_language", {"option": "hi"}),
        ("button.press", "button.attic_1f3c_next", {}),
    ):
        home.call(service, entity_id=entity, **more)
    until(lambda: said("next"), 10, "the last of them")
    assert said("mode") == [b"manual", b"auto"]
    assert said("volume") == [b"40"]
    assert said("language") == [b"hi"]
    assert not any(one.retain for one in ear.messages if one.topic.endswith("/set"))


def test_an_event_is_seen_and_a_replayed_one_is_not(home: HomeAssistant, ear: Ear) -> None:
    def happen(number: int, **more: Any) -> None:
        event = Event(event_type="feedback", wall=1e9, fields={"track_id": "a", "liked": True})
        ear.say(TOPICS.of("event"), encoded(event_payload(event, f"{number:04}") | more))

    def latest() -> str | None:
        found: str | None = home.attributes("event.attic_1f3c_event").get("id")
        return found

    happen(1)
    until(lambda: latest() == "0001", 10, "the event")
    happen(2, replayed=True)
    happen(3)
    until(lambda: latest() == "0003", 10, "the next one")
    happen(4, replayed=True)
    show(ear, replace(STATE, volume=77))
    is_(home, "volume", "77")
    assert latest() == "0003"


def test_health(home: HomeAssistant, ear: Ear) -> None:
    is_(home, "temperature", "unknown")
    is_(home, "last_fault", "unknown")
    faults = {"player": "no loudspeaker", "eye": f"no “picture” {'x' * 300}"}
    tell(ear, {**HEALTH, "temperature_c": 61.25, "faults": faults})
    is_(home, "temperature", "61.25")
    is_(home, "last_fault", f"eye: {faults['eye']}"[:255])
    found = home.do("entities")
    for key in ("temperature", "last_fault"):
        assert found[f"moodbox_Attic-1f3c_{key}"]["category"] == "diagnostic"
    tell(ear, HEALTH | {"faults": None})
    is_(home, "last_fault", "unknown")


def test_a_new_name_renames_the_device_and_keeps_the_entities(
    home: HomeAssistant, ear: Ear
) -> None:
    before = home.do("entities")
    announce(ear, replace(ABOUT, name="Under the roof", version="1.3"))

    def renamed() -> bool:
        (device,) = home.do("devices").values()
        return (device["name"], device["sw_version"]) == ("Under the roof", "1.3")

    until(renamed, 10, "the new name")
    assert home.do("entities") == before


def test_none_of_it_made_home_assistant_complain(home: HomeAssistant, ear: Ear) -> None:
    home.stop()
    assert home.complaints() == []
    home.start()
    is_(home, "camera", "on")
    ear.say(TOPICS.of("state"), "no JSON", retain=True)
    ear.say(TOPICS.of("availability"), "offline", retain=True)
    is_(home, "camera", "unavailable")
    home.stop()
    assert home.complaints()  # so that silence means something
    home.start()
