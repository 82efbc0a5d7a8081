"""Decks that wait for a disk: when they are given up, and how many threads they may hold."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from edge.messages import Ahead, Ended, Play
from edge.player.deck import Opener
from edge.player.turntable import Turntable
from tests.unit.test_player_deck import RATE, Tape
from tests.waiting import until


class Disk:
    """One that answers for some songs only, and for all once it is mended."""

    def __init__(self) -> None:
        self.mended = threading.Event()
        self.waiting = 0
        self.most = 0
        self._lock = threading.Lock()

    def opener(self, play: Play) -> Opener:
        def opened() -> Tape:
            if play.track_id.startswith("late"):
                with self._lock:
                    self.waiting += 1
                    self.most = max(self.most, self.waiting)
                self.mended.wait(20.0)
                with self._lock:
                    self.waiting -= 1
            return Tape(int(play.path))

        return opened


@pytest.fixture
def disk() -> Iterator[Disk]:
    one = Disk()
    yield one
    one.mended.set()
    until(lambda: one.waiting == 0)


def song(track_id: str, blocks: int = 2000, fade_s: float = 0.0) -> Play:
    return Play(track_id=track_id, path=str(blocks), fade_s=fade_s)


def turn(table: Turntable, at: float, frames: int = 400) -> list[Ended]:
    ended = table.begin(at, lambda: None)
    table.mix(frames)
    return [*ended, *table.finish(at)]


def test_a_song_whose_disk_does_not_answer_is_given_up_within_a_second(disk: Disk) -> None:
    table = Turntable(RATE, opener=disk.opener)
    table.obey(song("late"))
    assert turn(table, 10.0) == []
    assert turn(table, 10.7) == []
    (ended,) = turn(table, 10.9)
    assert (ended.track_id, ended.reason) == ("late", "error")
    assert ended.missing
    assert ended.stalled
    assert "does not answer" in ended.message
    assert not table.coming()
    table.close()


def test_only_so_many_threads_are_left_behind_and_another_disk_is_heard_after(disk: Disk) -> None:
    table = Turntable(RATE, opener=disk.opener)
    at = 10.0
    for number in range(8):
        table.obey(song(f"late{number}"))
        ended: list[Ended] = []
        while not ended:
            ended = turn(table, at)
            at += 0.5
        assert [(one.track_id, one.stalled) for one in ended] == [(f"late{number}", True)]
    assert (disk.waiting, disk.most) == (4, 4)
    disk.mended.set()
    until(lambda: disk.waiting == 0)
    table.obey(song("good"))
    until(lambda: turn(table, at) == [] and table.sounding())
    table.close()


def test_a_song_that_runs_dry_for_long_is_given_up() -> None:
    stuck = threading.Event()

    class Stops(Tape):
        def frames(self) -> Iterator[object]:
            yield from super().frames()
            stuck.wait(20.0)

    table = Turntable(RATE, opener=lambda _play: lambda: Stops(20))
    table.obey(song("dry"))
    until(lambda: turn(table, 1.0, 100) == [] and table.sounding())
    until(lambda: turn(table, 1.0) == [] and not len(table.mix(400)))
    assert turn(table, 2.0) == []
    (ended,) = turn(table, 2.3)
    assert (ended.reason, ended.stalled) == ("error", True)
    stuck.set()
    table.close()


@pytest.mark.parametrize("fade_s", [0.0, 0.1])
def test_a_song_told_ahead_that_stalls_is_told_and_the_present_one_goes_on(
    disk: Disk, fade_s: float
) -> None:
    table = Turntable(RATE, opener=disk.opener)
    table.obey(song("good", 100))
    until(lambda: turn(table, 1.0, 100) == [] and table.sounding())
    table.obey(Ahead(after="good", play=song("late", fade_s=fade_s)))
    until(lambda: turn(table, 1.0, 1) == [] and disk.waiting == 1)
    assert turn(table, 1.0, 1) == turn(table, 5.0, 1) == []
    (told,) = turn(table, 6.1, 1)
    assert (told.track_id, told.stalled, told.followed_by) == ("late", True, None)
    heard: list[Ended] = []
    while not heard:
        heard += turn(table, 6.2)
    assert [(one.track_id, one.reason) for one in heard] == [("good", "finished")]
    table.close()


def test_the_same_word_again_opens_nothing_anew() -> None:
    opened: list[str] = []

    def opener(play: Play) -> Opener:
        opened.append(play.track_id)
        return lambda: Tape(int(play.path))

    table = Turntable(RATE, opener=opener)
    table.obey(song("a"))
    until(lambda: turn(table, 0.0) == [] and table.sounding())
    for asked_at in (1.0, 2.0, 3.0):
        following = Play(track_id="b", path="50", fade_s=1.0, asked_at=asked_at)
        table.obey(Ahead(after="a", play=following))
        turn(table, asked_at)
    assert opened == ["a", "b"]
    table.close()
