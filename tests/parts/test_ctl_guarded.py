"""`moodbox ctl` on the hardened broker: the owner may all, a box no more than itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edge.cli_commands import app
from tests.broker import BINARY
from tests.parts.ctl_box import Box, running
from tests.parts.guarded_site import Site
from tests.waiting import until

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")


@pytest.fixture(params=["passwords", "certificates"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path, request.param)
    yield one
    one.close()


def test_the_owner_commands_every_box_and_a_box_none_but_itself(site: Site, tmp_path: Path) -> None:
    def tell(who: str, *words: str) -> Any:
        home = site.home(who).folder
        mine = ["--config", str(home / "moodbox.toml"), "--set", f"mqtt.port={site.broker.port}"]
        return CliRunner().invoke(app, ["ctl", *words, *mine])

    def listed(who: str) -> list[str]:
        done = tell(who, "boxes", "--json")
        assert done.exit_code == 0, done.output
        return [one["id"] for one in json.loads(done.stdout)["boxes"]]

    words = (f"--config={site.home('kitchen').folder / 'moodbox.toml'}",
             f"--set=mqtt.port={site.broker.port}")  # fmt: skip
    with running(Box(tmp_path / "kitchen", "kitchen", *words)):
        until(lambda: listed("owner") == ["kitchen"], 30, "the box on the broker")
        assert tell("owner", "volume", "21", "--box", "kitchen").stdout == "volume: 21\n"
        assert tell("homeassistant", "volume", "22", "--box", "kitchen").stdout == "volume: 22\n"
        assert tell("kitchen", "volume", "23", "--box", "kitchen").stdout == "volume: 23\n"
        assert listed("kitchen") == ["kitchen"]
        assert listed("bedroom") == []
        refused = tell("bedroom", "volume", "90", "--box", "kitchen")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "or not to this user" in refused.stderr
        assert tell("owner", "volume", "+1", "--box", "kitchen").stdout == "volume: 24\n"


def test_a_broker_that_is_not_to_be_trusted_is_told(site: Site, tmp_path: Path) -> None:
    mine = ["--set", "mqtt.host=127.0.0.1", "--set", f"mqtt.port={site.broker.port}"]
    env = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = CliRunner().invoke(app, ["ctl", "boxes", "--set=mqtt.tls=true", *mine], env=env)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "certificate is not trusted" in done.stderr
