"""A real box in a process group of its own, with a small library, as its owner would start it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.songs import write_song
from tests.waiting import until
from tests.whole.foreign import ROOT, children

SONGS = (
    ("Golden Morning", "The Larks", "Dance"),
    ("Golden Evening", "The Larks", "Dance"),
    ("Bright Side", "Ada Bright", "Pop"),
    ("Dil Ki Baat", "Meera", "Bollywood"),
    ("Rain on Glass", "Ada Bright", "Blues"),
    ("Slow River", "Old Wood", "Ambient"),
    ("Grindstone", "Iron Yard", "Metal"),
    ("Čas běží", "Žofie", "Folk"),
    ("A Blink", "Shorty", "Pop"),
    ("A Wink", "Shorty", "Pop"),
)
LONG_S = 240.0
"""None of them ends while it is looked at."""


def write_library(folder: Path, long_s: float = LONG_S, short_s: float = LONG_S) -> Path:
    """Ten songs of five artists in several genres; the last two are short."""
    for number, (title, artist, genre) in enumerate(SONGS):
        tags = {"title": title, "artist": artist, "genre": genre, "album": f"{artist}'s"}
        seconds = short_s if artist == "Shorty" else long_s
        write_song(folder / f"{number:02}.flac", 220.0 + 40 * number, seconds, tags)
    return folder


class RunningBox:
    """`moodbox run` with no loudspeaker and painted faces."""

    def __init__(self, folder: Path, port: int, name: str = "kitchen", **env: str) -> None:
        self.state = folder / name
        self.state.mkdir(exist_ok=True)
        self.socket = self.state / "link.sock"
        self._env = {
            "MOODBOX_MQTT__HOST": "127.0.0.1",
            "MOODBOX_MQTT__PORT": str(port),
            "MOODBOX_BOX__ID": name,
            "MOODBOX_PLAYER__DRIVER": "none",
            "MOODBOX_CAMERA__SOURCE": "demo",
            **env,
        }
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **env: str) -> None:
        places = [f"--state={self.state}", f"--socket={self.socket}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "edge.cli", "run", *places],
                cwd=ROOT,
                env=self._surroundings(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _surroundings(self, env: Mapping[str, str]) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("MOODBOX_")}
        return {**own, **self._env, **env}

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def child(self, name: str) -> int:
        """The process id of box, eye or player."""
        for pid in children(self.pid):
            if name in Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0"):
                return pid
        raise AssertionError(f"no process {name}")

    def stop(self) -> int:
        """Asked to end, as systemd and Ctrl-C do."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(15)
        self._process = None
        return code

    def kill(self) -> None:
        """As when the plug is pulled: no process has a last word."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGSTOP)
        pids = children(self._process.pid)
        for pid in [self._process.pid, *pids]:
            with contextlib.suppress(ProcessLookupError):  # it was ending already
                os.kill(pid, signal.SIGKILL)
        self._process.wait(15)
        self._process = None
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 10, "all gone")
