"""`moodbox ctl` over a real mosquitto: to one box, to a group, to whoever is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edge.cli_commands import app
from tests.broker import BINARY, HOST, Mosquitto
from tests.parts.ctl_box import Box, Watcher, running, said
from tests.waiting import until

needs_broker = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")


@pytest.fixture
def boxes(broker: Mosquitto, tmp_path: Path) -> Iterator[dict[str, Box]]:
    mqtt = (f"--set=mqtt.host={HOST}", f"--set=mqtt.port={broker.port}")
    group = '--set=mqtt.groups=["downstairs"]'
    made = {name: Box(tmp_path / name, name, *mqtt, group) for name in ("attic", "kitchen")}
    with ExitStack() as stack:
        for box in made.values():
            stack.enter_context(running(box))
        yield made


@needs_broker
def test_other_boxes_are_reached_over_the_broker(
    broker: Mosquitto, boxes: dict[str, Box], tmp_path: Path
) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    mqtt = ["--set", f"mqtt.host={HOST}", "--set", f"mqtt.port={broker.port}"]

    def tell(*words: str) -> Any:
        return CliRunner().invoke(app, ["ctl", *words, *mqtt], env=env)

    def listed() -> dict[str, Any]:
        done = tell("boxes", "--json")
        assert done.exit_code == 0, done.output
        return {one["id"]: one for one in json.loads(done.stdout)["boxes"]}

    until(lambda: {k: v["at"] is not None for k, v in listed().items()} == {
        "attic": True, "kitchen": True}, 30, "both boxes")  # fmt: skip
    assert tell("volume", "21", "--box", "attic").stdout == "volume: 21\n"
    assert json.loads(tell("--box", "kitchen", "--json", "volume", "22").stdout) == {
        "status": "ok",
        "id": "kitchen",
        "transaction": None,
        "data": {"level": 22},
    }
    answered = tell("volume", "+5", "--group", "downstairs").stdout
    assert sorted(answered.splitlines()) == ["attic: volume: 26", "kitchen: volume: 27"]
    assert tell("override", "sad", "--box", "attic").stdout == "override: sad\n"
    until(lambda: tell("override", "--box", "attic").stdout == "override: sad\n", 10, "the state")
    until(lambda: tell("play", "lemonade", "--box", "attic").exit_code == 0, 30, "songs")
    assert tell("next", "--box", "attic").stdout.startswith("playing: ")
    assert "volume 26" in tell("watch", "--box", "attic", "--seconds", "1").stdout
    lines_of = tell("boxes").stdout.splitlines()
    assert [line.split()[:2] for line in lines_of] == [["attic", "online"], ["kitchen", "online"]]
    refused = tell("like", "f" * 24, "--group", "downstairs")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert len(refused.stderr.splitlines()) == 2
    _silence(tell, boxes)


def _silence(tell: Any, boxes: dict[str, Box]) -> None:
    """Whoever does not answer is told of in one sentence."""
    boxes["kitchen"].end()
    for words, told in (
        (("next", "--box", "kitchen"), "kitchen is stopped."),
        (("next", "--box", "cellar"), "no box 'cellar'"),
        (("next", "--group", "upstairs"), "No box of the group 'upstairs'"),
    ):
        done = tell(*words)
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), words
        assert told in done.stderr
    assert "stopped" in tell("boxes").stdout


@needs_broker
def test_watch_outlives_a_broker(broker: Mosquitto, tmp_path: Path) -> None:
    mqtt = (f"--set=mqtt.host={HOST}", f"--set=mqtt.port={broker.port}")
    with running(Box(tmp_path, "attic", *mqtt)) as attic:
        watching = Watcher(attic.folder, "--box", "attic", "--json", *mqtt)
        try:
            until(lambda: watching.last("state"), 30, "the first state")
            broker.kill()
            broker.start()
            said(attic, "volume", "17")
            until(lambda: watching.last("state").get("volume") == 17, 30, "the box again")
        finally:
            watching.process.kill()
            watching.process.wait(10)


def test_a_broker_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    for words in (["next", "--box", "attic"], ["boxes"], ["watch", "--box", "attic"]):
        mqtt = ["--set=mqtt.host=127.0.0.1", "--set=mqtt.port=9"]
        done = CliRunner().invoke(app, ["ctl", *words, *mqtt], env=env)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == ("The broker at 127.0.0.1:9 cannot be used: connection refused.\n")
