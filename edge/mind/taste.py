"""What the listener likes to hear in each mood, learned from what they do with the songs.

Every lesson (a like, a skip, a song heard to its end) is a reward for the features of that song.
One model holds for all moods; each mood has a second one, for how it differs, which expects little
difference until it has seen some: so a mood that is rarely felt begins with what the others taught.
That the two are fitted one after the other, and not together, is a simplification.

Old lessons fade, so that a change of taste is followed. The lessons themselves are kept, so that
one can be taken back exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from edge.messages import Lesson, Mood, Value
from edge.mind import linear
from edge.mind.chance import Chance
from edge.mind.features import ARTIST, BIAS, DISTANCE, GENRE, LANGUAGE, SLOTS, TEMPO, WORD, Features
from edge.mind.linear import Gaussian, Prior, Vector

KEPT = 1000
"""Older lessons have faded to less than a hundredth."""
_KEEP = 0.995
"""What is left of a lesson after the next one: half after 138."""
_REWARDS: dict[str, tuple[float, float]] = {
    "liked": (1.0, 8.0),
    "disliked": (-1.0, 8.0),
    "finished": (0.3, 2.0),
    "skipped_early": (-0.7, 3.0),
    "skipped_late": (-0.15, 1.0),
}
"""Reward, and how much it tells (1 / variance): a skip may have been for the doorbell."""
_DIFFERENCE = 0.35
"""How much a mood differs from all moods: share of the variance."""


def _prior(times: float, mean: bool) -> Prior:
    variance = [0.0] * SLOTS
    variance[BIAS], variance[DISTANCE], variance[WORD], variance[TEMPO] = 0.05, 0.1, 0.05, 0.1
    variance[GENRE:ARTIST] = [0.15] * (ARTIST - GENRE)
    variance[ARTIST:LANGUAGE] = [0.4] * (LANGUAGE - ARTIST)
    variance[LANGUAGE:] = [0.1] * (SLOTS - LANGUAGE)
    expected = [0.0] * SLOTS
    if mean:
        expected[DISTANCE], expected[WORD] = -0.4, 0.1
    return Prior(mean=expected, precision=[1.0 / (times * one) for one in variance])


_ALL = linear.blank(_prior(1.0, True))
_ONE = linear.blank(_prior(_DIFFERENCE, False))


class Taste(Value, frozen=True):
    """What has been learned so far."""

    lessons: tuple[Lesson, ...] = ()
    """Oldest first, at most KEPT."""
    every: Gaussian = _ALL
    """What holds for every mood."""
    moods: dict[str, Gaussian] = {}
    """How each mood differs from that."""


def learn(taste: Taste, lesson: Lesson) -> Taste:
    """The taste after this too."""
    lessons = (*taste.lessons, lesson)[-KEPT:]
    return _believe(taste, [lesson], lessons)


def learned(lessons: Iterable[Lesson]) -> Taste:
    """The taste after all these, oldest first."""
    kept = tuple(lessons)[-KEPT:]
    return _believe(Taste(), kept, kept)


def unlearn(taste: Taste, track_id: str) -> Taste:
    """As if the listener had never said a word about this song."""
    words = ("liked", "disliked")
    kept = tuple(one for one in taste.lessons if one.track_id != track_id or one.what not in words)
    return taste if len(kept) == len(taste.lessons) else learned(kept)


def _believe(taste: Taste, new: Sequence[Lesson], lessons: tuple[Lesson, ...]) -> Taste:
    """Fit the model of all moods, then to what it leaves unexplained that of each mood."""
    rewards: list[tuple[Features, float, float]] = []
    for lesson in new:
        reward, weight = _REWARDS[lesson.what]
        # Beside the noise, the mood's own difference blurs what a lesson says of all moods.
        blur = linear.spread(_ONE.prior, lesson.features)
        rewards.append((lesson.features, reward, 1.0 / (1.0 / weight + blur)))
    every = linear.add(rewards, taste.every, _KEEP)
    moods = dict(taste.moods)
    for mood in dict.fromkeys(one.mood for one in new if one.mood is not None):
        mine = []
        for lesson in new:
            if lesson.mood == mood:
                reward, weight = _REWARDS[lesson.what]
                rest = reward - linear.value(every.mean, lesson.features)
                mine.append((lesson.features, rest, weight))
        moods[mood] = linear.add(mine, moods.get(mood, _ONE), _KEEP)
    return Taste(lessons=lessons, every=every, moods=moods)


_BOLD = 0.25
"""Of the full uncertainty, how much a draw shows. At 1 the hundred slots together drown what is
known: of the songs that `moodbox bench dj` plays 64 % were enjoyed; at 0.5 67 %, at 0.25 70 %, at
0.1 69 %."""


def weights(taste: Taste, mood: Mood | None, chance: Chance) -> Vector:
    """How much each feature counts in this mood, as may well be."""
    mine = taste.moods.get(mood or "", _ONE)
    first, second = linear.draw(taste.every, chance, _BOLD), linear.draw(mine, chance, _BOLD)
    return [a + b for a, b in zip(first, second, strict=True)]


def expected(taste: Taste, mood: Mood | None, features: Features) -> float:
    """The reward to be expected of these features in this mood."""
    every, mine = linear.value(taste.every.mean, features), taste.moods.get(mood or "")
    return every if mine is None else every + linear.value(mine.mean, features)
