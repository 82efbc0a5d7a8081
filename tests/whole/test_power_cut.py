"""The plug is pulled while a song plays: the same song goes on near there, with its volume."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edge.link import Client
from edge.messages import PROTOCOL, Hello, Published, Reading, Watch
from tests.parts.sines import sine
from tests.whole.foreign import ROOT, alive, children, until

pytestmark = pytest.mark.whole


class Watcher:
    """A tool that sees the state."""

    def __init__(self, socket: Path) -> None:
        self.state: dict[str, Any] = {}
        self._client = Client(
            socket,
            hello=lambda: Hello(protocol=PROTOCOL, role="tool", pid=os.getpid()),
            kinds=Hello | Published | Reading,
            on_message=self._take,
            on_connected=lambda: self._client.send(Watch()),
        )
        self._client.start()

    def close(self) -> None:
        self._client.close()

    def playing(self) -> bool:
        return self.state.get("player") == "playing" and (self.state["position_s"] or 0) > 1.0

    def _take(self, message: object) -> None:
        if isinstance(message, Published) and message.topic.endswith("/state"):
            self.state = message.payload


@contextmanager
def box(folder: Path) -> Iterator[tuple[Watcher, list[int]]]:
    """A box whose plug is pulled at the end: everything is killed at once."""
    places = [f"--state={folder}", f"--socket={folder / 'link.sock'}"]
    sets = [f'--set=library.paths=["{folder / "songs"}"]', "--set=player.driver=none"]
    command = [sys.executable, "-m", "edge.cli", "run", *places, *sets]
    with subprocess.Popen(
        [*command, "--set=camera.source=demo"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as run:
        watcher = Watcher(folder / "link.sock")
        pids = [run.pid]
        try:
            until(watcher.playing, 40, "a song that plays")
            pids += children(run.pid)
            yield watcher, pids
        finally:
            watcher.close()
            for pid in pids:
                if alive(pid):
                    os.kill(pid, 9)
            run.wait(5)


def test_the_same_song_goes_on(tmp_path: Path) -> None:
    for mood in ("happy", "sad", "neutral"):
        (tmp_path / "songs" / mood).mkdir(parents=True)
        for number, hertz in enumerate((300.0, 400.0)):
            sine(tmp_path / "songs" / mood / f"{number}.flac", hertz + len(mood), 90.0)
    (tmp_path / "settings.json").write_text(
        json.dumps({"schema": 1, "settings": {"volume": 23, "mode": "auto"}}), encoding="utf-8"
    )
    kept = tmp_path / "playing.json"
    with box(tmp_path) as (watcher, pids):
        until(kept.exists, 20, "what is kept")
        was = watcher.state["track"]["id"]
        until(lambda: json.loads(kept.read_bytes())["track_id"] == was, 20, "this song is kept")
        position_s = watcher.state["position_s"]
    until(lambda: not any(map(alive, pids)), 10, "nothing runs any more")
    with box(tmp_path) as (watcher, _):
        assert watcher.state["track"]["id"] == was
        assert abs(watcher.state["position_s"] - position_s) < 30.0
        assert watcher.state["volume"] == 23
