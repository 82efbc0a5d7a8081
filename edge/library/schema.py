"""The tables of library.db, and how older ones become these."""

from __future__ import annotations

import sqlite3
from typing import Final

from edge.library.search import WORDS, words_of
from edge.library.song_moods import TABLES

VERSION: Final = 2
_AWAY: Final = tuple(
    f"CREATE INDEX IF NOT EXISTS {table}_away ON {table} (path) WHERE away = 1"
    for table in ("files", "playlists")
)
_TABLES: Final = (
    """
CREATE TABLE songs (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT, artist TEXT, album TEXT,
  album_artist TEXT, genre TEXT, language TEXT, disc INTEGER, track INTEGER,
  compilation INTEGER NOT NULL DEFAULT 0, year INTEGER, bpm REAL,
  explicit INTEGER NOT NULL DEFAULT 0, loudness REAL, album_loudness REAL, peak_db REAL,
  mood TEXT, mood_from TEXT, duration_s REAL, valence REAL, arousal REAL, doubtful TEXT
)""",
    """
CREATE TABLE IF NOT EXISTS files (
  path TEXT PRIMARY KEY, root TEXT NOT NULL, id TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, away INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS files_by_id ON files (id)",
    """
CREATE TABLE IF NOT EXISTS playlists (
  path TEXT PRIMARY KEY, root TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
  mood TEXT, away INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS playlist_songs (
  playlist TEXT NOT NULL, place INTEGER NOT NULL, path TEXT NOT NULL,
  PRIMARY KEY (playlist, place)
) WITHOUT ROWID""",
    # What crashes or stalls a reader, by what is in it: it may be renamed.
    """
CREATE TABLE IF NOT EXISTS barred (
  content TEXT PRIMARY KEY, size INTEGER NOT NULL, path TEXT NOT NULL, message TEXT NOT NULL
) WITHOUT ROWID""",
    # Folders that `library scan PATH` took in, beside those of the configuration.
    "CREATE TABLE IF NOT EXISTS roots (path TEXT PRIMARY KEY) WITHOUT ROWID",
    """
CREATE TABLE IF NOT EXISTS opinions (
  id TEXT PRIMARY KEY, liked INTEGER, plays INTEGER NOT NULL DEFAULT 0, played_at REAL
) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS plays"
    " (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, wall REAL)",
    WORDS,
    *TABLES,
    *_AWAY,
)


class NewerError(sqlite3.OperationalError):
    """A later Moodbox made this file; it is sound, and not ours to change."""


def make_current(database: sqlite3.Connection) -> None:
    """Make the tables or bring older ones up to date; all of it or, at a pulled plug, nothing."""
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise NewerError(f"a newer Moodbox made it: version {version}, known is {VERSION}")
    # Only now: it changes the file.
    database.execute("PRAGMA journal_mode = WAL")
    if version == VERSION:
        for index in _AWAY:
            database.execute(index)
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        if version == 1:
            database.execute("ALTER TABLE songs RENAME TO songs_1")
        for table in _TABLES:
            database.execute(table)
        if version == 1:
            _take_over_first(database)
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.commit()
    except BaseException:
        database.rollback()
        raise


def _take_over_first(database: sqlite3.Connection) -> None:
    """From version 1, which had fewer fields; a change time of -1 has each file read anew."""
    database.execute(
        "INSERT INTO songs (id, title, artist, album, genre, language, mood, mood_from,"
        " duration_s, valence, arousal) SELECT id, title, artist, album, genre, language, mood,"
        # `folder` was the owner's own word there.
        " CASE mood_from WHEN 'folder' THEN 'owner' ELSE mood_from END,"
        " duration_s, valence, arousal FROM songs_1"
    )
    database.execute("DROP TABLE songs_1")
    database.execute("UPDATE files SET mtime_ns = -1")
    rows = database.execute("SELECT number, title, artist, album, genre FROM songs").fetchall()
    database.executemany(
        "INSERT INTO words (rowid, title, artist, album, rest) VALUES (?, ?, ?, ?, ?)",
        (
            (number, *words_of(title, artist, None, album, (genre,)))
            for number, title, artist, album, genre in rows
        ),
    )
