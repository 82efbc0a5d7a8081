"""Songs whose tempo, key, mode and excitement are known, since they are composed for the test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Literal

import msgspec
import numpy as np

from edge.library.sound import Pieces
from music.mixdown import render
from music.pieces import PIECES
from music.score import Piece, Player, Section
from music.sound import RATE
from music.theory import tonic

KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
Kind = Literal["lullaby", "battle"]
_CLEAR = ("Lemonade Steps", "Paper Kites at Noon", "Rain on the Last Page", "Letters Never Sent",
          "Short Fuse", "Window Seat", "Slow Tram")  # fmt: skip
"""Starter songs whose chords make a key; the others avoid one on purpose."""


class Composed(msgspec.Struct, frozen=True):
    """A rendered song and the truth about it."""

    name: str
    sound: Pieces
    tempo: float
    key: int
    """Of the tonic: 0 is C."""
    major: bool
    kind: Kind | None = None


def in_every_key(n: int, seed: int = 7) -> Iterator[Composed]:
    """Starter songs at other tempi, in other keys, half of them in major, half in minor."""
    dice = Random(seed)
    by_title = {piece.title: piece for piece in PIECES}
    for number in range(n):
        base = by_title[_CLEAR[number % len(_CLEAR)]]
        changed = replace(
            base,
            key=dice.choice(KEYS),
            scale="major" if (number // len(_CLEAR) + number) % 2 == 0 else "minor",
            bpm=round(base.bpm * dice.uniform(0.8, 1.25), 1),
            seed=1000 + number,
            form=base.form[1:4],  # about a minute, from the first tune on
        )
        yield _played(changed, f"{base.title} in {changed.key} {changed.scale}")


def lullabies_and_battles(n: int, seed: int = 11) -> Iterator[Composed]:
    """As many of each, at one loudness, so that loudness alone cannot tell them apart."""
    dice = Random(seed)
    for number in range(n):
        for kind in ("lullaby", "battle"):
            bpm = dice.uniform(56, 84) if kind == "lullaby" else dice.uniform(118, 172)
            base = _lullaby(number) if kind == "lullaby" else _battle(number)
            changed = replace(base, bpm=round(bpm, 1), key=dice.choice(KEYS), seed=2000 + number)
            yield _played(changed, f"{kind} {number + 1}", kind)


def _played(piece: Piece, name: str, kind: Kind | None = None) -> Composed:
    samples = render(piece)[:, : 60 * RATE]
    return Composed(
        name=f"{name}, {piece.bpm:g} a minute",
        sound=Pieces(RATE, (np.ascontiguousarray(samples),), samples.shape[1] / RATE),
        tempo=piece.bpm,
        key=tonic(piece.key) % 12,
        major=piece.scale == "major",
        kind=kind,
    )


def _lullaby(number: int) -> Piece:
    """A tune, a rocking accompaniment, nothing that strikes."""
    tune = ("music box", "celesta", "flute", "felt piano")[number % 4]
    under = ("harp", "felt piano", "harp", "guitar")[number % 4]
    return Piece(
        mood="neutral", number=90, title=f"Lullaby {number}", genre="Lullaby", seed=1, key="C",
        scale="minor" if number % 3 == 2 else "major", bpm=70, beats=3, reverb_s=2.0, lufs=-16,
        harmony={"A": "1 4 1 5 1 4 5 1"},
        motifs={"rock": "4:2 2:1", "down": "2:1 1:1 0:1", "hush": "=0:3"},
        tune={"A": "rock down rock down rock rock down hush"},
        form=(Section("A", (0.4, 0.45), "all"), Section("A", (0.45, 0.4), "all")),
        players=(
            Player("tune", tune, "melody", level=-9, centre=74, room=0.5),
            Player("under", under, "arpeggio", "0...1...2...", level=-14, centre=60, room=0.4),
            Player("far", "strings", "chords", "x-----------", level=-24, centre=57, room=0.6),
        ),
    )  # fmt: skip


def _battle(number: int) -> Piece:
    """Drums throughout, a driving bass, brass or strings above."""
    tune = ("brass", "strings", "distorted guitar", "saw lead")[number % 4]
    return Piece(
        mood="angry", number=91, title=f"Battle {number}", genre="Epic", seed=1, key="D",
        scale="major" if number % 3 == 2 else "minor", bpm=140, reverb_s=1.4, lufs=-16,
        harmony={"A": "1 6 7 1 1 4 5 1"},
        motifs={"call": "0:.5 0:.5 4:1 2:1 4:1", "run": "0:.5 1:.5 2:.5 3:.5 4:1 7:1",
                "end": "=0:4"},
        tune={"A": "call run call call run call run end"},
        form=tuple(Section("A", (0.8, 1.0), "all") for _ in range(4)),
        players=(
            Player("tune", tune, "melody", level=-10, centre=67, room=0.3),
            Player("bass", "saw bass", "bass", "1.1.1.1.1.1.1.5.", level=-11, centre=36),
            Player("push", "tremolo strings", "chords", "x.xxx.xxx.xxx.xx", level=-15, centre=60),
            Player("kick", "hard kick", "drum", "X...X...X...X.x.", level=-6),
            Player("snare", "hard snare", "drum", "....X.......X.xx", level=-8),
            Player("tom", "low tom", "drum", "x.xxx.x.x.xxx.xx", level=-12, room=0.3),
        ),
    )  # fmt: skip
