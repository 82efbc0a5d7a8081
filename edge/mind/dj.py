"""Which song next, and why.

Every song of the wanted language has a weight: how well it fits the mood under the policy, what
the listener has said of it, and how lately it was heard. The dice choose among the best, so that
the same mood does not always bring the same song.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from edge.messages import Mood, Policy, Track, Value
from edge.mind.circumplex import Target, fit, target

_LIKED, _DISLIKED = 1.5, 0.05
_NEARLY = 0.85
"""Songs that fit at least this share of the best one's weight are equally good."""
_REST = 0.6
"""The share of the fitting songs that must be heard before one comes again."""


class Taste(Value, frozen=True):
    """What the listener asked for."""

    policy: Policy = "match"
    language: str = "any"


class Choice(Value, frozen=True):
    """A song and the reason for it, in words for a person."""

    track: Track
    reason: str
    score: float


def choose(
    tracks: Sequence[Track],
    mood: Mood | None,
    taste: Taste,
    heard: Sequence[str],
    likes: Mapping[str, bool],
    dice: float,
) -> Choice | None:
    """One of the best songs, or None where there is none at all.

    `heard` holds the ids of the latest songs, newest last; `dice` is a number in 0–1.
    """
    wanted = target(mood, taste.policy)
    weights = {track.id: weigh(track, wanted, likes) for track in _speaking(tracks, taste.language)}
    if not weights:
        return None
    by_id = {track.id: track for track in tracks}
    best = max(weights.values())
    good = [name for name, weight in weights.items() if weight >= _NEARLY * best]
    fresh = _rested(good, heard)
    picked = fresh[min(int(dice * len(fresh)), len(fresh) - 1)]
    return Choice(
        track=by_id[picked], reason=_reason(by_id[picked], mood, taste), score=weights[picked]
    )


def weigh(track: Track, wanted: Target | None, likes: Mapping[str, bool]) -> float:
    """How much this song is wanted."""
    liked = likes.get(track.id)
    factor = 1.0 if liked is None else _LIKED if liked else _DISLIKED
    return fit(track, wanted) * factor


def _speaking(tracks: Sequence[Track], language: str) -> list[Track]:
    """Songs in this language and instrumental ones; all where none speaks it."""
    if language == "any" or not any(track.language == language for track in tracks):
        return list(tracks)
    return [track for track in tracks if track.language in {language, None}]


def _rested(good: Sequence[str], heard: Sequence[str]) -> list[str]:
    """Those of the good songs that were not among the latest; at least one."""
    lately: Collection[str] = [name for name in heard if name in set(good)]
    tired = set(list(lately)[-max(1, int(_REST * len(good))) :]) if lately else set()
    return [name for name in good if name not in tired] or list(good)


def _reason(track: Track, mood: Mood | None, taste: Taste) -> str:
    if taste.policy == "calm":
        return "calm, as you asked"
    if mood is None:
        return "any, for how you feel is not known"
    if taste.policy == "lift" and track.mood != mood:
        return f"{track.mood or 'something'}, to lift you from {mood}"
    if track.mood == mood:
        return f"{mood}, as you seem"
    return f"the nearest to {mood} that you have"
