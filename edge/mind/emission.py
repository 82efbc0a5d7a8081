"""What a reading says of a mood: how this reader answers to each of the seven.

The model's card counts how often which mood was read as what. A reading is not one of those
answers but probabilities of all seven; what it says for a mood is the expected log of the counted
shares: Σ p(answer) · log P(answer | mood). A reading of which the model is unsure then says little,
and one confident mistake never says more than such mistakes are rare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log

from edge.messages import MOODS, Mood, Value

_NEUTRAL = MOODS.index("neutral")
_UNKNOWN = 2.0
"""So many faces of each mood are taken for read as by a usual reader, whatever was counted: disgust
and fear have few faces, and what never happened among thirteen may happen yet."""
_RIGHT = 0.75
"""How often a reader of which nothing is known is taken to be right."""
_LEAD = 0.3
"""A face at rest must say neutral before every other mood by so much (a log), or looks that vary a
little do not settle there: of faces that rest sad and read a little differently each second, 52 %
did with 0.1, 73 % with 0.2 and 87 % with 0.3. No more of its expression is taken back than that
needs, for the true mood becomes harder to see: spells of sad faces that end on sad were 94 %, 93 %
and 90 %. `python -m tests.bench.rest` measures it."""
_STEPS = 20
_LEAST = 0.05
"""Less of a mood than this in a resting face is no expression, and none of it is taken back."""


class Emission(Value, frozen=True):
    """A reader's habits, and those of the face before it where they were learned."""

    rows: tuple[tuple[float, ...], ...]
    """Log of the share of faces of the row's mood that are read as the column's."""
    rest: tuple[float, ...] = (1.0,) * len(MOODS)
    """Each reading is multiplied by these, so that a face at rest reads more as most do."""

    def says(self, reading: Mapping[Mood, float]) -> tuple[float, ...]:
        """The log-likelihood of each mood."""
        shares = [
            reading.get(mood, 0.0) * rest for mood, rest in zip(MOODS, self.rest, strict=True)
        ]
        total = sum(shares)
        if total <= 0.0:
            return (0.0,) * len(MOODS)
        return tuple(
            sum(share * row[answer] for answer, share in enumerate(shares)) / total
            for row in self.rows
        )


def emission(counts: Sequence[Sequence[int]] = ()) -> Emission:
    """From the card's confusion matrix (rows are the truth); without one, of a usual reader."""
    counted = counts or ((0,) * len(MOODS),) * len(MOODS)
    rows = []
    for mood, row in enumerate(counted):
        total = sum(row) + _UNKNOWN
        rows.append(
            tuple(
                log((count + _UNKNOWN * _usual(answer == mood)) / total)
                for answer, count in enumerate(row)
            )
        )
    return Emission(rows=tuple(rows))


def at_rest(reader: Emission, rest: Mapping[Mood, float] | None) -> Emission:
    """The same reader before a face that reads like `rest` when it shows nothing.

    What such a face shows more of than most is taken back until it reads as neutral. None: a face
    like any other.
    """
    if rest is None:
        return Emission(rows=reader.rows)
    usual = reader.rows[_NEUTRAL]
    whole = tuple(
        min(1.0, max(exp(share), _LEAST) / max(rest.get(mood, 0.0), _LEAST))
        for mood, share in zip(MOODS, usual, strict=True)
    )
    for step in range(_STEPS + 1):
        factors = tuple(factor ** (step / _STEPS) for factor in whole)
        mine = Emission(rows=reader.rows, rest=factors)
        if _leads(mine.says(rest)):
            break
    return mine


def _leads(says: Sequence[float]) -> bool:
    """Whether neutral is said before every other mood, and clearly."""
    others = (said for mood, said in enumerate(says) if mood != _NEUTRAL)
    return says[_NEUTRAL] >= max(others) + _LEAD


def _usual(right: bool) -> float:
    return _RIGHT if right else (1.0 - _RIGHT) / (len(MOODS) - 1)
