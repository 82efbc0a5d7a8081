"""What `moodbox ctl watch` draws of one box."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from edge.ctl.watching import gist
from edge.ctl.way import box_of, short
from edge.ctl.words import clock, moment, song
from edge.demo_screen import COLOURS, FACES
from edge.messages import Published

_EVENTS: Final = 200
_NEXT: Final = 8


class Screen:
    """Takes what is published, and draws how the box stands."""

    def __init__(self) -> None:
        self.trouble = ""
        self._name = self._box = ""
        self._state: dict[str, Any] = {}
        self._state_at = 0.0
        self._happened: deque[Text] = deque(maxlen=_EVENTS)
        self._faults: dict[str, str] = {}

    def take(self, published: Published) -> None:
        """One publication."""
        topic, payload = short(published), published.payload
        self._box = box_of(published)
        if topic == "state":
            self._state, self._state_at = payload, time.monotonic()
        elif topic == "info":
            self._name = payload["name"]
        elif topic == "event":
            self._take_event(payload)
        elif topic == "health":
            self._faults = dict(payload.get("faults") or {})
        elif topic == "log":
            self._note(payload["message"], "yellow")
        elif topic == "availability" and payload != "online":
            self._note(f"the box is {payload}", "yellow")

    def _take_event(self, event: dict[str, Any]) -> None:
        kind = event["event_type"]
        if kind == "fault":
            self._faults[event["part"]] = event["message"]
        elif kind == "recovered":
            self._faults.pop(event["part"], None)
        self._note(gist(event), "red" if kind == "fault" else "")

    def _note(self, text: str, style: str) -> None:
        line = Text(f"{time.strftime('%H:%M:%S')} ", style="dim", no_wrap=True, overflow="ellipsis")
        self._happened.append(line.append(text, style=f"not dim {style}"))

    def __rich__(self) -> RenderableType:
        layout = Layout()
        layout.split_column(
            Layout(self._title(), size=3),
            Layout(name="now", size=9),
            Layout(name="more"),
        )
        layout["now"].split_row(Layout(self._feels(), ratio=2), Layout(self._plays(), ratio=3))
        layout["more"].split_row(Layout(self._comes(), ratio=2), Layout(self._happens(), ratio=3))
        return layout

    def _title(self) -> Panel:
        text = Text(self._name or self._box or "…", style="bold")
        if self._name and self._name != self._box:
            text.append(f"   {self._box}", style="not bold dim")
        text.append("   Ctrl-C ends it", style="not bold dim")
        trouble = self.trouble or "; ".join(self._faults.values())
        if trouble:
            text.append(f"   {trouble}", style="not bold yellow")
        return Panel(text)

    def _feels(self) -> Panel:
        state = self._state
        mood = state.get("mood")
        people = state.get("people")
        presence = state.get("presence", "unknown")
        there = f"{presence}, {people} in view" if people is not None else presence
        if mood is None:
            return Panel(Text(f"no mood\n{there}\ncamera {state.get('camera', '?')}"), title="mood")
        text = Text(f"{FACES[mood]}  {mood}\n\n", style=f"bold {COLOURS[mood]}")
        confidence = state.get("confidence")
        how = "set by hand" if confidence is None else f"{confidence:.0%} sure"
        text.append(f"{how}, since {moment(state['mood_since'])}\n", style="not bold white")
        text.append(f"{there}\ncamera {state['camera']}", style="not bold dim white")
        return Panel(text, title="mood")

    def _plays(self) -> Panel:
        state = self._state
        track = state.get("track")
        settings = Text(
            f"volume {state.get('volume', '?')}   {state.get('mode', '')}   "
            f"{state.get('policy', '')}   language {state.get('language', '')}",
            style="dim",
        )
        if state.get("sleep_until"):
            settings.append(f"   sleeps at {moment(state['sleep_until'])}")
        if track is None:
            return Panel(Group("", settings), title=str(state.get("player", "…")))
        position, length = self._position(), track.get("duration_s") or 0.0
        rows = Table.grid()
        rows.add_row(Text(str(track.get("title") or track["id"]), style="bold"))
        rows.add_row(Text(" · ".join(filter(None, (track["artist"], track["album"])))))
        rows.add_row("")
        rows.add_row(ProgressBar(total=max(length, 1.0), completed=min(position, length), width=36))
        rows.add_row(Text(f"{clock(position)} / {clock(length)}   {track.get('mood') or ''}"))
        return Panel(Group(rows, settings), title=str(state.get("player")))

    def _position(self) -> float:
        position: float = self._state.get("position_s") or 0.0
        if self._state.get("player") == "playing" and not self.trouble:
            position += time.monotonic() - self._state_at
        return position

    def _comes(self) -> Panel:
        ahead = self._state.get("up_next", ())[:_NEXT]
        lines = [Text(song(one), no_wrap=True, overflow="ellipsis") for one in ahead]
        return Panel(Group(*lines), title="up next")

    def _happens(self) -> Panel:
        return Panel(Group(*reversed(self._happened)), title="what happens")
