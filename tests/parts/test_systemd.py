"""What systemd hears on its notify socket, and a watchdog fed only while all is well."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.upkeep.health import LATE_S, Heartbeats, Watch
from edge.upkeep.systemd import Nobody, supervisor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(10)
        yield heard


def test_systemd_hears_ready_alive_and_stopping(manager: socket.socket) -> None:
    pytest.importorskip("systemd", reason="systemd-python is not installed")
    code = (
        "import os; from edge.upkeep.systemd import supervisor\n"
        "one = supervisor(os.environ); one.ready('looking'); one.alive(); one.stopping()\n"
    )
    env = {**os.environ, "NOTIFY_SOCKET": manager.getsockname()}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True, timeout=20)
    heard = [manager.recv(200).decode().strip() for _ in range(3)]
    assert heard == ["READY=1\nSTATUS=looking", "WATCHDOG=1", "STOPPING=1"]


def test_a_socket_that_nobody_hears_stops_nothing(tmp_path: Path) -> None:
    pytest.importorskip("systemd", reason="systemd-python is not installed")
    code = (
        "import os; from edge.upkeep.systemd import supervisor; supervisor(os.environ).stopping()"
    )
    env = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "nobody")}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True, timeout=20)


def test_nobody_watches_in_a_terminal() -> None:
    assert isinstance(supervisor({}), Nobody)


class Keeper(Nobody):
    def __init__(self) -> None:
        self.fed = 0
        self.said = ""

    def alive(self) -> None:
        self.fed += 1

    def status(self, text: str) -> None:
        self.said = text


def test_a_stuck_part_starves_the_watchdog() -> None:
    now = [0.0]
    beats = Heartbeats(lambda: now[0])
    beats.beat("camera")
    beats.beat("link")
    assert beats.stuck() == []
    now[0] = LATE_S + 1
    beats.beat("link")
    assert beats.stuck() == ["camera"]


def test_the_watchdog_is_fed_while_all_parts_beat() -> None:
    keeper = Keeper()
    beats = Heartbeats()
    beats.beat("loop")
    watch = Watch(beats, keeper, every_s=0.01)
    watch.start()
    deadline = time.monotonic() + 10
    while keeper.fed < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    watch.close()
    watch.close()
    assert keeper.fed >= 3
