"""What `moodbox calibrate` is worth, and what it costs: `python -m tests.bench.rest`.

People whose face rests sad: PublicTest's faces that at least five of ten people call neutral, more
than call it anything else, and the model calls sad. Each is calibrated with its own reading.
Everything is read from `models/readings.npz`, so FER2013 is not needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.bench.spells import VOTED
from edge.eye.model_card import load_card
from edge.messages import MOODS, Face, Mood, Reading, Value
from edge.mind.emission import Emission, at_rest, emission
from edge.mind.mood import Belief, Temper, update

MODELS = Path(__file__).resolve().parents[2] / "models"
MOST, CLEAR = 5, 6
"""Of ten votes: for a face that is called neutral, and for one whose mood is plain."""
RATE, REST_S, SPELL_S, END_S = 8, 20, 12, 3
_SHAKES = 0.5
"""Standard deviation of what one second differs from the next, as a log of each probability."""
PLAINLY = 2.0
"""So many times the odds of sad against neutral, and a face is plainly sadder than another."""

Shares = NDArray[np.float64]


class Faces(Value, frozen=True):
    """What is read, and what people said."""

    shares: Any
    votes: Any
    """A column a mood; votes for none of the seven are left out."""

    def called(self, mood: Mood, least: int) -> NDArray[np.int64]:
        """The faces that so many of ten people call so."""
        own, highest = self.votes[:, MOODS.index(mood)], self.votes.max(1)
        alone = (self.votes == highest[:, None]).sum(1) == 1
        found: NDArray[np.int64] = np.flatnonzero((own >= least) & (own == highest) & alone)
        return found

    def people(self) -> list[int]:
        """Whose face rests sad."""
        neutral = self.called("neutral", MOST)
        return [int(n) for n in neutral if self.shares[n].argmax() == MOODS.index("sad")]


def load() -> Faces:
    with np.load(MODELS / "readings.npz") as kept:
        shares = kept["perceived"].astype(float)
        columns = [str(name) for name in kept["vote_columns"]]
        votes = kept["votes"][:, [columns.index(VOTED[mood]) for mood in MOODS]]
    return Faces(shares=shares / shares.sum(1, keepdims=True), votes=votes)


def by_mood(shares: Shares) -> dict[Mood, float]:
    return dict(zip(MOODS, map(float, shares), strict=True))


def ends_on(shares: Sequence[Shares], reader: Emission, seconds: float) -> Mood | None:
    """The mood all through the last seconds of these faces, held a second each, over and over."""
    faces = [
        Face(
            box=(0, 0, 200, 200),
            score=0.95,
            probabilities=by_mood(one),
            mood=MOODS[int(one.argmax())],
            confidence=float(one.max()),
            usable=True,
        )
        for one in shares
    ]
    belief, late = Belief(), set()
    for look in range(round(seconds * RATE)):
        at = look / RATE
        seen = Reading(at=at, faces=(faces[int(at) % len(faces)],), listener=0)
        belief = update(belief, seen, Temper(), reader)
        if at >= seconds - END_S:
            late.add(belief.mood)
    return late.pop() if len(late) == 1 else None


class Bench:
    """The same faces before a usual reader and before calibrated ones."""

    def __init__(self, people: int | None = None, spells: int = 20, singles: int = 40) -> None:
        self._faces = load()
        self._usual = emission(load_card(MODELS / "emotion.json").confusion.counts)
        self.people = self._faces.people()[:people]
        self._spells, self._singles = spells, singles

    def calibrated(self, person: int) -> Emission:
        return at_rest(self._usual, by_mood(self._faces.shares[person]))

    def usual(self, _person: int) -> Emission:
        return self._usual

    def at_rest(self, reader: Callable[[int], Emission]) -> float:
        """Share of the people whose own face, alone, ends on neutral."""
        ends = [
            ends_on([self._faces.shares[one]], reader(one), REST_S) == "neutral"
            for one in self.people
        ]
        return float(np.mean(ends))

    def at_rest_shaky(self, reader: Callable[[int], Emission]) -> float:
        """The same where each second reads a little differently."""
        dice, ends = np.random.default_rng(5), []
        for one in self.people:
            shakes = dice.normal(0.0, _SHAKES, (REST_S, len(MOODS)))
            seconds = np.exp(np.log(self._faces.shares[one] + 1e-4) + shakes)
            shares = list(seconds / seconds.sum(1, keepdims=True))
            ends.append(ends_on(shares, reader(one), REST_S) == "neutral")
        return float(np.mean(ends))

    def spells(self, mood: Mood, reader: Callable[[int], Emission]) -> float:
        """Share of spells of one mood, of other people's plain faces, that end on it."""
        dice, plain = np.random.default_rng(3), self._faces.called(mood, CLEAR)
        drawn = [dice.choice(plain, SPELL_S) for _ in range(self._spells)]
        ends = [
            ends_on(list(self._faces.shares[spell]), reader(one), SPELL_S) == mood
            for one in self.people
            for spell in drawn
        ]
        return float(np.mean(ends))

    def singles(self, reader: Callable[[int], Emission]) -> float:
        """Share of single sad faces, plainly sadder than the person's rest, that end on sad."""
        dice, plain = np.random.default_rng(3), self._faces.called("sad", CLEAR)
        ends = [
            ends_on([self._faces.shares[face]], reader(one), SPELL_S) == "sad"
            for one in self.people
            for face in dice.choice(plain, self._singles, replace=False)
            if self._odds(face) >= PLAINLY * self._odds(one)
        ]
        return float(np.mean(ends))

    def _odds(self, face: int) -> float:
        shares = by_mood(self._faces.shares[face])
        return shares["sad"] / max(shares["neutral"], 1e-6)


def main() -> None:
    bench = Bench()
    print(f"{len(bench.people)} people whose face rests sad         usual  calibrated")
    rows: list[tuple[str, Callable[[Callable[[int], Emission]], float]]] = [
        ("their own face ends on neutral", bench.at_rest),
        ("the same, a little different each second", bench.at_rest_shaky),
        ("single sadder faces end on sad", bench.singles),
    ]
    rows += [(f"spells of {mood} end on it", partial(bench.spells, mood)) for mood in MOODS]
    for name, measure in rows:
        print(
            f"{name:41} {measure(bench.usual):7.3f} {measure(bench.calibrated):11.3f}", flush=True
        )


if __name__ == "__main__":
    main()
