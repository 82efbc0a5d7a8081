"""Three simple ways to make one mood of readings, as others do it, and their tuning.

Each answers many sessions at once (session × look). A look without a face leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.bench.spells import Looks
from edge.bench.steadiness import Answers
from edge.messages import MOODS

Readings = NDArray[np.float64]
Answer = Callable[[Readings, Looks], Answers]

SECONDS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0)
"""What each is tuned to; nought is the raw answer for all of them."""


class Simple(msgspec.Struct, frozen=True):
    """A way, as it is used, and as it can be tuned: by seconds."""

    name: str
    """As it is used."""
    usual: Answer
    tuned: Callable[[float], Answer]
    tuned_name: str


def simple_ways(rate: float) -> tuple[Simple, ...]:
    return (
        Simple("raw argmax", _raw(rate, 0.0), partial(_raw, rate), "argmax that has held"),
        Simple(
            "majority of the last 10",
            partial(_majority, 10),
            lambda seconds: partial(_majority, max(1, round(seconds * rate))),
            "majority of the last",
        ),
        Simple(
            "exponential average, 1 s",
            _average(rate, 1.0),
            partial(_average, rate),
            "exponential average",
        ),
    )


def _raw(rate: float, held_s: float) -> Answer:
    """The most probable mood of each look, once it has been so for `held_s`."""

    def answer(readings: Readings, looks: Looks) -> Answers:
        seen = _seen(readings, looks)
        answers = seen.copy()
        since = np.zeros(len(seen), np.int64)
        for look in range(1, seen.shape[1]):
            since = np.where(seen[:, look] == seen[:, look - 1], since, look)
            long = (look - since) / rate >= held_s
            answers[:, look] = np.where(long, seen[:, look], answers[:, look - 1])
        return answers

    return answer


def _majority(last: int, readings: Readings, looks: Looks) -> Answers:
    """The most frequent of the moods of the last so many looks."""
    each = np.cumsum(np.eye(len(MOODS), dtype=np.int32)[_seen(readings, looks)], axis=1)
    window = each.copy()
    window[:, last:] -= each[:, :-last]
    return np.asarray(window.argmax(axis=2), dtype=np.int64)


def _average(rate: float, over_s: float) -> Answer:
    """The most probable mood of an exponential average of the probabilities."""
    keep = float(np.exp(-1.0 / (rate * over_s))) if over_s else 0.0

    def answer(readings: Readings, looks: Looks) -> Answers:
        answers = np.empty(looks.shape, np.int64)
        mean = np.full((len(looks), len(MOODS)), 1.0 / len(MOODS))
        for look in range(looks.shape[1]):
            now = looks[:, look]
            mixed = keep * mean + (1.0 - keep) * readings[np.maximum(now, 0)]
            mean = np.where((now >= 0)[:, None], mixed, mean)
            answers[:, look] = mean.argmax(axis=1)
        return answers

    return answer


def _seen(readings: Readings, looks: Looks) -> NDArray[np.int64]:
    """The most probable mood at each look; where no face is, that of the last one that had one."""
    places = np.where(looks >= 0, np.arange(looks.shape[1]), 0)
    latest = np.maximum.accumulate(places, axis=1)
    faces = np.take_along_axis(looks, latest, axis=1)
    return np.asarray(readings.argmax(axis=1)[np.maximum(faces, 0)], dtype=np.int64)
