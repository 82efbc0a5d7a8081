"""A real box, a real Home Assistant, and a broker: it appears, shows, acts, and lasts."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mutagen
import pytest

from tests.broker import HOST, Ear, Mosquitto, until
from tests.home_assistant.house import HomeAssistant, MoodBox
from tests.home_assistant.page import blocks, entities
from tests.parts.sines import sine

LAMP = """
input_boolean:
  lamp:
input_number:
  lamp:
    min: 0
    max: 255
light:
  - platform: template
    lights:
      kitchen:
        value_template: "{{ is_state('input_boolean.lamp', 'on') }}"
        level_template: "{{ states('input_number.lamp') | int }}"
        turn_on: {action: input_boolean.turn_on, target: {entity_id: input_boolean.lamp}}
        turn_off: {action: input_boolean.turn_off, target: {entity_id: input_boolean.lamp}}
        set_level:
          - action: input_boolean.turn_on
            target: {entity_id: input_boolean.lamp}
          - action: input_number.set_value
            target: {entity_id: input_number.lamp}
            data: {value: "{{ brightness }}"}
automation: !include automations.yaml
lovelace:
  mode: yaml
"""
EXPECTED = {one["unique_id"]: one["default_entity_id"] for one in entities().values()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto) -> Iterator[HomeAssistant]:
    """With everything that the page shows."""
    folder = tmp_path_factory.mktemp("home") / "config"
    player, card, calm, likes = blocks()
    one = HomeAssistant(folder, LAMP + player)
    assert "00:02:00" in calm
    calm = calm.replace("00:02:00", "00:00:01")
    (folder / "automations.yaml").write_text(calm + likes, encoding="utf-8")
    views = "views:\n  - title: Kitchen\n    cards:\n"
    rest = textwrap.indent(card, "        ").removeprefix("        ")
    (folder / "ui-lovelace.yaml").write_text(f"{views}      - {rest}", encoding="utf-8")
    one.start()
    try:
        assert one.do("connect", host=HOST, port=broker.port) == "create_entry"
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("songs")
    for mood in ("happy", "sad", "neutral"):
        (folder / mood).mkdir()
        for number in range(3):
            path = folder / mood / f"{number}.flac"
            sine(path, 200.0 + 100 * number + len(mood), 120.0)
            song = mutagen.File(path)
            song["title"], song["artist"] = f"{mood} “{number}”", "Ann & Ümit"
            song.save()
    return folder


@pytest.fixture(scope="module")
def box(
    tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto, ear: Ear, songs: Path
) -> Iterator[MoodBox]:
    one = MoodBox(tmp_path_factory.mktemp("box"), broker.port, songs)
    one.start()
    try:
        until(lambda: state(ear).get("player") == "playing", 60, "a song that plays")
        yield one
    finally:
        one.stop()


@pytest.fixture(autouse=True)
def both(home: HomeAssistant, box: MoodBox) -> None:
    """They know each other."""
    assert box
    home.becomes("switch.kitchen_camera", "on", 60)


def state(ear: Ear) -> dict[str, Any]:
    """The box's own word on it."""
    said = [message for message in ear.on("state") if message.topic == "moodbox/kitchen/state"]
    return said[-1].json if said else {}


def says(ear: Ear, key: str, value: object) -> None:
    """The box says the same; it may come a moment later here than there."""
    until(lambda: state(ear)[key] == value, 10, f"{key} is {value}")


def shown(home: HomeAssistant) -> dict[str, str]:
    """The state of every entity of the box."""
    states = home.do("states")
    return {unique: states[entity]["state"] for unique, entity in EXPECTED.items()}


def press(home: HomeAssistant, button: str) -> None:
    home.call("button.press", entity_id=f"button.kitchen_{button}")


def test_every_entity_appears_under_its_name(home: HomeAssistant) -> None:
    made = {unique: one["entity_id"] for unique, one in home.do("entities").items()}
    assert made == EXPECTED
    assert (device(home)["name"], device(home)["maker"]) == ("Kitchen", "Moodbox")
    assert "unavailable" not in shown(home).values()


def test_it_shows_what_the_box_says(home: HomeAssistant, ear: Ear) -> None:
    until(lambda: state(ear)["presence"] == "present" and state(ear)["mood"], 60, "a mood")

    def agree() -> bool:
        said, seen = state(ear), shown(home)
        mine = {key.removeprefix("moodbox_kitchen_"): value for key, value in seen.items()}
        return (
            mine
            | {
                "mood": said["mood"],
                "presence": "on",
                "people": str(said["people"]),
                "title": said["track"]["title"],
                "artist": "Ann & Ümit",
                "player": said["player"],
                "camera": "on",
                "auto_mode": "on",
                "override": "auto",
                "policy": said["policy"],
                "language": "any",
                "volume": str(said["volume"]),
            }
            == mine
        )

    until(agree, 20, "all of it agrees")
    assert 0 < home.attributes("sensor.kitchen_mood")["confidence"] <= 1


