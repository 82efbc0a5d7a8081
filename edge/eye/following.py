"""Follows each face from look to look under a number of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from edge.eye.faces import FoundFace
from edge.eye.windows import Box, middle, side

MOST_FACES = 8
FORGET_S = 2.5
"""A face that is not seen for so long is gone; until then it comes back under its number."""
_REACH = 0.9
"""How far a face may be from where it was expected, in sides of it ..."""
_REACH_PER_S = 1.0
"""... and how much further for every second that it was not seen."""
_FARTHEST = 2.5
_GROWTH = 1.8
"""A face is not the same if it is so many times as large."""
_STEADY_S = 0.3
"""Time constant of the speed: the finder's boxes tremble."""
_RUNS_ON_S = 0.4
"""For so long an unseen face is expected to move on as it did."""
_TRUST_LOOKS = 6.0
DISTRUST = 0.55
"""The mean score of the last looks below which it was no face after all."""


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """One face over time."""

    id: int
    face: FoundFace
    """As it was seen last."""
    born_at: float
    seen_at: float
    speed: tuple[float, float] = (0.0, 0.0)
    """Pixels a second."""
    trust: float
    """The mean score of the last looks."""


class Following(msgspec.Struct, frozen=True):
    """All faces that are followed, and the next number."""

    tracks: tuple[Track, ...] = ()
    next_id: int = 1


def expected(track: Track, at: float) -> Box:
    """Where the face should be by now."""
    seconds = min(at - track.seen_at, _RUNS_ON_S)
    left, top, width, height = track.face.box
    return (
        left + round(track.speed[0] * seconds),
        top + round(track.speed[1] * seconds),
        width,
        height,
    )


def matched(
    tracks: Sequence[Track], found: Sequence[FoundFace], at: float
) -> tuple[dict[int, FoundFace], list[FoundFace]]:
    """Which found face is which track (by number), and those that are nobody's yet."""
    pairs = sorted(
        (away, place, number)
        for place, track in enumerate(tracks)
        for number, face in enumerate(found)
        if (away := _away(track, face, at)) is not None
    )
    whose: dict[int, FoundFace] = {}
    taken: set[int] = set()
    for _, place, number in pairs:
        if tracks[place].id not in whose and number not in taken:
            whose[tracks[place].id] = found[number]
            taken.add(number)
    return whose, [face for number, face in enumerate(found) if number not in taken]


def follow(
    following: Following, seen: dict[int, FoundFace], new: Sequence[FoundFace], at: float
) -> Following:
    """Everybody one look later: those seen, those unseen but not given up, and who came."""
    kept = []
    for before in following.tracks:
        face = seen.get(before.id)
        track = before if face is None else _seen(before, face, at)
        if at - track.seen_at < FORGET_S and track.trust >= DISTRUST:
            kept.append(track)
    room = max(0, MOST_FACES - sum(1 for track in kept if track.seen_at == at))
    born = [
        Track(id=following.next_id + number, face=face, born_at=at, seen_at=at, trust=face.score)
        for number, face in enumerate(new[:room])
    ]
    # Who is there counts more than who is awaited.
    newest = sorted([*kept, *born], key=lambda track: (-track.seen_at, track.born_at, track.id))
    return Following(tuple(newest[:MOST_FACES]), following.next_id + len(born))


def _seen(track: Track, face: FoundFace, at: float) -> Track:
    seconds = at - track.seen_at
    speed = track.speed
    if 0 < seconds <= 1.0:
        (x, y), (was_x, was_y) = middle(face.box), middle(track.face.box)
        weight = 1.0 - math.exp(-seconds / _STEADY_S)
        speed = (
            speed[0] + weight * ((x - was_x) / seconds - speed[0]),
            speed[1] + weight * ((y - was_y) / seconds - speed[1]),
        )
    else:
        speed = (0.0, 0.0)
    trust = track.trust + (face.score - track.trust) / _TRUST_LOOKS
    return msgspec.structs.replace(track, face=face, seen_at=at, speed=speed, trust=trust)


def _away(track: Track, face: FoundFace, at: float) -> float | None:
    """How far a face is from where this one is expected, in sides; None if it cannot be it."""
    box = expected(track, at)
    size, other = side(box), side(face.box)
    if max(size, other) > _GROWTH * max(1, min(size, other)):
        return None
    (x, y), (to_x, to_y) = middle(box), middle(face.box)
    away = math.hypot(to_x - x, to_y - y) / max(size, other)
    reach = min(_REACH + _REACH_PER_S * max(0.0, at - track.seen_at - 0.2), _FARTHEST)
    return away if away <= reach else None
