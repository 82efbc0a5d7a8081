"""Takes a scan's rows into the tables, and counts what came of them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Final

import msgspec

from edge.library.rows import (
    AnyRow,
    Aside,
    Missing,
    Outlook,
    Playlist,
    Seen,
    Song,
    Trouble,
    Walked,
)
from edge.library.search import words_of
from edge.messages import ScanTold

TELL_EVERY_S: Final = 2.0
"""Songs that came are told in bundles, for each bundle costs the mind a look at all songs."""
NAMED: Final = 200
"""So many files that are left out are kept by name for who asks; all are in the log."""
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
_PUT_PLAYLIST: Final = """
INSERT OR REPLACE INTO playlists (path, root, size, mtime_ns, mood, away)
VALUES (?, ?, ?, ?, ?, 0)"""
_BELOW: Final = "(path = ?1 OR (path > ?1 || '/' AND path < ?1 || '0'))"
_PLACED: Final = ("files", "playlists")


class Intake:
    """The rows of one scan after the other."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._number = 0
        self._begin(set())
        self._running = False

    def _begin(self, before: set[str]) -> None:
        self._running = True
        self._before = before
        self._read: set[str] = set()
        self._come: list[str] = []
        self._missed_away: list[tuple[str]] = []
        self._told_at = float("-inf")
        self._progress = ScanTold(number=self._number, running=True)

    def take(self, rows: Iterable[object], roots: Sequence[str]) -> None:
        """Within the caller's transaction."""
        if not self._running:
            self._number += 1
            self._begin(self._ids(roots))
        songs: list[Song] = []
        for row in rows:
            if isinstance(row, Song):
                songs.append(row)
            else:
                self._take_songs(songs)
                songs = []
                self._take_other(row)  # type: ignore[arg-type]  # decoded as one of them
        self._take_songs(songs)

    def come(self) -> tuple[str, ...]:
        """Songs that were not told yet, if it is time to tell them: the first ones at once."""
        now = time.monotonic()
        if not self._come or now - self._told_at < TELL_EVERY_S:
            return ()
        come, self._come, self._told_at = tuple(self._come), [], now
        return come

    def end(self, roots: Sequence[str]) -> tuple[int, int, int]:
        """How many songs were added, changed, removed."""
        after = self._ids(roots)
        if not self._running:
            self._number += 1
            self._begin(after)
        counts = (
            len(after - self._before),
            len(self._read & self._before & after),
            len(self._before - after),
        )
        added, changed, removed = counts
        self._note(running=False, added=added, changed=changed, removed=removed, songs=len(after))
        self._running = False
        return counts

    def told(self) -> ScanTold:
        return self._progress

    def _note(self, **changes: object) -> None:
        self._progress = msgspec.structs.replace(self._progress, **changes)

    def _leave_out(self, path: str, message: str) -> None:
        named = self._progress.named
        more = (*named, f"{path}: {message}") if len(named) < NAMED else named
        self._note(left_out=self._progress.left_out + 1, named=more)

    def _take_songs(self, songs: Sequence[Song]) -> None:
        if not songs:
            return
        self._database.executemany(_PUT_SONG, (_song(row) for row in songs))
        self._database.executemany(_PUT_WORDS, ((row.id, *_words(row)) for row in songs))
        self._database.executemany(
            _PUT_FILE, ((row.path, row.root, row.id, row.size, row.mtime_ns) for row in songs)
        )
        self._read.update(row.id for row in songs)
        self._come.extend(row.id for row in songs)
        self._note(read=self._progress.read + len(songs))

    def _take_other(self, row: AnyRow) -> None:
        match row:
            case Seen(files=files):
                self._note(same=self._progress.same + files)
            case Playlist():
                self._take_playlist(row)
                self._note(read=self._progress.read + 1)
            case Trouble(path=path, message=message):
                self._leave_out(path, message)
            case Aside(path=path, size=size, content=content, message=message):
                self._leave_out(path, message)
                self._database.execute("DELETE FROM files WHERE path = ?", (path,))
                self._database.execute(
                    "INSERT OR REPLACE INTO barred (content, size, path, message)"
                    " VALUES (?, ?, ?, ?)",
                    (content, size, path, message),
                )
            case Missing(paths=paths, away=away):
                self._miss(paths, away=away)
            case Walked(start=start, away=True):
                self._note(away=(*self._progress.away, start))
                self._set_away(start, 1)
            case Walked(start=start):
                self._set_away(start, 0)
            case Outlook(files=files):
                self._note(files=files)

    def _take_playlist(self, row: Playlist) -> None:
        self._database.execute(
            _PUT_PLAYLIST, (row.path, row.root, row.size, row.mtime_ns, row.mood)
        )
        self._database.execute("DELETE FROM playlist_songs WHERE playlist = ?", (row.path,))
        self._database.executemany(
            "INSERT INTO playlist_songs (playlist, place, path) VALUES (?, ?, ?)",
            ((row.path, place, song) for place, song in enumerate(row.songs)),
        )

    def _miss(self, paths: Sequence[str], *, away: bool) -> None:
        """Away ones are marked when the walk is told to be over."""
        each = [(path,) for path in paths]
        if away:
            self._missed_away += each
            return
        for table in _PLACED:
            self._database.executemany(f"DELETE FROM {table} WHERE path = ?", each)  # noqa: S608 - one of two
        self._database.executemany("DELETE FROM playlist_songs WHERE playlist = ?", each)

    def _set_away(self, start: str, away: int) -> None:
        for table in _PLACED:
            self._database.execute(
                f"UPDATE {table} SET away = ?2 WHERE {_BELOW} AND away <> ?2",  # noqa: S608 - as above
                (start, away),
            )
            self._database.executemany(
                f"UPDATE {table} SET away = 1 WHERE path = ?",  # noqa: S608 - as above
                self._missed_away,
            )
        self._missed_away = []

    def _ids(self, roots: Sequence[str]) -> set[str]:
        rows = self._database.execute(
            "SELECT id FROM files WHERE root IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(roots).decode(),),
        )
        return {song for (song,) in rows}


def _song(row: Song) -> tuple[object, ...]:
    tags = row.tags
    doubtful = " ".join(tags.doubtful) or None
    return (row.id, *(getattr(tags, field) for field in _FIELDS), doubtful)


def _words(row: Song) -> tuple[str, str, str, str]:
    tags = row.tags
    # Where letters are doubtful, or a tag is not what people call the song, its name may be.
    rest = (tags.genre, tags.year, tags.mood, PurePath(row.path).stem)
    return words_of(tags.title, tags.artist, tags.album_artist, tags.album, rest)
