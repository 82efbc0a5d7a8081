"""A home to measure: a broker of its own, and a whole box that plays and watches."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.bench.asking import Asker, listen
from tests.broker import HOST, Mosquitto, until

ROOT = Path(__file__).resolve().parents[2]
BOX = "bench"
SETTINGS = {
    "camera.source": "demo",
    "library.paths": "[]",
    "mood.patience_s": "0",
    "demo.face_s": "2",
    "box.id": BOX,
    "mqtt.host": HOST,
}
"""Another face every two seconds and the starter songs: it has something to say all the time."""
QUICK = ("allow_anonymous true", "set_tcp_nodelay true")
PLAIN = ("allow_anonymous true",)


class Home:
    """What runs in it."""

    def __init__(self, broker: Mosquitto, parent: int) -> None:
        self.broker, self.parent = broker, parent

    def process(self, name: str) -> int:
        """The process id of box, eye or player."""
        for line in Path(f"/proc/{self.parent}/task").glob("*/children"):
            for pid in line.read_text(encoding="ascii").split():
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
                if name in words:
                    return int(pid)
        raise AssertionError(f"{name} does not run")


def memory_mb(pid: int) -> float:
    """Its own, and its part of what it shares with others (PSS)."""
    return _rollup(pid, "Pss:")


def anonymous_mb(pid: int) -> float:
    """What it has taken itself: the part that grows, whoever else maps the same libraries."""
    return _rollup(pid, "Anonymous:")


def _rollup(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"the kernel tells no {name}")


def cpu_s(pid: int) -> float:
    """Seconds of processor that it has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def home(
    folder: Path, lines: tuple[str, ...] = QUICK, changes: Mapping[str, str] = {}
) -> Iterator[Home]:
    """Until left; nothing stays behind."""
    broker = Mosquitto(folder, lines)
    broker.start()
    own = {**SETTINGS, **changes, "mqtt.port": str(broker.port)}
    places = [f"--state={folder}", f"--socket={folder / 'link.sock'}"]
    words = [*places, *(f"--set={key}={value}" for key, value in own.items())]
    log = (folder / "moodbox.log").open("wb")
    box = subprocess.Popen(
        [sys.executable, "-m", "edge.cli", "run", *words],
        cwd=ROOT,
        env={**os.environ, "SDL_AUDIODRIVER": "dummy"},  # it plays in real time, unheard
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _until_it_plays(broker.port)
        yield Home(broker, box.pid)
    finally:
        box.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            box.wait(10)
        box.kill()
        box.wait(10)
        log.close()
        broker.kill()


def _until_it_plays(port: int) -> None:
    seen: dict[str, object] = {}

    def look(asker: Asker) -> bool:
        for topic, payload in asker.heard():
            if topic.endswith("/state"):
                seen.update(msgspec.json.decode(payload))
        return seen.get("player") == "playing" and seen.get("presence") == "present"

    with listen(port, f"moodbox/{BOX}/state") as asker:
        until(lambda: look(asker), 60, "a box that plays and watches")
