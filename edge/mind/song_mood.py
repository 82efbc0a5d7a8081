"""A song's mood and its place on the plane, out of all who say something about it.

The owner's word beats a tag's, that a playlist's, a folder's, a genre's, and that our own
listening's. Whoever speaks first gives mood and place; those after may move the place, but never
out of the first one's uncertainty, and so may likes and skips.
"""

from __future__ import annotations

from math import exp, sqrt
from typing import Literal, get_args

from edge.messages import Mood, MoodFrom, Track, Value
from edge.mind.circumplex import PLACES, Point
from edge.mind.genres import genre_place, tempo_arousal
from edge.mind.hearing import Features, heard

ORDER: tuple[MoodFrom, ...] = get_args(MoodFrom)
"""The word of each beats that of all after it."""
_RANK = {who: rank for rank, who in enumerate(ORDER)}
_WORD_SPREAD: dict[MoodFrom, float] = {"owner": 0.2, "tag": 0.3, "playlist": 0.35, "folder": 0.35}
"""A mood word covers a region: calm songs are happy, too."""
_WEAK_WORD = 0.4
_POINT_SPREAD = 0.05
_NO_IDEA = 9.0
"""The spread of one who says nothing of this axis."""
_WIDEST = 0.7
"""Of a whole place; the plane itself is hardly wider."""
_LESSER = 0.5
"""Those who do not lead count half: they have heard the same song, so they err together."""
_DOUBTS = 3.0
"""So many likes and skips beside the real ones that say nothing."""
_VAGUE = 0.3
_SURE = 0.4
"""A mood is named from a place alone where it is at least so probable."""


class Placed(Value, frozen=True):
    """The owner's word: a mood, or a point of the plane."""

    mood: Mood | None = None
    valence: float | None = None
    arousal: float | None = None


class Felt(Value, frozen=True):
    """How often the song was liked and skipped while this mood was wanted."""

    mood: Mood
    likes: int = 0
    skips: int = 0


class Evidence(Value, frozen=True):
    """All that is known of one song besides its tags."""

    placed: Placed | None = None
    features: Features | None = None
    felt: tuple[Felt, ...] = ()


class Witness(Value, frozen=True):
    """One who says where the song lies."""

    who: MoodFrom
    place: Point
    spreads: Point
    """One standard deviation of valence and of arousal."""
    mood: Mood | None = None
    about: Literal["placed", "word", "genre", "tempo", "listening"] = "word"
    """On what grounds."""


class Standing(Value, frozen=True):
    """Where a song stands."""

    mood: Mood | None = None
    valence: float | None = None
    arousal: float | None = None
    spread: float | None = None
    mood_from: MoodFrom | None = None
    weights: tuple[float, ...] = ()
    """Of each witness, 0–1: its share in the place."""
    moved: Point = (0.0, 0.0)
    """So far by likes and skips."""


def standing(track: Track, evidence: Evidence) -> Standing:
    """What all witnesses of this song come to; `track` as its tags have it."""
    said = witnesses(track, evidence)
    if not said:
        return Standing()
    leader = said[0]
    if _exact(evidence.placed):
        said = said[:1]
    valence, valence_spread, valence_shares = _axis(said, 0)
    arousal, arousal_spread, arousal_shares = _axis(said, 1)
    place = felt = (valence, arousal)
    if evidence.felt and not _exact(evidence.placed):
        felt = _felt(place, leader.spreads, evidence.felt)
    wide = sqrt((valence_spread**2 + arousal_spread**2) / 2)
    return Standing(
        mood=leader.mood or named(felt, (valence_spread, arousal_spread)),
        valence=round(felt[0], 3),
        arousal=round(felt[1], 3),
        spread=round(min(_WIDEST, wide), 3),
        mood_from=leader.who,
        weights=tuple(
            round((a + b) / 2, 3) for a, b in zip(valence_shares, arousal_shares, strict=True)
        ),
        moved=(round(felt[0] - place[0], 3), round(felt[1] - place[1], 3)),
    )


