"""The deck: reads ahead, but not without end, and says how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np

from edge.errors import TrackError
from edge.player.deck import Deck
from edge.ports import Samples
from tests.waiting import until

RATE = 1000


class Tape:
    """A decoder that gives so many blocks of 100 frames, and may break after them."""

    duration_s: float | None = 9.0

    def __init__(self, blocks: int, error: Exception | None = None) -> None:
        self._blocks = blocks
        self._error = error
        self.given = 0
        self.closed = threading.Event()

    def blocks(self) -> Iterator[Samples]:
        for number in range(self._blocks):
            self.given += 1
            yield np.full((100, 2), number, np.float32)
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
    deck = Deck(lambda: tape, RATE)
    samples = all_of(deck, 73)
    assert np.array_equal(samples[:, 0], np.repeat(np.arange(50, dtype=np.float32), 100))
    assert deck.duration_s == 9.0
    assert deck.error == ""
    assert tape.closed.wait(5.0)


def test_it_reads_ahead_only_so_far_and_closing_ends_it() -> None:
    tape = Tape(100_000)
    deck = Deck(lambda: tape, RATE)
    until(lambda: deck.available() >= 2500)
    assert deck.ready()
    assert tape.given < 40
    deck.close()
    assert tape.closed.wait(5.0)
    deck.join(5.0)


def test_a_song_that_cannot_be_opened_is_over_with_its_reason() -> None:
    opener: Callable[[], Tape] = broken
    deck = Deck(opener, RATE)
    until(deck.over)
    assert deck.ready()
    assert deck.error == "song.mp3 cannot be opened: no such file."


def test_a_song_that_breaks_is_played_up_to_there() -> None:
    deck = Deck(lambda: Tape(3, ValueError("strange")), RATE)
    until(lambda: bool(deck.error))
    assert len(all_of(deck, 1000)) == 300
    assert "strange" in deck.error
