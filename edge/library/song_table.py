"""Puts songs into library.db: tags, words to find them by, and the files they stand in."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from edge.library.rows import Song
from edge.library.search import words_of

_COLUMNS: Final = (
    *("id", "title", "artist", "album", "album_artist", "genre", "language", "disc", "track"),
    *("compilation", "year", "bpm", "explicit", "loudness", "album_loudness", "peak_db"),
    *("mood", "mood_from", "duration_s", "doubtful"),
)
_FIELDS: Final = tuple("number" if c == "track" else c for c in _COLUMNS[1:-1])
_PUT_SONG: Final = f"""
INSERT INTO songs ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" * len(_COLUMNS))})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{c} = excluded.{c}" for c in _COLUMNS[1:])}
"""  # noqa: S608 - made of our own names
_PUT_WORDS: Final = """
INSERT OR REPLACE INTO words (rowid, title, artist, album, rest)
VALUES ((SELECT number FROM songs WHERE id = ?), ?, ?, ?, ?)"""
_PUT_FILE: Final = """
INSERT OR REPLACE INTO files (path, root, id, size, mtime_ns, away) VALUES (?, ?, ?, ?, ?, 0)"""


def put(database: sqlite3.Connection, songs: Sequence[Song]) -> None:
    """New ones, and those that have changed."""
    database.executemany(_PUT_SONG, map(_song, songs))
    database.executemany(_PUT_WORDS, ((row.id, *_words(row)) for row in songs))
    files = ((row.path, row.root, row.id, row.size, row.mtime_ns) for row in songs)
    database.executemany(_PUT_FILE, files)


def _song(row: Song) -> tuple[object, ...]:
    tags = row.tags
    doubtful = " ".join(tags.doubtful) or None
    return (row.id, *(getattr(tags, field) for field in _FIELDS), doubtful)


def _words(row: Song) -> tuple[str, str, str, str]:
    tags = row.tags
    # Where letters are doubtful, or a tag is not what people call the song, its name may be.
    rest = (tags.genre, tags.year, tags.mood, PurePath(row.path).stem)
    return words_of(tags.title, tags.artist, tags.album_artist, tags.album, rest)