def test_the_camera_is_switched(home: HomeAssistant, ear: Ear) -> None:
    home.call("switch.turn_off", entity_id="switch.kitchen_camera")
    home.becomes("switch.kitchen_camera", "off")
    home.becomes("binary_sensor.kitchen_presence", "unknown")
    says(ear, "camera", "off")
    home.call("switch.turn_on", entity_id="switch.kitchen_camera")
    home.becomes("switch.kitchen_camera", "on")
    home.becomes("binary_sensor.kitchen_presence", "on", 40)


def test_settings_are_chosen(home: HomeAssistant, ear: Ear) -> None:
    home.call("switch.turn_off", entity_id="switch.kitchen_auto_mode")
    home.becomes("switch.kitchen_auto_mode", "off")
    says(ear, "mode", "manual")
    home.call("switch.turn_on", entity_id="switch.kitchen_auto_mode")
    home.becomes("switch.kitchen_auto_mode", "on")
    for select, words in (
        ("override", ("surprise", "auto")),
        ("policy", ("lift", "calm", "match")),
        ("language", ("hi", "zu", "any")),
    ):
        for word in words:
            home.call("select.select_option", entity_id=f"select.kitchen_{select}", option=word)
            home.becomes(f"select.kitchen_{select}", word)
            says(ear, select, word)


def test_the_override_is_the_mood(home: HomeAssistant) -> None:
    home.call("select.select_option", entity_id="select.kitchen_override", option="disgust")
    home.becomes("sensor.kitchen_mood", "disgust")
    assert home.attributes("sensor.kitchen_mood")["confidence"] is None
    home.call("select.select_option", entity_id="select.kitchen_override", option="auto")
    home.becomes("select.kitchen_override", "auto")


@pytest.mark.parametrize("level", [0, 100, 37])
def test_the_volume_is_set(home: HomeAssistant, ear: Ear, level: int) -> None:
    home.call("number.set_value", entity_id="number.kitchen_volume", value=level)
    home.becomes("number.kitchen_volume", str(level))
    says(ear, "volume", level)


def test_every_button_acts(home: HomeAssistant, ear: Ear) -> None:
    home.call("switch.turn_off", entity_id="switch.kitchen_auto_mode")
    home.becomes("sensor.kitchen_player", "playing")
    press(home, "pause")
    home.becomes("sensor.kitchen_player", "paused")
    press(home, "play")
    home.becomes("sensor.kitchen_player", "playing")
    first = home.state("sensor.kitchen_title")
    press(home, "next")
    until(lambda: home.state("sensor.kitchen_title") != first, 20, "another song")
    press(home, "previous")
    home.becomes("sensor.kitchen_title", str(first))
    for button, liked in (("like", True), ("dislike", False)):
        press(home, button)
        until(lambda liked=liked: feedback(ear) and feedback(ear)[-1] is liked, 20, button)
    press(home, "stop")
    home.becomes("sensor.kitchen_player", "stopped")
    home.becomes("sensor.kitchen_title", "unknown")
    press(home, "play")
    home.becomes("sensor.kitchen_player", "playing")
    home.call("switch.turn_on", entity_id="switch.kitchen_auto_mode")
    home.becomes("switch.kitchen_auto_mode", "on")


def feedback(ear: Ear) -> list[bool]:
    events = [message.json for message in ear.on("event")]
    return [event["liked"] for event in events if event["event_type"] == "feedback"]


def test_events_are_seen(home: HomeAssistant) -> None:
    home.call("select.select_option", entity_id="select.kitchen_policy", option="match")

    def seen() -> bool:
        event = home.attributes("event.kitchen_event")
        return (event.get("event_type"), event.get("command")) == ("command", "policy")

    until(seen, 20, "the event")
    assert home.attributes("event.kitchen_event")["ok"] is True


def test_the_pages_media_player_plays(home: HomeAssistant) -> None:
    player = "media_player.kitchen"
    home.becomes(player, "playing")
    home.call("media_player.media_pause", entity_id=player)
    home.becomes(player, "paused")
    home.call("media_player.media_play", entity_id=player)
    home.becomes(player, "playing")
    home.call("media_player.volume_set", entity_id=player, volume_level=0.29)
    home.becomes("number.kitchen_volume", "29")
    until(lambda: home.attributes(player)["volume_level"] == 0.29, 10, "the level")
    title = home.state("sensor.kitchen_title")
    home.call("media_player.media_next_track", entity_id=player)
    until(lambda: home.state("sensor.kitchen_title") != title, 20, "another song")
    home.call("media_player.media_previous_track", entity_id=player)
    home.call("media_player.select_source", entity_id=player, source="sad")
    home.becomes("select.kitchen_override", "sad")
    assert home.attributes(player)["source"] == "sad"
    home.call("media_player.select_source", entity_id=player, source="auto")
    home.becomes("select.kitchen_override", "auto")
    home.call("media_player.media_stop", entity_id=player)
    home.becomes(player, "idle")
    home.call("media_player.media_play", entity_id=player)
    home.becomes(player, "playing")


