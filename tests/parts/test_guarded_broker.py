"""A broker as deploy/mosquitto makes it: no box reads or commands another, and all else works."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.messages import Command
from edge.mqtt.knock import knock
from edge.mqtt.topics import Topics
from tests.broker import BINARY, HOST, until
from tests.guarded import ROOT, Box, GuardedBroker, Guest, Home, enrol
from tests.parts.tools import command, environment, moodbox

NOT_ALLOWED = "Not authorized"
NAMES = ("availability", "info", "state")

pytestmark = pytest.mark.skipif(
    BINARY is None or not shutil.which("openssl") or not shutil.which("mosquitto_passwd"),
    reason="mosquitto or openssl is not installed",
)


class Site:
    """A broker with two boxes, its owner and Home Assistant."""

    def __init__(self, folder: Path, way: str) -> None:
        self.folder, self.way = folder, way
        self.made = folder / "made"
        more = ("--client-certificates",) if way == "certificates" else ()
        done = enrol(self.made, "--broker", HOST, "--boxes", "kitchen", "bedroom", *more)
        assert done.returncode == 0, done.stderr
        self.broker = GuardedBroker(folder, self.made)
        self.broker.start()
        self.guests: list[Guest] = []
        self.boxes: list[Box] = []

    def home(self, name: str) -> Home:
        kind = "people" if name in ("owner", "homeassistant") else "boxes"
        return Home(self.made / kind / name)

    def guest(self, name: str, *topics: str) -> Guest:
        """Somebody with this one's account."""
        home = self.home(name)
        by_name = name if self.way == "passwords" else None
        guest = Guest(self.broker.port, by_name, home.password, home.context(), *topics)
        self.guests.append(guest)
        assert not guest.refused, guest.refused
        return guest

    def refuses(self, *account: object) -> bool:
        guest = Guest(self.broker.port, *account)  # type: ignore[arg-type]  # any account
        guest.close()
        return bool(guest.refused)

    def box(self, name: str) -> Box:
        box = Box(self.folder, self.home(name), self.broker.port)
        self.boxes.append(box)
        until(lambda: box.met, 15, "the session")
        return box

    def close(self) -> None:
        for guest in self.guests:
            guest.close()
        for box in self.boxes:
            box.publisher.close()
        self.broker.stop()


