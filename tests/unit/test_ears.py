"""What box listens to next: never beside a scan, and on and on until all is heard."""

from __future__ import annotations

from collections.abc import Sequence

from edge.ears import Ears
from edge.messages import Found, HeardSongs, Now, Place, Track

NOW = Now(at=1.0, wall=2.0)
SONG = Track(id="a", path="/a.mp3", mood="sad", mood_from="owner")


class Songs:
    """Three batches of songs to listen to."""

    def __init__(self) -> None:
        self.left = [("one",), ("two",), ("three",)]
        self.scans = 0

    def unheard(self) -> Sequence[str]:
        return self.left[0] if self.left else ()

    def scanned(self) -> None:
        self.scans += 1

    def hear(self, heard: HeardSongs) -> tuple[Track, ...]:
        if heard.rows:
            self.left.pop(0)
        return tuple(Track(id=row, path=row) for row in heard.rows)

    def place(self, word: Place, _: Now) -> tuple[Track, ...]:
        return (SONG,) if word.track_id == "a" else ()


class Listener:
    """Notes what it is asked for; a second list while one is heard is refused, as in life."""

    def __init__(self) -> None:
        self.hears: Sequence[str] = ()

    def start(self, jobs: Sequence[str]) -> bool:
        if self.hears or not jobs:
            return False
        self.hears = jobs
        return True

    def pause(self) -> None:
        self.hears = ()


def test_after_a_scan_everything_is_heard_batch_by_batch() -> None:
    songs, listener = Songs(), Listener()
    ears = Ears(songs, listener)
    ears.mind(Found(done=True))
    assert songs.scans == 1
    for name in ("one", "two", "three"):
        assert listener.hears == (name,)
        came = ears.take(HeardSongs(rows=(name,)))
        assert came is not None
        assert [track.id for track in came.tracks] == [name]
        listener.hears = ()
        assert ears.take(HeardSongs(done=True)) is None
    assert listener.hears == ()


def test_a_scan_pauses_the_listening_and_its_end_resumes_it() -> None:
    songs, listener = Songs(), Listener()
    ears = Ears(songs, listener)
    ears.mind(Found(done=True))
    ears.mind(Found())
    assert listener.hears == ()
    ears.take(HeardSongs(done=True))
    assert listener.hears == (), "not while the scan runs"
    ears.mind(Found(done=True))
    assert listener.hears == ("one",)


def test_where_nothing_can_be_heard_it_is_not_tried_again_and_again() -> None:
    songs, listener = Songs(), Listener()
    ears = Ears(songs, listener)
    ears.mind(Found(done=True))
    listener.hears = ()
    ears.take(HeardSongs(done=True, failed=True))
    assert listener.hears == ()
    ears.mind(Found(done=True))
    assert listener.hears == ("one",), "but the next scan may have mended it"


def test_the_owners_word_is_answered() -> None:
    ears = Ears(Songs(), Listener())
    kept, came = ears.place(Place(track_id="a", mood="sad"), NOW)
    assert kept.track == SONG
    assert came is not None
    assert came.tracks == (SONG,)
    kept, came = ears.place(Place(track_id="nobody", mood="sad"), NOW)
    assert kept.problem is not None
    assert "nobody" in kept.problem
    assert came is None