def test_the_pages_card_stands_on_the_dashboard(home: HomeAssistant) -> None:
    (view,) = home.do("dashboard")["views"]
    (card,) = view["cards"]
    assert [one["type"] for one in card["cards"]] == ["media-control", "markdown", "entities"]
    markdown = card["cards"][1]["content"]
    title = home.state("sensor.kitchen_title")
    assert home.do("render", template=markdown).strip() == f"**{title}**, Ann & Ümit"


def test_the_pages_automations_act(home: HomeAssistant, ear: Ear) -> None:
    states = home.do("states")
    assert states["automation.dim_the_lights_when_calm"]["state"] == "on"
    assert states["automation.announce_who_likes_what"]["state"] == "on"
    home.becomes("binary_sensor.kitchen_presence", "on", 40)
    home.call("select.select_option", entity_id="select.kitchen_override", option="sad")
    home.becomes("sensor.kitchen_mood", "sad")
    home.call("light.turn_on", entity_id="light.kitchen", brightness=255)
    home.becomes("input_number.lamp", "255.0")
    home.call("select.select_option", entity_id="select.kitchen_override", option="neutral")
    home.becomes("input_number.lamp", "76.0")  # 30 %
    before = len(home.do("notifications"))
    title = home.state("sensor.kitchen_title")
    press(home, "dislike")
    press(home, "like")
    until(lambda: len(home.do("notifications")) > before, 20, "the announcement")
    assert home.do("notifications")[before:] == [f"Kitchen likes {title}"]
    home.call("select.select_option", entity_id="select.kitchen_override", option="auto")


def test_a_new_name_of_the_box_is_the_devices(home: HomeAssistant, ear: Ear) -> None:
    before = home.do("entities")
    for name in ("Küche", "Kitchen"):
        ear.say("moodbox/kitchen/request/settings.set", json.dumps({"name": name}))
        until(lambda name=name: device(home)["name"] == name, 20, f"it is called {name}")
    assert home.do("entities") == before


def device(home: HomeAssistant) -> dict[str, str]:
    (one,) = home.do("devices").values()
    return dict(one)


def test_it_survives_a_restart_of_home_assistant(home: HomeAssistant, ear: Ear) -> None:
    before, told = home.do("entities"), home.do("notifications")
    home.stop()
    home.start()
    home.becomes("switch.kitchen_camera", "on", 60)
    until(lambda: "unavailable" not in shown(home).values(), 30, "all of it is there")
    assert home.do("entities") == before
    assert told
    assert home.do("notifications") == []  # what was announced is not announced again
    home.call("number.set_value", entity_id="number.kitchen_volume", value=31)
    home.becomes("number.kitchen_volume", "31")


@pytest.mark.parametrize("hard", [False, True], ids=["stopped", "killed"])
def test_it_survives_a_restart_of_the_box(home: HomeAssistant, box: MoodBox, hard: bool) -> None:
    before, told = home.do("entities"), home.do("notifications")
    box.kill() if hard else box.stop()
    until(lambda: set(shown(home).values()) == {"unavailable"}, 40, "all of it is unavailable")
    box.start()
    until(lambda: "unavailable" not in shown(home).values(), 60, "all of it is there")
    home.becomes("number.kitchen_volume", "31", 60)
    home.becomes("sensor.kitchen_player", "playing", 60)
    assert home.do("entities") == before
    assert home.do("notifications") == told
    press(home, "pause")
    home.becomes("sensor.kitchen_player", "paused")
    press(home, "play")
    home.becomes("sensor.kitchen_player", "playing")


def test_it_survives_a_restart_of_the_broker(home: HomeAssistant, broker: Mosquitto) -> None:
    before = home.do("entities")
    broker.kill()  # and all that it had retained is lost
    until(lambda: set(shown(home).values()) == {"unavailable"}, 40, "all of it is unavailable")
    broker.start()
    until(lambda: "unavailable" not in shown(home).values(), 120, "all of it is there")
    assert home.do("entities") == before
    home.call("number.set_value", entity_id="number.kitchen_volume", value=33)
    home.becomes("number.kitchen_volume", "33")


def test_it_is_gone_once_forgotten_and_nothing_was_wrong(home: HomeAssistant, box: MoodBox) -> None:
    refused = box.forget()
    assert (refused.returncode, "kitchen is online" in refused.stderr) == (1, True)
    box.stop()
    home.becomes("switch.kitchen_camera", "unavailable", 40)
    done = box.forget()
    assert (done.returncode, done.stderr) == (0, "")
    until(lambda: home.do("devices") == {} == home.do("entities"), 20, "it is gone")
    home.stop()
    assert home.complaints() == []
    box.start()
    home.start()
    home.becomes("switch.kitchen_camera", "on", 60)
