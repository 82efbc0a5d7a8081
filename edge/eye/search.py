"""Chooses where to look for faces that are not followed yet: where it moved, then everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from edge.eye.motion import Motion, part
from edge.eye.windows import Box, tiles

_EVERYWHERE = 4
"""One look in so many goes to the tile that has waited longest, whatever moves elsewhere."""


class Search:
    """A plan over the tiles of a picture; each look takes from it what it can afford."""

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self._tiles = tiles(width, height)
        self._stirred = [True] * len(self._tiles)
        """Something moved there since it was looked into; at first nothing is known."""
        self._turn = 0
        self._looked = [-1] * len(self._tiles)
        """At which turn; ties are taken in order, the whole picture first."""
        self._given = 0

    def __len__(self) -> int:
        """How many tiles there are."""
        return len(self._tiles)

    @property
    def stirred(self) -> bool:
        """Whether there are places where somebody may have come."""
        return any(self._stirred)

    def note(self, motion: Motion, followed: Iterable[Box] = ()) -> None:
        """Remember where it moved, other than where somebody is looked at already."""
        if motion.cells is None:
            self._stirred = [True] * len(self._tiles)
            return
        if not motion.cells.any():
            return
        cells = motion.cells.copy()
        for box in followed:
            part(cells, box)[...] = False
        for number, tile in enumerate(self._tiles):
            if not self._stirred[number] and part(cells, tile).any():
                self._stirred[number] = True

    def next(self) -> Box:
        """The tile to look into now; it counts as looked into from here on."""
        self._given += 1
        places = range(len(self._tiles))
        stirred = [number for number in places if self._stirred[number]]
        among = stirred if stirred and self._given % _EVERYWHERE else places
        number = min(among, key=lambda one: self._looked[one])
        self._turn += 1
        self._looked[number], self._stirred[number] = self._turn, False
        return self._tiles[number]
