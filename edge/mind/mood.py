"""Flickering readings into one steady mood: a hidden Markov filter and a slow decision.

**Belief.** The mood is hidden; readings tell of it. A mood lasts `hold_s` on average, then it may
be any: between two readings the belief b moves toward the prior π,

    b ← k·b + (1 - k)·π      k = exp(-Δt / hold_s)

so without readings it comes to rest at the prior. A reading multiplies it with the likelihood of
each mood (`emission.py`), raised to an exponent,

    b ← b · exp(w · says(reading)) / Σ      w = min(1, Δt / face_s) · quality

Two looks at one face within `face_s` see the same expression and repeat each other: evidence
counts by the second, not by the reading, and the answer is the same at 2 and at 30 looks a second.
Readings of one moment are averaged, so their order does not matter; so are the faces of a room.
A face that cannot be trusted says nothing, and the time until the next trusted one counts.

**Decision.** Another mood becomes the answer once it has been believed with at least `sure` for
`dwell_s` without a break. A grimace of less than a second does not come so far, for a mood that has
been there for a while is believed a thousand times more than another. The first answer waits only
for `sure`. When no mood is believed with `_LOST` any more, there is no answer.

The parameters were chosen on `moodbox bench mood`; `edge/mind/README.md` shows what they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, log
from typing import Literal

from msgspec.structs import replace

from edge.messages import MOODS, Face, Mood, Reading, Value
from edge.mind.emission import Emission

_LOST = 0.25
_PRIOR = 1.0 / len(MOODS)
"""Before any reading every mood is as likely as another: how often they come is nobody's to say."""


class Temper(Value, frozen=True):
    """How a mind is made up; from the configuration."""

    hold_s: float = 60.0
    """How long a mood lasts on average."""
    face_s: float = 0.75
    """How long one expression repeats itself."""
    sure: float = 0.9
    """How probable a mood must be to become the answer."""
    dwell_s: float = 0.25
    """How long it must stay so."""
    whose: Literal["listener", "room"] = "listener"
    """Whose mood counts: the listener's, or everybody's by size and quality of the face."""


class _Said(Value, frozen=True):
    """What one face told, and how much it weighs beside the others of this moment."""

    likelihood: tuple[float, ...]
    weight: float
    quality: float


class Belief(Value, frozen=True):
    """What is believed after all readings so far."""

    at: float | None = None
    """When the last reading was taken."""
    heard_at: float | None = None
    """When the last trusted one was."""
    probabilities: tuple[float, ...] = (_PRIOR,) * len(MOODS)
    """Of the seven moods in their order."""
    mood: Mood | None = None
    """The answer."""
    mood_at: float = 0.0
    """Since when."""
    rival: Mood | None = None
    """The mood that is surer than the answer but not yet for long enough, since `rival_at`."""
    rival_at: float = 0.0
    before: Belief | None = None
    """The belief before the readings of this moment, which are `said` together."""
    said: tuple[_Said, ...] = ()

    @property
    def confidence(self) -> float | None:
        return None if self.mood is None else self.probabilities[MOODS.index(self.mood)]

    @property
    def by_mood(self) -> dict[Mood, float]:
        return dict(zip(MOODS, self.probabilities, strict=True))


def update(belief: Belief, reading: Reading, temper: Temper, reader: Emission) -> Belief:
    """The belief after one more reading; an older one than the last changes nothing."""
    said = tuple(_said(face, reader) for face in _counting(reading, temper))
    if belief.at is None or reading.at > belief.at:
        before = replace(belief, before=None, said=())
    elif reading.at == belief.at and belief.before is not None:
        before, said = belief.before, belief.said + said
    else:
        return belief
    after = _decide(_hear(_wait(before, reading.at, temper), said, temper), temper)
    return replace(after, before=before, said=said)


def _counting(reading: Reading, temper: Temper) -> Sequence[Face]:
    """The faces whose mood counts."""
    if temper.whose == "room":
        counting: Sequence[Face] = reading.faces
    else:
        counting = () if reading.listener is None else (reading.faces[reading.listener],)
    return [face for face in counting if face.usable]


def _said(face: Face, reader: Emission) -> _Said:
    _, _, width, height = face.box
    size = (max(width, 0) * max(height, 0)) ** 0.5
    quality = min(max(face.score, 0.0), 1.0)
    return _Said(likelihood=reader.says(face.probabilities), weight=size * quality, quality=quality)


def _wait(belief: Belief, at: float, temper: Temper) -> Belief:
    """Time passes: moods may have changed."""
    if belief.at is None:
        return replace(belief, at=at)
    keep = exp(-(at - belief.at) / temper.hold_s)
    moved = tuple(keep * share + (1.0 - keep) * _PRIOR for share in belief.probabilities)
    return replace(belief, at=at, probabilities=moved)


def _hear(belief: Belief, said: Sequence[_Said], temper: Temper) -> Belief:
    """All that was said at one moment; the very first look says how things stand, not for long."""
    whole = fsum(one.weight for one in said)
    if belief.at is None or not said or whole <= 0.0:
        return belief
    seconds = 0.0 if belief.heard_at is None else belief.at - belief.heard_at
    quality = fsum(one.weight * one.quality for one in said) / whole
    exponent = min(1.0, seconds / temper.face_s) * quality
    told = [
        fsum(one.weight * one.likelihood[mood] for one in said) / whole
        for mood in range(len(MOODS))
    ]
    odds = [
        log(max(share, 1e-300)) + exponent * likelihood
        for share, likelihood in zip(belief.probabilities, told, strict=True)
    ]
    highest = max(odds)
    shares = [exp(one - highest) for one in odds]
    total = fsum(shares)
    return replace(
        belief, heard_at=belief.at, probabilities=tuple(share / total for share in shares)
    )


def _decide(belief: Belief, temper: Temper) -> Belief:
    now = belief.at or 0.0
    share = max(belief.probabilities)
    best = MOODS[belief.probabilities.index(share)]
    if belief.mood is not None and share < _LOST:
        return replace(belief, mood=None, mood_at=now, rival=None)
    if best == belief.mood or share < temper.sure:
        return replace(belief, rival=None)
    if belief.mood is None:
        return replace(belief, mood=best, mood_at=now, rival=None)
    if belief.rival != best:
        belief = replace(belief, rival=best, rival_at=now)
    if now - belief.rival_at >= temper.dwell_s:
        return replace(belief, mood=best, mood_at=now, rival=None)
    return belief
