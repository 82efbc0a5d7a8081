"""Trials of the box's own mind, and of simple ways beside it, on sessions whose truth is known."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
import numpy as np

from edge.bench.simple_ways import SECONDS, simple_ways
from edge.bench.spells import (
    BLIND,
    NOBODY,
    SPELLS,
    TROUBLES,
    Faces,
    Session,
    session,
    with_blends,
)
from edge.bench.steadiness import Answers, Steadiness, steadiness
from edge.messages import MOODS, Face, Reading
from edge.mind.emission import Emission, emission
from edge.mind.mood import Belief, Temper, update

RATES = (8.0, 2.0, 30.0)
USUAL = 8.0
CHUNK = 25
"""Sessions that one process takes at a time."""
_SCORE = 0.85
"""How sure the finder is of each face: about the median of those that it finds."""
MOODBOX = "moodbox"


class Trial(msgspec.Struct, frozen=True):
    """One kind of sessions."""

    name: str
    rate: float
    held_s: float
    trouble: str | None = None
    tuning: bool = False
    """Try the simple ways with all parameters too."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of one trial."""

    trial: Trial
    ways: dict[str, Steadiness]
    by_mood: dict[str, Steadiness]
    """Ours."""
    tuned: dict[str, tuple[tuple[float, Steadiness], ...]]
    """The simple ways, by seconds."""
    update_us: float


TRIALS = (
    *(
        Trial(f"{rate:g} looks a second, faces held 1 s", rate, 1.0, tuning=rate == USUAL)
        for rate in RATES
    ),
    Trial("8 looks a second, faces held 2 s", USUAL, 2.0),
    *(Trial(f"{name}, 8 looks a second, 1 s", USUAL, 1.0, name) for name in TROUBLES),
)


class Part(msgspec.Struct, frozen=True):
    """What one process found: rows are spells."""

    moods: list[int]
    answers: dict[str, Answers]
    tuned: dict[tuple[str, float], Answers]
    updates: int
    seconds: float


def watch(faces: Faces, temper: Temper, trial: Trial, chunk: int) -> Part:
    """One chunk of sessions, through the mind and through the simple ways."""
    dice = np.random.default_rng([11, chunk, round(trial.rate), round(trial.held_s)])
    shown = with_blends(faces.half(chunk % 2), dice)
    reader = emission(faces.half(1 - chunk % 2).confusion())
    seen = [
        _troubled(session(shown, trial.rate, trial.held_s, dice), shown, trial, dice)
        for _ in range(CHUNK)
    ]
    faces_seen = [_face(row) for row in shown.readings.tolist()]
    began = time.process_time()
    ours = [_minded(one, faces_seen, temper, reader) for one in seen]
    seconds = time.process_time() - began
    looks = np.stack([one.looks for one in seen])
    ways = simple_ways(trial.rate)
    answers = {way.name: _by_spell(way.usual(shown.readings, looks)) for way in ways}
    tuned = {
        (way.tuned_name, held): _by_spell(way.tuned(held)(shown.readings, looks))
        for way in ways
        for held in SECONDS
        if trial.tuning
    }
    return Part(
        moods=[mood for one in seen for mood in one.moods],
        answers={MOODBOX: _by_spell(np.stack(ours)), **answers},
        tuned=tuned,
        updates=int((looks != BLIND).sum()),
        seconds=seconds,
    )


def _troubled(one: Session, faces: Faces, trial: Trial, dice: np.random.Generator) -> Session:
    return one if trial.trouble is None else TROUBLES[trial.trouble](faces, one, dice)


def _face(reading: Sequence[float]) -> Face:
    probabilities = dict(zip(MOODS, reading, strict=True))
    mood = max(probabilities, key=probabilities.__getitem__)
    return Face(
        box=(220, 140, 200, 200),
        score=_SCORE,
        probabilities=probabilities,
        mood=mood,
        confidence=probabilities[mood],
        usable=True,
    )


def _minded(one: Session, faces: Sequence[Face], temper: Temper, reader: Emission) -> Answers:
    """What the box's own mind answers at each look; -1 before it knows."""
    belief, answers = Belief(), np.full(len(one.looks), -1, np.int64)
    answer = -1
    for place, look in enumerate(one.looks.tolist()):
        if look != BLIND:
            at = place / one.rate
            if look == NOBODY:
                reading = Reading(at=at)
            else:
                reading = Reading(at=at, faces=(faces[look],), listener=0)
            belief = update(belief, reading, temper, reader)
            answer = -1 if belief.mood is None else MOODS.index(belief.mood)
        answers[place] = answer
    return answers


def _by_spell(answers: Answers) -> Answers:
    return answers.reshape(len(answers) * SPELLS, -1).astype(np.int8)


def sum_up(trial: Trial, parts: Sequence[Part]) -> Outcome:
    moods = np.array([mood for part in parts for mood in part.moods])

    def judged(answers: list[Answers]) -> Steadiness:
        return steadiness(np.concatenate(answers), moods, trial.rate)

    ours = np.concatenate([part.answers[MOODBOX] for part in parts])
    return Outcome(
        trial=trial,
        ways={name: judged([part.answers[name] for part in parts]) for name in parts[0].answers},
        by_mood={
            name: steadiness(ours[moods == mood], moods[moods == mood], trial.rate)
            for mood, name in enumerate(MOODS)
        },
        tuned={
            way.tuned_name: tuple(
                (held, judged([part.tuned[way.tuned_name, held] for part in parts]))
                for held in SECONDS
            )
            for way in simple_ways(trial.rate)
            if trial.tuning
        },
        update_us=1e6 * sum(part.seconds for part in parts) / sum(part.updates for part in parts),
    )


def best_tuning(outcome: Outcome, name: str) -> tuple[float, Steadiness] | None:
    """The quickest of a simple way's tunings that switches falsely no more often than the box."""
    bound = outcome.ways[MOODBOX].switches_per_h
    quiet = [(held, one) for held, one in outcome.tuned[name] if one.switches_per_h <= bound]
    return min(quiet, key=lambda found: (found[1].median_s, found[1].p95_s), default=None)
