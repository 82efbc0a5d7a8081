"""Sessions before the box, made of the model's own readings of faces whose mood is known.

A *spell* is a minute of one mood, made of different people's faces, each held for a second or two.
A session is some spells in a row. The faces are PublicTest's (`models/readings.npz`) on whose mood
more than half of ten annotators agree, which is the truth here. They are parted in two halves: a
session's faces come from one, and what is known of the reader from the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.errors import ModelError
from edge.messages import MOODS

SPELL_S = 60.0
SPELLS = 3
"""In a session."""
NOBODY = -1
"""A look at which no face is seen."""
BLIND = -2
"""No look at all: the camera is away."""
VOTED = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
"""FER+'s names of the moods."""
_OTHER = 0.35
"""How much of another mood is in a blended face."""

Dice = np.random.Generator
Looks = NDArray[np.int64]


class Faces(msgspec.Struct, frozen=True):
    """Faces of known mood, and what the model reads in each."""

    readings: NDArray[np.float64]
    """n × 7, the last ones unlike any person's: blends."""
    of_mood: tuple[NDArray[np.int64], ...]
    """For each mood the faces that show it."""

    def half(self, number: int) -> Faces:
        return Faces(self.readings, tuple(faces[number::2] for faces in self.of_mood))

    def confusion(self) -> tuple[tuple[int, ...], ...]:
        """How often which mood is read as what."""
        answers = self.readings.argmax(axis=1)
        counted = (np.bincount(answers[faces], minlength=len(MOODS)) for faces in self.of_mood)
        return tuple(tuple(int(count) for count in row) for row in counted)


class Session(msgspec.Struct, frozen=True):
    """What is seen at each look, and what is true in each spell."""

    looks: Looks
    """A face's row, NOBODY or BLIND."""
    moods: tuple[int, ...]
    rate: float


def faces_in(path: Path) -> Faces:
    """The faces with a clear majority, in an order that has nothing to do with the file's."""
    try:
        with np.load(path, allow_pickle=False) as file:
            content: Mapping[str, Any] = {name: file[name] for name in file.files}
            readings = np.asarray(content["perceived"], dtype=np.float64)
            columns = [str(name) for name in content["vote_columns"]]
            votes = np.asarray(content["votes"], dtype=np.int64)
    except (OSError, ValueError, KeyError) as wrong:
        raise ModelError(f"{path} holds no readings of the model: {wrong}.") from wrong
    readings /= readings.sum(axis=1, keepdims=True)
    of_moods = votes[:, [columns.index(VOTED[mood]) for mood in MOODS]]
    clear = 2 * of_moods.max(axis=1) > votes.sum(axis=1)
    truth = np.where(clear, of_moods.argmax(axis=1), len(MOODS))
    dice = np.random.default_rng(7)
    order = dice.permutation(len(truth))
    return Faces(readings, tuple(order[truth[order] == mood] for mood in range(len(MOODS))))


def session(faces: Faces, rate: float, held_s: float, dice: Dice) -> Session:
    """Moods drawn evenly, none twice in a row; each face held for so long."""
    moods: list[int] = []
    for _ in range(SPELLS):
        others = [mood for mood in range(len(MOODS)) if mood not in moods[-1:]]
        moods.append(int(dice.choice(others)))
    looks_of_face = np.arange(round(SPELL_S * rate)) / (rate * held_s)
    spells = []
    for mood in moods:
        people = dice.choice(faces.of_mood[mood], size=round(SPELL_S / held_s))
        spells.append(people[looks_of_face.astype(np.int64)])
    return Session(np.concatenate(spells), tuple(moods), rate)


def grimaces(faces: Faces, one: Session, dice: Dice) -> Session:
    """Every eight seconds or so another mood's face for less than a second."""
    looks = one.looks.copy()
    per_spell = round(SPELL_S * one.rate)
    for begin, length in _stretches(len(looks), one.rate, 8.0, (0.25, 0.99), dice):
        true = one.moods[begin // per_spell]
        other = int(dice.choice([mood for mood in range(len(MOODS)) if mood != true]))
        looks[begin : begin + length] = dice.choice(faces.of_mood[other])
    return Session(looks, one.moods, one.rate)


def occlusions(faces: Faces, one: Session, dice: Dice) -> Session:
    """A fifth of the time no face is seen: a hand, a cup, a turned head."""
    del faces
    return _without(one, NOBODY, 6.0, (0.5, 2.0), dice)


def drop_outs(faces: Faces, one: Session, dice: Dice) -> Session:
    """The camera is away for seconds."""
    del faces
    return _without(one, BLIND, 20.0, (1.0, 4.0), dice)


def blends(faces: Faces, one: Session, dice: Dice) -> Session:
    """Every face has something of another mood in it; see `with_blends`."""
    pairs = len(faces.readings) // 2
    del dice
    return Session(one.looks + pairs, one.moods, one.rate)


def with_blends(faces: Faces, dice: Dice) -> Faces:
    """The same faces, and each once more with a part of the reading of any face of any mood."""
    every = [dice.choice(of, size=len(faces.readings)) for of in faces.of_mood]
    which = dice.integers(len(MOODS), size=len(faces.readings))
    others = np.choose(which, every)
    blended = (1.0 - _OTHER) * faces.readings + _OTHER * faces.readings[others]
    return Faces(np.concatenate([faces.readings, blended]), faces.of_mood)


Trouble = Callable[[Faces, Session, Dice], Session]
TROUBLES: dict[str, Trouble] = {
    "blends": blends,
    "occlusions": occlusions,
    "grimaces": grimaces,
    "drop-outs": drop_outs,
}


def _without(
    one: Session, instead: int, every_s: float, length_s: tuple[float, float], dice: Dice
) -> Session:
    looks = one.looks.copy()
    for begin, length in _stretches(len(looks), one.rate, every_s, length_s, dice):
        looks[begin : begin + length] = instead
    return Session(looks, one.moods, one.rate)


def _stretches(
    looks: int, rate: float, every_s: float, length_s: tuple[float, float], dice: Dice
) -> list[tuple[int, int]]:
    """Where they begin and how many looks they last; the longest stays under its seconds."""
    found, at = [], every_s * float(dice.uniform(0.5, 1.5))
    while at * rate < looks:
        length = max(1, int(float(dice.uniform(*length_s)) * rate))
        found.append((int(at * rate), length))
        at += length / rate + every_s * float(dice.uniform(0.5, 1.5))
    return found
