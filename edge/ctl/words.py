"""What a box has answered, for people: one line for what was done, tables for lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TextIO

from edge.commands import SETTINGS
from edge.ctl.way import Json

Row = Sequence[str]


def tell(command: str, data: Json, state: Json | None, out: TextIO, name: str = "") -> None:
    """What the box has done or found; `name` says which box, where several answer."""
    before = f"{name}: " if name else ""
    for part in _parts(command, data, state):
        if isinstance(part, str):
            print(f"{before}{part}", file=out)
        else:
            if name:
                print(f"{name}:", file=out)
            table(*part, out)


def table(header: Row, rows: Sequence[Row], out: TextIO) -> None:
    """In columns; nothing but the rows where a program reads."""
    if not out.isatty():
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print("  ".join(padded).rstrip(), file=out)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold", show_header=any(header))
    for word in header:
        shown.add_column(word, overflow="fold")
    for row in rows:
        shown.add_row(*map(Text, row))
    Console(file=out, highlight=False).print(shown)


def song(track: Mapping[str, Any]) -> str:
    """`Lemonade Steps · Moodbox`."""
    return " · ".join(filter(None, (track.get("title") or track.get("id"), track.get("artist"))))


def clock(seconds: float) -> str:
    """`3:07`."""
    minutes, rest = divmod(int(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
    return f"{minutes}:{rest:02d}"


def value(one: Any) -> str:
    """A setting's value, as `ctl set` takes it."""
    if one is None or isinstance(one, bool):
        return {None: "null", True: "true", False: "false"}[one]
    return f"{one:g}" if isinstance(one, float) else str(one)


def moment(text: str, form: str = "%H:%M") -> str:
    """A time of the contract in local time."""
    return datetime.fromisoformat(text).astimezone().strftime(form)


def playing(player: str, track: Mapping[str, Any] | None) -> str:
    """`playing: Lemonade Steps · Moodbox`."""
    return player if track is None or player == "stopped" else f"{player}: {song(track)}"


# --- inside ---------------------------------------------------------------------------------------

Part = str | tuple[Row, Sequence[Row]]


def _parts(command: str, data: Json, state: Json | None) -> list[Part]:
    if not data:
        return [f"{command}: done"]
    if "checks" in data:
        return _checks(data)
    if "moods" in data and "tracks" in data:
        return _history(data)
    if "items" in data:
        return _items(data)
    if command == "settings.get":
        return [_settings(data)]
    return [_line(key, one, state) for key, one in data.items()]


def _line(key: str, one: Any, state: Json | None) -> str:
    known = _LINES.get(key)
    return known(one, state or {}) if known is not None else f"{key}: {value(one)}"


def _sleep(until: str | None, _state: Json) -> str:
    return "no sleep timer is set" if until is None else f"fades out at {moment(until)}"


def _queue(ids: Sequence[str], _state: Json) -> str:
    if not ids:
        return "the queue is empty"
    return f"queued: {len(ids)} song{'s' if len(ids) > 1 else ''}"


_LINES: Final[Mapping[str, Callable[[Any, Json], str]]] = {
    "track": lambda one, state: playing(state.get("player") or "playing", one),
    "player": lambda one, state: playing(one, state.get("track")),
    "position_s": lambda one, _state: f"at {clock(one)}",
    "level": lambda one, _state: f"volume: {one}",
    "sleep_until": _sleep,
    "queue": _queue,
    "started": lambda _one, _state: "the music is looked through; `moodbox ctl watch` tells more",
    "removed": lambda one, _state: f"forgotten: {one} moods and songs",
}
"""By the key of the answer's data; what is not here is told as it stands."""


def _items(data: Json) -> list[Part]:
    rows = [
        (
            str(one["rank"]),
            one["id"],
            one["title"] or "",
            one["artist"] or "",
            one["mood"] or "",
            f"{one['score']:.2f}",
            one["reason"],
        )
        for one in data["items"]
    ]
    if not rows:
        return ["nothing was found"]
    header = ("", "id", "title", "artist", "mood", "score", "why")
    return [(header, rows)]


def _history(data: Json) -> list[Part]:
    entries = [(one["at"], one["until"], "mood", one["mood"]) for one in data["moods"]]
    entries += [(one["at"], one["until"], "song", song(one)) for one in data["tracks"]]
    if not entries:
        return ["nothing is remembered"]
    rows = [
        (moment(at, "%d %b %H:%M"), "now" if until is None else moment(until), kind, what)
        for at, until, kind, what in sorted(entries, key=lambda one: one[0])
    ]
    more: list[Part] = ["there is more; ask for fewer hours"] if data.get("truncated") else []
    return [(("from", "until", "", "what"), rows), *more]


def _settings(data: Json) -> Part:
    abouts = {one.name: one.about for one in SETTINGS}
    rows = [(name, value(one), abouts.get(name, "")) for name, one in data.items()]
    return (("setting", "value", ""), rows)


def _checks(data: Json) -> list[Part]:
    import msgspec

    from edge.upkeep.doctor import Check, line

    return [line(msgspec.convert(one, Check)) for one in data["checks"]]
