"""How box comes to know its songs: some at once, so that music can begin, then a few at a time."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

from edge.messages import Playing, Track, TracksCame
from edge.ports import Library

BREATH_S = 0.005
"""Between one few and the next: who never waits is made to wait by the kernel."""
_HEARD = 20
_FIRST_SONGS = 2000
"""Box begins with so many; 100,000 would take seconds."""
_AT_LEAST_EVERY_S = 0.2
"""However much comes in meanwhile."""


class Stocking:
    """What box's loop asks for songs."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._asked_at = 0.0
        self.more = True
        """Whether there are songs that were not told yet."""

    def first(self, playing: Playing | None) -> Iterator[Track]:
        """What played, what was heard of late, and some of all the others."""
        wanted = {*self._library.heard()[-_HEARD:]}
        if playing is not None:
            wanted.add(playing.track_id)
        yield from self._library.tracks(sorted(wanted))
        some = self._library.more(_FIRST_SONGS)
        yield from (track for track in (some.tracks if some else ()) if track.id not in wanted)

    def next(self, *, idle: bool) -> TracksCame | None:
        """The next few, where box is idle or has been busy for long."""
        if not idle and time.monotonic() - self._asked_at < _AT_LEAST_EVERY_S:
            return None
        self._asked_at = time.monotonic()
        came, before = self._library.more(), self.more
        self.more = came is not None
        if before and not self.more:
            gc.freeze()  # what has come to stay need not be looked through for circles again
        return came
