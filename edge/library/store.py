"""library.db: the songs, the files they stand in, and what the listener said of them.

SQLite with a write-ahead log; box's loop alone uses it. Likes and plays hang on a song's id, so
they outlive moving, retagging, and the song's being away.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from edge.errors import LibraryError
from edge.library.rows import AnyRow, Known, Seen, Song, Walked
from edge.library.taste_table import TasteTable
from edge.messages import Found, History, Lesson, Now, Remember, Track, TracksFound

HEARD = 200
"""How many of the latest songs `heard` tells."""
_log = logging.getLogger("moodbox.library")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS songs (
  id TEXT PRIMARY KEY, title TEXT, artist TEXT, album TEXT, genre TEXT, language TEXT,
  mood TEXT, mood_from TEXT, duration_s REAL, valence REAL, arousal REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
  path TEXT PRIMARY KEY, root TEXT NOT NULL, id TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, away INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_by_id ON files (id);
CREATE TABLE IF NOT EXISTS opinions (
  id TEXT PRIMARY KEY, liked INTEGER, plays INTEGER NOT NULL DEFAULT 0, played_at REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS plays (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, wall REAL);
PRAGMA user_version = 1;
"""
_PUT_SONG = """
INSERT INTO songs (id, title, artist, album, genre, language, mood, mood_from, duration_s)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET title = excluded.title, artist = excluded.artist,
  album = excluded.album, genre = excluded.genre, language = excluded.language,
  mood = excluded.mood, mood_from = excluded.mood_from, duration_s = excluded.duration_s
"""
_PUT_FILE = """
INSERT OR REPLACE INTO files (path, root, id, size, mtime_ns, away) VALUES (?, ?, ?, ?, ?, 0)
"""
# One row a song, though it may stand in several files.
_TRACKS = """
SELECT songs.id, min(files.path), title, artist, album, genre, language, duration_s, mood,
  valence, arousal
FROM files JOIN songs ON songs.id = files.id
WHERE files.away = 0 AND files.root IN (SELECT value FROM json_each(?))
GROUP BY songs.id ORDER BY min(files.path)
"""
_COLUMNS = (
    *("id", "path", "title", "artist", "album", "genre", "language", "duration_s", "mood"),
    *("valence", "arousal"),
)
_NOTES = {
    "played": """
INSERT INTO opinions (id, plays, played_at) VALUES (:id, 1, :wall)
ON CONFLICT (id) DO UPDATE SET plays = plays + 1, played_at = excluded.played_at""",
    "liked": """
INSERT INTO opinions (id, liked) VALUES (:id, 1) ON CONFLICT (id) DO UPDATE SET liked = 1""",
    "disliked": """
INSERT INTO opinions (id, liked) VALUES (:id, 0) ON CONFLICT (id) DO UPDATE SET liked = 0""",
    "undone": "UPDATE opinions SET liked = NULL WHERE id = :id",
}


