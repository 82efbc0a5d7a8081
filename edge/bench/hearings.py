"""A way to choose meets a listener: what came of each hearing, and the sum of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np

from edge.bench.listeners import Listener, collection, day
from edge.bench.ways_to_choose import REST, WAYS, Oracle

_WINDOW = 25
_BACK = 0.9


class Hearing(msgspec.Struct, frozen=True):
    """One way with one listener, song by song."""

    way: str
    pleasure: list[float]
    """How probable it was that each song would be enjoyed."""
    best: list[float]
    """The same of the song that an oracle would have played then."""
    numbers: list[int]
    artists: list[str]


class Sum(msgspec.Struct, frozen=True):
    """One way with all listeners."""

    way: str
    likes: float
    """Share of the songs that were enjoyed."""
    regret: float
    """What an oracle would have had more."""
    late_likes: float
    """Share of the songs enjoyed in the quarter before the taste changes."""
    repeats: float
    """Share of the songs that were heard less than two hours before."""
    artist_twice: float
    """Share of the songs whose artist was the one just before."""
    coverage: float
    """Share of the collection that was heard."""
    recovery: int | None
    """Songs after the change until as many are enjoyed again as before it, nearly; None: never,
    or never learned."""


def hear(seed: int, songs: int, size: int) -> list[Hearing]:
    """Every way with one listener, whose taste changes when half of the songs were heard."""
    tracks = collection(size)
    hearings = []
    for kind in WAYS:
        listener, way = Listener(seed, tracks), kind(tracks, seed)
        knows = Oracle(tracks, seed)
        knows.listener = listener
        if isinstance(way, Oracle):
            way.listener = listener
        pleasure, best = [], []
        for number, mood in enumerate(day(seed, songs).moods):
            if number == songs // 2:
                listener.change()
            ideal = knows.next(mood)
            knows.told(ideal, mood, [])
            chosen = way.next(mood)
            best.append(listener.pleasure[mood][ideal])
            pleasure.append(listener.pleasure[mood][chosen])
            _, words = listener.answer(pleasure[-1])
            way.told(chosen, mood, words)
        artists = [tracks[number].artist or "" for number in way.heard]
        hearings.append(Hearing(kind.name, pleasure, best, way.heard, artists))
    return hearings


def sum_up(way: str, hearings: Sequence[Hearing], size: int, *, learns: bool) -> Sum:
    """Over all listeners."""
    mine = [hearing for hearing in hearings if hearing.way == way]
    pleasure = np.array([hearing.pleasure for hearing in mine])
    best = np.array([hearing.best for hearing in mine])
    songs = pleasure.shape[1]
    return Sum(
        way=way,
        likes=float(pleasure.mean()),
        regret=float((best - pleasure).mean()),
        late_likes=float(pleasure[:, songs // 4 : songs // 2].mean()),
        repeats=float(np.mean([_repeats(hearing.numbers) for hearing in mine])),
        artist_twice=float(np.mean([_twice(hearing.artists) for hearing in mine])),
        coverage=float(np.mean([len(set(hearing.numbers)) / size for hearing in mine])),
        recovery=_recovery(pleasure) if learns else None,
    )


def _repeats(numbers: Sequence[int]) -> float:
    early = sum(
        number in numbers[max(0, place - REST) : place] for place, number in enumerate(numbers)
    )
    return early / len(numbers)


def _twice(artists: Sequence[str]) -> float:
    pairs = pairwise(artists)
    return sum(a == b for a, b in pairs) / max(1, len(artists) - 1)


def _recovery(pleasure: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> int | None:
    """By the mean of all listeners over some songs: the gain over the start that comes back."""
    songs = pleasure.shape[1]
    mean = pleasure.mean(axis=0)
    start, before = mean[:_WINDOW].mean(), mean[songs // 4 : songs // 2].mean()
    wanted = start + _BACK * (before - start)
    if before - start < 0.03:
        return None
    for place in range(songs // 2, songs - _WINDOW + 1):
        if mean[place : place + _WINDOW].mean() >= wanted:
            return place - songs // 2
    return None
