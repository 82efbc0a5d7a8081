"""Listening as box runs it: a real child over real files, its rows in a real library.db."""

from __future__ import annotations

import json
import os
import queue
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.library import song_moods
from edge.library.heard_rows import Deaf, Job, Listened, Measured
from edge.library.listener import Listener
from edge.library.rows import Song, Tags, Walked
from edge.library.store import LibraryStore
from edge.messages import Found, HeardSongs, Now, Place, Track
from tests.songs import write_song

DEADLINE_S = 180.0
NOW = Now(at=1.0, wall=2.0)
STRANGE_CHILD = """
import json, os, sys, time
for job in json.load(sys.stdin):
    print(json.dumps({"row": "begun", "id": job["id"]}), flush=True)
    if job["id"] == "crash":
        os.abort()
    if job["id"] == "stall":
        time.sleep(600)
    while job["id"] == "spin":
        pass
    if job["id"] == "once" and not os.path.exists(job["path"]):
        open(job["path"], "w").close()
        os.abort()
    heard = {"row": "measured", "lufs": -9.0, "range_lu": 1.0, "peak_db": 0.0}
    print(json.dumps({**heard, "id": job["id"]}), flush=True)
"""


class Box:
    """The listener's other side: one queue, one library."""

    def __init__(self, folder: Path, music: Path) -> None:
        self.inbox: queue.Queue[HeardSongs] = queue.Queue()
        self.store = LibraryStore(folder / "library.db", [music])
        self.listener = Listener(self.inbox.put, batch_s=0.1)

    def listen_to_all(self) -> None:
        while jobs := unheard(self.store):
            until(lambda: not self.listener.busy)
            assert self.listener.start(jobs)
            while not (heard := self.inbox.get(timeout=DEADLINE_S)).done:
                self.store.places.hear(heard)
            assert not heard.failed

    def track(self, name: str) -> Track:
        return next(track for track in self.store.tracks() if track.path.endswith(name))

    def close(self) -> None:
        self.listener.close()
        self.store.close()


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def learn(store: LibraryStore, music: Path, *paths: Path) -> None:
    """What a scan tells."""
    rows = tuple(
        Song(id=path.name, path=str(path), root=str(music), size=1, mtime_ns=1, tags=Tags())
        for path in paths
    )
    store.take(
        Found(rows=(*rows, Walked(root=str(music), start=str(music), files=len(rows), away=False)))
    )
    store.take(Found(done=True))
    store.places.scanned()


def unheard(store: LibraryStore) -> tuple[Job, ...]:
    while (jobs := store.places.unheard()) is None:
        pass
    return jobs


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path / "music"


@pytest.fixture
def box(tmp_path: Path, music: Path) -> Iterator[Box]:
    opened = Box(tmp_path, music)
    yield opened
    opened.close()


def test_every_format_is_heard_and_measured(box: Box, music: Path) -> None:
    kinds = ("mp3", "flac", "opus", "m4a", "wav", "wma")
    songs = [write_song(music / f"a.{kind}", seconds=5.0) for kind in kinds]
    learn(box.store, music, *songs)
    box.listen_to_all()
    tracks = box.store.tracks()
    assert len(tracks) == len(kinds)
    for track in tracks:
        assert track.mood_from == "listening"
        assert track.valence is not None
        assert track.spread is not None
        assert track.bpm is not None
        assert track.loudness is not None
        assert track.loudness == pytest.approx(tracks[0].loudness, abs=0.5)
        assert track.peak_db == pytest.approx(-6.0, abs=0.5)


def test_until_the_whole_is_measured_a_song_counts_as_louder(box: Box, music: Path) -> None:
    learn(box.store, music, write_song(music / "a.flac", seconds=5.0))
    first = unheard(box.store)
    assert [job.what for job in first] == ["features"]
    assert box.listener.start(first)
    heard = box.inbox.get(timeout=DEADLINE_S)
    estimate = box.store.places.hear(heard)[0].loudness
    box.inbox.get(timeout=DEADLINE_S)
    box.listen_to_all()
    measured = box.track("a.flac").loudness
    assert estimate is not None
    assert measured is not None
    assert 0.5 < estimate - measured < 2.5


