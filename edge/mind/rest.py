"""A face at rest out of readings: the mean of what one and the same face showed, by the second."""

from __future__ import annotations

from math import fsum
from typing import Literal

from msgspec.structs import replace

from edge.messages import MOODS, Face, Mood, Reading, Value

GONE_S = 2.0
"""Nobody for longer than this, and whoever comes then may be somebody else."""
_HOLDS_S = 1.0
"""A reading speaks for the time since the one before it, never for more than this: the slowest
boards look twice a second, and what was not looked at for longer is not known."""

Fresh = Literal["left", "another"]
"""Why it began anew: nobody was there, or somebody else was."""


class Watched(Value, frozen=True):
    """What was seen so far of one face."""

    at: float | None = None
    """When the last reading was taken."""
    seen_at: float | None = None
    """When the face was last there, usable or not."""
    face: int | None = None
    """Its id."""
    seconds: float = 0.0
    """Of usable readings."""
    sums: tuple[float, ...] = (0.0,) * len(MOODS)
    """Seconds × probability."""
    fresh: Fresh | None = None
    """This reading made it begin anew, and lost something by that."""
    hindrance: str | None = None
    """Why this reading did not count: `nobody`, or the reason why the face is not usable."""

    @property
    def mean(self) -> dict[Mood, float]:
        """How the face read on average; of nothing, nothing."""
        whole = fsum(self.sums)
        if whole <= 0.0:
            return {}
        return {mood: share / whole for mood, share in zip(MOODS, self.sums, strict=True)}


def watch(watched: Watched, reading: Reading) -> Watched:
    """What is known after one more reading; an older one than the last changes nothing."""
    if watched.at is not None and reading.at <= watched.at:
        return replace(watched, fresh=None)
    lasted = 0.0 if watched.at is None else min(reading.at - watched.at, _HOLDS_S)
    watched = _still(replace(watched, fresh=None, hindrance=None), reading.at)
    if reading.listener is None:
        return replace(watched, at=reading.at, hindrance="nobody")
    face = reading.faces[reading.listener]
    if watched.seen_at is not None and face.id != watched.face:
        watched = _anew(watched, "another")
    known = watched.seen_at is not None
    watched = replace(watched, at=reading.at, seen_at=reading.at, face=face.id)
    if not face.usable:
        return replace(watched, hindrance=next(iter(face.reasons), "low_score"))
    return _add(watched, face, lasted) if known else watched


def _still(watched: Watched, at: float) -> Watched:
    """The same, unless nobody has been there for too long."""
    if watched.seen_at is not None and at - watched.seen_at > GONE_S:
        return _anew(watched, "left")
    return watched


def _anew(watched: Watched, why: Fresh) -> Watched:
    return Watched(at=watched.at, fresh=why if watched.seconds else None)


def _add(watched: Watched, face: Face, seconds: float) -> Watched:
    sums = tuple(
        whole + seconds * face.probabilities.get(mood, 0.0)
        for mood, whole in zip(MOODS, watched.sums, strict=True)
    )
    return replace(watched, seconds=watched.seconds + seconds, sums=sums)
