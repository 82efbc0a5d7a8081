"""Events that wait for the broker outlive the box: killed, ended, restarted, with a real broker."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.mqtt.keeper import FILE, SYNC_S
from tests.broker import BINARY, Ear, Mosquitto, free_port, until
from tests.parts.mqtt_box import keeping_box

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker that has not been started yet."""
    one = Mosquitto(tmp_path)
    yield one
    one.kill()


def run_and_kill(port: int, folder: Path, first: int, count: int) -> None:
    """A box that tells its events and is killed half a second later, as by `kill -9`."""
    words = [str(one) for one in (port, folder, first, count)]
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.parts.mqtt_box", *words]
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as child:
        assert child.stdout is not None
        for _ in range(count):
            assert child.stdout.readline()
        time.sleep(0.7)
        child.kill()


def events(ear: Ear) -> list[dict[str, Any]]:
    return [message.json for message in ear.on("event")]


def test_a_killed_box_tells_after_its_restart_what_waited(away: Mosquitto, tmp_path: Path) -> None:
    run_and_kill(away.port, tmp_path, 0, 5)
    run_and_kill(away.port, tmp_path, 5, 3)
    assert (tmp_path / FILE).stat().st_size > 0
    away.start()
    ear = Ear(away.port)
    with keeping_box(away.port, tmp_path) as box:
        box.tell(8)
        until(lambda: len(events(ear)) == 9, what="all events")
        told = events(ear)
        assert [one["command"] for one in told] == [str(number) for number in range(9)]
        assert all(one.get("replayed") is True for one in told[:8])
        ids = [one["id"] for one in told]
        assert ids == sorted(set(ids))
        names = [one.topic.rpartition("/")[2] for one in ear.messages]
        order = ["availability", "info", "state", "health", "event"]
        assert [names.index(name) for name in order] == [0, 1, 2, 3, 4]
        until(lambda: (tmp_path / FILE).stat().st_size == 0, what="the file is spent")
    with keeping_box(away.port, tmp_path) as box:
        until(lambda: box.met, what="the session")
        box.tell(9)
        until(lambda: len(events(ear)) == 10, what="the next event")
        assert events(ear)[-1]["command"] == "9", "nothing is told twice"
    ear.close()


def test_nothing_is_written_while_the_broker_takes_everything(
    broker: Mosquitto, ear: Ear, tmp_path: Path
) -> None:
    with keeping_box(broker.port, tmp_path) as box:
        until(lambda: box.met, what="the session")
        for number in range(300):
            box.tell(number)
            time.sleep(0.005)
        until(lambda: len(events(ear)) == 300, what="the events")
    assert not (tmp_path / FILE).exists()


def test_a_clean_end_without_a_broker_keeps_the_last_two_hundred(
    away: Mosquitto, tmp_path: Path
) -> None:
    with keeping_box(away.port, tmp_path) as box:
        for number in range(450):
            box.tell(number)
    away.start()
    ear = Ear(away.port)
    with keeping_box(away.port, tmp_path):
        until(lambda: len(events(ear)) == 200, what="the events")
    assert [int(one["command"]) for one in events(ear)] == list(range(250, 450))
    ear.close()


def test_while_away_it_writes_seldom_and_little(tmp_path: Path) -> None:
    file = tmp_path / FILE
    with keeping_box(free_port(), tmp_path) as box:
        for number in range(10):
            box.tell(number)
        until(lambda: file.exists() and file.read_bytes().count(b"\n") == 10, what="the lines")
        first = file.stat()
        time.sleep(SYNC_S)
        assert file.stat().st_mtime_ns == first.st_mtime_ns, "nothing new, nothing written"
        box.tell(10)
        until(lambda: file.stat().st_size > first.st_size, what="the line")
        assert file.stat().st_size - first.st_size < 200
        assert file.stat().st_ino == first.st_ino, "appended"


def test_a_folder_that_takes_nothing_costs_the_memory_only(
    broker: Mosquitto, ear: Ear, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = tmp_path / "file" / "below"
    (tmp_path / "file").touch()
    with keeping_box(broker.port, nowhere) as box:
        box.tell(1)
        until(lambda: len(events(ear)) == 1, what="the event")
        broker.kill()
        until(lambda: not box.met, what="the loss")
        box.tell(2)
        until(lambda: "kept-events cannot be written" in caplog.text, what="the warning")
        time.sleep(1.0)
        assert caplog.text.count("kept-events cannot be written") == 1
