"""history.db: which moods and songs there were, from when until when.

Small writes: one a change, and one in five minutes while something goes on, so that a power cut
costs no more than that of the last span's length. A guest leaves no trace here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from edge.library.opening import opened, writing
from edge.messages import Event, Track

DAY_S: Final = 86_400.0
REFRESH_S: Final = 300.0
"""So often the end of what goes on is noted."""
_LONGEST: Final = 100_000
"""Bytes of each list in an answer; both stay under the contract's 256 KiB."""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS spans (
  number INTEGER PRIMARY KEY, kind TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL,
  open INTEGER NOT NULL DEFAULT 1, value TEXT NOT NULL
)"""
_INDEX: Final = "CREATE INDEX IF NOT EXISTS spans_by_end ON spans (until)"
_PATIENCE_S: Final = 2.0

Kind = Literal["mood", "track"]
Json = dict[str, Any]


class HistoryStore:
    """What was, for as many days as the owner wants; called from box's loop only."""

    def __init__(
        self,
        path: Path,
        track_json: Callable[[Track], Json],
        utc: Callable[[float], str],
        forget_also: Callable[[float | None], None] = lambda _before: None,
    ) -> None:
        """`forget_also` is told whenever something is forgotten: before when, or all."""
        self._forget_also = forget_also
        self._database = opened(path, _PATIENCE_S, _made)
        self._track_json, self._utc = track_json, utc
        self._running: dict[Kind, int] = {}
        self._noted = self._swept = float("-inf")
        self._days = -1
        with self._writing():
            self._database.execute("UPDATE spans SET open = 0")

    def __enter__(self) -> HistoryStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def take(self, event: Event, *, keep: bool) -> None:
        """Something happened; without `keep` it only ends what went on."""
        match event.event_type:
            case "mood_changed":
                self._end("mood", event.wall)
                if keep and event.fields["to"] is not None:
                    self._begin("mood", event.wall, {"mood": event.fields["to"]})
            case "track_started":
                self._end("track", event.wall)
                if keep:
                    self._begin("track", event.wall, self._track_json(event.fields["track"]))
            case "track_ended":
                self._end("track", event.wall)

    def tend(self, wall: float, days: int) -> None:
        """Now and then: note that what goes on still does, and forget what is too old."""
        if self._running and not 0 <= wall - self._noted < REFRESH_S:
            self._noted = wall
            with self._writing():
                for number in self._running.values():
                    self._database.execute(
                        "UPDATE spans SET until = max(until, ?) WHERE number = ?", (wall, number)
                    )
        if days != self._days or not 0 <= wall - self._swept < DAY_S / 24:
            self._swept, self._days = wall, days
            self.clear(wall - days * DAY_S if days else None)

    def spans(self, since: float) -> Json:
        """Moods and tracks that were since then, oldest first; the newest where all is too much."""
        moods, cut_moods = self._told("mood", since)
        tracks, cut_tracks = self._told("track", since)
        return {"moods": moods, "tracks": tracks, "truncated": cut_moods or cut_tracks}

    def clear(self, before: float | None) -> int:
        """Forget what ended before, or all; how many were forgotten."""
        self._forget_also(before)
        with self._writing():
            if before is None:
                self._running.clear()
                return self._database.execute("DELETE FROM spans").rowcount
            return self._database.execute(
                "DELETE FROM spans WHERE open = 0 AND until < ?", (before,)
            ).rowcount
        return 0

    def _begin(self, kind: Kind, at: float, value: Json) -> None:
        with self._writing():
            row = self._database.execute(
                "INSERT INTO spans (kind, at, until, value) VALUES (?, ?, ?, ?)",
                (kind, at, at, msgspec.json.encode(value).decode()),
            )
            self._running[kind] = row.lastrowid or 0

    def _end(self, kind: Kind, at: float) -> None:
        number = self._running.pop(kind, None)
        if number is None:
            return
        with self._writing():
            self._database.execute(
                "UPDATE spans SET until = max(at, ?), open = 0 WHERE number = ?", (at, number)
            )

    def _told(self, kind: Kind, since: float) -> tuple[list[Json], bool]:
        rows = self._database.execute(
            "SELECT at, until, open, value FROM spans WHERE kind = ? AND (open OR until >= ?)"
            " ORDER BY number DESC",
            (kind, since),
        )
        told: list[Json] = []
        size = 0
        for at, until, goes_on, value in rows:
            size += len(value.encode()) + 80
            if size > _LONGEST:
                return told[::-1], True
            ended = None if goes_on else self._utc(until)
            told.append({**msgspec.json.decode(value), "at": self._utc(at), "until": ended})
        return told[::-1], False

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self._database, "the history")


def _made(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    with database:
        database.execute(_TABLE)
        database.execute(_INDEX)
    database.execute("SELECT count(*) FROM spans").fetchone()
