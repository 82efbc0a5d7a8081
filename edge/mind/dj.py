"""Which song next, and why: a pure function of the wish, the record, the clock and the dice.

The hard rules were obeyed when the shelves were arranged (`edge.mind.house`). Then:

1. Language: songs in the wanted one; where none of them fits, songs without words or of unknown
   language; where none of those fits either, any. Three steps, and the reason says which.
2. Fit: songs that fit the mood nearly as well as the best one, and none that `lift` or `calm` lead
   away from. A song that the listener dislikes hardly fits anything.
3. Soft rules. They give way in this order: fairness (no song far more often than the others), the
   artist (not the one just heard), the rest (no song again within its rest, which ends early where
   most of the songs that fit have been heard since). The same song twice in a row is the very last.
4. Among those left the taste decides, as drawn from what is believed of it (Thompson sampling), so
   that what is not known yet is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import hypot, tanh

from edge.messages import Mood, Now, Policy, Track, Trend, Value
from edge.mind import course as courses
from edge.mind import house, reasons
from edge.mind.calendar import within
from edge.mind.chance import Chance
from edge.mind.circumplex import Target, fit, where
from edge.mind.course import Course, Journey
from edge.mind.features import Features, of_choice
from edge.mind.linear import value
from edge.mind.shelves import UNSPOKEN, Shelves, pool
from edge.mind.taste import Taste, weights

_LIKED, _DISLIKED = 1.1, 0.05
"""A like is above all a lesson for the taste; this is what it is worth for the song itself."""
_NEARLY, _NEARLY_THERE = 0.85, 0.97
"""Songs that fit at least this share of the best are as good; on the way of `lift` less is near."""
_FITS = 0.6
"""A song with the right word fits up to this distance."""
_REST = 0.6
"""The share of the fitting songs that must be heard before one comes again."""
_PULL = 0.5
"""How much the taste moves the score, at most."""
_OWN = 0.1
"""What a song's features do not tell: standard deviation of how much it is liked for itself."""
_OFTEN = 3.0
"""Far more often: so many times the average of the songs that fit, and two more."""
_FAIRNESS, _ARTIST, _TIRED, _MISFIT, _AGAIN = 1, 2, 4, 8, 16


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


class Choice(Value, frozen=True):
    """A song and the reason for it, in words for a person."""

    track: Track
    reason: str
    score: float


class Candidate(Value, frozen=True):
    """A song that is weighed."""

    track: Track
    fit: float
    distance: float
    """From what is wanted, on the plane."""
    features: Features


class _Table(Value, frozen=True):
    """All that one choice looks at."""

    course: Course | None
    candidates: list[Candidate]
    tongue: str
    """Where the candidates come from: `any`, the wanted language, UNSPOKEN, or `other`."""


def choose(
    tracks: Mapping[str, Track],
    shelves: Shelves,
    wish: Wish,
    record: Record,
    now: Now,
    dice: float,
) -> Choice | None:
    """The song to play now, or None where none may be heard."""
    return next(iter(rank(tracks, shelves, wish, record, now, dice, 1)), None)


def rank(
    tracks: Mapping[str, Track],
    shelves: Shelves,
    wish: Wish,
    record: Record,
    now: Now,
    dice: float,
    count: int,
) -> list[Choice]:
    """The songs that could be played now, the one to play first."""
    chance = Chance(dice)
    table = _table(tracks, shelves, wish, record, now, chance)
    good = _good(table, wish)
    drawn = weights(record.taste, wish.mood, chance)
    breaks = _soft_rules(good, tracks, record, now)
    scored = []
    names = {one.track.id for one in good}
    for one in (*good, *(one for one in table.candidates if one.track.id not in names)):
        liked = value(drawn, one.features) + _OWN * chance.normal()
        broken = breaks(one.track) + (0 if one.track.id in names else _MISFIT)
        scored.append((broken, -_score(one, liked), one))
    scored.sort(key=lambda item: item[:2])
    return [
        _choice(one, -score, broken, table, wish, record) for broken, score, one in scored[:count]
    ]


def recommend(
    tracks: Mapping[str, Track],
    shelves: Shelves,
    wish: Wish,
    record: Record,
    now: Now,
    count: int,
) -> list[Choice]:
    """What suits best by all that is known, best first: a list to read, so nothing needs rest."""
    table = _table(tracks, shelves, wish, record, now, Chance(0.5))
    expected = weights(record.taste, wish.mood, None)
    wanted = _wanted(table.candidates, table.course)
    scored = [(_score(one, value(expected, one.features)), one) for one in wanted]
    scored.sort(key=lambda item: (-item[0], item[1].track.id))
    return [_choice(one, score, 0, table, wish, record) for score, one in scored[:count]]


def _score(one: Candidate, liked: float) -> float:
    """0–1: the fit, moved by the taste."""
    return one.fit * (1.0 + _PULL * tanh(liked)) / (1.0 + _PULL)


