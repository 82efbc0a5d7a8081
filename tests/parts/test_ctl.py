"""`moodbox ctl` as its user types it: real boxes, their links, and a real mosquitto."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edge.cli_commands import app
from edge.commands import ACTIONS
from edge.ctl.forms import natural
from tests.broker import BINARY, HOST, Mosquitto
from tests.parts.ctl_box import START_S, Box, running
from tests.parts.tools import ROOT, command, environment, lines, moodbox
from tests.waiting import until

needs_broker = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")


@pytest.fixture(scope="module")
def attic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(Box(tmp_path_factory.mktemp("attic"), "attic")) as box:
        until(lambda: "Lemonade" in said(box, "search", "lemonade"), START_S, "songs")
        yield box


def ask(box: Box, *words: str) -> Any:
    """In this process, as Python takes a second to start."""
    return CliRunner().invoke(app, ["ctl", *words, "--socket", str(box.socket)])


def said(box: Box, *words: str) -> str:
    done = ask(box, *words)
    assert (done.exit_code, done.stderr) == (0, ""), words
    text: str = done.stdout
    return text


# --- over the link --------------------------------------------------------------------------------


def test_the_commands_of_every_day(attic: Box) -> None:
    assert said(attic, "volume", "30") == "volume: 30\n"
    assert said(attic, "volume", "+5") == "volume: 35\n"
    assert said(attic, "volume", "-10") == "volume: 25\n"
    assert said(attic, "play", "lemonade", "steps") == "playing: Lemonade Steps · Moodbox\n"
    assert said(attic, "seek", "0:12") == "at 0:12\n"
    assert said(attic, "like") == "like: done\n"
    assert said(attic, "like", "--undo", "Lemonade Steps") == "like: done\n"
    assert said(attic, "queue", "iron teeth", "window seat") == "queued: 2 songs\n"
    assert said(attic, "next") == "playing: Iron Teeth · Moodbox\n"
    assert said(attic, "queue", "--clear") == "the queue is empty\n"
    assert said(attic, "place", "Iron Teeth", "-0.5", "0.5") == "place: done\n"
    assert said(attic, "place", "Iron Teeth") == "place: done\n"
    assert said(attic, "sleep", "30").startswith("fades out at ")
    assert said(attic, "sleep", "0") == "no sleep timer is set\n"
    assert said(attic, "play", "--mood", "happy").startswith("playing: ")
    assert said(attic, "stop") == "stopped\n"
    assert said(attic, "next") == "stopped\n"


def test_what_may_be_asked(attic: Box) -> None:
    assert "Lemonade Steps" in said(attic, "search", "lemonade")
    assert len(said(attic, "recommend", "sad", "-n", "3").splitlines()) == 3
    assert "film-" in said(attic, "recommend", "--mood", "sad", "-n", "2", "--kind", "film")
    assert "Paper Kites" in said(attic, "similar", "lemonade", "5")
    assert "Lemonade Steps" in said(attic, "play", "lemonade")
    assert "Lemonade Steps" in said(attic, "history", "2")
    assert said(attic, "history-clear").startswith("forgotten: ")
    assert "python" in said(attic, "diagnostics")
    assert ask(attic, "scan").exit_code == 0
    assert "attic" in said(attic, "info")
    assert "volume" in said(attic, "state")


def test_settings_are_told_and_changed(attic: Box) -> None:
    assert said(attic, "set", "crossfade_s=2.5", "name=Küche", "quiet_from=22:30") == (
        "crossfade_s: 2.5\nname: Küche\nquiet_from: 22:30\n"
    )
    assert said(attic, "set", "quiet_from=null") == "quiet_from: null\n"
    assert "Küche" in said(attic, "settings")
    assert said(attic, "policy", "lift") == "policy: lift\n"
    assert said(attic, "policy") == "policy: lift\n"
    assert said(attic, "camera", "off") == "camera: off\n"
    assert said(attic, "override", "sad") == "override: sad\n"
    until(
        lambda: said(attic, "override") == "override: sad\n", 10, "the state, half a second later"
    )
    assert said(attic, "override", "auto") == "override: auto\n"
    until(lambda: json.loads(said(attic, "override", "--json")) == {"override": "auto"}, 10)


def test_json_is_the_answer_as_it_stands_on_mqtt(attic: Box) -> None:
    assert json.loads(said(attic, "volume", "30", "--json")) == {
        "status": "ok",
        "id": "attic",
        "transaction": None,
        "data": {"level": 30},
    }
    refused = ask(attic, "like", "f" * 24, "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["error"]["code"] == "not_found"
    until(lambda: json.loads(said(attic, "--json", "state"))["volume"] == 30, 10, "the state")
    event = json.loads(said(attic, "override", "auto", "--json"))
    assert (event["event_type"], event["ok"]) == ("command", True)


def test_a_refusal_is_the_boxes_sentence(attic: Box) -> None:
    for words, told in (
        (("like", "f" * 24), "There is no song"),
        (("play", "nothing", "of", "the", "kind"), "No song has the words"),
        (("similar", "nothing of the kind"), "No song has the words"),
        (("similar", "moodbox"), "name one by its id"),
    ):
        done = ask(attic, *words)
        assert (done.exit_code, done.stdout) == (1, ""), words
        assert told in done.stderr


def test_every_command_of_the_table_is_answered(attic: Box) -> None:
    """By its own door: what is left to say is the box's, none is wrong use."""
    for action in ACTIONS:
        needed = {"track_id": "f" * 24, "position_s": "1", "minutes": "0", "query": "x"}
        options = [] if not action.forms or () in action.forms else [*action.forms[0]]
        options += [one.name for one in action.arguments if one.required and not action.forms]
        words = [f"--{name.replace('_', '-')}={needed.get(name, '1')}" for name in options]
        if action.settings:
            words = ["volume=30"]
        elif "track_ids" in options:
            words = ["--clear"]
        done = ask(attic, natural(action.name), *words, "--json")
        assert done.exit_code in {0, 1}, (action.name, done.output)
        assert json.loads(done.stdout)["id"] == "attic"


