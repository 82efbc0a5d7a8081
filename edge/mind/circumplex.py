"""Moods, songs and policies on the plane of valence and arousal.

The coordinates are those of Russell & Mehrabian (1977, "Evidence for a three-factor theory of
emotions") for states. Angry and fear lie 0.13 apart there: the plane cannot tell them from each
other, so a song's mood word counts beside its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot

from edge.messages import Mood, MoodFrom, Track, Value

Point = tuple[float, float]

PLACES: dict[Mood, Point] = {
    "angry": (-0.51, 0.59),
    "disgust": (-0.60, 0.35),
    "fear": (-0.64, 0.60),
    "happy": (0.81, 0.51),
    "sad": (-0.63, -0.27),
    "surprise": (0.40, 0.67),
    "neutral": (0.0, 0.0),
}
"""Where each mood lies: valence, arousal."""

CALM: Point = (0.25, -0.35)
"""Pleasant and quiet: where the policy `calm` leads, whatever the mood."""

REGION = 0.3
"""A song within so much of a mood's place is a song of that mood, whatever its word."""
_WORD = 0.5
"""What the right mood word is worth beside a perfect place, which is worth the rest."""
_UNKNOWN = 0.3
"""A song of which nothing is known fits everything a little."""


class Target(Value, frozen=True):
    """What kind of song is wanted."""

    place: Point
    word: Mood | None
    """The mood word that fits best; None where only the place counts."""


def expectation(probabilities: Mapping[Mood, float]) -> Point:
    """Valence and arousal to be expected under these probabilities."""
    total = sum(probabilities.values()) or 1.0
    valence = sum(p * PLACES[mood][0] for mood, p in probabilities.items()) / total
    arousal = sum(p * PLACES[mood][1] for mood, p in probabilities.items()) / total
    return valence, arousal


_TRUST: dict[MoodFrom | None, float] = {"genre": 0.8, "listening": 0.7}
"""What a mood word counts where it is a guess; a word of the owner or of a tag counts fully."""


def distance(track: Track, wanted: Target) -> float | None:
    """From a song to what is wanted; None where nothing is known of the song."""
    place = where(track)
    if place is None:
        return None
    return hypot(place[0] - wanted.place[0], place[1] - wanted.place[1])


def fit(track: Track, wanted: Target) -> float:
    """How well a song fits, 0–1."""
    return fit_from(distance(track, wanted), track, wanted)


def fit_from(apart: float | None, track: Track, wanted: Target) -> float:
    """The same for a song whose distance is known."""
    if apart is None:
        return _UNKNOWN
    near = max(0.0, 1.0 - apart / 2.0)
    if wanted.word is None:
        return near
    word = _WORD * _TRUST.get(track.mood_from, 1.0) if track.mood == wanted.word else 0.0
    return (1.0 - _WORD) * near + word


def where(track: Track) -> Point | None:
    """A song's own place, else that of its mood word, else None."""
    if track.valence is not None and track.arousal is not None:
        return track.valence, track.arousal
    return PLACES[track.mood] if track.mood is not None else None
