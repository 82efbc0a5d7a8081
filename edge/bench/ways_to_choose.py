"""moodbox beside simpler ways to choose the next song, and an oracle that knows the taste."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from math import hypot
from random import Random

from edge.bench.listeners import Listener
from edge.messages import Lesson, Mood, Now, Track
from edge.mind import course as courses
from edge.mind.course import Journey
from edge.mind.dj import Record, Wish, choose
from edge.mind.features import of_choice
from edge.mind.house import House
from edge.mind.shelves import arrange
from edge.mind.taste import Taste, learn

SONG_S = 200.0
REST = 35
"""So many other songs are heard at least while one rests for two hours."""


class Way(ABC):
    """Chooses song after song; hears what became of each."""

    name: str
    learns = False

    def __init__(self, tracks: list[Track], seed: int) -> None:
        self.tracks = tracks
        self.dice = Random(seed)  # noqa: S311 - no secret
        self.heard: list[int] = []

    @abstractmethod
    def next(self, mood: Mood) -> int:
        """The number of the song."""

    def told(self, number: int, mood: Mood, words: list[str]) -> None:
        """The listener did this."""
        del mood, words
        self.heard.append(number)


class Shuffle(Way):
    """Every song once in any order, then again."""

    name = "shuffle"

    def __init__(self, tracks: list[Track], seed: int) -> None:
        super().__init__(tracks, seed)
        self._left: list[int] = []

    def next(self, mood: Mood) -> int:
        del mood
        if not self._left:
            self._left = self.dice.sample(range(len(self.tracks)), len(self.tracks))
        return self._take()

    def _take(self) -> int:
        return self._left.pop()


class SpacedShuffle(Shuffle):
    """The same, but no artist twice in a row."""

    name = "shuffle, artists spaced"

    def _take(self) -> int:
        last = self.tracks[self.heard[-1]].artist if self.heard else None
        for place in range(len(self._left) - 1, -1, -1):
            if self.tracks[self._left[place]].artist != last:
                return self._left.pop(place)
        return self._left.pop()


class MoodShuffle(Way):
    """Any song whose word is the mood, as a playlist for each mood does it; rests are kept."""

    name = "a playlist for each mood"

    def next(self, mood: Mood) -> int:
        tired = set(self.heard[-REST:])
        fitting = [
            number
            for number, track in enumerate(self.tracks)
            if track.mood == mood and number not in tired
        ]
        return self.dice.choice(fitting or range(len(self.tracks)))


class Moodbox(Way):
    """The DJ of the box."""

    name = "moodbox"
    learns = True

    def __init__(self, tracks: list[Track], seed: int) -> None:
        super().__init__(tracks, seed)
        self._by_id = {track.id: track for track in tracks}
        self._number = {track.id: number for number, track in enumerate(tracks)}
        self._shelves = arrange(tracks, House())
        self._plays: Counter[str] = Counter()
        self._last: dict[str, float] = {}
        self._likes: dict[str, bool] = {}
        self._taste = Taste()

    def next(self, mood: Mood) -> int:
        record = Record(
            heard=[self.tracks[number].id for number in self.heard[-200:]],
            last=self._last,
            plays=self._plays,
            likes=self._likes,
            taste=self._taste,
        )
        now = Now(at=0.0, wall=len(self.heard) * SONG_S)
        wish = Wish(mood=mood)
        chosen = choose(self._by_id, self._shelves, wish, record, now, self.dice.random())
        assert chosen is not None  # noqa: S101 - the collection is not empty
        return self._number[chosen.track.id]

    def told(self, number: int, mood: Mood, words: list[str]) -> None:
        track = self.tracks[number]
        self._last[track.id] = len(self.heard) * SONG_S
        self._plays[track.id] += 1
        super().told(number, mood, words)
        for word in words if self.learns else ():
            if word in ("liked", "disliked"):
                self._likes[track.id] = word == "liked"
            self._taste = learn(self._taste, self._lesson(track, mood, word))

    def _lesson(self, track: Track, mood: Mood, word: str) -> Lesson:
        course = courses.plot(mood, "match", None, Journey())
        assert course is not None  # noqa: S101 - match has a course for every mood
        (x, y), own = course.target.place, self._shelves.features[track.id]
        distance = hypot((track.valence or 0.0) - x, (track.arousal or 0.0) - y)
        features = of_choice(own, distance, track.mood == mood)
        return Lesson(track_id=track.id, mood=mood, what=word, features=features)  # type: ignore[arg-type]  # the listener speaks these words


class Untaught(Moodbox):
    """The same, but it learns nothing."""

    name = "moodbox without taste"
    learns = False


class Oracle(Way):
    """Knows how much each song would be enjoyed, and keeps the rests and the artists apart."""

    name = "oracle"
    listener: Listener

    def next(self, mood: Mood) -> int:
        pleasure = self.listener.pleasure[mood]
        tired = set(self.heard[-REST:])
        last = self.tracks[self.heard[-1]].artist if self.heard else None
        free = (
            number
            for number, track in enumerate(self.tracks)
            if number not in tired and track.artist != last
        )
        return max(free, key=pleasure.__getitem__)


WAYS: tuple[type[Way], ...] = (Shuffle, SpacedShuffle, MoodShuffle, Untaught, Moodbox, Oracle)