def test_what_cannot_be_heard_is_set_aside_and_the_rest_is_heard(box: Box, music: Path) -> None:
    good = write_song(music / "good.ogg", seconds=3.0)
    (music / "noise.mp3").write_bytes(b"\x00\xff" * 5000)
    (music / "empty.mp3").touch()
    whole = write_song(music / "whole.flac", seconds=3.0).read_bytes()
    (music / "cut.flac").write_bytes(whole[: len(whole) // 2])
    names = ("noise.mp3", "empty.mp3", "cut.flac", "whole.flac")
    learn(box.store, music, good, *(music / name for name in names))
    box.listen_to_all()
    assert box.track("good.ogg").loudness is not None
    assert box.track("cut.flac").loudness is not None, "half a song is a song"
    assert box.track("noise.mp3").valence is None
    found = box.store.places.explained("noise.mp3")
    assert found is not None
    assert found[1].trouble is not None
    assert unheard(box.store) == ()


def test_a_song_that_is_away_is_tried_again_after_the_next_scan(box: Box, music: Path) -> None:
    song = write_song(music / "a.flac", seconds=3.0)
    learn(box.store, music, song)
    hidden = song.rename(music / "elsewhere")
    box.listen_to_all()
    assert box.track("a.flac").valence is None
    hidden.rename(song)
    learn(box.store, music, song)
    box.listen_to_all()
    assert box.track("a.flac").valence is not None


def test_listening_anew_when_it_has_become_better(box: Box, tmp_path: Path, music: Path) -> None:
    learn(box.store, music, write_song(music / "a.flac", seconds=3.0))
    box.listen_to_all()
    older = sqlite3.connect(tmp_path / "library.db")
    with older:
        older.execute("UPDATE listened SET version = ?", (song_moods.VERSION - 1,))
    older.close()
    box.store.places.scanned()
    assert [job.what for job in unheard(box.store)] == ["features"]


def test_a_killed_child_loses_nothing(box: Box, music: Path) -> None:
    songs = [write_song(music / f"{n}.flac", 300 + 50 * n, seconds=6.0) for n in range(4)]
    learn(box.store, music, *songs)
    assert box.listener.start(unheard(box.store))
    until(lambda: bool(children()))
    os.kill(children()[0], signal.SIGKILL)
    while not (heard := box.inbox.get(timeout=DEADLINE_S)).done:
        box.store.places.hear(heard)
    box.listen_to_all()
    assert all(track.loudness is not None for track in box.store.tracks())


def test_a_pause_ends_the_child_and_keeps_what_was_heard(box: Box, music: Path) -> None:
    songs = [write_song(music / f"{n}.flac", 300 + 50 * n, seconds=6.0) for n in range(4)]
    learn(box.store, music, *songs)
    assert box.listener.start(unheard(box.store))
    box.store.places.hear(box.inbox.get(timeout=DEADLINE_S))
    box.listener.pause()
    until(lambda: not box.listener.busy and not children())
    before = sum(track.valence is not None for track in box.store.tracks())
    assert before > 0
    while not box.inbox.empty():
        box.store.places.hear(box.inbox.get())
    box.listen_to_all()
    assert all(track.valence is not None for track in box.store.tracks())


def strange(*ids: str, folder: Path, stall_s: float = 20.0) -> list[HeardSongs]:
    """What a child that dies or hangs over some songs makes the listener tell."""
    told: queue.Queue[HeardSongs] = queue.Queue()
    command = (sys.executable, "-c", STRANGE_CHILD)
    with Listener(told.put, stall_s=stall_s, command=command) as listener:
        assert listener.start([Job(name, str(folder / name), "loudness") for name in ids])
        batches = [told.get(timeout=DEADLINE_S)]
        while not batches[-1].done:
            batches.append(told.get(timeout=DEADLINE_S))
    return batches


def rows(batches: list[HeardSongs]) -> dict[str, object]:
    return {row.id: row for batch in batches for row in batch.rows}


def test_a_song_that_crashes_the_child_is_set_aside(tmp_path: Path) -> None:
    told = rows(strange("a", "crash", "b", folder=tmp_path))
    assert isinstance(told["crash"], Deaf)
    assert not told["crash"].passing
    assert isinstance(told["a"], Measured)
    assert isinstance(told["b"], Measured)


def test_a_song_that_crashed_it_once_is_tried_again(tmp_path: Path) -> None:
    assert isinstance(rows(strange("once", "b", folder=tmp_path))["once"], Measured)


@pytest.mark.parametrize("way", ["stall", "spin"])
def test_a_song_that_stalls_it_is_set_aside(tmp_path: Path, way: str) -> None:
    told = rows(strange("a", way, "b", folder=tmp_path, stall_s=1.0))
    deaf = told[way]
    assert isinstance(deaf, Deaf)
    assert "1 s" in deaf.message
    assert isinstance(told["b"], Measured)


def test_a_child_that_never_begins_ends_the_listening() -> None:
    told: queue.Queue[HeardSongs] = queue.Queue()
    with Listener(told.put, command=(sys.executable, "-c", "raise SystemExit(3)")) as listener:
        assert listener.start([Job("a", "/a", "features")])
        last = told.get(timeout=DEADLINE_S)
    assert last.done
    assert last.failed


def test_after_close_nothing_begins() -> None:
    listener = Listener(lambda _: None)
    listener.close()
    listener.close()
    assert not listener.start([Job("a", "/a", "features")])


def test_the_owners_word_is_kept_and_can_be_taken_back(box: Box, music: Path) -> None:
    learn(box.store, music, music / "a.mp3")
    placed = box.store.places.place(Place(track_id="a.mp3", mood="fear"), NOW)
    assert [(track.mood, track.mood_from) for track in placed] == [("fear", "owner")]
    assert box.track("a.mp3").mood == "fear"
    box.store.places.place(Place(track_id="a.mp3"), NOW)
    assert box.track("a.mp3").mood is None
    assert box.store.places.place(Place(track_id="nobody", mood="sad"), NOW) == ()


def test_likes_while_a_mood_was_wanted_are_kept(box: Box, music: Path) -> None:
    learn(box.store, music, music / "a.mp3")
    box.store.places.place(Place(track_id="a.mp3", mood="happy"), NOW)
    before = box.track("a.mp3").valence
    for _ in range(5):
        box.store.places.feel("a.mp3", "sad", liked=True)
    after = box.track("a.mp3")
    assert before is not None
    assert after.valence is not None
    assert before - 0.21 <= after.valence < before, "within the uncertainty of the owner's word"
    assert after.mood == "happy"
    assert box.store.places.feel("nobody", "sad", liked=True) == ()


def test_tags_that_tell_the_loudness_count_as_measured(box: Box, music: Path) -> None:
    learn(box.store, music, music / "a.mp3")
    tagged = Track(id="a.mp3", path="/a.mp3", loudness=-11.0)
    known = song_moods.Known(lufs=-14.0)
    from edge.library.places import settled

    assert settled(tagged, known).loudness == -11.0
    assert settled(Track(id="a", path="/a"), known).loudness == -14.0


def children() -> list[int]:
    """Listening children of ours."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"edge.library.listening" in words:
                found.append(int(pid))
    return found


def test_rows_travel_as_json() -> None:
    """What the strange child above writes is what the true one does."""
    import msgspec

    row = Measured("a", -9.0, 1.0, 0.0)
    assert json.loads(msgspec.json.encode(row)) == {
        "row": "measured", "id": "a", "lufs": -9.0, "range_lu": 1.0, "peak_db": 0.0,
    }  # fmt: skip
    assert Listened.__struct_config__.tag == "listened"
