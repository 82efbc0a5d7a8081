"""Flickering readings into one steady mood and presence.

The belief is an exponential average over *seconds*, not readings, so that it comes out the same
at 2 and at 30 looks a second. The mood changes when another one has clearly led it for long
enough. Presence and the number of people have delays of their own: a head turned away for a moment
is nobody leaving.
"""

from __future__ import annotations

from math import exp

from msgspec.structs import replace

from edge.messages import MOODS, Mood, Reading, Value
from edge.mind.circumplex import expectation

_LEAD = 0.08
"""By how much another mood must be more probable before it takes over."""
_GAP_S = 1.0
"""The longest time that one reading can speak for."""


class Temper(Value, frozen=True):
    """How quickly minds are made up; from the configuration."""

    settle_s: float = 1.0
    dwell_s: float = 1.5
    arrive_s: float = 0.7
    leave_s: float = 5.0


class Belief(Value, frozen=True):
    """What is believed after all readings so far."""

    at: float | None = None
    """When the last reading was taken."""
    probabilities: dict[Mood, float] = {}
    """Averaged; empty before the first usable face."""
    mood: Mood | None = None
    mood_at: float = 0.0
    """Since when."""
    rival: Mood | None = None
    """The mood that leads clearly but has not led for long enough, since `rival_at`."""
    rival_at: float = 0.0
    present: bool = False
    people: int = 0
    seen_at: float | None = None
    """The last time a face was seen."""
    arriving_at: float | None = None
    """Since when a face has been seen without a break, while not yet present."""
    counted: int = 0
    counted_at: float = 0.0
    """The number of faces that is waiting to be believed, and since when."""

    @property
    def confidence(self) -> float | None:
        return self.probabilities.get(self.mood) if self.mood is not None else None

    @property
    def place(self) -> tuple[float, float] | None:
        """Valence and arousal."""
        return expectation(self.probabilities) if self.mood is not None else None


def update(belief: Belief, reading: Reading, temper: Temper) -> Belief:
    """The belief after one more reading; an older one than the last changes nothing."""
    if belief.at is not None and reading.at <= belief.at:
        return belief
    belief = _count(_presence(belief, reading, temper), reading, temper)
    if not belief.present:
        return replace(belief, at=reading.at, probabilities={}, mood=None, rival=None)
    seconds = min(reading.at - belief.at, _GAP_S) if belief.at is not None else temper.settle_s
    belief = replace(belief, at=reading.at)
    face = reading.faces[reading.listener] if reading.listener is not None else None
    if face is None or not face.usable:
        return belief
    return _decide(_average(belief, face.probabilities, seconds, temper), reading.at, temper)


def _presence(belief: Belief, reading: Reading, temper: Temper) -> Belief:
    now = reading.at
    if reading.faces:
        since = belief.arriving_at if belief.arriving_at is not None else now
        if belief.present or now - since >= temper.arrive_s:
            return replace(belief, present=True, seen_at=now, arriving_at=since)
        return replace(belief, seen_at=now, arriving_at=since)
    if belief.seen_at is None or now - belief.seen_at >= temper.leave_s:
        return replace(belief, present=False, people=0, arriving_at=None)
    if not belief.present and now - belief.seen_at >= temper.arrive_s:
        return replace(belief, arriving_at=None)
    return belief


def _count(belief: Belief, reading: Reading, temper: Temper) -> Belief:
    if not belief.present:
        return belief
    seen = len(reading.faces)
    if belief.people == 0:
        return replace(belief, people=max(seen, 1), counted=seen, counted_at=reading.at)
    if seen != belief.counted:
        return replace(belief, counted=seen, counted_at=reading.at)
    patience = temper.arrive_s if seen > belief.people else temper.leave_s
    if seen not in {0, belief.people} and reading.at - belief.counted_at >= patience:
        return replace(belief, people=seen)
    return belief


def _average(belief: Belief, heard: dict[Mood, float], seconds: float, temper: Temper) -> Belief:
    if not belief.probabilities:
        return replace(belief, probabilities={mood: heard.get(mood, 0.0) for mood in MOODS})
    weight = 1.0 - exp(-seconds / temper.settle_s)
    mixed = {
        mood: (1.0 - weight) * belief.probabilities[mood] + weight * heard.get(mood, 0.0)
        for mood in MOODS
    }
    return replace(belief, probabilities=mixed)


def _decide(belief: Belief, now: float, temper: Temper) -> Belief:
    best = max(MOODS, key=lambda mood: belief.probabilities[mood])
    if belief.mood is None:
        return replace(belief, mood=best, mood_at=now, rival=None)
    lead = belief.probabilities[best] - belief.probabilities[belief.mood]
    if best == belief.mood or lead < _LEAD:
        return replace(belief, rival=None)
    if belief.rival != best:
        belief = replace(belief, rival=best, rival_at=now)
    if now - belief.rival_at >= temper.dwell_s:
        return replace(belief, mood=best, mood_at=now, rival=None)
    return belief
