"""Takes a scan's rows into the tables, and counts what came of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
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
from edge.library.song_table import put
from edge.messages import ScanTold

NAMED: Final = 200
"""So many files that are left out are kept by name for who asks; all are in the log."""
_PUT_PLAYLIST: Final = """
INSERT OR REPLACE INTO playlists (path, root, size, mtime_ns, mood, away)
VALUES (?, ?, ?, ?, ?, 0)"""
_BELOW: Final = "(path = ?1 OR (path > ?1 || '/' AND path < ?1 || '0'))"
_ON_PLAYLISTS: Final = """
SELECT files.id FROM playlist_songs JOIN files ON files.path = playlist_songs.path
WHERE playlist_songs.playlist IN (SELECT value FROM json_each(?))"""
_HAD: Final = """
SELECT id FROM files WHERE id IN (SELECT value FROM json_each(?))
  AND root IN (SELECT value FROM json_each(?))"""
_COUNT: Final = """
SELECT count(DISTINCT id), count(DISTINCT CASE away WHEN 0 THEN id END) FROM files
WHERE root IN (SELECT value FROM json_each(?))"""
_PLACED: Final = ("files", "playlists")


class Intake:
    """The rows of one scan after the other."""

    def __init__(
        self, database: sqlite3.Connection, changed: Callable[[Iterable[str]], None]
    ) -> None:
        """`changed` is told the ids of songs that came, changed, or may be gone."""
        self._database = database
        self._changed = changed
        self._number = 0
        self._counted, self._songs, self.here = False, 0, 0
        """How many songs there are, and how many can be played now."""
        self._begin()
        self._running = False

    def _begin(self) -> None:
        self._running = True
        self._new: set[str] = set()
        """Songs that were not in the library before this scan, and those that were."""
        self._read: set[str] = set()
        self._missed: set[str] = set()
        """Songs that lost a file."""
        self._missed_away: list[tuple[str]] = []
        self._progress = ScanTold(number=self._number, running=True)

    def take(self, rows: Iterable[object], roots: str) -> None:
        """Within the caller's transaction; `roots` are the library's folders as a JSON list."""
        if not self._running:
            self._number += 1
            self._begin()
        songs: list[Song] = []
        for row in rows:
            if isinstance(row, Song):
                songs.append(row)
            else:
                self._take_songs(songs, roots)
                songs = []
                self._take_other(row)  # type: ignore[arg-type]  # decoded as one of them
        self._take_songs(songs, roots)

    def end(self, roots: str) -> ScanTold:
        """How many songs were added, changed and removed, and how many there are."""
        if not self._running:
            self._number += 1
            self._begin()
        gone = self._missed - self._ids(self._missed, roots)
        added, removed = len(self._new - gone), len(gone - self._new)
        if self._counted:
            self._songs += added - removed
            self.here += added - removed
        self.count(roots)
        self._note(
            running=False,
            added=added,
            changed=len(self._read - self._new - gone),
            removed=removed,
            songs=self._songs,
        )
        self._running = False
        return self._progress

    def count(self, roots: str) -> None:
        """Know how many songs there are; slow where they are many, so it is kept."""
        if not self._counted:
            self._songs, self.here = self._database.execute(_COUNT, (roots,)).fetchone()
            self._counted = True

    def recount(self) -> None:
        """Other folders belong to the library, or files went or came back with their drive."""
        self._counted = False

    def told(self) -> ScanTold:
        return self._progress

    def _note(self, **changes: object) -> None:
        self._progress = msgspec.structs.replace(self._progress, **changes)

    def _leave_out(self, path: str, message: str) -> None:
        named = self._progress.named
        more = (*named, f"{path}: {message}") if len(named) < NAMED else named
        self._note(left_out=self._progress.left_out + 1, named=more)

    def _take_songs(self, songs: Sequence[Song], roots: str) -> None:
        if not songs:
            return
        ids = {row.id for row in songs}
        self._new |= ids - self._read - self._missed - self._ids(ids, roots)
        self._lose([row.path for row in songs], besides=ids)
        put(self._database, songs)
        self._read |= ids
        self._changed(ids)
        self._note(read=self._progress.read + len(songs))

    def _lose(self, paths: Sequence[str], besides: Collection[str] = ()) -> None:
        """These files are not what they were: their songs may be gone, or stand elsewhere."""
        rows = self._database.execute(
            "SELECT id, away FROM files WHERE path IN (SELECT value FROM json_each(?))",
            (_json(paths),),
        ).fetchall()
        if any(away for _, away in rows):
            self.recount()
        lost = {song for song, _ in rows if song not in besides}
        self._missed |= lost
        self._changed(lost)

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
                self._lose([path])
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
        self._relist([row.path])
        self._database.execute(
            _PUT_PLAYLIST, (row.path, row.root, row.size, row.mtime_ns, row.mood)
        )
        self._database.execute("DELETE FROM playlist_songs WHERE playlist = ?", (row.path,))
        self._database.executemany(
            "INSERT INTO playlist_songs (playlist, place, path) VALUES (?, ?, ?)",
            ((row.path, place, song) for place, song in enumerate(row.songs)),
        )
        self._relist([row.path])

    def _relist(self, playlists: Sequence[str]) -> None:
        """What these say of their songs may be another mood than before."""
        rows = self._database.execute(_ON_PLAYLISTS, (_json(playlists),))
        self._changed([song for (song,) in rows])

    def _miss(self, paths: Sequence[str], *, away: bool) -> None:
        """Away ones are marked when the walk is told to be over."""
        each = [(path,) for path in paths]
        if away:
            self._missed_away += each
            return
        self._lose(paths)
        self._relist(paths)
        for table in _PLACED:
            self._database.executemany(f"DELETE FROM {table} WHERE path = ?", each)  # noqa: S608 - one of two
        self._database.executemany("DELETE FROM playlist_songs WHERE playlist = ?", each)

    def _set_away(self, start: str, away: int) -> None:
        # Of many files few are away: an index of these alone spares a look at all.
        few = "" if away else "INDEXED BY {}_away"
        self._turn(few, f"{_BELOW} AND away = {1 - away:d}", (start,), away)
        if self._missed_away:
            paths = _json([path for (path,) in self._missed_away])
            self._turn("", "path IN (SELECT value FROM json_each(?1)) AND away = 0", (paths,), 1)
        self._missed_away = []

    def _turn(self, few: str, which: str, values: tuple[object, ...], away: int) -> None:
        """Files and playlists that are away from now on, or here again."""
        ask = self._database.execute
        files, lists = few.format("files"), few.format("playlists")
        ids = [song for (song,) in ask(f"SELECT id FROM files {files} WHERE {which}", values)]  # noqa: S608 - ours
        names = ask(f"SELECT path FROM playlists {lists} WHERE {which}", values).fetchall()  # noqa: S608 - ours
        self._changed(ids)
        if ids:
            self.recount()
        self._relist([path for (path,) in names])
        ask(f"UPDATE files {files} SET away = {away:d} WHERE {which}", values)  # noqa: S608 - ours
        ask(f"UPDATE playlists {lists} SET away = {away:d} WHERE {which}", values)  # noqa: S608 - ours

    def _ids(self, ids: Collection[str], roots: str) -> set[str]:
        """Those of these songs that the library has, here or away."""
        rows = self._database.execute(_HAD, (_json(list(ids)), roots)) if ids else ()
        return {song for (song,) in rows}


def _json(values: Sequence[str]) -> str:
    return msgspec.json.encode(values).decode()
