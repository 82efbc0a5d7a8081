"""A broker as deploy/mosquitto makes it: who stays outside, what is too large, what outlives it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.mqtt.knock import knock
from edge.mqtt.topics import Topics
from tests.broker import HOST, until
from tests.guarded import ROOT, Box, Guest, enrol
from tests.parts.guarded_site import NAMES, NOT_ALLOWED, Site
from tests.parts.tools import command, environment, moodbox


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


@pytest.mark.parametrize("site", ["passwords"], indirect=True)
def test_the_owner_forgets_a_box_with_the_products_own_tool(site: Site, tmp_path: Path) -> None:
    leaver = site.guest("kitchen")
    discovery = "homeassistant/device/moodbox_kitchen/config"
    assert leaver.say(discovery, b"{}", retain=True) in ("Success", "No matching subscribers")
    home = site.home("owner").folder
    account = {"ca_file": home / "mqtt-ca.crt", "tls": "true", "host": HOST}
    account |= {"username": "owner", "password_file": home / "mqtt-password"}
    words = [f"--set=mqtt.{key}={value}" for key, value in account.items()]
    words.append(f"--set=mqtt.port={site.broker.port}")
    done = moodbox("mqtt", "forget", "--id=kitchen", "--force", *words, env=environment(tmp_path))
    assert done.returncode == 0, done.stderr
    eyes = site.guest("owner", discovery, "moodbox/kitchen/reply/end")
    eyes.say("moodbox/kitchen/reply/end")
    until(lambda: eyes.messages, what="what comes last")
    assert not eyes.on(discovery)


@pytest.mark.parametrize("site", ["certificates"], indirect=True)
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
        discovery = "homeassistant/device/moodbox_hall/config"
        voice = site.guest("homeassistant", "moodbox/hall/#", discovery)
        for name in ("info", "state", "health"):
            topic = f"moodbox/hall/{name}"
            until(lambda topic=topic: voice.on(topic), 30, topic)
        until(lambda: voice.on(discovery), 30, "its announcement")
        voice.say("moodbox/hall/volume/set", "17")
        until(lambda: b'"volume":17' in voice.on("moodbox/hall/state")[-1], what="the new volume")
        until(lambda: voice.on("moodbox/hall/event"), what="the command's event")
        voice.say("moodbox/hall/request/settings.get", b'{"transaction": 1}')
        until(lambda: voice.on("moodbox/hall/response/settings.get"), what="the answer")
        assert b'"status":"ok"' in voice.on("moodbox/hall/response/settings.get")[0]
        box.kill()
        topic = "moodbox/hall/availability"
        until(lambda: owner.on(topic)[-1] == b"offline", 30, "the last will")
    finally:
        box.kill()
        box.wait(10)
    said = (tmp_path / "log").read_text()
    assert "UNENCRYPTED" not in said
    assert "refuses" not in said, "the broker refused something that the contract promises"
