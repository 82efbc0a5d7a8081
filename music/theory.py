"""Notes, scales, chords and the way one chord moves to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "octatonic": (0, 1, 3, 4, 6, 7, 9, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
}
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

# A chord is the degree of its root and one of these. Steps of the scale, where it follows the
# scale; semitones, where it insists on its own sound.
FROM_SCALE: dict[str, tuple[int, ...]] = {
    "": (0, 2, 4),
    "7": (0, 2, 4, 6),
    "9": (0, 2, 6, 8),
    "s2": (0, 1, 4),
    "s4": (0, 3, 4),
}
IN_SEMITONES: dict[str, tuple[int, ...]] = {
    "p": (0, 7, 12),
    "M": (0, 4, 7),
    "M7": (0, 4, 7, 10),
    "m": (0, 3, 7),
    "o": (0, 3, 6),
    "o7": (0, 3, 6, 9),
    "c": (0, 1, 6),
    "+": (0, 4, 8),
}
TOKEN = re.compile(r"([1-8])(\D*\d?|\d)")


def tonic(key: str) -> int:
    """The tonic of a key such as `D` or `F#` or `Bb` as a MIDI note between 48 and 59."""
    accidental = key.count("#") - key.count("b")
    return 48 + (LETTERS[key[0]] + accidental) % 12


def semitones(scale: Sequence[int], degree: int) -> int:
    """How far a degree (0 is the tonic, any sign) lies from the tonic."""
    octave, step = divmod(degree, len(scale))
    return 12 * octave + scale[step]


@dataclass(frozen=True)
class Chord:
    """A chord in a key; every number counts from the tonic."""

    degree: int
    """Of the root, 0 being the tonic."""
    tones: tuple[int, ...]
    """Semitones above the tonic, the root first, ascending."""

    @property
    def root(self) -> int:
        """Semitones from the tonic to the root."""
        return self.tones[0]


def chord(token: str, scale: Sequence[int]) -> Chord:
    """Read `1`, `47`, `5M7`, `2s4`: the degree of the root, then the kind of chord."""
    match = TOKEN.fullmatch(token)
    if match is None:
        raise ValueError(f"“{token}” is no chord")
    degree, kind = int(match[1]) - 1, match[2]
    root = semitones(scale, degree)
    if kind in FROM_SCALE:
        tones = tuple(semitones(scale, degree + step) for step in FROM_SCALE[kind])
    elif kind in IN_SEMITONES:
        tones = tuple(root + step for step in IN_SEMITONES[kind])
    else:
        raise ValueError(f"“{kind}” in “{token}” is no kind of chord")
    return Chord(degree, tones)


def close_voicings(pitches: Sequence[int], centre: int) -> list[tuple[int, ...]]:
    """Every inversion of a chord in close position whose middle lies near `centre`."""
    classes = sorted({pitch % 12 for pitch in pitches})
    found = []
    for first in range(len(classes)):
        turned = classes[first:] + [pitch + 12 for pitch in classes[:first]]
        middle = sum(turned) / len(turned)
        octave = round((centre - middle) / 12)
        found += [tuple(p + 12 * (octave + shift) for p in turned) for shift in (-1, 0, 1)]
    return found


def lead(pitches: Sequence[int], before: Sequence[int] | None, centre: int) -> tuple[int, ...]:
    """The voicing that moves least from the one before, and stays near `centre`."""

    def cost(voicing: tuple[int, ...]) -> float:
        away = abs(sum(voicing) / len(voicing) - centre)
        if before is None:
            return away
        moved = sum(min(abs(new - old) for old in before) for new in voicing)
        return moved + 0.6 * away

    return min(close_voicings(pitches, centre), key=cost)
