"""library.db: the songs, the files they stand in, and what the listener said of them.

SQLite with a write-ahead log; box's loop alone uses it, or a tool that holds box's lock. Likes and
plays hang on a song's id, so they outlive moving, retagging, and the song's being away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from edge.config import LibraryConfig
from edge.library import search
from edge.library.broken import Broken
from edge.library.intake import Intake
from edge.library.known import known_below
from edge.library.opening import opened, opened_to_read, writing
from edge.library.places import Places
from edge.library.roots import Roots
from edge.library.rows import Barred, Job, Known, Place
from edge.library.taste_table import TasteTable
from edge.library.track_rows import TrackRows
from edge.library.untold import Untold
from edge.library.walk import speakable
from edge.messages import (
    Found,
    History,
    Hits,
    Lesson,
    Now,
    Remember,
    ScanTold,
    Track,
    TracksCame,
    TracksFound,
)

AT_ONCE = 200
"""Songs told in one go: they take about ten milliseconds."""
HEARD = 200
"""How many of the latest songs `heard` tells."""
_USUAL = LibraryConfig()

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
        self,
        path: Path,
        roots: Sequence[Path],
        patience_s: float = 2.0,
        starter: Sequence[Path] = (),
        config: LibraryConfig = _USUAL,
        reading: bool = False,
    ) -> None:
        """Opens or makes the file; a damaged one is put aside, an unusable one done without.

        `starter` are the folders where there are no others, neither here nor taken in by a scan.
        `reading` only reads what another process writes: LibraryError where there is nothing.
        """
        self._config = config
        self._database = opened_to_read(path, patience_s) if reading else opened(path, patience_s)
        given, more = [str(root) for root in roots], [str(root) for root in starter]
        self._roots = Roots(self._database, given, more)
        if not reading:
            with self._writing():
                self._roots.settle()
        self._broken = Broken(self._database)
        self._taste = TasteTable(self._database)
        self._untold = Untold(self._database, self._roots.encoded)
        self._intake = Intake(self._database, self._untold.add)
        self._rows = TrackRows(self._database, self._roots.encoded)
        self.places = Places(self._database, self._roots.encoded, self._rows.tagged, self._writing)

    def __enter__(self) -> LibraryStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders."""
        return self._roots.all

    def tracks(self, only: Sequence[str] | None = None) -> tuple[Track, ...]:
        """Every song that can be played now, in the order of the paths; or `only` these ids."""
        return self.places.tracks(only)

    def more(self, most: int = AT_ONCE) -> TracksCame | None:
        """The next songs that were not told yet: at first all, in no order, then what changes."""
        ids = self._untold.take(most)
        if not ids:
            return None
        tracks = self.tracks(ids)
        here = {track.id for track in tracks}
        return TracksCame(tracks=tracks, gone=tuple(name for name in ids if name not in here))

    def likes(self) -> dict[str, bool]:
        """By id, the listener's word where there is one."""
        rows = self._database.execute("SELECT id, liked FROM opinions WHERE liked IS NOT NULL")
        return {song: bool(liked) for song, liked in rows}

    def heard(self) -> tuple[str, ...]:
        rows = self._database.execute(
            "SELECT id FROM plays ORDER BY number DESC LIMIT ?", (HEARD,)
        ).fetchall()
        return tuple(song for (song,) in reversed(rows))

    def broken(self) -> frozenset[str]:
        """Ids of the songs that could not be played."""
        return self._broken.songs()

    def remember(self, note: Remember, now: Now) -> None:
        said: tuple[Lesson, ...] = ()
        with self._writing():
            if note.what == "broken":
                self._broken.mark(note.track_id, now.wall)
                return
            self._database.execute(_NOTES[note.what], {"id": note.track_id, "wall": now.wall})
            if note.what == "played":
                self._database.execute(
                    "INSERT INTO plays (id, wall) VALUES (?, ?)", (note.track_id, now.wall)
                )
            if note.what == "undone":
                said = self._taste.unlearn(note.track_id)
        for lesson in said:
            if lesson.mood is not None:
                liked = lesson.what == "liked"
                self.places.feel(lesson.track_id, lesson.mood, liked=liked, times=-1)

    def forget(self, before: float | None) -> None:
        """Forget when songs were heard; likes and what was learned of the taste stay."""
        with self._writing():
            self._database.execute("DELETE FROM plays WHERE ?1 IS NULL OR wall < ?1", (before,))
            self._database.execute(
                "UPDATE opinions SET played_at = NULL"
                " WHERE played_at IS NOT NULL AND (?1 IS NULL OR played_at < ?1)",
                (before,),
            )

    def history(self) -> History:
        return self._taste.history()

    def learn(self, lesson: Lesson, now: Now) -> tuple[Track, ...]:
        """Keep it; the song, where that moves it on the plane."""
        with self._writing():
            self._taste.learn(lesson, now)
        if lesson.mood is None or lesson.what in ("finished", "skipped_late"):
            return ()
        return self.places.feel(lesson.track_id, lesson.mood, liked=lesson.what == "liked")

    def lessons(self) -> tuple[Lesson, ...]:
        return self._taste.lessons()

    def search(
        self, query: str, n: int = 20, offset: int = 0, among: Mapping[str, Track] | None = None
    ) -> Hits:
        """Songs that can be played now and have these words, the best first.

        `among`: those that were told, of which it spares three questions of four. While some are
        still to be told, the library alone knows all.
        """
        if self._untold.any:
            among = None
        scores, beyond = search.found(self._database, speakable(query))
        here = self._rows.here([name for name, _ in scores]) if among is None else among
        playable = [one for one in scores if one[0] in here]
        page = playable[offset : offset + n]
        if among is None:
            among = {track.id: track for track in self.tracks([name for name, _ in page])}
        items = [
            search.ranked(rank, among[name], score, query)
            for rank, (name, score) in enumerate(page, offset + 1)
        ]
        return Hits(items=tuple(items), total=len(playable) + beyond)

    def job(self, *, full: bool = False, paths: Sequence[str] = (), count: bool = False) -> Job:
        """What a scan has to do: all folders, or only these paths within them."""
        places = (
            self._roots.places(paths) if paths else [Place(root=r, start=r) for r in self.roots]
        )
        self._intake.count(self._roots.encoded())
        (_, _, file) = self._database.execute("PRAGMA database_list").fetchone()
        rows = () if full else self._database.execute("SELECT content, size, message FROM barred")
        barred = tuple(Barred(content=c, size=s, message=m) for c, s, m in rows)
        return Job(
            places=tuple(places),
            known={} if file else self.known(),
            library=file or None,
            full=full,
            barred=barred,
            follow_links=self._config.follow_links,
            hidden=self._config.hidden,
            workers=self._config.workers,
            count=count,
        )

    def known(self) -> Known:
        """What a scan need not read again: songs and playlists."""
        return known_below(self._database, self.roots)

    def join(self, paths: Sequence[str], *, leave: bool = False) -> None:
        """Take folders outside the library into it, or out of it again."""
        before = set(self.roots)
        with self._writing():
            self._roots.join(paths, leave=leave)
            self._roots.settle()
        self._intake.recount()
        for root in before ^ set(self.roots):
            rows = self._database.execute("SELECT id FROM files WHERE root = ?", (root,))
            self._untold.add([song for (song,) in rows])

    def take(self, found: Found) -> TracksFound | None:
        """Keep a scan's rows; what came of it at its end. Its songs are told by `more`."""
        with self._writing():
            self._intake.take(found.rows, self._roots.encoded())
        if not found.done:
            return None
        told = self._intake.end(self._roots.encoded())
        return TracksFound(
            added=told.added,
            changed=told.changed,
            removed=told.removed,
            total=self._intake.here,
        )

    def progress(self) -> ScanTold:
        """How far the scan is whose rows are being taken, or how the last one ended."""
        return self._intake.told()

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self._database, "the library")
