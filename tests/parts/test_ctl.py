"""`moodbox ctl` as its user types it: a real box and its link."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.commands import ACTIONS
from edge.ctl.forms import natural
from tests.parts.ctl_box import START_S, Box, ask, running, said, watcher
from tests.parts.tools import ROOT, command, environment, moodbox
from tests.waiting import until


@pytest.fixture(scope="module")
def attic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(Box(tmp_path_factory.mktemp("attic"), "attic")) as box:
        until(lambda: "Lemonade" in said(box, "search", "lemonade"), START_S, "songs")
        yield box


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
    assert said(attic, "pause") == "paused: Iron Teeth · Moodbox\n"
    assert said(attic, "play") == "playing: Iron Teeth · Moodbox\n"
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


def test_in_a_terminal_the_picture_renews_itself(attic: Box) -> None:
    mine, theirs = pty.openpty()
    words = ("ctl", "watch", "--socket", attic.socket)
    env = environment(attic.folder, TERM="xterm", COLUMNS="100", LINES="30")
    process = subprocess.Popen(
        command(*words), cwd=ROOT, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    drawn = ""
    try:
        while "up next" not in drawn:
            drawn += os.read(mine, 4096).decode(errors="replace")  # at its end this raises
        said(attic, "volume", "37")
        while "volume 37" not in drawn:
            drawn += os.read(mine, 4096).decode(errors="replace")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    finally:
        process.kill()
        process.wait(10)
        os.close(mine)
