"""A song as the taste sees it: a few numbers in fixed slots, most of them empty.

Names of artists and genres are hashed into few slots, each artist into two of them with a sign:
two artists that share one slot seldom share the other. The hash is FNV-1a and not Python's own,
for what was learned must mean the same after a restart.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import sqrt

from edge.messages import Track

_GENRES, _ARTISTS, _LANGUAGES = 12, 32, 8
BIAS, DISTANCE, WORD, TEMPO = range(4)
GENRE = 4
ARTIST = GENRE + _GENRES
LANGUAGE = ARTIST + _ARTISTS
SLOTS = LANGUAGE + _LANGUAGES

Features = tuple[tuple[int, float], ...]
"""Slot and value, only where the value is not 0."""

_HALF = sqrt(0.5)


def of_song(track: Track) -> Features:
    """What does not depend on what is wanted."""
    names = _names(track.genre, track.artist, track.language)
    return (*_tempo(round(track.bpm)), *names) if track.bpm else names


def of_choice(song: Features, distance: float, word: bool) -> Features:
    """The whole: also how far the song is from what was wanted, and whether its word is right."""
    fit = ((BIAS, 1.0), (DISTANCE, distance), (WORD, 1.0 if word else 0.0))
    return fit + song


@lru_cache(maxsize=512)
def _tempo(bpm: int) -> Features:
    return ((TEMPO, max(-1.0, min(1.0, (bpm - 115.0) / 60.0))),)


@lru_cache(maxsize=16_384)
def _names(genre: str | None, artist: str | None, language: str | None) -> Features:
    """Songs of equal names share one value: a collection has many, and a hash costs time."""
    return tuple(_slots(genre, artist, language))


def _slots(
    genre: str | None, artist: str | None, language: str | None
) -> Iterator[tuple[int, float]]:
    if genre:
        yield GENRE + _hash(genre) % _GENRES, 1.0
    if artist:
        value = _hash(artist)
        first, second = value % _ARTISTS, (value >> 20) % _ARTISTS
        yield ARTIST + first, _HALF if value >> 40 & 1 else -_HALF
        if second != first:
            yield ARTIST + second, _HALF if value >> 41 & 1 else -_HALF
    if language:
        yield LANGUAGE + _hash(language) % _LANGUAGES, 1.0


@lru_cache(maxsize=16_384)
def _hash(name: str) -> int:
    value = 0xCBF29CE484222325
    for byte in name.casefold().strip().encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    # The low bits of FNV-1a are its poor ones.
    return value ^ value >> 29
