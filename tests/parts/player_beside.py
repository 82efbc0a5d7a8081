"""player as a process of its own beside a test, as the product runs it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from edge.messages import Message
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]


class Player:
    """Messages go in with `ask`; all that it said is in `said`."""

    def __init__(self, env: Mapping[str, str], driver: str = "auto", device: str = "") -> None:
        self.said: list[dict[str, Any]] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.parts.player_program", driver, device],
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        # A daemon: a test that fails before `end` must not hold the whole run open at its exit.
        self._reader = threading.Thread(target=self._read, name="player-out", daemon=True)
        self._reader.start()
        until(lambda: self.last("ready"), 30.0, "a ready player")

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, *messages: Message) -> None:
        assert self._process.stdin is not None
        for message in messages:
            self._process.stdin.write(msgspec.json.encode(message) + b"\n")
        self._process.stdin.flush()

    def last(self, kind: str) -> dict[str, Any] | None:
        return next((one for one in reversed(self.said) if one["type"] == kind), None)

    def audio_ok(self) -> list[bool]:
        return [one["ok"] for one in self.said if one["type"] == "part"]

    def position(self) -> float:
        played = self.last("played")
        return float(played["position_s"]) if played else -1.0

    def held(self) -> bool:
        played = self.last("played")
        return bool(played and played["held"])

    def end(self) -> str:
        """Ask it to stop; what it wrote to the terminal's error stream."""
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        if self._process.poll() is None:
            self._process.terminate()
        try:
            assert self._process.wait(10.0) == 0
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join(5.0)
        with self._process.stdin, self._process.stderr as errors:
            return errors.read().decode()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self.said.append(json.loads(line))
