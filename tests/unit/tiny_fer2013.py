"""A dataset in FER2013's layout, small enough for a test: drawn shapes instead of faces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.messages import MOODS

OF_MOOD = {
    "neutral": "neutral",
    "happy": "happiness",
    "surprise": "surprise",
    "sad": "sadness",
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
}
COLUMNS = (*OF_MOOD.values(), "contempt", "unknown", "NF")
"""In FER+'s own order, which is not ours."""


@dataclass(frozen=True)
class Drawn:
    """One row of a tiny fer2013.csv."""

    row: int
    split: str
    label: int
    pixels: NDArray[np.uint8]

    @property
    def mood(self) -> str:
        return MOODS[self.label]


def shape_of(mood: int, dice: np.random.Generator) -> NDArray[np.uint8]:
    """A bright block whose place tells the mood, on noise."""
    picture = dice.integers(60, 120, (48, 48), dtype=np.uint8)
    top, left = 4 + 14 * (mood // 3), 4 + 14 * (mood % 3)
    picture[top : top + 12, left : left + 12] += 100
    return picture


def drawn(per_mood: int = 6, public: int = 2, private: int = 0) -> list[Drawn]:
    """All rows, the moods in turn, always the same."""
    dice = np.random.default_rng(5)
    faces: list[Drawn] = []
    for split, count in (("Training", per_mood), ("PublicTest", public), ("PrivateTest", private)):
        for _ in range(count):
            for label in range(len(MOODS)):
                faces.append(Drawn(len(faces), split, label, shape_of(label, dice)))
    return faces


def write_votes(faces: list[Drawn], path: Path) -> Path:
    """The FER+ votes: eight of ten annotators agree with the label."""
    lines = ["Usage,Image name," + ",".join(COLUMNS)]
    for face in faces:
        votes = {OF_MOOD[face.mood]: 8, "unknown": 2}
        counts = ",".join(str(votes.get(column, 0)) for column in COLUMNS)
        lines.append(f"{face.split},fer{face.row:07d}.png,{counts}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def make(folder: Path, per_mood: int = 6, public: int = 2) -> Path:
    """Write train/ and test/ with PNGs, and the votes beside them; the folder."""
    image = pytest.importorskip("PIL.Image", reason="pillow is not installed")
    faces = drawn(per_mood, public)
    for face in faces:
        home = folder / ("train" if face.split == "Training" else "test") / face.mood
        home.mkdir(parents=True, exist_ok=True)
        image.fromarray(face.pixels).save(home / f"{face.split}_{face.row:05d}.png")
    write_votes(faces, folder / "fer2013new.csv")
    return folder
