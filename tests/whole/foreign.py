"""A stranger's MQTT client, written from the contract alone, and the demo that it watches."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho

ROOT = Path(__file__).resolve().parents[2]
STATE_KEYS = {
    "schema", "at", "mood", "confidence", "valence", "arousal", "mood_since", "mood_source",
    "presence", "people", "camera", "mode", "override", "override_until", "policy", "language",
    "player", "volume", "track", "position_s", "sleep_until", "up_next",
}  # fmt: skip
TRACK_KEYS = {"id", "title", "artist", "album", "genre", "language", "duration_s", "mood"}
EVENT_FIELDS = {
    "mood_changed": {"from", "to", "confidence"},
    "presence_changed": {"from", "to", "people"},
    "track_started": {"track"},
    "track_ended": {"track", "reason"},
    "feedback": {"track_id", "liked"},
    "command": {"command", "ok"},
    "fault": {"part", "message"},
    "recovered": {"part", "message"},
    "scan_finished": {"added", "changed", "removed", "total"},
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def until(true: Callable[[], Any], within_s: float, what: str) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.05)


class Stranger:
    """Keeps everything a box publishes, and checks it against the contract."""

    def __init__(self, port: int) -> None:
        self.messages: list[tuple[float, str, Any, bool]] = []
        self.retained: dict[str, Any] = {}
        self.wrong: list[str] = []
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self._client.on_connect = lambda c, *_: c.subscribe("moodbox/#", qos=1)
        self._client.on_message = lambda _c, _u, message: self._take(message)
        self._client.reconnect_delay_set(1, 1)
        self._client.connect_async("127.0.0.1", port, keepalive=10)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def say(self, setting: str, payload: str, *, retain: bool = False) -> None:
        self._client.publish(f"moodbox/{self.box}/{setting}/set", payload, retain=retain)

    @property
    def box(self) -> str:
        until(lambda: any(t.endswith("/availability") for _, t, _, _ in self.messages), 20, "a box")
        topic = next(t for _, t, _, _ in self.messages if t.endswith("/availability"))
        return topic.split("/")[1]

    @property
    def state(self) -> dict[str, Any]:
        return self.retained.get("state") or {}

    def events(self, kind: str) -> list[tuple[float, dict[str, Any]]]:
        return [
            (at, payload)
            for at, topic, payload, _ in list(self.messages)
            if topic.endswith("/event") and payload["event_type"] == kind
        ]

    def states(self) -> list[tuple[float, dict[str, Any]]]:
        return [(at, p) for at, t, p, _ in list(self.messages) if t.endswith("/state")]

    def _take(self, message: paho.MQTTMessage) -> None:
        name = message.topic.split("/", 2)[2]
        if name.endswith("/set"):
            return
        payload: Any = message.payload.decode()
        if name != "availability":
            payload = json.loads(payload)
        self.messages.append((time.monotonic(), message.topic, payload, message.retain))
        if name in {"availability", "info", "state", "health"}:
            self.retained[name] = payload
        problem = self._check(name, payload, message)
        if problem:
            self.wrong.append(f"{name}: {problem}: {payload}")

    def _check(self, name: str, payload: Any, message: paho.MQTTMessage) -> str | None:
        if name == "state":
            return _wrong_state(payload)
        if name == "event":
            if message.retain:
                return "an event is never retained"
            return _wrong_event(payload)
        if name == "availability":
            return None if payload in {"online", "stopped", "offline"} else "unknown word"
        return None


def _wrong_state(state: dict[str, Any]) -> str | None:
    if not set(state) >= STATE_KEYS:  # others may be added
        return f"keys {STATE_KEYS - set(state)} are missing"
    mood_fields = ("mood", "valence", "arousal", "mood_since", "mood_source")
    nulls = {state[name] is None for name in mood_fields}
    if len(nulls) > 1:
        return "mood fields are null together or not at all"
    if state["player"] == "stopped" and (state["track"] or state["position_s"] is not None):
        return "stopped, but with a track"
    if state["track"] is not None and set(state["track"]) != TRACK_KEYS:
        return f"track keys {set(state['track']) ^ TRACK_KEYS}"
    return None if TIME.fullmatch(state["at"]) else "time"


def _wrong_event(event: dict[str, Any]) -> str | None:
    fields = EVENT_FIELDS.get(event["event_type"])
    if fields is None:
        return "unknown event_type"
    missing = fields - set(event)
    if missing:
        return f"without {missing}"
    return None if TIME.fullmatch(event["at"]) else "time"


class Demo:
    """`moodbox demo`, as a user starts it, in a process group of its own."""

    def __init__(self, *words: str, env: Mapping[str, str] | None = None) -> None:
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "edge.cli", "demo", *words],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name="demo-output")
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def port(self) -> int:
        def found() -> re.Match[str] | None:
            return re.search(r"mqtt://127\.0\.0\.1:(\d+)", "\n".join(self.lines))

        until(lambda: found() or self._process.poll() is not None, 20, "the broker's address")
        match = found()
        assert match, "\n".join(self.lines)
        return int(match[1])

    def family(self) -> dict[str, int]:
        """The children's process ids by name."""
        names = {}
        for pid in children(self.pid):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            name = next((w for w in words if w in {"box", "eye", "player"}), None)
            names[name or "broker"] = pid
        return names

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        self._process.kill()

    def wait(self, within_s: float) -> int:
        code = self._process.wait(within_s)
        self._reader.join(5)
        return code

    def end(self) -> None:
        """Whatever the test did, nothing stays behind."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._reader.join(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
