"""The collection in order of mood and place, so that a choice need not look at every song.

Songs that the house bars for ever are left out here, and so on every path; Christmas songs stand
apart. A shelf holds the songs of one mood word in one square of the plane. A pool is taken from
the shelves that can hold the best songs; of a shelf with more songs than are needed a part is
taken at random, so that over time all of them get their turn.

Measured on the build machine: 100,000 songs in 7 places, or spread all over the plane, are put in
order within a second or two; a pool of 400 takes a millisecond or two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import gcd, hypot
from typing import Any

from edge.messages import Mood, Track, Value
from edge.mind.chance import Chance
from edge.mind.circumplex import PLACES, REGION, Target, where
from edge.mind.features import Features, of_song
from edge.mind.house import House, bar_always, is_festive

UNSPOKEN = ""
POOL = 400
"""So many songs are weighed for one choice."""
_SIDE = 0.125
"""Of a square of the plane."""
_HALF_DIAGONAL = _SIDE * 0.7072
_GOLDEN = 0.6180339887
_NOWHERE = (99, 99)

Square = tuple[int, int]
Spot = tuple[Mood | None, Square]
Shelf = list[str]
Hall = dict[Spot, Shelf]
"""By mood word and square, the ids of the songs there."""
Album = tuple[str, str]


class Shelves(Value, frozen=True):
    """Everything that may be heard here."""

    house: House = House()
    halls: dict[str, Hall] = {}
    """By language; `any` holds all songs, UNSPOKEN those without words or of unknown language."""
    festive: dict[str, Hall] = {}
    """The same for Christmas songs."""
    albums: dict[Album, Shelf] = {}
    """In the order of disc and number."""
    artists: dict[str, Shelf] = {}
    genres: dict[str, Shelf] = {}
    features: dict[str, Features] = {}
    """By id, as the taste sees the songs; those of equal names are one and the same tuple."""


def arrange(tracks: Iterable[Track], house: House) -> Shelves:
    """Put the songs in order."""
    shelves = Shelves(house=house)
    by_id: dict[str, Track] = {}
    known: dict[object, Features] = {}
    for track in tracks:
        if bar_always(track, house) is not None:
            continue
        by_id[track.id] = track
        names = (track.artist, track.genre, track.language, track.bpm)
        features = known.get(names)
        if features is None:
            features = known[names] = of_song(track)
        shelves.features[track.id] = features
        for table, key in _spots(shelves, track):
            table.setdefault(key, []).append(track.id)
    for songs in shelves.albums.values():
        songs.sort(key=lambda name: _place_on_album(by_id[name]))
    return shelves


def rearrange(
    shelves: Shelves,
    before: Mapping[str, Track],
    after: Mapping[str, Track],
    changed: Iterable[str],
) -> Shelves:
    """The same after these songs came, went, or are better known: for some songs of many."""
    new = _copy(shelves)
    coming, going = _Moves(), _Moves()
    for name in changed:
        old, track = before.get(name), after.get(name)
        barred = track is None or bar_always(track, new.house) is not None
        spots = [] if track is None or barred else list(_spots(new, track))
        left = [] if new.features.pop(name, None) is None else _left(new, name, old)
        if track is not None and spots:
            new.features[name] = of_song(track)
        if not _same(left, spots) or _place_changed(old, track):
            going.note(name, left)
            coming.note(name, spots)
    for table, key, names in going:
        table[key] = [name for name in table[key] if name not in names]
    for table, key, names in coming:
        table[key] = [*table.get(key, ()), *names]
        if table is new.albums:
            table[key].sort(key=lambda name: _place_on_album(after[name]))
    return new


class _Moves:
    """Songs by the shelf they come to or leave, so that each shelf is made anew only once."""

    def __init__(self) -> None:
        self._of: dict[tuple[int, object], tuple[dict[Any, Shelf], object, dict[str, None]]] = {}

    def note(self, name: str, spots: Iterable[tuple[dict[Any, Shelf], object]]) -> None:
        for table, key in spots:
            self._of.setdefault((id(table), key), (table, key, {}))[2][name] = None

    def __iter__(self) -> Iterator[tuple[dict[Any, Shelf], object, dict[str, None]]]:
        return iter(self._of.values())


def _left(shelves: Shelves, name: str, old: Track | None) -> list[Any]:
    """Where it was put; a song of which nobody knows that any more is looked for."""
    likely: list[Any] = [] if old is None else list(_spots(shelves, old))
    if likely and all(key in table for table, key in likely):
        return likely
    tables = [*shelves.halls.values(), *shelves.festive.values()]
    every: list[dict[Any, Shelf]] = [*tables, shelves.albums, shelves.artists, shelves.genres]
    return [(table, key) for table in every for key in table if name in table[key]]


def _same(left: list[Any], spots: list[Any]) -> bool:
    return len(left) == len(spots) and all(
        one is other and key == word for (one, key), (other, word) in zip(left, spots, strict=True)
    )


def _place_changed(old: Track | None, track: Track | None) -> bool:
    return None in (old, track) or _place_on_album(old) != _place_on_album(track)  # type: ignore[arg-type]  # neither is None


def _copy(shelves: Shelves) -> Shelves:
    """One in which shelves can be put in the place of others."""
    return Shelves(
        house=shelves.house,
        halls={language: dict(hall) for language, hall in shelves.halls.items()},
        festive={language: dict(hall) for language, hall in shelves.festive.items()},
        albums=dict(shelves.albums),
        artists=dict(shelves.artists),
        genres=dict(shelves.genres),
        features=dict(shelves.features),
    )


def _place_on_album(track: Track) -> tuple[int, int, str]:
    return track.disc or 1, track.number or 0, track.path


def album_of(track: Track) -> Album:
    """What songs of one album have in common; a compilation has no artist of its own."""
    artist = "" if track.compilation else track.album_artist or track.artist or ""
    return artist.casefold(), (track.album or "").casefold()


def pool(
    shelves: Shelves,
    languages: Sequence[str],
    wanted: Target | None,
    chance: Chance,
    *,
    season: bool,
    last: Collection[Mood] = (),
) -> Iterator[str]:
    """Ids of songs among which the best are, about POOL of them; those of moods `last` at last."""
    halls = [shelves.halls.get(language, {}) for language in languages]
    if season:
        halls += [shelves.festive.get(language, {}) for language in languages]
    every = [shelf for hall in halls for shelf in hall.values()]
    if sum(map(len, every)) <= POOL:
        for shelf in every:
            yield from shelf
        return
    if wanted is None:
        yield from _scattered(every, chance)
        return
    spots = [
        (_promise(spot, wanted) - _is_of(spot, last), shelf)
        for hall in halls
        for spot, shelf in hall.items()
    ]
    spots.sort(key=lambda one: -one[0])
    left = POOL
    for _, shelf in spots:
        if left <= 0:
            return
        yield from some(shelf, left, chance)
        left -= len(shelf)


def _scattered(shelves: list[Shelf], chance: Chance) -> Iterator[str]:
    """Of every shelf its share: no mood is wanted more than another."""
    share = POOL / sum(map(len, shelves))
    for shelf in shelves:
        yield from some(shelf, max(1, round(share * len(shelf))), chance)


def some(shelf: Sequence[str], count: int, chance: Chance) -> Iterator[str]:
    """That many at most, from anywhere on the shelf, none twice."""
    whole = len(shelf)
    if whole <= count:
        yield from shelf
        return
    place, step = chance.below(whole), max(1, int(whole * _GOLDEN))
    while gcd(step, whole) != 1:
        step += 1
    for _ in range(count):
        yield shelf[place]
        place = (place + step) % whole


def _promise(spot: Spot, wanted: Target) -> float:
    """How well the best song of this shelf may fit."""
    word, (x, y) = spot
    if (x, y) == _NOWHERE:
        return 0.3
    middle = (x + 0.5) * _SIDE, (y + 0.5) * _SIDE
    apart = hypot(middle[0] - wanted.place[0], middle[1] - wanted.place[1])
    near = 1.0 - max(0.0, apart - _HALF_DIAGONAL) / 2.0
    if wanted.word is None:
        return near
    return near * 0.5 + (0.5 if word == wanted.word else 0.0)


def _is_of(spot: Spot, moods: Collection[Mood]) -> bool:
    """Whether the word or the middle of this shelf is of one of these moods."""
    if not moods:
        return False
    word, (x, y) = spot
    middle = (x + 0.5) * _SIDE, (y + 0.5) * _SIDE
    return word in moods or any(
        hypot(middle[0] - PLACES[mood][0], middle[1] - PLACES[mood][1]) <= REGION for mood in moods
    )


def _spots(shelves: Shelves, track: Track) -> Iterator[tuple[dict[Any, Shelf], object]]:
    """Where it stands: among all, among those of its language, and with its kin."""
    halls = shelves.festive if is_festive(track) else shelves.halls
    place = where(track)
    square = _NOWHERE if place is None else (int(place[0] // _SIDE), int(place[1] // _SIDE))
    for language in ("any", track.language or UNSPOKEN):
        yield halls.setdefault(language, {}), (track.mood, square)
    if track.artist:
        yield shelves.artists, track.artist.casefold()
    if track.genre:
        yield shelves.genres, track.genre.casefold()
    if track.album:
        yield shelves.albums, album_of(track)