def test_in_a_process_of_its_own(attic: Box) -> None:
    env = environment(attic.folder)
    done = moodbox("ctl", "volume", "31", "--socket", attic.socket, env=env)
    assert (done.returncode, done.stdout, done.stderr) == (0, "volume: 31\n", "")
    with watcher(attic, "--json") as watching:
        until(lambda: len(watching.heard()) >= 2, 20, "what stands")
        said(attic, "volume", "32")
        until(lambda: watching.last("state").get("volume") == 32, 20, "the new volume")
        until(lambda: watching.last("event").get("command") == "volume", 20, "the event")
        assert watching.last("info")["id"] == "attic"
        watching.process.send_signal(signal.SIGINT)
        assert watching.process.wait(10) == 130
        assert watching.said("err") == ""


# --- watching -------------------------------------------------------------------------------------


class Watcher:
    """`ctl watch` in a process of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._folder = folder
        with (folder / "watch.out").open("wb") as out, (folder / "watch.err").open("wb") as err:
            self.process = subprocess.Popen(
                command("ctl", "watch", *words),
                cwd=ROOT,
                env=environment(folder),
                stdout=out,
                stderr=err,
            )

    def said(self, where: str = "out") -> str:
        return (self._folder / f"watch.{where}").read_text()

    def heard(self) -> list[dict[str, Any]]:
        text = self.said()
        return lines(text[: text.rfind("\n") + 1])

    def last(self, topic: str) -> dict[str, Any]:
        found = [one["payload"] for one in self.heard() if one["topic"].endswith(f"/{topic}")]
        return found[-1] if found else {}


@contextmanager
def watcher(box: Box, *words: str) -> Iterator[Watcher]:
    one = Watcher(box.folder, "--socket", str(box.socket), *words)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait(10)


def test_watch_outlives_a_box(tmp_path: Path) -> None:
    with running(Box(tmp_path, "attic")) as box, watcher(box) as watching:
        until(lambda: "no mood | " in watching.said(), 20, "the first state")
        box.kill()
        until(lambda: "The box is away" in watching.said(), 20, "a word of it")
        box.start()
        said(box, "volume", "17")
        until(lambda: "volume 17" in watching.said(), 20, "the box again")
        assert watching.process.poll() is None


def test_watch_ends_by_itself(attic: Box) -> None:
    assert " | stopped | " in said(attic, "watch", "--seconds", "1")


# --- over the broker ------------------------------------------------------------------------------


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
