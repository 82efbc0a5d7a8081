"""What taught the taste outlives a restart, in order; what is taken back does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge.errors import LibraryError
from edge.library.store import LibraryStore
from edge.library.taste_table import KEPT
from edge.messages import Lesson, Now, Remember

NOW = Now(at=0.0, wall=1_781_500_000.0)


def lesson(what: Any, track_id: str = "a") -> Lesson:
    return Lesson(track_id=track_id, mood="happy", what=what, features=((0, 1.0), (9, 1.0)))


def test_lessons_outlive_a_restart_in_their_order(tmp_path: Path) -> None:
    lessons = (lesson("finished"), lesson("liked", "b"), lesson("skipped_early"))
    with LibraryStore(tmp_path / "library.db", []) as store:
        assert store.lessons() == ()
        for one in lessons:
            store.learn(one, NOW)
    with LibraryStore(tmp_path / "library.db", []) as store:
        assert store.lessons() == lessons


def test_what_is_taken_back_is_gone_from_likes_and_lessons(tmp_path: Path) -> None:
    with LibraryStore(tmp_path / "library.db", []) as store:
        store.remember(Remember(track_id="a", what="liked"), NOW)
        for what in ("finished", "liked"):
            store.learn(lesson(what), NOW)
        store.learn(lesson("liked", "b"), NOW)
        store.remember(Remember(track_id="a", what="undone"), NOW)
        assert store.likes() == {}
        assert store.lessons() == (lesson("finished"), lesson("liked", "b"))


def test_when_and_how_often_is_told(tmp_path: Path) -> None:
    with LibraryStore(tmp_path / "library.db", []) as store:
        for wall in (10.0, 20.0):
            store.remember(Remember(track_id="a", what="played"), Now(at=0.0, wall=wall))
        store.remember(Remember(track_id="b", what="liked"), NOW)
        history = store.history()
    assert (history.last, history.plays) == ({"a": 20.0}, {"a": 2})


def test_the_oldest_give_way_and_a_strange_row_is_passed_over(tmp_path: Path) -> None:
    with LibraryStore(tmp_path / "library.db", []) as store:
        for number in range(KEPT + 5):
            store.learn(lesson("finished", str(number)), NOW)
        store._database.execute("INSERT INTO lessons (id, wall, lesson) VALUES ('x', 0, '{}')")
        store._database.commit()
    with LibraryStore(tmp_path / "library.db", []) as store:
        kept = store.lessons()
    assert kept[-1].track_id == str(KEPT + 4)
    assert len(kept) == KEPT - 1


def test_reading_beside_the_writer_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with pytest.raises(LibraryError, match="no library"):
        LibraryStore(path, [], reading=True)
    with LibraryStore(path, []) as writer:
        writer.learn(lesson("liked"), NOW)
        with LibraryStore(path, [], reading=True) as reader:
            assert reader.lessons() == (lesson("liked"),)
            assert reader.tracks() == ()


def test_likes_and_skips_are_told_to_the_place_of_the_song_and_taken_back(tmp_path: Path) -> None:
    def felt(store: LibraryStore) -> list[tuple[str, int, int]]:
        return store._database.execute("SELECT mood, likes, skips FROM felt").fetchall()

    with LibraryStore(tmp_path / "library.db", []) as store:
        store.learn(lesson("liked"), NOW)
        store.learn(lesson("skipped_early"), NOW)
        store.learn(lesson("finished"), NOW)
        assert felt(store) == [("happy", 1, 1)]
        store.remember(Remember(track_id="a", what="undone"), NOW)
        assert felt(store) == [("happy", 0, 1)]