def witnesses(track: Track, evidence: Evidence) -> list[Witness]:
    """Everyone who says something, the weightiest word first."""
    said = []
    if evidence.placed is not None:
        said.append(_owner(evidence.placed))
    if track.mood is not None:
        who = track.mood_from or "tag"
        said.append(_word(track.mood, who, _WORD_SPREAD.get(who, _WEAK_WORD)))
    if track.genre is not None and (found := genre_place(track.genre)) is not None:
        said.append(
            Witness(
                who="genre",
                place=(found.valence, found.arousal),
                spreads=(found.spread, found.spread),
                mood=found.mood,
                about="genre",
            )
        )
    if track.bpm is not None:
        arousal, spread = tempo_arousal(track.bpm)
        place, spreads = (0.0, arousal), (_NO_IDEA, spread)
        said.append(Witness(who="genre", place=place, spreads=spreads, about="tempo"))
    if evidence.features is not None:
        sound = heard(evidence.features)
        place = (sound.valence, sound.arousal)
        spreads = (sound.valence_spread, sound.arousal_spread)
        said.append(Witness(who="listening", place=place, spreads=spreads, about="listening"))
    if len(said) > 1:
        said.sort(key=lambda one: _RANK[one.who])  # stable: `place` before a folder
    return said


def named(place: Point, spreads: Point) -> Mood | None:
    """The mood that a place alone suggests; None where several are as likely."""
    likely = {
        mood: exp(
            -0.5
            * (((place[0] - valence) / spreads[0]) ** 2 + ((place[1] - arousal) / spreads[1]) ** 2)
        )
        for mood, (valence, arousal) in PLACES.items()
    }
    best = max(likely, key=likely.__getitem__)
    total = sum(likely.values())
    if best == "neutral" and max(spreads) > _VAGUE:
        return None  # the middle of the plane is where all that is not known ends, too
    return best if total > 0 and likely[best] / total >= _SURE else None


def _axis(said: list[Witness], axis: int) -> tuple[float, float, list[float]]:
    """Mean, standard deviation and everyone's share on one of the two axes."""
    trust = [_LESSER / one.spreads[axis] ** 2 for one in said]
    trust[0] /= _LESSER
    total = sum(trust)
    mean = sum([some * one.place[axis] for some, one in zip(trust, said, strict=True)]) / total
    first, room = said[0].place[axis], said[0].spreads[axis]
    mean = max(first - room, min(first + room, mean))
    return max(-1.0, min(1.0, mean)), sqrt(1 / total), [some / total for some in trust]


def _felt(place: Point, room: Point, felt: tuple[Felt, ...]) -> Point:
    """Liked while a mood was wanted: nearer to it; skipped: away; within the leader's spread."""
    doubts = _DOUBTS + sum(one.likes + one.skips for one in felt)
    moved = list(place)
    for axis in (0, 1):
        pull = sum((one.likes - one.skips) * (PLACES[one.mood][axis] - place[axis]) for one in felt)
        most = min(room[axis], 0.5)
        moved[axis] += max(-most, min(most, pull / doubts))
    return max(-1.0, min(1.0, moved[0])), max(-1.0, min(1.0, moved[1]))


def _exact(placed: Placed | None) -> bool:
    return placed is not None and placed.valence is not None


def _owner(placed: Placed) -> Witness:
    if placed.valence is None or placed.arousal is None:
        return _word(placed.mood or "neutral", "owner", _WORD_SPREAD["owner"], "placed")
    place = (placed.valence, placed.arousal)
    return Witness(
        who="owner",
        place=place,
        spreads=(_POINT_SPREAD, _POINT_SPREAD),
        mood=placed.mood or named(place, (0.2, 0.2)),
        about="placed",
    )


def _word(
    mood: Mood, who: MoodFrom, spread: float, about: Literal["placed", "word"] = "word"
) -> Witness:
    spreads = (spread, spread)
    return Witness(who=who, place=PLACES[mood], spreads=spreads, mood=mood, about=about)
