"""A dataset in FER2013's layout, small enough for a test: drawn shapes instead of faces."""

from __future__ import annotations

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


def shape_of(mood: int, dice: np.random.Generator) -> NDArray[np.uint8]:
    """A bright block whose place tells the mood, on noise."""
    picture = dice.integers(60, 120, (48, 48), dtype=np.uint8)
    top, left = 4 + 14 * (mood // 3), 4 + 14 * (mood % 3)
    picture[top : top + 12, left : left + 12] += 100
    return picture


def make(folder: Path, per_mood: int = 6, public: int = 2) -> Path:
    """Write train/ and test/ with PNGs, and the votes beside them; the folder."""
    image = pytest.importorskip("PIL.Image", reason="pillow is not installed")
    dice = np.random.default_rng(5)
    lines = ["Usage,Image name," + ",".join(COLUMNS)]
    for split, part, count in (("train", "Training", per_mood), ("test", "PublicTest", public)):
        for _ in range(count):
            for place, mood in enumerate(MOODS):
                row = len(lines) - 1
                home = folder / split / mood
                home.mkdir(parents=True, exist_ok=True)
                image.fromarray(shape_of(place, dice)).save(home / f"{part}_{row:05d}.png")
                votes = {OF_MOOD[mood]: 8, "unknown": 2}
                counts = ",".join(str(votes.get(column, 0)) for column in COLUMNS)
                lines.append(f"{part},fer{row:07d}.png,{counts}")
    (folder / "fer2013new.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
