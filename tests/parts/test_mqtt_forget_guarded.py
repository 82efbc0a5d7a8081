"""`moodbox mqtt forget` at the hardened broker: a box forgets itself, and the owner any."""

from __future__ import annotations

import json
from pathlib import Path

from edge.mqtt import homeassistant
from tests.broker import HOST, until
from tests.parts.guarded_site import Site
from tests.parts.tools import environment, moodbox

LEFT = ("state", "health", "info", "availability")


def forget(site: Site, who: str, box: str, tmp_path: Path) -> tuple[int, list[str], list[str]]:
    """With the files that the box or person was given."""
    home = site.home(who).folder
    configured = home / "moodbox.toml"
    own = [f"--config={configured}"] if configured.exists() else []
    if not own:
        own = ["--set=mqtt.tls=true", f"--set=mqtt.ca_file={home}/mqtt-ca.crt"]
        if site.way == "passwords":
            own += [f"--set=mqtt.username={who}", f"--set=mqtt.password_file={home}/mqtt-password"]
        else:
            own += [f"--set=mqtt.cert_file={home}/mqtt.crt", f"--set=mqtt.key_file={home}/mqtt.key"]
    where = (f"--set=mqtt.host={HOST}", f"--set=mqtt.port={site.broker.port}")
    words = ("mqtt", "forget", f"--id={box}", "--json", *own, *where)
    done = moodbox(*words, env=environment(tmp_path))
    assert done.stdout, done.stderr
    answer = json.loads(done.stdout)
    return done.returncode, answer["cleared"], answer["left"]


def leave(site: Site, box: str) -> list[str]:
    voice = site.guest(box)
    topics = [homeassistant.topic(box), *(f"moodbox/{box}/{name}" for name in LEFT)]
    for topic in topics:
        assert voice.say(topic, "offline", retain=True) in ("Success", "No matching subscribers")
    return topics


def standing(site: Site, topics: list[str]) -> list[str]:
    """What a newcomer who may see all finds there."""
    eyes = site.guest("owner", "moodbox/#", "homeassistant/#")
    site.guest("owner").say("moodbox/end/reply/x", "end")
    until(lambda: eyes.on("moodbox/end/reply/x"), what="the end")
    return [topic for topic in topics if eyes.on(topic)]


def test_a_box_forgets_itself_and_no_other(site: Site, tmp_path: Path) -> None:
    mine, others = leave(site, "kitchen"), leave(site, "bedroom")
    code, cleared, left = forget(site, "kitchen", "bedroom", tmp_path)
    assert (code, cleared, left) == (1, [], others)
    assert standing(site, [*mine, *others]) == [*mine, *others]
    code, cleared, left = forget(site, "kitchen", "kitchen", tmp_path)
    assert (code, cleared, left) == (0, mine, [])
    assert standing(site, [*mine, *others]) == others


def test_the_owner_forgets_any(site: Site, tmp_path: Path) -> None:
    others = leave(site, "bedroom")
    code, cleared, left = forget(site, "owner", "bedroom", tmp_path)
    assert (code, cleared, left) == (0, others, [])
    assert standing(site, others) == []
