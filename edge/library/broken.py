"""Songs that could not be played, marked by their content so that no other file is blamed."""

from __future__ import annotations

import sqlite3

_TABLE = "CREATE TABLE IF NOT EXISTS broken (id TEXT PRIMARY KEY, wall REAL NOT NULL)"


class Broken:
    """A table of its own in the library's file; a mended file has another content and id."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def mark(self, song: str, wall: float) -> None:
        self._database.execute(_TABLE)
        self._database.execute("INSERT OR REPLACE INTO broken VALUES (?, ?)", (song, wall))

    def songs(self) -> frozenset[str]:
        try:
            rows = self._database.execute("SELECT id FROM broken").fetchall()
        except sqlite3.OperationalError:  # none was marked yet
            return frozenset()
        return frozenset(song for (song,) in rows)
