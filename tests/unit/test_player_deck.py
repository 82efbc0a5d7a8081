"""The deck: reads ahead, but not without end, and says how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import av
import numpy as np

from edge.errors import TrackError
from edge.player.deck import Deck
from edge.ports import Samples
from tests.waiting import until

RATE = 8000


class Tape:
    """A decoder that gives so many blocks of 100 frames, and may break after them."""

    duration_s: float | None = 9.0
    short = ""

    def away(self) -> bool:
        return False

    def __init__(self, blocks: int, error: Exception | None = None, first: int = 0) -> None:
        self._first = first
        self._blocks = blocks
        self._error = error
        self.given = 0
        self.closed = threading.Event()

    def frames(self) -> Iterator[Any]:
        for number in range(self._blocks):
            self.given += 1
            samples = np.full((2, 100), number + self._first, np.float32)
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
            frame.sample_rate = RATE
            yield frame
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        self.closed.set()


def broken() -> Tape:
    raise TrackError("song.mp3 cannot be opened: no such file.")


def all_of(deck: Deck, size: int) -> Samples:
    parts: list[Samples] = []

    def drained() -> bool:
        parts.append(deck.read(size))
        return deck.over()

    until(drained)
    return np.concatenate(parts)


def test_everything_comes_in_order_in_any_portions() -> None:
    tape = Tape(50)
    deck = Deck(lambda: tape, RATE).start()
    samples = all_of(deck, 73)
    assert np.array_equal(samples[:, 0], np.repeat(np.arange(50, dtype=np.float32), 100))
    assert deck.duration_s == 9.0
    assert deck.error == ""
    assert tape.closed.wait(5.0)


def test_it_reads_ahead_only_so_far_and_closing_ends_it() -> None:
    tape = Tape(100_000)
    deck = Deck(lambda: tape, RATE).start()
    until(lambda: deck.available() >= 20_000)
    assert deck.ready()
    assert tape.given < 230
    deck.close()
    assert tape.closed.wait(5.0)
    deck.join(5.0)


def test_a_song_that_cannot_be_opened_is_over_with_its_reason() -> None:
    opener: Callable[[], Tape] = broken
    deck = Deck(opener, RATE).start()
    until(deck.over)
    assert deck.ready()
    assert deck.error == "song.mp3 cannot be opened: no such file."


def test_a_song_that_breaks_is_played_up_to_there() -> None:
    deck = Deck(lambda: Tape(3, ValueError("strange")), RATE).start()
    until(lambda: bool(deck.error))
    assert len(all_of(deck, 1000)) == 300
    assert "strange" in deck.error


def test_a_song_joins_on_without_a_gap_and_the_deck_says_where() -> None:
    deck = Deck(lambda: Tape(300), RATE)
    assert deck.follow(lambda: Tape(50, first=1000))
    deck.start()  # not before: a quick one has read all by then
    into: list[int] = []

    def drained() -> bool:
        samples.append(deck.read(2048))
        crossed = deck.crossed()
        if crossed is not None:
            into.append(crossed)
        return deck.over()

    samples: list[Samples] = []
    until(drained)
    heard = np.concatenate(samples)[:, 0]
    wanted = np.concatenate([np.arange(300), np.arange(1000, 1050)])
    assert np.array_equal(heard, np.repeat(wanted.astype(np.float32), 100))
    assert len(into) == 1
    assert 0 <= into[0] < 2048


def test_a_song_that_was_to_join_on_can_be_taken_back() -> None:
    deck = Deck(lambda: Tape(20), RATE)
    assert deck.follow(lambda: Tape(100_000, first=1000))
    deck.start()
    until(lambda: deck.available() > 10_000)
    assert deck.remaining() == 2000
    deck.unfollow()
    heard = all_of(deck, 512)[:, 0]
    assert np.array_equal(heard, np.repeat(np.arange(20, dtype=np.float32), 100))


def test_a_song_that_cannot_join_on_leaves_the_present_one_alone() -> None:
    deck = Deck(lambda: Tape(50), RATE)
    assert deck.follow(broken)
    deck.start()
    until(lambda: bool(deck.next_error))
    assert len(all_of(deck, 512)) == 5000
    assert deck.error == ""


def test_once_all_is_read_nothing_joins_on_any_more() -> None:
    deck = Deck(lambda: Tape(5), RATE).start()
    all_of(deck, 512)
    assert not deck.follow(lambda: Tape(5))


class Stuck(Tape):
    """A decoder whose disk stops answering after so many blocks."""

    def __init__(self, blocks: int) -> None:
        super().__init__(blocks)
        self.answer = threading.Event()

    def frames(self) -> Iterator[Any]:
        yield from super().frames()
        self.answer.wait(10.0)
        yield from super().frames()


def test_a_deck_that_is_given_up_ends_with_what_it_has_and_nothing_after() -> None:
    tape = Stuck(7)
    deck = Deck(lambda: tape, RATE).start()
    until(lambda: deck.available() == 700)
    assert len(deck.read(700)) == 700
    assert deck.dry()
    deck.give_up("Late.", stalled=True)
    assert deck.over()
    assert (deck.error, deck.missing, deck.stalled) == ("Late.", True, True)
    assert deck.left_alive()
    tape.answer.set()
    until(deck.gone)
    assert tape.closed.is_set()
    assert (deck.available(), deck.error) == (0, "Late.")


def test_a_disk_that_holds_the_song_that_joins_on_does_not_hold_the_present_one() -> None:
    answer = threading.Event()

    def opener() -> Tape:
        answer.wait(10.0)
        return Tape(50)

    deck = Deck(lambda: Tape(20), RATE)
    assert deck.follow(opener)
    deck.start()
    until(deck.opens_next)
    assert not deck.dry()
    deck.give_up("", stalled=True)
    deck.let_end()
    assert len(all_of(deck, 512)) == 2000
    assert (deck.error, deck.missing) == ("", False)
    answer.set()
    until(deck.gone)
    assert deck.available() == 0
    assert deck.crossed() is None
