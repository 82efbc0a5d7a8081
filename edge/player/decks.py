"""Opens decks, and gives up those that wait too long for a disk or come to nothing.

A thread that a disk holds cannot be ended from outside. It is left to itself, and ends once the
disk answers or the decoder's own patience is over. At most `_MOST_LEFT` are left at a time: while
so many hang, a new deck waits for one of them to come back, and is given up like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from edge.messages import Play
from edge.player.deck import Deck, Opener
from edge.player.song_file import SongFile

_MOST_LEFT = 4
_BUSY = 0.5
"""A thread that used so much of the time was decoding, else it waited for the disk."""
_TASKS = Path("/proc/self/task")


def song_file(play: Play) -> Opener:
    return lambda: SongFile(play.path, play.start_s)


class Decks:
    """Used by one thread, like all that has no lock."""

    def __init__(
        self,
        rate: int,
        wake: Callable[[], None] = lambda: None,
        opener: Callable[[Play], Opener] = song_file,
    ) -> None:
        self.opener = opener
        self._rate = rate
        self._wake = wake
        self._decks: list[Deck] = []
        self._waited: dict[tuple[Deck, float], tuple[float, float]] = {}
        """Since when nothing has come of it, and its processor time then, by how long it may."""

    def open(self, play: Play) -> Deck:
        """It decodes from now on, or as soon as there is a thread for it."""
        deck = Deck(self.opener(play), self._rate, self._wake)
        self._decks.append(deck)
        self.tend()
        return deck

    def tend(self) -> None:
        """Start what waits for a thread; from time to time."""
        self._decks = [deck for deck in self._decks if not deck.gone()]
        for key in [one for one in self._waited if one[0] not in self._decks]:
            del self._waited[key]
        room = _MOST_LEFT - sum(deck.left_alive() for deck in self._decks)
        for deck in self._decks if room > 0 else ():
            deck.start()

    def late(self, deck: Deck, at: float, within_s: float, *, waiting: bool) -> bool:
        """Whether it was waited for longer than this, without a break."""
        if not waiting:
            self._waited.pop((deck, within_s), None)
            return False
        since, _ = self._waited.setdefault((deck, within_s), (at, _worked_s(deck)))
        return at - since > within_s

    def give_up(self, deck: Deck, play: Play, at: float) -> None:
        """After `late`: it ends here, and says why."""
        waited = [told for (one, _), told in self._waited.items() if one is deck]
        since, before = min(waited, default=(at, 0.0))
        name = Path(play.path).name
        if _worked_s(deck) - before > _BUSY * (at - since):
            deck.give_up(f"{name} takes too long to decode.")
        else:
            deck.give_up(f"{name} cannot be read: its disk does not answer.", stalled=True)


def _worked_s(deck: Deck) -> float:
    """Processor time of its thread so far."""
    try:
        text = (_TASKS / str(deck.task) / "schedstat").read_text("ascii")
    except OSError:  # it has not begun, or it has ended
        return 0.0
    return int(text.split()[0]) / 1e9
