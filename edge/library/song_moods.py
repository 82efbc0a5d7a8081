"""What is known of each song's mood beside its tags: the owner's word, what was heard, what was
felt. Tables of library.db, all by a song's id, so that moving and retagging lose nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence

import msgspec

from edge.library.heard_rows import AnyRow, Deaf, Job, Listened, Measured, Pass
from edge.messages import Mood, Place
from edge.mind.hearing import Features
from edge.mind.song_mood import Evidence, Felt, Placed

VERSION = 1
"""Of the features: better listening takes the next number, and every song is heard anew."""
LOUDNESS_VERSION = 1
BATCH = 200
"""Songs for one child: its start costs as much as two songs."""

TABLES = (
    """
CREATE TABLE IF NOT EXISTS listened (
  id TEXT PRIMARY KEY, version INTEGER, features TEXT, loudness_version INTEGER,
  lufs REAL, range_lu REAL, peak_db REAL, trouble TEXT
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS placed (
  id TEXT PRIMARY KEY, mood TEXT, valence REAL, arousal REAL, wall REAL NOT NULL
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS felt (
  id TEXT, mood TEXT, likes INTEGER NOT NULL DEFAULT 0, skips INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id, mood)
) WITHOUT ROWID""",
)
"""Made with the library's others, in `edge.library.schema`."""
_WINDOW = 1000
"""So many songs are looked at in one go, which takes a few milliseconds however many there are."""
_LAST = "SELECT max(id) FROM (SELECT DISTINCT id FROM files WHERE id > ? ORDER BY id LIMIT ?)"
_PASSES: tuple[Pass, ...] = ("features", "loudness")
_TO_HEAR: dict[Pass, str] = {
    "features": """
SELECT files.id, min(files.path) FROM files LEFT JOIN listened ON listened.id = files.id
WHERE files.id > ?1 AND files.id <= ?2 AND coalesce(listened.version, 0) < ?3
  AND files.away = 0 AND files.root IN (SELECT value FROM json_each(?4))
GROUP BY files.id""",
    # A song whose tags tell its loudness needs no second pass.
    "loudness": """
SELECT files.id, min(files.path) FROM files JOIN songs ON songs.id = files.id
  LEFT JOIN listened ON listened.id = files.id
WHERE files.id > ?1 AND files.id <= ?2 AND coalesce(listened.loudness_version, 0) < ?3
  AND songs.loudness IS NULL
  AND files.away = 0 AND files.root IN (SELECT value FROM json_each(?4))
GROUP BY files.id""",
}
_LISTENED = """
INSERT INTO listened (id, version, features) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, features = excluded.features
"""
_MEASURED = """
INSERT INTO listened (id, loudness_version, lufs, range_lu, peak_db) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET loudness_version = excluded.loudness_version,
  lufs = excluded.lufs, range_lu = excluded.range_lu, peak_db = excluded.peak_db
"""
_DEAF = {
    "features": """
INSERT INTO listened (id, version, trouble) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, trouble = excluded.trouble""",
    "loudness": """
INSERT INTO listened (id, loudness_version, trouble) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET loudness_version = excluded.loudness_version,
  trouble = excluded.trouble""",
}
_PLACED = """
INSERT OR REPLACE INTO placed (id, mood, valence, arousal, wall) VALUES (?, ?, ?, ?, ?)
"""
_FELT = """
INSERT INTO felt (id, mood, likes, skips) VALUES (:id, :mood, :likes, :skips)
ON CONFLICT (id, mood) DO UPDATE SET likes = likes + :likes, skips = skips + :skips
"""


class Known(msgspec.Struct, frozen=True):
    """All of one song."""

    evidence: Evidence = Evidence()
    lufs: float | None = None
    """Measured, of the whole."""
    peak_db: float | None = None
    trouble: str | None = None


class SongMoods:
    """The tables; whoever calls holds the transaction."""

    def __init__(self, database: sqlite3.Connection, roots: Callable[[], str]) -> None:
        """`roots`: the library's folders as a JSON list, as they are when they are needed."""
        self._database = database
        self._roots = roots
        self._decode = msgspec.json.Decoder(Features).decode
        self._passed: set[str] = set()
        self._pass, self._after = 0, ""
        """All songs up to this id are heard, in this pass and those before."""

    def known(self, ids: Iterable[str] | None = None) -> dict[str, Known]:
        """By id, for those of whom something is known."""
        which, values = "", tuple[str, ...]()
        if ids is not None:
            which = "WHERE id IN (SELECT value FROM json_each(?))"
            values = (msgspec.json.encode(list(ids)).decode(),)
        ask = self._database.execute
        placed = {
            song: Placed(mood=mood, valence=valence, arousal=arousal)
            for song, mood, valence, arousal in ask(
                f"SELECT id, mood, valence, arousal FROM placed {which}",  # noqa: S608 - ours
                values,
            )
        }
        felt: dict[str, list[Felt]] = {}
        for song, mood, likes, skips in ask(
            f"SELECT id, mood, likes, skips FROM felt {which}",  # noqa: S608 - ours
            values,
        ):
            felt.setdefault(song, []).append(Felt(mood=mood, likes=likes, skips=skips))
        known = {}
        for song, features, lufs, peak_db, trouble in ask(
            f"SELECT id, features, lufs, peak_db, trouble FROM listened {which}",  # noqa: S608 - ours
            values,
        ):
            evidence = Evidence(
                placed=placed.pop(song, None),
                features=None if features is None else self._decode(features),
                felt=tuple(felt.pop(song, ())),
            )
            known[song] = Known(evidence, lufs, peak_db, trouble)
        for song in {*placed, *felt}:
            evidence = Evidence(placed=placed.get(song), felt=tuple(felt.get(song, ())))
            known[song] = Known(evidence)
        return known

    def unheard(self) -> tuple[Job, ...] | None:
        """What to listen to next; a minute of every song comes before the whole of any.

        None where the next few songs need no listening: ask again.
        """
        if self._pass >= len(_PASSES):
            return ()
        what = _PASSES[self._pass]
        (last,) = self._database.execute(_LAST, (self._after, _WINDOW)).fetchone()
        if last is None:
            self._pass, self._after = self._pass + 1, ""
            return () if self._pass >= len(_PASSES) else None
        version = VERSION if what == "features" else LOUDNESS_VERSION
        asked = (self._after, last, version, self._roots())
        rows = self._database.execute(_TO_HEAR[what], asked)
        jobs = [Job(song, path, what) for song, path in rows if song not in self._passed]
        if not jobs:
            self._after = last
            return None
        return tuple(jobs[:BATCH])

    def scanned(self) -> None:
        """Files that were away may be back, and others have come."""
        self._passed.clear()
        self._pass, self._after = 0, ""

    def take(self, rows: Sequence[AnyRow]) -> set[str]:
        """Keep what was heard; the songs that are better known now."""
        for row in rows:
            match row:
                case Listened():
                    text = msgspec.json.encode(row.features).decode()
                    self._database.execute(_LISTENED, (row.id, VERSION, text))
                case Measured():
                    heard = (row.lufs, row.range_lu, row.peak_db)
                    self._database.execute(_MEASURED, (row.id, LOUDNESS_VERSION, *heard))
                case Deaf(passing=True):
                    self._passed.add(row.id)
                case Deaf():
                    version = VERSION if row.what == "features" else LOUDNESS_VERSION
                    self._database.execute(_DEAF[row.what], (row.id, version, row.message))
        return {row.id for row in rows if isinstance(row, Listened | Measured)}

    def place(self, word: Place, wall: float) -> None:
        """The owner's word, or its being taken back."""
        if word.mood is None and word.valence is None:
            self._database.execute("DELETE FROM placed WHERE id = ?", (word.track_id,))
            return
        where = (word.mood, word.valence, word.arousal)
        self._database.execute(_PLACED, (word.track_id, *where, wall))

    def feel(self, song: str, mood: Mood, *, liked: bool, times: int = 1) -> None:
        """The song was liked, or skipped or disliked, while this mood was wanted; -1 takes back."""
        count = {"likes": times * int(liked), "skips": times * int(not liked)}
        self._database.execute(_FELT, {"id": song, "mood": mood, **count})
