"""What listening makes of a song's sound: a place on the plane, and how far to trust it.

No network and no training set: features that the literature agrees on, weighted by how strongly
they go with valence and arousal there (Eerola, Lartillot & Toiviainen 2009; Gomez & Danuser 2007;
Juslin & Lindström 2010), each counted from the middle of the real songs it was tried on. Such
features explain about half of the arousal that people hear, and little of the valence; so valence
is drawn to the middle and its spread is wide.
"""

from __future__ import annotations

from math import log2, tanh

from edge.messages import Value


class Features(Value, frozen=True):
    """What can be heard in about a minute of a song."""

    seconds: float
    """So much was listened to."""
    tempo: float
    """Beats a minute; twice or half of it is as likely to be felt in some songs."""
    pulse: float
    """How clear the beat is, 0–1."""
    onsets: float
    """Notes or strokes that begin, a second."""
    loudness: float
    """LUFS of this minute, an estimate of the song's."""
    loudness_range: float
    """LU between its quiet and its loud stretches."""
    peak_db: float
    brightness: float
    """Centre of the spectrum, Hz."""
    major: float
    """−1 clearly minor … 1 clearly major."""
    clarity: float
    """How well any key fits, 0–1."""
    key: int
    """Of the tonic: 0 is C, 11 is B."""


class Heard(Value, frozen=True):
    """A place on the plane as heard, with one standard deviation of each of its numbers."""

    valence: float
    arousal: float
    valence_spread: float
    arousal_spread: float


# Middle and standard deviation over real songs, then the weight in each of the two sums.
_MIDDLE = {
    "onsets": (3.0, 1.6),
    "tempo": (log2(108), 0.35),
    "loudness": (-15.0, 4.0),
    "range": (7.5, 4.5),
    "brightness": (log2(1600), 0.72),
    "clarity": (0.8, 0.12),
    "pulse": (0.34, 0.22),
    "major": (-0.1, 0.6),
}
_AROUSAL = {
    "onsets": 0.32,
    "loudness": 0.26,
    "brightness": 0.22,
    "tempo": 0.14,
    "pulse": 0.12,
    "clarity": -0.12,
    "range": -0.08,
}
_VALENCE = {"major": 0.36, "clarity": 0.2, "onsets": 0.16, "tempo": 0.16, "pulse": 0.08}
_WEIGHTS = tuple(
    tuple(weights.get(name, 0.0) for name in _MIDDLE) for weights in (_AROUSAL, _VALENCE)
)
_AROUSAL_MIDDLE, _AROUSAL_REACH = 0.1, 0.7
_VALENCE_MIDDLE, _VALENCE_REACH = 0.1, 0.45
AROUSAL_SPREAD, VALENCE_SPREAD = 0.3, 0.45
_FARTHEST = 2.5
"""A feature counts for no more than so many standard deviations."""
_ENOUGH_S = 30.0


def heard(features: Features) -> Heard:
    """The place, and its spread: wider where there was little to hear."""
    arousal = valence = 0.0
    for unit, for_arousal, for_valence in zip(standard(features), *_WEIGHTS, strict=True):
        arousal += for_arousal * unit
        valence += for_valence * unit
    short = max(1.0, min(2.0, _ENOUGH_S / max(features.seconds, 1.0)))
    return Heard(
        valence=_VALENCE_MIDDLE + _VALENCE_REACH * tanh(valence),
        arousal=_AROUSAL_MIDDLE + _AROUSAL_REACH * tanh(arousal),
        valence_spread=VALENCE_SPREAD * short,
        arousal_spread=AROUSAL_SPREAD * short,
    )


def standard(features: Features) -> list[float]:
    """Each feature in standard deviations from the middle of real songs, as `_MIDDLE` has them."""
    values = (
        features.onsets,
        log2(max(features.tempo, 1.0)),
        features.loudness,
        features.loudness_range,
        log2(max(features.brightness, 1.0)),
        features.clarity,
        features.pulse,
        features.major,
    )
    units = []
    for value, (middle, deviation) in zip(values, _MIDDLE.values(), strict=True):
        unit = (value - middle) / deviation
        units.append(_FARTHEST if unit > _FARTHEST else -_FARTHEST if unit < -_FARTHEST else unit)
    return units
