"""The part of library.db that keeps what taught the listener's taste, and how often songs played.

Each lesson is one small row, written when it happens: about one a song.
"""

from __future__ import annotations

import logging
import sqlite3

import msgspec

from edge.messages import History, Lesson, Now

KEPT = 1000
"""Of older lessons hardly anything is left in the taste."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS lessons (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, wall REAL NOT NULL, lesson BLOB
)
"""
_PRUNE = "DELETE FROM lessons WHERE number <= (SELECT max(number) FROM lessons) - ?"
_log = logging.getLogger("moodbox.library")


class TasteTable:
    """Uses the store's connection, within its transactions; it may be open for reading only."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        try:
            with database:
                database.execute(_SCHEMA)
                database.execute(_PRUNE, (KEPT,))
        except sqlite3.OperationalError as error:
            _log.debug("the taste is only read (%s)", error)

    def learn(self, lesson: Lesson, now: Now) -> None:
        self._database.execute(
            "INSERT INTO lessons (id, wall, lesson) VALUES (?, ?, ?)",
            (lesson.track_id, now.wall, msgspec.json.encode(lesson)),
        )

    def unlearn(self, track_id: str) -> tuple[Lesson, ...]:
        """Forget what was said of this song, not how it was listened to; what was forgotten."""
        rows = self._database.execute(
            "SELECT number, lesson FROM lessons WHERE id = ?", (track_id,)
        )
        read = [(number, _read(lesson)) for number, lesson in rows.fetchall()]
        said = [
            (number, lesson)
            for number, lesson in read
            if lesson is not None and lesson.what in ("liked", "disliked")
        ]
        numbers = [(number,) for number, _ in said]
        self._database.executemany("DELETE FROM lessons WHERE number = ?", numbers)
        return tuple(lesson for _, lesson in said)

    def lessons(self) -> tuple[Lesson, ...]:
        """The latest, oldest first; a row of another version is passed over."""
        try:
            rows = self._database.execute(
                "SELECT lesson FROM lessons ORDER BY number DESC LIMIT ?", (KEPT,)
            ).fetchall()
        except sqlite3.OperationalError:
            return ()  # only read, and of an older version: nothing was learned yet
        read = [_read(lesson) for (lesson,) in reversed(rows)]
        return tuple(one for one in read if one is not None)

    def history(self) -> History:
        rows = self._database.execute(
            "SELECT id, plays, played_at FROM opinions WHERE plays > 0"
        ).fetchall()
        return History(
            last={song: at for song, _, at in rows if at is not None},
            plays={song: plays for song, plays, _ in rows},
        )


def _read(lesson: bytes) -> Lesson | None:
    try:
        return msgspec.json.decode(lesson, type=Lesson)
    except msgspec.MsgspecError:
        return None
