"""Chooses whose mood counts, by one stated rule, without flickering between two people."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from edge.eye.following import Track
from edge.eye.windows import middle, side

Rule = Literal["largest", "longest", "central"]
_LEAD = 1.2
"""So many times as large (or near the middle) must another be ..."""
_LEAD_S = 1.0
"""... for so long, before it takes over."""


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """Who it is, and who may be next."""

    id: int | None = None
    rival: int | None = None
    rival_at: float = 0.0
    """Since when the rival leads clearly."""


def listen(
    listening: Listening,
    tracks: Sequence[Track],
    rule: Rule,
    size: tuple[int, int],
    at: float,
) -> Listening:
    """Whose mood counts now; who only turned away for a moment remains it."""
    merits = {track.id: _MERIT[rule](track, size) for track in tracks}
    here = [track.id for track in tracks if track.seen_at == at]
    if listening.id not in merits:
        return Listening(id=max(here, key=merits.__getitem__, default=None))
    best = max(here, key=merits.__getitem__, default=listening.id)
    if best == listening.id or merits[best] < _LEAD * merits[listening.id]:
        return Listening(id=listening.id)
    since = listening.rival_at if listening.rival == best else at
    if at - since >= _LEAD_S:
        return Listening(id=best)
    return Listening(id=listening.id, rival=best, rival_at=since)


def _largest(track: Track, size: tuple[int, int]) -> float:
    del size
    return float(side(track.face.box))


def _longest(track: Track, size: tuple[int, int]) -> float:
    """Numbers are given in order: nobody who came later ever leads whoever was there before."""
    del size
    return 1.0 / (1.0 + track.id)


def _central(track: Track, size: tuple[int, int]) -> float:
    x, y = middle(track.face.box)
    away = math.hypot(x - size[0] / 2, y - size[1] / 2) / math.hypot(*size)
    return 1.0 / (0.1 + away)


_MERIT: dict[Rule, Callable[[Track, tuple[int, int]], float]] = {
    "largest": _largest,
    "longest": _longest,
    "central": _central,
}
