"""The songs that are weighed for one choice: those of the right language that fit, and the rest.

Steps 1 and 2 of `edge.mind.dj`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import hypot

from edge.messages import Mood, Now, Policy, Track, Trend, Value
from edge.mind import course as courses
from edge.mind import house
from edge.mind.calendar import within
from edge.mind.chance import Chance
from edge.mind.circumplex import Target, distance, fit_from, where
from edge.mind.course import Course, Journey
from edge.mind.features import Features, of_choice
from edge.mind.shelves import UNSPOKEN, Shelves, pool
from edge.mind.taste import Taste

_LIKED, _DISLIKED = 1.1, 0.05
"""A like is above all a lesson for the taste; this is what it is worth for the song itself."""
_NEARLY, _NEARLY_THERE = 0.85, 0.97
"""Songs that fit at least this share of the best are as good; on the way of `lift` less is near."""
_FITS = 0.6
"""A song with the right word fits up to this distance."""


class Wish(Value, frozen=True):
    """For whom the song is, and what the owner wants."""

    mood: Mood | None = None
    policy: Policy = "match"
    language: str = "any"
    trend: Trend | None = None
    journey: Journey = Journey()


class Record(Value, frozen=True):
    """What was heard, and what the listener made of it."""

    heard: Sequence[str] = ()
    """Ids of the latest songs, newest last."""
    last: Mapping[str, float] = {}
    """When each was heard last (wall time), where that is known."""
    plays: Mapping[str, int] = {}
    likes: Mapping[str, bool] = {}
    taste: Taste = Taste()
    rest_s: float = 7200.0


class Candidate(Value, frozen=True):
    """A song that is weighed."""

    track: Track
    fit: float
    distance: float
    """From what is wanted, on the plane."""
    features: Features


class Table(Value, frozen=True):
    """All that one choice looks at."""

    course: Course | None
    candidates: list[Candidate]
    tongue: str
    """Where the candidates come from: `any`, the wanted language, UNSPOKEN, or `other`."""


def table(
    tracks: Mapping[str, Track],
    shelves: Shelves,
    wish: Wish,
    record: Record,
    now: Now,
    chance: Chance,
) -> Table:
    """Language by language, until something fits."""
    course = courses.plot(wish.mood, wish.policy, wish.trend, wish.journey)
    target, last = (course.target, course.without) if course else (None, ())
    season = shelves.house.festive == "always" or within(now.local, *house.SEASON)
    fallback: Table | None = None
    for tongue, languages in _tongues(wish.language):
        found = pool(shelves, languages, target, chance, season=season, last=last)
        ids = dict.fromkeys(found)
        ids.update(dict.fromkeys(_liked(record, shelves, tracks, languages, now)))
        songs = [tracks[name] for name in ids if name in tracks]
        table = Table(
            course=course,
            candidates=[_weigh(song, shelves, target, record) for song in songs],
            tongue=tongue,
        )
        before = record.heard[-1] if record.heard else None
        if any(_fits(one, target) and one.track.id != before for one in table.candidates):
            return table
        if fallback is None or not fallback.candidates:
            fallback = table
    return fallback or Table(course=course, candidates=[], tongue="any")


def _tongues(language: str) -> list[tuple[str, tuple[str, ...]]]:
    if language == "any":
        return [("any", ("any",))]
    return [
        (language, (language,)),
        (UNSPOKEN, (language, UNSPOKEN)),
        ("other", ("any",)),
    ]


def _liked(
    record: Record,
    shelves: Shelves,
    tracks: Mapping[str, Track],
    languages: Sequence[str],
    now: Now,
) -> Iterable[str]:
    """The songs that the listener said they like are always weighed."""
    for name in list(record.likes)[-100:]:
        track = tracks.get(name)
        if track is not None and record.likes[name] and name in shelves.features:
            spoken = "any" in languages or (track.language or UNSPOKEN) in languages
            if spoken and house.bar(track, shelves.house, now.local) is None:
                yield name


def _weigh(track: Track, shelves: Shelves, target: Target | None, record: Record) -> Candidate:
    liked = record.likes.get(track.id)
    size = 1.0 if liked is None else _LIKED if liked else _DISLIKED
    apart, word = 0.0, False
    if target is not None:
        known = distance(track, target)
        apart = 1.0 if known is None else known
        word = track.mood is not None and track.mood == target.word
        size *= fit_from(known, track, target)
    features = of_choice(shelves.features[track.id], apart, word)
    return Candidate(track=track, fit=min(1.0, size), distance=apart, features=features)


def _fits(one: Candidate, target: Target | None) -> bool:
    if target is None:
        return True
    if one.fit < 0.2:  # disliked
        return False
    return one.distance <= _FITS if one.track.mood == target.word else one.distance <= _FITS / 2


def wanted(songs: Sequence[Candidate], course: Course | None) -> Sequence[Candidate]:
    """Those that the course does not lead away from; where there are no others, all."""
    if course is None:
        return songs
    return [one for one in songs if not courses.unwanted(one.track, course)] or songs


def good(table: Table, wish: Wish) -> list[Candidate]:
    """Those that fit nearly as well as the best."""
    course, songs = table.course, table.candidates
    if course is None or not songs:
        return [one for one in songs if one.fit >= 0.2] or songs
    left = wanted(songs, course)
    if course.near is not None:
        x, y = course.near
        places = [(one, where(one.track)) for one in left]
        close = [
            one
            for one, place in places
            if place and hypot(place[0] - x, place[1] - y) <= courses.STEP
        ]
        left = [one for one in close if one.fit >= 0.8] or left
    target = course.target
    share = _NEARLY if wish.policy != "lift" or target.word else _NEARLY_THERE
    best = max(one.fit for one in left)
    right = target.word if best >= share * 0.8 and target.word else None
    return [
        one
        for one in left
        if one.fit >= share * best
        or (right and one.track.mood == right and one.distance <= _FITS and one.fit > 0.2)
    ]
