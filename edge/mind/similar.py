"""More like this: by genre, artist, language, year, tempo and place on the plane."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import hypot

from edge.messages import Now, Track
from edge.mind import house
from edge.mind.chance import Chance
from edge.mind.circumplex import Target, where
from edge.mind.dj import Choice, same
from edge.mind.house import genres
from edge.mind.shelves import UNSPOKEN, Shelves, album_of, pool, some

_GENRE, _ARTIST, _PLACE, _LANGUAGE, _TEMPO, _YEAR = 0.30, 0.22, 0.22, 0.12, 0.07, 0.07
"""What each likeness is worth; together 1."""
_FAR, _TEMPO_FAR, _YEARS_FAR = 0.8, 40.0, 15.0
"""Where nothing of the likeness is left: on the plane, in beats a minute, in years."""
_ALL, _MANY = 3000, 1000
"""Collections up to so many songs are looked through whole; else so many of an artist or genre."""
_SAID = 0.04
"""A likeness that is worth less is not told."""


def similar(
    tracks: Mapping[str, Track], shelves: Shelves, like: Track, now: Now, count: int
) -> list[Choice]:
    """The songs most like this one, without it and without what the house bars now."""
    own = genres(like.genre) if like.genre else ()
    place, album = where(like), album_of(like) if like.album else None
    found = []
    for name in _kin(shelves, like):
        track = tracks.get(name)
        if track is None or name == like.id:
            continue
        parts = _likeness(track, like, own, place)
        found.append((sum(parts.values()), name, parts))
    found.sort(key=lambda one: (-one[0], one[1]))
    choices: list[Choice] = []
    for score, name, parts in found:
        if len(choices) == count:
            break
        track = tracks[name]
        if house.bar(track, shelves.house, now.local) is None:
            beside = album is not None and track.album is not None and album_of(track) == album
            reason = _reason(track, like, parts, beside)
            choices.append(Choice(track=track, reason=reason, score=round(min(1.0, score), 4)))
    return choices


def _kin(shelves: Shelves, like: Track) -> Iterable[str]:
    """Those among which the most similar are: all of a small collection; of a large one the same
    artist, much of the same genre, and those that stand near on the plane."""
    if len(shelves.features) <= _ALL:
        return shelves.features
    chance = Chance(0.5)
    kin = dict.fromkeys(
        some(shelves.artists.get((like.artist or "").casefold(), ()), _MANY, chance)
    )
    kin |= dict.fromkeys(some(shelves.genres.get((like.genre or "").casefold(), ()), _MANY, chance))
    place = where(like)
    target = None if place is None else Target(place=place, word=like.mood)
    for language in dict.fromkeys((like.language or UNSPOKEN, "any")):
        kin |= dict.fromkeys(pool(shelves, (language,), target, chance, season=True))
    return (name for name in kin if name in shelves.features)


def _likeness(
    track: Track, like: Track, own: tuple[str, ...], place: tuple[float, float] | None
) -> dict[str, float]:
    """By name, how much each likeness is worth here."""
    parts = {}
    if own and track.genre:
        if track.genre == like.genre:
            parts["genre"] = _GENRE
        elif set(own) & set(genres(track.genre)):
            parts["genre"] = 0.6 * _GENRE
    if same(track.artist, like.artist):
        parts["artist"] = _ARTIST
    if track.language is not None and track.language == like.language:
        parts["language"] = _LANGUAGE
    there = where(track)
    if place is not None and there is not None:
        apart = hypot(place[0] - there[0], place[1] - there[1])
        parts["place"] = _PLACE * max(0.0, 1 - apart / _FAR)
        if track.mood != like.mood:
            parts["place"] *= 0.6  # the plane cannot tell angry from fear
    if track.bpm and like.bpm:
        parts["tempo"] = _TEMPO * max(0.0, 1 - abs(track.bpm - like.bpm) / _TEMPO_FAR)
    if track.year and like.year:
        parts["year"] = _YEAR * max(0.0, 1 - abs(track.year - like.year) / _YEARS_FAR)
    return parts


def _reason(track: Track, like: Track, parts: Mapping[str, float], beside: bool) -> str:
    words = {
        "genre": f"also {track.genre}",
        "artist": f"also by {track.artist}",
        "language": "in the same language",
        "place": f"also {track.mood}" if track.mood and track.mood == like.mood else "near in mood",
        "tempo": "of about the same tempo",
        "year": "from about the same time",
    }
    told = sorted((name for name in parts if parts[name] >= _SAID), key=lambda name: -parts[name])
    said = ["from the same album"] if beside else []
    said += [words[name] for name in told]
    return ", ".join(said) or "the most like it that you have"
