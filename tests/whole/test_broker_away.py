"""A box that starts without its broker plays all the same, and tells what it did once it is there.

`MOODBOX_AWAY_S=60` makes it the minute that was promised; the usual run is shorter.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.broker import BINARY, HOST, Ear, Mosquitto
from tests.parts.sines import sine
from tests.whole.foreign import ROOT, alive, children, until
from tests.whole.test_power_cut import Watcher

pytestmark = [
    pytest.mark.whole,
    pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed"),
]
AWAY_S = float(os.environ.get("MOODBOX_AWAY_S", "12"))


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    places = [f"--state={folder}", f"--socket={folder / 'link.sock'}"]
    sets = [f'--set=library.paths=["{folder / "songs"}"]', "--set=player.driver=none"]
    sets += [f"--set=mqtt.host={HOST}", f"--set=mqtt.port={port}", "--set=box.id=box"]
    return subprocess.Popen(
        [sys.executable, "-m", "edge.cli", "run", *places, *sets, "--set=camera.source=demo"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def pull_the_plug(run: subprocess.Popen[bytes]) -> None:
    for pid in [run.pid, *children(run.pid)]:
        if alive(pid):
            os.kill(pid, 9)
    run.wait(5)


def test_music_plays_while_the_broker_is_away_and_what_happened_is_told_later(
    tmp_path: Path,
) -> None:
    for mood in ("happy", "sad", "neutral"):
        (tmp_path / "songs" / mood).mkdir(parents=True)
        sine(tmp_path / "songs" / mood / "song.flac", 300.0 + len(mood), 90.0)
    broker = Mosquitto(tmp_path)
    run = start(tmp_path, broker.port)
    watcher = Watcher(tmp_path / "link.sock")
    try:
        until(watcher.playing, 40, "a song that plays")
        silent = 0
        began = time.monotonic()
        while time.monotonic() - began < AWAY_S:
            silent += watcher.state["player"] != "playing"
            time.sleep(0.1)
        assert silent == 0, "it plays on"
        pull_the_plug(run)
        run = start(tmp_path, broker.port)
        until(lambda: (tmp_path / "kept-events").stat().st_size > 0, 10, "what is kept")
        broker.start()
        ear = Ear(broker.port, "moodbox/box/#")
        until(lambda: ear.on("health"), 30, "the box")
        wanted = {"mood_changed", "presence_changed", "track_started", "scan_finished"}
        until(
            lambda: wanted <= {one.json["event_type"] for one in ear.on("event")},
            20,
            "what happened before the plug was pulled",
        )
        events = [one.json for one in ear.on("event")]
        assert events[0]["replayed"] is True
        ids = [one["id"] for one in events]
        assert ids == sorted(set(ids))
        until(lambda: ear.on("state")[-1].json["player"] == "playing", 30, "the music")
        # all processes are there again, and known
        until(lambda: ear.on("health")[-1].json["memory_mb"]["box"], 70, "its memory")
        ear.close()
    finally:
        watcher.close()
        pull_the_plug(run)
        broker.kill()
