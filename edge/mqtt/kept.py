"""The last events, each until the broker has it: in order, bounded in number and age.

Pure: the present moment is passed in, in seconds of both clocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

EVENTS: Final = 200
CROWD: Final = 12_000
"""While the broker is there: ten thousand commands at once yield an event each."""
AGE_S: Final = 24 * 3600.0


@dataclass(slots=True)
class Kept:
    """An event until the broker has it."""

    topic: str
    name: str
    """Its id."""
    payload: bytes
    """As it happened: JSON, an object. Ten thousand of them take little memory so."""
    at: float | None
    """CLOCK_MONOTONIC; None where it happened before the machine was started."""
    wall: float = 0.0
    """Tells its age where `at` does not."""
    replayed: bool = False
    in_flight: bool = False

    def told(self) -> bytes:
        """What the broker gets."""
        return self.payload[:-1] + b',"replayed":true}' if self.replayed else self.payload

    def age_s(self, at: float, wall: float) -> float:
        """A clock that stepped back makes nothing old."""
        return at - self.at if self.at is not None else wall - self.wall


class KeptEvents:
    """By id, oldest first."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._held_until = -math.inf

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[tuple[str, Kept]]:
        return iter(self._kept.items())

    def add(self, kept: Kept, most: int = EVENTS) -> None:
        """The oldest makes room."""
        self._kept[kept.name] = kept
        self.trim(most)

    def trim(self, most: int = EVENTS) -> None:
        """Keep the last ones only."""
        while len(self._kept) > most:
            del self._kept[next(iter(self._kept))]

    def last(self) -> list[Kept]:
        """Those that are kept if the broker goes now."""
        spare = max(0, len(self._kept) - EVENTS)
        return [replace(kept) for kept in islice(self._kept.values(), spare, None)]

    def restore(self, earlier: Iterable[Kept]) -> None:
        """Events of an earlier run, which come before all others."""
        own, self._kept = self._kept, {}
        for kept in (*earlier, *own.values()):
            self.add(kept)

    def forget_old(self, at: float, wall: float) -> None:
        for name in [name for name, kept in self if kept.age_s(at, wall) > AGE_S]:
            del self._kept[name]

    def replay(self) -> None:
        """All of them are to be sent again, or for the first time, but late."""
        self._held_until = -math.inf
        for kept in self._kept.values():
            kept.replayed, kept.in_flight = True, False

    def due(self, at: float, room: int) -> list[Kept]:
        """The first of those that are not on their way."""
        if at < self._held_until:
            return []
        waiting = (kept for _, kept in self if not kept.in_flight)
        return [one for one, _ in zip(waiting, range(max(room, 0)), strict=False)]

    def sent(self, name: str) -> None:
        self._kept[name].in_flight = True

    def delivered(self, name: str) -> None:
        """The broker has it; it may have made room meanwhile."""
        self._kept.pop(name, None)

    def put_off(self, name: str, until: float) -> None:
        """The broker does not take it now; what follows waits with it."""
        if name in self._kept:
            self._kept[name].in_flight = False
            self._held_until = until

    def wait_s(self, at: float) -> float | None:
        """Seconds until one is due; None where none waits."""
        if all(kept.in_flight for kept in self._kept.values()):
            return None
        return max(0.0, self._held_until - at)
