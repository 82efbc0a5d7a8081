"""`moodbox ctl watch`: what a box publishes, as a live picture, plain lines or JSON lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from json import dumps
from typing import Any, Final, TextIO

from edge.ctl.way import Way, short
from edge.ctl.words import playing, value
from edge.messages import Published

_TURN_S: Final = 0.25
_QUIET: Final = frozenset({"state", "info", "health"})
"""Told as a line only where something changes that people care about."""
_NEEDED: Final = {
    "state": {"mood", "presence", "player", "track", "volume", "mode"},
    "info": {"name", "version"},
    "event": {"event_type"},
    "log": {"level", "message"},
}
Tell = Callable[[Published], str | None]


def lines(way: Way, out: TextIO, seconds: float | None, tell: Tell) -> None:
    """A line for each publication that is worth one."""
    trouble = ""
    for published in _publications(way, seconds):
        if published is not None:
            line = tell(published)
            if line is not None:
                print(line, file=out, flush=True)
        if way.trouble and way.trouble != trouble and tell is not as_json:
            print(way.trouble, file=out, flush=True)
        trouble = way.trouble


def as_json(published: Published) -> str:
    """As it goes to the broker."""
    return dumps({"topic": published.topic, "payload": published.payload}, ensure_ascii=False)


def live(way: Way, seconds: float | None) -> None:
    """A picture that renews itself, until Ctrl-C."""
    from rich.console import Console
    from rich.live import Live

    from edge.ctl.screen import Screen

    screen = Screen()
    with Live(screen, console=Console(), screen=True, refresh_per_second=4) as picture:
        for published in _publications(way, seconds):
            screen.trouble = way.trouble
            if published is not None:
                screen.take(published)
                picture.refresh()


class Plain:
    """One line for each event, and for each state in which something has changed."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    def __call__(self, published: Published) -> str | None:
        topic = short(published)
        line = _line(topic, published.payload)
        if line is None or (topic in _QUIET and self._told.get(topic) == line):
            return None
        self._told[topic] = line
        return f"{time.strftime('%H:%M:%S')} {line}"


def gist(event: dict[str, Any]) -> str:
    """`track_started Lemonade Steps · Moodbox`."""
    rest = (
        f"{key} {_brief(one)}" if not isinstance(one, dict) else _brief(one)
        for key, one in event.items()
        if key not in {"id", "at", "event_type"}
    )
    return " ".join((str(event.get("event_type")), ", ".join(rest))).strip()


def summary(state: dict[str, Any]) -> str:
    """`happy · present · playing: Lemonade Steps · volume 40 · auto`."""
    mood = state["mood"] or "no mood"
    song = playing(state["player"], state["track"])
    more = (f"volume {state['volume']}", state["mode"])
    return " | ".join((mood, state["presence"], song, *more))


def _line(topic: str, payload: Any) -> str | None:
    match topic:
        case "state":
            return summary(payload)
        case "event":
            return gist(payload)
        case "info":
            return f"{payload['name']}, Moodbox {payload['version']}"
        case "log":
            return f"{payload['level']}: {payload['message']}"
        case "availability":
            return str(payload)
    return None


def _brief(one: Any) -> str:
    if isinstance(one, dict):
        return " · ".join(filter(None, (one.get("title") or one.get("id"), one.get("artist"))))
    return f"{one:.2f}" if isinstance(one, float) else value(one)


def _publications(way: Way, seconds: float | None) -> Iterator[Published | None]:
    """Each as it comes, and None now and then."""
    end = None if seconds is None else time.monotonic() + seconds
    way.watch()
    while end is None or time.monotonic() < end:
        left_s = _TURN_S if end is None else min(_TURN_S, max(0.01, end - time.monotonic()))
        published = way.heard(left_s)
        yield published if published is None or _is_ours(published) else None


def _is_ours(published: Published) -> bool:
    """Anybody may have put anything on a topic; cleared ones are empty."""
    topic, payload = short(published), published.payload
    if topic == "availability":
        return isinstance(payload, str) and payload != ""
    return isinstance(payload, dict) and _NEEDED.get(topic, set()) <= payload.keys()
