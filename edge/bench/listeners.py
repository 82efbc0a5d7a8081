"""Made-up listeners whose taste is known exactly, and a made-up collection for them to hear."""

from __future__ import annotations

from math import exp, hypot
from random import Random

import msgspec

from edge.messages import MOODS, Mood, Track
from edge.mind.circumplex import PLACES

GENRES = ("Pop", "Rock", "Jazz", "Classical", "Folk", "Electronic", "Bollywood", "Ghazal")
LANGUAGES = ("en", "hi", None)
_SPREAD = 0.18
"""How far songs of a mood lie from its place, as a standard deviation."""


class Listener:
    """Somebody who likes some artists, genres, languages and tempi, each mood in its own way."""

    def __init__(self, seed: int, tracks: list[Track]) -> None:
        self._dice = Random(seed)  # noqa: S311 - no secret
        self._tracks = tracks
        self._own = [self._dice.gauss(0, 0.4) for _ in tracks]
        self.change()

    def change(self) -> None:
        """Another taste from now on; how music suits a mood stays."""
        gauss = self._dice.gauss
        artists = {track.artist for track in self._tracks}
        self._artist = {name: gauss(0, 1.0) for name in sorted(artists, key=str)}
        self._genre = {name: gauss(0, 0.9) for name in GENRES}
        self._language = {name: gauss(0, 0.5) for name in LANGUAGES}
        self._tempo = gauss(0, 0.6)
        self._mood = {(mood, name): gauss(0, 0.5) for mood in MOODS for name in GENRES}
        self.pleasure = {
            mood: [self._of(mood, i) for i in range(len(self._tracks))] for mood in MOODS
        }

    def _of(self, mood: Mood, number: int) -> float:
        """How probable it is that this song is enjoyed in this mood."""
        track = self._tracks[number]
        genre = track.genre or ""
        liked = self._artist[track.artist] + self._genre[genre] + self._language[track.language]
        liked += self._mood[mood, genre] + self._tempo * ((track.bpm or 115) - 115) / 40
        x, y = PLACES[mood]
        distance = hypot((track.valence or 0.0) - x, (track.arousal or 0.0) - y)
        return 1 / (1 + exp(-(0.6 + liked + self._own[number] - 2.5 * distance)))

    def answer(self, pleasure: float) -> tuple[bool, list[str]]:
        """Whether this hearing was enjoyed, and what the listener does, in the words of lessons.

        Most say nothing. One of eight enjoyed songs is liked aloud, one of ten others disliked;
        of those not enjoyed six of ten are skipped soon, two late, and two are borne.
        """
        roll = self._dice.random
        if roll() < pleasure:
            return True, ["liked", "finished"] if roll() < 0.125 else ["finished"]
        said = ["disliked"] if roll() < 0.1 else []
        way = roll()
        done = "skipped_early" if way < 0.6 else "skipped_late" if way < 0.8 else "finished"
        return False, [*said, done]


class Day(msgspec.Struct, frozen=True):
    """The moods in which one listener hears song after song."""

    moods: tuple[Mood, ...]


def day(seed: int, songs: int) -> Day:
    """A mood lasts for five songs on average."""
    dice = Random(seed)  # noqa: S311 - no secret
    mood = dice.choice(MOODS)
    moods = []
    for _ in range(songs):
        if dice.random() < 0.2:
            mood = dice.choice(MOODS)
        moods.append(mood)
    return Day(tuple(moods))


def collection(count: int, seed: int = 7) -> list[Track]:
    """Songs of all moods; an artist keeps to one genre and language, and some have more songs."""
    dice = Random(seed)  # noqa: S311 - no secret
    artists = [
        (f"Artist {number}", dice.choice(GENRES), dice.choice(LANGUAGES), dice.gauss(115, 20))
        for number in range(max(1, count // 14))
    ]
    tracks = []
    for number in range(count):
        name, genre, language, pace = artists[int(len(artists) * dice.random() ** 1.5)]
        mood = dice.choice(MOODS)
        x, y = PLACES[mood]
        tracks.append(
            Track(
                id=f"{number:024x}",
                path=f"/music/{number}.ogg",
                title=f"Song {number}",
                artist=name,
                album=f"{name} {number % 3}",
                genre=genre,
                language=language,
                duration_s=200.0,
                mood=mood,
                mood_from="listening",
                valence=max(-1.0, min(1.0, dice.gauss(x, _SPREAD))),
                arousal=max(-1.0, min(1.0, dice.gauss(y, _SPREAD))),
                bpm=max(50.0, dice.gauss(pace + 15 * y, 10)),
            )
        )
    return tracks
