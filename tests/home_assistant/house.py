"""A house for the tests: a broker, a real Home Assistant, and a real box of four parts."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.broker import HOST, free_port, until
from tests.whole.foreign import ROOT, children

PYTHON = ROOT / ".venv-home-assistant" / "bin" / "python"
SETUP = "tests/home_assistant/setup"
BOX = "kitchen"
DONE = ["user", "core_config", "analytics", "integration"]
"""The steps that its owner took when it was new."""
_RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:)", re.MULTILINE)
_WRONG = re.compile(r"\S+ \S+ (WARNING|ERROR|CRITICAL) ")
_NOT_OURS = (
    "aiohttp_fast_zlib",
    "Skipping pip installation",
    # What it says of a broker that was killed.
    "Error returned from MQTT server",
    "Disconnected from MQTT server",
    "mqtt re-subscribe and birth",
)


class HomeAssistant:
    """One that keeps its folder over restarts, as at home."""

    def __init__(self, folder: Path, configuration: str = "") -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        storage = folder / ".storage"
        storage.mkdir(parents=True)
        onboarding = {"version": 4, "minor_version": 1, "key": "onboarding", "data": {"done": DONE}}
        (storage / "onboarding").write_text(json.dumps(onboarding))
        http = f"http:\n  server_host: {HOST}\n  server_port: {free_port()}\n"
        (folder / "configuration.yaml").write_text(http + configuration, encoding="utf-8")
        self.log = ""
        """What it logged in its earlier lives."""

    def start(self) -> None:
        self._process = subprocess.Popen(
            [PYTHON, Path(__file__).with_name("driver.py"), self._folder],
            cwd="/",
            env={"PATH": os.environ["PATH"], "HOME": str(self._folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._heard() == "started"

    def stop(self) -> None:
        """As `systemctl stop` does."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        try:
            process.wait(30)
        finally:
            process.kill()
            process.stdout.close()
        self.log += (self._folder / "home-assistant.log").read_text(encoding="utf-8")

    def do(self, what: str, **more: Any) -> Any:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": what, **more}).encode() + b"\n")
        self._process.stdin.flush()
        return self._heard()

    def call(self, service: str, **data: Any) -> None:
        self.do("call", service=service, data=data)

    def state(self, entity: str) -> str | None:
        found = self.do("states").get(entity)
        return None if found is None else found["state"]

    def attributes(self, entity: str) -> dict[str, Any]:
        found: dict[str, Any] = self.do("states")[entity]["attributes"]
        return found

    def becomes(self, entity: str, state: str, within_s: float = 20.0) -> None:
        seen: list[str | None] = [None]

        def there() -> bool:
            seen[0] = self.state(entity)
            return seen[0] == state

        try:
            until(there, within_s)
        except AssertionError:
            raise AssertionError(f"{entity} is {seen[0]}, not {state}") from None

    def complaints(self) -> list[str]:
        """Warnings and errors of its earlier lives that are not about this machine."""
        return [
            record
            for record in _RECORD.split(self.log)
            if _WRONG.match(record) and not any(words in record for words in _NOT_OURS)
        ]

    def _heard(self) -> Any:
        assert self._process
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, f"Home Assistant has ended; see {self._folder}/home-assistant.log"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["ok"]


class MoodBox:
    """A real box: `moodbox run` with demo faces and a silent player."""

    def __init__(self, folder: Path, port: int, songs: Path, **settings: str) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        chosen = {
            "box.id": BOX,
            "box.name": BOX.capitalize(),
            "camera.source": "demo",
            "player.driver": "none",
            "library.paths": json.dumps([str(songs)]),
            "mqtt.host": HOST,
            "mqtt.port": str(port),
            **settings,
        }
        self._words = [f"--set={key}={value}" for key, value in chosen.items()]

    def start(self) -> None:
        places = [f"--state={self._folder}", f"--socket={self._folder / 'link.sock'}"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "edge.cli", "run", *places, *self._words],
                cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(15)
            finally:
                process.kill()

    def kill(self) -> None:
        """As a power cut does: all of its processes at once, and no last word."""
        process, self._process = self._process, None
        assert process
        for pid in (process.pid, *children(process.pid)):
            os.kill(pid, signal.SIGKILL)
        process.wait(5)

    def forget(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "edge.cli", "mqtt", "forget", *self._words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
