"""The bridge of deploy/fleet/README.md, as it stands there: what it sends on, and what not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.broker import BINARY, HOST, Ear, Mosquitto, until

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
PAGE = Path(__file__).resolve().parents[2] / "deploy" / "fleet" / "README.md"
OTHERWISE = ("bridge_cafile", "remote_")
"""What only a broker with users and certificates has; tests/parts/test_guarded_*.py have those."""


def test_only_what_is_named_leaves_the_home_and_nothing_comes_in(tmp_path: Path) -> None:
    block = re.search(r"```\n +(connection fleet\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert block
    far = Mosquitto(tmp_path)
    lines = [line.strip() for line in block[1].splitlines()]
    kept = [line for line in lines if line and not line.startswith(OTHERWISE)]
    address = [f"address {HOST}:{far.port}" if "address" in line else line for line in kept]
    near = Mosquitto(tmp_path, ("allow_anonymous true", *address))
    far.start()
    near.start()
    outside, inside = Ear(far.port), Ear(near.port)
    try:
        inside.say("moodbox/kitchen/availability", "online", retain=True)
        until(lambda: outside.on("availability"), 20, "the availability outside")
        for name in ("state", "event", "log", "response/history"):
            inside.say(f"moodbox/kitchen/{name}", "{}")
        outside.say("moodbox/kitchen-1f3a/volume/set", "100")
        outside.say("moodbox/kitchen/volume/set", "100")
        inside.say("moodbox/kitchen/health", "{}", retain=True)
        until(lambda: outside.on("health"), 20, "the health outside")
        late = Ear(far.port, "moodbox/#")  # what is retained there
        until(lambda: late.on("health"), 10, "the retained health")
        late.close()
    finally:
        outside.close()
        inside.close()
        near.kill()
        far.kill()
    root = "moodbox/kitchen-1f3a"
    assert {one.topic for one in outside.messages} == {
        f"{root}/availability",
        f"{root}/health",
        f"{root}/volume/set",
        "moodbox/kitchen/volume/set",
    }
    assert {one.topic for one in late.messages if one.retain} == {
        f"{root}/availability",
        f"{root}/health",
    }
    assert not [one for one in inside.messages if one.topic.endswith("/set")]
