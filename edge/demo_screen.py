"""What the demo shows in the terminal: what the box sees, feels, plays and publishes."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from rich.align import Align
from rich.console import Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from edge.messages import MOODS, Face, Hello, Mood, Published, Reading

COLOURS: dict[Mood, str] = {
    "angry": "red",
    "disgust": "green",
    "fear": "magenta",
    "happy": "yellow",
    "sad": "blue",
    "surprise": "cyan",
    "neutral": "white",
}
FACES: dict[Mood, str] = {
    "angry": "(>_<)",
    "disgust": "(x_x)",
    "fear": "(O_O)",
    "happy": "(^_^)",
    "sad": "(T_T)",
    "surprise": "(o_O)",
    "neutral": "(-_-)",
}
_LINES = 12


class Screen:
    """Takes what the link brings, and draws it."""

    def __init__(self, broker: str) -> None:
        self._broker = broker
        self._reading: Reading | None = None
        self._state: dict[str, Any] = {}
        self._state_at = 0.0
        self._published: deque[Text] = deque(maxlen=_LINES)
        self._faults: dict[str, str] = {}
        self._note = "starting eye, player and box …"

    def take(self, message: Hello | Reading | Published) -> None:
        """One message from the link, from the link's thread."""
        if isinstance(message, Reading):
            self._reading = message
        elif isinstance(message, Published):
            self._take_published(message)

    def note(self, text: str) -> None:
        """A line about the processes."""
        self._note = text

    def _take_published(self, message: Published) -> None:
        short = message.topic.split("/", 2)[-1]
        if short == "state":
            self._state, self._state_at, self._note = message.payload, time.monotonic(), ""
        if short == "event":
            self._take_event(message.payload)
        line = Text(f"{time.strftime('%H:%M:%S')} ", style="dim")
        line.append(f"{short:<13}", style="bold")
        line.append(_gist(short, message.payload))
        self._published.append(line)

    def _take_event(self, event: dict[str, Any]) -> None:
        if event.get("event_type") == "fault":
            self._faults[str(event["part"])] = str(event["message"])
        elif event.get("event_type") == "recovered":
            self._faults.pop(str(event["part"]), None)

    def __rich__(self) -> RenderableType:
        layout = Layout()
        layout.split_column(
            Layout(self._title(), size=3), Layout(name="middle"), Layout(self._talk(), size=15)
        )
        layout["middle"].split_row(
            Layout(self._sees(), ratio=3),
            Layout(self._feels(), ratio=2),
            Layout(self._plays(), ratio=3),
        )
        return layout

    def _title(self) -> Panel:
        text = Text("Moodbox demo", style="bold")
        text.append(f"   {self._broker}   Ctrl-C ends it", style="not bold dim")
        trouble = "; ".join(self._faults.values()) or self._note
        if trouble:
            text.append(f"   {trouble}", style="not bold yellow")
        return Panel(text)

    def _sees(self) -> Panel:
        reading = self._reading
        if reading is None:
            return Panel("nothing yet", title="sees")
        face = reading.faces[reading.listener] if reading.listener is not None else None
        if face is None:
            return Panel("nobody", title="sees")
        table = Table.grid(padding=(0, 1))
        for mood in MOODS:
            share = face.probabilities[mood]
            bar = ProgressBar(total=1.0, completed=share, width=22, complete_style=COLOURS[mood])
            table.add_row(mood, bar, f"{share:4.0%}")
        return Panel(Group(table, Text(_about(reading, face), style="dim")), title="sees")

    def _feels(self) -> Panel:
        mood: Mood | None = self._state.get("mood")
        if mood is None:
            presence = self._state.get("presence", "unknown")
            return Panel(
                Align.center(f"nobody to read ({presence})", vertical="middle"), title="feels"
            )
        text = Text(justify="center")
        text.append(f"{FACES[mood]}\n\n", style=f"bold {COLOURS[mood]}")
        text.append(f"{mood}\n", style=f"bold {COLOURS[mood]}")
        confidence = self._state.get("confidence")
        if confidence is not None:
            text.append(f"{confidence:.0%} sure\n", style="dim")
        text.append(f"valence {self._state['valence']:+.2f}\n", style="dim")
        text.append(f"arousal {self._state['arousal']:+.2f}\n", style="dim")
        text.append(self._state.get("trend") or "", style="dim")
        return Panel(Align.center(text, vertical="middle"), title="feels")

    def _plays(self) -> Panel:
        track = self._state.get("track")
        if track is None:
            return Panel(str(self._state.get("player", "nothing yet")), title="plays")
        position = self._state.get("position_s") or 0.0
        if self._state.get("player") == "playing":
            position += time.monotonic() - self._state_at
        length = track.get("duration_s") or 0.0
        clock = f"{_clock(position)} / {_clock(length)}   volume {self._state.get('volume')}"
        rows = Table.grid()
        rows.add_row(Text(str(track["title"]), style="bold"))
        rows.add_row(Text(f"{track.get('artist') or 'unknown'} · {track.get('mood')}"))
        rows.add_row("")
        rows.add_row(ProgressBar(total=max(length, 1.0), completed=min(position, length), width=30))
        rows.add_row(Text(clock, style="dim"))
        return Panel(rows, title=f"plays · {self._state.get('player')}")

    def _talk(self) -> Panel:
        return Panel(Group(*self._published), title="publishes")


def _about(reading: Reading, face: Face) -> str:
    costs = "\n".join(f"{name} {ms:.1f} ms" for name, ms in reading.stage_ms.items())
    people = "1 face" if len(reading.faces) == 1 else f"{len(reading.faces)} faces"
    trust = "" if face.usable else f" · not trusted: {', '.join(face.reasons)}"
    return f"{people}, {face.box[2]} px wide{trust}\n{costs}"


def _gist(topic: str, payload: Any) -> str:
    """The part of a message that fits on a line."""
    if topic == "state":
        track = payload.get("track") or {}
        return f"{payload['mood']} · {payload['player']} · {track.get('title')}"
    if topic == "event":
        rest = {k: _brief(v) for k, v in payload.items() if k not in {"id", "at", "event_type"}}
        return f"{payload['event_type']} " + " ".join(f"{k}={v}" for k, v in rest.items())
    if topic == "info":
        return f"{payload.get('name')} {payload.get('version')}"
    return str(payload)[:100]


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("title"))
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def plain(message: Published) -> str | None:
    """One line for a terminal that cannot draw, of what is worth a line."""
    topic = message.topic.split("/", 2)[-1]
    if topic in {"event", "log", "availability"}:
        return f"{topic}: {_gist(topic, message.payload)}"
    return None
