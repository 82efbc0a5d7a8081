"""A broker as deploy/mosquitto makes it: no box reads or commands another, and all else works."""

from __future__ import annotations

import pytest

from edge.messages import Command
from tests.broker import until
from tests.guarded import Box, Guest
from tests.parts.guarded_site import NAMES, NOT_ALLOWED, Site


def test_all_that_a_box_says_is_heard(owner: Guest, kitchen: Box) -> None:
    kitchen.show(volume=7)
    kitchen.tell("volume")
    kitchen.outbox.retain("homeassistant/device/moodbox_kitchen/config", b'{"o":{}}')
    kitchen.outbox.retain("moodbox/kitchen/response/volume", b"{}")
    kitchen.outbox.retain("moodbox/kitchen/reply/mine", b"{}")
    for topic in (
        *(f"moodbox/kitchen/{name}" for name in (*NAMES, "event", "response/volume", "reply/mine")),
        "homeassistant/device/moodbox_kitchen/config",
    ):
        until(lambda topic=topic: owner.on(topic), what=topic)
    assert owner.on("moodbox/kitchen/availability") == [b"online"]


@pytest.mark.parametrize("who", ["owner", "homeassistant"])
def test_who_may_command_all_commands_all(site: Site, kitchen: Box, bedroom: Box, who: str) -> None:
    voice = site.guest(who)
    for box in (kitchen, bedroom):
        box.commands.clear()
    assert voice.say("moodbox/kitchen/volume/set", "12") == "Success"
    until(lambda: kitchen.commands == [Command(name="volume", value=12)], what="the command")
    assert voice.say("moodbox/group/downstairs/next/set") == "Success"
    for box in (kitchen, bedroom):
        until(lambda box=box: Command(name="next") in box.commands, what="the group's command")
    for topic in ("moodbox/bedroom/request/next", "moodbox/group/downstairs/request/next"):
        eyes = site.guest("bedroom", topic)
        assert voice.say(topic, "{}") == "Success"
        until(lambda eyes=eyes, topic=topic: eyes.on(topic), what=topic)


def test_home_assistants_birth_reaches_every_box_and_it_sees_them_all(
    site: Site, kitchen: Box, bedroom: Box
) -> None:
    del kitchen, bedroom
    eyes = site.guest("kitchen", "homeassistant/status")
    home_assistant = site.guest("homeassistant", "#")
    assert home_assistant.say("homeassistant/status", "online") == "Success"
    until(lambda: eyes.on("homeassistant/status") == [b"online"], what="the birth")
    for box in ("kitchen", "bedroom"):
        for name in NAMES:
            topic = f"moodbox/{box}/{name}"
            until(lambda topic=topic: home_assistant.on(topic), what=topic)


FORBIDDEN_TO_A_BOX = (
    "moodbox/bedroom/volume/set",
    "moodbox/bedroom/request/next",
    "moodbox/bedroom/request/history.clear",
    "moodbox/bedroom/state",
    "moodbox/bedroom/availability",
    "moodbox/bedroom/event",
    "moodbox/bedroom/response/next",
    "moodbox/bedroom/reply/kitchen",
    "moodbox/group/downstairs/next/set",
    "moodbox/group/downstairs/request/next",
    "moodbox/kitchens/state",
    "moodbox",
    "homeassistant/device/moodbox_bedroom/config",
    "homeassistant/device/moodbox_kitchen/other",
    "homeassistant/light/kitchen/config",
    "homeassistant/status",
    "elsewhere",
)


def test_no_box_commands_another_or_speaks_for_it(site: Site, owner: Guest, bedroom: Box) -> None:
    burglar = site.guest("kitchen")
    bedroom.commands.clear()
    heard = len(owner.messages)
    for topic in FORBIDDEN_TO_A_BOX:
        assert burglar.say(topic, "66") == NOT_ALLOWED, topic
        assert burglar.say(topic, "66", retain=True) == NOT_ALLOWED, topic
    # What was refused would have come before this.
    assert site.guest("owner").say("moodbox/bedroom/volume/set", "5") == "Success"
    until(lambda: bedroom.commands, what="the owner's command")
    assert bedroom.commands == [Command(name="volume", value=5)]
    until(lambda: owner.on("moodbox/bedroom/volume/set")[-1:] == [b"5"], what="the owner's ear")
    assert not [one for one in owner.messages[heard:] if one.payload == b"66"]


@pytest.mark.parametrize(
    "topic",
    ["#", "moodbox/#", "+/+/state", "moodbox/+/+", "moodbox/bedroom/#", "moodbox/bedroom/state"],
)
def test_no_box_hears_another(site: Site, owner: Guest, bedroom: Box, topic: str) -> None:
    spy = site.guest("kitchen", topic, "moodbox/kitchen/reply/end")
    bedroom.tell("like")
    until(lambda: owner.on("moodbox/bedroom/event"), what="the event")
    voice = site.guest("owner")
    voice.say("moodbox/bedroom/volume/set", "44")
    voice.say("moodbox/kitchen/reply/end", "end")
    until(lambda: spy.on("moodbox/kitchen/reply/end"), what="what comes last")
    others = [one.topic for one in spy.messages if not one.topic.startswith("moodbox/kitchen/")]
    assert not [one for one in others if "bedroom" in one]
    assert not [one for one in others if one.startswith("homeassistant/device")]


FORBIDDEN_TO_HOME_ASSISTANT = (
    "moodbox/kitchen/state",
    "moodbox/kitchen/availability",
    "moodbox/kitchen/info",
    "moodbox/kitchen/event",
    "moodbox/kitchen/reply/mine",
    "moodbox/kitchen/response/next",
    "homeassistant/device/moodbox_kitchen/config",
    "elsewhere",
)


def test_home_assistant_pretends_to_be_no_box(site: Site) -> None:
    home_assistant = site.guest("homeassistant")
    for topic in FORBIDDEN_TO_HOME_ASSISTANT:
        assert home_assistant.say(topic, b"{}") == NOT_ALLOWED, topic


def test_the_owner_clears_what_a_box_left_and_nothing_of_home_assistants(site: Site) -> None:
    voice = site.guest("owner")
    for name in ("availability", "info", "state", "health"):
        assert voice.say(f"moodbox/attic/{name}", b"", retain=True) == "Success"
    assert voice.say("homeassistant/device/moodbox_attic/config", b"", retain=True) == "Success"
    assert voice.say("homeassistant/status", b"online") == NOT_ALLOWED
    assert voice.say("elsewhere", b"x") == NOT_ALLOWED
