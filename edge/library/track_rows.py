"""The songs that can be played now, as their tags, folders and playlists have them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from sys import intern
from typing import Any

import msgspec

from edge.messages import Track

_FIELDS = (
    *("title", "artist", "album", "album_artist", "genre", "language", "disc", "number"),
    *("compilation", "year", "bpm", "explicit", "loudness", "album_loudness", "peak_db"),
    *("mood", "mood_from", "duration_s"),
)
_TOLD = ", ".join("track" if field == "number" else field for field in _FIELDS)
_SHARED = ("artist", "album", "album_artist", "genre", "language", "mood", "mood_from")
"""Texts that many songs have in common are kept once: that halves the memory of a collection."""
# One row a song, though it may stand in several files.
_TRACKS = f"""
SELECT songs.id, min(files.path), {_TOLD}
FROM files JOIN songs ON songs.id = files.id
WHERE files.away = 0 AND files.root IN (SELECT value FROM json_each(:roots)) WHICH
GROUP BY songs.id ORDER BY min(files.path)
"""  # noqa: S608 - made of our own names
_ALL = _TRACKS.replace("WHICH", "")
_SOME = _TRACKS.replace("WHICH", "AND files.id IN (SELECT value FROM json_each(:ids))")
_LISTED = """
SELECT files.id, playlists.mood, count(*) FROM playlist_songs
JOIN playlists ON playlists.path = playlist_songs.playlist
JOIN files ON files.path = playlist_songs.path
WHERE playlists.mood IS NOT NULL AND playlists.away = 0
  AND playlists.root IN (SELECT value FROM json_each(:roots)) WHICH
GROUP BY files.id, playlists.mood ORDER BY 3, 2
"""
_LISTED_ALL = _LISTED.replace("WHICH", "")
_LISTED_SOME = _LISTED.replace(
    "WHICH",
    "AND playlist_songs.path IN (SELECT path FROM files"
    " WHERE id IN (SELECT value FROM json_each(:ids)))",
)


class TrackRows:
    """Read from library.db."""

    def __init__(self, database: sqlite3.Connection, roots: Callable[[], str]) -> None:
        """`roots`: the library's folders as a JSON list."""
        self._database = database
        self._roots = roots

    def tagged(self, only: Sequence[str] | None = None) -> tuple[Track, ...]:
        """In the order of the paths; or `only` these ids."""
        asked = {"roots": self._roots()}
        if only is not None:
            asked["ids"] = msgspec.json.encode(only).decode()
        ask = self._database.execute
        rows = ask(_ALL if only is None else _SOME, asked).fetchall()
        listed: dict[str, str] = {}
        if rows:
            moods = ask(_LISTED_ALL if only is None else _LISTED_SOME, asked)
            listed = {song: mood for song, mood, _ in moods}
        return tuple(_track(row, listed) for row in rows)

    def here(self, ids: Sequence[str]) -> set[str]:
        """Those of these songs that can be played now."""
        rows = self._database.execute(
            "SELECT id FROM files WHERE id IN (SELECT value FROM json_each(?)) AND away = 0"
            " AND root IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(ids).decode(), self._roots()),
        )
        return {song for (song,) in rows}


def _track(row: Sequence[object], listed: dict[str, str]) -> Track:
    values: dict[str, Any] = dict(zip(("id", "path", *_FIELDS), row, strict=True))
    for name in _SHARED:
        if values[name] is not None:
            values[name] = intern(values[name])
    values["compilation"] = bool(values["compilation"])
    values["explicit"] = bool(values["explicit"])
    if listed and values["mood_from"] not in {"owner", "tag"} and values["id"] in listed:
        values |= {"mood": listed[values["id"]], "mood_from": "playlist"}
    return Track(**values)