@pytest.fixture(scope="module", params=["passwords", "certificates"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One for all tests: they leave it as they found it."""
    one = Site(tmp_path_factory.mktemp("site"), request.param)
    yield one
    one.close()


@pytest.fixture(scope="module")
def owner(site: Site) -> Guest:
    return site.guest("owner", "#")


@pytest.fixture(scope="module")
def kitchen(site: Site, owner: Guest) -> Box:
    del owner  # hears it from the beginning
    return site.box("kitchen")


@pytest.fixture(scope="module")
def bedroom(site: Site, kitchen: Box) -> Box:
    del kitchen
    box = site.box("bedroom")
    box.show(volume=33)
    return box


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


def test_a_stranger_stays_outside(site: Site) -> None:
    home, other = site.home("kitchen"), site.home("bedroom")
    bare = home.context(certificate=False)
    assert site.refuses(), "without TLS"
    assert site.refuses(None, None, bare), "without a name"
    assert site.refuses("kitchen", None, bare), "without a password"
    assert site.refuses("kitchen", "x" * 32, bare), "with a wrong one"
    assert site.refuses("stranger", "x" * 32, bare), "with a name of its own"
    assert site.refuses("kitchen", other.password, bare), "with another's"
    forged = site.folder / "forged"
    if not forged.exists():
        assert (
            enrol(
                forged, "--broker", HOST, "--client-certificates", "--boxes", "kitchen"
            ).returncode
            == 0
        )
    context = home.context(certificate=False)
    context.load_cert_chain(forged / "boxes/kitchen/mqtt.crt", forged / "boxes/kitchen/mqtt.key")
    assert site.refuses("kitchen", "x" * 32, context), "with a certificate of another authority"


def test_a_box_trusts_no_other_broker(site: Site) -> None:
    address = site.home("kitchen").configured(site.broker.port)
    found = knock(replace(address, ca_file=""), "moodbox-test")
    assert "mqtt.ca_file or the system does not know who signed it" in str(found.wrong)
    found = knock(replace(address, host="localhost"), "moodbox-test")
    assert "it is another's" in str(found.wrong)


def test_who_takes_a_boxs_client_id_gets_nothing_else(site: Site, bedroom: Box) -> None:
    home = site.home("kitchen")
    by_name = home.name if site.way == "passwords" else None
    account = (by_name, home.password, home.context())
    thief = Guest(site.broker.port, *account, "#", client_id="moodbox-bedroom")
    site.guests.append(thief)
    assert thief.say("moodbox/bedroom/state", b"{}") == NOT_ALLOWED
    until(lambda: bedroom.met and thief.left, 20, "the bedroom is back")
    thief.close()
    assert not [one for one in thief.messages if "bedroom" in one.topic]


def test_a_certificate_is_a_name_that_cannot_be_changed(site: Site) -> None:
    home = site.home("kitchen")
    if site.way == "passwords":
        assert site.refuses("bedroom", home.password, home.context())
        return
    liar = Guest(site.broker.port, "bedroom", "x", home.context(), "moodbox/#")
    site.guests.append(liar)
    assert not liar.refused
    assert liar.say("moodbox/bedroom/state", b"{}") == NOT_ALLOWED
    assert liar.say("moodbox/kitchen/reply/me", b"{}") == "Success"


def test_the_door_for_this_machine_asks_for_the_same(site: Site) -> None:
    name = "homeassistant"
    port = site.broker.local_port
    stranger = Guest(port)
    stranger.close()
    assert stranger.refused
    guest = Guest(port, name, site.home(name).password)
    site.guests.append(guest)
    assert not guest.refused
    assert guest.say("moodbox/kitchen/state", b"{}") == NOT_ALLOWED
    assert guest.say("moodbox/kitchen/next/set") == "Success"


def test_what_is_too_large_is_refused_and_what_a_box_must_answer_is_not(site: Site) -> None:
    eyes = site.guest("kitchen", "moodbox/kitchen/request/play")
    voice = site.guest("owner")
    topic = "moodbox/kitchen/request/play"
    assert voice.say(topic, b" " * (1 << 20)) == "Success"
    until(lambda: eyes.messages, what="a mebibyte")
    flood = site.guest("owner")
    flood.shout(topic, b" " * ((1 << 20) + (1 << 16)))
    until(lambda: flood.left, what="it is shown out")
    assert voice.say(topic, b"small") == "Success"
    until(lambda: len(eyes.messages) == 2, what="the small one")
    assert eyes.messages[1].payload == b"small"


def test_doctor_is_content(site: Site) -> None:
    for name in ("kitchen", "bedroom"):
        address = site.home(name).configured(site.broker.port)
        found = knock(address, "moodbox-test", Topics(prefix="moodbox", id=name))
        assert found.wrong is None
        assert found.refused == ()
    address = site.home("bedroom").configured(site.broker.port)
    found = knock(address, "moodbox-test", Topics(prefix="moodbox", id="kitchen"))
    assert found.refused


def test_what_was_retained_outlives_a_restart(site: Site, kitchen: Box, bedroom: Box) -> None:
    kitchen.show(volume=77)
    until(lambda: kitchen.outbox.wait_s(0.0) is None, what="the state is out")
    site.broker.stop()
    site.broker.start()
    eyes = site.guest("owner", "moodbox/+/state", "moodbox/+/info", "moodbox/+/availability")
    for box in ("kitchen", "bedroom"):
        for name in NAMES:
            topic = f"moodbox/{box}/{name}"
            until(lambda topic=topic: eyes.on(topic), what=topic)
    for box in (kitchen, bedroom):
        until(lambda box=box: box.met, 15, "the box is back")


def test_the_log_tells_no_topic_and_no_payload(site: Site) -> None:
    said = site.broker.log.read_text()
    told = [line for line in said.splitlines() if "ACL pattern" not in line]  # as the page says
    assert any("u'kitchen'" in line for line in told)
    assert not [line for line in told if "moodbox/" in line.replace(str(site.made), "")]
    assert not [line for line in told if "availability" in line or "offline" in line]


def test_a_removed_box_stays_outside_and_the_others_inside(site: Site) -> None:
    assert enrol(site.made, "--boxes", "attic").returncode == 0
    site.broker.reload()
    home = site.home("attic")
    context, password = home.context(), home.password
    name = home.name if site.way == "passwords" else None
    until(lambda: not site.refuses(name, password, context), what="it is let in")
    assert enrol(site.made, "--remove", "attic").returncode == 0
    site.broker.stop()
    site.broker.start()
    assert site.refuses(name, password, context)
    site.guest("kitchen")


def test_a_whole_box_runs_with_the_configuration_it_was_given(site: Site, tmp_path: Path) -> None:
    """`moodbox box` from its folder of files to its last will."""
    assert enrol(site.made, "--boxes", "hall").returncode == 0
    site.broker.reload()
    folder, owner = site.home("hall").folder, site.guest("owner", "moodbox/hall/#")
    changed = {"mqtt.host": HOST, "mqtt.port": site.broker.port, "library.paths": [str(tmp_path)]}
    words = [f"--set={key}={value}" for key, value in changed.items()]
    places = (f"--config={folder}/moodbox.toml", f"--state={tmp_path}/state")
    env = environment(tmp_path)
    checked = moodbox("config", "check", *places[:1], *words, env=env)
    assert checked.returncode == 0, checked.stderr
    socket = (f"--socket={tmp_path}/link",)
    with (tmp_path / "log").open("w") as log:
        box = subprocess.Popen(
            command("box", *places, *socket, *words), env=env, cwd=ROOT, stderr=log
        )
    try:
        topic = "moodbox/hall/availability"
        until(lambda: owner.on(topic)[-1:] == [b"online"], 60, "the box is online")
        voice = site.guest("homeassistant", "moodbox/hall/state")
        until(lambda: voice.on("moodbox/hall/state"), what="its state")
        voice.say("moodbox/hall/volume/set", "17")
        until(lambda: b'"volume":17' in voice.on("moodbox/hall/state")[-1], what="the new volume")
        box.kill()
        until(lambda: owner.on(topic)[-1] == b"offline", 30, "the last will")
    finally:
        box.kill()
        box.wait(10)
    said = (tmp_path / "log").read_text()
    assert "UNENCRYPTED" not in said
    assert "refuses" not in said, "the broker refused something that the contract promises"