class LibraryStore:
    """The library of these folders; see `edge.ports.Library`."""

    def __init__(
        self, path: Path, roots: Sequence[Path], patience_s: float = 2.0, reading: bool = False
    ) -> None:
        """Opens or makes the file; a damaged one is put aside, an unusable one done without.

        `reading` only reads what another process writes: LibraryError where there is nothing.
        """
        self._roots = msgspec.json.encode([str(root) for root in roots]).decode()
        self._database = _read(path, patience_s) if reading else _opened(path, patience_s)
        self._taste = TasteTable(self._database)
        self._scan: _Scan | None = None

    def __enter__(self) -> LibraryStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def tracks(self) -> tuple[Track, ...]:
        """Every song that can be played now, in the order of the paths."""
        rows = self._database.execute(_TRACKS, (self._roots,))
        return tuple(Track(**dict(zip(_COLUMNS, row, strict=True))) for row in rows)

    def likes(self) -> dict[str, bool]:
        """By id, the listener's word where there is one."""
        rows = self._database.execute("SELECT id, liked FROM opinions WHERE liked IS NOT NULL")
        return {song: bool(liked) for song, liked in rows}

    def heard(self) -> tuple[str, ...]:
        rows = self._database.execute(
            "SELECT id FROM plays ORDER BY number DESC LIMIT ?", (HEARD,)
        ).fetchall()
        return tuple(song for (song,) in reversed(rows))

    def remember(self, note: Remember, now: Now) -> None:
        with self._writing():
            self._database.execute(_NOTES[note.what], {"id": note.track_id, "wall": now.wall})
            if note.what == "played":
                self._database.execute(
                    "INSERT INTO plays (id, wall) VALUES (?, ?)", (note.track_id, now.wall)
                )

            if note.what == "undone":
                self._taste.unlearn(note.track_id)

    def history(self) -> History:
        return self._taste.history()

    def learn(self, lesson: Lesson, now: Now) -> None:
        with self._writing():
            self._taste.learn(lesson, now)

    def lessons(self) -> tuple[Lesson, ...]:
        return self._taste.lessons()

    def known(self) -> Known:
        """What a scan need not read again."""
        rows = self._database.execute(
            "SELECT path, size, mtime_ns FROM files WHERE root IN (SELECT value FROM json_each(?))",
            (self._roots,),
        )
        return {path: (size, mtime_ns) for path, size, mtime_ns in rows}

    def take(self, found: Found) -> TracksFound | None:
        """Keep a scan's rows; the whole library once it is done."""
        if self._scan is None:
            self._scan = _Scan(before=self._ids())
        with self._writing():
            for row in found.rows:
                self._take_row(row, self._scan)
        if not found.done:
            return None
        scan, self._scan = self._scan, None
        after = self._ids()
        return TracksFound(
            tracks=self.tracks(),
            added=len(after - scan.before),
            changed=len(scan.read & scan.before & after),
            removed=len(scan.before - after),
        )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; a full or read-only disk costs the memory, not the music."""
        try:
            with self._database:
                yield
        except sqlite3.OperationalError as error:
            _log.error("the library cannot be written (%s)", error)

    def _ids(self) -> set[str]:
        rows = self._database.execute(
            "SELECT id FROM files WHERE root IN (SELECT value FROM json_each(?))", (self._roots,)
        )
        return {song for (song,) in rows}

    def _take_row(self, row: AnyRow, scan: _Scan) -> None:
        match row:
            case Song(tags=tags):
                fields = (tags.title, tags.artist, tags.album, tags.genre, tags.language)
                more = (tags.mood, tags.mood_from, tags.duration_s)
                self._database.execute(_PUT_SONG, (row.id, *fields, *more))
                file = (row.path, row.root, row.id, row.size, row.mtime_ns)
                self._database.execute(_PUT_FILE, file)
                scan.read.add(row.id)
                scan.there(row.root).add(row.path)
            case Seen():
                scan.there(row.root).update(row.paths)
                self._database.executemany(
                    "UPDATE files SET away = 0 WHERE path = ? AND away", ((p,) for p in row.paths)
                )
            case Walked(away=True):
                self._database.execute("UPDATE files SET away = 1 WHERE root = ?", (row.root,))
            case Walked():
                self._forget_removed(row, scan.there(row.root))

    def _forget_removed(self, walked: Walked, there: set[str]) -> None:
        if len(there) != walked.files:
            # Rows were lost on the way, so a file that was not told of may well be there.
            _log.warning("the scan of %s has gaps; nothing is removed", walked.root)
            return
        rows = self._database.execute("SELECT path FROM files WHERE root = ?", (walked.root,))
        missing = [path for (path,) in rows if path not in there]
        hidden = tuple(f"{folder}/" for folder in walked.unread)
        away = [path for path in missing if path.startswith(hidden)]
        gone = [path for path in missing if not path.startswith(hidden)]
        self._each("UPDATE files SET away = 1 WHERE path = ?", away)
        self._each("DELETE FROM files WHERE path = ?", gone)

    def _each(self, statement: str, paths: Iterable[str]) -> None:
        self._database.executemany(statement, ((path,) for path in paths))


class _Scan:
    """What one scan has told so far."""

    def __init__(self, before: set[str]) -> None:
        self.before = before
        self.read: set[str] = set()
        self._there: dict[str, set[str]] = {}

    def there(self, root: str) -> set[str]:
        return self._there.setdefault(root, set())


def _read(path: Path, patience_s: float) -> sqlite3.Connection:
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        database = sqlite3.connect(address, uri=True, timeout=patience_s)
        database.execute("SELECT count(*) FROM opinions").fetchone()
    except sqlite3.Error as error:
        raise LibraryError(f"There is no library in {path} to read ({error}).") from error
    return database


def _opened(path: Path, patience_s: float) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _connected(str(path), patience_s)
    except (OSError, sqlite3.OperationalError) as error:
        # Locked, read-only or full: the file itself may be sound, and is left alone.
        _log.error("%s cannot be used (%s); likes and plays are not kept", path, error)
        return _connected(":memory:", patience_s)
    except sqlite3.DatabaseError as error:
        aside = path.with_name(f"{path.name}.damaged")
        _log.error("%s is damaged (%s); it is kept as %s and begun anew", path, error, aside)
        path.replace(aside)
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        return _connected(str(path), patience_s)


def _connected(path: str, patience_s: float) -> sqlite3.Connection:
    # One thread at a time uses it, but the one that closes it may be another than the loop's.
    database = sqlite3.connect(path, timeout=patience_s, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        # With WAL, NORMAL loses at most the last moments at a pulled plug, and spares the card.
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_SCHEMA)
        database.execute("SELECT count(*) FROM opinions").fetchone()
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            database.close()
        raise
    return database
