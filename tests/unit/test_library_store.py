"""library.db: what a scan told, what the listener said, and what must never be lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.library.rows import AnyRow, Missing, Playlist, Seen, Song, Tags, Walked
from edge.library.store import LibraryStore
from edge.messages import (
    Found,
    Lesson,
    Mood,
    Now,
    Remember,
    Track,
    TracksFound,
)

ROOT = Path("/m")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LibraryStore]:
    with LibraryStore(tmp_path / "library.db", [ROOT]) as opened:
        yield opened


def song(name: str, content: str = "", root: str = "/m", **tags: str) -> Song:
    return Song(
        id=content or name,
        path=f"{root}/{name}",
        root=root,
        size=1,
        mtime_ns=2,
        tags=Tags(title=name, **tags),  # type: ignore[arg-type]  # a mood among them
    )


def scan(store: LibraryStore, *rows: AnyRow) -> TracksFound:
    """What a listener who follows `more` knows is what the library holds, after every scan."""
    told(store, {})
    known = {track.id: track for track in store.tracks()}
    assert store.take(Found(rows=rows[:1])) is None
    known = told(store, known)
    store.take(Found(rows=rows[1:]))
    over = store.take(Found(done=True))
    assert over is not None
    assert told(store, known) == {track.id: track for track in store.tracks()}
    return over


def told(store: LibraryStore, known: dict[str, Track]) -> dict[str, Track]:
    """The songs known before, and what `more` tells of them."""
    while came := store.more(2):
        known |= {track.id: track for track in came.tracks}
        known = {name: track for name, track in known.items() if name not in came.gone}
    return known


def walked(files: int, root: str = "/m", *, away: bool = False) -> Walked:
    return Walked(root=root, start=root, files=files, away=away)


def missing(*paths: str, away: bool = False) -> Missing:
    return Missing(paths=paths, away=away)


def counts(found: TracksFound) -> tuple[int, int, int, int]:
    return found.added, found.changed, found.removed, found.total


def test_keeps_songs(store: LibraryStore) -> None:
    found = scan(store, song("b"), song("a", mood="sad", language="hi"), walked(2))
    assert counts(found) == (2, 0, 0, 2)
    first = store.tracks()[0]
    assert (first.id, first.path, first.title, first.mood) == ("a", "/m/a", "a", "sad")
    assert store.known() == {"/m/a": (1, 2), "/m/b": (1, 2)}


def test_an_unchanged_library_is_unchanged(store: LibraryStore) -> None:
    scan(store, song("a"), song("b"), walked(2))
    found = scan(store, Seen(files=2), walked(2))
    assert counts(found) == (0, 0, 0, 2)


def test_a_file_that_is_gone_is_removed(store: LibraryStore) -> None:
    scan(store, song("a"), song("b"), walked(2))
    assert counts(scan(store, Seen(files=1), missing("/m/a"), walked(1))) == (0, 0, 1, 1)


def test_a_retagged_song_is_changed(store: LibraryStore) -> None:
    scan(store, song("a"), walked(1))
    found = scan(store, song("a", artist="New"), walked(1))
    assert counts(found) == (0, 1, 0, 1)
    assert store.tracks()[0].artist == "New"


def test_a_moved_song_keeps_what_was_said_of_it(store: LibraryStore) -> None:
    scan(store, song("a", "sound"), walked(1))
    store.remember(Remember(track_id="sound", what="liked"), Now(at=0, wall=1))
    found = scan(store, song("elsewhere", "sound"), missing("/m/a"), walked(1))
    assert (found.added, found.removed) == (0, 0)
    assert store.tracks()[0].path == "/m/elsewhere"
    assert store.likes() == {"sound": True}


def test_a_song_that_cannot_be_played_is_marked(store: LibraryStore) -> None:
    assert store.broken() == frozenset()
    for wall in (1, 2):
        store.remember(Remember(track_id="sound", what="broken"), Now(at=0, wall=wall))
    assert store.broken() == {"sound"}


def test_two_copies_are_one_song(store: LibraryStore) -> None:
    scan(store, song("a", "sound"), song("b", "sound"), walked(2))
    assert [track.path for track in store.tracks()] == ["/m/a"]
    scan(store, Seen(files=1), missing("/m/a"), walked(1))
    assert [track.path for track in store.tracks()] == ["/m/b"]


def test_a_folder_that_is_away_loses_nothing(store: LibraryStore) -> None:
    scan(store, song("a"), walked(1))
    assert counts(scan(store, walked(0, away=True))) == (0, 0, 0, 0)
    assert counts(scan(store, Seen(files=1), walked(1))) == (0, 0, 0, 1)


def test_a_folder_that_cannot_be_read_now_loses_nothing(store: LibraryStore) -> None:
    scan(store, song("a"), song("x/b"), song("xy/c"), walked(3))
    found = scan(store, Seen(files=1), missing("/m/x/b", away=True), missing("/m/xy/c"), walked(1))
    assert counts(found) == (0, 0, 1, 1)
    assert "/m/x/b" in store.known()
    assert counts(scan(store, Seen(files=2), walked(2))) == (0, 0, 0, 2)


def test_a_scan_that_was_cut_short_removes_nothing(store: LibraryStore) -> None:
    scan(store, song("a"), song("b"), walked(2))
    assert store.take(Found(rows=(Seen(files=1),))) is None
    found = store.take(Found(done=True))
    assert isinstance(found, TracksFound)
    assert counts(found) == (0, 0, 0, 2)


def test_the_first_songs_are_told_before_the_scan_is_over(store: LibraryStore) -> None:
    assert store.more() is None
    assert store.take(Found(rows=(song("b"), song("a")))) is None
    came = store.more()
    assert came is not None
    assert [track.id for track in came.tracks] == ["a", "b"]
    assert store.more() is None


def test_while_songs_are_still_to_be_told_the_library_knows_what_there_is(
    store: LibraryStore,
) -> None:
    scan(store, song("a"), song("b"), walked(2))
    assert [one.id for one in store.search("a", among={}).items] == []
    store.take(Found(rows=(song("c"),)))
    assert [one.id for one in store.search("c", among={}).items] == ["c"]
    told(store, {})
    tracks = {track.id: track for track in store.tracks()}
    assert store.search("c", among=tracks) == store.search("c")


def test_another_song_under_the_same_name_is_another_song(store: LibraryStore) -> None:
    scan(store, song("a", "old"), song("b"), walked(2))
    assert counts(scan(store, song("a", "new"), Seen(files=1), walked(2))) == (1, 0, 1, 2)


def test_a_playlist_that_changes_moves_its_songs(store: LibraryStore) -> None:
    def listed(mood: Mood | None) -> Playlist:
        songs = ("/m/a",)
        return Playlist(path="/m/l.m3u", root="/m", size=1, mtime_ns=1, mood=mood, songs=songs)

    for row, mood in ((listed("sad"), "sad"), (listed("angry"), "angry"), (listed(None), None)):
        scan(store, song("a"), song("b"), row, walked(2))
        assert store.tracks()[0].mood == mood
    scan(store, listed("sad"), walked(2))
    scan(store, missing("/m/l.m3u"), walked(2))
    assert store.tracks()[0].mood is None


def test_a_folder_that_joins_and_leaves_brings_and_takes_its_songs(store: LibraryStore) -> None:
    scan(store, song("a"), walked(1))
    store.join(["/other"])
    scan(store, song("b", root="/other"), walked(1, "/other"))
    store.join(["/other"], leave=True)
    known = told(store, {track.id: track for track in store.tracks()})
    assert list(known) == ["a"]
    store.join(["/other"])
    assert set(told(store, known)) == {"a", "b"}


def test_folders_that_are_no_longer_configured_are_not_played(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with LibraryStore(path, [ROOT, Path("/n")]) as store:
        scan(store, song("a"), song("b", root="/n"), walked(1), walked(1, "/n"))
        assert len(store.tracks()) == 2
    with LibraryStore(path, [Path("/n")]) as store:
        assert [track.id for track in store.tracks()] == ["b"]


def test_opinions_and_plays_outlive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "library.db"
    with LibraryStore(path, [ROOT]) as store:
        for number, what in enumerate(("played", "liked", "played")):
            note = Remember(track_id="a", what=what)  # type: ignore[arg-type]  # of the three
            store.remember(note, Now(at=0, wall=number))
        store.remember(Remember(track_id="b", what="liked"), Now(at=0, wall=5))
        store.remember(Remember(track_id="b", what="disliked"), Now(at=0, wall=6))
        store.remember(Remember(track_id="b", what="played"), Now(at=0, wall=7))
        store.close()
        store.close()
    with LibraryStore(path, [ROOT]) as store:
        assert store.likes() == {"a": True, "b": False}
        assert store.heard() == ("a", "a", "b")


def test_when_songs_were_heard_can_be_forgotten(tmp_path: Path) -> None:
    with LibraryStore(tmp_path / "library.db", [ROOT]) as store:
        for song, wall in (("a", 1), ("b", 5), ("c", 9)):
            store.remember(Remember(track_id=song, what="played"), Now(at=0, wall=wall))
        store.remember(Remember(track_id="a", what="liked"), Now(at=0, wall=1))
        store.forget(9)
        assert store.heard() == ("c",)
        assert store.history().last == {"c": 9}
        store.forget(None)
        assert (store.heard(), dict(store.history().last)) == ((), {})
        assert store.likes() == {"a": True}


def test_a_damaged_file_is_kept_aside_and_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with LibraryStore(path, [ROOT]) as store:
        assert counts(scan(store, song("a"), walked(1))) == (1, 0, 0, 1)
    assert (tmp_path / "library.db.damaged").exists()


def test_a_file_that_cannot_be_used_costs_the_memory_only(tmp_path: Path) -> None:
    (tmp_path / "library.db").mkdir()
    with LibraryStore(tmp_path / "library.db", [ROOT]) as store:
        assert counts(scan(store, song("a"), walked(1))) == (1, 0, 0, 1)


def test_a_file_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with LibraryStore(path, [ROOT], patience_s=0.05) as store:
        scan(store, song("a"), walked(1))
        with sqlite3.connect(path, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")  # holds the only pen
            store.remember(Remember(track_id="a", what="liked"), Now(at=0, wall=1))
            assert len(store.tracks()) == 1
            other.execute("ROLLBACK")
        other.close()
        assert store.likes() == {}


def test_a_killed_box_leaves_a_sound_file(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    store = LibraryStore(path, [ROOT])
    scan(store, song("a"), walked(1))
    store.take(Found(rows=(song("b"),)))
    copy = tmp_path / "copy" / "library.db"
    copy.parent.mkdir()
    for file in tmp_path.glob("library.db*"):  # as a power cut leaves them: never closed
        copy.with_name(file.name).write_bytes(file.read_bytes())
    store.close()
    with LibraryStore(copy, [ROOT]) as again:
        assert {track.id for track in again.tracks()} == {"a", "b"}
    with sqlite3.connect(copy) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_likes_and_early_skips_move_a_song_and_nothing_else_does(store: LibraryStore) -> None:
    now = Now(at=0.0, wall=1.0)
    scan(store, song("a", mood="sad", mood_from="tag"), walked(1))
    before = store.tracks()[0]

    def told(what: Any, mood: Mood | None = "happy") -> tuple[Track, ...]:
        return store.learn(Lesson(track_id="a", mood=mood, what=what, features=()), now)

    assert told("finished") == told("skipped_late") == told("liked", None) == ()
    liked = told("liked")[0]
    assert liked.valence is not None
    assert before.valence is not None
    assert liked.valence > before.valence
    disliked = told("disliked")[0]
    assert disliked.valence is not None
    assert disliked.valence < liked.valence
    assert told("skipped_early")[0].valence is not None