def _table(
    tracks: Mapping[str, Track],
    shelves: Shelves,
    wish: Wish,
    record: Record,
    now: Now,
    chance: Chance,
) -> _Table:
    """Language by language, until something fits."""
    course = courses.plot(wish.mood, wish.policy, wish.trend, wish.journey)
    target, last = (course.target, course.without) if course else (None, ())
    season = shelves.house.festive == "always" or within(now.local, *house.SEASON)
    fallback: _Table | None = None
    for tongue, languages in _tongues(wish.language):
        found = pool(shelves, languages, target, chance, season=season, last=last)
        ids = dict.fromkeys(found)
        ids.update(dict.fromkeys(_liked(record, shelves, tracks, languages, now)))
        songs = [tracks[name] for name in ids if name in tracks]
        table = _Table(
            course=course,
            candidates=[_weigh(song, shelves, target, record) for song in songs],
            tongue=tongue,
        )
        before = record.heard[-1] if record.heard else None
        if any(_fits(one, target) and one.track.id != before for one in table.candidates):
            return table
        if fallback is None or not fallback.candidates:
            fallback = table
    return fallback or _Table(course=course, candidates=[], tongue="any")


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
    factor = 1.0 if liked is None else _LIKED if liked else _DISLIKED
    distance = 0.0
    place = where(track)
    if target is not None:
        distance = 1.0
        if place is not None:
            distance = hypot(place[0] - target.place[0], place[1] - target.place[1])
    word = target is not None and track.mood is not None and track.mood == target.word
    features = of_choice(shelves.features[track.id], distance, word)
    size = min(1.0, fit(track, target) * factor)
    return Candidate(track=track, fit=size, distance=distance, features=features)


def _fits(one: Candidate, target: Target | None) -> bool:
    if target is None:
        return True
    if one.fit < 0.2:  # disliked
        return False
    return one.distance <= _FITS if one.track.mood == target.word else one.distance <= _FITS / 2


def _wanted(songs: Sequence[Candidate], course: Course | None) -> Sequence[Candidate]:
    """Those that the course does not lead away from; where there are no others, all."""
    if course is None:
        return songs
    return [one for one in songs if not courses.unwanted(one.track, course)] or songs


def _good(table: _Table, wish: Wish) -> list[Candidate]:
    """Those that fit nearly as well as the best."""
    course, songs = table.course, table.candidates
    if course is None or not songs:
        return [one for one in songs if one.fit >= 0.2] or songs
    wanted = _wanted(songs, course)
    if course.near is not None:
        x, y = course.near
        places = [(one, where(one.track)) for one in wanted]
        close = [
            one
            for one, place in places
            if place and hypot(place[0] - x, place[1] - y) <= courses.STEP
        ]
        wanted = [one for one in close if one.fit >= 0.8] or wanted
    target = course.target
    share = _NEARLY if wish.policy != "lift" or target.word else _NEARLY_THERE
    best = max(one.fit for one in wanted)
    right = target.word if best >= share * 0.8 and target.word else None
    return [
        one
        for one in wanted
        if one.fit >= share * best
        or (right and one.track.mood == right and one.distance <= _FITS and one.fit > 0.2)
    ]


def _soft_rules(
    good: Sequence[Candidate], tracks: Mapping[str, Track], record: Record, now: Now
) -> Callable[[Track], int]:
    """What a song would break, as a number that grows with how much that matters."""
    names = {one.track.id for one in good}
    lately = [name for name in record.heard if name in names]
    longest = int(_REST * len(names))
    tired = set(lately[-longest:]) if longest else set()
    before = record.heard[-1] if record.heard else None
    artist = tracks[before].artist if before is not None and before in tracks else None
    often = 2 + _OFTEN * sum(record.plays.get(name, 0) for name in names) / max(1, len(names))

    def broken(track: Track) -> int:
        heard = record.last.get(track.id)
        resting = heard is None or now.wall - heard < record.rest_s
        return (
            _FAIRNESS * (record.plays.get(track.id, 0) > often)
            + _ARTIST * (artist is not None and same(track.artist, artist))
            + _TIRED * (track.id in tired and resting)
            + _AGAIN * (track.id == before)
        )

    return broken


def same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()


def _choice(
    one: Candidate, score: float, broken: int, table: _Table, wish: Wish, record: Record
) -> Choice:
    reason = reasons.why(
        one.track,
        wish.mood,
        wish.policy,
        course=table.course,
        away=bool(table.course and courses.unwanted(one.track, table.course)),
        tongue=table.tongue if wish.language != "any" else "any",
        nearest=not any(other.track.mood == wish.mood for other in table.candidates),
        liked=record.likes.get(one.track.id),
        repeated=bool(broken & (_TIRED | _AGAIN)),
    )
    return Choice(track=one.track, reason=reason, score=round(score, 4))
